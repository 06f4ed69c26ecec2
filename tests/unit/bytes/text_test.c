/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "bytes/text.h"
#include "tests/unit/test.h"

#define LENGTH_MAX 24u /* three words: what begins, goes on and ends in each of them */

static const uint8_t letters[256] = {['a'] = 1, ['b'] = 1, [0xff] = 1};

/* A copy of its own size, so that a sanitizer sees a byte read too much. */
static struct fws_reader alone(const void *text, size_t size)
{
    void *copy = malloc(size > 0 ? size : 1);

    assert_non_null(copy);
    memcpy(copy, text, size);
    return fws_reader_init(copy, size);
}

static void drop(struct fws_reader *reader)
{
    free((void *)(uintptr_t)reader->data);
}

TEST(the_next_byte_is_seen_and_stays)
{
    struct fws_reader reader = fws_reader_init("ab", 2);

    assert_int_equal(fws_reader_peek(&reader), 'a');
    assert_int_equal(reader.left, 2);
    fws_reader_skip(&reader, 2);
    assert_int_equal(fws_reader_peek(&reader), 0);
    assert_false(reader.bad);
}

TEST(only_exactly_these_bytes_are_taken)
{
    struct fws_reader reader = fws_reader_init("abc", 3);
    struct fws_reader nothing = fws_reader_init(NULL, 0);

    assert_false(fws_reader_take(&reader, "abd", 3));
    assert_false(fws_reader_take(&reader, "abcd", 4));
    assert_int_equal(reader.left, 3);
    assert_true(fws_reader_take(&reader, "ab", 2));
    assert_true(fws_reader_take(&reader, "", 0));
    assert_int_equal(reader.left, 1);
    assert_true(FWS_READER_TAKE(&reader, "c"));
    assert_false(fws_reader_take(&reader, "c", 1));
    assert_true(fws_reader_take(&nothing, "", 0));
    assert_false(reader.bad);
}

TEST(only_exactly_these_bytes_are_taken_from_the_end)
{
    struct fws_reader reader = fws_reader_init("abc", 3);
    struct fws_reader nothing = fws_reader_init(NULL, 0);

    assert_false(fws_reader_take_back(&reader, "ac", 2));
    assert_false(fws_reader_take_back(&reader, "zabc", 4));
    assert_int_equal(reader.left, 3);
    assert_true(fws_reader_take_back(&reader, "bc", 2));
    assert_true(fws_reader_take_back(&reader, "", 0));
    assert_int_equal(reader.left, 1);
    assert_true(FWS_READER_TAKE_BACK(&reader, "a"));
    assert_false(FWS_READER_TAKE_BACK(&reader, "a"));
    assert_true(fws_reader_take_back(&nothing, "", 0));
    assert_false(reader.bad);
}

TEST(a_cut_is_the_end_and_the_reader_ends_before_it)
{
    struct fws_reader reader = fws_reader_init("abcdef", 6);
    struct fws_reader end = fws_reader_cut(&reader, 2);

    assert_int_equal(end.left, 2);
    assert_memory_equal(end.data, "ef", 2);
    assert_int_equal(reader.left, 4);
    assert_memory_equal(reader.data, "abcd", 4);
    end = fws_reader_cut(&reader, 0);
    assert_int_equal(end.left, 0);
    assert_int_equal(reader.left, 4);
    end = fws_reader_cut(&reader, 4);
    assert_int_equal(end.left, 4);
    assert_memory_equal(end.data, "abcd", 4);
    assert_int_equal(reader.left, 0);
    assert_false(reader.bad || end.bad);
}

TEST(a_cut_longer_than_what_is_left_makes_both_bad)
{
    struct fws_reader reader = fws_reader_init("abc", 3);
    struct fws_reader end = fws_reader_cut(&reader, 4);

    assert_true(reader.bad && end.bad);
    assert_int_equal(reader.left, 0);
    assert_int_equal(end.left, 0);
    end = fws_reader_cut(&reader, 0);
    assert_true(reader.bad && end.bad);
}

TEST(what_is_dropped_is_the_end_or_the_reader_is_bad)
{
    struct fws_reader reader = fws_reader_init("abc", 3);

    fws_reader_drop(&reader, 2);
    assert_int_equal(reader.left, 1);
    assert_int_equal(fws_reader_peek(&reader), 'a');
    fws_reader_drop(&reader, 0);
    assert_false(reader.bad);
    fws_reader_drop(&reader, 2);
    assert_true(reader.bad);
    assert_int_equal(reader.left, 0);
    fws_reader_drop(&reader, 0);
    assert_true(reader.bad);
}

TEST(a_span_ends_with_the_first_byte_outside_the_set)
{
    struct fws_reader reader = alone("ab\xff.ba", 6);
    struct fws_reader all = alone("aba", 3);
    struct fws_reader nothing = fws_reader_init(NULL, 0);

    assert_int_equal(fws_reader_span(&reader, letters), 3);
    assert_int_equal(fws_reader_span_back(&reader, letters), 2);
    assert_int_equal(fws_reader_span(&all, letters), 3);
    assert_int_equal(fws_reader_span_back(&all, letters), 3);
    assert_int_equal(fws_reader_span(&nothing, letters), 0);
    assert_int_equal(fws_reader_span_back(&nothing, letters), 0);
    drop(&reader);
    drop(&all);
}

static bool plain(unsigned byte)
{
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

TEST(every_byte_at_every_place_ends_a_plain_run_or_does_not)
{
    uint8_t text[LENGTH_MAX];

    for (size_t size = 0; size <= LENGTH_MAX; size++) {
        for (size_t at = 0; at < size; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                memset(text, ' ', size);
                text[at] = (uint8_t)byte;
                struct fws_reader reader = alone(text, size);

                assert_int_equal(fws_reader_span_plain(&reader), plain(byte) ? size : at);
                drop(&reader);
            }
        }
    }
}

TEST(a_plain_run_ends_at_the_first_of_several)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t text[] = {'~', '~', '\x7f', '"', (uint8_t)byte, (uint8_t)byte, '\\', 0xff, 0, 1};
        struct fws_reader whole = fws_reader_init(text, sizeof text);
        struct fws_reader behind = fws_reader_init(text + 4, sizeof text - 4);

        assert_int_equal(fws_reader_span_plain(&whole), 3);
        assert_int_equal(fws_reader_span_plain(&behind), plain(byte) ? 2 : 0);
    }
}

TEST(decimal_digits_are_counted_and_valued)
{
    static const struct {
        const char *text;
        size_t digits;
        uint64_t value;
    } rows[] = {
        {"", 0, 0},
        {"x1", 0, 0},
        {"/0", 0, 0},
        {":0", 0, 0},
        {"-1", 0, 0},
        {"0", 1, 0},
        {"007,", 3, 7},
        {"9007199254740992}", 16, UINT64_C(9007199254740992)},
        {"9999999999999999999", 19, UINT64_C(9999999999999999999)},
        {"99999999999999999999", 19, UINT64_C(9999999999999999999)},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size = strlen(rows[i].text);
        struct fws_reader reader = alone(rows[i].text, size);
        struct fws_reader start = reader;
        uint64_t value = 1;

        assert_int_equal(fws_reader_decimal(&reader, &value), rows[i].digits);
        assert_true(value == rows[i].value);
        assert_int_equal(reader.left, size - rows[i].digits);
        assert_false(reader.bad);
        drop(&start);
    }
}

TEST(a_reader_of_nothing_holds_no_text)
{
    struct fws_reader nothing = fws_reader_init(NULL, 0);
    uint64_t value = 1;
    char out[1];

    assert_int_equal(fws_reader_peek(&nothing), 0);
    assert_int_equal(fws_reader_span_plain(&nothing), 0);
    assert_int_equal(fws_reader_decimal(&nothing, &value), 0);
    assert_int_equal(value, 0);
    assert_false(fws_reader_form(&nothing, "x", 1, out));
    assert_int_equal(fws_reader_cut(&nothing, 0).left, 0);
    assert_false(nothing.bad);
}

static bool fits(unsigned byte, char form)
{
    bool decimal = byte >= '0' && byte <= '9';

    if (form == 'x') {
        return decimal || (byte >= 'a' && byte <= 'f');
    }
    return form == '0' ? decimal : byte == (uint8_t)form;
}

/* A text of the form with one byte replaced, for each byte at each place. */
static void every_byte_at_every_place(const char *form, const char *good)
{
    char text[64];
    char out[64];
    size_t size = strlen(form);

    for (size_t at = 0; at < size; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            memcpy(text, good, size);
            text[at] = (char)byte;
            struct fws_reader reader = alone(text, size);
            struct fws_reader start = reader;
            bool taken = fws_reader_form(&reader, form, size, out);

            assert_int_equal(taken, fits(byte, form[at]));
            assert_false(reader.bad);
            if (taken) {
                assert_int_equal(reader.left, 0);
                assert_memory_equal(out, text, size);
            }
            drop(&start);
        }
    }
}

TEST(a_form_is_judged_at_every_place)
{
    every_byte_at_every_place("x", "0");
    every_byte_at_every_place("0", "5");
    every_byte_at_every_place("-", "-");
    every_byte_at_every_place("x0-x0-T", "f9-a0-T");
    every_byte_at_every_place("xxxxxxxx", "0189afbe");
    every_byte_at_every_place("xxxxxxxxx", "0189afbe7");
    every_byte_at_every_place("00000000", "01234567");
    every_byte_at_every_place("0000-00-00T00:00:00.000000Z", "2025-01-31T12:34:56.123456Z");
    every_byte_at_every_place("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
                              "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
}

TEST(a_form_never_reads_past_the_end)
{
    static const char form[] = "xxxxxxxx-xxxx";
    static const char good[] = "0f1e2d3c-4b5a";
    char out[sizeof form];

    for (size_t size = 0; size < strlen(form); size++) {
        struct fws_reader reader = alone(good, size);

        assert_false(fws_reader_form(&reader, form, strlen(form), out));
        drop(&reader);
    }
    struct fws_reader nothing = fws_reader_init(NULL, 0);

    assert_true(fws_reader_form(&nothing, "", 0, out));
}

TEST_MAIN("bytes/text")
