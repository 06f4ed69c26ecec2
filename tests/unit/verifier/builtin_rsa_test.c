/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include "tests/unit/test.h"
#include "tests/unit/verifier/hash_by_openssl.h"
#include "verifier/builtin/builtin.h"

#define SIZE_MAX_BYTES 384u
#define HASH_SIZE      32u

/* A key pair and what the verifier is given. */
struct pair {
    EVP_PKEY *pkey;
    uint8_t der[512];
    size_t der_size;
    size_t size; /* of n */
    const struct fws_signature_scheme *scheme;
};

static struct fws_signature_input input;
static struct fws_operands operands;
static _Alignas(max_align_t) uint8_t scratch[FWS_VERIFY_SCRATCH_SIZE];
static const uint8_t digest[HASH_SIZE] = "what is signed is a digest, here";

static void pair_init(struct pair *pair, unsigned bits, unsigned long e)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    BIGNUM *exponent = BN_new();
    uint8_t *der = pair->der;

    assert_int_equal(BN_set_word(exponent, e), 1);
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits), 1);
    assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, exponent), 1);
    pair->pkey = NULL;
    assert_int_equal(EVP_PKEY_generate(ctx, &pair->pkey), 1);
    pair->der_size = (size_t)i2d_PublicKey(pair->pkey, &der);
    pair->size = bits / 8;
    pair->scheme = bits == 2048 ? &fws_builtin_rsa2048 : &fws_builtin_rsa3072;
    BN_free(exponent);
    EVP_PKEY_CTX_free(ctx);
}

/* The pairs of the tests; made once. */
static struct pair *pair(unsigned index)
{
    static struct pair pairs[3];

    if (pairs[index].pkey == NULL) {
        pair_init(&pairs[index], index == 1 ? 3072 : 2048, 65537);
    }
    return &pairs[index];
}

static void set(const struct pair *with, const uint8_t *signature)
{
    input = (struct fws_signature_input){
        .key = fws_reader_init(with->der, with->der_size),
        .message = fws_reader_init(digest, sizeof digest),
        .signature = fws_reader_init(signature, with->size),
        .hashes = hashes_by_openssl,
    };
    hash_call_fails = UINT32_MAX;
}

static enum fws_status run(const struct fws_signature_scheme *scheme)
{
    memset(scratch, 0xa5, sizeof scratch);
    memset(&operands, 0, sizeof operands);
    hash_calls = 0;
    enum fws_status status = scheme->verify(&input, scratch, &operands);

    assert_int_equal(hash_open, 0);
    return status;
}

/* As the verifier does: both sides compared, INVALID when they differ. */
static enum fws_status verify(const struct pair *with)
{
    enum fws_status status = run(with->scheme);

    if (status != FWS_OK) {
        return status;
    }
    assert_int_equal(operands.words, with->size / 4);
    assert_true(operands.left + operands.words <= operands.right ||
                operands.right + operands.words <= operands.left);
    return memcmp(operands.left, operands.right, with->size) == 0 ? FWS_OK
                                                                  : FWS_E_SIGNATURE_INVALID;
}

static enum fws_status verify_by_openssl(const struct pair *with, const uint8_t *signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(with->pkey, NULL);

    assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
    bool good = EVP_PKEY_verify(ctx, signature, with->size, digest, sizeof digest) == 1;

    EVP_PKEY_CTX_free(ctx);
    return good ? FWS_OK : FWS_E_SIGNATURE_INVALID;
}

/* em^d mod n, as an attacker with the key would; false when em is not below n. */
static bool sign_raw(const struct pair *with, const uint8_t *em, uint8_t *out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(with->pkey, NULL);
    size_t size = with->size;

    assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    bool good = EVP_PKEY_sign(ctx, out, &size, em, size) == 1;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* How an encoded message comes to be; the defaults are those of the RFC. */
struct recipe {
    size_t salt_size;
    const EVP_MD *mgf;
    uint8_t trailer;
    uint8_t separator;
    size_t damaged;              /* the byte of EM that is, or none */
    uint8_t damage;              /* by what */
    uint8_t padding_at, padding; /* of PS, before masking */
    uint8_t first_zero;
    bool high_bit;
    uint8_t salt;
};

#define RECIPE                                                                                     \
    {                                                                                              \
        .salt_size = 32, .mgf = EVP_sha256(), .trailer = 0xbc, .separator = 0x01                   \
    }

static void mgf1(const EVP_MD *md, const uint8_t *seed, uint8_t *out, size_t size)
{
    uint8_t bytes[HASH_SIZE + 4] = {0};
    uint8_t block[EVP_MAX_MD_SIZE];
    unsigned block_size = (unsigned)EVP_MD_size(md);

    memcpy(bytes, seed, HASH_SIZE);
    for (size_t i = 0; i < size; i++) {
        if (i % block_size == 0) {
            bytes[HASH_SIZE + 3] = (uint8_t)(i / block_size);
            assert_int_equal(EVP_Digest(bytes, sizeof bytes, block, NULL, md, NULL), 1);
        }
        out[i] ^= block[i % block_size];
    }
}

static void encode(const struct recipe *recipe, uint8_t *em, size_t size)
{
    uint8_t bytes[8 + HASH_SIZE + SIZE_MAX_BYTES] = {0};
    size_t db_size = size - HASH_SIZE - 1;
    size_t padding_size = db_size - recipe->salt_size - 1;
    uint8_t *h = em + db_size;

    bytes[0] = recipe->first_zero;
    memcpy(bytes + 8, digest, HASH_SIZE);
    memset(bytes + 8 + HASH_SIZE, recipe->salt, recipe->salt_size);
    (void)SHA256(bytes, 8 + HASH_SIZE + recipe->salt_size, h);
    memset(em, 0, padding_size);
    em[recipe->padding_at] ^= recipe->padding;
    em[padding_size] = recipe->separator;
    memset(em + padding_size + 1, recipe->salt, recipe->salt_size);
    mgf1(recipe->mgf, h, em, db_size);
    em[0] = (uint8_t)((em[0] & 0x7f) | (recipe->high_bit ? 0x80 : 0));
    em[size - 1] = recipe->trailer;
    em[recipe->damaged] ^= recipe->damage;
}

static uint8_t signature[SIZE_MAX_BYTES];

/* A signature of what the recipe makes, with the first salt from it on that gives an EM below n. */
static void sign(const struct pair *with, struct recipe recipe)
{
    uint8_t em[SIZE_MAX_BYTES];

    do {
        encode(&recipe, em, with->size);
        recipe.salt++;
    } while (!sign_raw(with, em, signature));
    set(with, signature);
}

static void assert_both(const struct pair *with, enum fws_status expected)
{
    assert_status(verify(with), expected);
    assert_status(verify_by_openssl(with, signature), expected);
}

TEST(what_openssl_signs_is_good)
{
    for (unsigned i = 0; i < 3; i++) {
        const struct pair *with = pair(i);
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(with->pkey, NULL);
        size_t size = with->size;

        assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
        for (unsigned turn = 0; turn < 10; turn++) {
            assert_int_equal(EVP_PKEY_sign(ctx, signature, &size, digest, sizeof digest), 1);
            set(with, signature);
            assert_status(verify(with), FWS_OK);
        }
        EVP_PKEY_CTX_free(ctx);
    }
}

TEST(what_this_test_encodes_is_good)
{
    for (unsigned i = 0; i < 3; i++) {
        struct recipe recipe = RECIPE;

        for (recipe.salt = 0; recipe.salt < 10; recipe.salt++) {
            sign(pair(i), recipe);
            assert_both(pair(i), FWS_OK);
        }
    }
}

TEST(each_bit_of_the_signature_counts)
{
    struct recipe recipe = RECIPE;

    sign(pair(0), recipe);
    for (size_t at = 0; at < 256; at += 3) {
        signature[at] ^= (uint8_t)(1u << (at % 8));
        assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
        signature[at] ^= (uint8_t)(1u << (at % 8));
    }
    assert_both(pair(0), FWS_OK);
}

TEST(another_digest_is_refused)
{
    struct recipe recipe = RECIPE;
    uint8_t other[HASH_SIZE];

    for (unsigned i = 0; i < 3; i++) {
        sign(pair(i), recipe);
        for (size_t at = 0; at < HASH_SIZE; at++) {
            memcpy(other, digest, sizeof other);
            other[at] ^= 0x40;
            input.message = fws_reader_init(other, sizeof other);
            assert_status(verify(pair(i)), FWS_E_SIGNATURE_INVALID);
        }
    }
}

TEST(the_digest_has_32_bytes)
{
    struct recipe recipe = RECIPE;
    uint8_t long_message[33] = {0};

    sign(pair(0), recipe);
    for (size_t size = 0; size < 34; size++) {
        input.message = fws_reader_init(size < 33 ? digest : long_message, size);
        assert_status(verify(pair(0)), size == 32 ? FWS_OK : FWS_E_SIGNATURE_INVALID);
    }
}

TEST(the_salt_has_32_bytes)
{
    static const size_t sizes[] = {0, 1, 20, 31, 33, 64, 190};

    for (unsigned i = 0; i < 3; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            struct recipe recipe = RECIPE;

            recipe.salt_size = sizes[j];
            sign(pair(i), recipe);
            assert_both(pair(i), FWS_E_SIGNATURE_INVALID);
        }
    }
}

TEST(the_mask_is_of_sha_256)
{
    const EVP_MD *const others[] = {EVP_sha1(), EVP_sha224(), EVP_sha384(), EVP_sha512()};

    for (size_t i = 0; i < 4; i++) {
        struct recipe recipe = RECIPE;

        recipe.mgf = others[i];
        sign(pair(0), recipe);
        assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(each_byte_of_the_encoded_message_counts)
{
    for (size_t at = 0; at < 256; at++) {
        struct recipe recipe = RECIPE;

        recipe.damaged = at;
        recipe.damage = (uint8_t)(at == 0 ? 1 : 1u << (at % 8));
        sign(pair(0), recipe);
        assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(trailer_separator_padding_and_zeros_are_fixed)
{
    struct recipe recipe = RECIPE;

    for (unsigned trailer = 0; trailer < 256; trailer += 4) {
        recipe.trailer = (uint8_t)trailer;
        sign(pair(0), recipe);
        assert_both(pair(0), trailer == 0xbc ? FWS_OK : FWS_E_SIGNATURE_INVALID);
    }
    recipe.trailer = 0xcc;
    sign(pair(0), recipe);
    assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
    recipe = (struct recipe)RECIPE;
    recipe.separator = 0x02;
    sign(pair(0), recipe);
    assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
    recipe.separator = 0x00;
    sign(pair(0), recipe);
    assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
    recipe = (struct recipe)RECIPE;
    for (recipe.padding_at = 0; recipe.padding_at < 190; recipe.padding_at += 7) {
        recipe.padding = 0x01;
        sign(pair(0), recipe);
        assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
    }
    recipe = (struct recipe)RECIPE;
    recipe.first_zero = 1;
    sign(pair(0), recipe);
    assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
}

TEST(the_highest_bit_of_the_encoded_message_is_clear)
{
    struct recipe recipe = RECIPE;

    recipe.high_bit = true;
    sign(pair(0), recipe);
    assert_both(pair(0), FWS_E_SIGNATURE_INVALID);
}

/* The key's modulus plus, or the number itself, in bytes of its length. */
static bool put_number(const struct pair *with, const BIGNUM *plus, bool add_n, uint8_t *out)
{
    BIGNUM *n = BN_bin2bn(with->der + 9, (int)with->size, NULL);
    BIGNUM *sum = BN_dup(plus);

    if (add_n) {
        assert_int_equal(BN_add(sum, n, plus), 1);
    }
    bool fits = (size_t)BN_num_bytes(sum) <= with->size;

    if (fits) {
        assert_int_equal(BN_bn2binpad(sum, out, (int)with->size), with->size);
    }
    BN_free(sum);
    BN_free(n);
    return fits;
}

TEST(a_signature_is_below_n)
{
    BIGNUM *number = BN_new();
    uint8_t bytes[SIZE_MAX_BYTES];

    for (unsigned i = 0; i < 3; i++) {
        struct recipe recipe = RECIPE;
        const struct pair *with = pair(i);

        set(with, bytes);
        for (unsigned plus = 0; plus < 2; plus++) {
            BN_set_word(number, plus);
            assert_true(put_number(with, number, true, bytes));
            assert_int_equal(run(with->scheme), FWS_E_SIGNATURE_INVALID); /* n, n + 1 */
            assert_true(put_number(with, number, false, bytes));
            assert_int_equal(run(with->scheme),
                             FWS_OK); /* 0 and 1 have an equation, not a good one */
            assert_status(verify(with), FWS_E_SIGNATURE_INVALID);
        }
        BN_set_negative(number, 1);
        assert_true(put_number(with, number, true, bytes));
        assert_int_equal(run(with->scheme), FWS_OK); /* n - 1 */
        BN_set_negative(number, 0);
        memset(bytes, 0xff, sizeof bytes);
        assert_int_equal(run(with->scheme), FWS_E_SIGNATURE_INVALID);
        do {
            recipe.salt++;
            sign(with, recipe);
            BN_bin2bn(signature, (int)with->size, number);
        } while (recipe.salt < 255 && !put_number(with, number, true, bytes));
        assert_status(verify(with), FWS_OK);
        set(with, bytes);
        assert_int_equal(run(with->scheme), FWS_E_SIGNATURE_INVALID); /* s + n */
    }
    BN_free(number);
}

TEST(a_signature_is_as_long_as_n)
{
    struct recipe recipe = RECIPE;
    static uint8_t longer[SIZE_MAX_BYTES + 1];

    sign(pair(0), recipe);
    for (size_t size = 0; size < 260; size++) {
        memcpy(longer, signature, 256);
        input.signature = fws_reader_init(longer, size);
        assert_status(verify(pair(0)), size == 256 ? FWS_OK : FWS_E_SIGNATURE_INVALID);
    }
    memset(longer, 0, sizeof longer);
    memcpy(longer + 1, signature, 256);
    input.signature = fws_reader_init(longer, 257);
    assert_status(verify(pair(0)), FWS_E_SIGNATURE_INVALID);
}

TEST(each_byte_around_the_modulus_is_fixed)
{
    for (unsigned i = 0; i < 3; i++) {
        struct recipe recipe = RECIPE;
        struct pair with = *pair(i);

        sign(&with, recipe);
        input.key = fws_reader_init(with.der, with.der_size);
        for (size_t at = 0; at < with.der_size; at++) {
            if (at == 9) {
                at += with.size;
            }
            for (unsigned change = 1; change < 256; change++) {
                with.der[at] ^= (uint8_t)change;
                assert_int_equal(run(with.scheme), FWS_E_PUBKEY);
                with.der[at] ^= (uint8_t)change;
            }
        }
        assert_status(verify(&with), FWS_OK);
    }
}

TEST(a_key_is_exactly_as_long_as_it_says)
{
    for (unsigned i = 0; i < 3; i++) {
        struct recipe recipe = RECIPE;
        const struct pair *with = pair(i);

        sign(with, recipe);
        for (size_t size = 0; size < sizeof with->der; size++) {
            input.key = fws_reader_init(with->der, size);
            assert_int_equal(run(with->scheme), size == with->der_size ? FWS_OK : FWS_E_PUBKEY);
        }
        input.key = fws_reader_init(with->der, with->der_size);
        input.key.bad = true;
        input.key.left = 0;
        assert_int_equal(run(with->scheme), FWS_E_PUBKEY);
        input.key = fws_reader_init(with->der, with->der_size);
        assert_int_equal(run(i == 1 ? &fws_builtin_rsa2048 : &fws_builtin_rsa3072), FWS_E_PUBKEY);
    }
}

TEST(nothing_follows_the_exponent)
{
    for (unsigned i = 0; i < 3; i++) {
        struct recipe recipe = RECIPE;
        struct pair with = *pair(i);

        sign(&with, recipe);
        for (size_t more = 0; more < 6; more++) {
            input.key = fws_reader_init(with.der, with.der_size + more);
            assert_int_equal(run(with.scheme), more == 0 ? FWS_OK : FWS_E_PUBKEY);
            with.der[3]++; /* the sequence holds a byte more */
        }
    }
}

TEST(the_modulus_is_odd_and_has_all_its_bits)
{
    struct recipe recipe = RECIPE;
    struct pair with = *pair(0);

    sign(&with, recipe);
    input.key = fws_reader_init(with.der, with.der_size);
    with.der[9 + 255] ^= 1;
    assert_int_equal(run(with.scheme), FWS_E_PUBKEY);
    with.der[9 + 255] ^= 1;
    with.der[9] ^= 0x80;
    assert_int_equal(run(with.scheme), FWS_E_PUBKEY);
    with.der[9] ^= 0x80;
    assert_status(verify(&with), FWS_OK);
}

TEST(other_exponents_and_sizes_are_refused)
{
    static const struct {
        unsigned bits;
        unsigned long e;
    } others[] = {{2048, 3}, {2048, 17}, {2048, 257}, {2048, 65539}, {1024, 65537}, {2056, 65537}};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct pair with;

        pair_init(&with, others[i].bits, others[i].e);
        with.scheme = &fws_builtin_rsa2048;
        set(&with, signature);
        assert_int_equal(run(with.scheme), FWS_E_PUBKEY);
        assert_int_equal(run(&fws_builtin_rsa3072), FWS_E_PUBKEY);
        EVP_PKEY_free(with.pkey);
    }
}

/* Words of one pattern; which are 0 or all bits, so that carries run far. */
static void pattern(uint8_t *out, size_t size, unsigned number)
{
    static unsigned long long state = 88172645463325252ull;

    for (size_t i = 0; i < size; i++) {
        if (i % 4 == 0) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        uint8_t random = (uint8_t)(state >> (8 * (i % 4)));
        bool all = (state >> 40 & 3) != 0;

        out[i] = number % 3 == 0 ? random : number % 3 == 1 ? (all ? 0xff : 0) : (all ? 0 : 0xff);
    }
}

/* Left is s^e mod n of any odd n of that many bits, be it a product of primes or not. */
TEST(powers_are_those_of_openssl_for_any_odd_modulus)
{
    BN_CTX *ctx = BN_CTX_new();

    for (unsigned i = 0; i < 600; i++) {
        struct pair with = *pair(i % 3);
        uint8_t s[SIZE_MAX_BYTES];
        uint8_t power[SIZE_MAX_BYTES];

        pattern(with.der + 9, with.size, i / 3);
        pattern(s, with.size, i / 9);
        with.der[9] |= 0x80;
        with.der[9 + with.size - 1] |= 1;
        if (i < 6) {
            memset(with.der + 9, i < 3 ? 0xff : 0, with.size);
            with.der[9] |= 0x80;
            with.der[9 + with.size - 1] |= 1;
        }
        BIGNUM *n = BN_bin2bn(with.der + 9, (int)with.size, NULL);
        BIGNUM *number = BN_bin2bn(s, (int)with.size, NULL);
        BIGNUM *e = BN_new();

        assert_int_equal(BN_set_word(e, 65537), 1);
        assert_int_equal(BN_nnmod(number, number, n, ctx), 1);
        assert_int_equal(BN_bn2binpad(number, s, (int)with.size), with.size);
        assert_int_equal(BN_mod_exp(number, number, e, n, ctx), 1);
        assert_int_equal(BN_bn2binpad(number, power, (int)with.size), with.size);
        set(&with, s);
        assert_int_equal(run(with.scheme), FWS_OK);
        assert_memory_equal(operands.left, power, with.size);
        BN_free(e);
        BN_free(number);
        BN_free(n);
    }
    BN_CTX_free(ctx);
}

TEST(each_failed_call_of_the_hash_is_reported_and_its_state_freed)
{
    struct recipe recipe = RECIPE;

    sign(pair(0), recipe);
    assert_status(verify(pair(0)), FWS_OK);
    unsigned calls = hash_calls;

    assert_int_equal(calls, 3 * (7 + 1 + 7)); /* two masks of 223 bytes and H */
    for (unsigned i = 0; i < calls; i++) {
        hash_call_fails = i;
        assert_status(verify(pair(0)), FWS_E_BACKEND);
    }
}

TEST(without_room_for_sha_256_or_without_it_nothing_is_done)
{
    struct fws_hash_function large = sha256_by_openssl;
    const struct fws_hash_function *const too_large[] = {&large, NULL};
    const struct fws_hash_function *const none[] = {NULL};
    struct recipe recipe = RECIPE;

    sign(pair(0), recipe);
    large.state_size = FWS_VERIFY_HASH_STATE_SIZE + 1;
    input.hashes = too_large;
    assert_status(verify(pair(0)), FWS_E_BACKEND);
    input.hashes = none;
    assert_status(verify(pair(0)), FWS_E_BACKEND);
}

TEST(the_schemes_say_what_they_are)
{
    assert_int_equal(fws_builtin_rsa2048.alg, FWS_ALG_RSA2048);
    assert_int_equal(fws_builtin_rsa3072.alg, FWS_ALG_RSA3072);
    assert_int_equal(fws_builtin_rsa2048.pure, FWS_PURE_NEVER);
    assert_int_equal(fws_builtin_rsa3072.pure, FWS_PURE_NEVER);
    assert_false(fws_builtin_rsa2048.boolean_only || fws_builtin_rsa3072.boolean_only);
    assert_true(fws_builtin_rsa3072.scratch_size <= FWS_VERIFY_SCRATCH_SIZE);
    for (unsigned i = 0; i < 3; i++) {
        EVP_PKEY_free(pair(i)->pkey);
    }
}

TEST_MAIN("verifier/builtin_rsa")
