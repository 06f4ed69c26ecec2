/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/tiles.h"
#include "tests/unit/test.h"

static struct fws_error err;
static char folder[64];

static void enter(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/fwsign-tiles-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
}

static void leave(void)
{
    char command[96];

    assert_int_equal(chdir("/"), 0);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* ---- Paths ---- */

TEST(a_tile_is_where_the_specification_says)
{
    static const struct {
        unsigned level;
        uint64_t index;
        unsigned width;
        const char *path;
    } cases[] = {
        {0, 0, 256, "tile/0/000"},
        {0, 999, 256, "tile/0/999"},
        {0, 1000, 256, "tile/0/x001/000"},
        {0, 1234067, 256, "tile/0/x001/x234/067"}, /* the specification's example */
        {1, 1234067, 255, "tile/1/x001/x234/067.p/255"},
        {63, 7, 1, "tile/63/007.p/1"},
        {FWS_TILE_ENTRIES, 0, 12, "tile/entries/000.p/12"},
        {FWS_TILE_ENTRIES, 1000000, 256, "tile/entries/x001/x000/000"},
        {FWS_TILE_ENTRIES, UINT64_MAX, 255, "tile/entries/x018/x446/x744/x073/x709/x551/615.p/255"},
    };
    char path[FWS_TILE_PATH_SIZE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(fws_tile_path(cases[i].level, cases[i].index, cases[i].width, path),
                            cases[i].path);
    }
}

/* ---- Bundles ---- */

TEST(a_bundle_has_each_entry_behind_its_length_in_two_bytes)
{
    static const uint8_t expected[] = {0, 3, 'a', 'b', 'c', 0, 0, 1, 2};
    FWS_AUTO(fws_buf) bundle = {0};
    char line[258];

    memset(line, 'x', sizeof line);
    assert_status(fws_tile_bundle(&bundle, "abc", 3, &err), FWS_OK);
    assert_status(fws_tile_bundle(&bundle, "", 0, &err), FWS_OK);
    assert_status(fws_tile_bundle(&bundle, line, sizeof line, &err), FWS_OK);
    assert_int_equal(bundle.size, 5 + 2 + 260);
    assert_memory_equal(bundle.data, expected, sizeof expected);
    assert_memory_equal(bundle.data + sizeof expected, line, sizeof line);
}

TEST(an_entry_whose_length_has_more_than_two_bytes_is_refused)
{
    FWS_AUTO(fws_buf) bundle = {0};
    char *line = calloc(1, FWS_TILE_ENTRY_MAX + 1);

    assert_non_null(line);
    assert_status(fws_tile_bundle(&bundle, line, FWS_TILE_ENTRY_MAX + 1, &err), FWS_E_TOO_LARGE);
    assert_int_equal(bundle.size, 0);
    assert_status(fws_tile_bundle(&bundle, line, FWS_TILE_ENTRY_MAX, &err), FWS_OK);
    assert_int_equal(bundle.data[0], 0xff);
    assert_int_equal(bundle.data[1], 0xff);
    free(line);
}

/* ---- Files ---- */

static struct fws_buf load(const char *path)
{
    struct fws_buf content = {0};

    assert_status(fws_tile_load(".", path, 1 << 20, &content, &err), FWS_OK);
    return content;
}

static void assert_content(const char *path, const char *expected)
{
    FWS_AUTO(fws_buf) content = load(path);

    assert_int_equal(content.size, strlen(expected));
    assert_memory_equal(content.data, expected, content.size);
}

static ino_t inode_of(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_ino;
}

TEST(folders_are_made_down_to_the_file_from_the_one_named_on)
{
    struct stat info;
    mode_t before = umask(0);

    enter();
    assert_status(fws_tile_save("out", "tile/0/x001/000.p/3", "abc", 3, &err), FWS_OK);
    assert_content("out/tile/0/x001/000.p/3", "abc");
    assert_status(fws_tile_save(".", "tile/0/001", "d", 1, &err), FWS_OK);
    assert_content("tile/0/001", "d");
    assert_status(fws_tile_save("here/", "checkpoint", "e", 1, &err), FWS_OK);
    assert_content("here/checkpoint", "e");
    (void)umask(before);
    assert_int_equal(stat("out/tile/0", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0755);
    assert_int_equal(stat("here/checkpoint", &info), 0);
    assert_int_equal(info.st_mode & 07777, 0644);
    leave();
}

TEST(a_file_that_is_the_same_is_left_and_another_one_replaced)
{
    ino_t first;

    enter();
    assert_status(fws_tile_save("out", "tile/0/000", "abc", 3, &err), FWS_OK);
    first = inode_of("out/tile/0/000");
    assert_status(fws_tile_save("out", "tile/0/000", "abc", 3, &err), FWS_OK);
    assert_int_equal(inode_of("out/tile/0/000"), first);
    assert_status(fws_tile_save("out", "tile/0/000", "abd", 3, &err), FWS_OK);
    assert_content("out/tile/0/000", "abd");
    assert_status(fws_tile_save("out", "tile/0/000", "abde", 4, &err), FWS_OK);
    assert_content("out/tile/0/000", "abde");
    assert_status(fws_tile_save("out", "tile/0/000", "ab", 2, &err), FWS_OK);
    assert_content("out/tile/0/000", "ab");
    leave();
}

TEST(what_is_no_regular_file_is_neither_read_nor_replaced)
{
    FWS_AUTO(fws_buf) content = {0};
    int next = dup(STDERR_FILENO);

    (void)close(next);
    enter();
    assert_int_equal(mkdir("d", 0700) | mkfifo("f", 0600) | symlink("other", "l"), 0);
    assert_status(fws_tile_save(".", "other", "abc", 3, &err), FWS_OK);
    for (const char *const *name = (const char *const[]){"d", "f", "l", NULL}; *name; name++) {
        assert_status(fws_tile_load(".", *name, 100, &content, &err), FWS_E_IO);
        assert_status(fws_tile_save(".", *name, "abc", 3, &err), FWS_E_EXISTS);
    }
    assert_status(fws_tile_load(".", "none", 100, &content, &err), FWS_E_NOT_FOUND);
    assert_status(fws_tile_load(".", "other", 2, &content, &err), FWS_E_TOO_LARGE);
    assert_int_equal(dup(STDERR_FILENO), next); /* all are closed */
    (void)close(next);
    leave();
}

/* ---- The tiles of a tree: entry i is its number in as many bytes as i % 50 says ---- */

static size_t make_line(uint64_t index, char line[64])
{
    memset(line, 'x', 64);
    (void)snprintf(line, 64, "%llu", (unsigned long long)index);
    return 8 + index % 50;
}

static void add_to(struct fws_tiles *tiles, uint64_t size)
{
    char line[64];

    while (tiles->size < size) {
        assert_status(fws_tiles_add(tiles, line, make_line(tiles->size, line), &err), FWS_OK);
    }
}

static void root_of(uint64_t size, uint8_t out[32])
{
    struct fws_range range = {0};
    struct fws_hasher hasher;
    char line[64];

    assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    for (uint64_t i = 0; i < size; i++) {
        assert_status(fws_hash_leaf(&hasher, line, make_line(i, line), out, &err), FWS_OK);
        assert_status(fws_range_append(&range, &hasher, out, &err), FWS_OK);
    }
    assert_status(fws_range_root(&range, &hasher, out, &err), FWS_OK);
    fws_hasher_close(&hasher);
}

static void write_tiles(uint64_t size)
{
    struct fws_tiles tiles;
    uint8_t expected[32];
    uint8_t root[32];

    assert_status(fws_tiles_open(&tiles, ".", &err), FWS_OK);
    add_to(&tiles, size);
    assert_status(fws_tiles_root(&tiles, root, &err), FWS_OK);
    assert_status(fws_tiles_finish(&tiles, &err), FWS_OK);
    fws_tiles_close(&tiles);
    root_of(size, expected);
    assert_memory_equal(root, expected, 32);
}

static bool is_file(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static unsigned count_files(const char *pattern)
{
    char command[128];
    unsigned count = 0;

    (void)snprintf(command, sizeof command, "find tile -type f -path '%s' | wc -l", pattern);
    FILE *found = popen(command, "r");

    assert_non_null(found);
    assert_int_equal(fscanf(found, "%u", &count), 1);
    (void)pclose(found);
    return count;
}

TEST(the_root_of_the_tiles_is_that_of_the_definition_and_nothing_is_written_for_it)
{
    struct fws_tiles tiles;
    uint8_t expected[32];
    uint8_t root[32];

    enter();
    assert_status(fws_tiles_open(&tiles, NULL, &err), FWS_OK);
    for (uint64_t size = 0; size < 1100; size++) {
        add_to(&tiles, size);
        root_of(size, expected);
        assert_status(fws_tiles_root(&tiles, root, &err), FWS_OK);
        assert_memory_equal(root, expected, 32);
    }
    assert_status(fws_tiles_finish(&tiles, &err), FWS_OK);
    assert_int_equal(tiles.bundle.size, 0);
    fws_tiles_close(&tiles);
    fws_tiles_close(&tiles);
    assert_int_equal(rmdir(folder), 0); /* it is empty */
    assert_int_equal(chdir("/"), 0);
}

/* "273 full level 0 tiles, one partial level 0 tile of width 112, one full level 1 tile, one partial
 * level 1 tile of width 17, and one partial level 2 tile of width 1" */
TEST(a_tree_of_70000_has_the_tiles_that_the_specification_counts)
{
    enter();
    write_tiles(70000);
    assert_int_equal(count_files("tile/0/???"), 273);
    assert_int_equal(count_files("tile/entries/???"), 273);
    assert_true(is_file("tile/0/273.p/112"));
    assert_true(is_file("tile/entries/273.p/112"));
    assert_true(is_file("tile/1/000"));
    assert_true(is_file("tile/1/001.p/17"));
    assert_true(is_file("tile/2/000.p/1"));
    assert_int_equal(count_files("*"), 2 * 274 + 3);
    leave();
}

TEST(a_tree_of_256_has_a_full_tile_and_one_node_above)
{
    enter();
    write_tiles(256);
    assert_true(is_file("tile/0/000"));
    assert_true(is_file("tile/entries/000"));
    assert_true(is_file("tile/1/000.p/1"));
    assert_int_equal(count_files("*"), 3);
    leave();
}

TEST(the_empty_tree_has_no_tiles)
{
    enter();
    write_tiles(0);
    assert_int_equal(access("tile", F_OK), -1);
    leave();
}

/* As a monitor would: entries out of bundles, their hashes in tiles, those of tiles above. */
TEST(tiles_hold_the_hashes_of_the_entries_and_of_the_tiles_below)
{
    struct fws_hasher hasher;
    char line[64];
    char path[FWS_TILE_PATH_SIZE];
    uint8_t hash[32];

    enter();
    write_tiles(600);
    assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    FWS_AUTO(fws_buf) above = load("tile/1/000.p/2");

    for (uint64_t index = 0; index < 3; index++) {
        unsigned width = index == 2 ? 88 : 256;
        FWS_AUTO(fws_buf) tile = load(fws_tile_path(0, index, width, path));
        FWS_AUTO(fws_buf) bundle = load(fws_tile_path(FWS_TILE_ENTRIES, index, width, path));
        const uint8_t *at = bundle.data;

        assert_int_equal(tile.size, 32 * width);
        for (unsigned i = 0; i < width; i++) {
            size_t size = make_line(256 * index + i, line);

            assert_int_equal(at[0], 0);
            assert_int_equal(at[1], size);
            assert_memory_equal(at + 2, line, size);
            assert_status(fws_hash_leaf(&hasher, line, size, hash, &err), FWS_OK);
            assert_memory_equal(tile.data + 32 * i, hash, 32);
            at += 2 + size;
        }
        assert_ptr_equal(at, bundle.data + bundle.size);
        if (width == 256) {
            assert_status(fws_hash_fold(&hasher, (uint8_t(*)[32])tile.data, 256, &err), FWS_OK);
            assert_memory_equal(above.data + 32 * index, tile.data, 32);
        }
    }
    assert_int_equal(above.size, 64);
    fws_hasher_close(&hasher);
    leave();
}

TEST(a_larger_tree_leaves_the_full_tiles_of_the_smaller_one)
{
    ino_t tile;
    ino_t bundle;

    enter();
    write_tiles(300);
    tile = inode_of("tile/0/000");
    bundle = inode_of("tile/entries/000");
    write_tiles(600);
    assert_int_equal(inode_of("tile/0/000"), tile);
    assert_int_equal(inode_of("tile/entries/000"), bundle);
    assert_true(is_file("tile/0/001.p/44")); /* of a checkpoint that somebody may still ask about */
    assert_true(is_file("tile/0/001"));
    leave();
}

TEST(a_file_that_cannot_be_written_ends_it)
{
    struct fws_tiles tiles;
    char line[64];

    enter();
    assert_int_equal(
        mkdir("tile", 0700) | mkdir("tile/entries", 0700) | mkdir("tile/entries/000", 0700), 0);
    assert_status(fws_tiles_open(&tiles, ".", &err), FWS_OK);
    add_to(&tiles, 255);
    assert_status(fws_tiles_add(&tiles, line, make_line(255, line), &err), FWS_E_EXISTS);
    fws_tiles_close(&tiles);
    leave();
}

TEST_MAIN("audit/tile_files")
