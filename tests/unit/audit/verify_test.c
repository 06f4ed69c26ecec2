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

    make_log(3);
    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    memset(filler, 'x', sizeof filler);
    for (size_t size = 65530; size < 65540; size++) {
        write_with_filler(&text, 4, filler, size);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
    }
    filler[sizeof filler - 1] = '\n';
    write_with_filler(&text, 4, filler, sizeof filler);
    assert_verdict(FWS_AUDIT_CRASH_TAIL); /* the line behind is of the same batch */
    write_with_filler(&text, 2, filler, sizeof filler);
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

/* Seen by the rule itself, not only by the root that does not come out. */
static void assert_edit_is_seen(size_t index, void (*edit)(struct fws_line *line))
{
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);
    enum fws_audit_verdict verdict = report_of_log().verdict;

    edit_line(SEGMENT_0, index, edit);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_null(strstr(report_of_log().why, "reproduce"));
    write_all(SEGMENT_0, before.data, before.size);
    assert_verdict(verdict);
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

/* There is no next entry to vouch for it, but a checkpoint. */
TEST(an_edited_last_entry_does_not_reproduce_the_checkpoint)
{
    make_log(6);
    edit_line(SEGMENT_0, 5, edit_body);
    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_TAMPERED);
    assert_string_equal(report.why, "the log does not reproduce its checkpoint of 6 entries");
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    remove_log();
}

TEST(an_entry_must_fit_its_place_even_at_the_end_where_no_checkpoint_is)
{
    make_log(4);
    append_and_die(1, "test.entry", BODY);
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

#define MOST 16

/* The lines of text in another order. */
static void write_order(const struct fws_buf *text, const size_t *order, size_t count)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_error err = {0};

    for (size_t i = 0; i < count; i++) {
        assert_status(fws_buf_append(&out, text->data + line_start(text, order[i]),
                                     line_size(text, order[i]) + 1, &err),
                      FWS_OK);
    }
    write_all(SEGMENT_0, out.data, out.size);
}

/* All but number `gone` and the `gone_too`th. */
static size_t leave_out(size_t count, size_t gone, size_t gone_too, size_t *order)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (i != gone && i != gone_too) {
            order[kept++] = i;
        }
    }
    return kept;
}

TEST(a_line_or_two_left_out_are_tampering)
{
    size_t order[MOST];

    make_log(10);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < 10; i++) {
        for (size_t k = i; k < 10; k++) {
            write_order(&text, order, leave_out(10, i, k, order));
            assert_verdict(FWS_AUDIT_TAMPERED);
        }
    }
    remove_log();
}

TEST(any_two_lines_exchanged_are_tampering)
{
    size_t order[MOST];

    make_log(10);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < 10; i++) {
        for (size_t k = i + 1; k < 10; k++) {
            (void)leave_out(10, MOST, MOST, order);
            order[i] = k;
            order[k] = i;
            write_order(&text, order, 10);
            assert_verdict(FWS_AUDIT_TAMPERED);
        }
    }
    write_order(&text, order, leave_out(10, MOST, MOST, order));
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* Also behind the last line, where no other vouches for it. */
TEST(any_line_doubled_anywhere_is_tampering)
{
    size_t order[MOST];

    make_log(10);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < 10; i++) {
        for (size_t at = 0; at <= 10; at++) {
            (void)leave_out(10, MOST, MOST, order);
            memmove(order + at + 1, order + at, (10 - at) * sizeof order[0]);
            order[at] = i;
            write_order(&text, order, 11);
            assert_verdict(FWS_AUDIT_TAMPERED);
        }
    }
    remove_log();
}

/* The same origin and key: only the links and the root tell them apart. */
TEST(a_line_of_another_log_anywhere_is_tampering)
{
    struct fws_audit_genesis genesis = {.origin = ORIGIN, .signer = &test_key.signer};
    struct fws_error err = {0};

    make_log(6);
    assert_status(fws_audit_create("other", &genesis, &err), FWS_OK);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    FWS_AUTO(fws_buf) other = read_all("other/" SEGMENT_0);

    for (size_t at = 0; at <= 6; at++) {
        write_with_filler(&text, at, (const char *)other.data, other.size);
        assert_verdict(FWS_AUDIT_TAMPERED);
    }
    remove_log();
}

TEST(lines_moved_about_behind_the_checkpoint_are_tampering)
{
    static const size_t orders[][7] = {
        {0, 1, 2, 4, 3, 5, 6}, {0, 1, 2, 3, 5, 4, 6}, {0, 1, 2, 3, 4, 6, 5},
        {0, 1, 2, 3, 4, 4, 5}, {0, 1, 2, 3, 5, 6, 6}, {0, 1, 2, 4, 5, 6, 6},
    };

    make_log(3);
    append_and_die(3, "test.entry", BODY);
    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        write_order(&text, orders[i], 7);
        assert_verdict(FWS_AUDIT_TAMPERED);
    }
    for (size_t count = 4; count < 8; count++) {
        write_order(&text, (const size_t[]){0, 1, 2, 3, 4, 5, 6}, count);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
    }
    remove_log();
}

/* ---- What cannot be told ---- */

TEST(a_log_that_is_not_there_cannot_be_told)
{
    make_log(1);
    struct fws_audit_report report = report_of("nowhere", true);

    assert_int_equal(report.verdict, FWS_AUDIT_CANNOT_TELL);
    assert_string_equal(report.place, "");
    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_verdict(FWS_AUDIT_TAMPERED); /* the checkpoint says that there was one */
    assert_int_equal(unlink("checkpoint"), 0);
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
    assert_status(open_status(), FWS_E_LOG_UNKNOWN);
    remove_log();
}

/* Lines that are altered are worth more than that nothing can be told. */
TEST(without_a_trusted_checkpoint_only_tampering_can_be_told)
{
    struct log_key other;

    make_log(4);
    make_log_key(&other, ORIGIN, FWS_ALG_ED25519);
    struct fws_trust none = {0};
    const struct fws_trust *const trusts[] = {NULL, &none, &other.trust};
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < sizeof trusts / sizeof trusts[0]; i++) {
        struct fws_audit_verify_options options = {.trust = trusts[i]};
        struct fws_audit_report report;
        struct fws_error err = {0};

        assert_status(fws_audit_verify(".", &options, &report, &err), FWS_OK);
        assert_int_equal(report.verdict, FWS_AUDIT_CANNOT_TELL);
        assert_int_equal(report.covered, 0);
        edit_line(SEGMENT_0, 1, edit_body);
        assert_status(fws_audit_verify(".", &options, &report, &err), FWS_OK);
        assert_int_equal(report.verdict, FWS_AUDIT_TAMPERED);
        write_all(SEGMENT_0, text.data, text.size);
    }
    assert_int_equal(unlink("checkpoint"), 0);
    assert_verdict(FWS_AUDIT_CANNOT_TELL);
    assert_int_equal(mkdir("checkpoint", 0700), 0);
    assert_verdict(FWS_AUDIT_CANNOT_TELL);
    assert_status(open_status(), FWS_E_LOG_UNAVAILABLE);
    free_log_key(&other);
    remove_log();
}

/* ---- Checkpoints from outside ---- */

static struct fws_audit_report report_against(const struct fws_buf *note)
{
    struct fws_audit_outside outside = {.name = "kept", .note = note->data, .size = note->size};
    struct fws_audit_verify_options options = {
        .trust = &test_key.trust, .outside = &outside, .outside_count = 1};
    struct fws_audit_report report;
    struct fws_error err = {0};

    assert_status(fws_audit_verify(".", &options, &report, &err), FWS_OK);
    return report;
}

TEST(a_log_is_compared_with_checkpoints_from_outside_at_any_of_its_sizes)
{
    make_log(4);
    keep_copy("early");
    FWS_AUTO(fws_buf) early = read_all("checkpoint");

    assert_status(append_once("test.entry", BODY), FWS_OK);
    FWS_AUTO(fws_buf) late = read_all("checkpoint");

    assert_int_equal(report_against(&early).verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report_against(&late).verdict, FWS_AUDIT_INTACT);
    assert_true(report_against(&late).anchored);
    assert_false(report_of_log().anchored);
    restore_copy("early");
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_against(&early).verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report_against(&late).verdict, FWS_AUDIT_TAMPERED);
    late.data[late.size - 10] ^= 1;
    assert_int_equal(report_against(&late).verdict, FWS_AUDIT_CANNOT_TELL);
    remove_log();
}

static enum fws_status stop(void *context, uint64_t bytes, uint64_t total, struct fws_error *err)
{
    uint64_t *seen = context;

    assert_true(bytes > *seen && bytes <= total);
    *seen = bytes;
    return bytes > 16000000 ? fws_error_set(err, FWS_E_INTERRUPTED, "the test stops it") : FWS_OK;
}

TEST(a_long_verification_tells_its_progress_and_can_be_stopped)
{
    static char body[16000];
    uint64_t seen = 0;
    struct fws_audit_verify_options options = {
        .trust = &test_key.trust, .progress = stop, .context = &seen};
    struct fws_audit_body bodies[64];
    struct fws_audit_report report;
    struct fws_error err = {0};

    memset(body, 'x', sizeof body);
    memcpy(body, "{\"a\":\"", 6);
    memcpy(body + sizeof body - 2, "\"}", 2);
    for (size_t i = 0; i < 64; i++) {
        bodies[i] =
            (struct fws_audit_body){.type = "test.entry", .data = body, .size = sizeof body};
    }
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    for (int i = 0; i < 20; i++) {
        assert_status(fws_audit_append_all(log, bodies, 64, &err), FWS_OK);
    }
    close_log(log);
    assert_status(fws_audit_verify(".", &options, &report, &err), FWS_E_INTERRUPTED);
    assert_true(seen > 16000000);
    remove_log();
}

TEST(a_copy_without_its_lock_can_be_verified)
{
    make_log(3);
    assert_int_equal(unlink("lock"), 0);
    assert_verdict(FWS_AUDIT_INTACT);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    write_with_filler(&text, 3, "{\"b\":3", 6);
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
