/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes/text.h"
#include "bytes/lanes.h"

#define DECIMALS 19u /* 10^19 < 2^64 */

/* The lowest lane whose top bit is set; there is one. The product brings its number to the top. */
static inline size_t lowest(uint64_t tops)
{
    uint64_t lane = (tops & (UINT64_C(0) - tops)) >> 7;

    return (size_t)(lane * UINT64_C(0x0001020304050607) >> 56);
}

size_t fws_reader_span(const struct fws_reader *reader, const uint8_t set[256])
{
    size_t i = 0;

    while (i < reader->left && set[reader->data[i]] != 0) {
        i++;
    }
    return i;
}

size_t fws_reader_span_back(const struct fws_reader *reader, const uint8_t set[256])
{
    size_t i = reader->left;

    while (i > 0 && set[reader->data[i - 1]] != 0) {
        i--;
    }
    return reader->left - i;
}

/* Lanes that do not stand for themselves in a JSON string. */
static inline uint64_t not_plain(uint64_t text)
{
    uint64_t ascii = text & ~FWS_LANES_TOP;
    uint64_t plain = fws_lanes_at_least(ascii, ' ') & ~fws_lanes_equal(ascii, '"') &
                     ~fws_lanes_equal(ascii, '\\') & ~text;

    return ~plain & FWS_LANES_TOP;
}

size_t fws_reader_span_plain(const struct fws_reader *reader)
{
    size_t i = 0;

    for (; reader->left - i >= FWS_WORD; i += FWS_WORD) {
        uint64_t stop = not_plain(fws_word(reader->data + i));

        if (stop != 0) {
            return i + lowest(stop);
        }
    }
    if (i == reader->left) {
        return i;
    }
    /* The zeros behind the last byte stop the run. */
    return i + lowest(not_plain(fws_word_short(reader->data + i, reader->left - i)));
}

size_t fws_reader_decimal(struct fws_reader *reader, uint64_t *out)
{
    size_t most = reader->left < DECIMALS ? reader->left : DECIMALS;
    uint64_t number = 0;
    size_t i = 0;

    for (; i < most; i++) {
        unsigned digit = (unsigned)reader->data[i] - '0';

        if (digit > 9) {
            break;
        }
        number = number * 10 + digit;
    }
    fws_reader_skip(reader, i);
    *out = number;
    return i;
}
