/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/folder.h"
#include "base/file.h"
#include "base/lock.h"

#define SEG_NAME        "seg"
#define LOCK_NAME       "lock"
#define CHECKPOINT_LOCK "checkpoint.lock"
#define NEW_NAME        ".new" /* a segment that has no name so far; one, as its maker has the lock */
#define NAME_DIGITS     20u
#define NAME_END        ".jsonl"
#define FILE_MODE       0640
#define FOLDER_MODE     0750
#define OPEN_FLAGS      (O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* Digit by digit: each append looks at two names, and printing them takes longer than looking. */
char *fws_segment_name(uint64_t first, char out[FWS_SEGMENT_NAME_SIZE])
{
    for (size_t i = NAME_DIGITS; i > 0; i--) {
        out[i - 1] = (char)('0' + first % 10);
        first /= 10;
    }
    memcpy(out + NAME_DIGITS, NAME_END, sizeof NAME_END);
    return out;
}

static bool parse_name(const char *name, uint64_t *out)
{
    uint64_t number = 0;

    if (strlen(name) != FWS_SEGMENT_NAME_SIZE - 1 || strspn(name, "0123456789") != NAME_DIGITS ||
        strcmp(name + NAME_DIGITS, NAME_END) != 0) {
        return false;
    }
    for (size_t i = 0; i < NAME_DIGITS; i++) {
        if (__builtin_mul_overflow(number, 10u, &number) ||
            __builtin_add_overflow(number, (uint64_t)(name[i] - '0'), &number)) {
            return false;
        }
    }
    *out = number;
    return true;
}

static void close_fd(int *fd_plus_1)
{
    if (*fd_plus_1 != 0) {
        (void)close(*fd_plus_1 - 1);
        *fd_plus_1 = 0;
    }
}

void fws_folder_close(struct fws_folder *folder)
{
    close_fd(&folder->lock_fd);
    close_fd(&folder->seg_fd);
    close_fd(&folder->dir_fd);
}

static enum fws_status sync_folder(const char *path, struct fws_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum fws_status status = FWS_OK;

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s'", path);
    }
    if (fsync(fd) != 0) {
        status = fws_error_errno(err, errno, "'%s': flush", path);
    }
    (void)close(fd);
    return status;
}

/* The folder that holds the log's: its entry must be as durable as the log. */
static enum fws_status sync_parent(const char *directory, struct fws_error *err)
{
    FWS_AUTO(fws_buf) path = {0};
    enum fws_status status = fws_buf_printf(&path, err, "%s/..", directory);

    if (status == FWS_OK) {
        status = fws_buf_append(&path, "", 1, err);
    }
    return status == FWS_OK ? sync_folder((const char *)path.data, err) : status;
}

static enum fws_status make_parts(int dir_fd, const char *directory, struct fws_error *err)
{
    if (mkdirat(dir_fd, SEG_NAME, FOLDER_MODE) != 0 && errno != EEXIST) {
        return fws_error_errno(err, errno, "'%s/%s'", directory, SEG_NAME);
    }
    int lock_fd = openat(dir_fd, LOCK_NAME, O_RDWR | O_CREAT | OPEN_FLAGS, FILE_MODE);

    if (lock_fd < 0) {
        return fws_error_errno(err, errno, "'%s/%s'", directory, LOCK_NAME);
    }
    (void)close(lock_fd);
    return fsync(dir_fd) == 0 ? FWS_OK : fws_error_errno(err, errno, "'%s': flush", directory);
}

enum fws_status fws_folder_create(const char *directory, struct fws_error *err)
{
    if (mkdir(directory, FOLDER_MODE) != 0 && errno != EEXIST) {
        return fws_error_errno(err, errno, "'%s'", directory);
    }
    int dir_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (dir_fd < 0) {
        return fws_error_errno(err, errno, "'%s'", directory);
    }
    enum fws_status status = make_parts(dir_fd, directory, err);

    (void)close(dir_fd);
    return status == FWS_OK ? sync_parent(directory, err) : status;
}

static enum fws_status open_lock(struct fws_folder *folder, const char *directory, bool writable,
                                 struct fws_error *err)
{
    struct stat info;
    int flags = (writable ? O_RDWR : O_RDONLY) | OPEN_FLAGS;

    folder->lock_fd = openat(folder->dir_fd - 1, LOCK_NAME, flags) + 1;
    if (folder->lock_fd == 0 && !writable && errno == ENOENT) {
        return FWS_OK;
    }
    if (folder->lock_fd == 0 || fstat(folder->lock_fd - 1, &info) != 0) {
        return fws_error_errno(err, errno, "'%s/%s'", directory, LOCK_NAME);
    }
    folder->lock = fws_identity_of(&info);
    return FWS_OK;
}

enum fws_status fws_folder_open(struct fws_folder *folder, const char *directory, bool writable,
                                struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    *folder = (struct fws_folder){0};
    folder->dir_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) + 1;
    if (folder->dir_fd == 0) {
        return fws_error_errno(err, errno, "'%s'", directory);
    }
    folder->seg_fd =
        openat(folder->dir_fd - 1, SEG_NAME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) + 1;
    if (folder->seg_fd == 0) {
        status = fws_error_errno(err, errno, "'%s/%s'", directory, SEG_NAME);
    } else {
        status = open_lock(folder, directory, writable, err);
    }
    if (status != FWS_OK) {
        fws_folder_close(folder);
    }
    return status;
}

enum fws_status fws_folder_open_file(const struct fws_folder *folder, const char *name,
                                     int *fd_plus_1, struct stat *info, struct fws_error *err)
{
    int fd = openat(folder->dir_fd - 1, name, O_RDONLY | OPEN_FLAGS);

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s'", name);
    }
    if (fstat(fd, info) != 0 || !S_ISREG(info->st_mode)) {
        (void)close(fd);
        return fws_error_set(err, FWS_E_IO, "'%s' is no regular file", name);
    }
    *fd_plus_1 = fd + 1;
    return FWS_OK;
}

enum fws_status fws_folder_load(const struct fws_folder *folder, const char *name, size_t max,
                                struct fws_buf *out, struct fws_error *err)
{
    struct stat info;
    int fd = 0;
    enum fws_status status = fws_folder_open_file(folder, name, &fd, &info, err);

    if (status == FWS_OK) {
        status = fws_file_read_fd(fd - 1, name, max, out, err);
    }
    close_fd(&fd);
    return status;
}

enum fws_status fws_folder_load_checkpoint(const struct fws_folder *folder,
                                           const struct fws_trust *trust,
                                           struct fws_checkpoint *out, struct fws_buf *note,
                                           struct fws_error *err)
{
    enum fws_status status =
        fws_folder_load(folder, FWS_CHECKPOINT_NAME, FWS_AUDIT_NOTE_MAX, note, err);

    if (status == FWS_OK) {
        status = fws_checkpoint_open(note->data, note->size, trust, out, err);
    }
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "checkpoint");
}

enum fws_status fws_folder_open_checkpoint_lock(const struct fws_folder *folder, int *fd_plus_1,
                                                struct fws_error *err)
{
    *fd_plus_1 =
        openat(folder->dir_fd - 1, CHECKPOINT_LOCK, O_RDWR | O_CREAT | OPEN_FLAGS, FILE_MODE) + 1;
    return *fd_plus_1 != 0 ? FWS_OK : fws_error_errno(err, errno, "'%s'", CHECKPOINT_LOCK);
}

/* With a lock on a file that others would not open nobody is kept out. */
static enum fws_status check_lock(const struct fws_folder *folder, int fd,
                                  const struct fws_identity *held, const char *name,
                                  struct fws_error *err)
{
    struct stat named;

    if (fstatat(folder->dir_fd - 1, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
        fws_identity_is(held, &named)) {
        return FWS_OK;
    }
    fws_lock_release(fd);
    return fws_error_set(err, FWS_E_IO, "'%s': removed or replaced while in use", name);
}

enum fws_status fws_folder_lock_checkpoint(const struct fws_folder *folder, int fd,
                                           unsigned deadline_ms, struct fws_error *err)
{
    struct stat info;
    struct fws_identity held;
    enum fws_status status = fws_lock_take_in_order(fd, true, deadline_ms, CHECKPOINT_LOCK, err);

    if (status == FWS_OK && fstat(fd, &info) != 0) {
        status = fws_error_errno(err, errno, "'%s'", CHECKPOINT_LOCK);
        fws_lock_release(fd);
    }
    if (status != FWS_OK) {
        return status;
    }
    held = fws_identity_of(&info);
    return check_lock(folder, fd, &held, CHECKPOINT_LOCK, err);
}

enum fws_status fws_folder_lock(const struct fws_folder *folder, enum fws_store_lock kind,
                                unsigned deadline_ms, struct fws_error *err)
{
    if (folder->lock_fd == 0) {
        return FWS_OK;
    }
    enum fws_status status =
        kind == FWS_STORE_EXCLUSIVE_IN_ORDER
            ? fws_lock_take_in_order(folder->lock_fd - 1, true, deadline_ms, LOCK_NAME, err)
            : fws_lock_take(folder->lock_fd - 1, kind == FWS_STORE_EXCLUSIVE, deadline_ms,
                            LOCK_NAME, err);

    return status == FWS_OK ? check_lock(folder, folder->lock_fd - 1, &folder->lock, LOCK_NAME, err)
                            : status;
}

void fws_folder_unlock(const struct fws_folder *folder)
{
    if (folder->lock_fd != 0) {
        fws_lock_release(folder->lock_fd - 1);
    }
}

static void count_segment(struct fws_survey *out, uint64_t first, uint64_t bound)
{
    if (first <= bound) {
        out->last = out->count == 0 || first > out->last ? first : out->last;
        out->count++;
        return;
    }
    out->next = !out->later || first < out->next ? first : out->next;
    out->later = true;
}

enum fws_status fws_folder_survey(const struct fws_folder *folder, uint64_t bound,
                                  struct fws_survey *out, struct fws_error *err)
{
    int fd = openat(folder->seg_fd - 1, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    uint64_t first;

    *out = (struct fws_survey){0};
    if (names == NULL) {
        enum fws_status status = fws_error_errno(err, errno, "'%s'", SEG_NAME);

        close_fd(&(int){fd + 1});
        return status;
    }
    while (errno = 0, (entry = readdir(names)) != NULL) {
        if (parse_name(entry->d_name, &first)) {
            count_segment(out, first, bound);
        }
    }
    enum fws_status status = errno == 0 ? FWS_OK : fws_error_errno(err, errno, "'%s'", SEG_NAME);

    (void)closedir(names);
    return status;
}

enum fws_status fws_folder_open_segment(const struct fws_folder *folder, uint64_t first,
                                        bool writable, int *fd_plus_1, struct fws_error *err)
{
    char name[FWS_SEGMENT_NAME_SIZE];
    struct stat info;
    int flags = (writable ? O_RDWR | O_APPEND : O_RDONLY) | OPEN_FLAGS;
    int fd = openat(folder->seg_fd - 1, fws_segment_name(first, name), flags);

    if (fd < 0 && errno != ELOOP && errno != EISDIR) {
        return fws_error_errno(err, errno, "'%s/%s'", SEG_NAME, name);
    }
    if (fd >= 0 && fstat(fd, &info) != 0) {
        enum fws_status status = fws_error_errno(err, errno, "'%s/%s'", SEG_NAME, name);

        (void)close(fd);
        return status;
    }
    if (fd < 0 || !S_ISREG(info.st_mode)) {
        close_fd(&(int){fd + 1});
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "'%s/%s' is no regular file", SEG_NAME, name);
    }
    *fd_plus_1 = fd + 1;
    return FWS_OK;
}

bool fws_folder_lacks_segment(const struct fws_folder *folder, uint64_t first)
{
    char name[FWS_SEGMENT_NAME_SIZE];
    struct stat info;

    return fstatat(folder->seg_fd - 1, fws_segment_name(first, name), &info, AT_SYMLINK_NOFOLLOW) !=
               0 &&
           errno == ENOENT;
}

enum fws_status fws_folder_check_identity(const struct fws_folder *folder, uint64_t first,
                                          const struct fws_identity *segment, struct stat *info,
                                          struct fws_error *err)
{
    char name[FWS_SEGMENT_NAME_SIZE];

    if (fstatat(folder->seg_fd - 1, fws_segment_name(first, name), info, AT_SYMLINK_NOFOLLOW) !=
        0) {
        return fws_error_errno(err, errno, "'%s/%s' under an open log", SEG_NAME, name);
    }
    if (!fws_identity_is(segment, info)) {
        return fws_error_set(err, FWS_E_IO, "'%s/%s' was replaced under an open log", SEG_NAME,
                             name);
    }
    if (info->st_nlink != 1) {
        return fws_error_set(err, FWS_E_IO, "'%s/%s' has %lu names", SEG_NAME, name,
                             (unsigned long)info->st_nlink);
    }
    return FWS_OK;
}

/* Content first, then the name, then the folder that holds the name. */
static enum fws_status publish(const struct fws_folder *folder, int fd, const char *name,
                               const void *text, size_t size, struct fws_error *err)
{
    enum fws_status status = fws_file_write_fd(fd, name, text, size, err);

    if (status != FWS_OK) {
        return status;
    }
    if (fsync(fd) != 0) {
        return fws_error_errno(err, errno, "'%s/%s': flush", SEG_NAME, name);
    }
    if (faccessat(folder->seg_fd - 1, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return fws_error_set(err, FWS_E_EXISTS, "'%s/%s': exists", SEG_NAME, name);
    }
    if (renameat(folder->seg_fd - 1, NEW_NAME, folder->seg_fd - 1, name) != 0) {
        return fws_error_errno(err, errno, "'%s/%s'", SEG_NAME, name);
    }
    if (fsync(folder->seg_fd - 1) != 0) {
        return fws_error_errno(err, errno, "'%s': flush", SEG_NAME);
    }
    return FWS_OK;
}

enum fws_status fws_folder_new_segment(const struct fws_folder *folder, uint64_t first,
                                       const void *text, size_t size, int *fd_plus_1,
                                       struct fws_error *err)
{
    char name[FWS_SEGMENT_NAME_SIZE];
    int seg_fd = folder->seg_fd - 1;

    (void)unlinkat(seg_fd, NEW_NAME, 0); /* of a maker that died */
    int fd = openat(seg_fd, NEW_NAME, O_RDWR | O_APPEND | O_CREAT | O_EXCL | OPEN_FLAGS, FILE_MODE);

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s': new segment", SEG_NAME);
    }
    enum fws_status status = publish(folder, fd, fws_segment_name(first, name), text, size, err);

    if (status != FWS_OK) {
        (void)unlinkat(seg_fd, NEW_NAME, 0);
        (void)close(fd);
        return status;
    }
    *fd_plus_1 = fd + 1;
    return FWS_OK;
}
