/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "policy/cases.h"
#include "policy/parts.h"

/* ---- The file ---- */

#define CASE(member)  offsetof(struct fws_case, member)
#define PLACE(member) (offsetof(struct fws_case, at_##member) + 1)

static const struct fws_yaml_field given_fields[] = {
    {.key = "key",
     .type = FWS_YAML_TEXT,
     .offset = CASE(key),
     .doc = "name of the key, as the policy lists it",
     .required = true},
    {.key = "version",
     .type = FWS_YAML_TEXT,
     .offset = CASE(version),
     .doc = "of the firmware",
     .required = true,
     .place_offset = PLACE(version),
     .check = fws_policy_check_version},
    {.key = "caller", .type = FWS_YAML_TEXT, .offset = CASE(caller), .doc = "who asks"},
    {.key = "time",
     .type = FWS_YAML_TEXT,
     .offset = CASE(time),
     .doc = "when",
     .place_offset = PLACE(time),
     .check = fws_policy_check_time},
    {.key = "channel",
     .type = FWS_YAML_TEXT,
     .offset = CASE(channel),
     .doc = "line of releases",
     .default_text = "the policy's first"},
    {.key = "counter",
     .type = FWS_YAML_UINT,
     .offset = CASE(counter),
     .doc = "security counter",
     .max = UINT32_MAX,
     .place_offset = PLACE(counter)},
    {.key = "hardware", .type = FWS_YAML_TEXT, .offset = CASE(hardware), .doc = "--hardware"},
    {.key = "hsm-firmware",
     .type = FWS_YAML_TEXT,
     .offset = CASE(hsm_firmware),
     .doc = "what the token says of itself"},
    {.key = "software-key",
     .type = FWS_YAML_BOOL,
     .offset = CASE(software_key),
     .doc = "the key is a file",
     .default_text = "false"},
    {.key = "is-image",
     .type = FWS_YAML_BOOL,
     .offset = CASE(is_image),
     .doc = "the input is an image already",
     .default_text = "false"},
    {.key = "fresh",
     .type = FWS_YAML_BOOL,
     .offset = CASE(fresh),
     .doc = "--fresh",
     .default_text = "false"},
    {.key = "replay",
     .type = FWS_YAML_BOOL,
     .offset = CASE(replay),
     .doc = "the same was signed before",
     .default_text = "false"},
    {.key = "reserved",
     .type = FWS_YAML_BOOL,
     .offset = CASE(reserved),
     .doc = "the version was begun for the same bytes and not finished",
     .default_text = "false"},
    {.key = "image-size",
     .type = FWS_YAML_SIZE,
     .offset = CASE(image_size),
     .doc = "bytes of the whole image",
     .max = UINT32_MAX,
     .place_offset = PLACE(image_size)},
    {.key = "trailer-size",
     .type = FWS_YAML_SIZE,
     .offset = CASE(trailer_size),
     .doc = "bytes the slot keeps for the trailer",
     .max = UINT32_MAX,
     .default_text = "0"},
    {.key = "payload",
     .type = FWS_YAML_TEXT,
     .offset = CASE(payload),
     .doc = "file whose bytes are the payload, for the rules of content and identity",
     .place_offset = PLACE(payload)},
    {.key = "last-version",
     .type = FWS_YAML_TEXT,
     .offset = CASE(last_version),
     .doc = "the highest that was signed in the channel",
     .place_offset = PLACE(last_version),
     .check = fws_policy_check_version},
    {.key = "last-counter",
     .type = FWS_YAML_UINT,
     .offset = CASE(last_counter),
     .doc = "the highest security counter that was signed",
     .max = UINT32_MAX,
     .place_offset = PLACE(last_counter)},
    {.key = "last-serial",
     .type = FWS_YAML_UINT,
     .offset = CASE(last_serial),
     .doc = "the highest serial of a policy that signed",
     .max = INT64_MAX,
     .place_offset = PLACE(last_serial)},
    {.key = "signed-this-hour",
     .type = FWS_YAML_UINT,
     .offset = CASE(hour),
     .doc = "signatures before this one",
     .default_text = "0"},
    {.key = "signed-today",
     .type = FWS_YAML_UINT,
     .offset = CASE(day),
     .doc = "signatures before this one",
     .default_text = "0"},
    {.key = "signed-of-version",
     .type = FWS_YAML_UINT,
     .offset = CASE(release),
     .doc = "signatures before this one",
     .default_text = "0"},
    {.key = NULL},
};

static const char *const expect_choices[] = {
    [FWS_CASE_ALLOWED] = "allowed", [FWS_CASE_REFUSED] = "refused", NULL};

static const struct fws_yaml_field case_fields[] = {
    {.key = "given",
     .type = FWS_YAML_MAP,
     .doc = "the facts",
     .required = true,
     .fields = given_fields},
    {.key = "expect",
     .type = FWS_YAML_CHOICE,
     .offset = CASE(expect),
     .doc = "the decision",
     .required = true,
     .choices = expect_choices},
    {.key = "rules",
     .type = FWS_YAML_TEXT_LIST,
     .offset = CASE(rules),
     .doc = "with refused: exactly these rules fail",
     .default_text = "whichever"},
    {.key = NULL},
};

const struct fws_yaml_field fws_cases_fields[] = {
    {.key = "product",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_cases, product),
     .doc = "whose policy is asked",
     .default_text = "the only one there is"},
    {.key = "cases",
     .type = FWS_YAML_NAMED,
     .offset = offsetof(struct fws_cases, cases),
     .doc = "what is to be decided, by name",
     .required = true,
     .min = 1,
     .fields = case_fields,
     .item_size = sizeof(struct fws_case),
     .item_place_offset = offsetof(struct fws_case, at) + 1},
    {.key = NULL},
};

/* A case that is allowed has no rule that fails. */
static enum fws_status check_cases(const struct fws_cases *cases, struct fws_error *err)
{
    const struct fws_case *items = cases->cases.items;

    for (size_t i = 0; i < cases->cases.count; i++) {
        if (items[i].expect == FWS_CASE_ALLOWED && items[i].rules.count > 0) {
            return fws_error_set(err, FWS_E_INPUT,
                                 "%s:%u:%u: 'rules' names rules that fail, but 'expect' is allowed",
                                 cases->path, items[i].rules.places[0].line,
                                 items[i].rules.places[0].column);
        }
    }
    return FWS_OK;
}

enum fws_status fws_cases_load(const char *path, struct fws_cases *out, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_file_read(path, FWS_YAML_MAX_SIZE, &text, err);

    *out = (struct fws_cases){0};
    if (status == FWS_OK) {
        status = fws_yaml_load(path, text.data, text.size, fws_cases_fields, FWS_E_INPUT, out, err);
    }
    if (status == FWS_OK) {
        out->path = strdup(path);
        status = out->path != NULL ? check_cases(out, err)
                                   : fws_error_set(err, FWS_E_MEMORY, "no memory");
    }
    if (status != FWS_OK) {
        fws_cases_free(out);
    }
    return status;
}

void fws_cases_free(struct fws_cases *cases)
{
    fws_yaml_free(fws_cases_fields, cases);
    free(cases->path);
    *cases = (struct fws_cases){0};
}

/* ---- Deciding ---- */

/* The table has checked the texts. */
static void put_version(const char *text, struct fws_version *out)
{
    (void)!fws_version_parse(text, strlen(text), out);
}

static void put_asked(const struct fws_case *the_case, const struct fws_policy *policy,
                      struct fws_facts *out)
{
    out->tentative = true;
    out->replay = the_case->replay;
    out->fresh = the_case->fresh;
    out->caller = the_case->caller;
    out->has_time = the_case->time != NULL && fws_clock_parse(the_case->time, &out->time_us);
    out->key = the_case->key;
    out->key_software = the_case->software_key;
    out->hsm_firmware = the_case->hsm_firmware;
    out->channel = fws_policy_channel(policy, the_case->channel);
    out->has_counter = the_case->at_counter.line != 0;
    out->counter = (uint32_t)the_case->counter;
    out->hardware = the_case->hardware;
    out->input_is_image = the_case->is_image;
    out->has_sizes = the_case->at_image_size.line != 0;
    out->image_size = (size_t)the_case->image_size;
    out->trailer_size = (size_t)the_case->trailer_size;
    put_version(the_case->version, &out->version);
}

static void put_history(const struct fws_case *the_case, struct fws_version *last,
                        struct fws_facts *out)
{
    out->has_history = true;
    if (the_case->last_version != NULL) {
        put_version(the_case->last_version, last);
        out->last_version = last;
    }
    out->reserved = the_case->reserved;
    out->has_last_counter = the_case->at_last_counter.line != 0;
    out->last_counter = (uint32_t)the_case->last_counter;
    out->has_last_serial = the_case->at_last_serial.line != 0;
    out->last_serial = the_case->last_serial;
    out->hour_count = the_case->hour;
    out->day_count = the_case->day;
    out->release_count = the_case->release;
}

static bool is_expected(const struct fws_case *the_case, const char *rule)
{
    for (size_t i = 0; i < the_case->rules.count; i++) {
        if (strcmp(the_case->rules.items[i], rule) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_failed(const struct fws_decision *decision, const char *rule)
{
    for (size_t i = 0; i < decision->reason_count; i++) {
        if (decision->reasons[i].answer == FWS_ANSWER_FAIL &&
            strcmp(decision->reasons[i].rule, rule) == 0) {
            return true;
        }
    }
    return false;
}

/* Rules that failed and should not have, or the other way round. */
static void compare_rules(const struct fws_case *the_case, const struct fws_decision *decision,
                          char why[FWS_CASE_WHY_SIZE])
{
    char part[FWS_CASE_WHY_SIZE];

    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];

        if (reason->answer == FWS_ANSWER_FAIL && !is_expected(the_case, reason->rule)) {
            (void)snprintf(part, sizeof part, "%s failed: expected %s, saw %s", reason->rule,
                           reason->expected, reason->seen);
            fws_policy_list_add(why, FWS_CASE_WHY_SIZE, part, "; ");
        }
    }
    for (size_t i = 0; i < the_case->rules.count; i++) {
        if (!has_failed(decision, the_case->rules.items[i])) {
            (void)snprintf(part, sizeof part, "%.96s did not fail", the_case->rules.items[i]);
            fws_policy_list_add(why, FWS_CASE_WHY_SIZE, part, "; ");
        }
    }
}

void fws_case_run(const struct fws_policy *policy, const struct fws_case *the_case,
                  const void *payload, size_t payload_size, struct fws_decision *decision,
                  char why[FWS_CASE_WHY_SIZE])
{
    struct fws_facts facts = {0};
    struct fws_version last;
    struct fws_content content;
    bool refused = the_case->expect == FWS_CASE_REFUSED;

    put_asked(the_case, policy, &facts);
    put_history(the_case, &last, &facts);
    if (the_case->payload != NULL) {
        fws_content_read(policy, NULL, payload, payload_size, &content);
        facts.content = &content;
    }
    fws_policy_decide(policy, &facts, decision);
    why[0] = '\0';
    if (refused && decision->allowed) {
        (void)snprintf(why, FWS_CASE_WHY_SIZE, "was allowed");
    } else if (!refused || the_case->rules.count > 0) {
        compare_rules(the_case, decision, why);
    }
}
