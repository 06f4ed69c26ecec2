/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's memory of PINs: each token's PIN is asked for once, and sent again only when the
 * token has accepted it before. A PIN that was refused, or whose fate is unknown because the worker
 * died, is wiped and never sent again: a wrong PIN costs one of few tries.
 */
#ifndef FWS_KEYS_PINS_H
#define FWS_KEYS_PINS_H

#include "keys/protocol.h"

#define FWS_PINS_MAX 16u

enum fws_pin_state {
    FWS_PIN_NONE = 0, /* there is none to be had; why says so */
    FWS_PIN_FRESH,    /* not sent yet */
    FWS_PIN_PROVEN,   /* the token has accepted it */
    FWS_PIN_SPENT,    /* refused or unknown; why says which */
};

struct fws_pin {
    char token[FWS_URI_LABEL_SIZE];
    char serial[FWS_URI_LABEL_SIZE]; /* "" until known */
    enum fws_pin_state state;
    struct fws_secret secret;
    struct fws_error why;
    uint64_t ready_in; /* generation of the worker that needs no PIN for this token any more */
};

struct fws_pins {
    struct fws_pin list[FWS_PINS_MAX];
    size_t count;
};

/*
 * The entry of the token that uri names, asked for when it is new. FWS_OK also when there is no PIN
 * (the token may not need one); otherwise the reason why none may be sent.
 */
FWS_MUST_USE enum fws_status fws_pins_get(struct fws_pins *pins,
                                          const struct fws_hsm_options *options,
                                          const struct fws_uri *uri, struct fws_pin **out,
                                          struct fws_error *err);

/* What became of a PIN that was sent. done is NULL when the worker died without an answer. */
void fws_pin_learn(struct fws_pin *pin, const struct fws_reply *done, const struct fws_error *err);

void fws_pins_free(struct fws_pins *pins);

#endif
