/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/hex.h"
#include "bytes/text.h"
#include "signer/signed_index.h"

#define HEX_32  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define HEX_64  HEX_32 HEX_32
#define HEX_96  HEX_64 HEX_32
#define HEX_128 HEX_64 HEX_64
#define PREFIX  (sizeof "sha256:" - 1) /* as long for each of the three */

bool fws_signed_digest(const char *text, size_t size, char out[FWS_DIGEST_ANY_TEXT_SIZE])
{
    struct fws_reader reader = fws_reader_init(text, size);

    out[size < FWS_DIGEST_ANY_TEXT_SIZE ? size : 0] = '\0';
    switch (size) {
    case PREFIX + 64:
        return fws_reader_form(&reader, "sha256:" HEX_64, PREFIX + 64, out);
    case PREFIX + 96:
        return fws_reader_form(&reader, "sha384:" HEX_96, PREFIX + 96, out);
    case PREFIX + 128:
        return fws_reader_form(&reader, "sha512:" HEX_128, PREFIX + 128, out);
    default:
        return false;
    }
}

static bool lay_over(const char *text, uint8_t key[FWS_SIGNED_KEY_SIZE])
{
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];
    uint8_t bytes[FWS_SIGNED_KEY_SIZE];

    if (!fws_signed_digest(text, strlen(text), digest) ||
        fws_hex_decode(digest + PREFIX, 2 * sizeof bytes, bytes, sizeof bytes) != FWS_OK) {
        return false;
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        key[i] ^= bytes[i];
    }
    return true;
}

bool fws_signed_key(const char *image, const char *spki, const char *policy,
                    uint8_t out[FWS_SIGNED_KEY_SIZE])
{
    memset(out, 0, FWS_SIGNED_KEY_SIZE);
    return lay_over(image, out) && lay_over(spki, out) && lay_over(policy, out);
}
