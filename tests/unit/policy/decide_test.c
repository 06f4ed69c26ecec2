/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/policy.h"
#include "tests/unit/test.h"

static const char text[] = "product: pump\n"
                           "keys: [prod, spare]\n"
                           "slot-size: 0x1000\n"
                           "version:\n"
                           "  from: option\n"
                           "  minimum: 1.2.0\n";

/* A policy and facts it allows; each test changes one of them. */
struct fixture {
    struct fws_policy policy;
    struct fws_facts facts;
    struct fws_decision decision;
};

static void fixture_free(struct fixture *fixture)
{
    fws_policy_free(&fixture->policy);
}

static struct fixture valid(void)
{
    struct fixture fixture = {.facts = {.key = "prod",
                                        .version = {1, 2, 0, 0},
                                        .payload_size = 0x800,
                                        .image_size = 0xfd0,
                                        .trailer_size = 0x30}};
    struct fws_error err = {0};

    assert_status(fws_policy_parse("policy/pump.yaml", text, strlen(text), &fixture.policy, &err),
                  FWS_OK);
    return fixture;
}

static const struct fws_decision_reason *reason(const struct fixture *fixture, const char *rule)
{
    for (size_t i = 0; i < fixture->decision.reason_count; i++) {
        if (strcmp(fixture->decision.reasons[i].rule, rule) == 0) {
            return &fixture->decision.reasons[i];
        }
    }
    fail_msg("rule %s was not asked", rule);
    return NULL;
}

static void decide(struct fixture *fixture)
{
    fws_policy_decide(&fixture->policy, &fixture->facts, &fixture->decision);
}

static void assert_allowed(struct fixture *fixture)
{
    decide(fixture);
    for (size_t i = 0; i < fixture->decision.reason_count; i++) {
        assert_true(fixture->decision.reasons[i].pass);
    }
    assert_true(fixture->decision.allowed);
}

/* Refused by that rule and by no other. */
static void assert_refused_by(struct fixture *fixture, const char *rule, const char *expected,
                              const char *seen)
{
    decide(fixture);
    assert_false(fixture->decision.allowed);
    for (size_t i = 0; i < fixture->decision.reason_count; i++) {
        const struct fws_decision_reason *got = &fixture->decision.reasons[i];

        assert_int_equal(got->pass, strcmp(got->rule, rule) != 0);
    }
    assert_string_equal(reason(fixture, rule)->expected, expected);
    assert_string_equal(reason(fixture, rule)->seen, seen);
}

#define FIXTURE __attribute__((cleanup(fixture_free))) struct fixture

TEST(the_valid_case_is_allowed_and_every_rule_is_reported_with_its_place)
{
    FIXTURE fixture = valid();

    assert_allowed(&fixture);
    assert_int_equal(fixture.decision.reason_count, 5);
    assert_int_equal(reason(&fixture, "keys")->place.line, 2);
    assert_int_equal(reason(&fixture, "slot-size")->place.line, 3);
    assert_int_equal(reason(&fixture, "version.minimum")->place.line, 6);
    assert_int_equal(reason(&fixture, "version.minimum")->place.column, 12);
    assert_int_equal(reason(&fixture, "resign")->place.line, 0);
    assert_int_equal(reason(&fixture, "allow-software-keys")->place.line, 0);
}

TEST(each_listed_key_may_sign)
{
    FIXTURE fixture = valid();

    fixture.facts.key = "spare";
    assert_allowed(&fixture);
}

TEST(a_key_not_listed_may_not_sign)
{
    FIXTURE fixture = valid();

    fixture.facts.key = "prod2";
    assert_refused_by(&fixture, "keys", "one of the keys prod, spare", "prod2");
    fixture.facts.key = "pro";
    assert_refused_by(&fixture, "keys", "one of the keys prod, spare", "pro");
    fixture.facts.key = "";
    assert_refused_by(&fixture, "keys", "one of the keys prod, spare", "");
    fixture.facts.key = NULL;
    assert_refused_by(&fixture, "keys", "one of the keys prod, spare", "no key");
}

TEST(what_is_said_of_a_key_ends_before_its_query)
{
    FIXTURE fixture = valid();

    fixture.facts.key = "pkcs11:object=a?pin-value=1234";
    assert_refused_by(&fixture, "keys", "one of the keys prod, spare", "pkcs11:object=a");
}

TEST(a_software_key_needs_permission)
{
    FIXTURE fixture = valid();

    fixture.facts.key_software = true;
    assert_refused_by(&fixture, "allow-software-keys", "a key on a token", "a software key");
    fixture.policy.allow_software_keys = true;
    assert_allowed(&fixture);
    fixture.facts.key_software = false;
    assert_allowed(&fixture);
}

TEST(an_image_is_signed_again_only_with_permission)
{
    FIXTURE fixture = valid();

    fixture.facts.input_is_image = true;
    assert_refused_by(&fixture, "resign", "a binary without an image header", "an MCUboot image");
    fixture.policy.resign = true;
    assert_allowed(&fixture);
    fixture.facts.input_is_image = false;
    assert_allowed(&fixture);
}

TEST(image_and_trailer_fit_exactly_or_not_at_all)
{
    FIXTURE fixture = valid();

    assert_int_equal(fixture.facts.image_size + fixture.facts.trailer_size,
                     fixture.policy.slot_size);
    assert_allowed(&fixture);
    fixture.facts.image_size++;
    assert_refused_by(&fixture, "slot-size", "at most 4096 bytes",
                      "4049 bytes of image and 48 of trailer");
    fixture.facts.image_size--;
    fixture.facts.trailer_size++;
    assert_refused_by(&fixture, "slot-size", "at most 4096 bytes",
                      "4048 bytes of image and 49 of trailer");
}

TEST(sizes_that_overflow_do_not_fit)
{
    FIXTURE fixture = valid();

    fixture.facts.image_size = SIZE_MAX - 0x2f;
    decide(&fixture);
    assert_false(reason(&fixture, "slot-size")->pass);
    assert_false(fixture.decision.allowed);
}

TEST(the_minimum_itself_is_allowed_and_nothing_below)
{
    static const struct {
        struct fws_version version;
        bool allowed;
    } cases[] = {
        {{1, 2, 0, 0}, true},        {{1, 2, 0, 1}, true},   {{1, 2, 1, 0}, true},
        {{2, 0, 0, 0}, true},        {{255, 0, 0, 0}, true}, {{1, 1, 65535, UINT32_MAX}, false},
        {{0, 255, 65535, 0}, false}, {{0, 0, 0, 0}, false},
    };
    FIXTURE fixture = valid();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture.facts.version = cases[i].version;
        decide(&fixture);
        assert_int_equal(fixture.decision.allowed, cases[i].allowed);
        assert_int_equal(reason(&fixture, "version.minimum")->pass, cases[i].allowed);
    }
    fixture.facts.version = (struct fws_version){1, 1, 9, 0};
    assert_refused_by(&fixture, "version.minimum", "at least 1.2.0", "1.1.9");
}

TEST(without_a_minimum_it_is_not_asked)
{
    FIXTURE fixture = valid();

    fixture.policy.has_version_minimum = false;
    fixture.facts.version = (struct fws_version){0, 0, 0, 0};
    assert_allowed(&fixture);
    assert_int_equal(fixture.decision.reason_count, 4);
}

TEST(an_increasing_version_is_above_the_highest_and_not_it)
{
    static const struct {
        struct fws_version version;
        bool allowed;
    } cases[] = {
        {{1, 2, 3, 5}, true},  {{1, 2, 4, 0}, true},  {{2, 0, 0, 0}, true},
        {{1, 2, 3, 4}, false}, {{1, 2, 3, 3}, false}, {{1, 2, 2, UINT32_MAX}, false},
    };
    static const struct fws_version highest = {1, 2, 3, 4};
    FIXTURE fixture = valid();

    fixture.policy.version_increasing = true;
    fixture.facts.last_version = &highest;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture.facts.version = cases[i].version;
        decide(&fixture);
        assert_int_equal(fixture.decision.allowed, cases[i].allowed);
        assert_int_equal(reason(&fixture, "version.increasing")->pass, cases[i].allowed);
    }
}

TEST(a_version_that_does_not_increase_names_the_highest_and_its_entry)
{
    static const struct fws_version highest = {1, 2, 3, 0};
    FIXTURE fixture = valid();

    fixture.policy.version_increasing = true;
    fixture.facts.last_version = &highest;
    fixture.facts.last_entry = 41;
    fixture.facts.version = highest;
    assert_refused_by(&fixture, "version.increasing", "higher than 1.2.3 (entry 41)", "1.2.3");
}

TEST(where_nothing_was_signed_any_version_increases)
{
    FIXTURE fixture = valid();

    fixture.policy.version_increasing = true;
    assert_allowed(&fixture);
    assert_int_equal(fixture.decision.reason_count, 6);
    assert_string_equal(reason(&fixture, "version.increasing")->expected,
                        "any version, as none was signed before");
    fixture.policy.has_version_minimum = false;
    fixture.facts.version = (struct fws_version){0, 0, 0, 0};
    assert_allowed(&fixture);
}

TEST(a_version_is_signed_again_where_none_must_increase)
{
    FIXTURE fixture = valid();

    fixture.facts.last_version = &fixture.facts.version;
    assert_allowed(&fixture);
    assert_int_equal(fixture.decision.reason_count, 5);
}

TEST(an_empty_policy_allows_nothing)
{
    static const struct fws_policy empty;
    struct fws_facts facts = {.key = "prod"};
    struct fws_decision decision;
    struct fws_error err = {0};

    fws_policy_decide(&empty, &facts, &decision);
    assert_false(decision.allowed);
    facts.key = NULL;
    fws_policy_decide(&empty, &facts, &decision);
    assert_false(decision.allowed);
    assert_status(fws_decision_error(&empty, &decision, &err), FWS_E_POLICY_DENIED);
}

TEST(a_decision_without_reasons_is_a_refusal_in_words)
{
    static const struct fws_policy empty;
    static const struct fws_decision none;
    struct fws_error err = {0};

    assert_status(fws_decision_error(&empty, &none, &err), FWS_E_POLICY_DENIED);
    assert_string_equal(err.text, "no rule of the policy was asked");
}

TEST(every_failing_rule_is_named_in_one_sentence)
{
    FIXTURE fixture = valid();
    struct fws_error err = {0};

    fixture.facts = (struct fws_facts){.key = "test",
                                       .key_software = true,
                                       .version = {1, 1, 9, 0},
                                       .input_is_image = true,
                                       .image_size = 5000};
    decide(&fixture);
    assert_false(fixture.decision.allowed);
    assert_status(fws_decision_error(&fixture.policy, &fixture.decision, &err),
                  FWS_E_POLICY_DENIED);
    assert_string_equal(
        err.text,
        "keys (policy/pump.yaml:2:7): expected one of the keys prod, spare, saw test; "
        "allow-software-keys (policy/pump.yaml): expected a key on a token, saw a software key; "
        "resign (policy/pump.yaml): expected a binary without an image header, saw an MCUboot "
        "image; "
        "slot-size (policy/pump.yaml:3:12): expected at most 4096 bytes, saw 5000 bytes of image "
        "and 0 of trailer; "
        "version.minimum (policy/pump.yaml:6:12): expected at least 1.2.0, saw 1.1.9");
}

TEST(passing_rules_are_not_in_the_sentence)
{
    FIXTURE fixture = valid();
    struct fws_error err = {0};

    fixture.facts.version = (struct fws_version){1, 1, 9, 0};
    decide(&fixture);
    assert_status(fws_decision_error(&fixture.policy, &fixture.decision, &err),
                  FWS_E_POLICY_DENIED);
    assert_string_equal(err.text, "version.minimum (policy/pump.yaml:6:12): expected at least "
                                  "1.2.0, saw 1.1.9");
}

/* xorshift: the same facts on every run. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static struct fws_facts random_facts(uint64_t *state)
{
    static const struct fws_version highest = {1, 2, 0, 0};
    static const char *const keys[] = {"prod", "spare", "other", NULL, "\x1b[31m?x"};
    static const size_t sizes[] = {0, 1, 0xfd0, 0x1000, 0x1001, SIZE_MAX};
    uint64_t r = next_random(state);

    return (struct fws_facts){.key = keys[r % 5],
                              .key_software = (r >> 8) % 2 != 0,
                              .version = {(uint8_t)((r >> 9) % 3), (uint8_t)((r >> 11) % 4),
                                          (uint16_t)((r >> 13) % 2), 0},
                              .input_is_image = (r >> 16) % 2 != 0,
                              .image_size = sizes[(r >> 20) % 6],
                              .trailer_size = sizes[(r >> 32) % 6],
                              .last_version = (r >> 40) % 2 != 0 ? &highest : NULL};
}

TEST(a_decision_is_the_conjunction_of_its_reasons)
{
    FIXTURE fixture = valid();
    uint64_t seed = 0x9e3779b97f4a7c15;
    size_t allowed = 0;

    fixture.policy.version_increasing = true;
    for (size_t i = 0; i < 20000; i++) {
        bool all = true;

        fixture.facts = random_facts(&seed);
        decide(&fixture);
        for (size_t k = 0; k < fixture.decision.reason_count; k++) {
            all = all && fixture.decision.reasons[k].pass;
        }
        assert_int_equal(fixture.decision.allowed, all);
        allowed += all;
    }
    assert_in_range(allowed, 1, 19999);
}

TEST(one_rule_more_never_allows_more)
{
    FIXTURE strict = valid();
    FIXTURE loose = valid();
    uint64_t seed = 42;
    size_t turned = 0;

    strict.policy.version_increasing = true;
    loose.policy.has_version_minimum = false;
    loose.policy.allow_software_keys = loose.policy.resign = true;
    for (size_t i = 0; i < 20000; i++) {
        loose.facts = strict.facts = random_facts(&seed);
        decide(&strict);
        decide(&loose);
        assert_true(loose.decision.allowed || !strict.decision.allowed);
        turned += loose.decision.allowed && !strict.decision.allowed;
    }
    assert_true(turned > 0);
}

TEST_MAIN("policy/decide")
