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

    assert_status(fws_audit_append(log, "test.entry", BODY, strlen(BODY), &seq, &err), FWS_OK);
    assert_int_equal(seq, 2);
    assert_status(fws_audit_append(log, "test.other", "{}", 2, &seq, &err), FWS_OK);
    assert_int_equal(seq, 3);
    close_log(log);

    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    struct fws_line line = line_at(&text, 2);

    assert_string_equal(line.type, "test.entry");
    assert_int_equal(line.seq, 2);
    assert_int_equal(line.batch, 1); /* opened by the entry of the genesis's checkpoint */
    assert_int_equal(line.data_size, strlen(BODY));
    assert_memory_equal(line.data, BODY, strlen(BODY));
    assert_string_equal(line_at(&text, 1).type, "log.checkpoint");
    assert_int_equal(line_at(&text, 3).batch, 3);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 4);
    remove_log();
}

TEST(closing_twice_is_closing_once)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    fws_audit_close(&log);
    assert_null(log);
    fws_audit_close(&log);
    assert_int_equal(report_of_log().entries, 1);
    remove_log();
}

static enum fws_status create(const char *directory, const char *origin)
{
    struct fws_audit_genesis genesis = {.origin = origin, .signer = &test_key.signer};
    struct fws_error err = {0};

    return fws_audit_create(directory, &genesis, &err);
}

TEST(a_log_is_created_once)
{
    make_log(1);
    FWS_AUTO(fws_buf) before = read_all("checkpoint");

    assert_status(create(".", ORIGIN), FWS_E_EXISTS);
    assert_verdict(FWS_AUDIT_INTACT);
    FWS_AUTO(fws_buf) after = read_all("checkpoint");

    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, before.size);
    assert_int_equal(rename(SEGMENT_0, "seg/00000000000000000009.jsonl"), 0);
    assert_status(create(".", ORIGIN), FWS_E_EXISTS);
    remove_log();
}

TEST(an_origin_with_blank_plus_quote_or_nothing_is_refused)
{
    char longest[130];

    make_log(1);
    assert_status(create("a", ""), FWS_E_USAGE);
    assert_status(create("a", "a b"), FWS_E_USAGE);
    assert_status(create("a", "a+b"), FWS_E_USAGE);
    assert_status(create("a", "a\"b"), FWS_E_USAGE);
    assert_status(create("a", "a\\b"), FWS_E_USAGE);
    assert_status(create("a", "\xc3\xa4"), FWS_E_USAGE);
    memset(longest, 'o', sizeof longest);
    longest[129] = '\0';
    assert_status(create("a", longest), FWS_E_USAGE);
    assert_int_equal(access("a", F_OK), -1);
    longest[128] = '\0';
    free_log_key(&test_key);
    make_log_key(&test_key, longest, FWS_ALG_ED25519);
    assert_status(create("a", longest), FWS_OK);
    assert_int_equal(report_of("a", true).verdict, FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_log_whose_key_is_named_for_another_is_not_created)
{
    make_log(1);
    assert_status(create("a", "example.test/other"), FWS_E_LOG_KEY);
    assert_int_equal(access("a", F_OK), -1);
    remove_log();
}

TEST(a_log_whose_first_checkpoint_cannot_be_signed_is_not_created)
{
    make_log(1);
    test_key.refuses = true;
    assert_status(create("a", ORIGIN), FWS_E_HSM_UNAVAILABLE);
    assert_int_equal(access("a", F_OK), -1);
    remove_log();
}

TEST(the_genesis_names_key_origin_and_policy)
{
    static const uint8_t policy[32] = {0xab};
    struct fws_audit_genesis genesis = {
        .origin = ORIGIN, .signer = &test_key.signer, .policy = policy};
    FWS_AUTO(fws_buf) key = {0};
    FWS_AUTO(fws_buf) expected = {0};
    struct fws_error err = {0};

    make_log(1);
    assert_status(fws_audit_create("a", &genesis, &err), FWS_OK);
    FWS_AUTO(fws_buf) text = read_all("a/" SEGMENT_0);
    struct fws_line line = line_at(&text, 0);

    assert_status(fws_vkey_write(&test_key.vkey, &key, &err), FWS_OK);
    assert_status(fws_buf_printf(&expected, &err,
                                 "{\"keys\":[\"%.*s\"],\"origin\":\"" ORIGIN
                                 "\",\"policy\":\"sha256:ab%062d\"}",
                                 (int)key.size, (char *)key.data, 0),
                  FWS_OK);
    assert_int_equal(line.data_size, expected.size);
    assert_memory_equal(line.data, expected.data, expected.size);
    remove_log();
}

TEST(a_creation_that_died_before_its_genesis_can_be_done_again)
{
    make_log(1);
    assert_int_equal(rename(SEGMENT_0, "seg/.new"), 0);
    assert_status(open_status(), FWS_E_LOG_UNAVAILABLE);
    assert_status(create(".", ORIGIN), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_missing_log_is_unavailable)
{
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    make_log(1);
    struct fws_audit_options options = log_options();

    options.directory = "nowhere";
    assert_status(fws_audit_open(&options, &log, &err), FWS_E_LOG_UNAVAILABLE);
    assert_null(log);
    remove_log();
}

TEST(a_log_is_not_opened_without_a_trusted_key)
{
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    struct log_key other;

    make_log(1);
    make_log_key(&other, ORIGIN, FWS_ALG_ED25519);
    struct fws_audit_options options = log_options();

    options.trust = NULL;
    assert_status(fws_audit_open(&options, &log, &err), FWS_E_LOG_UNKNOWN);
    options.trust = &other.trust;
    assert_status(fws_audit_open(&options, &log, &err), FWS_E_LOG_UNKNOWN);
    assert_int_equal(unlink("checkpoint"), 0);
    assert_status(open_status(), FWS_E_LOG_UNKNOWN);
    free_log_key(&other);
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
    assert_status(append_to(log, "log.anything", "{}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.unresolved", "{\"intent\":1}"), FWS_E_INTERNAL);
    assert_int_equal(report_of_log().entries, 1);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_OK);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":2}"), FWS_OK);
    close_log(log);
    assert_int_equal(report_of_log().entries, 4);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(an_outcome_needs_an_open_intent_and_ends_it)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.outcome", "{}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":2}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.intent", BODY), FWS_OK);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":1}"), FWS_E_INTERNAL);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":2}"), FWS_OK);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":2}"), FWS_E_INTERNAL);
    close_log(log);
    assert_int_equal(report_of_log().entries, 4);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_line_of_the_longest_size_fits_and_one_more_byte_does_not)
{
    static char body[FWS_AUDIT_LINE_MAX + 100];
    size_t size = FWS_AUDIT_LINE_MAX;
    enum fws_status status = FWS_E_TOO_LARGE;

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    memset(body, 'x', sizeof body - 1);
    memcpy(body, "{\"a\":\"", 6);
    while (status == FWS_E_TOO_LARGE) {
        size--;
        memcpy(body + size, "\"}", 3);
        status = append_to(log, "test.entry", body);
        body[size] = 'x';
    }
    assert_status(status, FWS_OK);
    close_log(log);

    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(line_size(&text, 4), FWS_AUDIT_LINE_MAX);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_status(append_once("test.other", "{}"), FWS_OK);
    assert_int_equal(report_of_log().entries, 7);
    remove_log();
}

/* 25 entries, the log opened anew for each fifth, segments small enough to be changed on the way. */
static void append_many(void)
{
    struct fws_error err = {0};

    for (int i = 0; i < APPENDS; i += 5) {
        struct fws_audit_options options = log_options();
        struct fws_audit *log = NULL;

        options.segment_limit_bytes = 8000;
        if (fws_audit_open(&options, &log, &err) != FWS_OK) {
            _exit(1);
        }
        for (int k = 0; k < 5; k++) {
            if (append_to(log, "test.entry", BODY) != FWS_OK) {
                _exit(2);
            }
        }
        if (fws_audit_checkpoint(log, &err) != FWS_OK) {
            _exit(3);
        }
        fws_audit_close(&log);
    }
    _exit(0);
}

static enum fws_status count_types(void *context, uint64_t seq, const char *line, size_t size,
                                   struct fws_error *err)
{
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
    size_t *count = context;

    (void)seq;
    assert_status(fws_audit_entry_read(line, size, &text, &entry, err), FWS_OK);
    *count += strcmp(entry.type, "test.entry") == 0;
    assert_string_not_equal(entry.type, "log.tail");
    return FWS_OK;
}

TEST(processes_appending_at_once_leave_one_chain_and_a_verifier_sees_no_harm)
{
    pid_t children[PROCESSES];
    int running = PROCESSES;
    struct fws_error err = {0};
    size_t count = 0;
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

        assert_int_equal(report_of(".", running % 2 == 0).verdict, FWS_AUDIT_INTACT);
        assert_true(done >= 0);
        if (done > 0) {
            assert_int_equal(result, 0);
            running--;
        }
    }
    struct fws_audit_report report = report_of_log();

    assert_string_equal(report.why, "");
    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.covered, report.entries);
    assert_true(report.segments > 5);
    assert_status(fws_audit_each(".", count_types, &count, &err), FWS_OK);
    assert_int_equal(count, PROCESSES * APPENDS);
    remove_log();
}

TEST(an_open_log_sees_what_others_appended_tore_and_recovered_since)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_once("test.entry", BODY), FWS_OK);
    append_and_die(1, "test.entry", BODY);

    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    cut_to(SEGMENT_0, text.size - 20);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_status(append_to(log, "test.other", "{}"), FWS_OK);
    close_log(log);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_full_segment_is_followed_by_the_next_but_an_outcome_still_goes_into_it)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 1);

    assert_status(append_to(log, "test.outcome", "{}"), FWS_OK);
    assert_int_equal(report_of_log().segments, 1);
    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    assert_int_equal(report_of_log().segments, 2);
    assert_int_equal(access(SEGMENT_1, F_OK), 0);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST_MAIN("audit/append")
