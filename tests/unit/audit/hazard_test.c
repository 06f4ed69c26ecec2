/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to the files, the lock and the disk while a log is open. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

TEST(a_lock_held_by_another_makes_the_log_unavailable_until_it_is_free)
{
    make_log(1);
    struct fws_audit *log = open_log(30, 0);
    int other = open("lock", O_RDWR | O_CLOEXEC);
    struct fws_error err = {0};

    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_status(fws_audit_append(log, "test.entry", "{}", 2, NULL, &err), FWS_E_LOG_UNAVAILABLE);
    assert_non_null(strstr(err.text, "locked by another process"));
    assert_int_equal(flock(other, LOCK_UN), 0);
    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    assert_int_equal(close(other), 0);
    close_log(log);
    assert_int_equal(report_of_log().entries, 3);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* After the fault the object appends nothing more, even when the cause is gone. */
static void assert_broken_for_good(struct fws_audit *log, enum fws_status expected)
{
    assert_status(append_to(log, "test.entry", "{}"), expected);
    assert_status(append_to(log, "test.entry", "{}"), FWS_E_LOG_UNAVAILABLE);
}

TEST(a_segment_deleted_under_an_open_log_makes_it_unavailable)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_segment_replaced_under_an_open_log_makes_it_unavailable)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(rename(SEGMENT_0, "away"), 0);
    write_all(SEGMENT_0, text.data, text.size);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    remove_log();
}

/* Between the batch's first look and its write: by a file that has grown as much as the append will. */
static enum fws_status exchange_segment(void *context, struct fws_audit_body *out,
                                        struct fws_error *err)
{
    const size_t *growth = context;
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_status(fws_buf_reserve(&text, *growth, err), FWS_OK);
    memset(text.data + text.size, ' ', *growth);
    assert_int_equal(rename(SEGMENT_0, "away"), 0);
    write_all(SEGMENT_0, text.data, text.size + *growth);
    *out = (struct fws_audit_body){.type = "test.entry", .data = "{}", .size = 2};
    return FWS_OK;
}

TEST(a_segment_replaced_during_an_append_is_seen_though_its_size_is_right)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);

    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    FWS_AUTO(fws_buf) after = read_all(SEGMENT_0);
    size_t growth = after.size - before.size;

    assert_status(fws_audit_decide(log, exchange_segment, &growth, NULL, &err),
                  FWS_E_LOG_UNAVAILABLE);
    assert_non_null(strstr(err.text, "was replaced under an open log"));
    fws_audit_close(&log);
    remove_log();
}

TEST(a_second_name_of_the_segment_makes_the_log_unavailable)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(link(SEGMENT_0, "copy"), 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_lock_file_replaced_under_an_open_log_makes_it_unavailable)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(unlink("lock"), 0);
    write_all("lock", "", 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

TEST(a_checkpoint_lock_replaced_under_an_open_log_makes_no_checkpoint)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    assert_int_equal(unlink("checkpoint.lock"), 0);
    write_all("checkpoint.lock", "", 0);
    unsigned before = test_key.signatures;

    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    assert_int_equal(test_key.signatures, before);
    fws_audit_close(&log);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_segment_renamed_under_an_open_log_makes_it_unavailable)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(rename(SEGMENT_0, "seg/00000000000000000009.jsonl"), 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST(a_segment_emptied_under_an_open_log_is_tampering)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    cut_to(SEGMENT_0, 0);
    assert_broken_for_good(log, FWS_E_LOG_TAMPERED);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* As a copy and truncate does it: what is there again was written by somebody else. */
TEST(a_last_entry_exchanged_under_an_open_log_is_tampering)
{
    make_log(4);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_status(append_once("test.other", "{}"), FWS_OK);
    FWS_AUTO(fws_buf) longer = read_all(SEGMENT_0);

    longer.data[text.size + 5] ^= 1;
    write_all(SEGMENT_0, longer.data, longer.size);
    assert_broken_for_good(log, FWS_E_LOG_TAMPERED);
    fws_audit_close(&log);
    remove_log();
}

/* A mode says who may open a file, not what is in it. */
TEST(modes_changed_under_an_open_log_change_nothing)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(chmod(SEGMENT_0, 0), 0);
    assert_int_equal(chmod("lock", 0), 0);
    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    close_log(log);
    assert_int_equal(chmod(SEGMENT_0, 0640), 0);
    assert_int_equal(chmod("lock", 0640), 0);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- The checkpoint's file ---- */

static void assert_checkpoint_refused(struct fws_audit *log, enum fws_status expected)
{
    struct fws_error err = {0};
    unsigned before = test_key.signatures;

    assert_status(append_to(log, "test.entry", "{}"), expected);
    assert_int_not_equal(fws_audit_settle(log, &err), FWS_OK);
    assert_int_equal(test_key.signatures, before);
    fws_audit_close(&log);
}

TEST(a_checkpoint_that_is_gone_or_garbage_under_an_open_log_stops_it)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) note = read_all("checkpoint");

    assert_int_equal(unlink("checkpoint"), 0);
    assert_checkpoint_refused(log, FWS_E_LOG_UNKNOWN);
    write_all("checkpoint", note.data, note.size);
    log = open_log(0, 0);
    write_all("checkpoint", "garbage\n", 8);
    assert_checkpoint_refused(log, FWS_E_NOTE);
    write_all("checkpoint", note.data, note.size);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(an_older_checkpoint_put_in_place_under_an_open_log_is_tampering)
{
    make_log(3);
    FWS_AUTO(fws_buf) older = read_all("checkpoint");

    assert_status(append_once("test.entry", BODY), FWS_OK);
    struct fws_audit *log = open_log(0, 0);

    write_all("checkpoint", older.data, older.size);
    assert_checkpoint_refused(log, FWS_E_LOG_TAMPERED);
    remove_log();
}

/* Add the signature of a stranger, whose name is all of quotes: no byte of a note takes more room in an
 * entry. */
static void make_checkpoint_long(const struct fws_buf *note, size_t size)
{
    static const char mark[] = "\xe2\x80\x94 ";
    static const char end[] = " AAAAAAA=\n";
    static char text[FWS_AUDIT_CHECKPOINT_MAX + 1];

    assert_true(size <= sizeof text && size > note->size + sizeof mark + sizeof end);
    memset(text, '"', sizeof text);
    memcpy(text, note->data, note->size);
    memcpy(text + note->size, mark, sizeof mark - 1);
    memcpy(text + size - sizeof end + 1, end, sizeof end - 1);
    write_all("checkpoint", text, size);
}

TEST(a_checkpoint_that_is_too_long_for_its_entry_is_refused_before_anything_is_written)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    make_log(3);
    FWS_AUTO(fws_buf) note = read_all("checkpoint");
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);

    make_checkpoint_long(&note, FWS_AUDIT_CHECKPOINT_MAX + 1);
    assert_status(fws_audit_open(&options, &log, &err), FWS_E_LOG_UNAVAILABLE);
    assert_non_null(strstr(err.text, "added signatures"));
    assert_verdict(FWS_AUDIT_INTACT); /* a reader takes it */
    write_all("checkpoint", note.data, note.size);
    log = open_log(0, 0);
    make_checkpoint_long(&note, FWS_AUDIT_CHECKPOINT_MAX + 1);
    assert_status(append_to(log, "test.entry", BODY), FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    FWS_AUTO(fws_buf) after = read_all(SEGMENT_0);

    assert_int_equal(after.size, before.size);
    assert_memory_equal(after.data, before.data, after.size);
    make_checkpoint_long(&note, FWS_AUDIT_CHECKPOINT_MAX);
    assert_status(append_once("test.entry", BODY), FWS_OK); /* and its entry holds all of it */
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_segment_cut_short_under_an_open_log_is_tampering)
{
    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    cut_to(SEGMENT_0, line_start(&text, 2));
    assert_broken_for_good(log, FWS_E_LOG_TAMPERED);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_short_write_makes_the_log_unavailable_and_is_recovered_at_the_next_append)
{
    struct rlimit before;
    struct rlimit small;

    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = text.size + 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_status(append_to(log, "test.entry", "{}"), FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_status(append_to(log, "test.entry", "{}"), FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report_of_log().entries, 3);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report_of_log().entries, 6);
    acknowledge();
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(a_write_refused_whole_leaves_an_intact_log)
{
    struct rlimit before;
    struct rlimit small;

    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = text.size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* What the child shares with its parent are the locks: it must not let go of them either. */
static int use_in_child(struct fws_audit *log)
{
    struct fws_audit_matter matter = {0};
    struct fws_error err = {0};
    uint64_t marks = 0;

    fws_audit_decide_all(log, &matter, 1);
    return append_to(log, "test.entry", "{}") == FWS_E_INTERNAL &&
                   matter.err.status == FWS_E_INTERNAL &&
                   fws_audit_checkpoint(log, &err) == FWS_E_INTERNAL &&
                   fws_audit_settle(log, &err) == FWS_E_INTERNAL &&
                   fws_audit_rotate(log, &test_key.signer, &err) == FWS_E_INTERNAL &&
                   fws_audit_acknowledge(log, "child", "", &marks, &err) == FWS_E_INTERNAL
               ? 0
               : 1;
}

TEST(a_log_opened_before_a_fork_does_not_serve_the_child)
{
    int result = 0;

    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "sign.intent", "{}"), FWS_OK);
    pid_t child = fork();

    if (child == 0) {
        result = use_in_child(log);
        fws_audit_close(&log);
        _exit(result);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_status(append_once("test.entry", BODY), FWS_OK); /* the parent's intent is still open */
    assert_status(append_to(log, "sign.outcome", "{\"intent\":2}"), FWS_OK);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().recoveries, 0);
    remove_log();
}

TEST(symbolic_links_in_the_folder_are_not_followed)
{
    make_log(3);
    assert_int_equal(rename(SEGMENT_0, "elsewhere"), 0);
    assert_int_equal(symlink("../elsewhere", SEGMENT_0), 0);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_int_equal(rename("elsewhere", SEGMENT_0), 0);
    assert_int_equal(rename("seg", "elsewhere"), 0);
    assert_int_equal(symlink("elsewhere", "seg"), 0);
    assert_status(open_status(), FWS_E_LOG_UNAVAILABLE);
    assert_verdict(FWS_AUDIT_CANNOT_TELL);
    remove_log();
}

/* As somebody who may read the log but not write it: root is not stopped by permissions. */
static int open_as_reader(void)
{
    if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
        return 1;
    }
    if (open_status() != FWS_E_LOG_UNAVAILABLE) {
        return 2;
    }
    return report_of(".", true).verdict == FWS_AUDIT_INTACT ? 0 : 3;
}

TEST(a_reader_can_verify_a_log_but_not_open_it)
{
    int result = 0;

    make_log(3);
    assert_int_equal(chmod(".", 0555), 0);
    assert_int_equal(chmod("seg", 0555), 0);
    assert_int_equal(chmod("lock", 0444), 0);
    assert_int_equal(chmod(SEGMENT_0, 0444), 0);
    pid_t child = fork();

    if (child == 0) {
        _exit(open_as_reader());
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_int_equal(chmod(".", 0755), 0);
    assert_int_equal(chmod("seg", 0755), 0);
    remove_log();
}

/* ---- A full disk ---- */

#define NO_MOUNT 77

static bool mount_small_disk(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mkdir("disk", 0700) == 0 && mount("none", "disk", "tmpfs", 0, "size=512k") == 0;
}

/* Every byte that is left, as another program would. */
static bool fill_up(void)
{
    static const uint8_t page[4096];
    int fd = open("disk/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    while (fd >= 0 && write(fd, page, sizeof page) == (ssize_t)sizeof page) {
    }
    return fd >= 0 && close(fd) == 0;
}

static enum fws_status end_intent(struct fws_audit *log, uint64_t seq)
{
    char body[40];

    (void)snprintf(body, sizeof body, "{\"intent\":%llu}", (unsigned long long)seq);
    return append_to(log, "sign.outcome", body);
}

/* Intents until there is no room for more, then their outcomes on a disk that is full. */
static int work_on_small_disk(struct fws_audit *log)
{
    uint64_t intents[512];
    struct fws_error err = {0};
    size_t count = 0;

    while (count < 512 && fws_audit_append(log, "sign.intent", BODY, strlen(BODY), &intents[count],
                                           &err) == FWS_OK) {
        count++;
    }
    if (count < 10 || err.status != FWS_E_LOG_UNAVAILABLE || strstr(err.text, "no space") == NULL) {
        return 2;
    }
    /* The room of one more outcome takes some smaller entries. */
    for (int i = 0; i < 100 && append_to(log, "test.entry", BODY) == FWS_OK; i++) {
    }
    if (!fill_up() || append_to(log, "test.entry", BODY) != FWS_E_LOG_UNAVAILABLE) {
        return 3;
    }
    for (size_t i = 0; i < count; i++) {
        if (end_intent(log, intents[i]) != FWS_OK) {
            return 4;
        }
    }
    if (append_to(log, "admin.freeze", BODY) != FWS_OK) {
        return 5;
    }
    if (fws_audit_checkpoint(log, &err) != FWS_E_LOG_UNSEALED || unlink("disk/filler") != 0) {
        return 6;
    }
    return fws_audit_checkpoint(log, &err) == FWS_OK ? 0 : 7;
}

/* In a process with mounts of its own. */
static int fill_small_disk(void)
{
    struct fws_audit_genesis genesis = {.origin = ORIGIN, .signer = &test_key.signer};
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    if (!mount_small_disk()) {
        return NO_MOUNT;
    }
    options.directory = "disk/log";
    if (fws_audit_create("disk/log", &genesis, &err) != FWS_OK || !fill_up() ||
        fws_audit_open(&options, &log, &err) != FWS_E_LOG_UNAVAILABLE ||
        unlink("disk/filler") != 0 || fws_audit_open(&options, &log, &err) != FWS_OK) {
        return 1;
    }
    int result = work_on_small_disk(log);

    fws_audit_close(&log);
    return result == 0 && report_of("disk/log", true).verdict != FWS_AUDIT_INTACT ? 8 : result;
}

TEST(a_full_disk_refuses_intents_and_still_takes_outcomes)
{
    int result = 0;

    make_log(1);
    pid_t child = fork();

    if (child == 0) {
        _exit(fill_small_disk());
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    (void)rmdir("disk");
    remove_log();
    if (WIFEXITED(result) && WEXITSTATUS(result) == NO_MOUNT) {
        skip(); /* mounting is not allowed here */
    }
    assert_int_equal(result, 0);
}

TEST_MAIN("audit/hazard")
