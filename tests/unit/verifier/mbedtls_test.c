/* SPDX-License-Identifier: Apache-2.0 */
#include <mbedtls/platform.h>

#include "verifier/port/mbedtls/mbedtls.h"

#define PORT(name) (&fws_mbedtls_##name)

#include "tests/unit/verifier/port_rules.h"

#ifdef MBEDTLS_PLATFORM_MEMORY

static size_t granted; /* allocations still granted */
static size_t in_use;  /* those not given back so far */
static bool refused;

static void *scarce_calloc(size_t count, size_t size)
{
    if (granted == 0) {
        refused = true;
        return NULL;
    }
    granted--;
    in_use++;
    return calloc(count, size);
}

static void counting_free(void *memory)
{
    in_use -= memory != NULL;
    free(memory);
}

/* The first allocations one by one, later ones, of which there are thousands, in growing steps. */
static void run_out_of_memory(const struct fws_signature_scheme *scheme)
{
    struct signed_digest good;
    size_t enough = 0;

    sign(&good, scheme->alg);
    do {
        granted = enough;
        refused = false;
        enum fws_status status = check(scheme, &good);

        assert_status(status, refused ? FWS_E_BACKEND : FWS_OK);
        assert_int_equal(in_use, 0);
        enough += 1 + enough / 100;
    } while (refused);
    assert_true(enough > 5);
}

TEST(memory_that_runs_out_anywhere_is_the_backends_fault)
{
    assert_int_equal(mbedtls_platform_set_calloc_free(scarce_calloc, counting_free), 0);
    for (size_t i = 0; i < LENGTH(schemes); i++) {
        run_out_of_memory(schemes[i]);
    }
    assert_int_equal(mbedtls_platform_set_calloc_free(calloc, free), 0);
}

#else

TEST(memory_that_runs_out_anywhere_is_the_backends_fault)
{
    skip(); /* this Mbed TLS takes its memory from nobody else than calloc */
}

#endif

TEST_MAIN("verifier/mbedtls")
