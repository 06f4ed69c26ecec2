/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that make the log durable fail one after the other: the Nth call of a run, for
 * every N until a run needs no more. Whatever failed: each entry that was acknowledged is there, no
 * false alarm is raised, and the log can be gone on with.
 *
 * The definitions below take the place of the C library's in this program.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

static unsigned calls_left; /* before the one that fails; 0 = none fails */
static int failure;         /* errno of it */
static bool short_writes;   /* a write that fails has written half before */
static bool failed;
static bool no_room;     /* the next fallocate says so */
static bool lies;        /* other bytes are written than those that were to be */
static unsigned flushes; /* of content */
static unsigned syncs;   /* of content and metadata */

static bool fails_now(void)
{
    if (calls_left == 0 || --calls_left > 0) {
        return false;
    }
    errno = failure;
    failed = true;
    return true;
}

int fdatasync(int fd)
{
    flushes++;
    return fails_now() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    syncs++;
    return fails_now() ? -1 : (int)syscall(SYS_fsync, fd);
}

static ssize_t write_other(int fd, const uint8_t *data, size_t size)
{
    uint8_t other[4096];

    lies = false;
    size = size < sizeof other ? size : sizeof other;
    memcpy(other, data, size);
    other[size / 2] ^= 1;
    return syscall(SYS_write, fd, other, size);
}

ssize_t write(int fd, const void *data, size_t size)
{
    if (lies) {
        return write_other(fd, data, size);
    }
    if (!fails_now()) {
        return syscall(SYS_write, fd, data, size);
    }
    return short_writes ? syscall(SYS_write, fd, data, size / 2) : -1;
}

int renameat(int old_fd, const char *old_name, int new_fd, const char *new_name)
{
    return fails_now() ? -1 : (int)syscall(SYS_renameat2, old_fd, old_name, new_fd, new_name, 0);
}

int fallocate(int fd, int mode, off_t offset, off_t size)
{
    if (no_room) {
        no_room = false;
        errno = ENOSPC;
        return -1;
    }
    return fails_now() ? -1 : (int)syscall(SYS_fallocate, fd, mode, offset, size);
}

static enum fws_status append(struct fws_audit *log, const char *type, uint64_t *seq)
{
    struct fws_error err = {0};

    return fws_audit_append(log, type, BODY, strlen(BODY), seq, &err);
}

static struct fws_audit *open_small(void)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.segment_limit_bytes = 1500;
    options.high_water = "../mark";
    enum fws_status status = fws_audit_open(&options, &log, &err);

    assert_true(status == FWS_OK || status == FWS_E_LOG_UNAVAILABLE);
    return log;
}

struct told {
    uint64_t acknowledged; /* the last entry that was */
    uint64_t covered;      /* by a checkpoint that was had */
};

/* Entries over two segments, with a checkpoint between and one at the end, until something fails. */
static void work(struct told *told)
{
    struct fws_audit *log = open_small();
    struct fws_error err = {0};
    enum fws_status status = log == NULL ? FWS_E_LOG_UNAVAILABLE : FWS_OK;
    uint64_t seq;

    for (int i = 0; status == FWS_OK && i < 6; i++) {
        status = append(log, i % 2 == 0 ? "test.entry" : "test.outcome", &seq);
        if (status == FWS_OK) {
            told->acknowledged = seq;
        }
        if (status == FWS_OK && i % 3 == 2) {
            status = fws_audit_checkpoint(log, &err);
            told->covered = status == FWS_OK ? seq + 1 : told->covered;
        }
    }
    assert_true(status == FWS_OK || status == FWS_E_LOG_UNAVAILABLE ||
                status == FWS_E_LOG_UNSEALED);
    assert_true(status == FWS_OK || failed); /* caches and marks may fail in silence */
    fws_audit_close(&log);
}

static enum fws_status find_entry(void *context, uint64_t seq, const char *line, size_t size,
                                  struct fws_error *err)
{
    uint64_t *next = context;

    (void)line;
    (void)size;
    (void)err;
    assert_int_equal(seq, *next);
    *next = seq + 1;
    return FWS_OK;
}

static void assert_nothing_lost(const struct told *told)
{
    struct fws_audit_report report = report_of(".", true);
    struct fws_error err = {0};
    uint64_t next = 0;

    if (report.verdict != FWS_AUDIT_INTACT && report.verdict != FWS_AUDIT_CRASH_TAIL) {
        print_error("%s: %s\n", report.place, report.why);
    }
    assert_true(report.verdict == FWS_AUDIT_INTACT || report.verdict == FWS_AUDIT_CRASH_TAIL);
    assert_true(report.entries > told->acknowledged);
    assert_true(report.covered >= told->covered);
    assert_status(fws_audit_each(".", find_entry, &next, &err), FWS_OK);
    assert_int_equal(next, report.entries);
}

/* One run for each call that can fail; the number of runs is the number of calls. */
static unsigned run_until_nothing_fails(int error, bool halves)
{
    unsigned nth = 0;

    failure = error;
    short_writes = halves;
    do {
        struct told told = {0};

        make_log(1);
        failed = false;
        calls_left = ++nth;
        work(&told);
        calls_left = 0;
        assert_nothing_lost(&told);
        assert_status(append_once("test.entry", BODY), FWS_OK);
        assert_nothing_lost(&told);
        struct fws_audit_report report = report_of(".", false);

        assert_int_equal(report.covered, report.entries);
        remove_log();
    } while (failed);
    return nth - 1;
}

TEST(every_call_may_fail_with_an_input_output_error)
{
    assert_true(run_until_nothing_fails(EIO, false) > 25);
}

TEST(every_call_may_fail_for_want_of_space)
{
    assert_true(run_until_nothing_fails(ENOSPC, false) > 25);
}

TEST(every_write_may_be_cut_in_half)
{
    assert_true(run_until_nothing_fails(EIO, true) > 25);
}

TEST(a_failed_flush_is_not_tried_again)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    failure = EIO;
    failed = false;
    flushes = 0;
    calls_left = 3; /* of the checkpoint before, which another made; the write; the flush */
    assert_status(append(log, "test.entry", NULL), FWS_E_LOG_UNAVAILABLE);
    assert_true(failed);
    assert_status(append(log, "test.entry", NULL), FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(flushes, 1);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_short_write_is_not_flushed)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    short_writes = true;
    flushes = 0;
    calls_left = 1;
    assert_status(append(log, "test.entry", NULL), FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(flushes, 0);
    fws_audit_close(&log);
    remove_log();
}

/* Memory and disks flip bits: what counts is what is read back, before anything is signed over it. */
TEST(lines_that_are_not_in_the_file_as_they_were_written_do_not_count)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    struct fws_error err = {0};
    unsigned before = test_key.signatures;

    lies = true;
    assert_status(append(log, "test.entry", NULL), FWS_E_LOG_UNAVAILABLE);
    assert_false(lies);
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    assert_status(append(log, "test.entry", NULL), FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(test_key.signatures, before);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* What it was to cover stays on record, and can be covered later. */
TEST(a_checkpoint_that_cannot_be_kept_is_none)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) before = read_all("checkpoint");

    assert_status(append(log, "test.entry", NULL), FWS_OK);
    failure = EIO;
    short_writes = false;
    calls_left = 3;
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    FWS_AUTO(fws_buf) after = read_all("checkpoint");

    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, after.size);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_new_segment_and_its_folder_are_flushed_before_it_is_used)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 1);

    syncs = 0;
    flushes = 0;
    assert_status(append(log, "test.entry", NULL), FWS_OK);
    assert_int_equal(syncs, 4); /* also of the checkpoint before, and of the segment left */
    assert_true(flushes > 0);
    close_log(log);
    remove_log();
}

TEST(a_file_system_without_preallocation_serves_a_log)
{
    make_log(1);
    failure = EOPNOTSUPP;
    calls_left = 1;
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(calls_left, 0);
    assert_status(append(log, "test.entry", NULL), FWS_OK);
    close_log(log);
    remove_log();
}

/* Without room for what was asked for, the batch is drafted again with the log's own entries alone. */
TEST(an_intent_that_is_drafted_as_unresolved_twice_counts_once)
{
    make_log(3);
    append_and_die(1, "sign.intent", BODY);
    struct fws_audit *log = open_log(0, 1); /* a new segment, with no room kept so far */

    no_room = true;
    assert_status(append(log, "test.entry", NULL), FWS_E_LOG_UNAVAILABLE);
    assert_false(no_room);
    assert_int_equal(fws_audit_unresolved(log), 1);
    assert_status(append(log, "test.entry", NULL), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 1);
    close_log(log);
    assert_int_equal(report_of_log().unresolved, 1);
    remove_log();
}

/* ---- Other processes ---- */

static void sleep_us(unsigned us)
{
    struct timespec pause = {.tv_sec = 0, .tv_nsec = (long)us * 1000};

    (void)nanosleep(&pause, NULL);
}

static bool tell(int pipe_fd, const struct told *told)
{
    return write(pipe_fd, told, sizeof *told) == (ssize_t)sizeof *told;
}

/* Append until killed; tell the parent each index that is durable, and what is covered. */
static void append_and_tell(int pipe_fd)
{
    struct fws_audit *log = open_small();
    struct told told = {0};
    struct fws_error err = {0};

    for (unsigned i = 1; log != NULL; i++) {
        if (append(log, "test.entry", &told.acknowledged) != FWS_OK || !tell(pipe_fd, &told)) {
            break;
        }
        if (i % 3 == 0) {
            if (fws_audit_checkpoint(log, &err) != FWS_OK) {
                break;
            }
            told.covered = told.acknowledged + 1;
        }
    }
    _exit(2);
}

TEST(a_process_killed_at_any_time_loses_nothing_that_was_acknowledged)
{
    struct told told = {0};

    make_log(1);
    for (unsigned round = 0; round < 40; round++) {
        int ends[2];
        int result = 0;

        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();

        if (child == 0) {
            append_and_tell(ends[1]);
        }
        assert_int_equal(close(ends[1]), 0);
        assert_int_equal(read(ends[0], &told, sizeof told), sizeof told);
        sleep_us(round * 97);
        assert_int_equal(kill(child, SIGKILL), 0);
        assert_int_equal(waitpid(child, &result, 0), child);
        assert_true(WIFSIGNALED(result));
        while (read(ends[0], &told, sizeof told) == sizeof told) {
        }
        assert_int_equal(close(ends[0]), 0);
        assert_nothing_lost(&told);
    }
    assert_true(told.acknowledged > 40);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* Write the end of the log in two halves under the lock, as a slow writer would be seen. */
static void write_slowly(const char *line, size_t size)
{
    int lock = open("lock", O_RDWR | O_CLOEXEC);
    int fd = open(SEGMENT_0, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (flock(lock, LOCK_EX) != 0 || write(fd, line, size / 2) != (ssize_t)(size / 2) ||
        rename("first", "written") != 0) {
        _exit(1);
    }
    sleep_us(300000);
    if (write(fd, line + size / 2, size - size / 2) != (ssize_t)(size - size / 2)) {
        _exit(1);
    }
    _exit(0);
}

TEST(a_line_that_is_being_written_is_no_crash)
{
    int result = 0;

    make_log(3);
    struct fws_audit *log = open_log(0, 0); /* alive: the lines are its own */

    assert_status(append(log, "test.entry", NULL), FWS_OK);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    size_t last = line_start(&text, 4);

    cut_to(SEGMENT_0, last);
    write_all("first", "", 0);
    pid_t child = fork();

    if (child == 0) {
        write_slowly((const char *)text.data + last, text.size - last);
    }
    while (access("written", F_OK) != 0) {
        sleep_us(1000);
    }
    struct fws_audit_report report = report_of(".", true);

    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.entries, 5);
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST_MAIN("audit/fault")
