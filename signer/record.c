/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/hex.h"
#include "signer/record.h"

static void put_version(struct fws_json *json, const struct fws_version *version)
{
    char text[FWS_VERSION_TEXT_SIZE];

    fws_json_text(json, "version", fws_version_text(version, text));
}

static void put_input(struct fws_json *json, const struct fws_sign_request *request,
                      const struct fws_firmware *firmware)
{
    fws_json_object(json, "input");
    fws_json_text(json, "file", request->input);
    fws_json_digest(json, "sha256", firmware->digest);
    fws_json_int(json, "size", (int64_t)firmware->file_size);
    fws_json_end(json);
}

static void put_policy(struct fws_json *json, const struct fws_policy *policy)
{
    fws_json_object(json, "policy");
    fws_json_digest(json, "digest", policy->digest);
    fws_json_text(json, "file", policy->path);
    if (policy->has_serial) {
        fws_json_int(json, "serial", (int64_t)policy->serial);
    }
    fws_json_end(json);
    fws_json_text(json, "product", policy->product);
}

/* The digest that is signed, with its algorithm: "sha384:<hex>". */
static void put_signed_digest(struct fws_json *json, const struct fws_image *image)
{
    char text[FWS_DIGEST_ANY_TEXT_SIZE];

    fws_json_object(json, "image");
    fws_json_text(json, "digest", fws_digest_any_text(image->hash, image->digest, text));
    fws_json_int(json, "signed_size", (int64_t)image->signed_size);
    fws_json_end(json);
}

static void put_relaxed(struct fws_json *json, unsigned used)
{
    fws_json_array(json, "relaxed");
    if ((used & FWS_ALLOW_IMPORTED) != 0) {
        fws_json_text(json, NULL, "imported");
    }
    if ((used & FWS_ALLOW_MULTI_PURPOSE) != 0) {
        fws_json_text(json, NULL, "multi-purpose");
    }
    if ((used & FWS_ALLOW_SOFTWARE) != 0) {
        fws_json_text(json, NULL, "software");
    }
    fws_json_end(json);
}

static void put_key(struct fws_json *json, const struct fws_signing_key *key)
{
    fws_json_object(json, "key");
    fws_json_object(json, "hsm");
    fws_json_text(json, "firmware", key->info.token_firmware);
    fws_json_text(json, "model", key->info.token_model);
    fws_json_text(json, "serial", key->info.token_serial);
    fws_json_text(json, "token", key->info.token_label);
    fws_json_end(json);
    fws_json_text(json, "label", key->info.label);
    fws_json_text(json, "name", key->name);
    put_relaxed(json, key->relaxations_used);
    fws_json_digest(json, "spki", key->info.pub.spki_sha256);
    fws_json_end(json);
}

/* What the rules saw besides, so that another policy can be asked about the same later. */
static void put_facts(struct fws_json *json, const struct fws_sign_job *job)
{
    const struct fws_content *content = &job->content;

    fws_json_object(json, "facts");
    fws_json_bool(json, "constant", content->constant);
    if (job->firmware.has_entry) {
        fws_json_int(json, "entry", job->firmware.entry);
    }
    fws_json_int(json, "image_size", (int64_t)job->image_size_max);
    fws_json_bool(json, "is_image", job->firmware.is_image);
    fws_json_int(json, "payload_size", (int64_t)content->size);
    if (content->has_vectors) {
        fws_json_int(json, "reset_vector", content->reset_vector);
        fws_json_int(json, "stack_pointer", content->stack_pointer);
    }
    fws_json_end(json);
}

static void put_build_id(struct fws_json *json, const struct fws_firmware *firmware)
{
    char digits[2 * FWS_ELF_BUILD_ID_MAX_SIZE + 1];

    if (firmware->build_id_size > 0) {
        fws_json_text(json, "build_id",
                      fws_hex_encode(firmware->build_id, firmware->build_id_size, digits));
    }
}

/* Members that intents and denials share, as far as they stand together in byte order. */
static void put_asked(struct fws_json *json, const struct fws_signer *signer,
                      const struct fws_sign_job *job)
{
    const struct fws_sign_request *request = &job->request;

    put_build_id(json, &job->firmware);
    fws_json_text(json, "caller", signer->caller);
    fws_json_text(json, "channel", request->channel);
    if (request->spec.has_counter) {
        fws_json_int(json, "counter", request->spec.counter);
    }
    put_facts(json, job);
    if (request->fresh) {
        fws_json_bool(json, "fresh", true);
    }
    if (job->content.hardware[0] != '\0' || request->hardware != NULL) {
        fws_json_text(json, "hardware",
                      request->hardware != NULL ? request->hardware : job->content.hardware);
    }
}

void fws_record_intent(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, struct fws_json *json)
{
    const struct fws_sign_request *request = &job->request;

    fws_json_object(json, NULL);
    fws_json_text(json, "algorithm", fws_algorithm_name(key->info.pub.alg));
    put_asked(json, signer, job);
    put_signed_digest(json, &job->image);
    put_input(json, request, &job->firmware);
    put_key(json, key);
    fws_json_text(json, "mode", signer->enforced ? "enforced" : "advisory");
    put_policy(json, request->policy);
    fws_json_text(json, "request", request->id);
    put_version(json, &request->spec.version);
    fws_json_end(json);
}

void fws_record_unfit(const struct fws_signer *signer, const struct fws_sign_request *request,
                      const char *key, const struct fws_error *why, struct fws_json *json)
{
    char rule[FWS_DECISION_RULE_SIZE];
    char quoted[FWS_ERROR_QUOTE_SIZE];

    (void)snprintf(rule, sizeof rule, "keys.%.70s.allow",
                   fws_error_quote(key, strcspn(key, "?"), quoted));
    fws_json_object(json, NULL);
    fws_json_text(json, "caller", signer->caller);
    fws_json_text(json, "channel", request->channel);
    fws_json_text_n(json, "key", key, strcspn(key, "?")); /* a URI's query may hold a PIN */
    fws_json_text(json, "mode", signer->enforced ? "enforced" : "advisory");
    put_policy(json, request->policy);
    fws_json_array(json, "rules");
    fws_json_object(json, NULL);
    fws_json_text(json, "expected", "a key that is fit, or a relaxation by name");
    fws_json_text(json, "rule", rule);
    fws_json_text(json, "seen", why->text);
    fws_json_end(json);
    fws_json_end(json);
    put_version(json, &request->spec.version);
    fws_json_end(json);
}

void fws_record_replay(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, uint64_t intent, uint64_t outcome,
                       struct fws_json *json)
{
    const struct fws_sign_request *request = &job->request;

    fws_json_object(json, NULL);
    fws_json_text(json, "caller", signer->caller);
    fws_json_text(json, "channel", request->channel);
    put_signed_digest(json, &job->image);
    put_input(json, request, &job->firmware);
    fws_json_int(json, "intent", (int64_t)intent);
    fws_json_text(json, "key", key->name);
    fws_json_text(json, "mode", signer->enforced ? "enforced" : "advisory");
    fws_json_int(json, "outcome", (int64_t)outcome);
    put_policy(json, request->policy);
    fws_json_text(json, "request", request->id);
    put_version(json, &request->spec.version);
    fws_json_end(json);
}

void fws_record_signed(const struct fws_sign_result *result, const uint8_t *signature,
                       size_t signature_size, struct fws_json *json)
{
    fws_json_object(json, NULL);
    fws_json_object(json, "image");
    fws_json_digest(json, "sha256", result->image_digest);
    fws_json_int(json, "size", (int64_t)result->image_size);
    fws_json_end(json);
    fws_json_int(json, "intent", (int64_t)result->intent);
    fws_json_text(json, "result", "signed");
    fws_json_base64(json, "signature", signature, signature_size);
    fws_json_end(json);
}

static void put_failure(struct fws_json *json, const struct fws_error *why)
{
    fws_json_text(json, "result", "failed");
    fws_json_text(json, "status", fws_status_name(why->status));
}

void fws_record_failed(uint64_t intent, const struct fws_error *why, struct fws_json *json)
{
    fws_json_object(json, NULL);
    fws_json_int(json, "intent", (int64_t)intent);
    fws_json_text(json, "message", why->text);
    put_failure(json, why);
    fws_json_end(json);
}

enum fws_status fws_record_delivery(const struct fws_signer *signer,
                                    const struct fws_sign_result *result,
                                    const struct fws_error *why, struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_json_int(&json, "intent", (int64_t)result->intent);
    fws_json_text(&json, "message", why->text);
    fws_json_int(&json, "outcome", (int64_t)result->outcome);
    put_failure(&json, why);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    return status == FWS_OK ? fws_audit_append(signer->log, "sign.delivery", json.buf.data,
                                               json.buf.size, NULL, err)
                            : status;
}

static void put_failed_rules(struct fws_json *json, const struct fws_decision *decision)
{
    fws_json_array(json, "rules");
    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];

        if (reason->answer == FWS_ANSWER_FAIL) {
            fws_json_object(json, NULL);
            fws_json_text(json, "expected", reason->expected);
            fws_json_text(json, "rule", reason->rule);
            fws_json_text(json, "seen", reason->seen);
            fws_json_end(json);
        }
    }
    fws_json_end(json);
}

void fws_record_denied(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, struct fws_json *json)
{
    const struct fws_sign_request *request = &job->request;

    fws_json_object(json, NULL);
    put_asked(json, signer, job);
    put_signed_digest(json, &job->image);
    put_input(json, request, &job->firmware);
    fws_json_text(json, "key", key->name);
    fws_json_text(json, "mode", signer->enforced ? "enforced" : "advisory");
    put_policy(json, request->policy);
    fws_json_text(json, "request", request->id);
    put_failed_rules(json, &job->decision);
    fws_json_digest(json, "spki", key->info.pub.spki_sha256);
    put_version(json, &request->spec.version);
    fws_json_end(json);
}
