/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "signer/signer.h"

/* Beyond this a HEX file's span is a mistake even where the slot would hold it. */
static uint64_t span_limit(const struct fws_policy *policy)
{
    return policy->format.slot_size < FWS_FIRMWARE_MAX_SIZE ? policy->format.slot_size
                                                            : FWS_FIRMWARE_MAX_SIZE;
}

static bool looks_like_hex(const char *path, const struct fws_buf *bytes)
{
    size_t length = strlen(path);
    const char *text = (const char *)bytes->data;

    if (length >= 4 && strcasecmp(path + length - 4, ".hex") == 0) {
        return true;
    }
    /* ":" and ten hex digits: the head of a record. No vector table begins with these bytes. */
    return bytes->size >= 11 && text[0] == ':' && strspn(text + 1, "0123456789abcdefABCDEF") >= 10;
}

/* Where the data of a HEX or ELF file is. */
struct spread {
    uint32_t first, last, gap_from, gap_to;
};

/* A small record far away (option bytes, UICR) would become megabytes of padding: say where it is
 * and what to set, instead of signing that. */
static enum fws_status check_spread(const struct spread *span, const struct fws_policy *policy,
                                    struct fws_error *err)
{
    uint64_t size = (uint64_t)span->last - span->first + 1;

    if (size <= span_limit(policy)) {
        return FWS_OK;
    }
    if (span->gap_to == 0) {
        return fws_error_set(err, FWS_E_IMAGE_TOO_BIG, "0x%x to 0x%x do not fit a slot of 0x%llx",
                             span->first, span->last, (unsigned long long)policy->format.slot_size);
    }
    return fws_error_set(err, FWS_E_HEX_SPREAD,
                         "segments 0x%x-0x%x and 0x%x-0x%x lie further apart than the slot of "
                         "0x%llx bytes; set 'format: {addresses: 0x%x-0x%x}' in %s to sign the "
                         "first",
                         span->first, span->gap_from, span->gap_to, span->last,
                         (unsigned long long)policy->format.slot_size, span->first, span->gap_from,
                         policy->path);
}

/* The addresses that count. */
static struct spread range_of(const struct fws_policy *policy)
{
    bool given = policy->format.addresses.given;

    return (struct spread){.first = given ? (uint32_t)policy->format.addresses.first : 0,
                           .last = given ? (uint32_t)policy->format.addresses.last : UINT32_MAX};
}

/* ---- ELF ---- */

static enum fws_status elf_error(enum fws_status status, const struct fws_elf_span *span,
                                 const struct fws_policy *policy, struct fws_error *err)
{
    if (status == FWS_E_INPUT) {
        return fws_error_set(err, status, "no data between 0x%x and 0x%x", range_of(policy).first,
                             range_of(policy).last);
    }
    return span->program > 0 ? fws_error_set(err, status, "program header %u: %s", span->program,
                                             fws_status_name(status))
                             : fws_error_set(err, status, "%s", fws_status_name(status));
}

static void take_elf(const struct fws_elf_span *span, struct fws_firmware *firmware)
{
    firmware->address = span->first;
    firmware->has_entry = span->entry <= UINT32_MAX;
    firmware->entry = (uint32_t)span->entry;
    firmware->build_id_size = span->build_id_size;
    memcpy(firmware->build_id, span->build_id, span->build_id_size);
}

static enum fws_status convert_elf(const struct fws_policy *policy, struct fws_firmware *firmware,
                                   struct fws_error *err)
{
    FWS_AUTO(fws_buf) bytes = {0};
    struct spread range = range_of(policy);
    struct fws_elf_span span;
    enum fws_status status =
        fws_elf_scan(firmware->bytes.data, firmware->bytes.size, range.first, range.last, &span);

    if (status != FWS_OK) {
        return elf_error(status, &span, policy, err);
    }
    status = check_spread(&(struct spread){span.first, span.last, span.gap_from, span.gap_to},
                          policy, err);
    size_t size = (size_t)(span.last - span.first) + 1;

    if (status == FWS_OK) {
        status = fws_buf_reserve(&bytes, size, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    status = fws_elf_load(firmware->bytes.data, firmware->bytes.size, &span,
                          (uint8_t)policy->format.erased, bytes.data, size);
    if (status != FWS_OK) {
        return elf_error(status, &span, policy, err);
    }
    bytes.size = size;
    take_elf(&span, firmware);
    fws_buf_free(&firmware->bytes);
    firmware->bytes = fws_buf_take(&bytes);
    firmware->from_elf = true;
    return FWS_OK;
}

/* ---- Intel HEX ---- */

static enum fws_status hex_error(enum fws_status status, const struct fws_hex_span *span,
                                 const struct fws_policy *policy, struct fws_error *err)
{
    if (status == FWS_E_INPUT) {
        return fws_error_set(err, status, "no data between 0x%x and 0x%x", range_of(policy).first,
                             range_of(policy).last);
    }
    return fws_error_set(err, status, "line %u: %s", span->line, fws_status_name(status));
}

static enum fws_status convert_hex(const struct fws_policy *policy, struct fws_firmware *firmware,
                                   struct fws_error *err)
{
    const char *text = (const char *)firmware->bytes.data;
    size_t text_size = firmware->bytes.size;
    struct spread range = range_of(policy);
    struct fws_hex_span span;
    enum fws_status status = fws_hex_scan(text, text_size, range.first, range.last, &span);

    if (status != FWS_OK) {
        return hex_error(status, &span, policy, err);
    }
    status = check_spread(&(struct spread){span.first, span.last, span.gap_from, span.gap_to},
                          policy, err);
    if (status != FWS_OK) {
        return status;
    }
    FWS_AUTO(fws_buf) bytes = {0};
    size_t size = (size_t)(span.last - span.first) + 1;
    uint8_t *seen = calloc((size + 7) / 8, 1);

    status = seen == NULL ? fws_error_set(err, FWS_E_MEMORY, "no memory for %zu bytes", size)
                          : fws_buf_reserve(&bytes, size, err);
    if (status == FWS_OK) {
        status = fws_hex_load(text, text_size, &span, (uint8_t)policy->format.erased, bytes.data,
                              size, seen);
        if (status != FWS_OK) {
            status = hex_error(status, &span, policy, err);
        }
    }
    free(seen);
    if (status == FWS_OK) {
        bytes.size = size;
        fws_buf_free(&firmware->bytes);
        firmware->bytes = fws_buf_take(&bytes);
        firmware->from_hex = true;
        firmware->address = span.first;
    }
    return status;
}

static bool has_magic(const struct fws_buf *bytes)
{
    struct fws_reader reader = fws_reader_init(bytes->data, bytes->size);

    return fws_reader_u32le(&reader) == FWS_HEADER_MAGIC;
}

/* The protected TLVs of an image that is signed again: those the new one says anew are taken for
 * comparison, any other would be lost. */
static bool take_protected(struct fws_tlv *tlv, struct fws_firmware *firmware)
{
    if (tlv->type == FWS_TLV_UUID_VID) {
        fws_reader_copy(&tlv->value, firmware->vendor_id, sizeof firmware->vendor_id);
        firmware->has_vendor_id = true;
    } else if (tlv->type == FWS_TLV_UUID_CID) {
        fws_reader_copy(&tlv->value, firmware->class_id, sizeof firmware->class_id);
        firmware->has_class_id = true;
    } else if (tlv->type == FWS_TLV_SEC_CNT) {
        firmware->counter = fws_reader_u32le(&tlv->value);
        firmware->has_counter = true;
    } else {
        return false;
    }
    return fws_reader_done(&tlv->value) == FWS_OK;
}

static enum fws_status read_protected_area(struct fws_reader *image, struct fws_firmware *firmware,
                                           struct fws_error *err)
{
    struct fws_reader area;
    struct fws_tlv tlv;

    if (fws_tlv_area_open(image, FWS_TLV_PROTECTED, &area) != FWS_OK) {
        return fws_error_set(err, FWS_E_ALREADY_IMAGE,
                             "to be signed again, but its protected TLVs cannot be read");
    }
    while (area.left > 0) {
        if (fws_tlv_next(&area, &tlv) != FWS_OK) {
            return fws_error_set(err, FWS_E_ALREADY_IMAGE,
                                 "to be signed again, but its protected TLVs cannot be read");
        }
        if (!take_protected(&tlv, firmware)) {
            return fws_error_set(err, FWS_E_ALREADY_IMAGE,
                                 "to be signed again, but its protected TLV 0x%x would be lost",
                                 tlv.type);
        }
    }
    return FWS_OK;
}

/* Signing again: the payload of the old image, without its header and TLVs. */
static enum fws_status strip_image(struct fws_firmware *firmware, struct fws_error *err)
{
    struct fws_buf *bytes = &firmware->bytes;
    struct fws_reader reader = fws_reader_init(bytes->data, bytes->size);
    struct fws_reader whole = reader;
    struct fws_header header;
    enum fws_status status = fws_header_parse(&reader, &header);

    if (status == FWS_OK) {
        status = fws_header_check(&header);
    }
    if (status != FWS_OK) {
        return fws_error_set(err, FWS_E_ALREADY_IMAGE,
                             "to be signed again, but its header is bad: "
                             "%s",
                             fws_status_name(status));
    }
    if (header.flags != 0) {
        return fws_error_set(err, FWS_E_ALREADY_IMAGE,
                             "to be signed again, but its flags would be lost");
    }
    fws_reader_skip(&whole, header.header_size);
    struct fws_reader payload = fws_reader_slice(&whole, header.payload_size);

    if (payload.bad) {
        return fws_error_set(err, FWS_E_ALREADY_IMAGE, "to be signed again, but it is truncated");
    }
    if (header.protected_size != 0) {
        status = read_protected_area(&whole, firmware, err);
    }
    memmove(bytes->data, payload.data, payload.left);
    bytes->size = payload.left;
    return status;
}

static enum fws_status convert(const struct fws_policy *policy, const char *path,
                               struct fws_firmware *out, struct fws_error *err)
{
    if (fws_elf_is(out->bytes.data, out->bytes.size)) {
        return convert_elf(policy, out, err);
    }
    return looks_like_hex(path, &out->bytes) ? convert_hex(policy, out, err) : FWS_OK;
}

static enum fws_status load(const struct fws_policy *policy, const char *path, const uid_t *owner,
                            struct fws_firmware *out, struct fws_error *err)
{
    enum fws_status status = fws_file_read_of(path, owner, FWS_HEX_TEXT_MAX_SIZE, &out->bytes, err);

    out->file_size = out->bytes.size;
    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, out->bytes.data, out->bytes.size, out->digest, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    status = convert(policy, path, out, err);
    if (status == FWS_OK && out->bytes.size > FWS_FIRMWARE_MAX_SIZE) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "'%s': larger than %u bytes", path,
                             FWS_FIRMWARE_MAX_SIZE);
    }
    if (status == FWS_OK) {
        out->is_image = has_magic(&out->bytes);
    }
    if (status == FWS_OK && out->is_image && policy->format.resign) {
        status = strip_image(out, err);
    }
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "'%s'", path);
}

enum fws_status fws_firmware_load(const struct fws_policy *policy, const char *path,
                                  struct fws_firmware *out, struct fws_error *err)
{
    return fws_firmware_load_of(policy, path, NULL, out, err);
}

enum fws_status fws_firmware_load_of(const struct fws_policy *policy, const char *path,
                                     const uid_t *owner, struct fws_firmware *out,
                                     struct fws_error *err)
{
    *out = (struct fws_firmware){0};
    enum fws_status status = load(policy, path, owner, out, err);

    if (status != FWS_OK) {
        fws_firmware_free(out);
    }
    return status;
}

void fws_firmware_free(struct fws_firmware *firmware)
{
    fws_buf_free(&firmware->bytes);
    *firmware = (struct fws_firmware){0};
}
