/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of the log change the releases, and how they are read. */
#include <inttypes.h>
#include <string.h>

#include "signer/releases_parts.h"

/* ---- Reading members ---- */

bool fws_release_read_number(const void *object, size_t size, const char *name, uint64_t *out)
{
    struct fws_json_value value;

    return fws_json_find(object, size, name, &value) && fws_json_value_uint(&value, out);
}

bool fws_release_read_product(const void *object, size_t size, char out[FWS_RELEASE_PRODUCT_SIZE])
{
    struct fws_json_value value;

    memset(out, 0, FWS_RELEASE_PRODUCT_SIZE);
    return fws_json_find(object, size, "product", &value) &&
           fws_json_value_text(&value, out, FWS_RELEASE_PRODUCT_SIZE) && *out != '\0';
}

bool fws_release_read_version(const void *object, size_t size, const char *name,
                              struct fws_version *out)
{
    char text[FWS_VERSION_TEXT_SIZE];
    struct fws_json_value value;

    return fws_json_find(object, size, name, &value) &&
           fws_json_value_text(&value, text, sizeof text) &&
           fws_version_parse(text, strlen(text), out) == FWS_OK;
}

bool fws_release_read_counter(const void *object, size_t size, bool *has, uint32_t *out)
{
    struct fws_json_value value;
    uint64_t number = 0;

    *has = fws_json_find(object, size, "counter", &value);
    *out = 0;
    if (!*has) {
        return true;
    }
    if (!fws_json_value_uint(&value, &number) || number > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

bool fws_release_read_intent(const void *object, size_t size, struct fws_release_intent *out)
{
    return fws_release_read_product(object, size, out->product) &&
           fws_release_read_version(object, size, "version", &out->version) &&
           fws_release_read_counter(object, size, &out->has_counter, &out->counter);
}

/* ---- Entries ---- */

static enum fws_status malformed(const struct fws_audit_entry *entry, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAMPERED,
                         "entry %" PRIu64 " (%s) is not as its kind must be", entry->seq,
                         entry->type);
}

static enum fws_status apply_intent(struct fws_releases *releases,
                                    const struct fws_audit_entry *entry, struct fws_error *err)
{
    struct fws_release_intent intent = {.seq = entry->seq};

    if (!fws_release_read_intent(entry->data, entry->data_size, &intent)) {
        return malformed(entry, err);
    }
    fws_watch_intent(&releases->watch, entry);
    return fws_release_open(releases, &intent, err);
}

static enum fws_status end_intent(struct fws_releases *releases,
                                  const struct fws_audit_entry *entry, enum fws_watch_state state,
                                  struct fws_error *err)
{
    uint64_t intent = 0;

    if (!fws_release_read_number(entry->data, entry->data_size, "intent", &intent)) {
        return malformed(entry, err);
    }
    if (!fws_release_close(releases, intent, state == FWS_WATCH_SIGNED)) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "entry %" PRIu64 " (%s) ends intent %" PRIu64 ", which is not open",
                             entry->seq, entry->type, intent);
    }
    fws_watch_end(&releases->watch, intent, entry->seq, state);
    return FWS_OK;
}

static enum fws_status apply_outcome(struct fws_releases *releases,
                                     const struct fws_audit_entry *entry, struct fws_error *err)
{
    struct fws_json_value result;

    if (!fws_json_find(entry->data, entry->data_size, "result", &result)) {
        return malformed(entry, err);
    }
    if (fws_json_value_is(&result, "signed")) {
        return end_intent(releases, entry, FWS_WATCH_SIGNED, err);
    }
    /* A result that is not known might be a signature. */
    return fws_json_value_is(&result, "failed") ? end_intent(releases, entry, FWS_WATCH_FAILED, err)
                                                : malformed(entry, err);
}

static enum fws_status apply(void *context, const struct fws_audit_entry *entry,
                             struct fws_error *err)
{
    struct fws_releases *releases = context;

    fws_watch_entry(&releases->watch, entry->seq);
    if (strcmp(entry->type, "sign.intent") == 0) {
        return apply_intent(releases, entry, err);
    }
    if (strcmp(entry->type, "sign.outcome") == 0) {
        return apply_outcome(releases, entry, err);
    }
    if (strcmp(entry->type, "sign.unresolved") == 0) {
        return end_intent(releases, entry, FWS_WATCH_UNRESOLVED, err);
    }
    return FWS_OK;
}

/* ---- The fold ---- */

static void reset(void *context)
{
    fws_releases_reset(context);
}

struct fws_audit_fold fws_releases_fold(struct fws_releases *releases)
{
    return (struct fws_audit_fold){
        .context = releases,
        .reset = reset,
        .apply = apply,
        .save = fws_releases_save,
        .load = fws_releases_load,
    };
}
