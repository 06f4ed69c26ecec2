/* SPDX-License-Identifier: Apache-2.0 */
/* The releases as the log's snapshot keeps them. */
#include <string.h>

#include "signer/releases_parts.h"

static void put_version(struct fws_json *json, const char *name, const struct fws_version *version)
{
    char text[FWS_VERSION_TEXT_SIZE];

    fws_json_text(json, name, fws_version_text(version, text));
}

static void put_counter(struct fws_json *json, bool has, uint32_t counter)
{
    if (has) {
        fws_json_int(json, "counter", counter);
    }
}

static void save_intent(struct fws_json *json, const struct fws_release_intent *intent)
{
    fws_json_object(json, NULL);
    put_counter(json, intent->has_counter, intent->counter);
    fws_json_text(json, "product", intent->product);
    fws_json_int(json, "seq", (int64_t)intent->seq);
    put_version(json, "version", &intent->version);
    fws_json_end(json);
}

static void save_release(struct fws_json *json, const struct fws_release *release)
{
    fws_json_object(json, NULL);
    put_counter(json, release->has_counter, release->counter);
    fws_json_int(json, "entry", (int64_t)release->entry);
    put_version(json, "highest", &release->highest);
    put_version(json, "last", &release->last);
    fws_json_int(json, "last_entry", (int64_t)release->last_entry);
    fws_json_text(json, "product", release->product);
    fws_json_int(json, "signed", (int64_t)release->signed_count);
    fws_json_end(json);
}

void fws_releases_save(void *context, struct fws_json *json)
{
    const struct fws_releases *releases = context;

    fws_json_array(json, "intents");
    for (size_t i = 0; i < fws_release_intent_count(releases); i++) {
        save_intent(json, &fws_release_intents(releases)[i]);
    }
    fws_json_end(json);
    fws_json_array(json, "products");
    for (size_t i = 0; i < fws_release_product_count(releases); i++) {
        const struct fws_release *done = &fws_release_products(releases)[i].done;

        if (done->signed_count > 0) {
            save_release(json, done);
        }
    }
    fws_json_end(json);
}

/* Of what one release says, nothing may contradict the rest. One that was never signed is not
 * saved, so that check_same refuses it. */
static bool release_holds(const struct fws_release *release)
{
    bool one = release->entry == release->last_entry;
    int order = fws_version_compare(&release->highest, &release->last);

    return release->entry <= release->last_entry && order >= 0 &&
           (one ? order == 0 : release->signed_count > 1);
}

static bool read_release(const void *object, size_t size, struct fws_release *out)
{
    return fws_release_read_counter(object, size, &out->has_counter, &out->counter) &&
           fws_release_read_number(object, size, "entry", &out->entry) &&
           fws_release_read_version(object, size, "highest", &out->highest) &&
           fws_release_read_version(object, size, "last", &out->last) &&
           fws_release_read_number(object, size, "last_entry", &out->last_entry) &&
           fws_release_read_product(object, size, out->product) &&
           fws_release_read_number(object, size, "signed", &out->signed_count) &&
           release_holds(out);
}

static enum fws_status refuse(struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAIL, "snapshot: the releases are not as they were saved");
}

/* Products come in order, each once: the next one belongs behind those that are there. */
static enum fws_status load_release(struct fws_releases *releases,
                                    const struct fws_json_value *item, struct fws_error *err)
{
    struct fws_release_product product = {0};
    size_t index = 0;

    if (!read_release(item->raw.data, item->raw.left, &product.done)) {
        return refuse(err);
    }
    (void)fws_release_find_product(releases, product.done.product, &index);
    if (index != fws_release_product_count(releases)) {
        return refuse(err);
    }
    product.seen = product.done;
    return fws_buf_append(&releases->products, &product, sizeof product, err);
}

static enum fws_status load_intent(struct fws_releases *releases, const struct fws_json_value *item,
                                   struct fws_error *err)
{
    struct fws_release_intent intent = {0};

    if (!fws_release_read_intent(item->raw.data, item->raw.left, &intent) ||
        !fws_release_read_number(item->raw.data, item->raw.left, "seq", &intent.seq)) {
        return refuse(err);
    }
    enum fws_status status = fws_release_open(releases, &intent, err);

    return status == FWS_E_INTERNAL ? refuse(err) : status;
}

static enum fws_status load_list(struct fws_releases *releases, const void *object, size_t size,
                                 const char *name,
                                 enum fws_status (*load_item)(struct fws_releases *,
                                                              const struct fws_json_value *,
                                                              struct fws_error *),
                                 struct fws_error *err)
{
    struct fws_json_value list;
    struct fws_json_value item;
    enum fws_status status = fws_json_find(object, size, name, &list) ? FWS_OK : refuse(err);

    if (status != FWS_OK) {
        return status;
    }
    while (status == FWS_OK && fws_json_next(&list.raw, &item)) {
        status = load_item(releases, &item, err);
    }
    return status;
}

/* Whatever reading passed over, a member too many or a number spelled otherwise, shows here. */
static enum fws_status check_same(struct fws_releases *releases, const void *object, size_t size,
                                  struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_releases_save(releases, &json);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status == FWS_OK && (json.buf.size != size || memcmp(json.buf.data, object, size) != 0)) {
        return refuse(err);
    }
    return status;
}

enum fws_status fws_releases_load(void *context, const void *object, size_t size,
                                  struct fws_error *err)
{
    struct fws_releases *releases = context;

    fws_releases_reset(releases);
    enum fws_status status = load_list(releases, object, size, "products", load_release, err);

    if (status == FWS_OK) {
        status = load_list(releases, object, size, "intents", load_intent, err);
    }
    if (status == FWS_OK) {
        status = check_same(releases, object, size, err);
    }
    if (status != FWS_OK) {
        fws_releases_reset(releases);
    }
    return status;
}
