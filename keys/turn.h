/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One at a time, in the order of arrival. A mutex alone would let a thread that signs in a loop
 * keep all others waiting, among them the one that waits for a checkpoint.
 */
#ifndef FWS_KEYS_TURN_H
#define FWS_KEYS_TURN_H

#include <pthread.h>
#include <stdbool.h>

struct fws_turn_waiter;

struct fws_turn {
    pthread_mutex_t lock; /* of the queue only; never held during a turn */
    bool taken;
    struct fws_turn_waiter *first, *last; /* on the stacks of those that wait */
};

void fws_turn_init(struct fws_turn *turn);
void fws_turn_take(struct fws_turn *turn);
void fws_turn_pass(struct fws_turn *turn);

#endif
