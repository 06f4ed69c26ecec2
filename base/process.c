/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/process.h"

static volatile sig_atomic_t stop_signal;

/* A process started with descriptor 0, 1 or 2 closed would open its log there, and print into it. */
static enum fws_status fill_standard_descriptors(struct fws_error *err)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd < 0) {
        return fws_error_errno(err, errno, "'/dev/null'");
    }
    (void)close(fd);
    return FWS_OK;
}

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
    (void)sigaction(SIGXFSZ, &ignore, NULL);
    return fill_standard_descriptors(err);
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
