/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/digest.h"
#include "keys/message.h"

enum fws_status fws_message_input(const struct fws_pubkey *pub, const uint8_t *message,
                                  size_t message_size, struct fws_message_input *out,
                                  struct fws_error *err)
{
    if (pub->alg != FWS_ALG_ED25519 && pub->alg != FWS_ALG_P256) {
        return fws_error_set(err, FWS_E_KEY_TYPE,
                             "%s keys sign no messages; Ed25519 and ECDSA P-256 keys do",
                             pub->type);
    }
    if (message_size == 0 || message_size > sizeof out->bytes) {
        return fws_error_set(err, FWS_E_INTERNAL, "message of %zu bytes; 1 to %u can be signed",
                             message_size, FWS_MESSAGE_MAX_SIZE);
    }
    if (pub->alg == FWS_ALG_P256) {
        out->size = fws_hash_size(FWS_HASH_SHA256);
        return fws_digest(FWS_HASH_SHA256, message, message_size, out->bytes, err);
    }
    memcpy(out->bytes, message, message_size);
    out->size = message_size;
    return FWS_OK;
}
