/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

#define TAIL_SIZE 200u

static uint8_t tail[TAIL_SIZE];
static struct fws_trailer found;

static const uint8_t magic_8[16] = {0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f,
                                    0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80};
static const uint8_t magic_n[16] = {0,    0,    0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b,
                                    0x8d, 0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a};

/* An erased tail that ends in the magic of an alignment. */
static void build(uint8_t erased, uint8_t alignment)
{
    memset(tail, erased, sizeof tail);
    memcpy(&tail[TAIL_SIZE - 16], alignment == 8 ? magic_8 : magic_n, 16);
    if (alignment != 8) {
        tail[TAIL_SIZE - 16] = alignment;
    }
}

static uint8_t *image_ok(uint8_t alignment)
{
    return &tail[TAIL_SIZE - (alignment == 32 ? 64u : 16u + alignment)];
}

/* The last size bytes of the tail. */
static enum fws_status check_last(size_t size)
{
    return fws_trailer_check(fws_reader_init(&tail[TAIL_SIZE - size], size), &found);
}

TEST(nothing_behind_the_image_is_fine)
{
    assert_status(check_last(0), FWS_OK);
    assert_false(found.present);
}

TEST(erased_bytes_are_fine)
{
    for (unsigned erased = 0; erased <= 0xff; erased += 0xff) {
        memset(tail, (int)erased, sizeof tail);
        for (size_t size = 1; size <= TAIL_SIZE; size++) {
            assert_status(check_last(size), FWS_OK);
            assert_false(found.present);
            assert_int_equal(found.erased, erased);
        }
    }
}

TEST(any_other_byte_is_refused)
{
    for (size_t at = 0; at < TAIL_SIZE; at++) {
        memset(tail, 0xff, sizeof tail);
        tail[at] = 0x00;
        assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
    }
    memset(tail, 0xfe, sizeof tail);
    assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
    assert_status(check_last(1), FWS_E_IMAGE_TRAILING);
}

TEST(a_trailer_of_each_alignment_is_found)
{
    static const uint8_t alignments[] = {8, 16, 32};

    for (size_t i = 0; i < sizeof alignments; i++) {
        for (unsigned erased = 0; erased <= 0xff; erased += 0xff) {
            build((uint8_t)erased, alignments[i]);
            assert_status(check_last(TAIL_SIZE), FWS_OK);
            assert_true(found.present);
            assert_int_equal(found.alignment, alignments[i]);
            assert_int_equal(found.erased, erased);
            assert_false(found.image_ok);
        }
    }
}

TEST(image_ok_is_one_or_erased)
{
    static const uint8_t alignments[] = {8, 16, 32};

    for (size_t i = 0; i < sizeof alignments; i++) {
        build(0xff, alignments[i]);
        *image_ok(alignments[i]) = 1;
        assert_status(check_last(TAIL_SIZE), FWS_OK);
        assert_true(found.image_ok);
        *image_ok(alignments[i]) = 2;
        assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
        *image_ok(alignments[i]) = 0;
        assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
    }
}

TEST(every_other_byte_of_a_trailer_is_erased)
{
    static const uint8_t alignments[] = {8, 16, 32};

    for (size_t i = 0; i < sizeof alignments; i++) {
        for (size_t at = 0; at < TAIL_SIZE; at++) {
            build(0xff, alignments[i]);
            if (&tail[at] != image_ok(alignments[i])) {
                tail[at] ^= 0x01; /* copy_done and swap_info among them */
                assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
            }
        }
    }
}

TEST(other_alignments_have_no_magic)
{
    static const uint8_t alignments[] = {0, 1, 4, 9, 64};

    for (size_t i = 0; i < sizeof alignments; i++) {
        build(0xff, alignments[i]);
        assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
    }
}

TEST(the_magic_is_at_the_very_end)
{
    build(0xff, 8);
    memmove(tail, &tail[1], TAIL_SIZE - 1);
    tail[TAIL_SIZE - 1] = 0xff;
    assert_status(check_last(TAIL_SIZE), FWS_E_IMAGE_TRAILING);
}

TEST(an_image_must_not_reach_into_the_trailer)
{
    static const uint8_t alignments[] = {8, 16, 32};

    for (size_t i = 0; i < sizeof alignments; i++) {
        uint32_t least = fws_trailer_min_size(alignments[i]);

        build(0xff, alignments[i]);
        assert_status(check_last(least), FWS_OK);
        assert_status(check_last(least - 1), FWS_E_IMAGE_TRAILING);
        assert_status(check_last(16), FWS_E_IMAGE_TRAILING);
    }
}

TEST(the_least_trailer_is_that_of_overwrite_mode)
{
    assert_int_equal(fws_trailer_min_size(8), 32);
    assert_int_equal(fws_trailer_min_size(16), 48);
    assert_int_equal(fws_trailer_min_size(32), 96);
}

/* imgtool's: 128 sectors, then others, then a device that overwrites. */
TEST(the_trailer_is_as_long_as_imgtool_says)
{
    static const struct {
        struct fws_trailer_geometry geometry;
        uint64_t size;
    } cases[] = {
        {{1, true, 128}, 432},  {{2, true, 128}, 816},        {{4, true, 128}, 1584},
        {{8, true, 128}, 3120}, {{16, true, 128}, 6224},      {{32, true, 128}, 12448},
        {{8, true, 16}, 432},   {{4, true, 256}, 3120},       {{1, true, 1}, 51},
        {{1, true, 2}, 54},     {{32, true, 65536}, 6291616}, {{1, false, 128}, 32},
        {{8, false, 128}, 32},  {{16, false, 128}, 48},       {{32, false, 65536}, 96},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(fws_trailer_size(&cases[i].geometry), cases[i].size);
    }
}

TEST(fields_are_eight_bytes_apart_or_a_larger_write)
{
    assert_int_equal(fws_trailer_alignment(1), 8);
    assert_int_equal(fws_trailer_alignment(8), 8);
    assert_int_equal(fws_trailer_alignment(16), 16);
    assert_int_equal(fws_trailer_alignment(32), 32);
}

static uint8_t written[TAIL_SIZE];

static enum fws_status write_tail(size_t size, const struct fws_trailer *trailer)
{
    struct fws_writer writer = fws_writer_init(written, sizeof written);

    fws_trailer_write(&writer, size, trailer);
    assert_true(writer.bad || writer.used == size);
    return fws_writer_done(&writer);
}

TEST(a_written_trailer_is_as_the_device_reads_it)
{
    static const uint8_t alignments[] = {8, 16, 32};

    for (unsigned i = 0; i < 4 * sizeof alignments; i++) {
        struct fws_trailer trailer = {.present = true,
                                      .alignment = alignments[i / 4],
                                      .erased = (i & 1) != 0 ? 0xff : 0x00,
                                      .image_ok = (i & 2) != 0};

        build(trailer.erased, trailer.alignment);
        if (trailer.image_ok) {
            *image_ok(trailer.alignment) = 1;
        }
        for (size_t size = fws_trailer_min_size(trailer.alignment); size <= TAIL_SIZE; size++) {
            assert_status(write_tail(size, &trailer), FWS_OK);
            assert_memory_equal(written, &tail[TAIL_SIZE - size], size);
            assert_status(fws_trailer_check(fws_reader_init(written, size), &found), FWS_OK);
            assert_true(found.present);
            assert_int_equal(found.alignment, trailer.alignment);
            assert_int_equal(found.erased, trailer.erased);
            assert_int_equal(found.image_ok, trailer.image_ok);
        }
    }
}

TEST(a_tail_without_a_trailer_is_written_erased)
{
    struct fws_trailer trailer = {.erased = 0xff};

    for (size_t size = 0; size <= TAIL_SIZE; size++) {
        assert_status(write_tail(size, &trailer), FWS_OK);
        assert_status(fws_trailer_check(fws_reader_init(written, size), &found), FWS_OK);
        assert_false(found.present);
    }
    assert_status(write_tail(TAIL_SIZE + 1, &trailer), FWS_E_BUFFER_FULL);
}

TEST(what_no_reader_knows_is_not_written)
{
    static const uint8_t alignments[] = {8, 16, 32};
    static const uint8_t others[] = {0, 1, 4, 9, 64, 255};
    struct fws_trailer trailer = {.present = true, .erased = 0xff};

    for (size_t i = 0; i < sizeof alignments; i++) {
        trailer.alignment = alignments[i];
        size_t least = fws_trailer_min_size(alignments[i]);

        assert_status(write_tail(least, &trailer), FWS_OK);
        assert_status(write_tail(least - 1, &trailer), FWS_E_BUFFER_FULL);
        assert_status(write_tail(0, &trailer), FWS_E_BUFFER_FULL);
    }
    for (size_t i = 0; i < sizeof others; i++) {
        trailer.alignment = others[i];
        assert_status(write_tail(TAIL_SIZE, &trailer), FWS_E_BUFFER_FULL);
    }
    trailer = (struct fws_trailer){.present = true, .alignment = 8, .erased = 0xfe};
    assert_status(write_tail(TAIL_SIZE, &trailer), FWS_E_BUFFER_FULL);
    trailer = (struct fws_trailer){.erased = 0x01};
    assert_status(write_tail(1, &trailer), FWS_E_BUFFER_FULL);
}

TEST_MAIN("format/trailer")
