/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/chain.h"
#include "base/digest.h"
#include "base/hex.h"
#include "base/json_read.h"

enum fws_status fws_chain_open(struct fws_chain *chain, struct fws_error *err)
{
    static const uint8_t nothing[32];

    *chain = (struct fws_chain){0};
    fws_chain_stand(chain, 0, nothing);
    return fws_hasher_open(&chain->hasher, err);
}

void fws_chain_close(struct fws_chain *chain)
{
    fws_hasher_close(&chain->hasher);
    *chain = (struct fws_chain){0};
}

void fws_chain_stand(struct fws_chain *chain, uint64_t next, const uint8_t head[32])
{
    chain->next = next;
    chain->batch = FWS_BATCH_UNKNOWN;
    memcpy(chain->head, head, sizeof chain->head);
    (void)fws_hex_encode(chain->head, sizeof chain->head, chain->head_text);
}

static enum fws_status check_link(const struct fws_chain *chain, const struct fws_line *line,
                                  struct fws_error *err)
{
    bool begins = line->batch == line->seq;

    if (line->batch > line->seq ||
        (!begins && chain->batch != FWS_BATCH_UNKNOWN && line->batch != chain->batch)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "entry %llu neither begins a batch nor is of the one before",
                             (unsigned long long)line->seq);
    }
    if (chain->log[0] != '\0' && strcmp(line->log, chain->log) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "an entry of log %s in log %s", line->log,
                             chain->log);
    }
    if (line->seq != chain->next) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu stands where %llu belongs",
                             (unsigned long long)line->seq, (unsigned long long)chain->next);
    }
    if (memcmp(line->prev, chain->head_text, sizeof chain->head_text) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "prev of entry %llu is not the hash of the entry before",
                             (unsigned long long)line->seq);
    }
    return FWS_OK;
}

bool fws_origin_ok(const char *origin)
{
    size_t size = strlen(origin);

    for (size_t i = 0; i < size; i++) {
        if (origin[i] <= ' ' || origin[i] > '~' || strchr("\"\\+", origin[i]) != NULL) {
            return false;
        }
    }
    return size > 0 && size <= FWS_AUDIT_ORIGIN_MAX;
}

enum fws_status fws_origin_id(const char *origin, size_t size, char out[17], struct fws_error *err)
{
    uint8_t digest[32];
    enum fws_status status = fws_digest(FWS_HASH_SHA256, origin, size, digest, err);

    if (status == FWS_OK) {
        (void)fws_hex_encode(digest, 8, out);
    }
    return status;
}

/* The genesis entry binds the short id, which every entry carries, to the log's name. */
enum fws_status fws_chain_take_genesis(struct fws_chain *chain, const struct fws_line *line,
                                       struct fws_error *err)
{
    char origin[FWS_AUDIT_ORIGIN_MAX + 1];
    char id[17] = {0};
    struct fws_json_value value;

    if (!fws_json_find(line->data, line->data_size, "origin", &value) ||
        !fws_json_value_text(&value, origin, sizeof origin) || !fws_origin_ok(origin)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the genesis entry is malformed");
    }
    enum fws_status status = fws_origin_id(origin, strlen(origin), id, err);

    if (status == FWS_OK && strcmp(id, line->log) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the log's id does not fit its origin");
    }
    memcpy(chain->origin, origin, sizeof chain->origin);
    memcpy(chain->log, line->log, sizeof chain->log);
    return status;
}

enum fws_status fws_chain_accept(struct fws_chain *chain, const struct fws_line *line,
                                 const void *text, size_t size, struct fws_error *err)
{
    bool genesis = fws_line_is(line, FWS_TYPE_GENESIS);
    uint8_t leaf[32];
    enum fws_status status = check_link(chain, line, err);

    if (status == FWS_OK && genesis != (line->seq == 0)) {
        status = fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu has the type %s",
                               (unsigned long long)line->seq, line->type);
    }
    if (status == FWS_OK && genesis) {
        status = fws_chain_take_genesis(chain, line, err);
    }
    if (status == FWS_OK) {
        status = fws_hash_leaf(&chain->hasher, text, size, leaf, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    memcpy(chain->log, line->log, sizeof chain->log);
    fws_chain_stand(chain, line->seq + 1, leaf);
    chain->batch = line->batch;
    return chain->observe == NULL ? FWS_OK
                                  : chain->observe(chain->context, line, text, size, leaf, err);
}
