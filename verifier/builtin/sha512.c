/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-384 and SHA-512: FIPS 180-4, sections 6.4 and 6.5, in little code first and little stack
 * second.
 *
 * The message is what an image or a key consists of, all of it public: nothing is wiped here and
 * nothing runs in constant time.
 */
#include <string.h>

#include "verifier/builtin/builtin.h"

#define BLOCK_SIZE 128u

/* What gcc would inline at -Os, for larger code that is also slower for want of registers. */
#define NOINLINE __attribute__((noinline))

struct sha512 {
    uint64_t words[8];
    uint64_t size;             /* of the message so far, bytes; below 2^61 */
    uint8_t block[BLOCK_SIZE]; /* its last size % 128 bytes */
};

/* Section 4.2.3. */
static const uint64_t k[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Section 5.3.4. */
static const uint64_t initial384[8] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

/* Section 5.3.5. */
static const uint64_t initial512[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* By bytes, since a block may lie at any address: see fws_sha256_load. */
static uint64_t load(const uint8_t *at)
{
    uint32_t high = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    uint32_t low = (uint32_t)at[4] << 24 | (uint32_t)at[5] << 16 | (uint32_t)at[6] << 8 | at[7];

    return (uint64_t)high << 32 | low;
}

NOINLINE static void store(uint8_t *out, uint64_t value)
{
    for (size_t i = 8; i > 0; i--) {
        out[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

static inline uint64_t rotate(uint64_t x, unsigned int count)
{
    return x >> count | x << (64 - count);
}

/*
 * The sum of the rotations by a, a + b and a + b + c; sha256.h derives it. One value is rotated
 * where it stands, which asks for fewer registers than three rotations of one value.
 */
static inline uint64_t rotate3(uint64_t x, unsigned int a, unsigned int b, unsigned int c)
{
    return rotate(x ^ rotate(x ^ rotate(x, c), b), a);
}

/* W[t] of section 6.4.2, step 1, in place of W[t-16]. */
NOINLINE static void expand(uint64_t w[16], unsigned int t)
{
    uint64_t w1 = w[(t + 1) % 16];
    uint64_t w14 = w[(t + 14) % 16];

    w[t % 16] += (rotate(w1, 1) ^ rotate(w1, 8) ^ w1 >> 7) + w[(t + 9) % 16] +
                 (rotate(w14, 19) ^ rotate(w14, 61) ^ w14 >> 6);
}

/*
 * Step 3 on state[0] to state[7], which are a to h. All but two variables are only renamed: they
 * keep their places, and for the next round the array begins one word earlier, with the new a.
 *
 * Ch(e, f, g) takes f where e is 1, else g. Maj(a, b, c) is 1 where a and b both are, and where one
 * is and c is.
 */
NOINLINE static void one_round(uint64_t *state, uint64_t kw)
{
    uint64_t e = state[4], g = state[6];
    uint64_t sum = state[7] + kw;

    sum += rotate3(e, 14, 4, 23); /* 14, 18, 41 */
    sum += g ^ (e & (state[5] ^ g));
    state[3] += sum;
    uint64_t a = state[0], b = state[1];

    sum += rotate3(a, 28, 6, 5); /* 28, 34, 39 */
    sum += (a & b) | ((a | b) & state[2]);
    state[-1] = sum;
}

static void compress(uint64_t words[8], const uint8_t *block)
{
    uint64_t w[16];
    uint64_t x[16 + 8]; /* the state slides from x[16] to x[0], five times */

    memcpy(x, words, 8 * sizeof x[0]);
    for (unsigned int t = 0; t < 80; t++) {
        if (t % 16 == 0) {
            memcpy(&x[16], x, 8 * sizeof x[0]);
        }
        if (t < 16) {
            w[t] = load(&block[8 * t]);
        } else {
            expand(w, t);
        }
        one_round(&x[16 - t % 16], k[t] + w[t % 16]);
    }
    for (size_t i = 0; i < 8; i++) {
        words[i] += x[i];
    }
}

static enum fws_status begin(struct sha512 *sha, const uint64_t initial[8])
{
    memcpy(sha->words, initial, sizeof sha->words);
    sha->size = 0;
    return FWS_OK;
}

static enum fws_status begin384(void *state)
{
    return begin(state, initial384);
}

static enum fws_status begin512(void *state)
{
    return begin(state, initial512);
}

/* Whole blocks are hashed where they lie; only less than a block passes through sha->block. */
static enum fws_status update(void *state, const void *data, size_t size)
{
    struct sha512 *sha = state;
    const uint8_t *at = data;

    while (size > 0) {
        size_t used = sha->size % BLOCK_SIZE;
        size_t room = BLOCK_SIZE - used;
        size_t taken = size < room ? size : room;
        const uint8_t *block = at;

        if (taken < BLOCK_SIZE) {
            memcpy(&sha->block[used], at, taken);
            block = sha->block;
        }
        if (taken == room) {
            compress(sha->words, block);
        }
        sha->size += taken;
        at += taken;
        size -= taken;
    }
    return FWS_OK;
}

/*
 * Section 5.1.2: a one bit, zeros up to 16 bytes before the end of a block, and there the length of
 * the message in bits. It is below 2^64, so the first 8 of the 16 bytes are zero.
 */
static void pad(struct sha512 *sha)
{
    size_t used = sha->size % BLOCK_SIZE;

    sha->block[used++] = 0x80;
    while (used != BLOCK_SIZE - 16) {
        if (used == BLOCK_SIZE) {
            compress(sha->words, sha->block);
            used = 0;
        }
        sha->block[used++] = 0;
    }
    store(&sha->block[BLOCK_SIZE - 16], 0);
    store(&sha->block[BLOCK_SIZE - 8], sha->size << 3);
    compress(sha->words, sha->block);
}

static enum fws_status finish384(void *state, uint8_t *digest)
{
    struct sha512 *sha = state;

    pad(sha);
    for (size_t i = 0; i < 6; i++) {
        store(&digest[8 * i], sha->words[i]);
    }
    return FWS_OK;
}

static enum fws_status finish512(void *state, uint8_t *digest)
{
    struct sha512 *sha = state;

    (void)finish384(state, digest);
    store(&digest[48], sha->words[6]);
    store(&digest[56], sha->words[7]);
    return FWS_OK;
}

const struct fws_hash_function fws_builtin_sha384 = {
    .hash = FWS_HASH_SHA384,
    .state_size = sizeof(struct sha512),
    .begin = begin384,
    .update = update,
    .finish = finish384,
};

const struct fws_hash_function fws_builtin_sha512 = {
    .hash = FWS_HASH_SHA512,
    .state_size = sizeof(struct sha512),
    .begin = begin512,
    .update = update,
    .finish = finish512,
};
