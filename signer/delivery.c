/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/delivery.h"
#include "base/process.h"
#include "signer/record.h"

enum fws_status fws_stop_asked(const char *when, struct fws_error *err)
{
    if (fws_process_stop_signal() == 0) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_INTERRUPTED, "interrupted %s", when);
}

static enum fws_status commit(struct fws_output *output, struct fws_error *err)
{
    return output->fd != 0 ? fws_output_commit(output, err) : FWS_OK;
}

void fws_delivery_close(struct fws_delivery *delivery)
{
    fws_output_close(&delivery->image);
    fws_output_close(&delivery->proof);
    fws_output_close(&delivery->detached);
}

/* Whoever finds the image finds its proof: the image is the commit point, so it comes last. What has
 * come to stand at its place meanwhile is found before the proof is put beside it. */
static void name_files(struct fws_sign_job *job)
{
    struct fws_delivery *delivery = &job->delivery;
    struct fws_error *why = &job->failure;
    enum fws_status status = fws_stop_asked("before the image was put in place", why);

    if (status == FWS_OK) {
        status = fws_output_check(&delivery->image, why);
    }
    if (status == FWS_OK) {
        status = commit(&delivery->proof, why);
    }
    if (status == FWS_OK) {
        status = commit(&delivery->detached, why);
    }
    if (status == FWS_OK) {
        status = commit(&delivery->image, why);
    }
    fws_delivery_close(delivery);
    delivery->lost = status != FWS_OK;
}

static void *deliver(void *context)
{
    struct fws_handover *handover = context;

    for (size_t i = 0; i < handover->count; i++) {
        if (handover->jobs[i]->failure.status == FWS_OK) {
            name_files(handover->jobs[i]);
        }
    }
    return NULL;
}

void fws_handover_start(struct fws_handover *handover)
{
    handover->in_background = pthread_create(&handover->thread, NULL, deliver, handover) == 0;
}

/* The outcome says "signed": that it did not arrive is said too. */
static void record_failure(struct fws_signer *signer, struct fws_sign_job *job)
{
    struct fws_error err = {0};
    enum fws_status status = fws_record_delivery(signer, &job->result, &job->failure, &err);

    if (status == FWS_OK) {
        status = fws_audit_checkpoint(signer->log, &err);
    }
    if (status != FWS_OK) {
        job->failure = err; /* the log's failure is the one that counts */
    }
}

void fws_handover_finish(struct fws_signer *signer, struct fws_handover *handover)
{
    if (handover->in_background) {
        (void)pthread_join(handover->thread, NULL);
        handover->in_background = false;
    } else {
        (void)deliver(handover);
    }
    for (size_t i = 0; i < handover->count; i++) {
        if (handover->jobs[i]->delivery.lost && !handover->jobs[i]->result.repeated) {
            record_failure(signer, handover->jobs[i]);
        }
    }
    handover->count = 0;
}
