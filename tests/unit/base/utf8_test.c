/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/utf8.h"
#include "tests/unit/test.h"

static bool is_utf8(const char *bytes, size_t size)
{
    struct fws_reader reader = fws_reader_init(bytes, size);
    uint32_t point;

    while (reader.left > 0) {
        if (!fws_utf8_next(&reader, &point)) {
            return false;
        }
    }
    return true;
}

TEST(invalid_utf8_is_refused)
{
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc3",
        "\xc3(",
        "\xe2\x80",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xf0\x9f\x94",
        "\xe2\x80\x94\x94",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(is_utf8(bad[i], strlen(bad[i])));
    }
}

/* Encoded by rule, all of Unicode; each with its last byte cut off is none. */
TEST(every_code_point_is_read_as_itself)
{
    for (uint32_t point = 0; point <= 0x110000; point++) {
        char bytes[4] = {(char)point};
        size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        uint32_t read = UINT32_MAX;

        for (size_t i = 0; size > 1 && i < size; i++) {
            uint32_t head = i > 0 ? 0x80 : 0xf00u >> size & 0xff;

            bytes[i] =
                (char)(head | (point >> 6 * (size - 1 - i) & (i > 0 ? 0x3fu : 0x7fu >> size)));
        }
        struct fws_reader reader = fws_reader_init(bytes, size);
        bool valid = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);

        assert_int_equal(fws_utf8_next(&reader, &read), valid);
        assert_true(!valid || (read == point && reader.left == 0));
        assert_false(is_utf8(bytes, size - 1) && size > 1);
    }
}

/* How many sequences of size bytes are one code point: the first two bytes are any, those behind
 * them stand on either side of the edges. */
static unsigned count_code_points(size_t size)
{
    static const uint8_t edges[] = {0x7f, 0x80, 0xbf, 0xc0};
    unsigned count = 0;

    for (unsigned i = 0; i < 0x10000 * (size > 2 ? 4 : 1) * (size > 3 ? 4 : 1); i++) {
        uint8_t bytes[] = {(uint8_t)(i >> 8), (uint8_t)i, edges[i >> 16 & 3], edges[i >> 18]};
        struct fws_reader reader = fws_reader_init(bytes, size);
        uint32_t point;

        count += fws_utf8_next(&reader, &point) && reader.left == 0;
    }
    return count;
}

TEST(no_other_bytes_are_a_code_point)
{
    struct fws_reader nothing = fws_reader_init("", 0);
    uint32_t point;

    assert_false(fws_utf8_next(&nothing, &point));
    assert_int_equal(count_code_points(2), 0x800 - 0x80);
    assert_int_equal(count_code_points(3), (0x10000 - 0x800 - 0x800) / 64 * 2);
    assert_int_equal(count_code_points(4), 0x100000 / 4096 * 4);
}

TEST_MAIN("base/utf8")
