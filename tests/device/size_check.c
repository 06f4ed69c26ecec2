/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scripts/size gives SIZE_HASHES and SIZE_SCHEMES, lists of addresses, and SIZE_SIGNERS, the number of
 * keys in the table that size_image wrote.
 */
#include "tests/device/size.h"
#include "verifier/builtin/builtin.h"
#include "verifier/verifier.h"

extern const uint8_t link_slot[];
extern const struct fws_trusted_key size_keys[];

static const struct fws_hash_function *const hashes[] = {SIZE_HASHES, NULL};
static const struct fws_signature_scheme *const schemes[] = {SIZE_SCHEMES, NULL};

/* A device reads fuses or a monotonic counter here. */
static enum fws_status counter_floor(void *context, uint32_t *out)
{
    (void)context;
    *out = SIZE_COUNTER;
    return FWS_OK;
}

static enum fws_status revoked(void *context, uint32_t *out)
{
    (void)context;
    *out = 0x80000000u;
    return FWS_OK;
}

static const struct fws_verify_policy policy = {
    .hashes = hashes,
    .schemes = schemes,
    .keys = size_keys,
    .key_count = SIZE_SIGNERS,
    .signers = SIZE_SIGNERS,
    .vendor_id = (const uint8_t *)SIZE_VENDOR_ID,
    .counter_floor = counter_floor,
    .revoked = revoked,
};

enum fws_status size_check(void)
{
    const struct fws_verify_io io = {.size = SIZE_SLOT, .mapped = link_slot};
    struct fws_verify_work work;
    struct fws_verify_report report;
    uint32_t evidence = fws_verify(&policy, &io, &work, &report);

    if (fws_verify_refused(evidence) || !fws_verify_accepted(evidence)) {
        return report.reason == FWS_OK ? FWS_E_INTERNAL : report.reason;
    }
    return report.reason;
}
