/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signature and hash algorithms of MCUboot images, named once for host and device.
 *
 * Values are stable: they stand in logs and in the worker protocol.
 */
#ifndef FWS_BYTES_ALGORITHM_H
#define FWS_BYTES_ALGORITHM_H

#include <stddef.h>

enum fws_hash {
    FWS_HASH_NONE = 0,
    FWS_HASH_SHA256 = 1,
    FWS_HASH_SHA384 = 2,
    FWS_HASH_SHA512 = 3,
};

enum fws_algorithm {
    FWS_ALG_NONE = 0,
    FWS_ALG_RSA2048 = 1, /* RSASSA-PSS, SHA-256, MGF1-SHA-256, salt 32 */
    FWS_ALG_RSA3072 = 2, /* the same, 3072-bit modulus */
    FWS_ALG_P256 = 3,    /* ECDSA over SHA-256 */
    FWS_ALG_P384 = 4,    /* ECDSA over SHA-384 */
    FWS_ALG_ED25519 = 5, /* PureEdDSA whose message is the image digest */
    FWS_ALG_LMS = 6,     /* RFC 8554 and 9858, one tree, SHA-256; verified, never signed here */
};

#define FWS_HASH_MAX_SIZE       64u
#define FWS_SIGNATURE_MAX_SIZE  384u /* RSA-3072 */
#define FWS_PUBKEY_DER_MAX_SIZE 448u /* SPKI of RSA-3072 is 422 bytes */

/* Digest size in bytes; 0 for FWS_HASH_NONE and unknown values. */
size_t fws_hash_size(enum fws_hash hash);

/* "sha256", "sha384", "sha512"; "none" otherwise. */
const char *fws_hash_name(enum fws_hash hash);

/* "rsa-2048", "rsa-3072", "ecdsa-p256", "ecdsa-p384", "ed25519", "lms" (imgtool's names); "none"
 * otherwise. */
const char *fws_algorithm_name(enum fws_algorithm alg);

/* The hash an image signed with alg carries unless told otherwise: SHA-384 for P-384, else SHA-256. */
static inline enum fws_hash fws_algorithm_hash(enum fws_algorithm alg)
{
    return alg == FWS_ALG_P384 ? FWS_HASH_SHA384 : FWS_HASH_SHA256;
}

#endif
