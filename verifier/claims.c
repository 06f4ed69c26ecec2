/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

static enum fws_status check_counter(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    struct fws_reader value;
    bool there = fws_look(work, FWS_SLOT(FWS_TLV_COUNTER, 0), &value) != 0;
    uint32_t counter = fws_reader_u32le(&value);
    uint32_t floor = 0;

    if (!there) {
        /* An image without a counter is below any floor. */
        return policy->counter_floor != NULL || (policy->options & FWS_VERIFY_COUNTER) != 0
                   ? FWS_E_COUNTER_MISSING
                   : FWS_OK;
    }
    work->report->has_counter = true;
    work->report->counter = counter;
    if (policy->counter_floor != NULL) {
        floor = UINT32_MAX;
        if (policy->counter_floor(policy->context, &floor) != FWS_OK) {
            return FWS_E_COUNTER_READ;
        }
    }
    /* The borrow of counter - floor, and the same comparison of other loads: behind the one a
     * compiler would know the other. So a fault in either leaves no good evidence. */
    const volatile uint32_t least = floor;

    work->steps ^= (uint32_t)(((uint64_t)counter - least) >> 32);
    return counter < least ? FWS_E_ROLLBACK : FWS_OK;
}

/* expected: FWS_UUID_SIZE bytes, or NULL when this id is not asked for. */
static enum fws_status check_id(struct fws_verify_work *work, unsigned slot,
                                const uint8_t *expected, enum fws_status missing,
                                enum fws_status wrong)
{
    struct fws_reader value;

    if (expected == NULL) {
        return FWS_OK;
    }
    if (fws_look(work, slot, &value) == 0) {
        return missing;
    }
    return fws_reader_starts_with(&value, expected, FWS_UUID_SIZE) ? FWS_OK : wrong;
}

/* The whole image, TLVs included, lies where it is copied to or was linked for. */
static enum fws_status check_load_window(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_header *header = &work->report->header;
    uint32_t from_first = header->load_address - policy->load_first; /* wraps below it */
    uint32_t window = policy->load_last - policy->load_first;

    work->report->offset = 0;
    if (policy->load_last == 0 || header->flags == 0) { /* flags left by now name an address */
        return FWS_OK;
    }
    return from_first > window || work->report->image_end - 1 > window - from_first
               ? FWS_E_LOAD_WINDOW
               : FWS_OK;
}

enum fws_status fws_check_claims(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    enum fws_status status = check_counter(work);

    if (status == FWS_OK) {
        status = check_id(work, FWS_SLOT(FWS_TLV_VENDOR_ID, 0), policy->vendor_id,
                          FWS_E_VENDOR_MISSING, FWS_E_VENDOR_WRONG);
    }
    if (FWS_VERIFY_WITH_CLASS_ID && status == FWS_OK) {
        status = check_id(work, FWS_SLOT(FWS_TLV_CLASS_ID, 0), policy->class_id,
                          FWS_E_CLASS_MISSING, FWS_E_CLASS_WRONG);
    }
    if (FWS_VERIFY_WITH_FLAGS && status == FWS_OK) {
        status = check_load_window(work);
    }
    if (status == FWS_OK) {
        work->steps += FWS_STEP_CLAIMS;
    }
    return status;
}
