/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/log_time.h"
#include "tests/unit/test.h"

/* 2025-06-15T12:00:00Z */
#define NOW_US (INT64_C(1749988800) * 1000000)

static void expect_time(const char *text, const char *expected)
{
    char out[FWS_CLOCK_TEXT_SIZE];
    struct fws_error err = {0};

    assert_status(fws_log_time_parse("--since", text, NOW_US, out, &err), FWS_OK);
    assert_string_equal(out, expected);
}

static void expect_refused(const char *text)
{
    char out[FWS_CLOCK_TEXT_SIZE];
    struct fws_error err = {0};

    assert_status(fws_log_time_parse("--since", text, NOW_US, out, &err), FWS_E_USAGE);
    assert_non_null(strstr(err.text, "--since"));
}

TEST(a_time_is_rfc_3339_with_z_or_an_offset)
{
    expect_time("2025-01-31T12:34:56Z", "2025-01-31T12:34:56.000000Z");
    expect_time("2025-01-31t12:34:56z", "2025-01-31T12:34:56.000000Z");
    expect_time("2025-01-31 12:34:56+02:00", "2025-01-31T10:34:56.000000Z");
    expect_time("2025-01-31T23:34:56-00:30", "2025-02-01T00:04:56.000000Z");
    expect_time("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z");
    expect_time("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z");
}

TEST(a_fraction_counts_down_to_microseconds)
{
    expect_time("2025-01-31T12:34:56.5Z", "2025-01-31T12:34:56.500000Z");
    expect_time("2025-01-31T12:34:56.1234567899Z", "2025-01-31T12:34:56.123456Z");
    expect_refused("2025-01-31T12:34:56.Z");
}

TEST(a_date_is_its_beginning_in_utc)
{
    expect_time("2025-01-31", "2025-01-31T00:00:00.000000Z");
    expect_time("2024-02-29", "2024-02-29T00:00:00.000000Z");
}

TEST(so_long_ago_counts_from_now)
{
    expect_time("90s", "2025-06-15T11:58:30.000000Z");
    expect_time("90m", "2025-06-15T10:30:00.000000Z");
    expect_time("2h", "2025-06-15T10:00:00.000000Z");
    expect_time("3d", "2025-06-12T12:00:00.000000Z");
    expect_time("1w", "2025-06-08T12:00:00.000000Z");
    expect_time("0s", "2025-06-15T12:00:00.000000Z");
}

TEST(what_is_no_day_of_the_calendar_is_refused)
{
    expect_refused("2025-02-29");
    expect_refused("2025-04-31");
    expect_refused("2025-13-01");
    expect_refused("2025-00-01");
    expect_refused("2025-01-00");
    expect_refused("2025-01-32");
}

TEST(what_is_no_time_of_day_is_refused)
{
    expect_refused("2025-01-31T24:00:00Z");
    expect_refused("2025-01-31T12:60:00Z");
    expect_refused("2025-01-31T12:00:60Z");
    expect_refused("2025-01-31T12:00:00+24:00");
    expect_refused("2025-01-31T12:00:00+02:60");
}

TEST(a_time_without_its_zone_is_refused)
{
    expect_refused("2025-01-31T12:00:00");
    expect_refused("2025-01-31T12:00Z");
    expect_refused("2025-01-31T");
    expect_refused("2025-01-31T12:00:00+0200");
}

TEST(times_before_1970_and_behind_9999_are_refused)
{
    expect_refused("1969-12-31");
    expect_refused("1970-01-01T00:00:00+00:01");
    expect_refused("9999-12-31T23:59:59-00:01");
    expect_refused("999999w");
}

TEST(other_words_are_refused)
{
    static const char *const words[] = {"",        "yesterday", "2",           "h",        "2y",
                                        "2h ",     " 2h",       "-2h",         "1234567s", "2025",
                                        "2025-01", "2025-1-31", "2025-01-31x", "20250131"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        expect_refused(words[i]);
    }
}

TEST_MAIN("cli/log_time")
