/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The version that a tag of HEAD names. A tag below HEAD says what was released before, not what
 * this is, so only tags that point at HEAD itself count.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/child.h"
#include "policy/parts.h"

#define GIT_LIMIT_MS 10000u

/* The next line of text, without its end; false when there is none. */
static bool next_line(const struct fws_child_text *text, size_t *at, const char **line,
                      size_t *size)
{
    size_t left = text->size - *at;

    if (left == 0) {
        return false;
    }
    *line = text->text + *at;
    const char *end = memchr(*line, '\n', left);

    *size = end != NULL ? (size_t)(end - *line) : left;
    *at += *size + (end != NULL);
    return true;
}

static void say_why_not(const struct fws_child_result *git, struct fws_version_finding *out)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];
    const char *line = "no answer";
    size_t size = strlen(line);
    size_t at = 0;

    if (git->start_errno != 0) {
        (void)snprintf(out->why_not, sizeof out->why_not, "git cannot be run: %s",
                       strerror(git->start_errno));
    } else if (git->exit_code != 0) {
        (void)next_line(&git->complaint, &at, &line, &size);
        (void)snprintf(out->why_not, sizeof out->why_not, "git: %s",
                       fws_error_quote(line, size, quoted));
    } else {
        (void)snprintf(out->why_not, sizeof out->why_not, "HEAD has no version tag");
    }
}

static bool parse_tag(const char *tag, size_t size, struct fws_version *out)
{
    size_t mark = size > 0 && tag[0] == 'v' ? 1 : 0;

    return fws_version_parse(tag + mark, size - mark, out) == FWS_OK;
}

/*
 * One version among the tags. "v1.2.3-rc1" beside "v1.2.3" is a candidate that became the release
 * and is passed over; alone it is an error, because the next source would name another version.
 */
static enum fws_status choose(const struct fws_child_text *tags, struct fws_version_finding *out,
                              struct fws_error *err)
{
    char first[FWS_ERROR_QUOTE_SIZE] = "";
    char other[FWS_ERROR_QUOTE_SIZE];
    const char *tag = NULL;
    size_t at = 0;
    size_t size = 0;

    while (next_line(tags, &at, &tag, &size)) {
        struct fws_version version;

        if (!parse_tag(tag, size, &version)) {
            continue;
        }
        if (out->found && fws_version_compare(&out->version, &version) != 0) {
            return fws_error_set(err, FWS_E_VERSION_SYNTAX,
                                 "git: HEAD has two version tags, '%s' and '%s'", first,
                                 fws_error_quote(tag, size, other));
        }
        (void)fws_error_quote(tag, size, first);
        out->found = true;
        out->version = version;
    }
    if (!out->found) {
        return fws_error_set(err, FWS_E_VERSION_SYNTAX,
                             "git: tag '%s' is not a version [v]MAJOR.MINOR.REVISION[+BUILD]",
                             fws_error_quote(tag, size, other));
    }
    return FWS_OK;
}

enum fws_status fws_version_from_git(const char *directory, struct fws_version_finding *out,
                                     struct fws_error *err)
{
    /* A file system monitor is a program named by the repository: not run. */
    const char *const argv[] = {"git",
                                "-C",
                                *directory != '\0' ? directory : ".",
                                "-c",
                                "core.fsmonitor=false",
                                "--no-pager",
                                "tag",
                                "--no-column",
                                "--points-at",
                                "HEAD",
                                "--list",
                                "v[0-9]*",
                                "[0-9]*",
                                NULL};
    struct fws_child_result git;
    enum fws_status status = fws_child_run(argv, GIT_LIMIT_MS, &git, err);

    if (status != FWS_OK) {
        return fws_error_wrap(err, "version source");
    }
    if (git.output.cut) {
        return fws_error_set(err, FWS_E_VERSION_SYNTAX, "git: HEAD has too many tags");
    }
    if (git.start_errno != 0 || git.exit_code != 0 || git.output.size == 0) {
        say_why_not(&git, out);
        return FWS_OK;
    }
    return choose(&git.output, out, err);
}
