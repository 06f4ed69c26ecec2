/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "audit/note.h"
#include "audit/rotation.h"
#include "audit/verifier.h"

#define PROGRESS_BYTES 8388608u

/* ---- Trees of a while ago ---- */

static void copy_range(struct fws_range *out, const struct fws_range *range)
{
    size_t levels = range->size == 0 ? 0 : 64u - (size_t)__builtin_clzll(range->size);

    out->size = range->size;
    memcpy(out->peaks, range->peaks, levels * sizeof range->peaks[0]);
}

static const struct fws_range *find_range(const struct fws_verifier *verifier, uint64_t size)
{
    if (verifier->range.size == size) {
        return &verifier->range;
    }
    for (uint64_t i = 0; i < FWS_VERIFIER_RING && i < verifier->ring_next; i++) {
        const struct fws_range *range =
            &verifier->ring[(verifier->ring_next - 1 - i) % FWS_VERIFIER_RING];

        if (range->size <= size) {
            return range->size == size ? range : NULL;
        }
    }
    return NULL;
}

static enum fws_status range_at(struct fws_verifier *verifier, uint64_t size, struct fws_range *out,
                                struct fws_error *err)
{
    const struct fws_range *known = find_range(verifier, size);

    if (known == NULL) {
        enum fws_status status =
            fws_rebuild_to(&verifier->trail, &verifier->folder, size, &verifier->chain.hasher, err);

        if (status != FWS_OK) {
            return status;
        }
        known = &verifier->trail.range;
    }
    copy_range(out, known);
    return FWS_OK;
}

static enum fws_status same_root(struct fws_verifier *verifier,
                                 const struct fws_checkpoint *checkpoint, const char *name,
                                 struct fws_error *err)
{
    struct fws_range range = {0};
    uint8_t root[32];
    enum fws_status status = range_at(verifier, checkpoint->size, &range, err);

    if (status == FWS_OK) {
        status = fws_range_root(&range, &verifier->chain.hasher, root, err);
    }
    if (status == FWS_OK && memcmp(root, checkpoint->root, sizeof root) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the log does not reproduce %s of %llu entries", name,
                             (unsigned long long)checkpoint->size);
    }
    return status;
}

/* ---- The checkpoints known ---- */

uint64_t fws_known_size(const struct fws_verifier *verifier)
{
    uint64_t size = 0;

    for (size_t i = 0; i < verifier->known_count; i++) {
        uint64_t other = verifier->known[i].checkpoint.size;

        size = other > size ? other : size;
    }
    return size;
}

static void find_next(struct fws_verifier *verifier)
{
    verifier->known_next = UINT64_MAX;
    for (size_t i = 0; i < verifier->known_count; i++) {
        const struct fws_known *known = &verifier->known[i];

        if (!known->checked && known->checkpoint.size < verifier->known_next) {
            verifier->known_next = known->checkpoint.size;
        }
    }
}

enum fws_status fws_known_check(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < verifier->known_count; i++) {
        struct fws_known *known = &verifier->known[i];

        if (!known->checked && known->checkpoint.size <= verifier->range.size) {
            status = same_root(verifier, &known->checkpoint, known->name, err);
            known->checked = true;
        }
    }
    find_next(verifier);
    return status;
}

static enum fws_status open_inside(struct fws_verifier *verifier, struct fws_checkpoint *out,
                                   struct fws_error *err)
{
    FWS_AUTO(fws_buf) note = {0};

    if (verifier->options->trust == NULL || verifier->options->trust->count == 0) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN,
                             "no key of the log is trusted; name one by --trust or in the "
                             "configuration");
    }
    return fws_folder_load_checkpoint(&verifier->folder, verifier->options->trust, out, &note, err);
}

static enum fws_status add_known(struct fws_verifier *verifier, const char *name,
                                 const struct fws_checkpoint *checkpoint)
{
    verifier->known[verifier->known_count++] =
        (struct fws_known){.checkpoint = *checkpoint, .name = name};
    return FWS_OK;
}

/* Something that came from outside and cannot be read says nothing about the log. */
static enum fws_status add_outside(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < verifier->options->outside_count; i++) {
        const struct fws_audit_outside *outside = &verifier->options->outside[i];
        struct fws_checkpoint checkpoint;

        status = fws_checkpoint_open(outside->note, outside->size, verifier->options->trust,
                                     &checkpoint, err);
        status = status == FWS_OK ? add_known(verifier, outside->name, &checkpoint)
                                  : fws_error_wrap(err, "'%s'", outside->name);
        verifier->report->anchored = status == FWS_OK;
    }
    if (status != FWS_OK && status != FWS_E_MEMORY) {
        err->status = FWS_E_LOG_UNKNOWN;
    }
    return status;
}

/* Without a checkpoint the lines are still followed: that they are altered is worth more than that
 * nothing can be told. */
enum fws_status fws_known_load(struct fws_verifier *verifier, struct fws_error *err)
{
    struct fws_checkpoint inside;

    verifier->known = calloc(verifier->options->outside_count + 1, sizeof *verifier->known);
    verifier->ring = calloc(FWS_VERIFIER_RING, sizeof *verifier->ring);
    if (verifier->known == NULL || verifier->ring == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory to verify");
    }
    verifier->inside = open_inside(verifier, &inside, &verifier->inside_why) == FWS_OK &&
                       add_known(verifier, "its checkpoint", &inside) == FWS_OK;
    if (verifier->inside) {
        fws_tail_cover(&verifier->tail, inside.size);
    }
    enum fws_status status = verifier->inside ? add_outside(verifier, err) : FWS_OK;

    find_next(verifier);
    return status;
}

enum fws_status fws_known_reload(struct fws_verifier *verifier, struct fws_error *err)
{
    struct fws_checkpoint inside;
    enum fws_status status = open_inside(verifier, &inside, err);
    struct fws_known *known = &verifier->known[0];

    if (status != FWS_OK || inside.size == known->checkpoint.size) {
        return status;
    }
    if (inside.size < known->checkpoint.size) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "an older checkpoint was put in place");
    }
    known->checkpoint = inside;
    known->checked = false;
    fws_tail_cover(&verifier->tail, inside.size);
    return fws_known_check(verifier, err);
}

void fws_known_free(struct fws_verifier *verifier)
{
    free(verifier->known);
    free(verifier->ring);
}

static enum fws_status add_size(struct fws_verifier *verifier, uint64_t first,
                                struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) segment = {0};
    struct stat info;
    enum fws_status status =
        fws_folder_open_segment(&verifier->folder, first, false, &segment.fd, err);

    if (status == FWS_OK && fstat(segment.fd - 1, &info) == 0) {
        verifier->total += (uint64_t)info.st_size;
    }
    return status;
}

/* For the progress alone: what cannot be looked at here is found fault with later. */
void fws_known_total(struct fws_verifier *verifier)
{
    struct fws_survey survey = {.later = true};
    struct fws_error ignored = {0};
    enum fws_status status = add_size(verifier, 0, &ignored);
    uint64_t bound = 0;

    while (status == FWS_OK && survey.later) {
        status = fws_folder_survey(&verifier->folder, bound, &survey, &ignored);
        if (status == FWS_OK && survey.later) {
            bound = survey.next;
            status = add_size(verifier, bound, &ignored);
        }
    }
}

/* ---- Each line ---- */

/* Signatures on record are looked at where all is to be looked at, and where no checkpoint says that a
 * writer has done so. */
static bool wants_signature(const struct fws_verifier *verifier, const struct fws_line *line)
{
    bool covered = !verifier->inside || line->seq < verifier->tail.covered;

    return (verifier->options->strict || !covered) && verifier->past.key[0] != '\0';
}

/*
 * The log's own word about its earlier heads must be true: an operator with the key could have signed
 * another past. Their sizes grow, or a log could be made that is read anew for each of its lines.
 */
static enum fws_status check_recorded(struct fws_verifier *verifier, const struct fws_line *line,
                                      struct fws_error *err)
{
    struct fws_checkpoint checkpoint;

    if (!fws_note_of_entry(line->data, line->data_size, &checkpoint) ||
        checkpoint.size > line->seq || strcmp(checkpoint.origin, verifier->chain.origin) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the entry holds no checkpoint of this log");
    }
    if (checkpoint.size <= verifier->past.recorded) {
        return fws_error_set(
            err, FWS_E_LOG_TAMPERED,
            "the entry holds a checkpoint of %llu entries, one of %llu is on record",
            (unsigned long long)checkpoint.size, (unsigned long long)verifier->past.recorded);
    }
    enum fws_status status = same_root(verifier, &checkpoint, "a checkpoint on record", err);

    if (status == FWS_OK && wants_signature(verifier, line)) {
        status = fws_recorded_by_key(line->data, line->data_size, verifier->past.key, err);
        if (status != FWS_OK && status != FWS_E_BACKEND && status != FWS_E_MEMORY) {
            err->status = FWS_E_LOG_TAMPERED;
        }
    }
    return status;
}

static enum fws_status tell_progress(struct fws_verifier *verifier, size_t size,
                                     struct fws_error *err)
{
    uint64_t before = verifier->bytes / PROGRESS_BYTES;

    verifier->bytes += size + 1;
    return verifier->options->progress == NULL || verifier->bytes / PROGRESS_BYTES == before
               ? FWS_OK
               : verifier->options->progress(verifier->options->context, verifier->bytes,
                                             verifier->total, err);
}

enum fws_status fws_verifier_observe(void *context, const struct fws_line *line, const void *text,
                                     size_t size, const uint8_t leaf[32], struct fws_error *err)
{
    struct fws_verifier *verifier = context;
    enum fws_status status = FWS_OK;

    if (line->batch == line->seq) {
        copy_range(&verifier->ring[verifier->ring_next++ % FWS_VERIFIER_RING], &verifier->range);
    }
    if (fws_line_is(line, FWS_TYPE_CHECKPOINT)) {
        status = check_recorded(verifier, line, err);
    }
    if (status == FWS_OK) {
        status = fws_past_apply(&verifier->past, line, text, size, err);
    }
    if (status == FWS_OK) {
        status = fws_tail_take(&verifier->tail, line, err);
    }
    if (status == FWS_OK) {
        status = fws_range_append(&verifier->range, &verifier->chain.hasher, leaf, err);
    }
    if (status == FWS_OK && verifier->range.size >= verifier->known_next) {
        status = fws_known_check(verifier, err);
    }
    return status == FWS_OK ? tell_progress(verifier, size, err) : status;
}
