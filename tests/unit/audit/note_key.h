/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of logs, made anew for each test, and the notes they sign. Each maker fails the test when it
 * cannot do its work.
 */
#ifndef FWS_TESTS_UNIT_AUDIT_NOTE_KEY_H
#define FWS_TESTS_UNIT_AUDIT_NOTE_KEY_H

#include <openssl/evp.h>

#include "audit/note.h"

struct log_key {
    EVP_PKEY *pkey;
    struct fws_vkey vkey;
};

enum log_key_kind {
    LOG_KEY_ED25519,
    LOG_KEY_P256,
};

struct log_key make_log_key(enum log_key_kind kind, const char *name);
void log_key_free(struct log_key *key);

struct fws_pubkey public_of(EVP_PKEY *pkey);

/* A set of these keys; fws_trust_free. */
struct fws_trust trust_in(const struct log_key *const *keys, size_t count);

/* What the key's signature over a text is. */
size_t sign_text(const struct log_key *key, const void *text, size_t size,
                 uint8_t out[FWS_SIGNATURE_MAX_SIZE]);

/* Append the signature line of a key over a note's text. */
void add_line(const struct log_key *key, const char *text, struct fws_buf *note);

/* A note of this text, which ends in LF, signed by the keys in their order; fws_buf_free. */
struct fws_buf make_note(const char *text, const struct log_key *const *keys, size_t count);

/* The one key's note. */
struct fws_buf signed_by(const char *text, const struct log_key *key);

#endif
