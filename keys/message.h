/* SPDX-License-Identifier: Apache-2.0 */
/* Messages, as opposed to digests of images: what a mechanism is given for one. */
#ifndef FWS_KEYS_MESSAGE_H
#define FWS_KEYS_MESSAGE_H

#include "keys/keys.h"

struct fws_message_input {
    uint8_t bytes[FWS_MESSAGE_MAX_SIZE];
    size_t size;
};

/* Ed25519: the message itself; ECDSA P-256: its SHA-256. Statuses as fws_hsm_sign_message says. */
FWS_MUST_USE enum fws_status fws_message_input(const struct fws_pubkey *pub, const uint8_t *message,
                                               size_t message_size, struct fws_message_input *out,
                                               struct fws_error *err);

#endif
