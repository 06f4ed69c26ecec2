/* SPDX-License-Identifier: Apache-2.0 */
/* Tiles of whole logs. The log is the working folder, the tiles are beside it. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/tree.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define TILES     "../tiles"
#define PUBLISHED TILES "/checkpoint"

static struct fws_error err;

static enum fws_status publish(void)
{
    return fws_audit_tiles(".", TILES, &test_key.trust, &err);
}

static struct fws_checkpoint checkpoint_in(const char *path)
{
    FWS_AUTO(fws_buf) note = read_all(path);
    struct fws_checkpoint checkpoint;

    assert_status(fws_checkpoint_open(note.data, note.size, &test_key.trust, &checkpoint, &err),
                  FWS_OK);
    return checkpoint;
}

static void run(const char *command)
{
    assert_int_equal(system(command), 0);
}

static void assert_same_file(const char *a, const char *b)
{
    FWS_AUTO(fws_buf) one = read_all(a);
    FWS_AUTO(fws_buf) other = read_all(b);

    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
}

/* Refused, and neither a file nor a folder of the tiles has changed. */
static void assert_refused(enum fws_status expected)
{
    run("ls -lR --time-style=full-iso " TILES " > ../before 2>&1; true");
    assert_status(publish(), expected);
    run("ls -lR --time-style=full-iso " TILES " > ../after 2>&1; true");
    assert_same_file("../before", "../after");
}

static void edit_body(struct fws_line *line)
{
    line->data = "{\"key\":\"another\"}";
    line->data_size = strlen(line->data);
}

/* ---- What is published ---- */

TEST(the_tiles_of_a_log_hold_its_lines_and_give_its_root)
{
    struct fws_hasher hasher;
    struct fws_range range = {0};
    uint8_t root[32];

    make_log(70);
    assert_status(publish(), FWS_OK);
    assert_same_file("checkpoint", PUBLISHED);
    struct fws_checkpoint checkpoint = checkpoint_in(PUBLISHED);
    FWS_AUTO(fws_buf) lines = read_all(SEGMENT_0);
    FWS_AUTO(fws_buf) bundle = read_all(TILES "/tile/entries/000.p/70");
    FWS_AUTO(fws_buf) tile = read_all(TILES "/tile/0/000.p/70");
    const uint8_t *at = bundle.data;

    assert_int_equal(checkpoint.size, 70);
    assert_int_equal(tile.size, 32 * 70);
    assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    for (size_t i = 0; i < 70; i++) {
        size_t size = line_size(&lines, i);

        assert_int_equal((size_t)at[0] << 8 | at[1], size);
        assert_memory_equal(at + 2, lines.data + line_start(&lines, i), size);
        assert_status(fws_range_append(&range, &hasher, tile.data + 32 * i, &err), FWS_OK);
        at += 2 + size;
    }
    assert_ptr_equal(at, bundle.data + bundle.size);
    assert_status(fws_range_root(&range, &hasher, root, &err), FWS_OK);
    assert_memory_equal(root, checkpoint.root, 32);
    fws_hasher_close(&hasher);
    remove_log();
}

TEST(what_the_checkpoint_does_not_cover_is_not_published)
{
    make_log(5);
    run("cp checkpoint ../old");
    assert_status(append_once("test.entry", BODY), FWS_OK);
    run("cp ../old checkpoint");
    assert_status(publish(), FWS_OK);
    assert_int_equal(access(TILES "/tile/entries/000.p/5", F_OK), 0);
    run("test $(find " TILES " -type f | wc -l) = 3");
    remove_log();
}

TEST(a_log_that_grew_is_published_over_what_it_was)
{
    make_log(5);
    assert_status(publish(), FWS_OK);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_status(publish(), FWS_OK);
    assert_same_file("checkpoint", PUBLISHED);
    assert_int_equal(access(TILES "/tile/0/000.p/5", F_OK), 0);
    assert_int_equal(access(TILES "/tile/0/000.p/7", F_OK), 0);
    assert_status(publish(), FWS_OK);
    remove_log();
}

TEST(no_error_is_left_behind_by_what_went_well)
{
    make_log(5);
    assert_status(publish(), FWS_OK);
    assert_status(err.status, FWS_OK);
    assert_string_equal(err.text, "");
    remove_log();
}

/* ---- What is refused, before anything is written ---- */

TEST(a_log_that_was_changed_overwrites_no_good_tiles)
{
    make_log(260); /* one whole tile, which is written before the root is known */
    assert_status(publish(), FWS_OK);
    edit_line(SEGMENT_0, 3, edit_body);
    assert_refused(FWS_E_LOG_TAMPERED);
    run("rm -r " TILES);
    assert_refused(FWS_E_LOG_TAMPERED);
    assert_int_equal(access(TILES, F_OK), -1);
    remove_log();
}

TEST(a_log_that_lost_what_its_checkpoint_covers_is_refused)
{
    make_log(5);
    FWS_AUTO(fws_buf) lines = read_all(SEGMENT_0);

    cut_to(SEGMENT_0, line_start(&lines, 4));
    assert_refused(FWS_E_LOG_TAMPERED);
    assert_non_null(strstr(err.text, "4 entries, its checkpoint is of 5"));
    remove_log();
}

TEST(an_entry_in_the_place_of_another_is_refused)
{
    make_log(5);
    run("sed -i 3d " SEGMENT_0);
    assert_refused(FWS_E_LOG_TAMPERED);
    assert_non_null(strstr(err.text, "entry 3 stands in the place of entry 2"));
    remove_log();
}

/* A copy of the log from before is whole in itself: only what was published shows that it is old. */
TEST(a_log_behind_what_was_published_is_refused)
{
    make_log(5);
    run("cp -a . ../copy");
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_status(publish(), FWS_OK);
    run("rm -r seg derived && cp -a ../copy/seg ../copy/checkpoint .");
    assert_refused(FWS_E_LOG_TAMPERED);
    assert_non_null(
        strstr(err.text, "has a checkpoint of 7 entries, the newest of the log is of 5"));
    remove_log();
}

/* The same, and then the log went on in another way: as large as before, and larger. */
TEST(a_log_that_does_not_extend_what_was_published_is_refused)
{
    make_log(5);
    run("cp -a . ../copy");
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_status(publish(), FWS_OK);
    run("rm -r seg derived && cp -a ../copy/seg ../copy/checkpoint .");
    for (int i = 0; i < 2; i++) {
        assert_status(append_once("test.entry", BODY), FWS_OK);
        assert_int_equal(checkpoint_in("checkpoint").size, 7 + 2 * i);
        assert_refused(FWS_E_LOG_TAMPERED);
        assert_non_null(strstr(err.text, "checkpoint of 7 entries"));
    }
    remove_log();
}

TEST(a_checkpoint_that_is_missing_or_nobodys_publishes_nothing)
{
    struct log_key other;

    make_log(5);
    make_log_key(&other, ORIGIN, FWS_ALG_ED25519);
    assert_status(fws_audit_tiles(".", TILES, &other.trust, &err), FWS_E_LOG_UNKNOWN);
    free_log_key(&other);
    run("mv checkpoint ../aside");
    assert_refused(FWS_E_LOG_UNKNOWN);
    run("ln -s ../aside checkpoint");
    assert_refused(FWS_E_LOG_UNKNOWN);
    run("rm checkpoint && echo hello > checkpoint");
    assert_refused(FWS_E_NOTE);
    assert_int_equal(access(TILES, F_OK), -1);
    remove_log();
}

/* ---- What stands in the folder ---- */

TEST(a_checkpoint_in_the_folder_that_nobody_trusted_signed_is_replaced)
{
    make_log(5);
    run("mkdir " TILES " && echo hello > " PUBLISHED);
    assert_status(publish(), FWS_OK);
    assert_same_file("checkpoint", PUBLISHED);
    remove_log();
}

TEST(the_tiles_of_another_log_are_not_overwritten)
{
    struct fws_audit_genesis genesis = {.origin = "example.test/other"};
    struct log_key other;

    make_log(5);
    make_log_key(&other, genesis.origin, FWS_ALG_ED25519);
    genesis.signer = &other.signer;
    assert_status(fws_audit_create("../other", &genesis, &err), FWS_OK);
    assert_status(fws_audit_tiles("../other", TILES, &other.trust, &err), FWS_OK);
    assert_status(fws_trust_add(&test_key.trust, &other.vkey, &err), FWS_OK);
    assert_refused(FWS_E_EXISTS);
    free_log_key(&other);
    remove_log();
}

TEST_MAIN("audit/tiles")
