/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images for the verifier's tests: build one valid thing, break one field.
 *
 *     build_start(&b);                            header of 64, payload of 100 bytes
 *     build_protect(&b, FWS_TLV_SEC_CNT, ...);    any number of protected TLVs
 *     build_seal(&b);                             header to protected area are fixed from here
 *     build_hash(&b); build_key(&b, 0); build_signature(&b, 0);
 *     build_finish(&b);                           b.image, b.size
 *     verify(&b)                                  judged by b.policy through b's flash
 *
 * Signatures are a toy that only the toy port below knows; hashes are real. What real signatures
 * do is asserted by the reference vectors.
 */
#ifndef FWS_TESTS_UNIT_VERIFIER_BUILD_H
#define FWS_TESTS_UNIT_VERIFIER_BUILD_H

#include "verifier/verifier.h"

#define BUILD_MAX_SIZE 32768u
#define TOY_KEYS       5u

/* Key i is of algorithm i + 1; TOY_KEYS + i is another key of the same algorithm. */
#define KEY_RSA2048 0u
#define KEY_RSA3072 1u
#define KEY_P256    2u
#define KEY_P384    3u
#define KEY_ED25519 4u
#define KEY_OTHER   TOY_KEYS

struct build {
    struct fws_header header;
    uint8_t padding; /* value of the bytes between header and payload */
    enum fws_hash hash;
    uint8_t protected_data[8192];
    struct fws_writer protected_area;
    bool has_protected;
    uint8_t plain_data[8192];
    struct fws_writer plain_area;
    uint8_t image[BUILD_MAX_SIZE];
    uint32_t signed_size;
    uint32_t size;
    struct fws_trusted_key keys[2 * TOY_KEYS];
    struct fws_verify_policy policy;
    struct fws_verify_report report;
    uint32_t evidence;
    uint32_t counter_floor;
    uint32_t revoked;
    bool otp_fails;
    uint32_t flash_size;         /* bytes that may be read; build_finish sets it to size */
    bool mapped;                 /* give the verifier the image in memory, too */
    unsigned reads_that_succeed; /* the read after that many fails */
    uint8_t read_count[BUILD_MAX_SIZE];
};

void build_start(struct build *b);
void build_protect(struct build *b, uint16_t type, const void *value, uint16_t size);
void build_seal(struct build *b);
void build_plain(struct build *b, uint16_t type, const void *value, uint16_t size);
void build_hash(struct build *b);
void build_key(struct build *b, unsigned key);
void build_full_key(struct build *b, unsigned key);
void build_signature(struct build *b, unsigned key);
void build_pure_signature(struct build *b, unsigned key);
void build_finish(struct build *b);

/* Trust key alone. */
void build_trust(struct build *b, unsigned key);

/* A sealed image with counter 7, and the same signed by a key that is trusted alone. */
void build_sealed(struct build *b);
void build_valid(struct build *b, unsigned key);

/* Judged by pull and, in pieces, by push: the reason; the evidence must go with it. */
enum fws_status verify(struct build *b);
enum fws_status verify_pushed(struct build *b, size_t piece);

/* Let the device's policy have a least counter, and keys revoked. */
void build_counter_floor(struct build *b, uint32_t floor);
void build_revoke(struct build *b, uint32_t bits);

extern const struct fws_signature_scheme *const toy_schemes[];

#endif
