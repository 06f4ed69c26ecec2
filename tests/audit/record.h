/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a signer was promised, kept outside the log: one line for each entry that was acknowledged
 * and for each signature that was released, durable before the signer does anything else.
 *
 *     entry SEQ REQUEST .
 *     released INTENT OUTCOME SIZE SHA256 .     SIZE of the proof's checkpoint, SHA256 of the outcome's line
 *
 * A line begins with its LF. Who is killed may leave a part of one: it has no full stop, and the next
 * one's LF ends it.
 *
 * Written by one call, pwritev2, which nothing else here uses: faults can be done to all others.
 */
#ifndef FWS_TESTS_AUDIT_RECORD_H
#define FWS_TESTS_AUDIT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

struct record {
    int fd;
};

bool record_open(struct record *record, const char *path);
bool record_entry(const struct record *record, uint64_t seq, const char *request);
bool record_released(const struct record *record, uint64_t intent, uint64_t outcome, uint64_t size,
                     const uint8_t sha256[32]);

#endif
