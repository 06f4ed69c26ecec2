/* SPDX-License-Identifier: Apache-2.0 */
/* Segments and recoveries: how one file follows from the one before. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/segment.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

TEST(a_missing_segment_is_tampering)
{
    make_segments();
    assert_int_equal(rename(SEGMENT_0, "away"), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(rename("away", SEGMENT_0), 0);
    assert_int_equal(rename(SEGMENT_1, "away"), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(rename("away", SEGMENT_1), 0);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_segment_that_follows_from_none_is_tampering)
{
    make_segments();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_1);

    write_all("seg/00000000000000000004.jsonl", text.data, text.size);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(rename("seg/00000000000000000004.jsonl", "seg/00000000000000000100.jsonl"), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(unlink("seg/00000000000000000100.jsonl"), 0);
    write_all("seg/.new", text.data, text.size);
    write_all("seg/notes.txt", "x", 1);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(an_emptied_segment_is_tampering)
{
    static const char *const names[] = {SEGMENT_0, SEGMENT_1, SEGMENT_2};

    make_segments();
    for (size_t i = 0; i < 3; i++) {
        FWS_AUTO(fws_buf) text = read_all(names[i]);

        assert_int_equal(truncate(names[i], 0), 0);
        assert_verdict(FWS_AUDIT_TAMPERED);
        write_all(names[i], text.data, text.size);
    }
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(segments_exchanged_are_tampering)
{
    make_segments();
    assert_int_equal(rename(SEGMENT_1, "away"), 0);
    assert_int_equal(rename(SEGMENT_2, SEGMENT_1), 0);
    assert_int_equal(rename("away", SEGMENT_2), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST(bytes_behind_a_closed_segment_are_tampering)
{
    make_segments();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    struct fws_error err = {0};

    assert_status(fws_buf_append(&text, "x", 1, &err), FWS_OK);
    write_all(SEGMENT_0, text.data, text.size);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST(lines_moved_into_a_segment_of_their_own_are_tampering)
{
    make_log(4);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    size_t cut = line_start(&text, 2);

    write_all("seg/00000000000000000002.jsonl", text.data + cut, text.size - cut);
    assert_int_equal(truncate(SEGMENT_0, (off_t)cut), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST(something_else_in_place_of_a_segment_is_tampering)
{
    make_segments();
    assert_int_equal(unlink(SEGMENT_1), 0);
    assert_int_equal(mkfifo(SEGMENT_1, 0600), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(unlink(SEGMENT_1), 0);
    assert_int_equal(mkdir(SEGMENT_1, 0700), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(rmdir(SEGMENT_1), 0);
    assert_int_equal(symlink(SEGMENT_2, SEGMENT_1), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* ---- Recoveries ---- */

TEST(altered_remains_are_tampering)
{
    make_recovered();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    size_t torn = line_start(&text, 3);

    for (size_t at = torn; at < text.size; at += 13) {
        text.data[at] ^= 1;
        write_all(SEGMENT_0, text.data, text.size);
        assert_verdict(FWS_AUDIT_TAMPERED);
        text.data[at] ^= 1;
    }
    write_all(SEGMENT_0, text.data, text.size - 1);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_all(SEGMENT_0, text.data, torn);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_all(SEGMENT_0, text.data, text.size);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    remove_log();
}

static void edit_type(struct fws_line *line)
{
    (void)snprintf(line->type, sizeof line->type, "test.entry");
}

TEST(a_recovery_that_is_altered_or_taken_away_is_tampering)
{
    make_recovered();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_1);

    edit_line(SEGMENT_1, 0, edit_type);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_all(SEGMENT_1, text.data, text.size);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(unlink(SEGMENT_1), 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* Not covered so far: whoever takes it away leaves what the crash left, which is a crash's mark
 * again. */
TEST(a_recovery_without_a_checkpoint_that_is_taken_away_leaves_a_crash_tail)
{
    make_log(3);
    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    cut_to(SEGMENT_0, line_start(&text, 3) + 20);
    append_and_die(1, "test.entry", BODY);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(unlink(SEGMENT_1), 0);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    remove_log();
}

/* What a crash left and what a recovery says of it are one byte for byte. */
TEST(a_recovery_says_what_the_remains_are)
{
    static const struct {
        const char *remains;
        size_t size;
        const char *reason;
    } cases[] = {{"\0\0\0", 3, "zeros"},
                 {"{\"b\":3", 6, "no-newline"},
                 {"{\"b\":3\n", 7, "crc"},
                 {"\n", 1, "crc"}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[160];

        make_log(3);
        FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

        write_with_filler(&text, 3, cases[i].remains, cases[i].size);
        assert_status(append_once("test.entry", BODY), FWS_OK);
        FWS_AUTO(fws_buf) next = read_all(SEGMENT_1);
        struct fws_line line = line_at(&next, 0);
        int size = snprintf(expected, sizeof expected,
                            "{\"length\":%zu,\"offset\":%zu,\"reason\":\"%s\",\"segment\":\"%s\","
                            "\"sha256\":\"sha256:",
                            cases[i].size, text.size, cases[i].reason, &SEGMENT_0[4]);

        assert_memory_equal(line.data, expected, (size_t)size);
        assert_verdict(FWS_AUDIT_CRASH_TAIL);
        remove_log();
    }
}

/* A verifier that has read to the end meets what was written behind it. */
TEST(an_end_torn_and_recovered_since_it_was_read_is_seen)
{
    FWS_AUTO_CLOSE(fws_segment) segment = {0};
    FWS_AUTO_CLOSE(fws_folder) folder = {0};
    FWS_AUTO_CLOSE(fws_chain) chain = {0};
    struct fws_step step;
    struct fws_error err = {0};

    make_log(3);
    assert_status(fws_folder_open(&folder, ".", false, &err), FWS_OK);
    assert_status(fws_chain_open(&chain, &err), FWS_OK);
    assert_status(fws_folder_open_segment(&folder, 0, false, &segment.fd, &err), FWS_OK);
    assert_status(fws_segment_follow(&segment, &chain, NULL, &err), FWS_OK);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    write_with_filler(&text, 3, "{\"b\":3", 6);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_status(fws_segment_advance(&folder, &segment, &chain, false, &step, &err), FWS_OK);
    assert_true(step.moved);
    assert_true(step.before.torn);
    assert_int_equal(chain.next, 6);
    remove_log();
}

TEST_MAIN("audit/segment")
