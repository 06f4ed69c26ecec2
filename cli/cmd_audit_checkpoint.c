/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/log.h"

struct checkpoint_options {
    bool print;
};

const struct fws_option fws_audit_checkpoint_options[] = {
    {"print", 0, FWS_OPTION_FLAG, offsetof(struct checkpoint_options, print), NULL,
     "print the newest one there is; touches neither token nor log", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_checkpoint_options_size = sizeof(struct checkpoint_options);

static enum fws_status settle(struct fws_cli *cli, struct fws_error *err)
{
    struct fws_cli_log log;
    enum fws_status status = fws_cli_log_open(cli, NULL, &log, err);

    if (status == FWS_OK) {
        status = fws_audit_settle(log.audit, err);
    }
    fws_cli_log_close(cli, &log);
    return status;
}

static enum fws_status say(struct fws_cli *cli, const struct fws_buf *note,
                           const struct fws_checkpoint *checkpoint, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    if (!cli->global.json) {
        return fws_cli_write(note->data, note->size, err);
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_text(&json, "origin", checkpoint->origin);
    fws_json_int(&json, "size", (int64_t)checkpoint->size);
    fws_json_digest(&json, "root", checkpoint->root);
    fws_json_text_n(&json, "note", (const char *)note->data, note->size);
    return fws_cli_json_end(cli, &json, err);
}

/* What is printed will be kept as evidence: it is checked before. */
static enum fws_status print_newest(struct fws_cli *cli, struct fws_error *err)
{
    FWS_AUTO(fws_trust) trust = {0};
    FWS_AUTO(fws_buf) note = {0};
    struct fws_checkpoint checkpoint;
    char *folder = NULL;
    enum fws_status status = fws_cli_log_folder(cli, &folder, err);

    if (status == FWS_OK) {
        status = fws_cli_log_trust(cli, NULL, &trust, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_newest(folder, &trust, &note, &checkpoint, err);
    }
    free(folder);
    return status == FWS_OK ? say(cli, &note, &checkpoint, err) : status;
}

enum fws_status fws_cmd_audit_checkpoint(struct fws_cli *cli, const void *values,
                                         struct fws_error *err)
{
    const struct checkpoint_options *options = values;
    enum fws_status status = options->print ? FWS_OK : settle(cli, err);

    return status == FWS_OK ? print_newest(cli, err) : status;
}
