/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/text.h"

/* ---- list ---- */

static void uri_of(const struct fws_key *key, struct fws_buf *out)
{
    struct fws_uri uri = {0};
    struct fws_error ignored = {0};

    memcpy(uri.token, key->token_label, sizeof uri.token);
    memcpy(uri.object, key->label, sizeof uri.object);
    memcpy(uri.id, key->id, sizeof uri.id);
    uri.id_size = key->id_size;
    memcpy(uri.type, "private", sizeof "private");
    (void)!fws_uri_write(&uri, out, &ignored);
    (void)!fws_buf_append(out, "", 1, &ignored);
}

static void put_flags(struct fws_json *json, const struct fws_key *key)
{
    const struct {
        const char *name;
        bool set;
    } flags[] = {
        {"sensitive", key->sensitive},
        {"always_sensitive", key->always_sensitive},
        {"extractable", key->extractable},
        {"never_extractable", key->never_extractable},
        {"local", key->local},
        {"sign", key->sign},
        {"sign_recover", key->sign_recover},
        {"decrypt", key->decrypt},
        {"unwrap", key->unwrap},
        {"derive", key->derive},
        {"always_authenticate", key->always_authenticate},
    };

    fws_json_object(json, "attributes");
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        fws_json_bool(json, flags[i].name, flags[i].set);
    }
    fws_json_end(json);
}

static void put_key_json(struct fws_json *json, const struct fws_key *key)
{
    FWS_AUTO(fws_buf) uri = {0};
    struct fws_error why = {0};
    unsigned used = 0;
    bool fit = fws_key_check_fit(key, 0, &used, &why) == FWS_OK;

    uri_of(key, &uri);
    fws_json_text(json, "label", key->label);
    fws_json_text(json, "type", key->pub.type);
    fws_json_hex(json, "id", key->id, key->id_size);
    fws_json_text(json, "token", key->token_label);
    fws_json_text(json, "serial", key->token_serial);
    fws_json_text(json, "model", key->token_model);
    fws_json_text(json, "uri", uri.data != NULL ? (const char *)uri.data : "");
    fws_json_digest(json, "spki", key->pub.spki_sha256);
    fws_json_bool(json, "fit", fit);
    if (!fit) {
        fws_json_text(json, "unfit_because", why.text);
    }
    put_flags(json, key);
}

static enum fws_status list_json(struct fws_cli *cli, const struct fws_key_list *list,
                                 struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_cli_json_begin(cli, &json, true);
    fws_json_array(&json, "keys");
    for (size_t i = 0; i < list->count; i++) {
        fws_json_object(&json, NULL);
        put_key_json(&json, &list->keys[i]);
        fws_json_end(&json);
    }
    fws_json_end(&json);
    return fws_cli_json_end(cli, &json, err);
}

static enum fws_status list_words(const struct fws_key_list *list, struct fws_error *err)
{
    FWS_AUTO(fws_text) text = {0};

    for (size_t i = 0; i < list->count; i++) {
        const struct fws_key *key = &list->keys[i];
        FWS_AUTO(fws_buf) uri = {0};
        struct fws_error why = {0};
        unsigned used = 0;
        bool fit = fws_key_check_fit(key, 0, &used, &why) == FWS_OK;

        uri_of(key, &uri);
        fws_text_put(&text, "%-20s %-11s %-8s %s\n", key->label, key->pub.type,
                     fit ? "fit" : "NOT FIT", uri.data != NULL ? (const char *)uri.data : "");
    }
    return fws_text_print(&text, err);
}

enum fws_status fws_cmd_key_list(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    FWS_AUTO(fws_key_list) list = {0};
    struct fws_uri any = {0};
    enum fws_status status = FWS_OK;

    (void)options;
    if (cli->operand_count == 1) {
        status = fws_uri_parse(cli->operands[0], &any, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_hsm(cli, err);
    }
    if (status == FWS_OK) {
        status = fws_hsm_key_list(cli->hsm, &any, &list, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    return cli->global.json ? list_json(cli, &list, err) : list_words(&list, err);
}

/* ---- show ---- */

static enum fws_status find_on_token(struct fws_cli *cli, const char *name, struct fws_key *out,
                                     struct fws_error *err)
{
    struct fws_key_choice choice;
    enum fws_status status = fws_cli_key(cli, name, &choice, err);

    if (status == FWS_OK && !choice.on_token) {
        status = fws_error_set(err, FWS_E_USAGE, "'%s' is a file, not a key on a token", name);
    }
    if (status == FWS_OK) {
        status = fws_cli_hsm(cli, err);
    }
    if (status == FWS_OK) {
        status = fws_hsm_key_find(cli->hsm, &choice.uri, out, err);
    }
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "key '%s'", name);
}

static enum fws_status show_words(const struct fws_key *key, struct fws_error *err)
{
    FWS_AUTO(fws_text) text = {0};
    FWS_AUTO(fws_buf) uri = {0};
    struct fws_error why = {0};
    char hex[2 * FWS_URI_ID_MAX + 1];
    char spki[FWS_DIGEST_TEXT_SIZE];
    unsigned used = 0;
    bool fit = fws_key_check_fit(key, 0, &used, &why) == FWS_OK;

    uri_of(key, &uri);
    fws_text_put(&text, "label     %s\ntype      %s\nid        %s\nspki      %s\n", key->label,
                 key->pub.type, fws_hex_encode(key->id, key->id_size, hex),
                 fws_digest_text(key->pub.spki_sha256, spki));
    fws_text_put(&text, "token     %s, serial %s, %s, firmware %s\nuri       %s\n",
                 key->token_label, key->token_serial, key->token_model, key->token_firmware,
                 uri.data != NULL ? (const char *)uri.data : "");
    fws_text_put(&text, "is        %s, %s, %s\nmay       %s%s%s%s%s\nfit       %s%s\n",
                 key->sensitive ? "sensitive" : "NOT SENSITIVE",
                 key->extractable ? "EXTRACTABLE" : "not extractable",
                 key->local ? "generated on the token" : "IMPORTED", key->sign ? "sign" : "",
                 key->sign_recover ? " SIGN-RECOVER" : "", key->decrypt ? " DECRYPT" : "",
                 key->unwrap ? " UNWRAP" : "", key->derive ? " DERIVE" : "",
                 fit ? "yes" : "no: ", fit ? "" : why.text);
    return fws_text_print(&text, err);
}

enum fws_status fws_cmd_key_show(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_key key;
    enum fws_status status = find_on_token(cli, cli->operands[0], &key, err);

    (void)options;
    if (status != FWS_OK || !cli->global.json) {
        return status == FWS_OK ? show_words(&key, err) : status;
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_object(&json, "key");
    put_key_json(&json, &key);
    fws_json_end(&json);
    return fws_cli_json_end(cli, &json, err);
}
