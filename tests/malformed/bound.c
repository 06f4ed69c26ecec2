/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading an image takes, at most:
 *
 *     1                     the header
 *     1 an area             its info header
 *     2 a TLV               its header, and its value unless that is empty; no TLV is shorter than its
 *                           header, so an area of n bytes has at most n / 4 TLVs
 *     padding / block, payload / block, tail / block, each rounded up
 *     an LMS signature      instead of its value: number and type, the randomizer, each chain, type,
 *                           and each node of the path
 *
 * Who reads on behind a length that lies reads more often than that, or outside the slot.
 */
#include "tests/malformed/malformed.h"

#include "tests/wycheproof/text.h"

/* SHA-256/192, w = 8, h = 5: the one set that the images have. */
#define LMS_READS (3u + 26u + 5u)
#define LMS_SIZE  780u

static unsigned blocks(uint64_t size)
{
    return (unsigned)((size + FWS_VERIFY_BLOCK_SIZE - 1) / FWS_VERIFY_BLOCK_SIZE);
}

/* The reads of an area, as far as it goes; the reader is left behind it. */
static unsigned area_reads(struct fws_reader *slot)
{
    unsigned reads = 1;

    fws_reader_skip(slot, 2);
    uint16_t size = fws_reader_u16le(slot);
    size_t rest = size >= FWS_TLV_INFO_SIZE ? (size_t)size - FWS_TLV_INFO_SIZE : 0;
    struct fws_reader area = fws_reader_slice(slot, rest < slot->left ? rest : slot->left);

    while (area.left >= FWS_TLV_HEADER_SIZE) {
        uint16_t type = fws_reader_u16le(&area);
        uint16_t length = fws_reader_u16le(&area);

        reads += length == 0 ? 1 : 2;
        if (type == FWS_TLV_LMS && length == LMS_SIZE) {
            reads += LMS_READS - 1;
        }
        fws_reader_skip(&area, length);
    }
    return reads;
}

unsigned reads_bound(const struct row *row)
{
    struct fws_reader slot = fws_reader_init(row->slot.data, row->slot.size);
    struct fws_reader reader = slot;
    struct fws_header header = {0};
    enum fws_status status = fws_header_parse(&reader, &header);

    if (status != FWS_OK || fws_header_check(&header) != FWS_OK) {
        return 1;
    }
    unsigned reads = 1 + blocks(header.header_size - FWS_HEADER_SIZE) + blocks(header.payload_size);

    fws_reader_skip(&slot, (size_t)header.header_size + header.payload_size);
    if (slot.bad) {
        return 1;
    }
    reads += header.protected_size > 0 ? area_reads(&slot) : 0;
    reads += area_reads(&slot);

    struct row_policy policy;

    policy_parse(row->keys, row->policy, &policy);
    uint32_t limit = policy.policy.size_limit;
    size_t end = limit != 0 && limit < row->slot.size ? limit : row->slot.size;
    size_t image_end = row->slot.size - slot.left;
    bool ignored = (policy.policy.options & FWS_VERIFY_TAIL_IGNORED) != 0;

    return reads + (ignored || image_end >= end ? 0 : blocks(end - image_end));
}
