/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log's past means for its next entry: intents that are open, the key in force, which
 * checkpoints have their entry. A fold of the entries, together with the caller's own fold.
 */
#ifndef FWS_AUDIT_PAST_H
#define FWS_AUDIT_PAST_H

#include "audit/line.h"

#define FWS_PAST_MAX_SIZE 1048576u /* bytes of a snapshot */

struct fws_open_intent {
    uint64_t seq;
    char instance[17];
};

struct fws_past {
    const struct fws_audit_fold *fold; /* the caller's, or NULL; kept */
    uint64_t next;                     /* entries folded */
    struct fws_buf intents;            /* struct fws_open_intent, oldest first */
    uint64_t recorded;                 /* size of the newest checkpoint that has its entry */
    uint64_t snapshot;                 /* entries in the newest snapshot that has its entry */
    uint64_t marks;                    /* of crashes: recoveries, tails, unresolved intents */
    uint64_t last_mark;                /* behind the last mark; 0 = there is none */
    uint64_t acknowledged;             /* marks that an acknowledgement covers */
    uint64_t unresolved;
    char key[FWS_VKEY_TEXT_MAX]; /* vkey of the log's key in force; "" while not known */
    bool partial; /* entries before the first folded one are not known, nor what they began */
};

void fws_past_init(struct fws_past *past, const struct fws_audit_fold *fold);
void fws_past_free(struct fws_past *past);

/* Back to before the first entry. */
void fws_past_reset(struct fws_past *past);

/* Begin at entry next, with nothing known of those before. */
void fws_past_begin(struct fws_past *past, uint64_t next);

/* Take the next entry; one that was taken before is passed over. FWS_E_LOG_TAMPERED when an entry of
 * the log's own is not as its kind must be. */
FWS_MUST_USE enum fws_status fws_past_apply(struct fws_past *past, const struct fws_line *line,
                                            const void *text, size_t size, struct fws_error *err);

size_t fws_past_intent_count(const struct fws_past *past);
const struct fws_open_intent *fws_past_intents(const struct fws_past *past);

/* The snapshot: one canonical object. Save refuses (FWS_E_TOO_LARGE) what is beyond FWS_PAST_MAX_SIZE,
 * which nobody would load. Load refuses (FWS_E_LOG_TAIL) what is not as save writes it; past is then
 * reset. */
FWS_MUST_USE enum fws_status fws_past_save(const struct fws_past *past, struct fws_buf *out,
                                           struct fws_error *err);
FWS_MUST_USE enum fws_status fws_past_load(struct fws_past *past, const void *text, size_t size,
                                           struct fws_error *err);

#endif
