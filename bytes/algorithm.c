/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes/algorithm.h"

size_t fws_hash_size(enum fws_hash hash)
{
    switch (hash) {
    case FWS_HASH_SHA256:
        return 32;
    case FWS_HASH_SHA384:
        return 48;
    case FWS_HASH_SHA512:
        return 64;
    case FWS_HASH_NONE:
        break;
    }
    return 0;
}

const char *fws_hash_name(enum fws_hash hash)
{
    switch (hash) {
    case FWS_HASH_SHA256:
        return "sha256";
    case FWS_HASH_SHA384:
        return "sha384";
    case FWS_HASH_SHA512:
        return "sha512";
    case FWS_HASH_NONE:
        break;
    }
    return "none";
}

const char *fws_algorithm_name(enum fws_algorithm alg)
{
    switch (alg) {
    case FWS_ALG_RSA2048:
        return "rsa-2048";
    case FWS_ALG_RSA3072:
        return "rsa-3072";
    case FWS_ALG_P256:
        return "ecdsa-p256";
    case FWS_ALG_P384:
        return "ecdsa-p384";
    case FWS_ALG_ED25519:
        return "ed25519";
    case FWS_ALG_LMS:
        return "lms";
    case FWS_ALG_NONE:
        break;
    }
    return "none";
}
