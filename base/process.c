/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/process.h"

static volatile sig_atomic_t stop_signal;

enum fws_status fws_process_harden(struct fws_error *err)
{
    const struct rlimit none = {0, 0};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        return fws_error_errno(err, errno, "forbidding core dumps");
    }
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return fws_error_errno(err, errno, "forbidding memory dumps");
    }
    (void)sigaction(SIGPIPE, &ignore, NULL);
    return FWS_OK;
}

static void remember(int number)
{
    stop_signal = number;
}

void fws_process_catch_stop(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction action = {.sa_handler = remember};
        struct sigaction before;

        /* A signal ignored by the parent (nohup) stays ignored. */
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void)sigaction(signals[i], &action, NULL);
        }
    }
}

int fws_process_stop_signal(void)
{
    return stop_signal;
}

void fws_process_die_of_stop_signal(void)
{
    if (stop_signal != 0) {
        (void)signal(stop_signal, SIG_DFL);
        (void)raise(stop_signal);
    }
}
