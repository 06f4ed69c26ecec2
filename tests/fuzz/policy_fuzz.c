/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_policy_parse, fws_content_read, fws_policy_decide, fws_decision_error and
 * fws_policy_free. The facts are made of the file's digest, the payload is the file itself.
 * Property: loading twice gives the same policy; what loads keeps its promises and decides; a
 * decision is the conjunction of its answers; a key that is not listed is never allowed; a tentative
 * decision refuses nothing that a full one allows.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"
#include "tests/fuzz/property.h"

/* ---- The same policy, member by member ---- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_texts(const struct fws_yaml_texts *a, const struct fws_yaml_texts *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        same = same_text(a->items[i], b->items[i]);
    }
    return same;
}

static bool same_fields(const struct fws_yaml_field *fields, const void *a, const void *b);

static bool same_named(const struct fws_yaml_field *row, const struct fws_yaml_named *a,
                       const struct fws_yaml_named *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++) {
        const char *first = (const char *)a->items + i * row->item_size;
        const char *second = (const char *)b->items + i * row->item_size;

        same =
            same_text(*(char *const *)(const void *)first, *(char *const *)(const void *)second) &&
            same_fields(row->fields, first, second);
    }
    return same;
}

static bool same_member(const struct fws_yaml_field *row, const void *a, const void *b)
{
    switch (row->type) {
    case FWS_YAML_TEXT:
        return same_text(*(char *const *)a, *(char *const *)b);
    case FWS_YAML_BOOL:
        return *(const bool *)a == *(const bool *)b;
    case FWS_YAML_UINT:
    case FWS_YAML_SIZE:
        return *(const uint64_t *)a == *(const uint64_t *)b;
    case FWS_YAML_CHOICE:
        return *(const int *)a == *(const int *)b;
    case FWS_YAML_TEXT_LIST:
        return same_texts(a, b);
    case FWS_YAML_RANGE:
        return memcmp(a, b, sizeof(struct fws_yaml_range)) == 0;
    case FWS_YAML_MAP:
        return same_fields(row->fields, a, b);
    case FWS_YAML_NAMED:
        return same_named(row, a, b);
    }
    return false;
}

static bool same_fields(const struct fws_yaml_field *fields, const void *a, const void *b)
{
    bool same = true;

    for (; same && fields->key != NULL; fields++) {
        same =
            same_member(fields, (const char *)a + fields->offset, (const char *)b + fields->offset);
    }
    return same;
}

/* ---- What a policy that loads promises ---- */

static void check_patterns(const struct fws_yaml_named *named)
{
    const struct fws_policy_pattern *patterns = named->items;

    for (size_t i = 0; i < named->count; i++) {
        property(patterns[i].size >= FWS_PATTERN_MIN_SIZE);
        property(patterns[i].size <= FWS_PATTERN_MAX_SIZE && patterns[i].bytes != NULL);
    }
}

static void check_promises(const struct fws_policy *policy)
{
    property(strlen(policy->product) >= 1 && strlen(policy->product) <= 64);
    property(policy->keys.count >= 1);
    property(policy->format.header_size >= FWS_HEADER_SIZE && policy->format.header_size % 4 == 0);
    property(policy->format.header_size <= FWS_HEADER_SIZE_MAX);
    property(policy->format.slot_size > policy->format.header_size);
    property(policy->format.slot_size <= UINT32_MAX);
    property(policy->format.erased == 0x00 || policy->format.erased == 0xff);
    property(policy->format.align >= 1 && policy->format.align <= 32);
    property(policy->version.source_count >= 1);
    property(policy->version.source_count <= FWS_VERSION_SOURCES_MAX);
    property(policy->when.window_count <= FWS_POLICY_WINDOWS_MAX);
    property(policy->content.scan != NULL);
    property(!policy->identity.marker.given || policy->identity.marker.size >= 1);
    check_patterns(&policy->content.must_contain);
    check_patterns(&policy->content.must_not_contain);
}

/* ---- Decisions ---- */

static enum fws_status check_decision(const struct fws_policy *policy,
                                      const struct fws_facts *facts)
{
    struct fws_decision decision;
    struct fws_error err = {0};
    bool fails = false;
    bool asked = false;

    fws_policy_decide(policy, facts, &decision);
    for (size_t i = 0; i < decision.reason_count; i++) {
        fails = fails || decision.reasons[i].answer == FWS_ANSWER_FAIL;
        asked = asked || decision.reasons[i].answer != FWS_ANSWER_NOT_ASKED;
        property(memchr(decision.reasons[i].expected, 0, FWS_DECISION_TEXT_SIZE) != NULL);
        property(memchr(decision.reasons[i].seen, 0, FWS_DECISION_TEXT_SIZE) != NULL);
    }
    property(decision.allowed == (asked && !fails));
    property(decision.allowed == (decision.status == FWS_OK));
    property(decision.allowed || fws_decision_error(policy, &decision, &err) == decision.status);
    return decision.status;
}

/* Facts that the policy likes, or just not. */
static void make_facts(const struct fws_policy *policy, struct fws_facts *out)
{
    const uint8_t *random = policy->digest;
    const struct fws_policy_key *keys = policy->keys.items;

    *out = (struct fws_facts){
        .fresh = random[1] % 4 == 0,
        .caller = policy->callers.count > 0 ? policy->callers.items[0] : "alice",
        .has_time = true,
        .time_us = policy->when.from.text != NULL ? policy->when.from.time_us
                                                  : INT64_C(1749038400000000) * (random[2] % 3),
        .key = keys[random[3] % policy->keys.count].name,
        .key_software = random[4] % 4 == 0,
        .key_spki = random,
        .hsm_firmware = random[5] % 2 == 0 ? "2.4" : "10.0",
        .channel = fws_policy_channel(policy, NULL),
        .version = policy->version.minimum,
        .has_counter = policy->counter.from == FWS_POLICY_COUNTER_REQUIRED || random[6] % 2 == 0,
        .counter = (uint32_t)policy->counter.minimum - random[7] % 2,
        .hardware =
            policy->identity.revisions.count > 0 ? policy->identity.revisions.items[0] : NULL,
        .input_is_image = random[8] % 2 == 0,
        .input_vendor_id = random[9] % 2 == 0 ? random : NULL,
        .vendor_id = random[10] % 2 == 0 ? random : NULL,
        .has_sizes = true,
        .image_size = (size_t)policy->format.slot_size - random[11] % 2,
        .trailer_size = random[12] % 2,
        .has_history = true,
        .last_version = random[13] % 2 == 0 ? &policy->version.floor : NULL,
        .last_counter = (uint32_t)policy->counter.minimum,
        .has_last_counter = random[14] % 2 == 0,
        .has_last_serial = random[15] % 4 == 0,
        .last_serial = policy->serial + random[16] % 2,
        .hour_count = random[17] % 2 == 0 ? 0 : policy->budget.hour,
    };
}

static void check_decisions(const struct fws_policy *policy, const uint8_t *data, size_t size)
{
    struct fws_facts nothing = {.tentative = policy->digest[0] % 2 == 0};
    struct fws_facts facts;
    struct fws_content content;

    property(check_decision(policy, &nothing) != FWS_OK);
    make_facts(policy, &facts);
    fws_content_read(policy, NULL, data, size, &content);
    facts.content = &content;
    enum fws_status full = check_decision(policy, &facts);

    facts.tentative = true;
    property(full != FWS_OK || check_decision(policy, &facts) == FWS_OK);
    facts.content = NULL;
    facts.has_history = facts.has_time = facts.has_sizes = false;
    property(full != FWS_OK || check_decision(policy, &facts) == FWS_OK);
    facts.replay = true;
    (void)check_decision(policy, &facts);
    facts.key = "\x01 is in no list";
    property(check_decision(policy, &facts) != FWS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fws_policy first, second;
    struct fws_error first_err = {0};
    struct fws_error second_err = {0};
    enum fws_status status = fws_policy_parse("p.yaml", data, size, &first, &first_err);

    property(status == fws_policy_parse("p.yaml", data, size, &second, &second_err));
    property(strcmp(first_err.text, second_err.text) == 0);
    if (status != FWS_OK) {
        return 0;
    }
    property(same_fields(fws_policy_fields, &first, &second));
    property(memcmp(&first.at, &second.at, sizeof first.at) == 0);
    check_promises(&first);
    check_decisions(&first, data, size);
    fws_policy_free(&first);
    fws_policy_free(&second);
    return 0;
}
