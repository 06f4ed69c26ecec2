/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that loses power, as the shim sees it: of each file and of each folder there is what was
 * flushed last ("synced"), and what a process would read ("log"). A real disk may keep either, of
 * names and of data, or some sectors of data.
 */
#ifndef FWS_TESTS_AUDIT_POWER_H
#define FWS_TESTS_AUDIT_POWER_H

#include "tests/audit/stage.h"

enum power_data {
    POWER_SYNCED,  /* what was flushed */
    POWER_ZEROS,   /* the same, but the file's length is there already */
    POWER_SECTORS, /* of what was not flushed some sectors of 512 bytes, by seed */
    POWER_ALL,
};

struct power_loss {
    bool all_names; /* false: those that were flushed */
    enum power_data data;
    unsigned seed;
};

/* All that there is now is durable. Rules for the shim to go on from there: SHIM_SYNCED=... */
const char *power_on(void);

/* Replace the log by what the disk has kept. */
void power_off(const struct power_loss *loss);

#endif
