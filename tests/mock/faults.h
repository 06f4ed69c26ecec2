/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults by name, and the rules that say when they strike.
 *
 * The file named in FWSIGN_MOCK_RULES is read at each call, so a test changes it while the module
 * runs. One rule a line, '#' begins a comment:
 *
 *     FUNCTION FAULT [after=N] [times=N]
 *     C_Sign device-removed               each C_Sign
 *     C_Login general-error times=2       the first two, then no more
 *     C_Sign crash after=1 times=1        the second only
 *     * token-gone                        everything
 *
 * The first rule that strikes counts. Calls are counted over all processes, in RULES.count; remove
 * that file with the rules. A query of the length (C_Sign with no buffer) is a function of its own,
 * C_Sign-length. A rule that cannot be read ends the process with SIGABRT: a typing error must not
 * become a test without a fault.
 */
#ifndef FWS_TESTS_MOCK_FAULTS_H
#define FWS_TESTS_MOCK_FAULTS_H

enum mock_action {
    MOCK_ANSWER,     /* return value, the real module is not asked */
    MOCK_HANG,       /* never return */
    MOCK_CRASH,      /* SIGSEGV */
    MOCK_EXIT,       /* end the process with status 0, as careless vendors do */
    MOCK_SLOW,       /* wait value milliseconds, then pass on */
    MOCK_FLIP,       /* pass on, then flip the last bit of the signature */
    MOCK_DROP,       /* pass on, then shorten the signature by value bytes */
    MOCK_HALVE,      /* pass on, then cut the signature in half */
    MOCK_EMPTY,      /* pass on, then say that the signature is empty */
    MOCK_OVERLONG,   /* pass on, then claim value bytes more than the caller has room for */
    MOCK_TOKEN_FLAG, /* pass on, then set value in the token's flags */
    MOCK_NO_OBJECTS, /* pass on, then find nothing */
};

struct mock_fault {
    const char *name;
    enum mock_action action;
    unsigned long value;
    const char *only; /* functions it makes sense for, with blanks around each; NULL = all */
};

/* The fault that strikes this call of function, or NULL. Counts the call. */
const struct mock_fault *mock_fault_find(const char *function);

#endif
