/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/nodes.h"
#include "tests/unit/test.h"

#define FILE_0 "derived/tree/0"
#define FILE_1 "derived/tree/1"
#define FILE_2 "derived/tree/2"
#define ALL    70000u /* leaves: three files */

static struct fws_hasher hasher;
static struct fws_error err;
static char folder[64];
static int audit_dir;

/* ---- The folder of each test ---- */

static void enter(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/fwsign-nodes-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    audit_dir = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(audit_dir >= 0);
    if (hasher.context == NULL) {
        assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    }
}

static void leave(void)
{
    char command[160];

    (void)close(audit_dir);
    assert_int_equal(chdir("/"), 0);
    (void)snprintf(command, sizeof command, "chmod -R u+rwx %s && rm -rf %s", folder, folder);
    assert_int_equal(system(command), 0);
}

/* ---- The tree that every test has: leaf i is its number and nothing else ---- */

static void make_leaf(uint64_t index, uint8_t out[32])
{
    memset(out, 0xa5, 32);
    memcpy(out, &index, sizeof index);
}

static void append_to(struct fws_nodes *nodes, uint64_t size)
{
    uint8_t leaf[32];

    while (nodes->size < size) {
        make_leaf(nodes->size, leaf);
        assert_status(fws_nodes_append(nodes, leaf, &err), FWS_OK);
    }
}

static void root_of(uint64_t size, uint8_t out[32])
{
    struct fws_range range = {0};
    uint8_t leaf[32];

    for (uint64_t i = 0; i < size; i++) {
        make_leaf(i, leaf);
        assert_status(fws_range_append(&range, &hasher, leaf, &err), FWS_OK);
    }
    assert_status(fws_range_root(&range, &hasher, out, &err), FWS_OK);
}

static void open_nodes(struct fws_nodes *nodes, bool writable)
{
    assert_status(fws_nodes_open(nodes, audit_dir, &hasher, writable, &err), FWS_OK);
    assert_int_equal(nodes->size, 0);
}

static void save_tree(uint64_t size)
{
    struct fws_nodes nodes;

    open_nodes(&nodes, true);
    append_to(&nodes, size);
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    fws_nodes_close(&nodes);
}

/* What a new object says of the files. */
static enum fws_status trusted(uint64_t size, bool writable)
{
    struct fws_nodes nodes;
    uint8_t root[32];

    root_of(size, root);
    open_nodes(&nodes, writable);
    enum fws_status status = fws_nodes_trust(&nodes, size, root, &err);

    assert_int_equal(nodes.size, status == FWS_OK ? size : 0);
    fws_nodes_close(&nodes);
    return status;
}

static bool proves(struct fws_nodes *nodes, uint64_t index)
{
    struct fws_tree tree = fws_nodes_tree(nodes);
    uint8_t hashes[FWS_TREE_PROOF_MAX][32];
    uint8_t leaf[32];
    uint8_t root[32];
    size_t count;

    make_leaf(index, leaf);
    assert_status(fws_tree_root(&tree, nodes->size, root, &err), FWS_OK);
    return fws_tree_prove_inclusion(&tree, index, nodes->size, hashes, &count, &err) == FWS_OK &&
           fws_proof_check_inclusion(&hasher, leaf, index, nodes->size,
                                     (const uint8_t(*)[32])hashes, count, root, &err) == FWS_OK;
}

/* Both ends of every 256, and one between. */
static void assert_proves_all(struct fws_nodes *nodes)
{
    static const uint64_t places[] = {0, 100, 255};

    for (uint64_t first = 0; first < nodes->size; first += 256) {
        for (size_t i = 0; i < 3; i++) {
            uint64_t index = first + places[i];

            assert_true(index >= nodes->size || proves(nodes, index));
        }
    }
    assert_true(proves(nodes, nodes->size - 1));
}

static off_t size_of(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? info.st_size : -1;
}

/* ---- Trees in memory and in files ---- */

TEST(a_tree_in_memory_has_the_root_of_the_definition_at_every_size)
{
    struct fws_range range = {0};
    struct fws_nodes nodes;
    struct fws_tree tree;
    uint8_t leaf[32];
    uint8_t expected[32];
    uint8_t root[32];

    enter();
    open_nodes(&nodes, false);
    tree = fws_nodes_tree(&nodes);
    for (uint64_t i = 0; i < 1100; i++) {
        make_leaf(i, leaf);
        assert_status(fws_range_append(&range, &hasher, leaf, &err), FWS_OK);
        append_to(&nodes, i + 1);
        assert_status(fws_range_root(&range, &hasher, expected, &err), FWS_OK);
        assert_status(fws_tree_root(&tree, i + 1, root, &err), FWS_OK);
        assert_memory_equal(root, expected, 32);
    }
    assert_proves_all(&nodes);
    fws_nodes_close(&nodes);
    leave();
}

TEST(a_tree_that_was_saved_is_trusted_again_and_proves_the_same)
{
    struct fws_nodes nodes;
    uint8_t root[32];

    enter();
    save_tree(ALL);
    assert_int_equal(size_of(FILE_0), 32 * ALL);
    assert_int_equal(size_of(FILE_1), 32 * (ALL / 256));
    assert_int_equal(size_of(FILE_2), 32 * (ALL / 65536));
    assert_int_equal(size_of("derived/tree/3"), -1);
    root_of(ALL, root);
    open_nodes(&nodes, false);
    assert_status(fws_nodes_trust(&nodes, ALL, root, &err), FWS_OK);
    assert_proves_all(&nodes);
    fws_nodes_close(&nodes);
    leave();
}

TEST(files_and_folders_are_closed_to_others)
{
    struct stat info;
    mode_t before = umask(0);

    enter();
    save_tree(1);
    (void)umask(before);
    assert_int_equal(stat("derived", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0750);
    assert_int_equal(stat("derived/tree", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0750);
    assert_int_equal(stat(FILE_0, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    leave();
}

TEST(the_files_serve_every_smaller_tree_as_well)
{
    static const uint64_t sizes[] = {0,   1,   2,   255,  256,   257,   511,   512,
                                     513, 767, 768, 4096, 65535, 65536, 65537, ALL};

    enter();
    save_tree(ALL);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_status(trusted(sizes[i], false), FWS_OK);
    }
    assert_status(trusted(ALL + 1, false), FWS_E_PROOF);
    leave();
}

/* Saved in steps that end at each place of a 256, by objects that trust the one before. */
TEST(a_tree_saved_step_by_step_is_the_same_as_one_saved_at_once)
{
    struct fws_nodes nodes;
    uint8_t root[32];

    enter();
    for (uint64_t size = 0; size < 2000; size += 1 + size % 97) {
        root_of(size, root);
        open_nodes(&nodes, true);
        assert_status(fws_nodes_trust(&nodes, size, root, &err), FWS_OK);
        append_to(&nodes, size + 1 + size % 97);
        assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
        assert_proves_all(&nodes);
        fws_nodes_close(&nodes);
    }
    leave();
}

TEST(memory_stays_bounded_when_a_hundred_thousand_leaves_are_saved_now_and_then)
{
    struct fws_nodes nodes;
    uint8_t expected[32];
    uint8_t root[32];
    struct fws_tree tree;

    enter();
    open_nodes(&nodes, true);
    tree = fws_nodes_tree(&nodes);
    while (nodes.size < 100000) {
        append_to(&nodes, nodes.size + 1000);
        for (unsigned t = 0; t < FWS_NODES_FILES; t++) {
            assert_true(nodes.memory[t].size <= 32 * 1256);
            assert_true(nodes.memory[t].capacity <= 4 * 32 * 1256);
        }
        assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    }
    root_of(100000, expected);
    assert_status(fws_tree_root(&tree, 100000, root, &err), FWS_OK);
    assert_memory_equal(root, expected, 32);
    assert_proves_all(&nodes);
    fws_nodes_close(&nodes);
    assert_status(trusted(100000, false), FWS_OK);
    leave();
}

TEST(saving_writes_only_what_is_new)
{
    struct fws_nodes nodes;
    uint8_t byte = 0;
    int fd;

    enter();
    open_nodes(&nodes, true);
    append_to(&nodes, 600);
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    fd = open(FILE_0, O_RDWR | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "X", 1, 32 * 599), 1);
    append_to(&nodes, 601);
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    assert_int_equal(pread(fd, &byte, 1, 32 * 599), 1);
    assert_int_equal(byte, 'X');
    (void)close(fd);
    assert_int_equal(size_of(FILE_0), 32 * 601);
    fws_nodes_close(&nodes);
    leave();
}

TEST(two_objects_may_save_the_same_tree_at_once)
{
    struct fws_nodes one;
    struct fws_nodes two;

    enter();
    open_nodes(&one, true);
    open_nodes(&two, true);
    append_to(&one, 300);
    append_to(&two, 500);
    assert_status(fws_nodes_save(&two, &err), FWS_OK);
    assert_status(fws_nodes_save(&one, &err), FWS_OK);
    append_to(&one, 700);
    append_to(&two, 900);
    assert_status(fws_nodes_save(&one, &err), FWS_OK);
    assert_status(fws_nodes_save(&two, &err), FWS_OK);
    assert_proves_all(&one);
    assert_proves_all(&two);
    fws_nodes_close(&one);
    fws_nodes_close(&two);
    assert_status(trusted(900, false), FWS_OK);
    assert_status(trusted(700, false), FWS_OK);
    leave();
}

TEST(an_object_finds_the_files_that_another_made_since)
{
    struct fws_nodes reader;
    uint8_t root[32];

    enter();
    save_tree(10);
    open_nodes(&reader, false);
    save_tree(256);
    root_of(256, root);
    assert_status(fws_nodes_trust(&reader, 256, root, &err), FWS_OK);
    assert_proves_all(&reader);
    fws_nodes_close(&reader);
    leave();
}

TEST(nodes_that_are_not_whole_are_not_found)
{
    struct fws_nodes nodes;
    uint8_t hash[32];

    enter();
    open_nodes(&nodes, false);
    append_to(&nodes, 5);
    struct fws_tree tree = fws_nodes_tree(&nodes);

    assert_status(tree.node(tree.context, 2, 0, hash, &err), FWS_OK);
    assert_status(tree.node(tree.context, 2, 1, hash, &err), FWS_E_NOT_FOUND);
    assert_status(tree.node(tree.context, 0, 5, hash, &err), FWS_E_NOT_FOUND);
    assert_status(tree.node(tree.context, 0, UINT64_MAX, hash, &err), FWS_E_NOT_FOUND);
    assert_status(tree.node(tree.context, 3, 0, hash, &err), FWS_E_NOT_FOUND);
    assert_status(tree.node(tree.context, 64, 0, hash, &err), FWS_E_NOT_FOUND);
    fws_nodes_close(&nodes);
    leave();
}

/* ---- The root and what is appended depend on no file once it is trusted ---- */

TEST(files_changed_after_they_were_trusted_change_no_root)
{
    struct fws_nodes nodes;
    struct fws_tree tree;
    uint8_t expected[32];
    uint8_t root[32];

    enter();
    save_tree(ALL);
    root_of(ALL, root);
    root_of(ALL + 5000, expected);
    open_nodes(&nodes, true);
    assert_status(fws_nodes_trust(&nodes, ALL, root, &err), FWS_OK);
    assert_int_equal(truncate(FILE_0, 0) | truncate(FILE_1, 0) | truncate(FILE_2, 0), 0);
    append_to(&nodes, ALL + 5000);
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    tree = fws_nodes_tree(&nodes);
    assert_status(fws_tree_root(&tree, ALL + 5000, root, &err), FWS_OK);
    assert_memory_equal(root, expected, 32);
    assert_status(tree.node(tree.context, 0, 3, root, &err), FWS_OK); /* a hole */
    assert_false(proves(&nodes, 3));
    assert_int_equal(truncate(FILE_0, 32 * 3 + 31), 0);
    assert_status(tree.node(tree.context, 0, 3, root, &err), FWS_E_PROOF);
    assert_false(proves(&nodes, 3));
    fws_nodes_close(&nodes);
    leave();
}

TEST(a_file_that_cannot_be_read_is_none_of_the_tree)
{
    struct fws_nodes nodes;
    uint8_t root[32];
    int unreadable;

    enter();
    save_tree(1000);
    root_of(1000, root);
    open_nodes(&nodes, false);
    unreadable = open(FILE_0, O_WRONLY | O_CLOEXEC);
    assert_true(dup2(unreadable, nodes.files[0] - 1) >= 0);
    (void)close(unreadable);
    assert_status(fws_nodes_trust(&nodes, 1000, root, &err), FWS_E_PROOF);
    assert_int_equal(nodes.size, 0);
    fws_nodes_close(&nodes);
    leave();
}

/* ---- Damage: the files of another tree, at worst; and mended by what is saved next ---- */

/* Nothing is trusted; a writer makes all anew. */
static void assert_made_anew(void)
{
    assert_status(trusted(1000, false), FWS_E_PROOF);
    assert_status(trusted(1000, true), FWS_E_PROOF);
    save_tree(1000);
    assert_status(trusted(1000, false), FWS_OK);
}

TEST(a_missing_folder_is_made_by_who_writes_only)
{
    enter();
    assert_status(trusted(0, false), FWS_OK);
    assert_status(trusted(1000, false), FWS_E_PROOF);
    assert_int_equal(access("derived", F_OK), -1);
    assert_made_anew();
    leave();
}

TEST(a_missing_or_short_file_is_none_of_the_tree)
{
    enter();
    save_tree(1000);
    assert_int_equal(unlink(FILE_0), 0);
    assert_made_anew();
    assert_int_equal(unlink(FILE_1), 0);
    assert_made_anew();
    assert_int_equal(truncate(FILE_0, 32 * 1000 - 1), 0);
    assert_made_anew();
    assert_int_equal(truncate(FILE_1, 0), 0);
    assert_made_anew();
    leave();
}

TEST(a_file_of_zeros_is_none_of_the_tree)
{
    enter();
    save_tree(1000);
    assert_int_equal(truncate(FILE_0, 0) | truncate(FILE_0, 32 * 1000), 0);
    assert_made_anew();
    assert_int_equal(truncate(FILE_1, 0) | truncate(FILE_1, 1 << 20), 0);
    assert_made_anew();
    leave();
}

TEST(every_bit_the_root_is_made_of_is_checked)
{
    enter();
    save_tree(300);
    for (off_t at = 32 * 256; at < 32 * 300; at += 7) {
        int fd = open(FILE_0, O_RDWR | O_CLOEXEC);
        uint8_t byte;

        assert_int_equal(pread(fd, &byte, 1, at), 1);
        byte ^= (uint8_t)(1u << (at % 8));
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        assert_status(trusted(300, false), FWS_E_PROOF);
        byte ^= (uint8_t)(1u << (at % 8));
        assert_int_equal(pwrite(fd, &byte, 1, at), 1);
        (void)close(fd);
    }
    assert_status(trusted(300, false), FWS_OK);
    leave();
}

TEST(the_files_of_another_tree_are_replaced)
{
    struct fws_nodes nodes;
    uint8_t leaf[32] = {1};

    enter();
    open_nodes(&nodes, true);
    for (int i = 0; i < 3000; i++) {
        assert_status(fws_nodes_append(&nodes, leaf, &err), FWS_OK);
    }
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    fws_nodes_close(&nodes);
    assert_made_anew();
    leave();
}

/* After a tree was refused the same object appends and saves all of it. */
TEST(an_object_that_refused_the_files_replaces_them)
{
    struct fws_nodes nodes;
    uint8_t root[32] = {0};

    enter();
    save_tree(1000);
    assert_int_equal(truncate(FILE_0, 0) | truncate(FILE_0, 32 * 1000), 0);
    open_nodes(&nodes, true);
    append_to(&nodes, 10);
    assert_status(fws_nodes_trust(&nodes, 1000, root, &err), FWS_E_PROOF);
    assert_int_equal(nodes.size, 0);
    append_to(&nodes, 1000);
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    assert_proves_all(&nodes);
    fws_nodes_close(&nodes);
    assert_status(trusted(1000, false), FWS_OK);
    leave();
}

/* The root does not read them: a proof made of them is wrong, and checking it says so. */
TEST(a_lost_node_beside_the_roots_path_makes_a_proof_that_does_not_hold)
{
    struct fws_nodes nodes;
    uint8_t zeros[32] = {0};
    uint8_t root[32];
    int fd;

    enter();
    save_tree(1000);
    fd = open(FILE_0, O_RDWR | O_CLOEXEC);
    assert_int_equal(pwrite(fd, zeros, 32, 32 * 5), 32);
    (void)close(fd);
    root_of(1000, root);
    open_nodes(&nodes, false);
    assert_status(fws_nodes_trust(&nodes, 1000, root, &err), FWS_OK);
    assert_false(proves(&nodes, 4));
    assert_true(proves(&nodes, 300));
    fws_nodes_close(&nodes);
    leave();
}

/* ---- What is no file ---- */

static enum fws_status save_over(void)
{
    struct fws_nodes nodes;

    open_nodes(&nodes, true);
    append_to(&nodes, 1000);
    enum fws_status status = fws_nodes_save(&nodes, &err);

    assert_int_equal(nodes.size, 1000);
    assert_true(proves(&nodes, 999) && (status == FWS_OK || proves(&nodes, 0)));
    fws_nodes_close(&nodes);
    return status;
}

static void assert_no_file(const char *path)
{
    struct fws_nodes nodes;
    unsigned t = (unsigned)(path[strlen(path) - 1] - '0');

    open_nodes(&nodes, false);
    assert_int_equal(nodes.files[t], 0);
    fws_nodes_close(&nodes);
    assert_status(trusted(1000, false), FWS_E_PROOF);
    assert_status(trusted(1000, true), FWS_E_PROOF);
    assert_status(save_over(), FWS_E_IO);
    assert_non_null(strstr(err.text, path));
    assert_int_equal(remove(path), 0);
    assert_status(save_over(), FWS_OK);
    assert_status(trusted(1000, false), FWS_OK);
}

TEST(a_directory_in_place_of_a_file_is_not_there)
{
    enter();
    save_tree(1000);
    assert_int_equal(unlink(FILE_0) | mkdir(FILE_0, 0700), 0);
    assert_no_file(FILE_0);
    assert_int_equal(unlink(FILE_1) | mkdir(FILE_1, 0700), 0);
    assert_no_file(FILE_1);
    leave();
}

TEST(a_fifo_in_place_of_a_file_is_not_there)
{
    enter();
    save_tree(1000);
    assert_int_equal(unlink(FILE_0) | mkfifo(FILE_0, 0600), 0);
    assert_no_file(FILE_0);
    leave();
}

TEST(no_link_of_either_kind_leads_a_write_to_another_file)
{
    enter();
    save_tree(1000);
    assert_int_equal(rename(FILE_0, "segment"), 0);
    assert_int_equal(symlink("../../segment", FILE_0), 0);
    assert_no_file(FILE_0);
    assert_int_equal(truncate("segment", 5), 0);
    assert_int_equal(unlink(FILE_0) | link("segment", FILE_0), 0);
    assert_no_file(FILE_0);
    assert_int_equal(size_of("segment"), 5);
    assert_int_equal(unlink(FILE_0) | symlink("../../nothing", FILE_0), 0);
    assert_no_file(FILE_0);
    assert_int_equal(size_of("nothing"), -1);
    leave();
}

static void assert_no_folder(const char *path)
{
    assert_status(trusted(1000, false), FWS_E_PROOF);
    assert_status(trusted(1000, true), FWS_E_PROOF);
    assert_status(save_over(), FWS_E_IO);
    assert_non_null(strstr(err.text, "no folder"));
    assert_int_equal(remove(path), 0);
}

TEST(what_is_no_folder_is_not_there)
{
    enter();
    save_tree(1000);
    assert_int_equal(rename("derived/tree", "elsewhere"), 0);
    assert_int_equal(symlink("../elsewhere", "derived/tree"), 0);
    assert_no_folder("derived/tree");
    assert_int_equal(mkfifo("derived/tree", 0600), 0);
    assert_no_folder("derived/tree");
    assert_int_equal(rename("derived", "aside"), 0);
    assert_int_equal(symlink("aside", "derived"), 0);
    assert_no_folder("derived");
    assert_int_equal(size_of("elsewhere/0"), 32000);
    leave();
}

TEST(what_may_not_be_opened_is_not_there)
{
    if (geteuid() == 0) {
        skip(); /* root may open everything */
    }
    enter();
    save_tree(1000);
    assert_int_equal(chmod(FILE_0, 0), 0);
    assert_status(trusted(1000, false), FWS_E_PROOF);
    assert_status(save_over(), FWS_E_IO);
    assert_int_equal(chmod(FILE_0, 0400), 0);
    assert_status(trusted(1000, false), FWS_OK);
    assert_status(trusted(1000, true), FWS_E_PROOF);
    assert_status(save_over(), FWS_E_IO);
    assert_int_equal(chmod(FILE_0, 0600) | chmod("derived/tree", 0), 0);
    assert_status(trusted(1000, false), FWS_E_PROOF);
    assert_status(save_over(), FWS_E_IO);
    leave();
}

/* ---- Malfunctions ---- */

/* The limit leaves descriptors for what is before the one that fails. */
TEST(no_descriptor_left_is_an_error_that_leaves_nothing_open)
{
    struct rlimit before;
    struct rlimit less;
    int last;

    enter();
    save_tree(1000);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    last = dup(audit_dir);
    (void)close(last);
    for (rlim_t more = 0; more < 5; more++) {
        struct fws_nodes nodes;

        less = before;
        less.rlim_cur = (rlim_t)last + more;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
        enum fws_status status = fws_nodes_open(&nodes, audit_dir, &hasher, true, &err);

        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_status(status, more == 4 ? FWS_OK : FWS_E_IO);
        if (status == FWS_OK) {
            fws_nodes_close(&nodes);
        }
        assert_int_equal(dup(audit_dir), last);
        (void)close(last);
    }
    leave();
}

TEST(a_full_disk_loses_nothing_but_the_files)
{
    struct fws_nodes nodes;
    struct rlimit before;
    struct rlimit less;

    enter();
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    less = before;
    less.rlim_cur = 10001; /* a write is cut short, the next one fails */
    open_nodes(&nodes, true);
    append_to(&nodes, 1000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
    assert_status(fws_nodes_save(&nodes, &err), FWS_E_IO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(size_of(FILE_0), 10001);
    assert_proves_all(&nodes);
    append_to(&nodes, 1300);
    assert_status(fws_nodes_save(&nodes, &err), FWS_OK);
    assert_proves_all(&nodes);
    fws_nodes_close(&nodes);
    assert_status(trusted(1300, false), FWS_OK);
    leave();
}

TEST(what_is_only_read_is_never_saved)
{
    struct fws_nodes nodes;

    enter();
    open_nodes(&nodes, false);
    append_to(&nodes, 3);
    assert_status(fws_nodes_save(&nodes, &err), FWS_E_INTERNAL);
    fws_nodes_close(&nodes);
    assert_int_equal(access("derived", F_OK), -1);
    leave();
}

TEST(a_tree_beyond_the_largest_is_not_trusted)
{
    struct fws_nodes nodes;
    uint8_t root[32] = {0};

    enter();
    save_tree(3);
    open_nodes(&nodes, true);
    for (unsigned bit = 32; bit < 64; bit++) {
        assert_status(fws_nodes_trust(&nodes, UINT64_C(1) << bit, root, &err), FWS_E_PROOF);
        assert_status(fws_nodes_trust(&nodes, (UINT64_C(1) << bit) - 1, root, &err), FWS_E_PROOF);
        assert_int_equal(nodes.size, 0);
    }
    assert_status(fws_nodes_trust(&nodes, UINT64_MAX, root, &err), FWS_E_PROOF);
    fws_nodes_close(&nodes);
    leave();
}

TEST(nodes_may_be_closed_twice)
{
    struct fws_nodes nodes = {0};

    fws_nodes_close(&nodes);
    enter();
    open_nodes(&nodes, true);
    append_to(&nodes, 3);
    fws_nodes_close(&nodes);
    fws_nodes_close(&nodes);
    assert_null(nodes.memory[0].data);
    leave();
    fws_hasher_close(&hasher);
}

TEST_MAIN("audit/nodes")
