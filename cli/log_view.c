/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/log_view.h"

#define INTENTS_MAX 65536u /* beyond that the oldest are looked up like those not seen */

struct fws_log_intent {
    uint64_t seq;
    char time[FWS_CLOCK_TEXT_SIZE];
    json_t *data;
};

/* ---- Open intents, in ascending order ---- */

static void forget(struct fws_log_reader *reader, size_t i)
{
    json_decref(reader->intents[i].data);
    reader->count--;
    memmove(&reader->intents[i], &reader->intents[i + 1],
            (reader->count - i) * sizeof reader->intents[0]);
}

void fws_log_reader_free(struct fws_log_reader *reader)
{
    while (reader->count > 0) {
        forget(reader, reader->count - 1);
    }
    free(reader->intents);
    *reader = (struct fws_log_reader){0};
}

static enum fws_status make_room(struct fws_log_reader *reader, struct fws_error *err)
{
    if (reader->count == INTENTS_MAX) {
        forget(reader, 0);
    }
    if (reader->count < reader->room) {
        return FWS_OK;
    }
    size_t room = reader->room == 0 ? 16 : 2 * reader->room;
    struct fws_log_intent *intents = reallocarray(reader->intents, room, sizeof reader->intents[0]);

    if (intents == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for open intents");
    }
    reader->intents = intents;
    reader->room = room;
    return FWS_OK;
}

static enum fws_status keep(struct fws_log_reader *reader, const struct fws_log_view *view,
                            struct fws_error *err)
{
    enum fws_status status = make_room(reader, err);

    if (status == FWS_OK) {
        struct fws_log_intent *intent = &reader->intents[reader->count++];

        intent->seq = view->entry.seq;
        memcpy(intent->time, view->text.time, sizeof intent->time);
        intent->data = json_incref(view->data);
    }
    return status;
}

/* Its place, or reader->count. */
static size_t find(const struct fws_log_reader *reader, uint64_t seq)
{
    size_t low = 0;
    size_t high = reader->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (reader->intents[middle].seq < seq) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < reader->count && reader->intents[low].seq == seq ? low : reader->count;
}

enum fws_status fws_log_reader_open_intents(const struct fws_log_reader *reader,
                                            enum fws_status (*each)(void *context, uint64_t seq,
                                                                    const char *time,
                                                                    const json_t *data,
                                                                    struct fws_error *err),
                                            void *context, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < reader->count; i++) {
        const struct fws_log_intent *intent = &reader->intents[i];

        status = each(context, intent->seq, intent->time, intent->data, err);
    }
    return status;
}

/* ---- A view ---- */

static bool is_type(const struct fws_audit_entry *entry, const char *type)
{
    return strcmp(entry->type, type) == 0;
}

static json_t *parse(const struct fws_audit_entry *entry)
{
    json_t *data = json_loadb(entry->data, entry->data_size, JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(data)) {
        json_decref(data);
        return NULL;
    }
    return data;
}

/* What is no intent, or is not to be had, has no members to give. */
static json_t *look_up(const struct fws_log_reader *reader, uint64_t seq)
{
    FWS_AUTO(fws_buf) line = {0};
    struct fws_error ignored = {0};
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;

    if (fws_audit_find(reader->folder, seq, &line, &ignored) != FWS_OK ||
        fws_audit_entry_read(line.data, line.size, &text, &entry, &ignored) != FWS_OK ||
        !is_type(&entry, "sign.intent")) {
        return NULL;
    }
    return parse(&entry);
}

static void join_intent(struct fws_log_reader *reader, struct fws_log_view *view)
{
    const json_t *intent = json_object_get(view->data, "intent");

    if (!json_is_integer(intent) || json_integer_value(intent) < 0 ||
        (uint64_t)json_integer_value(intent) >= view->entry.seq) {
        return;
    }
    view->has_intent = true;
    view->intent_seq = (uint64_t)json_integer_value(intent);
    size_t i = find(reader, view->intent_seq);

    if (i == reader->count) {
        view->intent = look_up(reader, view->intent_seq);
        return;
    }
    view->intent = json_incref(reader->intents[i].data);
    if (is_type(&view->entry, "sign.outcome") || is_type(&view->entry, "sign.unresolved")) {
        forget(reader, i);
    }
}

enum fws_status fws_log_view_open(struct fws_log_reader *reader, const char *line, size_t size,
                                  struct fws_log_view *view, struct fws_error *err)
{
    *view = (struct fws_log_view){0};
    enum fws_status status = fws_audit_entry_read(line, size, &view->text, &view->entry, err);

    if (status == FWS_OK) {
        view->data = parse(&view->entry);
    }
    if (status != FWS_OK || view->data == NULL) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN,
                             "the log has a line that is no entry; see 'fwsign audit verify'");
    }
    if (is_type(&view->entry, "sign.intent")) {
        return keep(reader, view, err);
    }
    join_intent(reader, view);
    return FWS_OK;
}

void fws_log_view_free(struct fws_log_view *view)
{
    json_decref(view->data);
    json_decref(view->intent);
    *view = (struct fws_log_view){0};
}

/* ---- Members ---- */

static const char *text_at(const json_t *object, const char *first, const char *second)
{
    const json_t *value = json_object_get(object, first);

    if (second != NULL) {
        value = json_object_get(value, second);
    }
    return json_is_string(value) ? json_string_value(value) : "";
}

const char *fws_log_view_own_text(const struct fws_log_view *view, const char *first,
                                  const char *second)
{
    return text_at(view->data, first, second);
}

const char *fws_log_view_text(const struct fws_log_view *view, const char *first,
                              const char *second)
{
    const char *text = text_at(view->data, first, second);

    return text[0] != '\0' ? text : text_at(view->intent, first, second);
}

bool fws_log_view_int(const struct fws_log_view *view, const char *name, int64_t *out)
{
    const json_t *value = json_object_get(view->data, name);

    if (!json_is_integer(value)) {
        value = json_object_get(view->intent, name);
    }
    *out = json_is_integer(value) ? json_integer_value(value) : 0;
    return json_is_integer(value);
}

const char *fws_log_view_key(const struct fws_log_view *view)
{
    const char *name = fws_log_view_text(view, "key", "name");

    return name[0] != '\0' ? name : fws_log_view_text(view, "key", NULL);
}

const char *fws_log_view_verdict(const struct fws_log_view *view)
{
    static const char *const types[][2] = {{"sign.denied", "denied"},
                                           {"sign.unresolved", "unresolved"}};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (is_type(&view->entry, types[i][0])) {
            return types[i][1];
        }
    }
    return fws_log_view_own_text(view, "result", NULL);
}

/* Also the control characters beyond ASCII, which UTF-8 writes as C2 80 to C2 9F. */
void fws_log_printable(char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte < 0x20 || byte == 0x7f) {
            text[i] = '?';
        } else if (byte == 0xc2 && i + 1 < size && (unsigned char)text[i + 1] < 0xa0) {
            text[i] = '?';
            text[i + 1] = '?';
        }
    }
}
