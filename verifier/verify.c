/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "verifier/check.h"

/* How much of a mapped image is handed on between two calls of progress. */
#define MAPPED_STEP 4096u

#define LEFT_OUT                                                                                   \
    ((FWS_VERIFY_WITH_PURE ? 0 : FWS_VERIFY_PURE) |                                                \
     (FWS_VERIFY_WITH_FULL_KEY ? 0 : FWS_VERIFY_FULL_KEY))

enum fws_status fws_check_begin(struct fws_verify_work *work,
                                const struct fws_verify_policy *policy,
                                const struct fws_verify_io *io, struct fws_verify_report *report)
{
    /* What stands in front of the TLVs. */
    memset(work, 0, offsetof(struct fws_verify_work, digests));
    memset(report, 0, sizeof *report);
    report->key_index = FWS_VERIFY_KEY_NONE;
    report->reason = FWS_E_EVIDENCE;
    work->policy = policy;
    work->io = io;
    work->report = report;
    return (policy->options & LEFT_OUT) != 0 || (!FWS_VERIFY_WITH_FLAGS && policy->flags != 0) ||
                   (!FWS_VERIFY_WITH_CLASS_ID && policy->class_id != NULL) ||
                   policy->key_count > FWS_VERIFY_KEYS_MAX ||
                   policy->signers > FWS_VERIFY_SIGNATURES_MAX ||
                   (!FWS_VERIFY_WITH_READ && io->mapped == NULL)
               ? FWS_E_CONFIG
               : FWS_OK;
}

/* ---- Reading on, each byte once ---- */

/* A view of the next bytes of [offset, end): mapped, or read into the block. */
static enum fws_status next_block(struct fws_verify_work *work, uint32_t offset, uint32_t end,
                                  struct fws_reader *out)
{
    const struct fws_verify_io *io = work->io;
    bool mapped = !FWS_VERIFY_WITH_READ || io->mapped != NULL;
    uint32_t most = mapped ? MAPPED_STEP : FWS_VERIFY_BLOCK_SIZE;
    uint32_t size = end - offset < most ? end - offset : most;

    if (io->progress != NULL) {
        io->progress(io->context);
    }
    if (mapped) {
        struct fws_reader image = fws_reader_init(io->mapped, io->size);

        fws_reader_skip(&image, offset);
        fws_reader_split(&image, size, out);
        return FWS_OK;
    }
    *out = fws_reader_init(work->memory.pass.block, size);
    return fws_io_read(io, offset, work->memory.pass.block, size);
}

/* What a range is. All but the payload must be erased; the number is the status when it is not. */
enum range {
    RANGE_PAYLOAD = FWS_OK,
    RANGE_PADDING = FWS_E_HEADER_PADDING,
    RANGE_TAIL = FWS_E_IMAGE_TRAILING, /* and this is not hashed */
};

static enum fws_status pass_range(struct fws_verify_work *work, uint32_t offset, uint32_t end,
                                  enum range range)
{
    struct fws_seen seen = {0};
    struct fws_reader block;

    for (; offset < end; offset += (uint32_t)block.left) {
        work->report->offset = offset;
        enum fws_status status = next_block(work, offset, end, &block);

        if (status == FWS_OK && range != RANGE_PAYLOAD && !fws_reader_erased(&block, &seen)) {
            status = (enum fws_status)range;
        }
        if (status == FWS_OK && range != RANGE_TAIL) {
            status = fws_pass_update(work, block.data, block.left);
        }
        if (status != FWS_OK) {
            return status;
        }
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

static enum fws_status check_pass(struct fws_verify_work *work)
{
    enum fws_status status = fws_pass_add_all(work);

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

static enum fws_status read_header(struct fws_verify_work *work)
{
    if (work->io->size < FWS_HEADER_SIZE) {
        return FWS_E_HEADER_TRUNCATED;
    }
    enum fws_status status = fws_io_read(work->io, 0, work->memory.pass.header, FWS_HEADER_SIZE);

    return status == FWS_OK ? fws_check_header(work) : status;
}

/* What is cheap and structural comes first, then the hash, and that nothing hides behind it. */
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
    return status == FWS_OK
               ? pass_range(work, work->report->image_end, fws_tail_end(work), RANGE_TAIL)
               : status;
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

    work->report->offset = 0;
    if (work->policy->key_count > 0 && !fws_verify_accepted(word)) {
        work->report->reason = FWS_E_EVIDENCE;
    }
    return word;
}

uint32_t fws_verify(const struct fws_verify_policy *policy, const struct fws_verify_io *io,
                    struct fws_verify_work *work, struct fws_verify_report *report)
{
    enum fws_status status = fws_check_begin(work, policy, io, report);

    return fws_check_finish(work, status == FWS_OK ? run(work) : status);
}
