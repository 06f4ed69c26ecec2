/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/rotation.h"
#include "base/json_read.h"

#define MARK "log-key\n"

/* The note of an entry, unescaped: an entry is at most FWS_AUDIT_LINE_MAX long, so its note is. */
static bool entry_note(const void *data, size_t size, char out[FWS_AUDIT_LINE_MAX + 1])
{
    struct fws_json_value note;

    return fws_json_find(data, size, "note", &note) &&
           fws_json_value_text(&note, out, FWS_AUDIT_LINE_MAX + 1);
}

bool fws_note_of_entry(const void *data, size_t size, struct fws_checkpoint *out)
{
    char note[FWS_AUDIT_LINE_MAX + 1];
    struct fws_error ignored = {0};
    struct fws_reader text;
    struct fws_reader lines;

    return entry_note(data, size, note) &&
           fws_note_split(note, strlen(note), &text, &lines, &ignored) == FWS_OK &&
           fws_checkpoint_parse(&text, out, &ignored) == FWS_OK;
}

enum fws_status fws_recorded_by_key(const void *data, size_t size, const char *vkey,
                                    struct fws_error *err)
{
    char note[FWS_AUDIT_LINE_MAX + 1];
    struct fws_reader text;
    struct fws_reader lines;
    struct fws_vkey key;

    if (!entry_note(data, size, note)) {
        return fws_error_set(err, FWS_E_NOTE, "there is no note");
    }
    enum fws_status status = fws_note_split(note, strlen(note), &text, &lines, err);

    if (status == FWS_OK) {
        status = fws_vkey_parse(vkey, strlen(vkey), &key, err);
    }
    return status == FWS_OK ? fws_note_verify(&text, &lines, &key, err) : status;
}

enum fws_status fws_rotation_text(const struct fws_rotation *rotation, struct fws_buf *out,
                                  struct fws_error *err)
{
    FWS_AUTO(fws_buf) checkpoint = {0};
    enum fws_status status = fws_checkpoint_text(&rotation->checkpoint, &checkpoint, err);
    size_t origin = strlen(rotation->checkpoint.origin) + 1;

    if (status != FWS_OK) {
        return status;
    }
    return fws_buf_printf(out, err, "%.*s" MARK "%.*s%s\n%s\n", (int)origin,
                          (char *)checkpoint.data, (int)(checkpoint.size - origin),
                          (char *)checkpoint.data + origin, rotation->old_text,
                          rotation->next_text);
}

static bool take_line(struct fws_reader *text, char *out, size_t room)
{
    for (size_t used = 0; used < room; used++) {
        uint8_t byte = fws_reader_u8(text);

        if (byte == '\n' || text->bad) {
            out[used] = '\0';
            return !text->bad;
        }
        out[used] = (char)byte;
    }
    return false;
}

/* Take the five lines apart and write the statement anew: it must be the same text. */
static bool parse(const struct fws_reader *text, struct fws_rotation *out, struct fws_error *err)
{
    FWS_AUTO(fws_buf) again = {0};
    FWS_AUTO(fws_buf) checkpoint = {0};
    struct fws_reader rest = *text;
    char lines[4][FWS_AUDIT_ORIGIN_MAX + 1];

    for (size_t i = 0; i < 4; i++) {
        if (!take_line(&rest, lines[i], sizeof lines[i])) {
            return false;
        }
    }
    if (!take_line(&rest, out->old_text, sizeof out->old_text) ||
        !take_line(&rest, out->next_text, sizeof out->next_text) ||
        fws_reader_done(&rest) != FWS_OK ||
        fws_buf_printf(&checkpoint, err, "%s\n%s\n%s\n", lines[0], lines[2], lines[3]) != FWS_OK) {
        return false;
    }
    struct fws_reader parts = fws_reader_init(checkpoint.data, checkpoint.size);

    return fws_checkpoint_parse(&parts, &out->checkpoint, err) == FWS_OK &&
           fws_rotation_text(out, &again, err) == FWS_OK && again.size == text->left &&
           fws_reader_starts_with(text, again.data, again.size);
}

static enum fws_status check_key(const struct fws_reader *text, const struct fws_reader *lines,
                                 const char *key_text, const char *origin, struct fws_error *err)
{
    struct fws_vkey key;
    enum fws_status status = fws_vkey_parse(key_text, strlen(key_text), &key, err);

    if (status == FWS_OK && strcmp(key.name, origin) != 0) {
        return fws_error_set(err, FWS_E_NOTE, "a key of another log");
    }
    return status == FWS_OK ? fws_note_verify(text, lines, &key, err) : status;
}

enum fws_status fws_rotation_of_entry(const void *data, size_t size, struct fws_rotation *out,
                                      struct fws_error *err)
{
    char note[FWS_AUDIT_LINE_MAX + 1];
    struct fws_reader text;
    struct fws_reader lines;

    if (!entry_note(data, size, note)) {
        return fws_error_set(err, FWS_E_NOTE, "there is no note");
    }
    enum fws_status status = fws_note_split(note, strlen(note), &text, &lines, err);

    if (status == FWS_OK && !parse(&text, out, err)) {
        return fws_error_set(err, FWS_E_NOTE, "the note is no handing over of a key");
    }
    if (status == FWS_OK) {
        status = check_key(&text, &lines, out->old_text, out->checkpoint.origin, err);
    }
    return status == FWS_OK ? check_key(&text, &lines, out->next_text, out->checkpoint.origin, err)
                            : status;
}
