/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scheme shows both sides of its equation, so the left one can be compared with OpenSSL's for any
 * scalars: with s = 1 it is the x coordinate of e G + r Q, modulo n.
 */
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

#include "tests/unit/test.h"

#include "verifier/builtin/builtin.h"

#define NUMBER_SIZE   32
#define WORDS         8
#define PREFIX_SIZE   27
#define KEY_SIZE      (PREFIX_SIZE + 2 * NUMBER_SIZE)
#define SCRATCH_LIMIT 640

#define P "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"
#define N "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"

struct sample {
    uint8_t key[KEY_SIZE];
    uint8_t message[NUMBER_SIZE];
    uint8_t signature[2 * NUMBER_SIZE];
};

struct answer {
    enum fws_status status;
    bool good;
    uint8_t x[NUMBER_SIZE]; /* big endian */
    uint8_t r[NUMBER_SIZE];
};

static EC_GROUP *group;
static BN_CTX *ctx;
static BIGNUM *p;
static BIGNUM *n;
static uint64_t scratch[(SCRATCH_LIMIT + 64) / sizeof(uint64_t)];

__attribute__((constructor)) static void set_up(void)
{
    group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    ctx = BN_CTX_new();
    if (BN_hex2bn(&p, P) == 0 || BN_hex2bn(&n, N) == 0) {
        abort();
    }
}

__attribute__((destructor)) static void tear_down(void)
{
    BN_free(n);
    BN_free(p);
    BN_CTX_free(ctx);
    EC_GROUP_free(group);
}

/* ---- Asking ---- */

static void to_bytes(uint8_t *out, const uint32_t *words)
{
    for (size_t i = 0; i < NUMBER_SIZE; i++) {
        out[NUMBER_SIZE - 1 - i] = (uint8_t)(words[i / 4] >> (i % 4 * 8));
    }
}

static struct answer ask_sized(const struct sample *sample, size_t key_size, size_t message_size,
                               size_t signature_size)
{
    struct fws_signature_input input = {
        .key = fws_reader_init(sample->key, key_size),
        .message = fws_reader_init(sample->message, message_size),
        .signature = fws_reader_init(sample->signature, signature_size),
    };
    struct fws_operands operands = {0};
    struct answer answer = {0};

    memset(scratch, 0xa5, sizeof scratch);
    answer.status = fws_builtin_p256.verify(&input, scratch, &operands);
    if (answer.status != FWS_OK) {
        assert_null(operands.left);
        assert_null(operands.right);
        return answer;
    }
    assert_int_equal(operands.words, 2 * WORDS);
    assert_true(operands.left + operands.words <= operands.right ||
                operands.right + operands.words <= operands.left);
    /* whatever the signature: the points were multiplied with e/s and r/s */
    assert_memory_equal(operands.left + WORDS, operands.right + WORDS, NUMBER_SIZE);
    to_bytes(answer.x, operands.left);
    to_bytes(answer.r, operands.right);
    assert_memory_equal(answer.r, sample->signature, NUMBER_SIZE);
    answer.good = memcmp(operands.left, operands.right, operands.words * sizeof(uint32_t)) == 0;
    return answer;
}

static struct answer ask(const struct sample *sample)
{
    return ask_sized(sample, sizeof sample->key, sizeof sample->message, sizeof sample->signature);
}

static void assert_good(const struct sample *sample)
{
    struct answer answer = ask(sample);

    assert_status(answer.status, FWS_OK);
    assert_true(answer.good);
}

static void assert_unequal(const struct sample *sample)
{
    struct answer answer = ask(sample);

    assert_status(answer.status, FWS_OK);
    assert_false(answer.good);
}

/* ---- Making ---- */

static BIGNUM *number(const char *hex)
{
    BIGNUM *out = NULL;

    assert_int_not_equal(BN_hex2bn(&out, hex), 0);
    return out;
}

/* n + small, or a small number: what numbers at the edge are written as. */
static BIGNUM *near(const BIGNUM *base, int small)
{
    BIGNUM *out = base == NULL ? BN_new() : BN_dup(base);

    assert_int_equal(
        small < 0 ? BN_sub_word(out, (BN_ULONG)-small) : BN_add_word(out, (BN_ULONG)small), 1);
    return out;
}

static BIGNUM *random_scalar(void)
{
    BIGNUM *out = BN_new();

    do {
        assert_int_equal(BN_rand_range(out, n), 1);
    } while (BN_is_zero(out));
    return out;
}

static void put(uint8_t *out, const BIGNUM *value)
{
    assert_int_equal(BN_bn2binpad(value, out, NUMBER_SIZE), NUMBER_SIZE);
}

static void put_signature(struct sample *sample, const BIGNUM *r, const BIGNUM *s)
{
    put(sample->signature, r);
    put(&sample->signature[NUMBER_SIZE], s);
}

static void put_key(struct sample *sample, const EC_POINT *point)
{
    static const uint8_t prefix[PREFIX_SIZE] = {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
        0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

    memcpy(sample->key, prefix, sizeof prefix);
    assert_int_equal(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
                                        &sample->key[PREFIX_SIZE - 1], 2 * NUMBER_SIZE + 1, ctx),
                     2 * NUMBER_SIZE + 1);
}

/* a G + b point, which may be NULL. */
static EC_POINT *combine(const BIGNUM *a, const EC_POINT *point, const BIGNUM *b)
{
    EC_POINT *out = EC_POINT_new(group);

    assert_int_equal(EC_POINT_mul(group, out, a, point, b, ctx), 1);
    return out;
}

static BIGNUM *x_of(const EC_POINT *point)
{
    BIGNUM *x = BN_new();

    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, NULL, ctx), 1);
    return x;
}

/* The key under which (r, s) signs e by way of the point R: (s R - e G) / r. */
static void craft(struct sample *sample, const EC_POINT *nonce, const BIGNUM *r, const BIGNUM *s,
                  const BIGNUM *e)
{
    BIGNUM *inverse = BN_mod_inverse(NULL, r, n, ctx);
    BIGNUM *of_r = BN_new();
    BIGNUM *of_g = BN_new();

    assert_int_equal(BN_mod_mul(of_r, s, inverse, n, ctx), 1);
    assert_int_equal(BN_mod_mul(of_g, e, inverse, n, ctx), 1);
    assert_int_equal(BN_sub(of_g, n, of_g), 1);

    EC_POINT *key = combine(of_g, nonce, of_r);

    put_key(sample, key);
    put(sample->message, e);
    put_signature(sample, r, s);
    EC_POINT_free(key);
    BN_free(of_g);
    BN_free(of_r);
    BN_free(inverse);
}

/* A good signature over e with s; where they are NULL, over and with any. */
static void make_good_with(struct sample *sample, const BIGNUM *e, const BIGNUM *s)
{
    BIGNUM *digest = random_scalar();
    BIGNUM *k = random_scalar();
    BIGNUM *own = random_scalar();
    EC_POINT *nonce = combine(k, NULL, NULL);
    BIGNUM *r = x_of(nonce);

    assert_int_equal(BN_nnmod(r, r, n, ctx), 1);
    craft(sample, nonce, r, s != NULL ? s : own, e != NULL ? e : digest);
    BN_free(r);
    EC_POINT_free(nonce);
    BN_free(own);
    BN_free(k);
    BN_free(digest);
}

static void make_good(struct sample *sample)
{
    make_good_with(sample, NULL, NULL);
}

/* ---- Against OpenSSL ---- */

/* 1 good, 0 bad, -1 no such key. */
static int openssl_says(const struct sample *sample)
{
    const unsigned char *at = sample->key;
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, sizeof sample->key);

    if (pkey == NULL) {
        return -1;
    }
    ECDSA_SIG *sig = ECDSA_SIG_new();
    unsigned char *der = NULL;

    assert_int_equal(ECDSA_SIG_set0(sig, BN_bin2bn(sample->signature, NUMBER_SIZE, NULL),
                                    BN_bin2bn(&sample->signature[NUMBER_SIZE], NUMBER_SIZE, NULL)),
                     1);
    int size = i2d_ECDSA_SIG(sig, &der);
    EVP_PKEY_CTX *verify = EVP_PKEY_CTX_new(pkey, NULL);

    assert_int_equal(EVP_PKEY_verify_init(verify), 1);
    int good =
        EVP_PKEY_verify(verify, der, (size_t)size, sample->message, sizeof sample->message) == 1;

    EVP_PKEY_CTX_free(verify);
    OPENSSL_free(der);
    ECDSA_SIG_free(sig);
    EVP_PKEY_free(pkey);
    return good;
}

static void sign(struct sample *sample)
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    EVP_PKEY_CTX *signing = EVP_PKEY_CTX_new(pkey, NULL);
    unsigned char der[128];
    unsigned char *spki = NULL;
    size_t size = sizeof der;

    assert_int_equal(i2d_PUBKEY(pkey, &spki), KEY_SIZE);
    memcpy(sample->key, spki, KEY_SIZE);
    assert_int_equal(RAND_bytes(sample->message, sizeof sample->message), 1);
    assert_int_equal(EVP_PKEY_sign_init(signing), 1);
    assert_int_equal(EVP_PKEY_sign(signing, der, &size, sample->message, sizeof sample->message),
                     1);
    const unsigned char *at = der;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)size);

    put_signature(sample, ECDSA_SIG_get0_r(sig), ECDSA_SIG_get0_s(sig));
    ECDSA_SIG_free(sig);
    OPENSSL_free(spki);
    EVP_PKEY_CTX_free(signing);
    EVP_PKEY_free(pkey);
}

TEST(signatures_of_openssl_are_good)
{
    for (int i = 0; i < 200; i++) {
        struct sample sample;

        sign(&sample);
        assert_good(&sample);
    }
}

/* Every bit of message, signature and coordinates in turn, each of another signature. */
TEST(a_single_wrong_bit_is_judged_as_openssl_does)
{
    for (size_t i = 0; i < 5 * NUMBER_SIZE * 8; i += 3) {
        struct sample sample;

        sign(&sample);
        size_t at = i / 8;
        uint8_t *byte = at < 2 * NUMBER_SIZE   ? &sample.signature[at]
                        : at < 3 * NUMBER_SIZE ? &sample.message[at - 2 * NUMBER_SIZE]
                                               : &sample.key[PREFIX_SIZE + at - 3 * NUMBER_SIZE];

        *byte ^= (uint8_t)(1u << (i % 8));
        struct answer answer = ask(&sample);
        int theirs = openssl_says(&sample);

        assert_int_not_equal(theirs, 1);
        assert_false(answer.good);
        assert_int_equal(answer.status == FWS_E_PUBKEY, theirs == -1);
    }
}

/* ---- Scalars ---- */

/* The left side for s = 1 is x of e G + r Q, or 0 at infinity. */
static void assert_x(const EC_POINT *key, const BIGNUM *e, const BIGNUM *r)
{
    struct sample sample;
    BIGNUM *reduced = BN_new();
    EC_POINT *sum = combine(e, key, r);
    uint8_t expected[NUMBER_SIZE] = {0};

    put_key(&sample, key);
    put(sample.message, e);
    put_signature(&sample, r, BN_value_one());
    if (!EC_POINT_is_at_infinity(group, sum)) {
        BIGNUM *x = x_of(sum);

        assert_int_equal(BN_nnmod(reduced, x, n, ctx), 1);
        put(expected, reduced);
        BN_free(x);
    }
    struct answer answer = ask(&sample);

    assert_status(answer.status, FWS_OK);
    assert_memory_equal(answer.x, expected, sizeof expected);
    assert_int_equal(answer.good, memcmp(expected, sample.signature, sizeof expected) == 0);
    EC_POINT_free(sum);
    BN_free(reduced);
}

#define EDGES 14

/* 0, 1, 2, ... and n - 1, n - 2, ... and around half of n, where digits meet their negatives. */
static BIGNUM *edge(unsigned i)
{
    if (i < 6) {
        return near(NULL, (int)i);
    }
    if (i < 10) {
        return near(n, 5 - (int)i);
    }
    BIGNUM *half = near(n, 3);

    assert_int_equal(BN_rshift1(half, half), 1);
    assert_int_equal(BN_sub_word(half, i - 10), 1);
    return half;
}

TEST(scalars_at_the_edges_times_multiples_of_g)
{
    static const int factors[] = {1, 2, 3, 4, 5, 8, -1, -2, -3, -4};

    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
        BIGNUM *d = near(factors[f] < 0 ? n : NULL, factors[f]);
        EC_POINT *key = combine(d, NULL, NULL);

        for (unsigned i = 0; i < EDGES; i++) {
            for (unsigned j = 1; j < EDGES; j++) {
                BIGNUM *e = edge(i);
                BIGNUM *r = edge(j);

                assert_x(key, e, r);
                BN_free(r);
                BN_free(e);
            }
        }
        EC_POINT_free(key);
        BN_free(d);
    }
}

TEST(every_power_of_two_is_multiplied_with)
{
    BIGNUM *d = random_scalar();
    EC_POINT *key = combine(d, NULL, NULL);

    for (int i = 0; i < 256; i++) {
        BIGNUM *power = BN_new();
        BIGNUM *other = random_scalar();

        assert_int_equal(BN_lshift(power, BN_value_one(), i), 1);
        assert_x(key, power, other);
        if (BN_cmp(power, n) < 0) {
            assert_x(key, other, power);
        }
        BN_free(other);
        BN_free(power);
    }
    EC_POINT_free(key);
    BN_free(d);
}

/* d = -e / r: both products meet at the end, and cancel. And d = e / r: they are equal. */
TEST(products_that_meet)
{
    for (int i = 0; i < 32; i++) {
        BIGNUM *e = random_scalar();
        BIGNUM *r = random_scalar();
        BIGNUM *d = BN_mod_inverse(NULL, r, n, ctx);

        assert_int_equal(BN_mod_mul(d, d, e, n, ctx), 1);
        EC_POINT *key = combine(d, NULL, NULL);

        assert_x(key, e, r);
        assert_int_equal(EC_POINT_invert(group, key, ctx), 1);
        assert_x(key, e, r);
        EC_POINT_free(key);
        BN_free(d);
        BN_free(r);
        BN_free(e);
    }
}

TEST(an_infinite_result_is_never_good)
{
    struct sample sample;
    EC_POINT *key = combine(BN_value_one(), NULL, NULL);

    assert_int_equal(EC_POINT_invert(group, key, ctx), 1);
    for (int i = 0; i < 16; i++) {
        BIGNUM *r = random_scalar();
        BIGNUM *s = random_scalar();

        put_key(&sample, key);
        put(sample.message, r);
        put_signature(&sample, r, s);
        assert_unequal(&sample);
        BN_free(s);
        BN_free(r);
    }
    EC_POINT_free(key);
}

/* A digest is any 256-bit number. */
TEST(digest_may_be_n_or_more)
{
    static const char *const digests[] = {
        N, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552",
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"};

    for (size_t i = 0; i < 24; i++) {
        struct sample sample;
        BIGNUM *e = number(digests[i % 3]);

        make_good_with(&sample, e, NULL);
        assert_good(&sample);
        BN_free(e);
    }
}

/* Another point with the y of this one, which is not at infinity; false where there is none. */
static bool find_level(const EC_POINT *point, EC_POINT *out)
{
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();
    BIGNUM *root = BN_new();

    /* the other two roots x' of x'^3 - 3 x' = x^3 - 3 x: x'^2 + x x' + x^2 - 3 = 0 */
    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, ctx), 1);
    assert_int_equal(BN_mod_sqr(root, x, p, ctx), 1);
    assert_int_equal(BN_mul_word(root, 3), 1);
    BIGNUM *twelve = near(NULL, 12);

    assert_int_equal(BN_mod_sub(root, twelve, root, p, ctx), 1);
    bool found = BN_mod_sqrt(root, root, p, ctx) != NULL;

    if (found) {
        assert_int_equal(BN_mod_sub(root, root, x, p, ctx), 1);
        if (BN_is_odd(root)) {
            assert_int_equal(BN_add(root, root, p), 1);
        }
        assert_int_equal(BN_rshift1(root, root), 1);
        assert_int_equal(EC_POINT_set_affine_coordinates(group, out, root, y, ctx), 1);
    }
    BN_free(twelve);
    BN_free(root);
    BN_free(y);
    BN_free(x);
    return found;
}

/* The sum's y is the addend's, and x is another: no doubling. */
TEST(points_of_equal_height_are_added)
{
    unsigned met = 0;

    while (met < 8) {
        BIGNUM *d = random_scalar();
        EC_POINT *point = combine(d, NULL, NULL);
        EC_POINT *key = EC_POINT_new(group);

        if (find_level(point, key)) {
            assert_x(key, d, BN_value_one());
            met++;
        }
        EC_POINT_free(key);
        EC_POINT_free(point);
        BN_free(d);
    }
}

/*
 * A product that is 2^256 and little more before it is reduced: its top word has overflown, which
 * does not happen by chance. Montgomery's square of a is that when a^2 = product * 2^256 modulo p,
 * and the first thing done with a key is to square x * 2^256.
 */
TEST(a_product_just_above_256_bits_keeps_its_carry)
{
    BIGNUM *product = BN_new();
    BIGNUM *a = BN_new();
    BIGNUM *shift = BN_new();
    EC_POINT *key = EC_POINT_new(group);
    unsigned met = 0;

    assert_int_equal(BN_lshift(shift, BN_value_one(), 256), 1);
    while (met < 32) {
        assert_int_equal(BN_rand(product, 192, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY), 1);
        assert_int_equal(BN_add(product, product, shift), 1);
        assert_int_equal(BN_mod_mul(a, product, shift, p, ctx), 1);
        if (BN_mod_sqrt(a, a, p, ctx) == NULL) {
            continue;
        }
        BIGNUM *inverse = BN_mod_inverse(NULL, shift, p, ctx);

        assert_int_equal(BN_mod_mul(a, a, inverse, p, ctx), 1);
        if (EC_POINT_set_compressed_coordinates(group, key, a, 0, ctx) == 1) {
            assert_x(key, BN_value_one(), BN_value_one());
            met++;
        }
        BN_free(inverse);
    }
    EC_POINT_free(key);
    BN_free(shift);
    BN_free(a);
    BN_free(product);
}

/* ---- r and s ---- */

TEST(s_may_be_1_or_n_less_1)
{
    struct sample sample;
    BIGNUM *highest = near(n, -1);

    make_good_with(&sample, NULL, BN_value_one());
    assert_good(&sample);
    make_good_with(&sample, NULL, highest);
    assert_good(&sample);
    BN_free(highest);
}

TEST(r_and_s_out_of_range_are_refused)
{
    static const char *const values[] = {
        "0", N, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552", P,
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"};
    struct sample good;

    make_good(&good);
    assert_good(&good);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        BIGNUM *value = number(values[i]);

        for (size_t half = 0; half < 2; half++) {
            struct sample sample = good;

            put(&sample.signature[half * NUMBER_SIZE], value);
            assert_status(ask(&sample).status, FWS_E_SIGNATURE_INVALID);
        }
        BN_free(value);
    }
}

TEST(r_and_s_next_to_the_bounds_are_compared)
{
    for (int i = 0; i < 4; i++) {
        struct sample sample;
        BIGNUM *edge_value = near(i % 2 == 0 ? NULL : n, i % 2 == 0 ? 1 : -1);

        make_good(&sample);
        put(&sample.signature[i / 2 * NUMBER_SIZE], edge_value);
        assert_unequal(&sample);
        BN_free(edge_value);
    }
}

/* The point with the lowest x from x on. */
static EC_POINT *point_from(const BIGNUM *x)
{
    EC_POINT *point = EC_POINT_new(group);
    BIGNUM *candidate = BN_dup(x);

    while (EC_POINT_set_compressed_coordinates(group, point, candidate, 0, ctx) != 1) {
        assert_int_equal(BN_add_word(candidate, 1), 1);
    }
    BN_free(candidate);
    return point;
}

TEST(x_of_n_or_more_is_reduced)
{
    struct sample sample;
    EC_POINT *nonce = point_from(n);
    BIGNUM *r = x_of(nonce);
    BIGNUM *s = random_scalar();
    BIGNUM *e = random_scalar();

    assert_int_equal(BN_sub(r, r, n), 1);
    assert_false(BN_is_negative(r));
    craft(&sample, nonce, r, s, e);
    assert_int_equal(openssl_says(&sample), 1);
    assert_good(&sample);
    BN_free(e);
    BN_free(s);
    BN_free(r);
    EC_POINT_free(nonce);
}

/* x = r + n - p satisfies the equation modulo p, not as numbers. */
TEST(r_plus_n_is_not_reduced_by_p)
{
    struct sample sample;
    EC_POINT *nonce = point_from(BN_value_one());
    BIGNUM *r = x_of(nonce);
    BIGNUM *s = random_scalar();
    BIGNUM *e = random_scalar();

    assert_int_equal(BN_add(r, r, p), 1);
    assert_int_equal(BN_sub(r, r, n), 1);
    craft(&sample, nonce, r, s, e);
    assert_int_equal(openssl_says(&sample), 0);
    assert_unequal(&sample);
    BN_free(e);
    BN_free(s);
    BN_free(r);
    EC_POINT_free(nonce);
}

/* ---- Keys and lengths ---- */

TEST(every_byte_of_the_key_prefix_is_looked_at)
{
    struct sample good;

    make_good(&good);
    for (size_t i = 0; i < PREFIX_SIZE; i++) {
        struct sample sample = good;

        sample.key[i] ^= 1;
        assert_status(ask(&sample).status, FWS_E_PUBKEY);
    }
}

TEST(lengths_must_fit)
{
    struct sample room[2];
    struct sample *good = &room[0];

    make_good(good);
    static const size_t keys[] = {0, 1, PREFIX_SIZE, KEY_SIZE - 1, KEY_SIZE + 1};
    static const size_t messages[] = {0, NUMBER_SIZE - 1, NUMBER_SIZE + 1, 48, 64};
    static const size_t signatures[] = {0, 32, 63, 65, 96};

    for (size_t i = 0; i < 5; i++) {
        assert_status(ask_sized(good, keys[i], 32, 64).status, FWS_E_PUBKEY);
        assert_status(ask_sized(good, KEY_SIZE, messages[i], 64).status, FWS_E_SIGNATURE_INVALID);
        assert_status(ask_sized(good, KEY_SIZE, 32, signatures[i]).status, FWS_E_SIGNATURE_INVALID);
    }
}

/* What is missing is not read as 0. */
TEST(a_key_without_its_last_zero_byte_is_refused)
{
    struct sample sample;

    do {
        make_good(&sample);
    } while (sample.key[KEY_SIZE - 1] != 0);
    assert_good(&sample);
    assert_status(ask_sized(&sample, KEY_SIZE - 1, 32, 64).status, FWS_E_PUBKEY);
}

static void put_coordinates(struct sample *sample, const BIGNUM *x, const BIGNUM *y)
{
    put(&sample->key[PREFIX_SIZE], x);
    put(&sample->key[PREFIX_SIZE + NUMBER_SIZE], y);
}

TEST(coordinates_must_be_below_p)
{
    struct sample sample;
    BIGNUM *zero = BN_new();
    EC_POINT *point = point_from(zero); /* x is small, so that x + p is still 256 bits */
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();

    make_good(&sample);
    put_key(&sample, point);
    assert_unequal(&sample);
    assert_int_equal(EC_POINT_get_affine_coordinates(group, point, x, y, ctx), 1);
    assert_int_equal(BN_add(x, x, p), 1);
    put_coordinates(&sample, x, y);
    assert_status(ask(&sample).status, FWS_E_PUBKEY);
    assert_int_equal(BN_sub(x, x, p), 1);
    put_coordinates(&sample, x, p);
    assert_status(ask(&sample).status, FWS_E_PUBKEY);
    BN_free(y);
    BN_free(x);
    EC_POINT_free(point);
    BN_free(zero);
}

/* (x, 5) is a point: a root of x^3 - 3 x + b - 25 modulo p. */
TEST(y_of_p_or_more_is_refused)
{
    struct sample sample;
    BIGNUM *x = number("D7325D7646CD60D80A92738CEB345F844CFFAF35841022CAB176F692DE8DE1D7");
    BIGNUM *y = near(NULL, 5);

    make_good(&sample);
    put_coordinates(&sample, x, y);
    assert_unequal(&sample);
    assert_int_equal(BN_add(y, y, p), 1);
    put_coordinates(&sample, x, y);
    assert_status(ask(&sample).status, FWS_E_PUBKEY);
    BN_free(y);
    BN_free(x);
}

TEST(a_key_off_the_curve_is_refused)
{
    struct sample sample;
    BIGNUM *zero = BN_new();

    make_good(&sample);
    put_coordinates(&sample, zero, zero); /* how some write infinity */
    assert_status(ask(&sample).status, FWS_E_PUBKEY);
    put_coordinates(&sample, BN_value_one(), zero);
    assert_status(ask(&sample).status, FWS_E_PUBKEY);
    for (int i = 0; i < 64; i++) {
        make_good(&sample);
        sample.key[PREFIX_SIZE + i] ^= (uint8_t)(1u << (i % 8));
        assert_int_equal(ask(&sample).status == FWS_E_PUBKEY, openssl_says(&sample) == -1);
    }
    BN_free(zero);
}

TEST(a_key_with_x_0_is_a_key)
{
    BIGNUM *zero = BN_new();
    EC_POINT *key = EC_POINT_new(group);
    BIGNUM *e = random_scalar();
    BIGNUM *r = random_scalar();

    assert_int_equal(EC_POINT_set_compressed_coordinates(group, key, zero, 1, ctx), 1);
    assert_x(key, e, r);
    BN_free(r);
    BN_free(e);
    EC_POINT_free(key);
    BN_free(zero);
}

TEST(scratch_is_what_the_scheme_says)
{
    struct sample sample;
    size_t size = fws_builtin_p256.scratch_size;

    assert_in_range(size, 1, SCRATCH_LIMIT);
    make_good(&sample);
    assert_good(&sample);
    for (size_t i = size; i < sizeof scratch; i++) {
        assert_int_equal(((const uint8_t *)scratch)[i], 0xa5);
    }
}

TEST_MAIN("verifier/builtin_p256")
