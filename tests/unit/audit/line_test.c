/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

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

TEST_MAIN("audit/line")
