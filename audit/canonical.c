/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/canonical.h"
#include "base/json.h"

#define INTEGER_MAX UINT64_C(9007199254740991)

static bool value(struct fws_reader *reader, unsigned depth);

/* The next byte without consuming it; 0 at the end, which no valid text contains. */
static uint8_t peek(const struct fws_reader *reader)
{
    struct fws_reader ahead = *reader;

    return fws_reader_u8(&ahead);
}

static bool take(struct fws_reader *reader, const char *text)
{
    size_t size = strlen(text);

    if (!fws_reader_starts_with(reader, text, size)) {
        return false;
    }
    fws_reader_skip(reader, size);
    return true;
}

static bool continuation(struct fws_reader *reader, uint8_t low, uint8_t high)
{
    uint8_t byte = fws_reader_u8(reader);

    return byte >= low && byte <= high;
}

/* The rest of a UTF-8 sequence (RFC 3629: no overlong forms, no surrogates, no more than U+10FFFF).
 */
static bool utf8_rest(struct fws_reader *reader, uint8_t first)
{
    if (first >= 0xc2 && first <= 0xdf) {
        return continuation(reader, 0x80, 0xbf);
    }
    if (first >= 0xe0 && first <= 0xef) {
        return continuation(reader, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) &&
               continuation(reader, 0x80, 0xbf);
    }
    if (first >= 0xf0 && first <= 0xf4) {
        return continuation(reader, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) &&
               continuation(reader, 0x80, 0xbf) && continuation(reader, 0x80, 0xbf);
    }
    return false;
}

/* Behind a backslash: only what cannot be written otherwise, and only in its shortest form. */
static bool escape(struct fws_reader *reader)
{
    static const char long_only[] = "0123456789abcdef";
    uint8_t kind = fws_reader_u8(reader);

    if (kind != 0 && strchr("btnfr\"\\", kind) != NULL) {
        return true;
    }
    if (kind != 'u' || !take(reader, "00")) {
        return false;
    }
    uint8_t high = fws_reader_u8(reader);
    uint8_t low = fws_reader_u8(reader);

    if (low == 0 || strchr(long_only, low) == NULL) {
        return false;
    }
    /* 08 09 0a 0c 0d have a short form. */
    return high == '1' || (high == '0' && strchr("89acd", low) == NULL);
}

static bool string(struct fws_reader *reader)
{
    if (!take(reader, "\"")) {
        return false;
    }
    for (;;) {
        uint8_t byte = fws_reader_u8(reader);

        if (byte == '"') {
            return true;
        }
        if (byte < 0x20) { /* also the end of the text */
            return false;
        }
        if (byte == '\\' ? !escape(reader) : byte >= 0x80 && !utf8_rest(reader, byte)) {
            return false;
        }
    }
}

bool fws_canonical_uint(struct fws_reader *reader, uint64_t *out)
{
    uint64_t number = 0;
    uint8_t first = peek(reader);

    if (first < '0' || first > '9') {
        return false;
    }
    do {
        number = number * 10 + (uint64_t)(fws_reader_u8(reader) - '0');
        if (number > INTEGER_MAX) {
            return false;
        }
    } while (first != '0' && peek(reader) >= '0' && peek(reader) <= '9');
    *out = number;
    return true;
}

static bool integer(struct fws_reader *reader)
{
    bool negative = take(reader, "-");
    uint64_t number = 0;

    return fws_canonical_uint(reader, &number) && !(negative && number == 0);
}

/* A member's name, as a view. */
static bool name(struct fws_reader *reader, struct fws_reader *out)
{
    struct fws_reader start;
    size_t size = 0;

    if (!take(reader, "\"")) {
        return false;
    }
    start = *reader;
    for (;;) {
        uint8_t byte = fws_reader_u8(reader);

        if (byte == '"') {
            *out = fws_reader_slice(&start, size);
            return size > 0;
        }
        if (byte != '_' && (byte < 'a' || byte > 'z') && (byte < '0' || byte > '9')) {
            return false;
        }
        size++;
    }
}

static bool ascending(const struct fws_reader *before, const struct fws_reader *after)
{
    size_t common = before->left < after->left ? before->left : after->left;
    int order = memcmp(before->data, after->data, common);

    return order < 0 || (order == 0 && before->left < after->left);
}

static bool object(struct fws_reader *reader, unsigned depth)
{
    struct fws_reader before = {0};

    if (depth == 0 || !take(reader, "{")) {
        return false;
    }
    if (take(reader, "}")) {
        return true;
    }
    do {
        struct fws_reader key;

        if (!name(reader, &key) || (before.data != NULL && !ascending(&before, &key)) ||
            !take(reader, ":") || !value(reader, depth - 1)) {
            return false;
        }
        before = key;
    } while (take(reader, ","));
    return take(reader, "}");
}

static bool array(struct fws_reader *reader, unsigned depth)
{
    if (depth == 0 || !take(reader, "[")) {
        return false;
    }
    if (take(reader, "]")) {
        return true;
    }
    do {
        if (!value(reader, depth - 1)) {
            return false;
        }
    } while (take(reader, ","));
    return take(reader, "]");
}

/* Recursion ends with depth, FWS_JSON_MAX_DEPTH at the top. */
static bool value(struct fws_reader *reader, unsigned depth)
{
    switch (peek(reader)) {
    case '{':
        return object(reader, depth);
    case '[':
        return array(reader, depth);
    case '"':
        return string(reader);
    case 't':
        return take(reader, "true");
    case 'f':
        return take(reader, "false");
    default:
        return integer(reader);
    }
}

bool fws_canonical_object(struct fws_reader *reader)
{
    return object(reader, FWS_JSON_MAX_DEPTH);
}
