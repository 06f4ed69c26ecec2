/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/past.h"
#include "audit/rotation.h"
#include "base/json_read.h"

void fws_past_init(struct fws_past *past, const struct fws_audit_fold *fold)
{
    *past = (struct fws_past){.fold = fold};
    fws_past_reset(past);
}

void fws_past_free(struct fws_past *past)
{
    fws_buf_free(&past->intents);
    *past = (struct fws_past){0};
}

void fws_past_reset(struct fws_past *past)
{
    const struct fws_audit_fold *fold = past->fold;

    fws_buf_free(&past->intents);
    *past = (struct fws_past){.fold = fold};
    if (fold != NULL) {
        fold->reset(fold->context);
    }
}

void fws_past_begin(struct fws_past *past, uint64_t next)
{
    fws_past_reset(past);
    past->next = next;
    past->partial = true;
}

size_t fws_past_intent_count(const struct fws_past *past)
{
    return past->intents.size / sizeof(struct fws_open_intent);
}

const struct fws_open_intent *fws_past_intents(const struct fws_past *past)
{
    return (const struct fws_open_intent *)(const void *)past->intents.data;
}

/* ---- Each kind of entry ---- */

typedef enum fws_status apply_fn(struct fws_past *past, const struct fws_line *line,
                                 struct fws_error *err);

static enum fws_status malformed(const struct fws_line *line, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu (%s) is not as its kind must be",
                         (unsigned long long)line->seq, line->type);
}

static bool number_of(const struct fws_line *line, const char *name, uint64_t *out)
{
    struct fws_json_value value;

    return fws_json_find(line->data, line->data_size, name, &value) &&
           fws_json_value_uint(&value, out);
}

static enum fws_status apply_genesis(struct fws_past *past, const struct fws_line *line,
                                     struct fws_error *err)
{
    struct fws_json_value keys;
    struct fws_json_value key;
    struct fws_vkey vkey;

    if (!fws_json_find(line->data, line->data_size, "keys", &keys) ||
        !fws_json_next(&keys.raw, &key) ||
        !fws_json_value_text(&key, past->key, sizeof past->key) ||
        fws_vkey_parse(past->key, strlen(past->key), &vkey, err) != FWS_OK) {
        return malformed(line, err);
    }
    return FWS_OK;
}

static enum fws_status apply_intent(struct fws_past *past, const struct fws_line *line,
                                    struct fws_error *err)
{
    struct fws_open_intent intent = {.seq = line->seq};

    memcpy(intent.instance, line->instance, sizeof intent.instance);
    return fws_buf_append(&past->intents, &intent, sizeof intent, err);
}

/* Exactly one end for each intent: a second one, or one for nothing, is no entry of ours. */
static enum fws_status close_intent(struct fws_past *past, const struct fws_line *line,
                                    struct fws_error *err)
{
    const struct fws_open_intent *intents = fws_past_intents(past);
    size_t count = fws_past_intent_count(past);
    uint64_t seq = 0;
    size_t i = 0;

    if (!number_of(line, "intent", &seq)) {
        return malformed(line, err);
    }
    while (i < count && intents[i].seq != seq) {
        i++;
    }
    if (i == count && past->partial) {
        return FWS_OK;
    }
    if (i == count) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "entry %llu (%s) ends intent %llu, which is not open",
                             (unsigned long long)line->seq, line->type, (unsigned long long)seq);
    }
    size_t at = i * sizeof intents[0];

    past->intents.size -= sizeof intents[0];
    memmove(past->intents.data + at, past->intents.data + at + sizeof intents[0],
            past->intents.size - at);
    return FWS_OK;
}

static enum fws_status apply_mark(struct fws_past *past, const struct fws_line *line,
                                  struct fws_error *err)
{
    (void)err;
    past->marks++;
    past->last_mark = line->seq + 1;
    return FWS_OK;
}

static enum fws_status apply_unresolved(struct fws_past *past, const struct fws_line *line,
                                        struct fws_error *err)
{
    past->unresolved++;
    enum fws_status status = close_intent(past, line, err);

    return status == FWS_OK ? apply_mark(past, line, err) : status;
}

static enum fws_status apply_ack(struct fws_past *past, const struct fws_line *line,
                                 struct fws_error *err)
{
    uint64_t until = 0;

    if (!number_of(line, "until", &until) || until >= line->seq) {
        return malformed(line, err);
    }
    if (until + 1 >= past->last_mark) {
        past->acknowledged = past->marks;
    }
    return FWS_OK;
}

static enum fws_status apply_checkpoint(struct fws_past *past, const struct fws_line *line,
                                        struct fws_error *err)
{
    struct fws_checkpoint checkpoint;

    if (!fws_note_of_entry(line->data, line->data_size, &checkpoint) ||
        checkpoint.size > line->seq || checkpoint.size <= past->recorded) {
        return malformed(line, err);
    }
    past->recorded = checkpoint.size;
    return FWS_OK;
}

static enum fws_status apply_snapshot(struct fws_past *past, const struct fws_line *line,
                                      struct fws_error *err)
{
    (void)err;
    past->snapshot = line->seq;
    return FWS_OK;
}

static enum fws_status apply_key(struct fws_past *past, const struct fws_line *line,
                                 struct fws_error *err)
{
    struct fws_rotation rotation;
    enum fws_status status = fws_rotation_of_entry(line->data, line->data_size, &rotation, err);

    bool known = past->key[0] != '\0' || !past->partial;

    if (status != FWS_OK || (known && strcmp(rotation.old_text, past->key) != 0)) {
        return status == FWS_E_BACKEND || status == FWS_E_MEMORY ? status : malformed(line, err);
    }
    memcpy(past->key, rotation.next_text, sizeof past->key);
    return FWS_OK;
}

static const struct {
    const char *type;
    apply_fn *apply;
} kinds[] = {
    {"sign.intent", apply_intent},
    {"sign.outcome", close_intent},
    {FWS_TYPE_UNRESOLVED, apply_unresolved},
    {FWS_TYPE_CHECKPOINT, apply_checkpoint},
    {FWS_TYPE_GENESIS, apply_genesis},
    {FWS_TYPE_RECOVERY, apply_mark},
    {FWS_TYPE_TAIL, apply_mark},
    {FWS_TYPE_ACK, apply_ack},
    {FWS_TYPE_SNAPSHOT, apply_snapshot},
    {FWS_TYPE_KEY, apply_key},
};

static enum fws_status apply_kind(struct fws_past *past, const struct fws_line *line,
                                  struct fws_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (fws_line_is(line, kinds[i].type)) {
            return kinds[i].apply(past, line, err);
        }
    }
    return FWS_OK;
}

enum fws_status fws_past_apply(struct fws_past *past, const struct fws_line *line, const void *text,
                               size_t size, struct fws_error *err)
{
    struct fws_audit_entry entry = {
        .seq = line->seq,
        .instance = line->instance,
        .time = line->time,
        .type = line->type,
        .data = line->data,
        .data_size = line->data_size,
        .line = text,
        .line_size = size,
    };

    if (line->seq < past->next) {
        return FWS_OK;
    }
    if (line->seq > past->next) {
        return fws_error_set(err, FWS_E_INTERNAL, "entries are folded out of order");
    }
    enum fws_status status = apply_kind(past, line, err);

    if (status == FWS_OK && past->fold != NULL) {
        status = past->fold->apply(past->fold->context, &entry, err);
    }
    past->next += status == FWS_OK;
    return status;
}

/* ---- The snapshot ---- */

static void save_intents(const struct fws_past *past, struct fws_json *json)
{
    const struct fws_open_intent *intents = fws_past_intents(past);

    fws_json_array(json, "intents");
    for (size_t i = 0; i < fws_past_intent_count(past); i++) {
        fws_json_object(json, NULL);
        fws_json_text(json, "instance", intents[i].instance);
        fws_json_int(json, "seq", (int64_t)intents[i].seq);
        fws_json_end(json);
    }
    fws_json_end(json);
}

enum fws_status fws_past_save(const struct fws_past *past, struct fws_buf *out,
                              struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_json_int(&json, "acknowledged", (int64_t)past->acknowledged);
    fws_json_int(&json, "entries", (int64_t)past->next);
    fws_json_object(&json, "fold");
    if (past->fold != NULL) {
        past->fold->save(past->fold->context, &json);
    }
    fws_json_end(&json);
    save_intents(past, &json);
    fws_json_text(&json, "key", past->key);
    fws_json_int(&json, "last_mark", (int64_t)past->last_mark);
    fws_json_int(&json, "marks", (int64_t)past->marks);
    fws_json_int(&json, "recorded", (int64_t)past->recorded);
    fws_json_int(&json, "unresolved", (int64_t)past->unresolved);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status == FWS_OK && json.buf.size > FWS_PAST_MAX_SIZE) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "a snapshot of %zu bytes, at most %u",
                             json.buf.size, FWS_PAST_MAX_SIZE);
    }
    if (status == FWS_OK) {
        fws_buf_free(out);
        *out = fws_buf_take(&json.buf);
    }
    return status;
}

static bool load_intents(struct fws_past *past, const void *text, size_t size,
                         struct fws_error *err)
{
    struct fws_json_value list;
    struct fws_json_value item;

    if (!fws_json_find(text, size, "intents", &list)) {
        return false;
    }
    while (fws_json_next(&list.raw, &item)) {
        struct fws_open_intent intent = {0};
        struct fws_json_value member;

        if (!fws_json_find(item.raw.data, item.raw.left, "instance", &member) ||
            !fws_json_value_text(&member, intent.instance, sizeof intent.instance) ||
            !fws_json_find(item.raw.data, item.raw.left, "seq", &member) ||
            !fws_json_value_uint(&member, &intent.seq) ||
            fws_buf_append(&past->intents, &intent, sizeof intent, err) != FWS_OK) {
            return false;
        }
    }
    return true;
}

static bool load_numbers(struct fws_past *past, const void *text, size_t size)
{
    const struct {
        const char *name;
        uint64_t *out;
    } numbers[] = {
        {"acknowledged", &past->acknowledged}, {"entries", &past->next},
        {"last_mark", &past->last_mark},       {"marks", &past->marks},
        {"recorded", &past->recorded},         {"unresolved", &past->unresolved},
    };
    struct fws_json_value value;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!fws_json_find(text, size, numbers[i].name, &value) ||
            !fws_json_value_uint(&value, numbers[i].out)) {
            return false;
        }
    }
    return fws_json_find(text, size, "key", &value) &&
           fws_json_value_text(&value, past->key, sizeof past->key);
}

static bool load_fold(const struct fws_past *past, const void *text, size_t size,
                      struct fws_error *err)
{
    struct fws_json_value fold;

    return past->fold == NULL ||
           (fws_json_find(text, size, "fold", &fold) &&
            past->fold->load(past->fold->context, fold.raw.data, fold.raw.left, err) == FWS_OK);
}

enum fws_status fws_past_load(struct fws_past *past, const void *text, size_t size,
                              struct fws_error *err)
{
    fws_past_reset(past);
    if (!load_numbers(past, text, size) || !load_intents(past, text, size, err) ||
        !load_fold(past, text, size, err)) {
        fws_past_reset(past);
        return fws_error_set(err, FWS_E_LOG_TAIL, "the snapshot is not as it was written");
    }
    past->snapshot = past->next;
    return FWS_OK;
}
