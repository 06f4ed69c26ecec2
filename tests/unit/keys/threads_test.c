/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that share one HSM. */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "keys/worker_link.h"
#include "tests/unit/keys/token.h"
#include "tests/unit/test.h"

#define THREADS 8
#define ROUNDS  12

#define P256    "pkcs11:token=test%20token;object=ecdsa-p256"
#define ED25519 "pkcs11:token=test%20token;object=ed25519"

static struct token_pin pin;
static struct fws_hsm *hsm;
static struct fws_key p256, ed25519;

static void open_shared(unsigned deadline_ms)
{
    struct fws_hsm_options options = token_options(&pin);
    struct fws_error err = {0};

    pin = (struct token_pin){.text = TOKEN_PIN};
    options.deadline_ms = deadline_ms;
    token_ok(fws_hsm_open(&options, &hsm, &err), &err);
}

/* What a thread found; cmocka's assertions are for the main thread. */
struct work {
    pthread_t thread;
    unsigned number;
    struct fws_error err;
};

static enum fws_status do_one(unsigned number, struct fws_error *err)
{
    uint8_t message[300] = {(uint8_t)number};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    struct fws_key_list list;
    struct fws_uri uri;
    struct fws_key key;
    size_t size;
    enum fws_status status = fws_uri_parse(number % 2 == 0 ? P256 : ED25519, &uri, err);

    if (status != FWS_OK) {
        return status;
    }
    switch (number % 4) {
    case 0:
        return fws_hsm_sign(hsm, &p256, message, 32, signature, &size, err);
    case 1:
        return fws_hsm_sign_message(hsm, &ed25519, message, sizeof message, FWS_ON_STOP_FINISH,
                                    signature, &size, err);
    case 2:
        status = fws_hsm_key_list(hsm, &uri, &list, err);
        fws_key_list_free(&list);
        return status;
    default:
        return fws_hsm_key_find(hsm, &uri, &key, err);
    }
}

static void *work(void *context)
{
    struct work *mine = context;

    for (unsigned i = 0; i < ROUNDS && mine->err.status == FWS_OK; i++) {
        (void)!do_one(mine->number + i, &mine->err);
    }
    return NULL;
}

static void start(struct work *all, void *(*run)(void *))
{
    for (unsigned i = 0; i < THREADS; i++) {
        all[i].number = i;
        assert_int_equal(pthread_create(&all[i].thread, NULL, run, &all[i]), 0);
    }
}

static void join(struct work *all)
{
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(all[i].thread, NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        token_ok(all[i].err.status, &all[i].err);
    }
}

TEST(threads_share_one_worker)
{
    struct work all[THREADS] = {0};

    open_shared(0);
    token_find(hsm, P256, &p256);
    token_find(hsm, ED25519, &ed25519);
    start(all, work);
    join(all);
    assert_true(fws_hsm_link(hsm)->generation == p256.generation);
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(threads_whose_worker_is_replaced_under_them_all_sign)
{
    struct work all[THREADS] = {0};

    open_shared(0);
    token_find(hsm, P256, &p256);
    token_find(hsm, ED25519, &ed25519);
    fws_hsm_set_recycle(hsm, 5);
    start(all, work);
    join(all);
    assert_true(fws_hsm_link(hsm)->generation != p256.generation);
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

static void *find_first(void *context)
{
    struct work *mine = context;
    struct fws_uri uri;
    struct fws_key key;

    if (fws_uri_parse(P256, &uri, &mine->err) == FWS_OK) {
        (void)!fws_hsm_key_find(hsm, &uri, &key, &mine->err);
    }
    return NULL;
}

TEST(threads_that_start_at_once_start_one_worker_and_ask_for_one_pin)
{
    struct work all[THREADS] = {0};

    open_shared(0);
    start(all, find_first);
    join(all);
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(a_worker_outlives_the_thread_that_started_it)
{
    struct work one = {0};
    struct fws_error err = {0};

    open_shared(0);
    assert_int_equal(pthread_create(&one.thread, NULL, find_first, &one), 0);
    assert_int_equal(pthread_join(one.thread, NULL), 0);
    token_ok(one.err.status, &one.err);
    uint64_t generation = fws_hsm_link(hsm)->generation;

    /* Death would take a moment to happen. */
    (void)poll(NULL, 0, 200);
    token_ok(token_try_find(hsm, ED25519, &err), &err);
    assert_true(fws_hsm_link(hsm)->generation == generation);
    fws_hsm_close(&hsm);
}

static void *sign_with_p256(void *context)
{
    struct work *mine = context;

    (void)!token_try_sign(hsm, &p256, &mine->err);
    return NULL;
}

/* The first to come meets a worker that hangs; the others wait for all of its deadline. */
TEST(a_deadline_begins_with_the_turn)
{
    struct work all[THREADS] = {0};
    unsigned timeouts = 0;

    open_shared(1000);
    token_find(hsm, P256, &p256);
    assert_int_equal(kill(fws_hsm_link(hsm)->pid, SIGSTOP), 0);
    int64_t begin = fws_clock_monotonic_ms();

    start(all, sign_with_p256);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(all[i].thread, NULL), 0);
        timeouts += all[i].err.status == FWS_E_HSM_TIMEOUT;
    }
    assert_in_range(fws_clock_monotonic_ms() - begin, 900, 5000);
    assert_int_equal(timeouts, 1);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_true(all[i].err.status == FWS_OK || all[i].err.status == FWS_E_HSM_TIMEOUT);
    }
    fws_hsm_close(&hsm);
}

int main(int argc, char **argv)
{
    struct fws_key key;

    fws_hsm_worker_main(argc, argv);
    if (token_module == NULL) {
        (void)printf("skipped: SoftHSM (libsofthsm2.so) was not found\n");
        return 77;
    }
    token_make();
    token_generate(FWS_ALG_P256, "ecdsa-p256", &key);
    token_generate(FWS_ALG_ED25519, "ed25519", &key);
    return _cmocka_run_group_tests("keys/threads", test_list, test_count, NULL, NULL);
}
