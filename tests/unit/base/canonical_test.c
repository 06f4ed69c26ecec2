/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/canonical.h"
#include "base/json.h"
#include "tests/unit/test.h"

static bool canonical(const char *text, size_t size)
{
    struct fws_reader reader = fws_reader_init(text, size);

    return fws_canonical_object(&reader) && fws_reader_done(&reader) == FWS_OK;
}

TEST(canonical_objects_are_accepted)
{
    static const char *const good[] = {
        "{}",
        "{\"a\":1}",
        "{\"a\":-1,\"a0\":0,\"a_\":true,\"aa\":false,\"b\":[]}",
        "{\"a\":[1,\"x\",{\"b\":[[]]}]}",
        "{\"a\":9007199254740991,\"b\":-9007199254740991}",
        "{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\/\x7f\"}",
        "{\"a\":\"\\u0000\\u001f\\u000b\"}",
        "{\"a\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"}",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!canonical(good[i], strlen(good[i]))) {
            print_error("%s\n", good[i]);
        }
        assert_true(canonical(good[i], strlen(good[i])));
    }
}

TEST(what_has_a_second_spelling_is_refused)
{
    static const char *const bad[] = {
        "",
        "[]",
        "1",
        "{",
        "{}}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{ }",
        "{\"a\":1 }",
        "{\"b\":1,\"a\":1}",
        "{\"a\":1,\"a\":1}",
        "{\"aa\":1,\"a\":1}",
        "{\"\":1}",
        "{\"A\":1}",
        "{\"a-b\":1}",
        "{\"\\u0061\":1}",
        "{\"a\":01}",
        "{\"a\":-0}",
        "{\"a\":+1}",
        "{\"a\":1.0}",
        "{\"a\":1e3}",
        "{\"a\":-}",
        "{\"a\":9007199254740992}",
        "{\"a\":-9007199254740992}",
        "{\"a\":99999999999999999999999}",
        "{\"a\":null}",
        "{\"a\":tru}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":\"x}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\/\"}",
        "{\"a\":\"\\u0041\"}",
        "{\"a\":\"\\u000a\"}",
        "{\"a\":\"\\u0008\"}",
        "{\"a\":\"\\u001F\"}",
        "{\"a\":\"\\u00\"}",
        "{\"a\":\"\\u0020\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\xc0\x80\"}",
        "{\"a\":\"\xc3\"}",
        "{\"a\":\"\x80\"}",
        "{\"a\":\"\xe0\x80\x80\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":\"\xf0\x80\x80\x80\"}",
        "{\"a\":\"\xf4\x90\x80\x80\"}",
        "{\"a\":\"\xf5\x80\x80\x80\"}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (canonical(bad[i], strlen(bad[i]))) {
            print_error("%s\n", bad[i]);
        }
        assert_false(canonical(bad[i], strlen(bad[i])));
    }
    assert_false(canonical("{\"a\":\"\0\"}", 9));
}

TEST(an_object_is_at_most_as_deep_as_the_writer_writes)
{
    char text[128];

    for (size_t depth = 1; depth <= FWS_JSON_MAX_DEPTH + 1; depth++) {
        size_t size = 0;

        size += (size_t)snprintf(text, sizeof text, "{\"a\":");
        memset(text + size, '[', depth - 1);
        size += depth - 1;
        memset(text + size, ']', depth - 1);
        size += depth - 1;
        if (depth == 1) {
            text[size++] = '1';
        }
        text[size++] = '}';
        assert_int_equal(canonical(text, size), depth <= FWS_JSON_MAX_DEPTH);
    }
}

TEST(every_prefix_of_an_object_is_refused)
{
    static const char text[] = "{\"a\":[1,true,\"\\u0001\xc3\xa4\"],\"b\":{\"c\":false}}";

    for (size_t size = 0; size < strlen(text); size++) {
        assert_false(canonical(text, size));
    }
    assert_true(canonical(text, strlen(text)));
}

TEST(what_the_writer_writes_is_canonical)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};
    char text[256];

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)i;
    }
    fws_json_object(&json, NULL);
    fws_json_bool(&json, "a", true);
    fws_json_hex(&json, "b", text, sizeof text);
    fws_json_text_n(&json, "c", text, sizeof text);
    fws_json_int(&json, "d", -5);
    fws_json_end(&json);
    assert_status(fws_json_done(&json, &err), FWS_OK);
    assert_true(canonical((const char *)json.buf.data, json.buf.size));
}

TEST(any_value_alone_is_judged_as_in_an_object)
{
    static const char *const good[] = {"0", "-1", "\"\"", "true", "[{}]", "{\"a\":[]}"};
    static const char *const bad[] = {"", "-0", "01", "\"", "truth", "[", "{\"a\"}", " 1", "null"};

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct fws_reader reader = fws_reader_init(good[i], strlen(good[i]));

        assert_true(fws_canonical_value(&reader) && reader.left == 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fws_reader reader = fws_reader_init(bad[i], strlen(bad[i]));

        assert_false(fws_canonical_value(&reader) && reader.left == 0);
    }
}

TEST(a_value_is_at_most_as_deep_as_an_object)
{
    char text[2 * (FWS_JSON_MAX_DEPTH + 1)];

    for (size_t depth = 1; depth <= FWS_JSON_MAX_DEPTH + 1; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        struct fws_reader reader = fws_reader_init(text, 2 * depth);

        assert_int_equal(fws_canonical_value(&reader), depth <= FWS_JSON_MAX_DEPTH);
    }
}

TEST(a_key_is_above_the_one_before)
{
    static const struct {
        const char *before;
        const char *text;
        bool good;
    } rows[] = {
        {NULL, "\"a\":1", true},  {"a", "\"b\":1", true},  {"a", "\"a0\":1", true},
        {"a", "\"a\":1", false},  {"b", "\"a\":1", false}, {"aa", "\"a\":1", false},
        {NULL, "\"\":1", false},  {NULL, "\"a\"", false},  {NULL, "a:1", false},
        {NULL, "\"A\":1", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *before = rows[i].before;
        struct fws_reader reader = fws_reader_init(rows[i].text, strlen(rows[i].text));
        struct fws_reader low = fws_reader_init(before, before == NULL ? 0 : strlen(before));
        struct fws_reader key;

        assert_int_equal(fws_canonical_key(&reader, &low, &key), rows[i].good);
        if (rows[i].good) {
            assert_int_equal(reader.left, 1);
            assert_memory_equal(key.data, rows[i].text + 1, key.left);
        }
    }
}

TEST_MAIN("base/canonical")
