/* SPDX-License-Identifier: Apache-2.0 */
/* What writers leave that are gone: entries without a checkpoint, intents without an outcome. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_read.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

/* ---- Counting marks ---- */

struct marks {
    unsigned tails, unresolved, recoveries;
    uint64_t entries, first, intent; /* of the last ones */
};

static uint64_t number(const struct fws_audit_entry *entry, const char *name)
{
    struct fws_json_value value;
    uint64_t out = UINT64_MAX;

    assert_true(fws_json_find(entry->data, entry->data_size, name, &value));
    assert_true(fws_json_value_uint(&value, &out));
    return out;
}

static enum fws_status take(void *context, uint64_t seq, const char *line, size_t size,
                            struct fws_error *err)
{
    struct marks *marks = context;
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;

    (void)seq;
    assert_status(fws_audit_entry_read(line, size, &text, &entry, err), FWS_OK);
    if (strcmp(entry.type, "log.tail") == 0) {
        marks->tails++;
        marks->entries = number(&entry, "entries");
        marks->first = number(&entry, "first");
    }
    if (strcmp(entry.type, "sign.unresolved") == 0) {
        marks->unresolved++;
        marks->intent = number(&entry, "intent");
    }
    marks->recoveries += strcmp(entry.type, "log.recovery") == 0;
    return FWS_OK;
}

static struct marks marks_of_log(void)
{
    struct marks marks = {0};
    struct fws_error err = {0};

    assert_status(fws_audit_each(".", take, &marks, &err), FWS_OK);
    return marks;
}

static void assert_marks(unsigned tails, unsigned unresolved)
{
    struct marks marks = marks_of_log();

    assert_int_equal(marks.tails, tails);
    assert_int_equal(marks.unresolved, unresolved);
    assert_int_equal(report_of_log().recoveries, tails + unresolved + marks.recoveries);
}

/* ---- Tails ---- */

TEST(entries_of_a_dead_writer_are_marked_once_by_whoever_comes_next)
{
    make_log(3);
    append_and_die(2, "test.entry", BODY);
    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_CRASH_TAIL);
    assert_string_equal(report.why, "entry 3 and what follows it has no checkpoint, and its writer "
                                    "is gone; the next writer records it");
    assert_int_equal(report.covered, 3);
    assert_int_equal(report.pending, 3);
    assert_marks(0, 0);
    for (int i = 0; i < 3; i++) {
        assert_status(append_once("test.entry", BODY), FWS_OK);
        assert_marks(1, 0);
    }
    struct marks marks = marks_of_log();

    assert_int_equal(marks.first, 3);
    assert_int_equal(marks.entries, 3); /* the checkpoint's entry was its own, too */
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(each_dead_writer_has_a_mark_of_its_own)
{
    make_log(3);
    append_and_die(1, "test.entry", BODY);
    append_and_die(1, "test.entry", BODY); /* it marks the first */
    append_and_die(1, "test.entry", BODY);
    assert_marks(2, 0);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_marks(3, 0);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_marks(3, 0);
    remove_log();
}

TEST(a_writer_that_ended_in_order_without_a_checkpoint_is_not_marked_beside_one_that_died)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    fws_audit_close(&log); /* says so, by its last entry */
    append_and_die(1, "test.entry", BODY);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_marks(1, 0);
    assert_int_equal(marks_of_log().entries, 1);
    remove_log();
}

TEST(settling_behind_a_crash_leaves_its_mark)
{
    struct fws_error err = {0};

    make_log(3);
    append_and_die(1, "test.entry", BODY);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_settle(log, &err), FWS_OK);
    fws_audit_close(&log);
    assert_marks(1, 0);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(entries_of_a_living_writer_are_not_marked_and_another_may_cover_them)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.intent", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().pending, 2);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT); /* covered, the intent still open */
    assert_int_equal(report_of_log().pending, 0);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":4}"), FWS_OK);
    close_log(log);
    assert_marks(0, 0);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- Intents ---- */

/* A copy has its writers' files, but not their locks: docs/formats/audit-log.md says so. */
TEST(an_intent_of_a_living_writer_reads_as_a_crash_in_a_copy_and_never_as_tampering)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.intent", BODY), FWS_OK);
    assert_status(append_once("test.entry", BODY), FWS_OK); /* its checkpoint covers both */
    assert_verdict(FWS_AUDIT_INTACT);
    keep_copy("copy");
    struct fws_audit_report copy = report_of("../copy", true);

    assert_int_equal(copy.verdict, FWS_AUDIT_CRASH_TAIL);
    assert_non_null(strstr(copy.why, "intent 4 has no outcome"));
    assert_status(append_to(log, "sign.outcome", "{\"intent\":4}"), FWS_OK);
    close_log(log);
    keep_copy("copy");
    assert_int_equal(report_of("../copy", true).verdict, FWS_AUDIT_INTACT);
    remove_log();
}

TEST(an_intent_of_a_dead_writer_is_unresolved_once)
{
    make_log(3);
    append_and_die(1, "sign.intent", BODY);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 1);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 1);
    close_log(log);
    log = open_log(0, 0);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 0);
    close_log(log);
    assert_marks(1, 1);
    assert_int_equal(marks_of_log().intent, 4);
    assert_int_equal(report_of_log().unresolved, 1);
    remove_log();
}

/* In a child that appends an intent, says so, and waits to be killed. */
static pid_t intend_in_child(bool with_checkpoint)
{
    int ends[2];
    char said;

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();

    if (child == 0) {
        struct fws_audit_options options = log_options();
        struct fws_audit *log = NULL;
        struct fws_error err = {0};

        if (fws_audit_open(&options, &log, &err) == FWS_OK &&
            fws_audit_append(log, "sign.intent", "{}", 2, NULL, &err) == FWS_OK &&
            (!with_checkpoint || fws_audit_checkpoint(log, &err) == FWS_OK)) {
            (void)!write(ends[1], "!", 1);
        }
        (void)alarm(60); /* should the test fail meanwhile */
        (void)pause();
        _exit(0);
    }
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(read(ends[0], &said, 1), 1);
    assert_int_equal(close(ends[0]), 0);
    return child;
}

static void kill_child(pid_t child)
{
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

TEST(an_intent_is_open_until_its_writer_dies_whoever_appends_meanwhile)
{
    make_log(3);
    pid_t child = intend_in_child(false);

    assert_verdict(FWS_AUDIT_INTACT);
    for (int i = 0; i < 3; i++) {
        assert_status(append_once("test.entry", BODY), FWS_OK);
        assert_verdict(FWS_AUDIT_INTACT);
    }
    assert_marks(0, 0);
    kill_child(child);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_string_equal(report_of_log().why, "intent 4 has no outcome, and its writer is gone; the "
                                             "next writer records it as unresolved");
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_marks(0, 1); /* the others' checkpoints covered its entries */
    remove_log();
}

TEST(an_intent_that_a_checkpoint_covers_is_unresolved_when_its_writer_dies)
{
    make_log(3);
    pid_t child = intend_in_child(true);

    assert_verdict(FWS_AUDIT_INTACT);
    kill_child(child);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    acknowledge();
    assert_marks(0, 1);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_writer_that_ends_in_order_with_an_intent_open_leaves_it_unresolved)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.intent", BODY), FWS_OK);
    close_log(log);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_marks(0, 1);
    remove_log();
}

#define PROCESSES 8

TEST(of_many_that_come_next_at_once_one_leaves_the_marks)
{
    pid_t children[PROCESSES];
    int result = 0;

    make_log(3);
    append_and_die(1, "sign.intent", BODY);
    for (size_t i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            _exit(append_once("test.entry", BODY) == FWS_OK ? 0 : 1);
        }
    }
    for (size_t i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_int_equal(result, 0);
    }
    assert_marks(1, 1);
    remove_log();
}

/* Its file says who lives; without it others must take the writer for dead, and it fails closed. */
TEST(a_writer_whose_file_is_taken_away_cannot_end_what_was_marked)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.intent", BODY), FWS_OK);
    assert_int_equal(system("rm -r writers"), 0);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_marks(1, 1);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":4}"), FWS_E_INTERNAL);
    fws_audit_close(&log);
    remove_log();
}

/* ---- Acknowledgements ---- */

TEST(an_acknowledgement_covers_the_marks_there_are_and_no_later_ones)
{
    struct fws_error err = {0};
    uint64_t marks = 0;

    make_log(3);
    append_and_die(1, "sign.intent", BODY);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_acknowledge(log, "tester", "seen", &marks, &err), FWS_OK);
    assert_int_equal(marks, 2); /* recorded first, then acknowledged */
    assert_status(fws_audit_acknowledge(log, "tester", "again", &marks, &err), FWS_E_NOT_FOUND);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().acknowledged, 2);
    append_and_die(1, "test.entry", BODY);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report_of_log().acknowledged, 2);
    assert_int_equal(report_of_log().recoveries, 3);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_torn_end_is_recorded_by_its_acknowledgement)
{
    make_log(3);
    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    cut_to(SEGMENT_0, line_start(&text, 3) + 50);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().segments, 2);
    assert_int_equal(report_of_log().acknowledged, 1);
    remove_log();
}

/* ---- A writer that publishes its checkpoint and goes while it is asked for ---- */

static struct {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t change;
    bool armed, signing, released;
} writer = {.mutex = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};

static void wait_while_signing(void *context)
{
    (void)context;
    (void)pthread_mutex_lock(&writer.mutex);
    writer.signing = true;
    (void)pthread_cond_broadcast(&writer.change);
    while (!writer.released) {
        (void)pthread_cond_wait(&writer.change, &writer.mutex);
    }
    (void)pthread_mutex_unlock(&writer.mutex);
}

static void *append_seal_and_go(void *context)
{
    struct log_key *key = context;
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.signer = &key->signer;
    if (fws_audit_open(&options, &log, &err) == FWS_OK &&
        append_to(log, "test.entry", BODY) == FWS_OK) {
        (void)!fws_audit_checkpoint(log, &err);
    }
    fws_audit_close(&log);
    return NULL;
}

/* In place of the C library's: the first look at a writer's file lets the writer go. */
int openat(int folder, const char *name, int flags, ...)
{
    if (writer.armed && (flags & O_ACCMODE) == O_RDONLY && strlen(name) == 16 &&
        strspn(name, "0123456789abcdef") == 16) {
        writer.armed = false;
        (void)pthread_mutex_lock(&writer.mutex);
        writer.released = true;
        (void)pthread_cond_broadcast(&writer.change);
        (void)pthread_mutex_unlock(&writer.mutex);
        (void)pthread_join(writer.thread, NULL);
    }
    return (int)syscall(SYS_openat, folder, name, flags, 0640);
}

static void begin_writer(struct log_key *key)
{
    *key = test_key;
    key->signer.context = key;
    key->before = wait_while_signing;
    writer.signing = writer.released = false;
    assert_int_equal(pthread_create(&writer.thread, NULL, append_seal_and_go, key), 0);
    (void)pthread_mutex_lock(&writer.mutex);
    while (!writer.signing) {
        (void)pthread_cond_wait(&writer.change, &writer.mutex);
    }
    (void)pthread_mutex_unlock(&writer.mutex);
}

TEST(a_verifier_looks_for_a_newer_checkpoint_before_it_says_that_a_writer_died)
{
    struct log_key key;

    make_log(3);
    begin_writer(&key);
    writer.armed = true;
    struct fws_audit_report report = report_of(".", true);

    assert_false(writer.armed);
    assert_string_equal(report.why, "");
    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.covered, 5);
    remove_log();
}

TEST(the_next_writer_looks_for_a_newer_checkpoint_before_it_marks_a_tail)
{
    struct log_key key;

    make_log(3);
    begin_writer(&key);
    struct fws_audit *log = open_log(0, 0);

    writer.armed = true;
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_false(writer.armed);
    close_log(log);
    assert_marks(0, 0);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST_MAIN("audit/tail")
