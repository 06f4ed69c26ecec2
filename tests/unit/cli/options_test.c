/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/options.h"
#include "tests/unit/test.h"

struct values {
    bool flag;
    const char *text;
    struct fws_option_uint number;
    struct fws_option_list list;
};

static const struct fws_option table[] = {
    {"flag", 'f', FWS_OPTION_FLAG, offsetof(struct values, flag), NULL, "", FWS_VALUES_ANY, NULL},
    {"output", 'o', FWS_OPTION_TEXT, offsetof(struct values, text), "FILE", "", FWS_VALUES_ANY,
     NULL},
    {"number", 'n', FWS_OPTION_UINT, offsetof(struct values, number), "N", "", FWS_VALUES_ANY,
     NULL},
    {"list", 'l', FWS_OPTION_LIST, offsetof(struct values, list), "X", "", FWS_VALUES_ANY, NULL},
    {0},
};

#define PARSE(...)                                                                                 \
    char *argv[] = {__VA_ARGS__, NULL};                                                            \
    int argc = (int)(sizeof argv / sizeof argv[0]) - 1;                                            \
    struct values values = {0};                                                                    \
    struct fws_option_set set = {table, &values};                                                  \
    struct fws_error err = {0};                                                                    \
    int operands = 0;                                                                              \
    enum fws_status status = fws_options_parse(&set, 1, argc, argv, &operands, &err)

TEST(options_and_operands_mix)
{
    PARSE("in1", "--flag", "-o", "out", "in2", "--number=0x10", "-lx", "--list", "y");

    assert_status(status, FWS_OK);
    assert_true(values.flag);
    assert_string_equal(values.text, "out");
    assert_int_equal(values.number.value, 16);
    assert_int_equal(values.list.count, 2);
    assert_string_equal(values.list.items[1], "y");
    assert_int_equal(operands, 2);
    assert_string_equal(argv[0], "in1");
    assert_string_equal(argv[1], "in2");
}

TEST(letters_combine_up_to_one_with_a_value)
{
    PARSE("-fon", "in");

    assert_status(status, FWS_OK);
    assert_true(values.flag);
    assert_string_equal(values.text, "n");
}

TEST(two_dashes_end_options_and_one_is_an_operand)
{
    PARSE("-", "--", "--flag");

    assert_status(status, FWS_OK);
    assert_false(values.flag);
    assert_int_equal(operands, 2);
    assert_string_equal(argv[0], "-");
    assert_string_equal(argv[1], "--flag");
}

TEST(an_unknown_option_names_the_closest)
{
    PARSE("--ouput", "x");

    assert_status(status, FWS_E_USAGE);
    assert_non_null(strstr(err.text, "did you mean '--output'?"));
}

TEST(a_missing_value_is_named)
{
    PARSE("--output");

    assert_status(status, FWS_E_USAGE);
    assert_string_equal(err.text, "option '--output' needs FILE");
}

TEST(a_flag_takes_no_value)
{
    PARSE("--flag=1");

    assert_status(status, FWS_E_USAGE);
}

TEST(an_option_given_twice_is_refused)
{
    PARSE("-o", "a", "-o", "b");

    assert_status(status, FWS_E_USAGE);
    assert_non_null(strstr(err.text, "given twice"));
}

TEST(what_is_no_number_is_refused)
{
    PARSE("--number", "12x");

    assert_status(status, FWS_E_USAGE);
}

TEST(numbers_have_four_bases_and_a_limit)
{
    uint64_t value = 0;

    assert_true(fws_uint_from_text("0o17", &value) && value == 15);
    assert_true(fws_uint_from_text("0b101", &value) && value == 5);
    assert_true(fws_uint_from_text("0xFf", &value) && value == 255);
    assert_true(fws_uint_from_text("18446744073709551615", &value) && value == UINT64_MAX);
    assert_false(fws_uint_from_text("18446744073709551616", &value));
    assert_false(fws_uint_from_text("", &value));
    assert_false(fws_uint_from_text("0x", &value));
    assert_false(fws_uint_from_text("-1", &value));
    assert_false(fws_uint_from_text("0b2", &value));
}

TEST_MAIN("cli/options")
