/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/test.h"

#include "bytes/bytes.h"

static const uint8_t eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};

TEST(integers_are_little_endian)
{
    struct fws_reader reader = fws_reader_init(eight, sizeof eight);

    assert_int_equal(fws_reader_u8(&reader), 1);
    assert_int_equal(fws_reader_u16le(&reader), 0x0302);
    assert_int_equal(fws_reader_u32le(&reader), 0x07060504);
    assert_int_equal(reader.left, 1);
    assert_status(fws_reader_done(&reader), FWS_E_TRAILING);
}

TEST(a_reader_that_ran_short_stays_bad_and_yields_zeros)
{
    struct fws_reader reader = fws_reader_init(eight, 3);

    assert_int_equal(fws_reader_u32le(&reader), 0);
    assert_true(reader.bad);
    assert_int_equal(fws_reader_u8(&reader), 0);
    assert_status(fws_reader_done(&reader), FWS_E_TRUNCATED);
}

TEST(a_slice_cannot_leave_its_parent)
{
    struct fws_reader reader = fws_reader_init(eight, sizeof eight);
    struct fws_reader slice = fws_reader_slice(&reader, 4);

    assert_int_equal(slice.left, 4);
    assert_int_equal(reader.left, 4);
    slice = fws_reader_slice(&reader, 5);
    assert_true(slice.bad);
    assert_true(reader.bad);
    assert_int_equal(slice.left, 0);
}

TEST(copy_from_a_short_reader_gives_zeros)
{
    struct fws_reader reader = fws_reader_init(eight, 2);
    uint8_t out[4] = {9, 9, 9, 9};

    fws_reader_copy(&reader, out, sizeof out);
    assert_memory_equal(out, "\0\0\0\0", 4);
    assert_true(reader.bad);
}

TEST(erased_bytes_are_all_zero_or_all_ones_over_all_pieces)
{
    static const uint8_t zeros[2] = {0x00, 0x00};
    static const uint8_t ones[2] = {0xff, 0xff};
    static const uint8_t last_bit[2] = {0xff, 0xfe};
    struct fws_reader nothing = fws_reader_init(NULL, 0);
    struct fws_reader zero = fws_reader_init(zeros, sizeof zeros);
    struct fws_reader one = fws_reader_init(ones, sizeof ones);
    struct fws_reader other = fws_reader_init(last_bit, sizeof last_bit);
    struct fws_seen seen = {0};

    assert_true(fws_reader_erased(&nothing, &seen));
    assert_true(fws_reader_erased(&one, &seen));
    assert_true(fws_reader_erased(&nothing, &seen));
    assert_true(fws_reader_erased(&one, &seen));
    assert_false(fws_reader_erased(&zero, &seen)); /* each is erased, but not both */
    assert_false(fws_reader_erased(&zero, &seen));
    seen = (struct fws_seen){0};
    assert_true(fws_reader_erased(&zero, &seen));
    assert_false(fws_reader_erased(&other, &seen));
    seen = (struct fws_seen){0};
    assert_false(fws_reader_erased(&other, &seen));
}

TEST(filled_with_is_of_every_byte_left)
{
    static const uint8_t bytes[3] = {7, 7, 8};
    struct fws_reader reader = fws_reader_init(bytes, 2);

    assert_true(fws_reader_filled_with(&reader, 7));
    assert_int_equal(reader.left, 2);
    reader = fws_reader_init(bytes, 3);
    assert_false(fws_reader_filled_with(&reader, 7));
    fws_reader_skip(&reader, 3);
    assert_true(fws_reader_filled_with(&reader, 7));
}

TEST(an_empty_reader_is_done)
{
    struct fws_reader reader = fws_reader_init(NULL, 0);

    assert_status(fws_reader_done(&reader), FWS_OK);
    assert_true(fws_reader_starts_with(&reader, NULL, 0));
    assert_false(fws_reader_starts_with(&reader, "x", 1));
}

TEST(what_is_written_reads_back)
{
    uint8_t memory[15];
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);

    fws_writer_u8(&writer, 0xab);
    fws_writer_u16le(&writer, 0x1234);
    fws_writer_u32le(&writer, 0xdeadbeef);
    fws_writer_u64le(&writer, 0x0102030405060708);
    assert_status(fws_writer_done(&writer), FWS_OK);
    struct fws_reader reader = fws_reader_init(memory, writer.used);

    assert_int_equal(fws_reader_u8(&reader), 0xab);
    assert_int_equal(fws_reader_u16le(&reader), 0x1234);
    assert_int_equal(fws_reader_u32le(&reader), 0xdeadbeef);
    assert_int_equal(fws_reader_u64le(&reader), 0x0102030405060708);
    assert_status(fws_reader_done(&reader), FWS_OK);
}

TEST(a_full_writer_writes_nothing_more)
{
    uint8_t memory[4] = {0};
    struct fws_writer writer = fws_writer_init(memory, 3);

    fws_writer_u32le(&writer, 0xffffffff);
    fws_writer_u8(&writer, 0xff);
    assert_status(fws_writer_done(&writer), FWS_E_BUFFER_FULL);
    assert_memory_equal(memory, "\0\0\0\0", 4);
}

TEST(size_sums_and_products_report_overflow)
{
    size_t out = 1;

    assert_true(fws_size_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_false(fws_size_add(SIZE_MAX, 1, &out));
    assert_false(fws_size_mul(SIZE_MAX / 2 + 1, 2, &out));
    assert_true(fws_size_mul(SIZE_MAX / 2, 2, &out));
    assert_true(fws_size_mul(SIZE_MAX, 0, &out));
}

TEST_MAIN("bytes/reader")
