/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the three SHA-256 share: everything but the compression function.
 *
 * FIPS 180-4, section 6.2. The message is what an image, a key or an LMS signature consists of: all
 * of it public, so nothing is wiped here and nothing runs in constant time. It is shorter than
 * 4 GiB, as is every image, whose offsets have 32 bits; so has the counter of its bytes.
 */
#ifndef FWS_VERIFIER_BUILTIN_SHA256_H
#define FWS_VERIFIER_BUILTIN_SHA256_H

#include "verifier/builtin/builtin.h"

#define FWS_SHA256_BLOCK_SIZE 64u

struct fws_sha256 {
    uint32_t words[8];
    uint32_t size;                        /* of the message so far, bytes */
    uint8_t block[FWS_SHA256_BLOCK_SIZE]; /* its last size % 64 bytes */
};

/* Take count blocks, which may lie at any address, into words. */
typedef void fws_sha256_compress(uint32_t words[8], const uint8_t *blocks, size_t count);

/* The members of struct fws_hash_function; each variant hands in its compression function. */
enum fws_status fws_sha256_begin(void *state);
enum fws_status fws_sha256_update(void *state, const void *data, size_t size,
                                  fws_sha256_compress *compress);
enum fws_status fws_sha256_finish(void *state, uint8_t *digest, fws_sha256_compress *compress);

/* K of section 4.2.2. */
extern const uint32_t fws_sha256_k[64];

/* Left to itself gcc calls at -Os what follows: no less code, and two thirds more instructions. */
#define FWS_SHA256_INLINE __attribute__((always_inline, unused)) static inline

/*
 * A word of the message, big endian. It is put together from bytes, since a block may lie at any
 * address: where a core takes a load from any address compilers make of this one load and one swap,
 * where it faults they load bytes. A path of its own for aligned words saves 3 % on Cortex-M0+, but
 * costs code everywhere and speed on RISC-V.
 */
FWS_SHA256_INLINE uint32_t fws_sha256_load(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

FWS_SHA256_INLINE uint32_t fws_sha256_rotate(uint32_t x, unsigned int count)
{
    return x >> count | x << (32 - count);
}

/*
 * The sum of three rotations, nested: rotation distributes over xor, so
 *
 *     rot(x ^ rot(x ^ rot(x, c), b), a)  =  rot(x, a) ^ rot(x, a + b) ^ rot(x, a + b + c)
 *
 * and each step is one instruction where the second operand can be rotated for free.
 */
FWS_SHA256_INLINE uint32_t fws_sha256_rotate3(uint32_t x, unsigned int a, unsigned int b,
                                              unsigned int c)
{
    return fws_sha256_rotate(x ^ fws_sha256_rotate(x ^ fws_sha256_rotate(x, c), b), a);
}

FWS_SHA256_INLINE uint32_t fws_sha256_sum0(uint32_t x)
{
    return fws_sha256_rotate3(x, 2, 11, 9); /* 2, 13, 22 */
}

FWS_SHA256_INLINE uint32_t fws_sha256_sum1(uint32_t x)
{
    return fws_sha256_rotate3(x, 6, 5, 14); /* 6, 11, 25 */
}

FWS_SHA256_INLINE uint32_t fws_sha256_sigma0(uint32_t x)
{
    return fws_sha256_rotate(x, 7) ^ fws_sha256_rotate(x, 18) ^ x >> 3;
}

FWS_SHA256_INLINE uint32_t fws_sha256_sigma1(uint32_t x)
{
    return fws_sha256_rotate(x, 17) ^ fws_sha256_rotate(x, 19) ^ x >> 10;
}

/*
 * One round but for the renaming of its variables: h becomes the next a, d the next e. This is the
 * half that is not Maj: T1 into h, d + T1 into d, and Sum0(a) onto h. kw is K[t] + W[t].
 *
 * Ch(e, f, g) takes f where e is 1, else g.
 */
FWS_SHA256_INLINE void fws_sha256_half_round(uint32_t a, uint32_t *d, uint32_t e, uint32_t f,
                                             uint32_t g, uint32_t *h, uint32_t kw)
{
    *h += kw;
    *h += fws_sha256_sum1(e);
    *h += g ^ (e & (f ^ g));
    *d += *h;
    *h += fws_sha256_sum0(a);
}

/* Maj(a, b, c) is 1 where a and b both are, and where one is and c is. */
FWS_SHA256_INLINE void fws_sha256_round(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e,
                                        uint32_t f, uint32_t g, uint32_t *h, uint32_t kw)
{
    fws_sha256_half_round(a, d, e, f, g, h, kw);
    *h += (a & b) | ((a | b) & c);
}

/* What the next two words of the schedule need of those before them. */
struct fws_sha256_recent {
    uint32_t w0; /* W[t-16] */
    uint32_t w14;
    uint32_t w15; /* W[t-1] */
};

/* W[t] and W[t+1] at w: two at a time, each word is loaded once for two of its three uses. */
FWS_SHA256_INLINE void fws_sha256_expand(uint32_t *w, struct fws_sha256_recent *recent)
{
    uint32_t w1 = w[-15];

    recent->w14 = recent->w0 + fws_sha256_sigma0(w1) + w[-7] + fws_sha256_sigma1(recent->w14);
    w[0] = recent->w14;
    recent->w0 = w[-14];
    recent->w15 = w1 + fws_sha256_sigma0(recent->w0) + w[-6] + fws_sha256_sigma1(recent->w15);
    w[1] = recent->w15;
}

#endif
