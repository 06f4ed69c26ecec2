/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/verifier.h"

void fws_verifier_place(const struct fws_segment *segment, char out[FWS_PLACE_SIZE])
{
    char name[FWS_SEGMENT_NAME_SIZE];

    (void)snprintf(out, FWS_PLACE_SIZE, "seg/%s:%" PRIu64, fws_segment_name(segment->first, name),
                   segment->good + 1);
}

void fws_verifier_verdict(struct fws_verifier *verifier, enum fws_audit_verdict verdict,
                          const char *why)
{
    verifier->report->verdict = verdict;
    (void)snprintf(verifier->report->why, sizeof verifier->report->why, "%.255s", why);
}

/* What a failure to follow the log says about it; lack of memory and the like says nothing. */
static enum fws_status judge(struct fws_verifier *verifier, struct fws_error *err)
{
    switch (err->status) {
    case FWS_E_MEMORY:
    case FWS_E_BACKEND:
    case FWS_E_INTERNAL:
    case FWS_E_INTERRUPTED:
        return err->status;
    default:
        break;
    }
    bool tampered = err->status == FWS_E_LOG_TAMPERED;

    fws_verifier_verdict(verifier, tampered ? FWS_AUDIT_TAMPERED : FWS_AUDIT_CANNOT_TELL,
                         err->text);
    verifier->report->place[0] = '\0';
    if ((tampered || verifier->segments > 0) && !verifier->at_end) {
        fws_verifier_place(&verifier->segment, verifier->report->place);
    }
    *err = (struct fws_error){0};
    return FWS_OK;
}

/* ---- Following the segments ---- */

static enum fws_status advance(struct fws_verifier *verifier, bool *moved, struct fws_error *err)
{
    struct fws_step step;
    enum fws_status status = fws_segment_advance(&verifier->folder, &verifier->segment,
                                                 &verifier->chain, false, &step, err);

    *moved = step.moved;
    verifier->segments += step.moved ? 1 : 0;
    if (status == FWS_OK && step.before.torn && verifier->remains[0] == '\0') {
        fws_verifier_place(&step.before, verifier->remains);
    }
    return status;
}

/* To the end as it is now; a line that is being written looks torn. */
enum fws_status fws_verifier_follow(struct fws_verifier *verifier, struct fws_error *err)
{
    bool moved = true;
    enum fws_status status = fws_segment_follow(&verifier->segment, &verifier->chain, NULL, err);

    while (status == FWS_OK && moved) {
        status = advance(verifier, &moved, err);
    }
    return status;
}

/* Every segment there is must be one of those followed. One that has come since is followed; what is
 * missing while the log stands still is missing for good. */
static enum fws_status check_names(struct fws_verifier *verifier, struct fws_error *err)
{
    struct fws_survey survey;
    uint64_t before = UINT64_MAX;
    enum fws_status status =
        fws_folder_survey(&verifier->folder, verifier->segment.first, &survey, err);

    while (status == FWS_OK && survey.later && verifier->chain.next != before) {
        before = verifier->chain.next;
        status = fws_verifier_follow(verifier, err);
        if (status == FWS_OK) {
            status = fws_folder_survey(&verifier->folder, verifier->segment.first, &survey, err);
        }
    }
    if (status == FWS_OK && survey.later) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "there is a segment with entry %" PRIu64
                             ", but none with entry %" PRIu64,
                             survey.next, verifier->chain.next);
    }
    if (status == FWS_OK && survey.count != verifier->segments) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "%" PRIu64 " segment files, but %" PRIu64 " follow from one another",
                             survey.count, verifier->segments);
    }
    return status;
}

static enum fws_status open_first(struct fws_verifier *verifier, struct fws_error *err)
{
    struct fws_survey survey;
    enum fws_status status = fws_folder_survey(&verifier->folder, UINT64_MAX, &survey, err);

    if (status != FWS_OK) {
        return status;
    }
    if (survey.count == 0 && verifier->inside) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "there is a checkpoint of %" PRIu64 " entries, but no segment",
                             verifier->known[0].checkpoint.size);
    }
    if (survey.count == 0) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "there is no segment");
    }
    status = fws_folder_open_segment(&verifier->folder, 0, false, &verifier->segment.fd, err);
    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the first segment is missing");
    }
    verifier->segments = 1;
    return status;
}

/* ---- The whole ---- */

static enum fws_status open_start(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status =
        verifier->options->since != NULL ? fws_verifier_since(verifier, err) : FWS_E_NOT_FOUND;

    return status == FWS_E_NOT_FOUND ? open_first(verifier, err) : status;
}

static enum fws_status follow_all(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status = fws_known_load(verifier, err);

    if (status == FWS_OK) {
        status = open_start(verifier, err);
    }
    if (status == FWS_OK) {
        status = fws_known_check(verifier, err);
    }
    if (status == FWS_OK) {
        status = fws_verifier_follow(verifier, err);
    }
    return status == FWS_OK ? check_names(verifier, err) : status;
}

static enum fws_status check(struct fws_verifier *verifier, const char *directory,
                             struct fws_error *err)
{
    enum fws_status status = fws_folder_open(&verifier->folder, directory, false, err);

    if (status == FWS_OK) {
        fws_known_total(verifier);
        status = follow_all(verifier, err);
    }
    return status == FWS_OK ? fws_verifier_judge_end(verifier, err) : status;
}

static void fill_report(struct fws_verifier *verifier)
{
    struct fws_audit_report *report = verifier->report;

    report->entries = verifier->chain.next;
    report->segments = verifier->segments;
    report->recoveries = verifier->past.marks;
    report->acknowledged = verifier->past.acknowledged;
    report->unresolved = verifier->past.unresolved;
    memcpy(report->origin, verifier->chain.origin, sizeof report->origin);
    memcpy(report->head, verifier->chain.head, sizeof report->head);
}

static void close_all(struct fws_verifier *verifier)
{
    fws_segment_close(&verifier->segment);
    fws_chain_close(&verifier->chain);
    fws_folder_close(&verifier->folder);
    fws_past_free(&verifier->past);
    fws_tail_free(&verifier->tail);
    fws_known_free(verifier);
}

enum fws_status fws_audit_verify(const char *directory,
                                 const struct fws_audit_verify_options *options,
                                 struct fws_audit_report *report, struct fws_error *err)
{
    struct fws_verifier verifier = {.options = options, .report = report};

    *report = (struct fws_audit_report){.verdict = FWS_AUDIT_INTACT};
    fws_past_init(&verifier.past, NULL);
    enum fws_status status = fws_chain_open(&verifier.chain, err);

    verifier.chain.envelope = !options->strict;
    verifier.chain.observe = fws_verifier_observe;
    verifier.chain.context = &verifier;
    if (status == FWS_OK) {
        status = check(&verifier, directory, err);
    }
    if (status != FWS_OK) {
        status = judge(&verifier, err);
    }
    fill_report(&verifier);
    close_all(&verifier);
    return status;
}
