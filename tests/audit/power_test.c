/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power goes at any moment, and the disk has kept only what it was asked to flush, or some of the
 * rest: of what was acknowledged nothing is missing, and nobody takes it for tampering.
 *
 * AUDIT_STEP  every so many-th moment is taken, 1 for all
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/audit/judge.h"
#include "tests/audit/plan.h"
#include "tests/audit/power.h"
#include "tests/audit/work.h"
#include "tests/unit/test.h"

#define KILLED  (128 + 9)
#define MOMENTS 200u /* more than there are in any run here */

static const struct power_loss losses[] = {
    {false, POWER_SYNCED, 0}, {true, POWER_SYNCED, 0},  {true, POWER_ZEROS, 0},
    {false, POWER_ALL, 0},    {true, POWER_SECTORS, 1}, {true, POWER_SECTORS, 2},
};

#define LOSSES (sizeof losses / sizeof losses[0])

static void begin(void)
{
    stage_make(plan_key_kind());
    stage_say("making the log to begin with");
    assert_int_equal(stage_drive("create log"), 0);
    assert_int_equal(stage_drive("--segment 3000 --snapshot 8 work log 3"), 0);
    stage_keep("rest");
}

/* Returns false when the command came to its end before that moment. */
static bool run_until(unsigned moment, const char *rule, const char *command)
{
    char rules[1024];

    (void)snprintf(rules, sizeof rules, "%s SHIM_KILL=%u", rule, moment);
    int code = stage_shim(rules, "%s", command);

    if (code != 0 && code != KILLED) {
        stage_fail("exit code %d", code);
    }
    return code == KILLED;
}

static void lose_power(const struct judgement *before, size_t loss, unsigned flags)
{
    power_off(&losses[loss]);
    tallies.faults++;
    judge_aftermath(before, JUDGE_KILLED | flags);
}

/* ---- The power goes while a writer works ---- */

static bool cut_once(const char *command, unsigned moment, size_t loss)
{
    stage_restore("rest");
    struct judgement before = judge();

    stage_say("'%s' without power at change %u, loss %zu", command, moment, loss);
    bool killed = run_until(moment, power_on(), command);

    lose_power(&before, loss, 0);
    return killed;
}

static void cut_everywhere(const char *command)
{
    unsigned moment = 1;
    bool more = true;

    for (size_t turn = 0; more; turn++) {
        assert_true(moment < MOMENTS);
        for (size_t loss = 0; plan_step() == 1 && loss < LOSSES; loss++) {
            more = cut_once(command, moment, loss);
        }
        if (plan_step() > 1) {
            more = cut_once(command, moment, turn % LOSSES);
            more = cut_once(command, moment, 0) && more;
        }
        moment += plan_step() > 1 ? 2 : 1;
    }
}

TEST(what_was_acknowledged_survives_a_loss_of_power_at_any_moment)
{
    begin();
    cut_everywhere("work log 1");
    cut_everywhere("--segment 1 --batch 3 --snapshot 1 work log 1");
    stage_clear();
}

/* ---- A writer is killed, another one goes on, then the power goes ---- */

static bool cut_after_kill(const char *first, unsigned kill_moment, const char *second,
                           unsigned moment, size_t loss)
{
    stage_restore("rest");
    struct judgement before = judge();

    stage_say("'%s' killed at change %u, '%s' without power at change %u, loss %zu", first,
              kill_moment, second, moment, loss);
    const char *rule = power_on();

    (void)run_until(kill_moment, rule, first);
    bool killed = run_until(moment, rule, second);

    lose_power(&before, loss, JUDGE_EARLIER);
    return killed;
}

/* Each thing that the disk may have kept, or in a sample one of them. */
static bool cut_with_losses(const char *first, unsigned kill_moment, const char *second,
                            unsigned moment)
{
    static size_t turn;
    bool more = true;

    for (size_t loss = 0; plan_step() == 1 && loss < LOSSES; loss++) {
        more = cut_after_kill(first, kill_moment, second, moment, loss);
    }
    return plan_step() == 1 ? more
                            : cut_after_kill(first, kill_moment, second, moment, turn++ % LOSSES);
}

/* Of the first writer's moments all, of the second's every so many-th, from another one each time;
 * and when it is done and idle. */
static void cut_all_after_kill(const char *first, const char *second, unsigned kills)
{
    for (unsigned kill_moment = 1; kill_moment <= kills; kill_moment++) {
        bool more = true;

        for (unsigned moment = 1 + kill_moment % plan_step(); more; moment += plan_step()) {
            assert_true(moment < MOMENTS);
            more = cut_with_losses(first, kill_moment, second, moment);
        }
        (void)cut_after_kill(first, kill_moment, second, MOMENTS, 0);
    }
}

static unsigned moments_of(const char *command)
{
    unsigned moment = 1;

    stage_restore("rest");
    while (run_until(moment, "SHIM_NONE=", command)) {
        stage_restore("rest");
        moment++;
    }
    return moment - 1;
}

TEST(what_a_killed_writer_left_unflushed_is_flushed_before_anything_builds_on_it)
{
    begin();
    const char *first = "work log 1";
    unsigned kills = moments_of(first);

    cut_all_after_kill(first, "work log 1", kills);
    cut_all_after_kill(first, "--segment 1 work log 1", kills);
    first = "--segment 1 work log 1";
    kills = moments_of(first);
    cut_all_after_kill(first, "work log 1", kills);
    stage_clear();
}

/* ---- A torn line is as lost as any other ---- */

static bool cut_after_tear(unsigned taken, unsigned moment, size_t loss)
{
    char rules[1024];

    stage_restore("rest");
    struct judgement before = judge();

    stage_say("a write of %u bytes, recovery without power at change %u, loss %zu", taken, moment,
              loss);
    const char *rule = power_on();

    (void)snprintf(rules, sizeof rules, "%s SHIM_SHORT=1:%u", rule, taken);
    assert_int_equal(stage_shim(rules, "work log 1"), EXIT_REFUSED);
    bool killed = run_until(moment, rule, "work log 1");

    lose_power(&before, loss, JUDGE_EARLIER);
    return killed;
}

TEST(a_torn_end_that_a_recovery_describes_stays_as_it_is_described)
{
    begin();
    bool more = true;

    for (unsigned moment = 1; more; moment += plan_step() > 1 ? 2 : 1) {
        for (size_t loss = 0; loss < LOSSES; loss++) {
            more = cut_after_tear(40 + 90 * (moment % 8), moment, loss);
        }
    }
    stage_clear();
}

/* ---- A flush that failed ---- */

/* Linux lets go of what it could not write, but goes on showing it. Whoever reads it and builds on it
 * builds on nothing. */
static bool build_on_unflushed(unsigned flush)
{
    char rules[1024];

    stage_restore("rest");
    struct judgement before = judge();

    stage_say("flush %u of a segment fails, the next writer goes on, the power goes", flush);
    const char *rule = power_on();

    (void)snprintf(rules, sizeof rules, "%s SHIM_UNFLUSHED=%u", rule, flush);
    int code = stage_shim(rules, "--batch 24 work log 1");

    if (code != 0) {
        assert_int_equal(code, EXIT_REFUSED);
    }
    (void)run_until(MOMENTS, rule, "--batch 24 work log 1");
    lose_power(&before, 0, JUDGE_EARLIER);
    return code != 0;
}

TEST(what_could_not_be_flushed_is_not_built_upon)
{
    unsigned flush = 1;

    begin();
    while (build_on_unflushed(flush)) {
        flush++;
    }
    assert_true(flush > 3); /* intents, outcomes, and for the checkpoint */
    stage_clear();
}

/* ---- A checkpoint that another one made ---- */

/* One signer's outcome is on record. Who makes the checkpoint over it is killed; the signer finds it
 * and releases; the power goes. */
static bool release_under_anothers(unsigned moment)
{
    stage_restore("rest");
    struct judgement before = judge();

    stage_say("a checkpoint by another, killed at change %u; released; the power goes", moment);
    const char *rule = power_on();
    pid_t signer = stage_hold(rule, "outcome", "work log 1");
    bool killed = run_until(moment, rule, "settle log");

    assert_int_equal(stage_go_on(signer), 0);
    lose_power(&before, 0, JUDGE_EARLIER);
    return killed;
}

TEST(a_checkpoint_that_something_is_released_under_is_not_lost)
{
    unsigned moment = 1;

    begin();
    while (release_under_anothers(moment)) {
        moment++;
    }
    assert_true(moment > 5);
    stage_clear();
}

/* It is written without a flush: the disk may have its name, or its size, and nothing else. */
TEST(a_high_water_mark_that_went_with_the_power_keeps_nobody_from_signing)
{
    static const char zeros[180];

    begin();
    for (size_t size = 0; size <= sizeof zeros; size += sizeof zeros) {
        FILE *mark = fopen("mark", "we");

        assert_non_null(mark);
        assert_int_equal(fwrite(zeros, 1, size, mark), size);
        assert_int_equal(fclose(mark), 0);
        stage_say("a high-water mark of %zu zeros", size);
        int code = stage_drive("--high-water mark work log 1");

        if (code != 0) {
            stage_fail("exit code %d", code);
        }
        assert_int_equal(stage_drive("--high-water mark verify log"), 0);
    }
    stage_clear();
}

TEST(power_was_lost)
{
    print_message("power was lost %u times; then %u logs intact, %u with a crash tail; no false "
                  "alarm\n",
                  tallies.faults, tallies.intact, tallies.crash);
    assert_true(tallies.faults > 100 && tallies.intact > 0 && tallies.crash > 0);
}

TEST_MAIN("audit/power")
