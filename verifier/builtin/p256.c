/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/builtin/p256.h"

#include "verifier/builtin/builtin.h"
#include "verifier/builtin/wide.h"

static uint32_t add_raw(uint32_t *out, const uint32_t *a, const uint32_t *b)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < LIMBS; i++) {
        sum += (uint64_t)a[i] + b[i];
        out[i] = (uint32_t)sum;
        sum >>= 32;
    }
    return (uint32_t)sum;
}

static uint32_t subtract_raw(uint32_t *out, const uint32_t *a, const uint32_t *b)
{
    uint32_t borrow = 0;

    for (unsigned i = 0; i < LIMBS; i++) {
        uint64_t difference_of_words = (uint64_t)a[i] - b[i] - borrow;

        out[i] = (uint32_t)difference_of_words;
        borrow = (uint32_t)(difference_of_words >> 63);
    }
    return borrow;
}

/* *word += value + carry; returns the carry, at most 1 when carry is. */
static uint32_t add_word(uint32_t *word, uint32_t value, uint32_t carry)
{
    uint32_t sum = *word + value;
    uint32_t out = sum < value;

    *word = sum + carry;
    return out + (*word < carry);
}

/* The 8 words at w += factor * b; returns the ninth. */
static uint32_t add_row(uint32_t *w, uint32_t factor, const uint32_t *b)
{
    uint32_t carry = 0;

    FWS_WIDE_UNROLL
    for (unsigned j = 0; j < LIMBS; j++) {
        carry = fws_wide_step(&w[j], factor, b[j], carry);
    }
    return carry;
}

/*
 * Montgomery's multiplication, a row of the product and a word of the reduction in turn. Let T be
 * the 257-bit number top, w[7], ..., w[0]. Each turn makes it
 *
 *     (T + a[i] b + q p) / 2^32 with q = T + a[i] b mod 2^32
 *
 * which is an integer, as p is -1 modulo 2^32. If T < 2p before then after, too, since
 * 2p + (2^32 - 1) p + (2^32 - 1) p = 2^32 * 2p; and 2p < 2^257.
 *
 * q p needs no multiplication: q p + q = q (2^96 + 2^192 + 2^224 (2^32 - 1)), where q (2^32 - 1) is
 * -q in the lower of two words and in the higher q - 1, or 0 for q = 0. The words below are cleared
 * by -q, and left behind by moving on by one.
 */
static uint32_t multiply_raw(uint32_t *out, const uint32_t *a, const uint32_t *b, uint32_t *product)
{
    uint32_t *w = product;
    uint32_t top = 0;

    for (unsigned i = 0; i < LIMBS; i++) {
        w[i] = 0;
    }
    for (unsigned i = 0; i < LIMBS; i++) {
        w[8] = add_row(w, a[i], b);
        uint32_t q = w[0];
        uint32_t carry = add_word(&w[3], q, 0);

        carry = add_word(&w[4], 0, carry);
        carry = add_word(&w[5], 0, carry);
        carry = add_word(&w[6], q, carry);
        carry = add_word(&w[7], 0 - q, carry);
        top = add_word(&w[8], q - (q != 0), top);
        top += add_word(&w[8], 0, carry);
        w++;
    }
    copy(out, w);
    return top;
}

const struct fws_signature_scheme fws_builtin_p256 = {
    .alg = FWS_ALG_P256,
    .scratch_size = sizeof(struct work),
    .verify = verify,
};
