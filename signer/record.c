/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/record.h"
#include "base/digest.h"

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
    fws_json_int(json, "size", (int64_t)firmware->bytes.size);
    fws_json_end(json);
}

static void put_policy(struct fws_json *json, const struct fws_policy *policy)
{
    fws_json_object(json, "policy");
    fws_json_digest(json, "digest", policy->digest);
    fws_json_text(json, "file", policy->path);
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
        fws_json_text(json, NULL, "allow-imported");
    }
    if ((used & FWS_ALLOW_MULTI_PURPOSE) != 0) {
        fws_json_text(json, NULL, "allow-multi-purpose");
    }
    if ((used & FWS_ALLOW_SOFTWARE) != 0) {
        fws_json_text(json, NULL, "allow-software-keys");
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

void fws_record_intent(const struct fws_signer *signer, const struct fws_signing_key *key,
                       const struct fws_sign_job *job, struct fws_json *json)
{
    const struct fws_sign_request *request = &job->request;

    fws_json_object(json, NULL);
    fws_json_text(json, "algorithm", fws_algorithm_name(key->info.pub.alg));
    fws_json_text(json, "caller", signer->caller);
    if (request->spec.has_counter) {
        fws_json_int(json, "counter", request->spec.counter);
    }
    put_signed_digest(json, &job->image);
    put_input(json, request, &job->firmware);
    put_key(json, key);
    fws_json_text(json, "mode", signer->mode);
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

        if (!reason->pass) {
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
    fws_json_text(json, "caller", signer->caller);
    put_input(json, request, &job->firmware);
    fws_json_text(json, "key", key->name);
    fws_json_text(json, "mode", signer->mode);
    put_policy(json, request->policy);
    fws_json_text(json, "request", request->id);
    put_failed_rules(json, &job->decision);
    put_version(json, &request->spec.version);
    fws_json_end(json);
}
