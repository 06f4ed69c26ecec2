/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "tests/lms/lms_signer.h"

static const struct {
    unsigned n, w, p, ls;
} ots_table[] = {
    [LMOTS_SHA256_N32_W1] = {32, 1, 265, 7}, [LMOTS_SHA256_N32_W2] = {32, 2, 133, 6},
    [LMOTS_SHA256_N32_W4] = {32, 4, 67, 4},  [LMOTS_SHA256_N32_W8] = {32, 8, 34, 0},
    [LMOTS_SHA256_N24_W1] = {24, 1, 200, 8}, [LMOTS_SHA256_N24_W2] = {24, 2, 101, 6},
    [LMOTS_SHA256_N24_W4] = {24, 4, 51, 4},  [LMOTS_SHA256_N24_W8] = {24, 8, 26, 0},
};

static const struct {
    unsigned m, h;
} lms_table[] = {
    [LMS_SHA256_M32_H5] = {32, 5},   [LMS_SHA256_M32_H10] = {32, 10},
    [LMS_SHA256_M32_H15] = {32, 15}, [LMS_SHA256_M32_H20] = {32, 20},
    [LMS_SHA256_M32_H25] = {32, 25}, [LMS_SHA256_M24_H5] = {24, 5},
    [LMS_SHA256_M24_H10] = {24, 10}, [LMS_SHA256_M24_H15] = {24, 15},
    [LMS_SHA256_M24_H20] = {24, 20}, [LMS_SHA256_M24_H25] = {24, 25},
};

/* Bytes that grow: the input of a hash, or a signature. */
struct bytes {
    uint8_t data[64 + (LMS_P_MAX + 32) * LMS_N_MAX + 4096];
    size_t size;
};

static void add(struct bytes *bytes, const void *data, size_t size)
{
    if (size > sizeof bytes->data - bytes->size) {
        abort();
    }
    memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

static void add_number(struct bytes *bytes, uint32_t number, unsigned size)
{
    while (size > 0) {
        uint8_t byte = (uint8_t)(number >> (8 * --size));

        add(bytes, &byte, 1);
    }
}

/* I || u32str(number) || u16str(label) */
static struct bytes *prefix(const struct lms_key *key, uint32_t number, uint32_t label)
{
    static struct bytes bytes;

    bytes.size = 0;
    add(&bytes, key->id, sizeof key->id);
    add_number(&bytes, number, 4);
    add_number(&bytes, label, 2);
    return &bytes;
}

/* The first n bytes of its SHA-256. */
static void hash(const struct lms_key *key, const struct bytes *bytes, uint8_t *out)
{
    uint8_t digest[32];

    (void)SHA256(bytes->data, bytes->size, digest);
    memcpy(out, digest, key->parameters.n);
}

/* Walk a chain from step begin to before step end (RFC 8554, 4.3). */
static void chain(const struct lms_key *key, uint32_t q, unsigned i, unsigned begin, unsigned end,
                  uint8_t *value)
{
    for (unsigned j = begin; j < end; j++) {
        struct bytes *bytes = prefix(key, q, i);

        add_number(bytes, j, 1);
        add(bytes, value, key->parameters.n);
        hash(key, bytes, value);
    }
}

/* x[i] (RFC 8554, appendix A). */
static void secret(const struct lms_key *key, uint32_t q, unsigned i, uint8_t *out)
{
    struct bytes *bytes = prefix(key, q, i);

    add_number(bytes, 0xff, 1);
    add(bytes, key->seed, key->parameters.n);
    hash(key, bytes, out);
}

/* Leaf r = 2^h + q (RFC 8554, 4.3 and 5.3). */
static void leaf(const struct lms_key *key, uint32_t q, uint8_t *out)
{
    const struct lms_parameters *parameters = &key->parameters;
    uint8_t values[LMS_P_MAX][LMS_N_MAX];
    struct bytes *bytes;

    for (unsigned i = 0; i < parameters->p; i++) {
        secret(key, q, i, values[i]);
        chain(key, q, i, 0, (1u << parameters->w) - 1, values[i]);
    }
    bytes = prefix(key, q, 0x8080);
    for (unsigned i = 0; i < parameters->p; i++) {
        add(bytes, values[i], parameters->n);
    }
    hash(key, bytes, out);
    bytes = prefix(key, (1u << parameters->h) + q, 0x8282);
    add(bytes, out, parameters->n);
    hash(key, bytes, out);
}

static void parent(const struct lms_key *key, uint32_t number, const uint8_t *left,
                   const uint8_t *right, uint8_t *out)
{
    struct bytes *bytes = prefix(key, number, 0x8383);

    add(bytes, left, key->parameters.n);
    add(bytes, right, key->parameters.n);
    hash(key, bytes, out);
}

/* A node beside the path that nobody can tell from a real one. */
static void made_up(const struct lms_key *key, uint32_t number, uint8_t *out)
{
    struct bytes *bytes = prefix(key, number, 0xffff);

    add(bytes, key->seed, key->parameters.n);
    hash(key, bytes, out);
}

static uint32_t digit(const uint8_t *bytes, unsigned i, unsigned w)
{
    return ((uint32_t)bytes[i * w / 8] >> (8 - w * (i % (8 / w) + 1))) & ((1u << w) - 1);
}

/* Q || its checksum (RFC 8554, 4.4 and 4.5). */
static void digits_of(const struct lms_key *key, uint32_t q, const void *message, size_t size,
                      uint8_t *out)
{
    const struct lms_parameters *parameters = &key->parameters;
    struct bytes *bytes = prefix(key, q, 0x8181);
    uint32_t sum = 0;

    add(bytes, key->c, parameters->n);
    add(bytes, message, size);
    hash(key, bytes, out);
    for (unsigned i = 0; i < 8 * parameters->n / parameters->w; i++) {
        sum += (1u << parameters->w) - 1 - digit(out, i, parameters->w);
    }
    sum <<= parameters->ls;
    out[parameters->n] = (uint8_t)(sum >> 8);
    out[parameters->n + 1] = (uint8_t)sum;
}

static void add_ots_signature(const struct lms_key *key, uint32_t q, const void *message,
                              size_t size, struct bytes *out)
{
    const struct lms_parameters *parameters = &key->parameters;
    uint8_t digits[LMS_N_MAX + 2];

    digits_of(key, q, message, size, digits);
    add_number(out, parameters->ots_type, 4);
    add(out, key->c, parameters->n);
    for (unsigned i = 0; i < parameters->p; i++) {
        uint8_t value[LMS_N_MAX];

        secret(key, q, i, value);
        chain(key, q, i, 0, digit(digits, i, parameters->w), value);
        add(out, value, parameters->n);
    }
}

/* Nodes 1 to 2^(h+1) - 1 of a whole tree. */
static uint8_t *whole_tree(const struct lms_key *key)
{
    size_t n = key->parameters.n;
    uint32_t leaves = 1u << key->parameters.h;
    uint8_t *nodes = calloc((size_t)2 * leaves, n);

    if (nodes == NULL || key->parameters.h > 10) {
        abort();
    }
    for (uint32_t q = 0; q < leaves; q++) {
        leaf(key, q, nodes + (leaves + q) * n);
    }
    for (uint32_t r = leaves - 1; r > 0; r--) {
        parent(key, r, nodes + 2 * r * n, nodes + (2 * r + 1) * n, nodes + r * n);
    }
    return nodes;
}

/* The path from leaf q, and the root it leads to. */
static void add_path(const struct lms_key *key, enum lms_tree tree, uint32_t q, struct bytes *out,
                     uint8_t *root)
{
    uint8_t *nodes = tree == LMS_WHOLE_TREE ? whole_tree(key) : NULL;
    size_t n = key->parameters.n;

    leaf(key, q, root);
    for (uint32_t r = (1u << key->parameters.h) + q; r > 1; r /= 2) {
        uint8_t sibling[LMS_N_MAX];

        if (nodes != NULL) {
            memcpy(sibling, nodes + (r ^ 1) * n, n);
        } else {
            made_up(key, r ^ 1, sibling);
        }
        add(out, sibling, n);
        parent(key, r / 2, r & 1 ? sibling : root, r & 1 ? root : sibling, root);
    }
    free(nodes);
}

bool lms_parameters(enum lms_type lms_type, enum lms_ots_type ots_type, struct lms_parameters *out)
{
    unsigned lms = (unsigned)lms_type;
    unsigned ots = (unsigned)ots_type;

    if (lms >= sizeof lms_table / sizeof *lms_table || lms_table[lms].m == 0 ||
        ots >= sizeof ots_table / sizeof *ots_table || ots_table[ots].n != lms_table[lms].m) {
        return false;
    }
    *out = (struct lms_parameters){
        .lms_type = lms_type,
        .ots_type = ots_type,
        .n = ots_table[ots].n,
        .h = lms_table[lms].h,
        .w = ots_table[ots].w,
        .p = ots_table[ots].p,
        .ls = ots_table[ots].ls,
    };
    return true;
}

bool lms_key_init(struct lms_key *key, enum lms_type lms_type, enum lms_ots_type ots_type,
                  unsigned number)
{
    memset(key, 0, sizeof *key);
    for (size_t i = 0; i < sizeof key->id; i++) {
        key->id[i] = (uint8_t)(number + 16 * i);
    }
    for (size_t i = 0; i < LMS_N_MAX; i++) {
        key->seed[i] = (uint8_t)(number * 7 + i);
        key->c[i] = (uint8_t)(number * 11 + 3 * i + 128);
    }
    return lms_parameters(lms_type, ots_type, &key->parameters);
}

void lms_sign(const struct lms_key *key, enum lms_tree tree, uint32_t q, const void *message,
              size_t size, struct lms_signature *out)
{
    const struct lms_parameters *parameters = &key->parameters;
    struct bytes signature = {.size = 0};
    struct bytes public_key = {.size = 0};
    uint8_t root[LMS_N_MAX];

    add_number(&signature, q, 4);
    add_ots_signature(key, q, message, size, &signature);
    add_number(&signature, parameters->lms_type, 4);
    add_path(key, tree, q, &signature, root);
    add_number(&public_key, parameters->lms_type, 4);
    add_number(&public_key, parameters->ots_type, 4);
    add(&public_key, key->id, sizeof key->id);
    add(&public_key, root, parameters->n);
    out->size = signature.size;
    out->public_key_size = public_key.size;
    memcpy(out->bytes, signature.data, signature.size);
    memcpy(out->public_key, public_key.data, public_key.size);
}
