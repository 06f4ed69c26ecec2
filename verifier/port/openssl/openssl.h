/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier's cryptography by OpenSSL 3, for hosts. Pure Ed25519 needs io->mapped. */
#ifndef FWS_VERIFIER_PORT_OPENSSL_OPENSSL_H
#define FWS_VERIFIER_PORT_OPENSSL_OPENSSL_H

#include "verifier/verifier.h"

extern const struct fws_verify_crypto fws_verify_openssl;

#endif
