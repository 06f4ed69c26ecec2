/* SPDX-License-Identifier: Apache-2.0 */
#include <psa/crypto.h>

#include "verifier/port/psa/psa.h"

#define PORT(name) (&fws_psa_##name)

#include "tests/unit/verifier/port_rules.h"

__attribute__((constructor)) static void start(void)
{
    if (psa_crypto_init() != PSA_SUCCESS) {
        abort();
    }
}

/* Mbed TLS has 32 slots where nothing else was configured. */
TEST(a_key_slot_is_given_back_whatever_the_verdict)
{
    struct signed_digest good;
    struct signed_digest bad;

    sign(&good, FWS_ALG_P256);
    bad = good;
    bad.signature[0] ^= 1;
    for (size_t i = 0; i < 100; i++) {
        assert_status(check(&fws_psa_p256, &bad), FWS_E_SIGNATURE_INVALID);
        assert_status(check(&fws_psa_p256, &good), FWS_OK);
    }
}

TEST(without_psa_crypto_init_nothing_is_good)
{
    mbedtls_psa_crypto_free();
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        struct signed_digest good;

        sign(&good, schemes[i]->alg);
        assert_status(check(schemes[i], &good), FWS_E_BACKEND);
    }
    start();
}

TEST_MAIN("verifier/psa")
