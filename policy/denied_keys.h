/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that anybody can sign with: their private half is published, in a bootloader's samples, in a
 * vendor's SDK, in a test suite or in this repository. (Of a few, samples as well, only the public
 * half is, and who has the other nobody knows.) An image signed with one is as good as unsigned, and
 * such keys do reach products. No policy, option or relaxation allows one.
 *
 * The list is a constant of the program: nothing is read, nothing can be left out.
 */
#ifndef FWS_POLICY_DENIED_KEYS_H
#define FWS_POLICY_DENIED_KEYS_H

#include <stddef.h>
#include <stdint.h>

#define FWS_DENIED_KEY_ORIGIN_MAX 80u /* characters */

struct fws_denied_key {
    const char *spki_sha256; /* 64 lower-case hexadecimal digits */
    const char *type;        /* as in struct fws_pubkey: "rsa-2048", "ecdsa-p256", ... */
    const char *origin;
};

/*
 * Where the key was published ("MCUboot root-rsa-2048.pem"), or NULL: not on the list.
 *
 * spki_sha256  of struct fws_pubkey: over the DER SubjectPublicKeyInfo with a named curve and an
 *              uncompressed point; for LMS over the plain key
 *
 * The digest names one encoding. A caller that takes keys in other encodings brings them into this
 * one first, or the same key passes under another digest.
 */
const char *fws_denied_key_origin(const uint8_t spki_sha256[32]);

/* The whole list, ascending by digest; index below the count. */
size_t fws_denied_key_count(void);
const struct fws_denied_key *fws_denied_key_at(size_t index);

#endif
