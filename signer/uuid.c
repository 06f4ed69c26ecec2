/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <string.h>

#include "base/hex.h"
#include "signer/signer.h"

/* RFC 4122 appendix C: the name space of domain names. */
static const uint8_t dns_space[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
                                      0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};

/* The 32 digits of the 8-4-4-4-12 form; false when text is not of it. */
static bool drop_dashes(const char *text, char out[33])
{
    size_t used = 0;

    if (strlen(text) != 36) {
        return false;
    }
    for (size_t i = 0; i < 36; i++) {
        bool dash_place = i == 8 || i == 13 || i == 18 || i == 23;

        if ((text[i] == '-') != dash_place) {
            return false;
        }
        if (!dash_place) {
            out[used++] = text[i];
        }
    }
    out[used] = '\0';
    return true;
}

/* UUIDv5: the first 16 bytes of SHA-1(space || name), version and variant set (RFC 4122, 4.3). */
static enum fws_status from_name(const char *name, const uint8_t *space, uint8_t out[16],
                                 struct fws_error *err)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
                EVP_DigestUpdate(ctx, space, 16) == 1 &&
                EVP_DigestUpdate(ctx, name, strlen(name)) == 1 &&
                EVP_DigestFinal_ex(ctx, digest, NULL) == 1;

    EVP_MD_CTX_free(ctx);
    if (!done) {
        return fws_error_set(err, FWS_E_BACKEND, "SHA-1 for a UUID failed");
    }
    memcpy(out, digest, 16);
    out[6] = (uint8_t)((out[6] & 0x0f) | 0x50);
    out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
    return FWS_OK;
}

enum fws_status fws_uuid_from_text(const char *text, const uint8_t *space, uint8_t out[16],
                                   struct fws_error *err)
{
    char digits[33];

    if (drop_dashes(text, digits) && fws_hex_decode(digits, 32, out, 16) == FWS_OK) {
        return FWS_OK;
    }
    if (fws_hex_decode(text, strlen(text), out, 16) == FWS_OK) {
        return FWS_OK;
    }
    if (text[0] == '\0') {
        return fws_error_set(err, FWS_E_INPUT, "an empty name has no UUID");
    }
    return from_name(text, space != NULL ? space : dns_space, out, err);
}
