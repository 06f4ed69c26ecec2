/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread a worker is the child of.
 *
 * A worker asks the kernel to kill it with its parent (PR_SET_PDEATHSIG), which must hold whatever
 * the vendor's code does with signals. To the kernel the parent is the thread that started it: a
 * worker started by a thread that serves one client and ends would be killed under all others. The
 * main thread, which a one-shot command has alone, lives as long as the process and needs no other.
 *
 * The zero value is no thread.
 */
#ifndef FWS_KEYS_KEEPER_H
#define FWS_KEYS_KEEPER_H

#include <pthread.h>
#include <semaphore.h>

#include "keys/spawn.h"

struct fws_keeper {
    bool running;
    pthread_t thread;
    sem_t started;   /* pid, status and why are valid */
    sem_t dismissed; /* the worker is gone */
    const struct fws_hsm_options *options;
    int fd;
    pid_t pid;
    enum fws_status status;
    struct fws_error why;
};

/* fws_worker_spawn, in the main thread or one that goes on until fws_keeper_dismiss. keeper must not
 * move. */
FWS_MUST_USE enum fws_status fws_keeper_spawn(struct fws_keeper *keeper,
                                              const struct fws_hsm_options *options, int fd,
                                              pid_t *out, struct fws_error *err);

/* End the thread, and with it the worker if it has not ended so far. */
void fws_keeper_dismiss(struct fws_keeper *keeper);

#endif
