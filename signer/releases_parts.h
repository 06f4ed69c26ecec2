/* SPDX-License-Identifier: Apache-2.0 */
/* What the files releases*.c share; private to them. */
#ifndef FWS_SIGNER_RELEASES_PARTS_H
#define FWS_SIGNER_RELEASES_PARTS_H

#include "base/json_read.h"
#include "signer/releases.h"

/* One product: what outcomes say, and the same with the open intents on top. */
struct fws_release_product {
    struct fws_release done;
    struct fws_release seen; /* what is shown; follows from done and the intents */
};

struct fws_release_intent {
    uint64_t seq;
    char product[FWS_RELEASE_PRODUCT_SIZE];
    struct fws_version version;
    bool has_counter;
    uint32_t counter;
};

struct fws_release_product *fws_release_products(const struct fws_releases *releases);
size_t fws_release_product_count(const struct fws_releases *releases);
struct fws_release_intent *fws_release_intents(const struct fws_releases *releases);
size_t fws_release_intent_count(const struct fws_releases *releases);

/* Where the product stands, or would; true when it does. */
bool fws_release_find_product(const struct fws_releases *releases, const char *name, size_t *index);

/* Count an intent that is open. FWS_E_INTERNAL when it is not newer than those before. */
FWS_MUST_USE enum fws_status fws_release_open(struct fws_releases *releases,
                                              const struct fws_release_intent *intent,
                                              struct fws_error *err);

/* Count an intent no more as open. False when it is not. */
bool fws_release_close(struct fws_releases *releases, uint64_t seq, bool was_signed);

/* The watch: an entry passes, an intent, what ends one. */
void fws_watch_entry(struct fws_watch *watch, uint64_t seq);
void fws_watch_intent(struct fws_watch *watch, const struct fws_audit_entry *entry);
void fws_watch_end(struct fws_watch *watch, uint64_t intent, uint64_t seq,
                   enum fws_watch_state state);

/* Back to before the first entry; what is watched stays watched. */
void fws_releases_reset(struct fws_releases *releases);

/* Members of entries and snapshots. A counter need not be there; one that is there must be one. */
bool fws_release_read_number(const void *object, size_t size, const char *name, uint64_t *out);
bool fws_release_read_product(const void *object, size_t size, char out[FWS_RELEASE_PRODUCT_SIZE]);
bool fws_release_read_version(const void *object, size_t size, const char *name,
                              struct fws_version *out);
bool fws_release_read_counter(const void *object, size_t size, bool *has, uint32_t *out);

/* Product, version and counter: what intents and the snapshot's list of them have in common. */
bool fws_release_read_intent(const void *object, size_t size, struct fws_release_intent *out);

/* The fold's snapshot. */
void fws_releases_save(void *context, struct fws_json *json);
FWS_MUST_USE enum fws_status fws_releases_load(void *context, const void *object, size_t size,
                                               struct fws_error *err);

#endif
