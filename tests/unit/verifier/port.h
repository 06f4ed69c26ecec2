/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and signatures made by OpenSSL, for the tests of ports to other libraries.
 *
 *     struct signed_digest good;
 *
 *     sign(&good, FWS_ALG_P256);
 *     good.signature[0] ^= 1;
 *     assert_status(check(&fws_psa_p256, &good), FWS_E_SIGNATURE_INVALID);
 */
#ifndef FWS_TESTS_UNIT_VERIFIER_PORT_H
#define FWS_TESTS_UNIT_VERIFIER_PORT_H

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "verifier/crypto.h"

/* A key as MCUboot embeds it, a digest, and its signature in the port's form: all to be broken. */
struct signed_digest {
    enum fws_algorithm alg;
    uint8_t key[FWS_PUBKEY_DER_MAX_SIZE + 2];
    size_t key_size;
    uint8_t digest[FWS_HASH_MAX_SIZE];
    size_t digest_size;
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE + 2];
    size_t signature_size;
};

/* A new key of alg; given to the caller. */
EVP_PKEY *make_key(enum fws_algorithm alg);

/* The test's one key of alg, which stays the same; borrowed. */
EVP_PKEY *key_of(enum fws_algorithm alg);

/* Everything right. */
void sign(struct signed_digest *out, enum fws_algorithm alg);

/* The same by another key, of any kind; given stays the caller's. */
void sign_with(struct signed_digest *out, enum fws_algorithm alg, EVP_PKEY *given);

/* What a signer in PSS may choose. */
struct pss_choice {
    const EVP_MD *hash;
    const EVP_MD *mgf1;
    int salt_size;
};

/* Sign out's digest anew. */
void sign_pss(struct signed_digest *out, EVP_PKEY *pkey, struct pss_choice choice);
void sign_pkcs1(struct signed_digest *out, EVP_PKEY *pkey);

/* The RSA primitives: out->signature to what it encodes, and back, of any value below the modulus. */
void rsa_open(const struct signed_digest *given, EVP_PKEY *pkey, uint8_t *encoded);
void rsa_close(struct signed_digest *out, EVP_PKEY *pkey, const uint8_t *encoded);

/* A coordinate, r or s: 32 or 48 bytes. */
size_t curve_size(enum fws_algorithm alg);

/* The order of the curve as big endian bytes, with plus added to it. */
void order_plus(enum fws_algorithm alg, int plus, uint8_t *out);

/* Replace the point by one whose x is small, or by the same with the prime added to x. */
void use_small_x(struct signed_digest *out, bool add_prime);

/* Ask scheme about given, each input in memory of just its size so that a sanitizer guards it. */
enum fws_status check(const struct fws_signature_scheme *scheme, const struct signed_digest *given);

#endif
