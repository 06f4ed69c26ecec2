/* SPDX-License-Identifier: Apache-2.0 */
/* Which system calls a command makes, and how often: where faults can be done to it. */
#ifndef FWS_TESTS_AUDIT_PLAN_H
#define FWS_TESTS_AUDIT_PLAN_H

#include "tests/audit/stage.h"

#define PLAN_CALLS 48u

struct plan_call {
    char name[24];
    unsigned before; /* while the program was loaded */
    unsigned after;  /* since the driver began */
};

struct plan {
    size_t count;
    struct plan_call calls[PLAN_CALLS];
};

/* False where processes may not be traced. */
bool plan_possible(void);

/* Run the command unharmed and count. */
struct plan plan_make(const char *command);

/* Was the fault done, as the trace says? And did nothing touch a segment again where it was an error
 * of writing or flushing one? */
bool plan_injected(void);
void plan_check_no_retry(void);

/* ---- The faults there are ---- */

/* AUDIT_STEP: of the calls of a kind every so many-th is taken, 1 for all. AUDIT_KEY: ed25519, p256. */
unsigned plan_step(void);
const char *plan_key_kind(void);

struct plan_deed {
    const char *state; /* to begin with */
    const char *command;
};
typedef void plan_strike_fn(const struct plan_deed *deed, const char *call, unsigned nth);

/* Call strike for the deed's calls; of a kind that there is at least for one. */
void plan_each(const struct plan_deed *deed, plan_strike_fn *strike);

/* What else than EIO a call may answer; ends with NULL. NULL: a call that does not fail. */
#define PLAN_ERRORS 6u
const char *const *plan_errors(const char *call);

#endif
