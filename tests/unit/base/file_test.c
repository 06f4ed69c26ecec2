/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/fwsign-file-test-XXXXXX";

__attribute__((constructor)) static void make_folder(void)
{
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        abort();
    }
}

__attribute__((destructor)) static void remove_folder(void)
{
    (void)rmdir(folder);
}

static size_t files_here(void)
{
    DIR *dir = opendir(".");
    struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(dir)) != NULL) {
        count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    }
    (void)closedir(dir);
    return count;
}

static void assert_content(const char *path, const char *expected)
{
    FWS_AUTO(fws_buf) content = {0};
    struct fws_error err = {0};

    assert_status(fws_file_read(path, 100, &content, &err), FWS_OK);
    assert_int_equal(content.size, strlen(expected));
    assert_memory_equal(content.data, expected, content.size);
}

TEST(an_output_is_invisible_until_committed)
{
    FWS_AUTO_CLOSE(fws_output) output = {0};
    struct fws_error err = {0};

    assert_status(fws_output_open(&output, "a", 3, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_status(fws_output_write(&output, "new", 3, &err), FWS_OK);
    assert_int_equal(access("a", F_OK), -1);
    assert_status(fws_output_commit(&output, &err), FWS_OK);
    assert_content("a", "new");
    assert_int_equal(unlink("a"), 0);
}

TEST(an_output_not_committed_leaves_nothing)
{
    struct fws_output output = {0};
    struct fws_error err = {0};

    assert_status(fws_output_open(&output, "b", 3, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_status(fws_output_write(&output, "new", 3, &err), FWS_OK);
    fws_output_close(&output);
    fws_output_close(&output);
    assert_int_equal(files_here(), 0);
}

TEST(new_refuses_a_file_that_exists_or_appears)
{
    FWS_AUTO_CLOSE(fws_output) output = {0};
    struct fws_error err = {0};

    assert_status(fws_output_open(&output, "c", 0, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_status(fws_file_replace("c", "first", 5, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_status(fws_output_commit(&output, &err), FWS_E_EXISTS);
    fws_output_close(&output);
    assert_status(fws_output_open(&output, "c", 0, FWS_OUTPUT_NEW, 0644, &err), FWS_E_EXISTS);
    assert_content("c", "first");
    assert_int_equal(unlink("c"), 0);
    assert_int_equal(files_here(), 0);
}

TEST(replace_leaves_one_whole_file)
{
    struct fws_error err = {0};

    assert_status(fws_file_replace("d", "old", 3, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_status(fws_file_replace("d", "newer", 5, FWS_OUTPUT_REPLACE, 0600, &err), FWS_OK);
    assert_content("d", "newer");
    assert_int_equal(files_here(), 1);
    assert_int_equal(unlink("d"), 0);
}

TEST(only_regular_files_are_replaced)
{
    struct fws_error err = {0};

    assert_int_equal(mkfifo("e", 0600), 0);
    assert_status(fws_file_replace("e", "x", 1, FWS_OUTPUT_REPLACE, 0644, &err), FWS_E_EXISTS);
    assert_int_equal(unlink("e"), 0);
}

TEST(reading_refuses_more_than_the_limit)
{
    FWS_AUTO(fws_buf) content = {0};
    struct fws_error err = {0};

    assert_status(fws_file_replace("f", "12345", 5, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_status(fws_file_read("f", 4, &content, &err), FWS_E_TOO_LARGE);
    assert_status(fws_file_read("f", 5, &content, &err), FWS_OK);
    assert_status(fws_file_read("missing", 5, &content, &err), FWS_E_NOT_FOUND);
    assert_int_equal(unlink("f"), 0);
}

TEST(a_file_or_folder_of_another_owner_is_refused_when_it_is_open)
{
    FWS_AUTO_CLOSE(fws_output) output = {0};
    FWS_AUTO(fws_buf) content = {0};
    struct fws_error err = {0};
    uid_t self = geteuid();
    uid_t other = self + 1;

    assert_status(fws_file_replace("owned", "mine", 4, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    assert_int_equal(symlink("owned", "link"), 0);
    assert_status(fws_file_read_of("owned", &other, 100, &content, &err), FWS_E_CALLER);
    assert_status(fws_file_read_of("link", &other, 100, &content, &err), FWS_E_CALLER);
    assert_int_equal(content.size, 0);
    assert_status(fws_file_read_of("link", &self, 100, &content, &err), FWS_OK);
    assert_int_equal(content.size, 4);
    assert_status(fws_output_open_of(&output, "new", &other, 0, FWS_OUTPUT_NEW, 0644, &err),
                  FWS_E_CALLER);
    assert_int_equal(output.fd, 0);
    assert_status(fws_output_open_of(&output, "new", &self, 0, FWS_OUTPUT_NEW, 0644, &err), FWS_OK);
    fws_output_close(&output);
    assert_int_equal(unlink("link"), 0);
    assert_int_equal(unlink("owned"), 0);
    assert_int_equal(files_here(), 0);
}

TEST_MAIN("base/file")
