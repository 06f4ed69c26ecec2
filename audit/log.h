/* SPDX-License-Identifier: Apache-2.0 */
/* The log opened for appending, shared by open.c, create.c and append.c. */
#ifndef FWS_AUDIT_LOG_H
#define FWS_AUDIT_LOG_H

#include <sys/types.h>

#include "audit/segment.h"

struct fws_audit {
    struct fws_store store;
    struct fws_chain chain;     /* stands at the last good line read */
    struct fws_segment segment; /* the last one */
    uint64_t segment_limit;
    uint64_t allocated; /* bytes of the segment known to have room on the disk */
    unsigned lock_deadline_ms;
    pid_t pid;   /* a child that inherits the log would share, not take, its lock */
    bool broken; /* an error left the state of the disk unknown: nothing more is appended */
    char boot[37];
    char instance[17];
};

/* Store and chain opened, boot and instance filled; no segment. */
FWS_MUST_USE enum fws_status fws_log_begin(struct fws_audit *log, const char *directory,
                                           struct fws_error *err);
void fws_log_end(struct fws_audit *log);

/* Read what others appended since. Under the lock. */
FWS_MUST_USE enum fws_status fws_log_catch_up(struct fws_audit *log, struct fws_error *err);

/* Allocate room for size bytes behind the segment's end. FWS_E_SPACE. */
FWS_MUST_USE enum fws_status fws_log_allocate(struct fws_audit *log, uint64_t size,
                                              struct fws_error *err);

/* Append the next entry's text, with LF, to out. */
FWS_MUST_USE enum fws_status fws_log_compose(const struct fws_audit *log, const char *type,
                                             const void *data, size_t size, struct fws_buf *out,
                                             struct fws_error *err);

/* What a failure of the file system means to the caller of the log. */
FWS_MUST_USE enum fws_status fws_log_failure(struct fws_error *err);

#endif
