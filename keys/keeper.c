/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "keys/keeper.h"

static void wait_for(sem_t *event)
{
    while (sem_wait(event) != 0 && errno == EINTR) {
    }
}

static void *keep(void *context)
{
    struct fws_keeper *keeper = context;

    keeper->status = fws_worker_spawn(keeper->options, keeper->fd, &keeper->pid, &keeper->why);
    (void)sem_post(&keeper->started);
    wait_for(&keeper->dismissed);
    return NULL;
}

/* Signals are for the threads that work: a stop signal must end their waits, not this one's. */
static int start_thread(struct fws_keeper *keeper)
{
    sigset_t all, before;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int errnum = pthread_create(&keeper->thread, NULL, keep, keeper);

    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

enum fws_status fws_keeper_spawn(struct fws_keeper *keeper, const struct fws_hsm_options *options,
                                 int fd, pid_t *out, struct fws_error *err)
{
    *keeper = (struct fws_keeper){.options = options, .fd = fd};
    if (gettid() == getpid()) {
        return fws_worker_spawn(options, fd, out, err);
    }
    (void)sem_init(&keeper->started, 0, 0);
    (void)sem_init(&keeper->dismissed, 0, 0);
    int errnum = start_thread(keeper);

    if (errnum != 0) {
        (void)sem_destroy(&keeper->started);
        (void)sem_destroy(&keeper->dismissed);
        (void)fws_error_errno(err, errnum, "starting a thread for the HSM worker");
        return err->status = FWS_E_INTERNAL;
    }
    keeper->running = true;
    wait_for(&keeper->started);
    if (keeper->status != FWS_OK) {
        fws_keeper_dismiss(keeper);
        *err = keeper->why;
        return err->status;
    }
    *out = keeper->pid;
    return FWS_OK;
}

void fws_keeper_dismiss(struct fws_keeper *keeper)
{
    if (keeper->running) {
        (void)sem_post(&keeper->dismissed);
        (void)pthread_join(keeper->thread, NULL);
        (void)sem_destroy(&keeper->started);
        (void)sem_destroy(&keeper->dismissed);
        keeper->running = false;
    }
}
