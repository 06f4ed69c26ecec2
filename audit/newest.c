/* SPDX-License-Identifier: Apache-2.0 */
/* The newest checkpoint. */
#include <string.h>

#include "audit/log.h"
#include "audit/rebuild.h"
#include "audit/rotation.h"

/* An LF, a quote and a backslash take two bytes in an entry, and nothing else in a note takes more; the
 * other members take less than 512. */
_Static_assert(2 * FWS_AUDIT_CHECKPOINT_MAX + 512 <= FWS_AUDIT_LINE_MAX,
               "a checkpoint finds place in its entry");

/* What a writer makes itself is much smaller: the text of a change of the key with signatures by two. */
#define LINE_OF_KEY (FWS_AUDIT_ORIGIN_MAX + 4 * (FWS_SIGNATURE_MAX_SIZE + 6) / 3 + 8)
_Static_assert(FWS_AUDIT_ORIGIN_MAX + 128 + 2 * (FWS_VKEY_TEXT_MAX + LINE_OF_KEY) <=
                   FWS_AUDIT_CHECKPOINT_MAX,
               "a note of a writer's own finds place in its entry");

/* Older nodes come out of files that nobody trusts: what they give against the log's lines counts
 * only when the lines say so, too. */
static enum fws_status root_of_lines(struct fws_audit *log, uint64_t size, uint8_t root[32],
                                     struct fws_error *err)
{
    struct fws_rebuild rebuild = {0};
    enum fws_status status =
        fws_rebuild_to(&rebuild, &log->files.folder, size, &log->chain.hasher, err);

    return status == FWS_OK ? fws_range_root(&rebuild.range, &log->chain.hasher, root, err)
                            : status;
}

enum fws_status fws_log_reproduces(struct fws_audit *log, const struct fws_checkpoint *checkpoint,
                                   struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree(&log->nodes);
    struct fws_error ignored = {0};
    uint8_t root[32];
    enum fws_status status = fws_tree_root(&tree, checkpoint->size, root, &ignored);

    if (status != FWS_OK || memcmp(root, checkpoint->root, sizeof root) != 0) {
        status = root_of_lines(log, checkpoint->size, root, err);
    }
    if (status == FWS_OK && memcmp(root, checkpoint->root, sizeof root) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the log does not reproduce the checkpoint of %llu entries",
                             (unsigned long long)checkpoint->size);
    }
    return status;
}

enum fws_status fws_log_check_newest(struct fws_audit *log, const struct fws_checkpoint *found,
                                     struct fws_error *err)
{
    if (found->size < log->newest.size) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the newest checkpoint covers %llu entries; one of %llu was there "
                             "before",
                             (unsigned long long)found->size, (unsigned long long)log->newest.size);
    }
    if (found->size > log->chain.next) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the log has %llu entries, its checkpoint covers %llu",
                             (unsigned long long)log->chain.next, (unsigned long long)found->size);
    }
    if (!log->past_stale && found->size < log->past.recorded) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the newest checkpoint covers %llu entries, one of %llu is on record",
                             (unsigned long long)found->size,
                             (unsigned long long)log->past.recorded);
    }
    return fws_log_reproduces(log, found, err);
}

enum fws_status fws_log_read_newest(struct fws_audit *log, struct fws_checkpoint *out,
                                    struct fws_buf *note, struct fws_error *err)
{
    enum fws_status status = log->store->ops->load_checkpoint(log->store, note, err);

    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "there is no checkpoint");
    }
    if (status == FWS_OK && note->size > FWS_AUDIT_CHECKPOINT_MAX) {
        return fws_error_set(err, FWS_E_LOG_UNAVAILABLE,
                             "the checkpoint has %zu bytes, an entry has room for %u: somebody has "
                             "added signatures to it",
                             note->size, FWS_AUDIT_CHECKPOINT_MAX);
    }
    if (status == FWS_OK) {
        status = fws_checkpoint_open(note->data, note->size, log->options.trust, out, err);
    }
    if (status == FWS_OK && strcmp(out->origin, log->chain.origin) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the checkpoint is of log '%s', not '%s'",
                             out->origin, log->chain.origin);
    }
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "checkpoint");
}

void fws_log_take_newest(struct fws_audit *log, const struct fws_checkpoint *found,
                         struct fws_buf *note)
{
    log->newest = *found;
    fws_buf_free(&log->newest_note);
    log->newest_note = fws_buf_take(note);
    fws_tail_cover(&log->tail, found->size);
}

enum fws_status fws_log_load_newest(struct fws_audit *log, struct fws_error *err)
{
    FWS_AUTO(fws_buf) note = {0};
    struct fws_checkpoint found;
    enum fws_status status = log->store->ops->load_checkpoint(log->store, &note, err);

    if (status == FWS_OK && note.size == log->newest_note.size &&
        memcmp(note.data, log->newest_note.data, note.size) == 0) {
        return FWS_OK;
    }
    fws_buf_free(&note);
    status = fws_log_read_newest(log, &found, &note, err);
    if (status == FWS_OK) {
        status = fws_log_check_newest(log, &found, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    fws_log_take_newest(log, &found, &note);
    return FWS_OK;
}

enum fws_status fws_log_catch_up(struct fws_audit *log, struct fws_error *err)
{
    enum fws_status status = log->store->ops->follow(log->store, &log->chain, err);

    return status == FWS_OK ? fws_log_load_newest(log, err) : status;
}

enum fws_status fws_log_keep_newest(struct fws_audit *log, struct fws_error *err)
{
    if (log->newest.size <= log->kept) {
        return FWS_OK;
    }
    enum fws_status status = log->store->ops->flush_checkpoint(log->store, err);

    log->kept = status == FWS_OK ? log->newest.size : log->kept;
    return status;
}

static bool is_own(const struct fws_audit *log, const struct fws_line *line)
{
    return strcmp(line->instance, log->instance) == 0;
}

enum fws_status fws_log_check_recorded(struct fws_audit *log, const struct fws_line *line,
                                       struct fws_error *err)
{
    struct fws_checkpoint checkpoint;

    if (strcmp(line->type, FWS_TYPE_CHECKPOINT) != 0 || line->seq < log->newest.size ||
        is_own(log, line)) {
        return FWS_OK;
    }
    if (!fws_note_of_entry(line->data, line->data_size, &checkpoint) ||
        checkpoint.size > line->seq || strcmp(checkpoint.origin, log->chain.origin) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu holds no checkpoint of this log",
                             (unsigned long long)line->seq);
    }
    enum fws_status status = fws_log_reproduces(log, &checkpoint, err);

    if (status == FWS_OK) {
        status = fws_recorded_by_key(line->data, line->data_size, log->past.key, err);
    }
    if (status == FWS_E_NOT_FOUND || status == FWS_E_NOTE_SIGNATURE || status == FWS_E_TRUST) {
        err->status = FWS_E_LOG_TAMPERED;
    }
    return status == FWS_OK ? FWS_OK
                            : fws_error_wrap(err, "entry %llu", (unsigned long long)line->seq);
}
