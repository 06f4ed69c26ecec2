/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"

#define READ_STEP_BYTES 65536u

enum fws_status fws_file_read_fd(int fd, const char *name, size_t max, struct fws_buf *out,
                                 struct fws_error *err)
{
    FWS_AUTO(fws_buf) content = {0};
    struct stat info;
    size_t step = READ_STEP_BYTES;

    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
        (uintmax_t)info.st_size <= max) {
        step = (size_t)info.st_size + 1;
    }
    for (;;) {
        enum fws_status status = fws_buf_reserve(&content, step, err);

        if (status != FWS_OK) {
            return fws_error_wrap(err, "'%s'", name);
        }
        ssize_t got = read(fd, content.data + content.size, step);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            status = fws_error_errno(err, errno, "'%s': read", name);
            return errno == EISDIR ? (err->status = FWS_E_INPUT) : status;
        }
        if (got == 0) {
            fws_buf_free(out);
            *out = fws_buf_take(&content);
            return FWS_OK;
        }
        content.size += (size_t)got;
        if (content.size > max) {
            return fws_error_set(err, FWS_E_TOO_LARGE, "'%s': larger than %zu bytes", name, max);
        }
        step = READ_STEP_BYTES;
    }
}

/* Who names a file may have the right to it only through this process. what: put before the path. */
static enum fws_status check_owner(int fd, const char *what, const char *path, const uid_t *owner,
                                   struct fws_error *err)
{
    struct stat info;

    if (owner == NULL) {
        return FWS_OK;
    }
    if (fstat(fd, &info) != 0) {
        return fws_error_errno(err, errno, "%s'%s'", what, path);
    }
    return info.st_uid == *owner
               ? FWS_OK
               : fws_error_set(err, FWS_E_CALLER, "%s'%s' belongs to uid %u, not to the caller",
                               what, path, (unsigned)info.st_uid);
}

enum fws_status fws_file_read(const char *path, size_t max, struct fws_buf *out,
                              struct fws_error *err)
{
    return fws_file_read_of(path, NULL, max, out, err);
}

enum fws_status fws_file_read_of(const char *path, const uid_t *owner, size_t max,
                                 struct fws_buf *out, struct fws_error *err)
{
    if (strcmp(path, "-") == 0) {
        return fws_file_read_fd(STDIN_FILENO, "standard input", max, out, err);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s'", path);
    }
    enum fws_status status = check_owner(fd, "", path, owner, err);

    if (status == FWS_OK) {
        status = fws_file_read_fd(fd, path, max, out, err);
    }
    (void)close(fd);
    return status;
}

enum fws_status fws_file_write_fd(int fd, const char *name, const void *data, size_t size,
                                  struct fws_error *err)
{
    const uint8_t *at = data;

    while (size > 0) {
        ssize_t put = write(fd, at, size);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return fws_error_errno(err, errno, "'%s': write", name);
        }
        at += put;
        size -= (size_t)put;
    }
    return FWS_OK;
}

/* A hidden name beside the target that nobody else uses. */
static enum fws_status make_temp_name(struct fws_output *output, struct fws_error *err)
{
    uint8_t random[8];
    char text[17];

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        (void)fws_error_errno(err, errno, "random name");
        return err->status = FWS_E_IO;
    }
    free(output->temp_name);
    if (asprintf(&output->temp_name, ".%.200s.%s.tmp", output->name,
                 fws_hex_encode(random, sizeof random, text)) < 0) {
        output->temp_name = NULL;
        (void)fws_error_set(err, FWS_E_MEMORY, "no memory for a file name");
        return FWS_E_MEMORY;
    }
    return FWS_OK;
}

static enum fws_status split_path(struct fws_output *output, const char *path,
                                  struct fws_error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    char *directory = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);

    output->path = strdup(path);
    output->name = strdup(name);
    if (directory == NULL || output->path == NULL || output->name == NULL) {
        free(directory);
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a file name");
    }
    if (*name == '\0') {
        free(directory);
        return fws_error_set(err, FWS_E_USAGE, "'%s': not a file name", path);
    }
    output->dir_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) + 1;
    free(directory);
    if (output->dir_fd != 0) {
        return FWS_OK;
    }
    (void)fws_error_errno(err, errno, "'%s': folder", path);
    return err->status = FWS_E_IO; /* a missing folder is no missing input */
}

static enum fws_status check_target(const struct fws_output *output, struct fws_error *err)
{
    struct stat info;

    if (fstatat(output->dir_fd - 1, output->name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? FWS_OK : fws_error_errno(err, errno, "'%s'", output->path);
    }
    if (output->mode == FWS_OUTPUT_NEW) {
        return fws_error_set(err, FWS_E_EXISTS, "'%s': exists", output->path);
    }
    if (!S_ISREG(info.st_mode)) {
        return fws_error_set(err, FWS_E_EXISTS, "'%s': not a regular file, not replaced",
                             output->path);
    }
    return FWS_OK;
}

static enum fws_status open_temp(struct fws_output *output, mode_t mode_bits, struct fws_error *err)
{
    output->fd = openat(output->dir_fd - 1, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode_bits) + 1;
    if (output->fd != 0) {
        return FWS_OK;
    }
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL) {
        return fws_error_errno(err, errno, "'%s': temporary file", output->path);
    }
    enum fws_status status = make_temp_name(output, err);

    if (status != FWS_OK) {
        return status;
    }
    output->fd = openat(output->dir_fd - 1, output->temp_name,
                        O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, mode_bits) +
                 1;
    if (output->fd == 0) {
        status = fws_error_errno(err, errno, "'%s': temporary file", output->path);
        free(output->temp_name);
        output->temp_name = NULL;
    }
    return status;
}

static enum fws_status reserve_space(const struct fws_output *output, size_t size_bytes,
                                     struct fws_error *err)
{
    if (size_bytes == 0) {
        return FWS_OK;
    }
    int errnum;

    do {
        errnum =
            fallocate(output->fd - 1, FALLOC_FL_KEEP_SIZE, 0, (off_t)size_bytes) == 0 ? 0 : errno;
    } while (errnum == EINTR);
    if (errnum == 0 || errnum == EOPNOTSUPP || errnum == ENOSYS) {
        return FWS_OK;
    }
    return fws_error_errno(err, errnum, "'%s': reserving %zu bytes", output->path, size_bytes);
}

static enum fws_status take_folder(struct fws_output *output, int dir_fd, const char *name,
                                   struct fws_error *err)
{
    output->path = strdup(name);
    output->name = strdup(name);
    output->dir_fd = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0) + 1;
    if (output->path == NULL || output->name == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a file name");
    }
    return output->dir_fd != 0 ? FWS_OK : fws_error_errno(err, errno, "'%s': folder", name);
}

static enum fws_status open_placed(struct fws_output *output, size_t size_bytes, mode_t mode_bits,
                                   enum fws_status status, struct fws_error *err)
{
    if (status == FWS_OK) {
        status = check_target(output, err);
    }
    if (status == FWS_OK) {
        status = open_temp(output, mode_bits, err);
    }
    if (status == FWS_OK) {
        status = reserve_space(output, size_bytes, err);
    }
    if (status != FWS_OK) {
        fws_output_close(output);
    }
    return status;
}

enum fws_status fws_output_open(struct fws_output *output, const char *path, size_t size_bytes,
                                enum fws_output_mode mode, mode_t mode_bits, struct fws_error *err)
{
    return fws_output_open_of(output, path, NULL, size_bytes, mode, mode_bits, err);
}

enum fws_status fws_output_open_of(struct fws_output *output, const char *path, const uid_t *owner,
                                   size_t size_bytes, enum fws_output_mode mode, mode_t mode_bits,
                                   struct fws_error *err)
{
    fws_output_close(output);
    output->mode = mode;
    enum fws_status status = split_path(output, path, err);

    if (status == FWS_OK) {
        status = check_owner(output->dir_fd - 1, "the folder of ", path, owner, err);
    }
    return open_placed(output, size_bytes, mode_bits, status, err);
}

enum fws_status fws_output_open_at(struct fws_output *output, int dir_fd, const char *name,
                                   size_t size_bytes, enum fws_output_mode mode, mode_t mode_bits,
                                   struct fws_error *err)
{
    fws_output_close(output);
    output->mode = mode;
    enum fws_status status = take_folder(output, dir_fd, name, err);

    return open_placed(output, size_bytes, mode_bits, status, err);
}

enum fws_status fws_output_write(struct fws_output *output, const void *data, size_t size,
                                 struct fws_error *err)
{
    return fws_file_write_fd(output->fd - 1, output->path, data, size, err);
}

enum fws_status fws_output_check(const struct fws_output *output, struct fws_error *err)
{
    return output->fd != 0 ? check_target(output, err) : FWS_OK;
}

/* Give the nameless temporary file a name; the kernel refuses when the name is taken. */
static int link_as(const struct fws_output *output, const char *name)
{
    char self[64];

    (void)snprintf(self, sizeof self, "/proc/self/fd/%d", output->fd - 1);
    return linkat(AT_FDCWD, self, output->dir_fd - 1, name, AT_SYMLINK_FOLLOW);
}

static enum fws_status name_new(struct fws_output *output, struct fws_error *err)
{
    int dir = output->dir_fd - 1;
    int failed = output->temp_name == NULL ? link_as(output, output->name)
                                           : linkat(dir, output->temp_name, dir, output->name, 0);

    if (failed != 0) {
        return fws_error_errno(err, errno, "'%s'", output->path);
    }
    if (output->temp_name != NULL) {
        (void)unlinkat(dir, output->temp_name, 0);
    }
    return FWS_OK;
}

static enum fws_status name_over(struct fws_output *output, struct fws_error *err)
{
    if (output->temp_name == NULL) {
        enum fws_status status = make_temp_name(output, err);

        if (status != FWS_OK) {
            return status;
        }
        if (link_as(output, output->temp_name) != 0) {
            status = fws_error_errno(err, errno, "'%s'", output->path);
            free(output->temp_name);
            output->temp_name = NULL;
            return status;
        }
    }
    int dir = output->dir_fd - 1;

    if (renameat(dir, output->temp_name, dir, output->name) != 0) {
        return fws_error_errno(err, errno, "'%s': rename", output->path);
    }
    return FWS_OK;
}

enum fws_status fws_output_commit(struct fws_output *output, struct fws_error *err)
{
    bool durable = output->mode != FWS_OUTPUT_CACHE;

    if (durable && fsync(output->fd - 1) != 0) {
        return fws_error_errno(err, errno, "'%s': flush", output->path);
    }
    enum fws_status status = check_target(output, err);

    if (status == FWS_OK) {
        status = output->mode == FWS_OUTPUT_NEW ? name_new(output, err) : name_over(output, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    free(output->temp_name);
    output->temp_name = NULL;
    if (durable && fsync(output->dir_fd - 1) != 0) {
        return fws_error_errno(err, errno, "'%s': flush of the folder", output->path);
    }
    fws_output_close(output);
    return FWS_OK;
}

void fws_output_close(struct fws_output *output)
{
    if (output->temp_name != NULL) {
        (void)unlinkat(output->dir_fd - 1, output->temp_name, 0);
    }
    if (output->fd > 0) {
        (void)close(output->fd - 1);
    }
    if (output->dir_fd > 0) {
        (void)close(output->dir_fd - 1);
    }
    free(output->path);
    free(output->name);
    free(output->temp_name);
    *output = (struct fws_output){0};
}

static enum fws_status write_and_commit(struct fws_output *output, const void *data, size_t size,
                                        struct fws_error *err)
{
    enum fws_status status = fws_output_write(output, data, size, err);

    return status == FWS_OK ? fws_output_commit(output, err) : status;
}

enum fws_status fws_file_replace(const char *path, const void *data, size_t size,
                                 enum fws_output_mode mode, mode_t mode_bits, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_output) output = {0};
    enum fws_status status = fws_output_open(&output, path, size, mode, mode_bits, err);

    return status == FWS_OK ? write_and_commit(&output, data, size, err) : status;
}

enum fws_status fws_file_replace_at(int dir_fd, const char *name, const void *data, size_t size,
                                    enum fws_output_mode mode, mode_t mode_bits,
                                    struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_output) output = {0};
    enum fws_status status = fws_output_open_at(&output, dir_fd, name, size, mode, mode_bits, err);

    return status == FWS_OK ? write_and_commit(&output, data, size, err) : status;
}

char *fws_path_join(const char *directory, const char *name)
{
    char *joined = NULL;

    if (name[0] == '/' || strcmp(directory, ".") == 0 || directory[0] == '\0') {
        return strdup(name);
    }
    const char *between = directory[strlen(directory) - 1] == '/' ? "" : "/";

    return asprintf(&joined, "%s%s%s", directory, between, name) < 0 ? NULL : joined;
}
