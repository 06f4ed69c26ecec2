/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/envelope.h"
#include "audit/line.h"
#include "base/canonical.h"
#include "base/crc32c.h"
#include "base/hex.h"

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

char *fws_line_crc(const void *body, size_t size, char out[FWS_LINE_CRC_SIZE])
{
    uint32_t crc = fws_crc32c(body, size);
    uint8_t bytes[4] = {(uint8_t)(crc >> 24), (uint8_t)(crc >> 16), (uint8_t)(crc >> 8),
                        (uint8_t)crc};

    return fws_hex_encode(bytes, sizeof bytes, out);
}

static void write_crc(struct fws_json *json)
{
    char digits[FWS_LINE_CRC_SIZE];

    fws_json_text(json, "zc", fws_line_crc(json->buf.data, json->buf.size, digits));
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

enum fws_status fws_line_refuse(struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAMPERED,
                         "the CRC fits, but the line is no canonical entry");
}

enum fws_status fws_line_parse(const void *text, size_t size, struct fws_line *out,
                               struct fws_error *err)
{
    enum fws_status status = fws_envelope_parse(text, size, out, err);

    if (status == FWS_OK && !data_ok(out->data, out->data_size)) {
        *out = (struct fws_line){0};
        return fws_line_refuse(err);
    }
    return status;
}

enum fws_status fws_audit_entry_read(const void *line, size_t size,
                                     struct fws_audit_entry_text *text, struct fws_audit_entry *out,
                                     struct fws_error *err)
{
    struct fws_line parsed;
    enum fws_status status = fws_line_parse(line, size, &parsed, err);

    if (status != FWS_OK) {
        return status;
    }
    memcpy(text->instance, parsed.instance, sizeof text->instance);
    memcpy(text->time, parsed.time, sizeof text->time);
    memcpy(text->type, parsed.type, sizeof text->type);
    *out = (struct fws_audit_entry){
        .seq = parsed.seq,
        .instance = text->instance,
        .time = text->time,
        .type = text->type,
        .data = parsed.data,
        .data_size = parsed.data_size,
        .line = line,
        .line_size = size,
    };
    return FWS_OK;
}
