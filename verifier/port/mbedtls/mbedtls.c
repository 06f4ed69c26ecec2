/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/port/mbedtls/mbedtls.h"

#include <mbedtls/bignum.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/ecp.h>
#include <string.h>

#include "verifier/port/mbedtls/compat.h"

#define PSS_SALT_SIZE 32

/* ---- Hashes ---- */

/*
 * SHA-512 is judged when it is used: its state need not fit where no policy lists it. Mbed TLS with
 * a driver may have contexts of other sizes.
 */
_Static_assert(sizeof(mbedtls_sha256_context) <= FWS_VERIFY_HASH_STATE_SIZE,
               "raise FWS_VERIFY_HASH_STATE_SIZE");
_Static_assert(sizeof(mbedtls_sha512_context) <= UINT16_MAX, "state_size has 16 bits");

static enum fws_status status_of(int error)
{
    return error == 0 ? FWS_OK : FWS_E_BACKEND;
}

static enum fws_status sha256_begin(void *state)
{
    mbedtls_sha256_init(state);
    return status_of(compat_sha256_starts(state, 0));
}

static enum fws_status sha256_update(void *state, const void *data, size_t size)
{
    return status_of(compat_sha256_update(state, data, size));
}

static enum fws_status sha256_finish(void *state, uint8_t *digest)
{
    int error = compat_sha256_finish(state, digest);

    mbedtls_sha256_free(state);
    return status_of(error);
}

static enum fws_status sha384_begin(void *state)
{
    mbedtls_sha512_init(state);
    return status_of(compat_sha512_starts(state, 1));
}

static enum fws_status sha512_begin(void *state)
{
    mbedtls_sha512_init(state);
    return status_of(compat_sha512_starts(state, 0));
}

static enum fws_status sha512_update(void *state, const void *data, size_t size)
{
    return status_of(compat_sha512_update(state, data, size));
}

/* Of SHA-384 it writes 48 bytes: the context knows. */
static enum fws_status sha512_finish(void *state, uint8_t *digest)
{
    int error = compat_sha512_finish(state, digest);

    mbedtls_sha512_free(state);
    return status_of(error);
}

const struct fws_hash_function fws_mbedtls_sha256 = {
    .hash = FWS_HASH_SHA256,
    .state_size = sizeof(mbedtls_sha256_context),
    .begin = sha256_begin,
    .update = sha256_update,
    .finish = sha256_finish,
};

const struct fws_hash_function fws_mbedtls_sha384 = {
    .hash = FWS_HASH_SHA384,
    .state_size = sizeof(mbedtls_sha512_context),
    .begin = sha384_begin,
    .update = sha512_update,
    .finish = sha512_finish,
};

const struct fws_hash_function fws_mbedtls_sha512 = {
    .hash = FWS_HASH_SHA512,
    .state_size = sizeof(mbedtls_sha512_context),
    .begin = sha512_begin,
    .update = sha512_update,
    .finish = sha512_finish,
};

/* ---- ECDSA ---- */

/* An uncompressed point has one SPKI encoding: always these bytes, then X and Y. */
struct curve {
    mbedtls_ecp_group_id id;
    size_t size; /* of a coordinate, of r, of s, and of the digest */
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

struct ecdsa {
    mbedtls_ecp_group group;
    mbedtls_ecp_point key;
    mbedtls_mpi r;
    mbedtls_mpi s;
};

static void ecdsa_init(struct ecdsa *ecdsa)
{
    mbedtls_ecp_group_init(&ecdsa->group);
    mbedtls_ecp_point_init(&ecdsa->key);
    mbedtls_mpi_init(&ecdsa->r);
    mbedtls_mpi_init(&ecdsa->s);
}

static void ecdsa_free(struct ecdsa *ecdsa)
{
    mbedtls_mpi_free(&ecdsa->s);
    mbedtls_mpi_free(&ecdsa->r);
    mbedtls_ecp_point_free(&ecdsa->key);
    mbedtls_ecp_group_free(&ecdsa->group);
}

/* Mbed TLS judges the point: coordinates below the prime, and on the curve. */
static enum fws_status ecdsa_load_key(struct ecdsa *ecdsa, const struct curve *curve,
                                      const struct fws_reader *key)
{
    const uint8_t *point = &key->data[curve->prefix_size - 1];

    if (mbedtls_ecp_group_load(&ecdsa->group, curve->id) != 0 ||
        mbedtls_ecp_point_read_binary(&ecdsa->group, &ecdsa->key, point, 1 + 2 * curve->size) !=
            0) {
        return FWS_E_BACKEND;
    }
    int error = mbedtls_ecp_check_pubkey(&ecdsa->group, &ecdsa->key);

    return error == MBEDTLS_ERR_ECP_INVALID_KEY ? FWS_E_PUBKEY : status_of(error);
}

/* Mbed TLS judges r and s: from 1 to the order less 1. */
static enum fws_status ecdsa_check(struct ecdsa *ecdsa, const struct curve *curve,
                                   const struct fws_signature_input *input)
{
    const uint8_t *signature = input->signature.data;

    if (mbedtls_mpi_read_binary(&ecdsa->r, signature, curve->size) != 0 ||
        mbedtls_mpi_read_binary(&ecdsa->s, &signature[curve->size], curve->size) != 0) {
        return FWS_E_BACKEND;
    }
    int error = mbedtls_ecdsa_verify(&ecdsa->group, input->message.data, input->message.left,
                                     &ecdsa->key, &ecdsa->r, &ecdsa->s);

    return error == MBEDTLS_ERR_ECP_VERIFY_FAILED ? FWS_E_SIGNATURE_INVALID : status_of(error);
}

static enum fws_status verify_ecdsa(const struct curve *curve,
                                    const struct fws_signature_input *input, void *scratch)
{
    struct ecdsa *ecdsa = scratch;

    if (input->key.left != curve->prefix_size + 2 * curve->size ||
        !fws_reader_starts_with(&input->key, curve->prefix, curve->prefix_size)) {
        return FWS_E_PUBKEY;
    }
    /* A digest of another size is never truncated or padded to fit. */
    if (input->message.left != curve->size || input->signature.left != 2 * curve->size) {
        return FWS_E_SIGNATURE_INVALID;
    }
    ecdsa_init(ecdsa);
    enum fws_status status = ecdsa_load_key(ecdsa, curve, &input->key);

    if (status == FWS_OK) {
        status = ecdsa_check(ecdsa, curve, input);
    }
    ecdsa_free(ecdsa);
    return status;
}

static enum fws_status verify_p256(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    static const struct curve p256 = {MBEDTLS_ECP_DP_SECP256R1, 32, p256_prefix,
                                      sizeof p256_prefix};

    (void)out;
    return verify_ecdsa(&p256, input, scratch);
}

static enum fws_status verify_p384(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    static const struct curve p384 = {MBEDTLS_ECP_DP_SECP384R1, 48, p384_prefix,
                                      sizeof p384_prefix};

    (void)out;
    return verify_ecdsa(&p384, input, scratch);
}

const struct fws_signature_scheme fws_mbedtls_p256 = {
    .alg = FWS_ALG_P256,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .scratch_size = sizeof(struct ecdsa),
    .verify = verify_p256,
};

const struct fws_signature_scheme fws_mbedtls_p384 = {
    .alg = FWS_ALG_P384,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .scratch_size = sizeof(struct ecdsa),
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

#define PREFIX_SIZE   (sizeof rsa2048_prefix)
#define EXPONENT_SIZE 3

static bool is_rsa_key(struct fws_reader key, const uint8_t *prefix, size_t modulus_size)
{
    bool prefixed = fws_reader_starts_with(&key, prefix, PREFIX_SIZE);

    fws_reader_skip(&key, PREFIX_SIZE);
    struct fws_reader modulus = fws_reader_slice(&key, modulus_size);

    return prefixed && !modulus.bad && (modulus.data[0] & 0x80u) != 0 &&
           (modulus.data[modulus_size - 1] & 1u) != 0 && key.left == sizeof exponent_der &&
           fws_reader_starts_with(&key, exponent_der, sizeof exponent_der);
}

/*
 * A key and a signature as checked before: a refusal that is about neither digest nor padding is the
 * first bit of the encoded message, which must be 0.
 */
static enum fws_status pss_verdict(int error)
{
    switch (error) {
    case 0:
        return FWS_OK;
    case MBEDTLS_ERR_RSA_VERIFY_FAILED:
    case MBEDTLS_ERR_RSA_INVALID_PADDING:
    case MBEDTLS_ERR_RSA_BAD_INPUT_DATA:
        return FWS_E_SIGNATURE_INVALID;
    default:
        return FWS_E_BACKEND;
    }
}

static enum fws_status verify_pss(mbedtls_rsa_context *rsa, const uint8_t *modulus,
                                  size_t modulus_size, const struct fws_signature_input *input)
{
    const uint8_t *exponent = &exponent_der[sizeof exponent_der - EXPONENT_SIZE];
    enum fws_status status = FWS_E_BACKEND;

    compat_rsa_init(rsa);
    if (mbedtls_rsa_import_raw(rsa, modulus, modulus_size, NULL, 0, NULL, 0, NULL, 0, exponent,
                               EXPONENT_SIZE) == 0) {
        status = pss_verdict(compat_pss_verify(rsa, input->message.data, DIGEST_SIZE, PSS_SALT_SIZE,
                                               input->signature.data));
    }
    mbedtls_rsa_free(rsa);
    return status;
}

static enum fws_status verify_rsa(const uint8_t *prefix, size_t modulus_size,
                                  const struct fws_signature_input *input, void *scratch)
{
    if (!is_rsa_key(input->key, prefix, modulus_size)) {
        return FWS_E_PUBKEY;
    }
    const uint8_t *modulus = &input->key.data[PREFIX_SIZE];

    /* Big endian and of one size: compared as bytes, the signature must be the smaller. */
    if (input->message.left != DIGEST_SIZE || input->signature.left != modulus_size ||
        memcmp(input->signature.data, modulus, modulus_size) >= 0) {
        return FWS_E_SIGNATURE_INVALID;
    }
    /* Mbed TLS would call both a bad signature. */
    if (modulus_size > MBEDTLS_MPI_MAX_SIZE ||
        mbedtls_md_info_from_type(MBEDTLS_MD_SHA256) == NULL) {
        return FWS_E_BACKEND;
    }
    return verify_pss(scratch, modulus, modulus_size, input);
}

static enum fws_status verify_rsa2048(const struct fws_signature_input *input, void *scratch,
                                      struct fws_operands *out)
{
    (void)out;
    return verify_rsa(rsa2048_prefix, 256, input, scratch);
}

static enum fws_status verify_rsa3072(const struct fws_signature_input *input, void *scratch,
                                      struct fws_operands *out)
{
    (void)out;
    return verify_rsa(rsa3072_prefix, 384, input, scratch);
}

const struct fws_signature_scheme fws_mbedtls_rsa2048 = {
    .alg = FWS_ALG_RSA2048,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .scratch_size = sizeof(mbedtls_rsa_context),
    .verify = verify_rsa2048,
};

const struct fws_signature_scheme fws_mbedtls_rsa3072 = {
    .alg = FWS_ALG_RSA3072,
    .boolean_only = true,
    .pure = FWS_PURE_NEVER,
    .scratch_size = sizeof(mbedtls_rsa_context),
    .verify = verify_rsa3072,
};
