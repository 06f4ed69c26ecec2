/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys as C for a bootloader: the table of struct fws_trusted_key that a policy of the
 * verifier points to. Private to cli/.
 *
 *     FWS_AUTO(fws_key_table) table = {.hashes = false};
 *     fws_key_table_add(&table, &key, 0, err); ...
 *     fws_key_table_write(&table, &out, err);
 */
#ifndef FWS_CLI_KEY_TABLE_H
#define FWS_CLI_KEY_TABLE_H

#include "base/buf.h"
#include "base/pubkey.h"
#include "verifier/verifier.h"

struct fws_key_table {
    bool hashes;           /* each key's digest instead of the key */
    struct fws_buf arrays; /* one array a key */
    struct fws_buf rows;   /* one row a key */
    uint8_t spki[FWS_VERIFY_KEYS_MAX][32];
    size_t count;
};

/*
 * signer  which of the signatures that an image needs the key may give, from 0
 *
 * FWS_E_USAGE when the table is full or has the key: one key must never count as two signers.
 */
FWS_MUST_USE enum fws_status fws_key_table_add(struct fws_key_table *table,
                                               const struct fws_pubkey *key, unsigned signer,
                                               struct fws_error *err);

/* Append a whole fragment of C to out: arrays, then `fws_trusted_keys`. */
FWS_MUST_USE enum fws_status fws_key_table_write(const struct fws_key_table *table,
                                                 struct fws_buf *out, struct fws_error *err);

void fws_key_table_free(struct fws_key_table *table);

/* Append "\n    0x01, 0x02, ..." with a comma behind each. */
FWS_MUST_USE enum fws_status fws_c_bytes(const uint8_t *bytes, size_t size, struct fws_buf *out,
                                         struct fws_error *err);

#endif
