/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier's cryptography by OpenSSL 3, for hosts. Pure Ed25519 needs io->mapped.
 *
 * The digests are looked up in OpenSSL's providers once per process, on first use: a lookup costs
 * more than hashing a small image. Thread safe.
 */
#ifndef FWS_VERIFIER_PORT_OPENSSL_OPENSSL_H
#define FWS_VERIFIER_PORT_OPENSSL_OPENSSL_H

#include "verifier/verifier.h"

extern const struct fws_verify_crypto fws_verify_openssl;

/*
 * Do the lookups now, so that the first check costs what the others do; optional.
 * FWS_E_BACKEND when the providers lack a digest.
 */
FWS_MUST_USE enum fws_status fws_verify_openssl_prepare(void);

#endif
