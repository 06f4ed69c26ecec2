/* SPDX-License-Identifier: Apache-2.0 */
#include <sched.h>

#include "keys/turn.h"
#include "tests/unit/test.h"

#define THREADS 8

static struct fws_turn turn;
static int order[THREADS + 1];
static int served;

/* In a turn only. */
static void serve(int number)
{
    order[served++] = number;
}

static void *wait_and_serve(void *number)
{
    fws_turn_take(&turn);
    serve(*(const int *)number);
    fws_turn_pass(&turn);
    return NULL;
}

static const void *last_in_queue(void)
{
    assert_int_equal(pthread_mutex_lock(&turn.lock), 0);
    const void *last = turn.last;

    assert_int_equal(pthread_mutex_unlock(&turn.lock), 0);
    return last;
}

/* A thread that stands in the queue when this returns. */
static pthread_t start_waiting(const int *number)
{
    const void *before = last_in_queue();
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, wait_and_serve, (void *)(uintptr_t)number), 0);
    while (last_in_queue() == before) {
        (void)sched_yield();
    }
    return thread;
}

TEST(turns_come_in_the_order_of_arrival)
{
    static const int numbers[THREADS] = {0, 1, 2, 3, 4, 5, 6, 7};
    pthread_t threads[THREADS];

    fws_turn_init(&turn);
    served = 0;
    fws_turn_take(&turn);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = start_waiting(&numbers[i]);
    }
    assert_int_equal(served, 0);
    fws_turn_pass(&turn);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_memory_equal(order, numbers, sizeof numbers);
}

TEST(who_comes_back_at_once_stands_behind_those_that_wait)
{
    static const int waiting = 1;

    fws_turn_init(&turn);
    served = 0;
    fws_turn_take(&turn);
    pthread_t thread = start_waiting(&waiting);

    fws_turn_pass(&turn);
    fws_turn_take(&turn);
    serve(2);
    fws_turn_pass(&turn);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(order[0], 1);
    assert_int_equal(order[1], 2);
}

TEST(a_turn_nobody_waits_for_is_free_again)
{
    fws_turn_init(&turn);
    for (int i = 0; i < 3; i++) {
        fws_turn_take(&turn);
        assert_true(turn.taken);
        fws_turn_pass(&turn);
        assert_false(turn.taken);
    }
}

TEST_MAIN("keys/turn")
