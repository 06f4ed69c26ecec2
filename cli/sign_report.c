/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"
#include "base/hex.h"
#include "cli/sign.h"

static void put_rules(struct fws_json *json, const struct fws_decision *decision)
{
    fws_json_array(json, "rules");
    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];

        fws_json_object(json, NULL);
        fws_json_text(json, "rule", reason->rule);
        fws_json_bool(json, "pass", reason->pass);
        fws_json_text(json, "expected", reason->expected);
        fws_json_text(json, "seen", reason->seen);
        fws_json_end(json);
    }
    fws_json_end(json);
}

static void report_json(struct fws_cli_sign *run, const struct fws_cli_sign_item *item)
{
    const struct fws_sign_job *job = &item->job;
    const struct fws_error *failure = &job->failure;
    struct fws_json *json = &run->images;
    char version[FWS_VERSION_TEXT_SIZE];
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];

    fws_json_object(json, NULL);
    fws_json_text(json, "file", item->input);
    fws_json_bool(json, "signed", failure->status == FWS_OK && !run->options->dry_run);
    fws_json_text(json, "reason", fws_status_name(failure->status));
    fws_json_text(json, "key", run->options->key);
    fws_json_text(json, "request", item->id);
    fws_json_text(json, "product", run->policy->product);
    fws_json_text(json, "version", fws_version_text(&run->spec.version, version));
    if (job->image.digest_size > 0) {
        fws_json_text(json, "digest",
                      fws_digest_any_text(job->image.hash, job->image.digest, digest));
    }
    put_rules(json, &job->decision);
    if (job->result.has_intent) {
        fws_json_int(json, "intent", (int64_t)job->result.intent);
    }
    if (job->result.has_outcome) {
        fws_json_int(json, "outcome", (int64_t)job->result.outcome);
    }
    if (failure->status == FWS_OK && !run->options->dry_run) {
        fws_json_text(json, "output", item->output);
        fws_json_text(json, "proof", item->proof);
        fws_json_bool(json, "repeated", job->result.repeated);
        fws_json_digest(json, "sha256", job->result.image_digest);
        fws_json_int(json, "size", (int64_t)job->result.image_size);
    }
    if (failure->status != FWS_OK) {
        fws_cli_json_error(json, "error", failure);
    }
    fws_json_end(json);
}

static enum fws_status report_dry_run(const struct fws_cli_sign *run,
                                      const struct fws_cli_sign_item *item, struct fws_error *err)
{
    const struct fws_sign_job *job = &item->job;
    char version[FWS_VERSION_TEXT_SIZE];
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];
    enum fws_status status = FWS_OK;

    (void)fws_digest_any_text(job->image.hash, job->image.digest, digest);
    for (size_t i = 0; status == FWS_OK && i < job->decision.reason_count; i++) {
        const struct fws_decision_reason *reason = &job->decision.reasons[i];

        status =
            fws_cli_print(err, "%s  %-20s expected %s, saw %s\n", reason->pass ? "pass" : "FAIL",
                          reason->rule, reason->expected, reason->seen);
    }
    return status == FWS_OK
               ? fws_cli_print(err, "%s: would sign %zu bytes of %s %s, digest %s\n", item->input,
                               job->image.signed_size, run->policy->product,
                               fws_version_text(&run->spec.version, version), digest)
               : status;
}

static enum fws_status report_words(const struct fws_cli_sign *run,
                                    const struct fws_cli_sign_item *item, struct fws_error *err)
{
    const struct fws_sign_job *job = &item->job;
    char version[FWS_VERSION_TEXT_SIZE];
    char hex[65];

    if (run->options->dry_run) {
        return report_dry_run(run, item, err);
    }
    if (item->output == NULL) {
        return FWS_OK; /* standard output holds the image */
    }
    if (run->cli->global.quiet) {
        return fws_cli_print(err, "%s\n", item->output);
    }
    return fws_cli_print(
        err, "%s: %s %s, %s, signed by %s, sha256:%s, log %llu-%llu\n", item->output,
        run->policy->product, fws_version_text(&run->spec.version, version),
        fws_algorithm_name(run->key.info.pub.alg), run->options->key,
        fws_hex_encode(job->result.image_digest, 32, hex), (unsigned long long)job->result.intent,
        (unsigned long long)job->result.outcome);
}

enum fws_status fws_sign_report(struct fws_cli_sign *run, const struct fws_cli_sign_item *item,
                                struct fws_error *err)
{
    if (run->cli->global.json) {
        report_json(run, item);
        return FWS_OK;
    }
    return item->job.failure.status == FWS_OK ? report_words(run, item, err) : FWS_OK;
}
