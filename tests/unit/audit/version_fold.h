/* SPDX-License-Identifier: Apache-2.0 */
/* A fold as decisions need one: the highest version on record. */
#ifndef FWS_TESTS_UNIT_AUDIT_VERSION_FOLD_H
#define FWS_TESTS_UNIT_AUDIT_VERSION_FOLD_H

#include "audit/audit.h"

#define VERSION_TYPE "test.version" /* {"version":N} */

struct version_fold {
    struct fws_audit_fold fold; /* points into this struct */
    uint64_t version;
    unsigned applied, resets, loads; /* calls so far */
    uint64_t refused;                /* apply refuses this version; 0 = none */
};

void init_version_fold(struct version_fold *state);

/* The data of an entry; a static buffer for each thread. */
const char *version_data(uint64_t version);

/* Decide for the next version; context is a struct version_ask. */
struct version_ask {
    const struct version_fold *state;
    uint64_t version; /* decided */
    char data[40];
};

enum fws_status decide_next_version(void *context, struct fws_audit_body *out,
                                    struct fws_error *err);

#endif
