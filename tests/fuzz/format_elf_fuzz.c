/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_elf_is, fws_elf_scan and fws_elf_load.
 * Properties: what the first pass accepts the second lays down; the segments rise, have no
 * byte in common and end where the span does; each is the file's bytes, and all else is erased;
 * the largest gap is named; a range gives the same bytes as the whole.
 */
#include <string.h>

#include "format/format.h"
#include "tests/fuzz/property.h"

#define SPAN_MAX_SIZE (1u << 20)

static uint8_t out[SPAN_MAX_SIZE];
static uint8_t other[SPAN_MAX_SIZE];

static size_t size_of(uint32_t first, uint32_t last)
{
    return (size_t)(last - first) + 1;
}

static void check_segments(const struct fws_elf_span *span, size_t size)
{
    uint32_t largest = 0;

    property(span->segments > 0 && span->segments <= FWS_ELF_PROGRAMS_MAX);
    property(span->segment[0].first == span->first);
    property(span->segment[span->segments - 1].last == span->last);
    for (size_t i = 0; i < span->segments; i++) {
        const struct fws_elf_segment *segment = &span->segment[i];

        property(segment->first <= segment->last);
        property(segment->offset < size && segment->last - segment->first < size - segment->offset);
        if (i > 0) {
            uint32_t before = span->segment[i - 1].last;

            property(before < segment->first);
            largest = segment->first - before > largest ? segment->first - before : largest;
        }
    }
    property(largest > 1 ? span->gap_to - span->gap_from == largest
                         : span->gap_from == 0 && span->gap_to == 0);
}

/* Undo the load: what is left when each segment was compared and erased is nothing. */
static void check_bytes(const uint8_t *data, const struct fws_elf_span *span)
{
    size_t out_size = size_of(span->first, span->last);

    memcpy(other, out, out_size);
    for (size_t i = 0; i < span->segments; i++) {
        const struct fws_elf_segment *segment = &span->segment[i];
        size_t size = size_of(segment->first, segment->last);
        uint8_t *at = &other[segment->first - span->first];

        property(memcmp(at, &data[segment->offset], size) == 0);
        memset(at, 0xff, size);
    }
    for (size_t i = 0; i < out_size; i++) {
        property(other[i] == 0xff);
    }
}

/* The middle of the image alone. */
static void check_range(const uint8_t *data, size_t size, const struct fws_elf_span *whole)
{
    static struct fws_elf_span span;
    uint32_t quarter = (whole->last - whole->first) / 4;
    enum fws_status status =
        fws_elf_scan(data, size, whole->first + quarter, whole->last - quarter, &span);

    property(status == FWS_OK || status == FWS_E_INPUT);
    if (status != FWS_OK) {
        return;
    }
    size_t part_size = size_of(span.first, span.last);

    check_segments(&span, size);
    property(span.first >= whole->first + quarter && span.last <= whole->last - quarter);
    property(fws_elf_load(data, size, &span, 0xff, other, part_size) == FWS_OK);
    property(memcmp(other, &out[span.first - whole->first], part_size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fws_elf_span span;
    enum fws_status status = fws_elf_scan(data, size, 0, UINT32_MAX, &span);

    property(status == FWS_E_ELF_HEADER || fws_elf_is(data, size));
    property(span.build_id_size <= sizeof span.build_id);
    property(span.program <= FWS_ELF_PROGRAMS_MAX);
    if (status != FWS_OK) {
        return 0;
    }
    check_segments(&span, size);
    property(span.program == 0);
    if (span.last - span.first >= SPAN_MAX_SIZE) {
        return 0;
    }
    property(fws_elf_load(data, size, &span, 0xff, out, size_of(span.first, span.last)) == FWS_OK);
    check_bytes(data, &span);
    check_range(data, size, &span);
    return 0;
}
