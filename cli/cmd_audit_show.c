/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/log.h"
#include "cli/log_view.h"

/* Only ASCII, whatever the entry holds: it is for a terminal. */
static enum fws_status print_pretty(const struct fws_buf *line, struct fws_error *err)
{
    json_t *entry = json_loadb((const char *)line->data, line->size, JSON_REJECT_DUPLICATES, NULL);
    char *text = json_dumps(entry, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_PRESERVE_ORDER);
    enum fws_status status = FWS_OK;

    if (text == NULL) {
        status = fws_error_set(err, FWS_E_LOG_UNKNOWN, "the entry is no JSON; see 'audit verify'");
    } else {
        char *place = text;

        for (; (place = strchr(place, 0x7f)) != NULL; place++) {
            *place = '?';
        }
        status = fws_cli_print(err, "%s\n", text);
    }
    free(text);
    json_decref(entry);
    return status;
}

enum fws_status fws_cmd_audit_show(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    FWS_AUTO(fws_buf) line = {0};
    uint64_t index = 0;
    char *folder = NULL;

    (void)options;
    if (!fws_uint_from_text(cli->operands[0], &index)) {
        return fws_error_set(err, FWS_E_USAGE, "audit show takes an entry's index");
    }
    enum fws_status status = fws_cli_log_folder(cli, &folder, err);

    if (status == FWS_OK) {
        status = fws_audit_find(folder, index, &line, err);
    }
    free(folder);
    if (status != FWS_OK) {
        return status;
    }
    if (!cli->global.json) {
        return print_pretty(&line, err);
    }
    /* The bytes that were written, not a copy that says the same. */
    status = fws_buf_append(&line, "\n", 1, err);
    return status == FWS_OK ? fws_cli_write(line.data, line.size, err) : status;
}
