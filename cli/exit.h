/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exit codes: part of the command line's contract. The list may grow; a number never changes its
 * meaning.
 */
#ifndef FWS_CLI_EXIT_H
#define FWS_CLI_EXIT_H

#include <stdbool.h>

#include "bytes/status.h"

#define FWS_EXIT_LIST(X)                                                                           \
    X(0, FWS_EXIT_OK, "done: signed and verified, valid, intact")                                  \
    X(1, FWS_EXIT_MALFUNCTION, "malfunction, also a wrong or short signature from the token")      \
    X(2, FWS_EXIT_USAGE, "bad usage")                                                              \
    X(3, FWS_EXIT_CONFIG, "configuration or policy file is wrong")                                 \
    X(4, FWS_EXIT_INPUT, "input cannot be read as what it should be")                              \
    X(5, FWS_EXIT_DENIED, "policy refuses")                                                        \
    X(6, FWS_EXIT_APPROVAL, "approvals are missing")                                               \
    X(7, FWS_EXIT_CALLER, "caller is not authorised; PIN wrong, locked or expired")                \
    X(8, FWS_EXIT_KEY, "key not found, ambiguous, or not fit for use")                             \
    X(9, FWS_EXIT_HSM, "HSM unavailable (retryable)")                                              \
    X(10, FWS_EXIT_NO, "a judgement is no: image, proof, policy test case, doctor")                \
    X(11, FWS_EXIT_LOG, "audit log unavailable: nothing was released")                             \
    X(12, FWS_EXIT_BUDGET, "rate or budget exhausted (retryable)")                                 \
    X(13, FWS_EXIT_CONFLICT, "frozen, or in conflict (output exists without --force)")             \
    X(14, FWS_EXIT_LOG_TAIL, "audit verify: incomplete tail after a crash, not yet acknowledged")  \
    X(15, FWS_EXIT_LOG_TAMPERED, "audit verify: altered, truncated, reordered or rolled back")     \
    X(16, FWS_EXIT_LOG_UNKNOWN, "audit verify: cannot tell")

enum fws_exit {
#define FWS_EXIT_ENUM(number, name, doc) name = (number),
    FWS_EXIT_LIST(FWS_EXIT_ENUM)
#undef FWS_EXIT_ENUM
};

/* The exit code of a status; FWS_EXIT_MALFUNCTION for one that has no row. */
enum fws_exit fws_exit_of(enum fws_status status);

/* May the same command succeed later without a change by a person? */
bool fws_exit_retryable(enum fws_exit code);

#endif
