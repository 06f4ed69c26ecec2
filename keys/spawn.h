/* SPDX-License-Identifier: Apache-2.0 */
/* Executing the worker: what it inherits and what it must not. */
#ifndef FWS_KEYS_SPAWN_H
#define FWS_KEYS_SPAWN_H

#include <sys/types.h>

#include "keys/keys.h"

#define FWS_WORKER_FD      3 /* the socket's number in the worker; also told in argv[1] */
#define FWS_WORKER_FD_TEXT "3"

/*
 * Execute the worker with fd as its socket, standard streams on /dev/null, and the environment of
 * this process less FWSIGN_PIN plus options->env.
 */
FWS_MUST_USE enum fws_status fws_worker_spawn(const struct fws_hsm_options *options, int fd,
                                              pid_t *out, struct fws_error *err);

#endif
