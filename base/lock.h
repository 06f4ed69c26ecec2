/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cross-process locks by flock(2) on an open descriptor. flock, not fcntl: a POSIX record lock
 * vanishes when any descriptor of the file is closed in the process. Closing the descriptor, or the
 * death of the process, releases the lock.
 */
#ifndef FWS_BASE_LOCK_H
#define FWS_BASE_LOCK_H

#include <stdbool.h>

#include "base/error.h"

/* Take the lock within deadline_ms. FWS_E_TIMEOUT when somebody else keeps it; name is for the
 * message. FWS_E_INTERRUPTED when a stop was asked for (see base/process.h). */
FWS_MUST_USE enum fws_status fws_lock_take(int fd, bool exclusive, unsigned deadline_ms,
                                           const char *name, struct fws_error *err);

/* The same also when a stop was asked for: to end in order what was begun. */
FWS_MUST_USE enum fws_status fws_lock_take_in_order(int fd, bool exclusive, unsigned deadline_ms,
                                                    const char *name, struct fws_error *err);

void fws_lock_release(int fd);

#endif
