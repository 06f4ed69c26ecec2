/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "tests/unit/test.h"

static const char sample[] =
    "{\"all\":true,\"image\":{\"deep\":{\"a\":0},\"sha256\":\"sha256:00ff\",\"size\":262144},"
    "\"items\":[1,\"two\",[3],{\"four\":4},false],\"name\":\"a\\tb\\u0001\\\"\\\\\xc3\xa4\",\"no\":"
    "false,"
    "\"nul\":\"a\\u0000b\",\"under\":-5,\"void\":\"\",\"zero\":0}";

static struct fws_json_value find(const char *path)
{
    struct fws_json_value value;

    assert_true(fws_json_find(sample, strlen(sample), path, &value));
    return value;
}

static bool finds(const char *object, const char *path)
{
    struct fws_json_value value;
    bool found = fws_json_find(object, strlen(object), path, &value);

    assert_int_equal(found, value.kind != FWS_JSON_NONE);
    return found;
}

static void assert_raw(const char *path, enum fws_json_kind kind, const char *raw)
{
    struct fws_json_value value = find(path);

    assert_int_equal(value.kind, kind);
    assert_int_equal(value.raw.left, strlen(raw));
    assert_memory_equal(value.raw.data, raw, strlen(raw));
}

TEST(a_member_is_found_by_its_path_with_its_kind_and_bytes)
{
    assert_raw("all", FWS_JSON_BOOL, "true");
    assert_raw("image", FWS_JSON_OBJECT,
               "{\"deep\":{\"a\":0},\"sha256\":\"sha256:00ff\",\"size\":262144}");
    assert_raw("image.deep.a", FWS_JSON_INT, "0");
    assert_raw("image.size", FWS_JSON_INT, "262144");
    assert_raw("image.sha256", FWS_JSON_TEXT, "\"sha256:00ff\"");
    assert_raw("items", FWS_JSON_ARRAY, "[1,\"two\",[3],{\"four\":4},false]");
    assert_raw("under", FWS_JSON_INT, "-5");
    assert_raw("no", FWS_JSON_BOOL, "false");
    assert_raw("zero", FWS_JSON_INT, "0");
}

TEST(what_is_not_there_is_not_found)
{
    static const char *const paths[] = {
        "",        ".",       "al",          "alll",    "size",     "image.",       ".image",
        "image..", "image.a", "image.deep.", "items.0", "all.true", "image.size.x", "zzz",
    };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        assert_false(finds(sample, paths[i]));
    }
    assert_false(finds("{}", "a"));
    assert_false(finds("", "a"));
}

TEST(a_member_is_not_found_behind_what_is_malformed)
{
    assert_true(finds("{\"a\":1,\"b\":2}", "b"));
    assert_false(finds("{\"a\":1 ,\"b\":2}", "b"));
    assert_false(finds("{\"a\":01,\"b\":2}", "b"));
    assert_false(finds("{\"a\":null,\"b\":2}", "b"));
    assert_false(finds("{\"a\":\"\n\",\"b\":2}", "b"));
    assert_false(finds("{\"a\":[1,\"b\":2}", "b"));
    assert_false(finds("{\"a\":{\"b\":2}", "b"));
    assert_false(finds("{\"a\":1;\"b\":2}", "b"));
    assert_false(finds("{\"A\":1,\"b\":2}", "b"));
    assert_false(finds("{\"c\":1,\"b\":2}", "b"));
    assert_false(finds("[\"a\",1,\"b\",2]", "b"));
    assert_false(finds(" {\"b\":2}", "b"));
}

TEST(a_malformed_value_is_not_found)
{
    assert_false(finds("{\"a\":}", "a"));
    assert_false(finds("{\"a\":1.5}", "a.b"));
    assert_false(finds("{\"a\":\"x}", "a"));
    assert_false(finds("{\"a\":{\"b\":1,\"c\":tru}}", "a"));
    assert_false(finds("{\"a\":{\"b\":1,\"c\":tru}}", "a.b"));
    assert_false(finds("{\"a\":[1,}", "a"));
}

TEST(what_stands_behind_the_member_is_not_looked_at)
{
    assert_true(finds("{\"a\":1", "a"));
    assert_true(finds("{\"a\":1,\"b\":nonsense", "a"));
}

TEST(nothing_is_found_in_a_part_that_ends_before_it)
{
    const char *end = strstr(sample, ",\"items\"");
    size_t needed = (size_t)(end - sample) - 1; /* all but image's brace */

    for (size_t size = 0; size < strlen(sample); size++) {
        struct fws_json_value value;
        char *part = malloc(size + 1); /* its own memory: a sanitizer sees a byte too much */

        assert_non_null(part);
        memcpy(part, sample, size);
        struct fws_reader exact = fws_reader_init(part, size);

        assert_int_equal(fws_json_find(exact.data, size, "image.size", &value), size > needed);
        free(part);
    }
}

TEST(a_number_is_read_when_it_is_one_and_not_negative)
{
    struct fws_json_value value = find("image.size");
    uint64_t number = 1;

    assert_true(fws_json_value_uint(&value, &number));
    assert_int_equal(number, 262144);
    value = find("zero");
    assert_true(fws_json_value_uint(&value, &number));
    assert_int_equal(number, 0);
    static const char *const others[] = {"under", "name", "all", "items", "image", "void"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        number = 1;
        value = find(others[i]);
        assert_false(fws_json_value_uint(&value, &number));
        assert_int_equal(number, 0);
    }
}

TEST(a_truth_is_read_when_it_is_one)
{
    struct fws_json_value value = find("all");
    bool truth = false;

    assert_true(fws_json_value_bool(&value, &truth));
    assert_true(truth);
    value = find("no");
    assert_true(fws_json_value_bool(&value, &truth));
    assert_false(truth);
    truth = true;
    value = find("zero");
    assert_false(fws_json_value_bool(&value, &truth));
    assert_false(truth);
}

TEST(a_text_is_copied_with_its_escapes_read)
{
    struct fws_json_value value = find("name");
    char text[64];

    assert_true(fws_json_value_text(&value, text, sizeof text));
    assert_string_equal(text, "a\tb\x01\"\\\xc3\xa4");
    value = find("void");
    assert_true(fws_json_value_text(&value, text, 1));
    assert_string_equal(text, "");
}

TEST(every_escape_is_read)
{
    static const char object[] = "{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\\\u001f\\u000b/\x7f\"}";
    struct fws_json_value value;
    char text[64];

    assert_true(fws_json_find(object, strlen(object), "a", &value));
    assert_true(fws_json_value_text(&value, text, sizeof text));
    assert_string_equal(text, "\b\t\n\f\r\"\\\x1f\x0b/\x7f");
    assert_true(fws_json_value_is(&value, text));
}

TEST(a_text_that_does_not_fit_is_not_cut)
{
    struct fws_json_value value = find("image.sha256");
    char text[12];

    assert_true(fws_json_value_text(&value, text, sizeof text));
    assert_string_equal(text, "sha256:00ff");
    for (size_t size = 0; size < sizeof text; size++) {
        memset(text, 'x', sizeof text);
        assert_false(fws_json_value_text(&value, text, size));
        assert_int_equal(text[0], size > 0 ? '\0' : 'x');
        assert_int_equal(text[size], 'x');
    }
}

TEST(a_text_with_a_nul_is_never_a_shorter_text)
{
    struct fws_json_value value = find("nul");
    char text[8];

    assert_false(fws_json_value_text(&value, text, sizeof text));
    assert_string_equal(text, "");
    assert_false(fws_json_value_is(&value, "a"));
    assert_false(fws_json_value_is(&value, "ab"));
}

TEST(only_texts_are_copied)
{
    static const char *const others[] = {"zero", "all", "items", "image"};
    char text[128];

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct fws_json_value value = find(others[i]);

        assert_false(fws_json_value_text(&value, text, sizeof text));
        assert_string_equal(text, "");
    }
}

TEST(a_text_is_compared_whole)
{
    struct fws_json_value value = find("image.sha256");

    assert_true(fws_json_value_is(&value, "sha256:00ff"));
    assert_false(fws_json_value_is(&value, "sha256:00f"));
    assert_false(fws_json_value_is(&value, "sha256:00fff"));
    assert_false(fws_json_value_is(&value, "sha256:00fe"));
    assert_false(fws_json_value_is(&value, ""));
    value = find("name");
    assert_true(fws_json_value_is(&value, "a\tb\x01\"\\\xc3\xa4"));
    assert_false(fws_json_value_is(&value, "a\\tb"));
    value = find("void");
    assert_true(fws_json_value_is(&value, ""));
    value = find("zero");
    assert_false(fws_json_value_is(&value, "0"));
}

TEST(a_value_that_nobody_found_is_nothing)
{
    struct fws_json_value value = {0};
    uint64_t number;
    bool truth;
    char text[4];

    assert_false(fws_json_value_is(&value, ""));
    assert_false(fws_json_value_text(&value, text, sizeof text));
    assert_false(fws_json_value_uint(&value, &number));
    assert_false(fws_json_value_bool(&value, &truth));
    assert_false(fws_json_next(&value.raw, &value));
}

TEST(a_value_that_is_not_what_it_says_is_refused)
{
    struct fws_json_value value = {FWS_JSON_TEXT, fws_reader_init("\"a\\q\"", 5)};
    uint64_t number;
    char text[8];

    assert_false(fws_json_value_is(&value, "a"));
    assert_false(fws_json_value_text(&value, text, sizeof text));
    value.raw = fws_reader_init("\"a", 2);
    assert_false(fws_json_value_is(&value, "a"));
    value.raw = fws_reader_init("\"", 1);
    assert_false(fws_json_value_is(&value, ""));
    value = (struct fws_json_value){FWS_JSON_INT, fws_reader_init("12x", 3)};
    assert_false(fws_json_value_uint(&value, &number));
    value = (struct fws_json_value){FWS_JSON_TEXT, fws_reader_init("12", 2)};
    assert_false(fws_json_value_uint(&value, &number));
}

TEST(the_values_of_an_array_come_in_turn)
{
    static const char *const raws[] = {"1", "\"two\"", "[3]", "{\"four\":4}", "false"};
    struct fws_reader rest = find("items").raw;
    struct fws_json_value item;

    for (size_t i = 0; i < sizeof raws / sizeof raws[0]; i++) {
        assert_true(fws_json_next(&rest, &item));
        assert_int_equal(item.raw.left, strlen(raws[i]));
        assert_memory_equal(item.raw.data, raws[i], strlen(raws[i]));
    }
    assert_false(fws_json_next(&rest, &item));
    assert_int_equal(item.kind, FWS_JSON_NONE);
    assert_false(fws_json_next(&rest, &item));
}

TEST(what_is_no_array_has_no_values)
{
    static const char *const others[] = {"zero", "all", "name", "image"};
    static const char empty[] = "{\"a\":[]}";
    struct fws_json_value value;
    struct fws_json_value item;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        value = find(others[i]);
        assert_false(fws_json_next(&value.raw, &item));
    }
    assert_true(fws_json_find(empty, strlen(empty), "a", &value));
    assert_false(fws_json_next(&value.raw, &item));
}

TEST(a_member_of_an_arrays_object_is_found)
{
    struct fws_reader rest = find("items").raw;
    struct fws_json_value item;
    struct fws_json_value four;
    uint64_t number = 0;

    for (size_t i = 0; i < 4; i++) {
        assert_true(fws_json_next(&rest, &item));
    }
    assert_true(fws_json_find(item.raw.data, item.raw.left, "four", &four));
    assert_true(fws_json_value_uint(&four, &number));
    assert_int_equal(number, 4);
}

TEST_MAIN("base/json_read")
