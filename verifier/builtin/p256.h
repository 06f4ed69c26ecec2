/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA over P-256 with everything but the arithmetic of 256-bit words, which the one file that
 * includes this header brings along: p256.c in C, port/cortex-m/p256.c in assembly. Private to them.
 *
 * A signature (r, s) of digest e under key Q is good when the point (e/s) G + (r/s) Q is not at
 * infinity and its x coordinate, modulo n, is r. (SEC 1, 4.1.4.)
 *
 *     load_key        Q, as far as it is a point of the curve
 *     load_scalars    e/s and r/s modulo n, in signed digits
 *     multiply_add    the point, by doubling and adding
 *     verify          both sides of the equation
 *
 * Whoever can make the processor skip an instruction, and chooses r and s for it, would skip what
 * makes a scalar depend on e or r: with one that does not, a signature is easily made up. So each
 * digit that adds a point also adds s to a number, which is s times the scalar in the end, and the
 * equation is of two lines:
 *
 *     x            = s (r/s)
 *     s (e/s)      = e
 *
 * with the sums where brackets are, not the input. r is on no side but by its digits. Where the
 * point is at infinity x is 0, and the other side is not.
 */
#ifndef FWS_VERIFIER_BUILTIN_P256_H
#define FWS_VERIFIER_BUILTIN_P256_H

#include <string.h>

#include "verifier/crypto.h"

/* ---- Words ---- */

/* A number is eight words, the lowest first. */
#define LIMBS 8

/* out = a + b, returns the carry; out = a - b, returns the borrow. out may be a or b. */
static uint32_t add_raw(uint32_t *out, const uint32_t *a, const uint32_t *b);
static uint32_t subtract_raw(uint32_t *out, const uint32_t *a, const uint32_t *b);

/*
 * out = a * b / 2^256 modulo p for a, b < p; not reduced: the value is below 2p, and its 257th bit
 * is returned. product is 16 words to work in; out may be a or b.
 */
static uint32_t multiply_raw(uint32_t *out, const uint32_t *a, const uint32_t *b,
                             uint32_t *product);

static void copy(uint32_t *out, const uint32_t *a)
{
    for (unsigned i = 0; i < LIMBS; i++) {
        out[i] = a[i];
    }
}

static bool is_zero(const uint32_t *a)
{
    unsigned i = 0;

    while (i < LIMBS && a[i] == 0) {
        i++;
    }
    return i == LIMBS;
}

static bool is_below(const uint32_t *a, const uint32_t *b)
{
    for (unsigned i = LIMBS; i-- > 0;) {
        if (a[i] != b[i]) {
            return a[i] < b[i];
        }
    }
    return false;
}

/* a / 2, with carry as its 257th bit. */
static void halve(uint32_t *a, uint32_t carry)
{
    for (unsigned i = LIMBS; i-- > 0;) {
        uint32_t word = a[i];

        a[i] = word >> 1 | carry << 31;
        carry = word;
    }
}

/* ---- Numbers modulo p or n ---- */

/* y^2 = x^3 - 3x + b over the field of p = 2^256 - 2^224 + 2^192 + 2^96 - 1. (SEC 2, 2.4.2.) */
static const uint32_t p[LIMBS] = {0xffffffff, 0xffffffff, 0xffffffff, 0x00000000,
                                  0x00000000, 0x00000000, 0x00000001, 0xffffffff};

/* The number of points. */
static const uint32_t n[LIMBS] = {0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad,
                                  0xffffffff, 0xffffffff, 0x00000000, 0xffffffff};

/* Subtract m where a, with carry as its 257th bit, is not below it; enough where a < 2m. */
static void reduce(uint32_t *a, uint32_t carry, const uint32_t *m)
{
    if (carry != 0 || !is_below(a, m)) {
        (void)subtract_raw(a, a, m);
    }
}

static void add(uint32_t *out, const uint32_t *a, const uint32_t *b, const uint32_t *m)
{
    reduce(out, add_raw(out, a, b), m);
}

static void subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, const uint32_t *m)
{
    if (subtract_raw(out, a, b) != 0) {
        (void)add_raw(out, out, m);
    }
}

/* ---- Points ---- */

/*
 * Registers. The sum is (X / Z^2, Y / Z^3), at infinity where Z is 0; the addend is (PX, PY). They
 * hold residues of p in Montgomery's form: a * 2^256 mod p, which multiply_raw keeps. The last
 * three, which no step names, are modulo n: s times the scalars so far, of G and of the key, and s.
 *
 * In the end PY and E are the left side, R and S the right.
 */
enum { X, Y, Z, T0, T1, T2, PX, PY, E, R, S, REGISTERS };

/* A scalar is sum - half: where the bits at i differ the digit is 1 or -1, elsewhere 0. */
struct digits {
    uint32_t half[LIMBS + 1];
    uint32_t sum[LIMBS + 1];
};

/* points is looked up for each digit: a key chosen once could be skipped, and G be left for it. */
struct work {
    uint32_t reg[REGISTERS][LIMBS];
    uint32_t key[2][LIMBS];
    const uint32_t (*points[2])[LIMBS]; /* G and the key */
    struct digits digits[2];            /* of e/s for G and of r/s for the key */
    uint32_t product[2 * LIMBS];
};

/* b and G in Montgomery's form. */
static const uint32_t coefficient[LIMBS] = {0x29c4bddf, 0xd89cdf62, 0x78843090, 0xacf005cd,
                                            0xf7212ed6, 0xe5a220ab, 0x04874834, 0xdc30061d};
static const uint32_t generator[2][LIMBS] = {
    {0x18a9143c, 0x79e730d4, 0x5fedb601, 0x75ba95fc, 0x77622510, 0x79fb732b, 0xa53755c6,
     0x18905f76},
    {0xce95560a, 0xddf25357, 0xba19e45c, 0x8b4ab8e4, 0xdd21f325, 0xd2e88688, 0x25885d85,
     0x8571ff18},
};

/*
 * The formulas are tables of steps: two bytes for one where a call takes ten. A step is an
 * operation and the registers it writes and reads, which may be the same.
 */
enum { END, MULTIPLY, ADD, SUBTRACT };

#define STEP(operation, out, a, b) (uint16_t)((operation) << 9 | (out) << 6 | (a) << 3 | (b))
#define MUL(out, a, b)             STEP(MULTIPLY, out, a, b)
#define ADD(out, a, b)             STEP(ADD, out, a, b)
#define SUB(out, a, b)             STEP(SUBTRACT, out, a, b)

static void run(struct work *work, const uint16_t *steps)
{
    unsigned step;

    while ((step = *steps++) != END) {
        uint32_t *out = work->reg[step >> 6 & 7];
        const uint32_t *a = work->reg[step >> 3 & 7];
        const uint32_t *b = work->reg[step & 7];

        if (step >> 9 == MULTIPLY) {
            reduce(out, multiply_raw(out, a, b, work->product), p);
        } else {
            (step >> 9 == ADD ? add : subtract)(out, a, b, p);
        }
    }
}

/* clang-format off */

/*
 * The sum twice: with M = 3 (X - Z^2) (X + Z^2), which is 3 X^2 - 3 Z^4, and S = 4 X Y^2,
 *
 *     X' = M^2 - 2 S    Y' = M (S - X') - 8 Y^4    Z' = 2 Y Z
 *
 * Infinity remains infinity, as Z' is 0 with Z; nothing else becomes it, as no point of the curve
 * has y = 0: the number of points is odd.
 */
static const uint16_t doubling[] = {
    MUL(T0, Z, Z),
    SUB(T1, X, T0),
    ADD(T0, X, T0),
    MUL(T0, T0, T1),
    ADD(T1, T0, T0),
    ADD(T0, T0, T1), /* M */
    ADD(T1, Y, Y),   /* 2 Y */
    MUL(Z, T1, Z),
    MUL(Y, T1, Y),   /* 2 Y^2 */
    ADD(T1, Y, Y),   /* 4 Y^2 */
    MUL(Y, T1, Y),   /* 8 Y^4 */
    MUL(T1, X, T1),  /* S */
    MUL(X, T0, T0),
    SUB(X, X, T1),
    SUB(X, X, T1),
    SUB(T1, T1, X),
    MUL(T1, T1, T0),
    SUB(Y, T1, Y),
    END,
};

/* How far sum and addend are apart: T1 = H = PX Z^2 - X, T0 = R = PY Z^3 - Y. */
static const uint16_t difference[] = {
    MUL(T0, Z, Z),
    MUL(T1, PX, T0),
    SUB(T1, T1, X),  /* H */
    MUL(T0, T0, Z),
    MUL(T0, T0, PY),
    SUB(T0, T0, Y),  /* R */
    END,
};

/*
 * The sum plus the addend, which must be neither equal nor infinite:
 *
 *     X' = R^2 - H^3 - 2 X H^2    Y' = R (X H^2 - X') - Y H^3    Z' = Z H
 *
 * Where one is the other's negative H is 0, and Z' with it: infinity, as it should be.
 */
static const uint16_t addition[] = {
    MUL(Z, Z, T1),
    MUL(T2, T1, T1),
    MUL(T1, T1, T2), /* H^3 */
    MUL(T2, T2, X),  /* X H^2 */
    MUL(X, T0, T0),
    SUB(X, X, T1),
    SUB(X, X, T2),
    SUB(X, X, T2),
    SUB(T2, T2, X),
    MUL(T2, T2, T0),
    MUL(T1, T1, Y),
    SUB(Y, T2, T1),
    END,
};

/* Twice the addend's coordinates, as numbers; 256 times: into Montgomery's form. */
static const uint16_t to_montgomery[] = {
    ADD(PX, PX, PX),
    ADD(PY, PY, PY),
    END,
};

/* T1 = PY^2 - PX^3 + 3 PX: b on the curve. */
static const uint16_t equation[] = {
    MUL(T0, PX, PX),
    MUL(T0, T0, PX),
    MUL(T1, PY, PY),
    SUB(T1, T1, T0),
    ADD(T1, T1, PX),
    ADD(T1, T1, PX),
    ADD(T1, T1, PX),
    END,
};

/* PY = Z^2, for the end. */
static const uint16_t denominator[] = {
    MUL(PY, Z, Z),
    END,
};

/* clang-format on */

/* Add the addend to the sum, whatever they are. */
static void add_point(struct work *work)
{
    if (is_zero(work->reg[Z])) {
        memcpy(work->reg[X], work->reg[PX], sizeof work->key);
        /* Z is 0: 0 - p leaves 2^256 - p, which is 1 in Montgomery's form */
        (void)subtract_raw(work->reg[Z], work->reg[Z], p);
        return;
    }
    run(work, difference);
    bool same = is_zero(work->reg[T0]) && is_zero(work->reg[T1]);

    run(work, same ? doubling : addition);
}

static unsigned bit(const uint32_t *a, unsigned i)
{
    return a[i / 32] >> (i % 32) & 1;
}

/* Add digit i of scalar k times its point to the sum, and times s to its number. */
static void add_digit(struct work *work, unsigned k, unsigned i)
{
    uint32_t *number = work->reg[E + k];
    unsigned negative = bit(work->digits[k].half, i);

    add(number, number, number, n);
    if (negative == bit(work->digits[k].sum, i)) {
        return;
    }
    memcpy(work->reg[PX], work->points[k], sizeof work->key);
    if (negative) {
        (void)subtract_raw(work->reg[PY], p, work->reg[PY]); /* not 0: see doubling */
    }
    (negative ? subtract : add)(number, number, work->reg[S], n);
    add_point(work);
}

/* Both scalars times their points, added, from the highest digit down; Z, E and R are 0 before. */
static void multiply_add(struct work *work)
{
    for (unsigned i = 32 * LIMBS + 1; i-- > 0;) {
        run(work, doubling);
        for (unsigned k = 0; k < 2; k++) {
            add_digit(work, k, i);
        }
    }
}

/*
 * PX / PY modulo a prime m for PX < m, PY < m, in memory of work that the next step may use; 0
 * where PY is 0. T1 and T2 are lost too.
 *
 * Euclid's algorithm by halving. With q the quotient, u = PY, v = m, x = PX, y = 0 at first,
 *
 *     x = q u    y = q v    (mod m)
 *
 * and each turn keeps that: it subtracts the smaller of two odd numbers from the larger, and halves
 * what is even, modulo m by making it even first. v stays odd. Each turn at least halves u v, which
 * is below 2^512, so they are at most 512. At the end u is 0, v the greatest common divisor 1, and y
 * the quotient.
 */
static const uint32_t *divide(struct work *work, const uint32_t *m)
{
    uint32_t *u = work->reg[PY];
    uint32_t *v = work->reg[T1];
    uint32_t *x = work->reg[PX];
    uint32_t *y = work->reg[T2];

    copy(v, m);
    (void)subtract_raw(y, m, m);
    while (!is_zero(u)) {
        uint32_t carry = 0;

        if ((u[0] & 1) != 0) {
            if (is_below(u, v)) {
                uint32_t *smaller = u;
                uint32_t *its = x;

                u = v;
                v = smaller;
                x = y;
                y = its;
            }
            subtract(x, x, y, m);
            (void)subtract_raw(u, u, v);
        }
        halve(u, 0);
        if ((x[0] & 1) != 0) {
            carry = add_raw(x, x, m);
        }
        halve(x, carry);
    }
    return y;
}

/* ---- Input ---- */

#define NUMBER_SIZE 32u

static void load(uint32_t *out, struct fws_reader *in)
{
    for (unsigned i = NUMBER_SIZE; i-- > 0;) {
        out[i / 4] = out[i / 4] << 8 | fws_reader_u8(in);
    }
}

/* The next two numbers into PX and PY; false when one is not below bound. */
static bool load_pair(struct work *work, struct fws_reader *in, const uint32_t *bound)
{
    load(work->reg[PX], in);
    load(work->reg[PY], in);
    return is_below(work->reg[PX], bound) && is_below(work->reg[PY], bound);
}

static bool load_key(struct work *work, struct fws_reader key)
{
    /* SubjectPublicKeyInfo: id-ecPublicKey, prime256v1, 66 bytes: an uncompressed point */
    static const uint8_t prefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                     0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

    if (key.left != sizeof prefix + 2 * NUMBER_SIZE ||
        !fws_reader_starts_with(&key, prefix, sizeof prefix)) {
        return false;
    }
    fws_reader_skip(&key, sizeof prefix);
    if (!load_pair(work, &key, p)) {
        return false;
    }
    for (unsigned i = 32 * LIMBS; i-- > 0;) {
        run(work, to_montgomery);
    }
    memcpy(work->key, work->reg[PX], sizeof work->key);
    work->points[0] = generator;
    work->points[1] = (const uint32_t(*)[LIMBS])work->key;
    run(work, equation);
    return memcmp(work->reg[T1], coefficient, sizeof coefficient) == 0;
}

/*
 * With half = k / 2 rounded down and sum = k + half the digits are those of the non-adjacent form:
 * one in three is not 0. That sum - half is k needs no proof.
 */
static void recode(struct digits *digits, const uint32_t *k)
{
    copy(digits->half, k);
    halve(digits->half, 0);
    digits->sum[LIMBS] = add_raw(digits->sum, k, digits->half);
}

static void load_digest(uint32_t *out, const struct fws_signature_input *input)
{
    struct fws_reader message = input->message;

    load(out, &message);
    reduce(out, 0, n); /* 2^256 < 2n */
}

static bool load_scalars(struct work *work, const struct fws_signature_input *input)
{
    if (input->message.left != NUMBER_SIZE || input->signature.left != 2 * NUMBER_SIZE) {
        return false;
    }
    for (unsigned k = 2; k-- > 0;) {
        struct fws_reader signature = input->signature;

        if (!load_pair(work, &signature, n) || is_zero(work->reg[PX]) || is_zero(work->reg[PY])) {
            return false;
        }
        copy(work->reg[S], work->reg[PY]);
        if (k == 0) {
            load_digest(work->reg[PX], input);
        }
        recode(&work->digits[k], divide(work, n));
    }
    return true;
}

/* ---- The scheme ---- */

static enum fws_status verify(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out)
{
    struct work *work = scratch;

    memset(work, 0, sizeof *work);
    if (!load_key(work, input->key)) {
        return FWS_E_PUBKEY;
    }
    if (!load_scalars(work, input)) {
        return FWS_E_SIGNATURE_INVALID;
    }
    multiply_add(work);
    /* X / Z^2: both are in Montgomery's form, so the quotient is not. p < 2n. */
    copy(work->reg[PX], work->reg[X]);
    run(work, denominator);
    copy(work->reg[PY], divide(work, p));
    reduce(work->reg[PY], 0, n);
    load_digest(work->reg[S], input); /* again: not what the scalar was made of */
    out->left = work->reg[PY];
    out->right = work->reg[R];
    out->words = 2 * LIMBS;
    return FWS_OK;
}

#endif
