/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"
#include "base/process.h"
#include "signer/record.h"
#include "verifier/verifier.h"

/* The files of one request while they have no name. */
struct outputs {
    struct fws_output image;
    struct fws_output detached;
};

static void outputs_close(struct outputs *outputs)
{
    fws_output_close(&outputs->image);
    fws_output_close(&outputs->detached);
}

static enum fws_status open_outputs(const struct fws_sign_request *request, size_t image_size,
                                    struct outputs *outputs, struct fws_error *err)
{
    enum fws_output_mode mode = request->replace ? FWS_OUTPUT_REPLACE : FWS_OUTPUT_NEW;
    enum fws_status status = FWS_OK;

    if (request->output != NULL) {
        status = fws_output_open(&outputs->image, request->output, image_size, mode, 0644, err);
    }
    if (status == FWS_OK && request->detached != NULL) {
        status = fws_output_open(&outputs->detached, request->detached, FWS_SIGNATURE_MAX_SIZE,
                                 mode, 0644, err);
    }
    return status;
}

static enum fws_status stop_asked(const char *when, struct fws_error *err)
{
    if (fws_process_stop_signal() == 0) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_INTERRUPTED, "interrupted %s", when);
}

static enum fws_status ask_for_signature(const struct fws_signing_key *key,
                                         const struct fws_image *image,
                                         uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *size,
                                         struct fws_error *err)
{
    enum fws_status status = stop_asked("before signing", err);

    if (status != FWS_OK) {
        return status;
    }
    if (key->soft != NULL) {
        return fws_soft_key_sign(key->soft, image->digest, image->digest_size, signature, size,
                                 err);
    }
    return fws_hsm_sign(key->hsm, &key->info, image->digest, image->digest_size, signature, size,
                        err);
}

/* What leaves has passed the device's own code. */
static enum fws_status judge_finished(const struct fws_sign_request *request,
                                      const struct fws_signing_key *key,
                                      const struct fws_image *image, struct fws_error *err)
{
    struct fws_trusted_key trusted = {
        .alg = key->info.pub.alg,
        .der = key->info.pub.der,
        .der_size = key->info.pub.der_size,
    };
    struct fws_verify_policy policy = {
        .keys = &trusted,
        .key_count = 1,
        .counter_required = request->spec.has_counter,
        .counter_min = request->spec.counter,
        .vendor_id = request->spec.vendor_id,
        .class_id = request->spec.class_id,
    };
    struct fws_verify_report report;
    enum fws_status status = fws_judge(&policy, image->bytes.data, image->bytes.size, &report);

    if (status != FWS_OK) {
        return fws_error_set(err, FWS_E_INTERNAL,
                             "the device verifier refuses the finished image at offset %u: %s",
                             report.offset, fws_status_name(status));
    }
    return FWS_OK;
}

static enum fws_status finish_image(const struct fws_signing_key *key,
                                    const struct fws_sign_request *request, struct fws_image *image,
                                    const uint8_t *signature, size_t signature_size,
                                    struct fws_sign_result *result, struct fws_error *err)
{
    enum fws_status status =
        fws_image_attach(image, &key->info.pub, signature, signature_size, err);

    if (status == FWS_OK) {
        status = judge_finished(request, key, image, err);
    }
    result->image_size = image->bytes.size;
    return status == FWS_OK ? fws_digest(FWS_HASH_SHA256, image->bytes.data, image->bytes.size,
                                         result->image_digest, err)
                            : status;
}

static enum fws_status write_outputs(struct outputs *outputs, const struct fws_image *image,
                                     const uint8_t *signature, size_t signature_size,
                                     struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    if (outputs->image.fd != 0) {
        status = fws_output_write(&outputs->image, image->bytes.data, image->bytes.size, err);
    }
    if (status == FWS_OK && outputs->detached.fd != 0) {
        status = fws_output_write(&outputs->detached, signature, signature_size, err);
    }
    return status;
}

/* The image is the commit point, so it comes last. */
static enum fws_status deliver(struct outputs *outputs, struct fws_error *err)
{
    enum fws_status status = stop_asked("before the image was put in place", err);

    if (status == FWS_OK && outputs->detached.fd != 0) {
        status = fws_output_commit(&outputs->detached, err);
    }
    if (status == FWS_OK && outputs->image.fd != 0) {
        status = fws_output_commit(&outputs->image, err);
    }
    return status;
}

/* Between intent and outcome: everything that can fail ends in an outcome of its own. */
static enum fws_status sign_and_check(const struct fws_signing_key *key,
                                      const struct fws_sign_request *request,
                                      struct fws_image *image, struct outputs *outputs,
                                      uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                      size_t *signature_size, struct fws_sign_result *result,
                                      struct fws_error *err)
{
    enum fws_status status = ask_for_signature(key, image, signature, signature_size, err);

    if (status == FWS_OK) {
        status = finish_image(key, request, image, signature, *signature_size, result, err);
    }
    if (status == FWS_OK) {
        status = write_outputs(outputs, image, signature, *signature_size, err);
    }
    return status;
}

/* Record what went wrong; when even that fails, the log's failure is the one that counts. */
static enum fws_status fail_on_record(enum fws_status recorded, const struct fws_error *why,
                                      struct fws_error *log_err, struct fws_error *err)
{
    *err = recorded == FWS_OK ? *why : *log_err;
    return err->status;
}

static enum fws_status run_recorded(struct fws_signer *signer, const struct fws_signing_key *key,
                                    const struct fws_sign_request *request,
                                    const struct fws_firmware *firmware, struct fws_image *image,
                                    struct outputs *outputs, struct fws_sign_result *result,
                                    struct fws_error *err)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t signature_size = 0;
    struct fws_error log_err = {0};
    enum fws_status status =
        fws_record_intent(signer, key, request, firmware, image, &result->intent, err);

    if (status != FWS_OK) {
        return status;
    }
    result->has_intent = true;
    struct fws_error why = {0};

    status = sign_and_check(key, request, image, outputs, signature, &signature_size, result, &why);
    if (status != FWS_OK) {
        return fail_on_record(fws_record_failed(signer, result->intent, &why, &log_err), &why,
                              &log_err, err);
    }
    status = fws_record_signed(signer, result, signature, signature_size, &result->outcome, err);
    if (status != FWS_OK) {
        return status;
    }
    result->has_outcome = true;
    status = deliver(outputs, &why);
    if (status != FWS_OK) {
        return fail_on_record(fws_record_delivery(signer, result, &why, &log_err), &why, &log_err,
                              err);
    }
    return FWS_OK;
}

enum fws_status fws_sign_run(struct fws_signer *signer, const struct fws_signing_key *key,
                             const struct fws_sign_request *request,
                             const struct fws_firmware *firmware, struct fws_image *image,
                             const struct fws_decision *decision, struct fws_sign_result *result,
                             struct fws_error *err)
{
    *result = (struct fws_sign_result){0};
    if (!decision->allowed) {
        enum fws_status recorded =
            fws_record_denied(signer, key->name, request, firmware, decision, err);

        return recorded == FWS_OK ? fws_decision_error(request->policy, decision, err) : recorded;
    }
    struct outputs outputs = {0};
    enum fws_status status = stop_asked("before anything was done", err);
    size_t image_size =
        image->signed_size + fws_image_plain_area_max(key->info.pub.alg, image->hash);

    if (status == FWS_OK) {
        status = open_outputs(request, image_size, &outputs, err);
    }
    if (status == FWS_OK) {
        status = run_recorded(signer, key, request, firmware, image, &outputs, result, err);
    }
    outputs_close(&outputs);
    return status;
}
