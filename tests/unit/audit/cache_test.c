/* SPDX-License-Identifier: Apache-2.0 */
/* Node files in any state: the log opens, goes on, and gives proofs that hold. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define LEAVES "derived/tree/0"
#define ABOVE  "derived/tree/1"
#define COUNT  600

static void append_batches(size_t entries)
{
    struct fws_audit_body bodies[50];
    struct fws_audit *log = open_log(0, 0);
    struct fws_error err = {0};

    for (size_t i = 0; i < 50; i++) {
        bodies[i] = (struct fws_audit_body){.type = "test.entry", .data = "{}", .size = 2};
    }
    for (size_t i = 0; i < entries; i += 50) {
        assert_status(fws_audit_append_all(log, bodies, 50, &err), FWS_OK);
    }
    close_log(log);
}

/* A log of some 600 entries with an older checkpoint's mark, and a copy of it. */
static void make_large(void)
{
    make_log(3);
    append_batches(100);
    FWS_AUTO(fws_buf) note = read_all("checkpoint");

    write_all("../mark", note.data, note.size);
    append_batches(COUNT - 100);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(access(ABOVE, F_OK), 0);
    keep_copy("good");
}

static void assert_proofs_hold(uint64_t entries)
{
    static const uint64_t steps[] = {0, 1, 99, 102, 255, 256, 257, 511, 512};
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};

    for (size_t i = 0; i <= sizeof steps / sizeof steps[0]; i++) {
        uint64_t seq = i < sizeof steps / sizeof steps[0] ? steps[i] : entries - 1;
        struct fws_proof proof = {0};

        assert_status(fws_audit_prove_in(".", seq, &test_key.trust, &proof, &err), FWS_OK);
        assert_status(fws_proof_check(&proof, &test_key.trust, &checkpoint, &err), FWS_OK);
        assert_int_equal(checkpoint.size, entries);
        fws_proof_free(&proof);
    }
}

/* Whatever was done to the caches: a writer with a mark of old opens the log and goes on with it. */
static void assert_right(void)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_proof proof = {0};
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};
    uint64_t seq = 0;

    assert_proofs_hold(report_of(".", false).entries);
    options.high_water = "../mark-now";
    FWS_AUTO(fws_buf) mark = read_all("../mark");

    write_all("../mark-now", mark.data, mark.size);
    if (fws_audit_open(&options, &log, &err) != FWS_OK) {
        print_error("%s\n", err.text);
    }
    assert_non_null(log);
    assert_status(fws_audit_append(log, "test.entry", BODY, strlen(BODY), &seq, &err), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    assert_status(fws_audit_prove(log, seq, &proof, &err), FWS_OK);
    assert_status(fws_proof_check(&proof, &test_key.trust, &checkpoint, &err), FWS_OK);
    fws_proof_free(&proof);
    fws_audit_close(&log);
    assert_int_equal(report_of(".", false).verdict, FWS_AUDIT_INTACT);
    assert_proofs_hold(report_of(".", false).entries);
    restore_copy("good");
}

TEST(files_that_are_gone_empty_or_cut_are_made_anew)
{
    static const size_t sizes[] = {0, 1, 31, 32, 33, 8159, 8192, 16000};

    make_large();
    assert_int_equal(system("rm -r derived"), 0);
    assert_right();
    assert_int_equal(unlink(ABOVE), 0);
    assert_right();
    assert_int_equal(unlink(LEAVES), 0);
    assert_right();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        cut_to(LEAVES, sizes[i]);
        assert_right();
    }
    cut_to(ABOVE, 32);
    assert_right();
    remove_log();
}

TEST(files_with_any_node_flipped_are_not_believed)
{
    make_large();
    for (size_t node = 0; node < COUNT; node += 37) {
        FWS_AUTO(fws_buf) text = read_all(LEAVES);

        text.data[node * 32 + node % 32] ^= 1;
        write_all(LEAVES, text.data, text.size);
        assert_right();
    }
    for (size_t node = 0; node < 2; node++) {
        FWS_AUTO(fws_buf) text = read_all(ABOVE);

        text.data[node * 32] ^= 1;
        write_all(ABOVE, text.data, text.size);
        assert_right();
    }
    remove_log();
}

TEST(files_that_are_something_else_are_not_used)
{
    make_large();
    assert_int_equal(unlink(LEAVES), 0);
    assert_int_equal(mkdir(LEAVES, 0700), 0);
    assert_right();
    assert_int_equal(unlink(LEAVES), 0);
    assert_int_equal(mkfifo(LEAVES, 0600), 0);
    assert_right();
    assert_int_equal(unlink(LEAVES), 0);
    assert_int_equal(symlink("../../" SEGMENT_0, LEAVES), 0);
    assert_right();
    assert_int_equal(system("rm -r derived/tree && echo x > derived/tree"), 0);
    assert_right();
    assert_int_equal(system("rm -r derived && mkdir ../elsewhere && ln -s ../elsewhere derived"),
                     0);
    assert_right();
    remove_log();
}

/* What is written there would be written into the segment. */
TEST(a_file_that_is_another_name_of_a_segment_is_not_written)
{
    make_large();
    assert_int_equal(unlink(ABOVE), 0);
    assert_int_equal(link(SEGMENT_0, ABOVE), 0);
    assert_status(open_status(), FWS_E_LOG_UNAVAILABLE); /* a segment has one name */
    assert_int_equal(unlink(ABOVE), 0);
    assert_right();
    remove_log();
}

TEST(files_of_another_log_are_not_believed)
{
    make_large();
    FWS_AUTO(fws_buf) leaves = read_all(LEAVES);
    FWS_AUTO(fws_buf) above = read_all(ABOVE);

    remove_log();
    make_large();
    write_all(LEAVES, leaves.data, leaves.size);
    write_all(ABOVE, above.data, above.size);
    assert_right();
    remove_log();
}

/* A writer that has the log open uses what it has in memory. */
TEST(files_damaged_under_an_open_log_do_it_no_harm)
{
    struct fws_proof proof = {0};
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};
    static uint8_t zeros[COUNT * 32];

    make_large();
    struct fws_audit *log = open_log(0, 0);

    write_all(LEAVES, zeros, sizeof zeros);
    write_all(ABOVE, zeros, 64);
    assert_status(append_once("test.other", BODY), FWS_OK);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    for (uint64_t seq = 0; seq < COUNT; seq += 61) {
        assert_status(fws_audit_prove(log, seq, &proof, &err), FWS_OK);
        assert_status(fws_proof_check(&proof, &test_key.trust, &checkpoint, &err), FWS_OK);
        fws_proof_free(&proof);
    }
    fws_audit_close(&log);
    assert_int_equal(report_of(".", false).verdict, FWS_AUDIT_INTACT);
    assert_status(append_once("test.other", BODY), FWS_OK);
    remove_log();
}

TEST_MAIN("audit/cache")
