/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_header_parse, fws_header_check, fws_tlv_area_open, fws_tlv_next,
 * fws_dependency_parse, fws_trailer_check and their writers.
 * Property: what parses writes back to the same bytes.
 */
#include <string.h>

#include "format/format.h"
#include "tests/fuzz/property.h"

static uint8_t memory[1u << 17];

static bool same(const struct fws_writer *writer, const uint8_t *bytes, size_t size)
{
    return fws_writer_done(writer) == FWS_OK && writer->used == size &&
           memcmp(memory, bytes, size) == 0;
}

static void check_dependency(struct fws_reader value)
{
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);
    struct fws_dependency dependency;

    if (fws_dependency_parse(value, &dependency) == FWS_OK) {
        fws_dependency_write(&writer, &dependency);
        property(same(&writer, value.data, value.left));
    }
}

/* The area at reader, written again from its entries; advances past it. */
static bool check_area(struct fws_reader *reader, enum fws_tlv_place place)
{
    const uint8_t *start = reader->data;
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);
    struct fws_reader area;
    struct fws_tlv tlv;

    if (fws_tlv_area_open(reader, place, &area) != FWS_OK) {
        return false;
    }
    fws_tlv_area_write(&writer, place, area.left);
    struct fws_reader second = area;

    while (area.left > 0) {
        if (fws_tlv_next(&area, &tlv) != FWS_OK) {
            property(area.left == 0);
            return false;
        }
        fws_tlv_write(&writer, tlv.type, tlv.value.data, (uint16_t)tlv.value.left);
    }
    property(same(&writer, start, writer.used) && reader->data == start + writer.used);
    while (second.left > 0) {
        property(fws_tlv_next(&second, &tlv) == FWS_OK);
        check_dependency(tlv.value);
    }
    return true;
}

static void check_tail(struct fws_reader tail)
{
    struct fws_trailer trailer;
    struct fws_reader again = tail;
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);

    if (fws_trailer_check(tail, &trailer) == FWS_OK) {
        fws_trailer_write(&writer, tail.left, &trailer);
        property(tail.left > sizeof memory || same(&writer, tail.data, tail.left));
        property(!trailer.present || tail.left >= fws_trailer_min_size(trailer.alignment));
        property(trailer.present || fws_filled_with(again, trailer.erased));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fws_reader reader = fws_reader_init(data, size);
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);
    struct fws_header header;

    check_tail(reader);
    if (fws_header_parse(&reader, &header) != FWS_OK) {
        return 0;
    }
    fws_header_write(&writer, &header);
    property(same(&writer, data, FWS_HEADER_SIZE));
    if (fws_header_check(&header) != FWS_OK) {
        return 0;
    }
    property(fws_header_signed_size(&header) >= header.payload_size);
    fws_reader_skip(&reader, header.header_size - FWS_HEADER_SIZE);
    fws_reader_skip(&reader, header.payload_size);
    if (header.protected_size > 0 && !check_area(&reader, FWS_TLV_PROTECTED)) {
        return 0;
    }
    if (check_area(&reader, FWS_TLV_PLAIN)) {
        check_tail(reader);
    }
    return 0;
}
