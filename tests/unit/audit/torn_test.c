/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch that was written and not flushed when the power failed: of its sectors any may be on the
 * disk, the others are as they were. Whatever is there is a crash's doing, never tampering; the next
 * writer goes on, and what was acknowledged before is there.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define SECTOR  512u
#define COVERED 5u /* entries before the batch */

struct batch {
    struct fws_buf text; /* the segment */
    size_t start;        /* of the batch */
    size_t sectors;
};

static size_t sector_start(const struct batch *batch, size_t sector)
{
    size_t at = (batch->start / SECTOR + sector) * SECTOR;

    return at < batch->start ? batch->start : at > batch->text.size ? batch->text.size : at;
}

/* Five lines: the checkpoint's entry and four others. */
static struct batch make_torn_batch(void)
{
    struct batch batch = {.start = 0};

    make_log(COVERED);
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);

    append_and_die(4, "test.entry", "{}");
    batch.text = read_all(SEGMENT_0);
    batch.start = before.size;
    while (sector_start(&batch, batch.sectors) < batch.text.size) {
        batch.sectors++;
    }
    assert_in_range(batch.sectors, 4, 7);
    keep_copy("whole");
    return batch;
}

/* What a sector holds that was not written. */
enum stale {
    ZEROS,
    GARBAGE,
    OLDER_LINES, /* of the same log, from where the file's blocks were before */
    STALE_COUNT,
};

static void spoil(struct batch *batch, uint8_t *text, size_t sector, enum stale stale)
{
    for (size_t at = sector_start(batch, sector); at < sector_start(batch, sector + 1); at++) {
        text[at] = stale == ZEROS     ? 0
                   : stale == GARBAGE ? (uint8_t)(at * 37u % 251u)
                                      : batch->text.data[(at - batch->start + 7) % batch->start];
    }
}

static void assert_covered_is_there(const struct batch *batch)
{
    struct fws_audit_report report = report_of(".", true);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_true(report.entries >= COVERED);
    assert_memory_equal(text.data, batch->text.data, batch->start);
}

static void assert_crash_and_recovery(const struct batch *batch)
{
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_covered_is_there(batch);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_covered_is_there(batch);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    restore_copy("whole");
}

TEST(any_sectors_of_the_last_batch_may_be_missing)
{
    for (enum stale stale = 0; stale < STALE_COUNT; stale++) {
        struct batch batch = make_torn_batch();

        for (unsigned set = 1; set < 1u << batch.sectors; set++) {
            FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

            for (size_t sector = 0; sector < batch.sectors; sector++) {
                if ((set >> sector & 1) != 0) {
                    spoil(&batch, text.data, sector, stale);
                }
            }
            write_all(SEGMENT_0, text.data, text.size);
            assert_crash_and_recovery(&batch);
        }
        fws_buf_free(&batch.text);
        remove_log();
    }
}

/* The file's size is that of what was written so far, and of that any may be missing. */
TEST(the_end_of_the_last_batch_may_be_missing_with_any_sector_before)
{
    struct batch batch = make_torn_batch();

    for (size_t kept = 1; kept < batch.sectors; kept++) {
        for (size_t spoilt = 0; spoilt <= kept; spoilt++) {
            FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

            if (spoilt < kept) {
                spoil(&batch, text.data, spoilt, ZEROS);
            }
            write_all(SEGMENT_0, text.data, sector_start(&batch, kept));
            assert_crash_and_recovery(&batch);
        }
    }
    fws_buf_free(&batch.text);
    remove_log();
}

/* What a recovery says of the remains is checked as long as they are there. */
TEST(remains_of_a_batch_are_as_their_recovery_says_or_tampering)
{
    struct batch batch = make_torn_batch();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    spoil(&batch, text.data, 1, ZEROS);
    write_all(SEGMENT_0, text.data, text.size);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    for (size_t at = line_start(&batch.text, COVERED + 1); at < text.size; at += 101) {
        text.data[at] ^= 1;
        write_all(SEGMENT_0, text.data, text.size);
        assert_verdict(FWS_AUDIT_TAMPERED);
        text.data[at] ^= 1;
    }
    write_all(SEGMENT_0, text.data, text.size);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    fws_buf_free(&batch.text);
    remove_log();
}

/* A batch that was flushed cannot be torn: the next one was not written before. */
TEST(sectors_missing_from_the_batch_before_the_last_are_tampering)
{
    struct batch batch = make_torn_batch();

    append_and_die(1, "test.entry", "{}");
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t sector = 0; sector < batch.sectors; sector++) {
        FWS_AUTO(fws_buf) spoilt = read_all(SEGMENT_0);

        spoil(&batch, spoilt.data, sector, ZEROS);
        write_all(SEGMENT_0, spoilt.data, spoilt.size);
        assert_verdict(FWS_AUDIT_TAMPERED);
        assert_status(open_status(), FWS_E_LOG_TAMPERED);
        write_all(SEGMENT_0, text.data, text.size);
    }
    fws_buf_free(&batch.text);
    remove_log();
}

TEST_MAIN("audit/torn")
