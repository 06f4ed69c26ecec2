/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where texts first stand in a payload: all of them, in one pass over its bytes. Private to policy/.
 *
 *     fws_scan_init(&scan, patterns, count);               once for a policy
 *     fws_scan_run(&scan, payload, size, found);           for each payload; allocates nothing
 *
 * Each pattern has a window: some of its bytes, four to eight but as many for all patterns, that
 * are least like what payloads are full of. In a window of w bytes w - 1 pairs begin; wherever it
 * stands, one of them is at a multiple of w - 1. So only each so-many-th pair of the payload is
 * looked up, in a table of a bit for each possible pair, and only where that is set are windows
 * compared, and then patterns.
 *
 * Payloads may be hostile. Patterns with the same window are compared in sorted order, and no byte
 * of the payload again that the one before has matched, so that the cost is never above
 *
 *     size x (FWS_PATTERNS_MAX + offsets x FWS_PATTERN_MAX_SIZE) steps,
 *
 * offsets being the number of different ones at which patterns have one and the same window. Only
 * patterns made for it, as runs of one byte are, come near.
 */
#ifndef FWS_POLICY_SCAN_H
#define FWS_POLICY_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "policy/policy.h"

struct fws_pattern {
    const uint8_t *bytes; /* kept: must outlive the scan */
    size_t size;          /* FWS_PATTERN_MIN_SIZE to FWS_PATTERN_MAX_SIZE */
};

/* Where fws_scan_run says that a pattern stands nowhere. */
#define FWS_PATTERN_ABSENT SIZE_MAX

/* A pattern as it is looked for; sorted by key, offset, then bytes. */
struct fws_scan_entry {
    const uint8_t *bytes;
    uint32_t key; /* four bytes of its window */
    uint16_t size;
    uint16_t shared; /* leading bytes, as in the entry before of the same key and offset */
    uint8_t offset;  /* of its window */
    uint8_t index;   /* in the caller's array */
};

/* The entries with one key, beside each other; none: an empty slot. */
struct fws_scan_slot {
    uint32_t key;
    uint8_t first;
    uint8_t count;
};

#define FWS_SCAN_SLOTS  256u
#define FWS_SCAN_PLACES 4096u

/* In the caller's memory, about 16 KiB; what is in it is scan.c's business. */
struct fws_scan {
    uint32_t pairs[65536 / 32];      /* a bit each: stands in a window */
    uint8_t places[FWS_SCAN_PLACES]; /* by a hash of the pair: where in windows, a bit each */
    struct fws_scan_slot slots[FWS_SCAN_SLOTS];
    struct fws_scan_entry entries[FWS_PATTERNS_MAX];
    size_t count;
    size_t window_size;
};

/*
 * Compile count patterns; none is a valid scan that finds nothing. The same pattern may be given
 * twice.
 *
 * FWS_E_USAGE when there are more than FWS_PATTERNS_MAX, or the size of one is outside its limits.
 * Pure, as fws_scan_run is; one scan may be run by many at once.
 */
FWS_MUST_USE enum fws_status fws_scan_init(struct fws_scan *scan,
                                           const struct fws_pattern *patterns, size_t count);

/*
 * found[i] is the offset of the first place where pattern i stands whole, or FWS_PATTERN_ABSENT;
 * also of those behind the last pattern. bytes may be NULL when size is 0.
 */
void fws_scan_run(const struct fws_scan *scan, const void *bytes, size_t size,
                  size_t found[FWS_PATTERNS_MAX]);

#endif
