/* SPDX-License-Identifier: Apache-2.0 */
/* What is different from the last release of the product: for whoever is about to sign the next. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/audit.h"
#include "base/digest.h"
#include "base/json_read.h"
#include "cli/sign.h"

#define TEXT_SIZE 160u

/* The intent of the last release. */
struct last {
    uint64_t seq;
    struct fws_buf line;
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
};

/* One thing that may have changed: where the entry says it, and what it is now. */
struct thing {
    const char *name;
    const char *path;
    char now[TEXT_SIZE];
};

#define THINGS 9u

static void put_things(const struct fws_cli_sign *run, const struct fws_sign_job *job,
                       struct thing things[THINGS])
{
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];
    struct thing made[THINGS] = {
        {"version", "version", ""},    {"counter", "counter", ""},
        {"hardware", "hardware", ""},  {"input size", "input.size", ""},
        {"input", "input.sha256", ""}, {"signed digest", "image.digest", ""},
        {"key", "key.name", ""},       {"policy", "policy.digest", ""},
        {"caller", "caller", ""},
    };

    (void)fws_version_text(&run->spec.version, made[0].now);
    if (run->spec.has_counter) {
        (void)snprintf(made[1].now, TEXT_SIZE, "%" PRIu32, run->spec.counter);
    }
    (void)snprintf(made[2].now, TEXT_SIZE, "%s",
                   run->options->hardware != NULL ? run->options->hardware : job->content.hardware);
    (void)snprintf(made[3].now, TEXT_SIZE, "%zu", job->firmware.file_size);
    (void)fws_digest_text(job->firmware.digest, made[4].now);
    (void)snprintf(made[5].now, TEXT_SIZE, "%s",
                   fws_digest_any_text(job->image.hash, job->image.digest, digest));
    (void)snprintf(made[6].now, TEXT_SIZE, "%s", run->options->key);
    (void)fws_digest_text(run->policy->digest, made[7].now);
    (void)snprintf(made[8].now, TEXT_SIZE, "%s", run->caller);
    memcpy(things, made, sizeof made);
}

/* A text or a number; "" when the entry does not say it. */
static void before(const struct last *last, const char *path, char out[TEXT_SIZE])
{
    struct fws_json_value value;
    uint64_t number = 0;

    out[0] = '\0';
    if (!fws_json_find(last->entry.data, last->entry.data_size, path, &value)) {
        return;
    }
    if (fws_json_value_uint(&value, &number)) {
        (void)snprintf(out, TEXT_SIZE, "%" PRIu64, number);
    } else if (!fws_json_value_text(&value, out, TEXT_SIZE)) {
        out[0] = '\0';
    }
}

static const char *or_none(const char *text)
{
    return text[0] != '\0' ? text : "none";
}

static enum fws_status say(const struct thing *thing, const char *was, struct fws_json *json,
                           struct fws_error *err)
{
    if (json != NULL) {
        fws_json_object(json, NULL);
        fws_json_text(json, "what", thing->name);
        fws_json_text(json, "before", was);
        fws_json_text(json, "now", thing->now);
        fws_json_end(json);
        return FWS_OK;
    }
    return fws_cli_print(err, "  %-13s %s -> %s\n", thing->name, or_none(was), or_none(thing->now));
}

static enum fws_status compare(struct fws_cli_sign *run, const struct fws_sign_job *job,
                               const struct last *last, struct fws_json *json,
                               struct fws_error *err)
{
    struct thing things[THINGS];
    enum fws_status status = FWS_OK;

    put_things(run, job, things);
    for (size_t i = 0; status == FWS_OK && i < THINGS; i++) {
        char was[TEXT_SIZE];

        before(last, things[i].path, was);
        if (strcmp(was, things[i].now) != 0) {
            status = say(&things[i], was, json, err);
        }
    }
    return status;
}

static enum fws_status report(struct fws_cli_sign *run, const struct fws_sign_job *job,
                              const struct last *last, struct fws_json *json, struct fws_error *err)
{
    char version[TEXT_SIZE];

    before(last, "version", version);
    if (json == NULL) {
        enum fws_status status =
            fws_cli_print(err, "different from %s %s (log %" PRIu64 ", %.19sZ):%s\n",
                          run->policy->product, version, last->seq, last->text.time,
                          job->result.replayed ? " nothing that is signed" : "");

        return status == FWS_OK ? compare(run, job, last, NULL, err) : status;
    }
    fws_json_object(json, "last");
    fws_json_int(json, "entry", (int64_t)last->seq);
    fws_json_text(json, "time", last->text.time);
    fws_json_text(json, "version", version);
    fws_json_array(json, "changes");
    enum fws_status status = compare(run, job, last, json, err);

    fws_json_end(json);
    fws_json_end(json);
    return status;
}

enum fws_status fws_sign_changes(struct fws_cli_sign *run, const struct fws_sign_job *job,
                                 struct fws_json *json, struct fws_error *err)
{
    struct last last = {0};

    if (!fws_sign_last(&run->signer, &job->request, &last.seq)) {
        return FWS_OK;
    }
    enum fws_status status = fws_audit_find(run->log.folder, last.seq, &last.line, err);

    if (status == FWS_OK) {
        status = fws_audit_entry_read(last.line.data, last.line.size, &last.text, &last.entry, err);
    }
    if (status == FWS_OK) {
        status = report(run, job, &last, json, err);
    }
    fws_buf_free(&last.line);
    return status;
}
