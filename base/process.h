/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the process forbids itself, and how it hears that it should stop.
 */
#ifndef FWS_BASE_PROCESS_H
#define FWS_BASE_PROCESS_H

#include "base/error.h"

/*
 * No core dumps (RLIMIT_CORE 0 and PR_SET_DUMPABLE 0, which also keeps debuggers of the same user
 * out), SIGPIPE and SIGXFSZ ignored so that a closed pipe or a full quota is an error and not a death,
 * descriptors 0 to 2 opened on /dev/null where the parent left them closed.
 */
FWS_MUST_USE enum fws_status fws_process_harden(struct fws_error *err);

/*
 * From here on SIGINT, SIGTERM and SIGHUP are remembered instead of ending the process, so that
 * work in progress is ended in order. System calls that wait return EINTR.
 */
void fws_process_catch_stop(void);

/* The signal that asked to stop, 0 when none did. */
int fws_process_stop_signal(void);

/* End as the remembered signal would have ended the process; returns when there was none. */
void fws_process_die_of_stop_signal(void);

#endif
