/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run another program and take what it prints; private to this folder.
 *
 * No shell, PATH and HOME as the only inherited environment, standard input at its end, no other
 * descriptor of ours, default signals, a deadline: a PIN in our environment or an open token is
 * none of its business.
 */
#ifndef FWS_POLICY_CHILD_H
#define FWS_POLICY_CHILD_H

#include <stdbool.h>

#include "base/error.h"

#define FWS_CHILD_TEXT_MAX 16384u

struct fws_child_text {
    size_t size;
    bool cut; /* there was more */
    char text[FWS_CHILD_TEXT_MAX];
};

struct fws_child_result {
    int start_errno; /* not 0: the program did not start, and this is why */
    int exit_code;   /* -1: a signal ended it */
    struct fws_child_text output;
    struct fws_child_text complaint; /* standard error */
};

/*
 * Run argv[0], found in PATH, and wait for its end.
 *
 * FWS_OK whatever its exit code, also when it did not start. FWS_E_TIMEOUT and FWS_E_INTERRUPTED
 * (fws_process_stop_signal) after its process group was killed; FWS_E_IO.
 */
FWS_MUST_USE enum fws_status fws_child_run(const char *const argv[], unsigned limit_ms,
                                           struct fws_child_result *out, struct fws_error *err);

#endif
