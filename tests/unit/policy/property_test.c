/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies and facts at random, the same on every run: what a decision promises of all of them.
 *
 * A policy is a choice of the keys below on top of the least one, a request one fact of each line.
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/policy/world.h"
#include "tests/unit/test.h"

#define ROUNDS   400u /* policies */
#define WILD     16u  /* facts of a request that are not good, at most */
#define REQUESTS 200u /* of one policy */

#define RULE(settings_)                                                                            \
    {                                                                                              \
        settings_, NULL, NULL, NULL                                                                \
    }

/* Every key of the schema with a value or two. What may allow more than the policy without it says
 * why, and in which policy and of which request; all others are rules, and rules only take away. */
static const struct further {
    const char *settings;
    const char *relaxes;
    const char *with;
    const char *request;
} further[] = {
    {"serial: 5", "says how new the policy is; without, it is older than all that signed", "",
     "last-serial 5"},
    {"channels: [beta, stable]", "other lines of releases than the one there is without it", "",
     "channel beta"},
    {"keys.other: {}", "one more key that may sign", "", "key other"},
    RULE("keys.prod.from: 2025-06-04T12:00:00Z"),
    RULE("keys.prod.from: 2025-06-05"),
    RULE("keys.prod.until: 2025-06-04T12:00:01Z"),
    RULE("keys.prod.until: 2025-06-04T12:00:00Z"),
    {"keys.prod.allow: software", "a relaxation by name", "", "software yes"},
    RULE("keys.prod.allow: [imported, multi-purpose]"),
    RULE("keys.prod.hsm-firmware: 2.4"),
    RULE("keys.prod.hsm-firmware: 3"),
    {"allow-fresh: true", "a relaxation by name", "", "fresh yes"},
    RULE("allow-fresh: false"),
    RULE("identity.vendor-id: acme.example"), /* becomes a fact: vendor */
    RULE("identity.class-id: pump"),          /* becomes a fact: class */
    RULE("identity.marker.offset: 0x40\nidentity.marker.text: PUMP"),
    RULE("identity.marker.offset: 0x40\nidentity.marker.hex: 50554d51"),
    RULE("identity.hardware.revisions: [rev-a, rev-b]"),
    RULE("identity.hardware.revisions: rev-c"),
    {"identity.hardware.offset: 0x50", "the firmware names its hardware where --hardware had to",
     "identity.hardware.revisions: rev-b", ""},
    RULE("format.header: reserved"),
    RULE("format.header-size: 0x400"),
    RULE("format.align: 16"),
    RULE("format.upgrade: swap"),
    RULE("format.max-sectors: 96"),
    RULE("format.pad: slot"),
    RULE("format.erased: 0x00"),
    RULE("format.hash: sha512"),
    RULE("format.key-form: full"),
    RULE("format.tlvs.0xa0: 00ff"),
    {"format.resign: true", "inputs that are images are taken too", "", "image yes"},
    RULE("format.resign: false"),
    RULE("format.addresses: 0x0-0x3ffff"),
    RULE("version.minimum: 1.2.0"),
    RULE("version.minimum: 1.2.0+1"),
    RULE("version.rollback-floor: 1.2.0"),
    RULE("version.increasing: true"),
    {"version.increasing: false", "a version may be signed again, or an older one", "",
     "last 1.2.0"},
    RULE("version.build: required"),
    RULE("version.build: forbidden"),
    RULE("version.build: allowed"),
    RULE("counter.from: required"),
    RULE("counter.from: version"),
    RULE("counter.from: none"),
    RULE("counter.from: option"),
    RULE("counter.minimum: 5"),
    {"counter.may-fall: true", "a relaxation by name", "", "last-counter 5"},
    RULE("counter.may-fall: false"),
    RULE("content.min-size: 256"),
    RULE("content.min-size: 257"),
    RULE("content.max-size: 256"),
    {"content.allow-blank: true", "a relaxation by name", "", "fill 0xff"},
    RULE("content.allow-blank: false"),
    {"content.allow-private-keys: true", "a relaxation by name", "",
     "put 0x90 -----BEGIN EC PRIVATE KEY-----"},
    RULE("content.allow-private-keys: false"),
    RULE("content.must-contain.banner: release build"),
    RULE("content.must-contain.other.text: PUMP"),
    RULE("content.must-not-contain.banner: debug build"),
    RULE("content.must-not-contain.other.hex: 50554d50"),
    RULE("content.cortex-m.ram.sram: 0x20000000-0x20003fff\ncontent.cortex-m.address: 0x08000200"),
    {"content.cortex-m.ram.tcm.range: 0x0-0xffff", "more memory that the stack may be in",
     "content.cortex-m.ram.sram: 0x20000000-0x20003fff\ncontent.cortex-m.address: 0x08000200",
     "word 0 0x8000"},
    RULE("content.riscv.address: 0x08000200"),
    {"content.riscv.entry: 0x08000280", "another place where the first instruction is",
     "content.riscv.address: 0x08000200", "word 0 0"},
    RULE("callers: [alice, bob]"),
    RULE("callers: bob"),
    RULE("when.from: 2025-06-04T12:00:00Z"),
    RULE("when.until: 2025-06-05"),
    RULE("when.windows: Mon-Fri 08:00-18:00"),
    RULE("budget.hour: 5"),
    RULE("budget.day: 5"),
    RULE("budget.release: 1"),
};

#define FURTHER_COUNT (sizeof further / sizeof further[0])

#define FACTS_MAX 7

/* The first of each line is what a good request has. */
static const char *const facts[][FACTS_MAX] = {
    {"caller alice", "caller mallory", "caller bob"},
    {"time 2025-06-04T12:00:00Z", "time 2025-06-03T12:00:00Z", "time 2025-06-07T03:00:00Z",
     "time 2100-01-01", "time-us 0", "time-us 0xffffffffffffffff", "time-us 0x7fffffffffffffff"},
    {"key prod", "key spare", "key other", "key -", "key \x1b[31m?x"},
    {"software no", "software yes"},
    {"spki own", "spki published"},
    {"hsm-firmware 2.4", "hsm-firmware 3.0", "hsm-firmware 2.3", "hsm-firmware x"},
    {"channel stable", "channel beta", "channel nightly"},
    {"fresh no", "fresh yes"},
    {"replay no", "replay yes"},
    {"version 1.2.0", "version 1.2.0+1", "version 1.1.9", "version 0.0.0", "version 255.255.65535"},
    {"counter -", "counter 5", "counter 4", "counter 0", "counter 0xffffffff"},
    {"hardware rev-b", "hardware -", "hardware rev-c"},
    {"image no", "image yes"},
    {"input-vendor -", "input-vendor aa", "input-vendor bb"},
    {"input-class -", "input-class aa"},
    {"vendor aa", "vendor -"},
    {"class -", "class aa"},
    {"entry -", "entry 0x08000280", "entry 0x08000281", "entry 0", "entry 0xffffffff"},
    {"image-size 0xfd0", "image-size 0xfd1", "image-size 0", "image-size 0xffffffffffffffff"},
    {"trailer-size 0x30", "trailer-size 0x31", "trailer-size 0xffffffffffffffff"},
    {"last 1.1.0", "last 1.2.0", "last -", "last 255.255.65535+4294967295"},
    {"reserved no", "reserved yes"},
    {"last-counter -", "last-counter 5", "last-counter 0xffffffff"},
    {"last-serial -", "last-serial 5", "last-serial 6", "last-serial 0xffffffffffffffff"},
    {"hour 0", "hour 5", "hour 0xffffffffffffffff"},
    {"day 4", "day 5"},
    {"release 0", "release 1", "release 0xffffffffffffffff"},
    {"payload 256", "payload 0", "payload 1", "payload 7", "payload 8", "payload 512"},
    {"word 0 0x20004000", "fill 0xff", "word 0 0", "word 0 0x8000", "half 0x80 0"},
    {"word 4 0x08000209", "word 4 0x08000208", "word 4 0xffffffff"},
    {"put 0x60 release build", "put 0x60 debug build", "put 0x90 -----BEGIN EC PRIVATE KEY-----"},
    {"put 0x40 PUMP", "put 0x40 FANS", "put 0x50 rev-c"},
};

#define FACT_COUNT (sizeof facts / sizeof facts[0])

/* What a decision can do without, when it is tentative. */
static const char *const unknown[] = {"caller -",  "time -",     "spki -",       "hsm-firmware -",
                                      "channel -", "history no", "image-size -", "payload -"};

/* ---- Random numbers: xorshift ---- */

static uint64_t seed;

static size_t below(size_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)((seed >> 11) % limit);
}

/* ---- A policy ---- */

struct picks {
    bool taken[FURTHER_COUNT];
};

static bool same_key(const char *a, const char *b)
{
    size_t size = strcspn(a, ":");

    return strcspn(b, ":") == size && strncmp(a, b, size) == 0;
}

static bool can_take(const struct picks *picks, size_t index)
{
    for (size_t i = 0; i < FURTHER_COUNT; i++) {
        if (picks->taken[i] && same_key(further[i].settings, further[index].settings)) {
            return false;
        }
    }
    return true;
}

static struct picks some_picks(void)
{
    struct picks picks = {0};

    for (size_t count = below(8); count > 0; count--) {
        size_t index = below(FURTHER_COUNT);

        picks.taken[index] = can_take(&picks, index);
    }
    return picks;
}

/* False when these keys do not go together. */
static bool make(const struct picks *picks, struct fws_world *out)
{
    char settings[4096] = "";
    size_t used = 0;
    struct fws_error err = {0};

    for (size_t i = 0; i < FURTHER_COUNT; i++) {
        if (picks->taken[i]) {
            used += (size_t)snprintf(settings + used, sizeof settings - used, "%s%s",
                                     used > 0 ? "\n" : "", further[i].settings);
        }
    }
    return fws_world_try(out, settings, &err);
}

/* ---- A request ---- */

/* A good request but for at most so many facts. */
static void some_facts(size_t most, char out[FWS_WORLD_FACTS_SIZE])
{
    size_t others[FACT_COUNT] = {0};
    size_t used = 0;

    for (size_t count = below(most + 1); count > 0; count--) {
        others[below(FACT_COUNT)] = below(FACTS_MAX);
    }
    for (size_t i = 0; i < FACT_COUNT; i++) {
        const char *fact = facts[i][others[i]] != NULL ? facts[i][others[i]] : facts[i][1];

        used += (size_t)snprintf(out + used, FWS_WORLD_FACTS_SIZE - used, "%s%s",
                                 used > 0 ? ", " : "", fact);
    }
}

static void some_unknown(struct fws_world *world)
{
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        if (below(3) == 0) {
            fws_world_facts(world, unknown[i]);
        }
    }
}

/* ---- What holds of each decision ---- */

static enum fws_status status_of(const struct fws_decision *decision)
{
    size_t caller = 0;
    size_t budget = 0;
    size_t all = 0;

    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];
        bool fails = reason->answer == FWS_ANSWER_FAIL;

        caller += fails && strcmp(reason->rule, "callers") == 0;
        budget += fails && strncmp(reason->rule, "budget.", 7) == 0;
        all += fails;
    }
    return all == 0        ? FWS_OK
           : caller > 0    ? FWS_E_CALLER
           : budget == all ? FWS_E_BUDGET
                           : FWS_E_POLICY_DENIED;
}

static void assert_sound(const struct fws_world *world)
{
    const struct fws_decision *decision = &world->decision;
    size_t asked = 0;
    struct fws_error err = {0};

    for (size_t i = 0; i < decision->reason_count; i++) {
        asked += decision->reasons[i].answer != FWS_ANSWER_NOT_ASKED;
        assert_true(*decision->reasons[i].rule != '\0' && *decision->reasons[i].expected != '\0');
        assert_true(world->facts.tentative || decision->reasons[i].answer != FWS_ANSWER_NOT_ASKED);
    }
    assert_true(asked > 0);
    assert_status(decision->status, status_of(decision));
    assert_int_equal(decision->allowed, decision->status == FWS_OK);
    if (!decision->allowed) {
        assert_status(fws_decision_error(&world->policy, decision, &err), decision->status);
    }
}

/* The decision with these facts besides; true: allowed. */
static bool decide(struct fws_world *world, const char *request)
{
    fws_world_facts(world, request);
    fws_world_decide(world);
    assert_sound(world);
    return world->decision.allowed;
}

TEST(a_decision_is_the_conjunction_of_its_answers)
{
    size_t allowed = 0;
    size_t rounds = 0;

    seed = 0x9e3779b97f4a7c15;
    for (size_t tries = 0; rounds < ROUNDS; tries++) {
        struct picks picks = some_picks();
        struct fws_world world;
        char request[FWS_WORLD_FACTS_SIZE];

        some_facts(WILD, request);
        assert_true(tries < 10 * ROUNDS);
        if (!make(&picks, &world)) {
            continue;
        }
        allowed += decide(&world, request);
        some_unknown(&world);
        (void)decide(&world, "");
        fws_world_close(&world);
        rounds++;
    }
    assert_in_range(allowed, ROUNDS / 20, ROUNDS - ROUNDS / 20);
}

TEST(a_tentative_decision_refuses_nothing_that_is_allowed_when_all_is_known)
{
    size_t allowed = 0;
    size_t rounds = 0;

    seed = 0x2545f4914f6cdd1d;
    for (size_t tries = 0; rounds < ROUNDS; tries++) {
        struct picks picks = some_picks();
        struct fws_world world;
        char request[FWS_WORLD_FACTS_SIZE];

        some_facts(WILD, request);
        assert_true(tries < 10 * ROUNDS);
        if (!make(&picks, &world)) {
            continue;
        }
        if (decide(&world, request)) {
            assert_true(decide(&world, "tentative yes"));
            some_unknown(&world);
            assert_true(decide(&world, ""));
            allowed++;
        }
        fws_world_close(&world);
        rounds++;
    }
    assert_true(allowed > ROUNDS / 20);
}

/* ---- One key more ---- */

/* Some policy that allows something, and it with one rule more; false: they do not go together. */
static bool make_both(size_t index, struct fws_world *without, struct fws_world *with)
{
    struct picks picks = some_picks();
    char good[FWS_WORLD_FACTS_SIZE];

    some_facts(0, good);
    if (!can_take(&picks, index) || !make(&picks, without)) {
        return false;
    }
    picks.taken[index] = true;
    if (!decide(without, good) || !make(&picks, with)) {
        fws_world_close(without);
        return false;
    }
    return true;
}

/* How many requests that rule takes away. */
static size_t compare(size_t index, struct fws_world *without, struct fws_world *with)
{
    size_t taken_away = 0;

    for (size_t i = 0; i < REQUESTS; i++) {
        char request[FWS_WORLD_FACTS_SIZE];

        some_facts(3, request);
        fws_world_forget(without);
        fws_world_forget(with);
        bool before = decide(without, request);
        bool after = decide(with, request);

        if (after && !before) {
            fail_msg("'%s' allows what is refused without it: %s\n%s", further[index].settings,
                     request, without->text);
        }
        taken_away += before && !after;
    }
    return taken_away;
}

TEST(one_rule_more_never_allows_more)
{
    size_t taken_away = 0;

    seed = 42;
    for (size_t i = 0; i < FURTHER_COUNT; i++) {
        struct fws_world without;
        struct fws_world with;
        size_t tries = 1;

        if (further[i].relaxes != NULL) {
            continue;
        }
        while (!make_both(i, &without, &with)) {
            assert_true(tries++ < 1000);
        }
        taken_away += compare(i, &without, &with);
        fws_world_close(&without);
        fws_world_close(&with);
    }
    assert_in_range(taken_away, FURTHER_COUNT, REQUESTS * FURTHER_COUNT / 2);
}

static bool allows(const char *settings, const char *more, const char *request)
{
    struct fws_world world;
    char all[512];

    (void)snprintf(all, sizeof all, "%s%s%s", settings, *settings != '\0' ? "\n" : "", more);
    fws_world_open(&world, all);
    bool allowed = decide(&world, request);

    fws_world_close(&world);
    return allowed;
}

/* So that the list of those that do is not longer than it must be. */
TEST(each_relaxation_allows_something)
{
    for (size_t i = 0; i < FURTHER_COUNT; i++) {
        const struct further *one = &further[i];

        if (one->relaxes != NULL && (allows(one->with, "", one->request) ||
                                     !allows(one->with, one->settings, one->request))) {
            fail_msg("'%s' (%s) does not allow more", one->settings, one->relaxes);
        }
    }
}

/* ---- The schema ---- */

/* "keys.prod.until" is "keys.NAME.until". */
static bool is_path(const char *setting, size_t size, const char *path)
{
    while (size > 0 && *path != '\0') {
        size_t part = strcspn(setting, ".:");
        size_t wanted = strcspn(path, ".");

        if (strncmp(path, "NAME", wanted) != 0 &&
            (part != wanted || strncmp(setting, path, part) != 0)) {
            return false;
        }
        path += wanted + (path[wanted] == '.');
        if (part >= size) {
            return *path == '\0';
        }
        setting += part + 1;
        size -= part + 1;
    }
    return false;
}

static bool is_further(const char *path)
{
    static const char *const always[] = {"product", "format.slot-size", "version.from"};

    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        if (strcmp(always[i], path) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < FURTHER_COUNT; i++) {
        for (const char *line = further[i].settings; line != NULL; line = strchr(line, '\n')) {
            line += *line == '\n';
            if (is_path(line, strcspn(line, ":"), path)) {
                return true;
            }
        }
    }
    return false;
}

/* A list of names and a short form say what the keys below them do. */
static void assert_all(const struct fws_yaml_field *fields, const char *prefix)
{
    for (; fields->key != NULL; fields++) {
        const char *below_it = fields->type == FWS_YAML_NAMED ? ".NAME." : ".";
        char path[128];

        (void)snprintf(path, sizeof path, "%s%s", prefix, fields->key);
        if (fields->fields == NULL && !is_further(path)) {
            fail_msg("%s is not among the keys", path);
        }
        if (fields->fields != NULL && fields->short_key == NULL) {
            (void)snprintf(path, sizeof path, "%s%s%s", prefix, fields->key, below_it);
            assert_all(fields->fields, path);
        }
    }
}

TEST(every_key_of_the_schema_is_among_them)
{
    assert_false(is_further("keys.NAME.nothing"));
    assert_true(is_further("keys.NAME.until"));
    assert_all(fws_policy_fields, "");
}

TEST_MAIN("policy/property")
