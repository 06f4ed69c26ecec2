/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"

/* Feed size bytes in pieces; what the report says on the way is not taken for a verdict. */
static enum fws_status feed(const struct row *row, struct fws_verify_push *state, size_t size,
                            size_t piece, const struct fws_verify_report *report)
{
    enum fws_status status = FWS_OK;
    size_t done = 0;

    while (status == FWS_OK && done < size) {
        size_t now = piece < size - done ? piece : size - done;

        status = fws_verify_feed(state, &row->slot.data[done], now);
        done += now;
        expect(row, report->reason == (status == FWS_OK ? FWS_E_EVIDENCE : status), "%s on the way",
               fws_status_name(report->reason));
    }
    return status;
}

static enum fws_status begin(const struct row *row, const struct fws_verify_policy *policy,
                             struct fws_verify_push *state, struct fws_verify_io *io,
                             struct fws_verify_report *report)
{
    *io = (struct fws_verify_io){.size = (uint32_t)row->slot.size};
    memset(state, 0xa5, sizeof *state); /* it needs no preparation */
    enum fws_status status = fws_verify_begin(state, policy, io, report);

    expect(row, report->reason == (status == FWS_OK ? FWS_E_EVIDENCE : status), "%s at first",
           fws_status_name(report->reason));
    return status;
}

/* The whole slot; out is the report. */
static void push(const struct row *row, const struct fws_verify_policy *policy,
                 enum fws_status expected, size_t piece, struct fws_verify_report *out)
{
    static struct fws_verify_push state;
    struct fws_verify_io io;
    enum fws_status status = begin(row, policy, &state, &io, out);

    if (status == FWS_OK) {
        status = feed(row, &state, row->slot.size, piece, out);
    }
    expect(row, status == FWS_OK || fws_verify_feed(&state, "", 1) == status,
           "a refusal was taken back");
    uint32_t evidence = fws_verify_finish(&state);

    check_verdict(row, policy, expected, evidence, out);
    expect(row, status == FWS_OK || status == expected, "first %s", fws_status_name(status));
    if (status == FWS_OK) { /* the stages of the pull form said it, with their own offset */
        check_offset(row, out);
    }
    status = fws_verify_feed(&state, "", 1);
    expect(row, expected == FWS_OK ? status == FWS_E_USAGE : status != FWS_OK,
           "it goes on after its end");
}

/* An image that stops early, or goes on behind the slot's end. */
static void push_part(const struct row *row, const struct fws_verify_policy *policy, size_t size)
{
    static struct fws_verify_push state;
    struct fws_verify_io io;
    struct fws_verify_report report;
    enum fws_status expected =
        size < FWS_HEADER_SIZE ? FWS_E_HEADER_TRUNCATED : FWS_E_IMAGE_TRUNCATED;
    enum fws_status status = begin(row, policy, &state, &io, &report);

    if (status == FWS_OK) {
        status = feed(row, &state, size < row->slot.size ? size : row->slot.size, 64, &report);
    }
    if (status == FWS_OK && size > row->slot.size) {
        status = fws_verify_feed(&state, "\xff", 1);
        expected = FWS_E_IMAGE_TOO_BIG;
        expect(row, status == expected, "%s behind the slot", fws_status_name(status));
    }
    uint32_t evidence = fws_verify_finish(&state);

    expect(row, !fws_verify_accepted(evidence) && fws_verify_refused(evidence),
           "%zu bytes, and the evidence is %08x", size, evidence);
    expect(row, report.reason == expected, "%zu bytes: %s", size, fws_status_name(report.reason));
}

/* Around each end of a part, where whoever counts bytes may be off by one. */
static void push_parts(const struct row *row, const struct fws_verify_policy *policy,
                       const struct fws_verify_report *whole)
{
    uint32_t signed_size = fws_header_signed_size(&whole->header);
    const uint32_t ends[] = {
        FWS_HEADER_SIZE, whole->header.header_size, signed_size - whole->header.protected_size,
        signed_size,     signed_size + 2,           signed_size + FWS_TLV_INFO_SIZE};

    push_part(row, policy, 0);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        push_part(row, policy, ends[i] - 1);
        push_part(row, policy, ends[i]);
    }
    push_part(row, policy, whole->image_end - 1);
    push_part(row, policy, row->slot.size + 1);
}

void judge_pushed(const struct row *row, const struct fws_verify_policy *policy,
                  enum fws_status expected)
{
    static const size_t pieces[] = {1, 7, 64, SIZE_MAX};
    struct fws_verify_report report;

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        push(row, policy, expected, pieces[i], &report);
    }
    if (row->control && expected == FWS_OK) {
        push_parts(row, policy, &report);
    }
}
