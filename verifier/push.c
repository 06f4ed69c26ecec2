/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of an image in the order they come, and what is done with them:
 *
 *     header     collected, judged when whole; hashed
 *     padding    must be one erased value; hashed
 *     payload    hashed
 *     areas      collected; the protected part hashed. When whole, the stages of the pull form read
 *                them from here as if from flash.
 *     tail       must be one erased value up to the policy's limit, unless the policy ignores it
 */
#include <string.h>

#include "verifier/check.h"

/* The io of the collected areas: the offset is that in the image. */
static enum fws_status read_areas(void *context, uint32_t offset, void *out, size_t size)
{
    const struct fws_verify_push *push = context;
    struct fws_reader areas = fws_reader_init(push->areas, push->areas_size);

    fws_reader_skip(&areas, offset - push->work.areas_offset);
    fws_reader_copy(&areas, out, size);
    return areas.bad ? FWS_E_FLASH_READ : FWS_OK;
}

enum fws_status fws_verify_begin(struct fws_verify_push *push,
                                 const struct fws_verify_policy *policy,
                                 const struct fws_verify_io *io, struct fws_verify_report *report)
{
    push->status = fws_check_begin(&push->work, policy, &push->io, report);
    push->io = *io;
    push->io.mapped = NULL;
    push->position = 0;
    push->areas_size = 0;
    if (push->status == FWS_OK && fws_pure(policy)) {
        push->status = FWS_E_PURE_PUSHED;
    }
    report->reason = push->status != FWS_OK ? push->status : report->reason;
    return push->status;
}

static enum fws_status start_pass(struct fws_verify_push *push)
{
    struct fws_verify_work *work = &push->work;
    enum fws_status status = FWS_OK;

    for (const struct fws_hash_function *const *list = work->policy->hashes;
         *list != NULL && status == FWS_OK; list++) {
        status = work->running < FWS_VERIFY_HASHES_MAX ? fws_pass_add(work, *list) : FWS_E_BACKEND;
    }
    if (status == FWS_OK && work->running == 0) {
        status = FWS_E_ALGORITHM; /* the policy lists no hash function */
    }
    return status == FWS_OK ? fws_pass_update(work, work->memory.pass.header, FWS_HEADER_SIZE)
                            : status;
}

/* ---- The parts: each takes a piece that lies within it, position is where the piece starts ---- */

static enum fws_status take_header(struct fws_verify_push *push, struct fws_reader piece)
{
    size_t size = piece.left;

    fws_reader_copy(&piece, &push->work.memory.pass.header[push->position], size);
    if (push->position + size < FWS_HEADER_SIZE) {
        return FWS_OK;
    }
    enum fws_status status = fws_check_header(&push->work);

    return status == FWS_OK ? start_pass(push) : status;
}

static enum fws_status take_padding(struct fws_verify_push *push, struct fws_reader piece,
                                    uint32_t start, enum fws_status reason)
{
    if (push->position == start) {
        push->seen = (struct fws_seen){0};
    }
    return fws_reader_erased(&piece, &push->seen) ? FWS_OK : reason;
}

/* The areas' own length is known once the info header of the plain one is there. */
static enum fws_status measure_areas(struct fws_verify_push *push, uint32_t collected)
{
    struct fws_verify_work *work = &push->work;
    uint32_t plain_at = work->report->header.protected_size;
    struct fws_reader areas = fws_reader_init(push->areas, collected);

    fws_reader_skip(&areas, plain_at + 2);
    uint16_t plain_size = fws_reader_u16le(&areas);

    if (areas.bad) {
        return FWS_OK;
    }
    push->areas_size = plain_at + plain_size;
    if (plain_size < FWS_TLV_INFO_SIZE) {
        return FWS_E_TLV_TRUNCATED;
    }
    return fws_check_end(work, work->areas_offset, push->areas_size);
}

static enum fws_status take_areas(struct fws_verify_push *push, struct fws_reader piece)
{
    struct fws_verify_work *work = &push->work;
    uint32_t at = push->position - work->areas_offset;
    uint32_t size = (uint32_t)piece.left;
    uint32_t to_hash = push->position < work->signed_size ? work->signed_size - push->position : 0;

    if (size > FWS_VERIFY_TLV_SIZE - at) {
        return FWS_E_TLV_LIMIT;
    }
    enum fws_status status = fws_pass_update(work, piece.data, to_hash < size ? to_hash : size);

    fws_reader_copy(&piece, &push->areas[at], size);
    return status == FWS_OK ? measure_areas(push, at + size) : status;
}

/* ---- Which part is it, and where does the part end? ---- */

static uint32_t part_end(const struct fws_verify_push *push)
{
    const struct fws_verify_work *work = &push->work;
    uint32_t position = push->position;

    if (position < FWS_HEADER_SIZE) {
        return FWS_HEADER_SIZE;
    }
    if (position < work->report->header.header_size) {
        return work->report->header.header_size;
    }
    if (position < work->areas_offset) {
        return work->areas_offset;
    }
    if (push->areas_size == 0) {
        return work->signed_size + FWS_TLV_INFO_SIZE;
    }
    if (position < work->areas_offset + push->areas_size) {
        return work->areas_offset + push->areas_size;
    }
    return position < fws_tail_end(work) ? fws_tail_end(work) : push->io.size;
}

static enum fws_status take_piece(struct fws_verify_push *push, struct fws_reader piece)
{
    struct fws_verify_work *work = &push->work;
    uint32_t position = push->position;
    uint32_t image_end = work->areas_offset + push->areas_size;

    if (position < FWS_HEADER_SIZE) {
        return take_header(push, piece);
    }
    if (position < work->areas_offset) {
        enum fws_status status =
            position < work->report->header.header_size
                ? take_padding(push, piece, FWS_HEADER_SIZE, FWS_E_HEADER_PADDING)
                : FWS_OK;

        return status == FWS_OK ? fws_pass_update(work, piece.data, piece.left) : status;
    }
    if (push->areas_size == 0 || position < image_end) {
        return take_areas(push, piece);
    }
    return position < fws_tail_end(work)
               ? take_padding(push, piece, image_end, FWS_E_IMAGE_TRAILING)
               : FWS_OK;
}

enum fws_status fws_verify_feed(struct fws_verify_push *push, const void *data, size_t size)
{
    struct fws_reader bytes = fws_reader_init(data, size);

    while (push->status == FWS_OK && bytes.left > 0) {
        size_t room = part_end(push) - push->position;
        size_t now = bytes.left < room ? bytes.left : room;

        /* With no room left the image is longer than the slot. */
        push->work.report->offset = push->position;
        push->status =
            now > 0 ? take_piece(push, fws_reader_slice(&bytes, now)) : FWS_E_IMAGE_TOO_BIG;
        push->position += (uint32_t)now;
    }
    push->work.report->reason = push->status != FWS_OK ? push->status : FWS_E_EVIDENCE;
    return push->status;
}

static enum fws_status finish_pass(struct fws_verify_push *push)
{
    struct fws_verify_work *work = &push->work;
    enum fws_status status = push->status;
    enum fws_status finished = fws_pass_finish(work);

    if (status == FWS_OK && push->position < FWS_HEADER_SIZE) {
        return FWS_E_HEADER_TRUNCATED;
    }
    if (status == FWS_OK &&
        (push->areas_size == 0 || push->position - work->areas_offset < push->areas_size)) {
        return FWS_E_IMAGE_TRUNCATED;
    }
    return status == FWS_OK ? finished : status;
}

/* Does a function run for each hash TLV? Those of the policy were begun before any was seen. */
static enum fws_status check_running(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < fws_count(work, FWS_TLV_HASH); i++) {
        struct fws_reader value;

        (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, i), &value);
        if (fws_hash_size(work->hashes[fws_pass_find(work, value.left)]->hash) != value.left) {
            return FWS_E_ALGORITHM;
        }
    }
    return FWS_OK;
}

uint32_t fws_verify_finish(struct fws_verify_push *push)
{
    struct fws_verify_work *work = &push->work;
    enum fws_status status = finish_pass(push);

    push->io.read = read_areas;
    push->io.context = push;
    if (status == FWS_OK) {
        status = fws_check_areas(work);
    }
    if (status == FWS_OK) {
        status = check_running(work);
    }
    if (status == FWS_OK) {
        status = fws_check_hashes(work);
    }
    if (status == FWS_OK) {
        status = fws_check_keys(work);
    }
    uint32_t evidence = fws_check_finish(work, status);

    /* Finished: no more is taken. */
    push->status = work->report->reason != FWS_OK ? work->report->reason : FWS_E_USAGE;
    return evidence;
}
