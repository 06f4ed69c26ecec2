/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share; private to it. */
#ifndef FWS_POLICY_PARTS_H
#define FWS_POLICY_PARTS_H

#include "policy/policy.h"

/* "option", "git" or "file: PATH"; false when text is none. out->path points into text. */
bool fws_policy_source_parse(const char *text, struct fws_version_source *out);

/* "PATH:LINE:COLUMN", or "PATH" for a rule that is not in the file. */
#define FWS_POLICY_PLACE_SIZE 320u
const char *fws_policy_place_text(const struct fws_policy *policy, struct fws_yaml_place place,
                                  char out[FWS_POLICY_PLACE_SIZE]);

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
