/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modulo p = 2^255 - 19 two powers of two are small: 2^255 = 19 and 2^256 = 38. A number too long is
 * made shorter by taking what stands above one of them and adding it, times 19 or 38, below.
 */
#include "verifier/builtin/field25519.h"

#include <string.h>

#define WORDS   FWS_F25519_WORDS
#define TOP_BIT 0x80000000u

const struct fws_f25519 fws_f25519_zero = {{0}};

/*
 * One word of a row: sum + addend * factor + carry, and the carry to the next word. With W = 2^32 the
 * largest possible value is (W - 1) + (W - 1)(W - 1) + (W - 1) = W^2 - 1: 64 bits are always enough.
 */
__attribute__((always_inline)) static inline uint32_t row_word(uint32_t *out, uint32_t sum,
                                                               uint32_t addend, uint32_t factor,
                                                               uint32_t carry)
{
    uint64_t value = (uint64_t)addend * factor + sum + carry;

    *out = (uint32_t)value;
    return (uint32_t)(value >> 32);
}

/* Where nearly all the time goes, and so written out word by word. */
uint32_t fws_words_multiply_add(uint32_t out[WORDS], const uint32_t sum[WORDS],
                                const uint32_t addend[WORDS], uint32_t factor)
{
    uint32_t carry = row_word(&out[0], sum[0], addend[0], factor, 0);

    carry = row_word(&out[1], sum[1], addend[1], factor, carry);
    carry = row_word(&out[2], sum[2], addend[2], factor, carry);
    carry = row_word(&out[3], sum[3], addend[3], factor, carry);
    carry = row_word(&out[4], sum[4], addend[4], factor, carry);
    carry = row_word(&out[5], sum[5], addend[5], factor, carry);
    carry = row_word(&out[6], sum[6], addend[6], factor, carry);
    return row_word(&out[7], sum[7], addend[7], factor, carry);
}

/* Stores in a row: half as long as a call of a memset made to be small. */
static inline void clear(uint32_t words[WORDS])
{
    words[0] = 0;
    words[1] = 0;
    words[2] = 0;
    words[3] = 0;
    words[4] = 0;
    words[5] = 0;
    words[6] = 0;
    words[7] = 0;
}

/* The sum must be below 2^256. The carry nearly always ends in the first word. */
static void add_small(struct fws_f25519 *out, uint32_t addend)
{
    uint64_t carry = addend;

    for (unsigned i = 0; i < WORDS && carry != 0; i++) {
        carry += out->word[i];
        out->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/*
 * Bring out + 2^256 * above below 2^256. With top = bits 255 and up of that number, it is congruent
 * to (out mod 2^255) + 19 * top; above is at most 38 in every caller, so this is below 2^255 + 1464.
 */
static void fold(struct fws_f25519 *out, uint32_t above)
{
    uint32_t top = (above << 1) | (out->word[WORDS - 1] >> 31);

    out->word[WORDS - 1] &= ~TOP_BIT;
    add_small(out, 19 * top);
}

/* a + b < 2^257: above is 0 or 1. */
void fws_f25519_add(struct fws_f25519 *out, const struct fws_f25519 *a, const struct fws_f25519 *b)
{
    fold(out, fws_words_multiply_add(out->word, a->word, b->word, 1));
}

/*
 * a - b + 4p, which is positive: 4p = 2^257 - 76 > 2^256 > b. With W = 2^32,
 *
 *     4p = 2W^8 - 76 = (2W - 2)(1 + W + ... + W^7) - 74
 *
 * so every word gets 2W - 2, which is more than b takes, and the lowest 74 less. No word is below
 * 2W - 2 - 74 - (W - 1) > 0. With a carry of at most 2 none is above 2 + 2W - 2 + (W - 1) = 3W - 1, so
 * that the carry stays at most 2, and above is one.
 */
void fws_f25519_sub(struct fws_f25519 *out, const struct fws_f25519 *a, const struct fws_f25519 *b)
{
    uint64_t carry = (uint64_t)0 - 74; /* modulo 2^64 until the first word makes it positive */

    for (unsigned i = 0; i < WORDS; i++) {
        carry += 0x1fffffffe + (uint64_t)a->word[i] - b->word[i];
        out->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
    fold(out, (uint32_t)carry);
}

/*
 * The product, word by word as on paper: row i adds a_i * b at place i. Words i to i + 7 hold what
 * earlier rows left there, word i + 8 is new. The high half then comes down times 38:
 * low + 38 * high < 39 * 2^256, so above is at most 38.
 */
void fws_f25519_mul(struct fws_f25519 *out, const struct fws_f25519 *a, const struct fws_f25519 *b)
{
    uint32_t product[2 * WORDS];

    clear(product);
    for (unsigned i = 0; i < WORDS; i++) {
        uint32_t *row = &product[i];

        row[WORDS] = fws_words_multiply_add(row, row, b->word, a->word[i]);
    }
    fold(out, fws_words_multiply_add(out->word, product, &product[WORDS], 38));
}

static void square_times(struct fws_f25519 *a, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        fws_f25519_mul(a, a, a);
    }
}

/*
 * (p - 5) / 8 = 2^252 - 3 = 4 (2^250 - 1) + 1. With one(n) = a^(2^n - 1), a run of n ones:
 *
 *     one(2n) = one(n)^(2^n) * one(n)        one(n + 1) = one(n)^2 * a
 *
 * so that the bits of 250 behind its first, read from the left, say how to get to one(250):
 * 1, 3, 7, 15, 31, 62, 125, 250.
 */
void fws_f25519_root_power(struct fws_f25519 *out, const struct fws_f25519 *a)
{
    struct fws_f25519 ones = *a;
    unsigned length = 1;

    for (unsigned bit = 7; bit > 0; bit--) {
        struct fws_f25519 shorter = ones;

        square_times(&ones, length);
        fws_f25519_mul(&ones, &ones, &shorter);
        length = 250u >> (bit - 1);
        if (length & 1) {
            square_times(&ones, 1);
            fws_f25519_mul(&ones, &ones, a);
        }
    }
    square_times(&ones, 2);
    fws_f25519_mul(out, &ones, a);
}

/* a^(p - 2), by Fermat: p - 2 = 2^255 - 21 = 8 (2^252 - 3) + 3. */
void fws_f25519_invert(struct fws_f25519 *out, const struct fws_f25519 *a)
{
    struct fws_f25519 power;

    fws_f25519_root_power(&power, a);
    square_times(&power, 3);
    for (unsigned i = 0; i < 3; i++) {
        fws_f25519_mul(&power, &power, a);
    }
    *out = power;
}

/*
 * Folded once more a is below 2^255 + 19 < 2p, so at most one p is too many: when a + 19 reaches bit
 * 255, which is when a >= p. Then a - p = a + 19 - 2^255, the same number without that bit.
 */
void fws_f25519_freeze(struct fws_f25519 *a)
{
    struct fws_f25519 less;

    fold(a, 0);
    less = *a;
    add_small(&less, 19);
    if ((less.word[WORDS - 1] & TOP_BIT) != 0) {
        less.word[WORDS - 1] &= ~TOP_BIT;
        *a = less;
    }
}

bool fws_f25519_equal(const struct fws_f25519 *a, const struct fws_f25519 *b)
{
    struct fws_f25519 difference;

    fws_f25519_sub(&difference, a, b);
    fws_f25519_freeze(&difference);
    return memcmp(&difference, &fws_f25519_zero, sizeof difference) == 0;
}
