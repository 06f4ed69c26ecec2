/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SEQUENCE { INTEGER r, INTEGER s }, both ways. The sizes of P-256 and P-384 need the short form of
 * a DER length only. The long form is not told apart: read as a short length, 0x80 and more is
 * larger than any number that fits, and refused as such.
 */
#include <string.h>

#include "format/format.h"

#define TAG_INTEGER   0x02u
#define TAG_SEQUENCE  0x30u
#define SIGN_BIT      0x80u
#define HALF_MAX_SIZE 48u

static uint8_t first_byte(struct fws_reader reader)
{
    return fws_reader_u8(&reader);
}

static void skip_zeros(struct fws_reader *reader)
{
    while (reader->left > 0 && first_byte(*reader) == 0) {
        fws_reader_skip(reader, 1);
    }
}

/* number: big endian, no leading zeros, not empty. */
static size_t integer_size(struct fws_reader number)
{
    return number.left + ((first_byte(number) & SIGN_BIT) != 0 ? 1 : 0);
}

static void write_integer(struct fws_writer *writer, struct fws_reader number)
{
    size_t size = integer_size(number);

    fws_writer_u8(writer, TAG_INTEGER);
    fws_writer_u8(writer, (uint8_t)size);
    fws_writer_fill(writer, 0, size - number.left);
    fws_writer_bytes(writer, number.data, number.left);
}

enum fws_status fws_ecdsa_der_from_raw(const uint8_t *raw, size_t raw_size,
                                       uint8_t out[FWS_ECDSA_DER_MAX_SIZE], size_t *out_size)
{
    struct fws_reader reader = fws_reader_init(raw, raw_size);
    struct fws_writer writer = fws_writer_init(out, FWS_ECDSA_DER_MAX_SIZE);
    struct fws_reader r = fws_reader_slice(&reader, raw_size / 2);
    struct fws_reader s = fws_reader_slice(&reader, raw_size / 2);

    skip_zeros(&r);
    skip_zeros(&s);
    if (raw_size % 2 != 0 || raw_size > 2 * (size_t)HALF_MAX_SIZE || r.left == 0 || s.left == 0) {
        return FWS_E_SIGNATURE_ENCODING;
    }
    fws_writer_u8(&writer, TAG_SEQUENCE);
    fws_writer_u8(&writer, (uint8_t)(4 + integer_size(r) + integer_size(s)));
    write_integer(&writer, r);
    write_integer(&writer, s);
    *out_size = writer.used;
    return fws_writer_done(&writer);
}

/* A positive INTEGER in its only minimal form, left-padded with zeros to half_size. */
static bool read_integer(struct fws_reader *der, uint8_t *out, size_t half_size)
{
    uint32_t tag_size = fws_reader_u16le(der);
    struct fws_reader number;

    fws_reader_split(der, tag_size >> 8, &number);
    uint8_t first = fws_reader_u8(&number);
    size_t at = half_size - number.left; /* where those behind the first belong */

    if ((uint8_t)tag_size != TAG_INTEGER || (first & SIGN_BIT) != 0 /* negative */ ||
        number.left + (first != 0) > half_size) {
        return false;
    }
    memset(out, 0, half_size);
    fws_reader_copy(&number, &out[at], half_size - at);
    if (first == 0) {
        /* Not if it is no number, or 0, or a zero byte that no sign bit asks for. */
        return at < half_size && (out[at] & SIGN_BIT) != 0;
    }
    out[at - 1] = first;
    return true;
}

enum fws_status fws_ecdsa_raw_from_der(const uint8_t *der, size_t der_size, uint8_t *out,
                                       size_t half_size)
{
    struct fws_reader reader = fws_reader_init(der, der_size);
    uint32_t tag_size = fws_reader_u16le(&reader);

    if (half_size > HALF_MAX_SIZE || tag_size != (TAG_SEQUENCE | reader.left << 8) ||
        !read_integer(&reader, out, half_size) ||
        !read_integer(&reader, &out[half_size], half_size) || fws_reader_done(&reader) != FWS_OK) {
        return FWS_E_SIGNATURE_ENCODING;
    }
    return FWS_OK;
}
