/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/verifier/port.h"

static bool is_rsa(enum fws_algorithm alg)
{
    return alg == FWS_ALG_RSA2048 || alg == FWS_ALG_RSA3072;
}

size_t curve_size(enum fws_algorithm alg)
{
    return alg == FWS_ALG_P256 ? 32 : 48;
}

EVP_PKEY *make_key(enum fws_algorithm alg)
{
    switch (alg) {
    case FWS_ALG_RSA2048:
        return EVP_RSA_gen(2048);
    case FWS_ALG_RSA3072:
        return EVP_RSA_gen(3072);
    case FWS_ALG_P256:
        return EVP_EC_gen("P-256");
    default:
        return EVP_EC_gen("P-384");
    }
}

static EVP_PKEY *keys[FWS_ALG_P384 + 1];

__attribute__((destructor)) static void free_keys(void)
{
    for (size_t i = 0; i <= FWS_ALG_P384; i++) {
        EVP_PKEY_free(keys[i]);
    }
}

EVP_PKEY *key_of(enum fws_algorithm alg)
{
    if (keys[alg] == NULL) {
        keys[alg] = make_key(alg);
        assert_non_null(keys[alg]);
    }
    return keys[alg];
}

static void write_key(struct signed_digest *out, const EVP_PKEY *pkey)
{
    unsigned char *der = NULL;
    int size = is_rsa(out->alg) ? i2d_PublicKey(pkey, &der) : i2d_PUBKEY(pkey, &der);

    assert_true(size > 0 && (size_t)size <= sizeof out->key);
    memcpy(out->key, der, (size_t)size);
    out->key_size = (size_t)size;
    OPENSSL_free(der);
}

static EVP_PKEY_CTX *signing(EVP_PKEY *pkey)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

    assert_non_null(ctx);
    assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
    return ctx;
}

static void finish_signing(struct signed_digest *out, EVP_PKEY_CTX *ctx)
{
    out->signature_size = sizeof out->signature;
    assert_int_equal(
        EVP_PKEY_sign(ctx, out->signature, &out->signature_size, out->digest, out->digest_size), 1);
    EVP_PKEY_CTX_free(ctx);
}

void sign_pss(struct signed_digest *out, EVP_PKEY *pkey, struct pss_choice choice)
{
    EVP_PKEY_CTX *ctx = signing(pkey);

    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, choice.hash), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, choice.mgf1), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, choice.salt_size), 1);
    finish_signing(out, ctx);
}

void sign_pkcs1(struct signed_digest *out, EVP_PKEY *pkey)
{
    EVP_PKEY_CTX *ctx = signing(pkey);

    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
    assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()), 1);
    finish_signing(out, ctx);
}

/* OpenSSL writes DER; the port is given r || s. */
static void sign_ecdsa(struct signed_digest *out, EVP_PKEY *pkey)
{
    size_t size = curve_size(out->alg);

    finish_signing(out, signing(pkey));
    const unsigned char *at = out->signature;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)out->signature_size);

    assert_non_null(sig);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(sig), out->signature, (int)size), size);
    assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(sig), &out->signature[size], (int)size), size);
    out->signature_size = 2 * size;
    ECDSA_SIG_free(sig);
}

void sign_with(struct signed_digest *out, enum fws_algorithm alg, EVP_PKEY *given)
{
    struct pss_choice right = {EVP_sha256(), EVP_sha256(), 32};

    memset(out, 0, sizeof *out);
    out->alg = alg;
    out->digest_size = fws_hash_size(fws_algorithm_hash(alg));
    for (size_t i = 0; i < sizeof out->digest; i++) {
        out->digest[i] = (uint8_t)(i + 1);
    }
    write_key(out, given);
    if (is_rsa(alg)) {
        sign_pss(out, given, right);
    } else {
        sign_ecdsa(out, given);
    }
}

void sign(struct signed_digest *out, enum fws_algorithm alg)
{
    sign_with(out, alg, key_of(alg));
}

void rsa_open(const struct signed_digest *given, EVP_PKEY *pkey, uint8_t *encoded)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    size_t size = given->signature_size;

    assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    assert_int_equal(EVP_PKEY_encrypt(ctx, encoded, &size, given->signature, size), 1);
    EVP_PKEY_CTX_free(ctx);
}

void rsa_close(struct signed_digest *out, EVP_PKEY *pkey, const uint8_t *encoded)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    size_t size = out->signature_size;

    assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    assert_int_equal(EVP_PKEY_decrypt(ctx, out->signature, &size, encoded, size), 1);
    EVP_PKEY_CTX_free(ctx);
}

static EC_GROUP *group_of(enum fws_algorithm alg)
{
    EC_GROUP *group =
        EC_GROUP_new_by_curve_name(alg == FWS_ALG_P256 ? NID_X9_62_prime256v1 : NID_secp384r1);

    assert_non_null(group);
    return group;
}

void order_plus(enum fws_algorithm alg, int plus, uint8_t *out)
{
    EC_GROUP *group = group_of(alg);
    BIGNUM *order = BN_dup(EC_GROUP_get0_order(group));

    assert_int_equal(
        plus >= 0 ? BN_add_word(order, (BN_ULONG)plus) : BN_sub_word(order, (BN_ULONG)-plus), 1);
    assert_int_equal(BN_bn2binpad(order, out, (int)curve_size(alg)), curve_size(alg));
    BN_free(order);
    EC_GROUP_free(group);
}

void use_small_x(struct signed_digest *out, bool add_prime)
{
    size_t size = curve_size(out->alg);
    uint8_t *point = &out->key[out->key_size - 2 * size];
    EC_GROUP *group = group_of(out->alg);
    EC_POINT *found = EC_POINT_new(group);
    BIGNUM *x = BN_new();
    BIGNUM *y = BN_new();

    do {
        assert_int_equal(BN_add_word(x, 1), 1);
    } while (EC_POINT_set_compressed_coordinates(group, found, x, 0, NULL) != 1);
    assert_int_equal(EC_POINT_get_affine_coordinates(group, found, NULL, y, NULL), 1);
    if (add_prime) {
        assert_int_equal(BN_add(x, x, EC_GROUP_get0_field(group)), 1);
    }
    assert_int_equal(BN_bn2binpad(x, point, (int)size), size);
    assert_int_equal(BN_bn2binpad(y, &point[size], (int)size), size);
    BN_free(y);
    BN_free(x);
    EC_POINT_free(found);
    EC_GROUP_free(group);
}

static uint8_t *copy_of(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    assert_non_null(copy);
    memcpy(copy, data, size);
    return copy;
}

enum fws_status check(const struct fws_signature_scheme *scheme, const struct signed_digest *given)
{
    uint8_t *key = copy_of(given->key, given->key_size);
    uint8_t *digest = copy_of(given->digest, given->digest_size);
    uint8_t *signature = copy_of(given->signature, given->signature_size);
    void *scratch = malloc(scheme->scratch_size > 0 ? scheme->scratch_size : 1);
    struct fws_signature_input input = {
        .key = fws_reader_init(key, given->key_size),
        .message = fws_reader_init(digest, given->digest_size),
        .signature = fws_reader_init(signature, given->signature_size),
    };

    assert_non_null(scratch);
    enum fws_status status = scheme->verify(&input, scratch, NULL);

    free(scratch);
    free(signature);
    free(digest);
    free(key);
    return status;
}
