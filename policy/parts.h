/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; private to it. */
#ifndef FWS_POLICY_PARTS_H
#define FWS_POLICY_PARTS_H

#include "policy/policy.h"

/* "option", "git" or "file: PATH"; false when text is none. out->path points into text. */
bool fws_policy_source_parse(const char *text, struct fws_version_source *out);

/* For rows of a table: is a text a version, a time? */
bool fws_policy_check_version(const char *text, const char **why);
bool fws_policy_check_time(const char *text, const char **why);

/* "Mon-Fri 08:00-18:00": days by their first three letters, one or a span that may wrap (Sat-Mon);
 * times within one day, from before until. False when text is none. */
bool fws_policy_window_parse(const char *text, struct fws_policy_window *out);

/* FWS_POLICY_ALLOW_ bit of a relaxation's name; 0: there is none. */
unsigned fws_policy_allow_bit(const char *text);

/* "2.4.1": numbers with dots between; those that are not there are 0. */
#define FWS_DOTTED_MAX 4u
bool fws_dotted_parse(const char *text, unsigned out[FWS_DOTTED_MAX]);

/* What is said of a key: a URI's query may hold a PIN, so it ends before it. */
const char *fws_policy_key_text(const char *key, char out[FWS_ERROR_QUOTE_SIZE]);

/* Texts to values, and the rules that concern several: FWS_E_POLICY_INVALID with the place. */
FWS_MUST_USE enum fws_status fws_policy_read_values(struct fws_policy *policy,
                                                    struct fws_error *err);

/* Make policy->content.scan of its patterns. */
FWS_MUST_USE enum fws_status fws_policy_compile(struct fws_policy *policy, struct fws_error *err);

/* The headers of private keys, looked for in every payload. */
#define FWS_PRIVATE_KEY_HEADER_COUNT 6u
extern const char *const fws_private_key_headers[FWS_PRIVATE_KEY_HEADER_COUNT + 1];

/* Append "'a', 'b'" or "a, b" style lists in error sentences: text and what separates. */
void fws_policy_list_add(char *out, size_t size, const char *text, const char *separator);

#define FWS_VERSION_WHY_SIZE 160u

/* What a source said. */
struct fws_version_finding {
    bool found;
    struct fws_version version;
    char why_not[FWS_VERSION_WHY_SIZE]; /* one clause, when not found */
};

/*
 * The version that a tag of HEAD names, as "1.2.3" or "v1.2.3"; other tags are ignored beside it.
 *
 * Not found: git is not installed, directory is in no repository git will read, or HEAD has no tag
 * that begins like a version. FWS_E_VERSION_SYNTAX when none of those that do is a version, or when
 * they name several. FWS_E_TIMEOUT, FWS_E_INTERRUPTED.
 */
FWS_MUST_USE enum fws_status fws_version_from_git(const char *directory,
                                                  struct fws_version_finding *out,
                                                  struct fws_error *err);

#endif
