/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/batch.h"
#include "audit/plain.h"
#include "base/hex.h"

/* ---- Lines one after the other, not written so far ---- */

void fws_draft_begin(struct fws_draft *draft, const struct fws_audit *log)
{
    *draft = (struct fws_draft){.first = log->chain.next, .next = log->chain.next};
    memcpy(draft->prev, log->chain.head_text, sizeof draft->prev);
}

void fws_draft_free(struct fws_draft *draft)
{
    fws_buf_free(&draft->text);
}

static enum fws_status apply(struct fws_audit *log, const struct fws_line *line,
                             const struct fws_draft *draft, size_t start, struct fws_error *err)
{
    enum fws_status status = fws_past_apply(&log->past, line, draft->text.data + start,
                                            draft->text.size - start - 1, err);

    log->past_stale = log->past_stale || status != FWS_OK;
    if (status == FWS_E_LOG_TAMPERED) {
        err->status = FWS_E_INTERNAL; /* it is our caller's entry that is wrong */
        return fws_error_wrap(err, "audit log");
    }
    return status;
}

enum fws_status fws_draft_add(struct fws_audit *log, struct fws_draft *draft, const char *type,
                              const void *data, size_t size, struct fws_error *err)
{
    struct fws_line line = {
        .batch = draft->first, .data = data, .data_size = size, .seq = draft->next};
    size_t start = draft->text.size;
    uint8_t leaf[32];

    if (strlen(type) > FWS_AUDIT_TYPE_MAX) {
        return fws_error_set(err, FWS_E_INTERNAL, "audit entry: the type is too long");
    }
    memcpy(line.type, type, strlen(type) + 1);
    memcpy(line.prev, draft->prev, sizeof line.prev);
    enum fws_status status = fws_log_compose(log, &line, &draft->text, err);

    if (status == FWS_OK) {
        status = fws_hash_leaf(&log->chain.hasher, draft->text.data + start,
                               draft->text.size - start - 1, leaf, err);
    }
    if (status == FWS_OK) {
        status = apply(log, &line, draft, start, err);
    }
    if (status != FWS_OK) {
        draft->text.size = start;
        return status;
    }
    (void)fws_hex_encode(leaf, sizeof leaf, draft->prev);
    draft->next++;
    return FWS_OK;
}

/* ---- What the requests want written ---- */

/* Entries that end what an earlier one began, or must find place whatever happens: the room kept
 * free is theirs. */
static bool uses_the_reserve(const char *type)
{
    const char *dot = strrchr(type, '.');

    return (dot != NULL && (strcmp(dot, ".outcome") == 0 || strcmp(dot, ".unresolved") == 0)) ||
           strcmp(type, "admin.freeze") == 0 || strncmp(type, "log.", 4) == 0;
}

static bool is_reserved(const struct fws_request *request)
{
    if (request->decide != NULL) {
        return false;
    }
    for (size_t i = 0; i < request->count; i++) {
        if (!uses_the_reserve(request->bodies[i].type)) {
            return false;
        }
    }
    return true;
}

static void finish(struct fws_request *request, const struct fws_error *err)
{
    request->status = err->status;
    if (request->err != err) {
        *request->err = *err;
    }
}

static enum fws_status draft_body(struct fws_audit *log, struct fws_draft *draft,
                                  struct fws_request *request, struct fws_audit_body *body)
{
    bool own = strncmp(body->type, "log.", 4) == 0 || strcmp(body->type, FWS_TYPE_UNRESOLVED) == 0;

    if (own && !request->own) {
        return fws_error_set(request->err, FWS_E_INTERNAL, "audit log: this type is the log's own");
    }
    enum fws_status status =
        fws_draft_add(log, draft, body->type, body->data, body->size, request->err);

    if (status == FWS_OK) {
        body->seq = draft->next - 1;
        request->seq = body->seq;
    }
    return status;
}

/* What the log says, and then the lines drafted so far. */
static enum fws_status refold(struct fws_audit *log, const struct fws_draft *draft,
                              struct fws_error *err)
{
    struct fws_reader rest = fws_reader_init(draft->text.data, draft->text.size);
    struct fws_reader text;
    struct fws_line line;
    enum fws_status status = fws_log_refold(log, err);

    while (status == FWS_OK && fws_plain_line(&rest, &text)) {
        status = fws_line_parse(text.data, text.left, &line, err);
        if (status == FWS_OK) {
            status = fws_past_apply(&log->past, &line, text.data, text.left, err);
        }
    }
    log->past_stale = status != FWS_OK;
    return status;
}

static enum fws_status draft_bodies(struct fws_audit *log, struct fws_draft *draft,
                                    struct fws_request *request)
{
    struct fws_audit_body decided = {0};
    struct fws_audit_body *bodies = request->bodies;
    size_t count = request->count;
    enum fws_status status = FWS_OK;

    if (request->decide != NULL) {
        status = request->decide(request->context, &decided, request->err);
        bodies = &decided;
        count = 1;
    }
    for (size_t i = 0; status == FWS_OK && i < count; i++) {
        status = draft_body(log, draft, request, &bodies[i]);
    }
    request->drafted = status == FWS_OK && count > 0;
    return status;
}

/* All of a request's entries or none. What a refused one had folded is folded out at once: the next
 * one is decided upon what will be in the log. */
static enum fws_status draft_request(struct fws_audit *log, struct fws_draft *draft,
                                     struct fws_request *request, struct fws_error *err)
{
    struct fws_draft before = *draft;

    request->status = draft_bodies(log, draft, request);
    if (request->status == FWS_OK || (draft->next == before.next && !log->past_stale)) {
        return FWS_OK;
    }
    before.text.data = draft->text.data;
    before.text.capacity = draft->text.capacity;
    *draft = before;
    return refold(log, draft, err);
}

/* ---- One batch ---- */

struct batch {
    struct fws_audit *log;
    struct fws_request *requests;
    bool reserved_only; /* there is no room for anything else */
    uint64_t written;   /* index behind what was written; 0 = nothing was */
};

static bool takes_part(const struct batch *batch, const struct fws_request *request)
{
    return request->status == FWS_OK && request->sealing == NULL &&
           (!batch->reserved_only || is_reserved(request));
}

static bool all_reserved(const struct batch *batch)
{
    for (const struct fws_request *r = batch->requests; r != NULL; r = r->next) {
        if (r->status == FWS_OK && r->sealing == NULL && !is_reserved(r)) {
            return batch->reserved_only;
        }
    }
    return true;
}

static void fail_others(struct batch *batch, const struct fws_error *err)
{
    for (struct fws_request *r = batch->requests; r != NULL; r = r->next) {
        if (r->status == FWS_OK && r->sealing == NULL && !is_reserved(r)) {
            finish(r, err);
        }
    }
}

static void fail_all(struct fws_request *requests, const struct fws_error *err)
{
    for (struct fws_request *r = requests; r != NULL; r = r->next) {
        if (r->status == FWS_OK) {
            finish(r, err);
        }
    }
}

/* Does the newest checkpoint cover too little? What others have appended is theirs to seal. */
static bool is_needed(const struct fws_audit *log, const struct fws_sealing *sealing)
{
    uint64_t wanted = sealing->wanted < log->chain.next ? sealing->wanted : log->chain.next;

    return log->newest.size < wanted;
}

/* Somebody's entry, a checkpoint to be made, a crash to be recorded. */
static bool is_called_for(const struct batch *batch, uint64_t marks)
{
    bool found = batch->log->past.marks != marks;

    for (const struct fws_request *r = batch->requests; r != NULL; r = r->next) {
        found = found || r->drafted || (r->sealing != NULL && is_needed(batch->log, r->sealing));
    }
    return found;
}

/* The log's own entries alone would leave it without a checkpoint that nobody is about to make. */
static enum fws_status end_draft(struct batch *batch, struct fws_draft *draft, uint64_t marks,
                                 struct fws_error *err)
{
    if (is_called_for(batch, marks)) {
        return fws_draft_snapshot(batch->log, draft, err);
    }
    batch->log->past_stale = batch->log->past_stale || draft->text.size > 0;
    fws_draft_free(draft);
    fws_draft_begin(draft, batch->log);
    return FWS_OK;
}

static enum fws_status draft_all(struct batch *batch, struct fws_draft *draft,
                                 struct fws_error *err)
{
    struct fws_audit *log = batch->log;
    enum fws_status status = log->past_stale ? fws_log_refold(log, err) : FWS_OK;
    uint64_t marks = log->past.marks;

    fws_draft_begin(draft, log);
    if (status == FWS_OK) {
        status = fws_draft_housekeeping(log, draft, err);
    }
    for (struct fws_request *r = batch->requests; status == FWS_OK && r != NULL; r = r->next) {
        if (takes_part(batch, r)) {
            status = draft_request(log, draft, r, err);
        }
    }
    return status == FWS_OK ? end_draft(batch, draft, marks, err) : status;
}

/* A log that has run out of room still takes what ends a matter. */
static enum fws_status find_room(struct batch *batch, struct fws_draft *draft,
                                 struct fws_error *err)
{
    struct fws_audit *log = batch->log;
    uint64_t kept = all_reserved(batch)
                        ? 0
                        : FWS_AUDIT_RESERVE +
                              FWS_AUDIT_OUTCOME_ROOM * (uint64_t)fws_past_intent_count(&log->past);

    return log->store->ops->reserve(log->store, draft->text.size + kept, err);
}

static enum fws_status draft_with_room(struct batch *batch, struct fws_draft *draft,
                                       struct fws_error *err)
{
    enum fws_status status = draft_all(batch, draft, err);

    /* Whatever it is called: what failed here is a flush or a reading, not the search for room. */
    if (status != FWS_OK) {
        batch->log->broken = true;
        return status;
    }
    status = find_room(batch, draft, err);
    if (status != FWS_E_SPACE || all_reserved(batch)) {
        batch->log->past_stale = batch->log->past_stale || status != FWS_OK;
        return status;
    }
    status = fws_log_failure(err);
    fail_others(batch, err);
    *err = (struct fws_error){0};
    batch->log->past_stale = true;
    batch->reserved_only = true;
    fws_draft_free(draft);
    status = draft_all(batch, draft, err);
    return status == FWS_OK ? find_room(batch, draft, err) : status;
}

/* The lines count once they are read back from the file that others will find under its name. */
static enum fws_status write_draft(struct batch *batch, const struct fws_draft *draft,
                                   struct fws_error *err)
{
    struct fws_audit *log = batch->log;

    if (draft->text.size == 0) {
        return FWS_OK;
    }
    enum fws_status status =
        log->store->ops->append(log->store, draft->text.data, draft->text.size, &log->chain, err);

    if (status == FWS_OK && (log->chain.next != draft->next ||
                             memcmp(log->chain.head_text, draft->prev, sizeof draft->prev) != 0)) {
        status = fws_error_set(err, FWS_E_IO, "entry %llu is not in the file as it was written",
                               (unsigned long long)draft->first);
    }
    log->broken = status != FWS_OK;
    batch->written = draft->next;
    return status;
}

/* What the store wants at this place: a new part when the last one is damaged or full. */
static enum fws_status turn_if_called_for(struct batch *batch, struct fws_error *err)
{
    FWS_AUTO(fws_opening) opening = {0};
    FWS_AUTO(fws_draft) draft = {0};
    struct fws_audit *log = batch->log;
    enum fws_status status =
        log->store->ops->opening(log->store, !all_reserved(batch), &opening, err);

    if (status != FWS_OK || opening.type == NULL) {
        return status;
    }
    fws_draft_begin(&draft, log);
    status = fws_draft_add(log, &draft, opening.type, opening.data.data, opening.data.size, err);
    if (status == FWS_OK) {
        status =
            log->store->ops->turn(log->store, draft.first, draft.text.data, draft.text.size, err);
    }
    batch->written = draft.next;
    return status == FWS_OK ? log->store->ops->follow(log->store, &log->chain, err) : status;
}

/* Bring log and disk together before anything is decided. */
static enum fws_status prepare(struct batch *batch, struct fws_error *err)
{
    struct fws_audit *log = batch->log;
    enum fws_status status = FWS_OK;

    if (!log->entered) {
        status = log->store->ops->enter(log->store, log->instance, err);
        log->entered = status == FWS_OK;
    }
    if (status == FWS_OK && log->past_stale) {
        status = fws_log_refold(log, err);
    }
    if (status == FWS_OK) {
        status = turn_if_called_for(batch, err);
    }
    log->broken = status != FWS_OK;
    return status;
}

static enum fws_status fill_sealing(struct fws_audit *log, struct fws_sealing *sealing,
                                    struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree(&log->nodes);

    sealing->needed = is_needed(log, sealing);
    sealing->covered = log->newest.size;
    if (!sealing->needed) {
        return FWS_OK;
    }
    memcpy(sealing->checkpoint.origin, log->chain.origin, sizeof sealing->checkpoint.origin);
    sealing->checkpoint.size = log->chain.next;
    memcpy(sealing->key, log->past.key, sizeof sealing->key);
    enum fws_status status = fws_tree_root(&tree, log->chain.next, sealing->checkpoint.root, err);

    if (status == FWS_OK) {
        status = log->store->ops->flush(log->store, err);
        log->broken = status != FWS_OK;
    }
    fws_log_save_nodes(log);
    return status;
}

static bool wants_writing(const struct fws_audit *log, const struct fws_request *requests)
{
    for (const struct fws_request *r = requests; r != NULL; r = r->next) {
        if (r->sealing == NULL || is_needed(log, r->sealing)) {
            return true;
        }
    }
    return false;
}

static enum fws_status run_locked(struct batch *batch, struct fws_error *err)
{
    FWS_AUTO(fws_draft) draft = {0};
    struct fws_audit *log = batch->log;
    enum fws_status status = fws_log_catch_up(log, err);

    log->broken = status != FWS_OK;
    if (status == FWS_OK && wants_writing(log, batch->requests)) {
        status = prepare(batch, err);
        if (status == FWS_OK) {
            status = draft_with_room(batch, &draft, err);
        }
        if (status == FWS_OK) {
            status = write_draft(batch, &draft, err);
        }
    }
    for (struct fws_request *r = batch->requests; status == FWS_OK && r != NULL; r = r->next) {
        if (r->sealing != NULL) {
            status = fill_sealing(log, r->sealing, err);
        }
    }
    return status;
}

static enum fws_store_lock kind_of_lock(const struct fws_request *requests)
{
    for (const struct fws_request *r = requests; r != NULL; r = r->next) {
        if (r->sealing != NULL || is_reserved(r)) {
            return FWS_STORE_EXCLUSIVE_IN_ORDER;
        }
    }
    return FWS_STORE_EXCLUSIVE;
}

static enum fws_status run(struct batch *batch, struct fws_error *err)
{
    struct fws_audit *log = batch->log;

    if (log->broken) {
        return fws_error_set(err, FWS_E_LOG_UNAVAILABLE,
                             "audit log: an earlier append failed; open the log again");
    }
    enum fws_status status = log->store->ops->lock(log->store, kind_of_lock(batch->requests),
                                                   log->options.lock_deadline_ms, err);

    if (status != FWS_OK) {
        log->broken = status != FWS_E_TIMEOUT && status != FWS_E_INTERRUPTED;
        return fws_log_failure(err);
    }
    status = run_locked(batch, err);
    log->store->ops->unlock(log->store);
    return status == FWS_OK ? FWS_OK : fws_log_failure(err);
}

uint64_t fws_batch_run(struct fws_audit *log, struct fws_request *requests)
{
    struct batch batch = {.log = log, .requests = requests};
    struct fws_error err = {0};

    if (run(&batch, &err) != FWS_OK) {
        fail_all(requests, &err);
    }
    return batch.written;
}
