/* SPDX-License-Identifier: Apache-2.0 */
/* OpenSSL's SHA-256 as a hash function of the verifier; counts what is not finished. */
#ifndef FWS_TESTS_UNIT_VERIFIER_HASH_BY_OPENSSL_H
#define FWS_TESTS_UNIT_VERIFIER_HASH_BY_OPENSSL_H

#include <openssl/evp.h>

#include "verifier/crypto.h"

static unsigned hash_open;                /* states that were begun and not finished */
static unsigned hash_calls;               /* of begin, update and finish */
static unsigned hash_call_fails = 0 - 1u; /* the number of the one that fails */

static bool hash_call_good(void)
{
    return hash_calls++ != hash_call_fails;
}

static enum fws_status sha256_begin(void *state)
{
    EVP_MD_CTX **ctx = (EVP_MD_CTX **)state;

    if (!hash_call_good()) {
        return FWS_E_BACKEND;
    }
    hash_open++;
    *ctx = EVP_MD_CTX_new();
    return EVP_DigestInit_ex(*ctx, EVP_sha256(), NULL) == 1 ? FWS_OK : FWS_E_BACKEND;
}

static enum fws_status sha256_update(void *state, const void *data, size_t size)
{
    EVP_MD_CTX **ctx = (EVP_MD_CTX **)state;

    return hash_call_good() && EVP_DigestUpdate(*ctx, data, size) == 1 ? FWS_OK : FWS_E_BACKEND;
}

static enum fws_status sha256_finish(void *state, uint8_t *digest)
{
    EVP_MD_CTX **ctx = (EVP_MD_CTX **)state;
    bool good = EVP_DigestFinal_ex(*ctx, digest, NULL) == 1;

    hash_open--;
    EVP_MD_CTX_free(*ctx);
    return hash_call_good() && good ? FWS_OK : FWS_E_BACKEND;
}

static const struct fws_hash_function sha256_by_openssl = {
    .hash = FWS_HASH_SHA256,
    .state_size = sizeof(EVP_MD_CTX *),
    .begin = sha256_begin,
    .update = sha256_update,
    .finish = sha256_finish,
};

static const struct fws_hash_function *const hashes_by_openssl[] = {&sha256_by_openssl, NULL};

#endif
