/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMS signatures for tests, and for nothing else: keys come from a seed in the open and no leaf is
 * ever used up.
 *
 *     struct lms_key key;
 *     struct lms_signature signature;
 *
 *     assert_true(lms_key_init(&key, LMS_SHA256_M32_H10, LMOTS_SHA256_N32_W4, 1));
 *     lms_sign(&key, LMS_SHORT_TREE, 7, digest, sizeof digest, &signature);
 *
 * What belongs in an image is then signature.public_key and signature.bytes. The tree of a height
 * of 10 takes seconds and one of 25 years. So a LMS_SHORT_TREE has nodes beside the path that are made
 * up, from which its root follows: a verifier sees no difference, but each leaf has a root of its own.
 */
#ifndef FWS_TESTS_LMS_SIGNER_H
#define FWS_TESTS_LMS_SIGNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lms_type {
    LMS_SHA256_M32_H5 = 5,
    LMS_SHA256_M32_H10,
    LMS_SHA256_M32_H15,
    LMS_SHA256_M32_H20,
    LMS_SHA256_M32_H25,
    LMS_SHA256_M24_H5,
    LMS_SHA256_M24_H10,
    LMS_SHA256_M24_H15,
    LMS_SHA256_M24_H20,
    LMS_SHA256_M24_H25,
};

enum lms_ots_type {
    LMOTS_SHA256_N32_W1 = 1,
    LMOTS_SHA256_N32_W2,
    LMOTS_SHA256_N32_W4,
    LMOTS_SHA256_N32_W8,
    LMOTS_SHA256_N24_W1,
    LMOTS_SHA256_N24_W2,
    LMOTS_SHA256_N24_W4,
    LMOTS_SHA256_N24_W8,
};

enum lms_tree {
    LMS_WHOLE_TREE, /* heights 5 and 10 */
    LMS_SHORT_TREE,
};

#define LMS_N_MAX              32u
#define LMS_P_MAX              265u
#define LMS_KEY_SIZE_MAX       56u
#define LMS_SIGNATURE_SIZE_MAX (12u + LMS_N_MAX * (1u + LMS_P_MAX + 25u))

/* As printed in the tables of both RFCs. */
struct lms_parameters {
    enum lms_type lms_type;
    enum lms_ots_type ots_type;
    unsigned n, h, w, p, ls;
};

struct lms_key {
    struct lms_parameters parameters;
    uint8_t id[16];
    uint8_t seed[LMS_N_MAX]; /* n bytes: appendix A of RFC 8554 */
    uint8_t c[LMS_N_MAX];    /* n bytes: the randomizer of the next signature */
};

struct lms_signature {
    uint8_t public_key[LMS_KEY_SIZE_MAX];
    size_t public_key_size;
    uint8_t bytes[LMS_SIGNATURE_SIZE_MAX];
    size_t size;
};

/* False when there is no such pair of types. */
bool lms_parameters(enum lms_type lms_type, enum lms_ots_type ots_type, struct lms_parameters *out);

/* A key whose id, seed and randomizer follow from number; false as above. */
bool lms_key_init(struct lms_key *key, enum lms_type lms_type, enum lms_ots_type ots_type,
                  unsigned number);

/* Sign with leaf q, of 2^h. */
void lms_sign(const struct lms_key *key, enum lms_tree tree, uint32_t q, const void *message,
              size_t size, struct lms_signature *out);

#endif
