/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of entries: what the next line must say about the one before. */
#ifndef FWS_AUDIT_CHAIN_H
#define FWS_AUDIT_CHAIN_H

#include "audit/line.h"
#include "audit/tree.h"

/* Called for each line the chain has taken; leaf is its hash. Anything but FWS_OK ends the reading. */
typedef enum fws_status fws_chain_observe_fn(void *context, const struct fws_line *line,
                                             const void *text, size_t size, const uint8_t leaf[32],
                                             struct fws_error *err);

#define FWS_BATCH_UNKNOWN UINT64_MAX /* the entry before was not read */

struct fws_chain {
    fws_chain_observe_fn *observe; /* may be NULL */
    void *context;
    bool envelope; /* lines are read without judging the inside of data (audit/envelope.h) */
    struct fws_hasher hasher;
    uint64_t next;      /* index of the next entry */
    uint64_t batch;     /* of the entry before */
    uint8_t head[32];   /* leaf hash of the entry before; zeros in front of the first */
    char head_text[65]; /* the same in hexadecimal, as prev says it */
    char log[17];       /* short id of the log; "" while not known */
    char origin[FWS_AUDIT_ORIGIN_MAX + 1]; /* from the genesis entry; "" while not read */
};

/* A chain in front of its first entry. */
FWS_MUST_USE enum fws_status fws_chain_open(struct fws_chain *chain, struct fws_error *err);

/* Stand behind next lines, the last of which has the leaf hash head (zeros when next is 0). */
void fws_chain_stand(struct fws_chain *chain, uint64_t next, const uint8_t head[32]);

/*
 * Take line (parsed from size bytes at text) as the next one. FWS_E_LOG_TAMPERED with the reason
 * when it is not; the chain is then as before. A genesis entry names the log.
 */
FWS_MUST_USE enum fws_status fws_chain_accept(struct fws_chain *chain, const struct fws_line *line,
                                              const void *text, size_t size, struct fws_error *err);

/* Take the log's name and id from its first entry, wherever the chain stands. */
FWS_MUST_USE enum fws_status fws_chain_take_genesis(struct fws_chain *chain,
                                                    const struct fws_line *line,
                                                    struct fws_error *err);

void fws_chain_close(struct fws_chain *chain);

#endif
