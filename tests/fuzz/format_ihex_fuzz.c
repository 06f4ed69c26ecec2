/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_hex_scan and fws_hex_load.
 * Properties: what the first pass accepts the second refuses for an overlap only; each end of the
 * span has data; the largest gap holds none; a range gives the same bytes as the whole.
 */
#include <string.h>

#include "format/format.h"
#include "tests/fuzz/property.h"

#define SPAN_MAX_SIZE (1u << 20)

static uint8_t out[SPAN_MAX_SIZE];
static uint8_t part[SPAN_MAX_SIZE];
static uint8_t seen[SPAN_MAX_SIZE / 8];

static bool is_seen(size_t at)
{
    return (seen[at / 8] >> (at % 8) & 1) != 0;
}

/* The segment before the largest gap alone. */
static void check_part(const char *text, size_t size, const struct fws_hex_span *whole)
{
    struct fws_hex_span span;
    size_t part_size = (size_t)(whole->gap_from - whole->first) + 1;

    property(fws_hex_scan(text, size, whole->first, whole->gap_from, &span) == FWS_OK);
    property(span.first == whole->first && span.last == whole->gap_from);
    property(fws_hex_load(text, size, &span, 0xff, part, part_size, seen) == FWS_OK);
    property(memcmp(part, out, part_size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct fws_hex_span span;
    enum fws_status status = fws_hex_scan(text, size, 0, UINT32_MAX, &span);

    property((status == FWS_E_HEX_SYNTAX) == (span.line > 0));
    if (status != FWS_OK || span.last - span.first >= SPAN_MAX_SIZE) {
        return 0;
    }
    size_t out_size = (size_t)(span.last - span.first) + 1;

    status = fws_hex_load(text, size, &span, 0xff, out, out_size, seen);
    property(status == FWS_OK || status == FWS_E_HEX_OVERLAP);
    if (status != FWS_OK) {
        property(span.line > 0);
        return 0;
    }
    property(is_seen(0) && is_seen(out_size - 1));
    for (uint32_t at = span.gap_from; span.gap_to != 0 && ++at < span.gap_to;) {
        property(!is_seen(at - span.first) && out[at - span.first] == 0xff);
    }
    if (span.gap_to != 0) {
        check_part(text, size, &span);
    }
    return 0;
}
