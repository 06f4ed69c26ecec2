/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vector/vector.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"

static bool has_argument(json_t *entry, const char *argument)
{
    json_t *value = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(entry, "args"), i, value)
    {
        if (strcmp(json_string_value(value), argument) == 0) {
            return true;
        }
    }
    return false;
}

static uint32_t argument_after(json_t *entry, const char *option, uint32_t otherwise)
{
    json_t *arguments = json_object_get(entry, "args");
    json_t *value = NULL;
    size_t i = 0;

    json_array_foreach(arguments, i, value)
    {
        if (strcmp(json_string_value(value), option) == 0) {
            return (uint32_t)strtoul(json_string_value(json_array_get(arguments, i + 1)), NULL, 0);
        }
    }
    return otherwise;
}

/* What the report says is what another parser found. */
static void check_header(json_t *entry, const struct fws_header *header)
{
    json_t *expected = json_object_get(entry, "header");
    json_t *version = json_object_get(expected, "version");

    require(header->header_size == number_of(expected, "hdr_size"), "header size");
    require(header->protected_size == number_of(expected, "prot_tlv_size"), "protected size");
    require(header->payload_size == number_of(expected, "img_size"), "payload size");
    require(header->flags == number_of(expected, "flags"), "flags");
    require(header->load_address == number_of(expected, "load_addr"), "load address");
    require(header->version.major == json_integer_value(json_array_get(version, 0)) &&
                header->version.minor == json_integer_value(json_array_get(version, 1)) &&
                header->version.revision == json_integer_value(json_array_get(version, 2)) &&
                header->version.build == json_integer_value(json_array_get(version, 3)),
            "version");
}

static json_t *find_tlv(json_t *entry, const char *list, uint16_t type)
{
    json_t *tlv = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(entry, list), i, tlv)
    {
        if (number_of(tlv, "type") == type) {
            return tlv;
        }
    }
    return NULL;
}

static void check_report(json_t *entry, const struct fws_verify_report *report)
{
    json_t *hash = find_tlv(entry, "tlvs", fws_tlv_of_hash(report->hash));
    char hex[2 * FWS_HASH_MAX_SIZE + 1];

    check_header(entry, &report->header);
    if (json_object_get(entry, "tlvs") == NULL) {
        return; /* built by hand: the manifest holds no parse of it */
    }
    require(report->image_end == number_of(entry, "tlv_end"), "end of the image");
    require(hash != NULL && strcmp(fws_hex_encode(report->digest, fws_hash_size(report->hash), hex),
                                   text_of(hash, "hex")) == 0,
            "digest %s", hex);
    require(report->has_counter == (find_tlv(entry, "prot_tlvs", FWS_TLV_SEC_CNT) != NULL),
            "security counter seen");
}

static bool asked_for_trailer(json_t *entry)
{
    return has_argument(entry, "--pad") || has_argument(entry, "--confirm") ||
           has_argument(entry, "--test");
}

static void check_trailer(json_t *entry, const struct fws_buf *image, uint32_t image_end)
{
    uint32_t align = argument_after(entry, "--align", 1);
    uint32_t alignment = argument_after(entry, "--max-align", align > 8 ? align : 8);
    bool confirmed = has_argument(entry, "--confirm") && !has_argument(entry, "--overwrite-only");
    struct fws_trailer trailer;

    if (json_object_get(entry, "args") == NULL || json_object_get(entry, "hex_segments") != NULL) {
        return;
    }
    require_status(fws_trailer_check(
                       fws_reader_init(&image->data[image_end], image->size - image_end), &trailer),
                   "ok", "trailer");
    require(trailer.present == asked_for_trailer(entry), "trailer present");
    if (trailer.present) {
        require(trailer.alignment == alignment, "trailer alignment %u", trailer.alignment);
        require(trailer.image_ok == confirmed, "image_ok");
        require(trailer.erased == argument_after(entry, "-R", 0xff), "erased value");
    }
}

/* The same image, one bit of its signed bytes changed. */
static void check_damage_is_seen(const struct context *context, struct fws_buf *image,
                                 const struct fws_header *header)
{
    struct fws_verify_report report;
    size_t at = header->payload_size > 0 ? header->header_size + header->payload_size - 1u : 20u;

    image->data[at] ^= 1;
    require_status(judge(context, image, IN_FILE, &report), "hash-mismatch", "one bit flipped");
    image->data[at] ^= 1;
}

static void check_other_keys(const struct vectors *vectors, const struct context *context,
                             const struct fws_buf *image)
{
    FWS_AUTO(context) other = {.policy = context->policy};
    struct fws_verify_report report;

    if (context->key_count == 0) {
        context_trust_all(&other, vectors);
        require_status(judge(&other, image, IN_FILE, &report), "missing-signature",
                       "unsigned image where keys are given");
        return;
    }
    context_trust(&other, vectors, "rsa2048-b");
    context_trust(&other, vectors, "p384-b");
    context_trust(&other, vectors, "ed25519-b");
    require_status(judge(&other, image, IN_FILE, &report), "unknown-key", "trusting other keys");
}

static void run_accepted(const struct vectors *vectors, json_t *entry, struct context *context,
                         struct fws_buf *image)
{
    bool slot_only = json_is_true(json_object_get(json_object_get(entry, "verify"), "slot"));
    struct fws_verify_report report;
    enum fws_status status = judge(context, image, slot_only ? IN_SLOT : IN_FILE, &report);

    require_status(status, "ok", "verdict");
    check_report(entry, &report);
    if (slot_only) {
        require_status(judge(context, image, IN_FILE, &report), "unsigned-bytes-follow",
                       "as a file");
        return;
    }
    check_trailer(entry, image, report.image_end);
    check_damage_is_seen(context, image, &report.header);
    check_other_keys(vectors, context, image);
    if (context->policy.signatures_max > 1) {
        context->policy.signatures_max = 1;
        require_status(judge(context, image, IN_FILE, &report), "multiple-signatures",
                       "one signature allowed");
    }
}

/* Entries this verifier refuses: why is in refused.txt, whatever the trust. */
static void run_refused(const struct vectors *vectors, struct context *context,
                        const struct fws_buf *image, const struct row *row)
{
    struct fws_verify_report report;

    if (context->key_count == 0) {
        context_trust_all(context, vectors);
    }
    require_status(judge(context, image, IN_FILE, &report), row->word[1], "verdict");
}

/*
 * refused.txt and the manifest agree: what the manifest wants accepted is refused here only where
 * this verifier lacks decryption and decompression, or where there is nothing to boot, and what it
 * wants refused is.
 */
static void check_row(json_t *verify, const struct row *row)
{
    const char *expect = text_of(verify, "expect");
    bool unsupported = row != NULL && (strcmp(row->word[1], "encrypted-not-supported") == 0 ||
                                       strcmp(row->word[1], "compressed-not-supported") == 0 ||
                                       strcmp(row->word[1], "empty-payload") == 0);

    if (expect == NULL || strcmp(expect, "refuse") == 0) {
        require(row != NULL, "refused.txt does not say why this is refused");
    } else {
        require(row == NULL || unsupported, "the manifest wants this accepted");
    }
}

void run_good(const struct vectors *vectors, const char *id)
{
    json_t *entry = vectors_entry(vectors, "good", id);
    json_t *verify = json_object_get(entry, "verify");
    FWS_AUTO(table) refused = table_load(vectors, "refused.txt");
    const struct row *row = table_find(&refused, 0, id);
    FWS_AUTO(fws_buf) image = vectors_image(vectors, entry);
    FWS_AUTO(context) context = {0};

    check_row(verify, row);
    context_trust_list(&context, vectors, json_object_get(verify, "keys"));
    context_set(&context, verify);
    if (row != NULL) {
        run_refused(vectors, &context, &image, row);
    } else {
        run_accepted(vectors, entry, &context, &image);
    }
}
