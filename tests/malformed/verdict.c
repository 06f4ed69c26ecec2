/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"

static unsigned complaints;

void complain(const struct row *row, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fprintf(stderr, "%s: ", row->id);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    complaints++;
}

unsigned complaints_so_far(void)
{
    return complaints;
}

/* The trusted key that has signed first, by the proof of a control. */
static unsigned first_signer(const struct row *row, const struct fws_verify_policy *policy)
{
    for (const char *proof = row->proof; proof != NULL; proof = strchr(proof + 1, '+')) {
        char name[sizeof row->keys->key[0].name];

        require(sscanf(proof, "%*[+0123456789]:%*[^:]:%15[^:]", name) == 1, "no key in %s", proof);
        const struct fws_buf *der = &keys_find(row->keys, name)->der;

        for (unsigned i = 0; i < policy->key_count; i++) {
            if (policy->keys[i].hash_only || policy->keys[i].der == der->data) {
                return i;
            }
        }
    }
    return FWS_VERIFY_KEY_NONE;
}

/* What an accepted image's report says is so. */
static void check_facts(const struct row *row, const struct fws_verify_report *report)
{
    uint32_t size = fws_header_signed_size(&report->header);
    struct fws_reader plain = fws_reader_init(row->slot.data, row->slot.size);
    uint8_t digest[FWS_HASH_MAX_SIZE];
    struct fws_error err = {0};

    fws_reader_skip(&plain, (size_t)size + FWS_TLV_INFO_SIZE);
    expect(row,
           fws_reader_u16le(&plain) == fws_tlv_of_hash(report->hash) ||
               strstr(row->policy, "compatible") != NULL,
           "hash %u", report->hash);
    require(fws_digest(report->hash, row->slot.data, size, digest, &err) == FWS_OK, "%s", err.text);
    expect(row, memcmp(digest, report->digest, fws_hash_size(report->hash)) == 0, "the digest");
    expect(row, report->image_end > size && report->image_end <= row->image_size, "end %u",
           report->image_end);
}

void check_verdict(const struct row *row, const struct fws_verify_policy *policy,
                   enum fws_status expected, uint32_t evidence,
                   const struct fws_verify_report *report)
{
    bool good = expected == FWS_OK && policy->key_count > 0;

    expect(row, report->reason == expected, "%s, expected %s", fws_status_name(report->reason),
           fws_status_name(expected));
    expect(row, fws_verify_accepted(evidence) == good, "the evidence is %08x", evidence);
    expect(row, fws_verify_refused(evidence) == !good, "the evidence is %08x", evidence);
    expect(row, report->offset <= row->slot.size, "offset %u", report->offset);
    expect(row, !good || report->key_index == first_signer(row, policy), "key %u",
           report->key_index);
    if (expected == FWS_OK && report->reason == FWS_OK) {
        check_facts(row, report);
    }
}

void check_offset(const struct row *row, const struct fws_verify_report *report)
{
    expect(row, !row->has_offset || report->reason != row->reason || report->offset == row->offset,
           "offset %u, expected %u", report->offset, row->offset);
}
