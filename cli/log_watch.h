/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wait until the log has grown, without looking again and again.
 *
 *     FWS_AUTO_CLOSE(fws_log_watch) watch = {0};
 *     fws_log_watch_open(&watch, folder, err);     before the log is read, so that nothing is missed
 *     ... read ...
 *     fws_log_watch_wait(&watch, err);             something was written, or nobody knows
 *
 * Private to cli/.
 */
#ifndef FWS_CLI_LOG_WATCH_H
#define FWS_CLI_LOG_WATCH_H

#include <stdbool.h>

#include "base/error.h"

struct fws_log_watch {
    int fd; /* plus 1; 0 = closed */
};

FWS_MUST_USE enum fws_status fws_log_watch_open(struct fws_log_watch *watch, const char *folder,
                                                struct fws_error *err);

/*
 * Returns when a segment was written to or made, and now and then without a reason: file systems of
 * a network do not tell what others write. FWS_E_INTERRUPTED when a stop was asked for.
 */
FWS_MUST_USE enum fws_status fws_log_watch_wait(struct fws_log_watch *watch, struct fws_error *err);

void fws_log_watch_close(struct fws_log_watch *watch);

#endif
