/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/canonical.h"
#include "audit/line.h"
#include "base/crc32c.h"
#include "base/hex.h"

#define CRC_HEAD  ",\"zc\":\""
#define CRC_END   "\"}"
#define PREV_FORM "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define CRC_SIZE  (sizeof CRC_HEAD - 1 + 8 + sizeof CRC_END - 1)

static bool type_ok(const char *type)
{
    size_t size = strlen(type);

    return size > 0 && size <= FWS_AUDIT_TYPE_MAX &&
           strspn(type, "abcdefghijklmnopqrstuvwxyz.") == size;
}

static bool data_ok(const void *data, size_t size)
{
    struct fws_reader reader = fws_reader_init(data, size);

    return fws_canonical_object(&reader) && fws_reader_done(&reader) == FWS_OK;
}

static void write_members(struct fws_json *json, const struct fws_line *line)
{
    fws_json_int(json, "b", (int64_t)line->batch);
    fws_json_text(json, "boot", line->boot);
    fws_json_raw(json, "data", line->data, line->data_size);
    fws_json_text(json, "inst", line->instance);
    fws_json_text(json, "log", line->log);
    fws_json_int(json, "mono", (int64_t)line->mono_ms);
    fws_json_text(json, "prev", line->prev);
    fws_json_int(json, "seq", (int64_t)line->seq);
    fws_json_text(json, "ts", line->time);
    fws_json_text(json, "type", line->type);
    fws_json_int(json, "v", FWS_LINE_VERSION);
}

static void write_crc(struct fws_json *json)
{
    uint32_t crc = fws_crc32c(json->buf.data, json->buf.size);
    uint8_t bytes[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                        (uint8_t)crc};

    fws_json_hex(json, "zc", bytes, sizeof bytes);
}

enum fws_status fws_line_write(const struct fws_line *line, struct fws_buf *out,
                               struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    if (!type_ok(line->type)) {
        return fws_error_set(err, FWS_E_INTERNAL, "audit entry: the type is malformed");
    }
    if (line->data_size > FWS_AUDIT_LINE_MAX) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "audit entry '%s': %zu bytes of data",
                             line->type, line->data_size);
    }
    if (!data_ok(line->data, line->data_size)) {
        return fws_error_set(err, FWS_E_INTERNAL, "audit entry '%s': data is no canonical object",
                             line->type);
    }
    fws_json_object(&json, NULL);
    write_members(&json, line);
    write_crc(&json);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "audit entry '%s'", line->type);
    }
    if (json.buf.size > FWS_AUDIT_LINE_MAX) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "audit entry '%s': %zu bytes, at most %u",
                             line->type, json.buf.size, FWS_AUDIT_LINE_MAX);
    }
    return fws_buf_append(out, json.buf.data, json.buf.size, err);
}

static bool literal(struct fws_reader *reader, const char *text)
{
    if (!fws_reader_starts_with(reader, text, strlen(text))) {
        return false;
    }
    fws_reader_skip(reader, strlen(text));
    return true;
}

/*
 * Text of a fixed form into out with a NUL: '0' is a decimal digit, 'x' a hexadecimal one. Copied
 * first, then judged by table: a call or a jump for each digit is most of what reading a line costs.
 */
static bool fixed(struct fws_reader *reader, const char *form, char *out)
{
    enum { DECIMAL = 1, HEX = 2 };
    static const uint8_t kinds[256] = {
        ['0'] = DECIMAL | HEX, ['1'] = DECIMAL | HEX, ['2'] = DECIMAL | HEX, ['3'] = DECIMAL | HEX,
        ['4'] = DECIMAL | HEX, ['5'] = DECIMAL | HEX, ['6'] = DECIMAL | HEX, ['7'] = DECIMAL | HEX,
        ['8'] = DECIMAL | HEX, ['9'] = DECIMAL | HEX, ['a'] = HEX,           ['b'] = HEX,
        ['c'] = HEX,           ['d'] = HEX,           ['e'] = HEX,           ['f'] = HEX,
    };
    size_t size = strlen(form);
    bool good = true;

    fws_reader_copy(reader, out, size);
    out[size] = '\0';
    for (size_t i = 0; i < size; i++) {
        uint8_t kind = kinds[(uint8_t)out[i]];

        good &= form[i] == 'x'   ? (kind & HEX) != 0
                : form[i] == '0' ? (kind & DECIMAL) != 0
                                 : out[i] == form[i];
    }
    return good;
}

static bool parse_data(struct fws_reader *reader, struct fws_line *out)
{
    size_t before = reader->left;

    out->data = reader->data;
    if (!fws_canonical_object(reader)) {
        return false;
    }
    out->data_size = before - reader->left;
    return true;
}

static bool parse_type(struct fws_reader *reader, char out[FWS_AUDIT_TYPE_MAX + 1])
{
    for (size_t used = 0; used <= FWS_AUDIT_TYPE_MAX; used++) {
        uint8_t byte = fws_reader_u8(reader);

        out[used] = byte == '"' ? '\0' : (char)byte;
        if (byte == '"') {
            return type_ok(out);
        }
        if (byte == '\0') {
            return false;
        }
    }
    return false;
}

static bool parse_members(struct fws_reader *reader, struct fws_line *out)
{
    return literal(reader, "{\"b\":") && fws_canonical_uint(reader, &out->batch) &&
           literal(reader, ",\"boot\":\"") &&
           fixed(reader, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", out->boot) &&
           literal(reader, "\",\"data\":") && parse_data(reader, out) &&
           literal(reader, ",\"inst\":\"") && fixed(reader, "xxxxxxxxxxxxxxxx", out->instance) &&
           literal(reader, "\",\"log\":\"") && fixed(reader, "xxxxxxxxxxxxxxxx", out->log) &&
           literal(reader, "\",\"mono\":") && fws_canonical_uint(reader, &out->mono_ms) &&
           literal(reader, ",\"prev\":\"") && fixed(reader, PREV_FORM, out->prev) &&
           literal(reader, "\",\"seq\":") && fws_canonical_uint(reader, &out->seq) &&
           literal(reader, ",\"ts\":\"") &&
           fixed(reader, "0000-00-00T00:00:00.000000Z", out->time) &&
           literal(reader, "\",\"type\":\"") && parse_type(reader, out->type) &&
           literal(reader, ",\"v\":1") && fws_reader_done(reader) == FWS_OK;
}

/* Split off the CRC at the end; false when there is none or it does not fit what stands before. */
static bool take_crc(struct fws_reader *line, struct fws_reader *body)
{
    char text[9];
    uint8_t bytes[4];

    if (line->left < CRC_SIZE) {
        return false;
    }
    *body = fws_reader_slice(line, line->left - CRC_SIZE);
    if (!literal(line, CRC_HEAD) || !fixed(line, "xxxxxxxx", text) || !literal(line, CRC_END) ||
        fws_hex_decode(text, 8, bytes, 4) != FWS_OK) {
        return false;
    }
    uint32_t crc =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];

    return crc == fws_crc32c(body->data, body->left);
}

/* Whether the body ends with a version that is not ours. */
static bool other_version(const struct fws_reader *body)
{
    for (size_t digits = 1; digits <= 3 && body->left > digits + 5; digits++) {
        struct fws_reader end = *body;
        uint64_t version;

        fws_reader_skip(&end, body->left - digits - 5);
        if (literal(&end, ",\"v\":") && fws_canonical_uint(&end, &version) && end.left == 0) {
            return version != FWS_LINE_VERSION;
        }
    }
    return false;
}

enum fws_status fws_line_parse(const void *text, size_t size, struct fws_line *out,
                               struct fws_error *err)
{
    struct fws_reader line = fws_reader_init(text, size);
    struct fws_reader body;

    *out = (struct fws_line){0};
    if (size > FWS_AUDIT_LINE_MAX) {
        return fws_error_set(err, FWS_E_LOG_TAIL, "the line is longer than %u bytes",
                             FWS_AUDIT_LINE_MAX);
    }
    if (!take_crc(&line, &body)) {
        return fws_error_set(err, FWS_E_LOG_TAIL, "the line's CRC does not fit its bytes");
    }
    if (other_version(&body)) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "an entry of another format version");
    }
    if (!parse_members(&body, out)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the CRC fits, but the line is no canonical entry");
    }
    return FWS_OK;
}
