/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "audit/canonical.h"
#include "audit/line.h"
#include "base/crc32c.h"
#include "tests/unit/test.h"

static const struct fws_line valid = {
    .batch = 7,
    .boot = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    .data = "{\"key\":\"release\"}",
    .data_size = 17,
    .instance = "0123456789abcdef",
    .log = "fedcba9876543210",
    .mono_ms = 123456,
    .prev = "abcd000000000000000000000000000000000000000000000000000000000000",
    .seq = 7,
    .time = "2025-01-31T12:34:56.123456Z",
    .type = "sign.intent",
};

/* Made by hand from docs/formats/audit-log.md, CRC by another program. */
static const char golden[] =
    "{\"b\":7,\"boot\":\"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\",\"data\":{\"key\":\"release\"},"
    "\"inst\":\"0123456789abcdef\",\"log\":\"fedcba9876543210\",\"mono\":123456,\"prev\":"
    "\"abcd000000000000000000000000000000000000000000000000000000000000\",\"seq\":7,"
    "\"ts\":\"2025-01-31T12:34:56.123456Z\",\"type\":\"sign.intent\",\"v\":1,\"zc\":\"e478e812\"}";

/* The text with its CRC, by its own rule, put in place of the last eight digits. */
static struct fws_buf with_crc(const char *text)
{
    struct fws_buf out = {0};
    struct fws_error err = {0};
    size_t body = strlen(text) - strlen(",\"zc\":\"00000000\"}");

    assert_status(fws_buf_append(&out, text, body, &err), FWS_OK);
    assert_status(fws_buf_printf(&out, &err, ",\"zc\":\"%08x\"}", fws_crc32c(text, body)), FWS_OK);
    return out;
}

static enum fws_status parse_with_crc(const char *text)
{
    FWS_AUTO(fws_buf) whole = with_crc(text);
    struct fws_line line;
    struct fws_error err = {0};

    return fws_line_parse(whole.data, whole.size, &line, &err);
}

/* The golden line with one piece replaced, its CRC right. */
static enum fws_status parse_replaced(const char *piece, const char *by)
{
    char text[2048];
    const char *at = strstr(golden, piece);

    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - golden), golden, by,
                   at + strlen(piece));
    return parse_with_crc(text);
}

TEST(a_line_is_written_as_the_document_says)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_line_write(&valid, &text, &err), FWS_OK);
    assert_int_equal(text.size, strlen(golden));
    assert_memory_equal(text.data, golden, text.size);
}

TEST(what_is_written_is_parsed_and_written_back_to_the_same_bytes)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    struct fws_line line;

    assert_status(fws_line_parse(golden, strlen(golden), &line, &err), FWS_OK);
    assert_int_equal(line.seq, 7);
    assert_int_equal(line.mono_ms, 123456);
    assert_string_equal(line.type, "sign.intent");
    assert_status(fws_line_write(&line, &text, &err), FWS_OK);
    assert_memory_equal(text.data, golden, strlen(golden));
}

TEST(a_wrong_crc_is_damage)
{
    char text[sizeof golden];
    struct fws_line line;
    struct fws_error err = {0};

    for (size_t i = 0; i < strlen(golden); i++) {
        memcpy(text, golden, sizeof golden);
        text[i] ^= 4;
        assert_status(fws_line_parse(text, strlen(golden), &line, &err), FWS_E_LOG_TAIL);
    }
    assert_status(fws_line_parse("", 0, &line, &err), FWS_E_LOG_TAIL);
}

TEST(every_shorter_line_is_damage)
{
    struct fws_line line;
    struct fws_error err = {0};

    for (size_t size = 0; size < strlen(golden); size++) {
        assert_status(fws_line_parse(golden, size, &line, &err), FWS_E_LOG_TAIL);
    }
}

TEST(another_version_is_not_judged)
{
    assert_status(parse_replaced("\"v\":1", "\"v\":2"), FWS_E_LOG_UNKNOWN);
    assert_status(parse_replaced("\"v\":1", "\"v\":10"), FWS_E_LOG_UNKNOWN);
    assert_status(parse_replaced("\"v\":1", "\"v\":01"), FWS_E_LOG_TAMPERED);
}

TEST(members_have_one_order_and_one_form_each)
{
    static const char *const bad[][2] = {
        {"{\"b\":7", "{ \"b\":7"},
        {"\"b\":7", "\"b\":07"},
        {"\"b\":7", "\"b\":-7"},
        {"\"b\":7", "\"b\":7.0"},
        {"\"b\":7", "\"b\":9007199254740992"},
        {"\"b\":7,", ""},
        {"\"boot\":\"0f1e", "\"boot\":\"0F1e"},
        {"\"boot\":\"0f1e2d3c-", "\"boot\":\"0f1e2d3c4"},
        {"{\"key\":\"release\"}", "[]"},
        {"{\"key\":\"release\"}", "\"text\""},
        {"{\"key\":\"release\"}", "{\"key\":\"release\",\"key\":1}"},
        {"{\"key\":\"release\"}", "{\"key\": \"release\"}"},
        {"\"inst\":\"0123456789abcdef\",", ""},
        {"\"inst\":\"0123456789abcdef\"", "\"inst\":\"0123456789abcde\""},
        {"\"inst\":\"0", "\"inst\":\"\\u0030"},
        {"\"log\":\"f", "\"log\":\"F"},
        {"\"mono\":123456", "\"mono\":\"123456\""},
        {"\"prev\":\"abcd", "\"prev\":\"abc"},
        {"\"seq\":7", "\"seq\":null"},
        {"\"ts\":\"2025-01-31T", "\"ts\":\"2025-01-31 "},
        {".123456Z", ".123456+00:00"},
        {"\"type\":\"sign.intent\"", "\"type\":\"\""},
        {"\"type\":\"sign.intent\"", "\"type\":\"Sign.intent\""},
        {"\"type\":\"sign.intent\"", "\"type\":\"sign.intent.that.is.much.too.long\""},
        {",\"v\":1", ",\"v\":1,\"w\":1"},
        {"\"inst\"", "\"extra\":1,\"inst\""},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        enum fws_status status = parse_replaced(bad[i][0], bad[i][1]);

        if (status != FWS_E_LOG_TAMPERED) {
            print_error("%s\n", bad[i][1]);
        }
        assert_status(status, FWS_E_LOG_TAMPERED);
    }
    assert_status(parse_replaced("\"b\":7", "\"b\":7"), FWS_OK);
}

TEST(a_line_longer_than_the_limit_is_damage_and_is_never_written)
{
    static char data[FWS_AUDIT_LINE_MAX];
    FWS_AUTO(fws_buf) text = {0};
    struct fws_line line = valid;
    struct fws_error err = {0};

    memset(data, 'x', sizeof data);
    memcpy(data, "{\"a\":\"", 6);
    memcpy(data + sizeof data - 2, "\"}", 2);
    line.data = data;
    line.data_size = sizeof data;
    assert_status(fws_line_write(&line, &text, &err), FWS_E_TOO_LARGE);
    line.data_size++;
    assert_status(fws_line_write(&line, &text, &err), FWS_E_TOO_LARGE);
    assert_int_equal(text.size, 0);
    assert_status(fws_line_parse(data, FWS_AUDIT_LINE_MAX + 1, &line, &err), FWS_E_LOG_TAIL);
}

/* ---- Canonical objects ---- */

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

TEST_MAIN("audit/line")
