/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "signer/releases_parts.h"

/* ---- Two lists ---- */

struct fws_release_product *fws_release_products(const struct fws_releases *releases)
{
    return (struct fws_release_product *)(void *)releases->products.data;
}

size_t fws_release_product_count(const struct fws_releases *releases)
{
    return releases->products.size / sizeof(struct fws_release_product);
}

struct fws_release_intent *fws_release_intents(const struct fws_releases *releases)
{
    return (struct fws_release_intent *)(void *)releases->intents.data;
}

size_t fws_release_intent_count(const struct fws_releases *releases)
{
    return releases->intents.size / sizeof(struct fws_release_intent);
}

/* Put an item of that size in front of the one at index. */
static enum fws_status list_insert(struct fws_buf *list, size_t index, const void *item,
                                   size_t size, struct fws_error *err)
{
    size_t at = index * size;
    size_t behind = list->size - at;
    enum fws_status status = fws_buf_append(list, item, size, err);

    if (status == FWS_OK) {
        memmove(list->data + at + size, list->data + at, behind);
        memcpy(list->data + at, item, size);
    }
    return status;
}

static void list_remove(struct fws_buf *list, size_t index, size_t size)
{
    size_t at = index * size;

    list->size -= size;
    memmove(list->data + at, list->data + at + size, list->size - at);
}

bool fws_release_find_product(const struct fws_releases *releases, const char *name, size_t *index)
{
    size_t low = 0;
    size_t high = fws_release_product_count(releases);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(fws_release_products(releases)[middle].done.product, name);

        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *index = low;
    return false;
}

static bool find_intent(const struct fws_releases *releases, uint64_t seq, size_t *index)
{
    size_t count = fws_release_intent_count(releases);

    for (*index = 0; *index < count; (*index)++) {
        if (fws_release_intents(releases)[*index].seq == seq) {
            return true;
        }
    }
    return false;
}

/* ---- What they mean ---- */

static void count_in(struct fws_release *release, const struct fws_release_intent *intent)
{
    bool first = release->signed_count + release->open_count == 0;
    int order = fws_version_compare(&intent->version, &release->highest);

    /* Outcomes come in another order than intents: of one version the first intent counts. */
    if (first || order > 0 || (order == 0 && intent->seq < release->entry)) {
        release->highest = intent->version;
        release->entry = intent->seq;
    }
    if (first || intent->seq > release->last_entry) {
        release->last = intent->version;
        release->last_entry = intent->seq;
    }
    if (intent->has_counter && (!release->has_counter || intent->counter > release->counter)) {
        release->has_counter = true;
        release->counter = intent->counter;
    }
}

static void count_signed(struct fws_release *release, const struct fws_release_intent *intent)
{
    count_in(release, intent);
    release->signed_count++;
}

static void count_open(struct fws_release *release, const struct fws_release_intent *intent)
{
    count_in(release, intent);
    release->open_count++;
}

/* Give the intent's product a place when it has none so far. */
static enum fws_status open_product(struct fws_releases *releases,
                                    const struct fws_release_intent *intent, struct fws_error *err)
{
    struct fws_release_product product = {0};
    size_t index = 0;

    if (!fws_release_find_product(releases, intent->product, &index)) {
        memcpy(product.done.product, intent->product, sizeof intent->product);
        memcpy(product.seen.product, intent->product, sizeof intent->product);
        enum fws_status status =
            list_insert(&releases->products, index, &product, sizeof product, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    count_open(&fws_release_products(releases)[index].seen, intent);
    return FWS_OK;
}

enum fws_status fws_release_open(struct fws_releases *releases,
                                 const struct fws_release_intent *intent, struct fws_error *err)
{
    size_t count = fws_release_intent_count(releases);

    if (count > 0 && fws_release_intents(releases)[count - 1].seq >= intent->seq) {
        return fws_error_set(err, FWS_E_INTERNAL, "releases: entries are folded out of order");
    }
    enum fws_status status = fws_buf_append(&releases->intents, intent, sizeof *intent, err);

    return status == FWS_OK ? open_product(releases, intent, err) : status;
}

/* Count anew: what an intent that is gone stood for may have been the highest. A product of which
 * nothing was signed, and nothing is being signed, is one that was never heard of. */
static void review(struct fws_releases *releases, size_t index)
{
    struct fws_release_product *product = &fws_release_products(releases)[index];

    product->seen = product->done;
    for (size_t i = 0; i < fws_release_intent_count(releases); i++) {
        const struct fws_release_intent *intent = &fws_release_intents(releases)[i];

        if (strcmp(intent->product, product->done.product) == 0) {
            count_open(&product->seen, intent);
        }
    }
    if (product->seen.signed_count + product->seen.open_count == 0) {
        list_remove(&releases->products, index, sizeof *product);
    }
}

bool fws_release_close(struct fws_releases *releases, uint64_t seq, bool was_signed)
{
    struct fws_release_intent intent;
    size_t at = 0;
    size_t index = 0;

    if (!find_intent(releases, seq, &at)) {
        return false;
    }
    intent = fws_release_intents(releases)[at];
    list_remove(&releases->intents, at, sizeof intent);
    if (fws_release_find_product(releases, intent.product, &index)) {
        if (was_signed) {
            count_signed(&fws_release_products(releases)[index].done, &intent);
        }
        review(releases, index);
    }
    return true;
}

/* ---- The watch ---- */

void fws_watch_entry(struct fws_watch *watch, uint64_t seq)
{
    if (!watch->began) {
        watch->began = true;
        watch->from = seq;
    }
}

void fws_watch_intent(struct fws_watch *watch, const struct fws_audit_entry *entry)
{
    struct fws_json_value request;

    if (*watch->request != '\0' &&
        fws_json_find(entry->data, entry->data_size, "request", &request) &&
        fws_json_value_is(&request, watch->request)) {
        watch->state = FWS_WATCH_OPEN;
        watch->intent = entry->seq;
        watch->end = 0;
    }
}

void fws_watch_end(struct fws_watch *watch, uint64_t intent, uint64_t seq,
                   enum fws_watch_state state)
{
    if (watch->state == FWS_WATCH_OPEN && watch->intent == intent) {
        watch->state = state;
        watch->end = seq;
    }
}

bool fws_releases_watch(struct fws_releases *releases, const char *request)
{
    size_t size = request != NULL ? strlen(request) : 0;

    releases->watch = (struct fws_watch){0};
    if (request == NULL) {
        return true;
    }
    if (size == 0 || size >= sizeof releases->watch.request) {
        return false;
    }
    memcpy(releases->watch.request, request, size + 1);
    return true;
}

/* What was watched stays watched; what was seen is to be seen again. */
static void watch_anew(struct fws_watch *watch)
{
    watch->state = FWS_WATCH_NOT_SEEN;
    watch->intent = 0;
    watch->end = 0;
    watch->began = false;
    watch->from = 0;
}

/* ---- For the caller ---- */

void fws_releases_reset(struct fws_releases *releases)
{
    fws_buf_free(&releases->products);
    fws_buf_free(&releases->intents);
    watch_anew(&releases->watch);
}

void fws_releases_init(struct fws_releases *releases)
{
    *releases = (struct fws_releases){0};
}

void fws_releases_free(struct fws_releases *releases)
{
    fws_releases_reset(releases);
    *releases = (struct fws_releases){0};
}

const struct fws_release *fws_releases_find(const struct fws_releases *releases,
                                            const char *product)
{
    size_t index = 0;

    return fws_release_find_product(releases, product, &index)
               ? &fws_release_products(releases)[index].seen
               : NULL;
}

bool fws_releases_knows(const struct fws_releases *releases, const char *request)
{
    return releases != NULL && releases->watch.state != FWS_WATCH_NOT_SEEN &&
           strcmp(releases->watch.request, request) == 0;
}
