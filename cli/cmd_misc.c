/* SPDX-License-Identifier: Apache-2.0 */
/* Commands about fwsign itself. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/manual.h"
#include "cli/mode.h"

enum fws_status fws_cmd_version(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    (void)options;
    if (!cli->global.json) {
        return fws_cli_print(err, "fwsign %s\n", FWSIGN_VERSION);
    }
    fws_cli_json_begin(cli, &json, true);
    fws_json_text(&json, "version", FWSIGN_VERSION);
    fws_json_array(&json, "exit_codes");
#define PUT_EXIT(number, name, doc)                                                                \
    fws_json_object(&json, NULL);                                                                  \
    fws_json_int(&json, "code", number);                                                           \
    fws_json_text(&json, "meaning", doc);                                                          \
    fws_json_end(&json);
    FWS_EXIT_LIST(PUT_EXIT)
#undef PUT_EXIT
    fws_json_end(&json);
    return fws_cli_json_end(cli, &json, err);
}

enum fws_status fws_cmd_completion(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    (void)options;
    return fws_completion_print(cli->operands[0], err);
}

struct manual_options {
    const char *folder;
};

const struct fws_option fws_manual_options[] = {
    {"dir", 0, FWS_OPTION_TEXT, offsetof(struct manual_options, folder), "FOLDER",
     "where to write the pages (default: here)", FWS_VALUES_FOLDER, NULL},
    {0},
};
const size_t fws_manual_options_size = sizeof(struct manual_options);

enum fws_status fws_cmd_manual(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct manual_options *options = values;

    (void)cli;
    return fws_manual_write(options->folder != NULL ? options->folder : ".", err);
}

struct config_show_options {
    bool origin;
};

const struct fws_option fws_config_show_options[] = {
    {"origin", 0, FWS_OPTION_FLAG, offsetof(struct config_show_options, origin), NULL,
     "name the source of each value", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_config_show_options_size = sizeof(struct config_show_options);

static const char *or_none(const char *text)
{
    return text != NULL ? text : "";
}

enum fws_status fws_cmd_config_show(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct config_show_options *options = values;
    const struct fws_config *config = &cli->config;
    enum fws_status status = fws_cli_config(cli, err);

    if (status != FWS_OK) {
        return status;
    }
    const char *found_by = config->enforced                  ? "enforced"
                           : cli->global.config != NULL      ? "--config"
                           : getenv("FWSIGN_CONFIG") != NULL ? "FWSIGN_CONFIG"
                                                             : "search";
    const char *pin_by = getenv("FWSIGN_PIN_FILE") != NULL ? "FWSIGN_PIN_FILE" : config->path;
    const struct {
        const char *name, *value, *origin;
    } rows[] = {
        {"config", config->path, found_by},
        {"mode", fws_mode_name(config), config->path},
        {"service", or_none(config->service), config->path},
        {"hsm.module", or_none(config->hsm.module), config->path},
        {"hsm.pin-file",
         or_none(getenv("FWSIGN_PIN_FILE") != NULL ? getenv("FWSIGN_PIN_FILE")
                                                   : config->hsm.pin_file),
         pin_by},
        {"log-key", or_none(config->log_key), config->path},
        {"log-trust", config->log_trust.count > 0 ? config->log_trust.items[0] : "", config->path},
        {"high-water", or_none(config->high_water), config->path},
        {"policy", config->policy, config->path},
        {"audit", config->audit, config->path},
    };
    FWS_AUTO(fws_json) json = {0};

    fws_cli_json_begin(cli, &json, true);
    fws_json_array(&json, "values");
    for (size_t i = 0; status == FWS_OK && i < sizeof rows / sizeof rows[0]; i++) {
        fws_json_object(&json, NULL);
        fws_json_text(&json, "name", rows[i].name);
        fws_json_text(&json, "value", rows[i].value);
        fws_json_text(&json, "origin", rows[i].origin);
        fws_json_end(&json);
        if (!cli->global.json) {
            status = fws_cli_print(err, "%-13s %s%s%s\n", rows[i].name, rows[i].value,
                                   options->origin ? "    # " : "",
                                   options->origin ? rows[i].origin : "");
        }
    }
    fws_json_end(&json);
    return cli->global.json ? fws_cli_json_end(cli, &json, err) : status;
}
