/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* How many bytes follow the first one; 4 when none is right. */
static unsigned rest_of(uint8_t first)
{
    if (first < 0x80) {
        return 0;
    }
    if (first < 0xc0) {
        return 4;
    }
    return first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf8 ? 3 : 4;
}

bool fws_utf8_next(struct fws_reader *text, uint32_t *out)
{
    /* The least that needs so many bytes: what is written longer than it need be has two forms. */
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint8_t first = fws_reader_u8(text);
    unsigned rest = rest_of(first);

    if (rest == 4) {
        return false;
    }
    uint32_t point = rest == 0 ? first : first & (0x3fu >> rest);

    for (unsigned i = 0; i < rest; i++) {
        uint8_t byte = fws_reader_u8(text);

        if (byte >> 6 != 2) {
            return false;
        }
        point = point << 6 | (byte & 0x3fu);
    }
    *out = point;
    return !text->bad && point >= least[rest] && point <= 0x10ffff &&
           (point < 0xd800 || point > 0xdfff);
}
