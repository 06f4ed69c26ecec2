/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "tests/unit/test.h"

#include "verifier/port/openssl/openssl.h"

/* A key made here, what a bootloader embeds of it, and its signature over digest. */
struct signer {
    EVP_PKEY *pkey;
    uint8_t der[512];
    size_t der_size;
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE]; /* in the port's form */
    size_t signature_size;
};

static const uint8_t digest[64] = {1, 2, 3};

static EVP_PKEY *make_key(enum fws_algorithm alg)
{
    switch (alg) {
    case FWS_ALG_RSA2048:
        return EVP_RSA_gen(2048);
    case FWS_ALG_P256:
        return EVP_EC_gen("P-256");
    case FWS_ALG_P384:
        return EVP_EC_gen("P-384");
    default:
        return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    }
}

static void to_raw(struct signer *signer, size_t half)
{
    const unsigned char *at = signer->signature;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)signer->signature_size);

    assert_non_null(sig);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(sig), signer->signature, (int)half), half);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(sig), &signer->signature[half], (int)half),
                     half);
    signer->signature_size = 2 * half;
    ECDSA_SIG_free(sig);
}

static void sign_digest(struct signer *signer, enum fws_algorithm alg, size_t digest_size)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(signer->pkey, NULL);

    assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
    if (alg == FWS_ALG_RSA2048) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
    }
    signer->signature_size = sizeof signer->signature;
    assert_int_equal(
        EVP_PKEY_sign(ctx, signer->signature, &signer->signature_size, digest, digest_size), 1);
    EVP_PKEY_CTX_free(ctx);
    if (alg == FWS_ALG_P256 || alg == FWS_ALG_P384) {
        to_raw(signer, alg == FWS_ALG_P256 ? 32 : 48);
    }
}

static void sign_message(struct signer *signer, size_t size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    signer->signature_size = sizeof signer->signature;
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, NULL, NULL, signer->pkey), 1);
    assert_int_equal(EVP_DigestSign(ctx, signer->signature, &signer->signature_size, digest, size),
                     1);
    EVP_MD_CTX_free(ctx);
}

static void signer_make(struct signer *signer, enum fws_algorithm alg, size_t digest_size)
{
    unsigned char *at = signer->der;

    signer->pkey = make_key(alg);
    assert_non_null(signer->pkey);
    int size =
        alg == FWS_ALG_RSA2048 ? i2d_PublicKey(signer->pkey, &at) : i2d_PUBKEY(signer->pkey, &at);

    assert_true(size > 0);
    signer->der_size = (size_t)size;
    if (alg == FWS_ALG_ED25519) {
        sign_message(signer, digest_size);
    } else {
        sign_digest(signer, alg, digest_size);
    }
}

static enum fws_status verify_as(const struct signer *signer, enum fws_algorithm alg,
                                 size_t der_size, size_t digest_size)
{
    const struct fws_signature_scheme *const *list = fws_openssl_schemes;
    struct fws_signature_input input = {
        .key = fws_reader_init(signer->der, der_size),
        .message = fws_reader_init(digest, digest_size),
        .signature = fws_reader_init(signer->signature, signer->signature_size)};

    while (*list != NULL && (*list)->alg != alg) {
        list++;
    }
    assert_non_null(*list);
    assert_true((*list)->boolean_only);
    return (*list)->verify(&input, NULL, NULL);
}

static const enum fws_algorithm algorithms[] = {FWS_ALG_RSA2048, FWS_ALG_P256, FWS_ALG_P384,
                                                FWS_ALG_ED25519};

static void each(void (*check)(struct signer *signer, enum fws_algorithm alg, size_t size))
{
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        size_t size = fws_hash_size(fws_algorithm_hash(algorithms[i]));
        struct signer signer = {0};

        signer_make(&signer, algorithms[i], size);
        assert_status(verify_as(&signer, algorithms[i], signer.der_size, size), FWS_OK);
        check(&signer, algorithms[i], size);
        EVP_PKEY_free(signer.pkey);
    }
}

static void check_damage(struct signer *signer, enum fws_algorithm alg, size_t size)
{
    signer->signature[signer->signature_size - 1] ^= 1;
    assert_status(verify_as(signer, alg, signer->der_size, size), FWS_E_SIGNATURE_INVALID);
}

TEST(a_damaged_signature_is_invalid)
{
    each(check_damage);
}

static void check_trailing(struct signer *signer, enum fws_algorithm alg, size_t size)
{
    assert_status(verify_as(signer, alg, signer->der_size + 1, size), FWS_E_PUBKEY);
    assert_status(verify_as(signer, alg, signer->der_size - 1, size), FWS_E_PUBKEY);
    assert_status(verify_as(signer, alg, 0, size), FWS_E_PUBKEY);
    assert_status(verify_as(signer, alg, FWS_PUBKEY_DER_MAX_SIZE + 1, size), FWS_E_PUBKEY);
}

TEST(a_key_is_its_der_and_nothing_more)
{
    each(check_trailing);
}

static void check_other_algorithms(struct signer *signer, enum fws_algorithm alg, size_t size)
{
    for (enum fws_algorithm other = FWS_ALG_RSA2048; other <= FWS_ALG_ED25519; other++) {
        if (other != alg) {
            assert_status(verify_as(signer, other, signer->der_size, size), FWS_E_PUBKEY);
        }
    }
}

TEST(a_key_of_another_algorithm_is_refused)
{
    each(check_other_algorithms);
}

TEST(a_digest_of_another_size_is_never_cut_to_fit)
{
    struct signer signer = {0};

    signer_make(&signer, FWS_ALG_P256, 64); /* OpenSSL signs and verifies the first 32 bytes */
    assert_status(verify_as(&signer, FWS_ALG_P256, signer.der_size, 32), FWS_OK);
    assert_status(verify_as(&signer, FWS_ALG_P256, signer.der_size, 64), FWS_E_SIGNATURE_INVALID);
    EVP_PKEY_free(signer.pkey);
}

/* 0x81 0x59 for 0x59: the same value in BER, accepted by OpenSSL's decoder. */
TEST(a_key_in_loose_encoding_is_refused)
{
    struct signer signer = {0};

    signer_make(&signer, FWS_ALG_P256, 32);
    memmove(&signer.der[2], &signer.der[1], signer.der_size - 1);
    signer.der[1] = 0x81;
    const unsigned char *at = signer.der;
    EVP_PKEY *loose = d2i_PUBKEY(NULL, &at, (long)signer.der_size + 1);

    assert_non_null(loose);
    assert_status(verify_as(&signer, FWS_ALG_P256, signer.der_size + 1, 32), FWS_E_PUBKEY);
    EVP_PKEY_free(loose);
    EVP_PKEY_free(signer.pkey);
}

TEST(a_point_off_the_curve_is_refused)
{
    struct signer signer = {0};

    signer_make(&signer, FWS_ALG_P256, 32);
    signer.der[signer.der_size - 1] ^= 1;
    assert_status(verify_as(&signer, FWS_ALG_P256, signer.der_size, 32), FWS_E_PUBKEY);
    EVP_PKEY_free(signer.pkey);
}

TEST(the_digests_are_there)
{
    assert_status(fws_openssl_prepare(), FWS_OK);
}

static void assert_empty_digest(const struct fws_hash_function *function, uint8_t first,
                                uint8_t last)
{
    _Alignas(16) uint8_t state[FWS_VERIFY_HASH_STATE_SIZE];
    uint8_t out[FWS_HASH_MAX_SIZE];

    assert_status(function->begin(state), FWS_OK);
    assert_status(function->finish(state, out), FWS_OK);
    assert_int_equal(out[0], first);
    assert_int_equal(out[fws_hash_size(function->hash) - 1], last);
}

TEST(each_hash_is_its_own)
{
    assert_empty_digest(&fws_openssl_sha256, 0xe3, 0x55);
    assert_empty_digest(&fws_openssl_sha384, 0x38, 0x5b);
    assert_empty_digest(&fws_openssl_sha512, 0xcf, 0x3e);
    assert_null(fws_openssl_hashes[3]);
    assert_ptr_equal(fws_hash_function(fws_openssl_hashes, FWS_HASH_SHA384), &fws_openssl_sha384);
    assert_null(fws_hash_function(fws_openssl_hashes, FWS_HASH_NONE));
}

TEST_MAIN("verifier/openssl")
