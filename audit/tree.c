/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 by the library's own functions for it, not by EVP: OpenSSL 3.0 allocates, wipes and frees
 * a state in each EVP_DigestInit_ex2, which takes 80 ns of the 720 to verify an entry. The functions
 * are the same code beneath. They are called deprecated, as they pass by the choice of a provider;
 * what is hashed here is public, and no key is involved.
 *
 * Most messages are short, and a third of the calls for one would be for its ends: they are padded
 * here and hashed as whole blocks by one call, which leaves the digest in the state. That saves
 * another 25 ns of an entry's 590.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <endian.h>
#include <openssl/crypto.h>
#include <string.h>

#include "audit/tree.h"

#define SIZE_LIMIT (UINT64_C(1) << 53) /* sizes are below it */

#define BLOCK        ((size_t)SHA256_CBLOCK)
#define PADDING_MIN  ((size_t)9) /* 0x80, and the number of bits in eight bytes */
#define MESSAGE_MAX  (32 * BLOCK)
#define NODE_MESSAGE ((size_t)65) /* 0x01, two hashes */
#define NODE_PADDED  (2 * BLOCK)

/* ---- Hashing ---- */

static enum fws_status hashing_failed(struct fws_error *err)
{
    return fws_error_set(err, FWS_E_BACKEND, "SHA-256 failed");
}

enum fws_status fws_hasher_open(struct fws_hasher *hasher, struct fws_error *err)
{
    hasher->context = OPENSSL_zalloc(sizeof *hasher->context);
    hasher->message = OPENSSL_zalloc(MESSAGE_MAX);
    return hasher->context != NULL && hasher->message != NULL
               ? FWS_OK
               : fws_error_set(err, FWS_E_MEMORY, "no memory for SHA-256");
}

void fws_hasher_close(struct fws_hasher *hasher)
{
    OPENSSL_free(hasher->context);
    OPENSSL_free(hasher->message);
    *hasher = (struct fws_hasher){0};
}

/* Pad the message of size bytes (FIPS 180-4, 5.1.1), behind which there is room. Whole blocks. */
static size_t pad(uint8_t *message, size_t size)
{
    size_t padded = (size + PADDING_MIN + BLOCK - 1) / BLOCK * BLOCK;
    uint64_t bits = htobe64((uint64_t)size * 8);

    memset(message + size, 0, padded - size);
    message[size] = 0x80;
    memcpy(message + padded - sizeof bits, &bits, sizeof bits);
    return padded;
}

/* Blocks that end with the padding: the state is the digest then. */
static enum fws_status hash_blocks(struct fws_hasher *hasher, const uint8_t *blocks, size_t size,
                                   uint8_t out[32], struct fws_error *err)
{
    uint32_t words[8];

    if (SHA256_Init(hasher->context) != 1 || SHA256_Update(hasher->context, blocks, size) != 1) {
        return hashing_failed(err);
    }
    for (size_t i = 0; i < 8; i++) {
        words[i] = htobe32(hasher->context->h[i]);
    }
    memcpy(out, words, sizeof words);
    return FWS_OK;
}

static enum fws_status hash_long_leaf(struct fws_hasher *hasher, const void *text, size_t size,
                                      uint8_t out[32], struct fws_error *err)
{
    static const uint8_t leaf_prefix = 0x00;

    if (SHA256_Init(hasher->context) != 1 || SHA256_Update(hasher->context, &leaf_prefix, 1) != 1 ||
        SHA256_Update(hasher->context, text, size) != 1 ||
        SHA256_Final(out, hasher->context) != 1) {
        return hashing_failed(err);
    }
    return FWS_OK;
}

enum fws_status fws_hash_leaf(struct fws_hasher *hasher, const void *text, size_t size,
                              uint8_t out[32], struct fws_error *err)
{
    if (size > MESSAGE_MAX - PADDING_MIN - 1) {
        return hash_long_leaf(hasher, text, size, out, err);
    }
    hasher->message[0] = 0x00;
    if (size > 0) {
        memcpy(hasher->message + 1, text, size);
    }
    return hash_blocks(hasher, hasher->message, pad(hasher->message, 1 + size), out, err);
}

enum fws_status fws_hash_node(struct fws_hasher *hasher, const uint8_t left[32],
                              const uint8_t right[32], uint8_t out[32], struct fws_error *err)
{
    uint8_t input[NODE_PADDED];

    input[0] = 0x01;
    memcpy(input + 1, left, 32);
    memcpy(input + 33, right, 32);
    return hash_blocks(hasher, input, pad(input, NODE_MESSAGE), out, err);
}

enum fws_status fws_hash_fold(struct fws_hasher *hasher, uint8_t (*nodes)[32], size_t count,
                              struct fws_error *err)
{
    for (; count > 1; count /= 2) {
        for (size_t i = 0; i < count / 2; i++) {
            enum fws_status status =
                fws_hash_node(hasher, nodes[2 * i], nodes[2 * i + 1], nodes[i], err);

            if (status != FWS_OK) {
                return status;
            }
        }
    }
    return FWS_OK;
}

static enum fws_status hash_nothing(struct fws_hasher *hasher, uint8_t out[32],
                                    struct fws_error *err)
{
    if (SHA256_Init(hasher->context) != 1 || SHA256_Final(out, hasher->context) != 1) {
        return hashing_failed(err);
    }
    return FWS_OK;
}

/* ---- The bits of a size are its peaks: bit l stands for a whole tree of 2^l leaves ---- */

static bool has_peak(uint64_t size, unsigned level)
{
    return ((size >> level) & 1u) != 0;
}

/* ---- A growing tree ---- */

enum fws_status fws_range_append(struct fws_range *range, struct fws_hasher *hasher,
                                 const uint8_t leaf[32], struct fws_error *err)
{
    uint8_t node[32];
    unsigned level = 0;

    if (range->size >= SIZE_LIMIT - 1) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "the tree is full");
    }
    memcpy(node, leaf, 32);
    for (; has_peak(range->size, level); level++) {
        enum fws_status status = fws_hash_node(hasher, range->peaks[level], node, node, err);

        if (status != FWS_OK) {
            return status;
        }
    }
    memcpy(range->peaks[level], node, 32);
    range->size++;
    return FWS_OK;
}

enum fws_status fws_range_root(const struct fws_range *range, struct fws_hasher *hasher,
                               uint8_t out[32], struct fws_error *err)
{
    unsigned level = 0;

    if (range->size == 0) {
        return hash_nothing(hasher, out, err);
    }
    while (!has_peak(range->size, level)) {
        level++;
    }
    memcpy(out, range->peaks[level], 32);
    for (level++; level < FWS_TREE_LEVELS; level++) {
        if (has_peak(range->size, level)) {
            enum fws_status status = fws_hash_node(hasher, range->peaks[level], out, out, err);

            if (status != FWS_OK) {
                return status;
            }
        }
    }
    return FWS_OK;
}

/* ---- Trees whose nodes are at hand ---- */

enum fws_status fws_tree_range(const struct fws_tree *tree, uint64_t size, struct fws_range *out,
                               struct fws_error *err)
{
    if (size >= SIZE_LIMIT) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "no tree has so many leaves");
    }
    *out = (struct fws_range){.size = size};
    for (unsigned level = 0; level < FWS_TREE_LEVELS; level++) {
        if (has_peak(size, level)) {
            enum fws_status status =
                tree->node(tree->context, level, (size >> level) - 1, out->peaks[level], err);

            if (status != FWS_OK) {
                return status;
            }
        }
    }
    return FWS_OK;
}

enum fws_status fws_tree_root(const struct fws_tree *tree, uint64_t size, uint8_t out[32],
                              struct fws_error *err)
{
    struct fws_range range;
    enum fws_status status = fws_tree_range(tree, size, &range, err);

    return status == FWS_OK ? fws_range_root(&range, tree->hasher, out, err) : status;
}
