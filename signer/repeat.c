/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request that was made before. After a lost connection or a killed job nobody knows whether there
 * is a signature; asking again under the same name gives what was recorded, and never a second one.
 * As with every replay, what has been revoked since and the rules of time can refuse it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "signer/delivery.h"
#include "signer/earlier.h"
#include "signer/facts.h"
#include "signer/finish.h"
#include "signer/record.h"
#include "signer/releases.h"

/* The newest intent or denial of that name, and what ended it. */
struct found {
    char needle[FWS_REQUEST_ID_MAX + 32];
    bool present, denied;
    uint64_t seq;
    struct fws_buf intent;  /* line */
    struct fws_buf outcome; /* line; empty: still open, or unresolved */
    uint64_t outcome_seq;
    bool replayed; /* it was answered with what was signed before: both seq are of then */
};

bool fws_request_id_ok(const char *id)
{
    size_t size = strlen(id);

    return size > 0 && size <= FWS_REQUEST_ID_MAX &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-") == size;
}

/* A replay names the entries it has handed out. */
static enum fws_status take_replay(struct found *found, const struct fws_audit_entry *entry,
                                   struct fws_error *err)
{
    struct fws_json_value intent;
    struct fws_json_value outcome;

    return fws_json_find(entry->data, entry->data_size, "intent", &intent) &&
                   fws_json_value_uint(&intent, &found->seq) &&
                   fws_json_find(entry->data, entry->data_size, "outcome", &outcome) &&
                   fws_json_value_uint(&outcome, &found->outcome_seq)
               ? FWS_OK
               : fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %" PRIu64 " names no signature",
                               entry->seq);
}

static enum fws_status take_intent(struct found *found, const struct fws_audit_entry *entry,
                                   const char *id, struct fws_error *err)
{
    struct fws_json_value request;
    bool denied = strcmp(entry->type, "sign.denied") == 0;
    bool replayed = strcmp(entry->type, "sign.replay") == 0;

    /* What was signed once may be refused to whoever repeats it, and stays signed. */
    if (denied && found->present && !found->denied) {
        return FWS_OK;
    }
    if ((!denied && !replayed && strcmp(entry->type, "sign.intent") != 0) ||
        !fws_json_find(entry->data, entry->data_size, "request", &request) ||
        !fws_json_value_is(&request, id)) {
        return FWS_OK;
    }
    found->present = true;
    found->denied = denied;
    found->seq = entry->seq;
    found->intent.size = 0;
    found->outcome.size = 0;
    found->replayed = replayed;
    if (replayed) {
        return take_replay(found, entry, err);
    }
    return fws_buf_append(&found->intent, entry->line, entry->line_size, err);
}

static enum fws_status take_outcome(struct found *found, const struct fws_audit_entry *entry,
                                    struct fws_error *err)
{
    struct fws_json_value intent;
    uint64_t seq = 0;

    if (found->replayed || strcmp(entry->type, "sign.outcome") != 0 ||
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

static enum fws_status refuse(const struct fws_sign_job *job, const struct found *found,
                              const char *why, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_REQUEST_KNOWN, "request '%s' (entry %" PRIu64 ") %s",
                         job->request.id, found->seq, why);
}

static enum fws_status check_answer(const struct found *found, const struct fws_signing_key *key,
                                    const struct fws_sign_job *job, struct fws_earlier *earlier,
                                    struct fws_error *err)
{
    struct fws_record intent;
    struct fws_record outcome;
    char result[16] = "";
    enum fws_status status = fws_record_read(&found->intent, &intent, err);

    if (status == FWS_OK && found->denied) {
        return refuse(job, found, "was refused by the policy; ask anew under another name", err);
    }
    if (status == FWS_OK && !fws_record_same(&intent, key, job)) {
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
        status = fws_record_read(&found->outcome, &outcome, err);
    }
    if (status == FWS_OK && (!fws_record_text(&outcome, "result", result, sizeof result) ||
                             strcmp(result, "signed") != 0)) {
        return refuse(job, found, "has failed; ask anew under another name", err);
    }
    return status == FWS_OK ? fws_earlier_read(found->seq, &outcome, earlier, err) : status;
}

/* ---- Handing it out again ---- */

struct repeat {
    struct fws_signer *signer;
    const struct fws_signing_key *key;
    struct fws_sign_job *job;
    struct fws_earlier earlier;
    struct fws_json body; /* of the entry that is written */
};

/* A name is no way around what has been revoked since, or around the hours of signing. */
static void decide(const struct repeat *repeat, const struct fws_releases *releases)
{
    struct fws_sign_side side = fws_side_of(repeat->signer, repeat->key);

    side.tentative = releases == NULL;
    side.replay = true;
    fws_sign_decide(repeat->job, &side, releases);
}

/* What was refused when no file was opened for it stays refused. */
static enum fws_status decide_under_lock(void *context, struct fws_audit_body *out,
                                         struct fws_error *err)
{
    struct repeat *repeat = context;
    struct fws_sign_job *job = repeat->job;

    if (job->decision.allowed) {
        decide(repeat, repeat->signer->releases);
    }
    if (job->decision.allowed) {
        out->type = "sign.replay";
        fws_record_replay(repeat->signer, repeat->key, job, repeat->earlier.intent,
                          repeat->earlier.outcome, &repeat->body);
    } else {
        out->type = "sign.denied";
        fws_record_denied(repeat->signer, repeat->key, job, &repeat->body);
    }
    out->data = repeat->body.buf.data;
    out->size = repeat->body.buf.size;
    return fws_json_done(&repeat->body, err);
}

static enum fws_status make_again(struct repeat *repeat, struct fws_error *err)
{
    enum fws_status status = fws_open_outputs(repeat->job, repeat->key, err);

    return status == FWS_OK ? fws_earlier_take(repeat->key, repeat->job, &repeat->earlier, err)
                            : status;
}

static void take_result(const struct repeat *repeat, uint64_t seq)
{
    struct fws_sign_result *result = &repeat->job->result;

    result->repeated = result->replayed = result->has_outcome = true;
    result->replay = seq;
    result->intent = repeat->earlier.intent;
    result->outcome = repeat->earlier.outcome;
}

/* A refusal stays a refusal when no checkpoint is to be had for its entry. */
static enum fws_status refuse_repeat(const struct repeat *repeat, struct fws_error *err)
{
    struct fws_error ignored = {0};

    (void)!fws_audit_checkpoint(repeat->signer->log, &ignored);
    return fws_decision_error(repeat->job->request.policy, &repeat->job->decision, err);
}

static enum fws_status hand_out(struct repeat *repeat, struct fws_error *err)
{
    struct fws_signer *signer = repeat->signer;
    uint64_t seq = 0;
    enum fws_status status = FWS_OK;

    decide(repeat, NULL);
    if (repeat->job->decision.allowed) {
        status = make_again(repeat, err);
    }
    if (status == FWS_OK) {
        status = fws_audit_decide(signer->log, decide_under_lock, repeat, &seq, err);
    }
    if (status == FWS_OK && !repeat->job->decision.allowed) {
        return refuse_repeat(repeat, err);
    }
    if (status == FWS_OK) {
        take_result(repeat, seq);
        status = fws_audit_settle(signer->log, err);
    }
    return status == FWS_OK ? fws_finish_proof(signer, repeat->job, err) : status;
}

static enum fws_status answer(struct fws_signer *signer, const struct fws_signing_key *key,
                              struct fws_sign_job *job, const struct found *found,
                              struct fws_error *err)
{
    struct repeat repeat = {.signer = signer, .key = key, .job = job};
    enum fws_status status = check_answer(found, key, job, &repeat.earlier, err);

    if (status == FWS_OK) {
        status = hand_out(&repeat, err);
    }
    fws_json_free(&repeat.body);
    fws_earlier_free(&repeat.earlier);
    return status;
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

    if (status == FWS_OK && found.replayed) {
        status = fws_audit_find(signer->log_folder, found.seq, &found.intent, err);
    }
    if (status == FWS_OK && found.replayed) {
        status = fws_audit_find(signer->log_folder, found.outcome_seq, &found.outcome, err);
    }
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
