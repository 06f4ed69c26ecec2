/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "policy/parts.h"

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

static enum fws_status take(struct fws_policy *out, const char *name, const void *text, size_t size,
                            struct fws_error *err)
{
    out->path = strdup(name);
    enum fws_status status = out->path != NULL
                                 ? fws_digest(FWS_HASH_SHA256, text, size, out->digest, err)
                                 : fws_error_set(err, FWS_E_MEMORY, "%s: no memory", name);

    if (status == FWS_OK) {
        status = fws_policy_read_values(out, err);
    }
    return status == FWS_OK ? fws_policy_compile(out, err) : status;
}

enum fws_status fws_policy_parse(const char *name, const void *text, size_t size,
                                 struct fws_policy *out, struct fws_error *err)
{
    *out = (struct fws_policy){
        .format = {.header_size = 0x200, .erased = 0xff, .align = 8, .max_sectors = 128},
        .version = {.increasing = true},
    };
    enum fws_status status =
        fws_yaml_load(name, text, size, fws_policy_fields, FWS_E_POLICY_INVALID, out, err);

    if (status == FWS_OK) {
        status = take(out, name, text, size, err);
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

static void free_patterns(struct fws_yaml_named *named)
{
    struct fws_policy_pattern *patterns = named->items;

    for (size_t i = 0; i < named->count; i++) {
        free(patterns[i].bytes);
    }
}

void fws_policy_free(struct fws_policy *policy)
{
    struct fws_policy_tlv *tlvs = policy->format.tlvs.items;

    for (size_t i = 0; i < policy->format.tlvs.count; i++) {
        free(tlvs[i].bytes);
    }
    free_patterns(&policy->content.must_contain);
    free_patterns(&policy->content.must_not_contain);
    free(policy->identity.marker.bytes);
    free(policy->content.scan);
    fws_yaml_free(fws_policy_fields, policy);
    free(policy->path);
    *policy = (struct fws_policy){0};
}
