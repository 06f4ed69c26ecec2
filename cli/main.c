/* SPDX-License-Identifier: Apache-2.0 */
/* Look up the command, parse its options, call it, report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "cli/behalf.h"
#include "cli/cli.h"
#include "cli/exit.h"

/* The environment is readable to other processes of this user and inherited by children: take the
 * PIN out of it before anything else happens, and wipe where it stood. */
static enum fws_status take_env_pin(struct fws_cli *cli, struct fws_error *err)
{
    char *value = getenv("FWSIGN_PIN");

    if (value == NULL) {
        return FWS_OK;
    }
    enum fws_status status = fws_secret_set(&cli->env_pin, value, strlen(value), err);

    cli->env_pin_given = status == FWS_OK && cli->env_pin.size > 0;
    explicit_bzero(value, strlen(value));
    (void)unsetenv("FWSIGN_PIN");
    return status;
}

/* "key list" is found by two words, "sign" by one; *words says how many were used. */
static const struct fws_command *find_command(int argc, char **argv, int *words)
{
    char two[64] = "";

    if (argc > 1) {
        (void)snprintf(two, sizeof two, "%s %s", argv[0], argv[1]);
    }
    for (size_t i = 0; i < fws_command_count; i++) {
        if (strcmp(fws_commands[i].name, two) == 0) {
            *words = 2;
            return &fws_commands[i];
        }
        if (strcmp(fws_commands[i].name, argv[0]) == 0) {
            *words = 1;
            return &fws_commands[i];
        }
    }
    return NULL;
}

/* "key" alone, or "key lost": name what could follow. */
static enum fws_status unknown_command(int argc, char **argv, struct fws_error *err)
{
    const char *names[64];
    char quoted[FWS_ERROR_QUOTE_SIZE];
    char both[192];
    size_t count = 0;

    (void)fws_error_quote(argv[0], strlen(argv[0]), quoted);
    for (size_t i = 0; i < fws_command_count && count < 63; i++) {
        names[count++] = fws_commands[i].name;
    }
    names[count] = NULL;
    (void)snprintf(both, sizeof both, "%.80s%s%.80s", argv[0], argc > 1 ? " " : "",
                   argc > 1 ? argv[1] : "");
    const char *closest = fws_closest(both, names);

    if (closest == NULL) {
        closest = fws_closest(argv[0], names);
    }
    size_t length = strlen(argv[0]);

    for (size_t i = 0; closest == NULL && i < count; i++) {
        if (strncmp(names[i], argv[0], length) == 0 && names[i][length] == ' ') {
            closest = names[i];
        }
    }
    if (closest != NULL) {
        return fws_error_set(err, FWS_E_USAGE, "unknown command '%s' (did you mean '%s'?)", quoted,
                             closest);
    }
    return fws_error_set(err, FWS_E_USAGE, "unknown command '%s'; 'fwsign --help' lists them",
                         quoted);
}

static enum fws_status check_operands(const struct fws_cli *cli, struct fws_error *err)
{
    const struct fws_command *command = cli->command;

    if (cli->operand_count < command->operands_min) {
        return fws_error_set(err, FWS_E_USAGE, "%s needs %s; see 'fwsign %s --help'", command->name,
                             command->operands, command->name);
    }
    if (command->operands_max >= 0 && cli->operand_count > command->operands_max) {
        char quoted[FWS_ERROR_QUOTE_SIZE];
        const char *extra = cli->operands[command->operands_max];

        return fws_error_set(err, FWS_E_USAGE, "%s: '%s' is one operand too many", command->name,
                             fws_error_quote(extra, strlen(extra), quoted));
    }
    return FWS_OK;
}

static enum fws_status run_command(struct fws_cli *cli, int argc, char **argv,
                                   struct fws_error *err)
{
    const size_t *size = cli->command->options_size;
    void *values = calloc(1, size != NULL ? *size : 1);
    struct fws_option_set sets[] = {{cli->command->options, values},
                                    {fws_global_option_table, &cli->global}};
    enum fws_status status = FWS_OK;

    if (values == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for options");
    }
    status = fws_options_parse(sets, 2, argc, argv, &cli->operand_count, err);
    cli->operands = argv;
    if (status == FWS_OK && cli->global.help) {
        status = fws_usage_command(cli->command, err);
    } else if (status == FWS_OK) {
        status = check_operands(cli, err);
        if (status == FWS_OK) {
            status = fws_behalf_begin(cli, values, err);
        }
        if (status == FWS_OK) {
            status = cli->command->run(cli, values, err);
        }
    }
    free(values);
    return status;
}

/* Global options may stand before the command: skip them to find it. Their values are parsed again
 * together with the command's own. */
static int command_at(int argc, char **argv)
{
    int at = 1;

    for (; at < argc && argv[at][0] == '-' && argv[at][1] != '\0'; at++) {
        if (strcmp(argv[at], "--config") == 0 || strcmp(argv[at], "--pin-file") == 0 ||
            strcmp(argv[at], "--pin-fd") == 0) {
            at++;
        }
    }
    return at < argc ? at : argc;
}

static enum fws_status run_without_command(struct fws_cli *cli, int argc, char **argv,
                                           struct fws_error *err)
{
    struct fws_option_set global = {fws_global_option_table, &cli->global};
    int operands = 0;
    enum fws_status status = fws_options_parse(&global, 1, argc - 1, argv + 1, &operands, err);

    if (status != FWS_OK) {
        return status;
    }
    if (cli->global.version) {
        return fws_cli_print(err, "fwsign %s\n", FWSIGN_VERSION);
    }
    if (cli->global.help) {
        return fws_usage_overview(err);
    }
    return fws_error_set(err, FWS_E_USAGE, "no command; 'fwsign --help' lists them");
}

static enum fws_status dispatch(struct fws_cli *cli, int argc, char **argv, struct fws_error *err)
{
    int at = command_at(argc, argv);
    int words = 0;

    if (at == argc) {
        return run_without_command(cli, argc, argv, err);
    }
    cli->command = find_command(argc - at, argv + at, &words);
    if (cli->command == NULL) {
        return unknown_command(argc - at, argv + at, err);
    }
    /* Close the gap, so that options before and after the command are one list. */
    memmove(argv + at, argv + at + words, (size_t)(argc - at - words) * sizeof argv[0]);
    return run_command(cli, argc - words - 1, argv + 1, err);
}

/* Bad usage is reported before --json was parsed, so look for the word itself. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return true;
        }
    }
    return false;
}

static void report(struct fws_cli *cli, bool json, const struct fws_error *err)
{
    if (err->status == FWS_OK) {
        return;
    }
    if (json && !cli->reported) {
        FWS_AUTO(fws_json) object = {0};
        struct fws_error ignored = {0};

        fws_cli_json_begin(cli, &object, false);
        fws_cli_json_error(&object, "error", err);
        if (fws_cli_json_end(cli, &object, &ignored) == FWS_OK) {
            return;
        }
    }
    if (!json && err->text[0] != '\0') {
        const char *advice = fws_status_advice(err->status);

        (void)fprintf(stderr, "fwsign: %s\n", err->text);
        if (advice[0] != '\0' && err->status != FWS_E_USAGE) {
            (void)fprintf(stderr, "        %s\n", advice);
        }
    }
}

static void cleanup(struct fws_cli *cli)
{
    fws_hsm_close(&cli->hsm);
    fws_config_free(&cli->config);
    fws_secret_free(&cli->env_pin);
}

int main(int argc, char **argv)
{
    fws_hsm_worker_main(argc, argv);

    struct fws_cli cli = {0};
    struct fws_error err = {0};
    bool json = wants_json(argc, argv);
    enum fws_status status = take_env_pin(&cli, &err);

    if (status == FWS_OK) {
        status = fws_process_harden(&err);
    }
    fws_process_catch_stop();
    if (status == FWS_OK) {
        status = dispatch(&cli, argc, argv, &err);
    }
    err.status = status;
    report(&cli, json, &err);
    cleanup(&cli);
    if (status == FWS_E_INTERRUPTED) {
        fws_process_die_of_stop_signal();
    }
    return (int)fws_exit_of(status);
}
