/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points of the curve of Ed25519: -x^2 + y^2 = 1 + d x^2 y^2 over the field modulo p = 2^255 - 19.
 *
 * As -1 is a square there and d is none, the addition law has no exceptions (Bernstein, Birkner, Joye,
 * Lange, Peters, "Twisted Edwards Curves", 2008, section 6): doubling, the neutral element and points
 * of small order need no care.
 */
#ifndef FWS_VERIFIER_BUILTIN_EDWARDS25519_H
#define FWS_VERIFIER_BUILTIN_EDWARDS25519_H

#include "verifier/builtin/field25519.h"

/*
 * The point (x / z, y / z). An addition also needs x y / z, a doubling does not: it is kept as e and h,
 * whose product it is.
 */
struct fws_ed_point {
    struct fws_f25519 x, y, z, e, h;
};

/* A point to be added, in the form the addition takes: y + x, y - x, 2 d x y. */
struct fws_ed_addend {
    struct fws_f25519 sum, difference, product;
};

/* The base point B. */
extern const struct fws_ed_addend fws_ed_base;

void fws_ed_neutral(struct fws_ed_point *out);
void fws_ed_double(struct fws_ed_point *point);

/* Add the addend to the point, or take it away. */
void fws_ed_add(struct fws_ed_point *point, const struct fws_ed_addend *addend, bool negative);

/*
 * Minus the point that words encode (RFC 8032, section 5.1.3). False when that is no canonical
 * encoding of a point, and when the point is of small order, which no key may be.
 */
bool fws_ed_decode_minus(struct fws_ed_addend *out, const uint32_t words[FWS_F25519_WORDS]);

/* The encoding of a point, also over it; false when its z is 0, which it is for none. */
bool fws_ed_encode(uint32_t out[FWS_F25519_WORDS], const struct fws_ed_point *point);

#endif
