/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's directory: everything below it is opened relative to descriptors, and no symbolic link
 * in it is followed. The zero value is closed and valid.
 */
#ifndef FWS_AUDIT_STORE_H
#define FWS_AUDIT_STORE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"

#define FWS_SEGMENT_NAME_SIZE 27u /* 20 digits, ".jsonl", NUL */

struct fws_store {
    int dir_fd;  /* all plus 1; 0 = closed */
    int seg_fd;  /* the folder seg */
    int lock_fd; /* may be closed for a reader: a copy of a log need not have a lock */
};

char *fws_segment_name(uint64_t first, char out[FWS_SEGMENT_NAME_SIZE]);

/* Make directory, seg and lock where they are missing. */
FWS_MUST_USE enum fws_status fws_store_create(const char *directory, struct fws_error *err);

FWS_MUST_USE enum fws_status fws_store_open(struct fws_store *store, const char *directory,
                                            bool writable, struct fws_error *err);

void fws_store_close(struct fws_store *store);

/* Take the lock and check that its file is still the one that others would open. */
FWS_MUST_USE enum fws_status fws_store_lock(const struct fws_store *store, bool exclusive,
                                            unsigned deadline_ms, struct fws_error *err);
void fws_store_unlock(const struct fws_store *store);

struct fws_survey {
    uint64_t count; /* segments named up to bound */
    uint64_t last;  /* the highest of these names, when count is not 0 */
    bool later;     /* there are segments beyond bound; */
    uint64_t next;  /* the lowest of them */
};

/* Look at the names of the segments. Other files are not looked at. */
FWS_MUST_USE enum fws_status fws_store_survey(const struct fws_store *store, uint64_t bound,
                                              struct fws_survey *out, struct fws_error *err);

/*
 * Open the segment whose first entry is first, for reading or also for appending; fd_plus_1 as in
 * struct fws_store. FWS_E_NOT_FOUND; FWS_E_LOG_TAMPERED when it is no regular file.
 */
FWS_MUST_USE enum fws_status fws_store_open_segment(const struct fws_store *store, uint64_t first,
                                                    bool writable, int *fd_plus_1,
                                                    struct fws_error *err);

/*
 * Make a segment that appears with its first line (text, with LF) whole and durable, or not at all.
 * Only under the exclusive lock. It never replaces a file.
 */
FWS_MUST_USE enum fws_status fws_store_new_segment(const struct fws_store *store, uint64_t first,
                                                   const void *text, size_t size, int *fd_plus_1,
                                                   struct fws_error *err);

/* Check that fd is still the file of that name, with no second name. */
FWS_MUST_USE enum fws_status fws_store_check_identity(const struct fws_store *store, uint64_t first,
                                                      int fd, struct stat *info,
                                                      struct fws_error *err);

#endif
