/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/canonical.h"
#include "signer/releases.h"
#include "tests/unit/test.h"

/* A log of entries that only the fold sees. */
struct log {
    struct fws_releases releases;
    struct fws_audit_fold fold;
    uint64_t next;
};

static void log_free(struct log *log)
{
    fws_releases_free(&log->releases);
}

#define LOG __attribute__((cleanup(log_free))) struct log

static void begin(struct log *log)
{
    *log = (struct log){0};
    fws_releases_init(&log->releases);
    log->fold = fws_releases_fold(&log->releases);
}

static enum fws_status apply(struct log *log, const char *type, const char *data,
                             struct fws_error *err)
{
    struct fws_audit_entry entry = {
        .seq = log->next++,
        .instance = "0123456789abcdef",
        .time = "2025-01-31T12:34:56.123456Z",
        .type = type,
        .data = data,
        .data_size = strlen(data),
    };

    return log->fold.apply(log->fold.context, &entry, err);
}

static void refuse_entry(struct log *log, const char *type, const char *data)
{
    struct fws_error err = {0};

    assert_status(apply(log, type, data, &err), FWS_E_LOG_TAMPERED);
}

/* Append an entry that is good; its index. */
static uint64_t put(struct log *log, const char *type, const char *data)
{
    struct fws_error err = {0};

    assert_status(apply(log, type, data, &err), FWS_OK);
    assert_string_equal(err.text, "");
    return log->next - 1;
}

/* counter and request may be NULL. */
static uint64_t intent(struct log *log, const char *product, const char *version,
                       const char *counter, const char *request)
{
    char data[512];
    char member[32] = "";
    char name[128] = "";

    if (counter != NULL) {
        (void)snprintf(member, sizeof member, "\"counter\":%s,", counter);
    }
    if (request != NULL) {
        (void)snprintf(name, sizeof name, "\"request\":\"%s\",", request);
    }
    (void)snprintf(data, sizeof data,
                   "{\"algorithm\":\"ed25519\",\"caller\":\"ci\",%s\"image\":{\"digest\":"
                   "\"sha256:00\",\"version\":\"9.9.9\"},\"key\":{\"name\":\"prod\","
                   "\"product\":\"not this\"},\"product\":\"%s\",%s\"version\":\"%s\"}",
                   member, product, name, version);
    return put(log, "sign.intent", data);
}

static uint64_t outcome(struct log *log, uint64_t seq, const char *result)
{
    char data[128];

    (void)snprintf(data, sizeof data, "{\"intent\":%" PRIu64 ",\"result\":\"%s\"}", seq, result);
    return put(log, "sign.outcome", data);
}

static uint64_t unresolved(struct log *log, uint64_t seq)
{
    char data[128];

    (void)snprintf(data, sizeof data, "{\"instance\":\"0123456789abcdef\",\"intent\":%" PRIu64 "}",
                   seq);
    return put(log, "sign.unresolved", data);
}

static uint64_t sign(struct log *log, const char *product, const char *version)
{
    uint64_t seq = intent(log, product, version, NULL, NULL);

    (void)outcome(log, seq, "signed");
    return seq;
}

static const struct fws_release *find(const struct log *log, const char *product)
{
    return fws_releases_find(&log->releases, product);
}

static void assert_highest(const struct log *log, const char *product, const char *version,
                           uint64_t entry)
{
    const struct fws_release *release = find(log, product);
    char text[FWS_VERSION_TEXT_SIZE];

    assert_non_null(release);
    assert_string_equal(release->product, product);
    assert_string_equal(fws_version_text(&release->highest, text), version);
    assert_int_equal(release->entry, entry);
}

static void assert_last(const struct log *log, const char *product, const char *version,
                        uint64_t entry)
{
    const struct fws_release *release = find(log, product);
    char text[FWS_VERSION_TEXT_SIZE];

    assert_non_null(release);
    assert_string_equal(fws_version_text(&release->last, text), version);
    assert_int_equal(release->last_entry, entry);
}

/* ---- What was signed ---- */

/* One byte longer than a product's name may be. */
#define LONG_PRODUCT                                                                               \
    "{\"product\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","          \
    "\"version\":\"1.0.0\"}"

TEST(nothing_is_known_of_a_product_that_was_never_signed)
{
    LOG log;

    begin(&log);
    assert_null(find(&log, "pump"));
    (void)sign(&log, "pump", "1.2.3");
    assert_null(find(&log, "pum"));
    assert_null(find(&log, "pumps"));
    assert_null(find(&log, ""));
}

TEST(what_was_signed_is_known_with_its_intents_entry)
{
    LOG log;

    begin(&log);
    (void)put(&log, "log.genesis", "{}");
    uint64_t seq = sign(&log, "pump", "1.2.3+4");

    assert_int_equal(seq, 1);
    assert_highest(&log, "pump", "1.2.3+4", seq);
    assert_last(&log, "pump", "1.2.3+4", seq);
    assert_int_equal(find(&log, "pump")->signed_count, 1);
    assert_int_equal(find(&log, "pump")->open_count, 0);
    assert_false(find(&log, "pump")->has_counter);
}

TEST(the_highest_version_stays_when_a_lower_one_follows)
{
    LOG log;

    begin(&log);
    (void)sign(&log, "pump", "1.2.3");
    uint64_t highest = sign(&log, "pump", "2.0.0");
    uint64_t last = sign(&log, "pump", "1.2.4");

    assert_highest(&log, "pump", "2.0.0", highest);
    assert_last(&log, "pump", "1.2.4", last);
    assert_int_equal(find(&log, "pump")->signed_count, 3);
}

TEST(of_one_version_the_first_intent_is_named)
{
    LOG log;

    begin(&log);
    uint64_t first = intent(&log, "pump", "1.0.0", NULL, NULL);
    uint64_t second = intent(&log, "pump", "1.0.0", NULL, NULL);

    (void)outcome(&log, second, "signed");
    (void)outcome(&log, first, "signed");
    assert_highest(&log, "pump", "1.0.0", first);
    assert_last(&log, "pump", "1.0.0", second);
    uint64_t third = sign(&log, "pump", "1.0.0");

    assert_highest(&log, "pump", "1.0.0", first);
    assert_last(&log, "pump", "1.0.0", third);
}

TEST(version_zero_counts_as_signed)
{
    LOG log;

    begin(&log);
    (void)put(&log, "log.genesis", "{}");
    uint64_t seq = sign(&log, "pump", "0.0.0");

    assert_highest(&log, "pump", "0.0.0", seq);
}

TEST(products_are_apart)
{
    static const char *const names[] = {"pump", "a", "z", "Pump", "pump.2", "pump-2", "m"};
    LOG log;

    begin(&log);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        char version[16];

        (void)snprintf(version, sizeof version, "%u.0.0", i + 1);
        assert_int_equal(sign(&log, names[i], version), 2 * i);
    }
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        char version[16];

        (void)snprintf(version, sizeof version, "%u.0.0", i + 1);
        assert_highest(&log, names[i], version, 2 * i);
    }
}

TEST(the_highest_counter_is_kept)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, intent(&log, "pump", "1.0.0", "7", NULL), "signed");
    (void)outcome(&log, intent(&log, "pump", "1.1.0", "4294967295", NULL), "signed");
    (void)outcome(&log, intent(&log, "pump", "1.2.0", "9", NULL), "signed");
    (void)sign(&log, "pump", "1.3.0");
    (void)outcome(&log, intent(&log, "fan", "1.0.0", "0", NULL), "signed");
    assert_true(find(&log, "pump")->has_counter);
    assert_int_equal(find(&log, "pump")->counter, UINT32_MAX);
    assert_true(find(&log, "fan")->has_counter);
    assert_int_equal(find(&log, "fan")->counter, 0);
}

TEST(entries_of_other_kinds_change_nothing)
{
    LOG log;

    begin(&log);
    uint64_t seq = sign(&log, "pump", "1.0.0");

    (void)put(&log, "sign.denied", "{\"product\":\"pump\",\"version\":\"9.0.0\"}");
    (void)put(&log, "sign.delivery", "{\"intent\":0,\"result\":\"failed\"}");
    (void)put(&log, "sign.intents", "{\"product\":\"pump\",\"version\":\"9.0.0\"}");
    (void)put(&log, "log.checkpoint", "{}");
    assert_highest(&log, "pump", "1.0.0", seq);
    assert_int_equal(find(&log, "pump")->signed_count, 1);
}

/* ---- What is being signed ---- */

TEST(an_open_intent_counts_as_taken)
{
    LOG log;

    begin(&log);
    uint64_t seq = intent(&log, "pump", "1.2.3", "5", NULL);

    assert_highest(&log, "pump", "1.2.3", seq);
    assert_int_equal(find(&log, "pump")->signed_count, 0);
    assert_int_equal(find(&log, "pump")->open_count, 1);
    assert_int_equal(find(&log, "pump")->counter, 5);
}

TEST(a_failed_intent_counts_no_more)
{
    LOG log;

    begin(&log);
    uint64_t low = intent(&log, "pump", "1.0.0", "1", NULL);

    (void)outcome(&log, low, "signed");
    uint64_t high = intent(&log, "pump", "2.0.0", "2", NULL);

    assert_highest(&log, "pump", "2.0.0", high);
    (void)outcome(&log, high, "failed");
    assert_highest(&log, "pump", "1.0.0", low);
    assert_last(&log, "pump", "1.0.0", low);
    assert_int_equal(find(&log, "pump")->counter, 1);
    assert_int_equal(find(&log, "pump")->open_count, 0);
}

TEST(an_unresolved_intent_counts_no_more)
{
    LOG log;

    begin(&log);
    uint64_t low = sign(&log, "pump", "1.0.0");
    uint64_t high = intent(&log, "pump", "2.0.0", NULL, NULL);

    (void)unresolved(&log, high);
    assert_highest(&log, "pump", "1.0.0", low);
}

TEST(the_next_highest_open_intent_takes_its_place)
{
    LOG log;

    begin(&log);
    uint64_t a = intent(&log, "pump", "2.0.0", NULL, NULL);
    uint64_t other = intent(&log, "fan", "9.0.0", NULL, NULL);
    uint64_t b = intent(&log, "pump", "4.0.0", NULL, NULL);
    uint64_t c = intent(&log, "pump", "3.0.0", NULL, NULL);

    (void)outcome(&log, b, "failed");
    assert_highest(&log, "pump", "3.0.0", c);
    assert_int_equal(find(&log, "pump")->open_count, 2);
    (void)outcome(&log, a, "signed");
    assert_highest(&log, "pump", "3.0.0", c);
    assert_int_equal(find(&log, "pump")->open_count, 1);
    (void)unresolved(&log, c);
    assert_highest(&log, "pump", "2.0.0", a);
    assert_highest(&log, "fan", "9.0.0", other);
}

TEST(a_product_whose_only_intent_failed_was_never_signed)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, intent(&log, "pump", "1.0.0", NULL, NULL), "failed");
    assert_null(find(&log, "pump"));
    (void)unresolved(&log, intent(&log, "pump", "1.0.0", NULL, NULL));
    assert_null(find(&log, "pump"));
    assert_int_equal(log.releases.products.size, 0);
    assert_int_equal(log.releases.intents.size, 0);
}

/* ---- Entries that are not as they must be ---- */

TEST(an_intent_without_product_or_version_is_refused)
{
    static const char *const bad[] = {
        "{}",
        "{\"version\":\"1.0.0\"}",
        "{\"product\":\"pump\"}",
        "{\"product\":\"\",\"version\":\"1.0.0\"}",
        "{\"product\":7,\"version\":\"1.0.0\"}",
        "{\"product\":\"pump\",\"version\":\"1.0.0-rc1\"}",
        "{\"product\":\"pump\",\"version\":\"256.0.0\"}",
        "{\"product\":\"pump\",\"version\":100}",
        LONG_PRODUCT,
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        LOG log;

        begin(&log);
        refuse_entry(&log, "sign.intent", bad[i]);
        assert_int_equal(log.releases.intents.size, 0);
    }
}

TEST(a_product_of_full_length_is_taken)
{
    static const char name[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    LOG log;

    begin(&log);
    assert_int_equal(strlen(name), 64);
    assert_highest(&log, name, "1.0.0", sign(&log, name, "1.0.0"));
}

TEST(a_counter_that_is_none_is_refused)
{
    static const char *const bad[] = {
        "{\"counter\":4294967296,\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"counter\":-1,\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"counter\":\"1\",\"product\":\"pump\",\"version\":\"1.0.0\"}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        LOG log;

        begin(&log);
        refuse_entry(&log, "sign.intent", bad[i]);
    }
}

TEST(an_intent_ends_once)
{
    static const char *const ends[] = {"signed", "failed"};

    for (unsigned i = 0; i < 2; i++) {
        LOG log;

        begin(&log);
        (void)outcome(&log, intent(&log, "pump", "1.0.0", NULL, NULL), ends[i]);
        refuse_entry(&log, "sign.outcome", "{\"intent\":0,\"result\":\"signed\"}");
        refuse_entry(&log, "sign.unresolved", "{\"intent\":0}");
    }
}

TEST(what_ends_an_intent_names_one_that_is_open)
{
    LOG log;

    begin(&log);
    (void)intent(&log, "pump", "1.0.0", NULL, NULL);
    refuse_entry(&log, "sign.outcome", "{\"intent\":1,\"result\":\"signed\"}");
    refuse_entry(&log, "sign.outcome", "{\"result\":\"signed\"}");
    refuse_entry(&log, "sign.outcome", "{\"intent\":\"0\",\"result\":\"signed\"}");
    refuse_entry(&log, "sign.unresolved", "{}");
    refuse_entry(&log, "sign.unresolved", "{\"intent\":7}");
    assert_int_equal(find(&log, "pump")->open_count, 1);
}

TEST(an_outcome_says_signed_or_failed)
{
    LOG log;

    begin(&log);
    (void)intent(&log, "pump", "1.0.0", NULL, NULL);
    refuse_entry(&log, "sign.outcome", "{\"intent\":0}");
    refuse_entry(&log, "sign.outcome", "{\"intent\":0,\"result\":\"maybe\"}");
    refuse_entry(&log, "sign.outcome", "{\"intent\":0,\"result\":true}");
    assert_int_equal(find(&log, "pump")->open_count, 1);
}

TEST(intents_come_in_order)
{
    struct fws_error err = {0};
    LOG log;

    begin(&log);
    (void)intent(&log, "pump", "1.0.0", NULL, NULL);
    log.next = 0;
    assert_status(apply(&log, "sign.intent", "{\"product\":\"pump\",\"version\":\"2.0.0\"}", &err),
                  FWS_E_INTERNAL);
}

/* ---- The snapshot ---- */

static void save(const struct log *log, struct fws_json *json)
{
    struct fws_error err = {0};

    fws_json_object(json, NULL);
    log->fold.save(log->fold.context, json);
    fws_json_end(json);
    assert_status(fws_json_done(json, &err), FWS_OK);
    struct fws_reader reader = fws_reader_init(json->buf.data, json->buf.size);

    assert_true(fws_canonical_object(&reader));
    assert_int_equal(reader.left, 0);
}

static enum fws_status load_text(struct log *log, const char *text, size_t size)
{
    struct fws_error err = {0};
    enum fws_status status = log->fold.load(log->fold.context, text, size, &err);

    assert_int_equal(status, err.status);
    return status;
}

static void assert_saved(const struct log *log, const char *text)
{
    FWS_AUTO(fws_json) json = {0};

    save(log, &json);
    assert_int_equal(json.buf.size, strlen(text));
    assert_memory_equal(json.buf.data, text, json.buf.size);
}

#define EMPTY "{\"intents\":[],\"products\":[]}"

/* Two products, one of them with an open intent, and a third that has nothing else. */
#define INTENT_FAN  "{\"product\":\"fan\",\"seq\":6,\"version\":\"1.0.0\"}"
#define INTENT_PUMP "{\"counter\":9,\"product\":\"pump\",\"seq\":7,\"version\":\"3.0.0\"}"
#define RELEASE_GATE                                                                               \
    "{\"entry\":4,\"highest\":\"0.1.0\",\"last\":\"0.1.0\",\"last_entry\":4,"                      \
    "\"product\":\"gate\",\"signed\":1}"
#define RELEASE_PUMP                                                                               \
    "{\"counter\":7,\"entry\":0,\"highest\":\"2.0.0+1\",\"last\":\"1.0.0\",\"last_entry\":2,"      \
    "\"product\":\"pump\",\"signed\":2}"
#define FULL                                                                                       \
    "{\"intents\":[" INTENT_FAN "," INTENT_PUMP "],\"products\":[" RELEASE_GATE "," RELEASE_PUMP   \
    "]}"

static void fill(struct log *log)
{
    begin(log);
    (void)outcome(log, intent(log, "pump", "2.0.0+1", "7", NULL), "signed");
    (void)sign(log, "pump", "1.0.0");
    (void)sign(log, "gate", "0.1.0");
    (void)intent(log, "fan", "1.0.0", NULL, NULL);
    (void)intent(log, "pump", "3.0.0", "9", NULL);
}

TEST(the_snapshot_is_canonical_and_says_what_was_folded)
{
    LOG log;
    LOG full;

    begin(&log);
    assert_saved(&log, EMPTY);
    fill(&full);
    assert_saved(&full, FULL);
}

TEST(a_snapshot_comes_back_as_it_was)
{
    LOG log;
    LOG loaded;

    fill(&log);
    begin(&loaded);
    assert_status(load_text(&loaded, FULL, strlen(FULL)), FWS_OK);
    assert_saved(&loaded, FULL);
    for (unsigned i = 0; i < 3; i++) {
        const char *const name = (const char *const[]){"pump", "gate", "fan"}[i];

        assert_memory_equal(find(&log, name), find(&loaded, name), sizeof(struct fws_release));
    }
}

TEST(an_empty_snapshot_comes_back)
{
    LOG log;

    fill(&log);
    assert_status(load_text(&log, EMPTY, strlen(EMPTY)), FWS_OK);
    assert_null(find(&log, "pump"));
    assert_saved(&log, EMPTY);
}

/* From a snapshot anywhere on, the entries that follow lead to the same state. */
TEST(a_fold_from_a_snapshot_is_the_fold_of_all)
{
    static const char *const versions[] = {"1.0.0", "3.0.0", "2.0.0"};
    static const char *const names[] = {"pump", "fan"};

    for (unsigned cut = 0; cut < 60; cut++) {
        FWS_AUTO(fws_json) json = {0};
        uint64_t open[2] = {0};
        LOG whole;
        LOG part;

        begin(&whole);
        begin(&part);
        for (unsigned i = 0; i < 60; i++) {
            if (i == cut) {
                save(&whole, &json);
                assert_status(load_text(&part, (char *)json.buf.data, json.buf.size), FWS_OK);
                part.next = whole.next;
            }
            for (unsigned k = 0; k < 2; k++) {
                struct log *log = k == 0 ? &whole : &part;

                if (k == 1 && i < cut) {
                    continue;
                }
                if (i % 4 < 2) {
                    open[i % 2] = intent(log, names[i % 2], versions[i % 3], NULL, NULL);
                } else {
                    (void)outcome(log, open[i % 2], i % 5 == 0 ? "failed" : "signed");
                }
            }
        }
        FWS_AUTO(fws_json) a = {0};
        FWS_AUTO(fws_json) b = {0};

        save(&whole, &a);
        save(&part, &b);
        assert_int_equal(a.buf.size, b.buf.size);
        assert_memory_equal(a.buf.data, b.buf.data, a.buf.size);
    }
}

static void refuse_snapshot(const char *text, size_t size)
{
    LOG log;

    fill(&log);
    assert_status(load_text(&log, text, size), FWS_E_LOG_TAIL);
    assert_null(find(&log, "pump"));
    assert_null(find(&log, "gate"));
    assert_null(find(&log, "fan"));
    assert_saved(&log, EMPTY);
}

TEST(a_snapshot_that_is_not_as_saved_is_refused_and_leaves_nothing)
{
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{\"intents\":[]}",
        "{\"products\":[]}",
        "{\"intents\":{},\"products\":[]}",
        "{\"intents\":[],\"products\":{}}",
        "{\"products\":[],\"intents\":[]}",
        "{\"intents\":[],\"more\":1,\"products\":[]}",
        "{\"intents\":[],\"products\":[] }",
        EMPTY "\n",
        "{\"intents\":[7],\"products\":[]}",
        "{\"intents\":[],\"products\":[7]}",
        "{\"intents\":[],\"products\":[" RELEASE_PUMP "," RELEASE_GATE "]}",
        "{\"intents\":[],\"products\":[" RELEASE_GATE "," RELEASE_GATE "]}",
        "{\"intents\":[],\"products\":[" RELEASE_GATE "," RELEASE_PUMP ",]}",
        "{\"intents\":[" INTENT_PUMP "," INTENT_FAN "],\"products\":[]}",
        "{\"intents\":[" INTENT_FAN "," INTENT_FAN "],\"products\":[]}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse_snapshot(bad[i], strlen(bad[i]));
    }
}

/* One edit each of the good snapshot. */
TEST(members_of_a_snapshot_are_what_they_must_be)
{
    static const struct {
        const char *from;
        const char *to;
    } edits[] = {
        {"\"product\":\"fan\"", "\"product\":\"\""},
        {"\"product\":\"fan\",", ""},
        {"\"seq\":6", "\"seq\":\"6\""},
        {"\"seq\":6", "\"seq\":06"},
        {"\"seq\":6", "\"seq\":-6"},
        {"\"seq\":6", "\"seq\":7"},
        {"\"seq\":6", "\"seq\":9007199254740992"},
        {"\"version\":\"1.0.0\"", "\"version\":\"1.0\""},
        {"\"version\":\"1.0.0\"", "\"version\":\"1.0.0+0\""},
        {"\"version\":\"1.0.0\"", "\"version\":\"1.0.0\",\"x\":1"},
        {"\"counter\":9", "\"counter\":4294967296"},
        {"\"counter\":9", "\"counter\":\"9\""},
        {"\"counter\":7", "\"counter\":4294967296"},
        {"\"entry\":4", "\"entry\":5"},
        {"\"entry\":4", "\"entry\":true"},
        {"\"entry\":0", "\"entry\":3"},
        {"\"entry\":4,", ""},
        {"\"highest\":\"0.1.0\"", "\"highest\":\"0.0.9\""},
        {"\"highest\":\"0.1.0\"", "\"highest\":\"0.1.1\""},
        {"\"last\":\"1.0.0\"", "\"last\":\"2.0.0+2\""},
        {"\"last_entry\":4", "\"last_entry\":3"},
        {"\"last_entry\":4", "\"last_entry\":5"},
        {"\"signed\":1", "\"signed\":0"},
        {"\"signed\":2", "\"signed\":1"},
        {"\"product\":\"gate\"", "\"product\":\"pump\""},
        {"\"product\":\"gate\"", "\"product\":\"\""},
        {"\"product\":\"gate\"", "\"product\":\"\\u0067ate\""},
        {"\"product\":\"gate\"",
         "\"product\":\"gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg\""},
    };

    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        const char *at = strstr(FULL, edits[i].from);
        char text[1024];

        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - FULL), FULL, edits[i].to,
                       at + strlen(edits[i].from));
        refuse_snapshot(text, strlen(text));
    }
}

TEST(a_snapshot_that_was_cut_off_anywhere_is_refused)
{
    for (size_t size = 0; size < strlen(FULL); size++) {
        char *copy = malloc(size + 1); /* of that size, so that a reader beyond it is noticed */

        assert_non_null(copy);
        memcpy(copy, FULL, size);
        refuse_snapshot(copy, size);
        free(copy);
    }
}

/* A bit may make another good snapshot (a digit, a letter): then it is one to the byte. */
TEST(every_bit_of_a_snapshot_flipped_is_refused_or_comes_back_as_it_is)
{
    size_t refused = 0;

    for (size_t bit = 0; bit < 8 * strlen(FULL); bit++) {
        char text[] = FULL;
        LOG log;

        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        fill(&log);
        if (load_text(&log, text, strlen(FULL)) == FWS_OK) {
            FWS_AUTO(fws_json) json = {0};

            fws_json_object(&json, NULL);
            log.fold.save(log.fold.context, &json);
            fws_json_end(&json);
            assert_int_equal(json.buf.size, strlen(FULL));
            assert_memory_equal(json.buf.data, text, json.buf.size);
        } else {
            assert_null(find(&log, "pump"));
            refused++;
        }
    }
    assert_true(refused > 8 * strlen(FULL) / 2);
}

TEST(a_reset_leaves_nothing)
{
    LOG log;

    fill(&log);
    log.fold.reset(log.fold.context);
    assert_null(find(&log, "pump"));
    assert_saved(&log, EMPTY);
}

/* ---- Size ---- */

TEST(memory_is_bounded_by_products_and_open_intents_not_by_entries)
{
    static const char *const names[] = {"pump", "fan", "gate"};
    FWS_AUTO(fws_json) json = {0};
    LOG log;

    begin(&log);
    while (log.next < 100000) {
        char version[32];

        (void)snprintf(version, sizeof version, "1.%u.%u", (unsigned)(log.next / 60000),
                       (unsigned)(log.next % 60000));
        (void)sign(&log, names[log.next % 3], version);
    }
    assert_int_equal(find(&log, "pump")->signed_count + find(&log, "fan")->signed_count +
                         find(&log, "gate")->signed_count,
                     50000);
    assert_in_range(log.releases.products.capacity + log.releases.intents.capacity, 1, 4096);
    save(&log, &json);
    assert_in_range(json.buf.size, 1, 512);
}

/* ---- The watch ---- */

TEST(a_watch_remembers_the_newest_intent_of_the_request_and_its_end)
{
    LOG log;

    begin(&log);
    assert_true(fws_releases_watch(&log.releases, "job-1"));
    (void)outcome(&log, intent(&log, "pump", "1.0.0", NULL, "job-1"), "failed");
    assert_int_equal(log.releases.watch.state, FWS_WATCH_FAILED);
    uint64_t seq = intent(&log, "pump", "1.0.0", NULL, "job-1");
    uint64_t other = intent(&log, "pump", "1.0.1", NULL, "job-11");

    assert_int_equal(log.releases.watch.state, FWS_WATCH_OPEN);
    assert_int_equal(log.releases.watch.intent, seq);
    (void)outcome(&log, other, "failed");
    assert_int_equal(log.releases.watch.state, FWS_WATCH_OPEN);
    uint64_t end = outcome(&log, seq, "signed");

    (void)sign(&log, "pump", "1.0.2");
    assert_int_equal(log.releases.watch.state, FWS_WATCH_SIGNED);
    assert_int_equal(log.releases.watch.intent, seq);
    assert_int_equal(log.releases.watch.end, end);
}

TEST(a_watched_request_may_be_unresolved)
{
    LOG log;

    begin(&log);
    assert_true(fws_releases_watch(&log.releases, "job-1"));
    uint64_t end = unresolved(&log, intent(&log, "pump", "1.0.0", NULL, "job-1"));

    assert_int_equal(log.releases.watch.state, FWS_WATCH_UNRESOLVED);
    assert_int_equal(log.releases.watch.end, end);
}

TEST(without_a_watch_no_request_is_remembered)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, intent(&log, "pump", "1.0.0", NULL, ""), "signed");
    assert_int_equal(log.releases.watch.state, FWS_WATCH_NOT_SEEN);
    assert_true(fws_releases_watch(&log.releases, "job-1"));
    (void)intent(&log, "pump", "1.0.0", NULL, "job-1");
    assert_true(fws_releases_watch(&log.releases, NULL));
    assert_int_equal(log.releases.watch.state, FWS_WATCH_NOT_SEEN);
    (void)intent(&log, "pump", "1.0.0", NULL, "job-1");
    assert_int_equal(log.releases.watch.state, FWS_WATCH_NOT_SEEN);
}

TEST(a_request_that_cannot_be_watched_is_refused)
{
    char text[FWS_RELEASE_REQUEST_SIZE + 1];
    LOG log;

    begin(&log);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(fws_releases_watch(&log.releases, text));
    assert_string_equal(log.releases.watch.request, "");
    assert_false(fws_releases_watch(&log.releases, ""));
    text[sizeof text - 2] = '\0';
    assert_true(fws_releases_watch(&log.releases, text));
    assert_string_equal(log.releases.watch.request, text);
}

/* What a snapshot stands for did not pass: the watch must not pretend that it did. */
TEST(a_watch_says_from_which_entry_on_it_saw)
{
    LOG log;

    begin(&log);
    assert_true(fws_releases_watch(&log.releases, "job-1"));
    (void)intent(&log, "pump", "1.0.0", NULL, "job-1");
    assert_true(log.releases.watch.began);
    assert_int_equal(log.releases.watch.from, 0);
    assert_status(load_text(&log, FULL, strlen(FULL)), FWS_OK);
    assert_string_equal(log.releases.watch.request, "job-1");
    assert_int_equal(log.releases.watch.state, FWS_WATCH_NOT_SEEN);
    assert_false(log.releases.watch.began);
    log.next = 8;
    (void)put(&log, "log.snapshot", "{}");
    assert_true(log.releases.watch.began);
    assert_int_equal(log.releases.watch.from, 8);
    log.fold.reset(log.fold.context);
    assert_false(log.releases.watch.began);
}

TEST_MAIN("signer/releases")
