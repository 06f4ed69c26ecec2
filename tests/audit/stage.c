/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/audit/key.h"
#include "tests/audit/stage.h"

#define COMMAND_SIZE   2048u
#define WORDS_MAX      64u
#define DRIVER_OPTIONS "--key key.pem --next next.pem --record record"
#define INJECT_CALLS                                                                               \
    "access,?faccessat,read,pread64,write,pwrite64,pwritev2,openat,close,newfstatat,?fstat,"       \
    "getdents64,flock,fdatasync,fsync,fallocate,linkat,renameat,?renameat2,unlinkat,mkdirat,"      \
    "fcntl,ftruncate,getrandom"
#define LIMIT_S 120 /* longer than any lock is waited for */

extern char **environ;

struct tallies tallies;

static char folder[256];
static char doing[512];
static struct soft_key keys[2];
static struct fws_trust trust;

/* ---- Saying what failed ---- */

void stage_say(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    (void)vsnprintf(doing, sizeof doing, format, values);
    va_end(values);
}

void stage_print(const char *name)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    if (fws_file_read(name, 65536, &text, &err) == FWS_OK && text.size > 0) {
        print_error("%s: %.*s\n", name, (int)text.size, (const char *)text.data);
    }
}

/* What failed stays where it is: who looks into it needs the log. */
void stage_fail(const char *format, ...)
{
    char what[1024];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(what, sizeof what, format, values);
    va_end(values);
    stage_print("out");
    stage_print("err");
    fail_msg("%s: %s (in %s)", doing, what, folder);
    abort();
}

void stage_must(int expected, int code)
{
    if (code != expected) {
        stage_fail("exit code %d, not %d", code, expected);
    }
}

unsigned stage_number(const char *name, unsigned otherwise)
{
    const char *text = getenv(name);

    return text == NULL ? otherwise : (unsigned)strtoul(text, NULL, 10);
}

/* ---- Folders ---- */

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void stage_remove(const char *path)
{
    (void)nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *copy_from;
static const char *copy_to;

static void copy_file(const char *from, const char *to, mode_t mode)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode & 0777);

    if (fd < 0 || fws_file_read(from, 1u << 28, &text, &err) != FWS_OK ||
        fws_file_write_fd(fd, to, text.data, text.size, &err) != FWS_OK) {
        stage_fail("copying '%s' to '%s'", from, to);
    }
    (void)close(fd);
}

static int copy_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    char to[512];

    (void)where;
    (void)snprintf(to, sizeof to, "%s%s", copy_to, path + strlen(copy_from));
    if (kind == FTW_D) {
        return mkdir(to, 0750);
    }
    copy_file(path, to, info->st_mode);
    return 0;
}

void stage_copy(const char *from, const char *to)
{
    copy_from = from;
    copy_to = to;
    int failed = nftw(from, copy_entry, 8, FTW_PHYS);

    copy_from = copy_to = NULL;
    if (failed != 0) {
        stage_fail("copying '%s' to '%s': %s", from, to, strerror(errno));
    }
}

static void make_key(struct soft_key *key, const char *kind, const char *name)
{
    struct fws_error err = {0};

    assert_int_equal(stage_run("%s key %s %s", getenv("AUDIT_DRIVER"), kind, name), 0);
    if (soft_key_load(key, name, &trust, &err) != FWS_OK) {
        stage_fail("%s", err.text);
    }
}

void stage_make(const char *kind)
{
    const char *above = getenv("TMPDIR");

    above = above != NULL ? above : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(folder, sizeof folder, "%s/fwsign-audit-XXXXXX", above);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    make_key(&keys[0], kind, "key.pem");
    make_key(&keys[1], kind, "next.pem");
}

void stage_clear(void)
{
    fws_trust_free(&trust);
    soft_key_free(&keys[0]);
    soft_key_free(&keys[1]);
    assert_int_equal(chdir("/"), 0);
    stage_remove(folder);
}

void stage_swap_keys(void)
{
    assert_int_equal(rename("key.pem", "swap.pem"), 0);
    assert_int_equal(rename("next.pem", "key.pem"), 0);
    assert_int_equal(rename("swap.pem", "next.pem"), 0);
}

const struct fws_trust *stage_trust(void)
{
    return &trust;
}

static void exchange(const char *from_log, const char *from_record, const char *to_log,
                     const char *to_record)
{
    stage_remove(to_log);
    (void)unlink(to_record);
    if (access(from_log, F_OK) == 0) {
        stage_copy(from_log, to_log);
    }
    if (access(from_record, F_OK) == 0) {
        copy_file(from_record, to_record, 0640);
    }
}

void stage_keep(const char *name)
{
    char log[64];
    char record[64];

    (void)snprintf(log, sizeof log, "%s.log", name);
    (void)snprintf(record, sizeof record, "%s.record", name);
    exchange("log", "record", log, record);
}

void stage_restore(const char *name)
{
    char log[64];
    char record[64];

    (void)snprintf(log, sizeof log, "%s.log", name);
    (void)snprintf(record, sizeof record, "%s.record", name);
    exchange(log, record, "log", "record");
}

/* ---- Processes ---- */

static const struct stage_streams usual = {"/dev/null", "out", "err"};
static const struct stage_streams held = {"go", "held.out", "held.err"};

static pid_t spawn_with(char **words, const struct stage_streams *streams)
{
    posix_spawn_file_actions_t actions;
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    pid_t pid = -1;

    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, 0, streams->in, O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, 1, streams->out, flags, 0600);
    (void)posix_spawn_file_actions_addopen(&actions, 2, streams->err, flags, 0600);
    int errnum = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);

    (void)posix_spawn_file_actions_destroy(&actions);
    if (errnum != 0) {
        stage_fail("'%s': %s", words[0], strerror(errnum));
    }
    return pid;
}

static pid_t spawn(char *command, const struct stage_streams *streams)
{
    char *words[WORDS_MAX] = {0};
    size_t count = 0;

    for (char *word = strtok(command, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(count < WORDS_MAX - 1);
        words[count++] = word;
    }
    return spawn_with(words, streams);
}

int stage_wait(pid_t pid)
{
    const struct timespec pause = {.tv_nsec = 500000};
    time_t end = time(NULL) + LIMIT_S;
    int result = 0;
    pid_t ended;

    while ((ended = waitpid(pid, &result, WNOHANG)) == 0) {
        if (time(NULL) > end) {
            (void)kill(pid, SIGKILL);
            stage_fail("process %d does not end", (int)pid);
        }
        (void)nanosleep(&pause, NULL);
    }
    assert_int_equal(ended, pid);
    return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}

pid_t stage_start(const char *format, ...)
{
    char command[COMMAND_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(command, sizeof command, format, values);
    va_end(values);
    return spawn(command, &usual);
}

pid_t stage_start_with(const struct stage_streams *streams, const char *format, ...)
{
    char command[COMMAND_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(command, sizeof command, format, values);
    va_end(values);
    return spawn(command, streams);
}

int stage_run(const char *format, ...)
{
    char command[COMMAND_SIZE];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(command, sizeof command, format, values);
    va_end(values);
    return stage_wait(spawn(command, &usual));
}

int stage_drive(const char *format, ...)
{
    char arguments[COMMAND_SIZE / 2];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(arguments, sizeof arguments, format, values);
    va_end(values);
    return stage_run("%s " DRIVER_OPTIONS " %s", getenv("AUDIT_DRIVER"), arguments);
}

static int go = -1; /* end of the pipe that a held driver reads */

pid_t stage_hold(const char *rules, const char *where, const char *arguments)
{
    const struct timespec pause = {.tv_nsec = 500000};
    char command[COMMAND_SIZE];
    struct stat info = {0};

    (void)unlink("go");
    (void)unlink("held.out");
    (void)unlink("held.record");
    assert_int_equal(mkfifo("go", 0600), 0);
    go = open("go", O_RDWR | O_CLOEXEC);
    (void)snprintf(
        command, sizeof command,
        "env %s%s %s %s --key key.pem --next next.pem --record held.record --hold %s %s",
        rules[0] == '\0' ? "" : "LD_PRELOAD=", rules[0] == '\0' ? "" : getenv("AUDIT_SHIM"), rules,
        getenv("AUDIT_DRIVER"), where, arguments);
    pid_t pid = spawn(command, &held);

    for (int i = 0; stat("held.out", &info) != 0 || info.st_size == 0; i++) {
        if (i > 20000) {
            stage_fail("the driver that is to hold does not");
        }
        (void)nanosleep(&pause, NULL);
    }
    return pid;
}

static void join_records(void)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    int fd = open("record", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0 || fws_file_read("held.record", 1u << 20, &text, &err) != FWS_OK ||
        fws_file_write_fd(fd, "record", text.data, text.size, &err) != FWS_OK) {
        stage_fail("the record of the driver that held");
    }
    (void)close(fd);
}

int stage_go_on(pid_t pid)
{
    (void)close(go);
    int code = stage_wait(pid);

    join_records();
    return code;
}

/* A signal is not delivered where the kernel's filter stops a process, so with one all calls stop. */
int stage_inject(const char *injection, const char *arguments)
{
    return stage_run(
        "strace -f -qq -y %s -o trace -e trace=" INJECT_CALLS "%s%s %s " DRIVER_OPTIONS " %s",
        strstr(injection, ":signal=") == NULL ? "--seccomp-bpf" : "",
        injection[0] == '\0' ? "" : " -e inject=", injection, getenv("AUDIT_DRIVER"), arguments);
}

int stage_shim(const char *rules, const char *format, ...)
{
    char arguments[COMMAND_SIZE / 2];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(arguments, sizeof arguments, format, values);
    va_end(values);
    return stage_run("env LD_PRELOAD=%s %s %s " DRIVER_OPTIONS " %s", getenv("AUDIT_SHIM"), rules,
                     getenv("AUDIT_DRIVER"), arguments);
}
