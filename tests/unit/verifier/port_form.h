/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a port judges itself, before its library is asked, as tests; a test program includes them
 * once, behind
 *
 *     #define PORT(name) (&fws_psa_##name)
 */
#ifndef FWS_TESTS_UNIT_VERIFIER_PORT_FORM_H
#define FWS_TESTS_UNIT_VERIFIER_PORT_FORM_H

#include <openssl/rsa.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tests/unit/verifier/port.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const struct fws_signature_scheme *const curves[] = {PORT(p256), PORT(p384)};
static const struct fws_signature_scheme *const moduli[] = {PORT(rsa2048), PORT(rsa3072)};
static const struct fws_signature_scheme *const schemes[] = {PORT(p256), PORT(p384), PORT(rsa2048),
                                                             PORT(rsa3072)};

/* ---- Every scheme ---- */

TEST(a_signature_has_one_length)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest bad;

        sign(&bad, schemes[i]->alg);
        size_t right = bad.signature_size;

        for (bad.signature_size = 0; bad.signature_size <= sizeof bad.signature;
             bad.signature_size++) {
            if (bad.signature_size != right) {
                assert_status(check(schemes[i], &bad), FWS_E_SIGNATURE_INVALID);
            }
        }
    }
}

TEST(a_digest_has_one_length)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest bad;

        sign(&bad, schemes[i]->alg);
        size_t right = bad.digest_size;

        for (bad.digest_size = 0; bad.digest_size <= sizeof bad.digest; bad.digest_size++) {
            if (bad.digest_size != right) {
                assert_status(check(schemes[i], &bad), FWS_E_SIGNATURE_INVALID);
            }
        }
    }
}

TEST(a_key_has_one_length)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest bad;

        sign(&bad, schemes[i]->alg);
        size_t right = bad.key_size;

        for (bad.key_size = 0; bad.key_size <= sizeof bad.key; bad.key_size++) {
            if (bad.key_size != right) {
                assert_status(check(schemes[i], &bad), FWS_E_PUBKEY);
            }
        }
    }
}

TEST(a_key_of_another_algorithm_is_refused)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        for (size_t j = 0; j < LENGTH(schemes); j++) {
            struct signed_digest other;

            sign(&other, schemes[j]->alg);
            if (i != j) {
                assert_status(check(schemes[i], &other), FWS_E_PUBKEY);
            }
        }
    }
}

/* ---- ECDSA ---- */

/* Make byte at of the key's DER, a length below 128, two bytes long: the same in BER. */
static void lengthen(struct signed_digest *bad, size_t at)
{
    memmove(&bad->key[at + 1], &bad->key[at], bad->key_size - at);
    bad->key[at] = 0x81;
    bad->key_size++;
}

TEST(a_curve_key_starts_with_its_fixed_bytes)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest bad;

        sign(&bad, curves[i]->alg);
        for (size_t at = 0; at < bad.key_size - 2 * curve_size(bad.alg); at++) {
            for (unsigned int bit = 0; bit < 8; bit++) {
                bad.key[at] ^= (uint8_t)(1u << bit);
                assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
                bad.key[at] ^= (uint8_t)(1u << bit);
            }
        }
    }
}

TEST(a_curve_key_in_loose_encoding_is_refused)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest bad;

        sign(&bad, curves[i]->alg);
        lengthen(&bad, 1); /* what it holds has not changed */
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
        sign(&bad, curves[i]->alg);
        lengthen(&bad, bad.key_size - 2 * curve_size(bad.alg) - 3);
        bad.key[1]++;
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
    }
}

/* 02 and 03 with X alone, 06 and 07 with both: SEC 1 knows them, MCUboot does not. */
TEST(a_point_is_uncompressed)
{
    for (size_t i = 0; i < LENGTH(curves); i++) {
        struct signed_digest bad;

        sign(&bad, curves[i]->alg);
        size_t size = curve_size(bad.alg);
        size_t form = bad.key_size - 2 * size - 1;
        uint8_t odd = bad.key[bad.key_size - 1] & 1u;

        bad.key[form] = 0x06u | odd;
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
        bad.key[form] = 0x02u | odd;
        bad.key_size -= size;
        bad.key[1] = (uint8_t)(bad.key[1] - size);
        bad.key[form - 2] = (uint8_t)(bad.key[form - 2] - size);
        assert_status(check(curves[i], &bad), FWS_E_PUBKEY);
    }
}

/* ---- RSA ---- */

#define MODULUS_AT 9u

TEST(a_modulus_key_starts_and_ends_with_its_fixed_bytes)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        struct signed_digest bad;

        sign(&bad, moduli[i]->alg);
        for (size_t at = 0; at < bad.key_size; at++) {
            if (at == MODULUS_AT) {
                at += bad.signature_size; /* the modulus is as long */
            }
            for (unsigned int bit = 0; bit < 8; bit++) {
                bad.key[at] ^= (uint8_t)(1u << bit);
                assert_status(check(moduli[i], &bad), FWS_E_PUBKEY);
                bad.key[at] ^= (uint8_t)(1u << bit);
            }
        }
    }
}

TEST(a_modulus_is_odd_and_of_full_length)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        struct signed_digest bad;

        sign(&bad, moduli[i]->alg);
        bad.key[MODULUS_AT + bad.signature_size - 1] ^= 1;
        assert_status(check(moduli[i], &bad), FWS_E_PUBKEY);
        bad.key[MODULUS_AT + bad.signature_size - 1] ^= 1;
        bad.key[MODULUS_AT] &= 0x7f;
        assert_status(check(moduli[i], &bad), FWS_E_PUBKEY);
    }
}

TEST(a_modulus_key_in_loose_encoding_is_refused)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        struct signed_digest bad;

        sign(&bad, moduli[i]->alg);
        lengthen(&bad, bad.key_size - 4); /* of the exponent */
        bad.key[3]++;
        assert_status(check(moduli[i], &bad), FWS_E_PUBKEY);
        sign(&bad, moduli[i]->alg);
        memcpy(&bad.key[bad.key_size - 5], "\x02\x04\x00\x01\x00\x01", 6);
        bad.key_size++;
        bad.key[3]++;
        assert_status(check(moduli[i], &bad), FWS_E_PUBKEY);
    }
}

static EVP_PKEY *make_rsa(unsigned int bits, BN_ULONG exponent)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
    BIGNUM *e = BN_new();
    EVP_PKEY *pkey = NULL;

    assert_int_equal(BN_set_word(e, exponent), 1);
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits), 1);
    assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e), 1);
    assert_int_equal(EVP_PKEY_generate(ctx, &pkey), 1);
    BN_free(e);
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

static void assert_rsa_key_refused(unsigned int bits, BN_ULONG exponent)
{
    struct signed_digest bad;
    EVP_PKEY *pkey = make_rsa(bits, exponent);

    sign_with(&bad, FWS_ALG_RSA2048, pkey);
    assert_status(check(PORT(rsa2048), &bad), FWS_E_PUBKEY);
    EVP_PKEY_free(pkey);
}

TEST(a_modulus_has_exactly_its_bits_and_the_exponent_is_65537)
{
    assert_rsa_key_refused(1024, 65537);
    assert_rsa_key_refused(2040, 65537);
    assert_rsa_key_refused(2047, 65537);
    assert_rsa_key_refused(2056, 65537);
    assert_rsa_key_refused(2048, 3);
    assert_rsa_key_refused(2048, 65539);
}

TEST(a_signature_is_below_the_modulus)
{
    for (size_t i = 0; i < LENGTH(moduli); i++) {
        struct signed_digest bad;
        int size = 0;

        sign(&bad, moduli[i]->alg);
        size = (int)bad.signature_size;
        BIGNUM *n = BN_bin2bn(&bad.key[MODULUS_AT], size, NULL);
        BIGNUM *sum = BN_new();

        do { /* until the sum fits */
            sign(&bad, moduli[i]->alg);
            BN_bin2bn(bad.signature, size, sum);
            assert_int_equal(BN_add(sum, sum, n), 1);
        } while (BN_bn2binpad(sum, bad.signature, size) != size);
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        memcpy(bad.signature, &bad.key[MODULUS_AT], bad.signature_size);
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        memset(bad.signature, 0xff, bad.signature_size);
        assert_status(check(moduli[i], &bad), FWS_E_SIGNATURE_INVALID);
        BN_free(sum);
        BN_free(n);
    }
}

#endif
