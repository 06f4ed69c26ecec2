/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "policy/child.h"

#define ENVIRONMENT_MAX 4u

/* The reading end of a pipe and where its bytes go. */
struct stream {
    int fd; /* -1: at its end */
    struct fws_child_text *to;
};

struct child {
    const char *name; /* for messages */
    pid_t pid;
    unsigned limit_ms;
    int64_t deadline_ms;
    struct stream output;
    struct stream complaint;
};

/* ---- Starting ---- */

struct environment {
    char *entries[ENVIRONMENT_MAX];
    size_t count;
};

static bool environment_inherit(struct environment *environment, const char *name)
{
    const char *value = getenv(name);
    char **entry = &environment->entries[environment->count];

    if (value == NULL) {
        return true;
    }
    if (asprintf(entry, "%s=%s", name, value) < 0) {
        *entry = NULL;
        return false;
    }
    environment->count++;
    return true;
}

static bool environment_make(struct environment *environment)
{
    static char language[] = "LC_ALL=C";

    if (!environment_inherit(environment, "PATH") || !environment_inherit(environment, "HOME")) {
        return false;
    }
    environment->entries[environment->count] = language;
    return true;
}

static void environment_free(struct environment *environment)
{
    for (size_t i = 0; i < environment->count; i++) {
        free(environment->entries[i]);
    }
    *environment = (struct environment){0};
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int failed = posix_spawnattr_setsigmask(attributes, &none);

    if (failed == 0) {
        failed = posix_spawnattr_setsigdefault(attributes, &all);
    }
    if (failed == 0) {
        failed = posix_spawnattr_setpgroup(attributes, 0);
    }
    return failed != 0 ? failed
                       : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                                  POSIX_SPAWN_SETSIGDEF |
                                                                  POSIX_SPAWN_SETPGROUP);
}

static int set_descriptors(posix_spawn_file_actions_t *actions, int output, int complaint)
{
    int failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

    if (failed == 0) {
        failed = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    }
    if (failed == 0) {
        failed = posix_spawn_file_actions_adddup2(actions, complaint, STDERR_FILENO);
    }
    return failed != 0 ? failed
                       : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

static int spawn(pid_t *pid, char *const argv[], char *const env[], int output, int complaint)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed != 0) {
        return failed;
    }
    failed = posix_spawnattr_init(&attributes);
    if (failed == 0) {
        failed = set_attributes(&attributes);
        if (failed == 0) {
            failed = set_descriptors(&actions, output, complaint);
        }
        if (failed == 0) {
            failed = posix_spawnp(pid, argv[0], &actions, &attributes, argv, env);
        }
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static void close_end(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

/* Start the program; 0, or an errno value. */
static int start(struct child *child, const char *const argv[])
{
    struct environment environment = {0};
    int output[2] = {-1, -1};
    int complaint[2] = {-1, -1};
    int failed = 0;

    if (pipe2(output, O_CLOEXEC) != 0 || pipe2(complaint, O_CLOEXEC) != 0) {
        failed = errno;
    } else if (!environment_make(&environment)) {
        failed = ENOMEM;
    } else {
        /* posix_spawn takes char *const [] for history's sake and changes nothing. */
        failed = spawn(&child->pid, (char *const *)(uintptr_t)argv, environment.entries, output[1],
                       complaint[1]);
    }
    environment_free(&environment);
    close_end(&output[1]);
    close_end(&complaint[1]);
    child->output.fd = output[0];
    child->complaint.fd = complaint[0];
    if (failed != 0) {
        child->pid = 0;
    }
    return failed;
}

/* ---- Listening ---- */

static enum fws_status check_time(const struct child *child, struct fws_error *err)
{
    if (fws_process_stop_signal() != 0) {
        return fws_error_set(err, FWS_E_INTERRUPTED, "%s: interrupted", child->name);
    }
    if (fws_clock_monotonic_ms() >= child->deadline_ms) {
        return fws_error_set(err, FWS_E_TIMEOUT, "%s: no answer within %u ms", child->name,
                             child->limit_ms);
    }
    return FWS_OK;
}

/* Take what is there; what does not fit is read and forgotten, so that the program can end. */
static void receive(struct stream *stream)
{
    struct fws_child_text *to = stream->to;
    char rest[512];
    size_t room = sizeof to->text - to->size;
    ssize_t got = room > 0 ? read(stream->fd, to->text + to->size, room)
                           : read(stream->fd, rest, sizeof rest);

    if (got > 0 && room > 0) {
        to->size += (size_t)got;
    } else if (got > 0) {
        to->cut = true;
    } else if (got == 0 || errno != EINTR) {
        close_end(&stream->fd);
    }
}

static enum fws_status listen_to(struct child *child, struct fws_error *err)
{
    while (child->output.fd >= 0 || child->complaint.fd >= 0) {
        struct pollfd waiting[2] = {{child->output.fd, POLLIN, 0},
                                    {child->complaint.fd, POLLIN, 0}};
        enum fws_status status = check_time(child, err);

        if (status != FWS_OK) {
            return status;
        }
        int64_t left_ms = child->deadline_ms - fws_clock_monotonic_ms();

        if (poll(waiting, 2, left_ms > 0 ? (int)left_ms : 0) < 0) {
            if (errno == EINTR) {
                continue;
            }
            return fws_error_errno(err, errno, "%s: poll", child->name);
        }
        if (waiting[0].revents != 0) {
            receive(&child->output);
        }
        if (waiting[1].revents != 0) {
            receive(&child->complaint);
        }
    }
    return FWS_OK;
}

static enum fws_status await_end(struct child *child, int *exit_code, struct fws_error *err)
{
    for (;;) {
        int result = 0;
        pid_t ended = waitpid(child->pid, &result, WNOHANG);

        if (ended < 0 && errno != EINTR) {
            child->pid = 0;
            return fws_error_errno(err, errno, "%s: wait", child->name);
        }
        if (ended > 0) {
            child->pid = 0;
            *exit_code = WIFEXITED(result) ? WEXITSTATUS(result) : -1;
            return FWS_OK;
        }
        enum fws_status status = check_time(child, err);

        if (status != FWS_OK) {
            return status;
        }
        fws_clock_sleep_jitter(2);
    }
}

/* Leave no process and no descriptor behind. */
static void end(struct child *child)
{
    if (child->pid > 0) {
        (void)kill(-child->pid, SIGKILL);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) {
        }
        child->pid = 0;
    }
    close_end(&child->output.fd);
    close_end(&child->complaint.fd);
}

enum fws_status fws_child_run(const char *const argv[], unsigned limit_ms,
                              struct fws_child_result *out, struct fws_error *err)
{
    struct child child = {.name = argv[0],
                          .limit_ms = limit_ms,
                          .deadline_ms = fws_clock_monotonic_ms() + limit_ms,
                          .output = {-1, &out->output},
                          .complaint = {-1, &out->complaint}};
    enum fws_status status = FWS_OK;

    *out = (struct fws_child_result){0};
    out->start_errno = start(&child, argv);
    if (out->start_errno == 0) {
        status = listen_to(&child, err);
        if (status == FWS_OK) {
            status = await_end(&child, &out->exit_code, err);
        }
    }
    end(&child);
    return status;
}
