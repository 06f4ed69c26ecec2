/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/signer/releases_log.h"
#include "tests/unit/test.h"

/* ---- The snapshot ---- */

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

#define EMPTY                                                                                      \
    "{\"channels\":[],\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":\"\"}"

/* The parts of a good snapshot: three products, one of which has nothing but an open intent; two
 * channels; a reservation, and a signature that is remembered. */
#define CHANNEL_FAN                                                                                \
    "{\"channel\":\"stable\",\"product\":\"fan\",\"signed\":0,\"unresolved\":0,"                   \
    "\"versions\":[\"1.0.0\",1]}"
#define CHANNEL_GATE                                                                               \
    "{\"channel\":\"beta\",\"entry\":4,\"highest\":\"0.1.0\","                                     \
    "\"last\":\"0.1.0\",\"last_entry\":4,"                                                         \
    "\"product\":\"gate\",\"signed\":1,\"unresolved\":0,\"versions\":[\"0.1.0\",1]}"
#define CHANNEL_PUMP                                                                               \
    "{\"channel\":\"stable\",\"entry\":0,\"highest\":\"2.0.0+1\","                                 \
    "\"last\":\"1.0.0\",\"last_entry\":6,"                                                         \
    "\"product\":\"pump\",\"signed\":2,\"unresolved\":1,"                                          \
    "\"versions\":[\"1.0.0\",2,\"2.0.0+1\",1,\"3.0.0\",1]}"
#define INTENT_FAN                                                                                 \
    "{\"channel\":\"stable\",\"hour\":482868,\"product\":\"fan\",\"seq\":8,"                       \
    "\"version\":\"1.0.0\"}"
#define IMAGE_A  "\"image\":" SHA("a")
#define SPKI_B   "\"spki\":" SHA("b")
#define POLICY_C "\"policy\":" SHA("c")
#define IMAGE_D  "\"image\":" SHA("d")
#define SPKI_E   "\"spki\":" SHA("e")
#define INTENT_PUMP                                                                                \
    "{\"channel\":\"stable\",\"counter\":9,\"hour\":482868," IMAGE_A "," POLICY_C ","              \
    "\"product\":\"pump\",\"seq\":9," SPKI_B ",\"version\":\"3.0.0\"}"
#define PRODUCT_FAN  "{\"day_count\":1,\"hour\":482868,\"hour_count\":1,\"product\":\"fan\"}"
#define PRODUCT_GATE "{\"day_count\":1,\"hour\":482868,\"hour_count\":1,\"product\":\"gate\"}"
#define PRODUCT_PUMP                                                                               \
    "{\"counter\":7,\"day_count\":4,\"hour\":482868,\"hour_count\":4,"                             \
    "\"product\":\"pump\",\"serial\":5,\"serial_entry\":6}"
#define RESERVED                                                                                   \
    "{\"channel\":\"stable\"," IMAGE_D ",\"intent\":6,\"product\":\"pump\"," SPKI_E ","            \
    "\"version\":\"1.0.0\"}"
#define RECENT                                                                                     \
    "d0000000000000000000000000000000"                                                             \
    "0000000000000000"                                                                             \
    "0100000000000000"
#define FULL                                                                                       \
    "{\"channels\":[" CHANNEL_FAN "," CHANNEL_GATE "," CHANNEL_PUMP "],\"intents\":[" INTENT_FAN   \
    "," INTENT_PUMP "],\"next\":10,\"products\":[" PRODUCT_FAN "," PRODUCT_GATE "," PRODUCT_PUMP   \
    "],\"reserved\":[" RESERVED "],\"signed\":\"" RECENT "\"}"

static void fill(struct log *log)
{
    begin(log);
    (void)outcome(log,
                  intent_of(log, &(struct words){.product = "pump",
                                                 .version = "2.0.0+1",
                                                 .counter = "7",
                                                 .image = 'a',
                                                 .spki = 'b',
                                                 .policy = 'c'}),
                  "signed");
    (void)sign(log, "pump", "1.0.0");
    (void)outcome(
        log,
        intent_of(log, &(struct words){.product = "gate", .version = "0.1.0", .channel = "beta"}),
        "signed");
    (void)unresolved(log, intent_of(log, &(struct words){.product = "pump",
                                                         .version = "1.0.0",
                                                         .serial = "5",
                                                         .image = 'd',
                                                         .spki = 'e',
                                                         .policy = 'f'}));
    (void)intent(log, "fan", "1.0.0", NULL, NULL);
    (void)intent_of(log, &(struct words){.product = "pump",
                                         .version = "3.0.0",
                                         .counter = "9",
                                         .image = 'a',
                                         .spki = 'b',
                                         .policy = 'c'});
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
        const char *const channel = i == 1 ? "beta" : FWS_CHANNEL_DEFAULT;
        const struct fws_release *before = fws_releases_find(&log.releases, name, channel);
        const struct fws_release *after = fws_releases_find(&loaded.releases, name, channel);

        assert_non_null(before);
        assert_non_null(after);
        assert_memory_equal(before, after, sizeof *before);
        assert_memory_equal(product_of(&log, name), product_of(&loaded, name),
                            sizeof(struct fws_release_product));
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

/* One step of a history that does all there is: channels, failures, unresolved intents, versions
 * that are dropped, clocks that go on and back. */
static void step(struct log *log, unsigned i, uint64_t open[3])
{
    static const char *const names[] = {"pump", "fan", "pump"};
    static const char *const channels[] = {NULL, NULL, "beta"};
    static const char *const times[] = {
        "2025-01-31T23:59:59.000000Z",
        "2025-02-01T00:00:00.000000Z",
        "2025-01-31T23:59:59.000000Z",
        "2025-02-01T01:00:00.000000Z",
    };
    char version[32];
    char number[16];

    log->time = times[i / 60 % 4];
    if (i % 6 < 3) {
        (void)snprintf(version, sizeof version, "1.%u.0", i * 7 % 131);
        (void)snprintf(number, sizeof number, "%u", i * 3 % 50);
        open[i % 3] = intent_of(log, &(struct words){.product = names[i % 3],
                                                     .channel = channels[i % 3],
                                                     .version = version,
                                                     .counter = i % 4 == 0 ? number : NULL,
                                                     .serial = i % 5 == 0 ? number : NULL,
                                                     .image = (char)('a' + i % 2),
                                                     .spki = 'c',
                                                     .policy = (char)('d' + i % 3)});
    } else if (i % 11 == 0) {
        (void)unresolved(log, open[i % 3]);
    } else {
        (void)outcome(log, open[i % 3], i % 5 == 0 ? "failed" : "signed");
    }
}

static void assert_same(const struct log *a, const struct log *b)
{
    FWS_AUTO(fws_json) of_a = {0};
    FWS_AUTO(fws_json) of_b = {0};

    save(a, &of_a);
    save(b, &of_b);
    assert_int_equal(of_a.buf.size, of_b.buf.size);
    assert_memory_equal(of_a.buf.data, of_b.buf.data, of_a.buf.size);
}

/* From a snapshot anywhere on, the entries that follow lead to the same state. */
TEST(a_fold_from_a_snapshot_is_the_fold_of_all)
{
    const unsigned steps = 600;

    for (unsigned cut = 0; cut < steps; cut += 37) {
        FWS_AUTO(fws_json) json = {0};
        uint64_t open[3] = {0};
        LOG whole;
        LOG part;

        begin(&whole);
        begin(&part);
        whole.next = 2 * FWS_SIGNED_RANGE - steps / 2; /* signatures are forgotten on the way */
        for (unsigned i = 0; i < steps; i++) {
            if (i == cut) {
                save(&whole, &json);
                assert_status(load_text(&part, (char *)json.buf.data, json.buf.size), FWS_OK);
                part.next = whole.next;
            }
            if (i >= cut) {
                uint64_t same[3];

                memcpy(same, open, sizeof same);
                step(&part, i, same);
            }
            step(&whole, i, open);
        }
        assert_same(&whole, &part);
        assert_true(find(&whole, "pump")->unresolved_count > 0);
    }
}

static void refuse_snapshot(const char *text, size_t size)
{
    LOG log;

    fill(&log);
    assert_status(load_text(&log, text, size), FWS_E_LOG_TAIL);
    assert_null(find(&log, "pump"));
    assert_null(product_of(&log, "pump"));
    assert_null(product_of(&log, "gate"));
    assert_null(find(&log, "fan"));
    assert_saved(&log, EMPTY);
}

TEST(a_snapshot_that_is_not_as_saved_is_refused_and_leaves_nothing)
{
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{\"channels\":[],\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[]}",
        "{\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":\"\"}",
        "{\"channels\":[],\"intents\":[],\"products\":[],\"reserved\":[],\"signed\":\"\"}",
        "{\"channels\":{},\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":"
        "\"\"}",
        "{\"channels\":[],\"intents\":[],\"more\":1,\"next\":0,\"products\":[],\"reserved\":[],"
        "\"signed\":\"\"}",
        "{\"channels\":[],\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":"
        "\"\" }",
        "{\"channels\":[],\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":"
        "\"0\"}",
        "{\"channels\":[],\"intents\":[],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":7}",
        "{\"channels\":[],\"intents\":[],\"next\":0,\"products\":[7],\"reserved\":[],\"signed\":"
        "\"\"}",
        "{\"channels\":[],\"intents\":[7],\"next\":0,\"products\":[],\"reserved\":[],\"signed\":"
        "\"\"}",
        EMPTY "\n",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        refuse_snapshot(bad[i], strlen(bad[i]));
    }
}

/* One edit each of the good snapshot, at the first place where `from` stands. */
TEST(members_of_a_snapshot_are_what_they_must_be)
{
    static const struct {
        const char *from;
        const char *to;
    } edits[] = {
        /* order, and each once */
        {CHANNEL_FAN "," CHANNEL_GATE, CHANNEL_GATE "," CHANNEL_FAN},
        {CHANNEL_FAN, CHANNEL_FAN "," CHANNEL_FAN},
        {CHANNEL_PUMP, CHANNEL_PUMP ","},
        {INTENT_FAN "," INTENT_PUMP, INTENT_PUMP "," INTENT_FAN},
        {INTENT_FAN, INTENT_FAN "," INTENT_FAN},
        {PRODUCT_FAN "," PRODUCT_GATE, PRODUCT_GATE "," PRODUCT_FAN},
        {PRODUCT_FAN, PRODUCT_FAN "," PRODUCT_FAN},
        {RESERVED, RESERVED "," RESERVED},
        {RECENT, RECENT RECENT},
        {PRODUCT_PUMP, PRODUCT_PUMP ",{\"day_count\":0,\"hour\":482868,\"hour_count\":0,"
                                    "\"product\":\"fin\",\"serial\":1,\"serial_entry\":1}"},
        {CHANNEL_PUMP, CHANNEL_PUMP ",{\"channel\":\"alpha\",\"entry\":1,\"highest\":\"1.0.0\","
                                    "\"last\":\"1.0.0\",\"last_entry\":1,\"product\":\"gate\","
                                    "\"signed\":1,\"unresolved\":0,\"versions\":[\"1.0.0\",1]}"},
        /* what belongs together */
        {CHANNEL_FAN ",", ""},
        {CHANNEL_GATE, CHANNEL_GATE ",{\"channel\":\"stable\",\"product\":\"gate\","
                                    "\"signed\":0,\"unresolved\":0,\"versions\":[]}"},
        {INTENT_FAN ",", ""},
        {"," INTENT_PUMP, ""},
        {PRODUCT_FAN ",", ""},
        {PRODUCT_GATE, PRODUCT_GATE ",{\"day_count\":1,\"hour\":482868,\"hour_count\":1,"
                                    "\"product\":\"idle\"}"},
        {CHANNEL_FAN "," CHANNEL_GATE "," CHANNEL_PUMP, CHANNEL_FAN "," CHANNEL_PUMP},
        /* channels */
        {"\"channel\":\"beta\"", "\"channel\":\"\""},
        {"\"channel\":\"beta\",", ""},
        {"\"entry\":4", "\"entry\":5"},
        {"\"entry\":4", "\"entry\":true"},
        {"\"entry\":0", "\"entry\":7"},
        {"\"entry\":4,", ""},
        {"\"highest\":\"0.1.0\"", "\"highest\":\"0.0.9\""},
        {"\"highest\":\"0.1.0\"", "\"highest\":\"0.1.1\""},
        {"\"last\":\"1.0.0\"", "\"last\":\"2.0.0+2\""},
        {"\"last_entry\":4", "\"last_entry\":3"},
        {"\"last_entry\":4", "\"last_entry\":5"},
        {"\"last_entry\":6", "\"last_entry\":10"},
        {"\"signed\":1", "\"signed\":0"},
        {"\"signed\":2", "\"signed\":1"},
        {"\"signed\":0", "\"signed\":1"},
        {"\"unresolved\":1", "\"unresolved\":0"},
        {"\"unresolved\":1", "\"unresolved\":2"},
        {"\"unresolved\":0,", ""},
        {"\"product\":\"gate\"", "\"product\":\"pump\""},
        {"\"product\":\"gate\"", "\"product\":\"\""},
        {"\"product\":\"gate\"", "\"product\":\"\\u0067ate\""},
        {"\"product\":\"gate\"",
         "\"product\":\"gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg\""},
        {"\"versions\":[\"1.0.0\",1]", "\"versions\":[\"1.0.0\",0]"},
        {"\"versions\":[\"1.0.0\",1]", "\"versions\":[\"1.0.0\",2]"},
        {"\"versions\":[\"1.0.0\",2", "\"versions\":[\"0.1.0\",0,\"1.0.0\",2"},
        {"\"versions\":[\"1.0.0\",1]", "\"versions\":[\"1.0.0\"]"},
        {"\"versions\":[\"1.0.0\",1]", "\"versions\":[1,\"1.0.0\"]"},
        {"\"versions\":[\"1.0.0\",1]", "\"versions\":[]"},
        {"\"1.0.0\",2,\"2.0.0+1\",1,", "\"1.0.0\",2,\"1.0.0\",1,"},
        {"\"1.0.0\",2,\"2.0.0+1\",1,", "\"2.0.0+1\",1,\"1.0.0\",2,"},
        {"\"channel\":\"beta\",", "\"channel\":\"beta\",\"dropped\":\"0.1.0\","},
        {"\"channel\":\"beta\",", "\"channel\":\"beta\",\"dropped\":7,"},
        /* intents */
        {"\"hour\":482868,\"product\":\"fan\"", "\"hour\":482869,\"product\":\"fan\""},
        {"\"hour\":482868,\"product\":\"fan\",\"seq\"", "\"product\":\"fan\",\"seq\""},
        {"\"product\":\"fan\",\"seq\"", "\"product\":\"fin\",\"seq\""},
        {"\"channel\":\"stable\",\"hour\"", "\"channel\":\"other\",\"hour\""},
        {"\"channel\":\"stable\",\"hour\"", "\"hour\""},
        {"\"seq\":8", "\"seq\":\"8\""},
        {"\"seq\":8", "\"seq\":08"},
        {"\"seq\":8", "\"seq\":-8"},
        {"\"seq\":8", "\"seq\":9"},
        {"\"seq\":9", "\"seq\":10"},
        {"\"seq\":8", "\"seq\":9007199254740992"},
        {"\"version\":\"1.0.0\"", "\"version\":\"1.0\""},
        {"\"version\":\"1.0.0\"", "\"version\":\"1.0.0+0\""},
        {"\"version\":\"1.0.0\"", "\"version\":\"1.0.0\",\"x\":1"},
        {"\"counter\":9", "\"counter\":4294967296"},
        {"\"counter\":9", "\"counter\":\"9\""},
        {IMAGE_A, "\"image\":" SHA("A")},
        {IMAGE_A, "\"image\":\"\""},
        {IMAGE_A, "\"image\":7"},
        {POLICY_C, "\"policy\":\"sha256:00\""},
        {SPKI_B, "\"spki\":\"sha1:" HEX_63 "0\""},
        /* products */
        {"\"counter\":7", "\"counter\":4294967296"},
        {"\"day_count\":1", "\"day_count\":0"},
        {"\"day_count\":1,", ""},
        {"\"hour_count\":1", "\"hour_count\":2"},
        {"\"hour_count\":1,", ""},
        {"{\"day_count\":1,\"hour\":482868", "{\"day_count\":1,\"hour\":482867"},
        {"\"serial\":5,\"serial_entry\":6", "\"serial\":5"},
        {"\"serial\":5,\"serial_entry\":6", "\"serial_entry\":6"},
        {"\"serial\":5", "\"serial\":\"5\""},
        {"\"serial_entry\":6", "\"serial_entry\":10"},
        /* reservations, signatures, the end */
        {IMAGE_D, "\"image\":\"\""},
        {IMAGE_D ",", ""},
        {SPKI_E, "\"spki\":\"\""},
        {",\"spki\":" SHA("e"), ""},
        {"\"intent\":6", "\"intent\":10"},
        {"0000000000000000"
         "0100000000000000",
         "0100000000000000"
         "0100000000000000"},
        {"0000000000000000"
         "0100000000000000",
         "0000000000000000"
         "0a00000000000000"},
        {"\"signed\":\"d0", "\"signed\":\"D0"},
        {"\"signed\":\"d0", "\"signed\":\"x0"},
        {"\"signed\":\"d0", "\"signed\":\"0"},
        {"\"next\":10", "\"next\":9"},
        {"\"next\":10", "\"next\":\"10\""},
        {"\"next\":10", "\"next\":9007199254740991"},
    };

    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        const char *at = strstr(FULL, edits[i].from);
        char text[4096];

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

TEST(memory_is_bounded_by_channels_and_open_intents_not_by_entries)
{
    static const char *const names[] = {"pump", "fan", "gate"};
    FWS_AUTO(fws_json) json = {0};
    LOG log;

    begin(&log);
    while (log.next < 40000) {
        char version[32];

        (void)snprintf(version, sizeof version, "1.%u.%u", (unsigned)(log.next / 30000),
                       (unsigned)(log.next % 30000));
        uint64_t seq = intent_of(&log, &(struct words){.product = names[log.next % 3],
                                                       .version = version,
                                                       .image = 'a',
                                                       .spki = 'b',
                                                       .policy = 'c'});

        if (log.next % 7 == 0) {
            (void)unresolved(&log, seq);
        } else {
            (void)outcome(&log, seq, "signed");
        }
    }
    assert_int_equal(find(&log, "pump")->signed_count + find(&log, "pump")->unresolved_count +
                         find(&log, "fan")->signed_count + find(&log, "fan")->unresolved_count +
                         find(&log, "gate")->signed_count + find(&log, "gate")->unresolved_count,
                     20000);
    assert_in_range(log.releases.products.capacity + log.releases.channels.capacity +
                        log.releases.intents.capacity,
                    1, 16384);
    assert_in_range(log.releases.reserved.capacity, 1, 256u * 1024u);
    assert_in_range(log.releases.recent.size, 1, 2u * FWS_SIGNED_RANGE * FWS_SIGNED_RECORD_SIZE);
    save(&log, &json);
    assert_in_range(json.buf.size, 1, 192u * 1024u);
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
    log.next = 10;
    (void)put(&log, "log.snapshot", "{}");
    assert_true(log.releases.watch.began);
    assert_int_equal(log.releases.watch.from, 10);
    log.fold.reset(log.fold.context);
    assert_false(log.releases.watch.began);
}

TEST_MAIN("signer/releases_snapshot")
