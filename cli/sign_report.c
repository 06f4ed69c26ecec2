/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/digest.h"
#include "base/hex.h"
#include "cli/sign.h"

static const char *const answer_names[] = {
    [FWS_ANSWER_FAIL] = "fail", [FWS_ANSWER_PASS] = "pass", [FWS_ANSWER_NOT_ASKED] = "not-asked"};
/* A refusal is seen among many. */
static const char *const answer_words[] = {
    [FWS_ANSWER_FAIL] = "FAIL", [FWS_ANSWER_PASS] = "pass", [FWS_ANSWER_NOT_ASKED] = "not asked"};

static void put_rules(struct fws_json *json, const struct fws_decision *decision)
{
    fws_json_array(json, "rules");
    for (size_t i = 0; i < decision->reason_count; i++) {
        const struct fws_decision_reason *reason = &decision->reasons[i];

        fws_json_object(json, NULL);
        fws_json_text(json, "rule", reason->rule);
        fws_json_text(json, "answer", answer_names[reason->answer]);
        fws_json_text(json, "expected", reason->expected);
        fws_json_text(json, "seen", reason->seen);
        if (reason->place.line != 0) {
            fws_json_int(json, "line", reason->place.line);
        }
        fws_json_end(json);
    }
    fws_json_end(json);
}

static enum fws_status report_json(struct fws_cli_sign *run, const struct fws_cli_sign_item *item,
                                   struct fws_error *err)
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
    fws_json_text(json, "mode", fws_mode_name(&run->cli->config));
    fws_json_text(json, "product", run->policy->product);
    fws_json_text(json, "version", fws_version_text(&run->spec.version, version));
    if (job->image.digest_size > 0) {
        fws_json_text(json, "digest",
                      fws_digest_any_text(job->image.hash, job->image.digest, digest));
    }
    put_rules(json, &job->decision);
    if (job->result.has_intent || job->result.replayed) {
        fws_json_int(json, "intent", (int64_t)job->result.intent);
    }
    if (job->result.has_outcome) {
        fws_json_int(json, "outcome", (int64_t)job->result.outcome);
    }
    if (failure->status == FWS_OK && !run->options->dry_run) {
        fws_json_text(json, "output", item->output);
        fws_json_text(json, "proof", item->proof);
        fws_json_bool(json, "repeated", job->result.repeated);
        if (job->result.replayed) {
            fws_json_int(json, "replay", (int64_t)job->result.replay);
        }
        fws_json_digest(json, "sha256", job->result.image_digest);
        fws_json_int(json, "size", (int64_t)job->result.image_size);
    }
    enum fws_status status = run->options->dry_run ? fws_sign_changes(run, job, json, err) : FWS_OK;

    if (failure->status != FWS_OK) {
        fws_cli_json_error(json, "error", failure);
    }
    fws_json_end(json);
    return status;
}

static enum fws_status print_rules(const struct fws_cli_sign *run, const struct fws_sign_job *job,
                                   struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < job->decision.reason_count; i++) {
        const struct fws_decision_reason *reason = &job->decision.reasons[i];
        char where[FWS_POLICY_PLACE_SIZE] = "";

        if (reason->expected[0] == '\0') {
            status = fws_cli_print(err, "%-9s  %s\n", answer_words[reason->answer], reason->rule);
            continue;
        }
        if (run->options->explain && reason->place.line != 0) {
            (void)snprintf(where, sizeof where, " (line %u)", reason->place.line);
        }
        status =
            fws_cli_print(err, "%-9s  %-28s expected %s, saw %s%s\n", answer_words[reason->answer],
                          reason->rule, reason->expected, reason->seen, where);
    }
    return status;
}

static enum fws_status print_verdict(const struct fws_cli_sign *run,
                                     const struct fws_cli_sign_item *item, struct fws_error *err)
{
    const struct fws_sign_job *job = &item->job;
    char version[FWS_VERSION_TEXT_SIZE];
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];

    (void)fws_digest_any_text(job->image.hash, job->image.digest, digest);
    (void)fws_version_text(&run->spec.version, version);
    if (!job->decision.allowed) {
        return fws_cli_print(err, "%s: would not be signed\n", item->input);
    }
    if (job->result.replayed) {
        return fws_cli_print(err,
                             "%s: would get the signature of log %llu-%llu, for %zu bytes of %s "
                             "%s, digest %s\n",
                             item->input, (unsigned long long)job->result.intent,
                             (unsigned long long)job->result.outcome, job->image.signed_size,
                             run->policy->product, version, digest);
    }
    return fws_cli_print(err, "%s: would sign %zu bytes of %s %s, digest %s\n", item->input,
                         job->image.signed_size, run->policy->product, version, digest);
}

static enum fws_status report_dry_run(struct fws_cli_sign *run,
                                      const struct fws_cli_sign_item *item, struct fws_error *err)
{
    enum fws_status status = print_rules(run, &item->job, err);

    if (status == FWS_OK) {
        status = print_verdict(run, item, err);
    }
    return status == FWS_OK ? fws_sign_changes(run, &item->job, NULL, err) : status;
}

static enum fws_status report_words(struct fws_cli_sign *run, const struct fws_cli_sign_item *item,
                                    struct fws_error *err)
{
    const struct fws_sign_job *job = &item->job;
    char version[FWS_VERSION_TEXT_SIZE];
    char hex[65];

    if (item->output == NULL) {
        return FWS_OK; /* standard output holds the image */
    }
    if (run->cli->global.quiet) {
        return fws_cli_print(err, "%s\n", item->output);
    }
    return fws_cli_print(
        err, "%s: %s %s, %s, signed %sby %s, sha256:%s, log %llu-%llu, %s\n", item->output,
        run->policy->product, fws_version_text(&run->spec.version, version),
        fws_algorithm_name(run->key.info.pub.alg), job->result.repeated ? "before " : "",
        run->options->key, fws_hex_encode(job->result.image_digest, 32, hex),
        (unsigned long long)job->result.intent, (unsigned long long)job->result.outcome,
        fws_mode_name(&run->cli->config));
}

enum fws_status fws_sign_report(struct fws_cli_sign *run, const struct fws_cli_sign_item *item,
                                struct fws_error *err)
{
    if (run->cli->global.json) {
        return report_json(run, item, err);
    }
    if (run->options->dry_run && item->job.decision.reason_count > 0) {
        return report_dry_run(run, item, err);
    }
    return item->job.failure.status == FWS_OK ? report_words(run, item, err) : FWS_OK;
}
