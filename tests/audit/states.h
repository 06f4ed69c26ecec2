/* SPDX-License-Identifier: Apache-2.0 */
/* Logs in the states that a writer may find, each kept on the stage under a name. */
#ifndef FWS_TESTS_AUDIT_STATES_H
#define FWS_TESTS_AUDIT_STATES_H

#include "tests/audit/plan.h"

/*
 * Make the stage and the states; the test is skipped where processes may not be traced.
 *
 *     rest     in order
 *     torn     a writer died between its intent and its outcome, in the middle of a line
 *     bare     the same, and the caches are gone
 *     marked   the same, recovered, not acknowledged
 *     pending  a writer ended in order without a checkpoint
 */
void states_begin(void);

/* 0 or 14: what verify says of it. */
int states_verdict(const char *state);

#endif
