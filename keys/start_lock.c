/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lock.h"
#include "keys/worker.h"

static enum fws_status tell(struct fws_worker *worker, enum fws_reply_kind kind,
                            struct fws_error *err)
{
    struct fws_reply note = {.kind = (uint8_t)kind};

    return fws_worker_send(worker, &note, err);
}

/*
 * The parent's deadline is for the module. It is told when the wait is for other processes, and
 * when that is over.
 */
static enum fws_status queue(struct fws_worker *worker, struct fws_error *err)
{
    enum fws_status status = tell(worker, FWS_REPLY_WAITING, err);

    if (status == FWS_OK) {
        status = fws_lock_take(worker->lock_fd, true, worker->hello.lock_ms, "start lock", err);
    }
    return status == FWS_OK ? tell(worker, FWS_REPLY_LOCKED, err) : status;
}

enum fws_status fws_start_lock_take(struct fws_worker *worker, struct fws_error *err)
{
    if (worker->locked || worker->lock_fd < 0) {
        return FWS_OK;
    }
    enum fws_status status = fws_lock_take(worker->lock_fd, true, 0, "start lock", err);

    if (status == FWS_E_TIMEOUT) {
        status = queue(worker, err);
    } else if (status != FWS_OK) {
        /* A file system without flock: the start is tried all the same, with its retries. */
        return FWS_OK;
    }
    if (status == FWS_E_TIMEOUT) {
        return fws_error_set(err, FWS_E_HSM_TIMEOUT,
                             "other processes have been starting the module for %u ms",
                             worker->hello.lock_ms);
    }
    worker->locked = status == FWS_OK;
    return status;
}

void fws_start_lock_release(struct fws_worker *worker)
{
    if (worker->locked) {
        fws_lock_release(worker->lock_fd);
        worker->locked = false;
    }
}
