/* SPDX-License-Identifier: Apache-2.0 */
/* A log that only the fold of the releases sees, and entries for it. */
#ifndef FWS_TESTS_UNIT_SIGNER_RELEASES_LOG_H
#define FWS_TESTS_UNIT_SIGNER_RELEASES_LOG_H

#include "base/json.h"
#include "signer/releases.h"

#define HEX_32 "00000000000000000000000000000000"
#define HEX_63 "000000000000000000000000000000000000000000000000000000000000000"
#define SHA(c) "\"sha256:" c HEX_63 "\"" /* in quotes, as digest() has them without */

/* A log of entries that only the fold sees. */
struct log {
    struct fws_releases releases;
    struct fws_audit_fold fold;
    uint64_t next;
    const char *time; /* of the entries that follow */
};

void log_free(struct log *log);

#define LOG __attribute__((cleanup(log_free))) struct log

void begin(struct log *log);

/* Fold an entry. refuse_entry: it is none of ours. put: it is good; its index. */
enum fws_status apply(struct log *log, const char *type, const char *data, struct fws_error *err);
void refuse_entry(struct log *log, const char *type, const char *data);
uint64_t put(struct log *log, const char *type, const char *data);

/* Digests that differ by one letter: 'a' to 'f'. */
const char *digest(char which);

/* What an intent says; NULL and 0: nothing of it. */
struct words {
    const char *product, *version;
    const char *channel, *counter, *serial, *request;
    char image, spki, policy;
};

uint64_t intent_of(struct log *log, const struct words *words);

/* counter and request may be NULL. */
uint64_t intent(struct log *log, const char *product, const char *version, const char *counter,
                const char *request);

/* Of pump; channel may be NULL. */
uint64_t intent_in(struct log *log, const char *channel, const char *version);

/* Of pump, with all three digests; 0: without. */
uint64_t intent_for(struct log *log, const char *version, char image, char spki, char policy);

/* How an intent ends; and one that is signed at once. */
uint64_t outcome(struct log *log, uint64_t seq, const char *result);
uint64_t unresolved(struct log *log, uint64_t seq);
uint64_t sign(struct log *log, const char *product, const char *version);

/* On the default channel; and the product's whole. */
const struct fws_release *find(const struct log *log, const char *product);
const struct fws_release_product *product_of(const struct log *log, const char *product);
void assert_highest(const struct log *log, const char *product, const char *version,
                    uint64_t entry);
void assert_last(const struct log *log, const char *product, const char *version, uint64_t entry);

/* The snapshot, as an object. */
void save(const struct log *log, struct fws_json *json);

#endif
