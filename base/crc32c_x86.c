/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x86-64: the CRC32 instruction of SSE4.2 takes eight bytes, begins a cycle after the one before and
 * ends three cycles after its beginning. So three parts of the input go side by side, and are put
 * together by a multiplication without carries (PCLMULQDQ).
 */
#include <immintrin.h>
#include <string.h>

#include "base/crc32c_path.h"

#define WORD         ((size_t)8)
#define PARTS        ((size_t)3)
#define PART_MAX     32u                /* words: half of what shifts has */
#define PARTS_AT_ALL (PARTS * WORD * 4) /* bytes from which on it pays */
#define TARGET       __attribute__((target("sse4.2,pclmul")))

/*
 * The register advances over n words of zeros when it is multiplied by x^(64n) modulo the
 * polynomial. shifts[n] is x^(64n - 33), bits reflected: the missing 33 come from the instruction
 * that reduces the product (32) and from the reflected product's lying one bit lower.
 */
static const uint32_t shifts[2 * PART_MAX + 1] = {
    0x00000000u, 0x00000001u, 0x493c7d27u, 0xf20c0dfeu, 0xba4fc28eu, 0x3da6d0cbu, 0xddc0152bu,
    0x1c291d04u, 0x9e4addf8u, 0x740eef02u, 0x39d3b296u, 0x083a6eecu, 0x0715ce53u, 0xc49f4f67u,
    0x47db8317u, 0x2ad91c30u, 0x0d3b6092u, 0x6992cea2u, 0xc96cfdc0u, 0x7e908048u, 0x878a92a7u,
    0x1b3d8f29u, 0xdaece73eu, 0xf1d0f55eu, 0xab7aff2au, 0xa87ab8a8u, 0x2162d385u, 0x8462d800u,
    0x83348832u, 0x71d111a8u, 0x299847d5u, 0xffd852c6u, 0xb9e02b86u, 0xdcb17aa4u, 0x18b33a4eu,
    0xf37c5aeeu, 0xb6dd949bu, 0x6051d5a2u, 0x78d9ccb7u, 0x18b0d4ffu, 0xbac2fd7bu, 0x21f3d99cu,
    0xa60ce07bu, 0x8f158014u, 0xce7f39f4u, 0xa00457f7u, 0x61d82e56u, 0x8d6d2c43u, 0xd270f1a2u,
    0x00ac29cfu, 0xc619809du, 0xe9adf796u, 0x2b3cac5du, 0x96638b34u, 0x65863b64u, 0xe0e9f351u,
    0x1b03397fu, 0x9af01f2du, 0xebb883bdu, 0x2cff42cfu, 0xb3e32c28u, 0x88f25a3au, 0x064f7f26u,
    0x4e36f0b0u, 0xdd7e3b0cu,
};

TARGET static uint64_t take_word(uint64_t crc, const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return _mm_crc32_u64(crc, word);
}

/* The register advanced over n words, not reduced so far. */
TARGET static uint64_t shift(uint64_t crc, size_t n)
{
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)crc),
                                           _mm_cvtsi64_si128((long long)shifts[n]), 0);

    return (uint64_t)_mm_cvtsi128_si64(product);
}

/* Three parts of n words each. */
TARGET static uint64_t take_parts(uint64_t first, const uint8_t *at, size_t n)
{
    uint64_t second = 0;
    uint64_t third = 0;

    for (const uint8_t *end = at + WORD * n; at < end; at += WORD) {
        first = take_word(first, at);
        second = take_word(second, at + WORD * n);
        third = take_word(third, at + 2 * WORD * n);
    }
    return _mm_crc32_u64(0, shift(first, 2 * n) ^ shift(second, n)) ^ third;
}

TARGET static uint32_t crc32c(uint32_t start, const uint8_t *at, size_t size)
{
    uint64_t crc = start;

    while (size >= PARTS_AT_ALL) {
        size_t n = size / (PARTS * WORD) < PART_MAX ? size / (PARTS * WORD) : PART_MAX;

        crc = take_parts(crc, at, n);
        at += PARTS * WORD * n;
        size -= PARTS * WORD * n;
    }
    for (; size >= WORD; size -= WORD, at += WORD) {
        crc = take_word(crc, at);
    }
    for (; size > 0; size--, at++) {
        crc = _mm_crc32_u8((uint32_t)crc, *at);
    }
    return (uint32_t)crc;
}

fws_crc32c_fn *fws_crc32c_by_instructions(void)
{
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul") ? crc32c : NULL;
}
