/* SPDX-License-Identifier: Apache-2.0 */
/* The facts of a job, from its request, its bytes and the log. */
#include "base/clock.h"
#include "signer/facts.h"
#include "signer/releases.h"

static void put_input(const struct fws_sign_job *job, struct fws_facts *out)
{
    const struct fws_firmware *firmware = &job->firmware;
    const struct fws_image_spec *spec = &job->request.spec;

    out->input_is_image = firmware->is_image;
    out->input_vendor_id = firmware->has_vendor_id ? firmware->vendor_id : NULL;
    out->input_class_id = firmware->has_class_id ? firmware->class_id : NULL;
    out->vendor_id = spec->vendor_id;
    out->class_id = spec->class_id;
    out->has_entry = firmware->has_entry;
    out->entry = firmware->entry;
    out->content = &job->content;
}

static void put_request(const struct fws_sign_job *job, struct fws_facts *out)
{
    const struct fws_sign_request *request = &job->request;

    out->channel = request->channel;
    out->hardware = request->hardware;
    out->fresh = request->fresh;
    out->version = request->spec.version;
    out->version_conflict = request->version_conflict;
    out->has_counter = request->spec.has_counter;
    out->counter = request->spec.counter;
}

static void put_side(const struct fws_sign_side *side, struct fws_facts *out)
{
    out->tentative = side->tentative;
    out->replay = side->replay;
    out->enforced = side->enforced;
    out->caller = side->caller;
    out->has_time = true;
    out->time_us = side->time_us;
    out->key = side->key;
    out->key_software = side->software;
    out->key_spki = side->spki;
    out->hsm_firmware = side->hsm_firmware;
}

static void put_versions(const struct fws_releases *releases, const char *product,
                         const char *image, const char *spki, struct fws_facts *out)
{
    const struct fws_release *release = fws_releases_find(releases, product, out->channel);

    if (release != NULL) {
        out->last_version = &release->highest;
        out->last_entry = release->entry;
    }
    out->reserved =
        fws_releases_reserved(releases, product, out->channel, &out->version, image, spki);
}

static void put_budgets(const struct fws_releases *releases, const char *product,
                        struct fws_facts *out)
{
    out->hour_count = fws_releases_spent_hour(releases, product, out->time_us);
    out->day_count = fws_releases_spent_day(releases, product, out->time_us);
    if (!fws_releases_spent_version(releases, product, out->channel, &out->version,
                                    &out->release_count)) {
        out->release_count = UINT64_MAX; /* too old to be counted: no budget is left for it */
    }
}

void fws_facts_history(const struct fws_releases *releases, const char *product, const char *image,
                       const char *spki, struct fws_facts *out)
{
    const struct fws_release_product *found = fws_releases_product(releases, product);

    out->has_history = true;
    put_versions(releases, product, image, spki, out);
    put_budgets(releases, product, out);
    if (found != NULL) {
        out->has_last_counter = found->has_counter;
        out->last_counter = found->counter;
        out->has_last_serial = found->has_serial;
        out->last_serial = found->has_serial ? found->serial : 0;
    }
}

static void put_history(const struct fws_sign_job *job, const struct fws_releases *releases,
                        struct fws_facts *out)
{
    char image[FWS_DIGEST_ANY_TEXT_SIZE];
    char spki[FWS_DIGEST_TEXT_SIZE] = "";

    if (out->key_spki != NULL) {
        (void)fws_digest_text(out->key_spki, spki);
    }
    fws_facts_history(releases, job->request.policy->product,
                      fws_digest_any_text(job->image.hash, job->image.digest, image), spki, out);
    /* An image that is signed again keeps at least the counter it had. */
    if (job->firmware.has_counter &&
        (!out->has_last_counter || job->firmware.counter > out->last_counter)) {
        out->has_last_counter = true;
        out->last_counter = job->firmware.counter;
    }
}

struct fws_sign_side fws_side_of(const struct fws_signer *signer, const struct fws_signing_key *key)
{
    return (struct fws_sign_side){
        .enforced = signer->enforced,
        .caller = signer->caller,
        .time_us = fws_clock_now_us(),
        .key = key->name,
        .alg = key->info.pub.alg,
        .software = key->soft != NULL,
        .spki = key->info.pub.spki_sha256,
        .hsm_firmware = key->info.token_firmware,
    };
}

void fws_sign_decide(struct fws_sign_job *job, const struct fws_sign_side *side,
                     const struct fws_releases *releases)
{
    const struct fws_policy *policy = job->request.policy;
    struct fws_facts facts = {
        .has_sizes = true,
        .image_size = fws_image_size_max(policy, &job->image, side->alg),
        .trailer_size = (size_t)fws_policy_trailer_size(policy),
    };

    job->image_size_max = facts.image_size;
    put_side(side, &facts);
    put_request(job, &facts);
    put_input(job, &facts);
    if (releases != NULL) {
        put_history(job, releases, &facts);
    }
    if (side->explain) {
        fws_policy_explain(policy, &facts, &job->decision);
    } else {
        fws_policy_decide(policy, &facts, &job->decision);
    }
}
