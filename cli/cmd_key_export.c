/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/key_table.h"

struct export_options {
    const char *format;
    const char *form;
    struct fws_option_list co_signers;
    const char *output;
    bool force;
};

const struct fws_option fws_key_export_options[] = {
    {"format", 0, FWS_OPTION_TEXT, offsetof(struct export_options, format), "FORMAT",
     "pem (default), der (SPKI), mcuboot-der, c (the verifier's key table), imgtool-c, keyhash",
     FWS_VALUES_CHOICE, "pem der mcuboot-der c imgtool-c keyhash"},
    {"form", 0, FWS_OPTION_TEXT, offsetof(struct export_options, form), "FORM",
     "of --format c: full (default) or hash, for images that carry their key", FWS_VALUES_CHOICE,
     "full hash"},
    {"co-signer", 0, FWS_OPTION_LIST, offsetof(struct export_options, co_signers), "KEY",
     "of --format c: this one of the keys is for the second signature of two", FWS_VALUES_KEY,
     NULL},
    {"output", 'o', FWS_OPTION_TEXT, offsetof(struct export_options, output), "FILE",
     "write to this file instead of standard output", FWS_VALUES_FILE, NULL},
    {"force", 'f', FWS_OPTION_FLAG, offsetof(struct export_options, force), NULL,
     "replace a file that exists", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_key_export_options_size = sizeof(struct export_options);

static enum fws_status as_pem(const struct fws_pubkey *key, struct fws_buf *out,
                              struct fws_error *err)
{
    return fws_pubkey_to_pem(key, out, err);
}

static enum fws_status as_spki(const struct fws_pubkey *key, struct fws_buf *out,
                               struct fws_error *err)
{
    return fws_buf_append(out, key->spki, key->spki_size, err);
}

static enum fws_status as_mcuboot(const struct fws_pubkey *key, struct fws_buf *out,
                                  struct fws_error *err)
{
    return fws_buf_append(out, key->der, key->der_size, err);
}

/* The value of the image's KEYHASH TLV, by the hash such images use. */
static enum fws_status as_keyhash(const struct fws_pubkey *key, struct fws_buf *out,
                                  struct fws_error *err)
{
    enum fws_hash hash = fws_algorithm_hash(key->alg);
    uint8_t digest[FWS_HASH_MAX_SIZE];
    char text[FWS_DIGEST_ANY_TEXT_SIZE];
    enum fws_status status = fws_pubkey_keyhash(key, hash, digest, err);

    return status == FWS_OK
               ? fws_buf_printf(out, err, "%s\n", fws_digest_any_text(hash, digest, text))
               : status;
}

/* Names as imgtool's getpub prints them, which MCUboot's keys.c expects. */
static enum fws_status as_imgtool_c(const struct fws_pubkey *key, struct fws_buf *out,
                                    struct fws_error *err)
{
    static const char *const names[] = {
        [FWS_ALG_RSA2048] = "rsa_pub_key",     [FWS_ALG_RSA3072] = "rsa_pub_key",
        [FWS_ALG_P256] = "ecdsa_pub_key",      [FWS_ALG_P384] = "ecdsap384_pub_key",
        [FWS_ALG_ED25519] = "ed25519_pub_key",
    };
    const char *name = names[key->alg];
    enum fws_status status = fws_buf_printf(
        out, err, "/* %s public key, by fwsign key export */\nconst unsigned char %s[] = {",
        key->type, name);

    if (status == FWS_OK) {
        status = fws_c_bytes(key->der, key->der_size, out, err);
    }
    return status == FWS_OK ? fws_buf_printf(out, err, "\n};\nconst unsigned int %s_len = %zu;\n",
                                             name, key->der_size)
                            : status;
}

/* What writes one key; c, which writes several, is not among them. */
static const struct {
    const char *name;
    enum fws_status (*write)(const struct fws_pubkey *key, struct fws_buf *out,
                             struct fws_error *err);
} formats[] = {
    {"pem", as_pem},
    {"der", as_spki},
    {"mcuboot-der", as_mcuboot},
    {"imgtool-c", as_imgtool_c},
    {"keyhash", as_keyhash},
};

static enum fws_status write_format(const char *format, const struct fws_pubkey *key,
                                    struct fws_buf *out, struct fws_error *err)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(format, formats[i].name) == 0) {
            return formats[i].write(key, out, err);
        }
    }
    return fws_error_set(err, FWS_E_USAGE,
                         "--format takes pem, der, mcuboot-der, c, imgtool-c or keyhash");
}

/* The public key of KEY, if images can be signed with it. */
static enum fws_status load_key(struct fws_cli *cli, const char *name, struct fws_pubkey *out,
                                struct fws_error *err)
{
    enum fws_status status = fws_cli_pubkey(cli, name, out, err);

    if (status == FWS_OK && out->alg == FWS_ALG_NONE) {
        status = fws_error_set(err, FWS_E_KEY_TYPE, "%s keys sign no images", out->type);
    }
    return status;
}

static void put_json_key(struct fws_json *json, const struct fws_pubkey *key)
{
    fws_json_text(json, "type", key->type);
    fws_json_digest(json, "spki", key->spki_sha256);
}

/* ---- One key ---- */

static enum fws_status export_one(struct fws_cli *cli, const char *format, struct fws_json *json,
                                  struct fws_buf *out, struct fws_error *err)
{
    struct fws_pubkey key;
    enum fws_status status = load_key(cli, cli->operands[0], &key, err);

    if (status == FWS_OK) {
        status = write_format(format, &key, out, err);
    }
    if (status == FWS_OK) {
        put_json_key(json, &key);
    }
    return status;
}

/* ---- A table of keys ---- */

static enum fws_status add_key(struct fws_cli *cli, const char *name, unsigned signer,
                               struct fws_json *json, struct fws_key_table *table,
                               struct fws_error *err)
{
    struct fws_pubkey key;
    enum fws_status status = load_key(cli, name, &key, err);

    if (status == FWS_OK) {
        status = fws_key_table_add(table, &key, signer, err);
    }
    if (status == FWS_OK) {
        fws_json_object(json, NULL);
        put_json_key(json, &key);
        fws_json_int(json, "signer", signer);
        fws_json_end(json);
    }
    return status;
}

static bool is_listed(const struct fws_option_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The order is the caller's: a key's place is its bit in a revocation word that is never reset. */
static enum fws_status export_table(struct fws_cli *cli, const struct export_options *options,
                                    struct fws_json *json, struct fws_buf *out,
                                    struct fws_error *err)
{
    FWS_AUTO(fws_key_table) table = {0};
    enum fws_status status = FWS_OK;

    table.hashes = options->form != NULL && strcmp(options->form, "hash") == 0;
    fws_json_array(json, "keys");
    for (int i = 0; status == FWS_OK && i < cli->operand_count; i++) {
        unsigned signer = is_listed(&options->co_signers, cli->operands[i]) ? 1 : 0;

        status = add_key(cli, cli->operands[i], signer, json, &table, err);
    }
    fws_json_end(json);
    return status == FWS_OK ? fws_key_table_write(&table, out, err) : status;
}

/* ---- The command ---- */

static bool is_operand(const struct fws_cli *cli, const char *name)
{
    for (int i = 0; i < cli->operand_count; i++) {
        if (strcmp(cli->operands[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static enum fws_status check_options(const struct fws_cli *cli,
                                     const struct export_options *options, bool is_table,
                                     struct fws_error *err)
{
    const char *form = options->form;

    if (form != NULL && strcmp(form, "full") != 0 && strcmp(form, "hash") != 0) {
        return fws_error_set(err, FWS_E_USAGE, "--form takes full or hash");
    }
    if (!is_table && (form != NULL || options->co_signers.count > 0 || cli->operand_count > 1)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "several keys, --form and --co-signer need --format c");
    }
    for (size_t i = 0; i < options->co_signers.count; i++) {
        if (!is_operand(cli, options->co_signers.items[i])) {
            return fws_error_set(err, FWS_E_USAGE, "--co-signer '%s' is none of the keys",
                                 options->co_signers.items[i]);
        }
    }
    return FWS_OK;
}

static void put_json_content(struct fws_json *json, const char *format,
                             const struct fws_buf *content)
{
    fws_json_text(json, "format", format);
    if (strstr(format, "der") != NULL) {
        fws_json_hex(json, "content", content->data, content->size);
    } else {
        fws_json_text_n(json, "content", (const char *)content->data, content->size);
    }
}

enum fws_status fws_cmd_key_export(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct export_options *options = values;
    const char *format = options->format != NULL ? options->format : "pem";
    bool is_table = strcmp(format, "c") == 0;
    FWS_AUTO(fws_json) json = {0};
    FWS_AUTO(fws_buf) content = {0};
    enum fws_status status = check_options(cli, options, is_table, err);

    fws_cli_json_begin(cli, &json, true);
    if (status == FWS_OK) {
        status = is_table ? export_table(cli, options, &json, &content, err)
                          : export_one(cli, format, &json, &content, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (options->output != NULL && strcmp(options->output, "-") != 0) {
        return fws_file_replace(options->output, content.data, content.size,
                                options->force ? FWS_OUTPUT_REPLACE : FWS_OUTPUT_NEW, 0644, err);
    }
    put_json_content(&json, format, &content);
    return cli->global.json ? fws_cli_json_end(cli, &json, err)
                            : fws_cli_write(content.data, content.size, err);
}
