/* SPDX-License-Identifier: Apache-2.0 */
/* A batch on its way: from what is to be signed to what may be handed over. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/digest.h"
#include "signer/delivery.h"
#include "signer/earlier.h"
#include "signer/facts.h"
#include "signer/finish.h"
#include "signer/record.h"
#include "signer/releases.h"

#define WAIT_MS      60000 /* for another program that signs the same bytes */
#define WAIT_STEP_MS 40u

/* What one job needs between its intent and its outcome. */
struct work {
    struct fws_signer *signer;
    const struct fws_signing_key *key;
    struct fws_sign_job *job;
    struct fws_json body;       /* of the entry that is written next */
    struct fws_earlier earlier; /* the same was signed before */
    bool wait;                  /* another is signing the same right now */
    int64_t refused_us;         /* when the policy refused without the log; 0: it did not */
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t signature_size;
};

struct batch {
    struct fws_signer *signer;
    struct work *works;
    size_t count;
};

void fws_sign_job_free(struct fws_sign_job *job)
{
    fws_firmware_free(&job->firmware);
    fws_image_free(&job->image);
    fws_proof_free(&job->proof);
    fws_delivery_close(&job->delivery);
}

static bool goes_on(const struct work *work)
{
    return work->job->failure.status == FWS_OK;
}

/* ---- Before the log ---- */

/* A window that opens while the lock is waited for does not turn a refusal into a signature that
 * has no file to go to. */
static void decide(struct work *work, const struct fws_releases *releases)
{
    struct fws_sign_side side = fws_side_of(work->signer, work->key);

    side.tentative = releases == NULL;
    side.replay = work->earlier.found;
    if (work->refused_us != 0) {
        side.time_us = work->refused_us;
    }
    fws_sign_decide(work->job, &side, releases);
    if (releases == NULL && !work->job->decision.allowed) {
        work->refused_us = side.time_us;
    }
}

/* What the policy refuses whatever was signed before gets no output opened: its refusal is what the
 * caller must hear, not that a file exists. */
static void prepare(struct work *work)
{
    struct fws_sign_job *job = work->job;
    struct fws_error *err = &job->failure;

    fws_earlier_free(&work->earlier);
    work->refused_us = 0;
    if (!job->request.fresh) {
        err->status = fws_earlier_find(work->signer, work->key, job, &work->earlier, err);
    }
    if (err->status != FWS_OK) {
        return;
    }
    decide(work, NULL);
    if (job->decision.allowed && fws_stop_asked("before anything was done", err) == FWS_OK) {
        err->status = fws_open_outputs(job, work->key, err);
    }
    if (job->decision.allowed && err->status == FWS_OK && work->earlier.found) {
        err->status = fws_earlier_take(work->key, job, &work->earlier, err);
    }
}

/* ---- Decision and intent, under the log's lock ---- */

static enum fws_status decide_under_lock(void *context, struct fws_audit_body *out,
                                         struct fws_error *err)
{
    struct work *work = context;
    struct fws_sign_job *job = work->job;

    if (fws_releases_knows(work->signer->releases, job->request.id)) {
        return fws_error_set(err, FWS_E_REQUEST_KNOWN,
                             "request '%s' is being worked on by another program", job->request.id);
    }
    if (!job->request.fresh && !work->earlier.found &&
        fws_earlier_pending(work->signer, work->key, job)) {
        work->wait = true;
        return fws_error_set(err, FWS_E_REQUEST_KNOWN,
                             "the same bytes are being signed by another program");
    }
    decide(work, work->signer->releases);
    if (job->decision.allowed && work->earlier.found) {
        out->type = "sign.replay";
        fws_record_replay(work->signer, work->key, job, work->earlier.intent, work->earlier.outcome,
                          &work->body);
    } else if (job->decision.allowed) {
        out->type = "sign.intent";
        fws_record_intent(work->signer, work->key, job, &work->body);
    } else {
        out->type = "sign.denied";
        fws_record_denied(work->signer, work->key, job, &work->body);
    }
    out->data = work->body.buf.data;
    out->size = work->body.buf.size;
    return fws_json_done(&work->body, err);
}

static void take_decision(struct work *work, struct fws_audit_matter *matter)
{
    struct fws_sign_job *job = work->job;
    struct fws_sign_result *result = &job->result;

    if (matter->err.status != FWS_OK) {
        job->failure = matter->err;
        return;
    }
    if (work->earlier.found && job->decision.allowed) {
        result->repeated = result->replayed = result->has_outcome = true;
        result->replay = matter->seq;
        result->intent = work->earlier.intent;
        result->outcome = work->earlier.outcome;
        return;
    }
    result->has_intent = job->decision.allowed;
    result->intent = matter->seq;
    if (!job->decision.allowed) {
        (void)fws_decision_error(job->request.policy, &job->decision, &job->failure);
    }
}

static void write_intents(struct batch *batch)
{
    struct fws_audit_matter *matters = calloc(batch->count, sizeof *matters);
    size_t asked = 0;

    for (size_t i = 0; i < batch->count; i++) {
        struct work *work = &batch->works[i];

        if (goes_on(work) && matters == NULL) {
            (void)fws_error_set(&work->job->failure, FWS_E_MEMORY, "no memory for a batch");
        } else if (goes_on(work)) {
            matters[asked++] =
                (struct fws_audit_matter){.decide = decide_under_lock, .context = work};
        }
    }
    if (asked > 0) {
        fws_audit_decide_all(batch->signer->log, matters, asked);
    }
    for (size_t i = 0; i < asked; i++) {
        take_decision(matters[i].context, &matters[i]);
    }
    free(matters);
}

/* ---- Between intent and outcome: what fails ends in an outcome of its own ---- */

static enum fws_status ask_for_signature(struct work *work, struct fws_error *err)
{
    const struct fws_signing_key *key = work->key;
    const struct fws_image *image = &work->job->image;
    enum fws_status status = fws_stop_asked("before signing", err);

    if (status != FWS_OK) {
        return status;
    }
    if (key->soft != NULL) {
        return fws_soft_key_sign(key->soft, image->digest, image->digest_size, work->signature,
                                 &work->signature_size, err);
    }
    return fws_hsm_sign(key->hsm, &key->info, image->digest, image->digest_size, work->signature,
                        &work->signature_size, err);
}

static void sign(struct work *work)
{
    struct fws_sign_job *job = work->job;
    enum fws_status status = ask_for_signature(work, &job->failure);

    if (status == FWS_OK) {
        status =
            fws_finish_image(work->key, job, work->signature, work->signature_size, &job->failure);
    }
    if (status == FWS_OK) {
        job->failure.status =
            fws_finish_outputs(job, work->signature, work->signature_size, &job->failure);
    }
}

/* ---- Outcomes ---- */

static enum fws_status outcome_of(struct work *work, struct fws_audit_body *out,
                                  struct fws_error *err)
{
    struct fws_sign_job *job = work->job;

    fws_json_free(&work->body);
    if (goes_on(work)) {
        fws_record_signed(&job->result, work->signature, work->signature_size, &work->body);
    } else {
        fws_record_failed(job->result.intent, &job->failure, &work->body);
    }
    *out = (struct fws_audit_body){
        .type = "sign.outcome", .data = work->body.buf.data, .size = work->body.buf.size};
    return fws_json_done(&work->body, err);
}

/* When an outcome cannot be recorded, the log's failure is the one that counts. */
static void fail_all(struct batch *batch, const struct fws_error *why)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->works[i].job->result.has_intent) {
            batch->works[i].job->failure = *why;
        }
    }
}

static void take_outcomes(struct batch *batch, const struct fws_audit_body *bodies)
{
    size_t next = 0;

    for (size_t i = 0; i < batch->count; i++) {
        struct fws_sign_job *job = batch->works[i].job;

        if (job->result.has_intent) {
            job->result.outcome = bodies[next++].seq;
            job->result.has_outcome = goes_on(&batch->works[i]);
        }
    }
}

static void write_outcomes(struct batch *batch)
{
    struct fws_audit_body *bodies = calloc(batch->count, sizeof *bodies);
    struct fws_error why = {0};
    size_t count = 0;
    enum fws_status status =
        bodies == NULL ? fws_error_set(&why, FWS_E_MEMORY, "no memory for a batch") : FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < batch->count; i++) {
        if (batch->works[i].job->result.has_intent) {
            status = outcome_of(&batch->works[i], &bodies[count++], &why);
        }
    }
    if (status == FWS_OK) {
        status = fws_audit_append_all(batch->signer->log, bodies, count, &why);
    }
    if (status == FWS_OK) {
        take_outcomes(batch, bodies);
    } else {
        fail_all(batch, &why);
    }
    free(bodies);
}

/* ---- Checkpoint and proofs ---- */

/* A refusal stays a refusal when no checkpoint is to be had; a signature is withheld. */
static bool seal(struct batch *batch)
{
    struct fws_error why = {0};

    if (fws_audit_checkpoint(batch->signer->log, &why) == FWS_OK) {
        return true;
    }
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->works[i].job->result.has_outcome && goes_on(&batch->works[i])) {
            batch->works[i].job->failure = why;
        }
    }
    return false;
}

static void finish(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct fws_sign_job *job = batch->works[i].job;
        struct fws_error err = {0};

        if (goes_on(&batch->works[i])) {
            job->failure.status = fws_finish_proof(batch->signer, job, &job->failure);
        }
        if (job->failure.status != FWS_OK) {
            fws_delivery_close(&job->delivery);
        }
        if (job->failure.status != FWS_OK && job->result.has_outcome &&
            fws_record_delivery(batch->signer, &job->result, &job->failure, &err) != FWS_OK) {
            job->failure = err;
        }
    }
}

static void run(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (goes_on(&batch->works[i])) {
            prepare(&batch->works[i]);
        }
    }
    write_intents(batch);
    for (size_t i = 0; i < batch->count; i++) {
        if (goes_on(&batch->works[i]) && !batch->works[i].job->result.replayed) {
            sign(&batch->works[i]);
        }
    }
    write_outcomes(batch);
    bool sealed = seal(batch);

    finish(batch);
    if (sealed) {
        (void)seal(batch); /* what finishing has put on record; most often nothing */
    }
}

/* Another program, or a job of this batch, is signing the same: its signature will do. When it comes
 * to nothing the job is signed here. */
static void wait_for_other(struct batch *batch, struct work *work)
{
    struct batch one = {.signer = batch->signer, .works = work, .count = 1};
    int64_t until = fws_clock_monotonic_ms() + WAIT_MS;

    while (work->wait && fws_clock_monotonic_ms() < until) {
        fws_clock_sleep_jitter(WAIT_STEP_MS);
        work->job->failure = (struct fws_error){0};
        work->wait = false;
        if (fws_stop_asked("while the same bytes were being signed", &work->job->failure) ==
            FWS_OK) {
            run(&one);
        }
    }
}

void fws_sign_batch(struct fws_signer *signer, const struct fws_signing_key *key,
                    struct fws_sign_job **jobs, size_t count)
{
    struct batch batch = {
        .signer = signer, .works = calloc(count, sizeof *batch.works), .count = count};

    for (size_t i = 0; i < count; i++) {
        if (batch.works == NULL) {
            (void)fws_error_set(&jobs[i]->failure, FWS_E_MEMORY, "no memory for a batch");
        } else {
            batch.works[i] = (struct work){.signer = signer, .key = key, .job = jobs[i]};
        }
    }
    if (batch.works != NULL) {
        run(&batch);
    }
    for (size_t i = 0; batch.works != NULL && i < count; i++) {
        wait_for_other(&batch, &batch.works[i]);
        fws_json_free(&batch.works[i].body);
        fws_earlier_free(&batch.works[i].earlier);
    }
    free(batch.works);
}
