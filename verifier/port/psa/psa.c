/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/port/psa/psa.h"

#include <psa/crypto.h>
#include <string.h>

/* ---- Hashes ---- */

_Static_assert(sizeof(psa_hash_operation_t) <= FWS_VERIFY_HASH_STATE_SIZE,
               "raise FWS_VERIFY_HASH_STATE_SIZE");

static enum fws_status status_of(psa_status_t status)
{
    return status == PSA_SUCCESS ? FWS_OK : FWS_E_BACKEND;
}

static enum fws_status hash_begin(void *state, psa_algorithm_t alg)
{
    psa_hash_operation_t *operation = state;

    *operation = psa_hash_operation_init();
    return status_of(psa_hash_setup(operation, alg));
}

static enum fws_status sha256_begin(void *state)
{
    return hash_begin(state, PSA_ALG_SHA_256);
}

static enum fws_status sha384_begin(void *state)
{
    return hash_begin(state, PSA_ALG_SHA_384);
}

static enum fws_status sha512_begin(void *state)
{
    return hash_begin(state, PSA_ALG_SHA_512);
}

static enum fws_status hash_update(void *state, const void *data, size_t size)
{
    return status_of(psa_hash_update(state, data, size));
}

static enum fws_status hash_finish(void *state, uint8_t *digest, size_t size)
{
    size_t written = 0;
    psa_status_t done = psa_hash_finish(state, digest, size, &written);
    psa_status_t freed = psa_hash_abort(state); /* only a finish that failed leaves something */

    return done == PSA_SUCCESS && written == size ? status_of(freed) : FWS_E_BACKEND;
}

static enum fws_status sha256_finish(void *state, uint8_t *digest)
{
    return hash_finish(state, digest, 32);
}

static enum fws_status sha384_finish(void *state, uint8_t *digest)
{
    return hash_finish(state, digest, 48);
}

static enum fws_status sha512_finish(void *state, uint8_t *digest)
{
    return hash_finish(state, digest, 64);
}

const struct fws_hash_function fws_psa_sha256 = {
    .hash = FWS_HASH_SHA256,
    .state_size = sizeof(psa_hash_operation_t),
    .begin = sha256_begin,
    .update = hash_update,
    .finish = sha256_finish,
};

const struct fws_hash_function fws_psa_sha384 = {
    .hash = FWS_HASH_SHA384,
    .state_size = sizeof(psa_hash_operation_t),
    .begin = sha384_begin,
    .update = hash_update,
    .finish = sha384_finish,
};

const struct fws_hash_function fws_psa_sha512 = {
    .hash = FWS_HASH_SHA512,
    .state_size = sizeof(psa_hash_operation_t),
    .begin = sha512_begin,
    .update = hash_update,
    .finish = sha512_finish,
};

/* ---- Keys and signatures ---- */

/* What the API is told, and the bytes it is given as a key. */
struct public_key {
    psa_key_type_t type;
    size_t bits;
    psa_algorithm_t alg;
    const uint8_t *data;
    size_t size;
};

static enum fws_status import_key(const struct public_key *key, psa_key_id_t *out)
{
    psa_key_attributes_t attributes = psa_key_attributes_init();

    psa_set_key_type(&attributes, key->type);
    psa_set_key_bits(&attributes, key->bits);
    psa_set_key_algorithm(&attributes, key->alg);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
    psa_status_t status = psa_import_key(&attributes, key->data, key->size, out);

    return status == PSA_ERROR_INVALID_ARGUMENT ? FWS_E_PUBKEY : status_of(status);
}

/*
 * Key, algorithm and lengths are right by now: an argument can only be invalid for what the
 * signature holds. Mbed TLS says so of PSS when the first bit of the encoded message is set.
 */
static enum fws_status verdict_of(psa_status_t status)
{
    return status == PSA_ERROR_INVALID_SIGNATURE || status == PSA_ERROR_INVALID_ARGUMENT
               ? FWS_E_SIGNATURE_INVALID
               : status_of(status);
}

/* A key that stays behind would fill the slots one boot attempt at a time: no signature is good. */
static enum fws_status verify_with(const struct public_key *key,
                                   const struct fws_signature_input *input)
{
    psa_key_id_t id = PSA_KEY_ID_NULL;
    enum fws_status status = import_key(key, &id);

    if (status != FWS_OK) {
        return status;
    }
    status = verdict_of(psa_verify_hash(id, key->alg, input->message.data, input->message.left,
                                        input->signature.data, input->signature.left));
    return psa_destroy_key(id) == PSA_SUCCESS ? status : FWS_E_BACKEND;
}

/* ---- ECDSA ---- */

/* An uncompressed point has one SPKI encoding: always these bytes, then X and Y. */
struct curve {
    size_t size; /* of a coordinate, of r, of s, and of the digest */
    psa_algorithm_t alg;
    const uint8_t *prefix;
    size_t prefix_size; /* its last byte, 04, is the first of the point */
};

static const uint8_t p256_prefix[] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
};

static const uint8_t p384_prefix[] = {
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
    0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
};

/* The API judges the point, r and s. */
static enum fws_status verify_ecdsa(const struct curve *curve,
                                    const struct fws_signature_input *input)
{
    size_t point_size = 1 + 2 * curve->size;

    if (input->key.left != curve->prefix_size - 1 + point_size ||
        !fws_reader_starts_with(&input->key, curve->prefix, curve->prefix_size)) {
        return FWS_E_PUBKEY;
    }
    /* A digest of another size is never truncated or padded to fit. */
    if (input->message.left != curve->size || input->signature.left != 2 * curve->size) {
        return FWS_E_SIGNATURE_INVALID;
    }
    struct public_key key = {
        .type = PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1),
        .bits = 8 * curve->size,
        .alg = curve->alg,
        .data = &input->key.data[curve->prefix_size - 1],
        .size = point_size,
    };

    return verify_with(&key, input);
}

static enum fws_status verify_p256(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    static const struct curve p256 = {32, PSA_ALG_ECDSA(PSA_ALG_SHA_256), p256_prefix,
                                      sizeof p256_prefix};

    (void)scratch;
    (void)out;
    return verify_ecdsa(&p256, input);
}

static enum fws_status verify_p384(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    static const struct curve p384 = {48, PSA_ALG_ECDSA(PSA_ALG_SHA_384), p384_prefix,
                                      sizeof p384_prefix};

    (void)scratch;
    (void)out;
    return verify_ecdsa(&p384, input);
}

const struct fws_signature_scheme fws_psa_p256 = {
    .alg = FWS_ALG_P256,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .verify = verify_p256,
};

const struct fws_signature_scheme fws_psa_p384 = {
    .alg = FWS_ALG_P384,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .verify = verify_p384,
};

/* ---- RSA ---- */

#define DIGEST_SIZE 32

/*
 * RSAPublicKey of one modulus size and of the exponent 65537 has one DER encoding: these bytes, the
 * modulus with its first bit set, and always the same exponent. A modulus is odd.
 */
static const uint8_t rsa2048_prefix[] = {0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00};
static const uint8_t rsa3072_prefix[] = {0x30, 0x82, 0x01, 0x8a, 0x02, 0x82, 0x01, 0x81, 0x00};
static const uint8_t exponent_der[] = {0x02, 0x03, 0x01, 0x00, 0x01};

#define PREFIX_SIZE (sizeof rsa2048_prefix)

static bool is_rsa_key(struct fws_reader key, const uint8_t *prefix, size_t modulus_size)
{
    bool prefixed = fws_reader_starts_with(&key, prefix, PREFIX_SIZE);

    fws_reader_skip(&key, PREFIX_SIZE);
    struct fws_reader modulus = fws_reader_slice(&key, modulus_size);

    return prefixed && !modulus.bad && (modulus.data[0] & 0x80u) != 0 &&
           (modulus.data[modulus_size - 1] & 1u) != 0 && key.left == sizeof exponent_der &&
           fws_reader_starts_with(&key, exponent_der, sizeof exponent_der);
}

/* PSA_ALG_RSA_PSS asks for a salt as long as the digest, 32 bytes, and for MGF1 of the same hash. */
static enum fws_status verify_rsa(const uint8_t *prefix, size_t modulus_size,
                                  const struct fws_signature_input *input)
{
    if (!is_rsa_key(input->key, prefix, modulus_size)) {
        return FWS_E_PUBKEY;
    }
    /* Big endian and of one size: compared as bytes, the signature must be below the modulus. */
    if (input->message.left != DIGEST_SIZE || input->signature.left != modulus_size ||
        memcmp(input->signature.data, &input->key.data[PREFIX_SIZE], modulus_size) >= 0) {
        return FWS_E_SIGNATURE_INVALID;
    }
    struct public_key key = {
        .type = PSA_KEY_TYPE_RSA_PUBLIC_KEY,
        .bits = 8 * modulus_size,
        .alg = PSA_ALG_RSA_PSS(PSA_ALG_SHA_256),
        .data = input->key.data,
        .size = input->key.left,
    };

    return verify_with(&key, input);
}

static enum fws_status verify_rsa2048(const struct fws_signature_input *input, void *scratch,
                                      struct fws_operands *out)
{
    (void)scratch;
    (void)out;
    return verify_rsa(rsa2048_prefix, 256, input);
}

static enum fws_status verify_rsa3072(const struct fws_signature_input *input, void *scratch,
                                      struct fws_operands *out)
{
    (void)scratch;
    (void)out;
    return verify_rsa(rsa3072_prefix, 384, input);
}

const struct fws_signature_scheme fws_psa_rsa2048 = {
    .alg = FWS_ALG_RSA2048,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .verify = verify_rsa2048,
};

const struct fws_signature_scheme fws_psa_rsa3072 = {
    .alg = FWS_ALG_RSA3072,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .verify = verify_rsa3072,
};
