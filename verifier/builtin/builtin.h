/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built-in cryptography: verify-only, public data only, so nothing here needs to run in constant
 * time and nothing here may ever be used with a secret.
 *
 * One file a primitive. Each derives its arithmetic in its comments; tests/unit/verifier compares
 * each with OpenSSL, with Wycheproof's vectors and with an own set of edge cases.
 */
#ifndef FWS_VERIFIER_BUILTIN_BUILTIN_H
#define FWS_VERIFIER_BUILTIN_BUILTIN_H

#include "verifier/crypto.h"

/* SHA-256 three times; list one. docs/verifier.md has their sizes and costs. */
extern const struct fws_hash_function fws_builtin_sha256_small;
extern const struct fws_hash_function fws_builtin_sha256_mid;
extern const struct fws_hash_function fws_builtin_sha256_fast;

extern const struct fws_hash_function fws_builtin_sha384;
extern const struct fws_hash_function fws_builtin_sha512;

extern const struct fws_signature_scheme fws_builtin_p256;
extern const struct fws_signature_scheme fws_builtin_rsa2048; /* needs SHA-256 in the policy */
extern const struct fws_signature_scheme fws_builtin_rsa3072;
extern const struct fws_signature_scheme fws_builtin_ed25519; /* needs SHA-512 in the policy */
extern const struct fws_signature_scheme fws_builtin_lms;     /* needs SHA-256 in the policy */

#endif
