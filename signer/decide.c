/* SPDX-License-Identifier: Apache-2.0 */
#include "signer/releases.h"
#include "signer/signer.h"

/* What the slot must leave free; the policy's alignment comes with the full format section. */
#define TRAILER_ALIGN 8u

void fws_sign_decide(const struct fws_sign_request *request, const struct fws_firmware *firmware,
                     const struct fws_image *image, const char *key_name, enum fws_algorithm alg,
                     bool software, const struct fws_releases *releases, struct fws_decision *out)
{
    const struct fws_release *release =
        releases != NULL
            ? fws_releases_find(releases, request->policy->product, FWS_CHANNEL_DEFAULT)
            : NULL;
    struct fws_facts facts = {
        .key = key_name,
        .key_software = software,
        .version = request->spec.version,
        .input_is_image = firmware->is_image,
        .payload_size = image->payload_size,
        .image_size = image->signed_size + fws_image_plain_area_max(alg, image->hash),
        .trailer_size = fws_trailer_min_size(TRAILER_ALIGN),
        .last_version = release != NULL ? &release->highest : NULL,
        .last_entry = release != NULL ? release->entry : 0,
    };

    fws_policy_decide(request->policy, &facts, out);
}
