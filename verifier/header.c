/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

/* Offsets of header fields, for the report. */
#define AT_HEADER_SIZE    8u
#define AT_PROTECTED_SIZE 10u
#define AT_PAYLOAD_SIZE   12u
#define AT_FLAGS          16u
#define AT_RESERVED       28u

#define ENCRYPTED  (FWS_FLAG_ENCRYPTED_AES128 | FWS_FLAG_ENCRYPTED_AES256)
#define COMPRESSED (FWS_FLAG_COMPRESSED_LZMA1 | FWS_FLAG_COMPRESSED_LZMA2)

enum fws_status fws_refuse(struct fws_verify_work *work, uint32_t offset, enum fws_status status)
{
    work->report->offset = offset;
    return status;
}

static uint32_t field_of(enum fws_status status)
{
    switch (status) {
    case FWS_E_HEADER_SIZE:
        return AT_HEADER_SIZE;
    case FWS_E_PROTECTED_SIZE:
        return AT_PROTECTED_SIZE;
    case FWS_E_SIZE_OVERFLOW:
    case FWS_E_PAYLOAD_EMPTY:
        return AT_PAYLOAD_SIZE;
    case FWS_E_HEADER_RESERVED:
        return AT_RESERVED;
    case FWS_E_MAGIC:
        return 0;
    default:
        return AT_FLAGS;
    }
}

/* Each of these would be booted, or read, other than as it stands in flash. */
static enum fws_status check_flags(uint32_t flags, uint32_t accepted)
{
    if ((flags & FWS_FLAG_NON_BOOTABLE) != 0) {
        return FWS_E_NON_BOOTABLE;
    }
    if ((flags & ENCRYPTED) != 0) {
        return FWS_E_ENCRYPTED;
    }
    if ((flags & COMPRESSED) != 0) {
        return FWS_E_COMPRESSED;
    }
    return (flags & ~accepted) == 0 ? FWS_OK : FWS_E_FLAGS_NOT_ACCEPTED;
}

static enum fws_status judge(struct fws_verify_work *work, struct fws_header *header)
{
    struct fws_reader reader = fws_reader_init(work->memory.pass.header, FWS_HEADER_SIZE);
    enum fws_status status = fws_header_parse(&reader, header);

    if (status == FWS_OK) {
        status = fws_header_check(header);
    }
    if (status == FWS_OK) {
        status = check_flags(header->flags, work->policy->flags);
    }
    return status == FWS_OK && header->payload_size == 0 ? FWS_E_PAYLOAD_EMPTY : status;
}

enum fws_status fws_check_end(struct fws_verify_work *work, uint64_t end, uint32_t at)
{
    uint32_t limit = work->policy->size_limit;

    if (limit != 0 && end > limit) {
        return fws_refuse(work, at, FWS_E_IMAGE_TOO_BIG);
    }
    return end > work->io->size ? fws_refuse(work, at, FWS_E_IMAGE_TRUNCATED) : FWS_OK;
}

enum fws_status fws_check_header(struct fws_verify_work *work)
{
    struct fws_header *header = &work->report->header;
    enum fws_status status = judge(work, header);

    if (status != FWS_OK) {
        return fws_refuse(work, field_of(status), status);
    }
    work->signed_size = fws_header_signed_size(header);
    work->areas_offset = work->signed_size - header->protected_size;
    work->steps += FWS_STEP_HEADER;
    return fws_check_end(work, (uint64_t)work->signed_size + FWS_TLV_INFO_SIZE, AT_PAYLOAD_SIZE);
}
