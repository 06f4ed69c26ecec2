/* SPDX-License-Identifier: Apache-2.0 */
/* A log's key in software, in a PEM file that several processes share; and the ways a token fails. */
#ifndef FWS_TESTS_AUDIT_KEY_H
#define FWS_TESTS_AUDIT_KEY_H

#include <openssl/evp.h>

#include "audit/audit.h"

#define KEY_ORIGIN "example.test/log"

enum token_fault {
    TOKEN_FINE,
    TOKEN_REFUSES, /* the device is away */
    TOKEN_WRONG,   /* a bit of the signature is another one */
    TOKEN_HANGS,   /* for good */
    TOKEN_SLOW,    /* takes 60 ms */
};

struct soft_key {
    EVP_PKEY *key;
    enum token_fault fault;
    struct fws_vkey vkey;
    struct fws_audit_signer signer; /* points into this struct */
};

/* Make a key, "ed25519" or "p256", and write it to path. */
FWS_MUST_USE enum fws_status soft_key_make(const char *kind, const char *path,
                                           struct fws_error *err);

/* Read one; add it to trust when trust is not NULL. */
FWS_MUST_USE enum fws_status soft_key_load(struct soft_key *key, const char *path,
                                           struct fws_trust *trust, struct fws_error *err);
void soft_key_free(struct soft_key *key);

#endif
