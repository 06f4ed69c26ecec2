/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule of decide.c: when it is asked, what it takes, what it refuses and with which words. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/policy/world.h"
#include "tests/unit/test.h"

#define CORTEX_M                                                                                   \
    "content.cortex-m.ram.sram: 0x20000000-0x20003fff\ncontent.cortex-m.address: 0x08000200"
#define MARKER          "identity.marker.offset: 0x40\nidentity.marker.text: PUMP"
#define REVISIONS       "identity.hardware.revisions: [rev-a, rev-b]"
#define REVISION_INSIDE REVISIONS "\nidentity.hardware.offset: 0x50"
#define ENTRY           "content.riscv.address: 0x08000200\ncontent.riscv.entry: 0x08000280"
#define RESIGN          "format.resign: true\nidentity.vendor-id: acme.example\nidentity.class-id: pump"
#define PATTERNS                                                                                   \
    "content.must-contain: [release build, PUMP]\ncontent.must-not-contain: [debug build, TEST]"

#define IDS_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define IDS_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* ---- The rules, in their order ---- */

static const struct rule {
    const char *name;
    const char *place;    /* path of the key it stands at; NULL: as the name */
    const char *settings; /* with these settings and facts it is asked, and passes */
    const char *facts;
    const char *absent; /* with these settings and the common facts it is not; NULL: always asked */
    const char *unknown; /* facts that leave open what it needs; NULL: it needs none */
    enum fws_status status;
    bool replays;
} rules[] = {
    {"callers", NULL, "callers: [alice, bob]", "", "", "caller -", FWS_E_CALLER, true},
    {"keys", NULL, "", "", NULL, NULL, FWS_E_POLICY_DENIED, true},
    {"keys.prod.allow", NULL, "keys.prod.allow: [software]", "software yes", NULL, NULL,
     FWS_E_POLICY_DENIED, true},
    {"keys.prod.from", NULL, "keys.prod.from: 2025-06-04", "", "", "time -", FWS_E_POLICY_DENIED,
     true},
    {"keys.prod.until", NULL, "keys.prod.until: 2025-06-05", "", "", "time -", FWS_E_POLICY_DENIED,
     true},
    {"keys.prod.hsm-firmware", NULL, "keys.prod.hsm-firmware: 2.4", "", "", "hsm-firmware -",
     FWS_E_POLICY_DENIED, true},
    {"denied-keys", NULL, "", "", NULL, "spki -", FWS_E_POLICY_DENIED, true},
    {"serial", NULL, "serial: 7", "last-serial 7", "serial: 7", NULL, FWS_E_POLICY_DENIED, true},
    {"channels", NULL, "channels: [beta, stable]", "", NULL, "channel -", FWS_E_POLICY_DENIED,
     true},
    {"allow-fresh", NULL, "allow-fresh: true", "fresh yes", "allow-fresh: true", NULL,
     FWS_E_POLICY_DENIED, false},
    {"identity.vendor-id", NULL, RESIGN, "image yes, vendor aa, input-vendor aa", RESIGN, NULL,
     FWS_E_POLICY_DENIED, false},
    {"identity.class-id", NULL, RESIGN, "image yes, class aa, input-class aa", RESIGN, NULL,
     FWS_E_POLICY_DENIED, false},
    {"identity.marker", NULL, MARKER, "", "", "payload -", FWS_E_POLICY_DENIED, false},
    {"identity.hardware.revisions", NULL, REVISION_INSIDE, "", "", "payload -", FWS_E_POLICY_DENIED,
     false},
    {"format.resign", NULL, "format.resign: true", "image yes", NULL, NULL, FWS_E_POLICY_DENIED,
     false},
    {"format.slot-size", NULL, "", "", NULL, "image-size -", FWS_E_POLICY_DENIED, false},
    {"version.from", NULL, "", "conflict", "", NULL, FWS_E_POLICY_DENIED, true},
    {"version.minimum", NULL, "version.minimum: 1.2.0", "", "", NULL, FWS_E_POLICY_DENIED, false},
    {"version.rollback-floor", NULL, "version.rollback-floor: 1.2.0", "", "", NULL,
     FWS_E_POLICY_DENIED, true},
    {"version.increasing", NULL, "version.increasing: true", "", "version.increasing: false",
     "history no", FWS_E_POLICY_DENIED, false},
    {"version.build", NULL, "version.build: forbidden", "", "", NULL, FWS_E_POLICY_DENIED, false},
    {"counter.from", NULL, "counter.from: none", "", "", NULL, FWS_E_POLICY_DENIED, false},
    {"counter.minimum", NULL, "counter.minimum: 5", "counter 5", "", NULL, FWS_E_POLICY_DENIED,
     true},
    {"counter.may-fall", NULL, "counter.may-fall: false", "", "counter.may-fall: true",
     "history no", FWS_E_POLICY_DENIED, false},
    {"content.min-size", NULL, "content.min-size: 256", "", "", "payload -", FWS_E_POLICY_DENIED,
     false},
    {"content.max-size", NULL, "content.max-size: 256", "", "", "payload -", FWS_E_POLICY_DENIED,
     false},
    {"content.allow-blank", NULL, "content.allow-blank: false", "", "content.allow-blank: true",
     "payload -", FWS_E_POLICY_DENIED, false},
    {"content.allow-private-keys", NULL, "content.allow-private-keys: false", "",
     "content.allow-private-keys: true", "payload -", FWS_E_POLICY_DENIED, true},
    {"content.must-contain", NULL, PATTERNS, "", "", "payload -", FWS_E_POLICY_DENIED, false},
    {"content.must-not-contain", NULL, PATTERNS, "", "", "payload -", FWS_E_POLICY_DENIED, true},
    {"content.cortex-m.ram", NULL, CORTEX_M, "", "", "payload -", FWS_E_POLICY_DENIED, false},
    {"content.cortex-m.address", NULL, CORTEX_M, "", "", "payload -", FWS_E_POLICY_DENIED, false},
    {"content.riscv.address", NULL, ENTRY, "", "", "payload -", FWS_E_POLICY_DENIED, false},
    {"content.riscv.entry", NULL, ENTRY, "entry 0x08000280", ENTRY, NULL, FWS_E_POLICY_DENIED,
     false},
    {"when.from", NULL, "when.from: 2025-06-04", "", "", "time -", FWS_E_POLICY_DENIED, true},
    {"when.until", NULL, "when.until: 2025-06-05", "", "", "time -", FWS_E_POLICY_DENIED, true},
    {"when.windows", NULL, "when.windows: Wed 08:00-18:00", "", "", "time -", FWS_E_POLICY_DENIED,
     true},
    {"budget.hour", NULL, "budget.hour: 5", "", "", "history no", FWS_E_BUDGET, false},
    {"budget.day", NULL, "budget.day: 5", "", "", "history no", FWS_E_BUDGET, false},
    {"budget.release", NULL, "budget.release: 5", "", "", "history no", FWS_E_BUDGET, false},
};

#define RULE_COUNT (sizeof rules / sizeof rules[0])

static const struct rule *rule_of(const char *name)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (strcmp(rules[i].name, name) == 0) {
            return &rules[i];
        }
    }
    fail_msg("%s is no rule", name);
    return NULL;
}

static void ask(struct fws_world *world, const char *settings, const char *facts)
{
    fws_world_open(world, settings);
    fws_world_facts(world, facts);
    fws_world_decide(world);
}

static const struct fws_decision_reason *reason_of(const struct fws_world *world, const char *rule)
{
    const struct fws_decision_reason *reason = fws_world_reason(world, rule);

    if (reason == NULL) {
        fail_msg("%s is not asked of\n%s", rule, world->text);
    }
    return reason;
}

static void assert_answer(const struct fws_world *world, const char *rule, enum fws_answer answer)
{
    if (reason_of(world, rule)->answer != answer) {
        fail_msg("%s answers %d, not %d: expected %s, saw %s\n%s", rule,
                 (int)reason_of(world, rule)->answer, (int)answer, reason_of(world, rule)->expected,
                 reason_of(world, rule)->seen, world->text);
    }
}

TEST(each_rule_passes_and_names_the_place_of_its_key)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;

        ask(&world, rules[i].settings, rules[i].facts);
        assert_answer(&world, rules[i].name, FWS_ANSWER_PASS);
        assert_true(world.decision.allowed);
        assert_status(world.decision.status, FWS_OK);
        struct fws_yaml_place place = fws_world_place(&world, rules[i].name);

        assert_int_equal(reason_of(&world, rules[i].name)->place.line, place.line);
        assert_int_equal(reason_of(&world, rules[i].name)->place.column, place.column);
        assert_int_equal(place.line == 0, strcmp(rules[i].name, "denied-keys") == 0);
        fws_world_close(&world);
    }
}

/* What is asked but not listed above has no cases below. */
TEST(there_are_no_other_rules)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;
        const struct rule *before = rules;

        ask(&world, rules[i].settings, rules[i].facts);
        for (size_t k = 0; k < world.decision.reason_count; k++) {
            const struct rule *rule = rule_of(world.decision.reasons[k].rule);

            assert_true(k == 0 || rule > before);
            before = rule;
        }
        fws_world_close(&world);
    }
}

TEST(a_rule_that_the_policy_does_not_say_is_not_asked)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;

        ask(&world, rules[i].absent != NULL ? rules[i].absent : "", "");
        assert_int_equal(fws_world_reason(&world, rules[i].name) != NULL, rules[i].absent == NULL);
        assert_true(world.decision.allowed);
        fws_world_close(&world);
    }
}

TEST(the_rules_of_a_listed_key_are_not_asked_of_another)
{
    struct fws_world world;

    ask(&world,
        "keys.prod.until: 2025-06-01\nkeys.prod.from: 2025-05-01\nkeys.prod.hsm-firmware: 9",
        "key spare");
    assert_true(world.decision.allowed);
    assert_answer(&world, "keys.spare.allow", FWS_ANSWER_PASS);
    assert_null(fws_world_reason(&world, "keys.prod.until"));
    fws_world_facts(&world, "key other");
    fws_world_decide(&world);
    assert_false(world.decision.allowed);
    assert_null(fws_world_reason(&world, "keys.other.allow"));
    fws_world_close(&world);
}

TEST(what_is_not_known_refuses)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;

        if (rules[i].unknown == NULL) {
            continue;
        }
        ask(&world, rules[i].settings, rules[i].unknown);
        assert_answer(&world, rules[i].name, FWS_ANSWER_FAIL);
        assert_string_equal(reason_of(&world, rules[i].name)->seen, "what is not known");
        assert_true(*reason_of(&world, rules[i].name)->expected != '\0');
        assert_false(world.decision.allowed);
        fws_world_close(&world);
    }
}

/* Where the firmware does not name its hardware, --hardware is all there is to know. */
TEST(hardware_that_the_request_names_needs_no_payload)
{
    struct fws_world world;

    ask(&world, REVISIONS, "hardware rev-b, payload -");
    assert_answer(&world, "identity.hardware.revisions", FWS_ANSWER_PASS);
    fws_world_close(&world);
}

TEST(what_is_not_known_is_not_asked_of_a_tentative_question)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;

        if (rules[i].unknown == NULL) {
            continue;
        }
        ask(&world, rules[i].settings, rules[i].unknown);
        fws_world_facts(&world, "tentative yes");
        fws_world_decide(&world);
        assert_answer(&world, rules[i].name, FWS_ANSWER_NOT_ASKED);
        assert_true(world.decision.allowed);
        assert_status(world.decision.status, FWS_OK);
        fws_world_close(&world);
    }
}

TEST(what_needs_nothing_is_asked_of_a_tentative_question_too)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;

        ask(&world, rules[i].settings, rules[i].facts);
        fws_world_facts(&world, "tentative yes");
        fws_world_decide(&world);
        assert_answer(&world, rules[i].name, FWS_ANSWER_PASS);
        fws_world_close(&world);
    }
}

TEST(a_replay_is_asked_about_revocation_and_time_alone)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        struct fws_world world;

        ask(&world, rules[i].settings, rules[i].facts);
        fws_world_facts(&world, "replay yes");
        fws_world_decide(&world);
        assert_int_equal(fws_world_reason(&world, rules[i].name) != NULL, rules[i].replays);
        assert_true(world.decision.allowed);
        fws_world_close(&world);
    }
}

/* ---- What each takes and refuses ---- */

enum { ALLOWED, REFUSED };

/* Refused: by that rule, in these words; by no other but `also`. */
static const struct entry {
    const char *rule;
    const char *settings;
    const char *facts;
    int answer;
    const char *expected; /* of a refusal */
    const char *seen;
    const char *also;
} cases[] = {
    {"callers", "callers: [alice, bob]", "caller bob", ALLOWED, NULL, NULL, NULL},
    {"callers", "callers: [alice, bob]", "caller mallory", REFUSED, "alice, bob", "mallory", NULL},
    {"callers", "callers: [alice, bob]", "caller Alice", REFUSED, "alice, bob", "Alice", NULL},
    {"callers", "callers: [alice, bob]", "caller alic", REFUSED, "alice, bob", "alic", NULL},
    {"callers", "callers: bob", "caller ", REFUSED, "bob", "", NULL},
    {"callers", "callers: bob", "caller a\x1b[31m", REFUSED, "bob", "a?[31m", NULL},

    {"keys", "", "key spare", ALLOWED, NULL, NULL, NULL},
    {"keys", "", "key prod2", REFUSED, "one of the keys prod, spare", "prod2", NULL},
    {"keys", "", "key pro", REFUSED, "one of the keys prod, spare", "pro", NULL},
    {"keys", "", "key -", REFUSED, "one of the keys prod, spare", "no key", NULL},
    {"keys", "", "key pkcs11:object=a?pin-value=1234", REFUSED, "one of the keys prod, spare",
     "pkcs11:object=a", NULL},

    {"keys.prod.allow", "keys.prod.allow: [imported, software]", "software yes", ALLOWED, NULL,
     NULL, NULL},
    {"keys.prod.allow", "keys.prod.allow: software", "software no", ALLOWED, NULL, NULL, NULL},
    {"keys.prod.allow", "", "software yes", REFUSED, "a key on a token", "a software key", NULL},
    {"keys.prod.allow", "keys.prod.allow: [imported, multi-purpose]", "software yes", REFUSED,
     "a key on a token", "a software key", NULL},
    {"keys.prod.allow", "keys.spare.allow: software", "software yes", REFUSED, "a key on a token",
     "a software key", NULL},

    {"keys.prod.from", "keys.prod.from: 2025-06-04T12:00:00Z", "", ALLOWED, NULL, NULL, NULL},
    {"keys.prod.from", "keys.prod.from: 2025-06-04T12:00:00Z", "time 2025-06-04T11:59:59.999999Z",
     REFUSED, "not before 2025-06-04T12:00:00Z", "2025-06-04T11:59:59Z", NULL},
    {"keys.prod.from", "keys.prod.from: 2025-06-05", "time 2025-06-04T23:59:59.999999Z", REFUSED,
     "not before 2025-06-05T00:00:00Z", "2025-06-04T23:59:59Z", NULL},

    {"keys.prod.until", "keys.prod.until: 2025-06-04T12:00:00Z", "time 2025-06-04T11:59:59.999999Z",
     ALLOWED, NULL, NULL, NULL},
    {"keys.prod.until", "keys.prod.until: 2025-06-04T12:00:00Z", "", REFUSED,
     "before 2025-06-04T12:00:00Z", "2025-06-04T12:00:00Z", NULL},
    {"keys.prod.until", "keys.prod.until: 2025-06-04", "time 2025-06-03T23:59:59.999999Z", ALLOWED,
     NULL, NULL, NULL},
    {"keys.prod.until", "keys.prod.until: 2025-06-04", "time 2025-06-04T00:00:00Z", REFUSED,
     "before 2025-06-04T00:00:00Z", "2025-06-04T00:00:00Z", NULL},

    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware 2.4", ALLOWED, NULL,
     NULL, NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware 2.4.0", ALLOWED, NULL,
     NULL, NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware 2.10", ALLOWED, NULL,
     NULL, NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware 3", ALLOWED, NULL, NULL,
     NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware 2.3.999999999", REFUSED,
     "an HSM with firmware 2.4 or newer", "2.3.999999999", NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4.1", "hsm-firmware 2.4", REFUSED,
     "an HSM with firmware 2.4.1 or newer", "2.4", NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 1.2.3.4", "hsm-firmware 1.2.3.3", REFUSED,
     "an HSM with firmware 1.2.3.4 or newer", "1.2.3.3", NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware new", REFUSED,
     "an HSM with firmware 2.4 or newer", "new", NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4", "hsm-firmware 2.5.", REFUSED,
     "an HSM with firmware 2.4 or newer", "2.5.", NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4\nkeys.prod.allow: software",
     "software yes, hsm-firmware 9.9", REFUSED, "an HSM with firmware 2.4 or newer",
     "a software key", NULL},
    {"keys.prod.hsm-firmware", "keys.prod.hsm-firmware: 2.4\nkeys.prod.allow: software",
     "software yes, hsm-firmware -", REFUSED, "an HSM with firmware 2.4 or newer", "a software key",
     NULL},

    {"denied-keys", "", "spki own", ALLOWED, NULL, NULL, NULL},
    {"denied-keys", "", "spki published", REFUSED, "a key that was never published",
     "a published key: the key of a sample", NULL},
    {"denied-keys", "keys.prod.allow: [imported, multi-purpose, software]", "spki published",
     REFUSED, "a key that was never published", "a published key: the key of a sample", NULL},

    {"serial", "serial: 7", "last-serial 6", ALLOWED, NULL, NULL, NULL},
    {"serial", "serial: 7", "last-serial 7", ALLOWED, NULL, NULL, NULL},
    {"serial", "serial: 0", "last-serial 0", ALLOWED, NULL, NULL, NULL},
    {"serial", "serial: 7", "last-serial 8", REFUSED,
     "a serial of at least 8, with which was signed before", "7", NULL},
    {"serial", "", "last-serial 0", REFUSED, "a serial of at least 0, with which was signed before",
     "none", NULL},
    {"serial", "serial: 0", "enforced yes", ALLOWED, NULL, NULL, NULL},
    {"serial", "", "enforced yes", REFUSED, "a serial, as the mode is enforced", "none", NULL},

    {"channels", "", "channel stable", ALLOWED, NULL, NULL, NULL},
    {"channels", "channels: [beta, stable]", "channel beta", ALLOWED, NULL, NULL, NULL},
    {"channels", "", "channel beta", REFUSED, "stable", "beta", NULL},
    {"channels", "channels: beta", "channel stable", REFUSED, "beta", "stable", NULL},
    {"channels", "channels: [beta, stable]", "channel Stable", REFUSED, "beta, stable", "Stable",
     NULL},

    {"allow-fresh", "allow-fresh: true", "fresh yes", ALLOWED, NULL, NULL, NULL},
    {"allow-fresh", "", "fresh yes", REFUSED, "a request without --fresh", "--fresh", NULL},
    {"allow-fresh", "allow-fresh: false", "fresh yes", REFUSED, "a request without --fresh",
     "--fresh", NULL},

    {"identity.vendor-id", RESIGN, "image yes, vendor aa", ALLOWED, NULL, NULL, NULL},
    {"identity.vendor-id", RESIGN, "image yes", ALLOWED, NULL, NULL, NULL},
    {"identity.vendor-id", RESIGN, "image yes, vendor aa, input-vendor bb", REFUSED, IDS_A, IDS_B,
     NULL},
    {"identity.vendor-id", RESIGN, "image yes, input-vendor bb", REFUSED,
     "an input without a vendor id", IDS_B, NULL},
    {"identity.class-id", RESIGN, "image yes, class aa", ALLOWED, NULL, NULL, NULL},
    {"identity.class-id", RESIGN, "image yes, class aa, input-class bb, vendor bb", REFUSED, IDS_A,
     IDS_B, NULL},
    {"identity.class-id", RESIGN, "image yes, input-class bb", REFUSED,
     "an input without a class id", IDS_B, NULL},

    {"identity.marker", MARKER, "payload 0x44", ALLOWED, NULL, NULL, NULL},
    {"identity.marker", "identity.marker.offset: 0x40\nidentity.marker.hex: 50554d50", "", ALLOWED,
     NULL, NULL, NULL},
    {"identity.marker", MARKER, "payload 0x43", REFUSED, "'PUMP' at 0x40 of the payload",
     "other bytes there", NULL},
    {"identity.marker", MARKER, "put 0x40 PUMQ", REFUSED, "'PUMP' at 0x40 of the payload",
     "other bytes there", NULL},
    {"identity.marker", "identity.marker.offset: 0x41\nidentity.marker.text: PUMP", "", REFUSED,
     "'PUMP' at 0x41 of the payload", "other bytes there", NULL},
    {"identity.marker", "identity.marker.offset: 0xffffffff\nidentity.marker.hex: 50554d50", "",
     REFUSED, "'50554d50' at 0xffffffff of the payload", "other bytes there", NULL},

    {"identity.hardware.revisions", REVISIONS, "hardware rev-b", ALLOWED, NULL, NULL, NULL},
    {"identity.hardware.revisions", REVISIONS, "hardware rev-b, payload -, tentative yes", ALLOWED,
     NULL, NULL, NULL},
    {"identity.hardware.revisions", REVISIONS, "hardware rev-c", REFUSED, "rev-a, rev-b", "rev-c",
     NULL},
    {"identity.hardware.revisions", REVISIONS, "", REFUSED, "rev-a, rev-b",
     "none; --hardware names it", NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "payload 0x56", ALLOWED, NULL, NULL, NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "hardware rev-b", ALLOWED, NULL, NULL, NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "payload 0x55", REFUSED, "rev-a, rev-b",
     "a payload that names none", NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "payload 0x55, hardware rev-b", REFUSED,
     "rev-a, rev-b", "a payload that names none", NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "put 0x50 rev-c", REFUSED, "rev-a, rev-b",
     "rev-c", NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "hardware rev-a", REFUSED, "rev-a, rev-b",
     "'rev-b' in the payload, 'rev-a' by --hardware", NULL},
    {"identity.hardware.revisions", REVISION_INSIDE, "put 0x50 rev-c, hardware rev-a", REFUSED,
     "rev-a, rev-b", "'rev-c' in the payload, 'rev-a' by --hardware", NULL},

    {"format.resign", "", "image no", ALLOWED, NULL, NULL, NULL},
    {"format.resign", "format.resign: true", "image no", ALLOWED, NULL, NULL, NULL},
    {"format.resign", "", "image yes, vendor aa, input-vendor bb, class aa, input-class bb",
     REFUSED, "a binary without an image header", "an MCUboot image", NULL},
    {"format.resign", "", "image yes", REFUSED, "a binary without an image header",
     "an MCUboot image", NULL},

    {"format.slot-size", "", "image-size 0xfd0, trailer-size 0x30", ALLOWED, NULL, NULL, NULL},
    {"format.slot-size", "", "image-size 0x1000, trailer-size 0", ALLOWED, NULL, NULL, NULL},
    {"format.slot-size", "", "image-size 0xfd1", REFUSED, "at most 4096 bytes",
     "4049 bytes of image and 48 of trailer", NULL},
    {"format.slot-size", "", "trailer-size 0x31", REFUSED, "at most 4096 bytes",
     "4048 bytes of image and 49 of trailer", NULL},
    {"format.slot-size", "", "image-size 0xffffffffffffffd0", REFUSED, "at most 4096 bytes",
     "18446744073709551568 bytes of image and 48 of trailer", NULL},

    {"version.from", "", "conflict", ALLOWED, NULL, NULL, NULL},
    {"version.from", "", "conflict x", REFUSED, "a version from option", "x", NULL},

    {"version.minimum", "version.minimum: 1.2.0", "version 1.2.0", ALLOWED, NULL, NULL, NULL},
    {"version.minimum", "version.minimum: 1.2.0", "version 1.2.0+1", ALLOWED, NULL, NULL, NULL},
    {"version.minimum", "version.minimum: 1.2.0", "version 255.0.0", ALLOWED, NULL, NULL, NULL},
    {"version.minimum", "version.minimum: 1.2.0", "version 1.1.65535+4294967295", REFUSED,
     "at least 1.2.0", "1.1.65535+4294967295", NULL},
    {"version.minimum", "version.minimum: 1.2.0+2", "version 1.2.0+1", REFUSED, "at least 1.2.0+2",
     "1.2.0+1", NULL},
    {"version.minimum", "version.minimum: 0.0.1", "version 0.0.0", REFUSED, "at least 0.0.1",
     "0.0.0", NULL},

    {"version.rollback-floor", "version.rollback-floor: 1.2.0", "version 1.2.0", ALLOWED, NULL,
     NULL, NULL},
    {"version.rollback-floor", "version.rollback-floor: 1.2.0", "version 1.1.9", REFUSED,
     "at least 1.2.0", "1.1.9", NULL},

    {"version.increasing", "", "version 0.0.0", ALLOWED, NULL, NULL, NULL},
    {"version.increasing", "", "last 1.2.0, version 1.2.0+1", ALLOWED, NULL, NULL, NULL},
    {"version.increasing", "", "last 1.2.3+4, version 1.2.3+5", ALLOWED, NULL, NULL, NULL},
    {"version.increasing", "", "last 1.2.0, version 1.2.0, reserved yes", ALLOWED, NULL, NULL,
     NULL},
    {"version.increasing", "", "last 1.2.0, last-entry 41, version 1.2.0", REFUSED,
     "higher than 1.2.0 (entry 41)", "1.2.0", NULL},
    {"version.increasing", "version.increasing: true",
     "last 1.2.3+4, last-entry 0, version 1.2.3+3", REFUSED, "higher than 1.2.3+4 (entry 0)",
     "1.2.3+3", NULL},
    {"version.increasing", "", "last 1.2.0, version 1.1.9, reserved yes", REFUSED,
     "higher than 1.2.0 (entry 0)", "1.1.9", NULL},

    {"version.build", "version.build: required", "version 1.2.0+1", ALLOWED, NULL, NULL, NULL},
    {"version.build", "version.build: forbidden", "version 1.2.0", ALLOWED, NULL, NULL, NULL},
    {"version.build", "version.build: required", "version 1.2.0", REFUSED, "a version with +BUILD",
     "1.2.0", NULL},
    {"version.build", "version.build: forbidden", "version 1.2.0+1", REFUSED,
     "a version without +BUILD", "1.2.0+1", NULL},

    {"counter.from", "counter.from: required", "counter 0", ALLOWED, NULL, NULL, NULL},
    {"counter.from", "counter.from: version", "counter 1", ALLOWED, NULL, NULL, NULL},
    {"counter.from", "counter.from: none", "", ALLOWED, NULL, NULL, NULL},
    {"counter.from", "counter.from: required", "", REFUSED, "a security counter", "none", NULL},
    {"counter.from", "counter.from: version", "", REFUSED, "a security counter", "none", NULL},
    {"counter.from", "counter.from: none", "counter 0", REFUSED, "no security counter", "0", NULL},

    {"counter.minimum", "counter.minimum: 5", "counter 5", ALLOWED, NULL, NULL, NULL},
    {"counter.minimum", "counter.minimum: 5", "counter 4", REFUSED, "at least 5", "4", NULL},
    {"counter.minimum", "counter.minimum: 1", "", REFUSED, "at least 1", "none", NULL},
    {"counter.minimum", "counter.minimum: 0xffffffff", "counter 0xfffffffe", REFUSED,
     "at least 4294967295", "4294967294", NULL},

    {"counter.minimum", "counter.minimum: 5", "counter 5, counter -", REFUSED, "at least 5", "none",
     NULL},

    {"counter.may-fall", "", "", ALLOWED, NULL, NULL, NULL},
    {"counter.may-fall", "", "last-counter 5, counter 5", ALLOWED, NULL, NULL, NULL},
    {"counter.may-fall", "", "counter 0", ALLOWED, NULL, NULL, NULL},
    {"counter.may-fall", "", "last-counter 5, counter 4", REFUSED,
     "at least 5, as was signed before", "4", NULL},
    {"counter.may-fall", "", "last-counter 0", REFUSED, "at least 0, as was signed before", "none",
     NULL},

    {"content.min-size", "content.min-size: 256", "payload 256", ALLOWED, NULL, NULL, NULL},
    {"content.min-size", "content.min-size: 256", "payload 255", REFUSED,
     "a payload of at least 256 bytes", "255 bytes", NULL},
    {"content.min-size", "content.min-size: 1", "payload 0", REFUSED,
     "a payload of at least 1 bytes", "0 bytes", NULL},

    {"content.max-size", "content.max-size: 256", "payload 256", ALLOWED, NULL, NULL, NULL},
    {"content.max-size", "content.max-size: 256", "payload 257", REFUSED,
     "a payload of at most 256 bytes", "257 bytes", NULL},

    {"content.max-size", "content.max-size: 1", "payload 2", REFUSED,
     "a payload of at most 1 bytes", "2 bytes", NULL},

    {"content.allow-blank", "", "payload 0", ALLOWED, NULL, NULL, NULL},
    {"content.allow-blank", "", "fill 0x00, half 0xfe 0x0100", ALLOWED, NULL, NULL, NULL},
    {"content.allow-blank", "", "fill 0xff", REFUSED, "a payload that is not one byte repeated",
     "256 times 0xff", NULL},
    {"content.allow-blank", "", "fill 0x00", REFUSED, "a payload that is not one byte repeated",
     "256 times 0x00", NULL},
    {"content.allow-blank", "content.allow-blank: false", "payload 1", REFUSED,
     "a payload that is not one byte repeated", "1 times 0x00", NULL},

    {"content.allow-private-keys", "", "put 0x90 -----BEGIN PRIVATE KEY----", ALLOWED, NULL, NULL,
     NULL},
    {"content.allow-private-keys", "", "put 0x90 -----BEGIN PUBLIC KEY-----", ALLOWED, NULL, NULL,
     NULL},
    {"content.allow-private-keys", "", "put 0x90 -----BEGIN PRIVATE KEY-----", REFUSED,
     "a payload without a private key", "'-----BEGIN PRIVATE KEY-----' at 0x90", NULL},
    {"content.allow-private-keys", "", "put 0x90 -----BEGIN ENCRYPTED PRIVATE KEY-----", REFUSED,
     "a payload without a private key", "'-----BEGIN ENCRYPTED PRIVATE KEY-----' at 0x90", NULL},
    {"content.allow-private-keys", "", "put 0x90 -----BEGIN RSA PRIVATE KEY-----", REFUSED,
     "a payload without a private key", "'-----BEGIN RSA PRIVATE KEY-----' at 0x90", NULL},
    {"content.allow-private-keys", "", "put 0x90 -----BEGIN EC PRIVATE KEY-----", REFUSED,
     "a payload without a private key", "'-----BEGIN EC PRIVATE KEY-----' at 0x90", NULL},
    {"content.allow-private-keys", "", "put 0x90 -----BEGIN DSA PRIVATE KEY-----", REFUSED,
     "a payload without a private key", "'-----BEGIN DSA PRIVATE KEY-----' at 0x90", NULL},
    {"content.allow-private-keys", PATTERNS, "put 0x90 -----BEGIN OPENSSH PRIVATE KEY-----",
     REFUSED, "a payload without a private key", "'-----BEGIN OPENSSH PRIVATE KEY-----' at 0x90",
     NULL},

    {"content.must-contain", "content.must-contain: [release build, PUMP]", "", ALLOWED, NULL, NULL,
     NULL},
    {"content.must-contain", "content.must-contain.banner: release", "payload 0x67", ALLOWED, NULL,
     NULL, NULL},
    {"content.must-contain", "content.must-contain.banner: release", "payload 0x66", REFUSED,
     "a payload with banner", "no 'banner'", NULL},
    {"content.must-contain", PATTERNS, "put 0x60 release", REFUSED,
     "a payload with release build, PUMP", "no 'release build'", NULL},
    {"content.must-contain", PATTERNS, "put 0x40 pump", REFUSED,
     "a payload with release build, PUMP", "no 'PUMP'", NULL},
    {"content.must-contain", PATTERNS, "put 0x40 pump, put 0x60 debug build", REFUSED,
     "a payload with release build, PUMP", "no 'release build'", "content.must-not-contain"},

    {"content.must-not-contain", PATTERNS, "put 0x90 debug  build", ALLOWED, NULL, NULL, NULL},
    {"content.must-not-contain", PATTERNS, "put 0xfc TEST, payload 0xff", ALLOWED, NULL, NULL,
     NULL},
    {"content.must-not-contain", PATTERNS, "put 0xfc TEST, payload 0x100", REFUSED,
     "a payload without debug build, TEST", "'TEST' at 0xfc", NULL},
    {"content.must-not-contain", PATTERNS, "put 0x90 TEST, put 0xa0 debug build", REFUSED,
     "a payload without debug build, TEST", "'debug build' at 0xa0", NULL},
    {"content.must-not-contain", "content.must-not-contain.vectors.hex: 00400020", "", REFUSED,
     "a payload without vectors", "'vectors' at 0x0", NULL},

    {"content.cortex-m.ram", CORTEX_M, "word 0 0x20004000", ALLOWED, NULL, NULL, NULL},
    {"content.cortex-m.ram", CORTEX_M, "word 0 0x20000004", ALLOWED, NULL, NULL, NULL},
    {"content.cortex-m.ram", "content.cortex-m.ram.tcm: 0x0-0xfff\n" CORTEX_M, "", ALLOWED, NULL,
     NULL, NULL},
    {"content.cortex-m.ram",
     "content.cortex-m.ram.top: 0xfffff000-0xffffffff\ncontent.cortex-m.address: 0x08000200",
     "word 0 0xfffffffc", ALLOWED, NULL, NULL, NULL},
    {"content.cortex-m.ram",
     "content.cortex-m.ram.top: 0xfffff000-0xffffffff\ncontent.cortex-m.address: 0x08000200",
     "word 0 0", REFUSED, "an initial stack pointer in top (0xfffff000-0xffffffff)", "0x00000000",
     NULL},
    {"content.cortex-m.ram", CORTEX_M, "word 0 0x20004004", REFUSED,
     "an initial stack pointer in sram (0x20000000-0x20003fff)", "0x20004004", NULL},
    {"content.cortex-m.ram", CORTEX_M, "word 0 0x20000000", REFUSED,
     "an initial stack pointer in sram (0x20000000-0x20003fff)", "0x20000000", NULL},
    {"content.cortex-m.ram", CORTEX_M, "word 0 0x20003ffe", REFUSED,
     "an initial stack pointer in sram (0x20000000-0x20003fff)", "0x20003ffe", NULL},
    {"content.cortex-m.ram", "content.cortex-m.ram.tcm: 0x0-0xfff\n" CORTEX_M, "word 0 0x1004",
     REFUSED,
     "an initial stack pointer in tcm (0x00000000-0x00000fff), sram (0x20000000-0x20003fff)",
     "0x00001004", NULL},
    {"content.cortex-m.ram", CORTEX_M, "payload 7", REFUSED,
     "an initial stack pointer in sram (0x20000000-0x20003fff)",
     "a payload of 7 bytes, too short for vectors", "content.cortex-m.address"},

    {"content.cortex-m.address", CORTEX_M, "word 4 0x08000209", ALLOWED, NULL, NULL, NULL},
    {"content.cortex-m.address", CORTEX_M, "word 4 0x080002ff", ALLOWED, NULL, NULL, NULL},
    {"content.cortex-m.address", CORTEX_M, "word 4 0x08000207", REFUSED,
     "an odd reset vector inside the payload (0x08000200-0x080002ff)", "0x08000207", NULL},
    {"content.cortex-m.address", CORTEX_M, "word 4 0x08000208", REFUSED,
     "an odd reset vector inside the payload (0x08000200-0x080002ff)", "0x08000208", NULL},
    {"content.cortex-m.address", CORTEX_M, "word 4 0x08000301", REFUSED,
     "an odd reset vector inside the payload (0x08000200-0x080002ff)", "0x08000301", NULL},
    {"content.cortex-m.address", CORTEX_M, "word 4 0x080001ff", REFUSED,
     "an odd reset vector inside the payload (0x08000200-0x080002ff)", "0x080001ff", NULL},
    {"content.cortex-m.address", CORTEX_M, "payload 8", REFUSED,
     "an odd reset vector inside the payload (0x08000200-0x08000207)", "0x08000209", NULL},

    {"content.riscv.address", "content.riscv.address: 0x08000200", "", ALLOWED, NULL, NULL, NULL},
    {"content.riscv.address", ENTRY, "half 0x80 0x0001", ALLOWED, NULL, NULL, NULL},
    {"content.riscv.address", ENTRY, "half 0x80 0xfffe", ALLOWED, NULL, NULL, NULL},
    {"content.riscv.address", "content.riscv.address: 0x08000200", "entry 0x080002fe", ALLOWED,
     NULL, NULL, NULL},
    {"content.riscv.address", ENTRY, "half 0x80 0x0000", REFUSED,
     "an entry inside the payload (0x08000200-0x080002ff) with an instruction",
     "0x08000280 with 0x0000", NULL},
    {"content.riscv.address", ENTRY, "half 0x80 0xffff", REFUSED,
     "an entry inside the payload (0x08000200-0x080002ff) with an instruction",
     "0x08000280 with 0xffff", NULL},
    {"content.riscv.address", "content.riscv.address: 0x08000200", "entry 0x080001fe", REFUSED,
     "an entry inside the payload (0x08000200-0x080002ff) with an instruction",
     "0x080001fe, outside", NULL},
    {"content.riscv.address", "content.riscv.address: 0x08000200", "entry 0x08000300", REFUSED,
     "an entry inside the payload (0x08000200-0x080002ff) with an instruction",
     "0x08000300, outside", NULL},
    {"content.riscv.address", "content.riscv.address: 0x08000200", "entry 0x08000281", REFUSED,
     "an entry inside the payload (0x08000200-0x080002ff) with an instruction", "0x08000281, odd",
     NULL},
    {"content.riscv.address", "content.riscv.address: 0x08000200", "payload 1, fill 1", REFUSED,
     "an entry inside the payload (0x08000200-0x08000200) with an instruction",
     "0x08000200, outside", "content.allow-blank"},

    {"content.riscv.entry", ENTRY, "entry 0x08000280", ALLOWED, NULL, NULL, NULL},
    {"content.riscv.entry", ENTRY, "entry 0x08000282", REFUSED,
     "an input that begins to run at 0x08000280", "0x08000282", NULL},

    {"when.from", "when.from: 2025-06-04T12:00:00Z", "", ALLOWED, NULL, NULL, NULL},
    {"when.from", "when.from: 2025-06-04T12:00:00Z", "time 2025-06-04T11:59:59.999999Z", REFUSED,
     "not before 2025-06-04T12:00:00Z", "2025-06-04T11:59:59Z", NULL},
    {"when.until", "when.until: 2025-06-04T12:00:00Z", "time 2025-06-04T11:59:59.999999Z", ALLOWED,
     NULL, NULL, NULL},
    {"when.until", "when.until: 2025-06-04T12:00:00Z", "", REFUSED, "before 2025-06-04T12:00:00Z",
     "2025-06-04T12:00:00Z", NULL},
    {"when.until", "when.until: 2025-06-05", "time-us 0xffffffffffffffff", REFUSED,
     "before 2025-06-05T00:00:00Z", "what is not known", NULL},

    {"when.windows", "when.windows: Mon-Fri 08:00-18:00", "time 2025-06-04T08:00:00Z", ALLOWED,
     NULL, NULL, NULL},
    {"when.windows", "when.windows: Mon-Fri 08:00-18:00", "time 2025-06-04T17:59:59.999999Z",
     ALLOWED, NULL, NULL, NULL},
    {"when.windows", "when.windows: Mon-Fri 08:00-18:00", "time 2025-06-04T07:59:59.999999Z",
     REFUSED, "Mon-Fri 08:00-18:00", "Wed 07:59 UTC", NULL},
    {"when.windows", "when.windows: Mon-Fri 08:00-18:00", "time 2025-06-04T18:00:00Z", REFUSED,
     "Mon-Fri 08:00-18:00", "Wed 18:00 UTC", NULL},
    {"when.windows", "when.windows: Mon-Fri 00:00-24:00", "time 2025-06-06T23:59:59.999999Z",
     ALLOWED, NULL, NULL, NULL},
    {"when.windows", "when.windows: Mon-Fri 00:00-24:00", "time 2025-06-07T00:00:00Z", REFUSED,
     "Mon-Fri 00:00-24:00", "Sat 00:00 UTC", NULL},
    {"when.windows", "when.windows: Mon-Fri 00:00-24:00", "time 2025-06-08T23:59:59Z", REFUSED,
     "Mon-Fri 00:00-24:00", "Sun 23:59 UTC", NULL},
    {"when.windows", "when.windows: Mon-Fri 00:00-24:00", "time 2025-06-09T00:00:00Z", ALLOWED,
     NULL, NULL, NULL},
    {"when.windows", "when.windows: Sat-Mon 00:00-24:00", "time 2025-06-09T23:59:59Z", ALLOWED,
     NULL, NULL, NULL},
    {"when.windows", "when.windows: Sat-Mon 00:00-24:00", "time 2025-06-10T00:00:00Z", REFUSED,
     "Sat-Mon 00:00-24:00", "Tue 00:00 UTC", NULL},
    {"when.windows", "when.windows: [Mon 00:00-01:00, Wed 12:00-12:01]", "", ALLOWED, NULL, NULL,
     NULL},
    {"when.windows", "when.windows: [Mon 00:00-01:00, Wed 12:01-12:02]", "", REFUSED,
     "Mon 00:00-01:00, Wed 12:01-12:02", "Wed 12:00 UTC", NULL},
    {"when.windows", "when.windows: Thu 00:00-00:01", "time-us 0", ALLOWED, NULL, NULL, NULL},
    {"when.windows", "when.windows: Thu 00:00-00:01", "time 1970-01-01T00:00:59Z", ALLOWED, NULL,
     NULL, NULL},
    {"when.windows", "when.windows: Mon-Sun 00:00-24:00", "time-us 0x8000000000000000", REFUSED,
     "Mon-Sun 00:00-24:00", "what is not known", NULL},

    /* As many as there may be; a window behind the last would be a Friday up to the budget. */
    {"when.windows",
     "when.windows: [Thu 01:00-01:01, Thu 02:00-02:01, Thu 03:00-03:01, Thu 04:00-04:01, "
     "Thu 05:00-05:01, Thu 06:00-06:01, Thu 07:00-07:01, Thu 08:00-08:01, Thu 09:00-09:01, "
     "Thu 10:00-10:01, Thu 11:00-11:01, Thu 12:00-12:01, Thu 13:00-13:01, Thu 14:00-14:01, "
     "Thu 15:00-15:01, Thu 16:00-16:01]\nbudget.hour: 1440",
     "time 2025-06-06T12:00:00Z", REFUSED,
     "Thu 01:00-01:01, Thu 02:00-02:01, Thu 03:00-03:01, Thu 04:00-04:01, Thu 05:00-05:01, "
     "Thu 06:00-06:01, Thu 07:00-07:01, Thu 08:00-08:01, Thu 09:00-09:01, Thu 10",
     "Fri 12:00 UTC", NULL},
    {"budget.hour", "budget.hour: 5", "hour 4, day 9, release 9", ALLOWED, NULL, NULL, NULL},
    {"budget.hour", "budget.hour: 5", "hour 5", REFUSED, "at most 5 signatures an hour",
     "5 before this one", NULL},
    {"budget.day", "budget.day: 5", "day 4, hour 9, release 9", ALLOWED, NULL, NULL, NULL},
    {"budget.day", "budget.day: 5", "day 5", REFUSED, "at most 5 signatures a day",
     "5 before this one", NULL},
    {"budget.day", "budget.day: 1", "day 1", REFUSED, "at most 1 signatures a day",
     "1 before this one", NULL},
    {"budget.release", "budget.release: 1", "release 0, hour 9, day 9", ALLOWED, NULL, NULL, NULL},
    {"budget.release", "budget.release: 1", "release 1", REFUSED,
     "at most 1 signatures of a version", "1 before this one", NULL},
    {"budget.release", "budget.release: 1000000", "release 0xffffffffffffffff", REFUSED,
     "at most 1000000 signatures of a version", "a version too old to be counted", NULL},
};

#define CASE_COUNT (sizeof cases / sizeof cases[0])

static void assert_refused(const struct fws_world *world, const struct entry *entry)
{
    assert_string_equal(reason_of(world, entry->rule)->expected, entry->expected);
    assert_string_equal(reason_of(world, entry->rule)->seen, entry->seen);
    assert_status(world->decision.status, rule_of(entry->rule)->status);
}

static void assert_case(const struct entry *entry)
{
    struct fws_world world;

    ask(&world, entry->settings, entry->facts);
    for (size_t i = 0; i < world.decision.reason_count; i++) {
        const char *rule = world.decision.reasons[i].rule;
        bool refuses =
            entry->answer == REFUSED && (strcmp(rule, entry->rule) == 0 ||
                                         (entry->also != NULL && strcmp(rule, entry->also) == 0));

        if (refuses) {
            assert_answer(&world, rule, FWS_ANSWER_FAIL);
        } else if (!world.facts.tentative) {
            assert_answer(&world, rule, FWS_ANSWER_PASS);
        }
    }
    (void)reason_of(&world, entry->rule);
    assert_int_equal(world.decision.allowed, entry->answer == ALLOWED);
    if (entry->answer == REFUSED) {
        assert_refused(&world, entry);
    }
    fws_world_close(&world);
}

TEST(each_case_has_its_answer_and_its_words)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        assert_case(&cases[i]);
    }
}

TEST(every_rule_has_a_case_that_it_takes_and_one_that_it_refuses)
{
    for (size_t i = 0; i < RULE_COUNT; i++) {
        size_t counts[2] = {0};

        for (size_t k = 0; k < CASE_COUNT; k++) {
            counts[cases[k].answer] += strcmp(cases[k].rule, rules[i].name) == 0;
        }
        if (counts[ALLOWED] == 0 || counts[REFUSED] == 0) {
            fail_msg("%s: %zu taken, %zu refused", rules[i].name, counts[ALLOWED], counts[REFUSED]);
        }
    }
}

TEST_MAIN("policy/rules")
