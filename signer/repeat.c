/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request that was made before. After a lost connection or a killed job nobody knows whether there
 * is a signature; asking again under the same name gives what was recorded, and never a second one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/json_read.h"
#include "signer/delivery.h"
#include "signer/finish.h"
#include "signer/releases.h"

/* The newest intent or denial of that name, and what ended it. */
struct found {
    char needle[FWS_REQUEST_ID_MAX + 32];
    bool present, denied;
    uint64_t seq;
    struct fws_buf intent;  /* line */
    struct fws_buf outcome; /* line; empty: still open, or unresolved */
    uint64_t outcome_seq;
};

bool fws_request_id_ok(const char *id)
{
    size_t size = strlen(id);

    return size > 0 && size <= FWS_REQUEST_ID_MAX &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-") == size;
}

static enum fws_status take_intent(struct found *found, const struct fws_audit_entry *entry,
                                   const char *id, struct fws_error *err)
{
    struct fws_json_value request;
    bool denied = strcmp(entry->type, "sign.denied") == 0;

    if ((!denied && strcmp(entry->type, "sign.intent") != 0) ||
        !fws_json_find(entry->data, entry->data_size, "request", &request) ||
        !fws_json_value_is(&request, id)) {
        return FWS_OK;
    }
    found->present = true;
    found->denied = denied;
    found->seq = entry->seq;
    found->intent.size = 0;
    found->outcome.size = 0;
    return fws_buf_append(&found->intent, entry->line, entry->line_size, err);
}

static enum fws_status take_outcome(struct found *found, const struct fws_audit_entry *entry,
                                    struct fws_error *err)
{
    struct fws_json_value intent;
    uint64_t seq = 0;

    if (strcmp(entry->type, "sign.outcome") != 0 ||
        !fws_json_find(entry->data, entry->data_size, "intent", &intent) ||
        !fws_json_value_uint(&intent, &seq) || seq != found->seq) {
        return FWS_OK;
    }
    found->outcome.size = 0;
    found->outcome_seq = entry->seq;
    return fws_buf_append(&found->outcome, entry->line, entry->line_size, err);
}

struct search {
    struct found *found;
    const char *id;
};

/* Most lines are passed over by their bytes alone. */
static enum fws_status look_at(void *context, uint64_t seq, const char *line, size_t size,
                               struct fws_error *err)
{
    const struct search *search = context;
    struct found *found = search->found;
    bool names = memmem(line, size, found->needle, strlen(found->needle)) != NULL;
    bool ends = found->present && memmem(line, size, "\"intent\":", 9) != NULL;
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;

    (void)seq;
    if (!names && !ends) {
        return FWS_OK;
    }
    enum fws_status status = fws_audit_entry_read(line, size, &text, &entry, err);

    if (status == FWS_OK && names) {
        status = take_intent(found, &entry, search->id, err);
    }
    return status == FWS_OK && ends ? take_outcome(found, &entry, err) : status;
}

/* ---- What was recorded ---- */

struct record {
    struct fws_audit_entry_text text;
    struct fws_audit_entry entry;
};

static enum fws_status read_record(const struct fws_buf *line, struct record *out,
                                   struct fws_error *err)
{
    return fws_audit_entry_read(line->data, line->size, &out->text, &out->entry, err);
}

static bool member(const struct record *record, const char *path, char *out, size_t size)
{
    struct fws_json_value value;

    return fws_json_find(record->entry.data, record->entry.data_size, path, &value) &&
           fws_json_value_text(&value, out, size);
}

/* The same key, and the same bytes to be signed? Then everything else is the same too. */
static bool same_request(const struct record *intent, const struct fws_signing_key *key,
                         const struct fws_sign_job *job)
{
    char digest[FWS_DIGEST_ANY_TEXT_SIZE];
    char wanted[FWS_DIGEST_ANY_TEXT_SIZE];
    char spki[FWS_DIGEST_TEXT_SIZE];
    char wanted_spki[FWS_DIGEST_TEXT_SIZE];

    return member(intent, "image.digest", digest, sizeof digest) &&
           strcmp(digest, fws_digest_any_text(job->image.hash, job->image.digest, wanted)) == 0 &&
           member(intent, "key.spki", spki, sizeof spki) &&
           strcmp(spki, fws_digest_text(key->info.pub.spki_sha256, wanted_spki)) == 0;
}

static enum fws_status refuse(const struct fws_sign_job *job, const struct found *found,
                              const char *why, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_REQUEST_KNOWN, "request '%s' (entry %" PRIu64 ") %s",
                         job->request.id, found->seq, why);
}

static enum fws_status check_answer(const struct found *found, const struct fws_signing_key *key,
                                    const struct fws_sign_job *job, struct record *outcome,
                                    struct fws_error *err)
{
    struct record intent;
    char result[16] = "";
    enum fws_status status = read_record(&found->intent, &intent, err);

    if (status == FWS_OK && found->denied) {
        return refuse(job, found, "was refused by the policy; ask anew under another name", err);
    }
    if (status == FWS_OK && !same_request(&intent, key, job)) {
        return refuse(job, found, "was for another image or key", err);
    }
    if (status == FWS_OK && found->outcome.size == 0) {
        return refuse(
            job, found,
            "is being worked on, or its program is gone; see 'fwsign audit show', and ask "
            "anew under another name",
            err);
    }
    if (status == FWS_OK) {
        status = read_record(&found->outcome, outcome, err);
    }
    if (status == FWS_OK &&
        (!member(outcome, "result", result, sizeof result) || strcmp(result, "signed") != 0)) {
        return refuse(job, found, "has failed; ask anew under another name", err);
    }
    return status;
}

static enum fws_status take_signature(const struct record *outcome, struct fws_buf *out,
                                      struct fws_error *err)
{
    char text[2u * FWS_SIGNATURE_MAX_SIZE];

    if (!member(outcome, "signature", text, sizeof text)) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "entry %" PRIu64 " holds no signature",
                             outcome->entry.seq);
    }
    return fws_base64_decode(text, strlen(text), out, err);
}

/* The image of then must come out of the signature of then. */
static enum fws_status rebuild(const struct fws_signing_key *key, struct fws_sign_job *job,
                               const struct record *outcome, const struct fws_buf *signature,
                               struct fws_error *err)
{
    char recorded[FWS_DIGEST_TEXT_SIZE];
    char made[FWS_DIGEST_TEXT_SIZE];
    enum fws_status status = fws_finish_image(key, job, signature->data, signature->size, err);

    if (status == FWS_OK &&
        (!member(outcome, "image.sha256", recorded, sizeof recorded) ||
         strcmp(recorded, fws_digest_text(job->result.image_digest, made)) != 0)) {
        return fws_error_set(err, FWS_E_REQUEST_KNOWN,
                             "request '%s': the image of entry %" PRIu64 " cannot be made again",
                             job->request.id, outcome->entry.seq);
    }
    return status;
}

static enum fws_status answer(struct fws_signer *signer, const struct fws_signing_key *key,
                              struct fws_sign_job *job, const struct found *found,
                              struct fws_error *err)
{
    FWS_AUTO(fws_buf) signature = {0};
    struct record outcome;
    enum fws_status status = check_answer(found, key, job, &outcome, err);

    if (status == FWS_OK) {
        status = take_signature(&outcome, &signature, err);
    }
    if (status == FWS_OK) {
        status = fws_open_outputs(job, key, err);
    }
    if (status == FWS_OK) {
        status = rebuild(key, job, &outcome, &signature, err);
    }
    if (status == FWS_OK) {
        status = fws_finish_outputs(job, signature.data, signature.size, err);
    }
    job->result.repeated = true;
    job->result.has_intent = true;
    job->result.intent = found->seq;
    job->result.outcome = found->outcome_seq;
    job->result.has_outcome = status == FWS_OK;
    if (status == FWS_OK) {
        status = fws_audit_settle(signer->log, err);
    }
    return status == FWS_OK ? fws_finish_proof(signer, job, err) : status;
}

enum fws_status fws_sign_repeat(struct fws_signer *signer, const struct fws_signing_key *key,
                                struct fws_sign_job *job, bool *known, struct fws_error *err)
{
    struct found found = {0};
    struct search search = {.found = &found, .id = job->request.id};

    /* What comes between the search and the decision is seen by the fold, under the log's lock. */
    if (!fws_releases_watch(signer->releases, job->request.id)) {
        return fws_error_set(err, FWS_E_USAGE, "the name of the request is too long");
    }
    (void)snprintf(found.needle, sizeof found.needle, "\"request\":\"%s\"", job->request.id);
    enum fws_status status = fws_audit_scan(signer->log, look_at, &search, err);

    *known = status == FWS_OK && found.present;
    if (*known) {
        status = answer(signer, key, job, &found, err);
    }
    if (status != FWS_OK) {
        fws_delivery_close(&job->delivery);
    }
    fws_buf_free(&found.intent);
    fws_buf_free(&found.outcome);
    return status;
}
