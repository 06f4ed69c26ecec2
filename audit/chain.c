/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/chain.h"
#include "base/digest.h"
#include "base/hex.h"

#define ORIGIN_MAX  128u
#define ORIGIN_HEAD "{\"origin\":\""
#define ORIGIN_END  "\"}"

enum fws_status fws_chain_open(struct fws_chain *chain, struct fws_error *err)
{
    *chain = (struct fws_chain){0};
    fws_chain_rewind(chain, true);
    chain->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    chain->context = EVP_MD_CTX_new();
    if (chain->sha256 == NULL || chain->context == NULL ||
        EVP_DigestInit_ex2(chain->context, chain->sha256, NULL) != 1) {
        fws_chain_close(chain);
        return fws_error_set(err, FWS_E_BACKEND, "SHA-256 is not available");
    }
    return FWS_OK;
}

void fws_chain_close(struct fws_chain *chain)
{
    EVP_MD_CTX_free(chain->context);
    EVP_MD_free(chain->sha256);
    *chain = (struct fws_chain){0};
}

void fws_chain_rewind(struct fws_chain *chain, bool anchored)
{
    chain->anchored = anchored;
    chain->next = 0;
    memset(chain->head, 0, sizeof chain->head);
    (void)fws_hex_encode(chain->head, sizeof chain->head, chain->head_text);
}

/* RFC 6962: the zero in front keeps a leaf from passing for an interior node of the tree. */
static enum fws_status leaf_hash(struct fws_chain *chain, const void *text, size_t size,
                                 uint8_t out[32], struct fws_error *err)
{
    if (EVP_DigestInit_ex2(chain->context, NULL, NULL) != 1 ||
        EVP_DigestUpdate(chain->context, "\0", 1) != 1 ||
        EVP_DigestUpdate(chain->context, text, size) != 1 ||
        EVP_DigestFinal_ex(chain->context, out, NULL) != 1) {
        return fws_error_set(err, FWS_E_BACKEND, "SHA-256 failed");
    }
    return FWS_OK;
}

static enum fws_status check_link(const struct fws_chain *chain, const struct fws_line *line,
                                  struct fws_error *err)
{
    if (line->batch > line->seq) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "an entry stands before its batch");
    }
    if (chain->log[0] != '\0' && strcmp(line->log, chain->log) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "an entry of log %s in log %s", line->log,
                             chain->log);
    }
    if (chain->anchored && line->seq != chain->next) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu stands where %llu belongs",
                             (unsigned long long)line->seq, (unsigned long long)chain->next);
    }
    if (chain->anchored && strcmp(line->prev, chain->head_text) != 0) {
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
    return size > 0 && size <= ORIGIN_MAX;
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
static enum fws_status check_genesis(const struct fws_line *line, struct fws_error *err)
{
    struct fws_reader data = fws_reader_init(line->data, line->data_size);
    const size_t frame = strlen(ORIGIN_HEAD) + strlen(ORIGIN_END);
    char origin[ORIGIN_MAX + 1] = {0};
    char id[17] = {0};

    if (line->seq != 0 || line->data_size <= frame || line->data_size - frame > ORIGIN_MAX ||
        !fws_reader_starts_with(&data, ORIGIN_HEAD, strlen(ORIGIN_HEAD))) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the genesis entry is malformed");
    }
    fws_reader_skip(&data, strlen(ORIGIN_HEAD));
    fws_reader_copy(&data, origin, line->data_size - frame);
    if (!fws_reader_starts_with(&data, ORIGIN_END, strlen(ORIGIN_END)) || !fws_origin_ok(origin)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the genesis entry is malformed");
    }
    enum fws_status status = fws_origin_id(origin, strlen(origin), id, err);

    if (status == FWS_OK && strcmp(id, line->log) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the log's id does not fit its origin");
    }
    return status;
}

enum fws_status fws_chain_accept(struct fws_chain *chain, const struct fws_line *line,
                                 const void *text, size_t size, struct fws_error *err)
{
    bool genesis = strcmp(line->type, FWS_TYPE_GENESIS) == 0;
    uint8_t leaf[32];
    enum fws_status status = check_link(chain, line, err);

    if (status == FWS_OK && genesis != (line->seq == 0)) {
        status = fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu has the type %s",
                               (unsigned long long)line->seq, line->type);
    }
    if (status == FWS_OK && genesis) {
        status = check_genesis(line, err);
    }
    if (status == FWS_OK) {
        status = leaf_hash(chain, text, size, leaf, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    memcpy(chain->head, leaf, sizeof leaf);
    (void)fws_hex_encode(leaf, sizeof leaf, chain->head_text);
    memcpy(chain->log, line->log, sizeof chain->log);
    chain->next = line->seq + 1;
    chain->anchored = true;
    return FWS_OK;
}
