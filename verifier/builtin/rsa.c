/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RSASSA-PSS (RFC 8017) with SHA-256, MGF1 of it and 32 bytes of salt; keys of 2048 and 3072 bits.
 *
 * The encoded message EM = s^e mod n gives nothing but its salt. Of that salt and the digest a fresh
 * EM' is made, and all of EM must be equal to it: every rule of the padding is part of one comparison.
 *
 * Numbers are L words, the lowest first, and below R = 2^(32 L), which may be more than n: only the last
 * step leaves them below n. A modulus n has exactly 32 L bits and is odd.
 *
 * Against faults: EM' is made where the modulus was, and of EM only the masked DB is ever copied
 * there, so no skipped step can leave in it the H of another good signature.
 */
#include <string.h>

#include "verifier/builtin/builtin.h"

enum {
    WORDS_2048 = 64,
    WORDS_3072 = 96,
    HASH_SIZE = 32,
    SALT_SIZE = 32,
    ZEROS_SIZE = 8,
};

/* Compilers that are asked for small code still copy what is called twice. */
#define FWS_ONE_COPY __attribute__((noinline))

struct rsa {
    size_t words;     /* L */
    uint32_t inverse; /* -1 / n mod 2^32 */
    uint32_t *n;
    uint32_t *base;
    uint32_t *x;       /* with a spare word before it */
    uint32_t *product; /* changes places with x */
};

/* What is hashed; lies over x and product when the numbers are done with. */
struct pss {
    _Alignas(max_align_t) uint8_t state[FWS_VERIFY_HASH_STATE_SIZE];
    const struct fws_hash_function *hash;
    uint8_t input[ZEROS_SIZE + HASH_SIZE + SALT_SIZE];
    uint8_t block[HASH_SIZE];
    enum fws_status status; /* what has failed stays so, and nothing is hashed any more */
};

_Static_assert(sizeof(struct pss) <= 2 * 4 * WORDS_2048, "two numbers have room for a hash");

/* A number of an even count of words out of its bytes, the highest first, or back: the same. */
static void flip(uint32_t *x, size_t words)
{
    for (uint32_t *end = x + words; x < end; x++) {
        end--;
        const uint8_t *a = (const uint8_t *)x;
        const uint8_t *b = (const uint8_t *)end;
        uint32_t low =
            (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];

        *end = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | (uint32_t)a[3];
        *x = low;
    }
}

/* product = product - n mod R; 1 when it was below n, else 0. */
FWS_ONE_COPY static uint32_t subtract_n(const struct rsa *w)
{
    const uint32_t *n = w->n;
    const uint32_t *end = n + w->words;
    uint32_t *t = w->product;
    uint32_t carry = 1; /* t - n = t + (R - 1 - n) + 1 - R */

    do {
        uint64_t sum = (uint64_t)*t + ~*n++ + carry;

        *t++ = (uint32_t)sum;
        carry = (uint32_t)(sum >> 32);
    } while (n != end);
    return 1 - carry;
}

/*
 * out = product + a * factor; what goes beyond L words is returned. out may be product, or a word before
 * it. Neither sum nor carry grows too large: (2^32 - 1)^2 + 2 (2^32 - 1) = 2^64 - 1.
 */
FWS_ONE_COPY static uint32_t add_multiple(const struct rsa *w, uint32_t *out, const uint32_t *a,
                                          uint32_t factor)
{
    const uint32_t *end = a + w->words;
    const uint32_t *t = w->product;
    uint32_t carry = 0;

    do {
        uint64_t sum = (uint64_t)*a++ * factor + *t++ + carry;

        *out++ = (uint32_t)sum;
        carry = (uint32_t)(sum >> 32);
    } while (a != end);
    return carry;
}

/* top * R + product becomes product below R. */
FWS_ONE_COPY static void reduce(const struct rsa *w, uint32_t top)
{
    while (top > 0) {
        top -= subtract_n(w);
    }
}

static void exchange(struct rsa *w)
{
    uint32_t *x = w->x;

    w->x = w->product;
    w->product = x;
}

/*
 * x = x * b / R mod n (Montgomery).
 *
 * A turn adds to t, which begins with 0, x * b[i] and the multiple m * n that makes its lowest word 0,
 * and drops that word, which goes to the spare one before t. From t < x + n follows
 * (t + x * b[i] + m * n) / 2^32 < (x + n) (1 + 2^32 - 1) / 2^32 = x + n, so t stays below x + n, hence
 * below 2R, and what stands above its L words is 0 or 1.
 */
static void multiply(struct rsa *w, const uint32_t *b)
{
    const uint32_t *end = b + w->words;
    uint32_t *t = w->product;
    uint32_t top = 0;

    memset(t, 0, w->words * 4);
    do {
        uint64_t sum = (uint64_t)top + add_multiple(w, t, w->x, *b++);

        sum += add_multiple(w, t - 1, w->n, t[0] * w->inverse);
        t[w->words - 1] = (uint32_t)sum;
        top = (uint32_t)(sum >> 32);
    } while (b != end);
    reduce(w, top);
    exchange(w);
}

/*
 * x = R^2 mod n. R - n is R mod n, as n has all its bits. Doubled L times it is 2^L R, of which squaring
 * makes 2^(2L) R, and five times 2^(32 L) R.
 */
static void square_of_r(struct rsa *w)
{
    memset(w->product, 0, w->words * 4);
    (void)subtract_n(w);
    for (size_t i = 0; i < w->words; i++) {
        reduce(w, add_multiple(w, w->product, w->product, 1));
    }
    exchange(w);
    for (int i = 0; i < 5; i++) {
        multiply(w, w->x);
    }
}

/* Out of the signature s, which has as many bytes as words have. */
static void load(const struct rsa *w, uint32_t *out, const uint8_t *s)
{
    memcpy(out, s, w->words * 4);
    flip(out, w->words);
}

/*
 * base = s^(2^16 + 1) mod n, of an s below n.
 *
 * Whichever step a fault skips, what comes out is a high power of s times a number: to have it be what
 * he wants, an attacker must take a root mod n. That is why s is multiplied by R^2 and not R^2 by s, of
 * which c * s would come if that was skipped, and why base is cleared of s before it takes the power.
 */
static void power(struct rsa *w, const uint8_t *s)
{
    /* An odd n is its own inverse in its lowest 3 bits, and each turn doubles these. */
    w->inverse = w->n[0];
    for (int i = 0; i < 4; i++) {
        w->inverse *= 2 - w->n[0] * w->inverse;
    }
    w->inverse = 0 - w->inverse;

    square_of_r(w);
    memcpy(w->base, w->x, w->words * 4);
    load(w, w->x, s);
    multiply(w, w->base); /* s * R, and so are its squares */
    for (int i = 0; i < 16; i++) {
        multiply(w, w->x);
    }
    load(w, w->base, s);
    multiply(w, w->base); /* without R; below s + n, so n goes into it once, or not */
    exchange(w);
    memset(w->base, 0, w->words * 4);
    (void)add_multiple(w, w->base, w->n, subtract_n(w)); /* and given back if it did not go */
}

/* SHA-256 of size bytes of input. */
static void sha256(struct pss *w, size_t size, uint8_t *out)
{
    if (w->status == FWS_OK) {
        w->status = w->hash->begin(w->state);
    }
    if (w->status != FWS_OK) {
        return;
    }
    w->status = w->hash->update(w->state, w->input, size);
    enum fws_status finished = w->hash->finish(w->state, out);

    if (w->status == FWS_OK) {
        w->status = finished;
    }
}

/* MGF1 (RFC 8017, B.2.1): mask size bytes of data with what follows from seed. */
static void mask(struct pss *w, const uint8_t *seed, uint8_t *data, size_t size)
{
    memcpy(w->input, seed, HASH_SIZE);
    memset(w->input + HASH_SIZE, 0, 4);
    for (size_t i = 0; i < size; i++) {
        if (i % HASH_SIZE == 0) {
            sha256(w, HASH_SIZE + 4, w->block);
            w->input[HASH_SIZE + 3]++;
        }
        data[i] ^= w->block[i % HASH_SIZE];
    }
}

/* EM' of message and em's salt, both of size bytes (RFC 8017, 9.1.1, from step 5 on). */
static void encode(struct pss *w, const uint8_t *message, const uint8_t *em, uint8_t *out,
                   size_t size)
{
    size_t db_size = size - HASH_SIZE - 1;
    uint8_t *salt = out + db_size - SALT_SIZE;
    uint8_t *h = out + db_size;

    memcpy(out, em, db_size);
    mask(w, em + db_size, out, db_size);
    memset(w->input, 0, ZEROS_SIZE);
    memcpy(w->input + ZEROS_SIZE, message, HASH_SIZE);
    memcpy(w->input + ZEROS_SIZE + HASH_SIZE, salt, SALT_SIZE);
    sha256(w, sizeof w->input, h);
    memset(out, 0, db_size - SALT_SIZE);
    salt[-1] = 0x01;
    mask(w, h, out, db_size);
    out[0] &= 0x7f; /* EM has a bit less than n */
    out[size - 1] = 0xbc;
}

/*
 * RSAPublicKey (RFC 8017, A.1.1) in DER. A modulus of 32 L bits has a zero before its bytes, and the
 * lengths have two bytes. e is 65537 and nothing else: FIPS 186-5 wants more than 2^16, and every
 * tool that signs firmware makes this one.
 */
static bool read_key(struct rsa *w, struct fws_reader key)
{
    static const uint8_t e_65537[] = {0x02, 0x03, 0x01, 0x00, 0x01};
    size_t size = key.left - 4;
    size_t n_size = w->words * 4 + 1;
    const uint8_t begin[] = {0x30, 0x82, (uint8_t)(size >> 8),   (uint8_t)size,
                             0x02, 0x82, (uint8_t)(n_size >> 8), (uint8_t)n_size,
                             0x00};

    if (!fws_reader_starts_with(&key, begin, sizeof begin)) {
        return false;
    }
    fws_reader_skip(&key, sizeof begin);
    fws_reader_copy(&key, w->n, w->words * 4);
    flip(w->n, w->words);
    return key.left == sizeof e_65537 && fws_reader_starts_with(&key, e_65537, sizeof e_65537) &&
           (w->n[0] & 1) != 0 && w->n[w->words - 1] >> 31 != 0;
}

static enum fws_status verify(const struct fws_signature_input *input, uint32_t *scratch,
                              size_t words, struct fws_operands *out)
{
    struct rsa w = {
        .words = words,
        .n = scratch,
        .base = scratch + words,
        .x = scratch + 2 * words + 1,
        .product = scratch + 3 * words + 2,
    };
    struct pss *pss = (void *)(scratch + 2 * words);
    const struct fws_hash_function *hash = fws_hash_function(input->hashes, FWS_HASH_SHA256);
    size_t size = words * 4;

    if (hash == NULL || hash->state_size > FWS_VERIFY_HASH_STATE_SIZE) {
        return FWS_E_BACKEND;
    }
    if (!read_key(&w, input->key)) {
        return FWS_E_PUBKEY;
    }
    if (input->signature.left != size || input->message.left != HASH_SIZE) {
        return FWS_E_SIGNATURE_INVALID;
    }
    load(&w, w.product, input->signature.data);
    if (subtract_n(&w) == 0) {
        return FWS_E_SIGNATURE_INVALID;
    }
    power(&w, input->signature.data);
    flip(w.base, words);
    pss->hash = hash;
    pss->status = FWS_OK;
    encode(pss, input->message.data, (const uint8_t *)w.base, (uint8_t *)w.n, size);
    out->left = w.base;
    out->right = w.n;
    out->words = words;
    return pss->status;
}

static enum fws_status verify_2048(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    return verify(input, scratch, WORDS_2048, out);
}

static enum fws_status verify_3072(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    return verify(input, scratch, WORDS_3072, out);
}

const struct fws_signature_scheme fws_builtin_rsa2048 = {
    .alg = FWS_ALG_RSA2048,
    .pure = FWS_PURE_NEVER,
    .scratch_size = 4 * (4 * WORDS_2048 + 2),
    .verify = verify_2048,
};

const struct fws_signature_scheme fws_builtin_rsa3072 = {
    .alg = FWS_ALG_RSA3072,
    .pure = FWS_PURE_NEVER,
    .scratch_size = 4 * (4 * WORDS_3072 + 2),
    .verify = verify_3072,
};
