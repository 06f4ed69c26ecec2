/* SPDX-License-Identifier: Apache-2.0 */
/* Help, printed from the tables. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/text.h"
#include "cli/usage.h"

#define COLUMN 28

const struct fws_option fws_global_option_table[] = {
    {"config", 0, FWS_OPTION_TEXT, offsetof(struct fws_global_options, config), "FILE",
     "use this configuration instead of the nearest fwsign.yaml", FWS_VALUES_FILE, NULL},
    {"json", 0, FWS_OPTION_FLAG, offsetof(struct fws_global_options, json), NULL,
     "print one JSON object on standard output", FWS_VALUES_ANY, NULL},
    {"quiet", 'q', FWS_OPTION_FLAG, offsetof(struct fws_global_options, quiet), NULL,
     "no words on standard error but errors and warnings", FWS_VALUES_ANY, NULL},
    {"verbose", 'v', FWS_OPTION_FLAG, offsetof(struct fws_global_options, verbose), NULL,
     "say more", FWS_VALUES_ANY, NULL},
    {"pin-file", 0, FWS_OPTION_TEXT, offsetof(struct fws_global_options, pin_file), "FILE",
     "read the token's PIN from this file (yours, mode 0600)", FWS_VALUES_FILE, NULL},
    {"pin-fd", 0, FWS_OPTION_UINT, offsetof(struct fws_global_options, pin_fd), "N",
     "read the token's PIN from this open descriptor", FWS_VALUES_ANY, NULL},
    {"help", 'h', FWS_OPTION_FLAG, offsetof(struct fws_global_options, help), NULL,
     "print help and exit", FWS_VALUES_ANY, NULL},
    {"version", 0, FWS_OPTION_FLAG, offsetof(struct fws_global_options, version), NULL,
     "print the version and exit", FWS_VALUES_ANY, NULL},
    {0},
};

void fws_usage_option_text(const struct fws_option *option, char *out, size_t size)
{
    const char *argument = option->argument != NULL ? option->argument : "";
    const char *space = option->argument != NULL ? " " : "";

    if (option->letter != 0) {
        (void)snprintf(out, size, "-%c, --%s%s%s", option->letter, option->name, space, argument);
    } else {
        (void)snprintf(out, size, "--%s%s%s", option->name, space, argument);
    }
}

static void put_options(struct fws_text *text, const struct fws_option *table)
{
    for (; table->name != NULL; table++) {
        char spelled[80];

        fws_usage_option_text(table, spelled, sizeof spelled);
        if (strlen(spelled) < COLUMN) {
            fws_text_put(text, "  %-*s %s\n", COLUMN, spelled, table->doc);
        } else {
            fws_text_put(text, "  %s\n  %-*s %s\n", spelled, COLUMN, "", table->doc);
        }
    }
}

enum fws_status fws_usage_overview(struct fws_error *err)
{
    FWS_AUTO(fws_text) text = {0};

    fws_text_put(&text, "usage: fwsign COMMAND [OPTIONS] [OPERANDS]\n\n"
                        "Sign firmware with keys that never leave the HSM.\n\ncommands:\n");
    for (size_t i = 0; i < fws_command_count; i++) {
        fws_text_put(&text, "  %-*s %s\n", COLUMN, fws_commands[i].name, fws_commands[i].summary);
    }
    fws_text_put(&text, "\noptions of every command:\n");
    put_options(&text, fws_global_option_table);
    fws_text_put(&text, "\nexit codes:\n");
#define PUT_EXIT(number, name, doc) fws_text_put(&text, "  %-*d %s\n", 3, number, doc);
    FWS_EXIT_LIST(PUT_EXIT)
#undef PUT_EXIT
    fws_text_put(&text, "\n'fwsign COMMAND --help' says more.\n");
    return fws_text_print(&text, err);
}

enum fws_status fws_usage_command(const struct fws_command *command, struct fws_error *err)
{
    FWS_AUTO(fws_text) text = {0};

    fws_text_put(&text, "usage: fwsign %s [OPTIONS]%s%s\n\n%s\n", command->name,
                 command->operands[0] != '\0' ? " " : "", command->operands, command->summary);
    if (command->description[0] != '\0') {
        fws_text_put(&text, "\n%s\n", command->description);
    }
    if (command->options != NULL) {
        fws_text_put(&text, "\noptions:\n");
        put_options(&text, command->options);
    }
    fws_text_put(&text, "\noptions of every command:\n");
    put_options(&text, fws_global_option_table);
    return fws_text_print(&text, err);
}
