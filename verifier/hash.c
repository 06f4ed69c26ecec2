/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

static enum fws_status update(struct fws_check *check, const void *data, size_t size)
{
    return size == 0 ? FWS_OK : check->crypto->hash_update(check->work->hash_state, data, size);
}

/* What erased flash and tools leave between header and payload: one byte value all along. */
struct padding {
    bool checked; /* false: these bytes are payload, any value will do */
    uint8_t value;
};

static enum fws_status check_padding(struct fws_check *check, struct padding *padding,
                                     uint32_t offset, uint32_t size)
{
    struct fws_reader block = fws_reader_init(check->work->block, size);
    struct fws_reader first = block;

    if (offset == FWS_HEADER_SIZE) {
        padding->value = fws_reader_u8(&first);
    }
    if ((padding->value != 0x00 && padding->value != 0xff) ||
        !fws_filled_with(block, padding->value)) {
        return fws_refuse_at(check, offset, FWS_E_HEADER_PADDING);
    }
    return FWS_OK;
}

/* Read [offset, end) in blocks, once, and hash it. */
static enum fws_status hash_range(struct fws_check *check, uint32_t offset, uint32_t end,
                                  struct padding padding)
{
    while (offset < end) {
        uint32_t left = end - offset;
        uint32_t size = left < FWS_VERIFY_BLOCK_SIZE ? left : FWS_VERIFY_BLOCK_SIZE;
        enum fws_status status = fws_check_read(check, offset, check->work->block, size);

        if (status == FWS_OK && padding.checked) {
            status = check_padding(check, &padding, offset, size);
        }
        if (status == FWS_OK) {
            status = update(check, check->work->block, size);
        }
        if (status != FWS_OK) {
            return status;
        }
        offset += size;
    }
    return FWS_OK;
}

/* Header and protected area come from memory, where they were judged, not from flash again. */
static enum fws_status hash_signed_bytes(struct fws_check *check)
{
    const struct fws_header *header = &check->report->header;
    uint32_t payload_end = check->signed_size - header->protected_size;
    enum fws_status status = update(check, check->header, sizeof check->header);

    if (status == FWS_OK) {
        status = hash_range(check, FWS_HEADER_SIZE, header->header_size,
                            (struct padding){.checked = true});
    }
    if (status == FWS_OK) {
        status =
            hash_range(check, header->header_size, payload_end, (struct padding){.checked = false});
    }
    if (status == FWS_OK) {
        status = update(check, check->work->protected_tlvs, header->protected_size);
    }
    return status;
}

static enum fws_hash hash_of_type(uint16_t type)
{
    switch (type) {
    case FWS_TLV_SHA256:
        return FWS_HASH_SHA256;
    case FWS_TLV_SHA384:
        return FWS_HASH_SHA384;
    default:
        return FWS_HASH_SHA512;
    }
}

enum fws_status fws_check_hash(struct fws_check *check)
{
    const struct fws_entry *entry = &check->entries.hash;
    struct fws_verify_report *report = check->report;
    void *state = check->work->hash_state;

    report->hash = hash_of_type(entry->tlv.type);
    enum fws_status status = check->crypto->hash_begin(state, report->hash);

    if (status != FWS_OK) {
        return status;
    }
    status = hash_signed_bytes(check);
    enum fws_status finished = check->crypto->hash_finish(state, report->digest);

    if (status != FWS_OK || finished != FWS_OK) {
        return status != FWS_OK ? status : finished;
    }
    if (!fws_reader_starts_with(&entry->tlv.value, report->digest, fws_hash_size(report->hash))) {
        return fws_refuse_at(check, entry->offset, FWS_E_HASH_MISMATCH);
    }
    return FWS_OK;
}
