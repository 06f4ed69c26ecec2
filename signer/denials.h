/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals that cost nothing to cause, counted: who needs no credential to be refused could
 * otherwise fill the disk with entries and the log's lock with flushes. Private to signer/.
 *
 *     fws_denials_init(&denials, append, log);
 *     status = fws_denials_add(&denials, peer, "unknown-user", now_us, err);    before the answer
 *     status = fws_denials_tick(&denials, now_us, err);                         now and then
 *     status = fws_denials_flush(&denials, now_us, err);                        before the log closes
 *
 * A kind is a source with a reason. The first refusal of a kind is logged at once; those that follow
 * within FWS_DENIALS_WINDOW_US are counted and become one entry when the window is over:
 *
 *     auth.fail {"count":N,"first":"<time>","last":"<time>","reason":"...","source":"..."}
 *
 * FWS_DENIALS_KINDS kinds are told apart at a time; all others are one more, of source "other" and,
 * when there are several, of reason "other". Each of these has an entry a window at most, however
 * many refusals there are; a flush may add one.
 *
 * No memory of its own; not to be used by two threads at once.
 */
#ifndef FWS_SIGNER_DENIALS_H
#define FWS_SIGNER_DENIALS_H

#include <stdbool.h>

#include "base/error.h"

#define FWS_DENIALS_WINDOW_US INT64_C(60000000)
#define FWS_DENIALS_KINDS     64u
#define FWS_DENIALS_TEXT_MAX  64u /* bytes of source and reason */
#define FWS_DENIALS_OTHER     "other"

/* Append one entry and wait until it is durable, as fws_audit_append does. */
typedef enum fws_status fws_denials_append_fn(void *context, const char *type, const void *data,
                                              size_t size, struct fws_error *err);

struct fws_denial {
    char source[FWS_ERROR_QUOTE_SIZE];
    char reason[FWS_ERROR_QUOTE_SIZE];
    int64_t window_us; /* when it began */
    uint64_t count;    /* not logged so far; the times are theirs */
    int64_t first_us, last_us;
};

struct fws_denials {
    fws_denials_append_fn *append;
    void *context;
    size_t kind_count;
    struct fws_denial kinds[FWS_DENIALS_KINDS];
    bool has_others;
    struct fws_denial others;
};

/* context is kept, and handed to append. */
void fws_denials_init(struct fws_denials *denials, fws_denials_append_fn *append, void *context);

/*
 * A refusal. Texts may be anything and from anyone: they are cut, and made printable ASCII. now_us
 * as by fws_clock_now_us.
 *
 * What append says when something could not be logged; it is then kept and tried again a window
 * later, or by the next flush.
 */
FWS_MUST_USE enum fws_status fws_denials_add(struct fws_denials *denials, const char *source,
                                             const char *reason, int64_t now_us,
                                             struct fws_error *err);

/* Log what was counted in windows that are over. Of several failures the first. */
FWS_MUST_USE enum fws_status fws_denials_tick(struct fws_denials *denials, int64_t now_us,
                                              struct fws_error *err);

/* Log all that was counted, windows that are not over included. */
FWS_MUST_USE enum fws_status fws_denials_flush(struct fws_denials *denials, int64_t now_us,
                                               struct fws_error *err);

#endif
