/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/hex.h"
#include "cli/commands.h"

static enum fws_status log_folder(struct fws_cli *cli, char **out, struct fws_error *err)
{
    enum fws_status status = fws_cli_config(cli, err);

    if (status != FWS_OK) {
        return status;
    }
    *out = fws_config_path(&cli->config, cli->config.audit);
    return *out != NULL ? FWS_OK : fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
}

/* ---- verify ---- */

static const struct {
    enum fws_status status;
    const char *name;
} verdicts[] = {
    [FWS_AUDIT_INTACT] = {FWS_OK, "intact"},
    [FWS_AUDIT_CRASH_TAIL] = {FWS_E_LOG_TAIL, "crash-tail"},
    [FWS_AUDIT_TAMPERED] = {FWS_E_LOG_TAMPERED, "tampered"},
    [FWS_AUDIT_CANNOT_TELL] = {FWS_E_LOG_UNKNOWN, "cannot-tell"},
};

static enum fws_status verify_json(struct fws_cli *cli, const struct fws_audit_report *report,
                                   const struct fws_error *failure, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_cli_json_begin(cli, &json, failure->status == FWS_OK);
    fws_json_text(&json, "verdict", verdicts[report->verdict].name);
    fws_json_int(&json, "entries", (int64_t)report->entries);
    fws_json_int(&json, "segments", (int64_t)report->segments);
    fws_json_digest(&json, "head", report->head);
    /* A chain cannot show that its end was cut off; only a copy of its head elsewhere can. */
    fws_json_bool(&json, "anchored", false);
    if (failure->status != FWS_OK) {
        fws_json_text(&json, "place", report->place);
        fws_json_text(&json, "why", report->why);
        fws_cli_json_error(&json, "error", failure);
    }
    return fws_cli_json_end(cli, &json, err);
}

static enum fws_status verify_words(struct fws_cli *cli, const struct fws_audit_report *report,
                                    struct fws_error *err)
{
    char hex[65];
    enum fws_status status = fws_cli_print(
        err, "audit log: %s, %llu entries, head sha256:%s\n", verdicts[report->verdict].name,
        (unsigned long long)report->entries, fws_hex_encode(report->head, 32, hex));

    if (status == FWS_OK && report->verdict == FWS_AUDIT_INTACT) {
        fws_cli_note(cli, "not anchored: a chain alone cannot show entries cut off at its end; "
                          "compare the head with one noted elsewhere");
    }
    return status;
}

enum fws_status fws_cmd_audit_verify(struct fws_cli *cli, const void *options,
                                     struct fws_error *err)
{
    struct fws_audit_report report = {0};
    struct fws_error failure = {0};
    char *folder = NULL;
    enum fws_status status = log_folder(cli, &folder, err);

    (void)options;
    if (status == FWS_OK) {
        status = fws_audit_verify(folder, &report, err);
    }
    free(folder);
    if (status != FWS_OK) {
        return status;
    }
    if (report.verdict != FWS_AUDIT_INTACT) {
        (void)fws_error_set(&failure, verdicts[report.verdict].status, "%s%s%s", report.place,
                            report.place[0] != '\0' ? ": " : "", report.why);
    }
    status = cli->global.json ? verify_json(cli, &report, &failure, err)
                              : verify_words(cli, &report, err);
    if (status == FWS_OK && failure.status != FWS_OK) {
        *err = failure;
        status = failure.status;
    }
    return status;
}

/* ---- log ---- */

struct log_options {
    const char *type;
    const char *product;
    const char *key;
};

const struct fws_option fws_audit_log_options[] = {
    {"type", 0, FWS_OPTION_TEXT, offsetof(struct log_options, type), "TYPE",
     "only entries of this type, e.g. sign.outcome", FWS_VALUES_CHOICE,
     "log.genesis sign.intent sign.outcome sign.denied sign.delivery"},
    {"product", 0, FWS_OPTION_TEXT, offsetof(struct log_options, product), "NAME",
     "only intents and denials of this product", FWS_VALUES_ANY, NULL},
    {"key", 'k', FWS_OPTION_TEXT, offsetof(struct log_options, key), "KEY",
     "only intents with this key's name", FWS_VALUES_KEY, NULL},
    {0},
};
const size_t fws_audit_log_options_size = sizeof(struct log_options);

struct log_walk {
    struct fws_cli *cli;
    const struct log_options *options;
};

/* The text at a path of members, "" when it is not there. */
static const char *text_at(const json_t *object, const char *first, const char *second)
{
    const json_t *value = json_object_get(object, first);

    if (second != NULL) {
        value = json_object_get(value, second);
    }
    return json_is_string(value) ? json_string_value(value) : "";
}

static bool selected(const struct log_options *options, const char *type, const json_t *data)
{
    const char *key = text_at(data, "key", "name");

    if (key[0] == '\0') {
        key = text_at(data, "key", NULL);
    }
    return (options->type == NULL || strcmp(options->type, type) == 0) &&
           (options->product == NULL ||
            strcmp(options->product, text_at(data, "product", NULL)) == 0) &&
           (options->key == NULL || strcmp(options->key, key) == 0);
}

/* What a person wants to see of an entry in one line. */
static enum fws_status print_words(uint64_t seq, const json_t *entry, const json_t *data,
                                   struct fws_error *err)
{
    static const char *const members[][2] = {
        {"origin", NULL}, {"product", NULL}, {"version", NULL}, {"result", NULL},
        {"status", NULL}, {"key", "name"},   {"input", "file"}, {"message", NULL},
    };
    FWS_AUTO(fws_buf) line = {0};
    enum fws_status status =
        fws_buf_printf(&line, err, "%6llu  %s  %-13s", (unsigned long long)seq,
                       text_at(entry, "ts", NULL), text_at(entry, "type", NULL));
    const json_t *intent = json_object_get(data, "intent");

    if (status == FWS_OK && json_is_integer(intent)) {
        status = fws_buf_printf(&line, err, " of %lld", (long long)json_integer_value(intent));
    }
    for (size_t i = 0; status == FWS_OK && i < sizeof members / sizeof members[0]; i++) {
        const char *text = text_at(data, members[i][0], members[i][1]);

        if (text[0] != '\0') {
            status = fws_buf_printf(&line, err, " %s", text);
        }
    }
    /* The log holds texts from outside: no control character reaches a terminal. */
    for (size_t i = 0; i < line.size; i++) {
        line.data[i] = line.data[i] < 0x20 || line.data[i] == 0x7f ? '?' : line.data[i];
    }
    return status == FWS_OK ? fws_cli_print(err, "%.*s\n", (int)line.size, (char *)line.data)
                            : status;
}

static enum fws_status print_entry(void *context, uint64_t seq, const char *line, size_t size,
                                   struct fws_error *err)
{
    const struct log_walk *walk = context;
    json_t *entry = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
    const json_t *data = json_object_get(entry, "data");
    enum fws_status status = FWS_OK;

    if (entry == NULL) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "entry %llu is no JSON; see audit verify",
                             (unsigned long long)seq);
    }
    if (selected(walk->options, text_at(entry, "type", NULL), data)) {
        status = walk->cli->global.json ? fws_cli_print(err, "%.*s\n", (int)size, line)
                                        : print_words(seq, entry, data, err);
    }
    json_decref(entry);
    return status;
}

enum fws_status fws_cmd_audit_log(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct log_walk walk = {.cli = cli, .options = options};
    char *folder = NULL;
    enum fws_status status = log_folder(cli, &folder, err);

    if (status == FWS_OK) {
        status = fws_audit_each(folder, print_entry, &walk, err);
    }
    free(folder);
    return status;
}
