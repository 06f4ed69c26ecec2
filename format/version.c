/* SPDX-License-Identifier: Apache-2.0 */
#include "format/text.h"
#include "format/version_bytes.h"

enum fws_status fws_version_parse(const char *text, size_t size, struct fws_version *out)
{
    struct fws_reader reader = fws_reader_init(text, size);

    if (!fws_text_version(&reader, out) || reader.left > 0) {
        return FWS_E_VERSION_SYNTAX;
    }
    return FWS_OK;
}

static void write_number(struct fws_writer *writer, uint32_t value)
{
    uint32_t power = 1;

    while (value / power >= 10) {
        power *= 10;
    }
    for (; power > 0; power /= 10) {
        fws_writer_u8(writer, (uint8_t)('0' + value / power % 10));
    }
}

char *fws_version_text(const struct fws_version *version, char out[FWS_VERSION_TEXT_SIZE])
{
    struct fws_writer writer = fws_writer_init(out, FWS_VERSION_TEXT_SIZE);

    write_number(&writer, version->major);
    fws_writer_u8(&writer, '.');
    write_number(&writer, version->minor);
    fws_writer_u8(&writer, '.');
    write_number(&writer, version->revision);
    if (version->build != 0) {
        fws_writer_u8(&writer, '+');
        write_number(&writer, version->build);
    }
    fws_writer_u8(&writer, 0);
    return out;
}

static int compare(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

int fws_version_compare(const struct fws_version *a, const struct fws_version *b)
{
    int order = compare(a->major, b->major);

    if (order == 0) {
        order = compare(a->minor, b->minor);
    }
    if (order == 0) {
        order = compare(a->revision, b->revision);
    }
    return order != 0 ? order : compare(a->build, b->build);
}

struct fws_version fws_version_read(struct fws_reader *reader)
{
    struct fws_version version = {0};

    version.major = fws_reader_u8(reader);
    version.minor = fws_reader_u8(reader);
    version.revision = fws_reader_u16le(reader);
    version.build = fws_reader_u32le(reader);
    return version;
}

void fws_version_write(struct fws_writer *writer, const struct fws_version *version)
{
    fws_writer_u8(writer, version->major);
    fws_writer_u8(writer, version->minor);
    fws_writer_u16le(writer, version->revision);
    fws_writer_u32le(writer, version->build);
}
