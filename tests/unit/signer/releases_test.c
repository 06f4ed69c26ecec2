/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/signer/releases_log.h"
#include "tests/unit/test.h"

/* ---- What was signed ---- */

/* One byte longer than a product's name may be. */
#define LONG_PRODUCT                                                                               \
    ("{\"product\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","         \
     "\"version\":\"1.0.0\"}")

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
    assert_int_equal(find(&log, "pump")->unresolved_count, 0);
    assert_string_equal(find(&log, "pump")->channel, "stable");
    assert_false(product_of(&log, "pump")->has_counter);
    assert_false(product_of(&log, "pump")->has_serial);
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
    assert_true(product_of(&log, "pump")->has_counter);
    assert_int_equal(product_of(&log, "pump")->counter, UINT32_MAX);
    assert_true(product_of(&log, "fan")->has_counter);
    assert_int_equal(product_of(&log, "fan")->counter, 0);
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
    assert_int_equal(product_of(&log, "pump")->counter, 5);
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
    assert_int_equal(product_of(&log, "pump")->counter, 1);
    assert_int_equal(find(&log, "pump")->open_count, 0);
}

TEST(an_unresolved_intent_may_have_been_signed_and_counts_on)
{
    LOG log;

    begin(&log);
    (void)sign(&log, "pump", "1.0.0");
    uint64_t high = intent(&log, "pump", "2.0.0", "7", NULL);

    (void)unresolved(&log, high);
    assert_highest(&log, "pump", "2.0.0", high);
    assert_last(&log, "pump", "2.0.0", high);
    assert_int_equal(find(&log, "pump")->signed_count, 1);
    assert_int_equal(find(&log, "pump")->open_count, 0);
    assert_int_equal(find(&log, "pump")->unresolved_count, 1);
    assert_int_equal(product_of(&log, "pump")->counter, 7);
    (void)outcome(&log, intent(&log, "pump", "3.0.0", "8", NULL), "failed");
    assert_highest(&log, "pump", "2.0.0", high);
    assert_int_equal(product_of(&log, "pump")->counter, 7);
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
    (void)outcome(&log, c, "failed");
    assert_highest(&log, "pump", "2.0.0", a);
    assert_highest(&log, "fan", "9.0.0", other);
}

TEST(a_product_whose_only_intent_failed_was_never_signed)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, intent(&log, "pump", "1.0.0", NULL, NULL), "failed");
    assert_null(find(&log, "pump"));
    assert_null(product_of(&log, "pump"));
    assert_int_equal(log.releases.products.size, 0);
    assert_int_equal(log.releases.channels.size, 0);
    assert_int_equal(log.releases.intents.size, 0);
}

/* ---- Channels ---- */

TEST(channels_of_a_product_are_apart)
{
    LOG log;

    begin(&log);
    uint64_t stable = intent_in(&log, NULL, "1.0.0");
    uint64_t beta = intent_in(&log, "beta", "2.0.0");

    (void)outcome(&log, stable, "signed");
    assert_highest(&log, "pump", "1.0.0", stable);
    const struct fws_release *release = fws_releases_find(&log.releases, "pump", "beta");

    assert_non_null(release);
    assert_string_equal(release->product, "pump");
    assert_string_equal(release->channel, "beta");
    assert_int_equal(release->entry, beta);
    assert_int_equal(release->open_count, 1);
    assert_int_equal(find(&log, "pump")->open_count, 0);
    assert_null(fws_releases_find(&log.releases, "pump", "bet"));
    assert_null(fws_releases_find(&log.releases, "pump", ""));
    assert_null(fws_releases_find(&log.releases, "pumpbeta", ""));
}

TEST(an_intent_without_a_channel_is_on_stable)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, intent_in(&log, NULL, "1.0.0"), "signed");
    uint64_t seq = intent_in(&log, "stable", "2.0.0");

    assert_highest(&log, "pump", "2.0.0", seq);
    assert_string_equal(FWS_CHANNEL_DEFAULT, "stable");
}

TEST(a_channel_whose_intents_failed_was_never_heard_of)
{
    LOG log;

    begin(&log);
    (void)outcome(&log, intent_in(&log, "beta", "1.0.0"), "signed");
    (void)outcome(&log, intent_in(&log, "alpha", "1.0.0"), "failed");
    assert_null(fws_releases_find(&log.releases, "pump", "alpha"));
    assert_non_null(fws_releases_find(&log.releases, "pump", "beta"));
    assert_non_null(product_of(&log, "pump"));
}

TEST(an_open_intent_of_another_channel_is_not_the_highest_when_one_fails)
{
    LOG log;

    begin(&log);
    uint64_t low = intent_in(&log, NULL, "1.0.0");

    (void)outcome(&log, low, "signed");
    (void)intent_in(&log, "beta", "9.0.0");
    (void)outcome(&log, intent_in(&log, NULL, "2.0.0"), "failed");
    assert_highest(&log, "pump", "1.0.0", low);
    assert_int_equal(find(&log, "pump")->open_count, 0);
}

TEST(a_counter_that_only_a_failed_intent_had_is_none)
{
    LOG log;

    begin(&log);
    (void)sign(&log, "pump", "1.0.0");
    uint64_t seq = intent(&log, "pump", "2.0.0", "9", NULL);

    assert_true(product_of(&log, "pump")->has_counter);
    (void)outcome(&log, seq, "failed");
    assert_false(product_of(&log, "pump")->has_counter);
}

TEST(the_counter_is_the_highest_of_all_channels)
{
    LOG log;

    begin(&log);
    (void)outcome(&log,
                  intent_of(&log, &(struct words){.product = "pump",
                                                  .version = "1.0.0",
                                                  .channel = "beta",
                                                  .counter = "5"}),
                  "signed");
    uint64_t seq = intent_of(
        &log, &(struct words){
                  .product = "pump", .version = "1.0.0", .channel = "nightly", .counter = "9"});

    (void)intent(&log, "pump", "1.0.0", "7", NULL);
    assert_int_equal(product_of(&log, "pump")->counter, 9);
    (void)outcome(&log, seq, "failed");
    assert_int_equal(product_of(&log, "pump")->counter, 7);
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
        "{\"product\":true,\"version\":\"1.0.0\"}",
        "{\"product\":{},\"version\":\"1.0.0\"}",
        "{\"version\":\"1.0.0\",\"product\":\"pump\"}",
        "[]",
        "",
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

TEST(members_of_an_intent_are_what_they_must_be)
{
    static const char *const bad[] = {
        "{\"channel\":\"\",\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"channel\":7,\"product\":\"pump\",\"version\":\"1.0.0\"}",
        ("{\"channel\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
         "\"product\":\"pump\",\"version\":\"1.0.0\"}"),
        "{\"image\":7,\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"image\":{\"digest\":7},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"image\":{\"digest\":\"\"},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"image\":{\"digest\":\"sha256:00\"},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"image\":{\"digest\":" SHA("A") "},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"key\":\"prod\",\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"key\":{\"spki\":\"sha1:00\"},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"policy\":[],\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"policy\":{\"digest\":\"x\"},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"policy\":{\"serial\":-1},\"product\":\"pump\",\"version\":\"1.0.0\"}",
        "{\"policy\":{\"serial\":\"1\"},\"product\":\"pump\",\"version\":\"1.0.0\"}",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        LOG log;

        begin(&log);
        refuse_entry(&log, "sign.intent", bad[i]);
        assert_int_equal(log.releases.products.size, 0);
    }
}

TEST(a_channel_of_full_length_and_longer_digests_are_taken)
{
    LOG log;

    begin(&log);
    (void)put(&log, "sign.intent",
              "{\"channel\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
              "\"image\":{\"digest\":\"sha384:" HEX_63 HEX_32 "0\"},"
              "\"key\":{\"spki\":\"sha512:" HEX_63 HEX_63 "00\"},"
              "\"product\":\"pump\",\"version\":\"1.0.0\"}");
    assert_non_null(fws_releases_find(
        &log.releases, "pump", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

TEST(an_intent_says_when)
{
    static const char *const bad[] = {
        "",
        "2025-01-31T12:34:56Z",
        "2025-01-31T12:34:56.123456Zx",
        "1969-12-31T23:59:59.000000Z",
        "2025-13-31T12:34:56.123456Z",
        "2025-00-31T12:34:56.123456Z",
        "2025-01-32T12:34:56.123456Z",
        "2025-01-00T12:34:56.123456Z",
        "2025-01-31T24:34:56.123456Z",
        "2025-01-31T12:60:56.123456Z",
        "2025-01-31T12:34:61.123456Z",
        "2025-01-31 12:34:56.123456Z",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        LOG log;

        begin(&log);
        log.time = bad[i];
        refuse_entry(&log, "sign.intent", "{\"product\":\"pump\",\"version\":\"1.0.0\"}");
        (void)put(&log, "log.checkpoint", "{}");
    }
}

/* Hours since 1970, as date(1) says. */
TEST(hours_are_those_of_the_calendar)
{
    static const struct {
        const char *time;
        uint64_t hour;
    } cases[] = {
        {"1970-01-01T00:59:59.999999Z", 0},       {"1970-01-02T01:00:00.000000Z", 25},
        {"2000-02-29T00:00:00.000000Z", 264384},  {"2000-03-01T00:00:00.000000Z", 264408},
        {"2024-02-29T23:59:59.000000Z", 474791},  {"2024-03-01T00:00:00.000000Z", 474792},
        {"2025-12-31T23:00:00.000000Z", 490895},  {"2026-01-01T00:00:00.000000Z", 490896},
        {"2100-02-28T23:00:00.000000Z", 1140983}, {"2100-03-01T00:00:00.000000Z", 1140984},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        LOG log;

        begin(&log);
        log.time = cases[i].time;
        (void)intent(&log, "pump", "1.0.0", NULL, NULL);
        assert_int_equal(product_of(&log, "pump")->spent.hour, cases[i].hour);
        assert_int_equal(product_of(&log, "pump")->spent.day, cases[i].hour / 24);
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

TEST_MAIN("signer/releases")
