/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a writer may run out of: room in the middle of a line, on the disk, in a file, descriptors,
 * memory, time that goes forward, a token.
 *
 * AUDIT_STEP  every so many-th case is taken, 1 for all
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/audit/judge.h"
#include "tests/audit/plan.h"
#include "tests/audit/work.h"
#include "tests/unit/test.h"

#define KILLED      (128 + 9)
#define LINE_BOUND  4096u
#define ROOM_BOUND  1048576u
#define RECORD_LINE 26 /* bytes at least: "entry", a number, a request */

static void begin(void)
{
    stage_make(plan_key_kind());
    stage_say("making the log to begin with");
    assert_int_equal(stage_drive("create log"), 0);
    assert_int_equal(stage_drive("--snapshot 8 work log 3"), 0);
    stage_keep("rest");
}

static void count(int code)
{
    tallies.faults++;
    tallies.survived += code == 0;
    tallies.refused += code != 0;
}

static void must_be_in_order(int code)
{
    if (code != 0 && code != EXIT_REFUSED) {
        stage_fail("exit code %d", code);
    }
    count(code);
}

/* ---- Short writes ---- */

/* Returns the exit code: 0 when the write was not shorter than what was to be written. */
static int cut_write(unsigned number, unsigned taken)
{
    char rule[64];

    stage_say("write %u takes %u bytes", number, taken);
    stage_restore("rest");
    struct judgement before = judge();

    (void)snprintf(rule, sizeof rule, "SHIM_SHORT=%u:%u", number, taken);
    int code = stage_shim(rule, "work log 1");

    must_be_in_order(code);
    judge_aftermath(&before, 0);
    return code;
}

TEST(a_write_cut_short_after_any_number_of_bytes_is_recovered)
{
    unsigned number = 1;

    begin();
    while (cut_write(number, 0) != 0) {
        unsigned taken = 1;

        while (cut_write(number, taken) != 0) {
            assert_true(taken < LINE_BOUND);
            taken += 4 * plan_step() - 3;
        }
        number++;
    }
    assert_true(number > 2); /* intent, outcome */
    stage_clear();
}

/* ---- Limits of the process ---- */

static int work_within(const char *limit, unsigned long value)
{
    stage_say("prlimit --%s=%lu", limit, value);
    stage_restore("rest");
    struct judgement before = judge();
    int code = stage_run("prlimit --%s=%lu %s --key key.pem --next next.pem --record record "
                         "work log 1",
                         limit, value, getenv("AUDIT_DRIVER"));

    if (code != EXIT_RECORD && code != 127) { /* which say nothing about the log */
        must_be_in_order(code);
    }
    judge_aftermath(&before, 0);
    return code;
}

/* In the middle of a line; and up to where room can be kept free, which some file systems refuse
 * beyond the limit. */
TEST(a_file_size_limit_is_no_worse_than_a_short_write)
{
    struct stat info;
    unsigned long more = 0;

    begin();
    assert_int_equal(stat("log/seg/00000000000000000000.jsonl", &info), 0);
    while (work_within("fsize", (unsigned long)info.st_size + more) != 0) {
        assert_true(more < ROOM_BOUND);
        more += more < LINE_BOUND ? 20 * plan_step() + 7 : 16384;
    }
    assert_true(more > 0);
    stage_clear();
}

TEST(a_writer_without_descriptors_refuses_in_order)
{
    unsigned long files = 4;

    begin();
    while (work_within("nofile", files) != 0) {
        assert_true(files < 64);
        files++;
    }
    assert_true(files > 8);
    stage_clear();
}

TEST(a_writer_without_memory_refuses_in_order)
{
    unsigned at = 1;
    int code = EXIT_REFUSED;

    begin();
    for (unsigned clean = 0;
         clean<2 * plan_step() + 20; at += plan_step()> 1 ? 3 * plan_step() : 1) {
        char rule[64];

        stage_say("allocation %u fails", at);
        stage_restore("rest");
        struct judgement before = judge();

        (void)snprintf(rule, sizeof rule, "SHIM_MALLOC=%u", at);
        code = stage_shim(rule, "work log 1");
        if (code != EXIT_RECORD) {
            must_be_in_order(code);
        }
        judge_aftermath(&before, 0);
        clean = code == 0 ? clean + 1 : 0;
    }
    stage_clear();
}

/* ---- A full disk ---- */

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        (void)!write(fd, text, strlen(text));
        (void)close(fd);
    }
}

/* Mounts of this process's own. False when it may not have any. */
static bool mounts_allowed(void)
{
    static int allowed = -1;
    char map[64];
    uid_t user = geteuid();
    gid_t group = getegid();

    if (allowed < 0) {
        allowed = unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) == 0;
        if (allowed && user != 0) {
            (void)snprintf(map, sizeof map, "0 %u 1", user);
            write_text("/proc/self/uid_map", map);
            write_text("/proc/self/setgroups", "deny");
            (void)snprintf(map, sizeof map, "0 %u 1", group);
            write_text("/proc/self/gid_map", map);
        }
        allowed = allowed && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
    }
    return allowed != 0;
}

/* The log is on a disk of its own, key and record are not. False: not allowed. */
static bool begin_on_disk(const char *options)
{
    if (!mounts_allowed()) {
        print_message("mounting is not allowed here\n");
        return false;
    }
    stage_make(plan_key_kind());
    stage_say("a log on a disk with %s", options);
    assert_int_equal(mkdir("disk", 0700), 0);
    if (mount("none", "disk", "tmpfs", 0, options) != 0) {
        print_message("mounting is not allowed here: %s\n", strerror(errno));
        stage_clear();
        return false;
    }
    assert_int_equal(symlink("disk/log", "log"), 0);
    assert_int_equal(stage_drive("create disk/log"), 0);
    assert_int_equal(stage_drive("--snapshot 8 work log 3"), 0);
    return true;
}

static void end_on_disk(void)
{
    assert_int_equal(umount("disk"), 0);
    stage_clear();
}

/* Leave room for so many pages. */
static void fill_disk(unsigned long room)
{
    struct statvfs info;
    int fd = open("disk/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(statvfs("disk", &info), 0);
    if (info.f_bavail > room) {
        assert_int_equal(posix_fallocate(fd, 0, (off_t)((info.f_bavail - room) * info.f_bsize)), 0);
    }
    (void)close(fd);
}

static void free_disk(void)
{
    assert_int_equal(unlink("disk/ballast"), 0);
}

TEST(a_full_disk_refuses_before_anything_is_signed_and_is_no_harm)
{
    unsigned worked = 0;

    if (!begin_on_disk("size=1m")) {
        skip();
    }
    for (unsigned room = 0; worked<3; room += plan_step()> 1 ? 3 : 1) {
        struct judgement before = judge();

        stage_say("room for %u pages", room);
        assert_true(room < 200);
        fill_disk(room);
        int code = stage_drive("work log 1");

        must_be_in_order(code);
        worked += code == 0;
        free_disk();
        judge_aftermath(&before, 0);
    }
    end_on_disk();
}

/* Many at once, so that their outcomes reach beyond what was set aside for the intents alone. */
TEST(a_disk_that_fills_up_behind_an_intent_has_room_for_its_outcome)
{
    if (!begin_on_disk("size=2m")) {
        skip();
    }
    for (unsigned i = 0; i < 12; i++) {
        stage_say("behind 40 intents room for %u pages", i % 3);
        struct judgement before = judge();
        pid_t pid = stage_hold("", "intent", "--batch 40 work log 1");

        fill_disk(i % 3);
        int code = stage_go_on(pid);

        must_be_in_order(code);
        if (judge().open != 0) {
            stage_fail("the outcome found no room");
        }
        free_disk();
        judge_aftermath(&before, 0);
    }
    end_on_disk();
}

TEST(a_disk_without_inodes_refuses_and_can_be_verified)
{
    char path[32];
    unsigned made = 0;

    if (!begin_on_disk("size=4m,nr_inodes=64")) {
        skip();
    }
    struct judgement before = judge();

    for (;; made++) {
        (void)snprintf(path, sizeof path, "disk/file.%u", made);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        if (fd < 0) {
            break;
        }
        (void)close(fd);
    }
    assert_true(made > 0);
    stage_say("no inodes");
    int code = stage_drive("work log 1");

    must_be_in_order(code);
    assert_int_equal(code, EXIT_REFUSED);
    assert_int_equal(stage_drive("verify log"), 0);
    while (made > 0) {
        (void)snprintf(path, sizeof path, "disk/file.%u", --made);
        assert_int_equal(unlink(path), 0);
    }
    judge_aftermath(&before, 0);
    end_on_disk();
}

TEST(a_read_only_disk_refuses_and_can_be_verified)
{
    if (!begin_on_disk("size=1m")) {
        skip();
    }
    struct judgement before = judge();

    stage_say("read-only");
    assert_int_equal(mount("none", "disk", NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    int code = stage_drive("work log 1");

    must_be_in_order(code);
    assert_int_equal(code, EXIT_REFUSED);
    assert_int_equal(stage_drive("verify log"), 0);
    assert_int_equal(mount("none", "disk", NULL, MS_REMOUNT, NULL), 0);
    judge_aftermath(&before, 0);
    end_on_disk();
}

/* ---- Clocks ---- */

static const char *const clocks[] = {
    "SHIM_CLOCK=-3600",
    "SHIM_CLOCK=0,315360000,0,315360000,0",
    "SHIM_CLOCK=0,1,0,1,1,0,-1",
    "SHIM_CLOCK=0,-1000000000,4000000000",
    "SHIM_BOOTTIME=1 SHIM_CLOCK=0,-86400",
};

TEST(a_clock_that_jumps_is_read_and_nothing_depends_on_it)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    begin();
    for (size_t i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        stage_say("%s", clocks[i]);
        int code = stage_shim(clocks[i], "--segment 2000 --batch 2 work log 2");

        if (code != 0 || judge().report.verdict != FWS_AUDIT_INTACT) {
            stage_fail("exit code %d", code);
        }
        count(code);
    }
    /* They did jump: an entry is of ten years from now, in a later segment than the first. */
    assert_int_equal(stage_run("grep -rhoE \"ts\":\"20[3-9][0-9]- log/seg"), 0);
    assert_status(fws_file_read("out", 65536, &text, &err), FWS_OK);
    assert_true(text.size > 0);
    stage_clear();
}

/* ---- The token that signs checkpoints ---- */

static void sign_with(const char *token)
{
    stage_say("the token %s", token);
    stage_restore("rest");
    struct judgement before = judge();
    int code = stage_drive("--token %s work log 1", token);

    assert_int_equal(code, EXIT_REFUSED);
    count(code);
    struct judgement after = judge();

    if (after.released != before.released || after.report.covered != before.report.covered) {
        stage_fail("released, or covered, without a signature");
    }
    judge_aftermath(&before, 0);
}

TEST(without_a_good_signature_over_a_checkpoint_nothing_is_released)
{
    begin();
    sign_with("refuses");
    sign_with("wrong");
    stage_clear();
}

TEST(a_token_that_hangs_keeps_others_waiting_no_longer_than_their_deadline)
{
    static const struct stage_streams streams = {"/dev/null", "hang.out", "hang.err"};
    struct stat info = {0};

    begin();
    struct judgement before = judge();

    stage_say("the token hangs");
    pid_t hanging = stage_start_with(&streams,
                                     "%s --key key.pem --next next.pem --record hang.record "
                                     "--token hangs work log 1",
                                     getenv("AUDIT_DRIVER"));

    for (int i = 0; stat("hang.record", &info) != 0 || info.st_size < 2 * RECORD_LINE; i++) {
        assert_true(i < 5000);
        (void)usleep(2000);
    }
    (void)usleep(50000); /* outcome on record; now it asks for the signature */
    int code = stage_drive("--deadline 300 work log 1");

    assert_int_equal(code, EXIT_REFUSED);
    count(code);
    assert_int_equal(kill(hanging, SIGKILL), 0);
    assert_int_equal(stage_wait(hanging), KILLED);
    if (judge().released != before.released) {
        stage_fail("released without a checkpoint");
    }
    judge_aftermath(&before, JUDGE_EARLIER);
    stage_clear();
}

TEST(limits_were_met)
{
    print_message("%u faults: %u writers refused in order, %u worked all the same; then %u logs "
                  "intact, %u with a crash tail; no false alarm\n",
                  tallies.faults, tallies.refused, tallies.survived, tallies.intact, tallies.crash);
    assert_true(tallies.faults > 50 && tallies.intact > 0 && tallies.crash > 0);
}

TEST_MAIN("audit/limits")
