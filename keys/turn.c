/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "keys/turn.h"

struct fws_turn_waiter {
    pthread_cond_t called;
    bool is_next;
    struct fws_turn_waiter *behind;
};

void fws_turn_init(struct fws_turn *turn)
{
    *turn = (struct fws_turn){0};
    (void)pthread_mutex_init(&turn->lock, NULL);
}

static void queue_up(struct fws_turn *turn, struct fws_turn_waiter *me)
{
    if (turn->first == NULL) {
        turn->first = me;
    } else {
        turn->last->behind = me;
    }
    turn->last = me;
}

void fws_turn_take(struct fws_turn *turn)
{
    struct fws_turn_waiter me = {.called = PTHREAD_COND_INITIALIZER};

    (void)pthread_mutex_lock(&turn->lock);
    if (turn->taken) {
        queue_up(turn, &me);
        while (!me.is_next) {
            (void)pthread_cond_wait(&me.called, &turn->lock);
        }
    }
    turn->taken = true;
    (void)pthread_mutex_unlock(&turn->lock);
    (void)pthread_cond_destroy(&me.called);
}

/* Straight to the first in the queue: taken stays true, so that nobody comes in between. */
void fws_turn_pass(struct fws_turn *turn)
{
    (void)pthread_mutex_lock(&turn->lock);
    struct fws_turn_waiter *next = turn->first;

    if (next == NULL) {
        turn->taken = false;
    } else {
        turn->first = next->behind;
        next->is_next = true;
        (void)pthread_cond_signal(&next->called);
    }
    (void)pthread_mutex_unlock(&turn->lock);
}
