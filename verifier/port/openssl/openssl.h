/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier's cryptography by OpenSSL 3, for hosts: boolean only. Pure Ed25519 needs io->mapped.
 *
 * The digests are looked up in OpenSSL's providers once per process, on first use: a lookup costs
 * more than hashing a small image. Thread safe.
 */
#ifndef FWS_VERIFIER_PORT_OPENSSL_OPENSSL_H
#define FWS_VERIFIER_PORT_OPENSSL_OPENSSL_H

#include "verifier/crypto.h"

extern const struct fws_hash_function fws_openssl_sha256;
extern const struct fws_hash_function fws_openssl_sha384;
extern const struct fws_hash_function fws_openssl_sha512;

extern const struct fws_signature_scheme fws_openssl_p256;
extern const struct fws_signature_scheme fws_openssl_p384;
extern const struct fws_signature_scheme fws_openssl_rsa2048;
extern const struct fws_signature_scheme fws_openssl_rsa3072;
extern const struct fws_signature_scheme fws_openssl_ed25519;

/* All of them, as a policy wants them. */
extern const struct fws_hash_function *const fws_openssl_hashes[];
extern const struct fws_signature_scheme *const fws_openssl_schemes[];

/*
 * Do the lookups now, so that the first check costs what the others do; optional.
 * FWS_E_BACKEND when the providers lack a digest.
 */
FWS_MUST_USE enum fws_status fws_openssl_prepare(void);

#endif
