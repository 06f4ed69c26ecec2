/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/pubkey.h"
#include "bytes/bytes.h"

static enum fws_status bad_key(struct fws_error *err, const char *why)
{
    ERR_clear_error();
    return fws_error_set(err, FWS_E_PUBKEY, "public key: %s", why);
}

static void name_type(EVP_PKEY *pkey, struct fws_pubkey *out)
{
    char group[32] = "";

    out->alg = FWS_ALG_NONE;
    if (EVP_PKEY_is_a(pkey, "RSA")) {
        int bits = EVP_PKEY_get_bits(pkey);

        (void)snprintf(out->type, sizeof out->type, "rsa-%d", bits);
        out->alg = bits == 2048 ? FWS_ALG_RSA2048 : bits == 3072 ? FWS_ALG_RSA3072 : FWS_ALG_NONE;
    } else if (EVP_PKEY_is_a(pkey, "EC")) {
        (void)EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                             NULL);
        if (strcmp(group, "prime256v1") == 0) {
            out->alg = FWS_ALG_P256;
        } else if (strcmp(group, "secp384r1") == 0) {
            out->alg = FWS_ALG_P384;
        }
        (void)snprintf(out->type, sizeof out->type, "ec-%.16s", group);
    } else if (EVP_PKEY_is_a(pkey, "ED25519")) {
        out->alg = FWS_ALG_ED25519;
    } else {
        (void)snprintf(out->type, sizeof out->type, "%.20s", EVP_PKEY_get0_type_name(pkey));
    }
    if (out->alg != FWS_ALG_NONE) {
        (void)snprintf(out->type, sizeof out->type, "%s", fws_algorithm_name(out->alg));
    }
}

/* PKCS#1 RSAPublicKey out of the SPKI's BIT STRING. */
static bool embed_rsa(const struct fws_pubkey *key, uint8_t *out, size_t *out_size)
{
    const unsigned char *at = key->spki;
    const unsigned char *inner = NULL;
    int inner_size = 0;
    X509_PUBKEY *spki = d2i_X509_PUBKEY(NULL, &at, (long)key->spki_size);
    bool done = spki != NULL &&
                X509_PUBKEY_get0_param(NULL, &inner, &inner_size, NULL, spki) == 1 &&
                inner_size > 0 && (size_t)inner_size <= FWS_PUBKEY_SPKI_MAX_SIZE;

    if (done) {
        memcpy(out, inner, (size_t)inner_size);
        *out_size = (size_t)inner_size;
    }
    X509_PUBKEY_free(spki);
    return done;
}

/* A point may be written whole or compressed, a curve by name or in full: one key, several digests.
 * Keys are compared, pinned and denied by their digest, so there is one form: whole, by name. */
static bool make_canonical(EVP_PKEY *pkey)
{
    return !EVP_PKEY_is_a(pkey, "EC") ||
           (EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                           OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) ==
                1 &&
            EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING,
                                           OSSL_PKEY_EC_ENCODING_GROUP) == 1);
}

static enum fws_status fill(EVP_PKEY *pkey, struct fws_pubkey *out, struct fws_error *err)
{
    *out = (struct fws_pubkey){0};
    name_type(pkey, out);
    if (!make_canonical(pkey)) {
        return bad_key(err, "cannot be written in its usual form");
    }
    int size = i2d_PUBKEY(pkey, NULL);

    if (size <= 0 || (size_t)size > sizeof out->spki) {
        return bad_key(err, "too large");
    }
    unsigned char *at = out->spki;

    out->spki_size = (size_t)i2d_PUBKEY(pkey, &at);
    if (EVP_PKEY_is_a(pkey, "RSA")) {
        if (!embed_rsa(out, out->der, &out->der_size)) {
            return bad_key(err, "cannot be written as PKCS#1");
        }
    } else {
        memcpy(out->der, out->spki, out->spki_size);
        out->der_size = out->spki_size;
    }
    return fws_digest(FWS_HASH_SHA256, out->spki, out->spki_size, out->spki_sha256, err);
}

static enum fws_status fill_and_free(EVP_PKEY *pkey, struct fws_pubkey *out, struct fws_error *err)
{
    if (pkey == NULL) {
        return bad_key(err, "not a valid key");
    }
    enum fws_status status = fill(pkey, out, err);

    EVP_PKEY_free(pkey);
    return status;
}

enum fws_status fws_pubkey_from_spki(const uint8_t *spki, size_t size, struct fws_pubkey *out,
                                     struct fws_error *err)
{
    const unsigned char *at = spki;

    if (size > FWS_PUBKEY_SPKI_MAX_SIZE) {
        return bad_key(err, "too large");
    }
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &at, (long)size);

    if (pkey != NULL && at != spki + size) {
        EVP_PKEY_free(pkey);
        return bad_key(err, "bytes follow its end");
    }
    return fill_and_free(pkey, out, err);
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

    if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1) {
        pkey = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    return pkey;
}

enum fws_status fws_pubkey_from_rsa(const uint8_t *modulus, size_t modulus_size,
                                    const uint8_t *exponent, size_t exponent_size,
                                    struct fws_pubkey *out, struct fws_error *err)
{
    if (modulus_size > 1024 || exponent_size > 16) {
        return bad_key(err, "too large");
    }
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(modulus, (int)modulus_size, NULL);
    BIGNUM *e = BN_bin2bn(exponent, (int)exponent_size, NULL);
    OSSL_PARAM *params = NULL;

    if (builder != NULL && n != NULL && e != NULL &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        params = OSSL_PARAM_BLD_to_param(builder);
    }
    EVP_PKEY *pkey = from_params("RSA", params);

    OSSL_PARAM_free(params);
    BN_free(n);
    BN_free(e);
    OSSL_PARAM_BLD_free(builder);
    return fill_and_free(pkey, out, err);
}

enum fws_status fws_pubkey_from_ec(const char *group, const uint8_t *point, size_t point_size,
                                   struct fws_pubkey *out, struct fws_error *err)
{
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point,
                                          point_size),
        OSSL_PARAM_construct_end(),
    };

    return fill_and_free(from_params("EC", params), out, err);
}

enum fws_status fws_pubkey_from_ed25519(const uint8_t key[32], struct fws_pubkey *out,
                                        struct fws_error *err)
{
    return fill_and_free(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, 32), out, err);
}

/* No passphrase is ever asked for here: an encrypted private key is not a public key. */
#define LMS_LEVELS_SIZE 4u /* of HSS, in front of the key of its one level */

/* Behind the levels of HSS, where these are there: LMS types 5 to 9 have 56 bytes, 10 to 14 have 48. */
static struct fws_reader plain_lms(const uint8_t *bytes, size_t size)
{
    static const uint8_t one_level[LMS_LEVELS_SIZE] = {0, 0, 0, 1};
    struct fws_reader key = fws_reader_init(bytes, size);

    if (fws_reader_starts_with(&key, one_level, sizeof one_level)) {
        fws_reader_skip(&key, sizeof one_level);
    }
    return key;
}

bool fws_pubkey_is_lms(const uint8_t *bytes, size_t size)
{
    struct fws_reader key = plain_lms(bytes, size);
    struct fws_reader type = key;
    bool zeros = fws_reader_u16le(&type) == 0 && fws_reader_u8(&type) == 0;
    uint8_t last = fws_reader_u8(&type);

    return zeros && ((key.left == 56 && last >= 5 && last <= 9) ||
                     (key.left == 48 && last >= 10 && last <= 14));
}

enum fws_status fws_pubkey_from_lms(const uint8_t *bytes, size_t size, struct fws_pubkey *out,
                                    struct fws_error *err)
{
    struct fws_reader key = plain_lms(bytes, size);

    *out = (struct fws_pubkey){.alg = FWS_ALG_LMS, .type = "lms"};
    if (!fws_pubkey_is_lms(bytes, size)) {
        return bad_key(err, "no LMS key of a single tree with SHA-256");
    }
    out->spki_size = out->der_size = key.left;
    fws_reader_copy(&key, out->spki, out->spki_size);
    memcpy(out->der, out->spki, out->spki_size);
    return fws_digest(FWS_HASH_SHA256, out->spki, out->spki_size, out->spki_sha256, err);
}

static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

enum fws_status fws_pubkey_from_pem(const char *pem, size_t size, struct fws_pubkey *out,
                                    struct fws_error *err)
{
    if (size > 65536) {
        return bad_key(err, "PEM file too large");
    }
    BIO *bio = BIO_new_mem_buf(pem, (int)size);

    if (bio == NULL) {
        return bad_key(err, "no memory");
    }
    EVP_PKEY *pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);

    if (pkey == NULL) {
        (void)BIO_reset(bio);
        pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    }
    BIO_free(bio);
    return pkey == NULL ? bad_key(err, "no PEM key found") : fill_and_free(pkey, out, err);
}

/*
 * Decoding costs OpenSSL 3 more than a P-256 verification, and a batch is signed with one key: keep
 * the last one, named by all its bytes.
 */
static _Thread_local struct {
    EVP_PKEY *pkey;
    size_t spki_size;
    uint8_t spki[FWS_PUBKEY_SPKI_MAX_SIZE];
} last_key;

/* What a thread keeps goes with it; the value is its last key. */
static pthread_once_t keeper_once = PTHREAD_ONCE_INIT;
static pthread_key_t keeper;
static bool keeper_made;

static void free_kept(void *pkey)
{
    EVP_PKEY_free(pkey);
}

static void make_keeper(void)
{
    keeper_made = pthread_key_create(&keeper, free_kept) == 0;
}

static void keep(EVP_PKEY *pkey)
{
    (void)pthread_once(&keeper_once, make_keeper);
    if (keeper_made) {
        (void)pthread_setspecific(keeper, pkey);
    }
}

/* Borrowed until the next call. */
static EVP_PKEY *load(const struct fws_pubkey *key)
{
    const unsigned char *at = key->spki;

    if (last_key.pkey != NULL && last_key.spki_size == key->spki_size &&
        memcmp(last_key.spki, key->spki, key->spki_size) == 0) {
        return last_key.pkey;
    }
    EVP_PKEY_free(last_key.pkey);
    last_key.pkey = d2i_PUBKEY(NULL, &at, (long)key->spki_size);
    last_key.spki_size = key->spki_size;
    memcpy(last_key.spki, key->spki, key->spki_size);
    keep(last_key.pkey);
    return last_key.pkey;
}

enum fws_status fws_pubkey_to_pem(const struct fws_pubkey *key, struct fws_buf *out,
                                  struct fws_error *err)
{
    EVP_PKEY *pkey = load(key);
    BIO *bio = BIO_new(BIO_s_mem());
    enum fws_status status = FWS_E_BACKEND;
    char *text = NULL;

    if (pkey != NULL && bio != NULL && PEM_write_bio_PUBKEY(bio, pkey) == 1) {
        long size = BIO_get_mem_data(bio, &text);

        status = fws_buf_append(out, text, (size_t)size, err);
    } else {
        status = fws_error_set(err, FWS_E_BACKEND, "public key: cannot be written as PEM");
    }
    BIO_free(bio);
    return status;
}

enum fws_status fws_pubkey_keyhash(const struct fws_pubkey *key, enum fws_hash hash, uint8_t *out,
                                   struct fws_error *err)
{
    return fws_digest(hash, key->der, key->der_size, out, err);
}

static bool set_pss(EVP_PKEY_CTX *ctx)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32) == 1;
}

enum verdict {
    GOOD,
    BAD,
    NOT_JUDGED, /* OpenSSL could not begin: no word about the signature */
};

static enum verdict verify_digest(EVP_PKEY *pkey, const struct fws_pubkey *key,
                                  const uint8_t *digest, size_t digest_size,
                                  const uint8_t *signature, size_t signature_size)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    enum verdict verdict = NOT_JUDGED;
    bool rsa = key->alg == FWS_ALG_RSA2048 || key->alg == FWS_ALG_RSA3072;

    if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && (!rsa || set_pss(ctx))) {
        verdict =
            EVP_PKEY_verify(ctx, signature, signature_size, digest, digest_size) == 1 ? GOOD : BAD;
    }
    EVP_PKEY_CTX_free(ctx);
    return verdict;
}

static enum verdict verify_message(EVP_PKEY *pkey, const uint8_t *message, size_t message_size,
                                   const uint8_t *signature, size_t signature_size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    enum verdict verdict = NOT_JUDGED;

    if (ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1) {
        verdict = EVP_DigestVerify(ctx, signature, signature_size, message, message_size) == 1
                      ? GOOD
                      : BAD;
    }
    EVP_MD_CTX_free(ctx);
    return verdict;
}

enum fws_status fws_pubkey_verify(const struct fws_pubkey *key, const uint8_t *digest,
                                  size_t digest_size, const uint8_t *signature,
                                  size_t signature_size, struct fws_error *err)
{
    if (key->alg == FWS_ALG_NONE) {
        return fws_error_set(err, FWS_E_KEY_TYPE, "%s keys sign no images", key->type);
    }
    if (key->alg != FWS_ALG_ED25519 && digest_size != fws_hash_size(fws_algorithm_hash(key->alg))) {
        return fws_error_set(err, FWS_E_SIGNATURE_INVALID, "digest of %zu bytes for a %s key",
                             digest_size, key->type);
    }
    EVP_PKEY *pkey = load(key);
    enum verdict verdict;

    if (pkey == NULL) {
        return bad_key(err, "cannot be loaded");
    }
    if (key->alg == FWS_ALG_ED25519) {
        verdict = verify_message(pkey, digest, digest_size, signature, signature_size);
    } else {
        verdict = verify_digest(pkey, key, digest, digest_size, signature, signature_size);
    }
    ERR_clear_error();
    if (verdict == NOT_JUDGED) {
        return fws_error_set(err, FWS_E_BACKEND, "OpenSSL cannot check a signature of the %s key",
                             key->type);
    }
    if (verdict != GOOD) {
        return fws_error_set(err, FWS_E_SIGNATURE_INVALID,
                             "the signature is not by the %s key over this digest", key->type);
    }
    return FWS_OK;
}
