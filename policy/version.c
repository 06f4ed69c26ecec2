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

/* An option given must be one of the sources and well-formed, whichever source comes first. */
static enum fws_status check_option(const struct fws_policy *policy, const char *option,
                                    struct fws_version_finding *out, struct fws_error *err)
{
    char where[FWS_POLICY_PLACE_SIZE];

    for (size_t i = 0; i < policy->source_count; i++) {
        if (policy->sources[i].kind == FWS_VERSION_FROM_OPTION) {
            return from_option(option, out, err);
        }
    }
    return fws_error_set(err, FWS_E_POLICY_DENIED,
                         "version.from (%s): --fw-version is not among the version sources",
                         fws_policy_place_text(policy, policy->at_version_from, where));
}

/* A person who gave a version must not get another one signed without a word. */
static enum fws_status check_same(const struct fws_policy *policy, size_t index,
                                  const struct fws_version *option, const struct fws_version *found,
                                  struct fws_error *err)
{
    char where[FWS_POLICY_PLACE_SIZE];
    char option_text[FWS_VERSION_TEXT_SIZE];
    char found_text[FWS_VERSION_TEXT_SIZE];
    char quoted[FWS_ERROR_QUOTE_SIZE];
    const char *source = policy->version_from.items[index];

    if (fws_version_compare(option, found) == 0) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_POLICY_DENIED,
                         "version.from (%s): --fw-version %s comes after '%s', which says %s",
                         fws_policy_place_text(policy, policy->version_from.places[index], where),
                         fws_version_text(option, option_text),
                         fws_error_quote(source, strlen(source), quoted),
                         fws_version_text(found, found_text));
}

enum fws_status fws_policy_version(const struct fws_policy *policy, const char *option,
                                   const char *base_dir, struct fws_version *out,
                                   struct fws_error *err)
{
    struct fws_version_finding given = {0};
    struct fws_version_finding finding;
    char why_not[FWS_ERROR_TEXT_SIZE] = "";
    enum fws_status status = option != NULL ? check_option(policy, option, &given, err) : FWS_OK;

    if (status != FWS_OK) {
        return status;
    }
    for (size_t i = 0; i < policy->source_count; i++) {
        status = ask_source(&policy->sources[i], option, base_dir, &finding, err);
        if (status != FWS_OK) {
            return status;
        }
        if (finding.found) {
            *out = finding.version;
            return given.found ? check_same(policy, i, &given.version, out, err) : FWS_OK;
        }
        fws_policy_list_add(why_not, sizeof why_not, finding.why_not, "; ");
    }
    return fws_error_set(err, FWS_E_USAGE, "no version: %s",
                         *why_not != '\0' ? why_not : "the policy names no source");
}
