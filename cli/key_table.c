/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/key_table.h"

#include <string.h>

#include "base/digest.h"

enum fws_status fws_c_bytes(const uint8_t *bytes, size_t size, struct fws_buf *out,
                            struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < size; i++) {
        status = fws_buf_printf(out, err, "%s0x%02x,", i % 12 == 0 ? "\n    " : " ", bytes[i]);
    }
    return status;
}

static const char *enumerator_of(enum fws_algorithm alg)
{
    static const char *const names[] = {
        [FWS_ALG_RSA2048] = "FWS_ALG_RSA2048", [FWS_ALG_RSA3072] = "FWS_ALG_RSA3072",
        [FWS_ALG_P256] = "FWS_ALG_P256",       [FWS_ALG_P384] = "FWS_ALG_P384",
        [FWS_ALG_ED25519] = "FWS_ALG_ED25519",
    };

    return names[alg];
}

static enum fws_status check_place(const struct fws_key_table *table, const struct fws_pubkey *key,
                                   struct fws_error *err)
{
    char text[FWS_DIGEST_TEXT_SIZE];

    for (size_t i = 0; i < table->count; i++) {
        if (memcmp(table->spki[i], key->spki_sha256, sizeof key->spki_sha256) == 0) {
            return fws_error_set(err, FWS_E_USAGE, "the key %s is named twice",
                                 fws_digest_text(key->spki_sha256, text));
        }
    }
    return table->count < FWS_VERIFY_KEYS_MAX
               ? FWS_OK
               : fws_error_set(err, FWS_E_USAGE, "a table holds at most %u keys",
                               FWS_VERIFY_KEYS_MAX);
}

static enum fws_status put_array(struct fws_key_table *table, const struct fws_pubkey *key,
                                 struct fws_error *err)
{
    enum fws_hash hash = fws_algorithm_hash(key->alg);
    uint8_t digest[FWS_HASH_MAX_SIZE];
    char spki[FWS_DIGEST_TEXT_SIZE];
    enum fws_status status = fws_buf_printf(
        &table->arrays, err, "/* %s, spki %s */\nstatic const uint8_t fws_trusted_key_%zu[] = {",
        key->type, fws_digest_text(key->spki_sha256, spki), table->count);

    if (status == FWS_OK && table->hashes) {
        status = fws_pubkey_keyhash(key, hash, digest, err);
        if (status == FWS_OK) {
            status = fws_c_bytes(digest, fws_hash_size(hash), &table->arrays, err);
        }
    } else if (status == FWS_OK) {
        status = fws_c_bytes(key->der, key->der_size, &table->arrays, err);
    }
    return status == FWS_OK ? fws_buf_printf(&table->arrays, err, "\n};\n\n") : status;
}

static enum fws_status put_row(struct fws_key_table *table, const struct fws_pubkey *key,
                               unsigned signer, struct fws_error *err)
{
    return fws_buf_printf(&table->rows, err,
                          "    {.der = fws_trusted_key_%zu,\n"
                          "     .der_size = sizeof fws_trusted_key_%zu,\n"
                          "     .alg = %s,\n     .signer = %u,\n     .hash_only = %d},\n",
                          table->count, table->count, enumerator_of(key->alg), signer,
                          table->hashes ? 1 : 0);
}

enum fws_status fws_key_table_add(struct fws_key_table *table, const struct fws_pubkey *key,
                                  unsigned signer, struct fws_error *err)
{
    enum fws_status status = check_place(table, key, err);

    if (status == FWS_OK) {
        status = put_array(table, key, err);
    }
    if (status == FWS_OK) {
        status = put_row(table, key, signer, err);
    }
    if (status == FWS_OK) {
        memcpy(table->spki[table->count], key->spki_sha256, sizeof key->spki_sha256);
        table->count++;
    }
    return status;
}

enum fws_status fws_key_table_write(const struct fws_key_table *table, struct fws_buf *out,
                                    struct fws_error *err)
{
    enum fws_status status = fws_buf_printf(
        out, err,
        "/* Trusted keys, by fwsign key export: include it behind the verifier's header. */\n\n");

    if (status == FWS_OK) {
        status = fws_buf_append(out, table->arrays.data, table->arrays.size, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(out, err,
                                "static const struct fws_trusted_key fws_trusted_keys[] = {\n");
    }
    if (status == FWS_OK) {
        status = fws_buf_append(out, table->rows.data, table->rows.size, err);
    }
    return status == FWS_OK ? fws_buf_printf(out, err, "};\n") : status;
}

void fws_key_table_free(struct fws_key_table *table)
{
    fws_buf_free(&table->arrays);
    fws_buf_free(&table->rows);
}
