/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 with the whole message schedule on the stack and four rounds a turn: most of the
 * speed there is, for the least code that has it.
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

FWS_SHA256_INLINE void swap(uint32_t *x, uint32_t *y)
{
    uint32_t z = *x;

    *x = *y;
    *y = z;
}

/*
 * Steps 2 and 3; a to h to w[0] to w[7], which are no longer needed.
 *
 * After four rounds a to d stand where e to h stood and the other way round; the exchange costs
 * nothing, it only tells the compiler which register is which. Not inlined: eight variables, two
 * pointers and the temporaries are all the registers an Arm core has, with those of the caller's
 * loop beside them each round would reload some.
 */
__attribute__((noinline)) static void rounds(const uint32_t words[8], uint32_t w[64])
{
    uint32_t a = words[0], b = words[1], c = words[2], d = words[3];
    uint32_t e = words[4], f = words[5], g = words[6], h = words[7];
    const uint32_t *k = fws_sha256_k;

    do {
        fws_sha256_round(a, b, c, &d, e, f, g, &h, k[0] + w[0]);
        fws_sha256_round(h, a, b, &c, d, e, f, &g, k[1] + w[1]);
        fws_sha256_round(g, h, a, &b, c, d, e, &f, k[2] + w[2]);
        fws_sha256_round(f, g, h, &a, b, c, d, &e, k[3] + w[3]);
        swap(&a, &e);
        swap(&b, &f);
        swap(&c, &g);
        swap(&d, &h);
        k += 4;
        w += 4;
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
