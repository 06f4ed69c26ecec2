/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 with the whole message schedule on the stack and two rounds a turn: most of the speed
 * there is. Four rounds a turn move no variable and save another sixth of the instructions, but cost
 * 100 B on Cortex-M3, 184 B on M0+ and 240 B on RISC-V.
 */
#include "verifier/builtin/sha256.h"

/* W of section 6.2.2, step 1. */
static void schedule(uint32_t w[64], const uint8_t *block)
{
    uint32_t *end = w + 16;

    do {
        *w++ = fws_sha256_load(block);
        block += 4;
    } while (w != end);
    struct fws_sha256_recent recent = {.w0 = w[-16], .w14 = w[-2], .w15 = w[-1]};

    end += 48;
    do {
        fws_sha256_expand(w, &recent);
        w += 2;
    } while (w != end);
}

/*
 * Steps 2 and 3; a to h to w[0] to w[7], which are no longer needed.
 *
 * Not inlined: eight variables, two pointers and the temporaries are all the registers an Arm core
 * has, with those of the caller's loop beside them each round would reload some.
 */
__attribute__((noinline)) static void rounds(const uint32_t words[8], uint32_t w[64])
{
    uint32_t a = words[0], b = words[1], c = words[2], d = words[3];
    uint32_t e = words[4], f = words[5], g = words[6], h = words[7];
    const uint32_t *k = fws_sha256_k;

    do {
        fws_sha256_round(a, b, c, &d, e, f, g, &h, k[0] + w[0]);
        fws_sha256_round(h, a, b, &c, d, e, f, &g, k[1] + w[1]);
        /* After two rounds g and h stand where a and b did, and the others two places on. */
        uint32_t next_a = g, next_b = h;

        h = f;
        g = e;
        f = d;
        e = c;
        d = b;
        c = a;
        b = next_b;
        a = next_a;
        k += 2;
        w += 2;
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

const struct fws_hash_function fws_builtin_sha256_mid = {
    .hash = FWS_HASH_SHA256,
    .state_size = sizeof(struct fws_sha256),
    .begin = fws_sha256_begin,
    .update = update,
    .finish = finish,
};
