/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier's cryptography by Mbed TLS, 2.28 or 3.x: for bootloaders that link it already.
 *
 * Mbed TLS says yes or no, so the schemes are boolean_only. Its contexts live in the caller's memory;
 * its big numbers come from mbedtls_calloc, 5 to 6 KB at a time for a signature, and when there are
 * none the answer is FWS_E_BACKEND. What its configuration leaves out is FWS_E_BACKEND, too:
 *
 *     hashes      MBEDTLS_SHA256_C; MBEDTLS_SHA512_C, and MBEDTLS_SHA384_C with 3.x
 *     p256, p384  MBEDTLS_ECDSA_C, MBEDTLS_ECP_DP_SECP256R1_ENABLED, ..._SECP384R1_ENABLED
 *     rsa         MBEDTLS_RSA_C, MBEDTLS_PKCS1_V21, MBEDTLS_SHA256_C, MBEDTLS_MPI_MAX_SIZE of the
 *                 modulus or more
 *
 * Compile with -ffunction-sections and link with --gc-sections, so that a scheme no policy lists
 * needs none of it.
 */
#ifndef FWS_VERIFIER_PORT_MBEDTLS_MBEDTLS_H
#define FWS_VERIFIER_PORT_MBEDTLS_MBEDTLS_H

#include "verifier/crypto.h"

extern const struct fws_hash_function fws_mbedtls_sha256;
extern const struct fws_hash_function fws_mbedtls_sha384; /* needs a hash state of 216 bytes */
extern const struct fws_hash_function fws_mbedtls_sha512;

extern const struct fws_signature_scheme fws_mbedtls_p256;
extern const struct fws_signature_scheme fws_mbedtls_p384;
extern const struct fws_signature_scheme fws_mbedtls_rsa2048; /* exponent 65537 */
extern const struct fws_signature_scheme fws_mbedtls_rsa3072;

#endif
