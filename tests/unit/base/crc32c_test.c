/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/crc32c.h"
#include "base/crc32c_path.h"
#include "tests/unit/test.h"

#define START 0xffffffffu

/* The definition, a bit at a time. */
static uint32_t crc_by_definition(const uint8_t *data, size_t size)
{
    uint32_t crc = START;

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

/* The same numbers in every run. */
static void fill(uint8_t *data, size_t size)
{
    uint64_t state = 1;

    for (size_t i = 0; i < size; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        data[i] = (uint8_t)(state >> 56);
    }
}

static void assert_agrees_with_the_definition(fws_crc32c_fn *path)
{
    static uint8_t data[5000];

    fill(data, sizeof data);
    assert_int_equal(~path(START, (const uint8_t *)"123456789", 9), 0xe3069283u);
    for (size_t start = 0; start < 9; start++) {
        for (size_t size = 0; size <= 300; size++) {
            assert_int_equal(~path(START, data + start, size),
                             crc_by_definition(data + start, size));
        }
    }
    for (size_t size = 300; size < sizeof data - 3; size += size % 11 + 1) {
        assert_int_equal(~path(START, data + 3, size), crc_by_definition(data + 3, size));
    }
}

TEST(the_path_by_tables_agrees_with_the_definition)
{
    assert_agrees_with_the_definition(fws_crc32c_by_tables);
}

TEST(the_path_by_instructions_agrees_with_the_definition)
{
    fws_crc32c_fn *path = fws_crc32c_by_instructions();

    if (path == NULL) {
        skip(); /* this processor has none */
        return;
    }
    assert_ptr_not_equal(path, fws_crc32c_by_tables);
    assert_agrees_with_the_definition(path);
}

/* No path reads beyond its input: each stands at the end of a block of its own. */
TEST(every_length_is_read_to_its_end_and_no_further)
{
    for (size_t size = 1; size <= 300; size++) {
        uint8_t *data = malloc(size);

        assert_non_null(data);
        fill(data, size);
        assert_int_equal(fws_crc32c(data, size), crc_by_definition(data, size));
        data[size - 1] ^= 0x80;
        assert_int_equal(fws_crc32c(data, size), crc_by_definition(data, size));
        free(data);
    }
}

TEST_MAIN("base/crc32c")
