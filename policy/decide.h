/* SPDX-License-Identifier: Apache-2.0 */
/* The two halves of a decision: what holds (decide.c), and how it is said (decide_words.c). Private
 * to policy/. */
#ifndef FWS_POLICY_DECIDE_H
#define FWS_POLICY_DECIDE_H

#include "policy/parts.h"

/* What the rules look at. */
struct fws_question {
    const struct fws_policy *policy;
    const struct fws_facts *facts;
    const struct fws_policy_key *key; /* what the policy says of the facts' key; NULL: nothing */
};

typedef bool fws_rule_test(const struct fws_question *q);
typedef void fws_rule_words(const struct fws_question *q, char out[FWS_DECISION_TEXT_SIZE]);

/* Where the patterns stand in fws_content's found. */
size_t fws_patterns_must_not(const struct fws_policy *policy);
size_t fws_patterns_private_key(const struct fws_policy *policy);

/* The first of the patterns from..from+count that was, or was not, found; count: none. */
size_t fws_patterns_first(const struct fws_content *content, size_t from, size_t count, bool found);

#define FWS_RULE_WORDS(name)                                                                       \
    fws_rule_words fws_expect_##name;                                                              \
    fws_rule_words fws_see_##name

/* For each rule: what it expects, what it saw. */
FWS_RULE_WORDS(caller);
FWS_RULE_WORDS(key);
FWS_RULE_WORDS(key_place);
FWS_RULE_WORDS(key_from);
FWS_RULE_WORDS(key_until);
FWS_RULE_WORDS(hsm_firmware);
FWS_RULE_WORDS(denied_key);
FWS_RULE_WORDS(serial);
FWS_RULE_WORDS(channel);
FWS_RULE_WORDS(fresh);
FWS_RULE_WORDS(vendor);
FWS_RULE_WORDS(class);
FWS_RULE_WORDS(marker);
FWS_RULE_WORDS(hardware);
FWS_RULE_WORDS(resign);
FWS_RULE_WORDS(slot);
FWS_RULE_WORDS(version_from);
FWS_RULE_WORDS(minimum);
FWS_RULE_WORDS(floor);
FWS_RULE_WORDS(increasing);
FWS_RULE_WORDS(build);
FWS_RULE_WORDS(counter);
FWS_RULE_WORDS(counter_minimum);
FWS_RULE_WORDS(counter_fall);
FWS_RULE_WORDS(min_size);
FWS_RULE_WORDS(max_size);
FWS_RULE_WORDS(blank);
FWS_RULE_WORDS(private_key);
FWS_RULE_WORDS(stack);
FWS_RULE_WORDS(reset);
FWS_RULE_WORDS(code);
FWS_RULE_WORDS(entry);
FWS_RULE_WORDS(must);
FWS_RULE_WORDS(must_not);
FWS_RULE_WORDS(when_from);
FWS_RULE_WORDS(when_until);
FWS_RULE_WORDS(windows);
FWS_RULE_WORDS(hour);
FWS_RULE_WORDS(day);
FWS_RULE_WORDS(release);

#endif
