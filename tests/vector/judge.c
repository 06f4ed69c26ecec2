/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vector/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "verifier/port/openssl/openssl.h"

static enum fws_algorithm algorithm_of(const char *type)
{
    for (enum fws_algorithm alg = FWS_ALG_RSA2048; alg <= FWS_ALG_LMS; alg++) {
        if (strcmp(fws_algorithm_name(alg), type) == 0) {
            return alg;
        }
    }
    fail("no image is signed with a key of type %s", type);
}

void context_trust(struct context *context, const struct vectors *vectors, const char *key)
{
    json_t *entry = json_object_get(json_object_get(vectors->manifest, "keys"), key);
    struct fws_buf der = vectors_read(vectors, text_of(entry, "public_der"));

    require(context->key_count < CONTEXT_KEYS_MAX, "too many keys");
    context->key_files[context->key_count] = der;
    context->keys[context->key_count++] =
        (struct fws_trusted_key){.der = der.data,
                                 .der_size = (uint16_t)der.size,
                                 .alg = (uint8_t)algorithm_of(text_of(entry, "type"))};
}

void context_free(struct context *context)
{
    for (size_t i = 0; i < context->key_count; i++) {
        fws_buf_free(&context->key_files[i]);
    }
    context->key_count = 0;
}

void context_trust_list(struct context *context, const struct vectors *vectors, json_t *names)
{
    json_t *name = NULL;
    size_t i = 0;

    json_array_foreach(names, i, name)
    {
        context_trust(context, vectors, json_string_value(name));
    }
}

void context_trust_all(struct context *context, const struct vectors *vectors)
{
    context_trust(context, vectors, "rsa2048");
    context_trust(context, vectors, "rsa3072");
    context_trust(context, vectors, "p256");
    context_trust(context, vectors, "p384");
    context_trust(context, vectors, "ed25519");
}

static bool says(json_t *settings, const char *key, const char *value)
{
    const char *text = text_of(settings, key);

    return text != NULL && strcmp(text, value) == 0;
}

static void set_id(json_t *settings, const char *key, uint8_t out[16])
{
    const char *text = text_of(settings, key);

    require(fws_hex_decode(text, strlen(text), out, 16) == FWS_OK, "%s is no UUID", key);
}

void context_set(struct context *context, json_t *settings)
{
    static const char *const known[] = {"expect",      "keys", "why",        "enc_key",
                                        "slot",        "mode", "key_mode",   "signatures",
                                        "vid",         "cid",  "num_images", "min_security_counter",
                                        /* end */ NULL};
    struct fws_verify_policy *policy = &context->policy;
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(settings, key, value)
    {
        size_t i = 0;

        while (known[i] != NULL && strcmp(known[i], key) != 0) {
            i++;
        }
        require(known[i] != NULL, "the manifest asks for '%s', which this runner ignores", key);
    }
    policy->options |= says(settings, "mode", "pure") ? FWS_VERIFY_PURE : 0;
    policy->options |= says(settings, "key_mode", "full") ? FWS_VERIFY_FULL_KEY : 0;
    policy->signatures_max = (uint8_t)number_of(settings, "signatures");
    policy->images = number_of(settings, "num_images");
    context->counter_floor = number_of(settings, "min_security_counter");
    if (json_object_get(settings, "vid") != NULL) {
        set_id(settings, "vid", context->vendor_id);
        set_id(settings, "cid", context->class_id);
        context->has_ids = true;
    }
}

static enum fws_status read_memory(void *context, uint32_t offset, void *out, size_t size)
{
    const struct fws_buf *image = context;

    require(offset <= image->size && size <= image->size - offset,
            "the verifier read %zu bytes at %u of %zu", size, offset, image->size);
    memcpy(out, &image->data[offset], size);
    return FWS_OK;
}

/* A copy of exactly the size needed, so that the sanitizer sees a read behind its end. */
static struct fws_buf lay_out(const struct fws_buf *image, size_t size)
{
    struct fws_buf copy = {.data = malloc(size + 1), .size = size, .capacity = size + 1};

    require(copy.data != NULL, "no memory");
    memset(copy.data, 0xff, size);
    if (image->size > 0) {
        memcpy(copy.data, image->data, image->size < size ? image->size : size);
    }
    return copy;
}

void (*on_judged)(const struct judged *judged);

static enum fws_status counter_floor(void *context, uint32_t *out)
{
    *out = *(const uint32_t *)context;
    return FWS_OK;
}

enum fws_status judge(const struct context *context, const struct fws_buf *image, enum place place,
                      struct fws_verify_report *report)
{
    static struct fws_verify_work work;
    bool slot = place == IN_SLOT && context->slot_size > image->size;
    FWS_AUTO(fws_buf) flash = lay_out(image, slot ? context->slot_size : image->size);
    struct fws_verify_policy policy = context->policy;
    struct fws_verify_io io = {
        .read = read_memory, .context = &flash, .size = (uint32_t)flash.size, .mapped = flash.data};
    struct fws_trailer trailer;

    uint32_t floor = context->counter_floor;

    policy.hashes = fws_openssl_hashes;
    policy.schemes = fws_openssl_schemes;
    policy.keys = context->keys;
    policy.key_count = (uint8_t)context->key_count;
    policy.flags = FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED;
    policy.options |= FWS_VERIFY_ANY_VENDOR | FWS_VERIFY_TAIL_IGNORED;
    policy.context = &floor;
    policy.counter_floor = floor > 0 ? counter_floor : NULL;
    policy.vendor_id = context->has_ids ? context->vendor_id : NULL;
    policy.class_id = context->has_ids ? context->class_id : NULL;
    if (context->slot_size > 0) {
        policy.size_limit = context->slot_size - fws_trailer_min_size(8);
    }
    uint32_t evidence = fws_verify(&policy, &io, &work, report);
    enum fws_status status = report->reason;

    require(fws_verify_accepted(evidence) == (status == FWS_OK && context->key_count > 0),
            "the report says %s, the evidence is %08x", fws_status_name(status),
            (unsigned)evidence);
    require(fws_verify_refused(evidence) == !fws_verify_accepted(evidence), "both tests agree");
    require((report->key_index == FWS_VERIFY_KEY_NONE) == (context->key_count == 0) ||
                status != FWS_OK,
            "the key is named");
    require(report->offset <= io.size, "the offset reported lies outside the image");
    if (on_judged != NULL) {
        on_judged(&(struct judged){&policy, floor, &flash, status});
    }
    if (status == FWS_OK && place == IN_FILE) {
        status = fws_trailer_check(
            fws_reader_init(&flash.data[report->image_end], flash.size - report->image_end),
            &trailer);
    }
    return status;
}

/* Scan twice when the image segment ends at a gap: its trailer records lie far behind it. */
static struct fws_buf load_hex(const struct fws_buf *text, json_t *entry)
{
    const char *hex = (const char *)text->data;
    struct fws_hex_span span;

    require_status(fws_hex_scan(hex, text->size, 0, UINT32_MAX, &span), "ok", "HEX file");
    require(span.first == number_of(entry, "hex_minaddr") &&
                span.last == number_of(entry, "hex_maxaddr"),
            "the span is 0x%08x..0x%08x", span.first, span.last);
    if (span.gap_to != 0) {
        uint32_t last = span.gap_from;

        require_status(fws_hex_scan(hex, text->size, 0, last, &span), "ok", "image segment");
    }
    json_t *segment = json_array_get(json_object_get(entry, "hex_segments"), 0);

    require(span.last + 1 == (uint32_t)json_integer_value(json_array_get(segment, 1)),
            "the image segment ends at 0x%08x", span.last);
    size_t size = span.last - span.first + 1;
    struct fws_buf out = {.data = malloc(size), .size = size, .capacity = size};
    uint8_t *seen = malloc(size / 8 + 1);

    require(out.data != NULL && seen != NULL, "no memory");
    require_status(fws_hex_load(hex, text->size, &span, 0xff, out.data, size, seen), "ok",
                   "HEX data");
    free(seen);
    return out;
}

struct fws_buf vectors_image(const struct vectors *vectors, json_t *entry)
{
    struct fws_buf content = vectors_file(vectors, entry);

    if (json_object_get(entry, "hex_segments") == NULL) {
        return content;
    }
    struct fws_buf image = load_hex(&content, entry);

    fws_buf_free(&content);
    return image;
}
