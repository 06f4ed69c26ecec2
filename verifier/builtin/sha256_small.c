/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 with one round a turn, for the least code.
 *
 * A round only renames six of the eight variables. Here they keep their places in memory and the
 * array slides: state[0] to state[7] are a to h, and one round later the array begins one word
 * earlier. The word before state[0] is then the new a; until then it is the round's word of the
 * schedule, which is laid out backwards, so that one pointer serves both:
 *
 *     x[0]     ...  x[62]  x[63]  x[64]  ...  x[71]
 *     W[63]         W[1]   W[0]   a           h        before the first round
 *     a        ...  h                                  after the last
 */
#include "verifier/builtin/sha256.h"

static void compress(uint32_t words[8], const uint8_t *blocks, size_t count)
{
    uint32_t x[64 + 8];

    for (; count > 0; count--) {
        const uint32_t *k = fws_sha256_k;
        uint32_t *state = x + 64 + 8;

        for (size_t i = 8; i > 0; i--) {
            *--state = words[i - 1];
        }
        uint32_t *w = state;

        do {
            *--w = fws_sha256_load(blocks);
            blocks += 4;
        } while (w != x + 48);
        do {
            w--;
            *w = w[16] + fws_sha256_sigma0(w[15]) + w[7] + fws_sha256_sigma1(w[2]);
        } while (w != x);
        do {
            uint32_t h = state[7];

            fws_sha256_round(state[0], state[1], state[2], &state[3], state[4], state[5], state[6],
                             &h, *k++ + state[-1]);
            *--state = h;
        } while (state != x);
        for (size_t i = 0; i < 8; i++) {
            words[i] += x[i];
        }
    }
}

static enum fws_status update(void *state, const void *data, size_t size)
{
    return fws_sha256_update(state, data, size, compress);
}

static enum fws_status finish(void *state, uint8_t *digest)
{
    return fws_sha256_finish(state, digest, compress);
}

const struct fws_hash_function fws_builtin_sha256_small = {
    .hash = FWS_HASH_SHA256,
    .state_size = sizeof(struct fws_sha256),
    .begin = fws_sha256_begin,
    .update = update,
    .finish = finish,
};
