/* SPDX-License-Identifier: Apache-2.0 */
/* A decision that nothing follows from. */
#include <string.h>

#include "signer/earlier.h"
#include "signer/releases.h"

/* The key as far as it is known without its token. */
static struct fws_signing_key known_key(const struct fws_sign_side *side)
{
    struct fws_signing_key key = {.name = side->key, .info.pub.alg = side->alg};

    memcpy(key.info.pub.spki_sha256, side->spki, sizeof key.info.pub.spki_sha256);
    return key;
}

static enum fws_status look_for_earlier(const struct fws_signer *signer,
                                        const struct fws_sign_side *side, struct fws_sign_job *job,
                                        struct fws_error *err)
{
    FWS_AUTO(fws_earlier) earlier = {0};
    struct fws_signing_key key = known_key(side);
    enum fws_status status = fws_earlier_find(signer, &key, job, &earlier, err);

    job->result.repeated = job->result.replayed = earlier.found;
    job->result.intent = earlier.intent;
    job->result.outcome = earlier.outcome;
    return status;
}

enum fws_status fws_sign_preview(const struct fws_signer *signer, const struct fws_sign_side *side,
                                 struct fws_sign_job *job, struct fws_error *err)
{
    struct fws_sign_side asked = *side;
    enum fws_status status = FWS_OK;

    if (signer->releases != NULL && side->spki != NULL && !job->request.fresh) {
        status = look_for_earlier(signer, side, job, err);
    }
    asked.tentative = true;
    asked.replay = job->result.replayed;
    if (status == FWS_OK) {
        fws_sign_decide(job, &asked, signer->releases);
    }
    return status;
}

bool fws_sign_last(const struct fws_signer *signer, const struct fws_sign_request *request,
                   uint64_t *entry)
{
    const struct fws_release *release =
        signer->releases != NULL
            ? fws_releases_find(signer->releases, request->policy->product, request->channel)
            : NULL;

    if (release != NULL) {
        *entry = release->last_entry;
    }
    return release != NULL;
}
