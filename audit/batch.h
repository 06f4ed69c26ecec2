/* SPDX-License-Identifier: Apache-2.0 */
/* Lines being put together for one write, and the log's own that come first in it. */
#ifndef FWS_AUDIT_BATCH_H
#define FWS_AUDIT_BATCH_H

#include "audit/log.h"

struct fws_draft {
    struct fws_buf text; /* lines with their LFs */
    uint64_t first;      /* index of the first entry */
    uint64_t next;
    char prev[65]; /* leaf hash of the entry before next */
};

void fws_draft_begin(struct fws_draft *draft, const struct fws_audit *log);
void fws_draft_free(struct fws_draft *draft);

/* Add an entry and fold it: what is decided next knows of it. A failure adds nothing. */
FWS_MUST_USE enum fws_status fws_draft_add(struct fws_audit *log, struct fws_draft *draft,
                                           const char *type, const void *data, size_t size,
                                           struct fws_error *err);

/* What the log has to say for itself before others do: the entry of the newest checkpoint, the marks
 * of writers that are gone. */
FWS_MUST_USE enum fws_status fws_draft_housekeeping(struct fws_audit *log, struct fws_draft *draft,
                                                    struct fws_error *err);

/* And behind them: a snapshot, when one is due. */
FWS_MUST_USE enum fws_status fws_draft_snapshot(struct fws_audit *log, struct fws_draft *draft,
                                                struct fws_error *err);

#endif
