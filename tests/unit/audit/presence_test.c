/* SPDX-License-Identifier: Apache-2.0 */
/* Who is at work: a file that is locked. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/presence.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define FIRST  "00000000000000aa"
#define SECOND "00000000000000bb"

static struct fws_folder folder;

static void open_folder(void)
{
    struct fws_error err = {0};

    make_log(1);
    assert_status(fws_folder_open(&folder, ".", true, &err), FWS_OK);
}

static void close_folder(void)
{
    fws_folder_close(&folder);
    remove_log();
}

static bool is_alive(const char *instance)
{
    struct fws_error err = {0};
    bool alive = true;

    assert_status(fws_presence_alive(&folder, instance, &alive, &err), FWS_OK);
    return alive;
}

TEST(a_writer_is_alive_from_entering_to_leaving)
{
    struct fws_presence writer = {0};
    struct fws_error err = {0};

    open_folder();
    assert_false(is_alive(FIRST));
    assert_status(fws_presence_enter(&writer, &folder, FIRST, &err), FWS_OK);
    assert_true(is_alive(FIRST));
    assert_true(is_alive(FIRST)); /* asking changes nothing */
    assert_false(is_alive(SECOND));
    fws_presence_leave(&writer, &folder);
    assert_false(is_alive(FIRST));
    assert_int_equal(access("writers/" FIRST, F_OK), -1);
    fws_presence_leave(&writer, &folder);
    close_folder();
}

/* In a process of its own, which says so and waits to be killed. */
static pid_t enter_in_child(const char *instance)
{
    int ends[2];
    char said;

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();

    if (child == 0) {
        struct fws_presence writer = {0};
        struct fws_error err = {0};

        if (fws_presence_enter(&writer, &folder, instance, &err) == FWS_OK) {
            (void)!write(ends[1], "!", 1);
        }
        (void)alarm(60); /* should the test fail meanwhile */
        (void)pause();
        _exit(0);
    }
    assert_int_equal(close(ends[1]), 0);
    assert_int_equal(read(ends[0], &said, 1), 1);
    assert_int_equal(close(ends[0]), 0);
    return child;
}

static void kill_child(pid_t child)
{
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

TEST(a_writer_that_is_killed_is_dead_and_the_next_to_enter_sweeps_its_file)
{
    struct fws_presence writer = {0};
    struct fws_error err = {0};

    open_folder();
    pid_t child = enter_in_child(FIRST);

    assert_true(is_alive(FIRST));
    assert_status(fws_presence_enter(&writer, &folder, SECOND, &err), FWS_OK);
    assert_int_equal(access("writers/" FIRST, F_OK), 0); /* not of a living one */
    fws_presence_leave(&writer, &folder);
    kill_child(child);
    assert_int_equal(access("writers/" FIRST, F_OK), 0);
    assert_false(is_alive(FIRST));
    assert_status(fws_presence_enter(&writer, &folder, SECOND, &err), FWS_OK);
    assert_int_equal(access("writers/" FIRST, F_OK), -1);
    assert_int_equal(access("writers/" SECOND, F_OK), 0);
    fws_presence_leave(&writer, &folder);
    close_folder();
}

TEST(other_files_among_the_writers_are_left_alone)
{
    struct fws_presence writer = {0};
    struct fws_error err = {0};

    open_folder();
    assert_int_equal(mkdir("writers", 0700), 0);
    write_all("writers/README", "x", 1);
    assert_int_equal(mkdir("writers/" FIRST, 0700), 0);
    write_all("elsewhere", "x", 1);
    assert_int_equal(symlink("../elsewhere", "writers/00000000000000cc"), 0);
    assert_status(fws_presence_enter(&writer, &folder, SECOND, &err), FWS_OK);
    assert_int_equal(access("writers/README", F_OK), 0);
    assert_int_equal(access("writers/" FIRST, F_OK), 0);
    assert_int_equal(access("elsewhere", F_OK), 0);
    assert_false(is_alive("00000000000000cc"));
    fws_presence_leave(&writer, &folder);
    close_folder();
}

TEST(a_symbolic_link_in_place_of_the_folder_is_not_followed)
{
    struct fws_presence writer = {0};
    struct fws_error err = {0};

    open_folder();
    assert_int_equal(mkdir("elsewhere", 0700), 0);
    write_all("elsewhere/" FIRST, "x", 1);
    assert_int_equal(symlink("elsewhere", "writers"), 0);
    assert_int_not_equal(fws_presence_enter(&writer, &folder, SECOND, &err), FWS_OK);
    assert_int_equal(access("elsewhere/" FIRST, F_OK), 0);
    assert_int_equal(access("elsewhere/" SECOND, F_OK), -1);
    fws_presence_leave(&writer, &folder);
    close_folder();
}

/* Who enters opens its file before it locks it: a sweep in between takes the name away. */
TEST(a_writer_whose_file_was_swept_while_it_entered_makes_another)
{
    struct fws_presence writer = {0};
    struct fws_error err = {0};
    int result = 0;

    open_folder();
    assert_int_equal(mkdir("writers", 0700), 0);
    pid_t child = fork();

    if (child == 0) {
        for (int i = 0; i < 3000; i++) {
            struct fws_presence other = {0};

            if (fws_presence_enter(&other, &folder, SECOND, &err) != FWS_OK) {
                _exit(1);
            }
            fws_presence_leave(&other, &folder);
        }
        _exit(0);
    }
    while (waitpid(child, &result, WNOHANG) == 0) {
        assert_status(fws_presence_enter(&writer, &folder, FIRST, &err), FWS_OK);
        assert_int_equal(access("writers/" FIRST, F_OK), 0);
        fws_presence_leave(&writer, &folder);
    }
    assert_int_equal(result, 0);
    close_folder();
}

TEST(a_log_that_only_is_read_has_no_writers)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(access("writers", F_OK), -1);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(access("writers", F_OK), 0);
    close_log(log);
    assert_int_equal(rmdir("writers"), 0); /* nothing is left in it */
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST_MAIN("audit/presence")
