/* SPDX-License-Identifier: Apache-2.0 */
/* What a port and its library make together, as tests; to be included as port_form.h is. */
#ifndef FWS_TESTS_UNIT_VERIFIER_PORT_RULES_H
#define FWS_TESTS_UNIT_VERIFIER_PORT_RULES_H

#include <string.h>

#include "tests/unit/verifier/port_form.h"

static const struct fws_hash_function *const hash_functions[] = {PORT(sha256), PORT(sha384),
                                                                 PORT(sha512)};
/* ---- Hashes ---- */

static const EVP_MD *openssl_hash(enum fws_hash hash)
{
    switch (hash) {
    case FWS_HASH_SHA256:
        return EVP_sha256();
    case FWS_HASH_SHA384:
        return EVP_sha384();
    default:
        return EVP_sha512();
    }
}

/* In pieces of piece bytes, with state and digest of just their sizes. */
static void assert_hashes_like_openssl(const struct fws_hash_function *function,
                                       const uint8_t *data, size_t size, size_t piece)
{
    void *state = malloc(function->state_size);
    uint8_t *digest = malloc(fws_hash_size(function->hash));
    uint8_t expected[EVP_MAX_MD_SIZE];

    assert_int_equal(EVP_Digest(data, size, expected, NULL, openssl_hash(function->hash), NULL), 1);
    assert_status(function->begin(state), FWS_OK);
    for (size_t at = 0; at < size; at += piece) {
        assert_status(function->update(state, &data[at], size - at < piece ? size - at : piece),
                      FWS_OK);
    }
    assert_status(function->finish(state, digest), FWS_OK);
    assert_memory_equal(digest, expected, fws_hash_size(function->hash));
    free(digest);
    free(state);
}

TEST(each_hash_is_openssls_at_every_length_and_in_pieces)
{
    uint8_t data[1000];

    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * i);
    }
    for (size_t i = 0; i < LENGTH(hash_functions); i++) {
        for (size_t size = 0; size <= 300; size++) {
            assert_hashes_like_openssl(hash_functions[i], data, size, sizeof data);
        }
        for (size_t piece = 1; piece <= 257; piece++) {
            assert_hashes_like_openssl(hash_functions[i], data, sizeof data, piece);
        }
    }
}

TEST(each_state_fits_the_memory_of_the_verifier)
{
    for (size_t i = 0; i < LENGTH(hash_functions); i++) {
        assert_in_range(hash_functions[i]->state_size, 1, FWS_VERIFY_HASH_STATE_SIZE);
    }
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        assert_true(schemes[i]->scratch_size <= FWS_VERIFY_SCRATCH_SIZE);
    }
}

TEST(two_hashes_run_side_by_side)
{
    _Alignas(16) uint8_t one[FWS_VERIFY_HASH_STATE_SIZE];
    _Alignas(16) uint8_t two[FWS_VERIFY_HASH_STATE_SIZE];
    uint8_t expected[EVP_MAX_MD_SIZE];
    uint8_t digest[FWS_HASH_MAX_SIZE];

    assert_status(PORT(sha384)->begin(one), FWS_OK);
    assert_status(PORT(sha512)->begin(two), FWS_OK);
    assert_status(PORT(sha384)->update(one, "abc", 3), FWS_OK);
    assert_status(PORT(sha512)->update(two, "xyz", 3), FWS_OK);
    assert_status(PORT(sha384)->finish(one, digest), FWS_OK);
    assert_int_equal(EVP_Digest("abc", 3, expected, NULL, EVP_sha384(), NULL), 1);
    assert_memory_equal(digest, expected, 48);
    assert_status(PORT(sha512)->finish(two, digest), FWS_OK);
    assert_int_equal(EVP_Digest("xyz", 3, expected, NULL, EVP_sha512(), NULL), 1);
    assert_memory_equal(digest, expected, 64);
}

/* ---- Every scheme ---- */

TEST(each_scheme_says_what_it_is)
{
    assert_int_equal(PORT(sha256)->hash, FWS_HASH_SHA256);
    assert_int_equal(PORT(sha384)->hash, FWS_HASH_SHA384);
    assert_int_equal(PORT(sha512)->hash, FWS_HASH_SHA512);
    assert_int_equal(PORT(p256)->alg, FWS_ALG_P256);
    assert_int_equal(PORT(p384)->alg, FWS_ALG_P384);
    assert_int_equal(PORT(rsa2048)->alg, FWS_ALG_RSA2048);
    assert_int_equal(PORT(rsa3072)->alg, FWS_ALG_RSA3072);
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        assert_true(schemes[i]->boolean_only);
        assert_int_equal(schemes[i]->pure, FWS_PURE_NEVER);
    }
}

TEST(a_good_signature_is_good)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest good;

        sign(&good, schemes[i]->alg);
        assert_status(check(schemes[i], &good), FWS_OK);
        assert_status(check(schemes[i], &good), FWS_OK); /* it is asked twice */
    }
}

TEST(a_signature_damaged_in_any_byte_is_invalid)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest bad;

        sign(&bad, schemes[i]->alg);
        for (size_t at = 0; at < bad.signature_size; at++) {
            bad.signature[at] ^= (uint8_t)(1u << (at % 8));
            assert_status(check(schemes[i], &bad), FWS_E_SIGNATURE_INVALID);
            bad.signature[at] ^= (uint8_t)(1u << (at % 8));
        }
    }
}

TEST(a_digest_damaged_in_any_byte_is_not_what_was_signed)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest bad;

        sign(&bad, schemes[i]->alg);
        for (size_t at = 0; at < bad.digest_size; at++) {
            bad.digest[at] ^= (uint8_t)(1u << (at % 8));
            assert_status(check(schemes[i], &bad), FWS_E_SIGNATURE_INVALID);
            bad.digest[at] ^= (uint8_t)(1u << (at % 8));
        }
    }
}

TEST(another_key_is_not_the_signer)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest by_one;
        struct signed_digest by_other;
        EVP_PKEY *other = make_key(curves[i]->alg);

        sign(&by_one, curves[i]->alg);
        sign_with(&by_other, curves[i]->alg, other);
        memcpy(by_one.key, by_other.key, by_other.key_size);
        assert_status(check(curves[i], &by_one), FWS_E_SIGNATURE_INVALID);
        EVP_PKEY_free(other);
    }
}

/* ---- ECDSA ---- */

TEST(a_point_off_the_curve_is_refused)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest bad;

        sign(&bad, curves[i]->alg);
        size_t size = curve_size(bad.alg);
        uint8_t *point = &bad.key[bad.key_size - 2 * size];

        for (size_t at = 0; at < 2 * size; at++) {
            point[at] ^= 1;
            assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
            point[at] ^= 1;
        }
        memset(point, 0, 2 * size);
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
        memset(point, 0xff, 2 * size);
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
    }
}

TEST(a_coordinate_is_below_the_prime)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest bad;

        sign(&bad, curves[i]->alg);
        use_small_x(&bad, false);
        assert_status(check(curves[i], &bad),
                      FWS_E_SIGNATURE_INVALID); /* a key, not the signer's */
        use_small_x(&bad, true);
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
    }
}

/* Values r and s may not have; what stands beside them is good. */
static void assert_refused_as_r_or_s(const struct fws_signature_scheme *scheme,
                                     const uint8_t *value)
{
    size_t size = curve_size(scheme->alg);
    struct signed_digest bad;

    for (unsigned int which = 1; which <= 3; which++) {
        sign(&bad, scheme->alg);
        if ((which & 1u) != 0) {
            memcpy(bad.signature, value, size);
        }
        if ((which & 2u) != 0) {
            memcpy(&bad.signature[size], value, size);
        }
        assert_status(check(scheme, &bad), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(r_and_s_are_from_1_to_the_order_less_1)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        uint8_t value[48] = {0};

        assert_refused_as_r_or_s(curves[i], value);
        value[curve_size(curves[i]->alg) - 1] = 1; /* in range, but no signature */
        assert_refused_as_r_or_s(curves[i], value);
        for (int plus = -1; plus <= 2; plus++) {
            order_plus(curves[i]->alg, plus, value);
            assert_refused_as_r_or_s(curves[i], value);
        }
        memset(value, 0xff, sizeof value);
        assert_refused_as_r_or_s(curves[i], value);
    }
}

/* The other signature there is for each; what a port accepts twice is the same image. */
TEST(s_may_be_negated)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest good;
        uint8_t order[48];

        sign(&good, curves[i]->alg);
        size_t size = curve_size(good.alg);

        order_plus(good.alg, 0, order);
        BIGNUM *n = BN_bin2bn(order, (int)size, NULL);
        BIGNUM *s = BN_bin2bn(&good.signature[size], (int)size, NULL);

        assert_int_equal(BN_sub(s, n, s), 1);
        assert_int_equal(BN_bn2binpad(s, &good.signature[size], (int)size), size);
        assert_status(check(curves[i], &good), FWS_OK);
        BN_free(s);
        BN_free(n);
    }
}

/* (r, s) = (x of Q, r) verifies the digest 0 for any key: a digest of zeros must not be special. */
TEST(a_digest_of_zeros_is_judged_like_any_other)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest good;

        sign(&good, curves[i]->alg);
        size_t size = curve_size(good.alg);
        const uint8_t *x = &good.key[good.key_size - 2 * size];

        memset(good.digest, 0, sizeof good.digest);
        assert_status(check(curves[i], &good), FWS_E_SIGNATURE_INVALID);
        memcpy(good.signature, x, size);
        memcpy(&good.signature[size], x, size);
        assert_status(check(curves[i], &good), FWS_OK);
    }
}

/* ---- RSA ---- */

TEST(a_salt_has_32_bytes)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        static const int salts[] = {0, 1, 20, 31, 33, 64};
        EVP_PKEY *pkey = key_of(moduli[i]->alg);
        struct signed_digest bad;

        sign(&bad, moduli[i]->alg);
        for (size_t j = 0; j < LENGTH(salts); j++) {
            sign_pss(&bad, pkey, (struct pss_choice){EVP_sha256(), EVP_sha256(), salts[j]});
            assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        }
        sign_pss(&bad, pkey, (struct pss_choice){EVP_sha256(), EVP_sha256(), RSA_PSS_SALTLEN_MAX});
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        sign_pss(&bad, pkey, (struct pss_choice){EVP_sha256(), EVP_sha256(), 32});
        assert_status(check(moduli[i], &bad), FWS_OK);
    }
}

TEST(a_signature_of_another_padding_or_hash_is_invalid)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        EVP_PKEY *pkey = key_of(moduli[i]->alg);
        struct signed_digest bad;

        sign(&bad, moduli[i]->alg);
        sign_pss(&bad, pkey, (struct pss_choice){EVP_sha256(), EVP_sha1(), 32});
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        sign_pss(&bad, pkey, (struct pss_choice){EVP_sha256(), EVP_sha512(), 32});
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        sign_pss(&bad, pkey, (struct pss_choice){EVP_sha512_256(), EVP_sha256(), 32});
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        sign_pkcs1(&bad, pkey);
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(every_byte_of_the_encoded_message_counts)
{
    EVP_PKEY *pkey = key_of(FWS_ALG_RSA2048);
    struct signed_digest bad;
    uint8_t encoded[256];

    sign(&bad, FWS_ALG_RSA2048);
    rsa_open(&bad, pkey, encoded);
    assert_int_equal(encoded[255], 0xbc);
    for (size_t at = 0; at < sizeof encoded; at++) {
        encoded[at] ^= 1;
        rsa_close(&bad, pkey, encoded);
        assert_status(check(PORT(rsa2048), &bad), FWS_E_SIGNATURE_INVALID);
        encoded[at] ^= 1;
    }
    rsa_close(&bad, pkey, encoded);
    assert_status(check(PORT(rsa2048), &bad), FWS_OK);
}

/* The bit is masked away before the padding is looked at, so nothing else would notice. */
TEST(the_first_bit_of_the_encoded_message_is_zero)
{
    EVP_PKEY *pkey = key_of(FWS_ALG_RSA2048);
    struct signed_digest bad;
    uint8_t encoded[256];

    do { /* the value must stay below the modulus */
        sign(&bad, FWS_ALG_RSA2048);
        rsa_open(&bad, pkey, encoded);
        encoded[0] |= 0x80;
    } while (memcmp(encoded, &bad.key[MODULUS_AT], sizeof encoded) >= 0);
    rsa_close(&bad, pkey, encoded);
    assert_status(check(PORT(rsa2048), &bad), FWS_E_SIGNATURE_INVALID);
}

TEST(a_signature_of_0_or_1_is_invalid)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        struct signed_digest bad;

        sign(&bad, moduli[i]->alg);
        memset(bad.signature, 0, bad.signature_size);
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        bad.signature[bad.signature_size - 1] = 1;
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
    }
}

#endif
