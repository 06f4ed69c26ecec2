/* SPDX-License-Identifier: Apache-2.0 */
/* The log's key hands over to the next. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/rotation.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

static struct log_key next_key;

static void make_rotated(void)
{
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&next_key, ORIGIN, FWS_ALG_P256);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_OK);
    fws_audit_close(&log);
}

static void remove_rotated(void)
{
    free_log_key(&next_key);
    remove_log();
}

static enum fws_audit_verdict verdict_by(const struct fws_trust *trust)
{
    struct fws_audit_verify_options options = {.trust = trust, .strict = true};
    struct fws_audit_report report;
    struct fws_error err = {0};

    assert_status(fws_audit_verify(".", &options, &report, &err), FWS_OK);
    return report.verdict;
}

static struct fws_audit *open_by(struct log_key *key)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.trust = &key->trust;
    options.signer = &key->signer;
    assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
    return log;
}

TEST(the_entry_and_the_checkpoint_that_covers_it_are_by_both_keys)
{
    struct fws_checkpoint checkpoint;
    struct fws_rotation rotation;
    struct fws_error err = {0};

    make_rotated();
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    FWS_AUTO(fws_buf) note = read_all("checkpoint");
    struct fws_line line = line_at(&text, 4);

    assert_string_equal(line.type, "log.key");
    assert_status(fws_rotation_of_entry(line.data, line.data_size, &rotation, &err), FWS_OK);
    assert_int_equal(rotation.checkpoint.size, 3);
    assert_status(fws_checkpoint_open(note.data, note.size, &test_key.trust, &checkpoint, &err),
                  FWS_OK);
    assert_int_equal(checkpoint.size, 5);
    assert_status(fws_checkpoint_open(note.data, note.size, &next_key.trust, &checkpoint, &err),
                  FWS_OK);
    assert_int_equal(verdict_by(&test_key.trust), FWS_AUDIT_INTACT);
    assert_int_equal(verdict_by(&next_key.trust), FWS_AUDIT_INTACT);
    remove_rotated();
}

TEST(checkpoints_behind_the_rotation_are_by_the_next_key_alone)
{
    make_rotated();
    struct fws_audit *log = open_by(&next_key);

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    assert_int_equal(verdict_by(&test_key.trust), FWS_AUDIT_CANNOT_TELL);
    assert_int_equal(verdict_by(&next_key.trust), FWS_AUDIT_INTACT);
    log = open_by(&next_key);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    assert_int_equal(verdict_by(&next_key.trust), FWS_AUDIT_INTACT);
    assert_status(open_status(), FWS_E_LOG_UNKNOWN); /* the old key alone is trusted */
    remove_rotated();
}

TEST(the_same_object_goes_on_with_the_next_key)
{
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    assert_status(fws_trust_add(&test_key.trust, &next_key.vkey, &err), FWS_OK);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", BODY), FWS_OK); /* not covered yet */
    assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_OK);
    unsigned before = test_key.signatures;

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    assert_int_equal(test_key.signatures, before);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_rotated();
}

TEST(the_key_before_seals_nothing_behind_the_rotation)
{
    struct fws_error err = {0};

    make_rotated();
    struct fws_audit *log = open_by(&test_key);
    unsigned before = test_key.signatures;

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    assert_non_null(strstr(err.text, "key in force"));
    assert_int_equal(test_key.signatures, before);
    fws_audit_close(&log);
    remove_rotated();
}

TEST(a_rotation_that_either_key_does_not_sign_leaves_the_log_as_it_was)
{
    struct log_key *const keys[] = {&test_key, &next_key};
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    for (size_t i = 0; i < 2; i++) {
        struct fws_audit *log = open_log(0, 0);

        keys[i]->refuses = true;
        assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_E_HSM_UNAVAILABLE);
        keys[i]->refuses = false;
        keys[i]->wrong = true;
        assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_E_NOTE_SIGNATURE);
        keys[i]->wrong = false;
        fws_audit_close(&log);
        assert_int_equal(report_of_log().entries, 3);
    }
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_rotated();
}

TEST(a_key_named_for_another_log_is_refused)
{
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&next_key, "example.test/other", FWS_ALG_ED25519);
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_E_LOG_KEY);
    fws_audit_close(&log);
    assert_int_equal(report_of_log().entries, 3);
    remove_rotated();
}

static void refuse_all_but_first(void *context)
{
    struct log_key *key = context;

    key->refuses = key->signatures > 0;
}

/* The entry is written; its checkpoint comes when the next key is there again. */
TEST(a_rotation_whose_checkpoint_failed_is_sealed_by_both_later)
{
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    next_key.before = refuse_all_but_first;
    next_key.context = &next_key;
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_E_LOG_UNSEALED);
    next_key.before = NULL;
    next_key.refuses = false;
    close_log(log);
    assert_int_equal(verdict_by(&test_key.trust), FWS_AUDIT_INTACT);
    assert_int_equal(verdict_by(&next_key.trust), FWS_AUDIT_INTACT);
    remove_rotated();
}

/* ---- Forged entries ---- */

static struct fws_buf forged; /* the statement's note, as the data of an entry */

static void edit_to_key(struct fws_line *line)
{
    (void)snprintf(line->type, sizeof line->type, "log.key");
    line->data = forged.data;
    line->data_size = forged.size;
}

static void forge(const struct fws_buf *note)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};

    fws_json_object(&json, NULL);
    fws_json_text_n(&json, "note", (const char *)note->data, note->size);
    fws_json_end(&json);
    assert_status(fws_json_done(&json, &err), FWS_OK);
    fws_buf_free(&forged);
    forged = fws_buf_take(&json.buf);
}

/* As the last entry, where no checkpoint is: its links are right, so only its form can be wrong. */
static void assert_refused_as_entry(const struct fws_buf *note)
{
    forge(note);
    keep_copy("before");
    edit_line(SEGMENT_0, 4, edit_to_key);
    assert_verdict(FWS_AUDIT_TAMPERED);
    assert_non_null(strstr(report_of_log().why, "entry 4 (log.key)"));
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    restore_copy("before");
    fws_buf_free(&forged);
}

static struct fws_buf statement(const struct log_key *old, const struct log_key *next)
{
    struct fws_rotation rotation = {.checkpoint = {.origin = ORIGIN, .size = 3}};
    FWS_AUTO(fws_buf) old_text = {0};
    FWS_AUTO(fws_buf) next_text = {0};
    struct fws_buf text = {0};
    struct fws_error err = {0};

    assert_status(fws_vkey_write(&old->vkey, &old_text, &err), FWS_OK);
    assert_status(fws_vkey_write(&next->vkey, &next_text, &err), FWS_OK);
    memcpy(rotation.old_text, old_text.data, old_text.size);
    memcpy(rotation.next_text, next_text.data, next_text.size);
    assert_status(fws_rotation_text(&rotation, &text, &err), FWS_OK);
    return text;
}

static void append_signature(struct fws_buf *note, struct log_key *key, const struct fws_buf *text)
{
    FWS_AUTO(fws_buf) alone = sign_text(key, text->data, text->size);
    struct fws_error err = {0};

    assert_status(
        fws_buf_append(note, alone.data + text->size + 1, alone.size - text->size - 1, &err),
        FWS_OK);
}

TEST(an_entry_that_not_both_keys_have_signed_is_refused)
{
    struct log_key thief;

    make_log(3);
    append_and_die(1, "test.entry", BODY);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    make_log_key(&thief, ORIGIN, FWS_ALG_ED25519);
    FWS_AUTO(fws_buf) text = statement(&test_key, &next_key);
    FWS_AUTO(fws_buf) by_old = sign_text(&test_key, text.data, text.size);
    FWS_AUTO(fws_buf) by_next = sign_text(&next_key, text.data, text.size);

    assert_refused_as_entry(&by_old);
    assert_refused_as_entry(&by_next);
    append_signature(&by_next, &thief, &text);
    assert_refused_as_entry(&by_next);
    test_key.wrong = true;
    append_signature(&by_next, &test_key, &text);
    test_key.wrong = false;
    assert_refused_as_entry(&by_next);
    free_log_key(&thief);
    remove_rotated();
}

/* Both signatures are good, but the first is not by the key in force. */
TEST(an_entry_by_a_key_that_is_not_in_force_is_refused)
{
    struct log_key thief;

    make_log(3);
    append_and_die(1, "test.entry", BODY);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    make_log_key(&thief, ORIGIN, FWS_ALG_ED25519);
    FWS_AUTO(fws_buf) text = statement(&thief, &next_key);
    FWS_AUTO(fws_buf) note = sign_text(&thief, text.data, text.size);

    append_signature(&note, &next_key, &text);
    assert_refused_as_entry(&note);
    free_log_key(&thief);
    remove_rotated();
}

TEST(an_entry_whose_note_is_no_statement_is_refused)
{
    static const char *const texts[] = {
        ORIGIN "\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "log-key\n", "\n"};

    make_log(3);
    append_and_die(1, "test.entry", BODY);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        FWS_AUTO(fws_buf) note = sign_text(&test_key, texts[i], strlen(texts[i]));

        assert_refused_as_entry(&note);
    }
    remove_log();
}

/* The control: the same way of forging gives an entry that is taken when it is right. */
TEST(an_entry_that_both_keys_have_signed_is_taken)
{
    make_log(3);
    append_and_die(1, "test.entry", BODY);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    FWS_AUTO(fws_buf) text = statement(&test_key, &next_key);
    FWS_AUTO(fws_buf) note = sign_text(&test_key, text.data, text.size);

    append_signature(&note, &next_key, &text);
    forge(&note);
    edit_line(SEGMENT_0, 4, edit_to_key);
    fws_buf_free(&forged);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_status(open_status(), FWS_OK);
    remove_rotated();
}

/* ---- A checkpoint that is being signed meanwhile ---- */

struct meanwhile {
    pthread_t thread;
    struct log_key key; /* the old key, as another process has it */
    size_t size;        /* of the segment, before the rotation's entry */
    bool started;
    enum fws_status status;
};

static size_t segment_size(void)
{
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);

    return text.size;
}

/* It signs until the rotation's entry is in the log, or for a while. */
static void sign_slowly(void *context)
{
    const struct meanwhile *other = context;

    for (int i = 0; i < 300 && segment_size() == other->size; i++) {
        (void)usleep(1000);
    }
}

static void *seal_meanwhile(void *context)
{
    struct meanwhile *other = context;
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.signer = &other->key.signer;
    other->status = fws_audit_open(&options, &log, &err);
    if (other->status == FWS_OK) {
        other->status = append_to(log, "test.entry", BODY);
    }
    other->size = segment_size();
    if (other->status == FWS_OK) {
        other->status = fws_audit_checkpoint(log, &err);
    }
    fws_audit_close(&log);
    return NULL;
}

/* While the statement is being signed another process begins its checkpoint. */
static void start_meanwhile(void *context)
{
    struct meanwhile *other = context;

    if (!other->started) {
        other->started = true;
        assert_int_equal(pthread_create(&other->thread, NULL, seal_meanwhile, other), 0);
        (void)usleep(100000);
    }
}

TEST(a_checkpoint_by_the_key_before_is_on_record_before_the_rotation)
{
    struct meanwhile other = {0};
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&next_key, ORIGIN, FWS_ALG_ED25519);
    assert_status(fws_trust_add(&test_key.trust, &next_key.vkey, &err), FWS_OK);
    other.key = test_key;
    other.key.signer.context = &other.key;
    other.key.before = sign_slowly;
    other.key.context = &other;
    next_key.before = start_meanwhile;
    next_key.context = &other;
    struct fws_audit *log = open_log(0, 0);

    assert_status(fws_audit_rotate(log, &next_key.signer, &err), FWS_OK);
    assert_int_equal(pthread_join(other.thread, NULL), 0);
    assert_true(other.status == FWS_OK || other.status == FWS_E_LOG_UNSEALED);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_rotated();
}

TEST_MAIN("audit/rotate")
