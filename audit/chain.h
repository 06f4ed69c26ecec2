/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of entries: what the next line must say about the one before. */
#ifndef FWS_AUDIT_CHAIN_H
#define FWS_AUDIT_CHAIN_H

#include <openssl/evp.h>

#include "audit/line.h"

struct fws_chain {
    EVP_MD *sha256;
    EVP_MD_CTX *context; /* one for all lines: a new one a line halves the rate */
    bool anchored;       /* false: the next line is taken at its word for seq and prev */
    uint64_t next;       /* index of the next entry */
    uint8_t head[32];    /* leaf hash of the entry before; zeros in front of the first */
    char head_text[65];  /* the same in hexadecimal, as prev says it */
    char log[17];        /* short id of the log; "" while not known */
};

/* A chain in front of its first entry. */
FWS_MUST_USE enum fws_status fws_chain_open(struct fws_chain *chain, struct fws_error *err);

/* Go back to the state before the first line, or (not anchored) before a line in the middle. */
void fws_chain_rewind(struct fws_chain *chain, bool anchored);

/*
 * Take line (parsed from size bytes at text) as the next one. FWS_E_LOG_TAMPERED with the reason
 * when it is not; the chain is then as before. A genesis entry names the log.
 */
FWS_MUST_USE enum fws_status fws_chain_accept(struct fws_chain *chain, const struct fws_line *line,
                                              const void *text, size_t size, struct fws_error *err);

void fws_chain_close(struct fws_chain *chain);

/* True for a name a log may have: printable ASCII, 1 to 128 bytes, no blank, quote, backslash or
 * plus (which a signed note does not allow in a name). */
bool fws_origin_ok(const char *origin);

/* The short id of a log: the first 16 hexadecimal digits of SHA-256 of its origin. */
FWS_MUST_USE enum fws_status fws_origin_id(const char *origin, size_t size, char out[17],
                                           struct fws_error *err);

#endif
