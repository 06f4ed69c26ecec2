/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/finish.h"
#include "base/digest.h"
#include "verifier/verifier.h"

static enum fws_status open_output(struct fws_output *output, const char *path, size_t size,
                                   const struct fws_sign_request *request, struct fws_error *err)
{
    return path == NULL ? FWS_OK
                        : fws_output_open_of(output, path, request->owner, size,
                                             request->replace ? FWS_OUTPUT_REPLACE : FWS_OUTPUT_NEW,
                                             0644, err);
}

/* A proof without its image is what a killed program left, or what somebody kept who removed the
 * image: it is no reason to refuse. */
static enum fws_status open_proof(struct fws_sign_job *job, struct fws_error *err)
{
    const struct fws_sign_request *request = &job->request;
    bool guarded = request->output != NULL; /* that it is new is checked by itself */

    return request->proof == NULL
               ? FWS_OK
               : fws_output_open_of(
                     &job->delivery.proof, request->proof, request->owner, FWS_PROOF_ROOM,
                     request->replace || guarded ? FWS_OUTPUT_REPLACE : FWS_OUTPUT_NEW, 0644, err);
}

enum fws_status fws_open_outputs(struct fws_sign_job *job, const struct fws_signing_key *key,
                                 struct fws_error *err)
{
    const struct fws_sign_request *request = &job->request;
    struct fws_delivery *delivery = &job->delivery;
    size_t size = fws_image_file_max(request->policy, &job->image, key->info.pub.alg);
    enum fws_status status = open_output(&delivery->image, request->output, size, request, err);

    if (status == FWS_OK) {
        status = open_proof(job, err);
    }
    return status == FWS_OK ? open_output(&delivery->detached, request->detached,
                                          FWS_SIGNATURE_MAX_SIZE, request, err)
                            : status;
}

/* A padded image is what a slot will hold: it ends in the trailer that the policy asks for. */
static enum fws_status check_tail(const struct fws_sign_job *job, uint32_t image_end,
                                  struct fws_error *err)
{
    const struct fws_policy *policy = job->request.policy;
    struct fws_trailer wanted = fws_image_trailer(policy);
    struct fws_reader tail = fws_reader_init(job->image.bytes.data, job->image.bytes.size);
    struct fws_trailer found;

    fws_reader_skip(&tail, image_end);
    bool padded = policy->format.pad != FWS_POLICY_PAD_NONE;
    bool good = !tail.bad && fws_trailer_check(tail, &found) == FWS_OK && found.present == padded &&
                (!padded || (found.alignment == wanted.alignment && found.erased == wanted.erased &&
                             found.image_ok == wanted.image_ok));

    return good ? FWS_OK
                : fws_error_set(err, FWS_E_INTERNAL,
                                "what follows the finished image is not as the policy says");
}

/* What leaves has passed the device's own code. */
static enum fws_status judge(const struct fws_signing_key *key, const struct fws_sign_job *job,
                             struct fws_error *err)
{
    const struct fws_policy *rules = job->request.policy;
    const struct fws_image_spec *spec = &job->request.spec;
    struct fws_trusted_key trusted = {
        .der = key->info.pub.der,
        .der_size = (uint16_t)key->info.pub.der_size,
        .alg = (uint8_t)key->info.pub.alg,
    };
    uint32_t counter = spec->counter;
    struct fws_verify_policy policy = {
        .keys = &trusted,
        .key_count = 1,
        .options = rules->format.key_form == FWS_POLICY_KEY_FULL ? FWS_VERIFY_FULL_KEY : 0,
        .vendor_id = spec->vendor_id,
        .class_id = spec->class_id,
    };
    struct fws_verify_report report;

    if (spec->has_counter) {
        fws_judge_counter_floor(&policy, &counter);
    }
    enum fws_status status =
        fws_judge(&policy, job->image.bytes.data, job->image.bytes.size, &report);

    if (status != FWS_OK) {
        return fws_error_set(err, FWS_E_INTERNAL,
                             "the device verifier refuses the finished image at offset %u: %s",
                             report.offset, fws_status_name(status));
    }
    return check_tail(job, report.image_end, err);
}

enum fws_status fws_finish_image(const struct fws_signing_key *key, struct fws_sign_job *job,
                                 const uint8_t *signature, size_t signature_size,
                                 struct fws_error *err)
{
    const struct fws_policy *policy = job->request.policy;
    struct fws_image *image = &job->image;
    enum fws_status status =
        fws_image_attach(policy, image, &key->info.pub, signature, signature_size, err);

    if (status == FWS_OK) {
        status = fws_image_pad(policy, image, err);
    }
    if (status == FWS_OK) {
        status = judge(key, job, err);
    }
    job->result.image_size = image->bytes.size;
    return status == FWS_OK ? fws_digest(FWS_HASH_SHA256, image->bytes.data, image->bytes.size,
                                         job->result.image_digest, err)
                            : status;
}

enum fws_status fws_finish_outputs(struct fws_sign_job *job, const uint8_t *signature,
                                   size_t signature_size, struct fws_error *err)
{
    struct fws_delivery *delivery = &job->delivery;
    enum fws_status status = FWS_OK;

    if (delivery->image.fd != 0) {
        status =
            fws_output_write(&delivery->image, job->image.bytes.data, job->image.bytes.size, err);
    }
    if (status == FWS_OK && delivery->detached.fd != 0) {
        status = fws_output_write(&delivery->detached, signature, signature_size, err);
    }
    return status;
}

enum fws_status fws_finish_proof(struct fws_signer *signer, struct fws_sign_job *job,
                                 struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_audit_prove(signer->log, job->result.outcome, &job->proof, err);

    if (status == FWS_OK) {
        status = fws_proof_write(&job->proof, &text, err);
    }
    if (status == FWS_OK && job->delivery.proof.fd != 0) {
        status = fws_output_write(&job->delivery.proof, text.data, text.size, err);
    }
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "proof");
}
