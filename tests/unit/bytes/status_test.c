/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

static const struct {
    int number;
    const char *name;
    const char *advice;
} all[] = {
#define ROW(number, name, text, advice) {number, text, advice},
    FWS_STATUS_LIST(ROW)
#undef ROW
};

#define COUNT (sizeof all / sizeof all[0])

TEST(numbers_rise_and_names_are_unique)
{
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t k = i + 1; k < COUNT; k++) {
            assert_true(all[k].number > all[i].number);
            assert_string_not_equal(all[k].name, all[i].name);
        }
    }
}

TEST(every_status_has_name_and_advice)
{
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(fws_status_name((enum fws_status)all[i].number), all[i].name);
        assert_true(strlen(fws_status_advice((enum fws_status)all[i].number)) > 0);
    }
    assert_string_equal(fws_status_name((enum fws_status)99), "unknown");
}

TEST_MAIN("bytes/status")
