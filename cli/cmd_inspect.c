/* SPDX-License-Identifier: Apache-2.0 */
/* What is inside an image, whether it is valid or not: shown, not judged. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/text.h"
#include "signer/signer.h"

#define SHOWN_BYTES_MAX 32u

struct inspect_options {
    struct fws_option_list keys;
};

const struct fws_option fws_inspect_options[] = {
    {"key", 'k', FWS_OPTION_LIST, offsetof(struct inspect_options, keys), "KEY",
     "name the key when the image was signed by it; repeatable", FWS_VALUES_KEY, NULL},
    {0},
};
const size_t fws_inspect_options_size = sizeof(struct inspect_options);

static const struct {
    uint32_t flag;
    const char *name;
} flag_names[] = {
    {FWS_FLAG_PIC, "pic"},
    {FWS_FLAG_ENCRYPTED_AES128, "encrypted-aes128"},
    {FWS_FLAG_ENCRYPTED_AES256, "encrypted-aes256"},
    {FWS_FLAG_NON_BOOTABLE, "non-bootable"},
    {FWS_FLAG_RAM_LOAD, "ram-load"},
    {FWS_FLAG_ROM_FIXED, "rom-fixed"},
    {FWS_FLAG_COMPRESSED_LZMA1, "lzma1"},
    {FWS_FLAG_COMPRESSED_LZMA2, "lzma2"},
    {FWS_FLAG_COMPRESSED_ARM_THUMB, "arm-thumb-filter"},
};

/* Both outputs are filled in one walk over the image. */
struct inspection {
    struct fws_cli *cli;
    const struct inspect_options *options;
    struct fws_text text;
    struct fws_json json;
    struct fws_header header;
    struct fws_reader image; /* the whole file */
    size_t at;               /* offset behind what was shown so far */
};

static void show_header(struct inspection *in)
{
    char version[FWS_VERSION_TEXT_SIZE];
    const struct fws_header *header = &in->header;

    (void)fws_version_text(&header->version, version);
    fws_text_put(&in->text,
                 "header      %u bytes, payload %u, protected TLVs %u\n"
                 "version     %s\nload        0x%08x\nflags       0x%x",
                 header->header_size, header->payload_size, header->protected_size, version,
                 header->load_address, header->flags);
    fws_json_object(&in->json, "header");
    fws_json_int(&in->json, "header_size", header->header_size);
    fws_json_int(&in->json, "payload_size", header->payload_size);
    fws_json_int(&in->json, "protected_size", header->protected_size);
    fws_json_int(&in->json, "load_address", header->load_address);
    fws_json_text(&in->json, "version", version);
    fws_json_array(&in->json, "flags");
    for (size_t i = 0; i < sizeof flag_names / sizeof flag_names[0]; i++) {
        if ((header->flags & flag_names[i].flag) != 0) {
            fws_text_put(&in->text, " %s", flag_names[i].name);
            fws_json_text(&in->json, NULL, flag_names[i].name);
        }
    }
    fws_json_end(&in->json);
    fws_json_end(&in->json);
    fws_text_put(&in->text, "\n");
}

/* The name of the key whose hash this is: an option's, or a configured key's pinned SPKI. */
static const char *key_of_hash(struct inspection *in, struct fws_reader value)
{
    const struct fws_config_key *keys = in->cli->config.keys.items;
    enum fws_hash hash = value.left == 48   ? FWS_HASH_SHA384
                         : value.left == 64 ? FWS_HASH_SHA512
                                            : FWS_HASH_SHA256;
    char text[FWS_DIGEST_TEXT_SIZE];
    uint8_t digest[FWS_HASH_MAX_SIZE];
    struct fws_error ignored = {0};

    for (size_t i = 0; i < in->options->keys.count; i++) {
        struct fws_pubkey key;

        if (fws_cli_pubkey(in->cli, in->options->keys.items[i], &key, &ignored) == FWS_OK &&
            fws_pubkey_keyhash(&key, hash, digest, &ignored) == FWS_OK &&
            fws_reader_starts_with(&value, digest, fws_hash_size(hash))) {
            return in->options->keys.items[i];
        }
    }
    /* For EC and Ed25519 keys the embedded form is the SPKI, which the configuration pins. */
    if (value.left == 32) {
        fws_reader_copy(&value, digest, 32);
        (void)fws_digest_text(digest, text);
        for (size_t i = 0; i < in->cli->config.keys.count; i++) {
            if (keys[i].spki_sha256 != NULL && strcmp(keys[i].spki_sha256, text) == 0) {
                return keys[i].name;
            }
        }
    }
    return NULL;
}

/* A full key is known by the hash it would be named by. */
static const char *key_of(struct inspection *in, const struct fws_tlv *tlv)
{
    uint8_t digest[32];
    struct fws_error ignored = {0};

    if (tlv->type == FWS_TLV_KEYHASH) {
        return key_of_hash(in, tlv->value);
    }
    return tlv->type == FWS_TLV_PUBKEY && fws_digest(FWS_HASH_SHA256, tlv->value.data,
                                                     tlv->value.left, digest, &ignored) == FWS_OK
               ? key_of_hash(in, fws_reader_init(digest, sizeof digest))
               : NULL;
}

/* Of a header that nobody has judged: the sum may exceed 32 bits. */
static size_t covered_size(const struct fws_header *header)
{
    return (size_t)header->header_size + header->payload_size + header->protected_size;
}

/* What a hash TLV should hold; empty when the signed bytes are not all there. */
static const char *hash_verdict(struct inspection *in, uint16_t type, struct fws_reader value)
{
    static const enum fws_hash hashes[] = {FWS_HASH_SHA256, FWS_HASH_SHA384, FWS_HASH_SHA512};
    uint8_t digest[FWS_HASH_MAX_SIZE];
    struct fws_error ignored = {0};
    struct fws_reader image = in->image;
    struct fws_reader covered;

    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        if (fws_tlv_of_hash(hashes[i]) == type) {
            covered = fws_reader_slice(&image, covered_size(&in->header));
            if (covered.bad ||
                fws_digest(hashes[i], covered.data, covered.left, digest, &ignored) != FWS_OK) {
                return "";
            }
            return value.left == fws_hash_size(hashes[i]) &&
                           fws_reader_starts_with(&value, digest, value.left)
                       ? "matches"
                       : "DOES NOT MATCH";
        }
    }
    return "";
}

static void show_tlv(struct inspection *in, const struct fws_tlv *tlv)
{
    const char *name = fws_tlv_name(tlv->type);
    const char *key = key_of(in, tlv);
    const char *verdict = hash_verdict(in, tlv->type, tlv->value);
    size_t shown = tlv->value.left < SHOWN_BYTES_MAX ? tlv->value.left : SHOWN_BYTES_MAX;
    char hex[2 * SHOWN_BYTES_MAX + 1];

    (void)fws_hex_encode(tlv->value.data, shown, hex);
    fws_text_put(&in->text, "  0x%04x %-12s %5zu  %s%s%s%s%s%s\n", tlv->type,
                 name != NULL ? name : "unknown", tlv->value.left, hex,
                 shown < tlv->value.left ? "..." : "", verdict[0] != '\0' ? "  " : "", verdict,
                 key != NULL ? "  key " : "", key != NULL ? key : "");
    fws_json_object(&in->json, NULL);
    fws_json_int(&in->json, "type", tlv->type);
    fws_json_text(&in->json, "name", name != NULL ? name : "unknown");
    fws_json_int(&in->json, "size", (int64_t)tlv->value.left);
    fws_json_hex(&in->json, "value", tlv->value.data, tlv->value.left);
    if (key != NULL) {
        fws_json_text(&in->json, "key", key);
    }
    if (verdict[0] != '\0') {
        fws_json_bool(&in->json, "matches", verdict[0] == 'm');
    }
    fws_json_end(&in->json);
}

/* One TLV area at in->at; stops at the first malformed entry and says so. */
static enum fws_status show_area(struct inspection *in, enum fws_tlv_place place)
{
    struct fws_reader reader = in->image;
    struct fws_reader area;
    struct fws_tlv tlv;

    fws_reader_skip(&reader, in->at);
    size_t before = reader.left;
    enum fws_status status = fws_tlv_area_open(&reader, place, &area);

    if (status != FWS_OK) {
        return status;
    }
    fws_text_put(&in->text, "%s\n", place == FWS_TLV_PROTECTED ? "protected TLVs" : "TLVs");
    fws_json_array(&in->json, place == FWS_TLV_PROTECTED ? "protected_tlvs" : "tlvs");
    while (status == FWS_OK && area.left > 0) {
        status = fws_tlv_next(&area, &tlv);
        if (status == FWS_OK) {
            show_tlv(in, &tlv);
        }
    }
    fws_json_end(&in->json);
    in->at += before - reader.left;
    return status;
}

static void show_tail(struct inspection *in)
{
    struct fws_reader tail = in->image;
    struct fws_trailer trailer;

    fws_reader_skip(&tail, in->at);
    if (tail.left == 0) {
        return;
    }
    bool clean = fws_trailer_check(tail, &trailer) == FWS_OK;

    fws_text_put(&in->text, "behind      %zu bytes: %s%s\n", tail.left,
                 !clean            ? "NEITHER erased NOR a trailer"
                 : trailer.present ? "erased, and a trailer"
                                   : "erased",
                 clean && trailer.present && trailer.image_ok ? ", confirmed" : "");
    fws_json_object(&in->json, "tail");
    fws_json_int(&in->json, "size", (int64_t)tail.left);
    fws_json_bool(&in->json, "clean", clean);
    fws_json_bool(&in->json, "trailer", clean && trailer.present);
    fws_json_bool(&in->json, "confirmed", clean && trailer.present && trailer.image_ok);
    fws_json_end(&in->json);
}

static enum fws_status inspect_image(struct inspection *in, const char *path, struct fws_error *err)
{
    struct fws_reader reader = in->image;
    enum fws_status status = fws_header_parse(&reader, &in->header);

    if (status == FWS_OK) {
        show_header(in);
        in->at = (size_t)in->header.header_size + in->header.payload_size;
        if (in->header.protected_size > 0) {
            status = show_area(in, FWS_TLV_PROTECTED);
        }
    }
    if (status == FWS_OK) {
        status = show_area(in, FWS_TLV_PLAIN);
    }
    if (status == FWS_OK) {
        show_tail(in);
        return FWS_OK;
    }
    return fws_error_set(err, status, "'%s': %s at offset %zu", path, fws_status_name(status),
                         in->at);
}

static enum fws_status print_json(struct inspection *in, enum fws_status verdict,
                                  const struct fws_error *failure, struct fws_error *err)
{
    FWS_AUTO(fws_json) object = {0};

    fws_json_end(&in->json);
    enum fws_status status = fws_json_done(&in->json, err);

    if (status != FWS_OK) {
        return status;
    }
    fws_cli_json_begin(in->cli, &object, verdict == FWS_OK);
    fws_json_raw(&object, "image", in->json.buf.data, in->json.buf.size);
    if (verdict != FWS_OK) {
        fws_cli_json_error(&object, "error", failure);
    }
    return fws_cli_json_end(in->cli, &object, err);
}

static enum fws_status inspect(struct inspection *in, const char *path, struct fws_error *err)
{
    struct fws_error failure = {0};

    fws_json_object(&in->json, NULL);
    fws_json_text(&in->json, "file", path);
    enum fws_status verdict = inspect_image(in, path, &failure);
    enum fws_status status = in->cli->global.json ? print_json(in, verdict, &failure, err)
                                                  : fws_text_print(&in->text, err);

    if (status == FWS_OK && verdict != FWS_OK) {
        *err = failure;
        status = verdict;
    }
    return status;
}

enum fws_status fws_cmd_inspect(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    struct inspection in = {.cli = cli, .options = options};
    struct fws_error no_config = {0};
    enum fws_status status = fws_file_read(cli->operands[0], FWS_FIRMWARE_MAX_SIZE, &bytes, err);

    if (status != FWS_OK) {
        return status;
    }
    (void)!fws_cli_config(cli, &no_config); /* only for key names */
    in.image = fws_reader_init(bytes.data, bytes.size);
    status = inspect(&in, cli->operands[0], err);
    fws_json_free(&in.json);
    fws_text_free(&in.text);
    return status;
}
