/* SPDX-License-Identifier: Apache-2.0 */
/* Workers that hang, die, talk nonsense or are replaced. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "keys/worker_link.h"
#include "tests/unit/keys/token.h"
#include "tests/unit/test.h"

static const enum fws_algorithm algorithms[] = {FWS_ALG_RSA3072, FWS_ALG_P256, FWS_ALG_P384,
                                                FWS_ALG_ED25519};

/* Death takes a moment to happen. */
static void kill_and_wait(pid_t pid)
{
    siginfo_t info;

    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

TEST(a_worker_that_died_while_idle_is_replaced_unnoticed)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    token_open(&pin, &hsm);
    token_find(hsm, "pkcs11:token=test%20token;object=ed25519", &key);
    kill_and_wait(fws_hsm_link(hsm)->pid);
    token_ok(token_try_sign(hsm, &key, &err), &err);
    assert_true(fws_hsm_link(hsm)->generation != key.generation);
    uint64_t second = fws_hsm_link(hsm)->generation;

    token_ok(token_try_sign(hsm, &key, &err), &err);
    assert_true(fws_hsm_link(hsm)->generation == second);
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(a_worker_that_hangs_costs_one_deadline_and_one_error)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm_options options = token_options(&pin);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    options.deadline_ms = 1500;
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    token_find(hsm, "pkcs11:token=test%20token;object=ecdsa-p384", &key);
    pid_t pid = fws_hsm_link(hsm)->pid;
    int64_t start = fws_clock_monotonic_ms();

    assert_int_equal(kill(pid, SIGSTOP), 0);
    assert_status(token_try_sign(hsm, &key, &err), FWS_E_HSM_TIMEOUT);
    assert_in_range(fws_clock_monotonic_ms() - start, 1400, 4000);
    assert_non_null(strstr(err.text, "a signature may have been made and lost"));
    assert_non_null(strstr(err.text, "1500 ms"));
    assert_int_equal(kill(pid, 0), -1);
    token_ok(token_try_sign(hsm, &key, &err), &err);
    fws_hsm_close(&hsm);
}

TEST(a_worker_that_dies_during_a_request_is_one_error)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    token_open(&pin, &hsm);
    token_find(hsm, "pkcs11:token=test%20token;object=rsa-3072", &key);
    pid_t pid = fws_hsm_link(hsm)->pid;

    assert_int_equal(kill(pid, SIGSTOP), 0);
    pid_t killer = fork();

    if (killer == 0) {
        fws_clock_sleep_jitter(200);
        (void)kill(pid, SIGABRT);
        (void)kill(pid, SIGCONT);
        _exit(0);
    }
    assert_status(token_try_sign(hsm, &key, &err), FWS_E_HSM_CRASHED);
    assert_non_null(strstr(err.text, "signal 6"));
    assert_non_null(strstr(err.text, "a signature may have been made and lost"));
    assert_int_equal(waitpid(killer, NULL, 0), killer);
    token_ok(token_try_sign(hsm, &key, &err), &err);
    fws_hsm_close(&hsm);
}

TEST(a_worker_is_replaced_after_so_many_signatures)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    token_open(&pin, &hsm);
    fws_hsm_set_recycle(hsm, 2);
    token_find(hsm, "pkcs11:token=test%20token;object=ed25519", &key);
    for (int i = 0; i < 5; i++) {
        uint64_t before = fws_hsm_link(hsm)->generation;

        token_ok(token_try_sign(hsm, &key, &err), &err);
        assert_int_equal(fws_hsm_link(hsm)->generation != before, i == 2 || i == 4);
    }
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

/* A worker that is a shell script; returns the status of the first request to it. */
static enum fws_status run_script(const char *script, struct fws_error *err)
{
    static char path[128];
    struct fws_hsm_env env[] = {{"ADDED", "yes"}, {"REPLACED", "new"}};
    struct fws_hsm_options options = {
        .module = token_module,
        .env = env,
        .env_count = 2,
        .work_dir = token_folder(),
        .worker = path,
        .deadline_ms = 1000,
    };
    struct fws_hsm *hsm = NULL;
    struct fws_token_list list;

    (void)snprintf(path, sizeof path, "%s/worker", token_folder());
    assert_status(fws_file_replace(path, script, strlen(script), FWS_OUTPUT_REPLACE, 0700, err),
                  FWS_OK);
    assert_status(fws_hsm_open(&options, &hsm, err), FWS_OK);
    enum fws_status status = fws_hsm_token_list(hsm, &list, err);

    fws_hsm_close(&hsm);
    return status;
}

TEST(a_worker_inherits_no_pin_and_no_terminal)
{
    FWS_AUTO(fws_buf) content = {0};
    char path[128];
    struct fws_error err = {0};

    assert_int_equal(setenv("FWSIGN_PIN", "sekret", 1), 0);
    assert_int_equal(setenv("REPLACED", "old", 1), 0);
    enum fws_status status =
        run_script("#!/bin/sh\nenv > seen\nls -l /proc/self/fd >> seen\nexit 3\n", &err);

    assert_int_equal(unsetenv("FWSIGN_PIN"), 0);
    assert_status(status, FWS_E_HSM_CRASHED);
    assert_non_null(strstr(err.text, "ended with code 3"));
    (void)snprintf(path, sizeof path, "%s/seen", token_folder());
    token_ok(fws_file_read(path, 65536, &content, &err), &err);
    token_ok(fws_buf_append(&content, "", 1, &err), &err);
    const char *seen = (const char *)content.data;

    assert_null(strstr(seen, "FWSIGN_PIN"));
    assert_null(strstr(seen, "sekret"));
    assert_non_null(strstr(seen, "ADDED=yes\n"));
    assert_non_null(strstr(seen, "REPLACED=new\n"));
    assert_null(strstr(seen, "REPLACED=old"));
    assert_non_null(strstr(seen, "0 -> /dev/null"));
    assert_non_null(strstr(seen, "2 -> /dev/null"));
    assert_non_null(strstr(seen, "3 -> socket"));
}

TEST(a_worker_that_never_answers_is_a_timeout)
{
    struct fws_error err = {0};

    assert_status(run_script("#!/bin/sh\nexec sleep 60\n", &err), FWS_E_HSM_TIMEOUT);
    assert_non_null(strstr(err.text, "no answer to 'list tokens' in 1000 ms"));
}

TEST(a_worker_that_talks_nonsense_is_a_crash)
{
    struct fws_error err = {0};

    assert_status(run_script("#!/bin/sh\necho nonsense >&3\nexec sleep 60\n", &err),
                  FWS_E_HSM_CRASHED);
    assert_non_null(strstr(err.text, "malformed"));
}

TEST(a_worker_that_cannot_be_executed_is_an_error_at_once)
{
    struct fws_hsm_options options = {.module = token_module, .worker = "/nonexistent"};
    struct fws_hsm *hsm = NULL;
    struct fws_token_list list;
    struct fws_error err = {0};

    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    assert_status(fws_hsm_token_list(hsm, &list, &err), FWS_E_INTERNAL);
    fws_hsm_close(&hsm);
}

TEST(a_pin_whose_worker_hung_at_first_login_is_not_sent_again)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm_options options = token_options(&pin);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    options.deadline_ms = 500;
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    fws_hsm_prepare(hsm);
    assert_int_equal(kill(fws_hsm_link(hsm)->pid, SIGSTOP), 0);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token;object=ed25519", &err),
                  FWS_E_HSM_TIMEOUT);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token;object=ed25519", &err),
                  FWS_E_HSM_UNAVAILABLE);
    assert_non_null(strstr(err.text, "not tried again"));
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(waiting_for_other_processes_does_not_eat_the_deadline)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm_options options = token_options(&pin);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    int gate[2];
    char byte;

    assert_int_equal(pipe(gate), 0);
    pid_t holder = fork();

    if (holder == 0) {
        int fd = open(token_module, O_RDONLY | O_CLOEXEC);

        (void)!(flock(fd, LOCK_EX) == 0 && write(gate[1], "x", 1) == 1);
        (void)poll(NULL, 0, 1500);
        _exit(0);
    }
    assert_int_equal(read(gate[0], &byte, 1), 1);
    options.deadline_ms = 1000;
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    token_ok(token_try_find(hsm, "pkcs11:token=test%20token;object=ed25519", &err), &err);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    (void)close(gate[0]);
    (void)close(gate[1]);
    fws_hsm_close(&hsm);
}

TEST(a_worker_ends_by_itself_when_asked_to)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_key key;

    token_open(&pin, &hsm);
    token_find(hsm, "pkcs11:token=test%20token;object=ed25519", &key);
    int64_t start = fws_clock_monotonic_ms();

    fws_hsm_close(&hsm);
    assert_in_range(fws_clock_monotonic_ms() - start, 0, 900);
}

/* In a child, as a stop signal is remembered for ever: step returns 0 or where it went wrong. */
static void assert_child(int (*step)(struct fws_hsm *hsm, const struct fws_key *key),
                         unsigned deadline_ms)
{
    int child_status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct token_pin pin = {.text = TOKEN_PIN};
        struct fws_hsm_options options = token_options(&pin);
        struct fws_hsm *hsm = NULL;
        struct fws_error err = {0};
        struct fws_key key;

        options.deadline_ms = deadline_ms;
        token_ok(fws_hsm_open(&options, &hsm, &err), &err);
        token_find(hsm, "pkcs11:token=test%20token;object=ed25519", &key);
        fws_process_catch_stop();
        int result = step(hsm, &key);

        fws_hsm_close(&hsm);
        _exit(result);
    }
    assert_int_equal(waitpid(child, &child_status, 0), child);
    assert_true(WIFEXITED(child_status));
    assert_int_equal(WEXITSTATUS(child_status), 0);
}

static enum fws_status sign_message(struct fws_hsm *hsm, const struct fws_key *key,
                                    enum fws_on_stop on_stop)
{
    static const uint8_t message[200] = {1};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;
    struct fws_error err = {0};

    return fws_hsm_sign_message(hsm, key, message, sizeof message, on_stop, signature, &size, &err);
}

static enum fws_status find_in_order(struct fws_hsm *hsm)
{
    struct fws_uri uri = token_uri("pkcs11:token=test%20token;object=ed25519");
    struct fws_key key;
    struct fws_error err = {0};

    return fws_hsm_key_find_in_order(hsm, &uri, &key, &err);
}

/* A child that sends this process a stop signal, and lets the worker go on a while later. */
static pid_t stop_soon(pid_t worker)
{
    pid_t parent = getpid();
    pid_t helper = fork();

    if (helper == 0) {
        (void)poll(NULL, 0, 200);
        (void)kill(parent, SIGTERM);
        (void)poll(NULL, 0, 600);
        (void)kill(worker, SIGCONT);
        _exit(0);
    }
    return helper;
}

static int stop_during_request(struct fws_hsm *hsm, const struct fws_key *key)
{
    struct fws_error err = {0};
    pid_t worker = fws_hsm_link(hsm)->pid;

    (void)kill(worker, SIGSTOP);
    pid_t helper = stop_soon(worker);
    enum fws_status status = token_try_sign(hsm, key, &err);

    (void)kill(helper, SIGKILL);
    (void)waitpid(helper, NULL, 0);
    return status == FWS_E_INTERRUPTED && strstr(err.text, "made and lost") != NULL &&
                   kill(worker, 0) == -1
               ? 0
               : 1;
}

TEST(a_stop_signal_ends_the_wait)
{
    assert_child(stop_during_request, 0);
}

/* The worker is left to those that are finished in order. */
static int begin_after_stop(struct fws_hsm *hsm, const struct fws_key *key)
{
    struct fws_error err = {0};

    (void)raise(SIGTERM);
    if (token_try_sign(hsm, key, &err) != FWS_E_INTERRUPTED ||
        strstr(err.text, "before the HSM was asked") == NULL ||
        strstr(err.text, "made and lost") != NULL) {
        return 1;
    }
    if (sign_message(hsm, key, FWS_ON_STOP_FAIL) != FWS_E_INTERRUPTED) {
        return 2;
    }
    if (token_try_find(hsm, "pkcs11:token=test%20token;object=ed25519", &err) !=
        FWS_E_INTERRUPTED) {
        return 3;
    }
    return fws_worker_link_alive(fws_hsm_link(hsm)) &&
                   fws_hsm_link(hsm)->generation == key->generation
               ? 0
               : 4;
}

TEST(after_a_stop_signal_no_request_is_begun)
{
    assert_child(begin_after_stop, 0);
}

static int finish_after_stop(struct fws_hsm *hsm, const struct fws_key *key)
{
    struct fws_error err = {0};

    (void)raise(SIGTERM);
    (void)raise(SIGINT);
    if (sign_message(hsm, key, FWS_ON_STOP_FINISH) != FWS_OK) {
        return 1;
    }
    /* A new worker is started, logged in and asked for the key. */
    kill_and_wait(fws_hsm_link(hsm)->pid);
    if (sign_message(hsm, key, FWS_ON_STOP_FINISH) != FWS_OK || find_in_order(hsm) != FWS_OK) {
        return 2;
    }
    /* Which is true of that request only. */
    return token_try_sign(hsm, key, &err) == FWS_E_INTERRUPTED ? 0 : 3;
}

TEST(a_request_may_be_finished_in_order_after_a_stop_signal)
{
    assert_child(finish_after_stop, 0);
}

static int stop_in_the_middle(struct fws_hsm *hsm, const struct fws_key *key)
{
    pid_t worker = fws_hsm_link(hsm)->pid;

    (void)kill(worker, SIGSTOP);
    pid_t helper = stop_soon(worker);
    enum fws_status status = sign_message(hsm, key, FWS_ON_STOP_FINISH);

    return status == FWS_OK && fws_process_stop_signal() == SIGTERM &&
                   waitpid(helper, NULL, 0) == helper
               ? 0
               : 1;
}

TEST(a_request_in_order_goes_on_when_the_signal_comes_in_its_middle)
{
    assert_child(stop_in_the_middle, 0);
}

static int hang_after_stop(struct fws_hsm *hsm, const struct fws_key *key)
{
    int64_t start = fws_clock_monotonic_ms();

    (void)kill(fws_hsm_link(hsm)->pid, SIGSTOP);
    (void)raise(SIGTERM);
    if (sign_message(hsm, key, FWS_ON_STOP_FINISH) != FWS_E_HSM_TIMEOUT) {
        return 1;
    }
    int64_t took = fws_clock_monotonic_ms() - start;

    return took >= 900 && took < 4000 ? 0 : 2;
}

TEST(the_deadline_holds_for_a_request_in_order)
{
    assert_child(hang_after_stop, 1000);
}

struct opened {
    struct token_pin pin;
    struct fws_hsm *hsm;
};

static void *open_and_find(void *context)
{
    struct opened *opened = context;
    struct fws_key key;

    token_open(&opened->pin, &opened->hsm);
    token_find(opened->hsm, "pkcs11:token=test%20token;object=ed25519", &key);
    return NULL;
}

/* Starts a worker that hangs, tells its number, and is killed. */
static _Noreturn void be_killed(bool in_thread, int gate)
{
    struct opened opened = {.pin = {.text = TOKEN_PIN}};
    pthread_t thread;

    if (!in_thread) {
        (void)open_and_find(&opened);
    } else if (pthread_create(&thread, NULL, open_and_find, &opened) != 0 ||
               pthread_join(thread, NULL) != 0) {
        _exit(1);
    }
    pid_t worker = fws_hsm_link(opened.hsm)->pid;

    (void)kill(worker, SIGSTOP);
    (void)!write(gate, &worker, sizeof worker);
    (void)raise(SIGKILL);
    _exit(1);
}

/* Nobody here reaps orphans, so a zombie is gone. */
static bool is_gone(pid_t pid)
{
    char path[64];
    char letter = 'Z';

    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");

    if (file != NULL) {
        (void)!fscanf(file, "%*d %*s %c", &letter);
        (void)fclose(file);
    }
    return letter == 'Z';
}

static void assert_dies_with_parent(bool in_thread)
{
    int gate[2];
    pid_t worker = 0;

    assert_int_equal(pipe(gate), 0);
    pid_t child = fork();

    if (child == 0) {
        be_killed(in_thread, gate[1]);
    }
    assert_int_equal(read(gate[0], &worker, sizeof worker), sizeof worker);
    assert_int_equal(waitpid(child, NULL, 0), child);
    for (int i = 0; !is_gone(worker); i++) {
        assert_in_range(i, 0, 198);
        (void)poll(NULL, 0, 10);
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
}

TEST(a_worker_dies_with_its_parent)
{
    assert_dies_with_parent(false);
}

TEST(a_worker_that_a_thread_started_dies_with_the_process)
{
    assert_dies_with_parent(true);
}

int main(int argc, char **argv)
{
    fws_hsm_worker_main(argc, argv);
    if (token_module == NULL) {
        (void)printf("skipped: SoftHSM (libsofthsm2.so) was not found\n");
        return 77;
    }
    token_make();
    for (size_t i = 0; i < sizeof algorithms / sizeof algorithms[0]; i++) {
        struct fws_key key;

        token_generate(algorithms[i], fws_algorithm_name(algorithms[i]), &key);
    }
    return _cmocka_run_group_tests("keys/worker", test_list, test_count, NULL, NULL);
}
