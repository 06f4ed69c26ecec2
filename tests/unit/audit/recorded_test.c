/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs made to be slow to verify: their holder records checkpoints of sizes that the verifier has not
 * kept a tree of. What is counted is work, not time: lines that are hashed, by whomever.
 */
#include <string.h>

#include "audit/tree.h"
#include "audit/verifier.h"
#include "base/hex.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

static uint64_t hashed; /* lines */

enum fws_status __real_fws_hash_leaf(struct fws_hasher *hasher, const void *text, size_t size,
                                     uint8_t out[32], struct fws_error *err);
enum fws_status __wrap_fws_hash_leaf(struct fws_hasher *hasher, const void *text, size_t size,
                                     uint8_t out[32], struct fws_error *err);

enum fws_status __wrap_fws_hash_leaf(struct fws_hasher *hasher, const void *text, size_t size,
                                     uint8_t out[32], struct fws_error *err)
{
    hashed++;
    return __real_fws_hash_leaf(hasher, text, size, out, err);
}

/* ---- A log written by hand ---- */

#define LINES_MAX 2000

struct forged {
    struct fws_hasher hasher;
    struct fws_buf text;
    struct fws_line line;         /* the last one */
    struct fws_range range;       /* of all */
    uint8_t roots[LINES_MAX][32]; /* of each size */
    bool one_batch;               /* else each line is one */
};

static void take(struct forged *log, const void *text, size_t size)
{
    struct fws_error err = {0};
    uint8_t leaf[32];

    assert_status(fws_hash_leaf(&log->hasher, text, size, leaf, &err), FWS_OK);
    assert_status(fws_range_append(&log->range, &log->hasher, leaf, &err), FWS_OK);
    assert_true(log->range.size < LINES_MAX);
    assert_status(fws_range_root(&log->range, &log->hasher, log->roots[log->range.size], &err),
                  FWS_OK);
    (void)fws_hex_encode(leaf, sizeof leaf, log->line.prev);
    log->line.seq = log->range.size;
}

/* The three entries of a log that is in order. */
static void begin(struct forged *log, bool one_batch)
{
    struct fws_error err = {0};

    make_log(3);
    *log = (struct forged){.text = read_all(SEGMENT_0), .one_batch = one_batch};
    assert_status(fws_hasher_open(&log->hasher, &err), FWS_OK);
    log->line = line_at(&log->text, 2);
    for (size_t i = 0; i < 3; i++) {
        take(log, log->text.data + line_start(&log->text, i), line_size(&log->text, i));
    }
    log->line.batch = 3;
}

static void add(struct forged *log, const char *type, const struct fws_buf *data)
{
    struct fws_error err = {0};
    size_t start = log->text.size;

    memcpy(log->line.type, type, strlen(type) + 1);
    log->line.data = data->data;
    log->line.data_size = data->size;
    log->line.batch = log->one_batch ? log->line.batch : log->line.seq;
    assert_status(fws_line_write(&log->line, &log->text, &err), FWS_OK);
    take(log, log->text.data + start, log->text.size - start);
    assert_status(fws_buf_append(&log->text, "\n", 1, &err), FWS_OK);
}

static void add_plain(struct forged *log)
{
    const struct fws_buf data = {.data = (uint8_t *)(uintptr_t)BODY, .size = strlen(BODY)};

    add(log, "test.entry", &data);
}

static void add_checkpoint(struct forged *log, uint64_t size, const uint8_t root[32])
{
    FWS_AUTO(fws_buf) note = sign_checkpoint(&test_key, size, root);
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};

    fws_json_object(&json, NULL);
    fws_json_text_n(&json, "note", (const char *)note.data, note.size);
    fws_json_end(&json);
    assert_status(fws_json_done(&json, &err), FWS_OK);
    add(log, FWS_TYPE_CHECKPOINT, &json.buf);
}

/* Each of count entries records the tree as it was `ago` entries before it. */
static void add_checkpoints(struct forged *log, unsigned count, uint64_t ago)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t size = log->range.size - ago;

        add_checkpoint(log, size, log->roots[size]);
    }
}

static void publish(struct forged *log)
{
    FWS_AUTO(fws_buf)
    note = sign_checkpoint(&test_key, log->range.size, log->roots[log->range.size]);

    write_all(SEGMENT_0, log->text.data, log->text.size);
    write_all("checkpoint", note.data, note.size);
}

static void end(struct forged *log)
{
    fws_hasher_close(&log->hasher);
    fws_buf_free(&log->text);
    remove_log();
}

/* Each line is hashed once for the chain, and once more at most for the trees of long ago. */
static void assert_work_is_linear(const struct forged *log)
{
    for (int strict = 0; strict < 2; strict++) {
        hashed = 0;
        struct fws_audit_report report = report_of(".", strict == 1);

        assert_string_equal(report.why, "");
        assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
        assert_int_equal(report.entries, log->range.size);
        assert_in_range(hashed, log->range.size, 2 * log->range.size);
    }
}

/* ---- Rules ---- */

static struct forged forged;

TEST(checkpoints_of_sizes_within_one_batch_cost_each_line_twice_at_most)
{
    begin(&forged, true);
    for (int i = 0; i < 5; i++) {
        add_plain(&forged);
    }
    add_checkpoints(&forged, 300, 2);
    publish(&forged);
    assert_work_is_linear(&forged);
    end(&forged);
}

TEST(checkpoints_of_more_batches_ago_than_are_kept_cost_each_line_twice_at_most)
{
    begin(&forged, false);
    for (unsigned i = 0; i < FWS_VERIFIER_RING + 10; i++) {
        add_plain(&forged);
    }
    add_checkpoints(&forged, 300, FWS_VERIFIER_RING + 5);
    publish(&forged);
    assert_work_is_linear(&forged);
    end(&forged);
}

TEST(a_checkpoint_of_another_tree_among_many_is_tampering)
{
    begin(&forged, true);
    for (int i = 0; i < 5; i++) {
        add_plain(&forged);
    }
    add_checkpoints(&forged, 20, 2);
    add_checkpoint(&forged, forged.range.size - 2, forged.roots[forged.range.size - 3]);
    add_checkpoints(&forged, 20, 2);
    publish(&forged);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_non_null(strstr(report_of_log().why, "does not reproduce a checkpoint on record of 26"));
    end(&forged);
}

/* Or the trees of long ago could be asked for again and again. */
TEST(a_checkpoint_no_newer_than_the_one_before_is_tampering_before_it_costs_anything)
{
    begin(&forged, true);
    for (int i = 0; i < 50; i++) {
        add_plain(&forged);
    }
    add_checkpoint(&forged, 40, forged.roots[40]);
    add_checkpoint(&forged, 20, forged.roots[20]);
    publish(&forged);
    hashed = 0;
    struct fws_audit_report report = report_of(".", false);

    assert_int_equal(report.verdict, FWS_AUDIT_TAMPERED);
    assert_non_null(strstr(report.why, "of 20 entries, one of 40 is on record"));
    assert_in_range(hashed, 55, 55 + 40);
    end(&forged);
}

/* ---- The tree of long ago ---- */

static void root_at(struct fws_rebuild *rebuild, uint64_t size, uint8_t root[32])
{
    struct fws_hasher hasher = {0};
    struct fws_folder folder;
    struct fws_error err = {0};

    assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    assert_status(fws_folder_open(&folder, ".", false, &err), FWS_OK);
    assert_status(fws_rebuild_to(rebuild, &folder, size, &hasher, &err), FWS_OK);
    assert_int_equal(rebuild->range.size, size);
    assert_status(fws_range_root(&rebuild->range, &hasher, root, &err), FWS_OK);
    assert_status(fws_rebuild_to(&(struct fws_rebuild){0}, &folder, 100, &hasher, &err),
                  FWS_E_LOG_TAMPERED); /* there are not so many */
    fws_folder_close(&folder);
    fws_hasher_close(&hasher);
}

static void assert_trees_are_the_same_however_they_are_come_by(void)
{
    struct fws_audit_report report = report_of(".", true);
    struct fws_rebuild growing = {0};
    uint8_t root[32], anew[32];

    for (uint64_t size = 1; size <= report.covered; size++) {
        root_at(&growing, size, root);
        root_at(&(struct fws_rebuild){0}, size, anew);
        assert_memory_equal(root, anew, 32);
    }
    assert_memory_equal(root, report.root, 32);
    root_at(&growing, 2, root); /* back */
    root_at(&(struct fws_rebuild){0}, 2, anew);
    assert_memory_equal(root, anew, 32);
}

TEST(trees_of_long_ago_go_on_across_segments_and_past_what_a_crash_left)
{
    make_segments();
    assert_trees_are_the_same_however_they_are_come_by();
    remove_log();
    make_recovered();
    assert_trees_are_the_same_however_they_are_come_by();
    remove_log();
}

TEST_MAIN("audit/recorded")
