/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_scan_init and fws_scan_run.
 * Property: each pattern is where a search by the definition finds it first.
 *
 * The input is a count, then for each pattern its size less four and its bytes, and the rest is the
 * payload. All of the input is one too, as random patterns stand nowhere else.
 */
#include <string.h>

#include "bytes/bytes.h"
#include "policy/scan.h"
#include "tests/fuzz/property.h"

static size_t search(const struct fws_pattern *pattern, const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + pattern->size <= size; at++) {
        if (memcmp(bytes + at, pattern->bytes, pattern->size) == 0) {
            return at;
        }
    }
    return FWS_PATTERN_ABSENT;
}

static size_t read_patterns(struct fws_reader *input, struct fws_pattern out[FWS_PATTERNS_MAX])
{
    size_t count = fws_reader_u8(input) % (FWS_PATTERNS_MAX + 1);

    for (size_t i = 0; i < count; i++) {
        size_t size = FWS_PATTERN_MIN_SIZE + fws_reader_u8(input) % 253;
        struct fws_reader bytes = fws_reader_slice(input, size);

        if (bytes.bad) {
            return i;
        }
        out[i] = (struct fws_pattern){bytes.data, size};
    }
    return count;
}

static void check(const struct fws_pattern *patterns, size_t count, const uint8_t *payload,
                  size_t size)
{
    static struct fws_scan scan;
    size_t found[FWS_PATTERNS_MAX];

    property(fws_scan_init(&scan, patterns, count) == FWS_OK);
    fws_scan_run(&scan, payload, size, found);
    for (size_t i = 0; i < FWS_PATTERNS_MAX; i++) {
        property(found[i] ==
                 (i < count ? search(&patterns[i], payload, size) : FWS_PATTERN_ABSENT));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fws_reader input = fws_reader_init(data, size);
    struct fws_pattern patterns[FWS_PATTERNS_MAX];
    size_t count = read_patterns(&input, patterns);

    check(patterns, count, input.data, input.left); /* where patterns may stand or not */
    check(patterns, count, data, size);             /* where each stands */
    return 0;
}
