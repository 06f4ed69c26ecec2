/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/port/openssl/openssl.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <string.h>

#define PSS_SALT_SIZE      32
#define POINT_UNCOMPRESSED 0x04

/* ---- Hashes ---- */

static struct {
    EVP_MD *sha256;
    EVP_MD *sha384;
    EVP_MD *sha512;
} digests;

static void forget_digests(void)
{
    EVP_MD_free(digests.sha256);
    EVP_MD_free(digests.sha384);
    EVP_MD_free(digests.sha512);
}

static void fetch_digests(void)
{
    digests.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    digests.sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
    digests.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
    (void)OPENSSL_atexit(forget_digests);
}

static const EVP_MD *digest_of(enum fws_hash hash)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, fetch_digests);
    switch (hash) {
    case FWS_HASH_SHA256:
        return digests.sha256;
    case FWS_HASH_SHA384:
        return digests.sha384;
    case FWS_HASH_SHA512:
        return digests.sha512;
    case FWS_HASH_NONE:
        break;
    }
    return NULL;
}

enum fws_status fws_openssl_prepare(void)
{
    bool complete = digest_of(FWS_HASH_SHA256) != NULL && digest_of(FWS_HASH_SHA384) != NULL &&
                    digest_of(FWS_HASH_SHA512) != NULL;

    return complete ? FWS_OK : FWS_E_BACKEND;
}

/* The state is one pointer in the caller's memory. */
static EVP_MD_CTX *context_in(const void *state)
{
    EVP_MD_CTX *ctx = NULL;

    memcpy(&ctx, state, sizeof ctx);
    return ctx;
}

static enum fws_status hash_begin(void *state, enum fws_hash hash)
{
    const EVP_MD *digest = digest_of(hash);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    if (digest == NULL || ctx == NULL || EVP_DigestInit_ex2(ctx, digest, NULL) != 1) {
        EVP_MD_CTX_free(ctx);
        return FWS_E_BACKEND;
    }
    memcpy(state, &ctx, sizeof ctx);
    return FWS_OK;
}

static enum fws_status sha256_begin(void *state)
{
    return hash_begin(state, FWS_HASH_SHA256);
}

static enum fws_status sha384_begin(void *state)
{
    return hash_begin(state, FWS_HASH_SHA384);
}

static enum fws_status sha512_begin(void *state)
{
    return hash_begin(state, FWS_HASH_SHA512);
}

static enum fws_status hash_update(void *state, const void *data, size_t size)
{
    return EVP_DigestUpdate(context_in(state), data, size) == 1 ? FWS_OK : FWS_E_BACKEND;
}

static enum fws_status hash_finish(void *state, uint8_t *digest)
{
    EVP_MD_CTX *ctx = context_in(state);
    int done = EVP_DigestFinal_ex(ctx, digest, NULL);

    EVP_MD_CTX_free(ctx);
    return done == 1 ? FWS_OK : FWS_E_BACKEND;
}

#define HASH_FUNCTION(name, id)                                                                    \
    const struct fws_hash_function fws_openssl_##name = {.hash = (id),                             \
                                                         .state_size = sizeof(EVP_MD_CTX *),       \
                                                         .begin = name##_begin,                    \
                                                         .update = hash_update,                    \
                                                         .finish = hash_finish}

HASH_FUNCTION(sha256, FWS_HASH_SHA256);
HASH_FUNCTION(sha384, FWS_HASH_SHA384);
HASH_FUNCTION(sha512, FWS_HASH_SHA512);

/* ---- Keys ---- */

struct key {
    enum fws_algorithm alg;
    const uint8_t *der;
    size_t der_size;
};

static bool is_rsa(enum fws_algorithm alg)
{
    return alg == FWS_ALG_RSA2048 || alg == FWS_ALG_RSA3072;
}

static bool is_ecdsa(enum fws_algorithm alg)
{
    return alg == FWS_ALG_P256 || alg == FWS_ALG_P384;
}

/* On the curve, and its point, of coordinates_size bytes at the end, in the uncompressed form: the
 * others would encode back to themselves. */
static bool is_on_curve(const EVP_PKEY *pkey, const char *curve, const struct key *key,
                        size_t coordinates_size)
{
    char group[32] = "";

    return key->der_size > coordinates_size &&
           key->der[key->der_size - coordinates_size - 1] == POINT_UNCOMPRESSED &&
           EVP_PKEY_is_a(pkey, "EC") &&
           EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                          NULL) == 1 &&
           strcmp(group, curve) == 0;
}

static bool is_rsa_of(const EVP_PKEY *pkey, int bits)
{
    BIGNUM *e = NULL;
    bool right = EVP_PKEY_is_a(pkey, "RSA") && EVP_PKEY_get_bits(pkey) == bits &&
                 EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1 &&
                 BN_is_word(e, RSA_F4) == 1;

    BN_free(e);
    return right;
}

/* OpenSSL multiplies by any A. One of small order makes signatures good that nobody made, and one
 * that is not reduced has a second name. y of all points of order 1, 2, 4 and 8, little endian. */
static const uint8_t small_order[][32] = {
    {0},
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

static bool is_sound_ed25519(const EVP_PKEY *pkey)
{
    uint8_t y[32];
    size_t size = sizeof y;

    if (!EVP_PKEY_is_a(pkey, "ED25519") || EVP_PKEY_get_raw_public_key(pkey, y, &size) != 1) {
        return false;
    }
    y[31] &= 0x7f;
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++) {
        if (memcmp(y, small_order[i], sizeof y) == 0) {
            return false;
        }
    }
    /* p is 2^255 - 19: y is not reduced when all but its lowest byte are as in p - 1, and that is
     * more. */
    return memcmp(&y[1], &small_order[2][1], sizeof y - 1) != 0 || y[0] <= small_order[2][0];
}

static bool is_of(const EVP_PKEY *pkey, const struct key *key)
{
    switch (key->alg) {
    case FWS_ALG_RSA2048:
        return is_rsa_of(pkey, 2048);
    case FWS_ALG_RSA3072:
        return is_rsa_of(pkey, 3072);
    case FWS_ALG_P256:
        return is_on_curve(pkey, "prime256v1", key, 64);
    case FWS_ALG_P384:
        return is_on_curve(pkey, "secp384r1", key, 96);
    case FWS_ALG_ED25519:
        return is_sound_ed25519(pkey);
    case FWS_ALG_LMS: /* not in OpenSSL 3.0 */
    case FWS_ALG_NONE:
        break;
    }
    return false;
}

/*
 * OpenSSL's decoder takes more than DER. A key has one encoding, and its hash names it: what does
 * not encode back to the same bytes is refused, trailing bytes included.
 */
static bool encodes_back(const EVP_PKEY *pkey, const struct key *key)
{
    unsigned char *der = NULL;
    int size = is_rsa(key->alg) ? i2d_PublicKey(pkey, &der) : i2d_PUBKEY(pkey, &der);
    bool same =
        size > 0 && (size_t)size == key->der_size && memcmp(der, key->der, key->der_size) == 0;

    OPENSSL_free(der);
    return same;
}

static EVP_PKEY *decode_key(const struct key *key)
{
    const unsigned char *at = key->der;
    EVP_PKEY *pkey = NULL;

    if (key->der_size <= FWS_PUBKEY_DER_MAX_SIZE) {
        long size = (long)key->der_size;

        pkey = is_rsa(key->alg) ? d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, size)
                                : d2i_PUBKEY(NULL, &at, size);
    }
    if (pkey != NULL && is_of(pkey, key) && encodes_back(pkey, key)) {
        return pkey;
    }
    EVP_PKEY_free(pkey);
    return NULL;
}

/*
 * Decoding costs OpenSSL 3 more than a P-256 verification, and a batch is judged with one key: keep
 * the last one, named by all its bytes.
 */
static _Thread_local struct {
    EVP_PKEY *pkey;
    enum fws_algorithm alg;
    size_t der_size;
    uint8_t der[FWS_PUBKEY_DER_MAX_SIZE];
} last_key;

static bool is_last(const struct key *key)
{
    return last_key.pkey != NULL && last_key.alg == key->alg &&
           last_key.der_size == key->der_size && memcmp(last_key.der, key->der, key->der_size) == 0;
}

/* Borrowed until the next call; NULL when the bytes are no key of that kind. */
static EVP_PKEY *load_key(const struct key *key)
{
    if (!is_last(key)) {
        EVP_PKEY_free(last_key.pkey);
        last_key.pkey = decode_key(key);
        if (last_key.pkey != NULL) {
            last_key.alg = key->alg;
            last_key.der_size = key->der_size;
            memcpy(last_key.der, key->der, key->der_size);
        }
    }
    return last_key.pkey;
}

/* ---- Signatures ---- */

struct signature {
    const unsigned char *data;
    size_t size;
};

static enum fws_status verify_message(EVP_PKEY *pkey, const uint8_t *message, size_t message_size,
                                      struct signature signature)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    enum fws_status status = FWS_E_BACKEND;

    if (ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1) {
        int verdict = EVP_DigestVerify(ctx, signature.data, signature.size, message, message_size);

        status = verdict == 1 ? FWS_OK : FWS_E_SIGNATURE_INVALID;
    }
    EVP_MD_CTX_free(ctx);
    return status;
}

static bool set_pss(EVP_PKEY_CTX *ctx)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(ctx, digest_of(FWS_HASH_SHA256)) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, digest_of(FWS_HASH_SHA256)) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, PSS_SALT_SIZE) == 1;
}

static enum fws_status verify_digest(EVP_PKEY *pkey, enum fws_algorithm alg, const uint8_t *digest,
                                     size_t digest_size, struct signature signature)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    enum fws_status status = FWS_E_BACKEND;

    /* A digest of another size is never truncated or padded to fit. */
    if (digest_size != fws_hash_size(fws_algorithm_hash(alg))) {
        status = FWS_E_SIGNATURE_INVALID;
    } else if (ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && (!is_rsa(alg) || set_pss(ctx))) {
        int verdict = EVP_PKEY_verify(ctx, signature.data, signature.size, digest, digest_size);

        status = verdict == 1 ? FWS_OK : FWS_E_SIGNATURE_INVALID;
    }
    EVP_PKEY_CTX_free(ctx);
    return status;
}

/* r || s to the encoding OpenSSL wants; NULL without memory. */
static unsigned char *encode_ecdsa(const uint8_t *raw, size_t raw_size, int *out_size)
{
    int half = (int)(raw_size / 2);
    unsigned char *der = NULL;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, half, NULL);
    BIGNUM *s = BN_bin2bn(&raw[half], half, NULL);

    if (sig != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(sig, r, s) == 1) {
        r = NULL;
        s = NULL;
        *out_size = i2d_ECDSA_SIG(sig, &der);
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(sig);
    return der;
}

static enum fws_status verify_ecdsa(EVP_PKEY *pkey, enum fws_algorithm alg, const uint8_t *digest,
                                    size_t digest_size, struct signature raw)
{
    int size = 0;

    if (raw.size != 2 * fws_hash_size(fws_algorithm_hash(alg))) { /* the curve's size, too */
        return FWS_E_SIGNATURE_INVALID;
    }
    unsigned char *der = encode_ecdsa(raw.data, raw.size, &size);

    if (der == NULL || size <= 0) {
        OPENSSL_free(der);
        return FWS_E_BACKEND;
    }
    struct signature signature = {der, (size_t)size};
    enum fws_status status = verify_digest(pkey, alg, digest, digest_size, signature);

    OPENSSL_free(der);
    return status;
}

static enum fws_status verify(const struct fws_signature_input *input, enum fws_algorithm alg)
{
    const struct key key = {alg, input->key.data, input->key.left};
    const struct signature sig = {input->signature.data, input->signature.left};
    const uint8_t *message = input->message.data;
    size_t message_size = input->message.left;
    enum fws_status status = FWS_E_PUBKEY;

    (void)ERR_set_mark();
    EVP_PKEY *pkey = load_key(&key);

    if (pkey != NULL && alg == FWS_ALG_ED25519) {
        status = verify_message(pkey, message, message_size, sig);
    } else if (pkey != NULL && is_ecdsa(alg)) {
        status = verify_ecdsa(pkey, alg, message, message_size, sig);
    } else if (pkey != NULL) {
        status = verify_digest(pkey, alg, message, message_size, sig);
    }
    (void)ERR_pop_to_mark(); /* the caller's error queue stays as it was */
    return status;
}

#define SCHEME(name, id, how)                                                                      \
    static enum fws_status name##_verify(const struct fws_signature_input *input, void *scratch,   \
                                         struct fws_operands *out)                                 \
    {                                                                                              \
        (void)scratch;                                                                             \
        (void)out;                                                                                 \
        return verify(input, (id));                                                                \
    }                                                                                              \
    const struct fws_signature_scheme fws_openssl_##name = {                                       \
        .alg = (id), .boolean_only = true, .pure = (how), .verify = name##_verify}

SCHEME(rsa2048, FWS_ALG_RSA2048, FWS_PURE_NEVER);
SCHEME(rsa3072, FWS_ALG_RSA3072, FWS_PURE_NEVER);
SCHEME(p256, FWS_ALG_P256, FWS_PURE_NEVER);
SCHEME(p384, FWS_ALG_P384, FWS_PURE_NEVER);
SCHEME(ed25519, FWS_ALG_ED25519, FWS_PURE_MAPPED);

const struct fws_hash_function *const fws_openssl_hashes[] = {
    &fws_openssl_sha256, &fws_openssl_sha384, &fws_openssl_sha512, NULL};

const struct fws_signature_scheme *const fws_openssl_schemes[] = {
    &fws_openssl_p256,    &fws_openssl_p384,    &fws_openssl_rsa2048,
    &fws_openssl_rsa3072, &fws_openssl_ed25519, NULL};
