/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/canonical.h"
#include "signer/denials.h"
#include "tests/unit/test.h"

#define START  INT64_C(1700000000000000) /* 2023-11-14T22:13:20Z */
#define SECOND INT64_C(1000000)
#define WINDOW FWS_DENIALS_WINDOW_US

/* Takes entries as a log does; remembers the last one. */
struct sink {
    struct fws_denials denials;
    size_t count; /* entries taken */
    bool fails;
    size_t asked; /* also in vain */
    size_t bytes;
    char last[1024];
};

static enum fws_status take(void *context, const char *type, const void *data, size_t size,
                            struct fws_error *err)
{
    struct sink *sink = context;
    struct fws_reader reader = fws_reader_init(data, size);

    sink->asked++;
    if (sink->fails) {
        return fws_error_set(err, FWS_E_LOG_UNAVAILABLE, "the log is full");
    }
    assert_string_equal(type, "auth.fail");
    assert_true(fws_canonical_object(&reader));
    assert_int_equal(reader.left, 0);
    assert_in_range(size, 1, sizeof sink->last - 1);
    memcpy(sink->last, data, size);
    sink->last[size] = '\0';
    sink->count++;
    sink->bytes += size;
    return FWS_OK;
}

static struct sink *new_sink(void)
{
    static struct sink sink;

    sink = (struct sink){0};
    fws_denials_init(&sink.denials, take, &sink);
    return &sink;
}

static void add(struct sink *sink, const char *source, const char *reason, int64_t now_us)
{
    struct fws_error err = {0};

    assert_status(fws_denials_add(&sink->denials, source, reason, now_us, &err), FWS_OK);
    assert_string_equal(err.text, "");
}

static void tick(struct sink *sink, int64_t now_us)
{
    struct fws_error err = {0};

    assert_status(fws_denials_tick(&sink->denials, now_us, &err), FWS_OK);
}

static void flush(struct sink *sink, int64_t now_us)
{
    struct fws_error err = {0};

    assert_status(fws_denials_flush(&sink->denials, now_us, &err), FWS_OK);
}

/* As many kinds as are told apart, each logged once. */
static void fill(struct sink *sink, int64_t now_us)
{
    for (unsigned i = 0; i < FWS_DENIALS_KINDS; i++) {
        char source[32];

        (void)snprintf(source, sizeof source, "caller %u", i);
        add(sink, source, "unknown-user", now_us);
    }
}

TEST(the_first_refusal_is_logged_at_once)
{
    struct sink *sink = new_sink();

    add(sink, "10.0.0.1", "unknown-user", START);
    assert_int_equal(sink->count, 1);
    assert_string_equal(sink->last, "{\"count\":1,\"first\":\"2023-11-14T22:13:20.000000Z\","
                                    "\"last\":\"2023-11-14T22:13:20.000000Z\","
                                    "\"reason\":\"unknown-user\",\"source\":\"10.0.0.1\"}");
}

TEST(repeats_within_the_window_are_only_counted)
{
    struct sink *sink = new_sink();

    for (unsigned i = 0; i < 1000; i++) {
        add(sink, "10.0.0.1", "unknown-user", START + i);
    }
    add(sink, "10.0.0.1", "unknown-user", START + WINDOW - 1);
    tick(sink, START + WINDOW - 1);
    assert_int_equal(sink->count, 1);
}

TEST(repeats_become_one_entry_when_the_window_is_over)
{
    struct sink *sink = new_sink();

    for (unsigned i = 0; i < 4; i++) {
        add(sink, "10.0.0.1", "unknown-user", START + i * SECOND);
    }
    tick(sink, START + WINDOW);
    assert_int_equal(sink->count, 2);
    assert_string_equal(sink->last, "{\"count\":3,\"first\":\"2023-11-14T22:13:21.000000Z\","
                                    "\"last\":\"2023-11-14T22:13:23.000000Z\","
                                    "\"reason\":\"unknown-user\",\"source\":\"10.0.0.1\"}");
    tick(sink, START + 10 * WINDOW);
    assert_int_equal(sink->count, 2);
}

TEST(the_next_refusal_ends_a_window_that_is_over)
{
    struct sink *sink = new_sink();

    add(sink, "10.0.0.1", "unknown-user", START);
    add(sink, "10.0.0.1", "unknown-user", START + SECOND);
    add(sink, "10.0.0.2", "unknown-user", START + WINDOW);
    assert_int_equal(sink->count, 3);
    assert_non_null(strstr(sink->last, "10.0.0.2"));
}

TEST(an_attack_that_goes_on_is_one_entry_a_window)
{
    struct sink *sink = new_sink();
    uint64_t seconds = 3600;

    for (uint64_t i = 0; i < seconds; i++) {
        add(sink, "10.0.0.1", "unknown-user", START + (int64_t)i * SECOND);
    }
    assert_int_equal(sink->count, 60);
    flush(sink, START + (int64_t)seconds * SECOND);
    assert_int_equal(sink->count, 61);
}

TEST(no_refusal_is_lost_nor_counted_twice)
{
    struct sink *sink = new_sink();
    unsigned long long sum = 0;
    size_t seen = 0;

    for (unsigned i = 0; i < 5000; i++) {
        add(sink, i % 3 == 0 ? "a" : "b", i % 2 == 0 ? "x" : "y", START + i * SECOND / 7);
        flush(sink, START + i * SECOND / 7);
        assert_in_range(sink->count - seen, 1, 1);
        seen = sink->count;
        sum += strtoull(sink->last + strlen("{\"count\":"), NULL, 10);
    }
    assert_int_equal(sum, 5000);
}

TEST(after_a_quiet_window_a_refusal_is_a_first_one_again)
{
    struct sink *sink = new_sink();

    add(sink, "10.0.0.1", "unknown-user", START);
    add(sink, "10.0.0.1", "unknown-user", START + WINDOW);
    assert_int_equal(sink->count, 2);
    assert_non_null(strstr(sink->last, "{\"count\":1,"));
}

TEST(a_kind_is_source_and_reason)
{
    struct sink *sink = new_sink();

    add(sink, "a", "x", START);
    add(sink, "b", "x", START);
    add(sink, "a", "y", START);
    assert_int_equal(sink->count, 3);
    add(sink, "a", "x", START);
    add(sink, "b", "x", START);
    add(sink, "a", "y", START);
    assert_int_equal(sink->count, 3);
}

TEST(a_flush_logs_what_was_counted_and_no_more)
{
    struct sink *sink = new_sink();

    flush(sink, START);
    add(sink, "10.0.0.1", "unknown-user", START);
    flush(sink, START);
    assert_int_equal(sink->count, 1);
    add(sink, "10.0.0.1", "unknown-user", START + 1);
    flush(sink, START + 2);
    flush(sink, START + 3);
    assert_int_equal(sink->count, 2);
}

TEST(kinds_beyond_the_limit_are_lumped_as_other)
{
    struct sink *sink = new_sink();

    fill(sink, START);
    assert_int_equal(sink->count, FWS_DENIALS_KINDS);
    add(sink, "one more", "unknown-user", START);
    assert_int_equal(sink->count, FWS_DENIALS_KINDS + 1);
    assert_non_null(strstr(sink->last, "\"reason\":\"unknown-user\",\"source\":\"other\"}"));
    add(sink, "yet one more", "unknown-user", START);
    add(sink, "and another", "unknown-user", START);
    assert_int_equal(sink->count, FWS_DENIALS_KINDS + 1);
    tick(sink, START + WINDOW);
    assert_int_equal(sink->count, FWS_DENIALS_KINDS + 2);
    assert_non_null(strstr(sink->last, "{\"count\":2,"));
    assert_non_null(strstr(sink->last, "\"reason\":\"unknown-user\",\"source\":\"other\"}"));
}

TEST(after_a_quiet_window_the_lumped_are_logged_at_once_again)
{
    struct sink *sink = new_sink();

    fill(sink, START);
    add(sink, "one more", "unknown-user", START);
    tick(sink, START + WINDOW);
    fill(sink, START + WINDOW);
    add(sink, "one more", "unknown-user", START + WINDOW);
    assert_int_equal(sink->count, 2 * (FWS_DENIALS_KINDS + 1));
}

TEST(several_reasons_of_the_lumped_are_other_too)
{
    struct sink *sink = new_sink();

    fill(sink, START);
    add(sink, "c", "unknown-user", START);
    add(sink, "d", "bad-certificate", START);
    flush(sink, START);
    assert_non_null(strstr(sink->last, "\"reason\":\"bad-certificate\",\"source\":\"other\"}"));
    add(sink, "d", "bad-certificate", START);
    add(sink, "e", "unknown-user", START);
    flush(sink, START);
    assert_non_null(strstr(sink->last, "\"reason\":\"other\",\"source\":\"other\"}"));
}

TEST(a_known_kind_is_counted_by_itself_beside_the_lumped)
{
    struct sink *sink = new_sink();

    fill(sink, START);
    add(sink, "caller 63", "unknown-user", START);
    flush(sink, START);
    assert_non_null(strstr(sink->last, "\"source\":\"caller 63\"}"));
}

TEST(kinds_that_fell_quiet_make_room)
{
    struct sink *sink = new_sink();

    fill(sink, START);
    add(sink, "late", "unknown-user", START + WINDOW);
    assert_non_null(strstr(sink->last, "\"source\":\"late\"}"));
    assert_int_equal(sink->denials.kind_count, 1);
}

/* A new source for each refusal, 100 a second for an hour. */
TEST(entries_are_bounded_however_many_sources_there_are)
{
    struct sink *sink = new_sink();
    unsigned refusals = 360000;

    for (unsigned i = 0; i < refusals; i++) {
        char source[32];

        (void)snprintf(source, sizeof source, "caller %u", i);
        add(sink, source, "unknown-user", START + i * (SECOND / 100));
    }
    flush(sink, START + refusals * (SECOND / 100));
    assert_in_range(sink->count, 60, 61 * (FWS_DENIALS_KINDS + 1));
    assert_in_range(sink->bytes, 1, 1 << 20);
}

TEST(texts_are_cut_and_made_printable)
{
    struct sink *sink = new_sink();
    char longer[FWS_DENIALS_TEXT_MAX + 2];
    char expected[256];

    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    add(sink, longer, "\x1b[31m\n\xff\"\\", START);
    (void)snprintf(expected, sizeof expected,
                   "\"reason\":\"?[31m??\\\"\\\\\",\"source\":\"%.64s\"}", longer);
    assert_non_null(strstr(sink->last, expected));
}

TEST(texts_that_differ_behind_the_cut_are_one_kind)
{
    struct sink *sink = new_sink();
    char longer[FWS_DENIALS_TEXT_MAX + 2];

    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    add(sink, longer, "x", START);
    longer[FWS_DENIALS_TEXT_MAX] = 'b';
    add(sink, longer, "x", START);
    assert_int_equal(sink->count, 1);
    longer[FWS_DENIALS_TEXT_MAX - 1] = 'b';
    add(sink, longer, "x", START);
    assert_int_equal(sink->count, 2);
}

TEST(what_could_not_be_logged_is_said_and_kept)
{
    struct sink *sink = new_sink();
    struct fws_error err = {0};

    sink->fails = true;
    assert_status(fws_denials_add(&sink->denials, "a", "x", START, &err), FWS_E_LOG_UNAVAILABLE);
    assert_string_equal(err.text, "the log is full");
    add(sink, "a", "x", START + 1);
    err = (struct fws_error){0};
    assert_status(fws_denials_tick(&sink->denials, START + WINDOW, &err), FWS_E_LOG_UNAVAILABLE);
    assert_string_equal(err.text, "the log is full");
    sink->fails = false;
    flush(sink, START + WINDOW);
    assert_int_equal(sink->count, 1);
    assert_non_null(strstr(sink->last, "{\"count\":2,\"first\":\"2023-11-14T22:13:20.000000Z\","
                                       "\"last\":\"2023-11-14T22:13:20.000001Z\","));
}

TEST(one_failure_does_not_keep_other_kinds_from_the_log)
{
    struct sink *sink = new_sink();
    struct fws_error err = {0};

    for (unsigned i = 0; i < 2; i++) {
        add(sink, "a", "x", START);
        add(sink, "b", "x", START);
    }
    sink->fails = true;
    assert_status(fws_denials_tick(&sink->denials, START + WINDOW, &err), FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(sink->asked, 4);
}

/* Otherwise each refusal would cost an attempt, which is what is to be saved. */
TEST(a_log_that_fails_is_asked_again_only_a_window_later)
{
    struct sink *sink = new_sink();
    struct fws_error err = {0};

    sink->fails = true;
    assert_status(fws_denials_add(&sink->denials, "a", "x", START, &err), FWS_E_LOG_UNAVAILABLE);
    for (unsigned i = 0; i < 100; i++) {
        add(sink, "a", "x", START + i);
    }
    assert_int_equal(sink->asked, 1);
    assert_status(fws_denials_add(&sink->denials, "a", "x", START + WINDOW, &err),
                  FWS_E_LOG_UNAVAILABLE);
    assert_int_equal(sink->asked, 2);
    add(sink, "a", "x", START + WINDOW + 1);
    assert_int_equal(sink->asked, 2);
}

TEST(a_clock_that_was_set_back_ends_the_window)
{
    struct sink *sink = new_sink();

    add(sink, "a", "x", START);
    add(sink, "a", "x", START + 1);
    tick(sink, START - WINDOW);
    assert_int_equal(sink->count, 2);
    add(sink, "a", "x", START - WINDOW);
    tick(sink, START);
    assert_int_equal(sink->count, 3);
}

TEST_MAIN("signer/denials")
