/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log's directory: everything below it is opened relative to descriptors, and no symbolic link
 * in it is followed. The zero value is closed and valid.
 */
#ifndef FWS_AUDIT_FOLDER_H
#define FWS_AUDIT_FOLDER_H

#include <stdbool.h>
#include <sys/stat.h>

#include "audit/store.h"
#include "base/buf.h"

#define FWS_SEGMENT_NAME_SIZE 27u /* 20 digits, ".jsonl", NUL */

/* Which file it is. While one is open no other gets the same identity, so that a name says by one
 * call whether it is still the open file's. */
struct fws_identity {
    dev_t device;
    ino_t inode;
};

static inline struct fws_identity fws_identity_of(const struct stat *info)
{
    return (struct fws_identity){.device = info->st_dev, .inode = info->st_ino};
}

static inline bool fws_identity_is(const struct fws_identity *identity, const struct stat *info)
{
    return identity->device == info->st_dev && identity->inode == info->st_ino;
}

struct fws_folder {
    int dir_fd;  /* all plus 1; 0 = closed */
    int seg_fd;  /* the folder seg */
    int lock_fd; /* may be closed for a reader: a copy of a log need not have a lock */
    struct fws_identity lock;
};

char *fws_segment_name(uint64_t first, char out[FWS_SEGMENT_NAME_SIZE]);

/* Make directory, seg and lock where they are missing. */
FWS_MUST_USE enum fws_status fws_folder_create(const char *directory, struct fws_error *err);

FWS_MUST_USE enum fws_status fws_folder_open(struct fws_folder *folder, const char *directory,
                                             bool writable, struct fws_error *err);

void fws_folder_close(struct fws_folder *folder);

#define FWS_CHECKPOINT_NAME "checkpoint" /* the newest one, a signed note */

/* Open a file of the log's folder for reading. FWS_E_NOT_FOUND; FWS_E_IO when it is no regular
 * file. */
FWS_MUST_USE enum fws_status fws_folder_open_file(const struct fws_folder *folder, const char *name,
                                                  int *fd_plus_1, struct stat *info,
                                                  struct fws_error *err);

/* Read a small one, with the statuses of opening it; FWS_E_TOO_LARGE. out is given. */
FWS_MUST_USE enum fws_status fws_folder_load(const struct fws_folder *folder, const char *name,
                                             size_t max, struct fws_buf *out,
                                             struct fws_error *err);

/* The newest checkpoint, by a trusted key, and its note (given). Those of fws_folder_load and of
 * fws_checkpoint_open. */
FWS_MUST_USE enum fws_status fws_folder_load_checkpoint(const struct fws_folder *folder,
                                                        const struct fws_trust *trust,
                                                        struct fws_checkpoint *out,
                                                        struct fws_buf *note,
                                                        struct fws_error *err);

/* Open (made when missing, where writable) the lock of whoever makes checkpoints. */
FWS_MUST_USE enum fws_status fws_folder_open_checkpoint_lock(const struct fws_folder *folder,
                                                             int *fd_plus_1, struct fws_error *err);

/* Take that lock, also when a stop was asked for, or the log's own; and check that its file is still
 * the one that others would open. */
FWS_MUST_USE enum fws_status fws_folder_lock_checkpoint(const struct fws_folder *folder, int fd,
                                                        unsigned deadline_ms,
                                                        struct fws_error *err);
FWS_MUST_USE enum fws_status fws_folder_lock(const struct fws_folder *folder,
                                             enum fws_store_lock kind, unsigned deadline_ms,
                                             struct fws_error *err);
void fws_folder_unlock(const struct fws_folder *folder);

struct fws_survey {
    uint64_t count; /* segments named up to bound */
    uint64_t last;  /* the highest of these names, when count is not 0 */
    bool later;     /* there are segments beyond bound; */
    uint64_t next;  /* the lowest of them */
};

/* Look at the names of the segments. Other files are not looked at. */
FWS_MUST_USE enum fws_status fws_folder_survey(const struct fws_folder *folder, uint64_t bound,
                                               struct fws_survey *out, struct fws_error *err);

/*
 * Open the segment whose first entry is first, for reading or also for appending; fd_plus_1 as in
 * struct fws_folder. FWS_E_NOT_FOUND; FWS_E_LOG_TAMPERED when it is no regular file.
 */
FWS_MUST_USE enum fws_status fws_folder_open_segment(const struct fws_folder *folder,
                                                     uint64_t first, bool writable, int *fd_plus_1,
                                                     struct fws_error *err);

/* Is there none whose first entry is first? False also where that cannot be told: open it then. */
FWS_MUST_USE bool fws_folder_lacks_segment(const struct fws_folder *folder, uint64_t first);

/*
 * Make a segment that appears with its first line (text, with LF) whole and durable, or not at all.
 * Only under the exclusive lock. It never replaces a file.
 */
FWS_MUST_USE enum fws_status fws_folder_new_segment(const struct fws_folder *folder, uint64_t first,
                                                    const void *text, size_t size, int *fd_plus_1,
                                                    struct fws_error *err);

/* Check that an open segment is still the file of its name, and has no second name. */
FWS_MUST_USE enum fws_status fws_folder_check_identity(const struct fws_folder *folder,
                                                       uint64_t first,
                                                       const struct fws_identity *segment,
                                                       struct stat *info, struct fws_error *err);

#endif
