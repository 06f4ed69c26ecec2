/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has appended behind the newest checkpoint. As long as such a writer is alive a checkpoint is
 * still to come; when it is gone its entries are what a crash left.
 */
#ifndef FWS_AUDIT_TAIL_H
#define FWS_AUDIT_TAIL_H

#include "audit/line.h"

struct fws_tail_writer {
    char instance[17];
    uint64_t first, last; /* entries */
    uint64_t entries;
    bool closed; /* the last one says that it ended in order */
};

struct fws_tail {
    uint64_t covered;       /* size of the newest checkpoint */
    struct fws_buf writers; /* struct fws_tail_writer */
};

void fws_tail_free(struct fws_tail *tail);

/* A newer checkpoint: who has nothing behind it any more is out of the list. */
void fws_tail_cover(struct fws_tail *tail, uint64_t size);

/* Take an entry; those that are covered do not matter. A log.tail says all there is to say about the
 * writer it names, which is then out of the list. */
FWS_MUST_USE enum fws_status fws_tail_take(struct fws_tail *tail, const struct fws_line *line,
                                           struct fws_error *err);

size_t fws_tail_count(const struct fws_tail *tail);
const struct fws_tail_writer *fws_tail_at(const struct fws_tail *tail, size_t index);

#endif
