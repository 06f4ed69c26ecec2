/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier's cryptography by the PSA Crypto API 1.1, from whoever implements it: Mbed TLS 2.28
 * or 3.x, TF-M, a vendor's driver.
 *
 * The caller has called psa_crypto_init(); without, as with an algorithm that the implementation
 * lacks, the answer is FWS_E_BACKEND. The API says yes or no, so the schemes are boolean_only. A
 * signature takes one volatile key slot and gives it back.
 *
 * Compile with -ffunction-sections and link with --gc-sections, so that a scheme no policy lists
 * needs nothing.
 */
#ifndef FWS_VERIFIER_PORT_PSA_PSA_H
#define FWS_VERIFIER_PORT_PSA_PSA_H

#include "verifier/crypto.h"

extern const struct fws_hash_function fws_psa_sha256;
extern const struct fws_hash_function fws_psa_sha384;
extern const struct fws_hash_function fws_psa_sha512;

extern const struct fws_signature_scheme fws_psa_p256;
extern const struct fws_signature_scheme fws_psa_p384;
extern const struct fws_signature_scheme fws_psa_rsa2048; /* exponent 65537 */
extern const struct fws_signature_scheme fws_psa_rsa3072;

#endif
