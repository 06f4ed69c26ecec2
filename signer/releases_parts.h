/* SPDX-License-Identifier: Apache-2.0 */
/* What the files releases*.c share; private to them. */
#ifndef FWS_SIGNER_RELEASES_PARTS_H
#define FWS_SIGNER_RELEASES_PARTS_H

#include "base/json_read.h"
#include "signer/releases.h"

/* ---- What the lists hold ---- */

struct fws_release_counter {
    bool has;
    uint32_t value;
};

/* One product; the counter of what is not open apart, as of an open intent it may be taken back. */
struct fws_release_line {
    struct fws_release_product seen;
    struct fws_release_counter done;
};

struct fws_release_version {
    struct fws_version version;
    uint64_t count; /* never 0 */
};

/* The highest versions, in ascending order. */
struct fws_release_versions {
    size_t count;
    struct fws_release_version items[FWS_RELEASE_VERSIONS];
    bool has_dropped;
    struct fws_version dropped; /* this one and those below it are not counted any more */
};

/* One product and channel: what is not open any more, and the same with the open intents on top. */
struct fws_release_channel {
    struct fws_release done;
    struct fws_release seen; /* what is shown; follows from done and the intents */
    struct fws_release_versions versions;
};

/* Digests as texts; "" where the intent does not say. */
struct fws_release_digests {
    char image[FWS_DIGEST_ANY_TEXT_SIZE];
    char spki[FWS_DIGEST_ANY_TEXT_SIZE];
    char policy[FWS_DIGEST_ANY_TEXT_SIZE];
};

struct fws_release_intent {
    uint64_t seq;
    char product[FWS_RELEASE_PRODUCT_SIZE];
    char channel[FWS_RELEASE_CHANNEL_SIZE];
    struct fws_version version;
    struct fws_release_counter counter;
    uint64_t hour; /* the one it was counted for */
    struct fws_release_digests digests;
};

/* A version that an unresolved intent keeps for the same bytes and key; no policy. */
struct fws_release_reservation {
    uint64_t intent;
    char product[FWS_RELEASE_PRODUCT_SIZE];
    char channel[FWS_RELEASE_CHANNEL_SIZE];
    struct fws_version version;
    char image[FWS_DIGEST_ANY_TEXT_SIZE];
    char spki[FWS_DIGEST_ANY_TEXT_SIZE];
};

/* ---- Lists ---- */

struct fws_release_line *fws_release_lines(const struct fws_releases *releases);
size_t fws_release_line_count(const struct fws_releases *releases);
struct fws_release_channel *fws_release_channels(const struct fws_releases *releases);
size_t fws_release_channel_count(const struct fws_releases *releases);
struct fws_release_intent *fws_release_intents(const struct fws_releases *releases);
size_t fws_release_intent_count(const struct fws_releases *releases);
struct fws_release_reservation *fws_release_reservations(const struct fws_releases *releases);
size_t fws_release_reservation_count(const struct fws_releases *releases);
struct fws_signed_record *fws_release_recents(const struct fws_releases *releases);
size_t fws_release_recent_count(const struct fws_releases *releases);

/* Put an item of that size in front of the one at index; take count items from there on away. */
FWS_MUST_USE enum fws_status fws_release_insert(struct fws_buf *list, size_t index,
                                                const void *item, size_t size,
                                                struct fws_error *err);
void fws_release_remove(struct fws_buf *list, size_t index, size_t count, size_t size);

/* Where it stands, or would; true when it does. */
bool fws_release_find_line(const struct fws_releases *releases, const char *product, size_t *index);
bool fws_release_find_channel(const struct fws_releases *releases, const char *product,
                              const char *channel, size_t *index);

/* The same, made when there is none. NULL without memory. Valid until the next is made. */
struct fws_release_line *fws_release_need_line(struct fws_releases *releases, const char *product,
                                               struct fws_error *err);
struct fws_release_channel *fws_release_need_channel(struct fws_releases *releases,
                                                     const char *product, const char *channel,
                                                     struct fws_error *err);

/* ---- What the entries mean ---- */

/* An intent, and what only counts once. */
struct fws_release_said {
    struct fws_release_intent intent;
    bool has_serial;
    uint64_t serial;
    uint64_t seconds; /* unix time */
};

/* Count an intent for the first time; said->intent.hour is set. */
FWS_MUST_USE enum fws_status fws_release_begin(struct fws_releases *releases,
                                               struct fws_release_said *said,
                                               struct fws_error *err);

/* Add an intent to those that are open, once its product and channel have counted it. */
FWS_MUST_USE enum fws_status fws_release_open(struct fws_releases *releases,
                                              const struct fws_release_intent *intent,
                                              struct fws_error *err);

/* End one by the outcome of that index. FWS_E_NOT_FOUND when it is not open. */
FWS_MUST_USE enum fws_status fws_release_close(struct fws_releases *releases, uint64_t seq,
                                               uint64_t outcome, enum fws_watch_state state,
                                               struct fws_error *err);

/* A channel that counts nothing, or a product without channels and serial, is as one that was never
 * heard of. */
bool fws_release_channel_idle(const struct fws_release_channel *channel);
bool fws_release_line_idle(const struct fws_releases *releases,
                           const struct fws_release_line *line);

/* Budgets: an hour's and a day's, and a version's. */
uint64_t fws_release_spend(struct fws_release_spent *spent, uint64_t seconds);
void fws_release_unspend(struct fws_release_spent *spent, uint64_t hour);
void fws_release_count_version(struct fws_release_versions *versions,
                               const struct fws_version *version);
void fws_release_uncount_version(struct fws_release_versions *versions,
                                 const struct fws_version *version);
bool fws_release_version_count(const struct fws_release_versions *versions,
                               const struct fws_version *version, uint64_t *out);

/* Reservations. An intent that does not say its digests has none. */
FWS_MUST_USE enum fws_status fws_release_reserve(struct fws_releases *releases,
                                                 const struct fws_release_intent *intent,
                                                 struct fws_error *err);
void fws_release_unreserve(struct fws_releases *releases, const struct fws_release_intent *intent);
bool fws_release_find_reserved(const struct fws_releases *releases,
                               const struct fws_release_reservation *same, size_t *index);
size_t fws_release_reserved_of(const struct fws_releases *releases, const char *product);

/* The newest signatures: one more; forget those before fws_releases_signed_from. */
FWS_MUST_USE enum fws_status fws_release_remember(struct fws_releases *releases,
                                                  const struct fws_release_intent *intent,
                                                  uint64_t outcome, struct fws_error *err);
void fws_release_forget(struct fws_releases *releases);

/* The watch: an entry passes, an intent, what ends one; what was seen is to be seen again. */
void fws_watch_entry(struct fws_watch *watch, uint64_t seq);
void fws_watch_intent(struct fws_watch *watch, const struct fws_audit_entry *entry);
void fws_watch_end(struct fws_watch *watch, uint64_t intent, uint64_t seq,
                   enum fws_watch_state state);
void fws_watch_anew(struct fws_watch *watch);

/* Back to before the first entry; what is watched stays watched. */
void fws_releases_reset(struct fws_releases *releases);

/* ---- Reading ---- */

/* Members of entries and snapshots: false when it is not there, or is not what it must be. */
bool fws_release_read_number(const void *object, size_t size, const char *name, uint64_t *out);
bool fws_release_read_text(const void *object, size_t size, const char *name, char *out,
                           size_t out_size);
bool fws_release_read_version(const void *object, size_t size, const char *name,
                              struct fws_version *out);

/* These need not be there; one that is there must be one. */
bool fws_release_read_counter(const void *object, size_t size, struct fws_release_counter *out);
bool fws_release_read_digest(const void *object, size_t size, const char *name,
                             char out[FWS_DIGEST_ANY_TEXT_SIZE]);

bool fws_release_take_version(const struct fws_json_value *value, struct fws_version *out);

/* All that is read of a sign.intent, in one pass over its members. */
bool fws_release_read_intent(const struct fws_audit_entry *entry, struct fws_release_said *out);

/* Unix time of an entry's text. */
bool fws_release_read_time(const char *text, uint64_t *seconds);

/* ---- The fold's snapshot ---- */

void fws_releases_save(void *context, struct fws_json *json);
FWS_MUST_USE enum fws_status fws_releases_load(void *context, const void *object, size_t size,
                                               struct fws_error *err);

#endif
