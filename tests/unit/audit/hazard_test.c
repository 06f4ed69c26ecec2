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
    assert_status(fws_audit_append(log, "sign.intent", "{}", 2, NULL, &err), FWS_E_LOG_UNAVAILABLE);
    assert_non_null(strstr(err.text, "locked by another process"));
    assert_int_equal(flock(other, LOCK_UN), 0);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_OK);
    assert_int_equal(close(other), 0);
    fws_audit_close(&log);
    assert_int_equal(report_of_log().entries, 2);
    remove_log();
}

/* After the fault the object appends nothing more, even when the cause is gone. */
static void assert_broken_for_good(struct fws_audit *log, enum fws_status expected)
{
    assert_status(append_to(log, "sign.intent", "{}"), expected);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_E_LOG_UNAVAILABLE);
}

TEST(a_segment_deleted_under_an_open_log_makes_it_unavailable)
{
    make_log(2);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(unlink(SEGMENT_0), 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_segment_replaced_under_an_open_log_makes_it_unavailable)
{
    make_log(2);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_int_equal(rename(SEGMENT_0, "away"), 0);
    write_all(SEGMENT_0, text.data, text.size);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_second_name_of_the_segment_makes_the_log_unavailable)
{
    make_log(2);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(link(SEGMENT_0, "copy"), 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    remove_log();
}

TEST(a_lock_file_replaced_under_an_open_log_makes_it_unavailable)
{
    make_log(2);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(unlink("lock"), 0);
    write_all("lock", "", 0);
    assert_broken_for_good(log, FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    assert_int_equal(report_of_log().entries, 2);
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

    make_log(2);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = text.size + 100;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report_of_log().entries, 2);
    assert_status(append_once("sign.intent", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report_of_log().entries, 4);
    remove_log();
}

TEST(a_write_refused_whole_leaves_an_intact_log)
{
    struct rlimit before;
    struct rlimit small;

    make_log(2);
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

TEST(a_log_opened_before_a_fork_does_not_serve_the_child)
{
    int result = 0;

    make_log(1);
    struct fws_audit *log = open_log(0, 0);
    pid_t child = fork();

    if (child == 0) {
        _exit(append_to(log, "sign.intent", "{}") == FWS_E_INTERNAL ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(result, 0);
    assert_status(append_to(log, "sign.intent", "{}"), FWS_OK);
    fws_audit_close(&log);
    remove_log();
}

TEST(symbolic_links_in_the_folder_are_not_followed)
{
    make_log(2);
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
    struct fws_audit_report report;
    struct fws_error err = {0};

    if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0) {
        return 1;
    }
    if (open_status() != FWS_E_LOG_UNAVAILABLE) {
        return 2;
    }
    return fws_audit_verify(".", &report, &err) == FWS_OK && report.verdict == FWS_AUDIT_INTACT ? 0
                                                                                                : 3;
}

TEST(a_reader_can_verify_a_log_but_not_open_it)
{
    int result = 0;

    make_log(2);
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

/* In a process with mounts of its own: fill a small disk with intents, then append outcomes. */
static int fill_small_disk(void)
{
    struct fws_audit_options options = {.directory = "disk/log"};
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    enum fws_status status = FWS_OK;

    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mkdir("disk", 0700) != 0 || mount("none", "disk", "tmpfs", 0, "size=512k") != 0) {
        return NO_MOUNT;
    }
    if (fws_audit_create("disk/log", "example.test/log", &err) != FWS_OK ||
        fws_audit_open(&options, &log, &err) != FWS_OK) {
        return 1;
    }
    for (int i = 0; status == FWS_OK && i < 5000; i++) {
        status = append_to(log, "sign.intent", BODY);
    }
    if (fws_audit_append(log, "sign.intent", "{}", 2, NULL, &err) != FWS_E_LOG_UNAVAILABLE ||
        strstr(err.text, "no space") == NULL) {
        return 2;
    }
    for (int i = 0; i < 50; i++) {
        if (append_to(log, "sign.outcome", BODY) != FWS_OK) {
            return 3;
        }
    }
    fws_audit_close(&log);
    struct fws_audit_report report;

    return fws_audit_open(&options, &log, &err) == FWS_E_LOG_UNAVAILABLE &&
                   fws_audit_verify("disk/log", &report, &err) == FWS_OK &&
                   report.verdict == FWS_AUDIT_INTACT
               ? 0
               : 4;
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
