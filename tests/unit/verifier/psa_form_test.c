/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The port to the PSA Crypto API over an implementation that agrees to everything, or fails on
 * demand: what is refused here is refused by the port.
 */
#include <psa/crypto.h>

#include "verifier/port/psa/psa.h"

#define PORT(name) (&fws_psa_##name)

#include "tests/unit/verifier/port_form.h"

/*
 * What the functions below answer; zeros are success. For this program alone, the build gives them
 * other names than those of the library, which is linked for what inline functions of its headers need.
 */
static struct {
    psa_status_t import;
    psa_status_t verify;
    psa_status_t destroy;
    psa_status_t finish;
    size_t missing; /* bytes of the digest not written */
    size_t keys;    /* not destroyed so far */
    size_t aborts;
} api;

psa_status_t psa_import_key(const psa_key_attributes_t *attributes, const uint8_t *data,
                            size_t data_length, mbedtls_svc_key_id_t *key)
{
    (void)attributes;
    (void)data;
    (void)data_length;
    *key = 1;
    api.keys += api.import == PSA_SUCCESS;
    return api.import;
}

psa_status_t psa_verify_hash(mbedtls_svc_key_id_t key, psa_algorithm_t alg, const uint8_t *hash,
                             size_t hash_length, const uint8_t *signature, size_t signature_length)
{
    (void)key;
    (void)alg;
    (void)hash;
    (void)hash_length;
    (void)signature;
    (void)signature_length;
    return api.verify;
}

psa_status_t psa_destroy_key(mbedtls_svc_key_id_t key)
{
    (void)key;
    api.keys--;
    return api.destroy;
}

psa_status_t psa_hash_setup(psa_hash_operation_t *operation, psa_algorithm_t alg)
{
    (void)operation;
    (void)alg;
    return PSA_SUCCESS;
}

psa_status_t psa_hash_update(psa_hash_operation_t *operation, const uint8_t *input,
                             size_t input_length)
{
    (void)operation;
    (void)input;
    (void)input_length;
    return PSA_SUCCESS;
}

psa_status_t psa_hash_finish(psa_hash_operation_t *operation, uint8_t *hash, size_t hash_size,
                             size_t *hash_length)
{
    (void)operation;
    memset(hash, 0, hash_size);
    *hash_length = hash_size - api.missing;
    return api.finish;
}

psa_status_t psa_hash_abort(psa_hash_operation_t *operation)
{
    (void)operation;
    api.aborts++;
    return PSA_SUCCESS;
}

static const psa_status_t failures[] = {
    PSA_ERROR_GENERIC_ERROR,
    PSA_ERROR_NOT_SUPPORTED,
    PSA_ERROR_NOT_PERMITTED,
    PSA_ERROR_BUFFER_TOO_SMALL,
    PSA_ERROR_BAD_STATE,
    PSA_ERROR_INVALID_HANDLE,
    PSA_ERROR_INSUFFICIENT_MEMORY,
    PSA_ERROR_INSUFFICIENT_STORAGE,
    PSA_ERROR_COMMUNICATION_FAILURE,
    PSA_ERROR_CORRUPTION_DETECTED,
    PSA_ERROR_HARDWARE_FAILURE,
    PSA_ERROR_INSUFFICIENT_ENTROPY,
    PSA_ERROR_DOES_NOT_EXIST,
    1,
};

/* Sign, let the API fail as it was told to, and see that no key stays behind. */
static void assert_verdict(enum fws_status expected)
{
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest given;

        sign(&given, schemes[i]->alg);
        assert_status(check(schemes[i], &given), expected);
        assert_int_equal(api.keys, 0);
    }
}

TEST(a_failure_is_neither_a_bad_key_nor_a_bad_signature)
{
    assert_verdict(FWS_OK);
    for (size_t i = 0; i < LENGTH(failures); i++) {
        api.import = failures[i];
        assert_verdict(FWS_E_BACKEND);
        api.import = PSA_SUCCESS;
        api.verify = failures[i];
        assert_verdict(FWS_E_BACKEND);
        api.verify = PSA_SUCCESS;
    }
    api.import = PSA_ERROR_INVALID_ARGUMENT;
    assert_verdict(FWS_E_PUBKEY);
    api.import = PSA_SUCCESS;
    api.verify = PSA_ERROR_INVALID_SIGNATURE;
    assert_verdict(FWS_E_SIGNATURE_INVALID);
    api.verify = PSA_SUCCESS;
}

TEST(a_key_that_stays_behind_makes_no_signature_good)
{
    for (size_t i = 0; i < LENGTH(failures); i++) {
        api.destroy = failures[i];
        assert_verdict(FWS_E_BACKEND);
    }
    api.destroy = PSA_SUCCESS;
}

TEST(a_digest_is_whole_and_its_operation_is_given_back)
{
    _Alignas(16) uint8_t memory[FWS_VERIFY_HASH_STATE_SIZE];
    uint8_t digest[FWS_HASH_MAX_SIZE];

    assert_status(fws_psa_sha256.begin(memory), FWS_OK);
    assert_status(fws_psa_sha256.finish(memory, digest), FWS_OK);
    api.missing = 1;
    assert_status(fws_psa_sha256.finish(memory, digest), FWS_E_BACKEND);
    api.missing = 0;
    api.finish = PSA_ERROR_HARDWARE_FAILURE;
    api.aborts = 0;
    assert_status(fws_psa_sha256.finish(memory, digest), FWS_E_BACKEND);
    assert_int_equal(api.aborts, 1);
    api.finish = PSA_SUCCESS;
}

TEST_MAIN("verifier/psa-form")
