/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <string.h>

#include "base/digest.h"
#include "base/hex.h"

static const EVP_MD *md_of(enum fws_hash hash)
{
    switch (hash) {
    case FWS_HASH_SHA256:
        return EVP_sha256();
    case FWS_HASH_SHA384:
        return EVP_sha384();
    case FWS_HASH_SHA512:
        return EVP_sha512();
    case FWS_HASH_NONE:
        break;
    }
    return NULL;
}

enum fws_status fws_digest(enum fws_hash hash, const void *data, size_t size, uint8_t *out,
                           struct fws_error *err)
{
    const EVP_MD *md = md_of(hash);

    if (md == NULL || EVP_Digest(size > 0 ? data : "", size, out, NULL, md, NULL) != 1) {
        return fws_error_set(err, FWS_E_BACKEND, "%s failed", fws_hash_name(hash));
    }
    return FWS_OK;
}

char *fws_digest_any_text(enum fws_hash hash, const uint8_t *digest,
                          char out[FWS_DIGEST_ANY_TEXT_SIZE])
{
    const char *name = fws_hash_name(hash);
    size_t length = strlen(name);

    memcpy(out, name, length);
    out[length] = ':';
    (void)fws_hex_encode(digest, fws_hash_size(hash), out + length + 1);
    return out;
}

char *fws_digest_text(const uint8_t digest[32], char out[FWS_DIGEST_TEXT_SIZE])
{
    char text[FWS_DIGEST_ANY_TEXT_SIZE];

    memcpy(out, fws_digest_any_text(FWS_HASH_SHA256, digest, text), FWS_DIGEST_TEXT_SIZE);
    return out;
}
