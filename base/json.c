/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/hex.h"
#include "base/json.h"
#include "base/utf8.h"
#include "bytes/text.h"

#define JSON_INT_MAX 9007199254740991

static void put(struct fws_json *json, const void *text, size_t size)
{
    if (json->error.status == FWS_OK) {
        (void)!fws_buf_append(&json->buf, text, size, &json->error);
    }
}

static void fail(struct fws_json *json, const char *what)
{
    if (json->error.status == FWS_OK) {
        (void)fws_error_set(&json->error, FWS_E_INTERNAL, "json: %s", what);
    }
}

/* One character below 0x20, '"' or '\\' in the escape that RFC 8785 prescribes. */
static void put_escape(struct fws_json *json, uint8_t c)
{
    static const char short_from[] = "\b\t\n\f\r\"\\";
    static const char short_to[] = "btnfr\"\\";
    const char *found = c != 0 ? strchr(short_from, c) : NULL;
    char text[7] = "\\u00";

    if (found != NULL) {
        text[1] = short_to[found - short_from];
        put(json, text, 2);
        return;
    }
    (void)fws_hex_encode(&c, 1, text + 4);
    put(json, text, 6);
}

static void put_character(struct fws_json *json, struct fws_reader *text)
{
    struct fws_reader at = *text;
    uint32_t point;

    if (!fws_utf8_next(text, &point)) {
        put(json, "\xef\xbf\xbd", 3);
        *text = at;
        fws_reader_skip(text, 1);
    } else if (point < 0x20 || point == '"' || point == '\\') {
        put_escape(json, (uint8_t)point);
    } else {
        put(json, at.data, at.left - text->left);
    }
}

/* What stands for itself goes in at once, as that is nearly all: byte by byte a line of the log takes
 * longer to put together than to hash. */
static void put_string(struct fws_json *json, const char *string, size_t size)
{
    struct fws_reader text = fws_reader_init(string, size);

    put(json, "\"", 1);
    while (text.left > 0) {
        size_t plain = fws_reader_span_plain(&text);

        put(json, text.data, plain);
        fws_reader_skip(&text, plain);
        if (text.left > 0) {
            put_character(json, &text);
        }
    }
    put(json, "\"", 1);
}

static void before_value(struct fws_json *json, const char *key)
{
    if (json->comma) {
        put(json, ",", 1);
    }
    if (key != NULL) {
        put_string(json, key, strlen(key));
        put(json, ":", 1);
    }
    json->comma = true;
}

static void open_container(struct fws_json *json, const char *key, char opening, char closing)
{
    before_value(json, key);
    if (json->depth >= FWS_JSON_MAX_DEPTH) {
        fail(json, "nested too deeply");
        return;
    }
    put(json, &opening, 1);
    json->closing[json->depth++] = closing;
    json->comma = false;
}

void fws_json_object(struct fws_json *json, const char *key)
{
    open_container(json, key, '{', '}');
}

void fws_json_array(struct fws_json *json, const char *key)
{
    open_container(json, key, '[', ']');
}

void fws_json_end(struct fws_json *json)
{
    if (json->depth == 0) {
        fail(json, "nothing to close");
        return;
    }
    put(json, &json->closing[--json->depth], 1);
    json->comma = true;
}

void fws_json_text_n(struct fws_json *json, const char *key, const char *text, size_t size)
{
    before_value(json, key);
    put_string(json, text, size);
}

void fws_json_text(struct fws_json *json, const char *key, const char *text)
{
    fws_json_text_n(json, key, text, strlen(text));
}

void fws_json_bool(struct fws_json *json, const char *key, bool value)
{
    before_value(json, key);
    put(json, value ? "true" : "false", value ? 4 : 5);
}

static void put_int(struct fws_json *json, int64_t value)
{
    char digits[20]; /* 16 and a sign at most */
    size_t at = sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0) {
        digits[--at] = '-';
    }
    put(json, digits + at, sizeof digits - at);
}

void fws_json_int(struct fws_json *json, const char *key, int64_t value)
{
    if (value > JSON_INT_MAX || value < -JSON_INT_MAX) {
        fail(json, "integer beyond 2^53-1");
        return;
    }
    before_value(json, key);
    put_int(json, value);
}

void fws_json_digest(struct fws_json *json, const char *key, const uint8_t digest[32])
{
    char text[FWS_DIGEST_TEXT_SIZE];

    fws_json_text(json, key, fws_digest_text(digest, text));
}

void fws_json_hex(struct fws_json *json, const char *key, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    char pair[3];

    before_value(json, key);
    put(json, "\"", 1);
    for (size_t i = 0; i < size; i++) {
        put(json, fws_hex_encode(bytes + i, 1, pair), 2);
    }
    put(json, "\"", 1);
}

void fws_json_base64(struct fws_json *json, const char *key, const void *data, size_t size)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    if (fws_base64_encode(data, size, &text, &err) == FWS_OK) {
        fws_json_text_n(json, key, (const char *)text.data, text.size);
    } else if (json->error.status == FWS_OK) {
        json->error = err;
    }
}

void fws_json_raw(struct fws_json *json, const char *key, const void *text, size_t size)
{
    before_value(json, key);
    put(json, text, size);
}

enum fws_status fws_json_done(struct fws_json *json, struct fws_error *err)
{
    if (json->error.status == FWS_OK && json->depth != 0) {
        fail(json, "a container is still open");
    }
    if (json->error.status != FWS_OK) {
        *err = json->error;
    }
    return json->error.status;
}

void fws_json_free(struct fws_json *json)
{
    fws_buf_free(&json->buf);
    *json = (struct fws_json){0};
}
