/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cryptography as the verifier sees it: hash functions and signature schemes are constant objects,
 * and a policy lists those it allows. What no policy lists, no linker keeps.
 *
 *     verifier/builtin/         verify-only code of this project, for devices
 *     verifier/port/openssl/    OpenSSL 3, for hosts
 *     verifier/port/mbedtls/    Mbed TLS 2.28 and 3.x
 *     verifier/port/psa/        the PSA Crypto API
 *
 * A scheme does not say yes or no. It leaves both sides of its final equation, and the verifier
 * compares them in two unlike ways: there is no single branch whose fault accepts a forgery. A
 * library that only answers yes or no declares itself boolean_only; it is asked twice, and its
 * answers are turned into operands outside of it.
 */
#ifndef FWS_VERIFIER_CRYPTO_H
#define FWS_VERIFIER_CRYPTO_H

#include "bytes/algorithm.h"
#include "bytes/bytes.h"
#include "verifier/config.h"

/* Where an image is read from. */
struct fws_verify_io {
    /* Read size bytes at offset; what is not FWS_OK ends the check with FWS_E_FLASH_READ. */
    enum fws_status (*read)(void *context, uint32_t offset, void *out, size_t size);
    void (*progress)(void *context); /* between blocks, for a watchdog; or NULL */
    void (*delay)(void *context);    /* wait for a random time; only at hardening 2; or NULL */
    void *context;
    uint32_t size;         /* bytes that may be read: the slot */
    const uint8_t *mapped; /* the same bytes in memory, used instead of read; or NULL */
};

/* Read [offset, offset + size) of io: FWS_OK, FWS_E_IMAGE_TRUNCATED beyond its end, FWS_E_FLASH_READ. */
FWS_MUST_USE enum fws_status fws_io_read(const struct fws_verify_io *io, uint32_t offset, void *out,
                                         size_t size);

/* A hash function over memory of the caller; state is aligned for any type. */
struct fws_hash_function {
    enum fws_hash hash;
    uint16_t state_size; /* at most FWS_VERIFY_HASH_STATE_SIZE */
    enum fws_status (*begin)(void *state);
    enum fws_status (*update)(void *state, const void *data, size_t size);
    /* after every begin that was FWS_OK, also when an update failed: frees what state holds */
    enum fws_status (*finish)(void *state, uint8_t *digest);
};

/* NULL when the list, which ends with NULL, has no such function. */
const struct fws_hash_function *fws_hash_function(const struct fws_hash_function *const *hashes,
                                                  enum fws_hash hash);

/* How a scheme takes a pure signature, which is over the image itself instead of its digest. */
enum fws_pure {
    FWS_PURE_NEVER = 0,
    FWS_PURE_PREFIXED, /* message is SHA-512(R || A || image), computed in the one pass */
    FWS_PURE_MAPPED,   /* message is the image; needs io->mapped */
};

struct fws_signature_input {
    struct fws_reader key;     /* as MCUboot embeds it: PKCS#1 for RSA, SPKI otherwise, LMS plain */
    struct fws_reader message; /* the digest, or what enum fws_pure says */
    struct fws_reader
        signature; /* r || s big endian, each as long as the curve; or PSS; or R || S */
    bool pure;
    const struct fws_hash_function *const *hashes; /* that the policy allows */
    /* An LMS signature is not in memory but here: read it once, from front to back. Not set for
     * other schemes. */
    const struct fws_verify_io *io;
    uint32_t signature_offset;
    uint32_t signature_size;
};

/* Both sides of the equation: the signature is good when all words are equal. */
struct fws_operands {
    const uint32_t *left;
    const uint32_t *right; /* in other memory than left */
    size_t words;
};

struct fws_signature_scheme {
    enum fws_algorithm alg;
    bool boolean_only;
    enum fws_pure pure;
    uint16_t scratch_size; /* at most FWS_VERIFY_SCRATCH_SIZE */
    /*
     * scratch  aligned for any type; may hold the operands
     * out      NULL for boolean_only
     *
     * FWS_OK: out is complete; of boolean_only: the signature is good. Otherwise
     * FWS_E_SIGNATURE_INVALID when there is no equation to compare (r or s out of range, a point
     * that is none), FWS_E_PUBKEY when the key cannot be used, FWS_E_FLASH_READ, FWS_E_BACKEND.
     * Every length is judged here: the key, message and signature may be of any.
     */
    enum fws_status (*verify)(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out);
};

#endif
