/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parent and worker say to each other: one message, one packet of a SOCK_SEQPACKET pair.
 *
 * The parent sends one request and reads replies up to FWS_REPLY_DONE. PINs are never in a packet:
 * each travels in a pipe of its own whose reading end is passed with the request.
 *
 * Each struct has one description that is run in both directions, so reading and writing cannot
 * disagree. The parent does not trust the worker: every length is checked here, every text is made
 * printable before it is shown.
 */
#ifndef FWS_KEYS_PROTOCOL_H
#define FWS_KEYS_PROTOCOL_H

#include "bytes/bytes.h"
#include "keys/material.h"

#define FWS_PACKET_MAX_SIZE    8192u
#define FWS_PACKET_SECRETS_MAX 2u
#define FWS_MODULE_PATH_SIZE   4096u

enum fws_request_op {
    FWS_REQUEST_HELLO = 1, /* module, lock_ms; has no reply: faults surface at the next request */
    FWS_REQUEST_TOKENS,    /* TOKEN replies */
    FWS_REQUEST_FIND,      /* uri, maybe a PIN: one KEY */
    FWS_REQUEST_LIST,      /* uri of one token, maybe a PIN: KEYs */
    FWS_REQUEST_SIGN,      /* handle, alg, message, for some keys a PIN: signature */
    FWS_REQUEST_CREATE,    /* uri.token, SO PIN, user PIN */
    FWS_REQUEST_GENERATE,  /* uri.token, uri.object, alg, PIN: one KEY */
};

struct fws_request {
    uint8_t op;
    uint8_t alg; /* enum fws_algorithm */
    uint32_t lock_ms;
    uint64_t handle;
    struct fws_uri uri;                    /* without its query */
    uint8_t message[FWS_MESSAGE_MAX_SIZE]; /* what the mechanism signs; mostly a digest */
    size_t message_size;
    char module[FWS_MODULE_PATH_SIZE];
};

enum fws_reply_kind {
    FWS_REPLY_WAITING = 1, /* for the start lock: another process starts the module just now */
    FWS_REPLY_LOCKED,      /* got it: the deadline begins anew */
    FWS_REPLY_KEY,
    FWS_REPLY_TOKEN,
    FWS_REPLY_DONE,
};

struct fws_reply {
    uint8_t kind;
    struct fws_key key; /* KEY; key.pub is left empty in favour of material */
    struct fws_material material;
    struct fws_token token; /* TOKEN */

    /* DONE */
    uint32_t status; /* enum fws_status */
    char text[FWS_ERROR_TEXT_SIZE];
    bool login_tried; /* C_Login was called with the PIN sent */
    bool logged_in;   /* ... and accepted it */
    bool ready;       /* the token needs no PIN any more from this worker */
    bool broken;      /* the module lost the device; only a new worker helps */
    bool sent;        /* something that must not be repeated was called, such as C_Sign */
    uint8_t signature[2 * FWS_SIGNATURE_MAX_SIZE];
    size_t signature_size;
    char library[FWS_URI_LABEL_SIZE];
};

/* Write to packet of FWS_PACKET_MAX_SIZE bytes. FWS_E_INTERNAL when a value does not fit. */
FWS_MUST_USE enum fws_status fws_request_write(struct fws_request *request, uint8_t *packet,
                                               size_t *size, struct fws_error *err);
FWS_MUST_USE enum fws_status fws_reply_write(struct fws_reply *reply, uint8_t *packet, size_t *size,
                                             struct fws_error *err);

/* FWS_E_INTERNAL when the packet is not one. */
FWS_MUST_USE enum fws_status fws_request_parse(const uint8_t *packet, size_t size,
                                               struct fws_request *out, struct fws_error *err);
FWS_MUST_USE enum fws_status fws_reply_parse(const uint8_t *packet, size_t size,
                                             struct fws_reply *out, struct fws_error *err);

#endif
