/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/plain.h"
#include "base/canonical.h"
#include "base/utf8.h"

bool fws_plain_until(struct fws_reader *text, uint8_t end, struct fws_reader *out)
{
    struct fws_reader ahead = *text;

    while (ahead.left > 0) {
        if (fws_reader_u8(&ahead) == end) {
            *out = fws_reader_slice(text, text->left - ahead.left - 1);
            fws_reader_skip(text, 1);
            return true;
        }
    }
    return false;
}

bool fws_plain_take(struct fws_reader *text, const char *characters)
{
    size_t size = strlen(characters);

    if (!fws_reader_starts_with(text, characters, size)) {
        return false;
    }
    fws_reader_skip(text, size);
    return true;
}

bool fws_plain_is(const struct fws_reader *text, const char *characters)
{
    size_t size = strlen(characters);

    return text->left == size && fws_reader_starts_with(text, characters, size);
}

bool fws_plain_number(const struct fws_reader *text, uint64_t *out)
{
    struct fws_reader digits = *text;

    return fws_canonical_uint(&digits, out) && fws_reader_done(&digits) == FWS_OK;
}

/* White_Space of Unicode 15. */
static bool is_space(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } spaces[] = {
        {0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
        {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
    };

    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (point >= spaces[i].first && point <= spaces[i].last) {
            return true;
        }
    }
    return false;
}

bool fws_plain_key_name(const struct fws_reader *text)
{
    struct fws_reader name = *text;
    uint32_t point;

    while (name.left > 0) {
        if (!fws_utf8_next(&name, &point) || point == '+' || is_space(point)) {
            return false;
        }
    }
    return text->left > 0;
}

bool fws_plain_origin(const struct fws_reader *text, char out[FWS_AUDIT_ORIGIN_MAX + 1])
{
    struct fws_reader name = *text;
    size_t size = name.left;

    if (size > FWS_AUDIT_ORIGIN_MAX) {
        return false;
    }
    fws_reader_copy(&name, out, size);
    out[size] = '\0';
    /* A NUL inside would hide what follows it from who reads text. */
    return strlen(out) == size && fws_origin_ok(out);
}
