/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"

static unsigned complaints;

static void complain(const struct row *row, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(const struct row *row, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fprintf(stderr, "%s: ", row->id);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    complaints++;
}

unsigned judge_complaints(void)
{
    return complaints;
}

#define expect(row, condition, ...)                                                                \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            complain(row, __VA_ARGS__);                                                            \
        }                                                                                          \
    } while (0)

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

/* Without a key an image may be whole, and that is no evidence. */
static void check_verdict(const struct row *row, const struct fws_verify_policy *policy,
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

static void check_offset(const struct row *row, const struct fws_verify_report *report)
{
    expect(row, !row->has_offset || report->reason != row->reason || report->offset == row->offset,
           "offset %u, expected %u", report->offset, row->offset);
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

static void push(const struct row *row, const struct fws_verify_policy *policy,
                 enum fws_status expected, size_t piece)
{
    static struct fws_verify_push state;
    struct fws_verify_io io = {.size = (uint32_t)row->slot.size};
    struct fws_verify_report report;
    size_t done = 0;

    memset(&state, 0xa5, sizeof state);
    enum fws_status status = fws_verify_begin(&state, policy, &io, &report);

    while (status == FWS_OK && done < row->slot.size) {
        size_t left = row->slot.size - done;
        size_t now = piece < left ? piece : left;

        status = fws_verify_feed(&state, &row->slot.data[done], now);
        done += now;
    }
    require(status == FWS_OK || fws_verify_feed(&state, "", 1) == status,
            "a refusal was taken back");
    uint32_t evidence = fws_verify_finish(&state);

    check_verdict(row, policy, expected, evidence, &report);
    expect(row, status == FWS_OK || status == expected, "first %s", fws_status_name(status));
    if (status == FWS_OK) { /* the stages of the pull form said it, with their own offset */
        check_offset(row, &report);
    }
}

void judge_row(const struct row *row, const struct backend *backend, enum form form)
{
    static const size_t pieces[] = {1, 7, 64, SIZE_MAX};
    struct row_policy policy;

    policy_parse(row->keys, row->policy, &policy);
    policy_use(&policy, backend->hashes, backend->schemes);
    enum fws_status expected = expected_of(row, backend, &policy.policy, form);

    if (form != FORM_PUSHED) {
        pull(row, &policy.policy, expected, form);
        return;
    }
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        push(row, &policy.policy, expected, pieces[i]);
    }
}
