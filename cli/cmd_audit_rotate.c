/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/commands.h"
#include "cli/log.h"
#include "cli/text.h"

struct rotate_options {
    const char *new_key;
};

const struct fws_option fws_audit_rotate_options[] = {
    {"new-key", 0, FWS_OPTION_TEXT, offsetof(struct rotate_options, new_key), "KEY-URI",
     "the key that is to sign the log from now on", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_rotate_options_size = sizeof(struct rotate_options);

/* What the configuration must say. The old key stays: what it has signed is still to be believed. */
static enum fws_status put_change(const char *where, const struct fws_trust *trust,
                                  const struct fws_buf *vkey, struct fws_text *text,
                                  struct fws_error *err)
{
    fws_text_put(text, "log-key: \"%s\"\nlog-trust:\n", where);
    for (size_t i = 0; i < trust->count; i++) {
        FWS_AUTO(fws_buf) old = {0};

        if (text->error.status == FWS_OK &&
            fws_vkey_write(&trust->logs[i], &old, &text->error) == FWS_OK) {
            fws_text_put(text, "  - \"%.*s\"\n", (int)old.size, (char *)old.data);
        }
    }
    fws_text_put(text, "  - \"%.*s\"", (int)vkey->size, (char *)vkey->data);
    if (text->error.status != FWS_OK) {
        *err = text->error;
    }
    return text->error.status;
}

static enum fws_status say(struct fws_cli *cli, const char *origin, const struct fws_buf *vkey,
                           const struct fws_text *change, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    if (!cli->global.json) {
        enum fws_status status = fws_cli_print(err, "%.*s\n", (int)vkey->size, (char *)vkey->data);

        fws_cli_note(cli,
                     "The log has a new key. Nothing can be signed before %s says so, and who "
                     "checks proofs needs the new key too:\n\n%.*s",
                     cli->config.path, (int)change->buf.size, (char *)change->buf.data);
        return status;
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_text(&json, "origin", origin);
    fws_json_text_n(&json, "vkey", (const char *)vkey->data, vkey->size);
    fws_json_text_n(&json, "configuration", (const char *)change->buf.data, change->buf.size);
    return fws_cli_json_end(cli, &json, err);
}

static bool is_known(const struct fws_trust *trust, const struct fws_vkey *key)
{
    for (size_t i = 0; i < trust->count; i++) {
        if (memcmp(trust->logs[i].key.spki_sha256, key->key.spki_sha256, 32) == 0) {
            return true;
        }
    }
    return false;
}

static enum fws_status hand_over(struct fws_cli *cli, const char *where, struct fws_cli_log *log,
                                 const struct fws_log_key *next, struct fws_error *err)
{
    FWS_AUTO(fws_buf) vkey = {0};
    FWS_AUTO(fws_text) change = {0};
    enum fws_status status = fws_vkey_write(&next->vkey, &vkey, err);

    if (status == FWS_OK) {
        status = put_change(where, &log->trust, &vkey, &change, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    status = fws_audit_rotate(log->audit, &next->signer, err);
    if (status != FWS_OK) {
        fws_cli_warn("warning: where 'fwsign audit log --type log.key' shows that the log was "
                     "handed over all the same, the configuration must say:\n\n%.*s\n",
                     (int)change.buf.size, (char *)change.buf.data);
        return status;
    }
    return say(cli, next->vkey.name, &vkey, &change, err);
}

static enum fws_status rotate(struct fws_cli *cli, const char *where, struct fws_cli_log *log,
                              struct fws_cli_log_key *next, struct fws_error *err)
{
    enum fws_status status =
        fws_cli_log_key_open(cli, where, log->trust.logs[0].name, NULL, next, err);

    /* One that was replaced may be known to somebody: it does not come back. */
    if (status == FWS_OK && is_known(&log->trust, &next->key.vkey)) {
        return fws_error_set(err, FWS_E_LOG_KEY, "the log has or had this key already");
    }
    return status == FWS_OK ? hand_over(cli, where, log, &next->key, err) : status;
}

enum fws_status fws_cmd_audit_rotate(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct rotate_options *options = values;
    struct fws_cli_log log;
    struct fws_cli_log_key next = {0};

    if (options->new_key == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "audit rotate needs --new-key");
    }
    enum fws_status status = fws_cli_log_open(cli, NULL, &log, err);

    if (status == FWS_OK) {
        status = rotate(cli, options->new_key, &log, &next, err);
    }
    fws_cli_log_close(cli, &log); /* keeps its keys to the last */
    fws_cli_log_key_close(&next);
    return status;
}
