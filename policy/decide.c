/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision: facts in, reasons out, no I/O.
 *
 * Every rule is asked and reported, so that one run shows all there is to correct. A rule can only
 * take away: allowed starts as "something was asked" and each answer may turn it to false. A rule is
 * a row of the table at the end: when the policy says it, which facts it needs, what must hold.
 */
#include <stdio.h>
#include <string.h>

#include "bytes/bytes.h"
#include "policy/decide.h"
#include "policy/denied_keys.h"
#include "policy/vectors.h"

#define MINUTE_US INT64_C(60000000)
#define DAY_MIN   INT64_C(1440)

static bool is_listed(const struct fws_yaml_texts *texts, const char *text)
{
    for (size_t i = 0; text != NULL && i < texts->count; i++) {
        if (strcmp(texts->items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- Which facts there are ---- */

static bool content_known(const struct fws_question *q)
{
    return q->facts->content != NULL;
}

/* The bytes themselves, and not what a record says of them. */
static bool bytes_known(const struct fws_question *q)
{
    return q->facts->content != NULL && !q->facts->content->partial;
}

static bool history_known(const struct fws_question *q)
{
    return q->facts->has_history;
}

/* A clock that stands before 1970 was never set. */
static bool time_known(const struct fws_question *q)
{
    return q->facts->has_time && q->facts->time_us >= 0;
}

static bool sizes_known(const struct fws_question *q)
{
    return q->facts->has_sizes;
}

static bool caller_known(const struct fws_question *q)
{
    return q->facts->caller != NULL;
}

/* ---- Who asks ---- */

static bool callers_stand(const struct fws_question *q)
{
    return q->policy->callers.count > 0;
}

static bool caller_holds(const struct fws_question *q)
{
    return is_listed(&q->policy->callers, q->facts->caller);
}

/* ---- With which key ---- */

static bool key_holds(const struct fws_question *q)
{
    return q->key != NULL;
}

static bool key_stands(const struct fws_question *q)
{
    return q->key != NULL;
}

static bool key_place_holds(const struct fws_question *q)
{
    return !q->facts->key_software || (q->key->allowed & FWS_POLICY_ALLOW_SOFTWARE) != 0;
}

static bool key_from_stands(const struct fws_question *q)
{
    return q->key != NULL && q->key->from.text != NULL;
}

static bool key_from_holds(const struct fws_question *q)
{
    return q->facts->time_us >= q->key->from.time_us;
}

static bool key_until_stands(const struct fws_question *q)
{
    return q->key != NULL && q->key->until.text != NULL;
}

static bool key_until_holds(const struct fws_question *q)
{
    return q->facts->time_us < q->key->until.time_us;
}

static bool hsm_firmware_stands(const struct fws_question *q)
{
    return q->key != NULL && q->key->hsm_firmware != NULL;
}

static bool hsm_firmware_known(const struct fws_question *q)
{
    return q->facts->hsm_firmware != NULL || q->facts->key_software;
}

static int compare_dotted(const unsigned a[FWS_DOTTED_MAX], const unsigned b[FWS_DOTTED_MAX])
{
    for (size_t i = 0; i < FWS_DOTTED_MAX; i++) {
        if (a[i] != b[i]) {
            return a[i] < b[i] ? -1 : 1;
        }
    }
    return 0;
}

/* A software key has no HSM that could be new enough. */
static bool hsm_firmware_holds(const struct fws_question *q)
{
    unsigned least[FWS_DOTTED_MAX];
    unsigned seen[FWS_DOTTED_MAX];

    return !q->facts->key_software && fws_dotted_parse(q->key->hsm_firmware, least) &&
           fws_dotted_parse(q->facts->hsm_firmware, seen) && compare_dotted(seen, least) >= 0;
}

static bool spki_known(const struct fws_question *q)
{
    return q->facts->key_spki != NULL;
}

/* PKfail: a key that was published with samples signs for everybody. Nothing overrides this. */
static bool denied_key_holds(const struct fws_question *q)
{
    return fws_denied_key_origin(q->facts->key_spki) == NULL;
}

/* ---- Under which policy, for what ---- */

static bool serial_stands(const struct fws_question *q)
{
    return q->facts->has_last_serial || q->facts->enforced;
}

/* An older policy put in the place of the newer one brings its holes back. */
static bool serial_holds(const struct fws_question *q)
{
    return q->policy->has_serial && q->policy->serial >= q->facts->last_serial;
}

static bool channel_holds(const struct fws_question *q)
{
    const char *channel = q->facts->channel;

    return q->policy->channels.count > 0 ? is_listed(&q->policy->channels, channel)
                                         : strcmp(channel, FWS_CHANNEL_DEFAULT) == 0;
}

static bool channel_known(const struct fws_question *q)
{
    return q->facts->channel != NULL;
}

static bool fresh_stands(const struct fws_question *q)
{
    return q->facts->fresh;
}

static bool fresh_holds(const struct fws_question *q)
{
    return q->policy->allow_fresh;
}

/* ---- For which device ---- */

static bool same_id(const uint8_t *input, const uint8_t *own)
{
    return input == NULL || (own != NULL && memcmp(input, own, 16) == 0);
}

static bool input_stands(const struct fws_question *q)
{
    return q->facts->input_is_image && q->policy->format.resign;
}

static bool vendor_holds(const struct fws_question *q)
{
    return same_id(q->facts->input_vendor_id, q->facts->vendor_id);
}

static bool class_holds(const struct fws_question *q)
{
    return same_id(q->facts->input_class_id, q->facts->class_id);
}

static bool marker_stands(const struct fws_question *q)
{
    return q->policy->identity.marker.given;
}

static bool marker_holds(const struct fws_question *q)
{
    return q->facts->content->marker;
}

static bool hardware_stands(const struct fws_question *q)
{
    return q->policy->identity.revisions.count > 0;
}

static bool hardware_known(const struct fws_question *q)
{
    return !q->policy->identity.has_hardware_offset || bytes_known(q);
}

/* What the firmware says counts; what the caller says besides must agree. */
static bool hardware_holds(const struct fws_question *q)
{
    const char *named = q->facts->hardware;
    const char *own = q->policy->identity.has_hardware_offset ? q->facts->content->hardware : named;

    return is_listed(&q->policy->identity.revisions, own) &&
           (named == NULL || strcmp(named, own) == 0);
}

static bool resign_holds(const struct fws_question *q)
{
    return !q->facts->input_is_image || q->policy->format.resign;
}

static bool slot_holds(const struct fws_question *q)
{
    size_t total;

    return fws_size_add(q->facts->image_size, q->facts->trailer_size, &total) &&
           total <= q->policy->format.slot_size;
}

/* ---- Which version and counter ---- */

static bool version_from_stands(const struct fws_question *q)
{
    return q->facts->version_conflict != NULL;
}

/* What the caller says is not what the sources say. */
static bool version_from_holds(const struct fws_question *q)
{
    return *q->facts->version_conflict == '\0';
}

static bool minimum_stands(const struct fws_question *q)
{
    return q->policy->version.has_minimum;
}

static bool minimum_holds(const struct fws_question *q)
{
    return fws_version_compare(&q->facts->version, &q->policy->version.minimum) >= 0;
}

static bool floor_stands(const struct fws_question *q)
{
    return q->policy->version.has_floor;
}

static bool floor_holds(const struct fws_question *q)
{
    return fws_version_compare(&q->facts->version, &q->policy->version.floor) >= 0;
}

static bool increasing_stands(const struct fws_question *q)
{
    return q->policy->version.increasing;
}

/* An older version signed anew brings its faults back under a good signature, and two images of one
 * version cannot be told apart in the field. Bytes that were begun and not finished keep theirs. */
static bool increasing_holds(const struct fws_question *q)
{
    const struct fws_version *last = q->facts->last_version;
    int order = last != NULL ? fws_version_compare(&q->facts->version, last) : 1;

    return order > 0 || (order == 0 && q->facts->reserved);
}

static bool build_stands(const struct fws_question *q)
{
    return q->policy->version.build != FWS_POLICY_BUILD_ALLOWED;
}

static bool build_holds(const struct fws_question *q)
{
    bool has_build = q->facts->version.build != 0;

    return has_build == (q->policy->version.build == FWS_POLICY_BUILD_REQUIRED);
}

static bool counter_stands(const struct fws_question *q)
{
    return q->policy->counter.from != FWS_POLICY_COUNTER_OPTION;
}

static bool counter_holds(const struct fws_question *q)
{
    return q->facts->has_counter == (q->policy->counter.from != FWS_POLICY_COUNTER_NONE);
}

static bool counter_minimum_stands(const struct fws_question *q)
{
    return q->policy->counter.minimum > 0;
}

static bool counter_minimum_holds(const struct fws_question *q)
{
    return q->facts->has_counter && q->facts->counter >= q->policy->counter.minimum;
}

static bool counter_fall_stands(const struct fws_question *q)
{
    return !q->policy->counter.may_fall;
}

/* An image without a counter is one below all that have one. */
static bool counter_fall_holds(const struct fws_question *q)
{
    return !q->facts->has_last_counter ||
           (q->facts->has_counter && q->facts->counter >= q->facts->last_counter);
}

/* ---- What the bytes are ---- */

static bool min_size_stands(const struct fws_question *q)
{
    return q->policy->content.min_size > 0;
}

static bool min_size_holds(const struct fws_question *q)
{
    return q->facts->content->size >= q->policy->content.min_size;
}

static bool max_size_stands(const struct fws_question *q)
{
    return q->policy->content.max_size > 0;
}

static bool max_size_holds(const struct fws_question *q)
{
    return q->facts->content->size <= q->policy->content.max_size;
}

static bool blank_stands(const struct fws_question *q)
{
    return !q->policy->content.allow_blank;
}

static bool blank_holds(const struct fws_question *q)
{
    return !q->facts->content->constant;
}

size_t fws_patterns_must_not(const struct fws_policy *policy)
{
    return policy->content.must_contain.count;
}

size_t fws_patterns_private_key(const struct fws_policy *policy)
{
    return policy->content.must_contain.count + policy->content.must_not_contain.count;
}

size_t fws_patterns_first(const struct fws_content *content, size_t from, size_t count, bool found)
{
    size_t i = 0;

    while (i < count && (content->found[from + i] != SIZE_MAX) != found) {
        i++;
    }
    return i;
}

static bool private_key_stands(const struct fws_question *q)
{
    return !q->policy->content.allow_private_keys;
}

static bool private_key_holds(const struct fws_question *q)
{
    return fws_patterns_first(q->facts->content, fws_patterns_private_key(q->policy),
                              FWS_PRIVATE_KEY_HEADER_COUNT, true) == FWS_PRIVATE_KEY_HEADER_COUNT;
}

static bool must_stands(const struct fws_question *q)
{
    return q->policy->content.must_contain.count > 0;
}

static bool must_holds(const struct fws_question *q)
{
    size_t count = q->policy->content.must_contain.count;

    return fws_patterns_first(q->facts->content, 0, count, false) == count;
}

static bool must_not_stands(const struct fws_question *q)
{
    return q->policy->content.must_not_contain.count > 0;
}

static bool must_not_holds(const struct fws_question *q)
{
    size_t count = q->policy->content.must_not_contain.count;

    return fws_patterns_first(q->facts->content, fws_patterns_must_not(q->policy), count, true) ==
           count;
}

static bool cortex_m_stands(const struct fws_question *q)
{
    return q->policy->content.cortex_m.ram.count > 0;
}

static bool stack_holds(const struct fws_question *q)
{
    const struct fws_policy_ram *ram = q->policy->content.cortex_m.ram.items;

    for (size_t i = 0; q->facts->content->has_vectors && i < q->policy->content.cortex_m.ram.count;
         i++) {
        if (fws_vectors_stack_ok(q->facts->content->stack_pointer, (uint32_t)ram[i].range.first,
                                 (uint32_t)ram[i].range.last)) {
            return true;
        }
    }
    return false;
}

static bool reset_holds(const struct fws_question *q)
{
    const struct fws_content *content = q->facts->content;

    return content->has_vectors &&
           fws_vectors_reset_ok(content->reset_vector,
                                (uint32_t)q->policy->content.cortex_m.address, content->size);
}

static bool riscv_stands(const struct fws_question *q)
{
    return q->policy->content.riscv.has_address;
}

/* Instructions of all zeros or all ones are illegal on every RISC-V (unprivileged ISA, 1.5). */
static bool code_holds(const struct fws_question *q)
{
    const struct fws_content *content = q->facts->content;

    return content->entry_inside && content->entry_code != 0 && content->entry_code != 0xffff;
}

static bool entry_stands(const struct fws_question *q)
{
    return q->policy->content.riscv.has_entry && q->facts->has_entry;
}

static bool entry_holds(const struct fws_question *q)
{
    return q->facts->entry == q->policy->content.riscv.entry;
}

/* ---- When, how much ---- */

static bool when_from_stands(const struct fws_question *q)
{
    return q->policy->when.from.text != NULL;
}

static bool when_from_holds(const struct fws_question *q)
{
    return q->facts->time_us >= q->policy->when.from.time_us;
}

static bool when_until_stands(const struct fws_question *q)
{
    return q->policy->when.until.text != NULL;
}

static bool when_until_holds(const struct fws_question *q)
{
    return q->facts->time_us < q->policy->when.until.time_us;
}

static bool windows_stand(const struct fws_question *q)
{
    return q->policy->when.window_count > 0;
}

/* 1970-01-01 was a Thursday. */
static bool windows_hold(const struct fws_question *q)
{
    int64_t minutes = q->facts->time_us / MINUTE_US;
    unsigned day = (unsigned)((minutes / DAY_MIN + 3) % 7);
    unsigned minute = (unsigned)(minutes % DAY_MIN);

    for (size_t i = 0; i < q->policy->when.window_count; i++) {
        const struct fws_policy_window *window = &q->policy->when.windows[i];

        if ((window->days & 1u << day) != 0 && minute >= window->from && minute < window->until) {
            return true;
        }
    }
    return false;
}

static bool hour_stands(const struct fws_question *q)
{
    return q->policy->budget.hour > 0;
}

static bool hour_holds(const struct fws_question *q)
{
    return q->facts->hour_count < q->policy->budget.hour;
}

static bool day_stands(const struct fws_question *q)
{
    return q->policy->budget.day > 0;
}

static bool day_holds(const struct fws_question *q)
{
    return q->facts->day_count < q->policy->budget.day;
}

static bool release_stands(const struct fws_question *q)
{
    return q->policy->budget.release > 0;
}

static bool release_holds(const struct fws_question *q)
{
    return q->facts->release_count < q->policy->budget.release;
}

/* ---- The rules ---- */

enum rule_kind { RULE_POLICY, RULE_CALLER, RULE_BUDGET };

struct rule {
    const char *name;      /* path of the key in the file; with of_key behind "keys.NAME." */
    size_t place;          /* of its struct fws_yaml_place in the policy, or the key's; 0: none */
    fws_rule_test *stands; /* does the policy say it? NULL: always */
    fws_rule_test *known;  /* are there the facts it needs? NULL: always */
    fws_rule_test *holds;
    fws_rule_words *expected;
    fws_rule_words *seen;
    enum rule_kind kind;
    bool of_key;
    bool replays; /* also asked when a signature of before is handed out again */
};

#define AT(member)  offsetof(struct fws_policy, at.member)
#define KEY(member) offsetof(struct fws_policy_key, member)
#define SAYS(name)  fws_expect_##name, fws_see_##name

static const struct rule rules[] = {
    {"callers", AT(callers), callers_stand, caller_known, caller_holds, SAYS(caller), RULE_CALLER,
     false, true},
    {"keys", AT(keys), NULL, NULL, key_holds, SAYS(key), RULE_POLICY, false, true},
    {"allow", KEY(at_allow), key_stands, NULL, key_place_holds, SAYS(key_place), RULE_POLICY, true,
     true},
    {"from", KEY(at_from), key_from_stands, time_known, key_from_holds, SAYS(key_from), RULE_POLICY,
     true, true},
    {"until", KEY(at_until), key_until_stands, time_known, key_until_holds, SAYS(key_until),
     RULE_POLICY, true, true},
    {"hsm-firmware", KEY(at_hsm_firmware), hsm_firmware_stands, hsm_firmware_known,
     hsm_firmware_holds, SAYS(hsm_firmware), RULE_POLICY, true, true},
    {"denied-keys", 0, NULL, spki_known, denied_key_holds, SAYS(denied_key), RULE_POLICY, false,
     true},
    {"serial", AT(serial), serial_stands, NULL, serial_holds, SAYS(serial), RULE_POLICY, false,
     true},
    {"channels", AT(channels), NULL, channel_known, channel_holds, SAYS(channel), RULE_POLICY,
     false, true},
    {"allow-fresh", AT(allow_fresh), fresh_stands, NULL, fresh_holds, SAYS(fresh), RULE_POLICY,
     false, false},
    {"identity.vendor-id", AT(vendor_id), input_stands, NULL, vendor_holds, SAYS(vendor),
     RULE_POLICY, false, false},
    {"identity.class-id", AT(class_id), input_stands, NULL, class_holds, SAYS(class), RULE_POLICY,
     false, false},
    {"identity.marker", AT(marker), marker_stands, bytes_known, marker_holds, SAYS(marker),
     RULE_POLICY, false, false},
    {"identity.hardware.revisions", AT(revisions), hardware_stands, hardware_known, hardware_holds,
     SAYS(hardware), RULE_POLICY, false, false},
    {"format.resign", AT(resign), NULL, NULL, resign_holds, SAYS(resign), RULE_POLICY, false,
     false},
    {"format.slot-size", AT(slot_size), NULL, sizes_known, slot_holds, SAYS(slot), RULE_POLICY,
     false, false},
    {"version.from", AT(from), version_from_stands, NULL, version_from_holds, SAYS(version_from),
     RULE_POLICY, false, true},
    {"version.minimum", AT(minimum), minimum_stands, NULL, minimum_holds, SAYS(minimum),
     RULE_POLICY, false, false},
    {"version.rollback-floor", AT(floor), floor_stands, NULL, floor_holds, SAYS(floor), RULE_POLICY,
     false, true},
    {"version.increasing", AT(increasing), increasing_stands, history_known, increasing_holds,
     SAYS(increasing), RULE_POLICY, false, false},
    {"version.build", AT(build), build_stands, NULL, build_holds, SAYS(build), RULE_POLICY, false,
     false},
    {"counter.from", AT(counter_from), counter_stands, NULL, counter_holds, SAYS(counter),
     RULE_POLICY, false, false},
    {"counter.minimum", AT(counter_minimum), counter_minimum_stands, NULL, counter_minimum_holds,
     SAYS(counter_minimum), RULE_POLICY, false, true},
    {"counter.may-fall", AT(may_fall), counter_fall_stands, history_known, counter_fall_holds,
     SAYS(counter_fall), RULE_POLICY, false, false},
    {"content.min-size", AT(min_size), min_size_stands, content_known, min_size_holds,
     SAYS(min_size), RULE_POLICY, false, false},
    {"content.max-size", AT(max_size), max_size_stands, content_known, max_size_holds,
     SAYS(max_size), RULE_POLICY, false, false},
    {"content.allow-blank", AT(allow_blank), blank_stands, content_known, blank_holds, SAYS(blank),
     RULE_POLICY, false, false},
    {"content.allow-private-keys", AT(allow_private_keys), private_key_stands, bytes_known,
     private_key_holds, SAYS(private_key), RULE_POLICY, false, true},
    {"content.must-contain", AT(must_contain), must_stands, bytes_known, must_holds, SAYS(must),
     RULE_POLICY, false, false},
    {"content.must-not-contain", AT(must_not_contain), must_not_stands, bytes_known, must_not_holds,
     SAYS(must_not), RULE_POLICY, false, true},
    {"content.cortex-m.ram", AT(ram), cortex_m_stands, content_known, stack_holds, SAYS(stack),
     RULE_POLICY, false, false},
    {"content.cortex-m.address", AT(cortex_address), cortex_m_stands, content_known, reset_holds,
     SAYS(reset), RULE_POLICY, false, false},
    {"content.riscv.address", AT(riscv_address), riscv_stands, bytes_known, code_holds, SAYS(code),
     RULE_POLICY, false, false},
    {"content.riscv.entry", AT(riscv_entry), entry_stands, NULL, entry_holds, SAYS(entry),
     RULE_POLICY, false, false},
    {"when.from", AT(when_from), when_from_stands, time_known, when_from_holds, SAYS(when_from),
     RULE_POLICY, false, true},
    {"when.until", AT(when_until), when_until_stands, time_known, when_until_holds,
     SAYS(when_until), RULE_POLICY, false, true},
    {"when.windows", AT(windows), windows_stand, time_known, windows_hold, SAYS(windows),
     RULE_POLICY, false, true},
    {"budget.hour", AT(hour), hour_stands, history_known, hour_holds, SAYS(hour), RULE_BUDGET,
     false, false},
    {"budget.day", AT(day), day_stands, history_known, day_holds, SAYS(day), RULE_BUDGET, false,
     false},
    {"budget.release", AT(release), release_stands, history_known, release_holds, SAYS(release),
     RULE_BUDGET, false, false},
};

#define RULE_COUNT (sizeof rules / sizeof rules[0])

_Static_assert(RULE_COUNT <= FWS_DECISION_REASONS_MAX, "each rule has room for its answer");

/* ---- Asking them ---- */

static bool is_true(fws_rule_test *test, const struct fws_question *q)
{
    return test == NULL || test(q);
}

/* What is not known refuses, unless the question is tentative. */
static enum fws_answer ask(const struct rule *rule, const struct fws_question *q)
{
    if (!is_true(rule->known, q)) {
        return q->facts->tentative ? FWS_ANSWER_NOT_ASKED : FWS_ANSWER_FAIL;
    }
    return rule->holds(q) ? FWS_ANSWER_PASS : FWS_ANSWER_FAIL;
}

static struct fws_yaml_place place_of(const struct rule *rule, const struct fws_question *q)
{
    struct fws_yaml_place place = {0};
    const void *base = rule->of_key ? (const void *)q->key : q->policy;

    if (rule->place != 0) {
        memcpy(&place, (const char *)base + rule->place, sizeof place);
    }
    return place;
}

static void report(const struct rule *rule, const struct fws_question *q, enum fws_answer answer,
                   struct fws_decision_reason *out)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    out->answer = answer;
    out->place = place_of(rule, q);
    if (rule->of_key) {
        (void)snprintf(out->rule, sizeof out->rule, "keys.%.70s.%s",
                       fws_policy_key_text(q->key->name, quoted), rule->name);
    } else {
        (void)snprintf(out->rule, sizeof out->rule, "%s", rule->name);
    }
    rule->expected(q, out->expected);
    if (is_true(rule->known, q)) {
        rule->seen(q, out->seen);
    } else {
        (void)snprintf(out->seen, sizeof out->seen, "what is not known");
    }
}

/* A stranger learns that he is one, and nobody is told to wait for a budget that would not help. */
static enum fws_status status_of(const bool failed[])
{
    if (failed[RULE_CALLER]) {
        return FWS_E_CALLER;
    }
    return failed[RULE_POLICY] ? FWS_E_POLICY_DENIED : FWS_E_BUDGET;
}

/* A rule the policy does not say, or one that a replay need not pass. */
static void report_unsaid(const struct rule *rule, struct fws_decision_reason *out)
{
    out->answer = FWS_ANSWER_NOT_ASKED;
    (void)snprintf(out->rule, sizeof out->rule, "%s%s", rule->of_key ? "keys.NAME." : "",
                   rule->name);
}

static void decide(const struct fws_policy *policy, const struct fws_facts *facts, bool explain,
                   struct fws_decision *out)
{
    struct fws_question q = {policy, facts, fws_policy_key(policy, facts->key)};
    bool failed[] = {[RULE_POLICY] = false, [RULE_CALLER] = false, [RULE_BUDGET] = false};
    bool any = false;

    memset(out, 0, sizeof *out);
    out->allowed = true;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = &rules[i];

        if ((facts->replay && !rule->replays) || !is_true(rule->stands, &q)) {
            if (explain) {
                report_unsaid(rule, &out->reasons[out->reason_count++]);
            }
            continue;
        }
        enum fws_answer answer = ask(rule, &q);

        report(rule, &q, answer, &out->reasons[out->reason_count++]);
        any = any || answer != FWS_ANSWER_NOT_ASKED;
        failed[rule->kind] = failed[rule->kind] || answer == FWS_ANSWER_FAIL;
        out->allowed = out->allowed && answer != FWS_ANSWER_FAIL;
    }
    out->allowed = out->allowed && any;
    out->status = out->allowed ? FWS_OK : any ? status_of(failed) : FWS_E_POLICY_DENIED;
}

void fws_policy_decide(const struct fws_policy *policy, const struct fws_facts *facts,
                       struct fws_decision *out)
{
    decide(policy, facts, false, out);
}

void fws_policy_explain(const struct fws_policy *policy, const struct fws_facts *facts,
                        struct fws_decision *out)
{
    decide(policy, facts, true, out);
}
