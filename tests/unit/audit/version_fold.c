/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "tests/unit/audit/version_fold.h"

static void reset(void *context)
{
    struct version_fold *state = context;

    state->version = 0;
    state->resets++;
}

static enum fws_status apply(void *context, const struct fws_audit_entry *entry,
                             struct fws_error *err)
{
    struct version_fold *state = context;
    struct fws_json_value value;
    uint64_t version = 0;

    state->applied++;
    if (strcmp(entry->type, VERSION_TYPE) != 0) {
        return FWS_OK;
    }
    if (!fws_json_find(entry->data, entry->data_size, "version", &value) ||
        !fws_json_value_uint(&value, &version) ||
        (version == state->refused && state->refused != 0)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the fold refuses the entry");
    }
    state->version = version > state->version ? version : state->version;
    return FWS_OK;
}

static void save(void *context, struct fws_json *json)
{
    const struct version_fold *state = context;

    fws_json_int(json, "version", (int64_t)state->version);
}

static enum fws_status load(void *context, const void *object, size_t size, struct fws_error *err)
{
    struct version_fold *state = context;
    struct fws_json_value value;

    state->loads++;
    return fws_json_find(object, size, "version", &value) &&
                   fws_json_value_uint(&value, &state->version)
               ? FWS_OK
               : fws_error_set(err, FWS_E_LOG_TAIL, "no version");
}

void init_version_fold(struct version_fold *state)
{
    *state = (struct version_fold){0};
    state->fold = (struct fws_audit_fold){
        .context = state, .reset = reset, .apply = apply, .save = save, .load = load};
}

const char *version_data(uint64_t version)
{
    static _Thread_local char data[40];

    (void)snprintf(data, sizeof data, "{\"version\":%" PRIu64 "}", version);
    return data;
}

enum fws_status decide_next_version(void *context, struct fws_audit_body *out,
                                    struct fws_error *err)
{
    struct version_ask *ask = context;

    (void)err;
    ask->version = ask->state->version + 1;
    (void)snprintf(ask->data, sizeof ask->data, "%s", version_data(ask->version));
    *out =
        (struct fws_audit_body){.type = VERSION_TYPE, .data = ask->data, .size = strlen(ask->data)};
    return FWS_OK;
}
