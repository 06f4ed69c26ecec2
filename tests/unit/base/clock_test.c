/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "tests/unit/test.h"

/* As the C library says it. */
static const char *by_library(int64_t time_us, char out[64])
{
    time_t seconds = (time_t)(time_us / 1000000);
    struct tm utc;

    assert_non_null(gmtime_r(&seconds, &utc));
    size_t used = strftime(out, 64, "%Y-%m-%dT%H:%M:%S", &utc);

    (void)snprintf(out + used, 64 - used, ".%06dZ", (int)(time_us % 1000000));
    return out;
}

static void assert_text(int64_t time_us)
{
    char text[FWS_CLOCK_TEXT_SIZE];
    char expected[64];

    assert_string_equal(fws_clock_text(time_us, text), by_library(time_us, expected));
}

/* From 1970 to 9999, in steps that are no multiple of a day. */
TEST(a_time_is_written_as_the_library_writes_it)
{
    for (int64_t time_us = 0; time_us <= FWS_CLOCK_LAST_US; time_us += INT64_C(912345678901)) {
        assert_text(time_us);
    }
    assert_text(FWS_CLOCK_LAST_US);
}

TEST(each_day_of_four_centuries_is_the_librarys)
{
    for (int64_t day = 0; day <= 146097; day++) {
        assert_text(day * INT64_C(86400000000));
        assert_text(day * INT64_C(86400000000) + INT64_C(86399999999));
    }
}

TEST(a_time_outside_the_calendar_is_its_beginning)
{
    char text[FWS_CLOCK_TEXT_SIZE];

    assert_string_equal(fws_clock_text(-1, text), "1970-01-01T00:00:00.000000Z");
    assert_string_equal(fws_clock_text(FWS_CLOCK_LAST_US + 1, text), "1970-01-01T00:00:00.000000Z");
    assert_string_equal(fws_clock_text(INT64_MIN, text), "1970-01-01T00:00:00.000000Z");
}

/* What is written is read back. */
TEST(a_text_is_read_as_the_time_it_was_written_for)
{
    for (int64_t time_us = 0; time_us <= FWS_CLOCK_LAST_US; time_us += INT64_C(91234567890123)) {
        char text[FWS_CLOCK_TEXT_SIZE];
        int64_t back = -1;

        assert_true(fws_clock_parse(fws_clock_text(time_us, text), &back));
        assert_int_equal(back, time_us);
    }
}

TEST_MAIN("base/clock")
