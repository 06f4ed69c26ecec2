/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent's end of a worker process: started, spoken to within a deadline, stopped or killed.
 *
 *     fws_worker_link_start(&link, &options, err);
 *     fws_worker_link_send(&link, &request, secrets, secret_count, err);
 *     fws_worker_link_receive(&link, deadline, &reply, err);       as often as replies come
 *     fws_worker_link_stop(&link);
 *
 * The zero value has no process.
 */
#ifndef FWS_KEYS_WORKER_LINK_H
#define FWS_KEYS_WORKER_LINK_H

#include <sys/types.h>

#include "keys/keeper.h"
#include "keys/protocol.h"

#define FWS_HSM_LOCK_MS 30000u /* how long a worker queues behind others that start the module */

struct fws_worker_link {
    pid_t pid; /* 0 = no process */
    int fd;    /* the socket */
    struct fws_keeper keeper;
    uint64_t generation; /* random; a key handle is valid in the generation that found it */
    bool used;           /* a request was answered */
};

/* Execute the worker and say hello; the module is loaded while the caller goes on. */
FWS_MUST_USE enum fws_status fws_worker_link_start(struct fws_worker_link *link,
                                                   const struct fws_hsm_options *options,
                                                   struct fws_error *err);

/* Is there a process that has not ended? One that has is reaped. */
bool fws_worker_link_alive(struct fws_worker_link *link);

/* Each secret goes through a pipe of its own. */
FWS_MUST_USE enum fws_status fws_worker_link_send(struct fws_worker_link *link,
                                                  struct fws_request *request,
                                                  const struct fws_secret *const *secrets,
                                                  size_t secret_count, struct fws_error *err);

/*
 * Wait for the next reply until deadline_ms of the monotonic clock.
 * FWS_E_HSM_TIMEOUT, FWS_E_INTERRUPTED (the worker is killed in both cases), FWS_E_HSM_CRASHED.
 */
FWS_MUST_USE enum fws_status fws_worker_link_receive(struct fws_worker_link *link,
                                                     int64_t deadline_ms, enum fws_on_stop on_stop,
                                                     struct fws_reply *reply,
                                                     struct fws_error *err);

/* Let the worker close its session and end; kill it when it takes longer than a second. */
void fws_worker_link_stop(struct fws_worker_link *link);

void fws_worker_link_kill(struct fws_worker_link *link);

/* For tests: the link inside an HSM, and after how many signatures the worker is replaced. */
struct fws_worker_link *fws_hsm_link(struct fws_hsm *hsm);
void fws_hsm_set_recycle(struct fws_hsm *hsm, unsigned long signatures);

#endif
