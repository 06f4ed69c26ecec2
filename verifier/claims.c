/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

#define UUID_SIZE       16u
#define AT_LOAD_ADDRESS 4u

static enum fws_status check_counter(struct fws_check *check)
{
    const struct fws_verify_policy *policy = check->policy;
    const struct fws_entry *entry = &check->entries.counter;
    struct fws_verify_report *report = check->report;
    struct fws_reader value = entry->tlv.value;

    if (!fws_entry_present(entry)) {
        /* An image without a counter is below any floor. */
        return policy->counter_required || policy->counter_min > 0 ? FWS_E_COUNTER_MISSING : FWS_OK;
    }
    report->has_counter = true;
    report->counter = fws_reader_u32le(&value);
    if (report->counter < policy->counter_min) {
        return fws_refuse_at(check, entry->offset, FWS_E_ROLLBACK);
    }
    return FWS_OK;
}

/* expected: 16 bytes, or NULL when this id is not asked for. */
static enum fws_status check_id(struct fws_check *check, const struct fws_entry *entry,
                                const uint8_t *expected, enum fws_status missing,
                                enum fws_status wrong)
{
    if (expected == NULL) {
        return FWS_OK;
    }
    if (!fws_entry_present(entry)) {
        return missing;
    }
    if (!fws_reader_starts_with(&entry->tlv.value, expected, UUID_SIZE)) {
        return fws_refuse_at(check, entry->offset, wrong);
    }
    return FWS_OK;
}

static enum fws_status check_ids(struct fws_check *check)
{
    const struct fws_entries *entries = &check->entries;
    enum fws_status status = check_id(check, &entries->vendor_id, check->policy->vendor_id,
                                      FWS_E_VENDOR_MISSING, FWS_E_VENDOR_WRONG);

    if (status != FWS_OK) {
        return status;
    }
    return check_id(check, &entries->class_id, check->policy->class_id, FWS_E_CLASS_MISSING,
                    FWS_E_CLASS_WRONG);
}

static enum fws_status check_dependencies(struct fws_check *check)
{
    const struct fws_entries *entries = &check->entries;

    if (check->policy->images > 0 && fws_entry_present(&entries->dependency) &&
        entries->dependency_image_id >= check->policy->images) {
        return fws_refuse_at(check, entries->dependency.offset, FWS_E_DEPENDENCY);
    }
    return FWS_OK;
}

/* The whole image, TLVs included, lies where it is copied to or was linked for. */
static enum fws_status check_load_window(struct fws_check *check)
{
    const struct fws_verify_policy *policy = check->policy;
    const struct fws_header *header = &check->report->header;

    if (!policy->has_load_window ||
        (header->flags & (FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED)) == 0) {
        return FWS_OK;
    }
    if (header->load_address < policy->load_first || header->load_address > policy->load_last ||
        check->report->image_end - 1 > policy->load_last - header->load_address) {
        return fws_refuse_at(check, AT_LOAD_ADDRESS, FWS_E_LOAD_WINDOW);
    }
    return FWS_OK;
}

enum fws_status fws_check_claims(struct fws_check *check)
{
    enum fws_status status = check_counter(check);

    if (status == FWS_OK) {
        status = check_ids(check);
    }
    if (status == FWS_OK) {
        status = check_dependencies(check);
    }
    return status == FWS_OK ? check_load_window(check) : status;
}
