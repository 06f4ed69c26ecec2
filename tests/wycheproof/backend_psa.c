/* SPDX-License-Identifier: Apache-2.0 */
#include <psa/crypto.h>

#include "tests/wycheproof/runner.h"
#include "verifier/port/psa/psa.h"

static enum fws_status prepare(void)
{
    return psa_crypto_init() == PSA_SUCCESS ? FWS_OK : FWS_E_BACKEND;
}

static const struct fws_hash_function *const hashes[] = {&fws_psa_sha256, &fws_psa_sha384,
                                                         &fws_psa_sha512, NULL};
static const struct fws_signature_scheme *const schemes[] = {
    &fws_psa_p256, &fws_psa_p384, &fws_psa_rsa2048, &fws_psa_rsa3072, NULL};

const struct backend backend = {
    .name = "psa", .prepare = prepare, .hashes = hashes, .schemes = schemes};
