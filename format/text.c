/* SPDX-License-Identifier: Apache-2.0 */
#include "format/text.h"

bool fws_text_take(struct fws_reader *text, char c)
{
    if (!fws_reader_starts_with(text, &c, 1)) {
        return false;
    }
    fws_reader_skip(text, 1);
    return true;
}

void fws_text_skip_blanks(struct fws_reader *text)
{
    while (fws_text_take(text, ' ') || fws_text_take(text, '\t')) {
    }
}

static bool next_digit(struct fws_reader *text, uint8_t *out)
{
    struct fws_reader ahead = *text;
    uint8_t c = fws_reader_u8(&ahead);

    if (ahead.bad || c < '0' || c > '9') {
        return false;
    }
    *out = (uint8_t)(c - '0');
    *text = ahead;
    return true;
}

bool fws_text_number(struct fws_reader *text, uint32_t max, uint32_t *out)
{
    uint8_t digit = 0;

    if (!next_digit(text, &digit)) {
        return false;
    }
    bool leading_zero = digit == 0;

    *out = digit;
    while (next_digit(text, &digit)) {
        if (leading_zero || *out > (max - digit) / 10) {
            return false;
        }
        *out = *out * 10 + digit;
    }
    return true;
}

bool fws_text_version(struct fws_reader *text, struct fws_version *out)
{
    uint32_t major = 0;
    uint32_t minor = 0;
    uint32_t revision = 0;
    uint32_t build = 0;
    bool good = fws_text_number(text, UINT8_MAX, &major);

    if (good && fws_text_take(text, '.')) {
        good = fws_text_number(text, UINT8_MAX, &minor);
        if (good && fws_text_take(text, '.')) {
            good = fws_text_number(text, UINT16_MAX, &revision);
            if (good && fws_text_take(text, '+')) {
                good = fws_text_number(text, UINT32_MAX, &build);
            }
        }
    }
    *out = (struct fws_version){(uint8_t)major, (uint8_t)minor, (uint16_t)revision, build};
    return good;
}
