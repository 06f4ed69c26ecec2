/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <string.h>

#include "bytes/bytes.h"
#include "policy/scan.h"

#define WINDOW_SIZE_MIN FWS_PATTERN_MIN_SIZE
#define WINDOW_SIZE_MAX 8u
#define PAIR_SIZE       2u
#define KEY_SIZE        4u
#define BLOCK_PAIRS     16u
#define SPREAD          0x9e3779b1u /* 2^32 by the golden ratio, made odd: high bits are a hash */

_Static_assert(KEY_SIZE <= WINDOW_SIZE_MIN, "a key is of one window");
_Static_assert(WINDOW_SIZE_MAX - PAIR_SIZE < 8, "places has a bit for each pair of a window");
_Static_assert(FWS_SCAN_SLOTS > FWS_PATTERNS_MAX, "a search for a slot ends at an empty one");
_Static_assert(FWS_PATTERN_MAX_SIZE - WINDOW_SIZE_MIN <= UINT8_MAX, "offset is of 8 bits");

static uint32_t pair_at(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

/* Its last four bytes: the first of the best windows ends with what made it better. */
static uint32_t key_at(const uint8_t *window, size_t window_size)
{
    const uint8_t *at = window + window_size - KEY_SIZE;

    return pair_at(at) | pair_at(at + 2) << 16;
}

static size_t slot_of(uint32_t key)
{
    return key * SPREAD >> 24; /* FWS_SCAN_SLOTS */
}

static size_t place_of(uint32_t pair)
{
    return pair * SPREAD >> 20; /* FWS_SCAN_PLACES */
}

/* ---- Compiling ---- */

/* Erased flash and zeroed memory. */
static bool is_blank(uint8_t byte)
{
    return byte == 0x00 || byte == 0xff;
}

static bool is_new(const uint8_t *bytes, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (bytes[i] == bytes[at]) {
            return false;
        }
    }
    return true;
}

/*
 * Different bytes that are not blank; 0 when two that are blank stand together, as in a large part
 * of many a payload each pair would then be looked at closely.
 */
static unsigned window_worth(const uint8_t *window, size_t size)
{
    unsigned worth = 0;

    for (size_t i = 0; i < size; i++) {
        if (i > 0 && is_blank(window[i - 1]) && is_blank(window[i])) {
            return 0;
        }
        worth += !is_blank(window[i]) && is_new(window, i);
    }
    return worth;
}

/* Offset of the first of the best. */
static size_t window_choose(const struct fws_pattern *pattern, size_t size)
{
    size_t best = 0;
    unsigned most = window_worth(pattern->bytes, size);

    for (size_t i = 1; most < size && i + size <= pattern->size; i++) {
        unsigned worth = window_worth(pattern->bytes + i, size);

        if (worth > most) {
            best = i;
            most = worth;
        }
    }
    return best;
}

static bool windows_fit(const struct fws_pattern *patterns, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (patterns[i].size < size ||
            window_worth(patterns[i].bytes + window_choose(&patterns[i], size), size) == 0) {
            return false;
        }
    }
    return true;
}

/* The larger, the fewer pairs are looked up. */
static size_t window_size_choose(const struct fws_pattern *patterns, size_t count)
{
    size_t size = WINDOW_SIZE_MAX;

    while (size > WINDOW_SIZE_MIN && !windows_fit(patterns, count, size)) {
        size--;
    }
    return size;
}

static bool entry_precedes(const struct fws_scan_entry *a, const struct fws_scan_entry *b)
{
    size_t both = a->size < b->size ? a->size : b->size;

    if (a->key != b->key) {
        return a->key < b->key;
    }
    if (a->offset != b->offset) {
        return a->offset < b->offset;
    }
    int order = memcmp(a->bytes, b->bytes, both);

    return order != 0 ? order < 0 : a->size < b->size;
}

static void entry_insert(struct fws_scan *scan, struct fws_scan_entry entry)
{
    size_t i = scan->count++;

    for (; i > 0 && entry_precedes(&entry, &scan->entries[i - 1]); i--) {
        scan->entries[i] = scan->entries[i - 1];
    }
    scan->entries[i] = entry;
}

/* How many leading bytes are the same, eight at a time while there are. */
static size_t same_bytes(const uint8_t *a, const uint8_t *b, size_t size)
{
    size_t i = 0;

    while (size - i >= 8 && memcmp(a + i, b + i, 8) == 0) {
        i += 8;
    }
    while (i < size && a[i] == b[i]) {
        i++;
    }
    return i;
}

static void entry_share(struct fws_scan_entry *entry, const struct fws_scan_entry *before)
{
    size_t both = entry->size < before->size ? entry->size : before->size;

    if (entry->key == before->key && entry->offset == before->offset) {
        entry->shared = (uint16_t)same_bytes(entry->bytes, before->bytes, both);
    }
}

static void mark_pairs(struct fws_scan *scan, const uint8_t *window)
{
    size_t last = scan->window_size - PAIR_SIZE;

    for (size_t i = 0; i <= last; i++) {
        uint32_t pair = pair_at(window + i);

        scan->pairs[pair / 32] |= UINT32_C(1) << pair % 32;
        scan->places[place_of(pair)] |= (uint8_t)(1u << (last - i));
    }
}

static void mark_slot(struct fws_scan *scan, uint32_t key, size_t entry)
{
    size_t at = slot_of(key);

    while (scan->slots[at].count > 0 && scan->slots[at].key != key) {
        at = (at + 1) % FWS_SCAN_SLOTS;
    }
    struct fws_scan_slot *slot = &scan->slots[at];

    slot->key = key;
    slot->first = slot->count == 0 ? (uint8_t)entry : slot->first;
    slot->count++;
}

static bool within_limits(const struct fws_pattern *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (patterns[i].size < FWS_PATTERN_MIN_SIZE || patterns[i].size > FWS_PATTERN_MAX_SIZE) {
            return false;
        }
    }
    return true;
}

static void entries_fill(struct fws_scan *scan, const struct fws_pattern *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t offset = window_choose(&patterns[i], scan->window_size);

        entry_insert(scan, (struct fws_scan_entry){
                               .bytes = patterns[i].bytes,
                               .key = key_at(patterns[i].bytes + offset, scan->window_size),
                               .size = (uint16_t)patterns[i].size,
                               .offset = (uint8_t)offset,
                               .index = (uint8_t)i,
                           });
    }
}

enum fws_status fws_scan_init(struct fws_scan *scan, const struct fws_pattern *patterns,
                              size_t count)
{
    memset(scan, 0, sizeof *scan);
    if (count > FWS_PATTERNS_MAX || !within_limits(patterns, count)) {
        return FWS_E_USAGE;
    }
    scan->window_size = window_size_choose(patterns, count);
    entries_fill(scan, patterns, count);
    for (size_t i = 1; i < count; i++) {
        entry_share(&scan->entries[i], &scan->entries[i - 1]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct fws_scan_entry *entry = &scan->entries[i];

        mark_pairs(scan, entry->bytes + entry->offset);
        mark_slot(scan, entry->key, i);
    }
    return FWS_OK;
}

/* ---- Running ---- */

static size_t lowest_bit(uint32_t bits)
{
    return (size_t)__builtin_ctz(bits);
}

struct hunt {
    const struct fws_scan *scan;
    const uint8_t *bytes;
    size_t size;
    size_t *found;
    size_t left; /* patterns not found so far */
};

static void note(struct hunt *hunt, uint8_t index, size_t start)
{
    if (hunt->found[index] == FWS_PATTERN_ABSENT) {
        hunt->found[index] = start;
        hunt->left--;
    }
}

/*
 * The entries of a slot, at a place where their window stands. `same` is how much of an entry does:
 * one that shares more with the one before than that fails where that failed, any other at the
 * first byte not shared, or behind it. As entries are sorted, what was the same is compared once.
 */
static void try_entries(struct hunt *hunt, const struct fws_scan_slot *slot, size_t at)
{
    const struct fws_scan_entry *entry = &hunt->scan->entries[slot->first];
    size_t same = 0;

    for (size_t i = 0; i < slot->count; i++, entry++) {
        if (at < entry->offset) {
            continue; /* as all of this offset; the first of the next shares nothing */
        }
        size_t start = at - entry->offset;
        size_t shared = entry->shared;
        size_t most = hunt->size - start < entry->size ? hunt->size - start : entry->size;

        if (same >= shared) {
            same = shared +
                   same_bytes(hunt->bytes + start + shared, entry->bytes + shared, most - shared);
        }
        if (same == entry->size) {
            note(hunt, entry->index, start);
        }
    }
}

static void try_window(struct hunt *hunt, size_t at)
{
    uint32_t key = key_at(hunt->bytes + at, hunt->scan->window_size);
    const struct fws_scan_slot *slots = hunt->scan->slots;

    for (size_t i = slot_of(key); slots[i].count > 0; i = (i + 1) % FWS_SCAN_SLOTS) {
        if (slots[i].key == key) {
            try_entries(hunt, &slots[i], at);
            return;
        }
    }
}

/* The windows that a marked pair may be of, first to last: what is found first counts. */
static void try_pair(struct hunt *hunt, size_t at)
{
    uint32_t places = hunt->scan->places[place_of(pair_at(hunt->bytes + at))];

    for (; places != 0; places &= places - 1) {
        size_t behind = hunt->scan->window_size - PAIR_SIZE - lowest_bit(places);

        if (at >= behind && hunt->size - (at - behind) >= hunt->scan->window_size) {
            try_window(hunt, at - behind);
        }
    }
}

static uint32_t is_marked(const struct fws_scan *scan, const uint8_t *at)
{
    uint32_t pair = pair_at(at);

    return scan->pairs[pair / 32] >> pair % 32 & 1;
}

/* Bit i: the pair i strides on is marked. No branch for each, as nearly all blocks have none. */
static uint32_t marked_in_block(const struct fws_scan *scan, const uint8_t *at, size_t stride)
{
    uint32_t marked = 0;

#pragma GCC unroll 16
    for (size_t i = 0; i < BLOCK_PAIRS; i++) {
        marked |= is_marked(scan, at + i * stride) << i;
    }
    return marked;
}

static void try_block(struct hunt *hunt, size_t at, size_t stride, uint32_t marked)
{
    for (; marked != 0; marked &= marked - 1) {
        try_pair(hunt, at + lowest_bit(marked) * stride);
    }
}

static void hunt_run(struct hunt *hunt)
{
    const size_t stride = hunt->scan->window_size - PAIR_SIZE + 1;
    size_t at = 0;

    for (; hunt->left > 0 && at + BLOCK_PAIRS * stride <= hunt->size; at += BLOCK_PAIRS * stride) {
        uint32_t marked = marked_in_block(hunt->scan, hunt->bytes + at, stride);

        if (marked != 0) {
            try_block(hunt, at, stride, marked);
        }
    }
    for (; hunt->left > 0 && at + PAIR_SIZE <= hunt->size; at += stride) {
        if (is_marked(hunt->scan, hunt->bytes + at) != 0) {
            try_pair(hunt, at);
        }
    }
}

void fws_scan_run(const struct fws_scan *scan, const void *bytes, size_t size,
                  size_t found[FWS_PATTERNS_MAX])
{
    struct hunt hunt = {scan, bytes, size, found, scan->count};

    for (size_t i = 0; i < FWS_PATTERNS_MAX; i++) {
        found[i] = FWS_PATTERN_ABSENT;
    }
    hunt_run(&hunt);
}
