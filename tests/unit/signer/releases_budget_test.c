/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/signer/releases_log.h"
#include "tests/unit/test.h"

/* ---- Budgets ---- */

#define US INT64_C(1000000)
/* 2025-01-31T12:34:56Z is 1738326896. */
#define HOUR_12 (INT64_C(1738324800) * US) /* 12:00:00 of that day */
#define HOUR    (3600 * US)

static void assert_spent(const struct log *log, int64_t now_us, uint64_t hour, uint64_t day)
{
    assert_int_equal(fws_releases_spent_hour(&log->releases, "pump", now_us), hour);
    assert_int_equal(fws_releases_spent_day(&log->releases, "pump", now_us), day);
}

TEST(signatures_of_an_hour_and_a_day_are_counted_over_all_channels)
{
    LOG log;

    begin(&log);
    assert_spent(&log, HOUR_12, 0, 0);
    (void)outcome(&log, intent_in(&log, NULL, "1.0.0"), "signed");
    (void)intent_in(&log, "beta", "1.0.0");
    (void)unresolved(&log, intent_in(&log, "nightly", "1.0.0"));
    (void)outcome(&log, intent_in(&log, NULL, "1.0.1"), "failed");
    (void)sign(&log, "fan", "1.0.0");
    assert_spent(&log, HOUR_12, 3, 3);
}

TEST(an_hour_and_a_day_end_at_their_border)
{
    static const struct {
        int64_t now_us;
        uint64_t hour, day;
    } cases[] = {
        {HOUR_12, 1, 1},
        {HOUR_12 + HOUR - 1, 1, 1},
        {HOUR_12 + HOUR, 0, 1},
        {HOUR_12 + 12 * HOUR - 1, 0, 1},
        {HOUR_12 + 12 * HOUR, 0, 0},
        {INT64_MAX, 0, 0},
        /* a clock that went back */
        {HOUR_12 - 1, 1, 1},
        {HOUR_12 - 13 * HOUR, 1, 1},
        {0, 1, 1},
        {-1, 1, 1},
        {INT64_MIN, 1, 1},
    };
    LOG log;

    begin(&log);
    (void)sign(&log, "pump", "1.0.0");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_spent(&log, cases[i].now_us, cases[i].hour, cases[i].day);
    }
}

TEST(a_later_hour_and_day_begin_at_one)
{
    LOG log;

    begin(&log);
    (void)sign(&log, "pump", "1.0.0");
    (void)sign(&log, "pump", "1.0.1");
    log.time = "2025-01-31T13:00:00.000000Z";
    (void)sign(&log, "pump", "1.0.2");
    assert_spent(&log, HOUR_12 + HOUR, 1, 3);
    log.time = "2025-02-01T00:00:00.000000Z";
    (void)sign(&log, "pump", "1.0.3");
    assert_spent(&log, HOUR_12 + 12 * HOUR, 1, 1);
}

TEST(a_clock_that_went_back_gives_no_budget_anew)
{
    LOG log;

    begin(&log);
    (void)sign(&log, "pump", "1.0.0");
    log.time = "2025-01-30T12:00:00.000000Z";
    uint64_t seq = intent(&log, "pump", "1.0.1", NULL, NULL);

    assert_spent(&log, HOUR_12, 2, 2);
    assert_spent(&log, HOUR_12 - 24 * HOUR, 2, 2);
    (void)outcome(&log, seq, "failed");
    assert_spent(&log, HOUR_12, 1, 1);
}

TEST(what_failed_is_given_back_to_its_own_hour_and_day)
{
    LOG log;

    begin(&log);
    uint64_t first = intent(&log, "pump", "1.0.0", NULL, NULL);
    uint64_t second = intent(&log, "pump", "1.0.1", NULL, NULL);

    log.time = "2025-01-31T13:00:00.000000Z";
    (void)sign(&log, "pump", "1.0.2");
    (void)outcome(&log, first, "failed");
    assert_spent(&log, HOUR_12 + HOUR, 1, 2);
    log.time = "2025-02-01T13:00:00.000000Z";
    (void)sign(&log, "pump", "1.0.3");
    (void)outcome(&log, second, "failed");
    assert_spent(&log, HOUR_12 + 25 * HOUR, 1, 1);
}

TEST(a_replay_counts_for_nothing)
{
    FWS_AUTO(fws_json) before = {0};
    FWS_AUTO(fws_json) after = {0};
    LOG log;

    begin(&log);
    (void)outcome(&log, intent_for(&log, "1.0.0", 'a', 'b', 'c'), "signed");
    save(&log, &before);
    (void)put(&log, "sign.replay", "{\"intent\":0,\"outcome\":1}");
    (void)put(&log, "sign.replay", "{\"outcome\":1}");
    (void)put(&log, "sign.replay", "{\"intent\":0}");
    assert_spent(&log, HOUR_12, 1, 1);
    log.releases.next = 2; /* all else is as it was */
    save(&log, &after);
    assert_int_equal(before.buf.size, after.buf.size);
    assert_memory_equal(before.buf.data, after.buf.data, before.buf.size);
}

TEST(a_replay_names_an_earlier_entry)
{
    static const char *const bad[] = {
        "{}",
        "{\"intent\":2}",
        "{\"outcome\":2}",
        "{\"intent\":\"0\"}",
        "{\"intent\":0,\"outcome\":7}",
        "{\"intent\":true,\"outcome\":1}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        LOG log;

        begin(&log);
        (void)sign(&log, "pump", "1.0.0");
        refuse_entry(&log, "sign.replay", bad[i]);
    }
}

/* ---- Budgets of versions ---- */

/* -1: unknown. */
static int spent_version(const struct log *log, const char *channel, const char *text)
{
    struct fws_version version;
    uint64_t count = 99;

    assert_status(fws_version_parse(text, strlen(text), &version), FWS_OK);
    return fws_releases_spent_version(&log->releases, "pump", channel, &version, &count)
               ? (int)count
               : -1;
}

TEST(signatures_of_a_version_are_counted)
{
    LOG log;

    begin(&log);
    assert_int_equal(spent_version(&log, "stable", "1.0.0"), 0);
    (void)outcome(&log, intent_in(&log, NULL, "1.0.0"), "signed");
    (void)intent_in(&log, NULL, "1.0.0");
    (void)unresolved(&log, intent_in(&log, NULL, "1.0.0"));
    (void)outcome(&log, intent_in(&log, NULL, "1.0.0"), "failed");
    (void)intent_in(&log, "beta", "1.0.0");
    (void)intent_in(&log, NULL, "1.0.0+1");
    assert_int_equal(spent_version(&log, "stable", "1.0.0"), 3);
    assert_int_equal(spent_version(&log, "stable", "1.0.0+1"), 1);
    assert_int_equal(spent_version(&log, "beta", "1.0.0"), 1);
    assert_int_equal(spent_version(&log, "stable", "0.9.0"), 0);
    assert_int_equal(spent_version(&log, "stable", "2.0.0"), 0);
}

static void sign_minor(struct log *log, unsigned minor)
{
    char version[32];

    (void)snprintf(version, sizeof version, "1.%u.0", minor);
    (void)outcome(log, intent_in(log, NULL, version), "signed");
}

TEST(a_version_older_than_what_is_counted_is_unknown)
{
    LOG log;

    begin(&log);
    for (unsigned i = 1; i <= FWS_RELEASE_VERSIONS; i++) {
        sign_minor(&log, 2 * i);
    }
    assert_int_equal(spent_version(&log, "stable", "1.0.0"), 0);
    assert_int_equal(spent_version(&log, "stable", "1.2.0"), 1);
    sign_minor(&log, 131); /* drops 1.2.0 */
    assert_int_equal(spent_version(&log, "stable", "1.0.0"), -1);
    assert_int_equal(spent_version(&log, "stable", "1.2.0"), -1);
    assert_int_equal(spent_version(&log, "stable", "1.3.0"), 0);
    assert_int_equal(spent_version(&log, "stable", "1.4.0"), 1);
    sign_minor(&log, 3); /* lower than all that are kept */
    assert_int_equal(spent_version(&log, "stable", "1.3.0"), -1);
    assert_int_equal(spent_version(&log, "stable", "1.4.0"), 1);
    sign_minor(&log, 5); /* among them: drops 1.4.0 */
    assert_int_equal(spent_version(&log, "stable", "1.4.0"), -1);
    assert_int_equal(spent_version(&log, "stable", "1.5.0"), 1);
    assert_int_equal(spent_version(&log, "beta", "1.0.0"), 0);
}

TEST(an_unknown_version_stays_unknown_when_there_is_room_again)
{
    uint64_t open[FWS_RELEASE_VERSIONS + 1];
    LOG log;

    begin(&log);
    for (unsigned i = 0; i <= FWS_RELEASE_VERSIONS; i++) {
        char version[32];

        (void)snprintf(version, sizeof version, "1.%u.0", i);
        open[i] = intent_in(&log, NULL, version);
    }
    assert_int_equal(spent_version(&log, "stable", "1.0.0"), -1);
    (void)outcome(&log, open[1], "failed");
    (void)outcome(&log, open[0], "failed");
    (void)intent_in(&log, NULL, "1.0.0");
    assert_int_equal(spent_version(&log, "stable", "1.0.0"), -1);
    assert_int_equal(spent_version(&log, "stable", "1.1.0"), 0);
}

/* ---- Reservations ---- */

static bool reserved(const struct log *log, const char *channel, const char *text, char image,
                     char spki)
{
    struct fws_version version;

    assert_status(fws_version_parse(text, strlen(text), &version), FWS_OK);
    return fws_releases_reserved(&log->releases, "pump", channel, &version, digest(image),
                                 digest(spki));
}

TEST(an_unresolved_intent_reserves_its_version_for_the_same_bytes_and_key)
{
    LOG log;

    begin(&log);
    uint64_t seq = intent_for(&log, "1.0.0", 'a', 'b', 'c');

    assert_false(reserved(&log, "stable", "1.0.0", 'a', 'b'));
    (void)unresolved(&log, seq);
    assert_true(reserved(&log, "stable", "1.0.0", 'a', 'b'));
    assert_false(reserved(&log, "stable", "1.0.0", 'd', 'b'));
    assert_false(reserved(&log, "stable", "1.0.0", 'a', 'd'));
    assert_false(reserved(&log, "stable", "1.0.1", 'a', 'b'));
    assert_false(reserved(&log, "beta", "1.0.0", 'a', 'b'));
    struct fws_version version = {.major = 1};

    assert_false(
        fws_releases_reserved(&log.releases, "fan", "stable", &version, digest('a'), digest('b')));
}

TEST(a_reservation_ends_once_the_same_bytes_are_signed)
{
    LOG log;

    begin(&log);
    (void)unresolved(&log, intent_for(&log, "1.0.0", 'a', 'b', 'c'));
    (void)outcome(&log, intent_for(&log, "1.0.0", 'd', 'b', 'c'), "signed");
    (void)outcome(&log, intent_for(&log, "1.0.0", 'a', 'b', 'c'), "failed");
    assert_true(reserved(&log, "stable", "1.0.0", 'a', 'b'));
    (void)outcome(&log, intent_for(&log, "1.0.0", 'a', 'b', 'f'), "signed");
    assert_false(reserved(&log, "stable", "1.0.0", 'a', 'b'));
    assert_int_equal(log.releases.reserved.size, 0);
}

TEST(an_intent_that_does_not_say_its_bytes_or_key_reserves_nothing)
{
    LOG log;

    begin(&log);
    (void)unresolved(&log, intent(&log, "pump", "1.0.0", NULL, NULL));
    (void)unresolved(&log, intent_for(&log, "1.0.0", 'a', 0, 'c'));
    (void)unresolved(&log, intent_for(&log, "1.0.0", 0, 'b', 'c'));
    assert_int_equal(log.releases.reserved.size, 0);
    struct fws_version version = {.major = 1};

    assert_false(fws_releases_reserved(&log.releases, "pump", "stable", &version, "", ""));
}

TEST(of_a_product_the_newest_reservations_are_kept)
{
    char version[32];
    LOG log;

    begin(&log);
    (void)unresolved(
        &log,
        intent_of(&log, &(struct words){
                            .product = "fan", .version = "1.0.0", .image = 'a', .spki = 'b'}));
    for (unsigned i = 0; i <= FWS_RELEASE_RESERVED; i++) {
        (void)snprintf(version, sizeof version, "1.%u.0", i);
        (void)unresolved(&log, intent_for(&log, version, 'a', 'b', 'c'));
    }
    assert_false(reserved(&log, "stable", "1.0.0", 'a', 'b'));
    assert_true(reserved(&log, "stable", "1.1.0", 'a', 'b'));
    (void)unresolved(&log, intent_for(&log, "1.1.0", 'a', 'b', 'c')); /* is the newest now */
    (void)unresolved(&log, intent_for(&log, "2.0.0", 'a', 'b', 'c'));
    assert_true(reserved(&log, "stable", "1.1.0", 'a', 'b'));
    assert_false(reserved(&log, "stable", "1.2.0", 'a', 'b'));
    assert_true(reserved(&log, "stable", version, 'a', 'b'));
    struct fws_version first = {.major = 1};

    assert_true(
        fws_releases_reserved(&log.releases, "fan", "stable", &first, digest('a'), digest('b')));
}

/* ---- The policy's serial ---- */

static uint64_t with_serial(struct log *log, const char *serial)
{
    return intent_of(log, &(struct words){.product = "pump", .version = "1.0.0", .serial = serial});
}

TEST(the_highest_serial_is_kept_with_its_first_entry)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, with_serial(&log, "3"), "signed");
    uint64_t high = with_serial(&log, "9007199254740991");

    (void)with_serial(&log, "4");
    (void)with_serial(&log, "9007199254740991");
    (void)with_serial(&log, NULL);
    assert_true(product_of(&log, "pump")->has_serial);
    assert_int_equal(product_of(&log, "pump")->serial, INT64_C(9007199254740991));
    assert_int_equal(product_of(&log, "pump")->serial_entry, high);
}

TEST(serial_zero_is_one)
{
    LOG log;

    begin(&log);
    (void)put(&log, "log.genesis", "{}");
    uint64_t seq = with_serial(&log, "0");

    assert_true(product_of(&log, "pump")->has_serial);
    assert_int_equal(product_of(&log, "pump")->serial_entry, seq);
}

TEST(a_serial_never_falls_even_when_what_named_it_failed)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, with_serial(&log, "5"), "failed");
    assert_null(find(&log, "pump"));
    assert_non_null(product_of(&log, "pump"));
    assert_int_equal(product_of(&log, "pump")->serial, 5);
    (void)with_serial(&log, "4");
    assert_int_equal(product_of(&log, "pump")->serial, 5);
}

/* ---- The same again ---- */

static bool open_same(const struct log *log, char image, char spki, char policy, uint64_t *seq)
{
    return fws_releases_open_same(&log->releases, digest(image), digest(spki), digest(policy), seq);
}

TEST(an_open_intent_of_the_same_bytes_key_and_policy_is_found)
{
    uint64_t seq = 0;
    LOG log;

    begin(&log);
    (void)intent(&log, "pump", "1.0.0", NULL, NULL);
    uint64_t first = intent_for(&log, "1.0.0", 'a', 'b', 'c');
    uint64_t second = intent_for(&log, "1.0.0", 'a', 'b', 'c');

    assert_true(open_same(&log, 'a', 'b', 'c', &seq));
    assert_int_equal(seq, first);
    assert_false(open_same(&log, 'd', 'b', 'c', &seq));
    assert_false(open_same(&log, 'a', 'd', 'c', &seq));
    assert_false(open_same(&log, 'a', 'b', 'd', &seq));
    assert_false(fws_releases_open_same(&log.releases, "", "", "", &seq));
    (void)outcome(&log, first, "failed");
    assert_true(open_same(&log, 'a', 'b', 'c', &seq));
    assert_int_equal(seq, second);
    (void)outcome(&log, second, "signed");
    assert_false(open_same(&log, 'a', 'b', 'c', &seq));
}

static bool was_signed(const struct log *log, char image, char spki, char policy,
                       struct fws_signed_record *out)
{
    uint8_t key[FWS_SIGNED_KEY_SIZE];

    assert_true(fws_signed_key(digest(image), digest(spki), digest(policy), key));
    return fws_releases_signed(&log->releases, key, out);
}

TEST(the_newest_signature_of_the_same_bytes_key_and_policy_is_found)
{
    struct fws_signed_record hit;
    LOG log;

    begin(&log);
    uint64_t seq = intent_for(&log, "1.0.0", 'a', 'b', 'c');

    assert_false(was_signed(&log, 'a', 'b', 'c', &hit));
    (void)outcome(&log, seq, "signed");
    (void)outcome(&log, intent_for(&log, "1.0.0", 'a', 'b', 'e'), "failed");
    (void)unresolved(&log, intent_for(&log, "1.0.0", 'a', 'b', 'f'));
    assert_true(was_signed(&log, 'a', 'b', 'c', &hit));
    assert_int_equal(hit.intent, seq);
    assert_int_equal(hit.outcome, seq + 1);
    assert_false(was_signed(&log, 'a', 'b', 'e', &hit));
    assert_false(was_signed(&log, 'a', 'b', 'f', &hit));
    uint64_t again = intent_for(&log, "1.0.0", 'a', 'b', 'c');
    uint64_t end = outcome(&log, again, "signed");

    assert_true(was_signed(&log, 'a', 'b', 'c', &hit));
    assert_int_equal(hit.intent, again);
    assert_int_equal(hit.outcome, end);
}

TEST(signatures_are_remembered_over_one_whole_range_at_least)
{
    struct fws_signed_record hit;
    LOG log;

    begin(&log);
    log.next = FWS_SIGNED_RANGE - 3;
    (void)outcome(&log, intent_for(&log, "1.0.0", 'a', 'b', 'c'), "signed");
    (void)outcome(&log, intent_for(&log, "1.0.0", 'a', 'b', 'd'), "signed");
    assert_int_equal(fws_releases_signed_from(&log.releases), 0);
    log.next = 2 * FWS_SIGNED_RANGE - 2;
    (void)put(&log, "log.checkpoint", "{}");
    assert_int_equal(fws_releases_signed_from(&log.releases), 0);
    assert_true(was_signed(&log, 'a', 'b', 'c', &hit));
    (void)put(&log, "log.checkpoint", "{}");
    assert_int_equal(fws_releases_signed_from(&log.releases), FWS_SIGNED_RANGE);
    assert_false(was_signed(&log, 'a', 'b', 'c', &hit));
    assert_true(was_signed(&log, 'a', 'b', 'd', &hit));
    assert_int_equal(hit.outcome, FWS_SIGNED_RANGE);
}

TEST_MAIN("signer/releases_budget")
