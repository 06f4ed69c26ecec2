/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/process.h"
#include "cli/commands.h"
#include "cli/log.h"

#define NOT_ANCHORED                                                                               \
    "not anchored: nobody outside the log remembers a checkpoint of it. Cut back, or replaced by " \
    "an older copy, together with its own checkpoint, it would look the same; keep a copy "        \
    "elsewhere ('fwsign audit checkpoint --print') and give it with --checkpoint"

struct verify_options {
    const char *trust;
    struct fws_option_list checkpoints;
    const char *since;
    bool strict;
};

const struct fws_option fws_audit_verify_options[] = {
    {"trust", 0, FWS_OPTION_TEXT, offsetof(struct verify_options, trust), "FILE",
     "whom to believe (C2SP tlog-policy), instead of log-trust", FWS_VALUES_FILE, NULL},
    {"checkpoint", 0, FWS_OPTION_LIST, offsetof(struct verify_options, checkpoints), "FILE",
     "a checkpoint that was kept elsewhere: the log must hold to it; repeatable", FWS_VALUES_FILE,
     NULL},
    {"since", 0, FWS_OPTION_TEXT, offsetof(struct verify_options, since), "FILE",
     "a checkpoint up to which all was found in order before: only look at what came since",
     FWS_VALUES_FILE, NULL},
    {"strict", 0, FWS_OPTION_FLAG, offsetof(struct verify_options, strict), NULL,
     "also check each line's canonical form and each recorded signature", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_audit_verify_options_size = sizeof(struct verify_options);

static const struct {
    enum fws_status status;
    const char *name;
} verdicts[] = {
    [FWS_AUDIT_INTACT] = {FWS_OK, "intact"},
    [FWS_AUDIT_CRASH_TAIL] = {FWS_E_LOG_TAIL, "crash-tail"},
    [FWS_AUDIT_TAMPERED] = {FWS_E_LOG_TAMPERED, "tampered"},
    [FWS_AUDIT_CANNOT_TELL] = {FWS_E_LOG_UNKNOWN, "cannot-tell"},
};

#define OUTSIDE_MAX (FWS_OPTION_LIST_MAX + 1u) /* and the high-water mark */

struct verify_run {
    struct fws_cli *cli;
    const struct verify_options *options;
    char *folder;
    char *high_water;
    struct fws_trust trust;
    struct fws_buf since_note;
    struct fws_audit_outside since;
    struct fws_buf notes[OUTSIDE_MAX];
    struct fws_audit_outside outside[OUTSIDE_MAX];
    size_t outside_count;
    bool show_progress;
    int percent; /* shown last; -1: nothing */
    struct fws_audit_report report;
};

/* ---- What is known from outside ---- */

/* What cannot be read says nothing of the log, and must not pass for something that is not there. */
static enum fws_status read_note(const char *path, struct fws_buf *note,
                                 struct fws_audit_outside *out, struct fws_error *err)
{
    enum fws_status status = fws_file_read(path, FWS_AUDIT_NOTE_MAX, note, err);

    if (status != FWS_OK && status != FWS_E_MEMORY && status != FWS_E_NOT_FOUND) {
        err->status = FWS_E_LOG_UNKNOWN;
    }
    *out = (struct fws_audit_outside){.name = path, .note = note->data, .size = note->size};
    return status == FWS_OK ? FWS_OK : err->status;
}

/* A file that was named must be there. */
static enum fws_status read_named(const char *path, struct fws_buf *note,
                                  struct fws_audit_outside *out, struct fws_error *err)
{
    enum fws_status status = read_note(path, note, out, err);

    if (status == FWS_E_NOT_FOUND) {
        err->status = FWS_E_LOG_UNKNOWN;
    }
    return status == FWS_OK ? FWS_OK : err->status;
}

static enum fws_status take_high_water(struct verify_run *run, struct fws_error *err)
{
    enum fws_status status = fws_cli_log_high_water(run->cli, &run->trust, &run->high_water, err);

    if (status != FWS_OK || run->high_water == NULL) {
        return status;
    }
    status = read_note(run->high_water, &run->notes[0], &run->outside[0], err);
    run->outside_count = status == FWS_OK ? 1 : 0;
    if (status == FWS_E_NOT_FOUND) {
        *err = (struct fws_error){0};
        return FWS_OK;
    }
    return status;
}

static enum fws_status read_outside(struct verify_run *run, struct fws_error *err)
{
    const struct verify_options *options = run->options;
    enum fws_status status = take_high_water(run, err);

    for (size_t i = 0; status == FWS_OK && i < options->checkpoints.count; i++) {
        size_t to = run->outside_count++;

        status = read_named(options->checkpoints.items[i], &run->notes[to], &run->outside[to], err);
    }
    return status == FWS_OK && options->since != NULL
               ? read_named(options->since, &run->since_note, &run->since, err)
               : status;
}

static enum fws_status take_outside(struct verify_run *run, struct fws_error *err)
{
    enum fws_status status = read_outside(run, err);

    if (status != FWS_E_LOG_UNKNOWN) {
        return status;
    }
    run->report.verdict = FWS_AUDIT_CANNOT_TELL;
    (void)snprintf(run->report.why, sizeof run->report.why, "%.255s", err->text);
    *err = (struct fws_error){0};
    return FWS_OK;
}

static enum fws_status load(struct verify_run *run, struct fws_error *err)
{
    enum fws_status status = fws_cli_log_folder(run->cli, &run->folder, err);

    if (status == FWS_OK) {
        status = fws_cli_log_trust(run->cli, run->options->trust, &run->trust, err);
    }
    return status == FWS_OK ? take_outside(run, err) : status;
}

/* ---- Progress ---- */

static enum fws_status progress(void *context, uint64_t bytes, uint64_t total,
                                struct fws_error *err)
{
    struct verify_run *run = context;
    int percent = total > 0 && bytes < total ? (int)((double)bytes * 100 / (double)total) : 100;

    if (fws_process_stop_signal() != 0) {
        return fws_error_set(err, FWS_E_INTERRUPTED, "stopped while verifying");
    }
    if (run->show_progress && percent != run->percent) {
        run->percent = percent;
        (void)fprintf(stderr, "\rverifying: %3d %%", percent);
    }
    return FWS_OK;
}

static void end_progress(const struct verify_run *run)
{
    if (run->percent >= 0) {
        (void)fputs("\r\033[K", stderr);
    }
}

static enum fws_status verify(struct verify_run *run, struct fws_error *err)
{
    const struct fws_audit_verify_options options = {
        .trust = &run->trust,
        .outside = run->outside,
        .outside_count = run->outside_count,
        .since = run->options->since != NULL ? &run->since : NULL,
        .strict = run->options->strict,
        .progress = progress,
        .context = run,
    };

    run->percent = -1;
    run->show_progress = !run->cli->global.quiet && isatty(STDERR_FILENO) != 0;
    enum fws_status status = fws_audit_verify(run->folder, &options, &run->report, err);

    end_progress(run);
    return status;
}

/* ---- The answer ---- */

static void put_counts(struct fws_json *json, const struct fws_audit_report *report)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"since", report->since},
        {"entries", report->entries},
        {"covered", report->covered},
        {"pending", report->pending},
        {"segments", report->segments},
        {"recoveries", report->recoveries},
        {"acknowledged", report->acknowledged},
        {"unresolved", report->unresolved},
    };

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        fws_json_int(json, counts[i].name, (int64_t)counts[i].value);
    }
}

static enum fws_status say_json(struct fws_cli *cli, const struct fws_audit_report *report,
                                const struct fws_error *failure, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_cli_json_begin(cli, &json, failure->status == FWS_OK);
    fws_json_text(&json, "verdict", verdicts[report->verdict].name);
    put_counts(&json, report);
    fws_json_text(&json, "origin", report->origin);
    fws_json_digest(&json, "head", report->head);
    fws_json_digest(&json, "root", report->root);
    fws_json_bool(&json, "anchored", report->anchored);
    if (!report->anchored) {
        fws_json_text(&json, "anchored_why", NOT_ANCHORED);
    }
    fws_json_text(&json, "place", report->place);
    fws_json_text(&json, "why", report->why);
    if (failure->status != FWS_OK) {
        fws_cli_json_error(&json, "error", failure);
    }
    return fws_cli_json_end(cli, &json, err);
}

static enum fws_status say_words(struct fws_cli *cli, const struct fws_audit_report *report,
                                 struct fws_error *err)
{
    char head[65];
    enum fws_status status = fws_cli_print(
        err, "audit log%s%s: %s, entries %llu, under a checkpoint %llu, head sha256:%s\n",
        report->origin[0] != '\0' ? " " : "", report->origin, verdicts[report->verdict].name,
        (unsigned long long)report->entries, (unsigned long long)report->covered,
        fws_hex_encode(report->head, 32, head));

    if (status == FWS_OK && report->verdict == FWS_AUDIT_INTACT && report->pending > 0) {
        fws_cli_note(cli, "of the entries %llu are by writers that are at work",
                     (unsigned long long)report->pending);
    }
    if (status == FWS_OK && report->verdict == FWS_AUDIT_CRASH_TAIL) {
        fws_cli_note(cli, "when it is clear what has crashed: fwsign audit ack --note TEXT");
    }
    if (status == FWS_OK && report->verdict == FWS_AUDIT_INTACT && !report->anchored) {
        fws_cli_note(cli, "%s", NOT_ANCHORED);
    }
    return status;
}

static enum fws_status answer(struct verify_run *run, struct fws_error *err)
{
    const struct fws_audit_report *report = &run->report;
    struct fws_error failure = {0};

    if (report->verdict != FWS_AUDIT_INTACT) {
        (void)fws_error_set(&failure, verdicts[report->verdict].status, "%s%s%s", report->place,
                            report->place[0] != '\0' ? ": " : "", report->why);
    }
    enum fws_status status = run->cli->global.json ? say_json(run->cli, report, &failure, err)
                                                   : say_words(run->cli, report, err);

    if (status == FWS_OK && failure.status != FWS_OK) {
        *err = failure;
        status = failure.status;
    }
    return status;
}

static void run_free(struct verify_run *run)
{
    for (size_t i = 0; i < OUTSIDE_MAX; i++) {
        fws_buf_free(&run->notes[i]);
    }
    fws_buf_free(&run->since_note);
    fws_trust_free(&run->trust);
    free(run->high_water);
    free(run->folder);
    free(run);
}

enum fws_status fws_cmd_audit_verify(struct fws_cli *cli, const void *options,
                                     struct fws_error *err)
{
    struct verify_run *run = calloc(1, sizeof *run);

    if (run == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory");
    }
    run->cli = cli;
    run->options = options;
    enum fws_status status = load(run, err);

    if (status == FWS_OK && run->report.verdict != FWS_AUDIT_CANNOT_TELL) {
        status = verify(run, err);
    }
    if (status == FWS_OK) {
        status = answer(run, err);
    }
    run_free(run);
    return status;
}
