/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "policy/child.h"
#include "policy/policy.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/fwsign-version-test-XXXXXX";

__attribute__((constructor)) static void make_folder(void)
{
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("plain", 0700) != 0) {
        abort();
    }
    /* Neither the user's git settings nor a repository above /tmp shall matter. */
    (void)setenv("HOME", folder, 1);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
    (void)info;
    (void)type;
    (void)ftw;
    return remove(path);
}

__attribute__((destructor)) static void remove_folder(void)
{
    (void)nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void put(const char *path, const char *text)
{
    struct fws_error err = {0};

    assert_status(fws_file_replace(path, text, strlen(text), FWS_OUTPUT_REPLACE, 0755, &err),
                  FWS_OK);
}

static void run(const char *command)
{
    assert_int_equal(system(command), 0);
}

/* A repository with one commit and these tags on it. */
static void make_repository(const char *tags)
{
    char command[512];

    (void)snprintf(command, sizeof command,
                   "rm -rf r && git init -q r && cd r && git config user.name n && "
                   "git config user.email e@example.com && "
                   "git commit -q --allow-empty -m one && "
                   "for tag in %s; do git tag $tag; done",
                   tags);
    run(command);
}

static char conflict[FWS_DECISION_TEXT_SIZE];

static enum fws_status ask(const char *from, const char *option, const char *base_dir,
                           struct fws_version *out, struct fws_error *err)
{
    FWS_AUTO(fws_policy) policy = {0};
    char text[256];

    (void)snprintf(text, sizeof text,
                   "product: p\nkeys: k\nformat: {slot-size: 4K}\nversion: {from: %s}\n", from);
    assert_status(fws_policy_parse("p.yaml", text, strlen(text), &policy, err), FWS_OK);
    return fws_policy_version(&policy, option, base_dir, out, conflict, err);
}

static void assert_version(const char *from, const char *option, const char *base_dir,
                           const char *expected)
{
    struct fws_version version = {0};
    struct fws_error err = {0};
    char text[FWS_VERSION_TEXT_SIZE];
    enum fws_status status = ask(from, option, base_dir, &version, &err);

    assert_string_equal(err.text, "");
    assert_status(status, FWS_OK);
    assert_string_equal(conflict, "");
    assert_string_equal(fws_version_text(&version, text), expected);
}

/* The decision refuses it then. */
static void assert_conflict(const char *from, const char *option, const char *expected)
{
    struct fws_version version = {0};
    struct fws_error err = {0};

    assert_status(ask(from, option, "plain", &version, &err), FWS_OK);
    assert_string_equal(conflict, expected);
}

static void assert_refused(const char *from, const char *option, const char *base_dir,
                           enum fws_status expected, const char *message)
{
    struct fws_version version = {0};
    struct fws_error err = {0};
    enum fws_status status = ask(from, option, base_dir, &version, &err);

    assert_string_equal(err.text, message);
    assert_status(status, expected);
}

TEST(the_first_source_that_yields_counts)
{
    put("plain/VERSION", "2.0.0\n");
    assert_version("[option, 'file: VERSION']", "1.2.3+4", "plain", "1.2.3+4");
    assert_version("[option, 'file: VERSION']", NULL, "plain", "2.0.0");
    assert_version("['file: missing', 'file: VERSION']", NULL, "plain", "2.0.0");
    assert_version("['file: VERSION', option]", NULL, "plain", "2.0.0");
}

TEST(an_option_that_is_no_source_is_a_conflict)
{
    put("plain/VERSION", "2.0.0\n");
    assert_conflict("['file: VERSION']", "2.0.0", "--fw-version, which is no source");
}

TEST(an_option_is_not_passed_over_in_silence)
{
    put("plain/VERSION", "2.0.0\n");
    assert_version("['file: VERSION', option]", "2.0.0", "plain", "2.0.0");
    assert_conflict("['file: VERSION', option]", "2.0.1",
                    "--fw-version 2.0.1, but 'file: VERSION' says 2.0.0");
    assert_refused("['file: VERSION', option]", "2.0.x", "plain", FWS_E_VERSION_SYNTAX,
                   "--fw-version: '2.0.x' is not a version MAJOR.MINOR.REVISION[+BUILD]");
}

TEST(bad_syntax_names_its_source_and_does_not_fall_through)
{
    put("plain/VERSION", "2.0.0\n");
    put("plain/bad", "two\n");
    assert_refused("[option, 'file: VERSION']", "1.2.3-rc1", "plain", FWS_E_VERSION_SYNTAX,
                   "--fw-version: '1.2.3-rc1' is not a version MAJOR.MINOR.REVISION[+BUILD]");
    assert_refused("['file: bad', 'file: VERSION']", NULL, "plain", FWS_E_VERSION_SYNTAX,
                   "file 'bad': 'two' is not a version MAJOR.MINOR.REVISION[+BUILD]");
}

TEST(a_file_gives_its_first_line)
{
    put("plain/V", "1.2.3\r\nmore\n");
    assert_version("'file: V'", NULL, "plain", "1.2.3");
    put("plain/V", "1.2.3");
    assert_version("'file: V'", NULL, "plain", "1.2.3");
    put("plain/V", "1.2.3 \t\n");
    assert_version("'file:V'", NULL, "plain", "1.2.3");
}

TEST(an_empty_or_endless_first_line_is_refused)
{
    char line[300];

    put("plain/V", "");
    assert_refused("'file: V'", NULL, "plain", FWS_E_VERSION_SYNTAX,
                   "file 'V': first line is empty");
    put("plain/V", "\n1.2.3\n");
    assert_refused("'file: V'", NULL, "plain", FWS_E_VERSION_SYNTAX,
                   "file 'V': first line is empty");
    memset(line, ' ', sizeof line);
    memcpy(line, "1.2.3", 5);
    line[256] = '\n';
    line[257] = '\0';
    put("plain/V", line);
    assert_version("'file: V'", NULL, "plain", "1.2.3");
    line[256] = ' ';
    line[257] = '\n';
    line[258] = '\0';
    put("plain/V", line);
    assert_refused("'file: V'", NULL, "plain", FWS_E_VERSION_SYNTAX,
                   "file 'V': first line longer than 256 bytes");
}

TEST(a_file_that_cannot_be_read_does_not_fall_through)
{
    assert_refused("['file: ../plain', option]", "1.2.3", "plain", FWS_E_INPUT,
                   "version source: 'plain/../plain': read: Is a directory");
}

TEST(a_tag_of_head_is_the_version)
{
    make_repository("v1.2.3");
    assert_version("git", NULL, "r", "1.2.3");
    make_repository("1.2.3+7");
    assert_version("git", NULL, "r", "1.2.3+7");
    run("mkdir -p r/sub");
    assert_version("git", NULL, "r/sub", "1.2.3+7");
}

TEST(tags_that_are_no_version_are_ignored_beside_one)
{
    make_repository("nightly v1.2.3-rc1 v1.2.3 vendor-drop 1.2.3");
    assert_version("git", NULL, "r", "1.2.3");
}

TEST(a_lone_candidate_is_an_error)
{
    make_repository("v1.2.3-rc1");
    assert_refused("[git, option]", "9.9.9", "r", FWS_E_VERSION_SYNTAX,
                   "git: tag 'v1.2.3-rc1' is not a version [v]MAJOR.MINOR.REVISION[+BUILD]");
}

TEST(two_versions_on_head_are_an_error)
{
    make_repository("v1.2.3 v1.2.4");
    assert_refused("git", NULL, "r", FWS_E_VERSION_SYNTAX,
                   "git: HEAD has two version tags, 'v1.2.3' and 'v1.2.4'");
}

TEST(a_tag_below_head_is_not_this_version)
{
    make_repository("v1.2.3");
    run("cd r && git commit -q --allow-empty -m two");
    assert_refused("git", NULL, "r", FWS_E_USAGE, "no version: HEAD has no version tag");
    assert_version("[git, option]", "1.3.0", "r", "1.3.0");
}

TEST(sources_that_yield_nothing_are_all_named)
{
    make_repository("");
    assert_refused("[option, 'file: VERSION', git]", NULL, "r", FWS_E_USAGE,
                   "no version: no --fw-version given; no file 'VERSION'; HEAD has no version "
                   "tag");
    assert_refused("git", NULL, "plain", FWS_E_USAGE,
                   "no version: git: fatal: not a git repository (or any of the parent "
                   "directories): .git");
    assert_refused("git", NULL, "nowhere", FWS_E_USAGE,
                   "no version: git: fatal: cannot change to 'nowhere': No such file or directory");
}

TEST(a_machine_without_git_is_no_malfunction)
{
    char *path = strdup(getenv("PATH"));

    assert_non_null(path);
    (void)setenv("PATH", "/nonexistent", 1);
    assert_refused("git", NULL, "plain", FWS_E_USAGE,
                   "no version: git cannot be run: No such file or directory");
    (void)setenv("PATH", path, 1);
    free(path);
}

/* ---- What another program gets from us, and what we take from it ---- */

static void child(const char *script, unsigned limit_ms, struct fws_child_result *out)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct fws_error err = {0};

    assert_status(fws_child_run(argv, limit_ms, out, &err), FWS_OK);
    assert_int_equal(out->start_errno, 0);
}

static void assert_printed(const struct fws_child_text *text, const char *expected)
{
    assert_int_equal(text->size, strlen(expected));
    assert_memory_equal(text->text, expected, text->size);
}

TEST(the_environment_is_path_and_home_alone)
{
    struct fws_child_result result;

    (void)setenv("FWSIGN_PIN", "1234", 1);
    (void)setenv("GIT_DIR", "/elsewhere", 1);
    child("env | cut -d= -f1 | grep -v '^_$\\|^PWD$\\|^SHLVL$\\|^OLDPWD$' | sort | tr '\\n' ' '",
          5000, &result);
    assert_printed(&result.output, "HOME LC_ALL PATH ");
    (void)unsetenv("FWSIGN_PIN");
    (void)unsetenv("GIT_DIR");
}

TEST(no_descriptor_of_ours_is_inherited)
{
    struct fws_child_result result;
    int left_open = open("/dev/null", O_RDONLY);

    assert_in_range(left_open, 3, 1000);
    child("for fd in 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$fd && echo $fd; done; "
          "readlink /proc/$$/fd/0",
          5000, &result);
    assert_printed(&result.output, "/dev/null\n");
    (void)close(left_open);
}

TEST(output_complaint_and_exit_code_are_kept_apart)
{
    struct fws_child_result result;

    child("echo out; echo err >&2; exit 3", 5000, &result);
    assert_printed(&result.output, "out\n");
    assert_printed(&result.complaint, "err\n");
    assert_int_equal(result.exit_code, 3);
    child("kill -9 $$", 5000, &result);
    assert_int_equal(result.exit_code, -1);
}

TEST(output_beyond_the_limit_is_cut_and_said_to_be)
{
    struct fws_child_result result;

    child("head -c 16384 /dev/zero; head -c 100000 /dev/zero >&2", 5000, &result);
    assert_int_equal(result.output.size, FWS_CHILD_TEXT_MAX);
    assert_false(result.output.cut);
    assert_int_equal(result.complaint.size, FWS_CHILD_TEXT_MAX);
    assert_true(result.complaint.cut);
    assert_int_equal(result.exit_code, 0);
}

static void assert_times_out(const char *script)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct fws_child_result result;
    struct fws_error err = {0};
    int64_t started_ms = fws_clock_monotonic_ms();

    assert_status(fws_child_run(argv, 200, &result, &err), FWS_E_TIMEOUT);
    assert_string_equal(err.text, "sh: no answer within 200 ms");
    assert_in_range(fws_clock_monotonic_ms() - started_ms, 200, 10000);
}

TEST(a_program_that_hangs_is_ended_at_the_deadline)
{
    assert_times_out("sleep 60");
    assert_times_out("exec >&- 2>&-; sleep 60");
}

/* The grandchild holds a pipe of its own open; when it ends, the other end hangs up. */
TEST(what_a_program_started_ends_with_it)
{
    assert_int_equal(mkfifo("alive", 0600), 0);
    struct pollfd alive = {open("alive", O_RDONLY | O_NONBLOCK | O_CLOEXEC), POLLIN, 0};

    assert_true(alive.fd >= 0);
    assert_times_out("(echo here; exec sleep 60) > alive & wait");
    char text[8];

    assert_int_equal(read(alive.fd, text, sizeof text), 5);
    assert_int_equal(poll(&alive, 1, 5000), 1);
    assert_int_equal(alive.revents, POLLHUP);
    (void)close(alive.fd);
    assert_int_equal(unlink("alive"), 0);
}

TEST_MAIN("policy/version")
