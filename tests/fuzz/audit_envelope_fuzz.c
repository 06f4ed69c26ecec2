/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_envelope_parse and fws_line_parse. The CRC is made right first, as no fuzzer finds it.
 * Properties: both agree, but for data that is no canonical object; and what was read, written
 * again around another data, gives the same bytes before and behind it.
 */
#include <string.h>

#include "audit/envelope.h"
#include "base/canonical.h"
#include "base/crc32c.h"
#include "tests/fuzz/property.h"

#define CRC_SIZE 17u /* ,"zc":"xxxxxxxx"} */

static bool data_is_canonical(const struct fws_line *line)
{
    struct fws_reader reader = fws_reader_init(line->data, line->data_size);

    return fws_canonical_object(&reader) && reader.left == 0;
}

/* All that was read stands in the text, and nothing else does. */
static void check_bytes(const uint8_t *text, size_t size, const struct fws_line *line)
{
    FWS_AUTO(fws_buf) again = {0};
    struct fws_line empty = *line;
    struct fws_error err = {0};
    size_t front = (size_t)((const uint8_t *)line->data - text);
    size_t back = size - CRC_SIZE - front - line->data_size;

    empty.data = "{}";
    empty.data_size = 2;
    property(fws_line_write(&empty, &again, &err) == FWS_OK);
    property(again.size == front + 2 + back + CRC_SIZE);
    property(memcmp(again.data, text, front) == 0);
    property(memcmp(again.data + front + 2, text + front + line->data_size, back) == 0);
}

static void check_same(const struct fws_line *line, const struct fws_line *other)
{
    property(line->batch == other->batch && line->seq == other->seq);
    property(line->mono_ms == other->mono_ms);
    property(line->data == other->data && line->data_size == other->data_size);
    property(strcmp(line->boot, other->boot) == 0 && strcmp(line->log, other->log) == 0);
    property(strcmp(line->instance, other->instance) == 0 && strcmp(line->prev, other->prev) == 0);
    property(strcmp(line->time, other->time) == 0 && strcmp(line->type, other->type) == 0);
}

static void check(const uint8_t *text, size_t size)
{
    struct fws_line envelope;
    struct fws_line line;
    struct fws_error err = {0};
    enum fws_status fast = fws_envelope_parse(text, size, &envelope, &err);
    enum fws_status strict = fws_line_parse(text, size, &line, &err);

    if (fast != FWS_OK) {
        property(strict == fast);
        return;
    }
    check_bytes(text, size, &envelope);
    property(strict == (data_is_canonical(&envelope) ? FWS_OK : FWS_E_LOG_TAMPERED));
    if (strict == FWS_OK) {
        check_same(&line, &envelope);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    check(data, size);
    if (size < CRC_SIZE || fws_buf_append(&text, data, size - CRC_SIZE, &err) != FWS_OK ||
        fws_buf_printf(&text, &err, ",\"zc\":\"%08x\"}", fws_crc32c(data, size - CRC_SIZE)) !=
            FWS_OK) {
        return 0;
    }
    check(text.data, text.size);
    return 0;
}
