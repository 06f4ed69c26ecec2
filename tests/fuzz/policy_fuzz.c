/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_policy_parse, fws_policy_decide, fws_decision_error and fws_policy_free.
 * Property: loading twice gives the same policy; what loads keeps its promises; a decision is the
 * conjunction of its reasons; a key that is not listed is never allowed.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void require_same_texts(const struct fws_yaml_texts *a, const struct fws_yaml_texts *b)
{
    require(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        require(strcmp(a->items[i], b->items[i]) == 0);
    }
}

static void require_same(const struct fws_policy *a, const struct fws_policy *b)
{
    require(memcmp(a->digest, b->digest, sizeof a->digest) == 0);
    require(strcmp(a->product, b->product) == 0);
    require_same_texts(&a->keys, &b->keys);
    require_same_texts(&a->version_from, &b->version_from);
    require(a->allow_imported == b->allow_imported && a->resign == b->resign);
    require(a->allow_multi_purpose == b->allow_multi_purpose);
    require(a->allow_software_keys == b->allow_software_keys);
    require(a->header == b->header && a->header_size == b->header_size);
    require(a->slot_size == b->slot_size && a->erased == b->erased);
    require(a->hex_range.first == b->hex_range.first && a->hex_range.last == b->hex_range.last);
    require(a->has_version_minimum == b->has_version_minimum);
    require(fws_version_compare(&a->version_minimum, &b->version_minimum) == 0);
}

static void require_promises(const struct fws_policy *policy)
{
    require(strlen(policy->product) >= 1 && strlen(policy->product) <= 64);
    require(policy->keys.count >= 1);
    require(policy->header_size >= FWS_HEADER_SIZE && policy->header_size % 4 == 0);
    require(policy->header_size <= FWS_HEADER_SIZE_MAX);
    require(policy->slot_size > policy->header_size && policy->slot_size <= UINT32_MAX);
    require(policy->erased == 0x00 || policy->erased == 0xff);
    require(policy->source_count >= 1 && policy->source_count <= FWS_VERSION_SOURCES_MAX);
}

static void require_conjunction(const struct fws_policy *policy, const struct fws_facts *facts,
                                bool listed)
{
    struct fws_decision decision;
    struct fws_error err = {0};
    bool all = true;

    fws_policy_decide(policy, facts, &decision);
    for (size_t i = 0; i < decision.reason_count; i++) {
        all = all && decision.reasons[i].pass;
    }
    require(decision.allowed == (all && decision.reason_count > 0));
    require(listed || !decision.allowed);
    require(decision.allowed || fws_decision_error(policy, &decision, &err) == FWS_E_POLICY_DENIED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fws_policy first, second;
    struct fws_error first_err = {0};
    struct fws_error second_err = {0};
    enum fws_status status = fws_policy_parse("p.yaml", data, size, &first, &first_err);

    require(status == fws_policy_parse("p.yaml", data, size, &second, &second_err));
    require(strcmp(first_err.text, second_err.text) == 0);
    if (status != FWS_OK) {
        return 0;
    }
    struct fws_facts facts = {.key = first.keys.items[0], .image_size = 1024, .trailer_size = 32};

    require_same(&first, &second);
    require_promises(&first);
    require_conjunction(&first, &facts, true);
    facts.key = "\x01 is in no list";
    require_conjunction(&first, &facts, false);
    fws_policy_free(&first);
    fws_policy_free(&second);
    return 0;
}
