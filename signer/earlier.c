/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/json_read.h"
#include "signer/earlier.h"
#include "signer/finish.h"
#include "signer/releases.h"

/* ---- Entries ---- */

enum fws_status fws_record_read(const struct fws_buf *line, struct fws_record *out,
                                struct fws_error *err)
{
    return fws_audit_entry_read(line->data, line->size, &out->text, &out->entry, err);
}

bool fws_record_text(const struct fws_record *record, const char *path, char *out, size_t size)
{
    struct fws_json_value value;

    return fws_json_find(record->entry.data, record->entry.data_size, path, &value) &&
           fws_json_value_text(&value, out, size);
}

/* What the log calls the job's bytes, the key and the policy. */
struct names {
    char image[FWS_DIGEST_ANY_TEXT_SIZE];
    char spki[FWS_DIGEST_TEXT_SIZE];
    char policy[FWS_DIGEST_TEXT_SIZE];
};

static struct names names_of(const struct fws_signing_key *key, const struct fws_sign_job *job)
{
    struct names names = {0};

    (void)fws_digest_any_text(job->image.hash, job->image.digest, names.image);
    (void)fws_digest_text(key->info.pub.spki_sha256, names.spki);
    (void)fws_digest_text(job->request.policy->digest, names.policy);
    return names;
}

static bool says(const struct fws_record *record, const char *path, const char *wanted)
{
    char text[FWS_DIGEST_ANY_TEXT_SIZE];

    return fws_record_text(record, path, text, sizeof text) && strcmp(text, wanted) == 0;
}

bool fws_record_same(const struct fws_record *intent, const struct fws_signing_key *key,
                     const struct fws_sign_job *job)
{
    struct names names = names_of(key, job);

    return says(intent, "image.digest", names.image) && says(intent, "key.spki", names.spki);
}

/* ---- Signatures ---- */

void fws_earlier_free(struct fws_earlier *earlier)
{
    fws_buf_free(&earlier->signature);
    *earlier = (struct fws_earlier){0};
}

enum fws_status fws_earlier_read(uint64_t intent, const struct fws_record *outcome,
                                 struct fws_earlier *out, struct fws_error *err)
{
    char text[2u * FWS_SIGNATURE_MAX_SIZE];

    if (!says(outcome, "result", "signed") ||
        !fws_record_text(outcome, "signature", text, sizeof text) ||
        !fws_record_text(outcome, "image.sha256", out->sha256, sizeof out->sha256)) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "entry %" PRIu64 " holds no signature",
                             outcome->entry.seq);
    }
    out->intent = intent;
    out->outcome = outcome->entry.seq;
    enum fws_status status = fws_base64_decode(text, strlen(text), &out->signature, err);

    out->found = status == FWS_OK;
    return status;
}

/* The index is a hint; the entries it names must say it themselves. */
static enum fws_status read_hint(const struct fws_signer *signer, const struct names *names,
                                 const struct fws_signed_record *hint, struct fws_earlier *out,
                                 struct fws_error *err)
{
    FWS_AUTO(fws_buf) intent_line = {0};
    FWS_AUTO(fws_buf) outcome_line = {0};
    struct fws_record intent;
    struct fws_record outcome;
    struct fws_json_value value;
    uint64_t begun = 0;
    enum fws_status status = fws_audit_find(signer->log_folder, hint->intent, &intent_line, err);

    if (status == FWS_OK) {
        status = fws_audit_find(signer->log_folder, hint->outcome, &outcome_line, err);
    }
    if (status == FWS_OK) {
        status = fws_record_read(&intent_line, &intent, err);
    }
    if (status == FWS_OK) {
        status = fws_record_read(&outcome_line, &outcome, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    bool same = says(&intent, "image.digest", names->image) &&
                says(&intent, "key.spki", names->spki) &&
                says(&intent, "policy.digest", names->policy) &&
                fws_json_find(outcome.entry.data, outcome.entry.data_size, "intent", &value) &&
                fws_json_value_uint(&value, &begun) && begun == hint->intent;

    return same ? fws_earlier_read(hint->intent, &outcome, out, err) : FWS_OK;
}

enum fws_status fws_earlier_find(const struct fws_signer *signer, const struct fws_signing_key *key,
                                 const struct fws_sign_job *job, struct fws_earlier *out,
                                 struct fws_error *err)
{
    struct names names = names_of(key, job);
    struct fws_signed_record hint;
    uint8_t index_key[FWS_SIGNED_KEY_SIZE];
    bool found = false;
    enum fws_status status = FWS_OK;

    *out = (struct fws_earlier){0};
    if (!fws_signed_key(names.image, names.spki, names.policy, index_key)) {
        return fws_error_set(err, FWS_E_INTERNAL, "a digest is none");
    }
    found = fws_releases_signed(signer->releases, index_key, &hint);
    if (!found) {
        status = fws_signed_find(signer->signed_index, index_key, 0,
                                 fws_releases_signed_from(signer->releases), &hint, &found, err);
    }
    return status == FWS_OK && found ? read_hint(signer, &names, &hint, out, err) : status;
}

bool fws_earlier_pending(const struct fws_signer *signer, const struct fws_signing_key *key,
                         const struct fws_sign_job *job)
{
    struct names names = names_of(key, job);
    struct fws_signed_record hint;
    uint8_t index_key[FWS_SIGNED_KEY_SIZE];
    uint64_t seq;

    return fws_releases_open_same(signer->releases, names.image, names.spki, names.policy, &seq) ||
           (fws_signed_key(names.image, names.spki, names.policy, index_key) &&
            fws_releases_signed(signer->releases, index_key, &hint));
}

/* The image of then must come out of the signature of then. */
enum fws_status fws_earlier_take(const struct fws_signing_key *key, struct fws_sign_job *job,
                                 const struct fws_earlier *earlier, struct fws_error *err)
{
    char made[FWS_DIGEST_TEXT_SIZE];
    enum fws_status status =
        fws_finish_image(key, job, earlier->signature.data, earlier->signature.size, err);

    if (status == FWS_OK &&
        strcmp(earlier->sha256, fws_digest_text(job->result.image_digest, made)) != 0) {
        return fws_error_set(err, FWS_E_REQUEST_KNOWN,
                             "the image of entry %" PRIu64 " cannot be made again",
                             earlier->outcome);
    }
    return status == FWS_OK
               ? fws_finish_outputs(job, earlier->signature.data, earlier->signature.size, err)
               : status;
}
