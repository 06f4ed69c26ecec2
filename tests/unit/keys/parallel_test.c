/* SPDX-License-Identifier: Apache-2.0 */
/* What a CI server does: many one-shot signers at once on one token, each with its own worker. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/keys/token.h"
#include "tests/unit/test.h"

#define PROCESSES 32
#define ROUNDS    5

static const uint8_t digest[32] = {4, 5, 6};

static enum fws_status sign_once(struct fws_error *err)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm_options options = token_options(&pin);
    struct fws_hsm *hsm = NULL;
    struct fws_uri uri;
    struct fws_key key;
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;
    enum fws_status status = fws_uri_parse("pkcs11:token=test%20token;object=parallel", &uri, err);

    if (status == FWS_OK) {
        status = fws_hsm_open(&options, &hsm, err);
    }
    if (status == FWS_OK) {
        status = fws_hsm_key_find(hsm, &uri, &key, err);
    }
    if (status == FWS_OK) {
        status = fws_hsm_sign(hsm, &key, digest, sizeof digest, signature, &size, err);
    }
    fws_hsm_close(&hsm);
    return status;
}

/* The start is a pipe that all children wait for. */
static pid_t start_child(int gate)
{
    pid_t pid = fork();

    if (pid == 0) {
        struct fws_error err = {0};
        char byte;

        (void)!read(gate, &byte, 1);
        enum fws_status status = sign_once(&err);

        if (status != FWS_OK) {
            (void)fprintf(stderr, "%s\n", err.text);
        }
        _exit(status == FWS_OK ? 0 : 1);
    }
    return pid;
}

static unsigned run_round(void)
{
    pid_t pids[PROCESSES];
    int gate[2];
    unsigned good = 0;

    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < PROCESSES; i++) {
        pids[i] = start_child(gate[0]);
        assert_true(pids[i] > 0);
    }
    assert_int_equal(write(gate[1], (char[PROCESSES]){0}, PROCESSES), PROCESSES);
    for (int i = 0; i < PROCESSES; i++) {
        int status = 1;

        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        good += status == 0;
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
    return good;
}

TEST(processes_that_start_at_once_all_sign)
{
    struct fws_key key;

    token_generate(FWS_ALG_P256, "parallel", &key);
    for (int round = 0; round < ROUNDS; round++) {
        assert_int_equal(run_round(), PROCESSES);
    }
}

int main(int argc, char **argv)
{
    fws_hsm_worker_main(argc, argv);
    if (token_module == NULL) {
        (void)printf("skipped: SoftHSM (libsofthsm2.so) was not found\n");
        return 77;
    }
    token_make();
    return _cmocka_run_group_tests("keys/parallel", test_list, test_count, NULL, NULL);
}
