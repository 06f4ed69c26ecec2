/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

static enum fws_status parse(const char *text, struct fws_version *out)
{
    return fws_version_parse(text, strlen(text), out);
}

static void assert_text(const char *text, const char *expected)
{
    struct fws_version version = {0};
    char out[FWS_VERSION_TEXT_SIZE];

    assert_status(parse(text, &version), FWS_OK);
    assert_string_equal(fws_version_text(&version, out), expected);
}

static void assert_refused(const char *text)
{
    struct fws_version version = {0};

    assert_status(parse(text, &version), FWS_E_VERSION_SYNTAX);
}

TEST(missing_fields_are_zero)
{
    assert_text("7", "7.0.0");
    assert_text("7.8", "7.8.0");
    assert_text("7.8.9", "7.8.9");
    assert_text("7.8.9+10", "7.8.9+10");
}

TEST(a_build_of_zero_is_not_written)
{
    assert_text("1.2.3+0", "1.2.3");
}

TEST(the_largest_fields_fit)
{
    assert_text("255.255.65535+4294967295", "255.255.65535+4294967295");
}

TEST(a_field_above_its_bits_is_refused)
{
    assert_refused("256");
    assert_refused("1.256");
    assert_refused("1.2.65536");
    assert_refused("1.2.3+4294967296");
    assert_refused("1.2.3+42949672950");
    assert_refused("99999999999999999999");
}

TEST(leading_zeros_are_refused)
{
    assert_refused("01.2.3");
    assert_refused("1.00");
    assert_refused("1.2.3+04");
    assert_text("0.0.0", "0.0.0");
}

TEST(a_build_needs_a_revision)
{
    assert_refused("1+2");
    assert_refused("1.2+3");
}

TEST(empty_fields_are_refused)
{
    assert_refused("");
    assert_refused(".");
    assert_refused("1.");
    assert_refused("1..2");
    assert_refused("1.2.3+");
}

TEST(anything_around_a_version_is_refused)
{
    assert_refused(" 1.2.3");
    assert_refused("1.2.3 ");
    assert_refused("v1.2.3");
    assert_refused("1.2.3.4");
    assert_refused("1.2.3-rc1");
    assert_refused("-1.2.3");
    assert_refused("+1");
    assert_refused("0x1.2.3");
}

TEST(all_of_size_bytes_count)
{
    struct fws_version version = {0};

    assert_status(fws_version_parse("1.2.3\0", 6, &version), FWS_E_VERSION_SYNTAX);
    assert_status(fws_version_parse("1.2.34", 5, &version), FWS_OK);
    assert_int_equal(version.revision, 3);
}

static int compare(const char *a, const char *b)
{
    struct fws_version left = {0};
    struct fws_version right = {0};

    assert_status(parse(a, &left), FWS_OK);
    assert_status(parse(b, &right), FWS_OK);
    assert_int_equal(fws_version_compare(&right, &left), -fws_version_compare(&left, &right));
    return fws_version_compare(&left, &right);
}

TEST(earlier_fields_count_more)
{
    assert_int_equal(compare("2.0.0", "1.255.65535+4294967295"), 1);
    assert_int_equal(compare("1.2.0", "1.1.65535+4294967295"), 1);
    assert_int_equal(compare("1.1.2", "1.1.1+4294967295"), 1);
    assert_int_equal(compare("1.1.1+1", "1.1.1"), 1);
    assert_int_equal(compare("1.2.3+4", "1.2.3+4"), 0);
}

TEST(large_numbers_do_not_compare_as_signed)
{
    assert_int_equal(compare("0.0.0+4294967295", "0.0.0+1"), 1);
    assert_int_equal(compare("0.0.65535", "0.0.1"), 1);
}

TEST_MAIN("format/version")
