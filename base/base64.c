/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "bytes/bytes.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The next one to three bytes as four characters. */
static void encode_group(struct fws_reader *bytes, struct fws_writer *out)
{
    size_t count = bytes->left < 3 ? bytes->left : 3;
    uint32_t bits = 0;

    for (size_t i = 0; i < 3; i++) {
        bits = bits << 8 | (i < count ? fws_reader_u8(bytes) : 0u);
    }
    for (size_t i = 0; i < 4; i++) {
        fws_writer_u8(out, i <= count ? (uint8_t)digits[bits >> (18 - 6 * i) & 63] : '=');
    }
}

enum fws_status fws_base64_encode(const void *data, size_t size, struct fws_buf *out,
                                  struct fws_error *err)
{
    struct fws_reader bytes = fws_reader_init(data, size);
    size_t length;

    if (!fws_size_mul(size / 3 + (size % 3 != 0), 4, &length)) {
        return fws_error_set(err, FWS_E_MEMORY, "base64 text of %zu bytes", size);
    }
    enum fws_status status = fws_buf_reserve(out, length, err);

    if (status != FWS_OK || length == 0) {
        return status;
    }
    struct fws_writer writer = fws_writer_init(out->data + out->size, length);

    while (bytes.left > 0) {
        encode_group(&bytes, &writer);
    }
    out->size += length;
    return fws_writer_done(&writer);
}

static int digit_value(uint8_t digit)
{
    if (digit >= 'A' && digit <= 'Z') {
        return digit - 'A';
    }
    if (digit >= 'a' && digit <= 'z') {
        return digit - 'a' + 26;
    }
    if (digit >= '0' && digit <= '9') {
        return digit - '0' + 52;
    }
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* How many of the four characters are padding: only the last group may have any. */
static size_t padding_of(const uint8_t group[4], bool last)
{
    if (!last || group[3] != '=') {
        return 0;
    }
    return group[2] == '=' ? 2 : 1;
}

static bool decode_group(struct fws_reader *text, struct fws_writer *out)
{
    uint8_t group[4];
    uint32_t bits = 0;

    fws_reader_copy(text, group, sizeof group);
    size_t padding = padding_of(group, text->left == 0);

    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - padding ? digit_value(group[i]) : 0;

        if (value < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)value;
    }
    for (size_t i = 0; i < 3 - padding; i++) {
        fws_writer_u8(out, (uint8_t)(bits >> (16 - 8 * i)));
    }
    /* What is left belongs to no byte: were it ignored, one value would have several texts. */
    return (bits & ((1u << 8 * padding) - 1)) == 0;
}

static bool decode(struct fws_reader *text, struct fws_writer *out)
{
    if (text->left % 4 != 0) {
        return false;
    }
    while (text->left > 0) {
        if (!decode_group(text, out)) {
            return false;
        }
    }
    return true;
}

enum fws_status fws_base64_decode(const void *text, size_t length, struct fws_buf *out,
                                  struct fws_error *err)
{
    struct fws_reader reader = fws_reader_init(text, length);
    const size_t room = length / 4 * 3;
    enum fws_status status = fws_buf_reserve(out, room, err);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_writer writer = fws_writer_init(room > 0 ? out->data + out->size : NULL, room);

    if (!decode(&reader, &writer)) {
        return fws_error_set(err, FWS_E_INPUT, "not base64 in its canonical form");
    }
    out->size += writer.used;
    return fws_writer_done(&writer);
}

enum fws_status fws_base64_decode_exact(const void *text, size_t length, uint8_t *out, size_t size)
{
    struct fws_reader reader = fws_reader_init(text, length);
    struct fws_writer writer = fws_writer_init(out, size);
    bool good = decode(&reader, &writer);

    return good && !writer.bad && writer.used == size ? FWS_OK : FWS_E_INPUT;
}
