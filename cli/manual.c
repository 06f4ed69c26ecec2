/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages, printed from the tables. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/exit.h"
#include "cli/manual.h"
#include "cli/text.h"
#include "cli/usage.h"

/* roff reads '-', '\\' and a leading '.' or '\'' as its own. */
static void put_roff(struct fws_text *text, const char *words)
{
    bool line_start = true;

    for (; *words != '\0'; words++) {
        if (line_start && (*words == '.' || *words == '\'')) {
            fws_text_put(text, "\\&");
        }
        if (*words == '-' || *words == '\\') {
            fws_text_put(text, *words == '-' ? "\\-" : "\\e");
        } else {
            fws_text_put(text, "%c", *words);
        }
        line_start = *words == '\n';
    }
}

static void put_options(struct fws_text *text, const char *title, const struct fws_option *table)
{
    fws_text_put(text, ".SH %s\n", title);
    for (; table != NULL && table->name != NULL; table++) {
        char spelled[80];

        fws_usage_option_text(table, spelled, sizeof spelled);
        fws_text_put(text, ".TP\n.B ");
        put_roff(text, spelled);
        fws_text_put(text, "\n");
        put_roff(text, table->doc);
        fws_text_put(text, "\n");
    }
}

static void put_exit_codes(struct fws_text *text)
{
    fws_text_put(text, ".SH EXIT STATUS\n");
#define PUT_EXIT(number, name, doc)                                                                \
    fws_text_put(text, ".TP\n.B %d\n", number);                                                    \
    put_roff(text, doc);                                                                           \
    fws_text_put(text, "\n");
    FWS_EXIT_LIST(PUT_EXIT)
#undef PUT_EXIT
}

static void put_overview(struct fws_text *text)
{
    fws_text_put(text,
                 ".TH FWSIGN 1 \"\" \"fwsign %s\"\n.SH NAME\nfwsign \\- sign firmware with "
                 "keys that never leave the HSM\n.SH SYNOPSIS\n.B fwsign\n"
                 ".I COMMAND\n[\\fIOPTIONS\\fR] [\\fIOPERANDS\\fR]\n.SH COMMANDS\n",
                 FWSIGN_VERSION);
    for (size_t i = 0; i < fws_command_count; i++) {
        fws_text_put(text, ".TP\n.B fwsign %s\n", fws_commands[i].name);
        put_roff(text, fws_commands[i].summary);
        fws_text_put(text, "\n");
    }
    put_options(text, "OPTIONS OF EVERY COMMAND", fws_global_option_table);
    put_exit_codes(text);
}

static void put_command(struct fws_text *text, const struct fws_command *command,
                        const char *page_name)
{
    fws_text_put(text, ".TH ");
    for (const char *c = page_name; *c != '\0'; c++) {
        fws_text_put(text, "%c", toupper((unsigned char)*c));
    }
    fws_text_put(text, " 1 \"\" \"fwsign %s\"\n.SH NAME\n", FWSIGN_VERSION);
    put_roff(text, page_name);
    fws_text_put(text, " \\- ");
    put_roff(text, command->summary);
    fws_text_put(text, "\n.SH SYNOPSIS\n.B fwsign %s\n[\\fIOPTIONS\\fR] ", command->name);
    put_roff(text, command->operands);
    fws_text_put(text, "\n");
    if (command->description[0] != '\0') {
        fws_text_put(text, ".SH DESCRIPTION\n.nf\n");
        put_roff(text, command->description);
        fws_text_put(text, "\n.fi\n");
    }
    if (command->options != NULL) {
        put_options(text, "OPTIONS", command->options);
    }
    put_options(text, "OPTIONS OF EVERY COMMAND", fws_global_option_table);
    fws_text_put(text, ".SH SEE ALSO\n.BR fwsign (1)\n");
}

static enum fws_status write_page(struct fws_text *text, const char *folder, const char *name,
                                  struct fws_error *err)
{
    char file[96];

    if (text->error.status != FWS_OK) {
        *err = text->error;
        return err->status;
    }
    (void)snprintf(file, sizeof file, "%.80s.1", name);
    char *path = fws_path_join(folder, file);
    enum fws_status status = path == NULL ? fws_error_set(err, FWS_E_MEMORY, "no memory for a path")
                                          : fws_file_replace(path, text->buf.data, text->buf.size,
                                                             FWS_OUTPUT_REPLACE, 0644, err);

    free(path);
    return status;
}

enum fws_status fws_manual_write(const char *folder, struct fws_error *err)
{
    FWS_AUTO(fws_text) overview = {0};

    put_overview(&overview);
    enum fws_status status = write_page(&overview, folder, "fwsign", err);

    for (size_t i = 0; status == FWS_OK && i < fws_command_count; i++) {
        FWS_AUTO(fws_text) page = {0};
        char name[80];

        (void)snprintf(name, sizeof name, "fwsign-%.60s", fws_commands[i].name);
        for (char *c = name; *c != '\0'; c++) {
            *c = *c == ' ' ? '-' : *c;
        }
        put_command(&page, &fws_commands[i], name);
        status = write_page(&page, folder, name, err);
    }
    return status;
}
