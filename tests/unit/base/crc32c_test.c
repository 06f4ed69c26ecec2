/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/crc32c.h"
#include "tests/unit/test.h"

/* The definition, a bit at a time. */
static uint32_t crc_by_definition(const uint8_t *data, size_t size)
{
    uint32_t crc = 0xffffffffu;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ ((crc & 1u) != 0 ? 0x82f63b78u : 0u);
        }
    }
    return ~crc;
}

TEST(the_check_value_of_the_catalogue_is_met)
{
    assert_int_equal(fws_crc32c("123456789", 9), 0xe3069283u);
    assert_int_equal(fws_crc32c("", 0), 0);
}

TEST(test_vectors_of_rfc_3720_are_met)
{
    uint8_t data[32];

    memset(data, 0, sizeof data);
    assert_int_equal(fws_crc32c(data, sizeof data), 0x8a9136aau);
    memset(data, 0xff, sizeof data);
    assert_int_equal(fws_crc32c(data, sizeof data), 0x62a8ab43u);
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)i;
    }
    assert_int_equal(fws_crc32c(data, sizeof data), 0x46dd794eu);
}

TEST(every_length_and_start_agrees_with_the_definition)
{
    uint8_t data[320];

    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 151 + i / 7);
    }
    for (size_t start = 0; start < 9; start++) {
        for (size_t size = 0; size < 300; size++) {
            assert_int_equal(fws_crc32c(data + start, size), crc_by_definition(data + start, size));
        }
    }
}

TEST_MAIN("base/crc32c")
