/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loaded in front of the C library (LD_PRELOAD), it does to a driver what strace cannot:
 *
 *     SHIM_SHORT=N:K     the Nth write to a segment takes K bytes and says so
 *     SHIM_CLOCK=A,B,..  the wall clock is off by A seconds when it is asked first, then by B, ...
 *     SHIM_BOOTTIME=N    so many seconds since boot, always
 *     SHIM_MALLOC=N      the Nth allocation since the driver began fails
 *     SHIM_SYNCED=DIR    what is flushed is copied to DIR, named by inode: the state of a disk that
 *                        keeps nothing but what it was asked to keep. INODE: a file's content;
 *                        INODE.d: a folder's, "INODE NAME" a line
 *     SHIM_UNFLUSHED=N   the Nth flush of a segment fails as Linux lets it fail: what was written since
 *                        the last one is not on the disk and not in need of being written any more,
 *                        but read until the cache is dropped; INODE.lost is "FROM TO"
 *     SHIM_KILL=N        SIGKILL in front of the Nth call that changes or flushes anything
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- The Nth call ---- */

static void count_call(void)
{
    static unsigned long calls;
    const char *at = getenv("SHIM_KILL");

    if (at != NULL && ++calls == strtoul(at, NULL, 10)) {
        (void)raise(SIGKILL);
    }
}

/* ---- What is durable ---- */

static void copy_file(int fd, FILE *out)
{
    char block[16384];
    off_t at = 0;
    ssize_t got;

    while ((got = pread(fd, block, sizeof block, at)) > 0) {
        (void)fwrite(block, 1, (size_t)got, out);
        at += got;
    }
}

static void copy_names(int fd, FILE *out)
{
    DIR *folder = fdopendir((int)syscall(SYS_openat, fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            (void)fprintf(out, "%ju %s\n", (uintmax_t)entry->d_ino, entry->d_name);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

#define PAGE 4096

static int kept_path(int fd, const char *end, char path[PATH_MAX], struct stat *info)
{
    const char *synced = getenv("SHIM_SYNCED");

    if (synced == NULL || fstat(fd, info) != 0) {
        return 0;
    }
    (void)snprintf(path, PATH_MAX, "%s/%ju%s", synced, (uintmax_t)info->st_ino,
                   end != NULL              ? end
                   : S_ISDIR(info->st_mode) ? ".d"
                                            : "");
    return 1;
}

/* A new file has nothing of one that had its inode before. */
static void forget(int fd)
{
    char path[PATH_MAX];
    struct stat info;

    if (kept_path(fd, NULL, path, &info)) {
        (void)unlink(path);
    }
}

/* Pages that a failed flush left clean are not written by the next one. */
static void leave_out_lost(int fd, FILE *out)
{
    char path[PATH_MAX];
    struct stat info;
    long from;
    long to;
    FILE *lost = kept_path(fd, ".lost", path, &info) ? fopen(path, "re") : NULL;

    if (lost == NULL) {
        return;
    }
    if (fscanf(lost, "%ld %ld", &from, &to) == 2) {
        (void)fseek(out, from, SEEK_SET);
        for (to = to / PAGE * PAGE; from < to; from++) {
            (void)fputc('\0', out);
        }
    }
    (void)fclose(lost);
}

static void keep(int fd)
{
    char path[PATH_MAX];
    struct stat info;

    if (!kept_path(fd, NULL, path, &info)) {
        return;
    }
    FILE *out = fopen(path, "we");

    if (out == NULL) {
        abort();
    }
    if (S_ISDIR(info.st_mode)) {
        copy_names(fd, out);
    } else {
        copy_file(fd, out);
        leave_out_lost(fd, out);
    }
    (void)fclose(out);
}

/* ---- Flushing ---- */

static int is_segment(int fd)
{
    char link[64];
    char path[PATH_MAX];

    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);

    path[size < 0 ? 0 : size] = '\0';
    return strstr(path, "/seg/") != NULL;
}

static long size_of(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? (long)info.st_size : 0;
}

static int lose(int fd)
{
    static unsigned long flushes;
    const char *rule = getenv("SHIM_UNFLUSHED");
    char path[PATH_MAX];
    struct stat info;

    if (rule == NULL || !is_segment(fd) || ++flushes != strtoul(rule, NULL, 10) ||
        !kept_path(fd, NULL, path, &info)) {
        return 0;
    }
    long from = size_of(path);

    (void)kept_path(fd, ".lost", path, &info);
    FILE *lost = fopen(path, "we");

    if (lost == NULL) {
        abort();
    }
    (void)fprintf(lost, "%ld %ld\n", from, (long)info.st_size);
    (void)fclose(lost);
    return 1;
}

static int flush(int fd, long call)
{
    count_call();
    if (lose(fd)) {
        errno = EIO;
        return -1;
    }
    int result = (int)syscall(call, fd);

    if (result == 0) {
        keep(fd);
    }
    return result;
}

int fdatasync(int fd)
{
    return flush(fd, SYS_fdatasync);
}

int fsync(int fd)
{
    return flush(fd, SYS_fsync);
}

/* From here on the lost part is read as the disk has it: zeros. */
int posix_fadvise(int fd, off_t from, off_t size, int advice)
{
    char path[PATH_MAX];
    struct stat info;
    char zero = 0;
    long at;
    long to;
    FILE *lost = advice == POSIX_FADV_DONTNEED && kept_path(fd, ".lost", path, &info)
                     ? fopen(path, "re")
                     : NULL;

    (void)from;
    (void)size;
    if (lost == NULL) {
        return 0;
    }
    if (fscanf(lost, "%ld %ld", &at, &to) == 2) {
        char self[64];

        (void)snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        int cache = open(self, O_WRONLY | O_CLOEXEC); /* fd itself only appends */

        while (at < to) {
            (void)!syscall(SYS_pwrite64, cache, &zero, 1, at++);
        }
        (void)close(cache);
    }
    (void)fclose(lost);
    (void)unlink(path);
    return 0;
}

/* ---- Writes ---- */

static size_t shortened(int fd, size_t size)
{
    static unsigned long writes;
    const char *rule = getenv("SHIM_SHORT");
    char *colon;

    if (rule == NULL || !is_segment(fd) || strtoul(rule, &colon, 10) != ++writes) {
        return size;
    }
    size_t taken = strtoul(colon + 1, NULL, 10);

    return taken < size ? taken : size;
}

ssize_t write(int fd, const void *data, size_t size)
{
    count_call();
    size_t taken = shortened(fd, size);

    return taken == 0 ? 0 : syscall(SYS_write, fd, data, taken);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    count_call();
    return syscall(SYS_pwrite64, fd, data, size, at);
}

/* ---- Names ---- */

int renameat(int from, const char *old, int to, const char *name)
{
    count_call();
    return (int)syscall(SYS_renameat2, from, old, to, name, 0);
}

int linkat(int from, const char *old, int to, const char *name, int flags)
{
    count_call();
    return (int)syscall(SYS_linkat, from, old, to, name, flags);
}

int unlinkat(int folder, const char *name, int flags)
{
    count_call();
    return (int)syscall(SYS_unlinkat, folder, name, flags);
}

int mkdirat(int folder, const char *name, mode_t mode)
{
    count_call();
    return (int)syscall(SYS_mkdirat, folder, name, mode);
}

int openat(int folder, const char *name, int flags, ...)
{
    int temporary = (flags & O_TMPFILE) == O_TMPFILE;
    va_list values;
    mode_t mode = 0;

    if (temporary || (flags & O_CREAT) != 0) {
        count_call();
        va_start(values, flags);
        mode = va_arg(values, mode_t);
        va_end(values);
    }
    int fd = (int)syscall(SYS_openat, folder, name, flags, mode);

    if (fd >= 0 && (temporary || (flags & O_EXCL) != 0)) {
        forget(fd);
    }
    return fd;
}

/* ---- The wall clock ---- */

static long offset_s(void)
{
    static unsigned long calls;
    const char *list = getenv("SHIM_CLOCK");
    unsigned long call = calls++;

    for (unsigned long i = 0; list != NULL && i < call && strchr(list, ',') != NULL; i++) {
        list = strchr(list, ',') + 1;
    }
    return list == NULL ? 0 : strtol(list, NULL, 10);
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);
    const char *boottime = getenv("SHIM_BOOTTIME");

    if (clock == CLOCK_BOOTTIME && boottime != NULL) {
        out->tv_sec = strtol(boottime, NULL, 10);
    }

    if (clock == CLOCK_REALTIME) {
        out->tv_sec += offset_s();
    }
    return result;
}

/* ---- Memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static int begun;

int access(const char *path, int mode)
{
    begun = begun || strcmp(path, "/driver-begins") == 0;
    return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

static int is_refused(void)
{
    static unsigned long allocations;
    const char *at = begun ? getenv("SHIM_MALLOC") : NULL;

    return at != NULL && ++allocations == strtoul(at, NULL, 10);
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(old, size);
}
