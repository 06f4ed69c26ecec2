/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/spawn.h"

/* The list is the caller's, the texts stay where they are except the last count, added here. */
struct environment {
    char **list;
    char **added; /* inside list */
    size_t added_count;
};

static void environment_free(struct environment *environment)
{
    for (size_t i = 0; i < environment->added_count; i++) {
        free(environment->added[i]);
    }
    free(environment->list);
    *environment = (struct environment){0};
}

static bool names(const char *entry, const char *name)
{
    size_t size = strlen(name);

    return strncmp(entry, name, size) == 0 && entry[size] == '=';
}

/* The PIN has its pipe; nothing that the vendor's code starts shall find it in its environment. */
static bool inherits(const struct fws_hsm_options *options, const char *entry)
{
    for (size_t i = 0; i < options->env_count; i++) {
        if (names(entry, options->env[i].name)) {
            return false;
        }
    }
    return !names(entry, "FWSIGN_PIN");
}

static enum fws_status make_environment(const struct fws_hsm_options *options,
                                        struct environment *out, struct fws_error *err)
{
    size_t count = 0;
    size_t used = 0;

    while (environ[count] != NULL) {
        count++;
    }
    out->list = calloc(count + options->env_count + 1, sizeof *out->list);
    if (out->list == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the worker's environment");
    }
    for (size_t i = 0; i < count; i++) {
        if (inherits(options, environ[i])) {
            out->list[used++] = environ[i];
        }
    }
    out->added = out->list + used;
    for (size_t i = 0; i < options->env_count; i++) {
        if (asprintf(&out->added[out->added_count], "%s=%s", options->env[i].name,
                     options->env[i].value) < 0) {
            out->added[out->added_count] = NULL;
            return fws_error_set(err, FWS_E_MEMORY, "no memory for the worker's environment");
        }
        out->added_count++;
    }
    return FWS_OK;
}

/* The socket comes last: a standard stream may have its number until then. */
static int add_actions(posix_spawn_file_actions_t *actions, const struct fws_hsm_options *options,
                       int fd)
{
    int errnum = 0;

    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO && errnum == 0; stream++) {
        errnum = posix_spawn_file_actions_addopen(actions, stream, "/dev/null",
                                                  stream == STDIN_FILENO ? O_RDONLY : O_WRONLY, 0);
    }
    if (errnum == 0 && options->work_dir != NULL) {
        errnum = posix_spawn_file_actions_addchdir_np(actions, options->work_dir);
    }
    return errnum != 0 ? errnum : posix_spawn_file_actions_adddup2(actions, fd, FWS_WORKER_FD);
}

/*
 * Every signal at its default, but those that end a whole foreground group blocked: the worker
 * ignores them as its first act, as the parent decides what a Ctrl-C means.
 */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t all, stop;

    (void)sigfillset(&all);
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigaddset(&stop, SIGHUP);
    int errnum =
        posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    if (errnum == 0) {
        errnum = posix_spawnattr_setsigdefault(attributes, &all);
    }
    return errnum != 0 ? errnum : posix_spawnattr_setsigmask(attributes, &stop);
}

static int spawn(const struct fws_hsm_options *options, int fd, char **environment, pid_t *out)
{
    char name[] = FWS_HSM_WORKER_NAME;
    char fd_text[] = FWS_WORKER_FD_TEXT;
    char *argv[] = {name, fd_text, NULL};
    const char *program = options->worker == NULL ? "/proc/self/exe" : options->worker;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int errnum = posix_spawn_file_actions_init(&actions);

    if (errnum != 0) {
        return errnum;
    }
    errnum = posix_spawnattr_init(&attributes);
    if (errnum == 0) {
        errnum = add_actions(&actions, options, fd);
        if (errnum == 0) {
            errnum = set_signals(&attributes);
        }
        if (errnum == 0) {
            errnum = posix_spawn(out, program, &actions, &attributes, argv, environment);
        }
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return errnum;
}

enum fws_status fws_worker_spawn(const struct fws_hsm_options *options, int fd, pid_t *out,
                                 struct fws_error *err)
{
    struct environment environment = {0};
    enum fws_status status = make_environment(options, &environment, err);

    if (status == FWS_OK) {
        int errnum = spawn(options, fd, environment.list, out);

        if (errnum != 0) {
            (void)fws_error_errno(err, errnum, "starting the HSM worker '%s'",
                                  options->worker == NULL ? "/proc/self/exe" : options->worker);
            status = err->status = FWS_E_INTERNAL;
        }
    }
    environment_free(&environment);
    return status;
}
