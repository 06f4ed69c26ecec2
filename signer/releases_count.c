/* SPDX-License-Identifier: Apache-2.0 */
/* What intents and their ends mean for products and channels. */
#include <string.h>

#include "signer/releases_parts.h"

/* ---- Counting one intent ---- */

static uint64_t total(const struct fws_release *release)
{
    return release->signed_count + release->open_count + release->unresolved_count;
}

/* Before it is counted. */
static void raise_release(struct fws_release *release, const struct fws_release_intent *intent)
{
    bool first = total(release) == 0;
    int order = fws_version_compare(&intent->version, &release->highest);

    /* Outcomes come in another order than intents: of one version the first intent counts. */
    if (first || order > 0 || (order == 0 && intent->seq < release->entry)) {
        release->highest = intent->version;
        release->entry = intent->seq;
    }
    if (first || intent->seq > release->last_entry) {
        release->last = intent->version;
        release->last_entry = intent->seq;
    }
}

static void raise_counter(bool *has, uint32_t *counter, const struct fws_release_counter *by)
{
    if (by->has && (!*has || by->value > *counter)) {
        *has = true;
        *counter = by->value;
    }
}

static void show_open(struct fws_release_line *line, struct fws_release_channel *channel,
                      const struct fws_release_intent *intent)
{
    raise_release(&channel->seen, intent);
    channel->seen.open_count++;
    raise_counter(&line->seen.has_counter, &line->seen.counter, &intent->counter);
}

/* ---- Beginning ---- */

enum fws_status fws_release_open(struct fws_releases *releases,
                                 const struct fws_release_intent *intent, struct fws_error *err)
{
    size_t line = 0;
    size_t channel = 0;

    if (!fws_release_find_line(releases, intent->product, &line) ||
        !fws_release_find_channel(releases, intent->product, intent->channel, &channel)) {
        return fws_error_set(err, FWS_E_INTERNAL, "releases: an intent of no product");
    }
    enum fws_status status = fws_buf_append(&releases->intents, intent, sizeof *intent, err);

    if (status == FWS_OK) {
        show_open(&fws_release_lines(releases)[line], &fws_release_channels(releases)[channel],
                  intent);
    }
    return status;
}

static void take_serial(struct fws_release_product *product, const struct fws_release_said *said)
{
    if (said->has_serial && (!product->has_serial || said->serial > product->serial)) {
        product->has_serial = true;
        product->serial = said->serial;
        product->serial_entry = said->intent.seq;
    }
}

enum fws_status fws_release_begin(struct fws_releases *releases, struct fws_release_said *said,
                                  struct fws_error *err)
{
    struct fws_release_intent *intent = &said->intent;
    struct fws_release_line *line = fws_release_need_line(releases, intent->product, err);
    struct fws_release_channel *channel =
        line == NULL ? NULL
                     : fws_release_need_channel(releases, intent->product, intent->channel, err);

    if (channel == NULL) {
        return FWS_E_MEMORY;
    }
    take_serial(&line->seen, said);
    intent->hour = fws_release_spend(&line->seen.spent, said->seconds);
    fws_release_count_version(&channel->versions, &intent->version);
    return fws_release_open(releases, intent, err);
}

/* ---- Ending ---- */

bool fws_release_channel_idle(const struct fws_release_channel *channel)
{
    return total(&channel->seen) == 0;
}

/* Channels of a product stand together. */
bool fws_release_line_idle(const struct fws_releases *releases, const struct fws_release_line *line)
{
    size_t index = 0;
    bool has_channel =
        fws_release_find_channel(releases, line->seen.product, "", &index) ||
        (index < fws_release_channel_count(releases) &&
         strcmp(fws_release_channels(releases)[index].seen.product, line->seen.product) == 0);

    return !has_channel && !line->seen.has_serial;
}

/* Count anew: what an intent that has failed stood for may have been the highest. */
static void review(struct fws_releases *releases, struct fws_release_line *line,
                   struct fws_release_channel *channel)
{
    channel->seen = channel->done;
    line->seen.has_counter = line->done.has;
    line->seen.counter = line->done.value;
    for (size_t i = 0; i < fws_release_intent_count(releases); i++) {
        const struct fws_release_intent *intent = &fws_release_intents(releases)[i];

        if (strcmp(intent->product, line->seen.product) != 0) {
            continue;
        }
        raise_counter(&line->seen.has_counter, &line->seen.counter, &intent->counter);
        if (strcmp(intent->channel, channel->seen.channel) == 0) {
            raise_release(&channel->seen, intent);
            channel->seen.open_count++;
        }
    }
}

static void end_failed(struct fws_releases *releases, size_t line_at, size_t channel_at,
                       const struct fws_release_intent *intent)
{
    struct fws_release_line *line = &fws_release_lines(releases)[line_at];
    struct fws_release_channel *channel = &fws_release_channels(releases)[channel_at];

    fws_release_unspend(&line->seen.spent, intent->hour);
    fws_release_uncount_version(&channel->versions, &intent->version);
    review(releases, line, channel);
    if (fws_release_channel_idle(channel)) {
        fws_release_remove(&releases->channels, channel_at, 1, sizeof *channel);
    }
    if (fws_release_line_idle(releases, line)) {
        fws_release_remove(&releases->products, line_at, 1, sizeof *line);
    }
}

/* It stays what it is, the highest or not: only its name changes. */
static void end_done(struct fws_release_line *line, struct fws_release_channel *channel,
                     const struct fws_release_intent *intent, bool was_signed)
{
    raise_release(&channel->done, intent);
    raise_counter(&line->done.has, &line->done.value, &intent->counter);
    channel->done.signed_count += was_signed;
    channel->done.unresolved_count += !was_signed;
    channel->seen.signed_count += was_signed;
    channel->seen.unresolved_count += !was_signed;
    channel->seen.open_count--;
}

static bool find_intent(const struct fws_releases *releases, uint64_t seq, size_t *index)
{
    size_t count = fws_release_intent_count(releases);

    for (*index = 0; *index < count; (*index)++) {
        if (fws_release_intents(releases)[*index].seq == seq) {
            return true;
        }
    }
    return false;
}

static enum fws_status keep(struct fws_releases *releases, const struct fws_release_intent *intent,
                            uint64_t outcome, bool was_signed, struct fws_error *err)
{
    if (!was_signed) {
        return fws_release_reserve(releases, intent, err);
    }
    fws_release_unreserve(releases, intent);
    return fws_release_remember(releases, intent, outcome, err);
}

enum fws_status fws_release_close(struct fws_releases *releases, uint64_t seq, uint64_t outcome,
                                  enum fws_watch_state state, struct fws_error *err)
{
    struct fws_release_intent intent;
    bool was_signed = state == FWS_WATCH_SIGNED;
    size_t at = 0;
    size_t line = 0;
    size_t channel = 0;

    if (!find_intent(releases, seq, &at)) {
        return FWS_E_NOT_FOUND;
    }
    intent = fws_release_intents(releases)[at];
    fws_release_remove(&releases->intents, at, 1, sizeof intent);
    if (!fws_release_find_line(releases, intent.product, &line) ||
        !fws_release_find_channel(releases, intent.product, intent.channel, &channel)) {
        return fws_error_set(err, FWS_E_INTERNAL, "releases: an intent of no product");
    }
    if (state == FWS_WATCH_FAILED) {
        end_failed(releases, line, channel, &intent);
        return FWS_OK;
    }
    end_done(&fws_release_lines(releases)[line], &fws_release_channels(releases)[channel], &intent,
             was_signed);
    return keep(releases, &intent, outcome, was_signed, err);
}
