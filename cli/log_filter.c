/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/digest.h"
#include "cli/log_filter.h"
#include "cli/log_time.h"

static bool is(const char *wanted, const char *seen)
{
    return wanted == NULL || strcmp(wanted, seen) == 0;
}

/* ---- Keys ---- */

enum fws_status fws_log_key_match_init(struct fws_cli *cli, const char *name,
                                       struct fws_log_key_match *out, struct fws_error *err)
{
    struct fws_key_choice choice = {0};

    *out = (struct fws_log_key_match){.name = name};
    if (name == NULL || fws_config_key_find(&cli->config, name) == NULL) {
        return FWS_OK; /* the log may know keys that the configuration has forgotten */
    }
    enum fws_status status = fws_cli_key(cli, name, &choice, err);

    out->pinned = status == FWS_OK && choice.pinned;
    if (out->pinned) {
        (void)fws_digest_text(choice.spki_sha256, out->spki);
    }
    return status;
}

bool fws_log_key_matches(const struct fws_log_key_match *match, const struct fws_log_view *view)
{
    const char *spki = fws_log_view_text(view, "key", "spki");

    return match->name == NULL || strcmp(match->name, fws_log_view_key(view)) == 0 ||
           strcmp(match->name, fws_log_view_text(view, "key", "label")) == 0 ||
           strcmp(match->name, spki) == 0 || (match->pinned && strcmp(match->spki, spki) == 0);
}

/* ---- Times ---- */

enum fws_status fws_log_filter_times(struct fws_log_filter *filter, const char *since,
                                     const char *until, struct fws_error *err)
{
    int64_t now_us = fws_clock_now_us();
    enum fws_status status = FWS_OK;

    if (since != NULL) {
        status = fws_log_time_parse("--since", since, now_us, filter->since, err);
    }
    if (status == FWS_OK && until != NULL) {
        status = fws_log_time_parse("--until", until, now_us, filter->until, err);
    }
    return status;
}

bool fws_log_filter_time(const struct fws_log_filter *filter, const struct fws_log_view *view)
{
    const char *time = view->entry.time;

    return (filter->since[0] == '\0' || strcmp(time, filter->since) >= 0) &&
           (filter->until[0] == '\0' || strcmp(time, filter->until) < 0);
}

/* ---- The rest ---- */

/* What went in, what came out, or what was signed of it. */
static bool has_digest(const char *digest, const struct fws_log_view *view)
{
    return digest == NULL || strcmp(digest, fws_log_view_text(view, "input", "sha256")) == 0 ||
           strcmp(digest, fws_log_view_text(view, "image", "sha256")) == 0 ||
           strcmp(digest, fws_log_view_text(view, "image", "digest")) == 0;
}

bool fws_log_filter_selects(const struct fws_log_filter *filter, const struct fws_log_view *view)
{
    return is(filter->type, view->entry.type) && fws_log_filter_time(filter, view) &&
           is(filter->product, fws_log_view_text(view, "product", NULL)) &&
           is(filter->caller, fws_log_view_text(view, "caller", NULL)) &&
           is(filter->verdict, fws_log_view_verdict(view)) && has_digest(filter->digest, view) &&
           fws_log_key_matches(&filter->key, view);
}
