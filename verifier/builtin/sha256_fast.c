/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 with eight rounds and eight words of the schedule a turn. Sixteen of each saves another
 * 2 % on Cortex-M0+ and RISC-V, nothing on Cortex-M3, and doubles the code.
 */
#include "verifier/builtin/sha256.h"

/* W of section 6.2.2, step 1. */
static void schedule(uint32_t w[64], const uint8_t *block)
{
    uint32_t *end = w + 16;

    do {
        w[0] = fws_sha256_load(&block[0]);
        w[1] = fws_sha256_load(&block[4]);
        w[2] = fws_sha256_load(&block[8]);
        w[3] = fws_sha256_load(&block[12]);
        w += 4;
        block += 16;
    } while (w != end);
    struct fws_sha256_recent recent = {.w0 = w[-16], .w14 = w[-2], .w15 = w[-1]};

    end += 48;
    do {
        fws_sha256_expand(w, &recent);
        fws_sha256_expand(w + 2, &recent);
        fws_sha256_expand(w + 4, &recent);
        fws_sha256_expand(w + 6, &recent);
        w += 8;
    } while (w != end);
}

/*
 * bc is b ^ c: what a ^ b was a round ago. Maj(a, b, c) is b but where a and c both differ from it.
 */
FWS_SHA256_INLINE void fast_round(uint32_t a, uint32_t b, uint32_t *bc, uint32_t *d, uint32_t e,
                                  uint32_t f, uint32_t g, uint32_t *h, uint32_t kw)
{
    uint32_t ab = a ^ b;

    fws_sha256_half_round(a, d, e, f, g, h, kw);
    *h += b ^ (ab & *bc);
    *bc = ab;
}

/* Steps 2 and 3; a to h to w[0] to w[7], which are no longer needed. See sha256_mid.c. */
__attribute__((noinline)) static void rounds(const uint32_t words[8], uint32_t w[64])
{
    uint32_t a = words[0], b = words[1], c = words[2], d = words[3];
    uint32_t e = words[4], f = words[5], g = words[6], h = words[7];
    uint32_t bc = b ^ c;
    const uint32_t *k = fws_sha256_k;

    do {
        fast_round(a, b, &bc, &d, e, f, g, &h, k[0] + w[0]);
        fast_round(h, a, &bc, &c, d, e, f, &g, k[1] + w[1]);
        fast_round(g, h, &bc, &b, c, d, e, &f, k[2] + w[2]);
        fast_round(f, g, &bc, &a, b, c, d, &e, k[3] + w[3]);
        fast_round(e, f, &bc, &h, a, b, c, &d, k[4] + w[4]);
        fast_round(d, e, &bc, &g, h, a, b, &c, k[5] + w[5]);
        fast_round(c, d, &bc, &f, g, h, a, &b, k[6] + w[6]);
        fast_round(b, c, &bc, &e, f, g, h, &a, k[7] + w[7]);
        k += 8;
        w += 8;
    } while (k != fws_sha256_k + 64);
    w -= 64;
    w[0] = a;
    w[1] = b;
    w[2] = c;
    w[3] = d;
    w[4] = e;
    w[5] = f;
    w[6] = g;
    w[7] = h;
}

static void compress(uint32_t words[8], const uint8_t *blocks, size_t count)
{
    uint32_t w[64];

    for (; count > 0; count--, blocks += FWS_SHA256_BLOCK_SIZE) {
        schedule(w, blocks);
        rounds(words, w);
        for (size_t i = 0; i < 8; i++) {
            words[i] += w[i];
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

const struct fws_hash_function fws_builtin_sha256_fast = {
    .hash = FWS_HASH_SHA256,
    .state_size = sizeof(struct fws_sha256),
    .begin = fws_sha256_begin,
    .update = update,
    .finish = finish,
};
