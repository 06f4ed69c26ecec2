/* SPDX-License-Identifier: Apache-2.0 */
/* The past, folded: what an entry may say of it, and the snapshot that saves reading all. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/past.h"
#include "audit/rebuild.h"
#include "audit/rotation.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/audit/version_fold.h"
#include "tests/unit/test.h"

#define SNAPSHOT "derived/snapshot"
#define EVERY    8u

/* ---- Entries that are not as their kind must be ---- */

static struct fws_line edited; /* type and data of the line that is edited next */

static void edit(struct fws_line *line)
{
    memcpy(line->type, edited.type, sizeof line->type);
    line->data = edited.data;
    line->data_size = edited.data_size;
}

/* As entry 5, the last, which no checkpoint covers: only what it says can be wrong. */
static enum fws_audit_verdict verdict_of(const char *type, const char *data)
{
    FWS_AUTO(fws_buf) before = read_all(SEGMENT_0);

    (void)snprintf(edited.type, sizeof edited.type, "%s", type);
    edited.data = data;
    edited.data_size = strlen(data);
    edit_line(SEGMENT_0, 5, edit);
    struct fws_audit_report report = report_of_log();
    enum fws_status status = open_status();

    assert_true((report.verdict == FWS_AUDIT_TAMPERED) == (status == FWS_E_LOG_TAMPERED));
    write_all(SEGMENT_0, before.data, before.size);
    return report.verdict;
}

TEST(an_entry_of_the_logs_own_must_be_as_its_kind_is)
{
    static const struct {
        const char *type, *data;
        enum fws_audit_verdict verdict;
    } cases[] = {
        {"sign.outcome", "{\"intent\":4}", FWS_AUDIT_CRASH_TAIL},
        {"sign.outcome", "{}", FWS_AUDIT_TAMPERED},
        {"sign.outcome", "{\"intent\":3}", FWS_AUDIT_TAMPERED},
        {"sign.outcome", "{\"intent\":5}", FWS_AUDIT_TAMPERED},
        {"sign.outcome", "{\"intent\":\"4\"}", FWS_AUDIT_TAMPERED},
        {"sign.outcome", "{\"intent\":-4}", FWS_AUDIT_TAMPERED},
        {"sign.unresolved", "{\"instance\":\"0\",\"intent\":4}", FWS_AUDIT_CRASH_TAIL},
        {"sign.unresolved", "{\"intent\":2}", FWS_AUDIT_TAMPERED},
        {"sign.unresolved", "{}", FWS_AUDIT_TAMPERED},
        {"log.ack", "{\"until\":4}", FWS_AUDIT_CRASH_TAIL},
        {"log.ack", "{\"until\":5}", FWS_AUDIT_TAMPERED},
        {"log.ack", "{\"until\":9007199254740991}", FWS_AUDIT_TAMPERED},
        {"log.ack", "{}", FWS_AUDIT_TAMPERED},
        {"log.checkpoint", "{}", FWS_AUDIT_TAMPERED},
        {"log.checkpoint", "{\"note\":\"\"}", FWS_AUDIT_TAMPERED},
        {"log.key", "{}", FWS_AUDIT_TAMPERED},
        {"log.key", "{\"note\":\"x\"}", FWS_AUDIT_TAMPERED},
        {"log.tail", "{}", FWS_AUDIT_CRASH_TAIL},
        {"log.close", "{}", FWS_AUDIT_CRASH_TAIL},
    };

    make_log(3);
    append_and_die(2, "sign.intent", "{}"); /* entries 4 and 5 */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum fws_audit_verdict verdict = verdict_of(cases[i].type, cases[i].data);

        if (verdict != cases[i].verdict) {
            print_error("%s %s\n", cases[i].type, cases[i].data);
        }
        assert_int_equal(verdict, cases[i].verdict);
    }
    remove_log();
}

static enum fws_audit_verdict verdict_of_record(const struct fws_buf *note)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};

    fws_json_object(&json, NULL);
    fws_json_text_n(&json, "note", (const char *)note->data, note->size);
    fws_json_end(&json);
    assert_status(fws_json_done(&json, &err), FWS_OK);
    assert_status(fws_buf_append(&json.buf, "", 1, &err), FWS_OK);
    return verdict_of("log.checkpoint", (const char *)json.buf.data);
}

/* Over the first four entries of the log as it is, by any key. */
static struct fws_buf note_of_fourth(struct log_key *key)
{
    struct fws_hasher hasher = {0};
    struct fws_folder folder;
    struct fws_rebuild rebuild = {0};
    struct fws_error err = {0};
    uint8_t root[32];

    assert_status(fws_hasher_open(&hasher, &err), FWS_OK);
    assert_status(fws_folder_open(&folder, ".", false, &err), FWS_OK);
    assert_status(fws_rebuild_to(&rebuild, &folder, 4, &hasher, &err), FWS_OK);
    assert_status(fws_range_root(&rebuild.range, &hasher, root, &err), FWS_OK);
    fws_folder_close(&folder);
    fws_hasher_close(&hasher);
    return sign_checkpoint(key, 4, root);
}

/* An operator who has the key could sign another past; the entry itself has it on record. */
TEST(a_checkpoint_on_record_must_be_one_of_this_log)
{
    static const uint8_t nothing[32];
    struct log_key other, thief;

    make_log(3);
    FWS_AUTO(fws_buf) third = read_all("checkpoint"); /* recorded by entry 3 */

    append_and_die(2, "test.entry", "{}");
    make_log_key(&other, "example.test/other", FWS_ALG_ED25519);
    make_log_key(&thief, ORIGIN, FWS_ALG_ED25519);
    FWS_AUTO(fws_buf) wrong_root = sign_checkpoint(&test_key, 4, nothing);
    FWS_AUTO(fws_buf) ahead = sign_checkpoint(&test_key, 6, nothing);
    FWS_AUTO(fws_buf) of_other = sign_checkpoint(&other, 4, nothing);
    FWS_AUTO(fws_buf) right = note_of_fourth(&test_key);
    FWS_AUTO(fws_buf) by_thief = note_of_fourth(&thief);
    FWS_AUTO(fws_buf) bad = note_of_fourth(&test_key);

    bad.data[bad.size - 20] ^= 1;
    write_all("checkpoint", right.data, right.size);
    assert_int_equal(verdict_of_record(&right), FWS_AUDIT_CRASH_TAIL); /* the control */

    assert_int_equal(verdict_of_record(&third), FWS_AUDIT_TAMPERED); /* twice */
    assert_int_equal(verdict_of_record(&wrong_root), FWS_AUDIT_TAMPERED);
    assert_int_equal(verdict_of_record(&ahead), FWS_AUDIT_TAMPERED);
    assert_int_equal(verdict_of_record(&of_other), FWS_AUDIT_TAMPERED);
    assert_int_equal(verdict_of_record(&by_thief), FWS_AUDIT_TAMPERED);
    assert_int_equal(verdict_of_record(&bad), FWS_AUDIT_TAMPERED);
    free_log_key(&thief);
    free_log_key(&other);
    remove_log();
}

/* ---- Snapshots in use ---- */

static struct version_fold versions;

static struct fws_audit *open_folding(void)
{
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    init_version_fold(&versions);
    options.fold = &versions.fold;
    options.snapshot_every = EVERY;
    assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
    return log;
}

/* A log with the versions 1 to count, in as many batches, and its snapshots. */
static void make_versions(uint64_t count)
{
    make_log(3);
    struct fws_audit *log = open_folding();

    for (uint64_t i = 1; i <= count; i++) {
        assert_status(append_to(log, VERSION_TYPE, version_data(i)), FWS_OK);
    }
    close_log(log);
    assert_verdict(FWS_AUDIT_INTACT);
}

static void assert_folded(uint64_t version, bool by_snapshot)
{
    struct fws_audit *log = open_folding();
    uint64_t entries = report_of(".", false).entries;

    assert_int_equal(versions.version, version);
    if (by_snapshot) {
        assert_int_equal(versions.loads, 1);
        assert_in_range(versions.applied, 1, EVERY + 2);
    } else {
        assert_int_equal(versions.applied, entries);
    }
    fws_audit_close(&log);
}

static enum fws_status count_snapshots(void *context, uint64_t seq, const char *line, size_t size,
                                       struct fws_error *err)
{
    unsigned *count = context;

    (void)seq;
    (void)err;
    *count += memmem(line, size, "\"type\":\"log.snapshot\"", 21) != NULL;
    return FWS_OK;
}

static unsigned snapshots_of_log(void)
{
    struct fws_error err = {0};
    unsigned count = 0;

    assert_status(fws_audit_each(".", count_snapshots, &count, &err), FWS_OK);
    return count;
}

TEST(a_snapshot_is_made_every_so_many_entries_and_spares_reading_those_before_it)
{
    make_versions(40);
    assert_in_range(snapshots_of_log(), 4, 6);
    assert_folded(40, true);
    remove_log();
}

TEST(a_log_without_a_fold_makes_no_snapshot)
{
    make_log(20);
    struct fws_audit_options options = log_options();
    struct fws_audit *log = NULL;
    struct fws_error err = {0};

    options.snapshot_every = 1;
    assert_status(fws_audit_open(&options, &log, &err), FWS_OK);
    assert_status(append_to(log, "test.entry", BODY), FWS_OK);
    close_log(log);
    assert_int_equal(snapshots_of_log(), 0);
    remove_log();
}

TEST(an_intent_from_before_a_snapshot_can_be_ended_behind_it_and_is_marked_when_it_cannot)
{
    make_log(3);
    struct fws_audit *first = open_folding();

    assert_status(append_to(first, "sign.intent", "{}"), FWS_OK); /* 4 */
    assert_status(append_to(first, "sign.intent", "{}"), FWS_OK); /* 5 */
    for (uint64_t i = 1; i <= 20; i++) {
        assert_status(append_to(first, VERSION_TYPE, version_data(i)), FWS_OK);
    }
    struct fws_audit *log = open_folding(); /* by a snapshot */

    assert_int_equal(versions.loads, 1);
    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 0);
    assert_status(append_to(log, "sign.outcome", "{\"intent\":4}"), FWS_OK);
    close_log(first);
    close_log(log);
    log = open_folding();
    assert_status(append_to(log, "test.entry", "{}"), FWS_OK);
    assert_int_equal(fws_audit_unresolved(log), 1);
    close_log(log);
    assert_int_equal(report_of_log().unresolved, 1);
    remove_log();
}

/* A fold that has become too large to be loaded back. */
static unsigned saves;

static void save_too_much(void *context, struct fws_json *json)
{
    static char text[FWS_PAST_MAX_SIZE];

    (void)context;
    memset(text, 'x', sizeof text);
    fws_json_text_n(json, "text", text, sizeof text);
    saves++;
}

TEST(a_log_whose_snapshot_would_be_too_large_goes_on_without_one)
{
    make_versions(10);
    FWS_AUTO(fws_buf) older = read_all(SNAPSHOT);
    unsigned before = snapshots_of_log();
    struct fws_audit *log = open_folding();

    versions.fold.save = save_too_much;
    saves = 0;
    for (uint64_t i = 11; i <= 40; i++) {
        assert_status(append_to(log, VERSION_TYPE, version_data(i)), FWS_OK);
    }
    close_log(log);
    FWS_AUTO(fws_buf) after = read_all(SNAPSHOT);

    assert_in_range(saves, 3, 5); /* every EVERY entries, not with each batch */
    assert_int_equal(snapshots_of_log(), before);
    assert_int_equal(after.size, older.size);
    assert_memory_equal(after.data, older.data, older.size);
    assert_verdict(FWS_AUDIT_INTACT);
    log = open_folding();
    assert_int_equal(versions.version, 40);
    fws_audit_close(&log);
    remove_log();
}

/* ---- Snapshots that are not in order ---- */

TEST(an_edited_snapshot_is_not_used)
{
    make_versions(20);
    FWS_AUTO(fws_buf) text = read_all(SNAPSHOT);

    for (size_t at = 0; at < text.size; at += 5) {
        text.data[at] ^= 1;
        write_all(SNAPSHOT, text.data, text.size);
        assert_folded(20, false);
        text.data[at] ^= 1;
    }
    write_all(SNAPSHOT, text.data, text.size);
    assert_folded(20, true);
    remove_log();
}

/* The digest has no way to tell that the version in it is another one; the log has. */
TEST(a_snapshot_with_another_version_is_not_used)
{
    make_versions(20);
    FWS_AUTO(fws_buf) text = read_all(SNAPSHOT);
    uint8_t *version = memmem(text.data, text.size, "\"version\":1", 11);

    assert_non_null(version);
    version[10] = '9';
    write_all(SNAPSHOT, text.data, text.size);
    assert_folded(20, false);
    remove_log();
}

TEST(a_snapshot_that_is_cut_longer_empty_or_gone_is_not_used)
{
    make_versions(20);
    FWS_AUTO(fws_buf) text = read_all(SNAPSHOT);
    struct fws_error err = {0};

    for (size_t size = 0; size < text.size; size += 9) {
        write_all(SNAPSHOT, text.data, size);
        assert_folded(20, false);
    }
    assert_status(fws_buf_append(&text, "\n", 1, &err), FWS_OK);
    write_all(SNAPSHOT, text.data, text.size);
    assert_folded(20, false);
    assert_int_equal(unlink(SNAPSHOT), 0);
    assert_folded(20, false);
    assert_int_equal(mkdir(SNAPSHOT, 0700), 0);
    assert_folded(20, false);
    assert_int_equal(rmdir(SNAPSHOT), 0);
    assert_int_equal(mkfifo(SNAPSHOT, 0600), 0);
    assert_folded(20, false);
    assert_int_equal(system("rm -r derived"), 0);
    assert_folded(20, false);
    remove_log();
}

TEST(an_older_snapshot_costs_time_and_nothing_else)
{
    make_versions(10);
    FWS_AUTO(fws_buf) older = read_all(SNAPSHOT);
    struct fws_audit *log = open_folding();

    for (uint64_t i = 11; i <= 40; i++) {
        assert_status(append_to(log, VERSION_TYPE, version_data(i)), FWS_OK);
    }
    close_log(log);
    write_all(SNAPSHOT, older.data, older.size);
    log = open_folding();
    assert_int_equal(versions.version, 40);
    assert_int_equal(versions.loads, 1);
    assert_true(versions.applied > 30);
    fws_audit_close(&log);
    remove_log();
}

/* As when the power fails between the snapshot's file and its entry. */
TEST(a_snapshot_whose_entry_is_missing_is_not_used)
{
    make_versions(20);
    keep_copy("before");
    struct fws_audit *log = open_folding();

    for (uint64_t i = 21; i <= 40; i++) {
        assert_status(append_to(log, VERSION_TYPE, version_data(i)), FWS_OK);
    }
    close_log(log);
    FWS_AUTO(fws_buf) ahead = read_all(SNAPSHOT);

    restore_copy("before");
    write_all(SNAPSHOT, ahead.data, ahead.size);
    assert_folded(20, false);
    log = open_folding();
    for (uint64_t i = 21; i <= 45; i++) {
        assert_status(append_to(log, "test.entry", "{}"), FWS_OK); /* other entries at its place */
    }
    close_log(log);
    write_all(SNAPSHOT, ahead.data, ahead.size);
    assert_folded(20, false);
    remove_log();
}

TEST(a_snapshot_of_another_log_is_not_used)
{
    make_versions(40);
    FWS_AUTO(fws_buf) other = read_all(SNAPSHOT);

    remove_log();
    make_versions(20);
    FWS_AUTO(fws_buf) mine = read_all(SNAPSHOT);

    assert_true(mine.size != other.size || memcmp(mine.data, other.data, mine.size) != 0);
    write_all(SNAPSHOT, other.data, other.size);
    assert_folded(20, false);
    remove_log();
}

/* Whoever edits the snapshot and its entry must edit all that follows, which the root holds. */
static void edit_digest(struct fws_line *line)
{
    static char data[] = "{\"sha256\":\"sha256:"
                         "0000000000000000000000000000000000000000000000000000000000000000\"}";

    line->data = data;
    line->data_size = sizeof data - 1;
}

TEST(an_edited_entry_of_a_snapshot_is_tampering)
{
    make_versions(20);
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    size_t last = 0;

    for (size_t i = 0; i < report_of_log().entries; i++) {
        last = strcmp(line_at(&text, i).type, "log.snapshot") == 0 ? i : last;
    }
    assert_true(last > 0);
    edit_line(SEGMENT_0, last, edit_digest);
    assert_status(open_status(), FWS_E_LOG_TAMPERED);
    assert_verdict(FWS_AUDIT_TAMPERED);
    remove_log();
}

/* ---- The snapshot's own form ---- */

static void fill(struct fws_past *past)
{
    struct fws_open_intent intent = {.seq = 17, .instance = "0123456789abcdef"};
    struct fws_error err = {0};

    past->next = 40;
    past->recorded = 30;
    past->marks = 5;
    past->last_mark = 33;
    past->acknowledged = 4;
    past->unresolved = 2;
    memcpy(past->key, "name+00000000+AAAA", 19);
    assert_status(fws_buf_append(&past->intents, &intent, sizeof intent, &err), FWS_OK);
    versions.version = 7;
}

TEST(what_is_saved_is_loaded_again_whole)
{
    FWS_AUTO(fws_buf) text = {0};
    FWS_AUTO(fws_buf) again = {0};
    struct fws_past past;
    struct fws_error err = {0};

    init_version_fold(&versions);
    fws_past_init(&past, &versions.fold);
    fill(&past);
    assert_status(fws_past_save(&past, &text, &err), FWS_OK);
    fws_past_reset(&past);
    assert_int_equal(versions.version, 0);
    assert_status(fws_past_load(&past, text.data, text.size, &err), FWS_OK);
    assert_int_equal(past.next, 40);
    assert_int_equal(past.recorded, 30);
    assert_int_equal(past.snapshot, 40);
    assert_int_equal(past.marks, 5);
    assert_int_equal(past.last_mark, 33);
    assert_int_equal(past.acknowledged, 4);
    assert_int_equal(past.unresolved, 2);
    assert_string_equal(past.key, "name+00000000+AAAA");
    assert_int_equal(fws_past_intent_count(&past), 1);
    assert_int_equal(fws_past_intents(&past)[0].seq, 17);
    assert_string_equal(fws_past_intents(&past)[0].instance, "0123456789abcdef");
    assert_int_equal(versions.version, 7);
    assert_status(fws_past_save(&past, &again, &err), FWS_OK);
    assert_int_equal(again.size, text.size);
    assert_memory_equal(again.data, text.data, text.size);
    fws_past_free(&past);
}

/* Each member's name misspelt in turn: nothing of it is then kept. */
TEST(a_snapshot_without_one_of_its_members_is_not_loaded)
{
    static const char *const members[] = {"acknowledged", "entries",    "fold",      "instance",
                                          "intents",      "key",        "last_mark", "marks",
                                          "recorded",     "unresolved", "version"};
    FWS_AUTO(fws_buf) text = {0};
    struct fws_past past;
    struct fws_error err = {0};

    init_version_fold(&versions);
    fws_past_init(&past, &versions.fold);
    fill(&past);
    assert_status(fws_past_save(&past, &text, &err), FWS_OK);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        char quoted[32];
        int size = snprintf(quoted, sizeof quoted, "\"%s\":", members[i]);
        uint8_t *name = memmem(text.data, text.size, quoted, (size_t)size);

        assert_non_null(name);
        name[1] ^= 1;
        assert_status(fws_past_load(&past, text.data, text.size, &err), FWS_E_LOG_TAIL);
        assert_int_equal(past.next, 0);
        assert_int_equal(past.marks, 0);
        assert_int_equal(fws_past_intent_count(&past), 0);
        name[1] ^= 1;
    }
    assert_status(fws_past_load(&past, text.data, text.size, &err), FWS_OK);
    fws_past_free(&past);
}

TEST_MAIN("audit/past")
