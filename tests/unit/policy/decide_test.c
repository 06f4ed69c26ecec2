/* SPDX-License-Identifier: Apache-2.0 */
/* What the answers of the rules come to; the rules themselves are in rules_test.c. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/policy/world.h"
#include "tests/unit/test.h"

static void ask(struct fws_world *world, const char *settings, const char *facts)
{
    fws_world_open(world, settings);
    fws_world_facts(world, facts);
    fws_world_decide(world);
}

static void assert_place(const struct fws_world *world, const char *rule, unsigned line,
                         unsigned column)
{
    assert_int_equal(fws_world_reason(world, rule)->place.line, line);
    assert_int_equal(fws_world_reason(world, rule)->place.column, column);
}

TEST(what_a_policy_does_not_say_is_asked_where_it_is_the_careful_choice)
{
    static const char *const asked[] = {"keys",
                                        "keys.prod.allow",
                                        "denied-keys",
                                        "channels",
                                        "format.resign",
                                        "format.slot-size",
                                        "version.increasing",
                                        "counter.may-fall",
                                        "content.allow-blank",
                                        "content.allow-private-keys"};
    struct fws_world world;

    ask(&world, "", "");
    assert_int_equal(world.decision.reason_count, sizeof asked / sizeof asked[0]);
    for (size_t i = 0; i < world.decision.reason_count; i++) {
        assert_string_equal(world.decision.reasons[i].rule, asked[i]);
        assert_int_equal(world.decision.reasons[i].answer, FWS_ANSWER_PASS);
    }
    assert_true(world.decision.allowed);
    assert_status(world.decision.status, FWS_OK);
    fws_world_close(&world);
}

TEST(places_are_those_of_the_values_and_none_where_nothing_is_said)
{
    static const char text[] = "product: pump\n"
                               "keys:\n"
                               "  prod: {until: 2026-01-01}\n"
                               "format: {slot-size: 0x1000}\n"
                               "version:\n"
                               "  from: option\n"
                               "  minimum: 1.2.0\n";
    struct fws_world world;
    struct fws_error err = {0};

    fws_world_open(&world, "");
    fws_policy_free(&world.policy);
    assert_status(fws_policy_parse(FWS_WORLD_NAME, text, sizeof text - 1, &world.policy, &err),
                  FWS_OK);
    fws_world_decide(&world);
    assert_place(&world, "keys", 3, 3);
    assert_place(&world, "keys.prod.until", 3, 17);
    assert_place(&world, "format.slot-size", 4, 21);
    assert_place(&world, "version.minimum", 7, 12);
    assert_place(&world, "format.resign", 0, 0);
    assert_place(&world, "keys.prod.allow", 0, 0);
    assert_place(&world, "denied-keys", 0, 0);
    fws_world_close(&world);
}

/* ---- Status ---- */

static void assert_refused(const char *settings, const char *facts, enum fws_status status)
{
    struct fws_world world;
    struct fws_error err = {0};

    ask(&world, settings, facts);
    assert_false(world.decision.allowed);
    assert_status(world.decision.status, status);
    assert_status(fws_decision_error(&world.policy, &world.decision, &err), status);
    assert_status(err.status, status);
    fws_world_close(&world);
}

TEST(a_refused_caller_counts_before_all_else)
{
    static const char settings[] = "callers: bob\nversion.minimum: 2.0.0\nbudget.hour: 1";

    assert_refused(settings, "caller bob", FWS_E_POLICY_DENIED);
    assert_refused(settings, "caller alice, version 2.0.0", FWS_E_CALLER);
    assert_refused(settings, "caller alice", FWS_E_CALLER);
    assert_refused(settings, "caller alice, hour 1", FWS_E_CALLER);
    assert_refused(settings, "caller -, version 2.0.0", FWS_E_CALLER);
}

TEST(a_spent_budget_counts_where_nothing_else_refuses)
{
    static const char settings[] =
        "callers: bob\nversion.minimum: 2.0.0\nbudget.hour: 1\nbudget.day: 1\nbudget.release: 1";

    assert_refused(settings, "caller bob, version 2.0.0, hour 1", FWS_E_BUDGET);
    assert_refused(settings, "caller bob, version 2.0.0, day 1, release 1", FWS_E_BUDGET);
    assert_refused(settings, "caller bob, version 1.0.0, hour 1", FWS_E_POLICY_DENIED);
    assert_refused(settings, "caller alice, version 2.0.0, hour 1", FWS_E_CALLER);
}

TEST(an_empty_policy_allows_nothing)
{
    static const struct fws_policy empty;
    struct fws_facts facts = {.key = "prod"};
    struct fws_decision decision;
    struct fws_error err = {0};

    fws_policy_decide(&empty, &facts, &decision);
    assert_false(decision.allowed);
    facts = (struct fws_facts){.tentative = true, .replay = true};
    fws_policy_decide(&empty, &facts, &decision);
    assert_false(decision.allowed);
    assert_status(decision.status, FWS_E_POLICY_DENIED);
    assert_status(fws_decision_error(&empty, &decision, &err), FWS_E_POLICY_DENIED);
}

/* ---- Words ---- */

TEST(every_failing_rule_is_named_in_one_sentence)
{
    struct fws_world world;
    struct fws_error err = {0};

    ask(&world, "version.minimum: 1.2.0\ncallers: bob",
        "key test, version 1.1.9, image yes, image-size 5000, trailer-size 0");
    assert_status(fws_decision_error(&world.policy, &world.decision, &err), FWS_E_CALLER);
    assert_string_equal(
        err.text,
        "callers (policy/pump.yaml:10:10): expected bob, saw alice; "
        "keys (policy/pump.yaml:3:3): expected one of the keys prod, spare, saw test; "
        "format.resign (policy/pump.yaml): expected a binary without an image header, saw an "
        "MCUboot image; "
        "format.slot-size (policy/pump.yaml:6:14): expected at most 4096 bytes, saw 5000 bytes of "
        "image and 0 of trailer; "
        "version.minimum (policy/pump.yaml:9:12): expected at least 1.2.0, saw 1.1.9");
    fws_world_close(&world);
}

/* A sentence that is cut would hide that there is more to correct. */
TEST(what_a_sentence_has_no_room_for_is_named)
{
    struct fws_world world;
    struct fws_error err = {0};
    size_t told = 0;
    size_t failing = 0;

    ask(&world,
        "serial: 1\nversion.minimum: 2.0.0\nversion.rollback-floor: 2.0.0\nversion.build: "
        "required\n"
        "counter.from: required\ncontent.min-size: 4K\nwhen.from: 2026-01-01\nbudget.day: 1",
        "key test, last-serial 9, channel x, image yes, image-size 8000, last 1.2.0, fill 0, day "
        "1");
    assert_status(fws_decision_error(&world.policy, &world.decision, &err), FWS_E_POLICY_DENIED);
    for (const char *at = err.text; (at = strstr(at, ": expected ")) != NULL; at++) {
        told++;
    }
    for (size_t i = 0; i < world.decision.reason_count; i++) {
        const struct fws_decision_reason *reason = &world.decision.reasons[i];

        failing += reason->answer == FWS_ANSWER_FAIL;
        assert_true(reason->answer != FWS_ANSWER_FAIL || strstr(err.text, reason->rule) != NULL);
    }
    assert_true(told > 3 && told < failing);
    assert_non_null(strstr(err.text, "; and also "));
    assert_in_range(strlen(err.text), FWS_ERROR_TEXT_SIZE / 2, FWS_ERROR_TEXT_SIZE - 128);
    fws_world_close(&world);
}

TEST(rules_that_pass_or_are_not_asked_are_not_in_the_sentence)
{
    struct fws_world world;
    struct fws_error err = {0};

    ask(&world, "version.minimum: 1.2.0", "version 1.1.9, tentative yes, history no, spki -");
    assert_status(fws_decision_error(&world.policy, &world.decision, &err), FWS_E_POLICY_DENIED);
    assert_string_equal(err.text, "version.minimum (policy/pump.yaml:9:12): expected at least "
                                  "1.2.0, saw 1.1.9");
    fws_world_close(&world);
}

TEST(a_decision_without_reasons_is_a_refusal_in_words)
{
    static const struct fws_policy empty;
    static const struct fws_decision none;
    struct fws_error err = {0};

    assert_status(fws_decision_error(&empty, &none, &err), FWS_E_POLICY_DENIED);
    assert_string_equal(err.text, "no rule of the policy was asked");
}

TEST(a_key_of_one_is_named_alone)
{
    static const char text[] =
        "product: p\nkeys: prod\nformat: {slot-size: 4K}\nversion: {from: git}\n";
    struct fws_world world;
    struct fws_error err = {0};

    fws_world_open(&world, "");
    fws_policy_free(&world.policy);
    assert_status(fws_policy_parse(FWS_WORLD_NAME, text, sizeof text - 1, &world.policy, &err),
                  FWS_OK);
    fws_world_facts(&world, "key other");
    fws_world_decide(&world);
    assert_string_equal(fws_world_reason(&world, "keys")->expected, "key prod");
    fws_world_close(&world);
}

TEST(long_texts_are_cut_and_not_spilled)
{
    struct fws_world world;
    char facts[256] = "hardware ";

    memset(facts + strlen(facts), 'h', 200);
    fws_world_open(&world, "identity.hardware.revisions: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, "
                           "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccccccccccccc, "
                           "dddddddddddddddddddddddddddddddd, eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee]");
    fws_world_facts(&world, facts);
    fws_world_decide(&world);
    const struct fws_decision_reason *reason =
        fws_world_reason(&world, "identity.hardware.revisions");

    assert_int_equal(strlen(reason->expected), FWS_DECISION_TEXT_SIZE - 1);
    assert_int_equal(strlen(reason->seen), FWS_ERROR_QUOTE_SIZE - 1);
    fws_world_close(&world);
}

/* The bytes are gone; what the log says of them is left. */
TEST(of_a_record_only_size_blankness_and_vectors_are_asked)
{
    static const char *const settings =
        "identity.marker: {offset: 0, text: PUMP}\ncontent.must-contain: [PUMP]\n"
        "content.must-not-contain: [TEST]\ncontent.riscv.address: 0x1000";
    static const char *const bytes[] = {"identity.marker", "content.must-contain",
                                        "content.must-not-contain", "content.allow-private-keys",
                                        "content.riscv.address"};
    struct fws_world world;

    ask(&world, settings, "");
    world.content.partial = true;
    for (int tentative = 0; tentative < 2; tentative++) {
        world.facts.tentative = tentative == 1;
        fws_policy_decide(&world.policy, &world.facts, &world.decision);
        for (size_t i = 0; i < sizeof bytes / sizeof bytes[0]; i++) {
            assert_int_equal(fws_world_reason(&world, bytes[i])->answer,
                             tentative == 1 ? FWS_ANSWER_NOT_ASKED : FWS_ANSWER_FAIL);
        }
        assert_int_equal(fws_world_reason(&world, "content.allow-blank")->answer, FWS_ANSWER_PASS);
    }
    fws_world_close(&world);
}

TEST(an_explanation_lists_what_is_not_asked_too)
{
    struct fws_world world;
    size_t unsaid = 0;

    ask(&world, "", "");
    size_t asked = world.decision.reason_count;
    bool allowed = world.decision.allowed;

    assert_null(fws_world_reason(&world, "budget.hour"));
    fws_policy_explain(&world.policy, &world.facts, &world.decision);
    assert_int_equal(world.decision.allowed, allowed);
    assert_int_equal(fws_world_reason(&world, "keys.NAME.until")->answer, FWS_ANSWER_NOT_ASKED);
    assert_int_equal(fws_world_reason(&world, "budget.hour")->answer, FWS_ANSWER_NOT_ASKED);
    for (size_t i = 0; i < world.decision.reason_count; i++) {
        unsaid += world.decision.reasons[i].expected[0] == '\0';
    }
    assert_int_equal(world.decision.reason_count, asked + unsaid);
    assert_true(unsaid > 10);
    fws_world_close(&world);
}

TEST(the_last_of_the_most_windows_is_the_last_one_asked)
{
    struct fws_world world;
    char settings[400] = "when.windows: [";

    for (int i = 0; i < 15; i++) {
        (void)snprintf(settings + strlen(settings), 24, "Mon 00:%02d-00:%02d, ", i, i + 1);
    }
    strcat(settings, "Mon 00:15-00:16]");
    ask(&world, settings, "time 2025-06-02T00:15:59Z");
    assert_int_equal(fws_world_reason(&world, "when.windows")->answer, FWS_ANSWER_PASS);
    fws_world_close(&world);
    ask(&world, settings, "time 2025-06-02T00:16:00Z");
    assert_int_equal(fws_world_reason(&world, "when.windows")->answer, FWS_ANSWER_FAIL);
    fws_world_close(&world);
}

TEST_MAIN("policy/decide")
