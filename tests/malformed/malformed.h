/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging the images of tests/vectors/malformed, whose README.md tells what is in a row.
 *
 *     rows.c    a file of rows, and the keys they name
 *     policy.c  the words of a row's policy
 *     judge.c   a row read, or mapped: its verdict, and what was read
 *     push.c    a row pushed in pieces, and controls in part
 *     verdict.c reason, evidence and report
 *     bound.c   how often flash may be read for an image
 *     signed.c  that a signature is good over the damage, by OpenSSL alone
 *     main.c    one set of rows by one backend in one form
 */
#ifndef FWS_TESTS_MALFORMED_MALFORMED_H
#define FWS_TESTS_MALFORMED_MALFORMED_H

#include "base/buf.h"
#include "verifier/verifier.h"

#define ROW_KEYS_MAX    16u
#define ROW_VENDORS_MAX 8u
#define ROW_LIST_MAX    8u /* functions, and schemes, of a backend */

struct named_key {
    char name[16];
    enum fws_algorithm alg;
    struct fws_buf der;
};

struct keys {
    struct named_key key[ROW_KEYS_MAX];
    size_t count;
};

void keys_free(struct keys *keys);
struct keys keys_load(const char *folder);
const struct named_key *keys_find(const struct keys *keys, const char *name);

/* A policy and all that it points to. */
struct row_policy {
    struct fws_verify_policy policy;
    uint32_t allowed_hashes; /* bits by number; 0: all */
    uint32_t allowed_algs;
    const struct fws_hash_function *hashes[ROW_LIST_MAX + 1];
    const struct fws_signature_scheme *schemes[ROW_LIST_MAX + 1];
    struct fws_trusted_key keys[ROW_KEYS_MAX];
    uint8_t digests[ROW_KEYS_MAX][32]; /* of keys that are trusted by their hash */
    uint16_t vendor_tlvs[ROW_VENDORS_MAX];
    uint8_t vendor_id[FWS_UUID_SIZE];
    uint8_t class_id[FWS_UUID_SIZE];
    uint32_t floor;
    uint32_t revoked;
};

/* Fill out, which must stay where it is, from words joined by commas. */
void policy_parse(const struct keys *keys, const char *words, struct row_policy *out);

/* Take the cryptography of a backend, as far as the policy allows it. */
void policy_use(struct row_policy *policy, const struct fws_hash_function *const *hashes,
                const struct fws_signature_scheme *const *schemes);

struct row {
    const char *id;
    enum fws_status reason;
    enum fws_status pushed; /* the reason when it is pushed */
    bool has_offset;
    uint32_t offset;
    bool control; /* it is one */
    const char *policy;
    const char *proof;
    const struct keys *keys;
    struct fws_buf slot; /* exactly as large as the slot */
    size_t image_size;
};

/* Each row of FOLDER/SET.txt, after asserting that its control is a row before it with its policy. */
void rows_each(const char *folder, const char *set,
               void (*use)(void *context, const struct row *row), void *context);

enum form { FORM_READ, FORM_MAPPED, FORM_PUSHED };

struct backend {
    const char *name;
    const struct fws_hash_function *const *hashes;
    const struct fws_signature_scheme *const *schemes;
    bool pure_mapped; /* a pure signature needs the image in memory */
};

/* Print a sentence for all that is not as the row says. */
void judge_row(const struct row *row, const struct backend *backend, enum form form);
void judge_pushed(const struct row *row, const struct fws_verify_policy *policy,
                  enum fws_status expected);

/* ---- What judge.c and push.c have in common ---- */

void complain(const struct row *row, const char *format, ...) __attribute__((format(printf, 2, 3)));
unsigned complaints_so_far(void);

#define expect(row, condition, ...)                                                                \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            complain(row, __VA_ARGS__);                                                            \
        }                                                                                          \
    } while (0)

/* Reason, evidence and report are those of the expected verdict. Without a key an image may be whole,
 * and that is no evidence. */
void check_verdict(const struct row *row, const struct fws_verify_policy *policy,
                   enum fws_status expected, uint32_t evidence,
                   const struct fws_verify_report *report);

/* The offset is the row's, where the reason is. */
void check_offset(const struct row *row, const struct fws_verify_report *report);

/* ---- Reads ---- */

struct flash {
    const uint8_t *data;
    uint32_t size;
    uint8_t *reads; /* of each byte */
    unsigned calls;
};

/* The most calls that reading the image may take; exactly as many when it is accepted. */
unsigned reads_bound(const struct row *row);

/* How many signatures are good over the bytes before them. */
unsigned row_signatures(const struct row *row);

#endif
