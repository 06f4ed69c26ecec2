/* SPDX-License-Identifier: Apache-2.0 */
/* The releases back from the log's snapshot. */
#include <string.h>

#include "base/hex.h"
#include "bytes/text.h"
#include "signer/releases_parts.h"

static enum fws_status refuse(struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAIL, "snapshot: the releases are not as they were saved");
}

/* Reading on: false refuses. A member that should not be there is refused by check_same. */
struct object {
    const void *data;
    size_t size;
    uint64_t next; /* behind the newest entry: each that is named stands before it */
};

static bool number(const struct object *object, const char *name, uint64_t *out)
{
    return fws_release_read_number(object->data, object->size, name, out);
}

static bool entry(const struct object *object, const char *name, uint64_t *out)
{
    return number(object, name, out) && *out < object->next;
}

static bool version(const struct object *object, const char *name, struct fws_version *out)
{
    return fws_release_read_version(object->data, object->size, name, out);
}

#define NAME(object, name, out)                                                                    \
    fws_release_read_text((object)->data, (object)->size, name, out, sizeof(out))
#define DIGEST(object, name, out) fws_release_read_digest((object)->data, (object)->size, name, out)

/* ---- Products ---- */

static bool read_serial(const struct object *object, struct fws_release_product *out)
{
    out->has_serial = number(object, "serial", &out->serial);
    return !out->has_serial || entry(object, "serial_entry", &out->serial_entry);
}

static bool read_line(const struct object *object, struct fws_release_line *out)
{
    struct fws_release_product *product = &out->seen;
    struct fws_release_spent *spent = &product->spent;

    if (!fws_release_read_counter(object->data, object->size, &out->done) ||
        !number(object, "day_count", &spent->day_count) || !number(object, "hour", &spent->hour) ||
        !number(object, "hour_count", &spent->hour_count) ||
        !NAME(object, "product", product->product) || !read_serial(object, product)) {
        return false;
    }
    spent->day = spent->hour / 24;
    product->has_counter = out->done.has;
    product->counter = out->done.value;
    return spent->hour_count <= spent->day_count;
}

/* Products come in order, each once: the next one belongs behind those that are there. */
static enum fws_status load_line(struct fws_releases *releases, const struct object *object,
                                 struct fws_error *err)
{
    struct fws_release_line line = {0};
    size_t index = 0;

    if (!read_line(object, &line) || fws_release_find_line(releases, line.seen.product, &index) ||
        index != fws_release_line_count(releases)) {
        return refuse(err);
    }
    return fws_buf_append(&releases->products, &line, sizeof line, err);
}

/* ---- Channels ---- */

static bool add_version(struct fws_release_versions *versions, const struct fws_release_version *v)
{
    const struct fws_version *below =
        versions->count > 0 ? &versions->items[versions->count - 1].version : &versions->dropped;
    bool bounded = versions->count > 0 || versions->has_dropped;

    if (versions->count == FWS_RELEASE_VERSIONS || v->count == 0 ||
        (bounded && fws_version_compare(below, &v->version) >= 0)) {
        return false;
    }
    versions->items[versions->count++] = *v;
    return true;
}

static bool read_versions(const struct object *object, struct fws_release_versions *out)
{
    struct fws_json_value list;
    struct fws_json_value item;

    out->has_dropped = version(object, "dropped", &out->dropped);
    if (!fws_json_find(object->data, object->size, "versions", &list)) {
        return false;
    }
    while (fws_json_next(&list.raw, &item)) {
        struct fws_release_version read;

        if (!fws_release_take_version(&item, &read.version) || !fws_json_next(&list.raw, &item) ||
            !fws_json_value_uint(&item, &read.count) || !add_version(out, &read)) {
            return false;
        }
    }
    return true;
}

/* Of what one release says, nothing may contradict the rest. */
static bool release_holds(const struct fws_release *release)
{
    bool one = release->entry == release->last_entry;
    int order = fws_version_compare(&release->highest, &release->last);

    return release->entry <= release->last_entry && order >= 0 &&
           (one ? order == 0 : release->signed_count + release->unresolved_count > 1);
}

static bool read_release(const struct object *object, struct fws_release *out)
{
    if (!NAME(object, "channel", out->channel) || !NAME(object, "product", out->product) ||
        !number(object, "signed", &out->signed_count) ||
        !number(object, "unresolved", &out->unresolved_count)) {
        return false;
    }
    return out->signed_count + out->unresolved_count == 0 ||
           (entry(object, "entry", &out->entry) && version(object, "highest", &out->highest) &&
            version(object, "last", &out->last) && entry(object, "last_entry", &out->last_entry) &&
            release_holds(out));
}

static enum fws_status load_channel(struct fws_releases *releases, const struct object *object,
                                    struct fws_error *err)
{
    struct fws_release_channel channel = {0};
    size_t line = 0;
    size_t index = 0;

    if (!read_release(object, &channel.done) || !read_versions(object, &channel.versions) ||
        !fws_release_find_line(releases, channel.done.product, &line) ||
        fws_release_find_channel(releases, channel.done.product, channel.done.channel, &index) ||
        index != fws_release_channel_count(releases)) {
        return refuse(err);
    }
    channel.seen = channel.done;
    return fws_buf_append(&releases->channels, &channel, sizeof channel, err);
}

/* ---- Intents ---- */

static bool read_intent(const struct object *object, struct fws_release_intent *out)
{
    return NAME(object, "channel", out->channel) &&
           fws_release_read_counter(object->data, object->size, &out->counter) &&
           number(object, "hour", &out->hour) && DIGEST(object, "image", out->digests.image) &&
           DIGEST(object, "policy", out->digests.policy) && NAME(object, "product", out->product) &&
           entry(object, "seq", &out->seq) && DIGEST(object, "spki", out->digests.spki) &&
           version(object, "version", &out->version);
}

static enum fws_status load_intent(struct fws_releases *releases, const struct object *object,
                                   struct fws_error *err)
{
    struct fws_release_intent intent = {0};
    size_t count = fws_release_intent_count(releases);

    if (!read_intent(object, &intent) ||
        (count > 0 && fws_release_intents(releases)[count - 1].seq >= intent.seq)) {
        return refuse(err);
    }
    enum fws_status status = fws_release_open(releases, &intent, err);

    return status == FWS_E_INTERNAL ? refuse(err) : status;
}

/* ---- Reservations and signatures ---- */

static bool read_reservation(const struct object *object, struct fws_release_reservation *out)
{
    return NAME(object, "channel", out->channel) && NAME(object, "image", out->image) &&
           DIGEST(object, "image", out->image) && entry(object, "intent", &out->intent) &&
           NAME(object, "product", out->product) && NAME(object, "spki", out->spki) &&
           DIGEST(object, "spki", out->spki) && version(object, "version", &out->version);
}

static enum fws_status load_reservation(struct fws_releases *releases, const struct object *object,
                                        struct fws_error *err)
{
    struct fws_release_reservation reservation = {0};
    size_t index = 0;

    if (!read_reservation(object, &reservation) ||
        fws_release_find_reserved(releases, &reservation, &index) ||
        fws_release_reserved_of(releases, reservation.product) >= FWS_RELEASE_RESERVED) {
        return refuse(err);
    }
    return fws_buf_append(&releases->reserved, &reservation, sizeof reservation, err);
}

static bool record_holds(const struct fws_releases *releases,
                         const struct fws_signed_record *record)
{
    size_t count = fws_release_recent_count(releases);
    uint64_t from = count > 0 ? fws_release_recents(releases)[count - 1].outcome + 1
                              : fws_releases_signed_from(releases);

    return record->outcome >= from && record->outcome < releases->next &&
           record->intent < record->outcome;
}

static bool read_record(struct fws_reader *digits, struct fws_signed_record *out)
{
    uint8_t bytes[FWS_SIGNED_RECORD_SIZE];
    struct fws_reader text = fws_reader_slice(digits, 2 * sizeof bytes);
    struct fws_reader reader = fws_reader_init(bytes, sizeof bytes);

    if (text.bad ||
        fws_hex_decode((const char *)text.data, text.left, bytes, sizeof bytes) != FWS_OK) {
        return false;
    }
    fws_signed_record_read(&reader, out);
    return true;
}

static enum fws_status load_recents(struct fws_releases *releases, const struct object *object,
                                    struct fws_error *err)
{
    struct fws_json_value value;
    struct fws_signed_record record;
    enum fws_status status = FWS_OK;

    if (!fws_json_find(object->data, object->size, "signed", &value) ||
        !FWS_READER_TAKE(&value.raw, "\"") || !FWS_READER_TAKE_BACK(&value.raw, "\"")) {
        return refuse(err);
    }
    while (status == FWS_OK && value.raw.left > 0) {
        status = read_record(&value.raw, &record) && record_holds(releases, &record)
                     ? fws_buf_append(&releases->recent, &record, sizeof record, err)
                     : refuse(err);
    }
    return status;
}

/* ---- The whole ---- */

typedef enum fws_status load_item_fn(struct fws_releases *releases, const struct object *object,
                                     struct fws_error *err);

static enum fws_status load_list(struct fws_releases *releases, const struct object *object,
                                 const char *name, load_item_fn *load_item, struct fws_error *err)
{
    struct fws_json_value list;
    struct fws_json_value item;
    enum fws_status status =
        fws_json_find(object->data, object->size, name, &list) ? FWS_OK : refuse(err);

    if (status != FWS_OK) {
        return status;
    }
    while (status == FWS_OK && fws_json_next(&list.raw, &item)) {
        struct object inner = {.data = item.raw.data, .size = item.raw.left, .next = object->next};

        status = load_item(releases, &inner, err);
    }
    return status;
}

static enum fws_status load_all(struct fws_releases *releases, struct object *object,
                                struct fws_error *err)
{
    static const struct {
        const char *name;
        load_item_fn *load_item;
    } lists[] = {
        {"products", load_line},
        {"channels", load_channel},
        {"intents", load_intent},
        {"reserved", load_reservation},
    };

    if (!number(object, "next", &object->next)) {
        return refuse(err);
    }
    releases->next = object->next;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        enum fws_status status =
            load_list(releases, object, lists[i].name, lists[i].load_item, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    return load_recents(releases, object, err);
}

/* Each signature of a channel is one of a version's, unless that version was dropped. */
static bool channel_holds(const struct fws_release_channel *channel)
{
    const struct fws_release *seen = &channel->seen;
    uint64_t all = seen->signed_count + seen->open_count + seen->unresolved_count;
    uint64_t counted = 0;

    for (size_t i = 0; i < channel->versions.count; i++) {
        counted += channel->versions.items[i].count;
    }
    return !fws_release_channel_idle(channel) &&
           (channel->versions.has_dropped ? counted <= all : counted == all);
}

/* What is saved only together with something else, and what an open intent has counted for. */
static bool all_hold(const struct fws_releases *releases)
{
    for (size_t i = 0; i < fws_release_channel_count(releases); i++) {
        if (!channel_holds(&fws_release_channels(releases)[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < fws_release_line_count(releases); i++) {
        if (fws_release_line_idle(releases, &fws_release_lines(releases)[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < fws_release_intent_count(releases); i++) {
        const struct fws_release_intent *intent = &fws_release_intents(releases)[i];
        const struct fws_release_product *product = fws_releases_product(releases, intent->product);

        if (product == NULL || intent->hour > product->spent.hour) {
            return false;
        }
    }
    return true;
}

/* Whatever reading passed over, a member too many or a number spelled otherwise, shows here. */
static enum fws_status check_same(struct fws_releases *releases, const struct object *object,
                                  struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_releases_save(releases, &json);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status == FWS_OK &&
        (json.buf.size != object->size || memcmp(json.buf.data, object->data, object->size) != 0)) {
        return refuse(err);
    }
    return status;
}

enum fws_status fws_releases_load(void *context, const void *data, size_t size,
                                  struct fws_error *err)
{
    struct fws_releases *releases = context;
    struct object object = {.data = data, .size = size};

    fws_releases_reset(releases);
    enum fws_status status = load_all(releases, &object, err);

    if (status == FWS_OK && !all_hold(releases)) {
        status = refuse(err);
    }
    if (status == FWS_OK) {
        status = check_same(releases, &object, err);
    }
    if (status != FWS_OK) {
        fws_releases_reset(releases);
    }
    return status;
}
