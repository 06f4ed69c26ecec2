/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/commands.h"
#include "cli/log.h"

#define NOTE_MAX 1024u /* bytes; it must fit a line of the log */

struct ack_options {
    const char *note;
};

const struct fws_option fws_audit_ack_options[] = {
    {"note", 0, FWS_OPTION_TEXT, offsetof(struct ack_options, note), "TEXT",
     "what was found out, for the record", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_ack_options_size = sizeof(struct ack_options);

static enum fws_status acknowledge(struct fws_cli *cli, const char *by, const char *note,
                                   uint64_t *marks, struct fws_error *err)
{
    struct fws_cli_log log;
    enum fws_status status = fws_cli_log_open(cli, NULL, &log, err);

    if (status == FWS_OK) {
        status = fws_audit_acknowledge(log.audit, by, note, marks, err);
        if (status == FWS_E_NOT_FOUND) {
            *err = (struct fws_error){0};
            *marks = 0;
            status = FWS_OK;
        }
    }
    fws_cli_log_close(cli, &log);
    return status;
}

enum fws_status fws_cmd_audit_ack(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct ack_options *options = values;
    const char *note = options->note != NULL ? options->note : "";
    FWS_AUTO(fws_json) json = {0};
    char by[FWS_CLI_CALLER_SIZE];
    uint64_t marks = 0;

    if (strlen(note) > NOTE_MAX) {
        return fws_error_set(err, FWS_E_USAGE, "--note takes at most %u bytes", NOTE_MAX);
    }
    enum fws_status status = fws_cli_config(cli, err);

    if (status == FWS_OK) {
        fws_mode_caller(&cli->config, by);
        status = acknowledge(cli, by, note, &marks, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (!cli->global.json) {
        return marks == 0 ? fws_cli_print(err, "nothing to acknowledge\n")
                          : fws_cli_print(err, "acknowledged: %llu mark%s of crashes\n",
                                          (unsigned long long)marks, marks == 1 ? "" : "s");
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_int(&json, "marks", (int64_t)marks);
    fws_json_text(&json, "by", by);
    return fws_cli_json_end(cli, &json, err);
}
