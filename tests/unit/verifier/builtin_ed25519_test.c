/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Built-in Ed25519 against RFC 8032's vectors, against OpenSSL, and at its edges.
 *
 * The cases of mixed_cases and chosen_cases were made with big integers and the affine curve law of
 * RFC 8032, section 5.1, written down plainly. Mixed: key [a]B + T with T of small order, R as the case
 * says, S = r + k a. Chosen: key, k and S as the case says, R = [S]B - [k]A.
 */
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <string.h>

#include "tests/unit/test.h"

#include "verifier/builtin/builtin.h"

#define DER_PREFIX_SIZE 12u
#define DER_SIZE        44u

static const char order_hex[] = "1000000000000000000000000000000014DEF9DEA2F79CD65812631A5CF5D3ED";

/* SHA-512 by OpenSSL, as the hash object the scheme asks for; the faults are those of a test. */
static struct {
    enum fws_status begin;
    enum fws_status update;
    enum fws_status finish;
    unsigned open;       /* begun and not finished */
    unsigned passes;     /* begun so far */
    unsigned forget_r;   /* bit n: the pass n leaves out what it is first given */
    bool given_anything; /* in this pass */
} hash_fault;

static enum fws_status sha512_begin(void *state)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    assert_non_null(ctx);
    assert_int_equal(EVP_DigestInit_ex(ctx, EVP_sha512(), NULL), 1);
    if (hash_fault.begin != FWS_OK) {
        EVP_MD_CTX_free(ctx);
        return hash_fault.begin;
    }
    hash_fault.open++;
    hash_fault.passes++;
    hash_fault.given_anything = false;
    memcpy(state, &ctx, sizeof ctx);
    return FWS_OK;
}

static enum fws_status sha512_update(void *state, const void *data, size_t size)
{
    EVP_MD_CTX *ctx = NULL;

    assert_non_null(data);
    memcpy(&ctx, state, sizeof ctx);
    if (hash_fault.given_anything || (hash_fault.forget_r >> hash_fault.passes & 1) == 0) {
        assert_int_equal(EVP_DigestUpdate(ctx, data, size), 1);
    }
    hash_fault.given_anything = true;
    return hash_fault.update;
}

static enum fws_status sha512_finish(void *state, uint8_t *digest)
{
    EVP_MD_CTX *ctx = NULL;

    memcpy(&ctx, state, sizeof ctx);
    assert_int_equal(EVP_DigestFinal_ex(ctx, digest, NULL), 1);
    EVP_MD_CTX_free(ctx);
    hash_fault.open--;
    return hash_fault.finish;
}

static const struct fws_hash_function sha512 = {
    .hash = FWS_HASH_SHA512,
    .state_size = sizeof(EVP_MD_CTX *),
    .begin = sha512_begin,
    .update = sha512_update,
    .finish = sha512_finish,
};
static const struct fws_hash_function *const hashes[] = {&sha512, NULL};

/* One case; a test breaks one thing of it. */
struct sample {
    uint8_t der[DER_SIZE];
    uint8_t message[256];
    size_t message_size;
    uint8_t signature[64];
};

static uint8_t *key_of(struct sample *sample)
{
    return &sample->der[DER_PREFIX_SIZE];
}

static void sample_init(struct sample *out)
{
    static const uint8_t prefix[DER_PREFIX_SIZE] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                    0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    memset(out, 0, sizeof *out);
    memcpy(out->der, prefix, sizeof prefix);
}

static size_t from_hex(uint8_t *out, const char *hex)
{
    size_t size = strlen(hex) / 2;

    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return size;
}

static void sample_from_hex(struct sample *out, const char *key, const char *message,
                            const char *signature)
{
    sample_init(out);
    assert_int_equal(from_hex(key_of(out), key), 32);
    out->message_size = from_hex(out->message, message);
    assert_int_equal(from_hex(out->signature, signature), 64);
}

static struct fws_signature_input input_of(const struct sample *sample)
{
    return (struct fws_signature_input){
        .key = fws_reader_init(sample->der, sizeof sample->der),
        .message = fws_reader_init(sample->message, sample->message_size),
        .signature = fws_reader_init(sample->signature, sizeof sample->signature),
        .hashes = hashes,
    };
}

/* What the verifier makes of the operands: FWS_OK only for eight equal words in unlike places. */
static enum fws_status judge(const struct fws_signature_input *input)
{
    static union {
        max_align_t align;
        uint8_t bytes[FWS_VERIFY_SCRATCH_SIZE];
    } scratch;
    struct fws_operands operands = {0};

    memset(&scratch, 0xa5, sizeof scratch);
    hash_fault.passes = 0;
    enum fws_status status = fws_builtin_ed25519.verify(input, &scratch, &operands);

    assert_int_equal(hash_fault.open, 0);
    for (size_t i = fws_builtin_ed25519.scratch_size; i < sizeof scratch; i++) {
        assert_int_equal(scratch.bytes[i], 0xa5);
    }
    if (status != FWS_OK) {
        return status;
    }
    assert_int_equal(operands.words, 8);
    assert_true(operands.left + 8 <= operands.right || operands.right + 8 <= operands.left);
    assert_memory_equal(operands.left, input->signature.data, 32); /* a little endian host */
    return memcmp(operands.left, operands.right, 32) == 0 ? FWS_OK : FWS_E_SIGNATURE_INVALID;
}

static enum fws_status judge_sample(const struct sample *sample)
{
    struct fws_signature_input input = input_of(sample);

    return judge(&input);
}

static bool openssl_accepts(struct sample *sample)
{
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key_of(sample), 32);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey), 1);
    int verdict = EVP_DigestVerify(ctx, sample->signature, sizeof sample->signature,
                                   sample->message, sample->message_size);

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);
    return verdict == 1;
}

/* A deterministic stream, so that a failure can be run again. */
static uint32_t random_state;

static void random_bytes(uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        random_state = random_state * 1664525u + 1013904223u;
        out[i] = (uint8_t)(random_state >> 24);
    }
}

static uint32_t random_below(uint32_t bound)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % bound;
}

/* The key of a seed and its signature over message. */
static void sample_sign(struct sample *out, const uint8_t seed[32], const uint8_t *message,
                        size_t size)
{
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t key_size = 32;
    size_t signature_size = sizeof out->signature;

    sample_init(out);
    memcpy(out->message, message, size);
    out->message_size = size;
    assert_int_equal(EVP_PKEY_get_raw_public_key(pkey, key_of(out), &key_size), 1);
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, pkey), 1);
    assert_int_equal(EVP_DigestSign(ctx, out->signature, &signature_size, message, size), 1);
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);
}

static const uint8_t fixed_seed[32] = {7, 7, 7};

static void sample_good(struct sample *out)
{
    sample_sign(out, fixed_seed, (const uint8_t *)"digest of an image, 32 bytes....", 32);
    assert_status(judge_sample(out), FWS_OK);
}

/* SHA-512(R || A || message), as the verifier's one pass has it for a pure signature. */
static void challenge_digest(struct sample *sample, uint8_t digest[64])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    assert_int_equal(EVP_DigestInit_ex(ctx, EVP_sha512(), NULL), 1);
    assert_int_equal(EVP_DigestUpdate(ctx, sample->signature, 32), 1);
    assert_int_equal(EVP_DigestUpdate(ctx, key_of(sample), 32), 1);
    assert_int_equal(EVP_DigestUpdate(ctx, sample->message, sample->message_size), 1);
    assert_int_equal(EVP_DigestFinal_ex(ctx, digest, NULL), 1);
    EVP_MD_CTX_free(ctx);
}

static enum fws_status judge_pure(const struct sample *sample, const uint8_t *digest, size_t size)
{
    struct fws_signature_input input = input_of(sample);

    input.message = fws_reader_init(digest, size);
    input.hashes = NULL;
    input.pure = true;
    return judge(&input);
}

static BIGNUM *order(void)
{
    BIGNUM *out = NULL;

    assert_int_equal(BN_hex2bn(&out, order_hex), strlen(order_hex));
    return out;
}

/* Set S to small + times * L. */
static void set_s(struct sample *sample, const BIGNUM *small, BN_ULONG times)
{
    BIGNUM *value = order();

    assert_int_equal(BN_mul_word(value, times), 1);
    assert_int_equal(BN_add(value, value, small), 1);
    assert_int_equal(BN_bn2lebinpad(value, &sample->signature[32], 32), 32);
    BN_free(value);
}

/* S = k a for the k of this digest and the secret a of fixed_seed: [S]B - [k]A is neutral. */
static void set_neutral_s(struct sample *sample, const uint8_t k_digest[64])
{
    uint8_t secret[64];
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *l = order();
    BIGNUM *k = BN_lebin2bn(k_digest, 64, NULL);

    assert_int_equal(EVP_Digest(fixed_seed, 32, secret, NULL, EVP_sha512(), NULL), 1);
    secret[0] &= 0xf8;
    secret[31] = (uint8_t)((secret[31] & 0x7f) | 0x40);
    BIGNUM *s = BN_lebin2bn(secret, 32, NULL);

    assert_int_equal(BN_mod_mul(s, s, k, l, ctx), 1);
    assert_int_equal(BN_bn2lebinpad(s, &sample->signature[32], 32), 32);
    BN_free(s);
    BN_free(k);
    BN_free(l);
    BN_CTX_free(ctx);
}

/* The sample of fixed_seed with this R, and with the S for which the neutral element is computed. */
static void sample_with_r(struct sample *out, const uint8_t r[32])
{
    uint8_t digest[64];

    sample_good(out);
    memcpy(out->signature, r, 32);
    challenge_digest(out, digest);
    set_neutral_s(out, digest);
}

/* All points of small order; number 0 is the neutral element. */
static const char *const small_points[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};

/* The same points, or none, in encodings that are not canonical: y + p, or x = 0 with its sign. */
static const char *const odd_encodings[] = {
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

TEST(rfc_8032_vectors_are_good)
{
    static const char *const vectors[][3] = {
        {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
         "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
        {"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
         "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
         "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"},
    };

    for (size_t i = 0; i < COUNT(vectors); i++) {
        struct sample sample;

        sample_from_hex(&sample, vectors[i][0], vectors[i][1], vectors[i][2]);
        assert_status(judge_sample(&sample), FWS_OK);
        sample.signature[40] ^= 1;
        assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    }
}

static void flip_one_bit(struct sample *sample)
{
    uint8_t mask = (uint8_t)(1u << random_below(8));

    switch (random_below(3)) {
    case 0:
        sample->signature[random_below(64)] ^= mask;
        break;
    case 1:
        key_of(sample)[random_below(32)] ^= mask;
        break;
    default:
        sample->message[random_below((uint32_t)sample->message_size)] ^= mask;
        break;
    }
}

TEST(random_signatures_are_judged_as_openssl_judges_them)
{
    static const size_t sizes[] = {32, 64, 1, 127, 256};

    random_state = 1;
    for (unsigned i = 0; i < 100; i++) {
        struct sample sample;
        uint8_t seed[32];
        uint8_t message[256];

        random_bytes(seed, sizeof seed);
        random_bytes(message, sizeof message);
        sample_sign(&sample, seed, message, sizes[i % COUNT(sizes)]);
        assert_status(judge_sample(&sample), FWS_OK);
        for (unsigned damage = 0; damage < 4; damage++) {
            struct sample damaged = sample;

            flip_one_bit(&damaged);
            assert_false(openssl_accepts(&damaged));
            assert_true(judge_sample(&damaged) != FWS_OK);
        }
    }
}

TEST(s_must_be_below_the_order)
{
    struct sample sample;
    BIGNUM *s = NULL;

    sample_good(&sample);
    s = BN_lebin2bn(&sample.signature[32], 32, NULL);
    for (unsigned times = 1; times < 15; times++) {
        set_s(&sample, s, times);
        assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    }
    set_s(&sample, s, 0);
    assert_status(judge_sample(&sample), FWS_OK);
    BN_free(s);
}

/* An S out of range has no equation; the largest in range has one, which does not hold. */
TEST(s_of_the_order_has_no_equation_and_one_less_has)
{
    struct sample sample;
    struct fws_operands operands;
    uint64_t scratch[FWS_VERIFY_SCRATCH_SIZE / 8];
    BIGNUM *zero = BN_new();

    sample_good(&sample);
    struct fws_signature_input input = input_of(&sample);

    set_s(&sample, zero, 1);
    assert_status(fws_builtin_ed25519.verify(&input, scratch, &operands), FWS_E_SIGNATURE_INVALID);
    sample.signature[32]--;
    assert_status(fws_builtin_ed25519.verify(&input, scratch, &operands), FWS_OK);
    assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    memset(&sample.signature[32], 0xff, 32);
    assert_status(fws_builtin_ed25519.verify(&input, scratch, &operands), FWS_E_SIGNATURE_INVALID);
    memset(&sample.signature[32], 0, 32);
    assert_status(fws_builtin_ed25519.verify(&input, scratch, &operands), FWS_OK);
    assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    BN_free(zero);
}

TEST(key_of_small_order_is_refused)
{
    for (size_t i = 0; i < COUNT(small_points); i++) {
        struct sample sample;

        sample_good(&sample);
        from_hex(key_of(&sample), small_points[i]);
        assert_status(judge_sample(&sample), FWS_E_PUBKEY);
    }
}

TEST(key_that_is_not_canonical_is_refused)
{
    struct sample sample;

    sample_good(&sample);
    for (size_t i = 0; i < COUNT(odd_encodings); i++) {
        from_hex(key_of(&sample), odd_encodings[i]);
        assert_status(judge_sample(&sample), FWS_E_PUBKEY);
    }
    /* y = p to p + 18, with either sign of x: some are points, all have a shorter y */
    memset(key_of(&sample), 0xff, 32);
    for (unsigned low = 0xed; low <= 0xff; low++) {
        key_of(&sample)[0] = (uint8_t)low;
        key_of(&sample)[31] = 0x7f;
        assert_status(judge_sample(&sample), FWS_E_PUBKEY);
        key_of(&sample)[31] = 0xff;
        assert_status(judge_sample(&sample), FWS_E_PUBKEY);
    }
}

/* True when there is an x for this y, by Euler: u v = (y^2 - 1)(d y^2 + 1) is a square modulo p. */
static bool on_curve(const uint8_t key[32])
{
    uint8_t bytes[32];
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *p = BN_new();
    BIGNUM *d = BN_new();
    BIGNUM *u = NULL;

    memcpy(bytes, key, sizeof bytes);
    bytes[31] &= 0x7f;
    u = BN_lebin2bn(bytes, sizeof bytes, NULL);
    assert_int_equal(BN_set_bit(p, 255) && BN_sub_word(p, 19), 1);
    assert_int_equal(BN_set_word(d, 121666), 1);
    assert_non_null(BN_mod_inverse(d, d, p, ctx));
    assert_int_equal(BN_mul_word(d, 121665) && BN_sub(d, p, d), 1); /* d, perhaps negative */
    assert_int_equal(BN_mod_sqr(u, u, p, ctx) && BN_mod_mul(d, d, u, p, ctx), 1);
    assert_int_equal(BN_add_word(d, 1) && BN_sub_word(u, 1) && BN_mod_mul(u, u, d, p, ctx), 1);
    int symbol = BN_kronecker(u, p, ctx);

    BN_free(p);
    BN_free(d);
    BN_free(u);
    BN_CTX_free(ctx);
    return symbol != -1;
}

TEST(key_off_the_curve_is_refused)
{
    unsigned refused = 0;

    random_state = 2;
    for (unsigned i = 0; i < 100; i++) {
        struct sample sample;

        sample_good(&sample);
        random_bytes(key_of(&sample), 32);
        bool good = on_curve(key_of(&sample));

        assert_status(judge_sample(&sample), good ? FWS_E_SIGNATURE_INVALID : FWS_E_PUBKEY);
        refused += good ? 0 : 1;
    }
    assert_in_range(refused, 30, 70);
}

TEST(key_must_be_subject_public_key_info_of_ed25519)
{
    for (size_t i = 0; i < DER_PREFIX_SIZE; i++) {
        struct sample sample;

        sample_good(&sample);
        sample.der[i] ^= 1;
        assert_status(judge_sample(&sample), FWS_E_PUBKEY);
    }
}

TEST(key_of_another_length_is_refused)
{
    uint8_t longer[DER_SIZE + 1] = {0};
    struct sample sample;

    sample_good(&sample);
    struct fws_signature_input input = input_of(&sample);

    memcpy(longer, sample.der, sizeof sample.der);
    for (size_t size = 0; size <= sizeof longer; size++) {
        input.key = fws_reader_init(longer, size);
        assert_status(judge(&input), size == DER_SIZE ? FWS_OK : FWS_E_PUBKEY);
    }
}

TEST(signature_of_another_length_is_refused)
{
    uint8_t longer[65] = {0};
    struct sample sample;

    sample_good(&sample);
    struct fws_signature_input input = input_of(&sample);

    memcpy(longer, sample.signature, sizeof sample.signature);
    for (size_t size = 0; size <= sizeof longer; size++) {
        input.signature = fws_reader_init(longer, size);
        assert_status(judge(&input), size == 64 ? FWS_OK : FWS_E_SIGNATURE_INVALID);
    }
}

/* With S = k a the computed point is the neutral element: its one encoding is good, no other. */
TEST(r_is_only_good_in_its_canonical_encoding)
{
    uint8_t r[32];
    struct sample sample;

    for (size_t i = 0; i < COUNT(small_points); i++) {
        from_hex(r, small_points[i]);
        sample_with_r(&sample, r);
        assert_status(judge_sample(&sample), i == 0 ? FWS_OK : FWS_E_SIGNATURE_INVALID);
        assert_int_equal(openssl_accepts(&sample), i == 0);
    }
    for (size_t i = 0; i < COUNT(odd_encodings); i++) {
        from_hex(r, odd_encodings[i]);
        sample_with_r(&sample, r);
        assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    }
}

/* Where the equation with and without the cofactor differ, and where R is of small order. */
TEST(equation_is_the_one_without_cofactor)
{
    static const struct {
        const char *key, *message, *signature;
        enum fws_status expected;
    } mixed_cases[] = {
        /* R of order 8, 4, 2, 1 and equal to the point computed */
        {"1894a8aa95b19259f43f6efa5c78c3bdeecc0a9b279eefa6de90d53c9186958d", "05",
         "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
         "2981789aec5d5f935ffa63bdb152a259a0503df0ccf1252fec8768f9e6e4890c",
         FWS_OK},
        {"1894a8aa95b19259f43f6efa5c78c3bdeecc0a9b279eefa6de90d53c9186958d", "05",
         "0000000000000000000000000000000000000000000000000000000000000080"
         "1d2ecded0df892135f9812f4768c3382e4e6c3d7075ae400d3d469494e501902",
         FWS_OK},
        {"1894a8aa95b19259f43f6efa5c78c3bdeecc0a9b279eefa6de90d53c9186958d", "1e",
         "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
         "8c8a2f097d89d94d0353e0175d29255c98cf32934137267ef91da57ad11f2b05",
         FWS_OK},
        {"1894a8aa95b19259f43f6efa5c78c3bdeecc0a9b279eefa6de90d53c9186958d", "07",
         "0100000000000000000000000000000000000000000000000000000000000000"
         "2e582de0b51876f17396290fff8c67c80cfdb815f8cb4f56ee079e4e749b6108",
         FWS_OK},
        /* R = [r]B + T with T of order 8, 2: equal only once multiplied by the cofactor */
        {"8ccac6a9d5d62ff2893005a7d7797e931df88dfaced1d6a7b545bac6bb30d9f6", "0102",
         "186ed2bdbd1a36f6437c5168b0221914018ea4f32a1c3fcd1c1794d64fbd596e"
         "d473398abbcc6d8a71f09251b38b7d70c08b40952c63c40ee03a517db909810a",
         FWS_E_SIGNATURE_INVALID},
        {"8ccac6a9d5d62ff2893005a7d7797e931df88dfaced1d6a7b545bac6bb30d9f6", "0102",
         "3ae4df0afbd9dbdaeb27e4c7cab7426f218d02f4730dc7d577060ad31af894dc"
         "abaad4b591dd04b0d3c235e84c638bd861b117a34b637b5fee7095fa8182750e",
         FWS_E_SIGNATURE_INVALID},
        /* key of order 2 L and R = [r]B: good for an even k mod L only */
        {"613539562a29d00d76cffa582886816ce2077205312e29584aba453944cf2609", "01",
         "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076b23"
         "caa6baaaf887296fe170f753518533acb146540d46cc82085aee5bd4fe683806",
         FWS_OK},
        {"613539562a29d00d76cffa582886816ce2077205312e29584aba453944cf2609", "00",
         "b31b20f50426242514d81b383548bd90de72fd0b8cf2382a88f9f52ce5076b23"
         "a264e9c5f617ebb01a45b16d34270d495e376b032f466b12f60db3b3b0837609",
         FWS_E_SIGNATURE_INVALID},
    };

    for (size_t i = 0; i < COUNT(mixed_cases); i++) {
        struct sample sample;

        sample_from_hex(&sample, mixed_cases[i].key, mixed_cases[i].message,
                        mixed_cases[i].signature);
        assert_status(judge_sample(&sample), mixed_cases[i].expected);
        assert_int_equal(openssl_accepts(&sample), mixed_cases[i].expected == FWS_OK);
    }
}

TEST(pure_form_takes_the_hash_of_the_one_pass)
{
    random_state = 3;
    for (unsigned i = 0; i < 20; i++) {
        uint8_t digest[64];
        uint8_t seed[32];
        struct sample sample;

        random_bytes(seed, sizeof seed);
        sample_sign(&sample, seed, (const uint8_t *)"an image", 8);
        challenge_digest(&sample, digest);
        assert_status(judge_pure(&sample, digest, sizeof digest), FWS_OK);
        digest[i] ^= 1;
        assert_status(judge_pure(&sample, digest, sizeof digest), FWS_E_SIGNATURE_INVALID);
    }
}

/* A chosen k reaches what no hash will: keys of small x, whose sign is easily lost, and k, S at ends. */
TEST(equation_holds_for_awkward_numbers)
{
    static const struct {
        const char *key, *digest, *signature; /* digest without its trailing zeros */
    } chosen_cases[] = {
        /* x = 2 */
        {"3126711e11ef574692935381d2cd2bbab5dd113c4010f91fd7c4dd7b12bf431a", "05",
         "c7538d637bd4a43aaaedbcf98a1d8b7c6617edd759903b5c21bc4f779787a461"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = -2 */
        {"3126711e11ef574692935381d2cd2bbab5dd113c4010f91fd7c4dd7b12bf439a", "05",
         "911817e39f4846c01293d156a55dfc6a9a605eeab7d181ec984d4d06d1f30bc6"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = 6 */
        {"aa9239e819ad147f9f634c535d82d85717a872ef0ae6c71c72571510cc4ba362", "05",
         "cee5198e617608bc5798c185188f1c01ace6205b1a3ace7b2ba03f7f7c204669"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = -6 */
        {"aa9239e819ad147f9f634c535d82d85717a872ef0ae6c71c72571510cc4ba3e2", "05",
         "137064f5efef9e3d51019dae9e1784af32a90c24c09dee0f367983b6c5ab1876"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = 7 */
        {"eb8ffce7fc33540e34909731cab7f7301c7e7d9bea739584e82fa3e0c8f1f7c9", "05",
         "168d700f55ac62e5db55c1492305414c329e9997bfc2542d0fd12a3a43bd82d1"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = -7 */
        {"eb8ffce7fc33540e34909731cab7f7301c7e7d9bea739584e82fa3e0c8f1f749", "05",
         "3903822ff48bd49a09a1a915146899fb9a25add1418c4d98788497b57fe75aa2"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = 10 */
        {"dc09e3aa31beb07d43151353273ed871b582034567178a96d4a08af3daefd873", "05",
         "77debe9e9258a02ef03b4df3d64b33910b201acd61129a958ad9dbdaa1febc5e"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = -10 */
        {"dc09e3aa31beb07d43151353273ed871b582034567178a96d4a08af3daefd8f3", "05",
         "572adde57fb6507276f5834143c1c9000f32dee6841877f62ee194bd2a2309c0"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = 11 */
        {"da98a21a581f1076f817888b57d357d5b9436de32798204c90f7466b425ef7fe", "05",
         "2cd39cea3c2a0f7124d413b64dbf17d89a8eda00077fe8a0621aae181746c938"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = -11 */
        {"da98a21a581f1076f817888b57d357d5b9436de32798204c90f7466b425ef77e", "05",
         "5aa8f37d585fc88f095d3199edfc5cc293e0de2b8993989030227ac0dc4f8b97"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = 12 */
        {"7ee356fee20c302252fa9efb3fa8831af41f2549a7a2f53f0089f1fe47945d16", "05",
         "310475f44e0d79da22a173a1ab11983bf8950906193cd8b185f7fbb98d437962"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* x = -12 */
        {"7ee356fee20c302252fa9efb3fa8831af41f2549a7a2f53f0089f1fe47945d96", "05",
         "dcf5d29f8c99f1d003d99d85e202efbff366dc2fcf43664c2016f08d0388cdab"
         "0300000000000000000000000000000000000000000000000000000000000000"},
        /* k = L - 1, S = 0 */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
         "7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572"
         "0000000000000000000000000000000000000000000000000000000000000000"},
        /* k = 0, S = L - 1 */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572", "",
         "58666666666666666666666666666666666666666666666666666666666666e6"
         "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"},
        /* both L - 1 */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
         "a93e7685fe6a76f1f796d7125a3b62652000494792aaf8eff3c003543ecf247a"
         "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"},
        /* k = L */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
         "5866666666666666666666666666666666666666666666666666666666666666"
         "0100000000000000000000000000000000000000000000000000000000000000"},
        /* k = 2^512 - 1 */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
         "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
         "43d3685a467b18aa4a4d53e86eaa3657a29125a929d27516ea11527a8683033c"
         "0100000000000000000000000000000000000000000000000000000000000000"},
        /* k = 2^252, S = 2^252 */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "0000000000000000000000000000000000000000000000000000000000000010",
         "a8de04320726b0903ea0571e9a53b3be9e7592526f3d48fa641fbfa0c432ac6d"
         "0000000000000000000000000000000000000000000000000000000000000010"},
        /* k = 2^256, S = 2^252 - 1 */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "0000000000000000000000000000000000000000000000000000000000000000"
         "01",
         "60e42d03895a57fca995dab275ba7bb062e36f0d8102eff88229a2f4fe146f1a"
         "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f"},
        /* ones and zeros */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572",
         "5555555555555555555555555555555555555555555555555555555555555505",
         "dc6c7600b001ae31706c216afcf27f7d4cc349a47e77fc828a598bcbbc3cd373"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0a"},
        /* k = 0, S = 0: neutral */
        {"7767a3242dc9b58bbc68488c1265cc6cc5f26c6f3c88a5d55e901b0734dca572", "",
         "0100000000000000000000000000000000000000000000000000000000000000"
         "0000000000000000000000000000000000000000000000000000000000000000"},
    };

    for (size_t i = 0; i < COUNT(chosen_cases); i++) {
        struct sample sample;
        uint8_t digest[64] = {0};

        sample_from_hex(&sample, chosen_cases[i].key, "", chosen_cases[i].signature);
        from_hex(digest, chosen_cases[i].digest);
        assert_status(judge_pure(&sample, digest, sizeof digest), FWS_OK);
        sample.signature[31] ^= 0x80;
        assert_status(judge_pure(&sample, digest, sizeof digest), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(pure_form_needs_64_bytes)
{
    uint8_t digest[65] = {0};
    struct sample sample;

    sample_good(&sample);
    challenge_digest(&sample, digest);
    assert_status(judge_pure(&sample, digest, 63), FWS_E_BACKEND);
    assert_status(judge_pure(&sample, digest, 64), FWS_OK);
    assert_status(judge_pure(&sample, digest, 65), FWS_E_BACKEND);
    assert_status(judge_pure(&sample, digest, 0), FWS_E_BACKEND);
}

/* k + times * L, if it has 512 bits at most, is the same k; one more is another. */
static void check_multiple(const struct sample *sample, const BIGNUM *k, const BIGNUM *times)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *value = order();
    uint8_t digest[64];

    assert_int_equal(BN_mul(value, value, times, ctx), 1);
    assert_int_equal(BN_add(value, value, k), 1);
    assert_int_equal(BN_bn2lebinpad(value, digest, 64), 64);
    assert_status(judge_pure(sample, digest, sizeof digest), FWS_OK);
    assert_int_equal(BN_add_word(value, 1), 1);
    assert_int_equal(BN_bn2lebinpad(value, digest, 64), 64);
    assert_status(judge_pure(sample, digest, sizeof digest), FWS_E_SIGNATURE_INVALID);
    BN_free(value);
    BN_CTX_free(ctx);
}

TEST(hash_is_taken_modulo_the_order)
{
    uint8_t digest[64];
    struct sample sample;
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *l = order();
    BIGNUM *times = BN_new();
    BIGNUM *most = BN_new();

    sample_good(&sample);
    challenge_digest(&sample, digest);
    BIGNUM *k = BN_lebin2bn(digest, 64, NULL);

    assert_int_equal(BN_mod(k, k, l, ctx), 1);
    assert_int_equal(BN_set_bit(most, 512), 1);
    assert_int_equal(BN_sub_word(most, 2), 1);
    assert_int_equal(BN_sub(most, most, k), 1);
    assert_int_equal(BN_div(most, NULL, most, l, ctx), 1);
    check_multiple(&sample, k, most);
    for (unsigned i = 0; i < 40; i++) {
        assert_int_equal(BN_set_word(times, i), 1); /* 15 and 16: around 2^256 */
        check_multiple(&sample, k, times);
    }
    for (int bit = 5; bit < 259; bit += 3) {
        assert_int_equal(BN_set_word(times, 1), 1);
        assert_int_equal(BN_lshift(times, times, bit), 1);
        check_multiple(&sample, k, times);
        assert_int_equal(BN_sub_word(times, 1), 1);
        check_multiple(&sample, k, times);
    }
    BN_free(k);
    BN_free(l);
    BN_free(most);
    BN_free(times);
    BN_CTX_free(ctx);
}

/* Digests all ones, all zeros, and one less than powers of two: each read to its end. */
TEST(any_hash_value_is_reduced)
{
    uint8_t digest[64];
    struct sample sample;

    sample_good(&sample);
    for (size_t ones = 0; ones <= sizeof digest; ones++) {
        memset(digest, 0, sizeof digest);
        memset(digest, 0xff, ones);
        assert_status(judge_pure(&sample, digest, sizeof digest), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(sha512_must_be_in_the_policy)
{
    static const struct fws_hash_function *const none[] = {NULL};
    struct sample sample;

    sample_good(&sample);
    struct fws_signature_input input = input_of(&sample);

    input.hashes = none;
    assert_status(judge(&input), FWS_E_BACKEND);
}

TEST(hash_state_must_fit_its_memory)
{
    struct fws_hash_function big = sha512;
    const struct fws_hash_function *const list[] = {&big, NULL};
    struct sample sample;

    sample_good(&sample);
    struct fws_signature_input input = input_of(&sample);

    input.hashes = list;
    big.state_size = FWS_VERIFY_HASH_STATE_SIZE;
    assert_status(judge(&input), FWS_OK);
    big.state_size = FWS_VERIFY_HASH_STATE_SIZE + 1;
    assert_status(judge(&input), FWS_E_BACKEND);
}

TEST(failing_hash_is_reported_and_finished)
{
    struct sample sample;

    sample_good(&sample);
    hash_fault.begin = FWS_E_BACKEND;
    assert_status(judge_sample(&sample), FWS_E_BACKEND);
    hash_fault.begin = FWS_OK;
    hash_fault.update = FWS_E_BACKEND;
    assert_status(judge_sample(&sample), FWS_E_BACKEND); /* judge sees that finish was called */
    hash_fault.update = FWS_OK;
    hash_fault.finish = FWS_E_BACKEND;
    assert_status(judge_sample(&sample), FWS_E_BACKEND);
    hash_fault.finish = FWS_OK;
    assert_status(judge_sample(&sample), FWS_OK);
}

/*
 * Were R not hashed, R and S could be made from k. One hash disturbed in this way does not do, only
 * both: the forgery of this test is one, though made with the secret for want of a shorter way.
 */
TEST(one_disturbed_hash_is_not_enough_to_forge)
{
    uint8_t digest[64];
    uint8_t unsigned_part[64];
    struct sample sample;

    sample_good(&sample);
    from_hex(sample.signature, small_points[0]);
    memcpy(unsigned_part, key_of(&sample), 32);
    memcpy(&unsigned_part[32], sample.message, 32);
    assert_int_equal(EVP_Digest(unsigned_part, 64, digest, NULL, EVP_sha512(), NULL), 1);
    set_neutral_s(&sample, digest);
    hash_fault.forget_r = 1u << 1;
    assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    hash_fault.forget_r = 1u << 2;
    assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
    hash_fault.forget_r = 1u << 1 | 1u << 2;
    assert_status(judge_sample(&sample), FWS_OK);
    hash_fault.forget_r = 0;
    assert_status(judge_sample(&sample), FWS_E_SIGNATURE_INVALID);
}

TEST(empty_message_needs_no_address)
{
    struct sample sample;

    sample_sign(&sample, fixed_seed, (const uint8_t *)"", 0);
    struct fws_signature_input input = input_of(&sample);

    input.message = fws_reader_init(NULL, 0);
    assert_status(judge(&input), FWS_OK); /* the hash refuses an update without an address */
}

TEST(scheme_says_what_it_needs)
{
    assert_int_equal(fws_builtin_ed25519.alg, FWS_ALG_ED25519);
    assert_int_equal(fws_builtin_ed25519.pure, FWS_PURE_PREFIXED);
    assert_false(fws_builtin_ed25519.boolean_only);
    assert_true(fws_builtin_ed25519.scratch_size <= FWS_VERIFY_SCRATCH_SIZE);
}

TEST_MAIN("verifier/builtin_ed25519")
