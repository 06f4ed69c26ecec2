/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/batch.h"

static enum fws_status add(struct fws_audit *log, struct fws_draft *draft, const char *type,
                           struct fws_json *json, struct fws_error *err)
{
    fws_json_end(json);
    enum fws_status status = fws_json_done(json, err);

    return status == FWS_OK ? fws_draft_add(log, draft, type, json->buf.data, json->buf.size, err)
                            : status;
}

/* Later trees commit to all earlier heads, so that "which heads were signed" is itself on record. */
static enum fws_status record_checkpoint(struct fws_audit *log, struct fws_draft *draft,
                                         struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    if (log->newest.size <= log->past.recorded) {
        return FWS_OK;
    }
    /* What is on record is durable: an older one in its place is nothing that a loss of power does. */
    enum fws_status status = fws_log_keep_newest(log, err);

    if (status != FWS_OK) {
        return status;
    }
    fws_json_object(&json, NULL);
    fws_json_text_n(&json, "note", (const char *)log->newest_note.data, log->newest_note.size);
    return add(log, draft, FWS_TYPE_CHECKPOINT, &json, err);
}

/* ---- Writers that are gone ---- */

static enum fws_status is_gone(struct fws_audit *log, const struct fws_tail_writer *writer,
                               bool *out, struct fws_error *err)
{
    bool alive = strcmp(writer->instance, log->instance) == 0;
    enum fws_status status = FWS_OK;

    if (!alive) {
        status = log->store->ops->alive(log->store, writer->instance, &alive, err);
    }
    *out = status == FWS_OK && !alive;
    return status;
}

static enum fws_status record_tail(struct fws_audit *log, struct fws_draft *draft,
                                   const struct fws_tail_writer *dead, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_json_int(&json, "entries", (int64_t)dead->entries);
    fws_json_int(&json, "first", (int64_t)dead->first);
    fws_json_text(&json, "instance", dead->instance);
    return add(log, draft, FWS_TYPE_TAIL, &json, err);
}

/* gone: any writer in the tail; dead: one that did not end in order. */
static enum fws_status look_for_gone(struct fws_audit *log, bool *gone, bool *dead,
                                     struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    *gone = *dead = false;
    for (size_t i = 0; status == FWS_OK && i < fws_tail_count(&log->tail); i++) {
        bool this_one = false;

        status = is_gone(log, fws_tail_at(&log->tail, i), &this_one, err);
        *gone = *gone || this_one;
        *dead = *dead || (this_one && !fws_tail_at(&log->tail, i)->closed);
    }
    return status;
}

static enum fws_status record_dead(struct fws_audit *log, struct fws_draft *draft,
                                   struct fws_error *err)
{
    enum fws_status status = fws_log_load_newest(log, err);

    for (size_t i = 0; status == FWS_OK && i < fws_tail_count(&log->tail); i++) {
        const struct fws_tail_writer *writer = fws_tail_at(&log->tail, i);
        bool gone = false;

        status = is_gone(log, writer, &gone, err);
        if (status == FWS_OK && gone && !writer->closed) {
            status = record_tail(log, draft, writer, err);
        }
    }
    return status;
}

/*
 * A batch is written behind flushed ones only, or a loss of power could take from two of them what it
 * likes. Who is gone may not have lived to flush the last one.
 *
 * A writer keeps its lock until its checkpoint is published. So the newest one is looked at after
 * the writer was found gone, before its entries are said to have none.
 */
static enum fws_status record_tails(struct fws_audit *log, struct fws_draft *draft,
                                    struct fws_error *err)
{
    bool gone;
    bool dead;
    enum fws_status status = look_for_gone(log, &gone, &dead, err);

    if (status == FWS_OK && gone) {
        status = log->store->ops->flush(log->store, err);
    }
    return status == FWS_OK && dead ? record_dead(log, draft, err) : status;
}

static enum fws_status record_unresolved(struct fws_audit *log, struct fws_draft *draft,
                                         const struct fws_open_intent *intent,
                                         struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_json_text(&json, "instance", intent->instance);
    fws_json_int(&json, "intent", (int64_t)intent->seq);
    return add(log, draft, FWS_TYPE_UNRESOLVED, &json, err);
}

/* An entry's writer keeps its lock from before its intent to after its outcome. */
static enum fws_status record_all_unresolved(struct fws_audit *log, struct fws_draft *draft,
                                             struct fws_error *err)
{
    size_t i = 0;
    enum fws_status status = FWS_OK;

    while (status == FWS_OK && i < fws_past_intent_count(&log->past)) {
        struct fws_open_intent intent = fws_past_intents(&log->past)[i];
        bool alive = strcmp(intent.instance, log->instance) == 0;

        if (!alive) {
            status = log->store->ops->alive(log->store, intent.instance, &alive, err);
        }
        if (status == FWS_OK && !alive) {
            status = record_unresolved(log, draft, &intent, err); /* takes it out of the list */
        } else {
            i++;
        }
    }
    return status;
}

/* ---- The snapshot ---- */

/* One without the caller's fold would be worth nothing to who has one. To put together what cannot be
 * kept is not tried with each batch. */
static bool is_snapshot_due(const struct fws_audit *log, uint64_t next)
{
    uint64_t last =
        log->past.snapshot > log->snapshot_tried ? log->past.snapshot : log->snapshot_tried;

    return log->past.fold != NULL && next > last && next - last >= log->options.snapshot_every;
}

enum fws_status fws_draft_snapshot(struct fws_audit *log, struct fws_draft *draft,
                                   struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error ignored = {0};
    uint8_t digest[32];

    if (!is_snapshot_due(log, draft->next)) {
        return FWS_OK;
    }
    if (fws_log_save_snapshot(log, digest, &ignored) != FWS_OK) {
        log->snapshot_tried = draft->next;
        return FWS_OK; /* a cache: without it the next start reads more */
    }
    fws_json_object(&json, NULL);
    fws_json_digest(&json, "sha256", digest);
    return add(log, draft, FWS_TYPE_SNAPSHOT, &json, err);
}

enum fws_status fws_draft_housekeeping(struct fws_audit *log, struct fws_draft *draft,
                                       struct fws_error *err)
{
    enum fws_status status = record_checkpoint(log, draft, err);

    if (status == FWS_OK) {
        status = record_tails(log, draft, err);
    }
    return status == FWS_OK ? record_all_unresolved(log, draft, err) : status;
}
