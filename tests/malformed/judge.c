/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"

static enum fws_status read_flash(void *context, uint32_t offset, void *out, size_t size)
{
    struct flash *flash = context;

    require(size > 0 && offset < flash->size && size <= flash->size - offset,
            "%zu bytes were read at %u, of a slot of %u", size, offset, flash->size);
    flash->calls++;
    memcpy(out, &flash->data[offset], size);
    for (size_t i = 0; i < size; i++) {
        flash->reads[offset + i]++;
    }
    return FWS_OK;
}

/* Each byte of the image once where it is accepted, and none twice in any case. */
static void check_reads(const struct row *row, const struct flash *flash,
                        const struct fws_verify_report *report)
{
    unsigned bound = reads_bound(row);

    for (uint32_t i = 0; i < flash->size; i++) {
        expect(row, flash->reads[i] <= 1, "byte %u was read %u times", i, flash->reads[i]);
        expect(row, report->reason != FWS_OK || i >= report->image_end || flash->reads[i] == 1,
               "byte %u was not read", i);
    }
    expect(row, flash->calls <= bound, "%u reads, at most %u allowed", flash->calls, bound);
    expect(row, report->reason != FWS_OK || flash->calls == bound, "%u reads, not the %u needed",
           flash->calls, bound);
}

/* A library that takes a pure message as one piece says so, once it comes to the signature. */
static enum fws_status expected_of(const struct row *row, const struct backend *backend,
                                   const struct fws_verify_policy *policy, enum form form)
{
    bool judged = row->reason == FWS_OK || row->reason == FWS_E_SIGNATURE_INVALID;

    if (form == FORM_PUSHED) {
        return row->pushed;
    }
    return form == FORM_READ && backend->pure_mapped && judged && policy->key_count > 0 &&
                   (policy->options & FWS_VERIFY_PURE) != 0
               ? FWS_E_PURE_UNMAPPED
               : row->reason;
}

static void pull(const struct row *row, const struct fws_verify_policy *policy,
                 enum fws_status expected, enum form form)
{
    static struct fws_verify_work work;
    struct flash flash = {.data = row->slot.data, .size = (uint32_t)row->slot.size};
    struct fws_verify_io io = {.size = flash.size};
    struct fws_verify_report report;

    flash.reads = calloc(1, (size_t)flash.size + 1);
    require(flash.reads != NULL, "no memory");
    if (form == FORM_READ) {
        io.read = read_flash;
        io.context = &flash;
    } else {
        io.mapped = row->slot.data;
    }
    memset(&work, 0xa5, sizeof work); /* it needs no preparation */
    uint32_t evidence = fws_verify(policy, &io, &work, &report);

    check_verdict(row, policy, expected, evidence, &report);
    check_offset(row, &report);
    if (form == FORM_READ && expected != FWS_E_PURE_UNMAPPED) {
        check_reads(row, &flash, &report);
    }
    free(flash.reads);
}

void judge_row(const struct row *row, const struct backend *backend, enum form form)
{
    struct row_policy policy;

    policy_parse(row->keys, row->policy, &policy);
    policy_use(&policy, backend->hashes, backend->schemes);
    enum fws_status expected = expected_of(row, backend, &policy.policy, form);

    if (form == FORM_PUSHED) {
        judge_pushed(row, &policy.policy, expected);
    } else {
        pull(row, &policy.policy, expected, form);
    }
}
