/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line a test: the name is the rule.
 *
 *     TEST(tlv_value_past_area_is_truncated)
 *     {
 *         assert_status(fws_tlv_next(&area, &tlv), FWS_E_TLV_TRUNCATED);
 *     }
 *     TEST_MAIN("format/tlv")
 */
#ifndef FWS_TESTS_UNIT_TEST_H
#define FWS_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bytes/status.h"

#define TEST_MAX 256

static struct CMUnitTest test_list[TEST_MAX];
static size_t test_count;

#define TEST(name)                                                                                 \
    static void name(void **state);                                                                \
    __attribute__((constructor)) static void register_##name(void)                                 \
    {                                                                                              \
        if (test_count == TEST_MAX) {                                                              \
            abort();                                                                               \
        }                                                                                          \
        test_list[test_count++] = (struct CMUnitTest){#name, name, NULL, NULL, NULL};              \
    }                                                                                              \
    static void name(void **state __attribute__((unused)))

#define TEST_MAIN(group)                                                                           \
    int main(void)                                                                                 \
    {                                                                                              \
        return _cmocka_run_group_tests(group, test_list, test_count, NULL, NULL);                  \
    }

/* Compare by name, so that a failure prints words. */
#define assert_status(actual, expected)                                                            \
    assert_string_equal(fws_status_name(actual), fws_status_name(expected))

#endif
