/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json_read.h"
#include "tests/audit/judge.h"

#define RECORD_MAX (1u << 28)

/* ---- The log, entry by entry ---- */

struct entry {
    char type[FWS_AUDIT_TYPE_MAX + 1];
    char request[40];
    char sha256[65];
    char writer[17];
    char named[17];  /* "instance" of its data */
    uint64_t intent; /* that this one ends */
    uint64_t nth;    /* intents the decision knew of */
    bool ended;
};

struct book {
    struct entry *entries;
    uint64_t count, room;
};

static struct entry *add_entry(struct book *book)
{
    if (book->count == book->room) {
        book->room = book->room == 0 ? 64 : 2 * book->room;
        book->entries = realloc(book->entries, book->room * sizeof *book->entries);
        assert_non_null(book->entries);
    }
    struct entry *entry = &book->entries[book->count++];

    memset(entry, 0, sizeof *entry);
    return entry;
}

/* "" when there is none. */
static void take_text(const struct fws_audit_entry *entry, const char *name, char *out, size_t size)
{
    struct fws_json_value value;

    if (!fws_json_find(entry->data, entry->data_size, name, &value) ||
        !fws_json_value_text(&value, out, size)) {
        out[0] = '\0';
    }
}

/* UINT64_MAX when there is none. */
static uint64_t take_number(const struct fws_audit_entry *entry, const char *name)
{
    struct fws_json_value value;
    uint64_t number;

    return fws_json_find(entry->data, entry->data_size, name, &value) &&
                   fws_json_value_uint(&value, &number)
               ? number
               : UINT64_MAX;
}

static enum fws_status note_entry(void *context, uint64_t seq, const char *line, size_t size,
                                  struct fws_error *err)
{
    struct entry *entry = add_entry(context);
    struct fws_audit_entry_text text;
    struct fws_audit_entry read;
    uint8_t sha256[32];
    enum fws_status status = fws_audit_entry_read(line, size, &text, &read, err);

    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, line, size, sha256, err);
    }
    if (status != FWS_OK || read.seq != seq) {
        return fws_error_set(err, FWS_E_INTERNAL, "entry %" PRIu64 " cannot be read", seq);
    }
    (void)fws_hex_encode(sha256, sizeof sha256, entry->sha256);
    (void)snprintf(entry->type, sizeof entry->type, "%s", read.type);
    take_text(&read, "request", entry->request, sizeof entry->request);
    (void)snprintf(entry->writer, sizeof entry->writer, "%s", read.instance);
    take_text(&read, "instance", entry->named, sizeof entry->named);
    entry->intent = take_number(&read, "intent");
    entry->nth = take_number(&read, "nth");
    return FWS_OK;
}

static bool is_intent(const struct entry *entry)
{
    return strcmp(entry->type, "sign.intent") == 0;
}

static void check_end(struct book *book, uint64_t seq)
{
    const struct entry *end = &book->entries[seq];

    if (end->intent >= seq || !is_intent(&book->entries[end->intent]) ||
        book->entries[end->intent].ended) {
        stage_fail("entry %" PRIu64 " (%s) ends intent %" PRIu64 ", which is not open", seq,
                   end->type, end->intent);
    }
    book->entries[end->intent].ended = true;
}

/* Returns the number of intents that have no end. */
static uint64_t check_intents(struct book *book)
{
    uint64_t intents = 0;
    uint64_t ends = 0;

    for (uint64_t seq = 0; seq < book->count; seq++) {
        const struct entry *entry = &book->entries[seq];

        if (is_intent(entry) && entry->nth != intents) {
            stage_fail("intent %" PRIu64 " knew of %" PRIu64 " intents, there were %" PRIu64, seq,
                       entry->nth, intents);
        }
        intents += is_intent(entry);
        if (strcmp(entry->type, "sign.outcome") == 0 ||
            strcmp(entry->type, "sign.unresolved") == 0) {
            check_end(book, seq);
            ends++;
        }
    }
    return intents - ends;
}

/* ---- The record ---- */

static void check_entry(const struct book *book, const char *line)
{
    uint64_t seq;
    char request[40];

    if (sscanf(line, "entry %" SCNu64 " %39s", &seq, request) != 2) {
        stage_fail("a line of the record: %s", line);
    }
    if (seq >= book->count || strcmp(book->entries[seq].request, request) != 0) {
        stage_fail("acknowledged entry %" PRIu64 " (%s) is not in the log of %" PRIu64, seq,
                   request, book->count);
    }
}

static void check_released(const struct book *book, const struct fws_audit_report *report,
                           const char *line)
{
    uint64_t intent;
    uint64_t outcome;
    uint64_t size;
    char sha256[65];

    if (sscanf(line, "released %" SCNu64 " %" SCNu64 " %" SCNu64 " %64s", &intent, &outcome, &size,
               sha256) != 4) {
        stage_fail("a line of the record: %s", line);
    }
    if (outcome >= book->count || strcmp(book->entries[outcome].sha256, sha256) != 0 ||
        strcmp(book->entries[outcome].type, "sign.outcome") != 0 ||
        book->entries[outcome].intent != intent) {
        stage_fail("released without its outcome %" PRIu64, outcome);
    }
    if (report->covered < size || size <= outcome) {
        stage_fail("released under a checkpoint of %" PRIu64 " entries; the log's is of %" PRIu64,
                   size, report->covered);
    }
}

static void check_record(const struct book *book, struct judgement *out)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    char *rest = NULL;

    if (access("record", F_OK) != 0) {
        return;
    }
    if (fws_file_read("record", RECORD_MAX, &text, &err) != FWS_OK ||
        fws_buf_append(&text, "", 1, &err) != FWS_OK) {
        stage_fail("%s", err.text);
    }
    for (char *line = strtok_r((char *)text.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        bool released = strncmp(line, "released ", 9) == 0;

        if (line[strlen(line) - 1] != '.') {
            continue; /* its writer was killed before it was on record */
        }
        if (released) {
            check_released(book, &out->report, line);
        } else {
            check_entry(book, line);
        }
        out->released += released;
        out->acknowledged += !released;
    }
}

/* ---- The whole ---- */

static void check_verdict(struct fws_audit_report *report)
{
    const struct fws_audit_verify_options options = {.trust = stage_trust(), .strict = true};
    struct fws_error err = {0};

    if (fws_audit_verify("log", &options, report, &err) != FWS_OK) {
        stage_fail("verify: %s", err.text);
    }
    if (report->verdict != FWS_AUDIT_INTACT && report->verdict != FWS_AUDIT_CRASH_TAIL) {
        stage_fail("FALSE ALARM %s: %s: %s",
                   report->verdict == FWS_AUDIT_TAMPERED ? "tampered" : "cannot tell",
                   report->place, report->why);
    }
}

static void read_log(struct book *book)
{
    struct fws_error err = {0};

    if (fws_audit_each("log", note_entry, book, &err) != FWS_OK) {
        stage_fail("reading the log: %s", err.text);
    }
}

void judge_never_marked(uint64_t seq)
{
    struct book book = {0};

    read_log(&book);
    assert_true(seq < book.count);
    for (uint64_t i = 0; i < book.count; i++) {
        if (strcmp(book.entries[i].named, book.entries[seq].writer) == 0) {
            stage_fail("entry %" PRIu64 " (%s) takes a living writer for a dead one", i,
                       book.entries[i].type);
        }
    }
    free(book.entries);
}

struct judgement judge(void)
{
    struct judgement out = {0};
    struct book book = {0};

    check_verdict(&out.report);
    read_log(&book);
    if (book.count != out.report.entries) {
        stage_fail("%" PRIu64 " entries read, %" PRIu64 " verified", book.count,
                   out.report.entries);
    }
    out.open = check_intents(&book);
    for (uint64_t seq = 0; seq < book.count; seq++) {
        out.handed_over = out.handed_over || strcmp(book.entries[seq].type, "log.key") == 0;
    }
    check_record(&book, &out);
    free(book.entries);
    return out;
}

static struct judgement next_signature(void)
{
    int code = stage_drive("work log 1");

    if (code != 0) {
        stage_fail("the next signature is refused, exit code %d", code);
    }
    struct judgement now = judge();

    if (now.open != 0 || now.report.covered != now.report.entries) {
        stage_fail("after the next signature %" PRIu64 " intents are open, %" PRIu64 " of %" PRIu64
                   " entries covered",
                   now.open, now.report.covered, now.report.entries);
    }
    return now;
}

/* A mark is left by what a verifier sees, and by nothing else. */
static void check_marks(const struct judgement *before, const struct judgement *after,
                        const struct judgement *next, unsigned flags)
{
    bool was_intact = before->report.verdict == FWS_AUDIT_INTACT;
    bool intact = after->report.verdict == FWS_AUDIT_INTACT;
    bool marked = next->report.recoveries != before->report.recoveries;

    if (was_intact && (flags & JUDGE_EARLIER) == 0 && after->released > before->released &&
        !intact) {
        stage_fail("a signature was released, and the log is not intact: %s", after->report.why);
    }
    if (intact && marked) {
        stage_fail("a mark of a crash that left nothing to see");
    }
    if ((flags & JUDGE_KILLED) != 0 && was_intact && !intact && !marked) {
        stage_fail("no mark of a crash: %s", after->report.why);
    }
}

void judge_aftermath(const struct judgement *before, unsigned flags)
{
    struct judgement after = judge();

    tallies.intact += after.report.verdict == FWS_AUDIT_INTACT;
    tallies.crash += after.report.verdict == FWS_AUDIT_CRASH_TAIL;
    if (after.handed_over) {
        stage_swap_keys();
    }
    struct judgement first = next_signature();

    check_marks(before, &after, &first, flags);
    struct judgement second = next_signature();

    if (second.report.recoveries != first.report.recoveries ||
        second.report.verdict != first.report.verdict) {
        stage_fail("the second recovery recorded more than the first");
    }
    if (second.report.verdict == FWS_AUDIT_CRASH_TAIL && stage_drive("ack log") != 0) {
        stage_fail("the marks cannot be acknowledged");
    }
    if (judge().report.verdict != FWS_AUDIT_INTACT) {
        stage_fail("the log is not intact at the end");
    }
    if (after.handed_over) {
        stage_swap_keys();
    }
}
