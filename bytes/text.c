/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text is judged eight bytes at once, each in a lane of its own of one 64-bit word: a jump for
 * each character is most of what reading a log costs. The first byte is the lowest lane on every
 * machine, as words are put together from bytes.
 *
 * A lane's answer is its top bit. Sums stay within a lane as long as both of its numbers are
 * below 0x80; what is not ASCII is therefore masked, or refused at the end.
 */
#include "bytes/text.h"

#define LANES    UINT64_C(0x0101010101010101)
#define TOP      (LANES * 0x80)
#define EACH(c)  (LANES * (uint8_t)(c))
#define WORD     8u
#define DECIMALS 19u /* 10^19 < 2^64 */

static inline uint64_t word(const uint8_t *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

static inline void put_word(uint8_t *at, uint64_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
    at[2] = (uint8_t)(value >> 16);
    at[3] = (uint8_t)(value >> 24);
    at[4] = (uint8_t)(value >> 32);
    at[5] = (uint8_t)(value >> 40);
    at[6] = (uint8_t)(value >> 48);
    at[7] = (uint8_t)(value >> 56);
}

/* The same of fewer bytes, zeros behind them. */
static uint64_t short_word(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = size; i > 0; i--) {
        value = value << 8 | at[i - 1];
    }
    return value;
}

/* Lanes, all below 0x80, that are at least low: those of them plus 0x80 - low reach the top bit. */
static inline uint64_t at_least(uint64_t lanes, uint8_t low)
{
    return lanes + EACH(0x80 - low);
}

static inline uint64_t equal(uint64_t lanes, uint8_t value)
{
    return ~at_least(lanes ^ EACH(value), 1) & TOP;
}

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
    uint64_t ascii = text & ~TOP;
    uint64_t plain = at_least(ascii, ' ') & ~equal(ascii, '"') & ~equal(ascii, '\\') & ~text;

    return ~plain & TOP;
}

size_t fws_reader_span_plain(const struct fws_reader *reader)
{
    size_t i = 0;

    for (; reader->left - i >= WORD; i += WORD) {
        uint64_t stop = not_plain(word(reader->data + i));

        if (stop != 0) {
            return i + lowest(stop);
        }
    }
    if (i == reader->left) {
        return i;
    }
    /* The zeros behind the last byte stop the run. */
    return i + lowest(not_plain(short_word(reader->data + i, reader->left - i)));
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

/* Top bits of lanes that are no hexadecimal digit; the other bits mean nothing. */
static inline uint64_t not_hex(uint64_t text)
{
    uint64_t digit = at_least(text, '0') & ~at_least(text, '9' + 1);
    uint64_t letter = at_least(text, 'a') & ~at_least(text, 'f' + 1);

    return ~(digit | letter) | text;
}

/*
 * Top bits of lanes that are not as in the form. A lane is the form's but for the bits of their
 * difference: at most 9 where '0' stands for a digit, none where a character stands for itself.
 */
static inline uint64_t misfit(uint64_t text, uint64_t form)
{
    uint64_t hex = equal(form, 'x');
    uint64_t most = (equal(form, '0') >> 7) * 9;
    uint64_t beyond = (text ^ form) + (EACH(0x7f) - most);

    return (beyond & ~hex) | (not_hex(text) & hex) | text;
}

static inline uint64_t word_misfit(uint64_t text, uint64_t form)
{
    return form == EACH('x') ? not_hex(text) : misfit(text, form); /* most words are */
}

/* Copy and judge: of a whole word both cost little more than reading it. */
static inline uint64_t copy_word(const uint8_t *text, const uint8_t *form, uint8_t *out)
{
    uint64_t value = word(text);

    put_word(out, value);
    return word_misfit(value, word(form));
}

static bool copy_short(const uint8_t *text, const uint8_t *form, size_t size, uint8_t *out)
{
    memcpy(out, text, size);
    return (misfit(short_word(text, size), short_word(form, size)) & TOP) == 0;
}

static bool copy_long(const uint8_t *text, const uint8_t *form, size_t size, uint8_t *out)
{
    uint64_t wrong = 0;
    size_t last = size - WORD; /* overlaps the one before when size is no multiple */

    for (size_t i = 0; i < last; i += WORD) {
        wrong |= copy_word(text + i, form + i, out + i);
    }
    wrong |= copy_word(text + last, form + last, out + last);
    return (wrong & TOP) == 0;
}

bool fws_reader_form(struct fws_reader *reader, const char *form, size_t size, char *out)
{
    const uint8_t *at = reader->data;
    const uint8_t *pattern = (const uint8_t *)form;
    uint8_t *to = (uint8_t *)out;

    if (size > reader->left || size == 0) {
        return size == 0;
    }
    fws_reader_skip(reader, size);
    return size < WORD ? copy_short(at, pattern, size, to) : copy_long(at, pattern, size, to);
}
