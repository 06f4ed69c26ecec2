/* SPDX-License-Identifier: Apache-2.0 */
/* What opening a log finds at its end, and what the next append makes of it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

TEST(a_torn_line_is_left_recorded_and_the_chain_goes_on)
{
    make_log(3);
    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);
    size_t torn_size = before.size - 7;

    cut_to(SEGMENT_0, torn_size);
    assert_status(open_status(), FWS_OK);
    assert_status(append_once("test.entry", BODY), FWS_OK);

    FWS_AUTO(fws_buf) after = read_all(SEGMENT_0);
    FWS_AUTO(fws_buf) next = read_all("seg/00000000000000000004.jsonl");

    assert_int_equal(after.size, torn_size);
    assert_memory_equal(after.data, before.data, torn_size);
    struct fws_line line = line_at(&next, 0);

    assert_string_equal(line.type, "log.recovery");
    assert_int_equal(line.seq, 4);
    assert_non_null(memmem(line.data, line.data_size, "\"reason\":\"no-newline\"", 21));
    assert_non_null(memmem(line.data, line.data_size, "\"segment\":\"0000", 15));
    assert_string_equal(line_at(&next, 1).type, "log.tail"); /* entry 3 was whole */
    assert_string_equal(line_at(&next, 2).type, "test.entry");

    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report.entries, 7);
    assert_int_equal(report.recoveries, 2);
    assert_int_equal(report.acknowledged, 0);
    assert_string_equal(report.place, SEGMENT_0 ":5");
    assert_non_null(strstr(report.why, "not acknowledged"));
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().acknowledged, 2);
    remove_log();
}

TEST(a_second_open_after_a_recovery_changes_nothing)
{
    make_recovered();
    uint64_t entries = report_of_log().entries;

    assert_status(open_status(), FWS_OK);
    assert_status(open_status(), FWS_OK);
    assert_int_equal(report_of_log().entries, entries);
    assert_int_equal(report_of_log().segments, 2);
    remove_log();
}

TEST(a_log_torn_twice_is_recovered_twice)
{
    make_recovered();
    uint64_t entries = report_of_log().entries;

    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) second = read_all(SEGMENT_1);

    cut_to(SEGMENT_1, second.size - 1);
    assert_status(append_once("test.entry", BODY), FWS_OK);

    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report.segments, 3);
    assert_int_equal(report.recoveries, 3); /* the second tear left the checkpoint's entry whole */
    assert_int_equal(report.entries, entries + 4);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(damage_followed_by_good_lines_refuses_to_open)
{
    make_log(6);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    text.data[line_start(&text, 3) + 60] ^= 1;
    write_all(SEGMENT_0, text.data, text.size);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    remove_log();
}

TEST(damage_behind_the_checkpoint_followed_by_a_later_batch_refuses_to_open)
{
    make_log(3);
    append_and_die(1, "test.entry", BODY);
    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    text.data[line_start(&text, 3) + 60] ^= 1;
    write_all(SEGMENT_0, text.data, text.size);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST(a_log_cut_below_its_checkpoint_refuses_to_open)
{
    make_log(5);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t lines = 4; lines > 0; lines--) {
        cut_to(SEGMENT_0, line_start(&text, lines));
        assert_status(open_status(), FWS_E_LOG_TAMPERED);
        cut_to(SEGMENT_0, line_start(&text, lines) - 3);
        assert_status(open_status(), FWS_E_LOG_TAMPERED);
    }
    remove_log();
}

TEST(an_end_of_another_log_refuses_to_open)
{
    struct log_key other;
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&other, "example.test/other", FWS_ALG_ED25519);
    struct fws_audit_genesis genesis = {.origin = "example.test/other", .signer = &other.signer};
    FWS_AUTO(fws_buf) mine = read_all(SEGMENT_0);

    assert_status(fws_audit_create("other", &genesis, &err), FWS_OK);
    FWS_AUTO(fws_buf) text = read_all("other/" SEGMENT_0);

    assert_status(fws_buf_append(&text, mine.data + line_start(&mine, 1),
                                 mine.size - line_start(&mine, 1), &err),
                  FWS_OK);
    write_all(SEGMENT_0, text.data, text.size);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    free_log_key(&other);
    remove_log();
}

TEST(a_checkpoint_of_another_log_refuses_to_open)
{
    struct log_key other;
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&other, "example.test/other", FWS_ALG_ED25519);
    struct fws_audit_genesis genesis = {.origin = "example.test/other", .signer = &other.signer};

    assert_status(fws_audit_create("other", &genesis, &err), FWS_OK);
    assert_status(fws_trust_add(&test_key.trust, &other.vkey, &err), FWS_OK);
    assert_int_equal(rename("other/checkpoint", "checkpoint"), 0);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    assert_verdict(FWS_AUDIT_TAMPERED);
    free_log_key(&other);
    remove_log();
}

TEST(a_segment_without_a_good_first_line_refuses_to_open)
{
    make_log(1);
    cut_to(SEGMENT_0, 100);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    cut_to(SEGMENT_0, 0);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    remove_log();
}

TEST(a_missing_first_segment_refuses_to_open)
{
    make_segments();
    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    remove_log();
}

TEST(a_last_segment_missing_or_under_another_name_refuses_to_open)
{
    make_segments();
    assert_int_equal(rename(SEGMENT_2, "seg/00000000000000000007.jsonl"), 0);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    assert_int_equal(unlink("seg/00000000000000000007.jsonl"), 0);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    remove_log();
}

/* Zeros without a line end, and nothing but line ends. */
TEST(a_tail_longer_than_what_is_read_first_is_still_understood)
{
    static char tail[300000];

    for (int fill = 0; fill <= '\n'; fill += '\n') {
        struct fws_error err = {0};

        make_log(3);
        FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

        memset(tail, fill, sizeof tail);
        assert_status(fws_buf_append(&text, tail, sizeof tail, &err), FWS_OK);
        write_all(SEGMENT_0, text.data, text.size);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
        assert_status(append_once("test.entry", BODY), FWS_OK);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
        assert_int_equal(report_of_log().entries, 6);
        acknowledge();
        assert_verdict(FWS_AUDIT_INTACT);
        remove_log();
    }
}

/* Fill until far more than one tail is behind; only the end is read again. */
TEST(a_long_segment_is_opened_by_its_end)
{
    static char body[9000];

    memset(body, 'x', sizeof body);
    memcpy(body, "{\"a\":\"", 6);
    memcpy(body + sizeof body - 3, "\"}", 3);
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    for (int i = 0; i < 20; i++) {
        assert_status(append_to(log, "test.entry", body), FWS_OK);
    }
    close_log(log);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_int_equal(report_of_log().entries, 24);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(opening_leaves_no_trace)
{
    make_log(3);
    keep_copy("before");
    assert_status(open_status(), FWS_OK);
    assert_int_equal(system("diff -r . ../before"), 0);
    remove_log();
}

TEST_MAIN("audit/open")
