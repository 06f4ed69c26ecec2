/* SPDX-License-Identifier: Apache-2.0 */
/* Everything a key signed: the question asked on the day of an incident. */
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "cli/log_filter.h"

struct what_options {
    const char *key, *since, *until;
};

const struct fws_option fws_audit_what_options[] = {
    {"key", 'k', FWS_OPTION_TEXT, offsetof(struct what_options, key), "KEY",
     "the key: its name, its label, or sha256: of its public key", FWS_VALUES_KEY, NULL},
    {"since", 0, FWS_OPTION_TEXT, offsetof(struct what_options, since), "TIME",
     "from this time on: 2025-01-31T12:00:00Z, a date, or 2h or 3d ago", FWS_VALUES_ANY, NULL},
    {"until", 0, FWS_OPTION_TEXT, offsetof(struct what_options, until), "TIME", "before this time",
     FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_what_options_size = sizeof(struct what_options);

struct what {
    struct fws_cli *cli;
    struct fws_log_filter filter;
    struct fws_log_reader reader;
    char *folder;
    uint64_t signed_count, unresolved, failed, at_work;
};

/* ---- A signature ---- */

static enum fws_status print_json(const struct fws_log_view *view, struct fws_error *err)
{
    static const char *const members[][3] = {
        {"product", "product", NULL},
        {"version", "version", NULL},
        {"input", "input", "file"},
        {"input_sha256", "input", "sha256"},
        {"image_sha256", "image", "sha256"},
        {"digest", "image", "digest"},
        {"key", "key", "name"},
        {"spki", "key", "spki"},
        {"caller", "caller", NULL},
        {"request", "request", NULL},
    };
    FWS_AUTO(fws_json) json = {0};
    int64_t counter;

    fws_json_object(&json, NULL);
    fws_json_int(&json, "schema", FWS_JSON_SCHEMA);
    fws_json_text(&json, "time", view->entry.time);
    fws_json_int(&json, "entry", (int64_t)view->entry.seq);
    fws_json_int(&json, "intent", (int64_t)view->intent_seq);
    fws_json_text(&json, "verdict", fws_log_view_verdict(view));
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const char *text = fws_log_view_text(view, members[i][1], members[i][2]);

        if (text[0] != '\0') {
            fws_json_text(&json, members[i][0], text);
        }
    }
    if (fws_log_view_int(view, "counter", &counter)) {
        fws_json_int(&json, "counter", counter);
    }
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    return status == FWS_OK
               ? fws_cli_print(err, "%.*s\n", (int)json.buf.size, (char *)json.buf.data)
               : status;
}

static const char *or_dash(const char *text)
{
    return text[0] != '\0' ? text : "-";
}

static enum fws_status print_words(const struct fws_log_view *view, struct fws_error *err)
{
    FWS_AUTO(fws_buf) line = {0};
    bool is_signed = strcmp(fws_log_view_verdict(view), "signed") == 0;
    int64_t counter;
    enum fws_status status = fws_buf_printf(&line, err, "%s  %6llu  %s %s", view->entry.time,
                                            (unsigned long long)view->entry.seq,
                                            or_dash(fws_log_view_text(view, "product", NULL)),
                                            or_dash(fws_log_view_text(view, "version", NULL)));

    if (status == FWS_OK && fws_log_view_int(view, "counter", &counter)) {
        status = fws_buf_printf(&line, err, " counter %lld", (long long)counter);
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(&line, err, "  %s  %s  by %s",
                                or_dash(fws_log_view_text(view, "input", "file")),
                                is_signed ? or_dash(fws_log_view_own_text(view, "image", "sha256"))
                                          : "UNRESOLVED: a signature may exist",
                                or_dash(fws_log_view_text(view, "caller", NULL)));
    }
    if (status != FWS_OK) {
        return status;
    }
    fws_log_printable((char *)line.data, line.size);
    return fws_cli_print(err, "%.*s\n", (int)line.size, (char *)line.data);
}

/* ---- The walk ---- */

static enum fws_status count(struct what *what, const struct fws_log_view *view,
                             struct fws_error *err)
{
    const char *verdict = fws_log_view_verdict(view);
    bool is_signed = strcmp(verdict, "signed") == 0;

    if (!is_signed && strcmp(verdict, "unresolved") != 0) {
        what->failed++;
        return FWS_OK;
    }
    what->signed_count += is_signed ? 1 : 0;
    what->unresolved += is_signed ? 0 : 1;
    return what->cli->global.json ? print_json(view, err) : print_words(view, err);
}

static enum fws_status take_entry(void *context, uint64_t seq, const char *line, size_t size,
                                  struct fws_error *err)
{
    struct what *what = context;
    FWS_AUTO(fws_log_view) view = {0};
    enum fws_status status = fws_log_view_open(&what->reader, line, size, &view, err);

    (void)seq;
    if (fws_process_stop_signal() != 0) {
        return fws_error_set(err, FWS_E_INTERRUPTED, "stopped");
    }
    bool answer = status == FWS_OK && (strcmp(view.entry.type, "sign.outcome") == 0 ||
                                       strcmp(view.entry.type, "sign.unresolved") == 0);

    return answer && fws_log_filter_selects(&what->filter, &view) ? count(what, &view, err)
                                                                  : status;
}

/* Asked for, and not answered so far: it may be signed at this moment. */
static enum fws_status take_open(void *context, uint64_t seq, const char *time, const json_t *data,
                                 struct fws_error *err)
{
    struct what *what = context;
    struct fws_log_view view = {.entry = {.seq = seq, .time = time, .type = "sign.intent"},
                                .data = json_deep_copy(data)};

    if (view.data == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for an intent");
    }
    what->at_work += fws_log_filter_selects(&what->filter, &view) ? 1 : 0;
    fws_log_view_free(&view);
    return FWS_OK;
}

/* The last line of a stream says that it is whole. */
static enum fws_status summarise(const struct what *what, struct fws_error *err)
{
    const struct {
        uint64_t count;
        const char *name, *words;
    } counts[] = {{what->signed_count, "signed", "signed"},
                  {what->unresolved, "unresolved", "unresolved"},
                  {what->at_work, "at_work", "being worked on"},
                  {what->failed, "failed", "failed"}};
    FWS_AUTO(fws_buf) words = {0};
    FWS_AUTO(fws_json) json = {0};
    enum fws_status status = FWS_OK;

    fws_cli_json_begin(what->cli, &json, true);
    for (size_t i = 0; status == FWS_OK && i < sizeof counts / sizeof counts[0]; i++) {
        fws_json_int(&json, counts[i].name, (int64_t)counts[i].count);
        if (i == 0 || counts[i].count > 0) {
            status = fws_buf_printf(&words, err, "%s%llu %s", i == 0 ? "" : ", ",
                                    (unsigned long long)counts[i].count, counts[i].words);
        }
    }
    if (status != FWS_OK || what->cli->global.json) {
        return status == FWS_OK ? fws_cli_json_end(what->cli, &json, err) : status;
    }
    return fws_cli_print(err, "%.*s\n", (int)words.size, (char *)words.data);
}

static enum fws_status walk(struct what *what, struct fws_error *err)
{
    enum fws_status status = fws_audit_each(what->folder, take_entry, what, err);

    if (status == FWS_OK) {
        status = fws_log_reader_open_intents(&what->reader, take_open, what, err);
    }
    return status == FWS_OK ? summarise(what, err) : status;
}

enum fws_status fws_cmd_audit_what(struct fws_cli *cli, const void *values, struct fws_error *err)
{
    const struct what_options *options = values;
    struct what what = {.cli = cli};

    if (options->key == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "audit what needs --key");
    }
    enum fws_status status =
        fws_log_filter_times(&what.filter, options->since, options->until, err);

    if (status == FWS_OK) {
        status = fws_cli_log_folder(cli, &what.folder, err);
    }
    what.reader.folder = what.folder;
    if (status == FWS_OK) {
        status = fws_log_key_match_init(cli, options->key, &what.filter.key, err);
    }
    if (status == FWS_OK) {
        status = walk(&what, err);
    }
    fws_log_reader_free(&what.reader);
    free(what.folder);
    return status;
}
