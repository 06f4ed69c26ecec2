/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writers that come and go: killed at any time, many at once, with a verifier beside them that must
 * never cry wolf.
 *
 * AUDIT_KILLS      writers killed
 * AUDIT_PROCESSES  at once
 * AUDIT_SECONDS    for which they work
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/audit/judge.h"
#include "tests/audit/plan.h"
#include "tests/audit/work.h"
#include "tests/unit/test.h"

#define KILLED        (128 + 9)
#define PROCESSES_MAX 64u
#define FRESH_EVERY   20u /* kills, so that logs stay short */

static unsigned random_state = 1;

static unsigned next_random(unsigned bound)
{
    random_state = random_state * 1103515245u + 12345u;
    return bound == 0 ? 0 : (random_state >> 16) % bound;
}

static void pause_us(unsigned microseconds)
{
    const struct timespec pause = {.tv_sec = microseconds / 1000000u,
                                   .tv_nsec = 1000L * (microseconds % 1000000u)};

    (void)nanosleep(&pause, NULL);
}

static void fresh_log(void)
{
    stage_remove("log");
    (void)unlink("record");
    (void)unlink("mark");
    assert_int_equal(stage_drive("create log"), 0);
}

/* ---- Killed at any time ---- */

static const char *const lives[] = {
    "--high-water mark work log 100000",
    "--rounds 100000 --threads 4 --segment 3000 --snapshot 5 work log 1",
    "--rounds 100000 --batch 5 --segment 2000 work log 1",
    "--threads 3 --batch 2 --snapshot 1 work log 100000",
};

static void acknowledge(void)
{
    if (stage_drive("ack log") != 0) {
        stage_fail("the marks cannot be acknowledged");
    }
    if (judge().report.verdict != FWS_AUDIT_INTACT) {
        stage_fail("not intact after an acknowledgement");
    }
}

static void kill_one(unsigned number)
{
    const char *life = lives[number % (sizeof lives / sizeof lives[0])];
    unsigned after_us = 3000 + next_random(27000);

    stage_say("kill %u: '%s' after %u us", number, life, after_us);
    pid_t pid = stage_start("%s --key key.pem --next next.pem --record record %s",
                            getenv("AUDIT_DRIVER"), life);

    pause_us(after_us);
    (void)kill(pid, SIGKILL);
    int code = stage_wait(pid);

    if (code != KILLED) {
        stage_fail("exit code %d before it was killed", code);
    }
    tallies.faults++;
    struct judgement now = judge();

    tallies.intact += now.report.verdict == FWS_AUDIT_INTACT;
    tallies.crash += now.report.verdict == FWS_AUDIT_CRASH_TAIL;
    if (number % 3 == 0 && now.report.verdict == FWS_AUDIT_CRASH_TAIL) {
        acknowledge();
    }
}

TEST(writers_killed_at_any_time_leave_at_worst_a_crash_tail)
{
    unsigned kills = stage_number("AUDIT_KILLS", 100);

    stage_make(plan_key_kind());
    random_state = stage_number("AUDIT_SEED", 1);
    for (unsigned i = 0; i < kills; i++) {
        if (i % FRESH_EVERY == 0) {
            fresh_log();
        }
        kill_one(i);
    }
    struct judgement before = judge();

    judge_aftermath(&before, 0);
    stage_clear();
}

/* ---- Many at once ---- */

struct crowd {
    pid_t writers[PROCESSES_MAX];
    unsigned count;
};

/* Each has a record of its own, so that no line of one stands in another's. */
static pid_t start_writer(unsigned number, const char *arguments)
{
    static char out[32];
    static char err[32];
    const struct stage_streams streams = {"/dev/null", out, err};

    (void)snprintf(out, sizeof out, "out.%u", number);
    (void)snprintf(err, sizeof err, "err.%u", number);
    return stage_start_with(&streams, "%s --key key.pem --next next.pem --record record %s",
                            getenv("AUDIT_DRIVER"), arguments);
}

static pid_t start_verifier(unsigned seconds)
{
    static const struct stage_streams streams = {"/dev/null", "watch.out", "watch.err"};

    return stage_start_with(&streams, "%s --key key.pem --next next.pem watch log %u",
                            getenv("AUDIT_DRIVER"), seconds);
}

static void check_verifier(pid_t verifier, int worst)
{
    int code = stage_wait(verifier);

    if (code > worst) {
        stage_print("watch.out");
        stage_fail("the verifier beside the writers: exit code %d", code);
    }
}

static void work_at_once(unsigned count, const char *arguments, unsigned seconds)
{
    pid_t writers[PROCESSES_MAX];
    struct judgement now;

    assert_true(count <= PROCESSES_MAX);
    stage_say("%u at once: '%s'", count, arguments);
    fresh_log();
    pid_t verifier = start_verifier(seconds);

    for (unsigned i = 0; i < count; i++) {
        writers[i] = start_writer(i, arguments);
    }
    for (unsigned i = 0; i < count; i++) {
        int code = stage_wait(writers[i]);

        if (code != 0) {
            char err[32];

            (void)snprintf(err, sizeof err, "err.%u", i);
            stage_print(err);
            stage_fail("writer %u: exit code %d", i, code);
        }
    }
    check_verifier(verifier, 0);
    now = judge();
    if (now.report.verdict != FWS_AUDIT_INTACT || now.open != 0 || now.report.recoveries != 0 ||
        now.report.covered != now.report.entries || now.released == 0) {
        stage_fail("not intact when all are done: %s", now.report.why);
    }
    print_message("%u at once: %" PRIu64 " entries, %" PRIu64 " released\n", count,
                  now.report.entries, now.released);
}

TEST(two_writers_share_one_chain_and_a_verifier_beside_them_says_intact)
{
    stage_make(plan_key_kind());
    work_at_once(2, "--segment 4000 --snapshot 7 work log 30", 1);
    work_at_once(2, "--threads 4 --batch 2 --rounds 8 --segment 4000 work log 3", 1);
    stage_clear();
}

TEST(many_writers_share_one_chain_and_a_verifier_beside_them_says_intact)
{
    unsigned count = stage_number("AUDIT_PROCESSES", 32);

    stage_make(plan_key_kind());
    work_at_once(count, "--segment 4000 --snapshot 7 work log 2", 2);
    work_at_once(count, "--threads 2 --rounds 3 --segment 20000 work log 1", 2);
    stage_clear();
}

/* ---- Many at once, and some of them killed ---- */

static void replace_killed(struct crowd *crowd, unsigned victim)
{
    (void)kill(crowd->writers[victim], SIGKILL);
    if (stage_wait(crowd->writers[victim]) != KILLED) {
        stage_fail("writer %u ended by itself", victim);
    }
    tallies.faults++;
    crowd->writers[victim] = start_writer(victim, lives[victim % 4]);
}

TEST(some_of_many_writers_killed_are_a_crash_and_never_tampering)
{
    struct crowd crowd = {.count = stage_number("AUDIT_PROCESSES", 6)};
    unsigned seconds = stage_number("AUDIT_SECONDS", 2);

    assert_in_range(crowd.count, 1, PROCESSES_MAX);
    stage_make(plan_key_kind());
    stage_say("%u writers for %u s, some of them killed", crowd.count, seconds);
    fresh_log();
    for (unsigned i = 0; i < crowd.count; i++) {
        crowd.writers[i] = start_writer(i, lives[i % 4]);
    }
    for (time_t end = time(NULL) + (time_t)seconds; time(NULL) < end;) {
        check_verifier(start_verifier(0), 14);
        replace_killed(&crowd, next_random(crowd.count));
    }
    for (unsigned i = 0; i < crowd.count; i++) {
        (void)kill(crowd.writers[i], SIGKILL);
        (void)stage_wait(crowd.writers[i]);
    }
    struct judgement before = judge();

    tallies.crash += before.report.verdict == FWS_AUDIT_CRASH_TAIL;
    tallies.intact += before.report.verdict == FWS_AUDIT_INTACT;
    print_message("%" PRIu64 " entries, %" PRIu64 " released, %" PRIu64 " marks\n",
                  before.report.entries, before.released, before.report.recoveries);
    judge_aftermath(&before, 0);
    stage_clear();
}

TEST(writers_were_killed)
{
    print_message("%u writers killed; then %u logs intact, %u with a crash tail; no false alarm\n",
                  tallies.faults, tallies.intact, tallies.crash);
    assert_true(tallies.faults > 50 && tallies.crash > 0);
}

TEST_MAIN("audit/process")
