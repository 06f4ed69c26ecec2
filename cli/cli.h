/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line: one row and one cmd_<name>.c a command. A command parses options, calls the
 * library, and prints. Results go to standard output, words for people to standard error.
 */
#ifndef FWS_CLI_CLI_H
#define FWS_CLI_CLI_H

#include <sys/types.h>

#include "base/json.h"
#include "base/secret.h"
#include "cli/config.h"
#include "cli/options.h"
#include "keys/keys.h"

#define FWS_JSON_SCHEMA 1

struct fws_global_options {
    const char *config;
    bool json, quiet, verbose, help, version;
    const char *pin_file;
    struct fws_option_uint pin_fd;
};

struct fws_cli;

struct fws_command {
    const char *name; /* "sign", "key list" */
    enum fws_status (*run)(struct fws_cli *cli, const void *options, struct fws_error *err);
    const char *summary;              /* one line */
    const char *operands;             /* "IN..."; "" = none */
    int operands_min, operands_max;   /* max -1 = any number */
    const struct fws_option *options; /* NULL = none */
    const size_t *options_size;       /* of the struct its offsets point into; NULL = none */
    enum fws_option_values operand_values;
    const char *operand_choices;
    const char *description; /* paragraphs for --help and the manual; "" = none */
};

struct fws_cli {
    const struct fws_command *command;
    struct fws_global_options global;
    char **operands;
    int operand_count;
    struct fws_secret env_pin; /* what FWSIGN_PIN held, wiped from the environment */
    bool env_pin_given;
    struct fws_config config; /* after fws_cli_config */
    bool config_loaded;
    struct {
        bool given;
        uid_t owner;
    } behalf; /* see cli/behalf.h */
    struct fws_hsm_options hsm_options;
    struct fws_hsm *hsm; /* after fws_cli_hsm */
    bool reported;       /* the command has printed its JSON object itself */
};

extern const struct fws_command fws_commands[];
extern const size_t fws_command_count;
extern const struct fws_option fws_global_option_table[];

/* Words for people on standard error; nothing with --quiet. */
void fws_cli_note(const struct fws_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Words that --quiet does not silence. */
void fws_cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Results on standard output; FWS_E_IO when it cannot be written (closed pipe, full disk). */
FWS_MUST_USE enum fws_status fws_cli_print(struct fws_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
FWS_MUST_USE enum fws_status fws_cli_write(const void *data, size_t size, struct fws_error *err);

/* Begin the one JSON object of a command: {"schema":1,"command":...,"ok":...; the caller adds
 * members and calls fws_cli_json_end, which closes, prints and marks the command as reported. */
void fws_cli_json_begin(struct fws_cli *cli, struct fws_json *json, bool ok);
FWS_MUST_USE enum fws_status fws_cli_json_end(struct fws_cli *cli, struct fws_json *json,
                                              struct fws_error *err);

/* The object of a command with an entry an input: list (an array, still open) as member;
 * first is the first failure (FWS_OK when there was none). */
FWS_MUST_USE enum fws_status fws_cli_json_list(struct fws_cli *cli, const char *member,
                                               struct fws_json *list, const struct fws_error *first,
                                               struct fws_error *err);

/* Add "error": {...} for err. */
void fws_cli_json_error(struct fws_json *json, const char *key, const struct fws_error *err);

/* Load the configuration once; FWS_E_CONFIG when there is none. */
FWS_MUST_USE enum fws_status fws_cli_config(struct fws_cli *cli, struct fws_error *err);

/* The same only when the system's configuration says `mode: enforced`. */
FWS_MUST_USE enum fws_status fws_cli_config_enforced(struct fws_cli *cli, bool *enforced,
                                                     struct fws_error *err);

/* The HSM of the configuration, opened once; its worker is started at once. */
FWS_MUST_USE enum fws_status fws_cli_hsm(struct fws_cli *cli, struct fws_error *err);

/* The PIN from the first source that has one (see cli/pin.c); context is the struct fws_cli. */
enum fws_status fws_cli_pin(void *context, const char *token_label, const char *pin_file_hint,
                            struct fws_secret *pin, struct fws_error *err);

/* What KEY means: a configured name, else a pkcs11: URI, else a PEM file. */
struct fws_key_choice {
    const char *name; /* as said */
    bool on_token;
    struct fws_uri uri;
    const char *pem_path; /* borrowed from the command line */
    bool pinned;
    uint8_t spki_sha256[32];
    enum fws_algorithm alg; /* from the configuration; FWS_ALG_NONE when it does not say */
};

FWS_MUST_USE enum fws_status fws_cli_key(struct fws_cli *cli, const char *name,
                                         struct fws_key_choice *out, struct fws_error *err);

/* The public key behind KEY: PEM file, or from the token. */
FWS_MUST_USE enum fws_status fws_cli_pubkey(struct fws_cli *cli, const char *name,
                                            struct fws_pubkey *out, struct fws_error *err);

/* Usage, help, completion, manual: printed from the tables. */
FWS_MUST_USE enum fws_status fws_usage_overview(struct fws_error *err);
FWS_MUST_USE enum fws_status fws_usage_command(const struct fws_command *command,
                                               struct fws_error *err);
FWS_MUST_USE enum fws_status fws_completion_print(const char *shell, struct fws_error *err);

#endif
