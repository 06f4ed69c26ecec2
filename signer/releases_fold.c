/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of the log change the releases. */
#include <inttypes.h>
#include <string.h>

#include "signer/releases_parts.h"

static enum fws_status malformed(const struct fws_audit_entry *entry, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAMPERED,
                         "entry %" PRIu64 " (%s) is not as its kind must be", entry->seq,
                         entry->type);
}

static enum fws_status apply_intent(struct fws_releases *releases,
                                    const struct fws_audit_entry *entry, struct fws_error *err)
{
    struct fws_release_said said;

    if (!fws_release_read_intent(entry, &said)) {
        return malformed(entry, err);
    }
    fws_watch_intent(&releases->watch, entry);
    return fws_release_begin(releases, &said, err);
}

static enum fws_status end_intent(struct fws_releases *releases,
                                  const struct fws_audit_entry *entry, enum fws_watch_state state,
                                  struct fws_error *err)
{
    uint64_t intent = 0;

    if (!fws_release_read_number(entry->data, entry->data_size, "intent", &intent)) {
        return malformed(entry, err);
    }
    enum fws_status status = fws_release_close(releases, intent, entry->seq, state, err);

    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "entry %" PRIu64 " (%s) ends intent %" PRIu64 ", which is not open",
                             entry->seq, entry->type, intent);
    }
    fws_watch_end(&releases->watch, intent, entry->seq, state);
    return status;
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

static enum fws_status apply_unresolved(struct fws_releases *releases,
                                        const struct fws_audit_entry *entry, struct fws_error *err)
{
    return end_intent(releases, entry, FWS_WATCH_UNRESOLVED, err);
}

/* Whether a member, if it is there, names an entry before this one; there says if it is. */
static bool names_earlier(const struct fws_audit_entry *entry, const char *name, bool *there)
{
    struct fws_json_value value;
    uint64_t seq = 0;

    *there = fws_json_find(entry->data, entry->data_size, name, &value);
    return !*there || (fws_json_value_uint(&value, &seq) && seq < entry->seq);
}

/* What was counted when it was signed counts no second time. */
static enum fws_status apply_replay(struct fws_releases *releases,
                                    const struct fws_audit_entry *entry, struct fws_error *err)
{
    bool has_intent = false;
    bool has_outcome = false;

    (void)releases;
    return names_earlier(entry, "intent", &has_intent) &&
                   names_earlier(entry, "outcome", &has_outcome) && (has_intent || has_outcome)
               ? FWS_OK
               : malformed(entry, err);
}

/* ---- The fold ---- */

static const struct {
    const char *type;
    enum fws_status (*apply)(struct fws_releases *releases, const struct fws_audit_entry *entry,
                             struct fws_error *err);
} kinds[] = {
    {"sign.intent", apply_intent},
    {"sign.outcome", apply_outcome},
    {"sign.unresolved", apply_unresolved},
    {"sign.replay", apply_replay},
};

static enum fws_status apply_kind(struct fws_releases *releases,
                                  const struct fws_audit_entry *entry, struct fws_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(entry->type, kinds[i].type) == 0) {
            return kinds[i].apply(releases, entry, err);
        }
    }
    return FWS_OK;
}

static enum fws_status apply(void *context, const struct fws_audit_entry *entry,
                             struct fws_error *err)
{
    struct fws_releases *releases = context;

    if (entry->seq < releases->next) {
        return fws_error_set(err, FWS_E_INTERNAL, "releases: entries are folded out of order");
    }
    fws_watch_entry(&releases->watch, entry->seq);
    enum fws_status status = apply_kind(releases, entry, err);

    if (status == FWS_OK) {
        releases->next = entry->seq + 1;
        fws_release_forget(releases);
    }
    return status;
}

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
