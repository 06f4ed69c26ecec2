/* SPDX-License-Identifier: Apache-2.0 */
/* The lists that the releases are kept in, and where in them something stands. */
#include <string.h>

#include "signer/releases_parts.h"

/* ---- Typed views ---- */

struct fws_release_line *fws_release_lines(const struct fws_releases *releases)
{
    return (struct fws_release_line *)(void *)releases->products.data;
}

size_t fws_release_line_count(const struct fws_releases *releases)
{
    return releases->products.size / sizeof(struct fws_release_line);
}

struct fws_release_channel *fws_release_channels(const struct fws_releases *releases)
{
    return (struct fws_release_channel *)(void *)releases->channels.data;
}

size_t fws_release_channel_count(const struct fws_releases *releases)
{
    return releases->channels.size / sizeof(struct fws_release_channel);
}

struct fws_release_intent *fws_release_intents(const struct fws_releases *releases)
{
    return (struct fws_release_intent *)(void *)releases->intents.data;
}

size_t fws_release_intent_count(const struct fws_releases *releases)
{
    return releases->intents.size / sizeof(struct fws_release_intent);
}

struct fws_release_reservation *fws_release_reservations(const struct fws_releases *releases)
{
    return (struct fws_release_reservation *)(void *)releases->reserved.data;
}

size_t fws_release_reservation_count(const struct fws_releases *releases)
{
    return releases->reserved.size / sizeof(struct fws_release_reservation);
}

struct fws_signed_record *fws_release_recents(const struct fws_releases *releases)
{
    return (struct fws_signed_record *)(void *)releases->recent.data;
}

size_t fws_release_recent_count(const struct fws_releases *releases)
{
    return releases->recent.size / sizeof(struct fws_signed_record);
}

/* ---- Changing them ---- */

enum fws_status fws_release_insert(struct fws_buf *list, size_t index, const void *item,
                                   size_t size, struct fws_error *err)
{
    size_t at = index * size;
    size_t behind = list->size - at;
    enum fws_status status = fws_buf_append(list, item, size, err);

    if (status == FWS_OK) {
        memmove(list->data + at + size, list->data + at, behind);
        memcpy(list->data + at, item, size);
    }
    return status;
}

void fws_release_remove(struct fws_buf *list, size_t index, size_t count, size_t size)
{
    size_t at = index * size;

    if (count > 0) {
        list->size -= count * size;
        memmove(list->data + at, list->data + at + count * size, list->size - at);
    }
}

/* ---- Finding ---- */

bool fws_release_find_line(const struct fws_releases *releases, const char *product, size_t *index)
{
    size_t low = 0;
    size_t high = fws_release_line_count(releases);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(fws_release_lines(releases)[middle].seen.product, product);

        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *index = low;
    return false;
}

static int compare_channel(const struct fws_release *release, const char *product,
                           const char *channel)
{
    int order = strcmp(release->product, product);

    return order != 0 ? order : strcmp(release->channel, channel);
}

bool fws_release_find_channel(const struct fws_releases *releases, const char *product,
                              const char *channel, size_t *index)
{
    size_t low = 0;
    size_t high = fws_release_channel_count(releases);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_channel(&fws_release_channels(releases)[middle].seen, product, channel);

        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *index = low;
    return false;
}

/* Names have been read into arrays of their size, and zeros behind them. */
static void set_name(char *to, size_t size, const char *name)
{
    memset(to, 0, size);
    memcpy(to, name, strnlen(name, size - 1));
}

struct fws_release_line *fws_release_need_line(struct fws_releases *releases, const char *product,
                                               struct fws_error *err)
{
    struct fws_release_line line = {0};
    size_t index = 0;

    if (!fws_release_find_line(releases, product, &index)) {
        set_name(line.seen.product, sizeof line.seen.product, product);
        if (fws_release_insert(&releases->products, index, &line, sizeof line, err) != FWS_OK) {
            return NULL;
        }
    }
    return &fws_release_lines(releases)[index];
}

struct fws_release_channel *fws_release_need_channel(struct fws_releases *releases,
                                                     const char *product, const char *channel,
                                                     struct fws_error *err)
{
    size_t index = 0;

    if (!fws_release_find_channel(releases, product, channel, &index)) {
        struct fws_release_channel made = {0};

        set_name(made.done.product, sizeof made.done.product, product);
        set_name(made.done.channel, sizeof made.done.channel, channel);
        made.seen = made.done;
        if (fws_release_insert(&releases->channels, index, &made, sizeof made, err) != FWS_OK) {
            return NULL;
        }
    }
    return &fws_release_channels(releases)[index];
}
