/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging the reference vectors, one entry of manifest.json a run.
 *
 *     vectors.c  the folder of vectors and the tables beside this file
 *     judge.c    a context (keys, mode, ids) and the verdict on an image in it
 *     good.c     entries of good[]: accepted, or refused for the reason in refused.txt
 *     bad.c      entries of bad[]: the reason in expected.txt, and a control that is accepted
 *     index.c    nothing was dropped: tables and manifest name the same entries
 */
#ifndef FWS_TESTS_VECTOR_VECTOR_H
#define FWS_TESTS_VECTOR_VECTOR_H

#include <jansson.h>

#include "base/buf.h"
#include "tests/wycheproof/text.h"
#include "verifier/verifier.h"

/* Passes when status has that name. */
void require_status(enum fws_status status, const char *name, const char *what);

struct vectors {
    const char *folder; /* manifest.json and the files it names */
    const char *tables; /* cases.txt, expected.txt, refused.txt */
    json_t *manifest;
};

struct vectors vectors_open(const char *folder, const char *tables);
void vectors_free(struct vectors *vectors);

/* An entry of "good" or "bad"; fails when there is none. */
json_t *vectors_entry(const struct vectors *vectors, const char *list, const char *id);

/* The file an entry names, checked against the entry's SHA-256. */
struct fws_buf vectors_file(const struct vectors *vectors, json_t *entry);

/* A file of the folder. */
struct fws_buf vectors_read(const struct vectors *vectors, const char *name);

/* Members of an entry; NULL or 0 where absent. */
const char *text_of(json_t *entry, const char *key);
uint32_t number_of(json_t *entry, const char *key);

/* A line of a table: words separated by blanks, '#' begins a comment. */
#define ROW_WORDS 4u
struct row {
    char word[ROW_WORDS][64];
};
struct table {
    struct row *rows;
    size_t count;
};
void table_free(struct table *table);
struct table table_load(const struct vectors *vectors, const char *name);
const struct row *table_find(const struct table *table, size_t word, const char *value);

#define CONTEXT_KEYS_MAX 16u
struct context {
    struct fws_trusted_key keys[CONTEXT_KEYS_MAX];
    uint32_t counter_floor;                     /* 0: none */
    struct fws_buf key_files[CONTEXT_KEYS_MAX]; /* what keys point into */
    size_t key_count;
    struct fws_verify_policy policy; /* all but the keys */
    uint8_t vendor_id[16];
    uint8_t class_id[16];
    bool has_ids;
    uint32_t slot_size; /* 0: no limit */
};

void context_free(struct context *context);
void context_trust(struct context *context, const struct vectors *vectors, const char *key);
void context_trust_list(struct context *context, const struct vectors *vectors, json_t *names);
/* All five key types. */
void context_trust_all(struct context *context, const struct vectors *vectors);
/* The mode of the entry's "verify" or "verifier_context". */
void context_set(struct context *context, json_t *settings);

enum place { IN_FILE, IN_SLOT };

/* The verdict: in a file what follows the image counts too, in a slot the rest is erased flash. */
enum fws_status judge(const struct context *context, const struct fws_buf *image, enum place place,
                      struct fws_verify_report *report);

/* Called with each image that is judged, unless NULL; the policy lists OpenSSL's cryptography. */
struct judged {
    const struct fws_verify_policy *policy;
    uint32_t counter_floor;
    const struct fws_buf *slot;
    enum fws_status reason;
};
extern void (*on_judged)(const struct judged *judged);

/* The bytes of an entry as they come to lie in flash: HEX is loaded, its image segment taken. */
struct fws_buf vectors_image(const struct vectors *vectors, json_t *entry);

void run_good(const struct vectors *vectors, const char *id);
void run_bad(const struct vectors *vectors, const char *id);
void run_index(const struct vectors *vectors);

#endif
