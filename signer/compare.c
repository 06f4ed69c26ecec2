/* SPDX-License-Identifier: Apache-2.0 */
/* What another policy would have said: the requests on record are decided again. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hex.h"
#include "base/json_read.h"
#include "signer/facts.h"
#include "signer/releases.h"

#define TEXT_SIZE 128u

struct comparison {
    const struct fws_policy *before, *after;
    const char *since;
    fws_compared_fn *each;
    void *context;
    uint64_t asked;
    struct fws_releases releases;
    struct fws_audit_fold fold;
};

/* A request as its entry tells it. */
struct request {
    char product[TEXT_SIZE], version_text[TEXT_SIZE], channel[TEXT_SIZE], caller[TEXT_SIZE];
    char key[TEXT_SIZE], hardware[TEXT_SIZE], firmware[TEXT_SIZE], spki[TEXT_SIZE];
    char image[FWS_DIGEST_ANY_TEXT_SIZE];
    uint8_t spki_bytes[32];
    bool denied;
    struct fws_content content;
    struct fws_facts facts;
};

/* ---- From the entry ---- */

static bool text_of(const struct fws_audit_entry *entry, const char *path, char *out, size_t size)
{
    struct fws_json_value value;

    if (fws_json_find(entry->data, entry->data_size, path, &value) &&
        fws_json_value_text(&value, out, size)) {
        return true;
    }
    out[0] = '\0';
    return false;
}

static bool number_of(const struct fws_audit_entry *entry, const char *path, uint64_t *out)
{
    struct fws_json_value value;

    *out = 0;
    return fws_json_find(entry->data, entry->data_size, path, &value) &&
           fws_json_value_uint(&value, out);
}

static bool truth_of(const struct fws_audit_entry *entry, const char *path)
{
    struct fws_json_value value;
    bool truth = false;

    return fws_json_find(entry->data, entry->data_size, path, &value) &&
           fws_json_value_bool(&value, &truth) && truth;
}

static bool uses_software_key(const struct fws_audit_entry *entry)
{
    struct fws_json_value value;

    return fws_json_find(entry->data, entry->data_size, "key.relaxed", &value) &&
           memmem(value.raw.data, value.raw.left, "\"software\"", 10) != NULL;
}

static void read_content(const struct fws_audit_entry *entry, struct fws_content *out)
{
    uint64_t size = 0;
    uint64_t stack = 0;
    uint64_t reset = 0;

    (void)number_of(entry, "facts.payload_size", &size);
    *out = (struct fws_content){
        .partial = true, .size = (size_t)size, .constant = truth_of(entry, "facts.constant")};
    out->has_vectors = number_of(entry, "facts.stack_pointer", &stack) &&
                       number_of(entry, "facts.reset_vector", &reset);
    out->stack_pointer = (uint32_t)stack;
    out->reset_vector = (uint32_t)reset;
}

static void read_key(const struct fws_audit_entry *entry, struct request *out)
{
    const char *digits = out->spki + strlen("sha256:");

    if (!text_of(entry, "key.name", out->key, sizeof out->key)) {
        (void)text_of(entry, "key", out->key, sizeof out->key); /* of a denial */
    }
    if ((text_of(entry, "key.spki", out->spki, sizeof out->spki) ||
         text_of(entry, "spki", out->spki, sizeof out->spki)) &&
        strlen(out->spki) == 71 &&
        fws_hex_decode(digits, 64, out->spki_bytes, sizeof out->spki_bytes) == FWS_OK) {
        out->facts.key_spki = out->spki_bytes;
    }
    if (text_of(entry, "key.hsm.firmware", out->firmware, sizeof out->firmware)) {
        out->facts.hsm_firmware = out->firmware;
    }
    out->facts.key = out->key;
    out->facts.key_software = uses_software_key(entry);
}

static void read_asked(const struct fws_audit_entry *entry, struct request *out)
{
    struct fws_facts *facts = &out->facts;
    uint64_t number = 0;

    (void)text_of(entry, "caller", out->caller, sizeof out->caller);
    if (!text_of(entry, "channel", out->channel, sizeof out->channel)) {
        (void)strcpy(out->channel, FWS_CHANNEL_DEFAULT);
    }
    facts->caller = out->caller;
    facts->channel = out->channel;
    facts->has_time = fws_clock_parse(entry->time, &facts->time_us);
    facts->has_counter = number_of(entry, "counter", &number);
    facts->counter = (uint32_t)number;
    facts->fresh = truth_of(entry, "fresh");
    facts->hardware =
        text_of(entry, "hardware", out->hardware, sizeof out->hardware) ? out->hardware : NULL;
    facts->input_is_image = truth_of(entry, "facts.is_image");
    facts->has_sizes = number_of(entry, "facts.image_size", &number);
    facts->image_size = (size_t)number;
}

/* False: no request for the product, or one that says too little to be asked about. */
static bool read_request(const struct fws_audit_entry *entry, const char *product,
                         struct request *out)
{
    memset(out, 0, sizeof *out);
    out->denied = strcmp(entry->type, "sign.denied") == 0;
    if ((!out->denied && strcmp(entry->type, "sign.intent") != 0) ||
        !text_of(entry, "product", out->product, sizeof out->product) ||
        strcmp(out->product, product) != 0 ||
        !text_of(entry, "version", out->version_text, sizeof out->version_text) ||
        fws_version_parse(out->version_text, strlen(out->version_text), &out->facts.version) !=
            FWS_OK) {
        return false;
    }
    (void)text_of(entry, "image.digest", out->image, sizeof out->image);
    out->facts.tentative = true;
    read_key(entry, out);
    read_asked(entry, out);
    read_content(entry, &out->content);
    out->facts.content =
        number_of(entry, "facts.payload_size", &(uint64_t){0}) ? &out->content : NULL;
    return true;
}

/* ---- Asking both ---- */

static enum fws_status compare(struct comparison *comparison, const struct fws_audit_entry *entry,
                               struct request *request, struct fws_error *err)
{
    struct fws_decision before;
    struct fws_decision after;

    comparison->asked++;
    fws_facts_history(&comparison->releases, request->product, request->image, request->spki,
                      &request->facts);
    request->facts.trailer_size = (size_t)fws_policy_trailer_size(comparison->before);
    fws_policy_decide(comparison->before, &request->facts, &before);
    request->facts.trailer_size = (size_t)fws_policy_trailer_size(comparison->after);
    fws_policy_decide(comparison->after, &request->facts, &after);
    if (before.allowed == after.allowed) {
        return FWS_OK;
    }
    struct fws_compared compared = {.seq = entry->seq,
                                    .time = entry->time,
                                    .version = request->version_text,
                                    .channel = request->channel,
                                    .caller = request->caller,
                                    .key = request->key,
                                    .denied = request->denied,
                                    .before = &before,
                                    .after = &after};

    return comparison->each(comparison->context, &compared, err);
}

static enum fws_status take_line(void *context, uint64_t seq, const char *line, size_t size,
                                 struct fws_error *err)
{
    struct comparison *comparison = context;
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
    struct request request;
    enum fws_status status = fws_audit_entry_read(line, size, &text, &entry, err);

    (void)seq;
    if (status == FWS_OK && strcmp(entry.time, comparison->since) >= 0 &&
        read_request(&entry, comparison->after->product, &request)) {
        status = compare(comparison, &entry, &request, err);
    }
    return status == FWS_OK ? comparison->fold.apply(comparison->fold.context, &entry, err)
                            : status;
}

enum fws_status fws_sign_compare(const char *log_folder, const struct fws_policy *before,
                                 const struct fws_policy *after, const char *since,
                                 fws_compared_fn *each, void *context, uint64_t *asked,
                                 struct fws_error *err)
{
    struct comparison *comparison = calloc(1, sizeof *comparison);

    if (comparison == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory");
    }
    comparison->before = before;
    comparison->after = after;
    comparison->since = since;
    comparison->each = each;
    comparison->context = context;
    fws_releases_init(&comparison->releases);
    comparison->fold = fws_releases_fold(&comparison->releases);
    enum fws_status status = fws_audit_each(log_folder, take_line, comparison, err);

    *asked = comparison->asked;
    fws_releases_free(&comparison->releases);
    free(comparison);
    return status;
}
