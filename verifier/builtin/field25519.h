/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic modulo p = 2^255 - 19 for Ed25519, and the one loop of word arithmetic it stands on.
 *
 * An element is eight 32-bit words, the least significant first, and may be any 256-bit number:
 * it stands for its remainder modulo p. Only fws_f25519_freeze makes that remainder the only form.
 * Every function takes any element and leaves a whole one, so there are no bounds to be carried
 * from call to call. Results may be written over operands.
 *
 * Public data only: the time depends on the numbers.
 */
#ifndef FWS_VERIFIER_BUILTIN_FIELD25519_H
#define FWS_VERIFIER_BUILTIN_FIELD25519_H

#include <stdbool.h>
#include <stdint.h>

#define FWS_F25519_WORDS 8u

struct fws_f25519 {
    uint32_t word[FWS_F25519_WORDS];
};

extern const struct fws_f25519 fws_f25519_zero;

/* out = sum + addend * factor, eight words of it; returns the ninth. out may be either operand. */
uint32_t fws_words_multiply_add(uint32_t out[FWS_F25519_WORDS],
                                const uint32_t sum[FWS_F25519_WORDS],
                                const uint32_t addend[FWS_F25519_WORDS], uint32_t factor);

void fws_f25519_add(struct fws_f25519 *out, const struct fws_f25519 *a, const struct fws_f25519 *b);
void fws_f25519_sub(struct fws_f25519 *out, const struct fws_f25519 *a, const struct fws_f25519 *b);
void fws_f25519_mul(struct fws_f25519 *out, const struct fws_f25519 *a, const struct fws_f25519 *b);

/* a^((p - 5) / 8), of which both the square root and the inverse are made. */
void fws_f25519_root_power(struct fws_f25519 *out, const struct fws_f25519 *a);

/* 1 / a; of 0 it is 0. */
void fws_f25519_invert(struct fws_f25519 *out, const struct fws_f25519 *a);

/* The remainder itself, 0 to p - 1. */
void fws_f25519_freeze(struct fws_f25519 *a);

bool fws_f25519_equal(const struct fws_f25519 *a, const struct fws_f25519 *b);

#endif
