/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree of RFC 6962 over the log's lines, SHA-256.
 *
 * A node has a level and an index: node (0, i) is leaf i, node (l, i) the root of the 2^l leaves from
 * i * 2^l on, which must all be there. Roots and proofs of any tree are made of such nodes.
 */
#ifndef FWS_AUDIT_TREE_H
#define FWS_AUDIT_TREE_H

#include <openssl/sha.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define FWS_TREE_LEVELS    54u /* sizes are below 2^53 */
#define FWS_TREE_PROOF_MAX 53u /* hashes of an inclusion proof */

/* ---- Hashing: one context for all, as a new one a hash halves the rate ---- */

struct fws_hasher {
    SHA256_CTX *context;
    uint8_t *message; /* room for one that is hashed by one call */
};

FWS_MUST_USE enum fws_status fws_hasher_open(struct fws_hasher *hasher, struct fws_error *err);
void fws_hasher_close(struct fws_hasher *hasher);

/* SHA-256(0x00 || text). */
FWS_MUST_USE enum fws_status fws_hash_leaf(struct fws_hasher *hasher, const void *text, size_t size,
                                           uint8_t out[32], struct fws_error *err);

/* SHA-256(0x01 || left || right); out may be either. */
FWS_MUST_USE enum fws_status fws_hash_node(struct fws_hasher *hasher, const uint8_t left[32],
                                           const uint8_t right[32], uint8_t out[32],
                                           struct fws_error *err);

/* The root of count nodes, a power of two; it is nodes[0] then, and the others are used up. */
FWS_MUST_USE enum fws_status fws_hash_fold(struct fws_hasher *hasher, uint8_t (*nodes)[32],
                                           size_t count, struct fws_error *err);

/* ---- A growing tree in constant memory (compact range) ---- */

struct fws_range {
    uint64_t size;
    uint8_t peaks[FWS_TREE_LEVELS][32]; /* [l] counts when bit l of size is set */
};

/* The zero value is the empty tree. FWS_E_TOO_LARGE at 2^53-1. */
FWS_MUST_USE enum fws_status fws_range_append(struct fws_range *range, struct fws_hasher *hasher,
                                              const uint8_t leaf[32], struct fws_error *err);

/* SHA-256 of nothing for the empty tree. */
FWS_MUST_USE enum fws_status fws_range_root(const struct fws_range *range,
                                            struct fws_hasher *hasher, uint8_t out[32],
                                            struct fws_error *err);

/* ---- Trees whose nodes are at hand ---- */

/* Fetch a node. index * 2^level + 2^level is at most the size that was asked about. */
typedef enum fws_status fws_tree_node_fn(void *context, unsigned level, uint64_t index,
                                         uint8_t out[32], struct fws_error *err);

struct fws_tree {
    fws_tree_node_fn *node;
    void *context;
    struct fws_hasher *hasher; /* borrowed */
};

/* The peaks of the tree of size leaves. */
FWS_MUST_USE enum fws_status fws_tree_range(const struct fws_tree *tree, uint64_t size,
                                            struct fws_range *out, struct fws_error *err);

FWS_MUST_USE enum fws_status fws_tree_root(const struct fws_tree *tree, uint64_t size,
                                           uint8_t out[32], struct fws_error *err);

/* RFC 6962 2.1.1, from the leaf's sibling up. index < size, else FWS_E_NOT_FOUND. */
FWS_MUST_USE enum fws_status fws_tree_prove_inclusion(const struct fws_tree *tree, uint64_t index,
                                                      uint64_t size,
                                                      uint8_t out[FWS_TREE_PROOF_MAX][32],
                                                      size_t *count, struct fws_error *err);

/* RFC 6962 2.1.2. 0 < from <= size, else FWS_E_NOT_FOUND. */
FWS_MUST_USE enum fws_status fws_tree_prove_consistency(const struct fws_tree *tree, uint64_t from,
                                                        uint64_t size,
                                                        uint8_t out[FWS_TREE_PROOF_MAX + 1][32],
                                                        size_t *count, struct fws_error *err);

/* Is leaf the one at index? By a proof out of the tree's own nodes, checked against root: nodes come
 * from files that nobody trusts. FWS_E_PROOF. */
FWS_MUST_USE enum fws_status fws_tree_check_leaf(const struct fws_tree *tree, uint64_t index,
                                                 uint64_t size, const uint8_t leaf[32],
                                                 const uint8_t root[32], struct fws_error *err);

/* ---- Checking (RFC 9162 2.1.3.2, 2.1.4.2). FWS_E_PROOF when it does not hold. ---- */

FWS_MUST_USE enum fws_status fws_proof_check_inclusion(struct fws_hasher *hasher,
                                                       const uint8_t leaf[32], uint64_t index,
                                                       uint64_t size, const uint8_t (*hashes)[32],
                                                       size_t count, const uint8_t root[32],
                                                       struct fws_error *err);

FWS_MUST_USE enum fws_status fws_proof_check_consistency(struct fws_hasher *hasher, uint64_t from,
                                                         const uint8_t from_root[32], uint64_t size,
                                                         const uint8_t root[32],
                                                         const uint8_t (*hashes)[32], size_t count,
                                                         struct fws_error *err);

#endif
