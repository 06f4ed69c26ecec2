/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "verifier/check.h"

/* How much of a mapped image is handed on between two calls of progress. */
#define MAPPED_STEP 4096u

void fws_check_begin(struct fws_verify_work *work, const struct fws_verify_policy *policy,
                     const struct fws_verify_io *io, struct fws_verify_report *report)
{
    memset(work, 0, sizeof *work - sizeof work->memory - sizeof work->tlvs);
    memset(work->signers, FWS_VERIFY_KEY_NONE, sizeof work->signers);
    memset(report, 0, sizeof *report);
    report->key_index = FWS_VERIFY_KEY_NONE;
    report->reason = FWS_E_EVIDENCE;
    work->policy = policy;
    work->io = io;
    work->report = report;
}

bool fws_padding_continues(struct fws_reader bytes, bool first, uint8_t *padding)
{
    struct fws_reader start = bytes;

    if (first) {
        *padding = fws_reader_u8(&start);
    }
    return (*padding == 0x00 || *padding == 0xff) && fws_filled_with(bytes, *padding);
}

/* ---- Reading on, each byte once ---- */

/* A view of the next bytes of [offset, end): mapped, or read into the block. */
static enum fws_status next_block(struct fws_verify_work *work, uint32_t offset, uint32_t end,
                                  struct fws_reader *out)
{
    const struct fws_verify_io *io = work->io;
    uint32_t most = io->mapped != NULL ? MAPPED_STEP : FWS_VERIFY_BLOCK_SIZE;
    uint32_t size = end - offset < most ? end - offset : most;

    if (io->progress != NULL) {
        io->progress(io->context);
    }
    if (io->mapped != NULL && end <= io->size) {
        struct fws_reader image = fws_reader_init(io->mapped, io->size);

        fws_reader_skip(&image, offset);
        *out = fws_reader_slice(&image, size);
        return FWS_OK;
    }
    *out = fws_reader_init(work->memory.pass.block, size);
    return fws_io_read(io, offset, work->memory.pass.block, size);
}

/* What a range must be, besides hashed. */
enum range { RANGE_PAYLOAD, RANGE_PADDING, RANGE_TAIL };

static enum fws_status pass_range(struct fws_verify_work *work, uint32_t offset, uint32_t end,
                                  enum range kind)
{
    bool first = true;
    uint8_t padding = 0;
    struct fws_reader block;

    for (; offset < end; offset += (uint32_t)block.left) {
        enum fws_status status = next_block(work, offset, end, &block);

        if (status == FWS_OK && kind != RANGE_PAYLOAD &&
            !fws_padding_continues(block, first, &padding)) {
            status = kind == RANGE_PADDING ? FWS_E_HEADER_PADDING : FWS_E_IMAGE_TRAILING;
        }
        if (status == FWS_OK && kind != RANGE_TAIL) {
            status = fws_pass_update(work, block.data, block.left);
        }
        if (status != FWS_OK) {
            return fws_refuse(work, offset, status);
        }
        first = false;
    }
    return FWS_OK;
}

/* Header and protected area come from memory, where they were judged, not from flash again. */
static enum fws_status pass_image(struct fws_verify_work *work)
{
    const struct fws_header *header = &work->report->header;
    enum fws_status status = fws_pass_update(work, work->memory.pass.header, FWS_HEADER_SIZE);

    if (status == FWS_OK) {
        status = pass_range(work, FWS_HEADER_SIZE, header->header_size, RANGE_PADDING);
    }
    if (status == FWS_OK) {
        status = pass_range(work, header->header_size, work->areas_offset, RANGE_PAYLOAD);
    }
    if (status == FWS_OK) {
        status = fws_pass_update(work, work->tlvs, header->protected_size);
    }
    return status;
}

/* ---- Stages ---- */

static enum fws_hash hash_of_type(uint16_t type)
{
    return (enum fws_hash)(type - FWS_TLV_SHA256 + FWS_HASH_SHA256); /* both count in this order */
}

static enum fws_status add_hashes(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < work->hash_count; i++) {
        const struct fws_entry *entry = &work->entries[FWS_ENTRY_HASH + i];
        enum fws_status status = fws_pass_add(work, hash_of_type(entry->type));

        if (status != FWS_OK) {
            return fws_refuse_entry(work, entry, status);
        }
    }
    return fws_pure_add_prefixed(work);
}

static enum fws_status check_pass(struct fws_verify_work *work)
{
    enum fws_status status = add_hashes(work);

    if (status == FWS_OK) {
        status = pass_image(work);
    }
    enum fws_status finished = fws_pass_finish(work);

    status = status == FWS_OK ? finished : status;
    return status == FWS_OK ? fws_check_hashes(work) : status;
}

uint32_t fws_tail_end(const struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;

    if ((policy->options & FWS_VERIFY_TAIL_IGNORED) != 0) {
        return 0;
    }
    return policy->size_limit != 0 && policy->size_limit < work->io->size ? policy->size_limit
                                                                          : work->io->size;
}

/* Nothing hides behind the image. */
static enum fws_status check_tail(struct fws_verify_work *work)
{
    return pass_range(work, work->report->image_end, fws_tail_end(work), RANGE_TAIL);
}

static enum fws_status read_header(struct fws_verify_work *work)
{
    if (work->io->size < FWS_HEADER_SIZE) {
        return FWS_E_HEADER_TRUNCATED;
    }
    enum fws_status status = fws_io_read(work->io, 0, work->memory.pass.header, FWS_HEADER_SIZE);

    return status == FWS_OK ? fws_check_header(work) : status;
}

/* What is cheap and structural comes first, then the hash, then what it says, then signatures. */
static enum fws_status run(struct fws_verify_work *work)
{
    enum fws_status status = read_header(work);

    if (status == FWS_OK) {
        status = fws_check_areas(work);
    }
    if (status == FWS_OK) {
        status = fws_check_keys(work);
    }
    if (status == FWS_OK) {
        status = check_pass(work);
    }
    if (status == FWS_OK) {
        status = check_tail(work);
    }
    return status;
}

uint32_t fws_check_finish(struct fws_verify_work *work, enum fws_status status)
{
    if (status == FWS_OK) {
        status = fws_check_claims(work);
    }
    if (status == FWS_OK) {
        status = fws_check_signatures(work);
    }
    work->report->reason = status;
    fws_delay(work);
    if (status != FWS_OK) {
        return (uint32_t)status; /* far from good evidence */
    }
    uint32_t word = fws_decide(work);

    if (work->policy->key_count > 0 && !fws_verify_accepted(word)) {
        work->report->reason = FWS_E_EVIDENCE;
    }
    return word;
}

uint32_t fws_verify(const struct fws_verify_policy *policy, const struct fws_verify_io *io,
                    struct fws_verify_work *work, struct fws_verify_report *report)
{
    fws_check_begin(work, policy, io, report);
    return fws_check_finish(work, run(work));
}
