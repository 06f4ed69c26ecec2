/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 verification (RFC 8032, section 5.1.7), in its strict form: every number has one encoding
 * only, and the equation is the one without the cofactor,
 *
 *     encode([S]B - [k]A) = R,    k = SHA-512(R || A || message) mod L
 *
 * compared as bytes, so that R never needs to be decoded: what is no canonical encoding of a point
 * equals none.
 */
#include <string.h>

#include "verifier/builtin/builtin.h"
#include "verifier/builtin/edwards25519.h"

#define WORDS          FWS_F25519_WORDS
#define KEY_SIZE       32u
#define R_SIZE         32u
#define SIGNATURE_SIZE 64u
#define DIGEST_SIZE    64u
#define FILLER         0x5a /* neither a number of digits nor of use to an attacker */

/* The order of B is L = 2^252 + 27742317777372353535851937790883648493. */

/* 2^256 - L: adding it reaches 2^256 for all that is not below L. */
static const uint32_t ed_minus_order[WORDS] = {0xa30a2c13, 0xa7ed9ce5, 0x5d086329, 0xeb210621,
                                               0xffffffff, 0xffffffff, 0xffffffff, 0xefffffff};

/* 2^256 mod L. */
static const uint32_t ed_radix[WORDS] = {0x8d98951d, 0xd6ec3174, 0x737dcf70, 0xc6ef5bf4,
                                         0xfffffffe, 0xffffffff, 0xffffffff, 0x0fffffff};

/* A SubjectPublicKeyInfo of id-Ed25519 up to the key itself: RFC 8410, section 4. */
static const uint8_t ed_key_prefix[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                        0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

/* scalar - L into scalar when that is not negative; says whether. */
static bool ed_subtract_order(uint32_t scalar[WORDS])
{
    uint32_t less[WORDS];

    if (fws_words_multiply_add(less, scalar, ed_minus_order, 1) == 0) {
        return false;
    }
    memcpy(scalar, less, sizeof less);
    return true;
}

/*
 * Bring 512 bits below L, into the first eight words. A word w at place i + 8 stands for w * 2^256 at
 * place i, so it may be replaced by w * ed_radix there. As ed_radix < 2^252 the carry into its old
 * place is at most w / 16 + 1: it shrinks to 1, and then to 0, for the sum that gave the last 1 kept
 * less than 2^252. What is left below 2^256 < 16 L has at most 15 L too many.
 */
static void ed_reduce(uint32_t number[2 * WORDS])
{
    for (unsigned i = WORDS; i > 0; i--) {
        uint32_t *low = &number[i - 1];

        while (low[WORDS] != 0) {
            low[WORDS] = fws_words_multiply_add(low, low, ed_radix, low[WORDS]);
        }
    }
    while (ed_subtract_order(number)) {
    }
}

/*
 * A scalar s < L, to be multiplied by in signed digits: 3s - s = 2s, so the differences of the bits of
 * 3s and s, without any carry, are digits -1, 0, 1 of 2s; bit 0 is the same in both, and without
 * it they are those of s. That two of three are 0 (it is the non-adjacent form) is only for speed.
 * 3s < 3 L < 2^254: the digits are at positions 253 to 1.
 */
struct ed_scalar {
    uint32_t once[WORDS];
    uint32_t thrice[WORDS];
};

#define DIGITS 253u

static uint32_t ed_bit(const uint32_t *words, unsigned position)
{
    return (words[position / 32] >> (position % 32)) & 1;
}

static void ed_add_digit(struct fws_ed_point *point, const struct fws_ed_addend *addend,
                         const struct ed_scalar *scalar, unsigned position)
{
    uint32_t once = ed_bit(scalar->once, position);

    if (once != ed_bit(scalar->thrice, position)) {
        fws_ed_add(point, addend, once != 0);
    }
}

/* Words of 64 bits that hold the state of a hash. */
#define STATE_WORDS ((FWS_VERIFY_HASH_STATE_SIZE + 7) / 8)

struct ed_work {
    union {
        uint64_t hash[STATE_WORDS]; /* at the start, to be aligned as scratch is */
        struct {
            struct fws_ed_point point;
            struct ed_scalar s;
        } curve;
    } shared; /* the hash is done when the curve begins */
    struct fws_ed_addend minus_key;
    struct ed_scalar k;
    uint32_t r[WORDS];
    volatile unsigned done; /* digits of s and k */
};

/* [s]B + [k](-A): both at once, so that they share the doublings (Straus). */
static void ed_combine(struct ed_work *work)
{
    struct fws_ed_point *point = &work->shared.curve.point;

    fws_ed_neutral(point);
    for (work->done = 0; work->done < DIGITS; work->done++) {
        unsigned position = DIGITS - work->done;

        fws_ed_double(point);
        ed_add_digit(point, &fws_ed_base, &work->shared.curve.s, position);
        ed_add_digit(point, &work->minus_key, &work->k, position);
    }
}

static void ed_load(uint32_t *words, size_t count, struct fws_reader *reader)
{
    for (size_t i = 0; i < count; i++) {
        words[i] = fws_reader_u32le(reader);
    }
}

static bool ed_read_key(struct fws_reader key, struct fws_ed_addend *minus_key)
{
    uint32_t words[WORDS];

    if (key.left != sizeof ed_key_prefix + KEY_SIZE ||
        !fws_reader_starts_with(&key, ed_key_prefix, sizeof ed_key_prefix)) {
        return false;
    }
    fws_reader_skip(&key, sizeof ed_key_prefix);
    ed_load(words, WORDS, &key);
    return fws_ed_decode_minus(minus_key, words);
}

static enum fws_status ed_hash(const struct fws_signature_input *input,
                               const struct fws_hash_function *sha512, void *state, uint8_t *digest)
{
    struct fws_reader r = input->signature;
    struct fws_reader key = input->key;

    fws_reader_skip(&key, sizeof ed_key_prefix);
    const struct fws_reader parts[] = {fws_reader_slice(&r, R_SIZE), key, input->message};
    enum fws_status status = sha512->begin(state);

    if (status != FWS_OK) {
        return status;
    }
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0] && status == FWS_OK; i++) {
        if (parts[i].left > 0) {
            status = sha512->update(state, parts[i].data, parts[i].left);
        }
    }
    enum fws_status finished = sha512->finish(state, digest);

    return status != FWS_OK ? status : finished;
}

/* The 512 bits of which k is the remainder. */
static enum fws_status ed_challenge_digest(const struct fws_signature_input *input, void *state,
                                           uint8_t digest[DIGEST_SIZE])
{
    const struct fws_hash_function *sha512 = NULL;

    if (input->pure) {
        struct fws_reader computed = input->message;

        fws_reader_copy(&computed, digest, DIGEST_SIZE);
        return fws_reader_done(&computed) == FWS_OK ? FWS_OK : FWS_E_BACKEND;
    }
    sha512 = fws_hash_function(input->hashes, FWS_HASH_SHA512);
    if (sha512 == NULL || sha512->state_size > FWS_VERIFY_HASH_STATE_SIZE) {
        return FWS_E_BACKEND;
    }
    return ed_hash(input, sha512, state, digest);
}

/* k, into the lower half of number; read there in place, each word from its own four bytes. */
static enum fws_status ed_challenge(const struct fws_signature_input *input, void *state,
                                    uint32_t number[2 * WORDS])
{
    enum fws_status status = ed_challenge_digest(input, state, (uint8_t *)number);
    struct fws_reader digest = fws_reader_init(number, DIGEST_SIZE);

    if (status == FWS_OK) {
        ed_load(number, 2 * WORDS, &digest);
        ed_reduce(number);
    }
    return status;
}

/*
 * Whoever knows k before choosing R can forge, and a fault may bring that about, such as one that
 * leaves R out of the hash. So 3k is made from one computation of k and k from another: should one of
 * them be disturbed, the digits are those of (3k' - k) / 2 or (3k - k') / 2, as hard to know as k.
 */
static enum fws_status ed_read_challenge(const struct fws_signature_input *input,
                                         struct ed_work *work)
{
    uint32_t number[2 * WORDS];
    enum fws_status status = ed_challenge(input, work->shared.hash, number);

    if (status != FWS_OK) {
        return status;
    }
    (void)fws_words_multiply_add(work->k.thrice, number, number, 2);
    status = ed_challenge(input, work->shared.hash, number);
    memcpy(work->k.once, number, sizeof work->k.once);
    return status;
}

/*
 * The order is that of the shared memory: key, hash, curve, each leaving its result outside of it.
 *
 * The operands could be made equal without the secret if the point did not depend on all of k. What
 * one skipped instruction can do to that end is met so: a start with z = 0 keeps it, which the encoding
 * sees; turns of the loop left out are not counted; FILLER stands where a key was only half read, as
 * zeros there would draw every sum to the same point; and the encoding replaces y, which depends
 * on k as well, should it not be made.
 */
static enum fws_status ed_verify(const struct fws_signature_input *input, void *scratch,
                                 struct fws_operands *out)
{
    struct ed_work *work = scratch;
    struct fws_reader signature = input->signature;
    struct ed_scalar *s = &work->shared.curve.s;
    struct fws_ed_point *point = &work->shared.curve.point;

    memset(work, FILLER, sizeof *work);
    if (!ed_read_key(input->key, &work->minus_key)) {
        return FWS_E_PUBKEY;
    }
    if (signature.left != SIGNATURE_SIZE) {
        return FWS_E_SIGNATURE_INVALID;
    }
    enum fws_status status = ed_read_challenge(input, work);

    if (status != FWS_OK) {
        return status;
    }
    ed_load(work->r, WORDS, &signature);
    ed_load(s->once, WORDS, &signature);
    if (ed_subtract_order(s->once)) {
        return FWS_E_SIGNATURE_INVALID;
    }
    (void)fws_words_multiply_add(s->thrice, s->once, s->once, 2);
    ed_combine(work);
    if (!fws_ed_encode(point->y.word, point) || work->done != DIGITS) {
        return FWS_E_SIGNATURE_INVALID;
    }
    out->left = work->r;
    out->right = point->y.word;
    out->words = WORDS;
    return FWS_OK;
}

const struct fws_signature_scheme fws_builtin_ed25519 = {
    .alg = FWS_ALG_ED25519,
    .pure = FWS_PURE_PREFIXED,
    .scratch_size = sizeof(struct ed_work),
    .verify = ed_verify,
};
