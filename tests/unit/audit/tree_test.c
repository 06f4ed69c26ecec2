/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <string.h>

#include "audit/audit.h"
#include "audit/tree.h"
#include "base/hex.h"
#include "tests/unit/test.h"

#define LEAVES    70u
#define BIG       ((UINT64_C(1) << 53) - 1) /* the largest tree */
#define PROOF_MAX (FWS_TREE_PROOF_MAX + 1)

static struct fws_hasher hasher;
static struct fws_error err;
static uint8_t leaves[LEAVES][32];

static void open_hasher(void)
{
    if (hasher.context == NULL) {
        assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
        for (size_t i = 0; i < LEAVES; i++) {
            char text[8] = {'l', (char)('0' + i % 10), (char)('0' + i / 10)};

            assert_status(fws_hash_leaf(&hasher, text, 3, leaves[i], &err), FWS_OK);
        }
    }
}

/* ---- Hashing ---- */

static void sha256(const uint8_t *message, size_t size, uint8_t out[32])
{
    assert_int_equal(EVP_Digest(message, size, out, NULL, EVP_sha256(), NULL), 1);
}

/* Every length around the ends of blocks, and around the longest that is padded by this program. */
TEST(leaf_is_sha256_of_a_zero_byte_and_the_text_at_every_length)
{
    static uint8_t message[1 + FWS_AUDIT_LINE_MAX];
    uint8_t expected[32];
    uint8_t found[32];

    open_hasher();
    for (size_t i = 1; i < sizeof message; i++) {
        message[i] = (uint8_t)(i * 131);
    }
    for (size_t size = 0; size <= FWS_AUDIT_LINE_MAX; size += size < 2200 ? 1 : 1013) {
        sha256(message, 1 + size, expected);
        assert_status(fws_hash_leaf(&hasher, size > 0 ? message + 1 : NULL, size, found, &err),
                      FWS_OK);
        assert_memory_equal(found, expected, sizeof found);
    }
}

TEST(node_is_sha256_of_a_one_byte_and_both_hashes_also_in_place)
{
    uint8_t message[65] = {0x01};
    uint8_t expected[32];
    uint8_t found[32];

    open_hasher();
    for (size_t i = 1; i < sizeof message; i++) {
        message[i] = (uint8_t)(i * 131);
    }
    sha256(message, sizeof message, expected);
    assert_status(fws_hash_node(&hasher, message + 1, message + 33, found, &err), FWS_OK);
    assert_memory_equal(found, expected, sizeof found);
    assert_status(fws_hash_node(&hasher, message + 1, message + 33, message + 33, &err), FWS_OK);
    assert_memory_equal(message + 33, expected, sizeof expected);
}

/* ---- RFC 6962 2.1 word for word: recursion over lists of leaves ---- */

static size_t split_of(size_t n)
{
    size_t k = 1;

    while (k * 2 < n) {
        k *= 2;
    }
    return k;
}

static void naive_root(const uint8_t (*d)[32], size_t n, uint8_t out[32])
{
    uint8_t left[32];
    uint8_t right[32];
    size_t k = split_of(n);

    if (n == 1) {
        memcpy(out, d[0], 32);
        return;
    }
    naive_root(d, k, left);
    naive_root(d + k, n - k, right);
    assert_status(fws_hash_node(&hasher, left, right, out, &err), FWS_OK);
}

struct proof {
    uint8_t hashes[PROOF_MAX + 1][32];
    size_t count;
};

static void add_root(struct proof *proof, const uint8_t (*d)[32], size_t n)
{
    naive_root(d, n, proof->hashes[proof->count++]);
}

static void naive_path(struct proof *proof, size_t m, const uint8_t (*d)[32], size_t n)
{
    size_t k = split_of(n);

    if (n == 1) {
        return;
    }
    if (m < k) {
        naive_path(proof, m, d, k);
        add_root(proof, d + k, n - k);
    } else {
        naive_path(proof, m - k, d + k, n - k);
        add_root(proof, d, k);
    }
}

static void naive_subproof(struct proof *proof, size_t m, const uint8_t (*d)[32], size_t n, bool b)
{
    size_t k = split_of(n);

    if (m == n) {
        if (!b) {
            add_root(proof, d, n);
        }
    } else if (m <= k) {
        naive_subproof(proof, m, d, k, b);
        add_root(proof, d + k, n - k);
    } else {
        naive_subproof(proof, m - k, d + k, n - k, false);
        add_root(proof, d, k);
    }
}

/* ---- A tree of the leaves above ---- */

struct source {
    uint64_t size; /* what is asked about */
    unsigned calls;
    unsigned fail_at; /* 0: never */
};

static enum fws_status node_of_leaves(void *context, unsigned level, uint64_t index,
                                      uint8_t out[32], struct fws_error *error)
{
    struct source *source = context;

    assert_true(level < FWS_TREE_LEVELS);
    assert_true(((index + 1) << level) <= source->size);
    if (++source->calls == source->fail_at) {
        return fws_error_set(error, FWS_E_IO, "no node");
    }
    naive_root((const uint8_t(*)[32])(leaves + (index << level)), (size_t)1 << level, out);
    return FWS_OK;
}

static struct fws_tree tree_of(struct source *source)
{
    open_hasher();
    return (struct fws_tree){.node = node_of_leaves, .context = source, .hasher = &hasher};
}

static void root_of(size_t size, uint8_t out[32])
{
    static uint8_t roots[LEAVES + 1][32];
    static bool known[LEAVES + 1];

    if (!known[size]) {
        naive_root((const uint8_t(*)[32])leaves, size, roots[size]);
        known[size] = true;
    }
    memcpy(out, roots[size], 32);
}

/* ---- Vectors ---- */

/* The reference tree of Certificate Transparency's own tests. */
static const struct {
    const char *leaf, *root;
} reference[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static void assert_hex(const uint8_t hash[32], const char *expected)
{
    char text[65];

    assert_string_equal(fws_hex_encode(hash, 32, text), expected);
}

TEST(the_reference_tree_of_certificate_transparency_has_its_published_roots)
{
    struct fws_range range = {0};
    uint8_t text[16];
    uint8_t hash[32];
    size_t size;

    open_hasher();
    assert_status(fws_range_root(&range, &hasher, hash, &err), FWS_OK);
    assert_hex(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < sizeof reference / sizeof reference[0]; i++) {
        size = strlen(reference[i].leaf) / 2;
        for (size_t at = 0; at < size; at++) {
            char digits[3] = {reference[i].leaf[2 * at], reference[i].leaf[2 * at + 1]};

            text[at] = (uint8_t)strtoul(digits, NULL, 16);
        }
        assert_status(fws_hash_leaf(&hasher, text, size, hash, &err), FWS_OK);
        assert_status(fws_range_append(&range, &hasher, hash, &err), FWS_OK);
        assert_status(fws_range_root(&range, &hasher, hash, &err), FWS_OK);
        assert_hex(hash, reference[i].root);
    }
}

TEST(the_leaf_of_nothing_takes_no_memory)
{
    uint8_t hash[32];

    open_hasher();
    assert_status(fws_hash_leaf(&hasher, NULL, 0, hash, &err), FWS_OK);
    assert_hex(hash, reference[0].root);
}

/* ---- Roots ---- */

TEST(a_growing_tree_has_the_root_of_the_definition_at_every_size)
{
    struct fws_range range = {0};
    struct source source = {0};
    struct fws_tree tree = tree_of(&source);
    uint8_t expected[32];
    uint8_t root[32];

    for (size_t size = 1; size <= LEAVES; size++) {
        struct fws_range fetched;

        source.size = size;
        root_of(size, expected);
        assert_status(fws_range_append(&range, &hasher, leaves[size - 1], &err), FWS_OK);
        assert_status(fws_range_root(&range, &hasher, root, &err), FWS_OK);
        assert_memory_equal(root, expected, 32);
        assert_status(fws_tree_root(&tree, size, root, &err), FWS_OK);
        assert_memory_equal(root, expected, 32);
        assert_status(fws_tree_range(&tree, size, &fetched, &err), FWS_OK);
        assert_int_equal(fetched.size, size);
        for (unsigned level = 0; level < FWS_TREE_LEVELS; level++) {
            if (((size >> level) & 1u) != 0) {
                assert_memory_equal(fetched.peaks[level], range.peaks[level], 32);
            }
        }
    }
}

TEST(folding_gives_the_root_of_a_whole_tree)
{
    uint8_t nodes[64][32];
    uint8_t expected[32];

    open_hasher();
    for (size_t count = 1; count <= 64; count *= 2) {
        memcpy(nodes, leaves, sizeof nodes);
        root_of(count, expected);
        assert_status(fws_hash_fold(&hasher, nodes, count, &err), FWS_OK);
        assert_memory_equal(nodes[0], expected, 32);
    }
}

/* ---- Proofs of inclusion ---- */

static bool included(const struct proof *proof, size_t index, size_t size, const uint8_t *leaf)
{
    uint8_t root[32];

    root_of(size, root);
    enum fws_status status = fws_proof_check_inclusion(
        &hasher, leaf, index, size, (const uint8_t(*)[32])proof->hashes, proof->count, root, &err);

    if (status != FWS_OK) {
        assert_status(status, FWS_E_PROOF);
    }
    return status == FWS_OK;
}

/* Hands every proof that differs from a good one in its hashes to still_good, which must say no. */
static void refuse_changed_hashes(struct proof *proof,
                                  bool (*still_good)(const struct proof *, size_t, size_t),
                                  size_t a, size_t b)
{
    for (size_t i = 0; i < proof->count; i++) {
        proof->hashes[i][i % 32] ^= 1;
        assert_false(still_good(proof, a, b));
        proof->hashes[i][i % 32] ^= 1;
    }
    memset(proof->hashes[proof->count], 0, 32);
    proof->count++;
    assert_false(still_good(proof, a, b));
    proof->count--;
    if (proof->count > 0) {
        uint8_t first[32];

        proof->count--;
        assert_false(still_good(proof, a, b));
        memcpy(first, proof->hashes[0], 32);
        memmove(proof->hashes[0], proof->hashes[1], 32 * proof->count);
        assert_false(still_good(proof, a, b));
        memmove(proof->hashes[1], proof->hashes[0], 32 * proof->count);
        memcpy(proof->hashes[0], first, 32);
        proof->count++;
    }
    assert_true(still_good(proof, a, b));
}

static bool leaf_included(const struct proof *proof, size_t index, size_t size)
{
    return included(proof, index, size, leaves[index]);
}

TEST(every_entry_of_every_tree_is_proven_as_the_definition_says)
{
    struct source source = {0};
    struct fws_tree tree = tree_of(&source);

    for (size_t size = 1; size <= LEAVES; size++) {
        source.size = size;
        for (size_t index = 0; index < size; index++) {
            struct proof expected = {.count = 0};
            struct proof proof = {.count = 99};

            naive_path(&expected, index, (const uint8_t(*)[32])leaves, size);
            assert_status(
                fws_tree_prove_inclusion(&tree, index, size, proof.hashes, &proof.count, &err),
                FWS_OK);
            assert_int_equal(proof.count, expected.count);
            assert_memory_equal(proof.hashes, expected.hashes, 32 * proof.count);
            assert_true(leaf_included(&proof, index, size));
            refuse_changed_hashes(&proof, leaf_included, index, size);
        }
    }
}

TEST(a_proof_of_inclusion_shows_no_other_entry_place_or_tree)
{
    open_hasher();
    for (size_t size = 1; size <= LEAVES; size++) {
        for (size_t index = 0; index < size; index++) {
            struct proof proof = {.count = 0};

            naive_path(&proof, index, (const uint8_t(*)[32])leaves, size);
            for (size_t other = 0; other <= LEAVES; other++) {
                assert_int_equal(included(&proof, other, size, leaves[index]), other == index);
                if (other != size && other > 0) {
                    assert_false(included(&proof, index, other, leaves[index]));
                }
            }
            assert_false(included(&proof, index, size, leaves[(index + 1) % LEAVES]));
        }
    }
}

TEST(no_entry_is_proven_at_the_end_or_behind)
{
    struct source source = {.size = 5};
    struct fws_tree tree = tree_of(&source);
    struct proof proof = {0};

    for (uint64_t index = 5; index < 8; index++) {
        assert_status(fws_tree_prove_inclusion(&tree, index, 5, proof.hashes, &proof.count, &err),
                      FWS_E_NOT_FOUND);
    }
    assert_status(fws_tree_prove_inclusion(&tree, UINT64_MAX, 5, proof.hashes, &proof.count, &err),
                  FWS_E_NOT_FOUND);
    assert_status(fws_tree_prove_inclusion(&tree, 0, 0, proof.hashes, &proof.count, &err),
                  FWS_E_NOT_FOUND);
}

TEST(nothing_is_included_in_the_empty_tree)
{
    uint8_t none[1][32];

    open_hasher();
    assert_status(fws_proof_check_inclusion(&hasher, leaves[0], 0, 0, (const uint8_t(*)[32])none, 0,
                                            leaves[0], &err),
                  FWS_E_PROOF);
}

/* ---- Proofs of consistency ---- */

static bool consistent_from(const struct proof *proof, size_t from, size_t size,
                            const uint8_t from_root[32])
{
    uint8_t root[32];

    root_of(size, root);
    enum fws_status status =
        fws_proof_check_consistency(&hasher, from, from_root, size, root,
                                    (const uint8_t(*)[32])proof->hashes, proof->count, &err);

    if (status != FWS_OK) {
        assert_status(status, FWS_E_PROOF);
    }
    return status == FWS_OK;
}

static bool consistent(const struct proof *proof, size_t from, size_t size)
{
    uint8_t from_root[32];

    root_of(from, from_root);
    return consistent_from(proof, from, size, from_root);
}

TEST(every_tree_is_proven_to_begin_every_larger_one_as_the_definition_says)
{
    struct source source = {0};
    struct fws_tree tree = tree_of(&source);

    for (size_t size = 1; size <= LEAVES; size++) {
        source.size = size;
        for (size_t from = 1; from <= size; from++) {
            struct proof expected = {.count = 0};
            struct proof proof = {.count = 99};

            naive_subproof(&expected, from, (const uint8_t(*)[32])leaves, size, true);
            assert_status(
                fws_tree_prove_consistency(&tree, from, size, proof.hashes, &proof.count, &err),
                FWS_OK);
            assert_int_equal(proof.count, expected.count);
            assert_memory_equal(proof.hashes, expected.hashes, 32 * proof.count);
            assert_true(consistent(&proof, from, size));
            refuse_changed_hashes(&proof, consistent, from, size);
        }
    }
}

TEST(a_proof_of_consistency_shows_no_other_pair_of_trees)
{
    uint8_t other_root[32] = {0};

    open_hasher();
    for (size_t size = 1; size <= LEAVES; size++) {
        for (size_t from = 1; from <= size; from++) {
            struct proof proof = {.count = 0};

            naive_subproof(&proof, from, (const uint8_t(*)[32])leaves, size, true);
            assert_false(consistent_from(&proof, from, size, other_root));
            for (size_t other = 1; other <= LEAVES; other++) {
                /* Two equal trees have the empty proof, whatever they are. */
                if (other != from && !(proof.count == 0 && other == size)) {
                    assert_false(consistent(&proof, other, size));
                }
                if (other != size && !(proof.count == 0 && other == from)) {
                    assert_false(consistent(&proof, from, other));
                }
            }
        }
    }
}

TEST(nothing_is_shown_from_the_empty_tree_or_back_to_a_smaller_one)
{
    struct source source = {.size = 5};
    struct fws_tree tree = tree_of(&source);
    struct proof proof = {0};
    uint8_t root[32];

    root_of(5, root);
    assert_status(fws_tree_prove_consistency(&tree, 0, 5, proof.hashes, &proof.count, &err),
                  FWS_E_NOT_FOUND);
    assert_status(fws_tree_prove_consistency(&tree, 6, 5, proof.hashes, &proof.count, &err),
                  FWS_E_NOT_FOUND);
    assert_status(fws_proof_check_consistency(&hasher, 0, root, 5, root,
                                              (const uint8_t(*)[32])proof.hashes, 0, &err),
                  FWS_E_PROOF);
    assert_status(fws_proof_check_consistency(&hasher, 6, root, 5, root,
                                              (const uint8_t(*)[32])proof.hashes, 0, &err),
                  FWS_E_PROOF);
}

/* ---- Roots made to measure: only the count of hashes speaks against the proof ---- */

TEST(hashes_beyond_the_root_are_refused_even_if_they_lead_to_the_root_given)
{
    uint8_t hashes[2][32];
    uint8_t root[32];

    open_hasher();
    memcpy(hashes, leaves[1], sizeof hashes);
    for (int left = 0; left < 2; left++) {
        const uint8_t *extra = hashes[1];

        root_of(2, root);
        assert_status(fws_hash_node(&hasher, left ? extra : root, left ? root : extra, root, &err),
                      FWS_OK);
        assert_status(fws_proof_check_inclusion(&hasher, leaves[0], 0, 2,
                                                (const uint8_t(*)[32])hashes, 2, root, &err),
                      FWS_E_PROOF);
        assert_status(fws_proof_check_consistency(&hasher, 1, leaves[0], 2, root,
                                                  (const uint8_t(*)[32])hashes, 2, &err),
                      FWS_E_PROOF);
    }
}

TEST(hashes_beyond_both_roots_are_refused_even_if_they_lead_to_the_roots_given)
{
    struct proof proof = {.count = 0};
    uint8_t from_root[32];
    uint8_t root[32];

    open_hasher();
    root_of(3, from_root);
    root_of(4, root);
    naive_subproof(&proof, 3, (const uint8_t(*)[32])leaves, 4, true);
    memcpy(proof.hashes[proof.count++], leaves[9], 32);
    assert_status(fws_hash_node(&hasher, leaves[9], from_root, from_root, &err), FWS_OK);
    assert_status(fws_hash_node(&hasher, leaves[9], root, root, &err), FWS_OK);
    assert_status(fws_proof_check_consistency(&hasher, 3, from_root, 4, root,
                                              (const uint8_t(*)[32])proof.hashes, proof.count,
                                              &err),
                  FWS_E_PROOF);
}

TEST(hashes_that_end_below_the_root_are_refused_even_if_they_lead_to_the_root_given)
{
    uint8_t root[32];

    open_hasher();
    assert_status(fws_proof_check_inclusion(&hasher, leaves[0], 0, 2, NULL, 0, leaves[0], &err),
                  FWS_E_PROOF);
    assert_status(fws_proof_check_consistency(&hasher, 2, leaves[0], 3, leaves[0], NULL, 0, &err),
                  FWS_E_PROOF);
    assert_status(fws_proof_check_consistency(&hasher, 3, leaves[0], 4, leaves[0], NULL, 0, &err),
                  FWS_E_PROOF);
    root_of(2, root);
    assert_status(fws_proof_check_consistency(&hasher, 1, leaves[0], 3, root,
                                              (const uint8_t(*)[32])leaves[1], 1, &err),
                  FWS_E_PROOF);
}

TEST(a_larger_tree_does_not_begin_a_smaller_one_even_if_their_roots_are_the_same)
{
    open_hasher();
    assert_status(fws_proof_check_consistency(&hasher, 2, leaves[0], 1, leaves[0], NULL, 0, &err),
                  FWS_E_PROOF);
}

/* ---- Nodes that cannot be had ---- */

TEST(a_node_that_cannot_be_had_ends_each_proof_with_its_status)
{
    struct source source = {.size = LEAVES};
    struct fws_tree tree = tree_of(&source);
    struct proof proof = {0};
    uint8_t root[32];

    assert_status(fws_tree_prove_consistency(&tree, 37, LEAVES, proof.hashes, &proof.count, &err),
                  FWS_OK);
    unsigned calls = source.calls;

    assert_true(calls > 3);
    for (unsigned i = 1; i <= calls; i++) {
        source = (struct source){.size = LEAVES, .fail_at = i};
        assert_status(
            fws_tree_prove_consistency(&tree, 37, LEAVES, proof.hashes, &proof.count, &err),
            FWS_E_IO);
        assert_int_equal(source.calls, i);
    }
    for (unsigned i = 1; i <= 3; i++) { /* 70 = 64 + 4 + 2 */
        source = (struct source){.size = LEAVES, .fail_at = i};
        assert_status(fws_tree_root(&tree, LEAVES, root, &err), FWS_E_IO);
    }
}

/* ---- The largest trees: all leaves are alike but one ---- */

struct big {
    uint64_t size, special;
    uint8_t alike[FWS_TREE_LEVELS][32];
    uint8_t path[FWS_TREE_LEVELS][32]; /* nodes above the special leaf */
};

static void make_big(struct big *big, uint64_t size, uint64_t special)
{
    open_hasher();
    big->size = size;
    big->special = special;
    memcpy(big->alike[0], leaves[0], 32);
    memcpy(big->path[0], leaves[1], 32);
    for (unsigned level = 1; level < FWS_TREE_LEVELS; level++) {
        bool right = ((special >> (level - 1)) & 1u) != 0;
        const uint8_t *alike = big->alike[level - 1];
        const uint8_t *path = big->path[level - 1];

        assert_status(fws_hash_node(&hasher, alike, alike, big->alike[level], &err), FWS_OK);
        assert_status(fws_hash_node(&hasher, right ? alike : path, right ? path : alike,
                                    big->path[level], &err),
                      FWS_OK);
    }
}

static enum fws_status node_of_big(void *context, unsigned level, uint64_t index, uint8_t out[32],
                                   struct fws_error *error __attribute__((unused)))
{
    const struct big *big = context;

    assert_true(level < FWS_TREE_LEVELS);
    assert_true(index < big->size >> level);
    memcpy(out, index == big->special >> level ? big->path[level] : big->alike[level], 32);
    return FWS_OK;
}

static size_t prove_in_big(uint64_t size, uint64_t index)
{
    struct big big;
    struct fws_tree tree = {.node = node_of_big, .context = &big, .hasher = &hasher};
    struct proof proof = {0};
    uint8_t root[32];

    make_big(&big, size, index);
    assert_status(fws_tree_root(&tree, size, root, &err), FWS_OK);
    assert_status(fws_tree_prove_inclusion(&tree, index, size, proof.hashes, &proof.count, &err),
                  FWS_OK);
    const uint8_t(*hashes)[32] = (const uint8_t(*)[32])proof.hashes;

    assert_status(
        fws_proof_check_inclusion(&hasher, leaves[1], index, size, hashes, proof.count, root, &err),
        FWS_OK);
    assert_status(
        fws_proof_check_inclusion(&hasher, leaves[0], index, size, hashes, proof.count, root, &err),
        FWS_E_PROOF);
    assert_status(fws_proof_check_inclusion(&hasher, leaves[1], index ^ 1u, size, hashes,
                                            proof.count, root, &err),
                  FWS_E_PROOF);
    return proof.count;
}

static size_t extend_big(uint64_t size, uint64_t from)
{
    struct big big;
    struct fws_tree tree = {.node = node_of_big, .context = &big, .hasher = &hasher};
    struct proof proof = {0};
    uint8_t from_root[32];
    uint8_t root[32];

    make_big(&big, size, from - 1);
    assert_status(fws_tree_root(&tree, from, from_root, &err), FWS_OK);
    assert_status(fws_tree_root(&tree, size, root, &err), FWS_OK);
    assert_status(fws_tree_prove_consistency(&tree, from, size, proof.hashes, &proof.count, &err),
                  FWS_OK);
    assert_status(fws_proof_check_consistency(&hasher, from, from_root, size, root,
                                              (const uint8_t(*)[32])proof.hashes, proof.count,
                                              &err),
                  FWS_OK);
    assert_status(fws_proof_check_consistency(&hasher, from, root, size, root,
                                              (const uint8_t(*)[32])proof.hashes, proof.count,
                                              &err),
                  FWS_E_PROOF);
    return proof.count;
}

TEST(the_largest_tree_is_proven_and_checked_at_both_ends)
{
    assert_int_equal(prove_in_big(BIG, 0), FWS_TREE_PROOF_MAX);
    assert_int_equal(prove_in_big(BIG, BIG - 1), 52);
    assert_int_equal(prove_in_big(BIG, BIG / 2), FWS_TREE_PROOF_MAX);
    assert_int_equal(prove_in_big(BIG, BIG / 2 + 1), FWS_TREE_PROOF_MAX);
    assert_int_equal(prove_in_big(BIG - 1, BIG - 2), 52);
    assert_int_equal(prove_in_big((BIG + 1) / 2, (BIG + 1) / 2 - 1), 52);
    assert_int_equal(prove_in_big((BIG + 1) / 2 + 1, (BIG + 1) / 2), 1);
}

TEST(the_largest_tree_is_shown_to_extend_every_kind_of_smaller_one)
{
    assert_int_equal(extend_big(BIG, (BIG + 1) / 2 - 1), FWS_TREE_PROOF_MAX + 1);
    assert_int_equal(extend_big(BIG, (BIG + 1) / 2), 1);
    assert_int_equal(extend_big(BIG, (BIG + 1) / 2 + 1), FWS_TREE_PROOF_MAX + 1);
    assert_int_equal(extend_big(BIG, 1), FWS_TREE_PROOF_MAX);
    assert_int_equal(extend_big(BIG, BIG - 1), 53);
}

TEST(a_tree_beyond_the_largest_is_refused)
{
    struct fws_range range = {.size = BIG - 1};
    struct fws_range before;
    struct fws_tree tree = {.node = node_of_big, .hasher = &hasher};
    struct proof proof = {0};
    uint8_t root[32];

    open_hasher();
    assert_status(fws_range_append(&range, &hasher, leaves[0], &err), FWS_OK);
    assert_int_equal(range.size, BIG);
    before = range;
    assert_status(fws_range_append(&range, &hasher, leaves[0], &err), FWS_E_TOO_LARGE);
    assert_memory_equal(&range, &before, sizeof range);
    assert_status(fws_tree_root(&tree, BIG + 1, root, &err), FWS_E_TOO_LARGE);
    assert_status(fws_tree_prove_inclusion(&tree, 0, BIG + 1, proof.hashes, &proof.count, &err),
                  FWS_E_TOO_LARGE);
    assert_status(fws_tree_prove_consistency(&tree, 1, BIG + 1, proof.hashes, &proof.count, &err),
                  FWS_E_TOO_LARGE);
}

TEST(checking_with_numbers_of_any_size_ends)
{
    static const uint64_t numbers[] = {0, 1, BIG, UINT64_MAX - 1, UINT64_MAX, UINT64_C(1) << 63};
    enum { COUNT = sizeof numbers / sizeof numbers[0], HASHES = 70 };
    uint8_t hashes[HASHES][32] = {{0}};

    open_hasher();
    for (size_t i = 0; i < COUNT * COUNT; i++) {
        uint64_t a = numbers[i / COUNT];
        uint64_t b = numbers[i % COUNT];

        for (size_t count = 0; count <= HASHES; count++) {
            if (a != 0 || b != 1 || count != 0) { /* the only one that holds */
                assert_status(fws_proof_check_inclusion(&hasher, leaves[0], a, b,
                                                        (const uint8_t(*)[32])hashes, count,
                                                        leaves[0], &err),
                              FWS_E_PROOF);
            }
            assert_status(fws_proof_check_consistency(&hasher, a, leaves[0], b, leaves[1],
                                                      (const uint8_t(*)[32])hashes, count, &err),
                          FWS_E_PROOF);
        }
    }
}

/* ---- The hasher ---- */

TEST(a_hasher_may_be_closed_twice)
{
    struct fws_hasher other = {0};

    fws_hasher_close(&other);
    assert_status(fws_hasher_open(&other, &err), FWS_OK);
    fws_hasher_close(&other);
    fws_hasher_close(&other);
    assert_null(other.context);
    fws_hasher_close(&hasher);
}

TEST_MAIN("audit/tree")
