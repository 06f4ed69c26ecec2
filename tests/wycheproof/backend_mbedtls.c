/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wycheproof/runner.h"
#include "verifier/port/mbedtls/mbedtls.h"

static const struct fws_hash_function *const hashes[] = {&fws_mbedtls_sha256, &fws_mbedtls_sha384,
                                                         &fws_mbedtls_sha512, NULL};
static const struct fws_signature_scheme *const schemes[] = {
    &fws_mbedtls_p256, &fws_mbedtls_p384, &fws_mbedtls_rsa2048, &fws_mbedtls_rsa3072, NULL};

const struct backend backend = {.name = "mbedtls", .hashes = hashes, .schemes = schemes};
