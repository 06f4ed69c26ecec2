/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define PROCESSES 8
#define APPENDS   25

TEST(an_entry_appended_is_read_back_with_its_index_and_body)
{
    struct fws_error err = {0};
    uint64_t seq = 0;

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_append(log, "sign.intent", BODY, strlen(BODY), &seq, &err), FWS_OK);
    assert_int_equal(seq, 1);
    assert_status(fws_audit_append(log, "sign.outcome", "{}", 2, &seq, &err), FWS_OK);
    assert_int_equal(seq, 2);
    fws_audit_close(&log);
    fws_audit_close(&log);

    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    struct fws_line line;

    assert_status(
        fws_line_parse(text.data + line_start(&text, 1), line_size(&text, 1), &line, &err), FWS_OK);
    assert_string_equal(line.type, "sign.intent");
    assert_int_equal(line.seq, 1);
    assert_int_equal(line.batch, 1);
    assert_int_equal(line.data_size, strlen(BODY));
    assert_memory_equal(line.data, BODY, strlen(BODY));
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

TEST(a_log_is_created_once)
{
    struct fws_error err = {0};

    make_log(1);
    assert_status(fws_audit_create(".", "example.test/other", &err), FWS_E_EXISTS);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(rename(SEGMENT_0, "seg/00000000000000000009.jsonl"), 0);
    assert_status(fws_audit_create(".", "example.test/other", &err), FWS_E_EXISTS);
    remove_log();
}

TEST(an_origin_with_blank_plus_quote_or_nothing_is_refused)
{
    struct fws_error err = {0};
    char longest[130];

    make_log(1);
    assert_status(fws_audit_create("a", "", &err), FWS_E_USAGE);
    assert_status(fws_audit_create("a", "a b", &err), FWS_E_USAGE);
    assert_status(fws_audit_create("a", "a+b", &err), FWS_E_USAGE);
    assert_status(fws_audit_create("a", "a\"b", &err), FWS_E_USAGE);
    assert_status(fws_audit_create("a", "\xc3\xa4", &err), FWS_E_USAGE);
    memset(longest, 'o', sizeof longest);
    longest[129] = '\0';
    assert_status(fws_audit_create("a", longest, &err), FWS_E_USAGE);
    longest[128] = '\0';
    assert_status(fws_audit_create("a", longest, &err), FWS_OK);
    remove_log();
}

TEST(a_creation_that_died_before_its_genesis_can_be_done_again)
{
    struct fws_error err = {0};

    make_log(1);
    assert_int_equal(rename(SEGMENT_0, "seg/.new"), 0);
    assert_status(open_status(), FWS_E_LOG_UNAVAILABLE);
    assert_status(fws_audit_create(".", "example.test/log", &err), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_missing_log_is_unavailable)
{
    struct fws_audit_options options = {.directory = "nowhere"};
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    make_log(1);
    assert_status(fws_audit_open(&options, &log, &err), FWS_E_LOG_UNAVAILABLE);
    assert_null(log);
    remove_log();
}

TEST(a_body_that_is_no_canonical_object_is_refused)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.intent", "[]"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.intent", "{\"b\":1,\"a\":2}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.intent", "{} "), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.intent", ""), FWS_E_INTERNAL);
    assert_status(append_to(log, "Sign", "{}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "", "{}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "a.type.that.is.far.too.long.to.be.one", "{}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "log.recovery", "{}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_OK);
    fws_audit_close(&log);
    assert_int_equal(report_of_log().entries, 2);
    remove_log();
}

TEST(a_line_of_the_longest_size_fits_and_one_more_byte_does_not)
{
    static char body[FWS_AUDIT_LINE_MAX + 100];
    size_t size = FWS_AUDIT_LINE_MAX;
    enum fws_status status = FWS_E_TOO_LARGE;

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    memset(body, 'x', sizeof body);
    memcpy(body, "{\"a\":\"", 6);
    for (; status == FWS_E_TOO_LARGE; size--) {
        memcpy(body + size, "\"}", 3);
        status = append_to(log, "sign.intent", body);
        body[size] = 'x';
    }
    assert_status(status, FWS_OK);
    fws_audit_close(&log);

    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(line_size(&text, 1), FWS_AUDIT_LINE_MAX);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_status(append_once("sign.outcome", "{}"), FWS_OK);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

/* 25 entries, the log opened anew for each fifth, segments small enough to be changed on the way. */
static void append_many(void)
{
    struct fws_error err = {0};

    for (int i = 0; i < APPENDS; i += 5) {
        struct fws_audit_options options = {.directory = ".", .segment_limit_bytes = 8000};
        struct fws_audit *log = NULL;

        if (fws_audit_open(&options, &log, &err) != FWS_OK) {
            _exit(1);
        }
        for (int k = 0; k < 5; k++) {
            if (append_to(log, "sign.intent", BODY) != FWS_OK) {
                _exit(2);
            }
        }
        fws_audit_close(&log);
    }
    _exit(0);
}

TEST(processes_appending_at_once_leave_one_chain_and_a_verifier_sees_no_harm)
{
    pid_t children[PROCESSES];
    int running = PROCESSES;
    int result = 0;

    make_log(1);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            append_many();
        }
    }
    while (running > 0) {
        pid_t done = waitpid(-1, &result, WNOHANG);

        assert_verdict(FWS_AUDIT_INTACT);
        assert_true(done >= 0);
        if (done > 0) {
            assert_int_equal(result, 0);
            running--;
        }
    }
    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_true(report.segments > 5);
    assert_int_equal(report.entries, PROCESSES * APPENDS + report.segments);
    remove_log();
}

TEST(an_open_log_sees_what_others_appended_torn_and_recovered_since)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_once("sign.intent", BODY), FWS_OK);
    assert_status(append_once("sign.intent", BODY), FWS_OK);

    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    cut_to(SEGMENT_0, text.size - 20);
    assert_status(append_once("sign.intent", BODY), FWS_OK);
    assert_status(append_to(log, "sign.outcome", "{}"), FWS_OK);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report_of_log().entries, 5);
    remove_log();
}

TEST(a_full_segment_is_followed_by_the_next_but_an_outcome_still_goes_into_it)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 1);

    assert_status(append_to(log, "sign.outcome", "{}"), FWS_OK);
    assert_int_equal(report_of_log().segments, 1);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_OK);
    assert_int_equal(report_of_log().segments, 2);
    assert_int_equal(access("seg/00000000000000000002.jsonl", F_OK), 0);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST_MAIN("audit/append")
