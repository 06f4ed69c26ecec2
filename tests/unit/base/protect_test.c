/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who could change a file? Asked of a file system of this test's own in place of /srv, as everything
 * below /tmp can be changed by others. What needs root is skipped without.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/protect.h"
#include "tests/unit/test.h"

#define PLACE    "/srv"
#define SERVICE  ((uid_t)4711)
#define STRANGER ((uid_t)4712)

static bool prepared;

/* Nobody else sees the file system, and it ends with this process. */
__attribute__((constructor)) static void prepare(void)
{
    (void)umask(022);
    prepared = getuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
               mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
               mount("tmpfs", PLACE, "tmpfs", 0, "mode=755,size=1m") == 0 && chdir(PLACE) == 0;
    if (!prepared) {
        (void)fprintf(stderr, "no root, or not allowed to mount: most rules are skipped\n");
    }
}

#define NEEDS_ROOT()                                                                               \
    do {                                                                                           \
        if (!prepared) {                                                                           \
            skip(); /* owners cannot be set, or every folder could be changed by others */         \
        }                                                                                          \
    } while (0)

static void folder(const char *path, uid_t owner, mode_t mode)
{
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chown(path, owner, 0), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void file(const char *path, uid_t owner, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(fchown(fd, owner, 0), 0);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static void assert_protected(const char *path, uid_t owner)
{
    struct fws_error err = {0};

    (void)!fws_path_protected(path, owner, &err);
    assert_string_equal(err.text, "");
    assert_status(fws_path_protected(path, owner, &err), FWS_OK);
}

/* why: the whole message, which names what could be changed and by whom. */
static void assert_unprotected(const char *path, uid_t owner, const char *why)
{
    struct fws_error err = {0};

    assert_status(fws_path_protected(path, owner, &err), FWS_E_UNPROTECTED);
    assert_string_equal(err.text, why);
}

TEST(a_file_of_root_is_protected)
{
    NEEDS_ROOT();
    folder("root", 0, 0755);
    file("root/file", 0, 0644);
    assert_protected(PLACE "/root/file", FWS_NOBODY_ELSE);
    assert_protected(PLACE "/root", FWS_NOBODY_ELSE);
    assert_protected("/", FWS_NOBODY_ELSE);
}

TEST(a_file_of_the_service_is_protected_for_the_service_alone)
{
    NEEDS_ROOT();
    folder("service", SERVICE, 0700);
    file("service/file", SERVICE, 0600);
    assert_protected(PLACE "/service/file", SERVICE);
    assert_unprotected(PLACE "/service/file", FWS_NOBODY_ELSE,
                       "'/srv/service' belongs to uid 4711");
    assert_unprotected(PLACE "/service/file", STRANGER, "'/srv/service' belongs to uid 4711");
}

TEST(a_file_of_somebody_else_is_not)
{
    NEEDS_ROOT();
    folder("mixed", 0, 0755);
    file("mixed/file", STRANGER, 0400);
    assert_unprotected(PLACE "/mixed/file", SERVICE, "'/srv/mixed/file' belongs to uid 4712");
}

TEST(a_file_that_group_or_others_may_write_is_not)
{
    NEEDS_ROOT();
    folder("modes", 0, 0755);
    file("modes/group", 0, 0620);
    file("modes/others", 0, 0602);
    file("modes/both", 0, 0666);
    file("modes/read", 0, 0755);
    assert_unprotected(PLACE "/modes/group", SERVICE,
                       "'/srv/modes/group' is writable by its group");
    assert_unprotected(PLACE "/modes/others", SERVICE, "'/srv/modes/others' is writable by others");
    assert_unprotected(PLACE "/modes/both", SERVICE, "'/srv/modes/both' is writable by others");
    assert_protected(PLACE "/modes/read", SERVICE);
}

TEST(each_folder_above_counts)
{
    NEEDS_ROOT();
    folder("group", 0, 0775);
    folder("group/inner", 0, 0755);
    file("group/inner/file", 0, 0644);
    assert_unprotected(PLACE "/group/inner/file", SERVICE, "'/srv/group' is writable by its group");

    folder("foreign", STRANGER, 0755);
    folder("foreign/inner", 0, 0755);
    file("foreign/inner/file", 0, 0644);
    assert_unprotected(PLACE "/foreign/inner/file", SERVICE, "'/srv/foreign' belongs to uid 4712");
}

/* Whoever may write into it can put a file there before the owner does. */
TEST(a_sticky_folder_is_writable_by_others)
{
    NEEDS_ROOT();
    folder("sticky", 0, 01777);
    file("sticky/file", 0, 0644);
    assert_unprotected(PLACE "/sticky/file", SERVICE, "'/srv/sticky' is writable by others");
}

TEST(a_link_is_as_protected_as_its_folder_and_what_it_leads_to)
{
    NEEDS_ROOT();
    folder("links", 0, 0755);
    folder("target", 0, 0755);
    file("target/good", 0, 0644);
    file("target/bad", STRANGER, 0644);
    folder("theirs", STRANGER, 0755);
    assert_int_equal(symlink("../target/good", "links/good"), 0);
    assert_int_equal(symlink("../target/bad", "links/bad"), 0);
    assert_int_equal(symlink("../target/good", "theirs/good"), 0);
    assert_int_equal(symlink(PLACE "/theirs", "links/folder"), 0);
    assert_protected(PLACE "/links/good", SERVICE);
    assert_unprotected(PLACE "/links/bad", SERVICE, "'/srv/target/bad' belongs to uid 4712");
    assert_unprotected(PLACE "/theirs/good", SERVICE, "'/srv/theirs' belongs to uid 4712");
    assert_unprotected(PLACE "/links/folder/good", SERVICE, "'/srv/theirs' belongs to uid 4712");
}

TEST(a_link_of_somebody_else_is_not_followed_in_trust)
{
    NEEDS_ROOT();
    folder("handed", 0, 0755);
    file("handed/file", 0, 0644);
    assert_int_equal(symlink("file", "handed/link"), 0);
    assert_int_equal(lchown("handed/link", STRANGER, 0), 0);
    assert_unprotected(PLACE "/handed/link", SERVICE, "'/srv/handed/link' belongs to uid 4712");
}

/* a -> b -> target: whoever can change b chooses what a is. */
TEST(each_link_of_a_chain_counts)
{
    NEEDS_ROOT();
    folder("chain", 0, 0755);
    folder("chain/open", 0, 0777);
    file("chain/file", 0, 0644);
    assert_int_equal(symlink("../file", "chain/open/b"), 0);
    assert_int_equal(symlink("open/b", "chain/a"), 0);
    assert_unprotected(PLACE "/chain/a", SERVICE, "'/srv/chain/open' is writable by others");
}

TEST(a_folder_linked_to_through_an_open_one_counts)
{
    NEEDS_ROOT();
    folder("through", 0, 0755);
    folder("through/open", 0, 0777);
    folder("through/real", 0, 0755);
    file("through/real/file", 0, 0644);
    assert_int_equal(symlink("../real", "through/open/folder"), 0);
    assert_int_equal(symlink("open/folder", "through/folder"), 0);
    assert_unprotected(PLACE "/through/folder/file", SERVICE,
                       "'/srv/through/open' is writable by others");
}

TEST(a_link_that_leads_to_itself_is_refused)
{
    struct fws_error err = {0};

    NEEDS_ROOT();
    assert_int_equal(symlink("loop", "loop"), 0);
    assert_status(fws_path_protected(PLACE "/loop", SERVICE, &err), FWS_E_IO);
    assert_non_null(strstr(err.text, "'/srv/loop'"));
    assert_non_null(strstr(err.text, strerror(ELOOP)));
}

TEST(a_path_that_is_too_long_is_refused)
{
    char path[2 * PATH_MAX];
    struct fws_error err = {0};

    memset(path, '/', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_status(fws_path_protected(path, FWS_NOBODY_ELSE, &err), FWS_E_IO);
}

TEST(a_way_down_and_up_again_counts)
{
    NEEDS_ROOT();
    folder("up", 0, 0755);
    folder("up/open", 0, 0777);
    file("up/file", 0, 0644);
    assert_unprotected(PLACE "/up/open/../file", SERVICE, "'/srv/up/open' is writable by others");
}

/* In a child, as there is no way back out of another root. */
static int judge_below_open_root(void)
{
    struct fws_error err = {0};

    return chmod(PLACE, 0777) == 0 && chroot(PLACE) == 0 && chdir("/") == 0 &&
                   fws_path_protected("/below", SERVICE, &err) == FWS_E_UNPROTECTED &&
                   strcmp(err.text, "'/' is writable by others") == 0
               ? 0
               : 1;
}

TEST(the_root_itself_counts)
{
    int result = 0;

    NEEDS_ROOT();
    folder("below", 0, 0755);
    pid_t child = fork();

    if (child == 0) {
        _exit(judge_below_open_root());
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_int_equal(chmod(PLACE, 0755), 0);
    assert_int_equal(result, 0);
}

TEST(a_relative_path_is_of_the_current_folder)
{
    NEEDS_ROOT();
    folder("here", 0, 0755);
    file("here/file", 0, 0644);
    folder("there", STRANGER, 0755);
    file("there/file", 0, 0644);
    assert_protected("here/file", SERVICE);
    assert_unprotected("there/file", SERVICE, "'/srv/there' belongs to uid 4712");
    assert_int_equal(chdir("there"), 0);
    assert_unprotected("file", SERVICE, "'/srv/there' belongs to uid 4712");
    assert_int_equal(chdir(PLACE), 0);
}

TEST(double_and_final_slashes_mean_nothing)
{
    NEEDS_ROOT();
    folder("slash", 0, 0755);
    folder("slash/open", 0, 0777);
    assert_protected("/srv//slash/", SERVICE);
    assert_unprotected("//srv//slash//open/", SERVICE, "'/srv/slash/open' is writable by others");
}

TEST(what_is_missing_is_not_found)
{
    struct fws_error err = {0};

    assert_status(fws_path_protected("/nothing-of-this-name/file", FWS_NOBODY_ELSE, &err),
                  FWS_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "'/nothing-of-this-name'"));
}

TEST(a_link_to_what_is_missing_is_not_found)
{
    struct fws_error err = {0};

    NEEDS_ROOT();
    assert_int_equal(symlink("nothing", "dangling"), 0);
    assert_status(fws_path_protected(PLACE "/dangling", SERVICE, &err), FWS_E_NOT_FOUND);
}

/* Needs no root: everybody may write there. */
TEST(a_folder_below_tmp_is_not_protected)
{
    char path[] = "/tmp/fwsign-protect-test-XXXXXX";
    struct fws_error err = {0};

    assert_non_null(mkdtemp(path));
    assert_status(fws_path_protected(path, getuid(), &err), FWS_E_UNPROTECTED);
    assert_string_equal(err.text, "'/tmp' is writable by others");
    assert_int_equal(rmdir(path), 0);
}

TEST_MAIN("base/protect")
