/* SPDX-License-Identifier: Apache-2.0 */
/* How many signatures an hour, a day and a version have had. */
#include <string.h>

#include "signer/releases_parts.h"

#define HOUR_SECONDS 3600u
#define DAY_HOURS    24u

/* ---- Hours and days ---- */

/* The hour that it counts for. When the clock went back that is the one that stands: to begin an
 * earlier one would give a budget anew to whoever can set a clock. */
uint64_t fws_release_spend(struct fws_release_spent *spent, uint64_t seconds)
{
    uint64_t hour = seconds / HOUR_SECONDS;

    if (hour > spent->hour) {
        spent->hour = hour;
        spent->hour_count = 0;
    }
    if (hour / DAY_HOURS > spent->day) {
        spent->day = hour / DAY_HOURS;
        spent->day_count = 0;
    }
    spent->hour_count++;
    spent->day_count++;
    return spent->hour;
}

/* Give back what an intent was counted for, unless that hour or day is over. */
void fws_release_unspend(struct fws_release_spent *spent, uint64_t hour)
{
    spent->hour_count -= hour == spent->hour && spent->hour_count > 0;
    spent->day_count -= hour / DAY_HOURS == spent->day && spent->day_count > 0;
}

static uint64_t hour_of(int64_t now_us)
{
    return now_us < 0 ? 0 : (uint64_t)now_us / 1000000u / HOUR_SECONDS;
}

uint64_t fws_releases_spent_hour(const struct fws_releases *releases, const char *product,
                                 int64_t now_us)
{
    const struct fws_release_product *found = fws_releases_product(releases, product);

    return found == NULL || hour_of(now_us) > found->spent.hour ? 0 : found->spent.hour_count;
}

uint64_t fws_releases_spent_day(const struct fws_releases *releases, const char *product,
                                int64_t now_us)
{
    const struct fws_release_product *found = fws_releases_product(releases, product);

    return found == NULL || hour_of(now_us) / DAY_HOURS > found->spent.day ? 0
                                                                           : found->spent.day_count;
}

/* ---- Versions ---- */

/* Where it stands, or would. From the end: nearly always it is the highest. */
static bool find_version(const struct fws_release_versions *versions,
                         const struct fws_version *version, size_t *index)
{
    for (size_t i = versions->count; i > 0; i--) {
        int order = fws_version_compare(&versions->items[i - 1].version, version);

        if (order <= 0) {
            *index = order == 0 ? i - 1 : i;
            return order == 0;
        }
    }
    *index = 0;
    return false;
}

static bool was_dropped(const struct fws_release_versions *versions,
                        const struct fws_version *version)
{
    return versions->has_dropped && fws_version_compare(version, &versions->dropped) <= 0;
}

static void drop(struct fws_release_versions *versions, const struct fws_version *version)
{
    versions->has_dropped = true;
    versions->dropped = *version;
}

static void remove_version(struct fws_release_versions *versions, size_t index)
{
    versions->count--;
    memmove(&versions->items[index], &versions->items[index + 1],
            (versions->count - index) * sizeof versions->items[0]);
}

void fws_release_count_version(struct fws_release_versions *versions,
                               const struct fws_version *version)
{
    size_t index = 0;

    if (find_version(versions, version, &index)) {
        versions->items[index].count++;
        return;
    }
    if (was_dropped(versions, version)) {
        return;
    }
    if (versions->count == FWS_RELEASE_VERSIONS && index == 0) {
        drop(versions, version);
        return;
    }
    if (versions->count == FWS_RELEASE_VERSIONS) {
        drop(versions, &versions->items[0].version);
        remove_version(versions, 0);
        index--;
    }
    memmove(&versions->items[index + 1], &versions->items[index],
            (versions->count - index) * sizeof versions->items[0]);
    versions->items[index] = (struct fws_release_version){.version = *version, .count = 1};
    versions->count++;
}

void fws_release_uncount_version(struct fws_release_versions *versions,
                                 const struct fws_version *version)
{
    size_t index = 0;

    if (find_version(versions, version, &index) && --versions->items[index].count == 0) {
        remove_version(versions, index);
    }
}

bool fws_release_version_count(const struct fws_release_versions *versions,
                               const struct fws_version *version, uint64_t *out)
{
    size_t index = 0;

    *out = 0;
    if (find_version(versions, version, &index)) {
        *out = versions->items[index].count;
        return true;
    }
    return !was_dropped(versions, version);
}

bool fws_releases_spent_version(const struct fws_releases *releases, const char *product,
                                const char *channel, const struct fws_version *version,
                                uint64_t *out)
{
    size_t index = 0;

    *out = 0;
    return !fws_release_find_channel(releases, product, channel, &index) ||
           fws_release_version_count(&fws_release_channels(releases)[index].versions, version, out);
}
