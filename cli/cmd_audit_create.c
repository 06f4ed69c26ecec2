/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/log.h"

struct create_options {
    const char *origin;
};

const struct fws_option fws_audit_create_options[] = {
    {"origin", 0, FWS_OPTION_TEXT, offsetof(struct create_options, origin), "NAME",
     "the log's name, e.g. example.org/release-log; no other log may have it", FWS_VALUES_ANY,
     NULL},
    {0},
};
const size_t fws_audit_create_options_size = sizeof(struct create_options);

/* --origin, else the name of the key that is pinned already, else one that nobody has. */
static enum fws_status choose_origin(const struct create_options *options,
                                     const struct fws_trust *trust,
                                     char out[FWS_AUDIT_ORIGIN_MAX + 1], struct fws_error *err)
{
    const char *pinned = trust->count > 0 ? trust->logs[0].name : NULL;
    const char *origin = options->origin != NULL ? options->origin : pinned;

    if (origin == NULL) {
        return fws_cli_log_name("fwsign", out, err);
    }
    if (!fws_origin_ok(origin)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--origin takes 1 to %u printable ASCII characters without blank, "
                             "quote, backslash and plus",
                             FWS_AUDIT_ORIGIN_MAX);
    }
    if (pinned != NULL && strcmp(origin, pinned) != 0) {
        return fws_error_set(err, FWS_E_CONFIG, "log-trust pins a key of log '%s', not '%s'",
                             pinned, origin);
    }
    memcpy(out, origin, strlen(origin) + 1);
    return FWS_OK;
}

static enum fws_status make(struct fws_cli *cli, const struct fws_log_key *key,
                            struct fws_error *err)
{
    char *folder = NULL;
    char *policy = fws_config_path(&cli->config, cli->config.policy);
    enum fws_status status = fws_cli_log_folder(cli, &folder, err);

    if (status == FWS_OK && policy == NULL) {
        status = fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
    }
    if (status == FWS_OK) {
        status = fws_cli_log_create(folder, policy, key, err);
    }
    if (status == FWS_E_EXISTS) {
        (void)fws_error_set(err, status, "there is a log in '%s'; no log is ever replaced", folder);
    }
    free(policy);
    free(folder);
    return status;
}

static enum fws_status say(struct fws_cli *cli, const struct fws_vkey *key, bool pinned,
                           struct fws_error *err)
{
    FWS_AUTO(fws_buf) vkey = {0};
    FWS_AUTO(fws_json) json = {0};
    enum fws_status status = fws_vkey_write(key, &vkey, err);

    if (status != FWS_OK) {
        return status;
    }
    if (!cli->global.json) {
        status = fws_cli_print(err, "%.*s\n", (int)vkey.size, (char *)vkey.data);
        if (!pinned) {
            fws_cli_note(cli,
                         "The log '%s' is made. Put its key into %s, and wherever proofs are to be "
                         "checked:\n\nlog-trust: [\"%.*s\"]",
                         key->name, cli->config.path, (int)vkey.size, (char *)vkey.data);
        }
        return status;
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_text(&json, "origin", key->name);
    fws_json_text_n(&json, "vkey", (const char *)vkey.data, vkey.size);
    fws_json_bool(&json, "pinned", pinned);
    return fws_cli_json_end(cli, &json, err);
}

static enum fws_status create(struct fws_cli *cli, const struct create_options *options,
                              const struct fws_trust *trust, struct fws_error *err)
{
    char origin[FWS_AUDIT_ORIGIN_MAX + 1];
    struct fws_cli_log_key key = {0};
    bool pinned = trust->count > 0;
    char *place = NULL;
    enum fws_status status = choose_origin(options, trust, origin, err);

    if (status == FWS_OK) {
        status = fws_cli_log_key_place(cli, &place, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_key_open(cli, place, origin, pinned ? trust : NULL, &key, err);
    }
    if (status == FWS_OK) {
        status = make(cli, &key.key, err);
    }
    if (status == FWS_OK) {
        status = say(cli, &key.key.vkey, pinned, err);
    }
    fws_cli_log_key_close(&key);
    free(place);
    return status;
}

enum fws_status fws_cmd_audit_create(struct fws_cli *cli, const void *options,
                                     struct fws_error *err)
{
    FWS_AUTO(fws_trust) trust = {0};
    enum fws_status status = fws_cli_config(cli, err);

    if (status == FWS_OK) {
        status = fws_cli_log_trust(cli, NULL, &trust, err);
    }
    return status == FWS_OK ? create(cli, options, &trust, err) : status;
}
