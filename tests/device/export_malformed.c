/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of tests/vectors/malformed, with the reasons written there. */
#include <stdio.h>

#include "tests/device/cases_write.h"
#include "tests/device/export.h"
#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"
#include "verifier/builtin/builtin.h"

static const struct fws_hash_function *const hashes[] = {
    &fws_builtin_sha256_mid, &fws_builtin_sha384, &fws_builtin_sha512, NULL};
static const struct fws_signature_scheme *const schemes[] = {
    &fws_builtin_p256,    &fws_builtin_rsa2048, &fws_builtin_rsa3072,
    &fws_builtin_ed25519, &fws_builtin_lms,     NULL};

/* The built-in cryptography has no P-384: what comes to such a signature ends there. */
static enum fws_status reason_on_device(const struct row *row,
                                        const struct fws_verify_policy *policy)
{
    static struct fws_verify_work work;
    struct fws_verify_io io = {.size = (uint32_t)row->slot.size, .mapped = row->slot.data};
    struct fws_verify_report report;
    uint32_t evidence = fws_verify(policy, &io, &work, &report);

    require(fws_verify_refused(evidence) || report.reason == FWS_OK, "%s: evidence", row->id);
    require(report.reason == row->reason || report.reason == FWS_E_ALGORITHM, "%s: on a device: %s",
            row->id, fws_status_name(report.reason));
    return report.reason;
}

static void export_row(void *context, const struct row *row)
{
    struct row_policy policy;
    char name[160];

    policy_parse(row->keys, row->policy, &policy);
    if (policy.allowed_hashes != 0 || policy.allowed_algs != 0) {
        return; /* the runner's policy allows all that is built in */
    }
    policy_use(&policy, hashes, schemes);
    (void)snprintf(name, sizeof name, "%s: %s", (const char *)context, row->id);
    cases_image(name, reason_on_device(row, &policy.policy), &policy.policy, policy.floor,
                policy.revoked, row->slot.data, row->slot.size);
}

void export_malformed(const char *folder, const char *set)
{
    rows_each(folder, set, export_row, (void *)(uintptr_t)set);
}
