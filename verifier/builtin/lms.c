/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LMS (RFC 8554, RFC 9858, NIST SP 800-208): SHA-256 whole (n = 32) or cut to 24 bytes. What of it
 * an image carries is in docs/formats/lms.md.
 *
 * All is hashes of I || number || label || values, where no two labels are alike:
 *
 *     Q       = H(I || q || 8181 || C || message)            what is signed; its checksum follows it
 *     y       = H(I || q || i || j || y)                     chain i, from j = digit i of Q to 2^w - 2
 *     K       = H(I || q || 8080 || y[0] || ... || y[p-1])   the key of this one signature
 *     leaf    = H(I || r || 8282 || K)                       r = 2^h + q
 *     parent  = H(I || r/2 || 8383 || left || right)         up to r = 1, the root, the public key
 *
 * The signature has its parts in this order, is read once and needs no memory.
 *
 * Against faults: value is written by reads only, node by the hash only. A step that is skipped thus
 * leaves in node a hash of something, never what the signature chose, and in value something that is
 * hashed before it counts.
 */
#include <string.h>

#include "verifier/builtin/builtin.h"

enum {
    TYPE_SIZE = 4,
    ID_SIZE = 16,
    KEY_HEAD_SIZE = TYPE_SIZE + TYPE_SIZE + ID_SIZE,
    PREFIX_SIZE = ID_SIZE + 4 + 2,
    NODE_SIZE = 32, /* n at most */
};

enum label {
    LABEL_KEY = 0x8080,
    LABEL_MESSAGE = 0x8181,
    LABEL_LEAF = 0x8282,
    LABEL_PARENT = 0x8383,
};

/* A hash in the making. */
struct running {
    _Alignas(max_align_t) uint8_t state[FWS_VERIFY_HASH_STATE_SIZE];
    bool open; /* finish must be called */
};

/* What is small and often used comes first: its offsets fit short instructions. */
struct work {
    /* As of a reader: what has failed stays so, nothing is read or hashed any more, and it is asked
     * for once, at the end. */
    enum fws_status status;
    uint8_t n;
    uint8_t height;
    uint8_t width;      /* of a digit in bits, RFC 8554's w */
    uint8_t left_shift; /* of the checksum, RFC 8554's ls */
    uint16_t digits;    /* RFC 8554's p */
    uint32_t offset;    /* of the next byte of the signature */
    const struct fws_signature_input *input;
    const struct fws_hash_function *hash;
    /* The key's begin, and behind it what follows I in a hash; together aligned. */
    uint8_t lms_type[TYPE_SIZE];
    uint8_t ots_type[TYPE_SIZE];
    uint8_t id[ID_SIZE];
    uint8_t number[4];
    uint8_t label[2];
    uint8_t value[NODE_SIZE];
    uint32_t node[NODE_SIZE / 4];
    uint32_t message[NODE_SIZE / 4 + 1]; /* bytes of Q and its checksum; at last T[1] */
    struct running one;
    struct running key;
};

static uint32_t u32be(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The next size bytes of the signature, into value. */
static void take(struct work *w, uint32_t size)
{
    if (w->status == FWS_OK) {
        w->status = fws_io_read(w->input->io, w->offset, w->value, size);
        w->offset += size;
    }
}

static void absorb(struct work *w, struct running *run, const void *data, size_t size)
{
    if (w->status == FWS_OK) {
        w->status = w->hash->update(run->state, data, size);
    }
}

/* Begin with I || number || label. */
static void start(struct work *w, struct running *run, uint32_t number, uint32_t label)
{
    w->number[0] = (uint8_t)(number >> 24);
    w->number[1] = (uint8_t)(number >> 16);
    w->number[2] = (uint8_t)(number >> 8);
    w->number[3] = (uint8_t)number;
    w->label[0] = (uint8_t)(label >> 8);
    w->label[1] = (uint8_t)label;
    run->open = false;
    if (w->status == FWS_OK) {
        w->status = w->hash->begin(run->state);
        run->open = w->status == FWS_OK;
    }
    absorb(w, run, w->id, PREFIX_SIZE);
}

/* out has room for 32 bytes, of which n count. */
static void finish(struct work *w, struct running *run, void *out)
{
    if (run->open) {
        enum fws_status status = w->hash->finish(run->state, out);

        if (w->status == FWS_OK) {
            w->status = status;
        }
    }
}

/* Of what was started as one: H(... || first || n bytes at second), into node. */
static void hash(struct work *w, const void *first, size_t first_size, const void *second)
{
    absorb(w, &w->one, first, first_size);
    absorb(w, &w->one, second, w->n);
    finish(w, &w->one, w->node);
}

/*
 * Of SHA-256 there are LM-OTS types 1 to 4 (n = 32) and 5 to 8 (n = 24), each of widths 1, 2, 4, 8,
 * and LMS types 5 to 9 and 10 to 14, each of heights 5 to 25; both must have the same n.
 *
 * The greatest checksum is (2^w - 1) * 8n / w, and wants
 *
 *     w            1     2     4     8
 *     n = 32     256   384   960  8160      9, 10, 12, 16 bits in digits of w
 *     n = 24     192   288   720  6120      8, 10, 12, 16
 *
 * which is 8 + w, but for one 8; left_shift is what these lack to 16.
 */
static bool set_types(struct work *w)
{
    uint32_t ots = u32be(w->ots_type) - 1; /* what is too small wraps and is too large */
    uint32_t lms = u32be(w->lms_type) - 5;

    w->n = 32;
    if (ots >= 4) {
        lms -= 5;
        w->n = 24;
    }
    if (ots >= 8 || lms >= 5) {
        return false;
    }
    w->height = (uint8_t)(5 * lms + 5);
    w->width = (uint8_t)(1u << (ots & 3));
    w->left_shift = (uint8_t)(8u - w->width + (ots == 4));
    w->digits = (uint16_t)((w->n * 8u + 16u - w->left_shift) >> (ots & 3));
    return true;
}

/*
 * K: each chain is walked from where the signature has it to its end.
 *
 * The checksum falls when a digit of Q rises: who has a signature can walk its chains on to greater
 * digits, but would have to walk those of the checksum back. It is there when its digits' turn comes.
 */
static void hash_chains(struct work *w, uint32_t q)
{
    uint8_t *bytes = (uint8_t *)w->message;
    uint32_t digit_max = (1u << w->width) - 1;
    uint32_t end = 0;
    uint32_t checksum = 0;

    start(w, &w->key, q, LABEL_KEY);
    for (uint32_t i = 0; i < w->digits; i++) {
        /* A digit's width divides 8, so it lies in one byte, the first in its highest bits. */
        end += w->width;
        uint32_t digit = (uint32_t)bytes[(end - 1) / 8] >> (-end & 7) & digit_max;
        const void *y = w->value;

        if (end <= w->n * 8u) {
            checksum += (digit_max - digit) << w->left_shift;
            bytes[w->n] = (uint8_t)(checksum >> 8);
            bytes[w->n + 1] = (uint8_t)checksum;
        }
        take(w, w->n);
        for (; digit < digit_max; digit++) {
            uint8_t step = (uint8_t)digit;

            start(w, &w->one, q, i);
            hash(w, &step, 1, y);
            y = w->node;
        }
        absorb(w, &w->key, y, w->n);
    }
    finish(w, &w->key, w->node);
}

/* From K up to the root. */
static void climb(struct work *w, uint32_t number)
{
    start(w, &w->one, number, LABEL_LEAF);
    hash(w, w->node, 0, w->node);
    while (number > 1) {
        const void *left = w->node;
        const void *right = w->value;

        if (number & 1) {
            left = w->value;
            right = w->node;
        }
        number /= 2;
        take(w, w->n);
        start(w, &w->one, number, LABEL_PARENT);
        hash(w, left, w->n, right);
    }
}

static void check_type(struct work *w, const uint8_t *type, const uint8_t *type_of_key)
{
    if (w->status == FWS_OK && memcmp(type, type_of_key, TYPE_SIZE) != 0) {
        w->status = FWS_E_SIGNATURE_INVALID;
    }
}

static enum fws_status verify(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out)
{
    struct work *w = scratch;
    struct fws_reader key = input->key;

    w->status = FWS_OK;
    w->input = input;
    w->offset = input->signature_offset;
    w->hash = fws_hash_function(input->hashes, FWS_HASH_SHA256);
    if (w->hash == NULL || w->hash->state_size > FWS_VERIFY_HASH_STATE_SIZE) {
        return FWS_E_BACKEND;
    }
    fws_reader_copy(&key, w->lms_type, KEY_HEAD_SIZE);
    if (!set_types(w) || key.left != w->n) {
        return FWS_E_PUBKEY;
    }
    if (input->signature_size != 12u + w->n * (1u + w->digits + w->height)) {
        return FWS_E_SIGNATURE_INVALID;
    }
    take(w, sizeof w->number + TYPE_SIZE);
    check_type(w, w->value + sizeof w->number, w->ots_type);
    uint32_t q = u32be(w->value);

    if (w->status != FWS_OK) {
        return w->status;
    }
    if (q >> w->height != 0) {
        return FWS_E_SIGNATURE_INVALID;
    }
    take(w, w->n); /* C */
    start(w, &w->key, q, LABEL_MESSAGE);
    absorb(w, &w->key, w->value, w->n);
    absorb(w, &w->key, input->message.data, input->message.left);
    finish(w, &w->key, w->message);
    hash_chains(w, q);
    take(w, TYPE_SIZE);
    check_type(w, w->value, w->lms_type);
    climb(w, q + (1u << w->height));
    fws_reader_copy(&key, w->message, w->n); /* T[1] */
    out->left = w->message;
    out->right = w->node;
    out->words = w->n / 4u;
    return w->status;
}

const struct fws_signature_scheme fws_builtin_lms = {
    .alg = FWS_ALG_LMS,
    .pure = FWS_PURE_NEVER,
    .scratch_size = sizeof(struct work),
    .verify = verify,
};
