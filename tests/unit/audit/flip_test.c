/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log of 50 entries with one bit changed, or cut anywhere. Where FWSIGN_SOAK is 1, every bit and
 * every byte goes through the verifier, in both of its modes; otherwise a part of them does, and all
 * through the readers of lines.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit/envelope.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define ENTRIES 50

static bool soaking(void)
{
    const char *value = getenv("FWSIGN_SOAK");

    return value != NULL && strcmp(value, "1") == 0;
}

/* Every byte of a few, or one of them: bit number 8 and above are of no byte. */
static bool is_chosen(size_t at, unsigned bit, size_t every)
{
    return soaking() || (at % every == 0 && bit == at / every % 8);
}

/* In both modes where there is time, else in turns. */
static enum fws_audit_verdict verdict(void)
{
    static bool strict;

    strict = !strict;
    return soaking() ? report_of_log().verdict : report_of(".", strict).verdict;
}

static void assert_damage(const uint8_t *text, size_t size)
{
    struct fws_line line;
    struct fws_error err = {0};

    assert_status(fws_line_parse(text, size, &line, &err), FWS_E_LOG_TAIL);
    assert_status(fws_envelope_parse(text, size, &line, &err), FWS_E_LOG_TAIL);
}

/* With the verifier's rule that damage before a checkpoint's size is tampering this is the whole
 * proof; the verdicts below show that the rule holds. */
TEST(every_flipped_bit_damages_its_line)
{
    make_log(ENTRIES);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i < ENTRIES; i++) {
        uint8_t *line = text.data + line_start(&text, i);
        size_t size = line_size(&text, i);

        for (size_t at = 0; at < size * 8; at++) {
            line[at / 8] ^= (uint8_t)(1u << at % 8);
            assert_damage(line, size);
            line[at / 8] ^= (uint8_t)(1u << at % 8);
        }
    }
    remove_log();
}

TEST(two_lines_whose_lf_is_flipped_are_one_damaged_line)
{
    make_log(ENTRIES);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t i = 0; i + 1 < ENTRIES; i++) {
        size_t lf = line_start(&text, i) + line_size(&text, i);

        for (unsigned bit = 0; bit < 8; bit++) {
            text.data[lf] ^= (uint8_t)(1u << bit);
            assert_damage(text.data + line_start(&text, i), line_size(&text, i));
            text.data[lf] ^= (uint8_t)(1u << bit);
        }
    }
    remove_log();
}

/* Flip the chosen bits of a file from byte `from` on, one after the other. */
static void assert_flips(const char *path, size_t from, size_t every,
                         enum fws_audit_verdict expected)
{
    FWS_AUTO(fws_buf) text = read_all(path);
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    for (size_t at = from; at < text.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            uint8_t flipped = (uint8_t)(text.data[at] ^ (1u << bit));

            if (is_chosen(at, bit, every)) {
                assert_int_equal(pwrite(fd, &flipped, 1, (off_t)at), 1);
                assert_int_equal(verdict(), expected);
            }
        }
        assert_int_equal(pwrite(fd, text.data + at, 1, (off_t)at), 1);
    }
    assert_int_equal(close(fd), 0);
}

TEST(every_flipped_bit_of_a_covered_log_is_tampering)
{
    make_log(ENTRIES);
    assert_flips(SEGMENT_0, 0, 11, FWS_AUDIT_TAMPERED);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* No bit of it is irrelevant. A form that is broken says nothing about the log; a trusted key's wrong
 * signature does. */
TEST(every_flipped_bit_of_a_checkpoint_is_seen)
{
    unsigned counts[4] = {0};

    make_log(5);
    FWS_AUTO(fws_buf) note = read_all("checkpoint");

    for (size_t at = 0; at < note.size * 8; at++) {
        note.data[at / 8] ^= (uint8_t)(1u << at % 8);
        write_all("checkpoint", note.data, note.size);
        counts[verdict()]++;
        if (at % 64 == at / 64 % 8) {
            assert_true(open_status() != FWS_OK);
        }
        note.data[at / 8] ^= (uint8_t)(1u << at % 8);
    }
    assert_int_equal(counts[FWS_AUDIT_INTACT], 0);
    assert_int_equal(counts[FWS_AUDIT_CRASH_TAIL], 0);
    assert_true(counts[FWS_AUDIT_TAMPERED] > 600); /* root, size, signature */
    assert_true(counts[FWS_AUDIT_CANNOT_TELL] > 100);
    remove_log();
}

TEST(a_flipped_bit_behind_the_checkpoint_is_a_crash_tail)
{
    make_log(5);
    FWS_AUTO(fws_buf) covered = read_all(SEGMENT_0);

    append_and_die(3, "test.entry", BODY);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_flips(SEGMENT_0, covered.size, 2, FWS_AUDIT_CRASH_TAIL);
    remove_log();
}

/* The second batch was not written before the first was flushed. */
TEST(damage_in_a_batch_that_was_flushed_is_tampering_also_behind_the_checkpoint)
{
    make_log(5);
    append_and_die(2, "test.entry", BODY);
    FWS_AUTO(fws_buf) first = read_all(SEGMENT_0);

    append_and_die(1, "test.entry", BODY);
    FWS_AUTO(fws_buf) both = read_all(SEGMENT_0);

    for (size_t at = line_start(&both, 5); at < first.size; at += 11) {
        both.data[at] ^= 1;
        write_all(SEGMENT_0, both.data, both.size);
        assert_verdict(FWS_AUDIT_TAMPERED);
        both.data[at] ^= 1;
    }
    remove_log();
}

/* ---- Cuts ---- */

static bool is_cut_chosen(const struct fws_buf *text, size_t size)
{
    return soaking() || size % 13 == 0 || text->data[size] == '\n' || text->data[size - 1] == '\n';
}

TEST(a_covered_log_cut_anywhere_is_tampering)
{
    make_log(ENTRIES);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t size = text.size - 1; size > 0; size--) {
        if (is_cut_chosen(&text, size)) {
            cut_to(SEGMENT_0, size);
            assert_int_equal(verdict(), FWS_AUDIT_TAMPERED);
        }
    }
    cut_to(SEGMENT_0, 0);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* What no checkpoint covers can be cut off whole unseen: nothing was released for it. */
TEST(a_cut_behind_the_checkpoint_is_a_crash_tail_or_leaves_what_is_covered)
{
    make_log(5);
    FWS_AUTO(fws_buf) covered = read_all(SEGMENT_0);

    append_and_die(3, "test.entry", BODY);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    for (size_t size = text.size; size > covered.size; size--) {
        cut_to(SEGMENT_0, size);
        assert_int_equal(verdict(), FWS_AUDIT_CRASH_TAIL);
    }
    cut_to(SEGMENT_0, covered.size);
    assert_verdict(FWS_AUDIT_INTACT);
    cut_to(SEGMENT_0, covered.size - 1);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST_MAIN("audit/flip")
