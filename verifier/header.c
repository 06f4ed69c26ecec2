/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

#define ENCRYPTED  (FWS_FLAG_ENCRYPTED_AES128 | FWS_FLAG_ENCRYPTED_AES256)
#define COMPRESSED (FWS_FLAG_COMPRESSED_LZMA1 | FWS_FLAG_COMPRESSED_LZMA2)

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
    return (FWS_VERIFY_WITH_FLAGS ? flags & ~accepted : flags) == 0 ? FWS_OK
                                                                    : FWS_E_FLAGS_NOT_ACCEPTED;
}

enum fws_status fws_check_end(const struct fws_verify_work *work, uint32_t start, uint32_t size)
{
    uint32_t limit = work->policy->size_limit;
    uint32_t room = work->io->size;

    /* start and size may each be anything; their sum is never formed. */
    if (limit != 0 && (start > limit || size > limit - start)) {
        return FWS_E_IMAGE_TOO_BIG;
    }
    return start > room || size > room - start ? FWS_E_IMAGE_TRUNCATED : FWS_OK;
}

enum fws_status fws_check_header(struct fws_verify_work *work)
{
    struct fws_header *header = &work->report->header;
    struct fws_reader reader = fws_reader_init(work->memory.pass.header, FWS_HEADER_SIZE);
    enum fws_status status = fws_header_parse(&reader, header);

    if (status == FWS_OK) {
        status = fws_header_check(header);
    }
    if (status == FWS_OK) {
        status = check_flags(header->flags, work->policy->flags);
    }
    if (status != FWS_OK) {
        return status;
    }
    work->signed_size = fws_header_signed_size(header);
    work->areas_offset = work->signed_size - header->protected_size;
    work->report->image_end = work->areas_offset; /* so far */
    work->steps += FWS_STEP_HEADER;
    return header->payload_size == 0 ? FWS_E_PAYLOAD_EMPTY
                                     : fws_check_end(work, work->signed_size, FWS_TLV_INFO_SIZE);
}
