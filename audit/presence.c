/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "audit/presence.h"
#include "base/lock.h"

#define FOLDER_NAME "writers"
#define FOLDER_MODE 0750
#define FILE_MODE   0640
#define OPEN_FLAGS  (O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
#define ENTER_MS    5000u /* a reader that asks holds the lock for a moment */
#define ENTER_TRIES 1000  /* against one that sweeps without a pause */

/* No symbolic link in its place either: what is made and removed there must be the log's. */
static int open_writers(const struct fws_folder *folder)
{
    return openat(folder->dir_fd - 1, FOLDER_NAME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool same_file(int fd, int writers, const char *name)
{
    struct stat held;
    struct stat named;

    return fstat(fd, &held) == 0 && fstatat(writers, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* Remove what writers left that are gone: a file nobody holds says no more than none. */
static void sweep(int writers)
{
    int fd = openat(writers, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (folder == NULL) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        int file =
            strlen(entry->d_name) == 16 ? openat(fd, entry->d_name, O_RDWR | OPEN_FLAGS) : -1;

        if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0) {
            (void)unlinkat(fd, entry->d_name, 0);
        }
        if (file >= 0) {
            (void)close(file);
        }
    }
    (void)closedir(folder);
}

/* Whoever cleans up may take the file for a dead writer's between its making and its locking: then
 * it has no name any more, and another one is made. */
static enum fws_status enter_once(int writers, const char *name, int *fd_plus_1,
                                  struct fws_error *err)
{
    int fd = openat(writers, name, O_RDWR | O_CREAT | OPEN_FLAGS, FILE_MODE);

    *fd_plus_1 = 0;
    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s/%s'", FOLDER_NAME, name);
    }
    enum fws_status status = fws_lock_take_in_order(fd, true, ENTER_MS, name, err);

    if (status == FWS_OK && same_file(fd, writers, name)) {
        *fd_plus_1 = fd + 1;
        return FWS_OK;
    }
    (void)close(fd);
    return status;
}

static enum fws_status enter(struct fws_presence *writer, int writers, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (int i = 0; status == FWS_OK && writer->fd == 0 && i < ENTER_TRIES; i++) {
        status = enter_once(writers, writer->instance, &writer->fd, err);
    }
    if (status == FWS_OK && writer->fd == 0) {
        return fws_error_set(err, FWS_E_IO, "'%s/%s': removed while being made", FOLDER_NAME,
                             writer->instance);
    }
    return status;
}

enum fws_status fws_presence_enter(struct fws_presence *writer, const struct fws_folder *folder,
                                   const char *instance, struct fws_error *err)
{
    if (mkdirat(folder->dir_fd - 1, FOLDER_NAME, FOLDER_MODE) != 0 && errno != EEXIST) {
        return fws_error_errno(err, errno, "'%s'", FOLDER_NAME);
    }
    int writers = open_writers(folder);

    if (writers < 0) {
        return fws_error_errno(err, errno, "'%s'", FOLDER_NAME);
    }
    memcpy(writer->instance, instance, sizeof writer->instance);
    writer->pid = getpid();
    sweep(writers);
    enum fws_status status = enter(writer, writers, err);

    (void)close(writers);
    return status;
}

void fws_presence_leave(struct fws_presence *writer, const struct fws_folder *folder)
{
    int writers = writer->fd != 0 && writer->pid == getpid() ? open_writers(folder) : -1;

    if (writers >= 0) {
        (void)unlinkat(writers, writer->instance, 0);
        (void)close(writers);
    }
    if (writer->fd != 0) {
        (void)close(writer->fd - 1);
        writer->fd = 0;
    }
}

/* Leaves a negative descriptor, with errno. */
static int open_file_of(const struct fws_folder *folder, const char *instance)
{
    int writers = open_writers(folder);
    int fd = writers < 0 ? -1 : openat(writers, instance, O_RDONLY | OPEN_FLAGS);
    int errnum = errno;

    if (writers >= 0) {
        (void)close(writers);
    }
    errno = errnum;
    return fd;
}

enum fws_status fws_presence_alive(const struct fws_folder *folder, const char *instance, bool *out,
                                   struct fws_error *err)
{
    int fd = open_file_of(folder, instance);

    *out = false;
    if (fd < 0) {
        return errno == ENOENT || errno == ELOOP
                   ? FWS_OK
                   : fws_error_errno(err, errno, "'%s/%s'", FOLDER_NAME, instance);
    }
    int result;

    do {
        result = flock(fd, LOCK_SH | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    enum fws_status status =
        result == 0 || errno == EWOULDBLOCK
            ? FWS_OK
            : fws_error_errno(err, errno, "'%s/%s': lock", FOLDER_NAME, instance);

    *out = status == FWS_OK && result != 0;
    (void)close(fd);
    return status;
}
