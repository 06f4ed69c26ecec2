/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/segment.h"

struct verifier {
    struct fws_store store;
    struct fws_chain chain;
    struct fws_segment segment;
    uint64_t segments;   /* followed, the current one included */
    uint64_t recoveries; /* torn ends that a later segment describes as they are */
    struct fws_audit_report *report;
};

static void set_place(struct verifier *verifier, const struct fws_segment *segment)
{
    char name[FWS_SEGMENT_NAME_SIZE];

    if (verifier->report->place[0] == '\0') {
        (void)snprintf(verifier->report->place, sizeof verifier->report->place, "seg/%s:%" PRIu64,
                       fws_segment_name(segment->first, name), segment->good + 1);
    }
}

static void set_verdict(struct verifier *verifier, enum fws_audit_verdict verdict, const char *why)
{
    verifier->report->verdict = verdict;
    (void)snprintf(verifier->report->why, sizeof verifier->report->why, "%.255s", why);
}

/* What a failure to follow the log says about it; lack of memory and the like says nothing. */
static enum fws_status judge(struct verifier *verifier, struct fws_error *err)
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

    set_verdict(verifier, tampered ? FWS_AUDIT_TAMPERED : FWS_AUDIT_CANNOT_TELL, err->text);
    verifier->report->place[0] = '\0';
    if (tampered || verifier->segments > 0) {
        set_place(verifier, &verifier->segment);
    }
    *err = (struct fws_error){0};
    return FWS_OK;
}

static enum fws_status advance(struct verifier *verifier, bool *moved, struct fws_error *err)
{
    struct fws_step step;
    enum fws_status status = fws_segment_advance(&verifier->store, &verifier->segment,
                                                 &verifier->chain, false, &step, err);

    *moved = step.moved;
    verifier->segments += step.moved ? 1 : 0;
    if (status == FWS_OK && step.before.torn) {
        verifier->recoveries++;
        set_place(verifier, &step.before);
    }
    return status;
}

/* A torn end may be a line that somebody is writing now: under the lock nobody is. */
static enum fws_status look_again(struct verifier *verifier, bool *moved, struct fws_error *err)
{
    enum fws_status status = fws_store_lock(&verifier->store, false, FWS_AUDIT_LOCK_MS, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "the log's end is torn or being written");
    }
    status = fws_segment_follow(&verifier->segment, &verifier->chain, NULL, err);
    if (status == FWS_OK) {
        status = advance(verifier, moved, err);
    }
    fws_store_unlock(&verifier->store);
    return status;
}

/* Follow segment after segment; on FWS_OK the current one is the last. */
static enum fws_status follow_all(struct verifier *verifier, struct fws_error *err)
{
    bool moved = true;

    while (moved) {
        enum fws_status status = advance(verifier, &moved, err);

        if (status == FWS_OK && !moved && verifier->segment.torn) {
            status = look_again(verifier, &moved, err);
        }
        if (status != FWS_OK) {
            return status;
        }
    }
    return FWS_OK;
}

/* Follow on until nothing was appended meanwhile: what is missing then is missing for good, as a
 * segment that has a successor grows no more. */
static enum fws_status catch_up(struct verifier *verifier, struct fws_survey *survey,
                                struct fws_error *err)
{
    uint64_t before = UINT64_MAX;
    enum fws_status status =
        fws_store_survey(&verifier->store, verifier->segment.first, survey, err);

    while (status == FWS_OK && survey->later && verifier->chain.next != before) {
        before = verifier->chain.next;
        status = fws_segment_follow(&verifier->segment, &verifier->chain, NULL, err);
        if (status == FWS_OK) {
            status = follow_all(verifier, err);
        }
        if (status == FWS_OK) {
            status = fws_store_survey(&verifier->store, verifier->segment.first, survey, err);
        }
    }
    return status;
}

/* Every segment there is must be one of those followed. */
static enum fws_status check_names(struct verifier *verifier, struct fws_error *err)
{
    struct fws_survey survey;
    enum fws_status status = catch_up(verifier, &survey, err);

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

static enum fws_status open_first(struct verifier *verifier, const char *directory,
                                  struct fws_error *err)
{
    struct fws_survey survey;
    enum fws_status status = fws_store_open(&verifier->store, directory, false, err);

    if (status == FWS_OK) {
        status = fws_store_survey(&verifier->store, UINT64_MAX, &survey, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (survey.count == 0) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "there is no segment");
    }
    status = fws_store_open_segment(&verifier->store, 0, false, &verifier->segment.fd, err);
    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the first segment is missing");
    }
    return status;
}

static enum fws_status check(struct verifier *verifier, const char *directory,
                             struct fws_error *err)
{
    enum fws_status status = open_first(verifier, directory, err);

    if (status == FWS_OK) {
        verifier->segments = 1;
        status = fws_segment_follow(&verifier->segment, &verifier->chain, NULL, err);
    }
    if (status == FWS_OK) {
        status = follow_all(verifier, err);
    }
    return status == FWS_OK ? check_names(verifier, err) : status;
}

/* The chain holds; what is left is whether a crash has left its mark. */
static void judge_end(struct verifier *verifier)
{
    char why[sizeof verifier->report->why];

    if (verifier->segment.torn) {
        set_place(verifier, &verifier->segment);
        (void)snprintf(why, sizeof why,
                       "a crash left a torn line behind entry %" PRIu64
                       "; no recovery was written so far",
                       verifier->chain.next - 1);
        set_verdict(verifier, FWS_AUDIT_CRASH_TAIL, why);
    } else if (verifier->recoveries > 0) {
        (void)snprintf(why, sizeof why,
                       "%" PRIu64 " torn line(s) left by a crash; each is described by a recovery "
                       "entry, not acknowledged so far",
                       verifier->recoveries);
        set_verdict(verifier, FWS_AUDIT_CRASH_TAIL, why);
    }
}

enum fws_status fws_audit_verify(const char *directory, struct fws_audit_report *report,
                                 struct fws_error *err)
{
    struct verifier verifier = {.report = report};

    *report = (struct fws_audit_report){.verdict = FWS_AUDIT_INTACT};
    enum fws_status status = fws_chain_open(&verifier.chain, err);

    if (status != FWS_OK) {
        return status;
    }
    status = check(&verifier, directory, err);
    if (status == FWS_OK) {
        judge_end(&verifier);
    } else {
        status = judge(&verifier, err);
    }
    report->entries = verifier.chain.next;
    report->segments = verifier.segments;
    memcpy(report->head, verifier.chain.head, sizeof report->head);
    fws_segment_close(&verifier.segment);
    fws_chain_close(&verifier.chain);
    fws_store_close(&verifier.store);
    return status;
}
