/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/canonical.h"
#include "base/hex.h"
#include "base/json_read.h"
#include "bytes/text.h"

static enum fws_json_kind kind_of(uint8_t first)
{
    switch (first) {
    case '"':
        return FWS_JSON_TEXT;
    case 't':
    case 'f':
        return FWS_JSON_BOOL;
    case '{':
        return FWS_JSON_OBJECT;
    case '[':
        return FWS_JSON_ARRAY;
    default:
        return FWS_JSON_INT;
    }
}

static bool take_value(struct fws_reader *reader, struct fws_json_value *out)
{
    struct fws_reader start = *reader;

    if (!fws_canonical_value(reader)) {
        return false;
    }
    out->kind = kind_of(fws_reader_peek(&start));
    out->raw = fws_reader_slice(&start, start.left - reader->left);
    return true;
}

static bool find_member(struct fws_reader object, const char *name, size_t size,
                        struct fws_json_value *out)
{
    struct fws_reader before = {0};
    struct fws_reader key;

    if (!FWS_READER_TAKE(&object, "{")) {
        return false;
    }
    do {
        if (!fws_canonical_key(&object, &before, &key) || !take_value(&object, out)) {
            return false;
        }
        if (key.left == size && fws_reader_starts_with(&key, name, size)) {
            return true;
        }
        before = key;
    } while (FWS_READER_TAKE(&object, ","));
    return false;
}

bool fws_json_find(const void *object, size_t size, const char *path, struct fws_json_value *out)
{
    struct fws_reader inside = fws_reader_init(object, size);
    const char *name = path;

    for (;;) {
        size_t length = strcspn(name, ".");

        if (!find_member(inside, name, length, out)) {
            *out = (struct fws_json_value){0};
            return false;
        }
        if (name[length] == '\0') {
            return true;
        }
        inside = out->raw;
        name += length + 1;
    }
}

bool fws_json_next(struct fws_reader *rest, struct fws_json_value *out)
{
    /* A rest begins with the bracket, and behind a value with a comma. */
    if ((FWS_READER_TAKE(rest, "[") || FWS_READER_TAKE(rest, ",")) && take_value(rest, out)) {
        return true;
    }
    *out = (struct fws_json_value){0};
    return false;
}

bool fws_json_value_uint(const struct fws_json_value *value, uint64_t *out)
{
    struct fws_reader digits = value->raw;

    if (value->kind == FWS_JSON_INT && fws_canonical_uint(&digits, out) && digits.left == 0) {
        return true;
    }
    *out = 0;
    return false;
}

bool fws_json_value_bool(const struct fws_json_value *value, bool *out)
{
    *out = value->kind == FWS_JSON_BOOL && fws_reader_peek(&value->raw) == 't';
    return value->kind == FWS_JSON_BOOL;
}

/* What stands between the quotes. */
static bool open_text(const struct fws_json_value *value, struct fws_reader *out)
{
    *out = value->raw;
    return value->kind == FWS_JSON_TEXT && FWS_READER_TAKE(out, "\"") &&
           FWS_READER_TAKE_BACK(out, "\"");
}

/* The byte that an escape stands for; the backslash is read. */
static bool unescape(struct fws_reader *text, uint8_t *out)
{
    static const char from[] = "btnfr\"\\";
    static const char to[] = "\b\t\n\f\r\"\\";
    uint8_t kind = fws_reader_u8(text);
    const char *found = kind != 0 ? strchr(from, kind) : NULL;
    char digits[2];

    if (found != NULL) {
        *out = (uint8_t)to[found - from];
        return true;
    }
    return kind == 'u' && FWS_READER_TAKE(text, "00") &&
           fws_reader_form(text, "xx", sizeof digits, digits) &&
           fws_hex_decode(digits, sizeof digits, out, 1) == FWS_OK;
}

/*
 * The next piece of a text: a view of bytes that stand for themselves, or one byte in *byte that an
 * escape stood for. False at the end, and where it is malformed with something left.
 */
static bool take_piece(struct fws_reader *text, uint8_t *byte, struct fws_reader *out)
{
    struct fws_reader ahead = *text;
    size_t size = fws_reader_span_plain(text);

    if (size == 0 && fws_reader_peek(text) >= 0x80) {
        size = 1;
    }
    if (size > 0) {
        *out = fws_reader_slice(text, size);
        return true;
    }
    if (!FWS_READER_TAKE(&ahead, "\\") || !unescape(&ahead, byte)) {
        return false;
    }
    *text = ahead;
    *out = fws_reader_init(byte, 1);
    return true;
}

bool fws_json_value_text(const struct fws_json_value *value, char *out, size_t size)
{
    struct fws_writer writer = fws_writer_init(out, size);
    struct fws_reader text;
    struct fws_reader piece;
    uint8_t byte;
    bool good = open_text(value, &text);

    while (good && take_piece(&text, &byte, &piece)) {
        good = fws_reader_peek(&piece) != 0; /* an escaped NUL */
        fws_writer_bytes(&writer, piece.data, piece.left);
    }
    fws_writer_u8(&writer, 0);
    if (good && text.left == 0 && fws_writer_done(&writer) == FWS_OK) {
        return true;
    }
    if (size > 0) {
        out[0] = '\0';
    }
    return false;
}

bool fws_json_value_is(const struct fws_json_value *value, const char *text)
{
    struct fws_reader wanted = fws_reader_init(text, strlen(text));
    struct fws_reader inside;
    struct fws_reader piece;
    uint8_t byte;

    if (!open_text(value, &inside)) {
        return false;
    }
    while (take_piece(&inside, &byte, &piece)) {
        if (!fws_reader_take(&wanted, piece.data, piece.left)) {
            return false;
        }
    }
    return inside.left == 0 && wanted.left == 0;
}
