/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writers and verifiers beside one another, one of them struck, or slow: who lives is not taken for
 * dead, nor who is done.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/audit/judge.h"
#include "tests/audit/states.h"
#include "tests/audit/work.h"
#include "tests/unit/test.h"

/* ---- Beside a writer that lives ---- */

/* It holds its intent open while the other is struck, and has its outcome afterwards. */
static void strike_beside_living(const struct plan_deed *deed, const char *injection)
{
    uint64_t seq = 0;

    stage_say("beside a living writer '%s', %s", deed->command, injection);
    stage_restore(deed->state);
    struct judgement before = judge();
    pid_t living = stage_hold("", "intent", "work log 1");
    int code = stage_inject(injection, deed->command);

    tallies.faults++;
    tallies.survived += code == 0;
    tallies.refused += code == EXIT_REFUSED;
    if (code != 0 && code != EXIT_REFUSED && code != 128 + 9) {
        stage_fail("exit code %d", code);
    }
    stage_must(0, stage_go_on(living));
    FILE *record = fopen("held.record", "re");

    assert_non_null(record);
    assert_int_equal(fscanf(record, " entry %" SCNu64, &seq), 1);
    (void)fclose(record);
    judge_never_marked(seq);
    judge_aftermath(&before, JUDGE_EARLIER);
}

static void strike_call_beside_living(const struct plan_deed *deed, const char *call, unsigned nth)
{
    const char *const *errors = plan_errors(call);
    char injection[64];

    (void)snprintf(injection, sizeof injection, "%s:signal=KILL:when=%u", call, nth);
    strike_beside_living(deed, injection);
    if (errors != NULL) {
        (void)snprintf(injection, sizeof injection, "%s:error=%s:when=%u", call, errors[0], nth);
        strike_beside_living(deed, injection);
    }
}

/* What each_call counted without a living writer is fewer calls than there are beside one. */
static void each_lock(const struct plan_deed *deed)
{
    char injection[64];

    for (unsigned n = 1; n <= 8; n++) {
        for (const char *const *error = plan_errors("flock"); *error != NULL; error++) {
            (void)snprintf(injection, sizeof injection, "flock:error=%s:when=%u", *error, n);
            strike_beside_living(deed, injection);
        }
    }
}

TEST(a_writer_that_lives_is_never_taken_for_a_dead_one)
{
    const struct plan_deed beside = {"rest", "work log 1"};

    states_begin();
    each_lock(&beside);
    if (plan_step() == 1) {
        plan_each(&beside, strike_call_beside_living);
    }
    stage_clear();
}

/* ---- A verifier that is slow ---- */

#define PAUSE_US 120000u /* of the verifier, in front of one call */

/* While it pauses the writer goes on, has its outcome and its checkpoint, and is gone. */
static void pause_verifier(const char *where, const char *call, unsigned nth)
{
    static const struct stage_streams streams = {"/dev/null", "verify.out", "verify.err"};

    stage_say("a writer behind its %s is done while verify pauses at %s %u", where, call, nth);
    stage_restore("rest");
    pid_t writer = stage_hold("", where, "work log 1");
    pid_t verifier = stage_start_with(&streams,
                                      "strace -f -qq -o trace -e trace=%s "
                                      "-e inject=%s:delay_enter=%u:when=%u "
                                      "%s --key key.pem --next next.pem verify log",
                                      call, call, PAUSE_US, nth, getenv("AUDIT_DRIVER"));

    (void)usleep(PAUSE_US / 2);
    stage_must(0, stage_go_on(writer));
    int code = stage_wait(verifier);

    tallies.faults++;
    if (code != 0) {
        stage_print("verify.out");
        stage_fail("FALSE ALARM, exit code %d", code);
    }
    if (judge().report.verdict != FWS_AUDIT_INTACT) {
        stage_fail("not intact at the end");
    }
}

static void pause_everywhere(const char *where)
{
    unsigned step = plan_step() > 1 ? 3 : 1;

    stage_restore("rest");
    pid_t writer = stage_hold("", where, "work log 1");
    struct plan plan = plan_make("verify log");

    stage_must(0, stage_go_on(writer));
    for (size_t i = 0; i < plan.count; i++) {
        const struct plan_call *call = &plan.calls[i];
        bool looks = strcmp(call->name, "openat") == 0 || strcmp(call->name, "flock") == 0;

        for (unsigned n = looks ? (call->after - 1) % step : call->after; n < call->after;
             n += step) {
            pause_verifier(where, call->name, call->before + n + 1);
        }
    }
}

TEST(a_verifier_that_is_slow_takes_no_writer_that_is_done_for_a_dead_one)
{
    states_begin();
    pause_everywhere("intent");
    pause_everywhere("outcome");
    stage_clear();
}

/* ---- A writer that is slow ---- */

#define RECORD_LINE 26 /* bytes at least: "entry", a number, a request */

static void wait_for_outcome(void)
{
    struct stat info = {0};

    for (int i = 0; stat("slow.record", &info) != 0 || info.st_size < 2 * RECORD_LINE; i++) {
        assert_true(i < 5000);
        (void)usleep(1000);
    }
}

/* It pauses under the log's lock. One whose token is at work meanwhile needs that lock no more: it
 * puts its checkpoint in place, and is gone. */
static void pause_writer(const char *call, unsigned nth)
{
    static const struct stage_streams slow = {"/dev/null", "slow.out", "slow.err"};

    stage_say("a writer pauses at %s %u, one whose token is at work is done meanwhile", call, nth);
    stage_restore("rest");
    (void)unlink("slow.record");
    pid_t other = stage_start_with(&slow,
                                   "%s --key key.pem --next next.pem --record slow.record "
                                   "--token slow work log 1",
                                   getenv("AUDIT_DRIVER"));

    wait_for_outcome();
    stage_must(0,
               stage_run("strace -f -qq -o trace -e trace=%s -e inject=%s:delay_enter=%u:when=%u "
                         "%s --key key.pem --next next.pem --record record work log 1",
                         call, call, PAUSE_US, nth, getenv("AUDIT_DRIVER")));
    stage_must(0, stage_wait(other));
    tallies.faults++;
    struct judgement now = judge();

    if (now.report.verdict != FWS_AUDIT_INTACT || now.report.recoveries != 0) {
        stage_fail("FALSE ALARM: %s", now.report.why);
    }
}

TEST(a_writer_that_is_slow_takes_no_writer_that_is_done_for_a_dead_one)
{
    states_begin();
    stage_restore("rest");
    struct plan plan = plan_make("work log 1");
    unsigned step = plan_step() > 1 ? 2 : 1;

    for (size_t i = 0; i < plan.count; i++) {
        const struct plan_call *call = &plan.calls[i];
        bool looks = strcmp(call->name, "openat") == 0;

        /* Beside another one there is one more look, at whether it lives. */
        for (unsigned n = 0; looks && n <= call->after; n += step) {
            pause_writer(call->name, call->before + n + 1);
        }
    }
    stage_clear();
}

TEST(faults_were_done)
{
    print_message(
        "%u faults beside others: %u writers refused in order, %u worked all the same; then "
        "%u logs intact, %u with a crash tail; no false alarm\n",
        tallies.faults, tallies.refused, tallies.survived, tallies.intact, tallies.crash);
    if (tallies.faults == 0) {
        skip();
    }
    assert_true(tallies.faults > 40 && tallies.intact > 0);
}

TEST_MAIN("audit/beside")
