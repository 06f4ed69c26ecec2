/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A writer is killed at, or sees the failing of, each system call it makes: while it appends, turns
 * to a new segment, makes a checkpoint, recovers, acknowledges, hands the key over, makes a log. A
 * verifier sees the failing of each of its own.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/audit/judge.h"
#include "tests/audit/states.h"
#include "tests/audit/work.h"
#include "tests/unit/test.h"

/* ---- One fault ---- */

static void kill_at(const struct plan_deed *deed, const char *call, unsigned nth)
{
    char injection[64];

    stage_say("'%s' on '%s' killed at %s %u", deed->command, deed->state, call, nth);
    stage_restore(deed->state);
    struct judgement before = judge();

    (void)snprintf(injection, sizeof injection, "%s:signal=KILL:when=%u", call, nth);
    stage_must(128 + 9, stage_inject(injection, deed->command));
    tallies.faults++;
    judge_aftermath(&before, JUDGE_KILLED);
}

static void fail_at(const struct plan_deed *deed, const char *call, const char *error, unsigned nth,
                    bool for_good)
{
    char injection[64];

    stage_say("'%s' on '%s', %s at %s %u%s", deed->command, deed->state, error, call, nth,
              for_good ? " and later" : "");
    stage_restore(deed->state);
    struct judgement before = judge();

    (void)snprintf(injection, sizeof injection, "%s:error=%s:when=%u%s", call, error, nth,
                   for_good ? "+" : "");
    int code = stage_inject(injection, deed->command);

    if (code != 0 && code != EXIT_REFUSED) {
        stage_fail("exit code %d", code);
    }
    if (!plan_injected()) {
        stage_fail("there was no fault");
    }
    tallies.faults++;
    tallies.survived += code == 0;
    tallies.refused += code != 0;
    plan_check_no_retry();
    judge_aftermath(&before, 0);
}

/* ---- All of them ---- */

static bool passes(const char *error)
{
    return strcmp(error, "EINTR") == 0 || strcmp(error, "EWOULDBLOCK") == 0;
}

/* Every error where all calls are taken; where not, they take turns. */
static void fail_call(const struct plan_deed *deed, const char *call, unsigned nth)
{
    static unsigned turn;
    const char *const *errors = plan_errors(call);
    unsigned count = 0;

    while (errors != NULL && errors[count] != NULL) {
        count++;
    }
    for (unsigned i = 0; i < count; i++) {
        if (plan_step() == 1 || turn++ % count == 0) {
            fail_at(deed, call, errors[i], nth, false);
        }
        if (!passes(errors[i]) && (plan_step() == 1 || turn++ % count == 0)) {
            fail_at(deed, call, errors[i], nth, true);
        }
    }
}

static void kill_call(const struct plan_deed *deed, const char *call, unsigned nth)
{
    kill_at(deed, call, nth);
}

static const struct plan_deed deeds[] = {
    {"rest", "work log 1"},    {"rest", "--batch 4 --segment 1 --snapshot 1 work log 1"},
    {"torn", "work log 1"},    {"bare", "--snapshot 1 work log 1"},
    {"pending", "settle log"}, {"marked", "ack log"},
    {"rest", "rotate log"},
};

static void strike_all(plan_strike_fn *strike)
{
    states_begin();
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        plan_each(&deeds[i], strike);
    }
    stage_clear();
}

TEST(a_writer_killed_at_any_call_leaves_at_worst_a_crash_tail)
{
    strike_all(kill_call);
}

TEST(a_writer_whose_calls_fail_releases_nothing_it_cannot_prove_and_never_tries_again)
{
    strike_all(fail_call);
}

/* ---- A log that is being made ---- */

static void check_created(void)
{
    int code = stage_drive("create log");

    if (code != 0) { /* it was there all the same */
        stage_must(EXIT_REFUSED, code);
    }
    stage_must(0, stage_drive("work log 1"));
    if (judge().report.verdict != FWS_AUDIT_INTACT) {
        stage_fail("a new log is not intact");
    }
}

static void kill_creation(const struct plan_deed *deed, const char *call, unsigned nth)
{
    char injection[64];

    stage_say("create killed at %s %u", call, nth);
    stage_restore("nothing");
    (void)snprintf(injection, sizeof injection, "%s:signal=KILL:when=%u", call, nth);
    stage_must(128 + 9, stage_inject(injection, deed->command));
    tallies.faults++;
    check_created();
}

static void fail_creation(const struct plan_deed *deed, const char *call, unsigned nth)
{
    char injection[64];

    if (plan_errors(call) == NULL) {
        return;
    }
    stage_say("create, error at %s %u", call, nth);
    stage_restore("nothing");
    (void)snprintf(injection, sizeof injection, "%s:error=%s:when=%u", call, plan_errors(call)[0],
                   nth);
    int code = stage_inject(injection, deed->command);

    tallies.faults++;
    tallies.survived += code == 0;
    tallies.refused += code != 0;
    if (code != 0) {
        stage_must(EXIT_REFUSED, code);
    }
    check_created();
}

TEST(a_log_whose_making_was_cut_short_can_be_made_again)
{
    const struct plan_deed create = {"nothing", "create log"};

    states_begin();
    plan_each(&create, kill_creation);
    plan_each(&create, fail_creation);
    stage_clear();
}

/* ---- A verifier ---- */

/* It sees what is there, or says that it cannot tell. */
static void fail_verifier(const struct plan_deed *deed, const char *call, unsigned nth)
{
    const char *const *errors = plan_errors(call);
    char injection[64];

    for (size_t i = 0; errors != NULL && errors[i] != NULL; i++) {
        stage_say("verify of '%s', %s at %s %u", deed->state, errors[i], call, nth);
        (void)snprintf(injection, sizeof injection, "%s:error=%s:when=%u", call, errors[i], nth);
        int code = stage_inject(injection, deed->command);

        tallies.faults++;
        tallies.cannot_tell += code == 16;
        tallies.survived += code == states_verdict(deed->state);
        tallies.refused += code == EXIT_REFUSED;
        if (code != states_verdict(deed->state) && code != 16 && code != EXIT_REFUSED) {
            stage_fail("exit code %d", code);
        }
    }
}

static void verify_under_faults(const char *state)
{
    const struct plan_deed verify = {state, "verify log"};

    stage_restore(state);
    stage_say("verify of '%s'", state);
    stage_must(states_verdict(state), stage_drive("verify log"));
    plan_each(&verify, fail_verifier);
}

TEST(a_verifier_whose_calls_fail_says_what_is_so_or_that_it_cannot_tell)
{
    states_begin();
    verify_under_faults("rest");
    verify_under_faults("torn");
    verify_under_faults("pending");
    stage_clear();
}

TEST(faults_were_done)
{
    print_message("%u faults: %u writers refused in order, %u worked all the same; then %u logs "
                  "intact, %u with a crash tail, %u verifiers could not tell; no false alarm\n",
                  tallies.faults, tallies.refused, tallies.survived, tallies.intact, tallies.crash,
                  tallies.cannot_tell);
    if (tallies.faults == 0) {
        skip();
    }
    assert_true(tallies.faults > 200 && tallies.intact > 0 && tallies.crash > 0);
}

TEST_MAIN("audit/faults")
