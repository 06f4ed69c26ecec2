/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "policy/parts.h"

static enum fws_status invalid(const struct fws_policy *policy, struct fws_yaml_place place,
                               const char *what, struct fws_error *err)
{
    char where[FWS_POLICY_PLACE_SIZE];

    return fws_error_set(err, FWS_E_POLICY_INVALID, "%s: %s",
                         fws_policy_place_text(policy, place, where), what);
}

const char *fws_policy_place_text(const struct fws_policy *policy, struct fws_yaml_place place,
                                  char out[FWS_POLICY_PLACE_SIZE])
{
    const char *path = policy->path != NULL ? policy->path : "policy";

    if (place.line == 0) {
        (void)snprintf(out, FWS_POLICY_PLACE_SIZE, "%.280s", path);
    } else {
        (void)snprintf(out, FWS_POLICY_PLACE_SIZE, "%.280s:%u:%u", path, place.line, place.column);
    }
    return out;
}

/* A second mention is a slip of the hand: probably another key was meant. */
static enum fws_status refuse_twice(const struct fws_policy *policy,
                                    const struct fws_yaml_texts *texts, const char *key,
                                    struct fws_error *err)
{
    char text[FWS_ERROR_QUOTE_SIZE];
    char what[FWS_ERROR_QUOTE_SIZE + 64];

    for (size_t i = 1; i < texts->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(texts->items[i], texts->items[k]) == 0) {
                (void)snprintf(what, sizeof what, "'%s' lists '%s' twice", key,
                               fws_error_quote(texts->items[i], strlen(texts->items[i]), text));
                return invalid(policy, texts->places[i], what, err);
            }
        }
    }
    return FWS_OK;
}

/* The rules that concern more than one value or a set of numbers. */
static enum fws_status check_values(const struct fws_policy *policy, struct fws_error *err)
{
    if (policy->header_size % 4 != 0) {
        return invalid(policy, policy->at_header_size, "'header-size' must be a multiple of 4",
                       err);
    }
    if (policy->slot_size <= policy->header_size) {
        return invalid(policy, policy->at_slot_size, "'slot-size' must be above 'header-size'",
                       err);
    }
    if (policy->erased != 0x00 && policy->erased != 0xff) {
        return invalid(policy, policy->at_erased, "'erased' must be 0x00 or 0xff", err);
    }
    enum fws_status status = refuse_twice(policy, &policy->keys, "keys", err);

    return status == FWS_OK ? refuse_twice(policy, &policy->version_from, "version.from", err)
                            : status;
}

/* Texts to values; the table's checks have seen them already. */
static enum fws_status read_texts(struct fws_policy *policy, struct fws_error *err)
{
    const char *minimum = policy->version_minimum_text;

    for (size_t i = 0; i < policy->version_from.count; i++) {
        if (!fws_policy_source_parse(policy->version_from.items[i], &policy->sources[i])) {
            return invalid(policy, policy->version_from.places[i], "not a version source", err);
        }
    }
    policy->source_count = policy->version_from.count;
    policy->has_version_minimum = minimum != NULL;
    if (minimum != NULL &&
        fws_version_parse(minimum, strlen(minimum), &policy->version_minimum) != FWS_OK) {
        return invalid(policy, policy->at_version_minimum, "not a version", err);
    }
    return FWS_OK;
}

enum fws_status fws_policy_parse(const char *name, const void *text, size_t size,
                                 struct fws_policy *out, struct fws_error *err)
{
    *out = (struct fws_policy){
        .header = FWS_POLICY_HEADER_PREPEND, .header_size = 0x200, .erased = 0xff};
    enum fws_status status =
        fws_yaml_load(name, text, size, fws_policy_fields, FWS_E_POLICY_INVALID, out, err);

    if (status == FWS_OK) {
        out->path = strdup(name);
        status = out->path != NULL ? fws_digest(FWS_HASH_SHA256, text, size, out->digest, err)
                                   : fws_error_set(err, FWS_E_MEMORY, "%s: no memory", name);
    }
    if (status == FWS_OK) {
        status = check_values(out, err);
    }
    if (status == FWS_OK) {
        status = read_texts(out, err);
    }
    if (status != FWS_OK) {
        fws_policy_free(out);
    }
    return status;
}

enum fws_status fws_policy_load(const char *path, struct fws_policy *out, struct fws_error *err)
{
    FWS_AUTO(fws_buf) content = {0};
    enum fws_status status = fws_file_read(path, FWS_YAML_MAX_SIZE, &content, err);

    *out = (struct fws_policy){0};
    if (status == FWS_E_TOO_LARGE) {
        err->status = FWS_E_POLICY_INVALID;
    }
    if (status != FWS_OK) {
        return fws_error_wrap(err, "policy");
    }
    return fws_policy_parse(path, content.data, content.size, out, err);
}

void fws_policy_free(struct fws_policy *policy)
{
    fws_yaml_free(fws_policy_fields, policy);
    free(policy->path);
    *policy = (struct fws_policy){0};
}
