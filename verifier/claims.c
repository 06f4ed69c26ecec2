/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

#define AT_LOAD_ADDRESS 4u

static enum fws_status check_counter(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_entry *entry = &work->entries[FWS_ENTRY_COUNTER];
    struct fws_reader value = fws_entry_value(work, entry);
    bool has_floor = policy->counter_floor != NULL;
    uint32_t floor = has_floor ? UINT32_MAX : 0;

    if (entry->type == 0) {
        /* An image without a counter is below any floor. */
        return has_floor || (policy->options & FWS_VERIFY_COUNTER) != 0 ? FWS_E_COUNTER_MISSING
                                                                        : FWS_OK;
    }
    uint32_t counter = fws_reader_u32le(&value);

    work->report->has_counter = true;
    work->report->counter = counter;
    if (has_floor && policy->counter_floor(policy->context, &floor) != FWS_OK) {
        return FWS_E_COUNTER_READ;
    }
    if (counter < floor) {
        return fws_refuse_entry(work, entry, FWS_E_ROLLBACK);
    }
    /* The borrow of counter - floor: a skipped branch above leaves no good evidence. */
    work->steps ^= (uint32_t)(((uint64_t)counter - floor) >> 32);
    return FWS_OK;
}

/* expected: FWS_UUID_SIZE bytes, or NULL when this id is not asked for. */
static enum fws_status check_id(struct fws_verify_work *work, unsigned slot,
                                const uint8_t *expected, enum fws_status missing)
{
    const struct fws_entry *entry = &work->entries[slot];
    struct fws_reader value = fws_entry_value(work, entry);

    if (expected == NULL) {
        return FWS_OK;
    }
    if (entry->type == 0) {
        return missing;
    }
    if (!fws_reader_starts_with(&value, expected, FWS_UUID_SIZE)) {
        return fws_refuse_entry(
            work, entry, slot == FWS_ENTRY_VENDOR_ID ? FWS_E_VENDOR_WRONG : FWS_E_CLASS_WRONG);
    }
    return FWS_OK;
}

/* The whole image, TLVs included, lies where it is copied to or was linked for. */
static enum fws_status check_load_window(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_header *header = &work->report->header;

    if (policy->load_last == 0 || (header->flags & (FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED)) == 0) {
        return FWS_OK;
    }
    if (header->load_address < policy->load_first || header->load_address > policy->load_last ||
        work->report->image_end - 1 > policy->load_last - header->load_address) {
        return fws_refuse(work, AT_LOAD_ADDRESS, FWS_E_LOAD_WINDOW);
    }
    return FWS_OK;
}

enum fws_status fws_check_claims(struct fws_verify_work *work)
{
    enum fws_status status = check_counter(work);

    if (status == FWS_OK) {
        status = check_id(work, FWS_ENTRY_VENDOR_ID, work->policy->vendor_id, FWS_E_VENDOR_MISSING);
    }
    if (status == FWS_OK) {
        status = check_id(work, FWS_ENTRY_CLASS_ID, work->policy->class_id, FWS_E_CLASS_MISSING);
    }
    if (status == FWS_OK) {
        status = check_load_window(work);
    }
    work->steps += FWS_STEP_CLAIMS;
    return status;
}
