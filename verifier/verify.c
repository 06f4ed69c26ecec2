/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

/* Offsets of header fields, for the report. */
#define AT_HEADER_SIZE    8u
#define AT_PROTECTED_SIZE 10u
#define AT_PAYLOAD_SIZE   12u
#define AT_FLAGS          16u
#define AT_RESERVED       28u

enum fws_status fws_check_read(struct fws_check *check, uint32_t offset, void *out, uint32_t size)
{
    const struct fws_verify_io *io = check->io;

    /* The callers stay inside by the checks of sizes; this holds whatever they do. */
    if (offset > io->size || size > io->size - offset) {
        return fws_refuse_at(check, offset, FWS_E_IMAGE_TRUNCATED);
    }
    if (size > 0 && io->read(io->context, offset, out, size) != FWS_OK) {
        return fws_refuse_at(check, offset, FWS_E_FLASH_READ);
    }
    return FWS_OK;
}

static uint32_t header_field_of(enum fws_status status)
{
    switch (status) {
    case FWS_E_HEADER_SIZE:
        return AT_HEADER_SIZE;
    case FWS_E_PROTECTED_SIZE:
        return AT_PROTECTED_SIZE;
    case FWS_E_SIZE_OVERFLOW:
        return AT_PAYLOAD_SIZE;
    case FWS_E_FLAGS_UNKNOWN:
    case FWS_E_FLAGS_CONFLICT:
        return AT_FLAGS;
    case FWS_E_HEADER_RESERVED:
        return AT_RESERVED;
    default:
        return 0;
    }
}

/* Each of these would be booted, or read, other than as it stands in flash. */
static enum fws_status check_flags(uint32_t flags)
{
    if ((flags & FWS_FLAG_NON_BOOTABLE) != 0) {
        return FWS_E_NON_BOOTABLE;
    }
    if ((flags & (FWS_FLAG_ENCRYPTED_AES128 | FWS_FLAG_ENCRYPTED_AES256)) != 0) {
        return FWS_E_ENCRYPTED;
    }
    if ((flags & (FWS_FLAG_COMPRESSED_LZMA1 | FWS_FLAG_COMPRESSED_LZMA2)) != 0) {
        return FWS_E_COMPRESSED;
    }
    return FWS_OK;
}

static enum fws_status check_header(struct fws_check *check)
{
    struct fws_header *header = &check->report->header;
    struct fws_reader reader = fws_reader_init(check->header, sizeof check->header);

    if (check->io->size < FWS_HEADER_SIZE) {
        return FWS_E_HEADER_TRUNCATED;
    }
    enum fws_status status = fws_check_read(check, 0, check->header, sizeof check->header);

    if (status != FWS_OK) {
        return status;
    }
    status = fws_header_parse(&reader, header);
    if (status == FWS_OK) {
        status = fws_header_check(header);
    }
    if (status != FWS_OK) {
        return fws_refuse_at(check, header_field_of(status), status);
    }
    status = check_flags(header->flags);
    return status == FWS_OK ? FWS_OK : fws_refuse_at(check, AT_FLAGS, status);
}

/* The image needs size bytes from its start: allowed, and there? at: the field that says so. */
static enum fws_status check_end(struct fws_check *check, uint64_t size, uint32_t at)
{
    uint32_t limit = check->policy->size_limit;

    if (limit != 0 && size > limit) {
        return fws_refuse_at(check, at, FWS_E_IMAGE_TOO_BIG);
    }
    if (size > check->io->size) {
        return fws_refuse_at(check, at, FWS_E_IMAGE_TRUNCATED);
    }
    return FWS_OK;
}

static enum fws_status check_protected_area(struct fws_check *check)
{
    uint32_t size = check->report->header.protected_size;
    uint32_t start = check->signed_size - size;
    struct fws_reader reader = fws_reader_init(check->work->protected_tlvs, size);
    struct fws_reader area = {0};

    if (size == 0) {
        return FWS_OK;
    }
    if (size > sizeof check->work->protected_tlvs) {
        return fws_refuse_at(check, AT_PROTECTED_SIZE, FWS_E_TLV_LIMIT);
    }
    enum fws_status status = fws_check_read(check, start, check->work->protected_tlvs, size);

    if (status != FWS_OK) {
        return status;
    }
    status = fws_tlv_area_open(&reader, FWS_TLV_PROTECTED, &area);
    if (status == FWS_E_TLV_TRUNCATED || (status == FWS_OK && reader.left > 0)) {
        status = FWS_E_PROTECTED_SIZE; /* its own length and the header's differ */
    }
    if (status != FWS_OK) {
        return fws_refuse_at(check, start, status);
    }
    return fws_check_area(check, area, FWS_TLV_PROTECTED, check->signed_size);
}

/* Read the info header of the plain area: how long is the area? */
static enum fws_status read_plain_info(struct fws_check *check, uint32_t *size)
{
    uint32_t start = check->signed_size;
    uint8_t info[FWS_TLV_INFO_SIZE];
    enum fws_status status = fws_check_read(check, start, info, sizeof info);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_reader reader = fws_reader_init(info, sizeof info);

    if (fws_reader_u16le(&reader) != FWS_TLV_INFO_MAGIC) {
        return fws_refuse_at(check, start, FWS_E_TLV_MAGIC);
    }
    *size = fws_reader_u16le(&reader);
    if (*size < FWS_TLV_INFO_SIZE) {
        return fws_refuse_at(check, start, FWS_E_TLV_TRUNCATED);
    }
    status = check_end(check, (uint64_t)start + *size, start);
    if (status == FWS_OK && *size > FWS_VERIFY_TLV_MAX) {
        status = fws_refuse_at(check, start, FWS_E_TLV_LIMIT);
    }
    return status;
}

static enum fws_status check_plain_area(struct fws_check *check)
{
    uint32_t start = check->signed_size;
    uint32_t size = 0;
    enum fws_status status = read_plain_info(check, &size);

    if (status != FWS_OK) {
        return status;
    }
    uint32_t entries_size = size - FWS_TLV_INFO_SIZE;

    status =
        fws_check_read(check, start + FWS_TLV_INFO_SIZE, check->work->plain_tlvs, entries_size);
    if (status != FWS_OK) {
        return status;
    }
    check->report->image_end = start + size;
    return fws_check_area(check, fws_reader_init(check->work->plain_tlvs, entries_size),
                          FWS_TLV_PLAIN, start + size);
}

static enum fws_status check_areas(struct fws_check *check)
{
    check->signed_size = fws_header_signed_size(&check->report->header);
    enum fws_status status =
        check_end(check, (uint64_t)check->signed_size + FWS_TLV_INFO_SIZE, AT_PAYLOAD_SIZE);

    if (status == FWS_OK) {
        status = check_protected_area(check);
    }
    if (status == FWS_OK) {
        status = check_plain_area(check);
    }
    return status == FWS_OK ? fws_check_entries(check) : status;
}

/* What is cheap and structural comes first, then the hash, then the keys, then what it says. */
static enum fws_status run(struct fws_check *check)
{
    enum fws_status status = check_header(check);

    if (status == FWS_OK) {
        status = check_areas(check);
    }
    if (status == FWS_OK) {
        status = fws_check_hash(check);
    }
    if (status == FWS_OK) {
        status = fws_check_signatures(check);
    }
    return status == FWS_OK ? fws_check_claims(check) : status;
}

enum fws_status fws_verify(const struct fws_verify_policy *policy, const struct fws_verify_io *io,
                           const struct fws_verify_crypto *crypto, struct fws_verify_work *work,
                           struct fws_verify_report *report)
{
    struct fws_check check = {
        .policy = policy, .io = io, .crypto = crypto, .work = work, .report = report};

    *report = (struct fws_verify_report){.key_index = FWS_VERIFY_KEY_NONE};
    report->reason = run(&check);
    if (report->reason != FWS_OK) {
        report->authenticated = false; /* never true beside a refusal */
    }
    return report->reason;
}
