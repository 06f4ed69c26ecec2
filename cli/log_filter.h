/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries are asked for. Private to cli/. */
#ifndef FWS_CLI_LOG_FILTER_H
#define FWS_CLI_LOG_FILTER_H

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/log_view.h"

/* A key by name, by label, by the digest of its public key, or by what a name is pinned to: used
 * under another name it is the same key. */
struct fws_log_key_match {
    const char *name; /* NULL: any */
    bool pinned;
    char spki[72]; /* "sha256:<hex>" */
};

FWS_MUST_USE enum fws_status fws_log_key_match_init(struct fws_cli *cli, const char *name,
                                                    struct fws_log_key_match *out,
                                                    struct fws_error *err);
bool fws_log_key_matches(const struct fws_log_key_match *match, const struct fws_log_view *view);

struct fws_log_filter {
    const char *type, *product, *caller, *verdict, *digest; /* NULL: any */
    struct fws_log_key_match key;
    char since[FWS_CLOCK_TEXT_SIZE]; /* the first time that counts; "": any */
    char until[FWS_CLOCK_TEXT_SIZE]; /* the first that does not; "": none */
};

/* Take --since and --until, which may be NULL. */
FWS_MUST_USE enum fws_status fws_log_filter_times(struct fws_log_filter *filter, const char *since,
                                                  const char *until, struct fws_error *err);

/* Is its time within? */
bool fws_log_filter_time(const struct fws_log_filter *filter, const struct fws_log_view *view);

bool fws_log_filter_selects(const struct fws_log_filter *filter, const struct fws_log_view *view);

#endif
