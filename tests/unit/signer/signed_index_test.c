/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/line.h"
#include "base/file.h"
#include "signer/signed_parts.h"
#include "tests/unit/test.h"

#define RANGE FWS_SIGNED_RANGE

static struct fws_error err;
static char folder[64];

static void enter(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/fwsign-signed-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

static void leave(void)
{
    char command[160];

    (void)snprintf(command, sizeof command, "chmod u+w %s; rm -rf %s", folder, folder);
    assert_int_equal(system(command), 0);
}

/* ---- A log ---- */

/*
 * Lines in memory. Where nothing else was put, each even entry is an intent of an image of its own
 * and the odd one behind it says that it was signed.
 */
struct log {
    uint64_t count;
    struct fws_buf *lines;
    unsigned walks, finds; /* how often it was read */
    enum fws_status fails; /* what reading it says; FWS_OK: it is read */
    struct fws_signed_index index;
};

/* The digest of a number. */
static const char *image_of(uint64_t number)
{
    static char text[FWS_DIGEST_ANY_TEXT_SIZE];

    (void)snprintf(text, sizeof text, "sha256:%016" PRIx64 "%048d",
                   (number + 1) * UINT64_C(0x9e3779b97f4a7c15), 0);
    return text;
}

#define HEX_48 "000000000000000000000000000000000000000000000000"
#define SPKI   "sha256:0123456789abcdef" HEX_48
#define POLICY "sha256:fedcba9876543210" HEX_48

static void put(struct log *log, uint64_t seq, const char *type, const char *data)
{
    struct fws_line line = {
        .boot = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        .data = data,
        .data_size = strlen(data),
        .instance = "0123456789abcdef",
        .log = "fedcba9876543210",
        .prev = "abcd000000000000000000000000000000000000000000000000000000000000",
        .seq = seq,
        .time = "2025-01-31T12:34:56.123456Z",
    };

    (void)snprintf(line.type, sizeof line.type, "%s", type);
    assert_in_range(seq, 0, log->count - 1);
    log->lines[seq].size = 0;
    assert_status(fws_line_write(&line, &log->lines[seq], &err), FWS_OK);
}

static void put_intent(struct log *log, uint64_t seq, uint64_t image)
{
    char data[512];

    (void)snprintf(data, sizeof data,
                   "{\"image\":{\"digest\":\"%s\"},\"key\":{\"spki\":\"%s\"},"
                   "\"policy\":{\"digest\":\"%s\"},\"product\":\"pump\",\"version\":\"1.0.0\"}",
                   image_of(image), SPKI, POLICY);
    put(log, seq, "sign.intent", data);
}

static void put_outcome(struct log *log, uint64_t seq, uint64_t intent, const char *result)
{
    char data[128];

    (void)snprintf(data, sizeof data, "{\"intent\":%" PRIu64 ",\"result\":\"%s\"}", intent, result);
    put(log, seq, "sign.outcome", data);
}

static enum fws_status each_line(void *context, uint64_t from, fws_audit_each_fn *each,
                                 void *each_context, struct fws_error *why)
{
    struct log *log = context;
    enum fws_status status = log->fails;

    log->walks++;
    if (status != FWS_OK) {
        return fws_error_set(why, status, "the log cannot be read");
    }
    for (uint64_t seq = from; status == FWS_OK && seq < log->count; seq++) {
        status =
            each(each_context, seq, (const char *)log->lines[seq].data, log->lines[seq].size, why);
    }
    return status;
}

static enum fws_status find_line(void *context, uint64_t seq, struct fws_buf *line,
                                 struct fws_error *why)
{
    struct log *log = context;

    log->finds++;
    return seq < log->count ? fws_buf_append(line, log->lines[seq].data, log->lines[seq].size, why)
                            : fws_error_set(why, FWS_E_NOT_FOUND, "no entry %" PRIu64, seq);
}

static void begin(struct log *log, uint64_t count)
{
    *log = (struct log){
        .count = count,
        .lines = calloc(count, sizeof *log->lines),
        .index = {.folder = folder, .log_id = "fedcba9876543210"},
    };
    assert_non_null(log->lines);
    log->index.log = (struct fws_signed_log){.each = each_line, .find = find_line, .context = log};
    for (uint64_t seq = 0; seq < count; seq++) {
        if (seq % 2 == 0) {
            put_intent(log, seq, seq);
        } else {
            put_outcome(log, seq, seq - 1, "signed");
        }
    }
}

static void log_free(struct log *log)
{
    for (uint64_t seq = 0; seq < log->count; seq++) {
        fws_buf_free(&log->lines[seq]);
    }
    free(log->lines);
}

#define LOG __attribute__((cleanup(log_free))) struct log

static bool find(struct log *log, uint64_t image, uint64_t from, uint64_t to,
                 struct fws_signed_record *hit)
{
    uint8_t key[FWS_SIGNED_KEY_SIZE];
    bool found = false;

    assert_true(fws_signed_key(image_of(image), SPKI, POLICY, key));
    assert_status(fws_signed_find(&log->index, key, from, to, hit, &found, &err), FWS_OK);
    return found;
}

static void assert_found(struct log *log, uint64_t image, uint64_t to, uint64_t intent,
                         uint64_t outcome)
{
    struct fws_signed_record hit;

    assert_true(find(log, image, 0, to, &hit));
    assert_int_equal(hit.intent, intent);
    assert_int_equal(hit.outcome, outcome);
}

static void assert_missed(struct log *log, uint64_t image, uint64_t from, uint64_t to)
{
    struct fws_signed_record hit;

    assert_false(find(log, image, from, to, &hit));
}

static unsigned files(void)
{
    DIR *list = opendir(folder);
    unsigned count = 0;

    assert_non_null(list);
    for (const struct dirent *at = readdir(list); at != NULL; at = readdir(list)) {
        count += strncmp(at->d_name, "signed-", 7) == 0;
    }
    assert_int_equal(closedir(list), 0);
    return count;
}

static const char *path(const char *name)
{
    static char text[128];

    (void)snprintf(text, sizeof text, "%s/%s", folder, name);
    return text;
}

/* ---- Hits and misses ---- */

TEST(a_signature_is_found_and_what_was_not_signed_is_not)
{
    LOG log;

    enter();
    begin(&log, 3 * RANGE);
    for (uint64_t image = 0; image < 3 * RANGE; image += 2) {
        assert_found(&log, image, 3 * RANGE, image, image + 1);
    }
    for (uint64_t image = 1; image < 3 * RANGE; image += 98) {
        assert_missed(&log, image, 0, 3 * RANGE);
    }
    assert_int_equal(files(), 3);
    leave();
}

/* Their key would be zeros. */
static void assert_nothing_without_digests(struct log *log)
{
    uint8_t key[FWS_SIGNED_KEY_SIZE] = {0};
    struct fws_signed_record hit;
    bool found = true;

    assert_status(fws_signed_find(&log->index, key, 0, RANGE, &hit, &found, &err), FWS_OK);
    assert_false(found);
}

TEST(what_failed_is_unresolved_or_of_another_kind_was_not_signed)
{
    LOG log;

    enter();
    begin(&log, RANGE);
    put_outcome(&log, 11, 10, "failed");
    put(&log, 13, "sign.unresolved", "{\"intent\":12}");
    put(&log, 14, "sign.denied", "{\"image\":{\"digest\":\"x\"}}");
    put(&log, 17, "sign.outcome", "{\"intent\":16}");
    put(&log, 19, "sign.outcome", "{\"intent\":\"18\",\"result\":\"signed\"}");
    put(&log, 20, "sign.intent", "{\"product\":\"pump\",\"version\":\"1.0.0\"}");
    put_outcome(&log, 23, 24, "signed"); /* ends what comes behind it */
    put_outcome(&log, 25, 24, "failed");
    assert_nothing_without_digests(&log);
    for (uint64_t image = 10; image <= 24; image += 2) {
        assert_missed(&log, image, 0, RANGE);
    }
    assert_found(&log, 26, RANGE, 26, 27);
    leave();
}

TEST(the_newest_signature_is_found)
{
    LOG log;

    enter();
    begin(&log, 9 * RANGE);
    put_intent(&log, 100, 7);
    put_intent(&log, 200, 7); /* in one range */
    assert_found(&log, 7, RANGE, 200, 201);
    put_intent(&log, 2 * RANGE + 50, 7);
    put_intent(&log, 8 * RANGE + 50, 7);
    assert_found(&log, 7, 2 * RANGE, 200, 201);
    assert_found(&log, 7, 3 * RANGE, 2 * RANGE + 50, 2 * RANGE + 51);
    assert_found(&log, 7, 8 * RANGE, 2 * RANGE + 50, 2 * RANGE + 51); /* eight become one */
    assert_found(&log, 7, 9 * RANGE, 8 * RANGE + 50, 8 * RANGE + 51);
    leave();
}

TEST(a_signature_belongs_to_the_range_of_its_outcome)
{
    struct fws_signed_record hit;
    LOG log;

    enter();
    begin(&log, 3 * RANGE);
    put(&log, RANGE - 1, "log.checkpoint", "{}");
    put_outcome(&log, RANGE, RANGE - 2, "signed");
    put_outcome(&log, RANGE + 1, 2, "signed");
    assert_missed(&log, RANGE - 2, 0, RANGE);
    assert_int_equal(log.finds, 0);
    assert_true(find(&log, RANGE - 2, RANGE, 2 * RANGE, &hit));
    assert_int_equal(log.finds, 1); /* intent 2; the other one is not far before the range */
    assert_int_equal(hit.intent, RANGE - 2);
    assert_int_equal(hit.outcome, RANGE);
    assert_missed(&log, RANGE - 2, 2 * RANGE, 3 * RANGE);
    leave();
}

TEST(what_is_no_intent_was_not_signed_whatever_an_outcome_says)
{
    struct fws_signed_record hit;
    LOG log;

    enter();
    begin(&log, 2 * RANGE);
    const char *data = strstr((char *)log.lines[10].data, "\"data\":") + 7;
    char copy[512];

    (void)snprintf(copy, sizeof copy, "%.*s", (int)(strstr(data, ",\"inst\"") - data), data);
    put(&log, 10, "sign.denied", copy);
    put_outcome(&log, RANGE + 1, 10, "signed");
    put_outcome(&log, RANGE + 3, 12, "signed");
    assert_false(find(&log, 10, RANGE, 2 * RANGE, &hit));
    assert_true(find(&log, 12, RANGE, 2 * RANGE, &hit));
    leave();
}

TEST(the_first_and_the_last_entry_of_a_range_are_in_it)
{
    struct fws_signed_record hit;
    LOG log;

    enter();
    begin(&log, 8 * RANGE);
    assert_true(find(&log, 2 * RANGE - 2, RANGE, 2 * RANGE, &hit));
    assert_int_equal(hit.outcome, 2 * RANGE - 1);
    assert_true(find(&log, RANGE, RANGE, 2 * RANGE, &hit));
    assert_int_equal(hit.intent, RANGE);
    assert_missed(&log, RANGE - 2, RANGE, 2 * RANGE);
    assert_missed(&log, 2 * RANGE, RANGE, 2 * RANGE);
    assert_missed(&log, RANGE - 2, RANGE, 8 * RANGE); /* where a part of eight would end */
    leave();
}

TEST(nothing_is_in_no_range_and_half_ranges_are_refused)
{
    uint8_t key[FWS_SIGNED_KEY_SIZE] = {0};
    struct fws_signed_record hit;
    bool found = true;
    LOG log;

    enter();
    begin(&log, RANGE);
    assert_missed(&log, 0, 0, 0);
    assert_missed(&log, 0, RANGE, RANGE);
    assert_missed(&log, 0, 2 * RANGE, RANGE);
    assert_int_equal(log.walks, 0);
    assert_status(fws_signed_find(&log.index, key, 1, RANGE, &hit, &found, &err), FWS_E_INTERNAL);
    assert_status(fws_signed_find(&log.index, key, 0, RANGE - 1, &hit, &found, &err),
                  FWS_E_INTERNAL);
    assert_false(found);
    leave();
}

/* ---- Files ---- */

TEST(with_its_files_the_log_is_not_read)
{
    LOG log;

    enter();
    begin(&log, 10 * RANGE);
    assert_missed(&log, 1, 0, 10 * RANGE);
    assert_int_equal(log.walks, 10);
    assert_int_equal(files(), 11); /* and one for the first eight */
    log.fails = FWS_E_LOG_UNKNOWN;
    assert_found(&log, 0, 10 * RANGE, 0, 1);
    assert_missed(&log, 1, 0, 10 * RANGE);
    assert_int_equal(log.walks, 10);
    leave();
}

TEST(a_large_part_needs_its_small_ones_no_more)
{
    char name[32];
    LOG log;

    enter();
    begin(&log, 8 * RANGE);
    assert_found(&log, 0, 8 * RANGE, 0, 1);
    for (unsigned i = 0; i < 8; i++) {
        (void)snprintf(name, sizeof name, "signed-0-%06u", i);
        assert_int_equal(unlink(path(name)), 0);
    }
    log.fails = FWS_E_LOG_UNKNOWN;
    for (uint64_t image = 0; image < 8 * RANGE; image += 2) {
        assert_found(&log, image, 8 * RANGE, image, image + 1);
    }
    assert_int_equal(files(), 1);
    leave();
}

TEST(a_file_that_is_missing_or_not_in_order_is_made_anew)
{
    static const char *const names[] = {"signed-1-000000", "signed-0-000003", "signed-0-000008"};
    LOG log;

    enter();
    begin(&log, 9 * RANGE);
    assert_missed(&log, 1, 0, 9 * RANGE);
    for (unsigned i = 0; i < 3; i++) {
        FWS_AUTO(fws_buf) before = {0};
        FWS_AUTO(fws_buf) after = {0};

        assert_status(fws_file_read(path(names[i]), 1u << 20, &before, &err), FWS_OK);
        for (unsigned way = 0; way < 3; way++) {
            int fd = open(path(names[i]), O_WRONLY);

            assert_true(fd >= 0);
            assert_int_equal(way == 0 ? pwrite(fd, "x", 1, 50) : 1, 1);
            assert_int_equal(way == 1 ? ftruncate(fd, 0) : 0, 0); /* as a crash leaves it */
            assert_int_equal(close(fd), 0);
            if (way == 2) {
                assert_int_equal(unlink(path(names[i])), 0);
            }
            if (i == 1) {
                assert_int_equal(unlink(path("signed-1-000000")), 0); /* or it is not looked at */
            }
            for (uint64_t image = 0; image < 9 * RANGE; image += 38) {
                assert_found(&log, image, 9 * RANGE, image, image + 1);
            }
            fws_buf_free(&after);
            assert_status(fws_file_read(path(names[i]), 1u << 20, &after, &err), FWS_OK);
            assert_int_equal(before.size, after.size);
            assert_memory_equal(before.data, after.data, after.size);
        }
    }
    leave();
}

/* Whole, with its checksum, but not of this log: as if the folder had been moved here. */
TEST(files_of_another_log_are_made_anew)
{
    LOG log;
    LOG other;

    enter();
    begin(&other, RANGE);
    (void)snprintf(other.index.log_id, sizeof other.index.log_id, "0123456789abcdef");
    put_intent(&other, 0, 77);
    assert_found(&other, 77, RANGE, 0, 1);
    begin(&log, RANGE);
    assert_missed(&log, 77, 0, RANGE);
    assert_found(&log, 0, RANGE, 0, 1);
    leave();
}

TEST(of_a_range_that_is_not_whole_no_file_is_made)
{
    LOG log;

    enter();
    begin(&log, 8 * RANGE - 1);
    assert_found(&log, 7 * RANGE, 8 * RANGE, 7 * RANGE, 7 * RANGE + 1);
    assert_int_equal(files(), 7);
    assert_missed(&log, 8 * RANGE - 2, 0, 8 * RANGE);
    log.count = 0;
    assert_missed(&log, 0, 16 * RANGE, 17 * RANGE);
    assert_int_equal(files(), 7);
    log.count = 8 * RANGE - 1;
    leave();
}

TEST(without_files_the_log_is_read_each_time)
{
    struct fws_signed_record hit;
    LOG log;

    enter();
    begin(&log, 9 * RANGE);
    log.index.folder = NULL;
    assert_found(&log, 0, 9 * RANGE, 0, 1);
    assert_missed(&log, 1, 0, 9 * RANGE);
    assert_int_equal(log.walks, 18);
    assert_found(&log, 8 * RANGE - 2, 8 * RANGE, 8 * RANGE - 2, 8 * RANGE - 1);
    assert_int_equal(log.walks, 19); /* the newest range, and no more */
    log.index.folder = "/nonexistent/fwsign";
    assert_found(&log, 0, 9 * RANGE, 0, 1);
    assert_int_equal(log.walks, 28);
    log.index.folder = folder;
    assert_int_equal(chmod(folder, 0500), 0);
    if (geteuid() != 0) {
        assert_true(find(&log, 0, 0, 9 * RANGE, &hit));
        assert_int_equal(files(), 0);
    }
    leave();
}

TEST(a_log_that_cannot_be_read_is_an_error)
{
    uint8_t key[FWS_SIGNED_KEY_SIZE] = {0};
    struct fws_signed_record hit;
    bool found = true;
    LOG log;

    enter();
    begin(&log, 9 * RANGE);
    log.fails = FWS_E_LOG_UNKNOWN;
    assert_status(fws_signed_find(&log.index, key, 0, 9 * RANGE, &hit, &found, &err),
                  FWS_E_LOG_UNKNOWN);
    assert_false(found);
    assert_string_equal(err.text, "the log cannot be read");
    log.fails = FWS_OK;
    log.lines[3].data[20] ^= 1;
    assert_status(fws_signed_find(&log.index, key, 0, RANGE, &hit, &found, &err), FWS_E_LOG_TAIL);
    assert_int_equal(files(), 0);
    leave();
}

/* ---- Several at once ---- */

TEST(two_processes_may_make_the_same_files)
{
    enum { PROCESSES = 4 };
    pid_t children[PROCESSES];
    LOG log;

    enter();
    begin(&log, 8 * RANGE);
    for (unsigned i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct fws_signed_record hit;
            bool good = true;

            for (uint64_t image = 0; image < 8 * RANGE; image += 512) {
                good = good && find(&log, image, 0, 8 * RANGE, &hit) && hit.intent == image;
                good = good && !find(&log, image + 1, 0, 8 * RANGE, &hit);
                (void)unlink(path("signed-1-000000"));
                (void)unlink(path("signed-0-000005"));
            }
            _exit(good ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        int status = -1;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_found(&log, 0, 8 * RANGE, 0, 1);
    leave();
}

TEST_MAIN("signer/signed_index")
