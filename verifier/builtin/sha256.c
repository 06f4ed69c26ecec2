/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/builtin/sha256.h"

#include <string.h>

/* Section 4.2.2. */
const uint32_t fws_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* Section 5.3.3. */
static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

enum fws_status fws_sha256_begin(void *state)
{
    struct fws_sha256 *sha = state;

    memcpy(sha->words, initial, sizeof initial);
    sha->size = 0;
    return FWS_OK;
}

/* Whole blocks are hashed where they lie; only less than a block passes through sha->block. */
enum fws_status fws_sha256_update(void *state, const void *data, size_t size,
                                  fws_sha256_compress *compress)
{
    struct fws_sha256 *sha = state;
    const uint8_t *at = data;

    while (size > 0) {
        size_t used = sha->size % FWS_SHA256_BLOCK_SIZE;
        const uint8_t *blocks = at;
        size_t count = size / FWS_SHA256_BLOCK_SIZE;
        size_t taken = count * FWS_SHA256_BLOCK_SIZE;

        if (used > 0 || count == 0) {
            size_t room = FWS_SHA256_BLOCK_SIZE - used;

            taken = size < room ? size : room;
            memcpy(&sha->block[used], at, taken);
            blocks = sha->block;
            count = taken == room;
        }
        compress(sha->words, blocks, count);
        sha->size += (uint32_t)taken;
        at += taken;
        size -= taken;
    }
    return FWS_OK;
}

static void store(uint8_t *out, const uint32_t *words, size_t count)
{
    for (; count > 0; count--, words++, out += 4) {
        out[0] = (uint8_t)(*words >> 24);
        out[1] = (uint8_t)(*words >> 16);
        out[2] = (uint8_t)(*words >> 8);
        out[3] = (uint8_t)*words;
    }
}

/*
 * Section 5.1.1: a one bit, zeros up to 8 bytes before the end of a block, and there the length of
 * the message in bits.
 */
enum fws_status fws_sha256_finish(void *state, uint8_t *digest, fws_sha256_compress *compress)
{
    struct fws_sha256 *sha = state;
    const uint32_t bits[2] = {sha->size >> 29, sha->size << 3};
    size_t used = sha->size % FWS_SHA256_BLOCK_SIZE;

    sha->block[used++] = 0x80;
    while (used != FWS_SHA256_BLOCK_SIZE - sizeof bits) {
        if (used == FWS_SHA256_BLOCK_SIZE) {
            compress(sha->words, sha->block, 1);
            used = 0;
        }
        sha->block[used++] = 0;
    }
    store(&sha->block[used], bits, 2);
    compress(sha->words, sha->block, 1);
    store(digest, sha->words, 8);
    return FWS_OK;
}
