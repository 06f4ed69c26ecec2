/* SPDX-License-Identifier: Apache-2.0 */
/* The newest checkpoint a user has seen, kept where the log's writer has no hand; and logs that are
 * not what they were. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/tree.h"
#include "base/hex.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define MARK "../mark"

static enum fws_status open_with_mark(struct fws_audit **log, struct fws_error *err)
{
    struct fws_audit_options options = log_options();

    *err = (struct fws_error){0};
    options.high_water = MARK;
    return fws_audit_open(&options, log, err);
}

static enum fws_status status_with_mark(void)
{
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    enum fws_status status = open_with_mark(&log, &err);

    fws_audit_close(&log);
    return status;
}

/* With a checkpoint, which becomes the mark. */
static void append_with_mark(void)
{
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    assert_status(open_with_mark(&log, &err), FWS_OK);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    assert_string_equal(fws_audit_warning(log), "");
    fws_audit_close(&log);
}

TEST(each_checkpoint_becomes_the_mark)
{
    make_log(3);
    assert_int_equal(access(MARK, F_OK), -1);
    assert_status(status_with_mark(), FWS_OK); /* none so far */
    append_with_mark();
    FWS_AUTO(fws_buf) mark = read_all(MARK);
    FWS_AUTO(fws_buf) note = read_all("checkpoint");

    assert_int_equal(mark.size, note.size);
    assert_memory_equal(mark.data, note.data, mark.size);
    assert_status(status_with_mark(), FWS_OK);
    append_with_mark();
    remove_log();
}

TEST(a_log_whose_checkpoint_is_newer_than_the_mark_opens_when_it_extends_it)
{
    make_log(3);
    append_with_mark();
    for (int i = 0; i < 5; i++) {
        assert_status(append_once("test.entry", BODY), FWS_OK);
    }
    assert_status(status_with_mark(), FWS_OK);
    remove_log();
}

/* F14: all of it is in order, but it is not the newest. */
TEST(a_log_put_back_whole_is_behind_the_mark)
{
    make_log(3);
    keep_copy("older");
    append_with_mark();
    restore_copy("older");
    assert_verdict(FWS_AUDIT_INTACT);
    assert_status(open_status(), FWS_OK);
    assert_status(status_with_mark(), FWS_E_LOG_TAMPERED);
    remove_log();
}

/* Gone on with after it was put back: as large as before, and another tree. */
TEST(a_log_that_does_not_extend_the_mark_is_not_opened)
{
    struct fws_error err = {0};
    struct fws_audit *log = NULL;

    make_log(3);
    keep_copy("older");
    append_with_mark();
    restore_copy("older");
    for (int i = 0; i < 3; i++) {
        assert_status(append_once("test.other", BODY), FWS_OK);
    }
    assert_verdict(FWS_AUDIT_INTACT);
    assert_status(open_with_mark(&log, &err), FWS_E_LOG_TAMPERED);
    assert_non_null(strstr(err.text, "does not reproduce"));
    remove_log();
}

/* F15: another log by the same name and key. */
TEST(another_fresh_log_under_the_same_key_is_not_opened)
{
    struct fws_audit_genesis genesis = {.origin = ORIGIN, .signer = &test_key.signer};
    struct fws_error err = {0};

    make_log(3);
    append_with_mark();
    FWS_AUTO(fws_buf) kept = read_all(MARK);

    assert_int_equal(system("rm -rf ./*"), 0);
    assert_status(fws_audit_create(".", &genesis, &err), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT); /* by itself */
    assert_status(status_with_mark(), FWS_E_LOG_TAMPERED);
    for (int i = 0; i < 4; i++) {
        assert_status(append_once("test.entry", BODY), FWS_OK);
    }
    assert_status(status_with_mark(), FWS_E_LOG_TAMPERED); /* also when it is larger */
    struct fws_audit_outside outside = {.name = "mark", .note = kept.data, .size = kept.size};
    struct fws_audit_verify_options options = {
        .trust = &test_key.trust, .outside = &outside, .outside_count = 1};
    struct fws_audit_report report;

    assert_status(fws_audit_verify(".", &options, &report, &err), FWS_OK);
    assert_int_equal(report.verdict, FWS_AUDIT_TAMPERED);
    remove_log();
}

TEST(a_mark_of_another_log_stops_the_writer)
{
    static const uint8_t root[32];
    struct log_key other;
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&other, "example.test/other", FWS_ALG_ED25519);
    assert_status(fws_trust_add(&test_key.trust, &other.vkey, &err), FWS_OK);
    FWS_AUTO(fws_buf) note = sign_checkpoint(&other, 1, root);

    write_all(MARK, note.data, note.size);
    assert_status(status_with_mark(), FWS_E_LOG_TAMPERED);
    free_log_key(&other);
    remove_log();
}

TEST(a_mark_that_cannot_be_read_stops_the_writer)
{
    struct log_key other;
    static const uint8_t root[32];

    make_log(3);
    append_with_mark();
    FWS_AUTO(fws_buf) mark = read_all(MARK);

    write_all(MARK, mark.data, mark.size - 1);
    assert_int_not_equal(status_with_mark(), FWS_OK);
    write_all(MARK, "\0\0x", 3);
    assert_int_not_equal(status_with_mark(), FWS_OK);
    mark.data[mark.size - 10] ^= 1;
    write_all(MARK, mark.data, mark.size);
    assert_int_not_equal(status_with_mark(), FWS_OK);
    make_log_key(&other, ORIGIN, FWS_ALG_ED25519); /* not trusted */
    FWS_AUTO(fws_buf) note = sign_checkpoint(&other, 3, root);

    write_all(MARK, note.data, note.size);
    assert_int_not_equal(status_with_mark(), FWS_OK);
    assert_int_equal(unlink(MARK), 0);
    assert_int_equal(mkdir(MARK, 0700), 0);
    assert_int_not_equal(status_with_mark(), FWS_OK);
    free_log_key(&other);
    remove_log();
}

/* The mark is kept without a flush. */
TEST(a_mark_that_a_loss_of_power_left_blank_is_a_warning)
{
    static const struct {
        const char *text;
        size_t size;
    } blanks[] = {{"", 0}, {"\0\0\0\0", 4}};
    struct fws_error err = {0};

    make_log(3);
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        struct fws_audit *log = NULL;

        write_all(MARK, blanks[i].text, blanks[i].size);
        assert_status(open_with_mark(&log, &err), FWS_OK);
        assert_non_null(strstr(fws_audit_warning(log), "is blank"));
        fws_audit_close(&log);
    }
    struct fws_audit *log = NULL;

    assert_status(open_with_mark(&log, &err), FWS_OK);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    append_with_mark(); /* there is one again, and it holds */
    remove_log();
}

TEST(a_mark_that_cannot_be_written_is_a_warning)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    make_log(3);
    options = log_options();
    options.high_water = "../missing/mark";
    assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    assert_non_null(strstr(fws_audit_warning(log), "high-water mark"));
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- Only the checkpoint's file put back ---- */

/* Without the mark it looks like entries whose checkpoint a crash has lost, or like a copy of a log in
 * use; nothing that is on record is lost by it. */
TEST(a_checkpoint_put_back_is_seen_by_the_mark_and_by_what_is_on_record)
{
    for (unsigned between = 1; between < 4; between++) {
        make_log(3);
        append_with_mark();
        FWS_AUTO(fws_buf) older = read_all("checkpoint");

        for (unsigned i = 0; i < between; i++) {
            append_with_mark();
        }
        write_all("checkpoint", older.data, older.size);
        assert_status(status_with_mark(), FWS_E_LOG_TAMPERED);
        if (between > 1) { /* a newer one is on record */
            assert_verdict(FWS_AUDIT_TAMPERED);
            assert_status(append_once("test.entry", BODY), FWS_E_LOG_TAMPERED);
        } else {
            assert_verdict(FWS_AUDIT_CRASH_TAIL);
            assert_status(append_once("test.entry", BODY), FWS_OK);
            assert_status(status_with_mark(), FWS_OK); /* all of it is there, and covered again */
            acknowledge();
            assert_verdict(FWS_AUDIT_INTACT);
        }
        remove_log();
    }
}

/* ---- F16: an edit, and all that follows made right again ---- */

static void edit_body(struct fws_line *line)
{
    line->data = "{\"key\":\"another\"}";
    line->data_size = strlen(line->data);
}

/* Edit a line, and make links and CRCs of all behind it right again; root is then that of all. */
static void relink(size_t index, uint8_t root[32])
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_hasher hasher = {0};
    struct fws_range range = {0};
    struct fws_error err = {0};
    uint8_t leaf[32] = {0};

    edit_line(SEGMENT_0, index, edit_body);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    for (size_t at = 0, i = 0; at < text.size; at = line_start(&text, ++i)) {
        struct fws_line line = line_at(&text, i);
        size_t start = out.size;

        if (i > 0) {
            (void)fws_hex_encode(leaf, sizeof leaf, line.prev);
        }
        assert_status(fws_line_write(&line, &out, &err), FWS_OK);
        assert_status(fws_hash_leaf(&hasher, out.data + start, out.size - start, leaf, &err),
                      FWS_OK);
        assert_status(fws_range_append(&range, &hasher, leaf, &err), FWS_OK);
        assert_status(fws_buf_append(&out, "\n", 1, &err), FWS_OK);
    }
    assert_status(fws_range_root(&range, &hasher, root, &err), FWS_OK);
    write_all(SEGMENT_0, out.data, out.size);
    fws_hasher_close(&hasher);
}

TEST(a_suffix_computed_anew_after_an_edit_does_not_reproduce_the_checkpoint)
{
    uint8_t root[32];

    make_log(10);
    keep_copy("good");
    for (size_t index = 2; index < 10; index++) {
        relink(index, root);
        assert_verdict(FWS_AUDIT_TAMPERED);
        assert_non_null(strstr(report_of_log().why, "does not reproduce its checkpoint"));
        assert_status(open_status(), FWS_E_LOG_TAMPERED);
        assert_int_equal(system("rm -rf derived"), 0);
        assert_status(open_status(), FWS_E_LOG_TAMPERED);
        restore_copy("good");
    }
    remove_log();
}

/* Even by who has the log's key: the heads that were signed before are on record, and kept outside. */
TEST(a_suffix_signed_anew_is_seen_by_the_heads_on_record_and_outside)
{
    uint8_t root[32];

    make_log(6);
    append_with_mark();
    append_with_mark();
    relink(2, root);
    FWS_AUTO(fws_buf) note = sign_checkpoint(&test_key, 10, root);

    assert_verdict(FWS_AUDIT_TAMPERED);
    write_all("checkpoint", note.data, note.size);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_non_null(strstr(report_of_log().why, "does not reproduce a checkpoint on record"));
    assert_status(status_with_mark(), FWS_E_LOG_TAMPERED);
    remove_log();
}

/* The first entries of a log are on no record but the mark. */
TEST(a_suffix_signed_anew_before_any_head_is_on_record_is_seen_by_the_mark)
{
    uint8_t root[32];

    make_log(3);
    append_with_mark(); /* entry 3 records the checkpoint of 3 */
    relink(4, root);
    FWS_AUTO(fws_buf) note = sign_checkpoint(&test_key, 5, root);

    write_all("checkpoint", note.data, note.size);
    assert_verdict(FWS_AUDIT_INTACT); /* by itself */
    assert_status(open_status(), FWS_OK);
    assert_status(status_with_mark(), FWS_E_LOG_TAMPERED);
    remove_log();
}

/* ---- A mark that is written while the log is being opened ---- */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t change;
    bool signing, released;
} writer = {.mutex = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER};

static void wait_while_signing(void *context)
{
    (void)context;
    (void)pthread_mutex_lock(&writer.mutex);
    writer.signing = true;
    (void)pthread_cond_broadcast(&writer.change);
    while (!writer.released) {
        (void)pthread_cond_wait(&writer.change, &writer.mutex);
    }
    (void)pthread_mutex_unlock(&writer.mutex);
}

static void *append_seal_and_go(void *context)
{
    struct log_key *key = context;
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.signer = &key->signer;
    options.high_water = MARK;
    if (fws_audit_open(&options, &log, &err) == FWS_OK &&
        append_to(log, "test.entry", BODY) == FWS_OK) {
        (void)!fws_audit_checkpoint(log, &err);
    }
    fws_audit_close(&log);
    return NULL;
}

/* Between the checkpoint and the end of the opening: where the fold reads the log's past. */
static pthread_t *publishing;

static void publish_now(void *context)
{
    (void)context;
    if (publishing != NULL) {
        (void)pthread_mutex_lock(&writer.mutex);
        writer.released = true;
        (void)pthread_cond_broadcast(&writer.change);
        (void)pthread_mutex_unlock(&writer.mutex);
        (void)pthread_join(*publishing, NULL);
        publishing = NULL;
    }
}

static enum fws_status apply_nothing(void *context, const struct fws_audit_entry *entry,
                                     struct fws_error *err)
{
    (void)entry;
    (void)err;
    publish_now(context);
    return FWS_OK;
}

static void reset_nothing(void *context)
{
    (void)context;
}

TEST(a_mark_published_while_the_log_is_opened_is_no_tampering)
{
    const struct fws_audit_fold fold = {.reset = reset_nothing, .apply = apply_nothing};
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};
    struct log_key key;
    pthread_t thread;

    make_log(3);
    append_with_mark();
    key = test_key;
    key.signer.context = &key;
    key.before = wait_while_signing;
    assert_int_equal(pthread_create(&thread, NULL, append_seal_and_go, &key), 0);
    (void)pthread_mutex_lock(&writer.mutex);
    while (!writer.signing) {
        (void)pthread_cond_wait(&writer.change, &writer.mutex);
    }
    (void)pthread_mutex_unlock(&writer.mutex);
    publishing = &thread;
    options = log_options();
    options.high_water = MARK;
    options.fold = &fold;
    assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
    assert_null(publishing);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST_MAIN("audit/high_water")
