/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crash while a secret is held; core.sh looks for it in the core.
 *
 *     crash_with_secret hardened   print the core limit and whether dumps are on, after
 *                                  fws_process_harden; then crash
 *     crash_with_secret open       allow a core first; then crash
 *
 * The secret comes from standard input. An ordinary heap block holds "control-" and the same text
 * reversed, so that the search can show that it would find something.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/process.h"
#include "base/secret.h"

#define CONTROL "control-"

static volatile char *control; /* keeps the block alive */

static void control_make(const struct fws_secret *secret)
{
    size_t prefix = sizeof CONTROL - 1;

    control = calloc(1, prefix + secret->size + 1);
    if (control == NULL) {
        abort();
    }
    for (size_t i = 0; i < prefix; i++) {
        control[i] = CONTROL[i];
    }
    for (size_t i = 0; i < secret->size; i++) {
        control[prefix + i] = (char)secret->data[secret->size - 1 - i];
    }
}

static void report(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_CORE, &limit) != 0) {
        abort();
    }
    printf("core limit %llu %llu, dumpable %d\n", (unsigned long long)limit.rlim_cur,
           (unsigned long long)limit.rlim_max, prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    fflush(stdout);
}

static int allow_core(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_CORE, &limit) != 0) {
        return -1;
    }
    limit.rlim_cur = limit.rlim_max;
    return limit.rlim_max == 0 ? -1 : setrlimit(RLIMIT_CORE, &limit);
}

int main(int argc, char **argv)
{
    struct fws_secret secret = {0};
    struct fws_error err = {0};
    int hardened = argc == 2 && strcmp(argv[1], "hardened") == 0;

    if (fws_secret_read(STDIN_FILENO, &secret, &err) != FWS_OK || secret.size == 0) {
        return 2;
    }
    if (hardened ? fws_process_harden(&err) != FWS_OK : allow_core() != 0) {
        return 3;
    }
    control_make(&secret);
    report();
    abort();
}
