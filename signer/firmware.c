/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "signer/signer.h"

/* Beyond this a HEX file's span is a mistake even where the slot would hold it. */
static uint64_t span_limit(const struct fws_policy *policy)
{
    return policy->slot_size < FWS_FIRMWARE_MAX_SIZE ? policy->slot_size : FWS_FIRMWARE_MAX_SIZE;
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

static enum fws_status hex_error(enum fws_status status, const struct fws_hex_span *span,
                                 const struct fws_policy *policy, struct fws_error *err)
{
    if (status == FWS_E_INPUT) {
        return fws_error_set(err, status, "no data between 0x%llx and 0x%llx",
                             (unsigned long long)policy->hex_range.first,
                             (unsigned long long)policy->hex_range.last);
    }
    return fws_error_set(err, status, "line %u: %s", span->line, fws_status_name(status));
}

/* A small record far away (option bytes, UICR) would become megabytes of padding: say where it is
 * and what to set, instead of signing that. */
static enum fws_status check_spread(const struct fws_hex_span *span,
                                    const struct fws_policy *policy, struct fws_error *err)
{
    uint64_t size = (uint64_t)span->last - span->first + 1;

    if (size <= span_limit(policy)) {
        return FWS_OK;
    }
    if (span->gap_to == 0) {
        return fws_error_set(err, FWS_E_IMAGE_TOO_BIG, "0x%x to 0x%x do not fit a slot of 0x%llx",
                             span->first, span->last, (unsigned long long)policy->slot_size);
    }
    return fws_error_set(err, FWS_E_HEX_SPREAD,
                         "segments 0x%x-0x%x and 0x%x-0x%x lie further apart than the slot of "
                         "0x%llx bytes; set 'hex-range: 0x%x-0x%x' in %s to sign the first",
                         span->first, span->gap_from, span->gap_to, span->last,
                         (unsigned long long)policy->slot_size, span->first, span->gap_from,
                         policy->path);
}

static enum fws_status convert_hex(const struct fws_policy *policy, struct fws_firmware *firmware,
                                   struct fws_error *err)
{
    const char *text = (const char *)firmware->bytes.data;
    size_t text_size = firmware->bytes.size;
    uint32_t from = policy->hex_range.given ? (uint32_t)policy->hex_range.first : 0;
    uint32_t to = policy->hex_range.given ? (uint32_t)policy->hex_range.last : UINT32_MAX;
    struct fws_hex_span span;
    enum fws_status status = fws_hex_scan(text, text_size, from, to, &span);

    if (status != FWS_OK) {
        return hex_error(status, &span, policy, err);
    }
    status = check_spread(&span, policy, err);
    if (status != FWS_OK) {
        return status;
    }
    FWS_AUTO(fws_buf) bytes = {0};
    size_t size = (size_t)(span.last - span.first) + 1;
    uint8_t *seen = calloc((size + 7) / 8, 1);

    status = seen == NULL ? fws_error_set(err, FWS_E_MEMORY, "no memory for %zu bytes", size)
                          : fws_buf_reserve(&bytes, size, err);
    if (status == FWS_OK) {
        status =
            fws_hex_load(text, text_size, &span, (uint8_t)policy->erased, bytes.data, size, seen);
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
        firmware->hex_address = span.first;
    }
    return status;
}

static bool has_magic(const struct fws_buf *bytes)
{
    struct fws_reader reader = fws_reader_init(bytes->data, bytes->size);

    return fws_reader_u32le(&reader) == FWS_HEADER_MAGIC;
}

/* Signing again: the payload of the old image, without its header and TLVs. */
static enum fws_status strip_image(struct fws_buf *bytes, struct fws_error *err)
{
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
    if (header.protected_size != 0 || header.flags != 0) {
        return fws_error_set(err, FWS_E_ALREADY_IMAGE,
                             "to be signed again, but its protected TLVs or flags would be lost");
    }
    fws_reader_skip(&whole, header.header_size);
    struct fws_reader payload = fws_reader_slice(&whole, header.payload_size);

    if (payload.bad) {
        return fws_error_set(err, FWS_E_ALREADY_IMAGE, "to be signed again, but it is truncated");
    }
    memmove(bytes->data, payload.data, payload.left);
    bytes->size = payload.left;
    return FWS_OK;
}

static enum fws_status load(const struct fws_policy *policy, const char *path,
                            struct fws_firmware *out, struct fws_error *err)
{
    enum fws_status status = fws_file_read(path, FWS_HEX_TEXT_MAX_SIZE, &out->bytes, err);

    if (status != FWS_OK) {
        return status;
    }
    if (looks_like_hex(path, &out->bytes)) {
        status = convert_hex(policy, out, err);
        if (status != FWS_OK) {
            return fws_error_wrap(err, "'%s'", path);
        }
    }
    if (out->bytes.size > FWS_FIRMWARE_MAX_SIZE) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "'%s': larger than %u bytes", path,
                             FWS_FIRMWARE_MAX_SIZE);
    }
    out->is_image = has_magic(&out->bytes);
    if (out->is_image && policy->resign) {
        status = strip_image(&out->bytes, err);
        if (status != FWS_OK) {
            return fws_error_wrap(err, "'%s'", path);
        }
    }
    return fws_digest(FWS_HASH_SHA256, out->bytes.data, out->bytes.size, out->digest, err);
}

enum fws_status fws_firmware_load(const struct fws_policy *policy, const char *path,
                                  struct fws_firmware *out, struct fws_error *err)
{
    *out = (struct fws_firmware){0};
    enum fws_status status = load(policy, path, out, err);

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
