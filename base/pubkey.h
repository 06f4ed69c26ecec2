/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys in the forms fwsign meets: SPKI (the identity, pinned and logged by its SHA-256),
 * the DER a bootloader embeds, PEM. Cryptography by OpenSSL.
 */
#ifndef FWS_BASE_PUBKEY_H
#define FWS_BASE_PUBKEY_H

#include <stdbool.h>

#include "base/buf.h"
#include "bytes/algorithm.h"

#define FWS_PUBKEY_TYPE_SIZE     24u
#define FWS_PUBKEY_SPKI_MAX_SIZE 1200u /* room for RSA-8192, which is named and refused */

struct fws_pubkey {
    enum fws_algorithm alg;                 /* FWS_ALG_NONE: a kind no image can be signed with */
    char type[FWS_PUBKEY_TYPE_SIZE];        /* "rsa-2048", "ecdsa-p521", ...: for people */
    uint8_t spki[FWS_PUBKEY_SPKI_MAX_SIZE]; /* SubjectPublicKeyInfo, DER */
    size_t spki_size;
    uint8_t spki_sha256[32];
    uint8_t der[FWS_PUBKEY_SPKI_MAX_SIZE]; /* what MCUboot embeds: PKCS#1 for RSA, else SPKI */
    size_t der_size;
};

/*
 * Fill out from each form. FWS_E_PUBKEY when the bytes are no public key or have trailing bytes.
 * A valid key of another kind is FWS_OK with alg FWS_ALG_NONE.
 */
FWS_MUST_USE enum fws_status fws_pubkey_from_spki(const uint8_t *spki, size_t size,
                                                  struct fws_pubkey *out, struct fws_error *err);
FWS_MUST_USE enum fws_status fws_pubkey_from_rsa(const uint8_t *modulus, size_t modulus_size,
                                                 const uint8_t *exponent, size_t exponent_size,
                                                 struct fws_pubkey *out, struct fws_error *err);
/* group: OpenSSL's name, "P-256", "P-384", "P-521"; point: 04 || X || Y. */
FWS_MUST_USE enum fws_status fws_pubkey_from_ec(const char *group, const uint8_t *point,
                                                size_t point_size, struct fws_pubkey *out,
                                                struct fws_error *err);
FWS_MUST_USE enum fws_status fws_pubkey_from_ed25519(const uint8_t key[32], struct fws_pubkey *out,
                                                     struct fws_error *err);
/*
 * The plain key of RFC 8554 that an image carries (docs/formats/lms.md): 56 or 48 bytes, or as HSMs
 * write it, behind the number of levels, which must be 1. It has no SPKI here: spki holds the key.
 */
FWS_MUST_USE enum fws_status fws_pubkey_from_lms(const uint8_t *bytes, size_t size,
                                                 struct fws_pubkey *out, struct fws_error *err);
/* Is it as long as such a key, and begins like one? No PEM file does. */
bool fws_pubkey_is_lms(const uint8_t *bytes, size_t size);
/* A PEM file with a public key, or with an unencrypted private key of which the public part counts. */
FWS_MUST_USE enum fws_status fws_pubkey_from_pem(const char *pem, size_t size,
                                                 struct fws_pubkey *out, struct fws_error *err);

/* Append "-----BEGIN PUBLIC KEY-----" ... to out. */
FWS_MUST_USE enum fws_status fws_pubkey_to_pem(const struct fws_pubkey *key, struct fws_buf *out,
                                               struct fws_error *err);

/* Hash of the DER a bootloader embeds: the value of a KEYHASH TLV. */
FWS_MUST_USE enum fws_status fws_pubkey_keyhash(const struct fws_pubkey *key, enum fws_hash hash,
                                                uint8_t *out, struct fws_error *err);

/*
 * Check a signature in MCUboot's encoding (PSS, DER ECDSA, 64-byte Ed25519) over a digest of the
 * key's own hash size (for Ed25519 a message of any size, which for an image is its digest).
 * FWS_OK, FWS_E_SIGNATURE_INVALID when it is not by this key, FWS_E_BACKEND when OpenSSL failed.
 * A thread's last key stays decoded, so many signatures of one key in a row cost one decoding.
 */
FWS_MUST_USE enum fws_status fws_pubkey_verify(const struct fws_pubkey *key, const uint8_t *digest,
                                               size_t digest_size, const uint8_t *signature,
                                               size_t signature_size, struct fws_error *err);

#endif
