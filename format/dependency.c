/* SPDX-License-Identifier: Apache-2.0 */
#include "format/text.h"
#include "format/version_bytes.h"

enum fws_status fws_dependency_parse(struct fws_reader value, struct fws_dependency *out)
{
    out->image_id = fws_reader_u8(&value);
    bool reserved_used = fws_reader_u8(&value) != 0;

    reserved_used = fws_reader_u16le(&value) != 0 || reserved_used;
    out->version = fws_version_read(&value);
    if (reserved_used || fws_reader_done(&value) != FWS_OK) {
        return FWS_E_DEPENDENCY;
    }
    return FWS_OK;
}

void fws_dependency_write(struct fws_writer *writer, const struct fws_dependency *dependency)
{
    fws_writer_u8(writer, dependency->image_id);
    fws_writer_fill(writer, 0, 3);
    fws_version_write(writer, &dependency->version);
}

static bool separator(struct fws_reader *text, char c)
{
    fws_text_skip_blanks(text);
    bool taken = fws_text_take(text, c);

    fws_text_skip_blanks(text);
    return taken;
}

enum fws_status fws_dependency_from_text(const char *text, size_t size, struct fws_dependency *out)
{
    struct fws_reader reader = fws_reader_init(text, size);
    uint32_t image_id = 0;

    if (!separator(&reader, '(') || !fws_text_number(&reader, UINT8_MAX, &image_id) ||
        !separator(&reader, ',') || !fws_text_version(&reader, &out->version) ||
        !separator(&reader, ')') || reader.left > 0) {
        return FWS_E_DEPENDENCY;
    }
    out->image_id = (uint8_t)image_id;
    return FWS_OK;
}
