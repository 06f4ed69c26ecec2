/* SPDX-License-Identifier: Apache-2.0 */
/* Workers that hang, die, talk nonsense or are replaced. */
#include <fcntl.h>
#include <poll.h>
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

TEST(a_stop_signal_ends_the_wait)
{
    pid_t child = fork();
    int child_status = 0;

    if (child == 0) {
        struct token_pin pin = {.text = TOKEN_PIN};
        struct fws_hsm *hsm = NULL;
        struct fws_error err = {0};
        struct fws_key key;

        token_open(&pin, &hsm);
        token_find(hsm, "pkcs11:token=test%20token;object=ed25519", &key);
        fws_process_catch_stop();
        (void)kill(fws_hsm_link(hsm)->pid, SIGSTOP);
        (void)raise(SIGTERM);
        enum fws_status status = token_try_sign(hsm, &key, &err);

        _exit(status == FWS_E_INTERRUPTED && strstr(err.text, "made and lost") != NULL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &child_status, 0), child);
    assert_int_equal(child_status, 0);
}

TEST(a_worker_dies_with_its_parent)
{
    int gate[2];
    pid_t worker = 0;

    assert_int_equal(pipe(gate), 0);
    pid_t child = fork();

    if (child == 0) {
        struct token_pin pin = {.text = TOKEN_PIN};
        struct fws_hsm *hsm = NULL;
        struct fws_key key;

        token_open(&pin, &hsm);
        token_find(hsm, "pkcs11:token=test%20token;object=ed25519", &key);
        (void)kill(fws_hsm_link(hsm)->pid, SIGSTOP);
        (void)!write(gate[1], &fws_hsm_link(hsm)->pid, sizeof worker);
        (void)raise(SIGKILL);
    }
    assert_int_equal(read(gate[0], &worker, sizeof worker), sizeof worker);
    assert_int_equal(waitpid(child, NULL, 0), child);
    for (int i = 0; i < 200 && kill(worker, 0) == 0; i++) {
        char path[64];
        char letter = 'R';

        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)worker);
        FILE *file = fopen(path, "r");

        if (file != NULL) {
            (void)!fscanf(file, "%*d %*s %c", &letter);
            (void)fclose(file);
        }
        if (letter == 'Z') {
            break; /* nobody here reaps orphans */
        }
        assert_in_range(i, 0, 198);
        (void)poll(NULL, 0, 10);
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
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
