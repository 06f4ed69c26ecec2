/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/builtin/edwards25519.h"

#include <string.h>

#define WORDS    FWS_F25519_WORDS
#define SIGN_BIT 0x80000000u /* of x, in the last word of an encoding */

/* d = -121665 / 121666. */
static const struct fws_f25519 d = {{0x135978a3, 0x75eb4dca, 0x4141d8ab, 0x00700a4d, 0x7779e898,
                                     0x8cc74079, 0x2b6ffe73, 0x52036cee}};

/* 2^((p - 1) / 4), a square root of -1. */
static const struct fws_f25519 root_of_minus_one = {{0x4a0ea0b0, 0xc4ee1b27, 0xad2fe478, 0x2f431806,
                                                     0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b,
                                                     0x2b832480}};

static const struct fws_f25519 one = {{1}};

/* B, whose y is 4 / 5 and whose x is even. */
const struct fws_ed_addend fws_ed_base = {
    .sum = {{0xf58c3b85, 0x2fbc93c6, 0xfb8c0e19, 0xcf932dc6, 0x643d42c2, 0x270b4898, 0x33d4ba65,
             0x07cf9d3a}},
    .difference = {{0xd740913e, 0x9d103905, 0xd140beb3, 0xfd399f05, 0x688f8a09, 0xa5c18434,
                    0x98f81267, 0x44fd2f92}},
    .product = {{0x877aaa68, 0xabc91205, 0xccaac49e, 0x26d9e823, 0xdd43598c, 0x5a1b7dcb, 0x9f0c65a8,
                 0x6f117b68}},
};

void fws_ed_neutral(struct fws_ed_point *out)
{
    memset(out, 0, sizeof *out);
    out->y = one;
    out->z = one;
}

/* What addition and doubling end with: x = e f, y = g h and z = f g, and so x y / z = e h. */
static void finish(struct fws_ed_point *point, const struct fws_f25519 *f,
                   const struct fws_f25519 *g)
{
    fws_f25519_mul(&point->x, &point->e, f);
    fws_f25519_mul(&point->y, g, &point->h);
    fws_f25519_mul(&point->z, f, g);
}

/*
 * Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited", 2008, section 3.3, for a = -1, all
 * four of e, f, g, h with the other sign, which cancels in every product:
 * g = x^2 - y^2, h = x^2 + y^2, e = h - (x + y)^2 = -2 x y, f = g + 2 z^2.
 */
void fws_ed_double(struct fws_ed_point *point)
{
    struct fws_f25519 *e = &point->e;
    struct fws_f25519 *h = &point->h;
    struct fws_f25519 f;
    struct fws_f25519 g;

    fws_f25519_add(e, &point->x, &point->y);
    fws_f25519_mul(e, e, e);
    fws_f25519_mul(&point->x, &point->x, &point->x);
    fws_f25519_mul(&point->y, &point->y, &point->y);
    fws_f25519_mul(&f, &point->z, &point->z);
    fws_f25519_add(&f, &f, &f);
    fws_f25519_add(h, &point->x, &point->y);
    fws_f25519_sub(e, h, e);
    fws_f25519_sub(&g, &point->x, &point->y);
    fws_f25519_add(&f, &f, &g);
    finish(point, &f, &g);
}

/*
 * Section 3.1 of the same, the addend's z being 1. Minus the addend is (-x, y): its sum and difference
 * change places, and its product its sign, which makes f and g change places.
 */
void fws_ed_add(struct fws_ed_point *point, const struct fws_ed_addend *addend, bool negative)
{
    struct fws_f25519 *e = &point->e;
    struct fws_f25519 *h = &point->h;
    struct fws_f25519 f;
    struct fws_f25519 g;

    fws_f25519_mul(&f, e, h);
    fws_f25519_mul(&f, &f, &addend->product);
    fws_f25519_sub(e, &point->y, &point->x);
    fws_f25519_add(h, &point->y, &point->x);
    fws_f25519_mul(e, e, negative ? &addend->sum : &addend->difference);
    fws_f25519_mul(h, h, negative ? &addend->difference : &addend->sum);
    fws_f25519_sub(&g, h, e);
    fws_f25519_add(h, h, e);
    *e = g;
    fws_f25519_add(&point->z, &point->z, &point->z);
    fws_f25519_add(&g, &point->z, &f);
    fws_f25519_sub(&f, &point->z, &f);
    if (negative) {
        finish(point, &g, &f);
    } else {
        finish(point, &f, &g);
    }
}

/*
 * RFC 8032, section 5.1.3: x^2 = u / v with u = y^2 - 1 and v = d y^2 + 1, and the candidate
 * u v^3 (u v^7)^((p - 5) / 8) is a root of it, or times a square root of -1, or there is none.
 * Of the two roots this takes the one that makes the point minus what was encoded.
 */
static bool find_x(struct fws_f25519 *x, const struct fws_f25519 *y, bool odd)
{
    struct fws_f25519 u;
    struct fws_f25519 v;
    struct fws_f25519 t;

    fws_f25519_mul(&u, y, y);
    fws_f25519_mul(&v, &u, &d);
    fws_f25519_sub(&u, &u, &one);
    fws_f25519_add(&v, &v, &one);
    fws_f25519_mul(&t, &v, &v);
    fws_f25519_mul(&t, &t, &v);
    fws_f25519_mul(x, &t, &u);
    fws_f25519_mul(&t, &t, x);
    fws_f25519_mul(&t, &t, &v);
    fws_f25519_root_power(&t, &t);
    fws_f25519_mul(x, x, &t);
    for (unsigned tries = 0; tries < 2; tries++) {
        fws_f25519_mul(&t, x, x);
        fws_f25519_mul(&t, &t, &v);
        if (fws_f25519_equal(&t, &u)) {
            fws_f25519_freeze(x);
            if ((x->word[0] & 1) == odd) {
                fws_f25519_sub(x, &fws_f25519_zero, x);
            }
            return true;
        }
        fws_f25519_mul(x, x, &root_of_minus_one);
    }
    return false;
}

static void addend_from(struct fws_ed_addend *out, const struct fws_f25519 *x,
                        const struct fws_f25519 *y)
{
    fws_f25519_add(&out->sum, y, x);
    fws_f25519_sub(&out->difference, y, x);
    fws_f25519_mul(&out->product, x, y);
    fws_f25519_mul(&out->product, &out->product, &d);
    fws_f25519_add(&out->product, &out->product, &out->product);
}

/*
 * Four times a point is (0, 1) or (0, -1) exactly when its order divides 8. Such a key would let
 * signatures be made without a secret. Among them are the two points with x = 0, so that their
 * encoding with the sign of x set needs no check of its own.
 */
static bool is_small(struct fws_ed_point *point)
{
    point->z = one;
    fws_ed_double(point);
    fws_ed_double(point);
    return fws_f25519_equal(&point->x, &fws_f25519_zero);
}

bool fws_ed_decode_minus(struct fws_ed_addend *out, const uint32_t words[WORDS])
{
    struct fws_ed_point point;
    struct fws_f25519 *y = &point.y;
    struct fws_f25519 *frozen = &point.z;
    bool odd = (words[WORDS - 1] & SIGN_BIT) != 0;

    memcpy(y, words, sizeof *y);
    y->word[WORDS - 1] &= ~SIGN_BIT;
    *frozen = *y;
    fws_f25519_freeze(frozen);
    if (memcmp(frozen, y, sizeof *y) != 0 || !find_x(&point.x, y, odd)) {
        return false;
    }
    addend_from(out, &point.x, y);
    return !is_small(&point);
}

bool fws_ed_encode(uint32_t out[WORDS], const struct fws_ed_point *point)
{
    struct fws_f25519 inverse;
    struct fws_f25519 x;
    struct fws_f25519 y;

    fws_f25519_invert(&inverse, &point->z);
    fws_f25519_mul(&x, &point->x, &inverse);
    fws_f25519_mul(&y, &point->y, &inverse);
    fws_f25519_freeze(&x);
    fws_f25519_freeze(&y);
    memcpy(out, &y, sizeof y);
    out[WORDS - 1] |= x.word[0] << 31;
    return !fws_f25519_equal(&inverse, &fws_f25519_zero);
}
