/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "signer/releases_parts.h"

void fws_releases_reset(struct fws_releases *releases)
{
    fws_buf_free(&releases->products);
    fws_buf_free(&releases->channels);
    fws_buf_free(&releases->intents);
    fws_buf_free(&releases->reserved);
    fws_buf_free(&releases->recent);
    releases->next = 0;
    fws_watch_anew(&releases->watch);
}

void fws_releases_init(struct fws_releases *releases)
{
    *releases = (struct fws_releases){0};
}

void fws_releases_free(struct fws_releases *releases)
{
    fws_releases_reset(releases);
    *releases = (struct fws_releases){0};
}

const struct fws_release *fws_releases_find(const struct fws_releases *releases,
                                            const char *product, const char *channel)
{
    size_t index = 0;

    return fws_release_find_channel(releases, product, channel, &index)
               ? &fws_release_channels(releases)[index].seen
               : NULL;
}

const struct fws_release_product *fws_releases_product(const struct fws_releases *releases,
                                                       const char *product)
{
    size_t index = 0;

    return fws_release_find_line(releases, product, &index)
               ? &fws_release_lines(releases)[index].seen
               : NULL;
}

/* An empty text is what an intent has that does not say: it is the same as none. */
bool fws_releases_open_same(const struct fws_releases *releases, const char *image,
                            const char *spki, const char *policy, uint64_t *seq)
{
    uint8_t ignored[FWS_SIGNED_KEY_SIZE];

    if (!fws_signed_key(image, spki, policy, ignored)) {
        return false;
    }
    for (size_t i = 0; i < fws_release_intent_count(releases); i++) {
        const struct fws_release_intent *intent = &fws_release_intents(releases)[i];

        if (strcmp(intent->digests.image, image) == 0 && strcmp(intent->digests.spki, spki) == 0 &&
            strcmp(intent->digests.policy, policy) == 0) {
            *seq = intent->seq;
            return true;
        }
    }
    return false;
}
