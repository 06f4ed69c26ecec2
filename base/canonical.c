/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/canonical.h"
#include "base/json.h"
#include "base/utf8.h"
#include "bytes/text.h"

#define INTEGER_MAX UINT64_C(9007199254740991)

/* Of a member's name. */
static const uint8_t name_set[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
    ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1,
    ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1,
    ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1, ['_'] = 1,
};

static bool value(struct fws_reader *reader, unsigned depth);

/* Behind a backslash: only what cannot be written otherwise, and only in its shortest form. */
static bool escape(struct fws_reader *reader)
{
    static const char long_only[] = "0123456789abcdef";
    uint8_t kind = fws_reader_u8(reader);

    if (kind != 0 && strchr("btnfr\"\\", kind) != NULL) {
        return true;
    }
    if (kind != 'u' || !FWS_READER_TAKE(reader, "00")) {
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
    if (!FWS_READER_TAKE(reader, "\"")) {
        return false;
    }
    for (;;) {
        fws_reader_skip(reader, fws_reader_span_plain(reader));
        if (FWS_READER_TAKE(reader, "\"")) {
            return true;
        }
        uint32_t point;

        if (FWS_READER_TAKE(reader, "\\")) {
            if (!escape(reader)) {
                return false;
            }
        } else if (!fws_utf8_next(reader, &point) || point < 0x80) {
            return false; /* a control character, or the end of the text */
        }
    }
}

bool fws_canonical_uint(struct fws_reader *reader, uint64_t *out)
{
    *out = 0;
    if (FWS_READER_TAKE(reader, "0")) {
        return true;
    }
    return fws_reader_decimal(reader, out) > 0 && *out <= INTEGER_MAX;
}

static bool integer(struct fws_reader *reader)
{
    bool negative = FWS_READER_TAKE(reader, "-");
    uint64_t number = 0;

    return fws_canonical_uint(reader, &number) && !(negative && number == 0);
}

/* A member's name, as a view. */
static bool name(struct fws_reader *reader, struct fws_reader *out)
{
    if (!FWS_READER_TAKE(reader, "\"")) {
        return false;
    }
    *out = fws_reader_slice(reader, fws_reader_span(reader, name_set));
    return out->left > 0 && FWS_READER_TAKE(reader, "\"");
}

static bool ascending(const struct fws_reader *before, const struct fws_reader *after)
{
    size_t common = before->left < after->left ? before->left : after->left;
    int order = memcmp(before->data, after->data, common);

    return order < 0 || (order == 0 && before->left < after->left);
}

static inline bool member_key(struct fws_reader *reader, const struct fws_reader *before,
                              struct fws_reader *out)
{
    return name(reader, out) && (before->data == NULL || ascending(before, out)) &&
           FWS_READER_TAKE(reader, ":");
}

static bool object(struct fws_reader *reader, unsigned depth)
{
    struct fws_reader before = {0};
    struct fws_reader key;

    if (depth == 0 || !FWS_READER_TAKE(reader, "{")) {
        return false;
    }
    if (FWS_READER_TAKE(reader, "}")) {
        return true;
    }
    do {
        if (!member_key(reader, &before, &key) || !value(reader, depth - 1)) {
            return false;
        }
        before = key;
    } while (FWS_READER_TAKE(reader, ","));
    return FWS_READER_TAKE(reader, "}");
}

static bool array(struct fws_reader *reader, unsigned depth)
{
    if (depth == 0 || !FWS_READER_TAKE(reader, "[")) {
        return false;
    }
    if (FWS_READER_TAKE(reader, "]")) {
        return true;
    }
    do {
        if (!value(reader, depth - 1)) {
            return false;
        }
    } while (FWS_READER_TAKE(reader, ","));
    return FWS_READER_TAKE(reader, "]");
}

/* Recursion ends with depth, FWS_JSON_MAX_DEPTH at the top. */
static bool value(struct fws_reader *reader, unsigned depth)
{
    switch (fws_reader_peek(reader)) {
    case '{':
        return object(reader, depth);
    case '[':
        return array(reader, depth);
    case '"':
        return string(reader);
    case 't':
        return FWS_READER_TAKE(reader, "true");
    case 'f':
        return FWS_READER_TAKE(reader, "false");
    default:
        return integer(reader);
    }
}

bool fws_canonical_key(struct fws_reader *reader, const struct fws_reader *before,
                       struct fws_reader *out)
{
    return member_key(reader, before, out);
}

bool fws_canonical_value(struct fws_reader *reader)
{
    return value(reader, FWS_JSON_MAX_DEPTH);
}

bool fws_canonical_object(struct fws_reader *reader)
{
    return object(reader, FWS_JSON_MAX_DEPTH);
}
