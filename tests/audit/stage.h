/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage for a log, its key and its record; and whoever acts on it is another process.
 *
 *     stage_make("ed25519");
 *     stage_drive("create log"); ... stage_keep("rest");
 *     stage_restore("rest"); stage_drive("work log 1");
 *     stage_clear();
 *
 * The stage is the working folder: "log", "record", "key.pem", "next.pem". It is in memory, or in $TMPDIR.
 * Whatever must be so and is not fails the test, with what was being done.
 */
#ifndef FWS_TESTS_AUDIT_STAGE_H
#define FWS_TESTS_AUDIT_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "bytes/status.h"

/* kind: "ed25519" or "p256". */
void stage_make(const char *kind);
void stage_clear(void);

/* Keep a copy of log and record under a name; and put it back. */
void stage_keep(const char *name);
void stage_restore(const char *name);

/* The keys of the stage's log: key.pem, and next.pem, which it may be handed over to. */
const struct fws_trust *stage_trust(void);
void stage_swap_keys(void);

/* Run a command; words are separated by one blank. Its exit code, or 128 and its signal. Output goes
 * to "out", errors to "err". */
int stage_run(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct stage_streams {
    const char *in, *out, *err;
};
pid_t stage_start(const char *format, ...) __attribute__((format(printf, 1, 2)));
pid_t stage_start_with(const struct stage_streams *streams, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int stage_wait(pid_t pid);

/* The same for the driver, with the stage's key and record. */
int stage_drive(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The driver under strace, with an injection ("write:error=EIO:when=2"); its trace is in "trace". */
int stage_inject(const char *injection, const char *arguments);

/* The driver behind the shim, with its rules ("SHIM_SHORT=1:0"). */
int stage_shim(const char *rules, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Start a driver that holds behind its "intent" or its "outcome", and wait until it does; its record is
 * "held.record". rules are for the shim; "" without it. Let it go on to its end: what it recorded is
 * then in "record", too. */
pid_t stage_hold(const char *rules, const char *where, const char *arguments);
int stage_go_on(pid_t pid);

/* Print a file, for who looks into a failure. */
void stage_print(const char *name);

/* What the failing of a test is to say. */
void stage_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Fail the test with what was being done and what the driver said. */
void stage_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

void stage_must(int expected, int code);

/* A number out of the environment: how much of a test to do. */
unsigned stage_number(const char *name, unsigned otherwise);

/* Copy and remove folders. */
void stage_copy(const char *from, const char *to);
void stage_remove(const char *path);

/* ---- What was seen ---- */

struct tallies {
    unsigned faults;                     /* done to a process */
    unsigned intact, crash, cannot_tell; /* the verdict right after */
    unsigned refused;                    /* the process went on living, and said no in order */
    unsigned survived;                   /* it did its work all the same */
};
extern struct tallies tallies;

#endif
