/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision: facts in, reasons out, no I/O.
 *
 * Every rule is asked and reported, so that one run shows all there is to correct. A rule can only
 * take away: allowed starts as "something was asked" and each reason may turn it to false.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bytes/bytes.h"
#include "policy/parts.h"

/* The next reason to fill in; NULL, and nothing is allowed any more, when there is no room. */
static struct fws_decision_reason *ask(struct fws_decision *decision, const char *rule,
                                       struct fws_yaml_place place, bool pass)
{
    if (decision->reason_count == FWS_DECISION_REASONS_MAX) {
        decision->allowed = false;
        return NULL;
    }
    struct fws_decision_reason *reason = &decision->reasons[decision->reason_count];

    decision->allowed = pass && (decision->allowed || decision->reason_count == 0);
    decision->reason_count++;
    reason->rule = rule;
    reason->place = place;
    reason->pass = pass;
    return reason;
}

__attribute__((format(printf, 2, 3))) static void say(char out[FWS_DECISION_TEXT_SIZE],
                                                      const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(out, FWS_DECISION_TEXT_SIZE, format, args);
    va_end(args);
}

/* A URI's query may hold a PIN: what is said of a key ends before it. */
static const char *key_text(const char *key, char out[FWS_ERROR_QUOTE_SIZE])
{
    return fws_error_quote(key, strcspn(key, "?"), out);
}

static void ask_keys(const struct fws_policy *policy, const struct fws_facts *facts,
                     struct fws_decision *out)
{
    char listed[FWS_DECISION_TEXT_SIZE] = "";
    char quoted[FWS_ERROR_QUOTE_SIZE];
    bool pass = false;

    for (size_t i = 0; i < policy->keys.count; i++) {
        pass = pass || (facts->key != NULL && strcmp(policy->keys.items[i], facts->key) == 0);
        fws_policy_list_add(listed, sizeof listed, key_text(policy->keys.items[i], quoted), ", ");
    }
    struct fws_decision_reason *reason = ask(out, "keys", policy->at_keys, pass);

    if (reason != NULL) {
        say(reason->expected, policy->keys.count == 1 ? "key %.120s" : "one of the keys %.120s",
            listed);
        say(reason->seen, "%s", facts->key != NULL ? key_text(facts->key, quoted) : "no key");
    }
}

static void ask_software_keys(const struct fws_policy *policy, const struct fws_facts *facts,
                              struct fws_decision *out)
{
    struct fws_decision_reason *reason =
        ask(out, "allow-software-keys", policy->at_allow_software_keys,
            !facts->key_software || policy->allow_software_keys);

    if (reason != NULL) {
        say(reason->expected, "%s", policy->allow_software_keys ? "any key" : "a key on a token");
        say(reason->seen, "%s", facts->key_software ? "a software key" : "a key on a token");
    }
}

static void ask_resign(const struct fws_policy *policy, const struct fws_facts *facts,
                       struct fws_decision *out)
{
    struct fws_decision_reason *reason =
        ask(out, "resign", policy->at_resign, !facts->input_is_image || policy->resign);

    if (reason != NULL) {
        say(reason->expected, "%s",
            policy->resign ? "a binary or an image" : "a binary without an image header");
        say(reason->seen, "%s",
            facts->input_is_image ? "an MCUboot image" : "a binary without an image header");
    }
}

static void ask_slot_size(const struct fws_policy *policy, const struct fws_facts *facts,
                          struct fws_decision *out)
{
    size_t total;
    bool added = fws_size_add(facts->image_size, facts->trailer_size, &total);
    struct fws_decision_reason *reason =
        ask(out, "slot-size", policy->at_slot_size, added && total <= policy->slot_size);

    if (reason != NULL) {
        say(reason->expected, "at most %" PRIu64 " bytes", policy->slot_size);
        say(reason->seen, "%zu bytes of image and %zu of trailer", facts->image_size,
            facts->trailer_size);
    }
}

static void ask_version_minimum(const struct fws_policy *policy, const struct fws_facts *facts,
                                struct fws_decision *out)
{
    char text[FWS_VERSION_TEXT_SIZE];

    if (!policy->has_version_minimum) {
        return;
    }
    struct fws_decision_reason *reason =
        ask(out, "version.minimum", policy->at_version_minimum,
            fws_version_compare(&facts->version, &policy->version_minimum) >= 0);

    if (reason != NULL) {
        say(reason->expected, "at least %s", fws_version_text(&policy->version_minimum, text));
        say(reason->seen, "%s", fws_version_text(&facts->version, text));
    }
}

/* An older version signed anew brings its faults back under a good signature, and two images of one
 * version cannot be told apart in the field. */
static void ask_version_increasing(const struct fws_policy *policy, const struct fws_facts *facts,
                                   struct fws_decision *out)
{
    const struct fws_version *last = facts->last_version;
    char text[FWS_VERSION_TEXT_SIZE];

    if (!policy->version_increasing) {
        return;
    }
    struct fws_decision_reason *reason =
        ask(out, "version.increasing", policy->at_version_increasing,
            last == NULL || fws_version_compare(&facts->version, last) > 0);

    if (reason == NULL) {
        return;
    }
    if (last != NULL) {
        say(reason->expected, "higher than %s (entry %" PRIu64 ")", fws_version_text(last, text),
            facts->last_entry);
    } else {
        say(reason->expected, "any version, as none was signed before");
    }
    say(reason->seen, "%s", fws_version_text(&facts->version, text));
}

void fws_policy_decide(const struct fws_policy *policy, const struct fws_facts *facts,
                       struct fws_decision *out)
{
    static void (*const rules[])(const struct fws_policy *, const struct fws_facts *,
                                 struct fws_decision *) = {
        ask_keys,      ask_software_keys,   ask_resign,
        ask_slot_size, ask_version_minimum, ask_version_increasing,
    };

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        rules[i](policy, facts, out);
    }
}

enum fws_status fws_decision_error(const struct fws_policy *policy,
                                   const struct fws_decision *decision, struct fws_error *err)
{
    char text[FWS_ERROR_TEXT_SIZE] = "";
    char where[FWS_POLICY_PLACE_SIZE];

    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];
        char part[FWS_ERROR_TEXT_SIZE];

        if (!reason->pass) {
            (void)snprintf(part, sizeof part, "%s (%s): expected %s, saw %s", reason->rule,
                           fws_policy_place_text(policy, reason->place, where), reason->expected,
                           reason->seen);
            fws_policy_list_add(text, sizeof text, part, "; ");
        }
    }
    return fws_error_set(err, FWS_E_POLICY_DENIED, "%s",
                         *text != '\0' ? text : "no rule of the policy was asked");
}
