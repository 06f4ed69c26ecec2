/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/chain.h"
#include "base/crc32c.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

TEST(an_untouched_log_is_intact_and_its_head_is_the_last_leaf)
{
    make_log(12);
    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.entries, 12);
    assert_int_equal(report.segments, 1);
    assert_string_equal(report.place, "");
    assert_string_equal(report.why, "");
    remove_log();
}

/* ---- Every bit, every byte ---- */

/* A flip in the last line, or of the LF before it, leaves what a torn write may leave. */
static enum fws_audit_verdict expected_of_flip(size_t at, size_t last_line)
{
    return at >= last_line - 1 ? FWS_AUDIT_CRASH_TAIL : FWS_AUDIT_TAMPERED;
}

TEST(every_flipped_bit_of_a_log_is_seen)
{
    make_log(12);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    size_t last_line = line_start(&text, 11);
    int fd = open(SEGMENT_0, O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    for (size_t at = 0; at < text.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            uint8_t flipped = (uint8_t)(text.data[at] ^ (1u << bit));

            assert_int_equal(pwrite(fd, &flipped, 1, (off_t)at), 1);
            assert_verdict(expected_of_flip(at, last_line));
        }
        assert_int_equal(pwrite(fd, text.data + at, 1, (off_t)at), 1);
    }
    assert_int_equal(close(fd), 0);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_cut_within_the_last_line_is_a_crash_tail)
{
    make_log(12);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    size_t last_line = line_start(&text, 11);

    for (size_t size = text.size - 1; size > last_line; size--) {
        assert_int_equal(truncate(SEGMENT_0, (off_t)size), 0);
        struct fws_audit_report report = report_of_log();

        assert_int_equal(report.verdict, FWS_AUDIT_CRASH_TAIL);
        assert_int_equal(report.entries, 11);
        assert_string_equal(report.place, SEGMENT_0 ":12");
        assert_non_null(strstr(report.why, "no recovery"));
    }
    remove_log();
}

/* What a chain cannot do; a checkpoint kept elsewhere can. */
TEST(a_chain_alone_cannot_see_whole_lines_cut_off)
{
    make_log(12);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t lines = 11; lines > 0; lines--) {
        assert_int_equal(truncate(SEGMENT_0, (off_t)line_start(&text, lines)), 0);
        struct fws_audit_report report = report_of_log();

        assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
        assert_int_equal(report.entries, lines);
    }
    remove_log();
}

TEST(zeros_and_garbage_behind_the_last_line_are_a_crash_tail)
{
    static const char *const tails[] = {"\0\0\0\0", "abc\n", "abc\ndef\nghi", "\n", "\n\n\n\n"};

    make_log(3);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        FWS_AUTO(fws_buf) longer = {0};
        struct fws_error err = {0};
        size_t size = i == 0 ? 4 : strlen(tails[i]);

        assert_status(fws_buf_append(&longer, text.data, text.size, &err), FWS_OK);
        assert_status(fws_buf_append(&longer, tails[i], size, &err), FWS_OK);
        write_all(SEGMENT_0, longer.data, longer.size);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
    }
    remove_log();
}

TEST(an_endless_line_is_looked_through_in_constant_memory)
{
    make_log(3);
    assert_int_equal(truncate(SEGMENT_0, 100000000), 0);
    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report.entries, 3);
    remove_log();
}

TEST(a_damaged_line_put_between_good_ones_is_tampering)
{
    make_log(4);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    write_with_filler(&text, 2, "x\n", 2);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_with_filler(&text, 2, "\n", 1);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_with_filler(&text, 0, "\n", 1);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* Whatever the size of the blocks that are read: a line is what stands between two LF. */
TEST(the_end_of_a_long_line_is_no_line)
{
    static char filler[70000];

    make_log(4);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    memset(filler, 'x', sizeof filler);
    for (size_t size = 65530; size < 65540; size++) {
        write_with_filler(&text, 3, filler, size);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
    }
    filler[sizeof filler - 1] = '\n';
    write_with_filler(&text, 3, filler, sizeof filler);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* ---- Edits with the CRC made right again ---- */

static void edit_body(struct fws_line *line)
{
    line->data = "{\"key\":\"another\"}";
    line->data_size = strlen(line->data);
}

static void edit_time(struct fws_line *line)
{
    line->time[0] = '1';
}

static void edit_seq(struct fws_line *line)
{
    line->seq++;
    line->batch++;
}

static void edit_prev(struct fws_line *line)
{
    line->prev[0] = line->prev[0] == '0' ? '1' : '0';
}

static void edit_log(struct fws_line *line)
{
    line->log[0] = line->log[0] == '0' ? '1' : '0';
}

static void edit_batch(struct fws_line *line)
{
    line->batch = line->seq + 1;
}

static void edit_type_recovery(struct fws_line *line)
{
    (void)snprintf(line->type, sizeof line->type, "log.recovery");
}

static void edit_type_genesis(struct fws_line *line)
{
    (void)snprintf(line->type, sizeof line->type, "log.genesis");
}

static void edit_type_plain(struct fws_line *line)
{
    (void)snprintf(line->type, sizeof line->type, "sign.intent");
}

static void edit_type_open(struct fws_line *line)
{
    (void)snprintf(line->type, sizeof line->type, "log.segment.open");
}

/* A name that no log may have, with the id that fits it. */
static void edit_origin_plus(struct fws_line *line)
{
    struct fws_error err = {0};

    line->data = "{\"origin\":\"a+b\"}";
    line->data_size = strlen(line->data);
    assert_status(fws_origin_id("a+b", 3, line->log, &err), FWS_OK);
}

static void edit_origin(struct fws_line *line)
{
    line->data = "{\"origin\":\"example.test/other\"}";
    line->data_size = strlen(line->data);
}

static void edit_origin_form(struct fws_line *line)
{
    line->data = "{\"origin\":[\"example.test/log\"]}";
    line->data_size = strlen(line->data);
}

static void assert_edit_is_seen(size_t index, void (*edit)(struct fws_line *line))
{
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);

    edit_line(SEGMENT_0, index, edit);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_all(SEGMENT_0, before.data, before.size);
    assert_verdict(FWS_AUDIT_INTACT);
}

TEST(an_edited_entry_with_a_right_crc_is_tampering)
{
    make_log(6);
    for (size_t index = 1; index < 5; index++) {
        assert_edit_is_seen(index, edit_body);
        assert_edit_is_seen(index, edit_time);
    }
    remove_log();
}

TEST(an_entry_must_fit_its_place_even_at_the_end)
{
    make_log(6);
    assert_edit_is_seen(5, edit_seq);
    assert_edit_is_seen(5, edit_prev);
    assert_edit_is_seen(5, edit_log);
    assert_edit_is_seen(5, edit_batch);
    assert_edit_is_seen(5, edit_type_recovery);
    assert_edit_is_seen(5, edit_type_genesis);
    remove_log();
}

TEST(a_genesis_must_fit_the_logs_id)
{
    make_log(1);
    assert_edit_is_seen(0, edit_origin);
    assert_edit_is_seen(0, edit_origin_form);
    assert_edit_is_seen(0, edit_origin_plus);
    assert_edit_is_seen(0, edit_type_open);
    assert_edit_is_seen(0, edit_type_plain);
    assert_edit_is_seen(0, edit_prev);
    remove_log();
}

TEST(the_place_of_an_edit_is_the_line_behind_it)
{
    make_log(6);
    edit_line(SEGMENT_0, 2, edit_body);
    struct fws_audit_report report = report_of_log();

    assert_string_equal(report.place, SEGMENT_0 ":4");
    assert_string_equal(report.why, "prev of entry 3 is not the hash of the entry before");
    assert_int_equal(report.entries, 3);
    remove_log();
}

/* ---- Whole lines ---- */

/* Write the lines of text in another order; order ends with -1. */
static void write_order(const struct fws_buf *text, const int *order)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_error err = {0};

    for (; *order >= 0; order++) {
        size_t index = (size_t)*order;

        assert_status(fws_buf_append(&out, text->data + line_start(text, index),
                                     line_size(text, index) + 1, &err),
                      FWS_OK);
    }
    write_all(SEGMENT_0, out.data, out.size);
}

TEST(lines_swapped_doubled_or_left_out_are_tampering)
{
    static const int orders[][7] = {
        {0, 2, 1, 3, 4, -1}, {0, 1, 2, 4, 3, -1},    {1, 0, 2, 3, 4, -1}, {0, 1, 1, 2, 3, 4, -1},
        {0, 1, 3, 4, -1},    {0, 1, 2, 3, 4, 4, -1}, {1, 2, 3, 4, -1},    {0, 1, 2, 3, 4, 0, -1},
    };

    make_log(5);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        write_order(&text, orders[i]);
        assert_verdict(FWS_AUDIT_TAMPERED);
    }
    write_order(&text, (const int[]){0, 1, 2, 3, 4, -1});
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- What cannot be told ---- */

TEST(a_log_that_is_not_there_cannot_be_told)
{
    struct fws_audit_report report;
    struct fws_error err = {0};

    make_log(1);
    assert_status(fws_audit_verify("nowhere", &report, &err), FWS_OK);
    assert_int_equal(report.verdict, FWS_AUDIT_CANNOT_TELL);
    assert_string_equal(report.place, "");
    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_verdict(FWS_AUDIT_CANNOT_TELL);
    assert_int_equal(rmdir("seg"), 0);
    assert_verdict(FWS_AUDIT_CANNOT_TELL);
    remove_log();
}

/* A line of version 2, its CRC right: only its own reader can judge it. */
TEST(an_entry_of_a_later_version_cannot_be_told)
{
    make_log(3);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    struct fws_error err = {0};
    size_t start = line_start(&text, 2);
    size_t body = line_size(&text, 2) - strlen(",\"zc\":\"00000000\"}");

    text.data[start + body - 1] = '2';
    text.size = start + body;
    assert_status(
        fws_buf_printf(&text, &err, ",\"zc\":\"%08x\"}\n", fws_crc32c(text.data + start, body)),
        FWS_OK);
    write_all(SEGMENT_0, text.data, text.size);
    assert_verdict(FWS_AUDIT_CANNOT_TELL);
    assert_string_equal(report_of_log().place, SEGMENT_0 ":3");
    assert_status(append_once("sign.intent", BODY), FWS_E_LOG_UNAVAILABLE);
    remove_log();
}

TEST(a_copy_without_its_lock_can_be_verified)
{
    make_log(3);
    assert_int_equal(unlink("lock"), 0);
    assert_verdict(FWS_AUDIT_INTACT);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(truncate(SEGMENT_0, (off_t)text.size - 1), 0);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    remove_log();
}

TEST(verifying_changes_no_file)
{
    struct stat before;
    struct stat after;

    make_recovered();
    assert_int_equal(stat("seg", &before), 0);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(stat("seg", &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(before.st_nlink, after.st_nlink);
    remove_log();
}

TEST_MAIN("audit/verify")
