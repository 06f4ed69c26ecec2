/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private SoftHSM token in a temporary directory, for the tests of one program.
 */
#ifndef FWS_TESTS_UNIT_KEYS_TOKEN_H
#define FWS_TESTS_UNIT_KEYS_TOKEN_H

#include "keys/keys.h"

#define TOKEN_LABEL "test token"
#define TOKEN_PIN   "pin-1234"

/* What the PIN callback of token_options does and did. */
struct token_pin {
    const char *text; /* NULL: there is no PIN */
    unsigned asked;
    char label[FWS_URI_LABEL_SIZE];
};

/* NULL where there is no SoftHSM. */
extern const char *const token_module;

/* Make the directory, the configuration and the token. Removed when the program ends. */
void token_make(void);

/* Options for the token; pin is kept. */
struct fws_hsm_options token_options(struct token_pin *pin);

/* Move the directory of all tokens away and back. */
void token_hide(void);
void token_show(void);

/* The temporary directory. */
const char *token_folder(void);

/* Generate a key on the token; its label is the algorithm's name unless told otherwise. */
void token_generate(enum fws_algorithm alg, const char *label, struct fws_key *out);

/* Destroy one object, which fwsign itself never does. */
void token_destroy_public(const char *label);
void token_destroy_private(const char *label);

/* ---- The calls of most tests; those without try_ must succeed. ---- */

void token_ok(enum fws_status status, const struct fws_error *err);
void token_open(struct token_pin *pin, struct fws_hsm **out);
struct fws_uri token_uri(const char *text);
void token_find(struct fws_hsm *hsm, const char *text, struct fws_key *out);
enum fws_status token_try_find(struct fws_hsm *hsm, const char *text, struct fws_error *err);
enum fws_status token_try_sign(struct fws_hsm *hsm, const struct fws_key *key,
                               struct fws_error *err);

#endif
