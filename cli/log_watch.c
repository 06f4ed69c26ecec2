/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "cli/log_watch.h"

#define LOOK_AGAIN_S 5 /* where nobody tells */

enum fws_status fws_log_watch_open(struct fws_log_watch *watch, const char *folder,
                                   struct fws_error *err)
{
    char *segments = fws_path_join(folder, "seg");
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    enum fws_status status = FWS_OK;

    watch->fd = fd + 1;
    if (segments == NULL) {
        status = fws_error_set(err, FWS_E_MEMORY, "no memory for a path");
    } else if (fd < 0 || inotify_add_watch(fd, segments,
                                           IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR) < 0) {
        status = fws_error_errno(err, errno, "watching '%s'", segments);
    }
    free(segments);
    return status;
}

static enum fws_status drain(int fd, struct fws_error *err)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t size;

    do {
        size = read(fd, events, sizeof events);
    } while (size > 0);
    return size < 0 && errno != EAGAIN && errno != EINTR
               ? fws_error_errno(err, errno, "watching the log")
               : FWS_OK;
}

/* The signals are let in by ppoll alone: one that came just before it would be slept over. */
static enum fws_status wait_blocked(int fd, const sigset_t *before, struct fws_error *err)
{
    const struct timespec patience = {.tv_sec = LOOK_AGAIN_S};
    struct pollfd event = {.fd = fd, .events = POLLIN};

    if (fws_process_stop_signal() == 0 && ppoll(&event, 1, &patience, before) < 0 &&
        errno != EINTR) {
        return fws_error_errno(err, errno, "watching the log");
    }
    return fws_process_stop_signal() != 0 ? fws_error_set(err, FWS_E_INTERRUPTED, "stopped")
                                          : drain(fd, err);
}

enum fws_status fws_log_watch_wait(struct fws_log_watch *watch, struct fws_error *err)
{
    sigset_t stop;
    sigset_t before;

    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &stop, &before) != 0) {
        return fws_error_errno(err, errno, "watching the log");
    }
    enum fws_status status = wait_blocked(watch->fd - 1, &before, err);

    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

void fws_log_watch_close(struct fws_log_watch *watch)
{
    if (watch->fd != 0) {
        (void)close(watch->fd - 1);
        watch->fd = 0;
    }
}
