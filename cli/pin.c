/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a PIN comes from, in order: --pin-file or --pin-fd, the URI's pin-source, FWSIGN_PIN_FILE,
 * the systemd credential fwsign-pin, FWSIGN_PIN (with a warning), the configuration's pin-file, a
 * prompt on the terminal. Never an option's value. Only secret memory ever holds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "cli/cli.h"

/* A PIN file must be a regular file of this user (or root) that nobody else may read. */
static enum fws_status check_pin_file(int fd, const char *path, struct fws_error *err)
{
    struct stat info;

    if (fstat(fd, &info) != 0) {
        return fws_error_errno(err, errno, "PIN file '%s'", path);
    }
    if (!S_ISREG(info.st_mode)) {
        return fws_error_set(err, FWS_E_PIN_SOURCE, "PIN file '%s' is not a regular file", path);
    }
    if (info.st_uid != geteuid() && info.st_uid != 0) {
        return fws_error_set(err, FWS_E_PIN_SOURCE, "PIN file '%s' belongs to somebody else", path);
    }
    if ((info.st_mode & 077) != 0) {
        return fws_error_set(err, FWS_E_PIN_SOURCE,
                             "PIN file '%s' has mode %04o: others may read it; chmod 0600", path,
                             (unsigned)(info.st_mode & 07777));
    }
    return FWS_OK;
}

static enum fws_status from_file(const char *path, struct fws_secret *pin, struct fws_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0) {
        (void)fws_error_errno(err, errno, "PIN file '%s'", path);
        return err->status = FWS_E_PIN_SOURCE;
    }
    enum fws_status status = check_pin_file(fd, path, err);

    if (status == FWS_OK) {
        status = fws_secret_read(fd, pin, err);
    }
    (void)close(fd);
    if (status == FWS_OK && pin->size == 0) {
        status = fws_error_set(err, FWS_E_PIN_SOURCE, "PIN file '%s' is empty", path);
    }
    return status;
}

static enum fws_status from_fd(const struct fws_option_uint *option, struct fws_secret *pin,
                               struct fws_error *err)
{
    if (option->value > 1023) {
        return fws_error_set(err, FWS_E_USAGE, "--pin-fd takes the number of an open descriptor");
    }
    enum fws_status status = fws_secret_read((int)option->value, pin, err);

    if (status == FWS_OK && pin->size == 0) {
        status = fws_error_set(err, FWS_E_PIN_SOURCE, "--pin-fd %u gave no PIN",
                               (unsigned)option->value);
    }
    return status;
}

/* Read a line from the terminal without echo. Canonical mode hands over whole lines, so read(2)
 * puts it straight into secret memory: no stdio buffer ever holds it. */
static enum fws_status from_terminal(const char *token_label, struct fws_secret *pin,
                                     struct fws_error *err)
{
    struct termios before, silent;
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (tty < 0 || tcgetattr(tty, &before) != 0) {
        if (tty >= 0) {
            (void)close(tty);
        }
        return fws_error_set(err, FWS_E_PIN_MISSING, "no PIN for token '%s'", token_label);
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    enum fws_status status = fws_secret_alloc(pin, err);

    if (status == FWS_OK) {
        (void)dprintf(tty, "PIN of token '%s': ", token_label);
        (void)tcsetattr(tty, TCSAFLUSH, &silent);
        ssize_t got = read(tty, pin->data, FWS_SECRET_MAX_SIZE);

        (void)tcsetattr(tty, TCSAFLUSH, &before);
        (void)dprintf(tty, "\n");
        pin->size = got > 0 && pin->data[got - 1] == '\n' ? (size_t)got - 1 : 0;
        if (fws_process_stop_signal() != 0) {
            status = fws_error_set(err, FWS_E_INTERRUPTED, "interrupted at the PIN prompt");
        } else if (pin->size == 0) {
            status = fws_error_set(err, FWS_E_PIN_MISSING, "no PIN for token '%s'", token_label);
        }
    }
    (void)close(tty);
    return status;
}

/* Heap path of the systemd credential when it exists, else NULL. */
static char *credential_path(void)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char *path = folder != NULL ? fws_path_join(folder, "fwsign-pin") : NULL;

    if (path != NULL && access(path, F_OK) != 0) {
        free(path);
        path = NULL;
    }
    return path;
}

static enum fws_status from_environment_or_config(struct fws_cli *cli, const char *token_label,
                                                  struct fws_secret *pin, struct fws_error *err)
{
    if (cli->env_pin_given) {
        fws_cli_warn("warning: the PIN comes from FWSIGN_PIN, which other processes may have "
                     "inherited; prefer FWSIGN_PIN_FILE");
        return fws_secret_set(pin, cli->env_pin.data, cli->env_pin.size, err);
    }
    if (cli->config.hsm.pin_file != NULL) {
        char *path = fws_config_path(&cli->config, cli->config.hsm.pin_file);
        enum fws_status status = path == NULL
                                     ? fws_error_set(err, FWS_E_MEMORY, "no memory for a path")
                                     : from_file(path, pin, err);

        free(path);
        return status;
    }
    return from_terminal(token_label, pin, err);
}

enum fws_status fws_cli_pin(void *context, const char *token_label, const char *pin_file_hint,
                            struct fws_secret *pin, struct fws_error *err)
{
    struct fws_cli *cli = context;
    const char *env_file = getenv("FWSIGN_PIN_FILE");

    if (cli->global.pin_file != NULL) {
        return from_file(cli->global.pin_file, pin, err);
    }
    if (cli->global.pin_fd.given) {
        return from_fd(&cli->global.pin_fd, pin, err);
    }
    if (pin_file_hint != NULL) {
        return from_file(pin_file_hint, pin, err);
    }
    if (env_file != NULL && env_file[0] != '\0') {
        return from_file(env_file, pin, err);
    }
    char *credential = credential_path();

    if (credential != NULL) {
        enum fws_status status = from_file(credential, pin, err);

        free(credential);
        return status;
    }
    return from_environment_or_config(cli, token_label, pin, err);
}
