/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"
#include "signer/delivery.h"
#include "signer/record.h"
#include "verifier/verifier.h"

static enum fws_status open_outputs(const struct fws_sign_request *request, size_t image_size,
                                    struct fws_delivery *delivery, struct fws_error *err)
{
    enum fws_output_mode mode = request->replace ? FWS_OUTPUT_REPLACE : FWS_OUTPUT_NEW;
    enum fws_status status = FWS_OK;

    if (request->output != NULL) {
        status = fws_output_open(&delivery->image, request->output, image_size, mode, 0644, err);
    }
    if (status == FWS_OK && request->detached != NULL) {
        status = fws_output_open(&delivery->detached, request->detached, FWS_SIGNATURE_MAX_SIZE,
                                 mode, 0644, err);
    }
    return status;
}

static enum fws_status ask_for_signature(const struct fws_signing_key *key,
                                         const struct fws_image *image,
                                         uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *size,
                                         struct fws_error *err)
{
    enum fws_status status = fws_stop_asked("before signing", err);

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
        .der = key->info.pub.der,
        .der_size = (uint16_t)key->info.pub.der_size,
        .alg = (uint8_t)key->info.pub.alg,
    };
    uint32_t counter = request->spec.counter;
    struct fws_verify_policy policy = {
        .keys = &trusted,
        .key_count = 1,
        .vendor_id = request->spec.vendor_id,
        .class_id = request->spec.class_id,
    };
    struct fws_verify_report report;

    if (request->spec.has_counter) {
        fws_judge_counter_floor(&policy, &counter);
    }
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

static enum fws_status write_outputs(struct fws_delivery *delivery, const struct fws_image *image,
                                     const uint8_t *signature, size_t signature_size,
                                     struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    if (delivery->image.fd != 0) {
        status = fws_output_write(&delivery->image, image->bytes.data, image->bytes.size, err);
    }
    if (status == FWS_OK && delivery->detached.fd != 0) {
        status = fws_output_write(&delivery->detached, signature, signature_size, err);
    }
    return status;
}

/* Between intent and outcome: everything that can fail ends in an outcome of its own. */
static enum fws_status sign_and_check(const struct fws_signing_key *key,
                                      const struct fws_sign_request *request,
                                      struct fws_image *image, struct fws_delivery *delivery,
                                      uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                      size_t *signature_size, struct fws_sign_result *result,
                                      struct fws_error *err)
{
    enum fws_status status = ask_for_signature(key, image, signature, signature_size, err);

    if (status == FWS_OK) {
        status = finish_image(key, request, image, signature, *signature_size, result, err);
    }
    if (status == FWS_OK) {
        status = write_outputs(delivery, image, signature, *signature_size, err);
    }
    return status;
}

static enum fws_status run_recorded(struct fws_signer *signer, const struct fws_signing_key *key,
                                    const struct fws_sign_request *request,
                                    const struct fws_firmware *firmware, struct fws_image *image,
                                    struct fws_sign_result *result, struct fws_delivery *delivery,
                                    struct fws_error *err)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t signature_size = 0;
    struct fws_error why = {0};
    enum fws_status status =
        fws_record_intent(signer, key, request, firmware, image, &result->intent, err);

    if (status != FWS_OK) {
        return status;
    }
    result->has_intent = true;
    status =
        sign_and_check(key, request, image, delivery, signature, &signature_size, result, &why);
    if (status != FWS_OK) {
        /* When even that cannot be recorded, the log's failure is the one that counts. */
        if (fws_record_failed(signer, result->intent, &why, err) == FWS_OK) {
            *err = why;
        }
        return err->status;
    }
    status = fws_record_signed(signer, result, signature, signature_size, &result->outcome, err);
    result->has_outcome = status == FWS_OK;
    return status;
}

enum fws_status fws_sign_run(struct fws_signer *signer, const struct fws_signing_key *key,
                             const struct fws_sign_request *request,
                             const struct fws_firmware *firmware, struct fws_image *image,
                             const struct fws_decision *decision, struct fws_sign_result *result,
                             struct fws_delivery *delivery, struct fws_error *err)
{
    *result = (struct fws_sign_result){0};
    *delivery = (struct fws_delivery){0};
    if (!decision->allowed) {
        enum fws_status recorded =
            fws_record_denied(signer, key->name, request, firmware, decision, err);

        return recorded == FWS_OK ? fws_decision_error(request->policy, decision, err) : recorded;
    }
    enum fws_status status = fws_stop_asked("before anything was done", err);
    size_t image_size =
        image->signed_size + fws_image_plain_area_max(key->info.pub.alg, image->hash);

    if (status == FWS_OK) {
        status = open_outputs(request, image_size, delivery, err);
    }
    if (status == FWS_OK) {
        status = run_recorded(signer, key, request, firmware, image, result, delivery, err);
    }
    if (status != FWS_OK) {
        fws_output_close(&delivery->image);
        fws_output_close(&delivery->detached);
    }
    return status;
}
