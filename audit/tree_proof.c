/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "audit/tree.h"

#define SIZE_LIMIT (UINT64_C(1) << 53)

/* ---- Making ---- */

/* The hashes of a proof as they are added. */
struct path {
    uint8_t (*out)[32];
    size_t count;
};

static enum fws_status add_node(struct path *path, const struct fws_tree *tree, unsigned level,
                                uint64_t index, struct fws_error *err)
{
    return tree->node(tree->context, level, index, path->out[path->count++], err);
}

/* The level of the peak that holds node (level, index): the highest bit in which its place and the
 * end of the tree differ. */
static unsigned peak_above(unsigned level, uint64_t index, uint64_t size)
{
    while (index >> 1 != size >> (level + 1)) {
        index >>= 1;
        level++;
    }
    return level;
}

/* Siblings up to, but without, the peak: all whole. */
static enum fws_status add_siblings(struct path *path, const struct fws_tree *tree, unsigned level,
                                    uint64_t index, unsigned peak, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (; level < peak && status == FWS_OK; level++, index >>= 1) {
        status = add_node(path, tree, level, index ^ 1u, err);
    }
    return status;
}

/* What lies to the right of the peak is one subtree, the only one that need not be whole. */
static enum fws_status add_right(struct path *path, const struct fws_tree *tree, uint64_t size,
                                 unsigned peak, struct fws_error *err)
{
    struct fws_range right = {.size = size & ((UINT64_C(1) << peak) - 1)};
    enum fws_status status = FWS_OK;

    if (right.size == 0) {
        return FWS_OK;
    }
    for (unsigned level = 0; level < peak && status == FWS_OK; level++) {
        if (((size >> level) & 1u) != 0) {
            status = tree->node(tree->context, level, (size >> level) - 1, right.peaks[level], err);
        }
    }
    return status == FWS_OK ? fws_range_root(&right, tree->hasher, path->out[path->count++], err)
                            : status;
}

/* The peaks to the left, nearest first. */
static enum fws_status add_left(struct path *path, const struct fws_tree *tree, uint64_t size,
                                unsigned peak, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (unsigned level = peak + 1; level < FWS_TREE_LEVELS && status == FWS_OK; level++) {
        if (((size >> level) & 1u) != 0) {
            status = add_node(path, tree, level, (size >> level) - 1, err);
        }
    }
    return status;
}

/* From node (level, index), which is whole, to the root of the tree of size leaves. */
static enum fws_status add_path(struct path *path, const struct fws_tree *tree, unsigned level,
                                uint64_t index, uint64_t size, struct fws_error *err)
{
    unsigned peak = peak_above(level, index, size);
    enum fws_status status = add_siblings(path, tree, level, index, peak, err);

    if (status == FWS_OK) {
        status = add_right(path, tree, size, peak, err);
    }
    return status == FWS_OK ? add_left(path, tree, size, peak, err) : status;
}

enum fws_status fws_tree_prove_inclusion(const struct fws_tree *tree, uint64_t index, uint64_t size,
                                         uint8_t out[FWS_TREE_PROOF_MAX][32], size_t *count,
                                         struct fws_error *err)
{
    struct path path = {.out = out};

    if (size >= SIZE_LIMIT) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "no tree has so many leaves");
    }
    if (index >= size) {
        return fws_error_set(err, FWS_E_NOT_FOUND, "no entry %" PRIu64 " of %" PRIu64, index, size);
    }
    enum fws_status status = add_path(&path, tree, 0, index, size, err);

    *count = path.count;
    return status;
}

enum fws_status fws_tree_prove_consistency(const struct fws_tree *tree, uint64_t from,
                                           uint64_t size, uint8_t out[FWS_TREE_PROOF_MAX + 1][32],
                                           size_t *count, struct fws_error *err)
{
    struct path path = {.out = out};
    enum fws_status status = FWS_OK;
    unsigned level = 0;

    if (size >= SIZE_LIMIT) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "no tree has so many leaves");
    }
    if (from == 0 || from > size) {
        return fws_error_set(err, FWS_E_NOT_FOUND, "no tree of %" PRIu64 " in one of %" PRIu64,
                             from, size);
    }
    *count = 0;
    if (from == size) {
        return FWS_OK;
    }
    /* The path of the old tree's lowest peak holds all its other peaks. */
    while (((from >> level) & 1u) == 0) {
        level++;
    }
    if (from >> level != 1) { /* else that peak is the old root, which the other side has */
        status = add_node(&path, tree, level, (from >> level) - 1, err);
    }
    if (status == FWS_OK) {
        status = add_path(&path, tree, level, (from >> level) - 1, size, err);
    }
    *count = path.count;
    return status;
}

/* ---- Checking: the algorithms of RFC 9162, with its names ---- */

/* One step up: is the next hash to the left of the node? Then skip the levels at which it is not
 * there because the tree ends. */
static bool step_up(uint64_t *fn, uint64_t *sn)
{
    bool left = (*fn & 1u) != 0 || *fn == *sn;

    if (left) {
        while ((*fn & 1u) == 0 && *fn != 0) {
            *fn >>= 1;
            *sn >>= 1;
        }
    }
    *fn >>= 1;
    *sn >>= 1;
    return left;
}

enum fws_status fws_proof_check_inclusion(struct fws_hasher *hasher, const uint8_t leaf[32],
                                          uint64_t index, uint64_t size,
                                          const uint8_t (*hashes)[32], size_t count,
                                          const uint8_t root[32], struct fws_error *err)
{
    uint8_t r[32];
    enum fws_status status = FWS_OK;

    if (index >= size) {
        return fws_error_set(err, FWS_E_PROOF, "no entry %" PRIu64 " in a tree of %" PRIu64, index,
                             size);
    }
    uint64_t fn = index;
    uint64_t sn = size - 1;

    memcpy(r, leaf, 32);
    for (size_t i = 0; i < count; i++) {
        if (sn == 0) {
            return fws_error_set(err, FWS_E_PROOF, "the proof has too many hashes");
        }
        status = step_up(&fn, &sn) ? fws_hash_node(hasher, hashes[i], r, r, err)
                                   : fws_hash_node(hasher, r, hashes[i], r, err);
        if (status != FWS_OK) {
            return status;
        }
    }
    if (sn != 0) {
        return fws_error_set(err, FWS_E_PROOF, "the proof has too few hashes");
    }
    if (memcmp(r, root, 32) != 0) {
        return fws_error_set(err, FWS_E_PROOF, "the proof does not lead to the tree's root");
    }
    return FWS_OK;
}

/* Both roots at once, from the node they share up. */
struct two_roots {
    uint8_t fr[32];
    uint8_t sr[32];
};

static enum fws_status climb(struct fws_hasher *hasher, struct two_roots *roots, uint64_t fn,
                             uint64_t sn, const uint8_t (*hashes)[32], size_t count,
                             struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; i < count && status == FWS_OK; i++) {
        if (sn == 0) {
            return fws_error_set(err, FWS_E_PROOF, "the proof has too many hashes");
        }
        if (step_up(&fn, &sn)) {
            status = fws_hash_node(hasher, hashes[i], roots->fr, roots->fr, err);
            if (status == FWS_OK) {
                status = fws_hash_node(hasher, hashes[i], roots->sr, roots->sr, err);
            }
        } else {
            status = fws_hash_node(hasher, roots->sr, hashes[i], roots->sr, err);
        }
    }
    if (status == FWS_OK && sn != 0) {
        return fws_error_set(err, FWS_E_PROOF, "the proof has too few hashes");
    }
    return status;
}

static enum fws_status same_tree(const uint8_t from_root[32], const uint8_t root[32], size_t count,
                                 struct fws_error *err)
{
    if (count != 0) {
        return fws_error_set(err, FWS_E_PROOF, "the proof has too many hashes");
    }
    if (memcmp(from_root, root, 32) != 0) {
        return fws_error_set(err, FWS_E_PROOF, "two roots of one size");
    }
    return FWS_OK;
}

enum fws_status fws_proof_check_consistency(struct fws_hasher *hasher, uint64_t from,
                                            const uint8_t from_root[32], uint64_t size,
                                            const uint8_t root[32], const uint8_t (*hashes)[32],
                                            size_t count, struct fws_error *err)
{
    struct two_roots roots;
    bool whole = (from & (from - 1)) == 0; /* a power of two: its root is a node of the other */

    if (from == 0 || from > size) {
        return fws_error_set(err, FWS_E_PROOF, "no tree of %" PRIu64 " in one of %" PRIu64, from,
                             size);
    }
    if (from == size) {
        return same_tree(from_root, root, count, err);
    }
    if (!whole && count == 0) {
        return fws_error_set(err, FWS_E_PROOF, "the proof has too few hashes");
    }
    uint64_t fn = from - 1;
    uint64_t sn = size - 1;

    for (; (fn & 1u) != 0; fn >>= 1) {
        sn >>= 1;
    }
    memcpy(roots.fr, whole ? from_root : hashes[0], 32);
    memcpy(roots.sr, roots.fr, 32);
    enum fws_status status =
        climb(hasher, &roots, fn, sn, whole ? hashes : hashes + 1, whole ? count : count - 1, err);

    if (status != FWS_OK) {
        return status;
    }
    if (memcmp(roots.fr, from_root, 32) != 0 || memcmp(roots.sr, root, 32) != 0) {
        return fws_error_set(err, FWS_E_PROOF, "the proof does not lead to both roots");
    }
    return FWS_OK;
}

enum fws_status fws_tree_check_leaf(const struct fws_tree *tree, uint64_t index, uint64_t size,
                                    const uint8_t leaf[32], const uint8_t root[32],
                                    struct fws_error *err)
{
    uint8_t hashes[FWS_TREE_PROOF_MAX][32];
    size_t count = 0;
    enum fws_status status = fws_tree_prove_inclusion(tree, index, size, hashes, &count, err);

    return status == FWS_OK
               ? fws_proof_check_inclusion(tree->hasher, leaf, index, size,
                                           (const uint8_t(*)[32])hashes, count, root, err)
               : status;
}
