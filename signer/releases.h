/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was signed so far, a product at a time: a fold of the log's sign.intent, sign.outcome and
 * sign.unresolved entries, for rules like "the next version is higher". Private to signer/.
 *
 *     fws_releases_init(&releases);
 *     struct fws_audit_fold fold = fws_releases_fold(&releases);      into fws_audit_options
 *     ... fws_audit_decide(log, decide, ...): in decide, under the log's lock:
 *         release = fws_releases_find(&releases, "pump");
 *     fws_releases_free(&releases);
 *
 * An intent that is open counts as if it had been signed: another process is about to, and two must
 * not both be right about "the next version". Ended as failed or unresolved it counts no more.
 *
 * Memory grows with the products and the intents that are open, not with the entries. Not to be
 * used by two threads at once; the log calls the fold under its own lock.
 */
#ifndef FWS_SIGNER_RELEASES_H
#define FWS_SIGNER_RELEASES_H

#include "audit/audit.h"
#include "format/format.h"

#define FWS_RELEASE_PRODUCT_SIZE 65u /* with NUL: as long as the policy allows */
#define FWS_RELEASE_REQUEST_SIZE 65u /* with NUL */

/* Of one product, signed or being signed. Entries are those of intents: they say what and who. */
struct fws_release {
    char product[FWS_RELEASE_PRODUCT_SIZE];
    uint64_t signed_count;
    uint64_t open_count;
    struct fws_version highest; /* what the next version is measured by */
    uint64_t entry;             /* the first intent of that version */
    struct fws_version last;    /* of the newest intent */
    uint64_t last_entry;
    bool has_counter;
    uint32_t counter; /* the highest security counter */
};

/* The newest intent of a request, for a caller that asks again after its connection was cut. */
enum fws_watch_state {
    FWS_WATCH_NOT_SEEN,
    FWS_WATCH_OPEN,
    FWS_WATCH_SIGNED,
    FWS_WATCH_FAILED,
    FWS_WATCH_UNRESOLVED,
};

struct fws_watch {
    char request[FWS_RELEASE_REQUEST_SIZE]; /* "": nothing is watched */
    enum fws_watch_state state;
    uint64_t intent;
    uint64_t end; /* the entry that ended it: signed, failed, unresolved */
    bool began;   /* an entry was seen, the first was: */
    uint64_t from;
};

struct fws_releases {
    struct fws_buf products; /* in byte order of their names */
    struct fws_buf intents;  /* open, oldest first */
    struct fws_watch watch;
};

void fws_releases_init(struct fws_releases *releases);
void fws_releases_free(struct fws_releases *releases);

/*
 * The fold to open a log with; releases is kept by it.
 *
 * apply  FWS_E_LOG_TAMPERED: an intent does not say product and version, or an entry ends an intent
 *        that is not open. FWS_E_MEMORY. What is folded is then of no use before a reset.
 * load   FWS_E_LOG_TAIL: not to the byte what save writes. Nothing is left of it, nor of before.
 */
struct fws_audit_fold fws_releases_fold(struct fws_releases *releases);

/* NULL when nothing was signed of the product, nor is being signed. Valid until the next entry. */
const struct fws_release *fws_releases_find(const struct fws_releases *releases,
                                            const char *product);

/*
 * From here on remember the newest intent whose member "request" is this text; NULL: none. One text
 * at a time, without characters that JSON escapes. False, and nothing is watched, when it is empty
 * or too long.
 *
 * Only entries that pass the fold are seen: those a snapshot stands for do not. watch.from is the
 * first that did; who needs to know of all must look at those before it in the log.
 */
FWS_MUST_USE bool fws_releases_watch(struct fws_releases *releases, const char *request);

/* Was an intent of the request that is watched seen, and is it this one? */
bool fws_releases_knows(const struct fws_releases *releases, const char *request);

#endif
