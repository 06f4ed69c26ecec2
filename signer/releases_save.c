/* SPDX-License-Identifier: Apache-2.0 */
/* The releases as the log's snapshot keeps them; releases_load.c reads them back. */
#include "base/hex.h"
#include "signer/releases_parts.h"

static void put_version(struct fws_json *json, const char *name, const struct fws_version *version)
{
    char text[FWS_VERSION_TEXT_SIZE];

    fws_json_text(json, name, fws_version_text(version, text));
}

static void put_counter(struct fws_json *json, const struct fws_release_counter *counter)
{
    if (counter->has) {
        fws_json_int(json, "counter", counter->value);
    }
}

static void put_digest(struct fws_json *json, const char *name, const char *text)
{
    if (*text != '\0') {
        fws_json_text(json, name, text);
    }
}

/* A version and its count, in turn. */
static void put_versions(struct fws_json *json, const struct fws_release_versions *versions)
{
    fws_json_array(json, "versions");
    for (size_t i = 0; i < versions->count; i++) {
        put_version(json, NULL, &versions->items[i].version);
        fws_json_int(json, NULL, (int64_t)versions->items[i].count);
    }
    fws_json_end(json);
}

/* Of what is not open; where there is nothing of it, it has no highest version. */
static void save_channel(struct fws_json *json, const struct fws_release_channel *channel)
{
    const struct fws_release *done = &channel->done;
    bool some = done->signed_count + done->unresolved_count > 0;

    fws_json_object(json, NULL);
    fws_json_text(json, "channel", done->channel);
    if (channel->versions.has_dropped) {
        put_version(json, "dropped", &channel->versions.dropped);
    }
    if (some) {
        fws_json_int(json, "entry", (int64_t)done->entry);
        put_version(json, "highest", &done->highest);
        put_version(json, "last", &done->last);
        fws_json_int(json, "last_entry", (int64_t)done->last_entry);
    }
    fws_json_text(json, "product", done->product);
    fws_json_int(json, "signed", (int64_t)done->signed_count);
    fws_json_int(json, "unresolved", (int64_t)done->unresolved_count);
    put_versions(json, &channel->versions);
    fws_json_end(json);
}

static void save_intent(struct fws_json *json, const struct fws_release_intent *intent)
{
    fws_json_object(json, NULL);
    fws_json_text(json, "channel", intent->channel);
    put_counter(json, &intent->counter);
    fws_json_int(json, "hour", (int64_t)intent->hour);
    put_digest(json, "image", intent->digests.image);
    put_digest(json, "policy", intent->digests.policy);
    fws_json_text(json, "product", intent->product);
    fws_json_int(json, "seq", (int64_t)intent->seq);
    put_digest(json, "spki", intent->digests.spki);
    put_version(json, "version", &intent->version);
    fws_json_end(json);
}

static void save_line(struct fws_json *json, const struct fws_release_line *line)
{
    const struct fws_release_product *product = &line->seen;

    fws_json_object(json, NULL);
    put_counter(json, &line->done);
    fws_json_int(json, "day_count", (int64_t)product->spent.day_count);
    fws_json_int(json, "hour", (int64_t)product->spent.hour);
    fws_json_int(json, "hour_count", (int64_t)product->spent.hour_count);
    fws_json_text(json, "product", product->product);
    if (product->has_serial) {
        fws_json_int(json, "serial", (int64_t)product->serial);
        fws_json_int(json, "serial_entry", (int64_t)product->serial_entry);
    }
    fws_json_end(json);
}

static void save_reservation(struct fws_json *json,
                             const struct fws_release_reservation *reservation)
{
    fws_json_object(json, NULL);
    fws_json_text(json, "channel", reservation->channel);
    fws_json_text(json, "image", reservation->image);
    fws_json_int(json, "intent", (int64_t)reservation->intent);
    fws_json_text(json, "product", reservation->product);
    fws_json_text(json, "spki", reservation->spki);
    put_version(json, "version", &reservation->version);
    fws_json_end(json);
}

/* Records as the files of signer/signed_index.h have them, all in one text of hexadecimal digits:
 * base64 would be shorter, but takes several times as long, and each start of a program reads this. */
static enum fws_status hex_of_recents(const struct fws_releases *releases, struct fws_buf *out,
                                      struct fws_error *err)
{
    size_t count = fws_release_recent_count(releases);
    enum fws_status status =
        fws_buf_reserve(out, count * 2 * FWS_SIGNED_RECORD_SIZE + sizeof "\"\"", err);

    for (size_t i = 0; status == FWS_OK && i < count; i++) {
        uint8_t bytes[FWS_SIGNED_RECORD_SIZE];
        char digits[2 * FWS_SIGNED_RECORD_SIZE + 1];
        struct fws_writer writer = fws_writer_init(bytes, sizeof bytes);

        fws_signed_record_write(&writer, &fws_release_recents(releases)[i]);
        status = fws_buf_append(out, fws_hex_encode(bytes, sizeof bytes, digits), sizeof digits - 1,
                                err);
    }
    return status;
}

static void save_recents(struct fws_json *json, const struct fws_releases *releases)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    enum fws_status status = fws_buf_append(&text, "\"", 1, &err);

    if (status == FWS_OK) {
        status = hex_of_recents(releases, &text, &err);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(&text, "\"", 1, &err);
    }
    if (status == FWS_OK) {
        fws_json_raw(json, "signed", text.data, text.size);
    } else if (json->error.status == FWS_OK) {
        json->error = err;
    }
}

void fws_releases_save(void *context, struct fws_json *json)
{
    const struct fws_releases *releases = context;

    fws_json_array(json, "channels");
    for (size_t i = 0; i < fws_release_channel_count(releases); i++) {
        save_channel(json, &fws_release_channels(releases)[i]);
    }
    fws_json_end(json);
    fws_json_array(json, "intents");
    for (size_t i = 0; i < fws_release_intent_count(releases); i++) {
        save_intent(json, &fws_release_intents(releases)[i]);
    }
    fws_json_end(json);
    fws_json_int(json, "next", (int64_t)releases->next);
    fws_json_array(json, "products");
    for (size_t i = 0; i < fws_release_line_count(releases); i++) {
        save_line(json, &fws_release_lines(releases)[i]);
    }
    fws_json_end(json);
    fws_json_array(json, "reserved");
    for (size_t i = 0; i < fws_release_reservation_count(releases); i++) {
        save_reservation(json, &fws_release_reservations(releases)[i]);
    }
    fws_json_end(json);
    save_recents(json, releases);
}
