/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <time.h>

#include "policy/scan.h"
#include "tests/unit/test.h"

#define TEXT_MAX 4096u

/* Patterns are texts here, but for those in which every byte counts. */
static struct fws_pattern text_pattern(const char *text)
{
    return (struct fws_pattern){(const uint8_t *)text, strlen(text)};
}

static void scan_bytes(const struct fws_pattern *patterns, size_t count, const void *bytes,
                       size_t size, size_t found[FWS_PATTERNS_MAX])
{
    static struct fws_scan scan;

    assert_status(fws_scan_init(&scan, patterns, count), FWS_OK);
    fws_scan_run(&scan, bytes, size, found);
}

/* Where one pattern stands in a text. */
static size_t scan_one(const char *pattern, const char *text)
{
    struct fws_pattern one = text_pattern(pattern);
    size_t found[FWS_PATTERNS_MAX];

    scan_bytes(&one, 1, text, strlen(text), found);
    return found[0];
}

/* By the definition. */
static size_t search(const struct fws_pattern *pattern, const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + pattern->size <= size; at++) {
        if (memcmp(bytes + at, pattern->bytes, pattern->size) == 0) {
            return at;
        }
    }
    return FWS_PATTERN_ABSENT;
}

static void assert_as_searched(const struct fws_pattern *patterns, size_t count,
                               const uint8_t *bytes, size_t size)
{
    size_t found[FWS_PATTERNS_MAX];

    scan_bytes(patterns, count, bytes, size, found);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found[i], search(&patterns[i], bytes, size));
    }
    for (size_t i = count; i < FWS_PATTERNS_MAX; i++) {
        assert_int_equal(found[i], FWS_PATTERN_ABSENT);
    }
}

static void assert_texts_as_searched(const char *const *texts, size_t count, const char *text)
{
    struct fws_pattern patterns[FWS_PATTERNS_MAX];

    for (size_t i = 0; i < count; i++) {
        patterns[i] = text_pattern(texts[i]);
    }
    assert_as_searched(patterns, count, (const uint8_t *)text, strlen(text));
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

TEST(limits_of_count_and_size_are_met_and_not_passed)
{
    static const uint8_t bytes[FWS_PATTERN_MAX_SIZE + 1];
    static const struct {
        size_t size;
        enum fws_status status;
    } cases[] = {{0, FWS_E_USAGE}, {3, FWS_E_USAGE}, {4, FWS_OK},       {5, FWS_OK},
                 {255, FWS_OK},    {256, FWS_OK},    {257, FWS_E_USAGE}};
    struct fws_pattern patterns[FWS_PATTERNS_MAX + 1];
    static struct fws_scan scan;

    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        patterns[i] = (struct fws_pattern){bytes, 4};
    }
    assert_status(fws_scan_init(&scan, patterns, FWS_PATTERNS_MAX), FWS_OK);
    assert_status(fws_scan_init(&scan, patterns, FWS_PATTERNS_MAX + 1), FWS_E_USAGE);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        patterns[1].size = cases[i].size;
        assert_status(fws_scan_init(&scan, patterns, 2), cases[i].status);
    }
}

TEST(a_compiled_scan_stays_below_20_kib)
{
    assert_in_range(sizeof(struct fws_scan), 1, 20 * 1024);
}

TEST(without_patterns_nothing_is_found)
{
    assert_as_searched(NULL, 0, (const uint8_t *)"some bytes", 10);
}

TEST(in_no_bytes_nothing_is_found)
{
    struct fws_pattern pattern = text_pattern("TEST");
    size_t found[FWS_PATTERNS_MAX];

    scan_bytes(&pattern, 1, NULL, 0, found);
    assert_int_equal(found[0], FWS_PATTERN_ABSENT);
}

TEST(the_first_of_many_places_counts)
{
    assert_int_equal(scan_one("TEST", "a TEST, a TEST, a TEST"), 2);
    assert_int_equal(scan_one("abcabc", "abcabcabcabc"), 0);
}

TEST(a_pattern_is_found_at_the_very_start_and_end)
{
    assert_int_equal(scan_one("TEST", "TEST"), 0);
    assert_int_equal(scan_one("TEST", "TEST."), 0);
    assert_int_equal(scan_one("TEST", ".TEST"), 1);
    assert_int_equal(scan_one("TEST ONLY", "TEST ONLY"), 0);
}

TEST(a_pattern_longer_than_the_bytes_is_absent)
{
    assert_int_equal(scan_one("TEST", "TES"), FWS_PATTERN_ABSENT);
    assert_int_equal(scan_one("TEST ONLY", "TEST ONL"), FWS_PATTERN_ABSENT);
    assert_int_equal(scan_one("TEST ONLY", "T"), FWS_PATTERN_ABSENT);
}

TEST(a_pattern_cut_by_either_end_is_absent)
{
    assert_int_equal(scan_one("TEST ONLY", "EST ONLY and some more"), FWS_PATTERN_ABSENT);
    assert_int_equal(scan_one("aaaaaTESTKEY", "aaaaTESTKEY"), FWS_PATTERN_ABSENT);
    assert_int_equal(scan_one("TEST ONLY", "this is for TEST ONL"), FWS_PATTERN_ABSENT);
}

/* Whatever its length, its place, and what the place is a multiple of; beyond several blocks. */
TEST(a_pattern_is_found_at_every_offset)
{
    static uint8_t bytes[700];
    static const uint8_t text[] = "0123456789abcdefghijklmnopqrstuvwxyz";

    for (size_t size = 4; size <= 36; size++) {
        struct fws_pattern pattern = {text, size};

        for (size_t at = 0; at + size <= sizeof bytes; at++) {
            size_t found[FWS_PATTERNS_MAX];

            memset(bytes, 'x', sizeof bytes);
            memcpy(bytes + at, text, size);
            scan_bytes(&pattern, 1, bytes, sizeof bytes, found);
            assert_int_equal(found[0], at);
        }
    }
}

/* The sanitizer watches the end: of a block, of a stride, of a window. */
TEST(bytes_beyond_the_end_are_not_read)
{
    static const char text[] = "TEST ONLY";
    const size_t text_size = sizeof text - 1;

    for (size_t size = 1; size < 300; size++) {
        struct fws_pattern pattern = text_pattern(text);
        size_t copied = size < text_size ? size : text_size;
        size_t found[FWS_PATTERNS_MAX];
        uint8_t *exact = malloc(size);

        assert_non_null(exact);
        memset(exact, '.', size);
        memcpy(exact + size - copied, text, copied);
        scan_bytes(&pattern, 1, exact, size, found);
        assert_int_equal(found[0], size < text_size ? FWS_PATTERN_ABSENT : size - text_size);
        scan_bytes(&pattern, 1, exact, size - 1, found);
        assert_int_equal(found[0], FWS_PATTERN_ABSENT);
        free(exact);
    }
}

TEST(patterns_that_overlap_are_all_found)
{
    static const char *const texts[] = {"abcdef", "cdefgh", "defg", "efghij", "abcdefghij"};

    assert_texts_as_searched(texts, COUNT_OF(texts), "..abcdefghij..");
    assert_texts_as_searched(texts, COUNT_OF(texts), "..abcdefghi");
    assert_texts_as_searched(texts, COUNT_OF(texts), "cdefghij");
}

TEST(a_pattern_that_begins_another_is_found_with_and_without_it)
{
    static const char *const texts[] = {"-----BEGIN ", "-----BEGIN EC", "-----BEGIN RSA",
                                        "-----BEGIN EC PRIVATE KEY"};

    assert_texts_as_searched(texts, COUNT_OF(texts), "-----BEGIN EC PRIVATE KEY");
    assert_texts_as_searched(texts, COUNT_OF(texts), "-----BEGIN EC PRIVATE -----BEGIN RSA");
    assert_texts_as_searched(texts, COUNT_OF(texts), "..-----BEGIN EC PRIVATE KE");
}

/* In sorted order the second is cut by the end; the third must not be taken for as short. */
TEST(a_pattern_is_found_behind_a_longer_one_that_the_end_cuts)
{
    static const char *const texts[] = {"ABCDx", "ABCDEFGH", "ABCDEG"};

    assert_texts_as_searched(texts, COUNT_OF(texts), "ABCDEG");
    assert_texts_as_searched(texts, COUNT_OF(texts), "ABCDEGABCDEF");
}

TEST(the_same_pattern_twice_is_found_twice)
{
    static const char *const texts[] = {"TEST", "other", "TEST", "other"};

    assert_texts_as_searched(texts, COUNT_OF(texts), "one TEST more");
    assert_texts_as_searched(texts, COUNT_OF(texts), "another");
}

/* As what ends the pass early is that all were found. */
TEST(a_pattern_is_found_when_all_others_stood_many_times_before)
{
    static const char *const texts[] = {"TEST", "last"};
    char text[TEXT_MAX];

    memset(text, 0, sizeof text);
    for (size_t i = 0; i < 500; i++) {
        memcpy(text + i * 4, "TEST", 4);
    }
    memcpy(text + 2000, "last", 4);
    assert_texts_as_searched(texts, COUNT_OF(texts), text);
    assert_int_equal(strlen(text), 2004);
}

/* Windows of the same four bytes at different offsets, in one slot. */
TEST(patterns_whose_best_bytes_are_the_same_are_told_apart)
{
    static const char *const texts[] = {"WXYZ", "aWXYZ", "aaWXYZ", "aaaWXYZ", "WXYZaaa", "bbWXYZ"};

    assert_texts_as_searched(texts, COUNT_OF(texts), "WXY aaWXYZaa WXYZaaa");
    assert_texts_as_searched(texts, COUNT_OF(texts), "WXYZ bbWXYZ aaaWXYZ");
}

TEST(blank_bytes_are_patterns_too)
{
    static const uint8_t blanks[FWS_PATTERN_MAX_SIZE] = {0};
    static const uint8_t erased[] = {0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t mixed[] = {0, 0, 0, 0xff, 0xff, 0, 1, 0};
    static const struct fws_pattern patterns[] = {
        {blanks, 4}, {blanks, 5}, {blanks, FWS_PATTERN_MAX_SIZE}, {erased, 5}, {mixed, 8}};
    static uint8_t bytes[1000];

    memset(bytes, 0x55, sizeof bytes);
    memset(bytes + 100, 0, 4);
    memset(bytes + 200, 0, 255);
    memset(bytes + 600, 0, 256);
    memcpy(bytes + 500, erased, sizeof erased);
    memcpy(bytes + 992, mixed, sizeof mixed);
    assert_as_searched(patterns, COUNT_OF(patterns), bytes, sizeof bytes);
    assert_as_searched(patterns, COUNT_OF(patterns), bytes, sizeof bytes - 1);
}

/*
 * What follows is about speed alone: the larger windows are, the fewer pairs are looked up, and a
 * pair that payloads are full of is looked at again wherever it stands.
 */
TEST(windows_are_as_large_as_all_patterns_allow_and_of_their_most_different_bytes)
{
    static const uint8_t blank_behind[] = {0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0};
    static const uint8_t blank_before[] = {0xff, 0xff, 0xff, 0xff, 0x12, 0x34, 0x56, 0x78};
    static const uint8_t blank_within[] = {1, 2, 0, 0xff, 3, 4, 5, 6, 7, 0, 8};
    static const uint8_t blank_twice[] = {1, 2, 3, 4, 5, 6, 7, 0, 8, 0xff, 9};
    static const uint8_t blank_first[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t zeros[16];
    static const struct {
        struct fws_pattern patterns[2];
        size_t size, offset; /* the offset is the first pattern's */
    } cases[] = {
        {{{(const uint8_t *)"TEST", 4}, {(const uint8_t *)"longer text", 11}}, 4, 0},
        {{{(const uint8_t *)"longer text", 11}, {(const uint8_t *)"TESTS", 5}}, 5, 0},
        {{{(const uint8_t *)"longest", 7}, {(const uint8_t *)"longer text", 11}}, 7, 0},
        {{{(const uint8_t *)"the longest", 11}, {(const uint8_t *)"eight...", 8}}, 8, 0},
        {{{(const uint8_t *)"-----BEGIN", 10}, {(const uint8_t *)"nine.....", 9}}, 8, 2},
        {{{(const uint8_t *)"aaaaaaaabcdef", 13}, {(const uint8_t *)"nine.....", 9}}, 8, 5},
        {{{(const uint8_t *)"aaaaaaaaaa", 10}, {(const uint8_t *)"nine.....", 9}}, 8, 0},
        {{{blank_behind, 8}, {(const uint8_t *)"nine.....", 9}}, 5, 0},
        {{{blank_before, 8}, {(const uint8_t *)"nine.....", 9}}, 5, 3},
        {{{blank_within, 11}, {(const uint8_t *)"nine.....", 9}}, 8, 3},
        {{{blank_twice, 11}, {(const uint8_t *)"nine.....", 9}}, 8, 0},
        {{{blank_first, 9}, {(const uint8_t *)"nine.....", 9}}, 8, 1},
        {{{zeros, 16}, {(const uint8_t *)"nine.....", 9}}, 4, 0},
    };
    static struct fws_scan scan;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_status(fws_scan_init(&scan, cases[i].patterns, 2), FWS_OK);
        assert_int_equal(scan.window_size, cases[i].size);
        for (size_t k = 0; k < 2; k++) {
            if (scan.entries[k].index == 0) {
                assert_int_equal(scan.entries[k].offset, cases[i].offset);
            }
        }
    }
}

/* xorshift: the same texts on every run. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Of few different bytes, or patterns of any length would never stand there. */
static void fill(uint8_t *bytes, size_t size, unsigned kinds, uint64_t *state)
{
    static const uint8_t alphabet[8] = {'A', 0x00, 'B', 0xff, 'C', 'D', 'E', 'F'};

    for (size_t i = 0; i < size; i++) {
        bytes[i] = alphabet[next_random(state) % kinds];
    }
}

static size_t random_size(uint64_t *state)
{
    static const size_t spans[] = {2, 4, 16, 253};
    uint64_t r = next_random(state);

    return FWS_PATTERN_MIN_SIZE + (size_t)(r >> 8) % spans[r % COUNT_OF(spans)];
}

/* A piece of the text, with one byte changed or not, or of its own. */
static struct fws_pattern random_pattern(const uint8_t *text, size_t text_size,
                                         uint8_t memory[FWS_PATTERN_MAX_SIZE], unsigned kinds,
                                         uint64_t *state)
{
    size_t size = random_size(state);
    uint64_t r = next_random(state);

    fill(memory, size, kinds, state);
    if (r % 4 != 0 && size <= text_size) {
        memcpy(memory, text + (r >> 8) % (text_size - size + 1), size);
    }
    if (r % 4 == 1) {
        memory[(r >> 40) % size] ^= 1;
    }
    return (struct fws_pattern){memory, size};
}

TEST(random_patterns_in_random_bytes_are_where_they_are_searched)
{
    static uint8_t memory[FWS_PATTERNS_MAX][FWS_PATTERN_MAX_SIZE];
    static uint8_t text[TEXT_MAX];
    uint64_t seed = 0x9e3779b97f4a7c15;
    size_t hits = 0;

    for (size_t round = 0; round < 600; round++) {
        struct fws_pattern patterns[FWS_PATTERNS_MAX];
        unsigned kinds = 1 + (unsigned)(next_random(&seed) % 8);
        size_t count = 1 + (size_t)(next_random(&seed) % FWS_PATTERNS_MAX);
        size_t size = (size_t)next_random(&seed) % (round % 2 != 0 ? 300 : sizeof text);

        fill(text, size, kinds, &seed);
        for (size_t i = 0; i < count; i++) {
            patterns[i] = random_pattern(text, size, memory[i], kinds, &seed);
            hits += search(&patterns[i], text, size) != FWS_PATTERN_ABSENT;
        }
        assert_as_searched(patterns, count, text, size);
    }
    assert_in_range(hits, 1000, 600 * FWS_PATTERNS_MAX / 2 + 600 * FWS_PATTERNS_MAX / 4);
}

/* Processor time, which other work on the machine does not lengthen much; the least of three. */
static uint64_t scan_cost_ns(const struct fws_scan *scan, const uint8_t *bytes, size_t size)
{
    uint64_t least = UINT64_MAX;

    for (size_t i = 0; i < 3; i++) {
        size_t found[FWS_PATTERNS_MAX];
        struct timespec from, to;

        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from), 0);
        fws_scan_run(scan, bytes, size, found);
        assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to), 0);
        uint64_t cost = (uint64_t)(to.tv_sec - from.tv_sec) * 1000000000u + (uint64_t)to.tv_nsec -
                        (uint64_t)from.tv_nsec;

        least = cost < least ? cost : least;
        assert_int_equal(found[0], FWS_PATTERN_ABSENT);
    }
    return least;
}

/* The payload begins all patterns at each place it can, and holds none. */
static void assert_not_as_each_alone(const struct fws_pattern patterns[FWS_PATTERNS_MAX],
                                     const uint8_t *bytes, size_t size)
{
    static struct fws_scan one, all;

    assert_status(fws_scan_init(&one, patterns, 1), FWS_OK);
    assert_status(fws_scan_init(&all, patterns, FWS_PATTERNS_MAX), FWS_OK);
    assert_in_range(scan_cost_ns(&all, bytes, size), 1,
                    scan_cost_ns(&one, bytes, size) * FWS_PATTERNS_MAX / 4);
    assert_as_searched(patterns, FWS_PATTERNS_MAX, bytes, 4096);
}

/* Each pattern's run is a little longer than those of the payload. */
TEST(hostile_runs_of_one_byte_do_not_cost_as_each_pattern_alone)
{
    static uint8_t run[FWS_PATTERN_MAX_SIZE];
    static uint8_t bytes[128 * 1024];
    struct fws_pattern patterns[FWS_PATTERNS_MAX];

    memset(run, 'A', sizeof run);
    memset(bytes, 'A', sizeof bytes);
    for (size_t i = 192; i < sizeof bytes; i += 193) {
        bytes[i] = 'B';
    }
    for (size_t i = 0; i < FWS_PATTERNS_MAX; i++) {
        patterns[i] = (struct fws_pattern){run, sizeof run - i};
    }
    assert_not_as_each_alone(patterns, bytes, sizeof bytes);
}

/* Every other pattern leaves the others' common prefix early: in the order given, each of them
 * would be compared anew. */
TEST(the_order_in_which_hostile_patterns_are_given_does_not_matter)
{
    static uint8_t memory[FWS_PATTERNS_MAX][FWS_PATTERN_MAX_SIZE];
    static uint8_t bytes[512 * 1024];
    struct fws_pattern patterns[FWS_PATTERNS_MAX];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = i % 1000 == 999 ? '!' : (uint8_t) "ABCDEFGH"[i % 1000 % 8];
    }
    for (size_t i = 0; i < FWS_PATTERNS_MAX; i++) {
        memcpy(memory[i], bytes, FWS_PATTERN_MAX_SIZE);
        memory[i][i % 2 == 0 ? FWS_PATTERN_MAX_SIZE - 1 : 8] = (uint8_t)('a' + i / 2);
        patterns[i] = (struct fws_pattern){memory[i], FWS_PATTERN_MAX_SIZE};
    }
    assert_not_as_each_alone(patterns, bytes, sizeof bytes);
}

TEST_MAIN("policy/scan")
