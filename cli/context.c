/* SPDX-License-Identifier: Apache-2.0 */
/* What commands share: configuration, HSM, and what KEY means. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "cli/cli.h"

#define PEM_MAX_SIZE 65536u

static void say_what_counts(const struct fws_cli *cli)
{
    if (cli->config.overrides) {
        fws_cli_note(cli, "%s is enforced; every other configuration is ignored", cli->config.path);
    }
}

enum fws_status fws_cli_config(struct fws_cli *cli, struct fws_error *err)
{
    if (cli->config_loaded) {
        return FWS_OK;
    }
    enum fws_status status = fws_config_load(cli->global.config, &cli->config, err);

    cli->config_loaded = status == FWS_OK;
    if (cli->config_loaded) {
        say_what_counts(cli);
    }
    return status;
}

enum fws_status fws_cli_config_enforced(struct fws_cli *cli, bool *enforced, struct fws_error *err)
{
    enum fws_status status = fws_config_enforced(cli->global.config, enforced, &cli->config, err);

    cli->config_loaded = status == FWS_OK && *enforced;
    if (cli->config_loaded) {
        say_what_counts(cli);
    }
    return status;
}

enum fws_status fws_cli_hsm(struct fws_cli *cli, struct fws_error *err)
{
    if (cli->hsm != NULL) {
        return FWS_OK;
    }
    enum fws_status status = fws_cli_config(cli, err);

    if (status != FWS_OK) {
        return status;
    }
    const struct fws_config *config = &cli->config;

    if (config->hsm.module == NULL) {
        return fws_error_set(err, FWS_E_CONFIG, "%s: no 'hsm' section, so no key on a token",
                             config->path);
    }
    cli->hsm_options = (struct fws_hsm_options){
        .module = config->hsm.module,
        .env = config->hsm.env,
        .env_count = config->hsm.environment.count,
        .work_dir = config->folder,
        .deadline_ms = (unsigned)config->hsm.deadline_ms,
        .pin = fws_cli_pin,
        .pin_context = cli,
    };
    status = fws_hsm_open(&cli->hsm_options, &cli->hsm, err);
    if (status == FWS_OK) {
        fws_hsm_prepare(cli->hsm);
    }
    return status;
}

static enum fws_status from_config(const struct fws_config *config,
                                   const struct fws_config_key *key, struct fws_key_choice *out,
                                   struct fws_error *err)
{
    static const char prefix[] = "sha256:";
    const char *pin = key->spki_sha256;

    out->on_token = true;
    out->alg = (enum fws_algorithm)key->algorithm;
    if (pin != NULL) {
        if (strncmp(pin, prefix, sizeof prefix - 1) != 0 ||
            fws_hex_decode(pin + sizeof prefix - 1, strlen(pin) - (sizeof prefix - 1),
                           out->spki_sha256, 32) != FWS_OK) {
            return fws_error_set(err, FWS_E_CONFIG,
                                 "%s: key '%s': spki-sha256 takes sha256:<64 hex digits>",
                                 config->path, key->name);
        }
        out->pinned = true;
    }
    return fws_uri_parse(key->uri, &out->uri, err);
}

static enum fws_status unknown_key(const struct fws_cli *cli, const char *name,
                                   struct fws_error *err)
{
    const struct fws_config_key *keys = cli->config.keys.items;
    const char **names = calloc(cli->config.keys.count + 1, sizeof names[0]);
    const char *closest = NULL;
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; names != NULL && i < cli->config.keys.count; i++) {
        names[i] = keys[i].name;
    }
    if (names != NULL) {
        closest = fws_closest(name, names);
    }
    (void)fws_error_quote(name, strlen(name), quoted);
    if (closest != NULL) {
        (void)fws_error_set(err, FWS_E_KEY_NOT_FOUND,
                            "'%s' is no configured key, URI or PEM file (did you mean '%s'?)",
                            quoted, closest);
    } else {
        (void)fws_error_set(err, FWS_E_KEY_NOT_FOUND, "'%s' is no configured key, URI or PEM file",
                            quoted);
    }
    free(names);
    return err->status;
}

enum fws_status fws_cli_key(struct fws_cli *cli, const char *name, struct fws_key_choice *out,
                            struct fws_error *err)
{
    struct fws_error no_config = {0};

    *out = (struct fws_key_choice){.name = name};
    /* A PEM file or a URI has a meaning without a configuration; a name has not. */
    enum fws_status config_status = fws_cli_config(cli, &no_config);
    const struct fws_config_key *key =
        config_status == FWS_OK ? fws_config_key_find(&cli->config, name) : NULL;

    if (key != NULL) {
        return from_config(&cli->config, key, out, err);
    }
    if (strncmp(name, "pkcs11:", 7) == 0) {
        out->on_token = true;
        enum fws_status status = fws_uri_parse(name, &out->uri, err);

        if (status == FWS_OK && out->uri.module_path[0] != '\0' && cli->config_loaded &&
            (cli->config.hsm.module == NULL ||
             strcmp(out->uri.module_path, cli->config.hsm.module) != 0)) {
            return fws_error_set(err, FWS_E_URI, "module-path is not the configured module");
        }
        return status;
    }
    if (access(name, F_OK) == 0) {
        out->pem_path = name;
        return FWS_OK;
    }
    if (config_status != FWS_OK) {
        *err = no_config;
        return config_status;
    }
    return unknown_key(cli, name, err);
}

enum fws_status fws_cli_pubkey(struct fws_cli *cli, const char *name, struct fws_pubkey *out,
                               struct fws_error *err)
{
    struct fws_key_choice choice;
    enum fws_status status = fws_cli_key(cli, name, &choice, err);

    if (status != FWS_OK) {
        return status;
    }
    if (choice.pem_path != NULL) {
        FWS_AUTO(fws_buf) pem = {0};

        status = fws_file_read(choice.pem_path, PEM_MAX_SIZE, &pem, err);
        if (status == FWS_OK) {
            status = fws_pubkey_is_lms(pem.data, pem.size)
                         ? fws_pubkey_from_lms(pem.data, pem.size, out, err)
                         : fws_pubkey_from_pem((const char *)pem.data, pem.size, out, err);
        }
        return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "key '%s'", name);
    }
    struct fws_key key;

    status = fws_cli_hsm(cli, err);
    if (status == FWS_OK) {
        status = fws_hsm_key_find(cli->hsm, &choice.uri, &key, err);
    }
    if (status != FWS_OK) {
        return fws_error_wrap(err, "key '%s'", name);
    }
    if (choice.pinned && memcmp(choice.spki_sha256, key.pub.spki_sha256, 32) != 0) {
        return fws_error_set(err, FWS_E_KEY_PIN_MISMATCH,
                             "key '%s': the token shows another key than the configuration pins",
                             name);
    }
    *out = key.pub;
    return FWS_OK;
}
