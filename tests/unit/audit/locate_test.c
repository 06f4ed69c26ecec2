/* SPDX-License-Identifier: Apache-2.0 */
/* One entry, or those from one on, found in the files without an index. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/locate.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

struct seen {
    uint64_t first, next;
};

static enum fws_status take(void *context, uint64_t seq, const char *line, size_t size,
                            struct fws_error *err)
{
    struct seen *seen = context;
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;

    assert_status(fws_audit_entry_read(line, size, &text, &entry, err), FWS_OK);
    assert_int_equal(entry.seq, seq);
    assert_true(seen->next == UINT64_MAX || seq == seen->next);
    seen->first = seen->next == UINT64_MAX ? seq : seen->first;
    seen->next = seq + 1;
    return FWS_OK;
}

/* Each entry is found, alone and as the first of those from it on; count of them there are. */
static void assert_all_found(uint64_t count)
{
    struct fws_error err = {0};

    for (uint64_t seq = 0; seq < count + 3; seq++) {
        FWS_AUTO(fws_buf) text = {0};
        struct seen seen = {.next = UINT64_MAX};
        struct fws_audit_entry_text parts;
        struct fws_audit_entry entry;

        assert_status(fws_audit_each_from(".", seq, take, &seen, &err), FWS_OK);
        if (seq >= count) {
            assert_status(fws_audit_find(".", seq, &text, &err), FWS_E_NOT_FOUND);
            assert_int_equal(seen.next, UINT64_MAX);
            continue;
        }
        assert_status(fws_audit_find(".", seq, &text, &err), FWS_OK);
        assert_status(fws_audit_entry_read(text.data, text.size, &parts, &entry, &err), FWS_OK);
        assert_int_equal(entry.seq, seq);
        assert_int_equal(seen.first, seq);
        assert_int_equal(seen.next, count);
    }
}

TEST(every_entry_of_one_segment_is_found)
{
    make_log(1);
    assert_all_found(1);
    for (int i = 0; i < 3; i++) {
        assert_status(append_once("test.entry", BODY), FWS_OK);
    }
    assert_all_found(7);
    remove_log();
}

TEST(every_entry_of_several_segments_is_found)
{
    make_segments();
    assert_all_found(8);
    remove_log();
}

/* Twice torn: within the first line of a batch, and within its last with whole lines before. */
TEST(every_entry_is_found_with_recovered_segments_between)
{
    make_recovered();
    assert_all_found(6);
    append_and_die(3, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_1);

    cut_to(SEGMENT_1, text.size - 4);
    assert_all_found(9); /* with the remains at the end, no recovery so far */
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_all_found(report_of_log().entries);
    remove_log();
}

/* Of the batch that was torn a later line is whole: it is none of the log's, its index is another's. */
TEST(a_whole_line_among_the_remains_is_not_found)
{
    make_log(3);
    append_and_die(3, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    text.data[line_start(&text, 4) + 5] ^= 1;
    write_all(SEGMENT_0, text.data, text.size);
    assert_all_found(4);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_all_found(report_of_log().entries);
    remove_log();
}

/* Lines of all lengths over many blocks: the bisection meets them anywhere. */
TEST(every_entry_is_found_among_lines_of_all_lengths)
{
    static char body[FWS_AUDIT_LINE_MAX];
    static const size_t sizes[] = {20, 9000, 20, 15900, 300, 20, 4000, 15900, 15900, 20};

    make_log(1);
    struct fws_audit *log = open_log(0, 200000);

    for (size_t i = 0; i < 60; i++) {
        size_t size = sizes[i % 10];

        memset(body, 'x', size);
        memcpy(body, "{\"a\":\"", 6);
        memcpy(body + size - 2, "\"}", 3);
        assert_status(append_to(log, "test.entry", body), FWS_OK);
    }
    close_log(log);
    assert_true(report_of_log().segments > 1);
    assert_all_found(report_of_log().entries);
    remove_log();
}

TEST(entries_from_one_that_is_damaged_or_missing_are_not_passed_over_in_silence)
{
    struct fws_error err = {0};
    struct seen seen = {.next = UINT64_MAX};

    make_log(6);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    text.data[line_start(&text, 3) + 30] ^= 1;
    write_all(SEGMENT_0, text.data, text.size);
    for (uint64_t from = 0; from <= 4; from++) {
        seen = (struct seen){.next = UINT64_MAX};
        assert_status(fws_audit_each_from(".", from, take, &seen, &err), FWS_E_LOG_UNKNOWN);
    }
    seen = (struct seen){.next = UINT64_MAX};
    assert_status(fws_audit_each_from(".", 5, take, &seen, &err), FWS_OK);
    assert_int_equal(seen.next, 6);
    remove_log();
}

TEST(what_is_no_log_holds_no_entry)
{
    FWS_AUTO(fws_buf) line = {0};
    struct seen seen = {.next = UINT64_MAX};
    struct fws_error err = {0};

    make_log(1);
    assert_status(fws_audit_find("nowhere", 0, &line, &err), FWS_E_LOG_UNKNOWN);
    assert_status(fws_audit_each_from("nowhere", 3, take, &seen, &err), FWS_E_LOG_UNKNOWN);
    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_status(fws_audit_each_from(".", 0, take, &seen, &err), FWS_E_LOG_UNKNOWN);
    assert_int_equal(mkdir(SEGMENT_0, 0700), 0);
    assert_status(fws_audit_find(".", 0, &line, &err), FWS_E_LOG_UNKNOWN);
    remove_log();
}

/* The place is that of the line: what is between before and after is it, and its LF. */
TEST(a_place_is_where_the_line_is)
{
    FWS_AUTO_CLOSE(fws_folder) folder = {0};
    struct fws_place place;
    struct fws_error err = {0};

    make_segments();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_1);

    assert_status(fws_folder_open(&folder, ".", false, &err), FWS_OK);
    for (uint64_t seq = 3; seq < 6; seq++) {
        assert_status(fws_locate(&folder, seq, &place, &err), FWS_OK);
        assert_int_equal(place.segment, 3);
        assert_int_equal(place.before, line_start(&text, seq - 3));
        assert_int_equal(place.after, line_start(&text, seq - 2));
    }
    remove_log();
}

TEST_MAIN("audit/locate")
