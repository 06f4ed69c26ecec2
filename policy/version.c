/* SPDX-License-Identifier: Apache-2.0 */
/* Where the version comes from: the policy's sources, in order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "policy/parts.h"

#define VERSION_FILE_MAX 65536u
#define VERSION_LINE_MAX 256u

static enum fws_status parse(const char *text, size_t size, const char *source,
                             struct fws_version_finding *out, struct fws_error *err)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];
    enum fws_status status = fws_version_parse(text, size, &out->version);

    out->found = status == FWS_OK;
    if (!out->found) {
        return fws_error_set(err, status, "%s: '%s' is not a version MAJOR.MINOR.REVISION[+BUILD]",
                             source, fws_error_quote(text, size, quoted));
    }
    return FWS_OK;
}

static enum fws_status from_option(const char *option, struct fws_version_finding *out,
                                   struct fws_error *err)
{
    if (option == NULL) {
        (void)snprintf(out->why_not, sizeof out->why_not, "no --fw-version given");
        return FWS_OK;
    }
    return parse(option, strlen(option), "--fw-version", out, err);
}

static enum fws_status parse_first_line(const struct fws_buf *content, const char *path,
                                        struct fws_version_finding *out, struct fws_error *err)
{
    const char *text = (const char *)content->data;
    const char *end = content->size > 0 ? memchr(text, '\n', content->size) : NULL;
    size_t size = end != NULL ? (size_t)(end - text) : content->size;
    char source[FWS_ERROR_QUOTE_SIZE + 16];
    char quoted[FWS_ERROR_QUOTE_SIZE];

    (void)snprintf(source, sizeof source, "file '%s'", fws_error_quote(path, strlen(path), quoted));
    if (size > VERSION_LINE_MAX) {
        return fws_error_set(err, FWS_E_VERSION_SYNTAX, "%s: first line longer than %u bytes",
                             source, VERSION_LINE_MAX);
    }
    while (size > 0 && strchr(" \t\r", text[size - 1]) != NULL && text[size - 1] != '\0') {
        size--;
    }
    if (size == 0) {
        return fws_error_set(err, FWS_E_VERSION_SYNTAX, "%s: first line is empty", source);
    }
    return parse(text, size, source, out, err);
}

static enum fws_status from_file(const char *base_dir, const char *path,
                                 struct fws_version_finding *out, struct fws_error *err)
{
    FWS_AUTO(fws_buf) content = {0};
    char quoted[FWS_ERROR_QUOTE_SIZE];
    char *full = fws_path_join(base_dir, path);

    if (full == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "file '%s': no memory",
                             fws_error_quote(path, strlen(path), quoted));
    }
    enum fws_status status = fws_file_read(full, VERSION_FILE_MAX, &content, err);

    free(full);
    if (status == FWS_E_NOT_FOUND) {
        (void)snprintf(out->why_not, sizeof out->why_not, "no file '%s'",
                       fws_error_quote(path, strlen(path), quoted));
        *err = (struct fws_error){0};
        return FWS_OK;
    }
    return status == FWS_OK ? parse_first_line(&content, path, out, err)
                            : fws_error_wrap(err, "version source");
}

static enum fws_status ask_source(const struct fws_version_source *source, const char *option,
                                  const char *base_dir, struct fws_version_finding *out,
                                  struct fws_error *err)
{
    *out = (struct fws_version_finding){0};
    switch (source->kind) {
    case FWS_VERSION_FROM_OPTION:
        return from_option(option, out, err);
    case FWS_VERSION_FROM_FILE:
        return from_file(base_dir, source->path, out, err);
    case FWS_VERSION_FROM_GIT:
        return fws_version_from_git(base_dir, out, err);
    }
    return fws_error_set(err, FWS_E_INTERNAL, "version source of kind %d", (int)source->kind);
}

static bool takes_option(const struct fws_policy *policy)
{
    for (size_t i = 0; i < policy->version.source_count; i++) {
        if (policy->version.sources[i].kind == FWS_VERSION_FROM_OPTION) {
            return true;
        }
    }
    return false;
}

/* A person who gave a version must not get another one signed without a word. */
static void compare(const struct fws_policy *policy, size_t index, const struct fws_version *option,
                    const struct fws_version *found, char conflict[FWS_DECISION_TEXT_SIZE])
{
    char option_text[FWS_VERSION_TEXT_SIZE];
    char found_text[FWS_VERSION_TEXT_SIZE];
    char quoted[FWS_ERROR_QUOTE_SIZE];
    const char *source = policy->version.from.items[index];

    if (fws_version_compare(option, found) != 0) {
        (void)snprintf(conflict, FWS_DECISION_TEXT_SIZE, "--fw-version %s, but '%.60s' says %s",
                       fws_version_text(option, option_text),
                       fws_error_quote(source, strlen(source), quoted),
                       fws_version_text(found, found_text));
    }
}

/* The first source that yields one. */
static enum fws_status ask_sources(const struct fws_policy *policy, const char *option,
                                   const char *base_dir, struct fws_version *out, size_t *index,
                                   struct fws_error *err)
{
    struct fws_version_finding finding;
    char why_not[FWS_ERROR_TEXT_SIZE] = "";

    for (size_t i = 0; i < policy->version.source_count; i++) {
        enum fws_status status =
            ask_source(&policy->version.sources[i], option, base_dir, &finding, err);

        if (status != FWS_OK || finding.found) {
            *out = finding.version;
            *index = i;
            return status;
        }
        fws_policy_list_add(why_not, sizeof why_not, finding.why_not, "; ");
    }
    return fws_error_set(err, FWS_E_USAGE, "no version: %s",
                         *why_not != '\0' ? why_not : "the policy names no source");
}

enum fws_status fws_policy_version(const struct fws_policy *policy, const char *option,
                                   const char *base_dir, struct fws_version *out,
                                   char conflict[FWS_DECISION_TEXT_SIZE], struct fws_error *err)
{
    struct fws_version_finding given = {0};
    size_t index = 0;
    enum fws_status status = option != NULL ? from_option(option, &given, err) : FWS_OK;

    conflict[0] = '\0';
    *out = given.version;
    if (status != FWS_OK) {
        return status;
    }
    if (given.found && !takes_option(policy)) {
        (void)snprintf(conflict, FWS_DECISION_TEXT_SIZE, "--fw-version, which is no source");
        return FWS_OK;
    }
    status = ask_sources(policy, option, base_dir, out, &index, err);
    if (status == FWS_OK && given.found) {
        compare(policy, index, &given.version, out, conflict);
    }
    return status;
}
