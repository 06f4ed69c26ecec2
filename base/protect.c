/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/protect.h"

#define LINKS_MAX 40u /* as the kernel follows at most */

/* A walk from the root, as the kernel would do it. */
struct walk {
    const char *path; /* as it was given, for messages */
    uid_t owner;
    unsigned links;
    bool at_link;
    char here[PATH_MAX]; /* checked and free of links; "" is the root */
    char rest[PATH_MAX]; /* still to go */
};

static enum fws_status too_long(const struct walk *walk, struct fws_error *err)
{
    return fws_error_errno(err, ENAMETOOLONG, "'%s'", walk->path);
}

/* May others change what stands at here? */
static enum fws_status check_here(struct walk *walk, struct fws_error *err)
{
    const char *here = walk->here[0] != '\0' ? walk->here : "/";
    struct stat info;

    if (lstat(here, &info) != 0) {
        return fws_error_errno(err, errno, "'%s'", here);
    }
    walk->at_link = S_ISLNK(info.st_mode);
    if (info.st_uid != 0 && info.st_uid != walk->owner) {
        return fws_error_set(err, FWS_E_UNPROTECTED, "'%s' belongs to uid %u", here,
                             (unsigned)info.st_uid);
    }
    /* Everybody may write a link; who may replace it is said by its folder. */
    if (!walk->at_link && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fws_error_set(err, FWS_E_UNPROTECTED, "'%s' is writable by %s", here,
                             (info.st_mode & S_IWOTH) != 0 ? "others" : "its group");
    }
    return FWS_OK;
}

/* One component up; the root is its own parent. */
static void step_up(struct walk *walk)
{
    char *slash = strrchr(walk->here, '/');

    if (slash != NULL) {
        *slash = '\0';
    }
}

/* What the link at here says is the way to go from its folder on, before the rest. */
static enum fws_status follow(struct walk *walk, struct fws_error *err)
{
    char target[PATH_MAX];
    char rest[PATH_MAX];
    ssize_t size = readlink(walk->here, target, sizeof target - 1);

    if (size < 0 || ++walk->links > LINKS_MAX) {
        return fws_error_errno(err, size < 0 ? errno : ELOOP, "'%s'", walk->here);
    }
    target[size] = '\0';
    int length = snprintf(rest, sizeof rest, "%s/%s", target, walk->rest);

    if (length < 0 || (size_t)length >= sizeof rest) {
        return too_long(walk, err);
    }
    memcpy(walk->rest, rest, (size_t)length + 1);
    if (target[0] == '/') {
        walk->here[0] = '\0';
    } else {
        step_up(walk);
    }
    return FWS_OK;
}

static enum fws_status step_down(struct walk *walk, const char *name, size_t size,
                                 struct fws_error *err)
{
    size_t used = strlen(walk->here);

    if (size >= sizeof walk->here - used - 1) {
        return too_long(walk, err);
    }
    walk->here[used] = '/';
    memcpy(walk->here + used + 1, name, size);
    walk->here[used + 1 + size] = '\0';
    return check_here(walk, err);
}

/* Take the first component of the rest. */
static enum fws_status step(struct walk *walk, struct fws_error *err)
{
    char name[PATH_MAX];
    const char *begin = walk->rest + strspn(walk->rest, "/");
    size_t size = strcspn(begin, "/");

    memcpy(name, begin, size);
    name[size] = '\0';
    memmove(walk->rest, begin + size, strlen(begin + size) + 1);
    walk->at_link = false;
    if (size == 0 || strcmp(name, ".") == 0) {
        return FWS_OK;
    }
    if (strcmp(name, "..") == 0) {
        step_up(walk);
        return FWS_OK;
    }
    enum fws_status status = step_down(walk, name, size, err);

    return status == FWS_OK && walk->at_link ? follow(walk, err) : status;
}

static enum fws_status start(struct walk *walk, struct fws_error *err)
{
    char folder[PATH_MAX] = "";

    if (walk->path[0] != '/' && getcwd(folder, sizeof folder) == NULL) {
        return fws_error_errno(err, errno, "the current folder");
    }
    int length = snprintf(walk->rest, sizeof walk->rest, "%s/%s", folder, walk->path);

    return length < 0 || (size_t)length >= sizeof walk->rest ? too_long(walk, err)
                                                             : check_here(walk, err);
}

enum fws_status fws_path_protected(const char *path, uid_t owner, struct fws_error *err)
{
    struct walk walk = {.path = path, .owner = owner};
    enum fws_status status = start(&walk, err);

    while (status == FWS_OK && walk.rest[0] != '\0') {
        status = step(&walk, err);
    }
    return status;
}
