/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "cli/log_filter.h"
#include "cli/log_watch.h"

struct log_options {
    const char *type, *key, *product, *caller, *verdict, *digest, *since, *until;
    struct fws_option_uint from;
    bool follow;
};

#define OPTION(member) offsetof(struct log_options, member)

const struct fws_option fws_audit_log_options[] = {
    {"type", 0, FWS_OPTION_TEXT, OPTION(type), "TYPE",
     "only entries of this type, e.g. sign.outcome", FWS_VALUES_CHOICE,
     "sign.intent sign.outcome sign.denied sign.delivery sign.unresolved log.genesis "
     "log.segment.open log.recovery log.checkpoint log.tail log.close log.snapshot log.ack "
     "log.key"},
    {"key", 'k', FWS_OPTION_TEXT, OPTION(key), "KEY",
     "only requests for this key: its name, its label, or sha256: of its public key",
     FWS_VALUES_KEY, NULL},
    {"product", 0, FWS_OPTION_TEXT, OPTION(product), "NAME", "only requests for this product",
     FWS_VALUES_ANY, NULL},
    {"caller", 0, FWS_OPTION_TEXT, OPTION(caller), "USER", "only requests by this user",
     FWS_VALUES_ANY, NULL},
    {"verdict", 0, FWS_OPTION_TEXT, OPTION(verdict), "signed|failed|denied|unresolved",
     "only answers of this kind", FWS_VALUES_CHOICE, "signed failed denied unresolved"},
    {"digest", 0, FWS_OPTION_TEXT, OPTION(digest), "sha256:HEX",
     "only what concerns these bytes: the input, the image, or what was signed of it",
     FWS_VALUES_ANY, NULL},
    {"since", 0, FWS_OPTION_TEXT, OPTION(since), "TIME",
     "from this time on: 2025-01-31T12:00:00Z, a date, or 2h or 3d ago", FWS_VALUES_ANY, NULL},
    {"until", 0, FWS_OPTION_TEXT, OPTION(until), "TIME", "before this time", FWS_VALUES_ANY, NULL},
    {"from", 0, FWS_OPTION_UINT, OPTION(from), "INDEX", "begin with this entry", FWS_VALUES_ANY,
     NULL},
    {"follow", 'f', FWS_OPTION_FLAG, OPTION(follow), NULL,
     "go on with what is appended, until stopped", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_log_options_size = sizeof(struct log_options);

struct log_walk {
    struct fws_cli *cli;
    const struct log_options *options;
    struct fws_log_filter filter;
    struct fws_log_reader reader;
    char *folder;
    uint64_t next;
};

static enum fws_status check_options(const struct log_options *options, struct fws_error *err)
{
    static const char *const verdicts[] = {"signed", "failed", "denied", "unresolved"};
    bool known = options->verdict == NULL;

    for (size_t i = 0; !known && i < sizeof verdicts / sizeof verdicts[0]; i++) {
        known = strcmp(options->verdict, verdicts[i]) == 0;
    }
    if (!known) {
        return fws_error_set(err, FWS_E_USAGE,
                             "--verdict takes signed, failed, denied or unresolved");
    }
    if (options->digest != NULL && strchr(options->digest, ':') == NULL) {
        return fws_error_set(err, FWS_E_USAGE, "--digest takes sha256:<hex>");
    }
    if (options->follow && options->until != NULL) {
        return fws_error_set(err, FWS_E_USAGE, "--follow and --until exclude each other");
    }
    return FWS_OK;
}

/* ---- A line for people ---- */

static enum fws_status put_text(struct fws_buf *line, const char *before, const char *text,
                                struct fws_error *err)
{
    return text[0] != '\0' ? fws_buf_printf(line, err, " %s%s", before, text) : FWS_OK;
}

static enum fws_status put_members(struct fws_buf *line, const struct fws_log_view *view,
                                   struct fws_error *err)
{
    const struct {
        const char *before, *text;
    } texts[] = {
        {"", fws_log_view_own_text(view, "origin", NULL)},
        {"", fws_log_view_own_text(view, "reason", NULL)},
        {"", fws_log_view_text(view, "product", NULL)},
        {"", fws_log_view_text(view, "version", NULL)},
        {"", fws_log_view_own_text(view, "result", NULL)},
        {"", fws_log_view_own_text(view, "status", NULL)},
        {"key ", fws_log_view_key(view)},
        {"input ", fws_log_view_text(view, "input", "file")},
        {"by ", fws_log_view_text(view, "caller", NULL)},
        {"by ", fws_log_view_own_text(view, "by", NULL)},
        {"", fws_log_view_own_text(view, "message", NULL)},
        {"",
         strcmp(view->entry.type, "log.ack") == 0 ? fws_log_view_own_text(view, "note", NULL) : ""},
    };
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < sizeof texts / sizeof texts[0]; i++) {
        status = put_text(line, texts[i].before, texts[i].text, err);
    }
    return status;
}

static enum fws_status print_words(const struct fws_log_view *view, struct fws_error *err)
{
    FWS_AUTO(fws_buf) line = {0};
    enum fws_status status =
        fws_buf_printf(&line, err, "%6llu  %s  %-15s", (unsigned long long)view->entry.seq,
                       view->entry.time, view->entry.type);

    if (status == FWS_OK && view->has_intent) {
        status = fws_buf_printf(&line, err, " of %llu", (unsigned long long)view->intent_seq);
    }
    if (status == FWS_OK) {
        status = put_members(&line, view, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    fws_log_printable((char *)line.data, line.size);
    return fws_cli_print(err, "%.*s\n", (int)line.size, (char *)line.data);
}

/* ---- Walking ---- */

static enum fws_status take_entry(void *context, uint64_t seq, const char *text, size_t size,
                                  struct fws_error *err)
{
    struct log_walk *walk = context;
    FWS_AUTO(fws_log_view) view = {0};
    enum fws_status status = fws_log_view_open(&walk->reader, text, size, &view, err);

    if (fws_process_stop_signal() != 0) {
        return fws_error_set(err, FWS_E_INTERRUPTED, "stopped");
    }
    walk->next = seq + 1;
    if (status != FWS_OK || !fws_log_filter_selects(&walk->filter, &view)) {
        return status;
    }
    return walk->cli->global.json ? fws_cli_print(err, "%.*s\n", (int)size, text)
                                  : print_words(&view, err);
}

static enum fws_status walk_on(struct log_walk *walk, struct fws_error *err)
{
    return fws_audit_each_from(walk->folder, walk->next, take_entry, walk, err);
}

/* The watch is there before the log is read: what is appended in between wakes it. */
static enum fws_status follow(struct log_walk *walk, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_log_watch) watch = {0};
    enum fws_status status = fws_log_watch_open(&watch, walk->folder, err);

    while (status == FWS_OK) {
        status = walk_on(walk, err);
        if (status == FWS_OK) {
            status = fws_log_watch_wait(&watch, err);
        }
    }
    if (status == FWS_E_INTERRUPTED) {
        walk->cli->reported = true; /* a stream has no last object */
        *err = (struct fws_error){.status = status};
    }
    return status;
}

static enum fws_status prepare(struct log_walk *walk, struct fws_error *err)
{
    const struct log_options *options = walk->options;
    enum fws_status status = check_options(options, err);

    walk->filter = (struct fws_log_filter){.type = options->type,
                                           .product = options->product,
                                           .caller = options->caller,
                                           .verdict = options->verdict,
                                           .digest = options->digest};
    walk->next = options->from.value;
    if (status == FWS_OK) {
        status = fws_log_filter_times(&walk->filter, options->since, options->until, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_folder(walk->cli, &walk->folder, err);
    }
    walk->reader.folder = walk->folder;
    return status == FWS_OK
               ? fws_log_key_match_init(walk->cli, options->key, &walk->filter.key, err)
               : status;
}

enum fws_status fws_cmd_audit_log(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct log_walk walk = {.cli = cli, .options = options};
    enum fws_status status = prepare(&walk, err);

    if (status == FWS_OK) {
        status = walk.options->follow ? follow(&walk, err) : walk_on(&walk, err);
    }
    fws_log_reader_free(&walk.reader);
    free(walk.folder);
    return status;
}
