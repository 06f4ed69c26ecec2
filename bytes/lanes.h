/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text is judged eight bytes at once, each in a lane of its own of one 64-bit word: a jump for
 * each character is most of what reading a log costs. The first byte is the lowest lane on every
 * machine, as words are put together from bytes.
 *
 * A lane's answer is its top bit. Sums stay within a lane as long as both of its numbers are
 * below 0x80; what is not ASCII is therefore masked, or refused at the end.
 *
 * Private to bytes/, and in line always: what a form says of each word is then worked out by the
 * compiler.
 */
#ifndef FWS_BYTES_LANES_H
#define FWS_BYTES_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FWS_ALWAYS_INLINE __attribute__((always_inline)) static inline

#define FWS_LANES         UINT64_C(0x0101010101010101)
#define FWS_LANES_TOP     (FWS_LANES * 0x80)
#define FWS_LANES_EACH(c) (FWS_LANES * (uint8_t)(c))
#define FWS_WORD          8u

FWS_ALWAYS_INLINE uint64_t fws_word(const uint8_t *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

FWS_ALWAYS_INLINE void fws_word_put(uint8_t *at, uint64_t value)
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
FWS_ALWAYS_INLINE uint64_t fws_word_short(const uint8_t *at, size_t size)
{
    uint64_t value = 0;

    for (size_t i = size; i > 0; i--) {
        value = value << 8 | at[i - 1];
    }
    return value;
}

/* Lanes, all below 0x80, that are at least low: those of them plus 0x80 - low reach the top bit. */
FWS_ALWAYS_INLINE uint64_t fws_lanes_at_least(uint64_t lanes, uint8_t low)
{
    return lanes + FWS_LANES_EACH(0x80 - low);
}

FWS_ALWAYS_INLINE uint64_t fws_lanes_equal(uint64_t lanes, uint8_t value)
{
    return ~fws_lanes_at_least(lanes ^ FWS_LANES_EACH(value), 1) & FWS_LANES_TOP;
}

/* Top bits of lanes that are no hexadecimal digit; the other bits mean nothing. */
FWS_ALWAYS_INLINE uint64_t fws_lanes_not_hex(uint64_t text)
{
    uint64_t digit = fws_lanes_at_least(text, '0') & ~fws_lanes_at_least(text, '9' + 1);
    uint64_t letter = fws_lanes_at_least(text, 'a') & ~fws_lanes_at_least(text, 'f' + 1);

    return ~(digit | letter) | text;
}

/*
 * Top bits of lanes that are not as in the form. A lane is the form's but for the bits of their
 * difference: at most 9 where '0' stands for a digit, none where a character stands for itself.
 */
FWS_ALWAYS_INLINE uint64_t fws_lanes_misfit(uint64_t text, uint64_t form)
{
    uint64_t hex = fws_lanes_equal(form, 'x');
    uint64_t most = (fws_lanes_equal(form, '0') >> 7) * 9;
    uint64_t beyond = (text ^ form) + (FWS_LANES_EACH(0x7f) - most);

    return (beyond & ~hex) | (fws_lanes_not_hex(text) & hex) | text;
}

/* Most words are nothing but digits. */
FWS_ALWAYS_INLINE uint64_t fws_word_misfit(uint64_t text, uint64_t form)
{
    return form == FWS_LANES_EACH('x') ? fws_lanes_not_hex(text) : fws_lanes_misfit(text, form);
}

/* Copy and judge: of a whole word both cost little more than reading it. */
FWS_ALWAYS_INLINE uint64_t fws_word_copy(const uint8_t *text, const uint8_t *form, uint8_t *out)
{
    uint64_t value = fws_word(text);

    fws_word_put(out, value);
    return fws_word_misfit(value, fws_word(form));
}

FWS_ALWAYS_INLINE bool fws_form_copy_short(const uint8_t *text, const uint8_t *form, size_t size,
                                           uint8_t *out)
{
    memcpy(out, text, size);
    return (fws_lanes_misfit(fws_word_short(text, size), fws_word_short(form, size)) &
            FWS_LANES_TOP) == 0;
}

FWS_ALWAYS_INLINE bool fws_form_copy_long(const uint8_t *text, const uint8_t *form, size_t size,
                                          uint8_t *out)
{
    uint64_t wrong = 0;
    size_t last = size - FWS_WORD; /* overlaps the one before when size is no multiple */

#pragma GCC unroll 8 /* a form is short; rolled up, the five of an entry take 10 ns more */
    for (size_t i = 0; i < last; i += FWS_WORD) {
        wrong |= fws_word_copy(text + i, form + i, out + i);
    }
    wrong |= fws_word_copy(text + last, form + last, out + last);
    return (wrong & FWS_LANES_TOP) == 0;
}

#endif
