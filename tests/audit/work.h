/* SPDX-License-Identifier: Apache-2.0 */
/* What a signer does on a log, with a record of what it was promised. */
#ifndef FWS_TESTS_AUDIT_WORK_H
#define FWS_TESTS_AUDIT_WORK_H

#include "tests/audit/key.h"
#include "tests/audit/record.h"

/* Exit codes of the driver besides those of verify, 0, 14, 15, 16. */
#define EXIT_REFUSED  1 /* the log said no, in order */
#define EXIT_USAGE    2
#define EXIT_RECORD   4 /* the record could not be kept: says nothing about the log */
#define EXIT_PROMISE  5 /* the log has broken a promise */
#define EXIT_TAMPERED 6 /* a writer was told that the log is tampered with */

/* The fold: the number of intents, which each intent says of itself. */
struct tally {
    uint64_t intents;
};
struct fws_audit_fold tally_fold(struct tally *tally);

enum work_hold {
    HOLD_NOWHERE,
    HOLD_INTENT,  /* the intent is on record */
    HOLD_OUTCOME, /* the outcome is, too; no checkpoint was asked for */
};

struct work {
    struct fws_audit_options log;
    struct tally *tally;
    const struct record *record;
    unsigned sessions; /* the log is opened so many times */
    unsigned rounds;   /* in each session by each thread */
    unsigned threads;
    unsigned batch;      /* signatures in each round */
    enum work_hold hold; /* there say "holding", wait for the end of input */
};

/* Returns an exit code. What went wrong is on standard error: "STAGE: STATUS: TEXT". */
int work_run(const struct work *work);

/* Print what failed where; the exit code for it. */
int work_fail(const char *stage, const struct fws_error *err);

#endif
