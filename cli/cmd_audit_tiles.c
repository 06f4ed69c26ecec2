/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/log.h"

struct tiles_options {
    const char *output;
};

const struct fws_option fws_audit_tiles_options[] = {
    {"output", 'o', FWS_OPTION_TEXT, offsetof(struct tiles_options, output), "DIR",
     "folder for the tiles; made when missing", FWS_VALUES_FOLDER, NULL},
    {0},
};
const size_t fws_audit_tiles_options_size = sizeof(struct tiles_options);

static enum fws_status derive(struct fws_cli *cli, const char *output, struct fws_error *err)
{
    FWS_AUTO(fws_trust) trust = {0};
    char *folder = NULL;
    enum fws_status status = fws_cli_log_folder(cli, &folder, err);

    if (status == FWS_OK) {
        status = fws_cli_log_trust(cli, NULL, &trust, err);
    }
    if (status == FWS_OK) {
        status = fws_audit_tiles(folder, output, &trust, err);
    }
    free(folder);
    return status;
}

enum fws_status fws_cmd_audit_tiles(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct tiles_options *options = values;
    FWS_AUTO(fws_json) json = {0};

    if (options->output == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "audit tiles needs --output DIR");
    }
    enum fws_status status = derive(cli, options->output, err);

    if (status != FWS_OK) {
        return status;
    }
    if (!cli->global.json) {
        fws_cli_note(cli, "%s: tiles of the log's newest checkpoint", options->output);
        return FWS_OK;
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_text(&json, "output", options->output);
    return fws_cli_json_end(cli, &json, err);
}
