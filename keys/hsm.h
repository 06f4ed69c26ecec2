/* SPDX-License-Identifier: Apache-2.0 */
/* The parent's side of an HSM: one call to the worker, with and without a login. */
#ifndef FWS_KEYS_HSM_H
#define FWS_KEYS_HSM_H

#include "keys/pins.h"
#include "keys/turn.h"
#include "keys/worker_link.h"

#define FWS_HSM_RECYCLE   100000u /* signatures; SoftHSM loses 70 bytes with each Ed25519 one */
#define FWS_HSM_FOUND_MAX 8u

/* A key that another worker found, found again by this one. */
struct fws_found {
    uint64_t generation, handle; /* as the caller's key has them */
    uint64_t now_generation, now_handle;
};

/* All but options is used in a turn only. */
struct fws_hsm {
    struct fws_hsm_options options;
    struct fws_turn turn;
    enum fws_on_stop on_stop; /* in this turn */
    struct fws_worker_link link;
    struct fws_pins pins;
    unsigned long signatures; /* by this worker */
    unsigned long recycle;
    struct fws_found found[FWS_HSM_FOUND_MAX];
    size_t found_next;
};

/*
 * What a public function does between these is one request to its caller: no other thread's comes
 * in between, and deadlines begin inside. The functions below are called in a turn.
 *
 * FWS_E_INTERRUPTED, and no turn, when a stop signal has been remembered by the time it comes: a
 * request that is sent and given up costs the worker, and maybe the PIN, that those need which are
 * finished in order.
 */
FWS_MUST_USE enum fws_status fws_hsm_begin(struct fws_hsm *hsm, enum fws_on_stop on_stop,
                                           struct fws_error *err);
void fws_hsm_end(struct fws_hsm *hsm);

/* Called for each KEY and TOKEN reply. */
typedef enum fws_status fws_item_fn(void *context, const struct fws_reply *item,
                                    struct fws_error *err);

struct fws_call {
    struct fws_request request;
    unsigned patience; /* how often the deadline this request may take; 0 = once */
    const struct fws_secret *secrets[FWS_PACKET_SECRETS_MAX];
    size_t secret_count;
    fws_item_fn *item;
    void *context;
    size_t items;                /* replies before the last one */
    struct fws_error item_error; /* the first that item returned */
    bool answered;               /* done is valid */
    struct fws_reply done;
};

/* One request to a living worker. A worker that lost the device is stopped afterwards. */
FWS_MUST_USE enum fws_status fws_hsm_call(struct fws_hsm *hsm, struct fws_call *call,
                                          struct fws_error *err);

/*
 * The same for a request that needs a login at the token which call->request.uri names. When a
 * worker that has served before lost its device, a new one gets the request once more, unless it
 * must not be repeated.
 */
FWS_MUST_USE enum fws_status fws_hsm_call_logged_in(struct fws_hsm *hsm, struct fws_call *call,
                                                    struct fws_error *err);

/* Complete a URI that names exactly one token without its label. */
FWS_MUST_USE enum fws_status fws_hsm_name_token(struct fws_hsm *hsm, struct fws_uri *uri,
                                                struct fws_error *err);

/* Token and key as replies bring them, made fit for the caller. */
FWS_MUST_USE enum fws_status fws_hsm_take_key(const struct fws_hsm *hsm,
                                              const struct fws_reply *item, struct fws_key *out,
                                              struct fws_error *err);

/* All tokens, texts as the token has them. */
FWS_MUST_USE enum fws_status fws_hsm_tokens(struct fws_hsm *hsm, struct fws_token_list *out,
                                            struct fws_error *err);

#endif
