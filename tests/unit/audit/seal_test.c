/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_read.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

TEST(new_log_is_intact_and_covered)
{
    make_log(1);
    struct fws_audit_report report = report_of_log();

    assert_string_equal(report.why, "");
    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.entries, 1);
    assert_int_equal(report.covered, 1);
    remove_log();
}

TEST(appended_entries_are_covered_by_a_checkpoint)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    struct fws_audit_report report = report_of_log();

    assert_string_equal(report.why, "");
    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.entries, 4); /* genesis, its checkpoint's entry, two */
    assert_int_equal(report.covered, 4);
    remove_log();
}

TEST(log_opens_again_by_its_caches_and_without_them)
{
    make_log(1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(append_once("test.entry", BODY), FWS_OK);
        assert_verdict(FWS_AUDIT_INTACT);
    }
    assert_int_equal(system("rm -r derived"), 0);
    assert_int_equal(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(proof_of_each_entry_holds)
{
    make_log(6);
    struct fws_error err = {0};

    for (uint64_t i = 0; i < report_of_log().entries; i++) {
        struct fws_proof proof = {0};
        struct fws_checkpoint checkpoint;

        assert_int_equal(fws_audit_prove_in(".", i, &test_key.trust, &proof, &err), FWS_OK);
        assert_int_equal(fws_proof_check(&proof, &test_key.trust, &checkpoint, &err), FWS_OK);
        proof.line.data[10] ^= 1;
        assert_int_equal(fws_proof_check(&proof, &test_key.trust, &checkpoint, &err), FWS_E_PROOF);
        fws_proof_free(&proof);
    }
    remove_log();
}

static void die_behind(const char *type, const char *body)
{
    pid_t child = fork();

    if (child == 0) {
        struct fws_audit *log = open_log(0, 0);

        (void)append_to(log, type, body);
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
}

TEST(dead_writers_intent_is_a_crash_until_acknowledged)
{
    make_log(1);
    die_behind("sign.intent", BODY);
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(append_to(log, "test.entry", BODY), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 1);
    close_log(log);
    struct fws_audit_report report = report_of_log();

    assert_int_equal(report.verdict, FWS_AUDIT_CRASH_TAIL);
    assert_int_equal(report.unresolved, 1);
    log = open_log(0, 0);
    uint64_t marks = 0;
    struct fws_error err = {0};

    assert_int_equal(fws_audit_acknowledge(log, "tester", "seen", &marks, &err), FWS_OK);
    fws_audit_close(&log);
    assert_int_equal(marks, 2);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(living_writers_entries_are_pending)
{
    make_log(1);
    struct fws_audit *log = open_log(0, 0);

    assert_int_equal(append_to(log, "sign.intent", BODY), FWS_OK);
    struct fws_audit_report report = report_of_log();

    assert_string_equal(report.why, "");
    assert_int_equal(report.verdict, FWS_AUDIT_INTACT);
    assert_int_equal(report.pending, 2);
    assert_int_equal(append_to(log, "sign.outcome", "{\"intent\":2}"), FWS_OK);
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(p256_key_seals_as_well)
{
    make_log_by(FWS_ALG_P256, 4);
    assert_status(append_once("test.entry", BODY), FWS_OK);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().covered, 6);
    remove_log();
}

TEST(nothing_new_is_not_signed_again)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    unsigned before = test_key.signatures;

    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    assert_status(fws_audit_settle(log, &err), FWS_OK);
    fws_audit_close(&log);
    assert_int_equal(test_key.signatures, before);
    assert_int_equal(report_of_log().entries, 3);
    remove_log();
}

/* ---- One signature for many ---- */

#define THREADS 64

static void take_time(void *context)
{
    (void)context;
    (void)usleep(5000); /* an HSM */
}

static void refuse_some(struct fws_audit *log)
{
    struct fws_audit_body bodies[] = {
        {.type = "test.entry", .data = "{}", .size = 2},
        {.type = "test.entry", .data = "[]", .size = 2},
    };
    struct fws_error ignored = {0};
    enum fws_status status = fws_audit_append_all(log, bodies, 2, &ignored);

    (void)status;
}

static void *append_and_seal(void *context)
{
    struct fws_audit *log = context;
    struct fws_error err = {0};
    uint64_t seq = 0;
    enum fws_status status = fws_audit_append(log, "test.entry", BODY, strlen(BODY), &seq, &err);

    if (status == FWS_OK) {
        refuse_some(log); /* which folds the past anew while others' checkpoints are made */
        status = fws_audit_checkpoint(log, &err);
    }
    struct fws_proof proof = {0};

    if (status == FWS_OK) {
        status = fws_audit_prove(log, seq, &proof, &err); /* covered, or there is no proof */
    }
    fws_proof_free(&proof);
    return status == FWS_OK ? NULL : context;
}

TEST(one_signature_covers_the_entries_of_many_threads)
{
    pthread_t threads[THREADS];

    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    unsigned before = test_key.signatures;

    test_key.before = take_time;
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, append_and_seal, log), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *failed = NULL;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    fws_audit_close(&log);
    assert_in_range(test_key.signatures - before, 1, THREADS / 4);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(checkpoint_that_another_process_made_will_do)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(append_once("test.other", BODY), FWS_OK);
    unsigned before = test_key.signatures;

    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    assert_int_equal(test_key.signatures, before);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

/* ---- No signature ---- */

static struct fws_line last_line(struct fws_buf *text)
{
    *text = read_all(SEGMENT_0);
    return line_at(text, (size_t)report_of_log().entries - 1);
}

TEST(without_a_signature_the_log_says_why_and_is_intact_once_it_is_settled)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    struct fws_json_value value;

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    test_key.refuses = true;
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    assert_non_null(strstr(err.text, "the test's token is away"));
    assert_status(append_to(log, "test.entry", BODY), FWS_OK); /* the object stays usable */
    fws_audit_close(&log);
    struct fws_line line = last_line(&text);

    assert_string_equal(line.type, "log.close");
    assert_true(fws_json_find(line.data, line.data_size, "status", &value));
    assert_true(fws_json_value_is(&value, fws_status_name(FWS_E_LOG_UNSEALED)));
    assert_non_null(memmem(line.data, line.data_size, "token is away", 13));
    assert_verdict(FWS_AUDIT_CRASH_TAIL);
    assert_non_null(strstr(report_of_log().why, "ended in order"));

    test_key.refuses = false;
    log = open_log(0, 0);
    assert_status(fws_audit_settle(log, &err), FWS_OK);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().recoveries, 0);
    remove_log();
}

TEST(a_checkpoint_that_failed_is_had_by_asking_again)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);

    test_key.refuses = true;
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    test_key.refuses = false;
    assert_status(fws_audit_checkpoint(log, &err), FWS_OK);
    fws_audit_close(&log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

static void assert_not_published(const struct fws_buf *before)
{
    FWS_AUTO(fws_buf) after = read_all("checkpoint");

    assert_int_equal(after.size, before->size);
    assert_memory_equal(after.data, before->data, before->size);
}

TEST(wrong_signature_is_not_published)
{
    struct fws_error err = {0};

    make_log(3);
    struct fws_audit *log = open_log(0, 0);
    FWS_AUTO(fws_buf) before = read_all("checkpoint");

    test_key.wrong = true;
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
    assert_not_published(&before);
    test_key.wrong = false;
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
    remove_log();
}

TEST(log_is_not_created_with_a_wrong_signature)
{
    struct fws_audit_genesis genesis = {.origin = ORIGIN, .signer = &test_key.signer};
    struct fws_error err = {0};

    make_log(1);
    test_key.wrong = true;
    assert_status(fws_audit_create("other", &genesis, &err), FWS_E_NOTE_SIGNATURE);
    assert_int_equal(access("other", F_OK), -1);
    remove_log();
}

TEST(key_that_is_not_the_logs_seals_nothing)
{
    struct log_key other;
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    make_log(3);
    make_log_key(&other, ORIGIN, FWS_ALG_ED25519);
    assert_status(fws_trust_add(&test_key.trust, &other.vkey, &err), FWS_OK);
    struct fws_audit_options options = log_options();
    FWS_AUTO(fws_buf) before = read_all("checkpoint");
    const struct fws_audit_signer *const signers[] = {&other.signer, NULL};

    for (size_t i = 0; i < 2; i++) {
        options.signer = signers[i];
        assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
        assert_status(append_to(log, "test.entry", BODY), FWS_OK);
        assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_UNSEALED);
        fws_audit_close(&log);
        assert_not_published(&before);
    }
    assert_int_equal(other.signatures, 0);
    free_log_key(&other);
    remove_log();
}

/* ---- A checkpoint that the log does not reproduce ---- */

static void assert_stopped_by(struct fws_buf note)
{
    struct fws_error err = {0};
    FWS_AUTO(fws_buf) before = read_all("checkpoint");
    struct fws_audit *log = open_log(0, 0);

    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    write_all("checkpoint", note.data, note.size);
    unsigned signatures = test_key.signatures;

    assert_status(fws_audit_checkpoint(log, &err), FWS_E_LOG_TAMPERED);
    assert_status(append_to(log, "test.entry", BODY), FWS_E_LOG_UNAVAILABLE);
    fws_audit_close(&log);
    assert_int_equal(test_key.signatures, signatures);
    assert_not_published(&note);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    assert_verdict(FWS_AUDIT_TAMPERED);
    write_all("checkpoint", before.data, before.size);
    fws_buf_free(&note);
    assert_status(append_once("test.entry", BODY), FWS_OK);
}

TEST(checkpoint_with_another_root_size_or_past_stops_a_writer_before_anything_is_signed)
{
    static const uint8_t nothing[32];

    make_log(3);
    assert_stopped_by(sign_checkpoint(&test_key, 3, nothing));
    struct fws_audit_report report = report_of_log();

    assert_stopped_by(sign_checkpoint(&test_key, report.entries - 1, report.root));
    assert_stopped_by(sign_checkpoint(&test_key, report.entries + 1, nothing));
    assert_stopped_by(sign_checkpoint(&test_key, 1000, report.root));
    remove_log();
}

TEST_MAIN("audit/seal")
