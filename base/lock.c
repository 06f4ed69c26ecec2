/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <sys/file.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/process.h"

#define LOCK_POLL_MS 2u

static enum fws_status take(int fd, bool exclusive, bool in_order, unsigned deadline_ms,
                            const char *name, struct fws_error *err)
{
    int64_t deadline = fws_clock_monotonic_ms() + deadline_ms;

    while (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return fws_error_errno(err, errno, "'%s': lock", name);
        }
        if (!in_order && fws_process_stop_signal() != 0) {
            return fws_error_set(err, FWS_E_INTERRUPTED, "'%s': interrupted", name);
        }
        if (fws_clock_monotonic_ms() >= deadline) {
            return fws_error_set(err, FWS_E_TIMEOUT, "'%s': locked by another process for %u ms",
                                 name, deadline_ms);
        }
        fws_clock_sleep_jitter(LOCK_POLL_MS);
    }
    return FWS_OK;
}

enum fws_status fws_lock_take(int fd, bool exclusive, unsigned deadline_ms, const char *name,
                              struct fws_error *err)
{
    return take(fd, exclusive, false, deadline_ms, name, err);
}

enum fws_status fws_lock_take_in_order(int fd, bool exclusive, unsigned deadline_ms,
                                       const char *name, struct fws_error *err)
{
    return take(fd, exclusive, true, deadline_ms, name, err);
}

void fws_lock_release(int fd)
{
    (void)flock(fd, LOCK_UN);
}
