/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step all long multiplication is made of, as the processor does it best.
 *
 * Armv6-M and Armv8-M Baseline (Cortex-M0+, M23) multiply 32 bits to 32 bits only. There the C
 * operator becomes a call of a library function that multiplies 64 by 64 bits; four products of
 * halves are shorter, and are inlined.
 */
#ifndef FWS_VERIFIER_BUILTIN_WIDE_H
#define FWS_VERIFIER_BUILTIN_WIDE_H

#include <stdint.h>

/*
 * fws_wide_step: *word becomes the low half of *word + a * b + carry; returns the high half. With
 * m = 2^32 - 1 the largest sum is m + m^2 + m = 2^64 - 1, so there is nothing above the high half.
 */
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)

/*
 * The same in halves, h = 2^16 - 1. A product and two halves are at most h^2 + 2h = 2^32 - 1, so no
 * sum below overflows; the last one is the high half above, which fits.
 */
static inline uint32_t fws_wide_step(uint32_t *word, uint32_t a, uint32_t b, uint32_t carry)
{
    uint32_t w = *word;
    uint32_t low_b = b & 0xffffu;
    uint32_t high_b = b >> 16;
    uint32_t low = (a & 0xffffu) * low_b + (w & 0xffffu) + (carry & 0xffffu);
    uint32_t first = (a >> 16) * low_b + (low >> 16) + (w >> 16);
    uint32_t second = (a & 0xffffu) * high_b + (first & 0xffffu) + (carry >> 16);

    *word = second << 16 | (low & 0xffffu);
    return (a >> 16) * high_b + (first >> 16) + (second >> 16);
}

#else

static inline uint32_t fws_wide_step(uint32_t *word, uint32_t a, uint32_t b, uint32_t carry)
{
    uint64_t sum = (uint64_t)*word + carry;

    sum += (uint64_t)a * b;
    *word = (uint32_t)sum;
    return (uint32_t)(sum >> 32);
}

#endif

/*
 * Stands before a loop of eight steps. Where a step is five instructions the loop around it costs
 * half as much again, and is written out; elsewhere that would save little and take much.
 */
#if defined(__ARM_ARCH) && __ARM_ARCH >= 7
#define FWS_WIDE_UNROLL _Pragma("GCC unroll 8")
#else
#define FWS_WIDE_UNROLL
#endif

#endif
