/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/parts.h"
#include "tests/unit/test.h"

TEST(a_window_is_days_and_a_span_of_one_day)
{
    static const struct {
        const char *text;
        unsigned days, from, until;
    } cases[] = {
        {"Mon 00:00-24:00", 0x01, 0, 1440},     {"Tue 00:01-00:02", 0x02, 1, 2},
        {"Wed 08:00-18:00", 0x04, 480, 1080},   {"Thu 23:59-24:00", 0x08, 1439, 1440},
        {"Fri 09:05-09:06", 0x10, 545, 546},    {"Sat 10:00-10:59", 0x20, 600, 659},
        {"Sun 00:00-00:01", 0x40, 0, 1},        {"Mon-Fri 08:00-18:00", 0x1f, 480, 1080},
        {"Mon-Sun 00:00-24:00", 0x7f, 0, 1440}, {"Sat-Mon 00:00-24:00", 0x61, 0, 1440},
        {"Sun-Sat 00:00-24:00", 0x7f, 0, 1440}, {"Fri-Fri 00:00-24:00", 0x10, 0, 1440},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fws_policy_window window;

        assert_true(fws_policy_window_parse(cases[i].text, &window));
        assert_int_equal(window.days, cases[i].days);
        assert_int_equal(window.from, cases[i].from);
        assert_int_equal(window.until, cases[i].until);
    }
}

TEST(what_is_nearly_a_window_is_none)
{
    static const char *const texts[] = {
        "",
        "Mon",
        "Mon ",
        "Mo 08:00-18:00",
        "mon 08:00-18:00",
        "Mon  08:00-18:00",
        "Mon08:00-18:00",
        "Mon- 08:00-18:00",
        "Mon-Xyz 08:00-18:00",
        "Mon-Tue-Wed 08:00-18:00",
        "Mon,Tue 08:00-18:00",
        "Monday 08:00-18:00",
        "08:00-18:00",
        " 08:00-18:00",
        "Mon 8x:00-18:00",
        "Mon 8:00-18:00",
        "Mon 08:0-18:00",
        "Mon 0800-1800",
        "Mon 08.00-18.00",
        "Mon 08:00",
        "Mon 08:00-",
        "Mon 08:00+18:00",
        "Mon 08:00-18:00 ",
        "Mon 08:00-18:000",
        "Mon 08:00-08:00",
        "Mon 18:00-08:00",
        "Mon 08:00-24:01",
        "Mon 08:00-25:00",
        "Mon 24:00-24:00",
        "Mon 08:60-18:00",
        "Mon 08:00-18:60",
        "Mon 08:00-18:0x",
        "Mon x8:00-18:00",
        "Mon -8:00-18:00",
        "Mon 08:-1-18:00",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct fws_policy_window window;

        if (fws_policy_window_parse(texts[i], &window)) {
            fail_msg("'%s' is taken", texts[i]);
        }
    }
}

TEST(each_relaxation_has_a_bit_of_its_own)
{
    assert_int_equal(fws_policy_allow_bit("imported"), FWS_POLICY_ALLOW_IMPORTED);
    assert_int_equal(fws_policy_allow_bit("multi-purpose"), FWS_POLICY_ALLOW_MULTI_PURPOSE);
    assert_int_equal(fws_policy_allow_bit("software"), FWS_POLICY_ALLOW_SOFTWARE);
    assert_int_equal(fws_policy_allow_bit("Software"), 0);
    assert_int_equal(fws_policy_allow_bit("soft"), 0);
    assert_int_equal(fws_policy_allow_bit(""), 0);
}

static void assert_dotted(const char *text, unsigned a, unsigned b, unsigned c, unsigned d)
{
    unsigned got[FWS_DOTTED_MAX] = {9, 9, 9, 9};
    const unsigned wanted[FWS_DOTTED_MAX] = {a, b, c, d};

    assert_true(fws_dotted_parse(text, got));
    assert_memory_equal(got, wanted, sizeof wanted);
}

TEST(what_is_missing_of_a_dotted_number_is_zero)
{
    assert_dotted("0", 0, 0, 0, 0);
    assert_dotted("2.4", 2, 4, 0, 0);
    assert_dotted("2.40.1", 2, 40, 1, 0);
    assert_dotted("1.2.3.4", 1, 2, 3, 4);
    assert_dotted("002.04", 2, 4, 0, 0);
    assert_dotted("999999999.1", 999999999, 1, 0, 0);
}

TEST(what_is_nearly_a_dotted_number_is_none)
{
    static const char *const texts[] = {
        "",   ".",         "2.",       ".4", "2..4", "v2",   "2.4a",       "2,4",         "2 .4",
        "-2", "1.2.3.4.5", "1.2.3.4.", " 2", "2.4 ", "2.+4", "1234567890", "1.0000000000"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        unsigned numbers[FWS_DOTTED_MAX];

        if (fws_dotted_parse(texts[i], numbers)) {
            fail_msg("'%s' is taken", texts[i]);
        }
    }
}

TEST(a_source_is_option_git_or_a_file)
{
    struct fws_version_source source;

    assert_true(fws_policy_source_parse("option", &source));
    assert_int_equal(source.kind, FWS_VERSION_FROM_OPTION);
    assert_true(fws_policy_source_parse("git", &source));
    assert_int_equal(source.kind, FWS_VERSION_FROM_GIT);
    assert_true(fws_policy_source_parse("file:  a b", &source));
    assert_int_equal(source.kind, FWS_VERSION_FROM_FILE);
    assert_string_equal(source.path, "a b");
    assert_true(fws_policy_source_parse("file:-x", &source));
    assert_false(fws_policy_source_parse("file: -", &source));
    assert_false(fws_policy_source_parse("file: ", &source));
    assert_false(fws_policy_source_parse("file", &source));
    assert_false(fws_policy_source_parse("Git", &source));
    assert_false(fws_policy_source_parse("", &source));
}

TEST_MAIN("policy/words")
