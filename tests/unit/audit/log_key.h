/* SPDX-License-Identifier: Apache-2.0 */
/* A log's key in software, made anew in each run. */
#ifndef FWS_TESTS_UNIT_AUDIT_LOG_KEY_H
#define FWS_TESTS_UNIT_AUDIT_LOG_KEY_H

#include <openssl/evp.h>

#include "audit/audit.h"

struct log_key {
    EVP_PKEY *key;
    struct fws_vkey vkey;
    struct fws_audit_signer signer; /* points into this struct */
    struct fws_trust trust;         /* this key alone */
    bool refuses;                   /* signatures fail */
    bool wrong;                     /* signatures do not hold */
    void (*before)(void *context);  /* called before each signature, or NULL */
    void *context;
    unsigned signatures; /* made so far */
};

/* alg: FWS_ALG_ED25519 or FWS_ALG_P256. Fails the test when it cannot be made. */
void make_log_key(struct log_key *key, const char *origin, enum fws_algorithm alg);
void free_log_key(struct log_key *key);

/* A note over the text, or over a checkpoint, as the key's holder could always sign one. */
struct fws_buf sign_text(struct log_key *key, const void *text, size_t size);
struct fws_buf sign_checkpoint(struct log_key *key, uint64_t size, const uint8_t root[32]);

#endif
