/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of intents that are over: versions reserved for the same bytes, and what was signed. */
#include <string.h>

#include "signer/releases_parts.h"

/* ---- Reservations ---- */

static bool is_reserved(const struct fws_release_reservation *by, const char *product,
                        const char *channel, const struct fws_version *version, const char *image,
                        const char *spki)
{
    return fws_version_compare(&by->version, version) == 0 && strcmp(by->image, image) == 0 &&
           strcmp(by->spki, spki) == 0 && strcmp(by->product, product) == 0 &&
           strcmp(by->channel, channel) == 0;
}

bool fws_releases_reserved(const struct fws_releases *releases, const char *product,
                           const char *channel, const struct fws_version *version,
                           const char *image, const char *spki)
{
    for (size_t i = 0; i < fws_release_reservation_count(releases); i++) {
        if (is_reserved(&fws_release_reservations(releases)[i], product, channel, version, image,
                        spki)) {
            return true;
        }
    }
    return false;
}

bool fws_release_find_reserved(const struct fws_releases *releases,
                               const struct fws_release_reservation *same, size_t *index)
{
    for (*index = 0; *index < fws_release_reservation_count(releases); (*index)++) {
        if (is_reserved(&fws_release_reservations(releases)[*index], same->product, same->channel,
                        &same->version, same->image, same->spki)) {
            return true;
        }
    }
    return false;
}

size_t fws_release_reserved_of(const struct fws_releases *releases, const char *product)
{
    size_t count = 0;

    for (size_t i = 0; i < fws_release_reservation_count(releases); i++) {
        count += strcmp(fws_release_reservations(releases)[i].product, product) == 0;
    }
    return count;
}

static void drop_oldest_of(struct fws_releases *releases, const char *product)
{
    size_t index = 0;

    while (strcmp(fws_release_reservations(releases)[index].product, product) != 0) {
        index++;
    }
    fws_release_remove(&releases->reserved, index, 1, sizeof(struct fws_release_reservation));
}

static void reservation_of(const struct fws_release_intent *intent,
                           struct fws_release_reservation *out)
{
    *out = (struct fws_release_reservation){.intent = intent->seq, .version = intent->version};
    memcpy(out->product, intent->product, sizeof out->product);
    memcpy(out->channel, intent->channel, sizeof out->channel);
    memcpy(out->image, intent->digests.image, sizeof out->image);
    memcpy(out->spki, intent->digests.spki, sizeof out->spki);
}

void fws_release_unreserve(struct fws_releases *releases, const struct fws_release_intent *intent)
{
    struct fws_release_reservation reservation;
    size_t index = 0;

    if (releases->reserved.size == 0) {
        return;
    }
    reservation_of(intent, &reservation);
    if (fws_release_find_reserved(releases, &reservation, &index)) {
        fws_release_remove(&releases->reserved, index, 1, sizeof reservation);
    }
}

enum fws_status fws_release_reserve(struct fws_releases *releases,
                                    const struct fws_release_intent *intent, struct fws_error *err)
{
    struct fws_release_reservation reservation;

    if (intent->digests.image[0] == '\0' || intent->digests.spki[0] == '\0') {
        return FWS_OK;
    }
    fws_release_unreserve(releases, intent);
    if (fws_release_reserved_of(releases, intent->product) >= FWS_RELEASE_RESERVED) {
        drop_oldest_of(releases, intent->product);
    }
    reservation_of(intent, &reservation);
    return fws_buf_append(&releases->reserved, &reservation, sizeof reservation, err);
}

/* ---- The newest signatures ---- */

uint64_t fws_releases_signed_from(const struct fws_releases *releases)
{
    uint64_t range = releases->next / FWS_SIGNED_RANGE;

    return range > 1 ? (range - 1) * FWS_SIGNED_RANGE : 0;
}

void fws_release_forget(struct fws_releases *releases)
{
    const struct fws_signed_record *recents = fws_release_recents(releases);
    uint64_t from = fws_releases_signed_from(releases);
    size_t count = 0;

    while (count < fws_release_recent_count(releases) && recents[count].outcome < from) {
        count++;
    }
    fws_release_remove(&releases->recent, 0, count, sizeof *recents);
}

enum fws_status fws_release_remember(struct fws_releases *releases,
                                     const struct fws_release_intent *intent, uint64_t outcome,
                                     struct fws_error *err)
{
    struct fws_signed_record record = {.intent = intent->seq, .outcome = outcome};
    const struct fws_release_digests *digests = &intent->digests;

    return fws_signed_key(digests->image, digests->spki, digests->policy, record.key)
               ? fws_buf_append(&releases->recent, &record, sizeof record, err)
               : FWS_OK;
}

bool fws_releases_signed(const struct fws_releases *releases,
                         const uint8_t key[FWS_SIGNED_KEY_SIZE], struct fws_signed_record *out)
{
    const struct fws_signed_record *recents = fws_release_recents(releases);

    for (size_t i = fws_release_recent_count(releases); i > 0; i--) {
        if (memcmp(recents[i - 1].key, key, FWS_SIGNED_KEY_SIZE) == 0) {
            *out = recents[i - 1];
            return true;
        }
    }
    return false;
}
