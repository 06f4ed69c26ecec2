/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was signed so far: a fold of the log's sign.intent, sign.outcome and sign.unresolved entries,
 * for rules like "the next version is higher" or "so many an hour". Private to signer/.
 *
 *     fws_releases_init(&releases);
 *     struct fws_audit_fold fold = fws_releases_fold(&releases);      into fws_audit_options
 *     ... fws_audit_decide(log, decide, ...): in decide, under the log's lock:
 *         release = fws_releases_find(&releases, "pump", FWS_CHANNEL_DEFAULT);
 *     fws_releases_free(&releases);
 *
 * Versions are counted by product and channel; budgets, the security counter and the policy's serial
 * by product, whatever the channel: a device has one counter, and a product one policy.
 *
 * An intent that is open counts as if it had been signed: another process is about to, and two must
 * not both be right about "the next version". Ended as failed it counts no more. One that is
 * unresolved may have been signed, by a program that is gone: it counts on, and its version is
 * reserved for the same bytes. A replay hands out what was signed before and counts for nothing.
 *
 * Memory grows with products, channels and the intents that are open, not with the entries. Not to
 * be used by two threads at once; the log calls the fold under its own lock.
 */
#ifndef FWS_SIGNER_RELEASES_H
#define FWS_SIGNER_RELEASES_H

#include "audit/audit.h"
#include "policy/policy.h"
#include "signer/signed_index.h"

#define FWS_RELEASE_PRODUCT_SIZE 65u /* with NUL: as long as the policy allows */
#define FWS_RELEASE_CHANNEL_SIZE 65u /* with NUL */
#define FWS_RELEASE_REQUEST_SIZE 65u /* with NUL */

#define FWS_RELEASE_VERSIONS 64u /* of a channel, whose signatures are counted: the highest ones */
#define FWS_RELEASE_RESERVED 64u /* of a product: the newest ones */

/* Of one product and channel, signed, being signed or unresolved. Entries are those of intents: they
 * say what and who. */
struct fws_release {
    char product[FWS_RELEASE_PRODUCT_SIZE];
    char channel[FWS_RELEASE_CHANNEL_SIZE];
    uint64_t signed_count;
    uint64_t open_count;
    uint64_t unresolved_count;
    struct fws_version highest; /* what the next version is measured by */
    uint64_t entry;             /* the first intent of that version */
    struct fws_version last;    /* of the newest intent */
    uint64_t last_entry;
};

/* How many signatures a UTC hour and day have had; a number is the unix time in hours, in days. */
struct fws_release_spent {
    uint64_t hour, hour_count;
    uint64_t day, day_count;
};

/* Of one product over all its channels. */
struct fws_release_product {
    char product[FWS_RELEASE_PRODUCT_SIZE];
    bool has_counter;
    uint32_t counter; /* the highest security counter */
    bool has_serial;
    uint64_t serial;       /* the highest of the policy's serials that an intent has named */
    uint64_t serial_entry; /* the first intent that did; what became of it does not matter */
    struct fws_release_spent spent;
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
    struct fws_buf channels; /* in byte order of product and channel */
    struct fws_buf intents;  /* open, oldest first */
    struct fws_buf reserved; /* oldest first */
    struct fws_buf recent;   /* signatures, oldest outcome first */
    uint64_t next;           /* behind the newest entry */
    struct fws_watch watch;
};

void fws_releases_init(struct fws_releases *releases);
void fws_releases_free(struct fws_releases *releases);

/*
 * The fold to open a log with; releases is kept by it.
 *
 * apply  FWS_E_LOG_TAMPERED: an intent does not say product and version, another member it reads is
 *        not what it must be, an entry ends an intent that is not open, or a replay names no earlier
 *        entry. FWS_E_MEMORY. What is folded is then of no use before a reset.
 * load   FWS_E_LOG_TAIL: not to the byte what save writes. Nothing is left of it, nor of before.
 */
struct fws_audit_fold fws_releases_fold(struct fws_releases *releases);

/* NULL when nothing was signed of product and channel, nor is being signed or unresolved. Valid
 * until the next entry. */
const struct fws_release *fws_releases_find(const struct fws_releases *releases,
                                            const char *product, const char *channel);

/* NULL when the product was never heard of. Valid until the next entry. */
const struct fws_release_product *fws_releases_product(const struct fws_releases *releases,
                                                       const char *product);

/*
 * How many signatures of the product count for the UTC hour, or day, that now_us (as by
 * fws_clock_now_us) is in: 0 in a later one than the newest intent's. A clock that went back finds
 * the newest intent's count, and adds to it.
 */
uint64_t fws_releases_spent_hour(const struct fws_releases *releases, const char *product,
                                 int64_t now_us);
uint64_t fws_releases_spent_day(const struct fws_releases *releases, const char *product,
                                int64_t now_us);

/* How many signatures the version counts. False when it is older than the versions that are counted,
 * and nobody knows: the caller must refuse. */
FWS_MUST_USE bool fws_releases_spent_version(const struct fws_releases *releases,
                                             const char *product, const char *channel,
                                             const struct fws_version *version, uint64_t *out);

/*
 * Is the version reserved for these bytes and this key? An intent of them is unresolved, and they
 * were not signed since. image and spki are texts of digests, as intents hold them.
 */
FWS_MUST_USE bool fws_releases_reserved(const struct fws_releases *releases, const char *product,
                                        const char *channel, const struct fws_version *version,
                                        const char *image, const char *spki);

/* Is an intent open for the same bytes, key and policy? seq is the oldest one's, to be waited for.
 * All three are texts of digests. */
FWS_MUST_USE bool fws_releases_open_same(const struct fws_releases *releases, const char *image,
                                         const char *spki, const char *policy, uint64_t *seq);

/* The newest signature of that key among the newest entries, those from fws_releases_signed_from on.
 * For those before: fws_signed_find. */
FWS_MUST_USE bool fws_releases_signed(const struct fws_releases *releases,
                                      const uint8_t key[FWS_SIGNED_KEY_SIZE],
                                      struct fws_signed_record *out);

/* A multiple of FWS_SIGNED_RANGE, and so many entries at least before the newest one, if there are
 * so many: what a caller has searched up to here before it took the log's lock holds under it, unless
 * this has moved on in the meantime. */
uint64_t fws_releases_signed_from(const struct fws_releases *releases);

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
