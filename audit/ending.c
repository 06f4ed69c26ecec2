/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the end of a log means. At rest its newest checkpoint covers all of it. More lines than that
 * are honest only while their writers are alive; fewer never are.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/presence.h"
#include "audit/verifier.h"

static enum fws_status too_short(const struct fws_verifier *verifier, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAMPERED,
                         "the log has %llu good entries, a checkpoint covers %llu: its end was cut "
                         "off, damaged or rolled back",
                         (unsigned long long)verifier->chain.next,
                         (unsigned long long)fws_known_size(verifier));
}

static bool at_rest(const struct fws_verifier *verifier)
{
    return !verifier->segment.torn && verifier->chain.next == verifier->known[0].checkpoint.size &&
           fws_past_intent_count(&verifier->past) == 0;
}

/* To the end, and to the newest checkpoint. */
static enum fws_status look(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status = fws_known_reload(verifier, err);

    if (status == FWS_OK) {
        status = fws_verifier_follow(verifier, err);
    }
    return status == FWS_OK ? fws_known_check(verifier, err) : status;
}

/* The first writer in the tail that is gone; NULL when all are at work or ended in order. */
static enum fws_status find_dead(const struct fws_verifier *verifier,
                                 const struct fws_tail_writer **out, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    *out = NULL;
    for (size_t i = 0; status == FWS_OK && *out == NULL && i < fws_tail_count(&verifier->tail);
         i++) {
        const struct fws_tail_writer *writer = fws_tail_at(&verifier->tail, i);
        bool alive = writer->closed;

        if (!alive) {
            status = fws_presence_alive(&verifier->folder, writer->instance, &alive, err);
        }
        *out = status == FWS_OK && !alive ? writer : NULL;
    }
    return status;
}

static enum fws_status find_orphan(const struct fws_verifier *verifier,
                                   const struct fws_open_intent **out, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    *out = NULL;
    for (size_t i = 0;
         status == FWS_OK && *out == NULL && i < fws_past_intent_count(&verifier->past); i++) {
        const struct fws_open_intent *intent = &fws_past_intents(&verifier->past)[i];
        bool alive = false;

        status = fws_presence_alive(&verifier->folder, intent->instance, &alive, err);
        *out = status == FWS_OK && !alive ? intent : NULL;
    }
    return status;
}

/* A writer ended in order, but no checkpoint was to be had. */
static bool any_closed(const struct fws_verifier *verifier)
{
    for (size_t i = 0; i < fws_tail_count(&verifier->tail); i++) {
        if (fws_tail_at(&verifier->tail, i)->closed) {
            return true;
        }
    }
    return false;
}

static void crash(struct fws_verifier *verifier, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void crash(struct fws_verifier *verifier, const char *format, ...)
{
    char why[sizeof verifier->report->why];
    va_list values;

    va_start(values, format);
    (void)vsnprintf(why, sizeof why, format, values);
    va_end(values);
    fws_verifier_verdict(verifier, FWS_AUDIT_CRASH_TAIL, why);
}

static enum fws_status judge_tail(struct fws_verifier *verifier, struct fws_error *err)
{
    const struct fws_tail_writer *dead = NULL;
    const struct fws_open_intent *orphan = NULL;
    enum fws_status status = find_dead(verifier, &dead, err);

    /* It keeps its lock until its checkpoint is published, which may have been just now. */
    if (status == FWS_OK && dead != NULL) {
        status = fws_known_reload(verifier, err);
    }
    if (status == FWS_OK && dead != NULL) {
        status = find_dead(verifier, &dead, err);
    }
    if (status == FWS_OK) {
        status = find_orphan(verifier, &orphan, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (dead != NULL) {
        crash(verifier,
              "entry %" PRIu64 " and what follows it has no checkpoint, and its writer is gone; "
              "the next writer records it",
              dead->first);
    } else if (orphan != NULL) {
        crash(verifier,
              "intent %" PRIu64 " has no outcome, and its writer is gone; the next writer records "
              "it as unresolved",
              orphan->seq);
    } else if (any_closed(verifier)) {
        crash(verifier,
              "%" PRIu64 " entries without a checkpoint: their writer ended in order, but could "
              "not have one; see 'fwsign audit checkpoint'",
              verifier->chain.next - verifier->known[0].checkpoint.size);
    }
    return FWS_OK;
}

static enum fws_status judge_still(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status = look(verifier, err);

    if (status != FWS_OK) {
        return status;
    }
    if (verifier->chain.next < fws_known_size(verifier)) {
        return too_short(verifier, err);
    }
    if (verifier->segment.torn) {
        fws_verifier_place(&verifier->segment, verifier->report->place);
        crash(verifier,
              "a crash left a torn line behind entry %" PRIu64 "; no recovery was written so far",
              verifier->chain.next - 1);
        return FWS_OK;
    }
    return judge_tail(verifier, err);
}

/* An end that is moving may look torn or uncovered: under the lock it stands still. */
static enum fws_status judge_under_lock(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status =
        fws_folder_lock(&verifier->folder, FWS_STORE_SHARED, FWS_AUDIT_LOCK_MS, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "the log's end is being written");
    }
    status = judge_still(verifier, err);
    fws_folder_unlock(&verifier->folder);
    return status;
}

/* A checkpoint that is on record was in place, durably, before it was recorded. */
static enum fws_status check_recorded(const struct fws_verifier *verifier, struct fws_error *err)
{
    const struct fws_checkpoint *newest = &verifier->known[0].checkpoint;

    if (verifier->past.recorded > newest->size) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the checkpoint covers %" PRIu64 " entries, one of %" PRIu64
                             " is on record: an older one was put in its place",
                             newest->size, verifier->past.recorded);
    }
    return FWS_OK;
}

static void judge_marks(struct fws_verifier *verifier)
{
    if (verifier->report->verdict == FWS_AUDIT_INTACT &&
        verifier->past.marks > verifier->past.acknowledged) {
        memcpy(verifier->report->place, verifier->remains, sizeof verifier->report->place);
        crash(verifier,
              "%" PRIu64 " marks of crashes on record, not acknowledged so far; see 'fwsign audit "
              "ack'",
              verifier->past.marks - verifier->past.acknowledged);
    }
}

enum fws_status fws_verifier_judge_end(struct fws_verifier *verifier, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    verifier->at_end = true;
    if (!verifier->inside) {
        *err = verifier->inside_why;
        /* Checkpoints are put in place as a whole: one that is malformed or wrongly signed is
         * somebody's work, not a lack of something. */
        err->status = err->status == FWS_E_NOTE_SIGNATURE || err->status == FWS_E_NOTE ||
                              err->status == FWS_E_LOG_TAMPERED
                          ? FWS_E_LOG_TAMPERED
                          : FWS_E_LOG_UNKNOWN;
        return err->status;
    }
    if (!at_rest(verifier)) {
        status = judge_under_lock(verifier, err);
    } else if (verifier->chain.next < fws_known_size(verifier)) {
        status = too_short(verifier, err);
    }
    if (status == FWS_OK) {
        status = check_recorded(verifier, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    judge_marks(verifier);
    const struct fws_checkpoint *newest = &verifier->known[0].checkpoint;

    verifier->report->covered = newest->size;
    verifier->report->pending = verifier->chain.next - newest->size;
    memcpy(verifier->report->root, newest->root, sizeof newest->root);
    return FWS_OK;
}
