/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intel HEX, records 00..05: ":LLAAAATT<data>CC", one a line, LF or CRLF.
 *
 * Both passes walk the same records with the same checks, so what the first accepted is what the
 * second lays down. A record is copied out of the text at once, since texts run to megabytes.
 */
#include <string.h>

#include "format/format.h"

#define DATA_MAX_SIZE 255u
#define HEAD_DIGITS   8u /* count, address, type */
#define SEGMENT_SIZE  0x10000u
#define SEGMENTS_MAX  8u

enum record_type {
    RECORD_DATA = 0,
    RECORD_END = 1,
    RECORD_SEGMENT_BASE = 2,
    RECORD_SEGMENT_START = 3,
    RECORD_LINEAR_BASE = 4,
    RECORD_LINEAR_START = 5,
};

struct record {
    uint8_t count;
    uint16_t address;
    uint8_t type;
    uint8_t data[DATA_MAX_SIZE];
};

struct walk {
    struct fws_reader text;
    uint32_t line;
    uint32_t base;  /* added to the address of data records */
    bool segmented; /* by record 02: addresses wrap at 64 KiB */
    bool ended;
};

/* The data bytes of one record that lie in the range asked for. */
struct piece {
    uint32_t first;
    uint32_t last;
    const uint8_t *data;
};

static uint32_t hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return (uint32_t)(c - '0');
    }
    uint32_t letter = (uint32_t)(c | 0x20u) - 'a'; /* either case; wraps for what lies below */

    return letter < 6 ? letter + 10 : 16;
}

/* Take size bytes written as digits and add them up; false when a character is no digit. */
static bool take_bytes(struct fws_reader *text, uint8_t *out, size_t size, uint8_t *sum)
{
    uint8_t digits[2 * DATA_MAX_SIZE];
    uint32_t bad = 0;

    fws_reader_copy(text, digits, 2 * size);
    for (size_t i = 0; i < size; i++) {
        uint32_t high = hex_digit(digits[2 * i]);
        uint32_t low = hex_digit(digits[2 * i + 1]);

        bad |= (high | low) & 16u;
        out[i] = (uint8_t)(high << 4 | (low & 15u));
        *sum = (uint8_t)(*sum + out[i]);
    }
    return bad == 0 && !text->bad;
}

static bool take_line_end(struct fws_reader *text)
{
    if (text->left == 0) {
        return true; /* the last line may lack it */
    }
    if (fws_reader_starts_with(text, "\r", 1)) {
        fws_reader_skip(text, 1);
    }
    return fws_reader_u8(text) == '\n' && !text->bad;
}

static bool take_record(struct fws_reader *text, struct record *out)
{
    uint8_t head[HEAD_DIGITS / 2];
    uint8_t check = 0;
    uint8_t sum = 0;

    if (fws_reader_u8(text) != ':' || !take_bytes(text, head, sizeof head, &sum)) {
        return false;
    }
    out->count = head[0];
    out->address = (uint16_t)(head[1] << 8 | head[2]);
    out->type = head[3];
    return take_bytes(text, out->data, out->count, &sum) && take_bytes(text, &check, 1, &sum) &&
           sum == 0 && take_line_end(text);
}

/* The count and address each type but data must have. */
static bool control_record_well_formed(const struct record *record)
{
    switch (record->type) {
    case RECORD_END:
        return record->count == 0 && record->address == 0;
    case RECORD_SEGMENT_BASE:
    case RECORD_LINEAR_BASE:
        return record->count == 2 && record->address == 0;
    case RECORD_SEGMENT_START:
    case RECORD_LINEAR_START:
        return record->count == 4 && record->address == 0;
    default:
        return false;
    }
}

static bool follow_control_record(struct walk *walk, const struct record *record)
{
    uint32_t value = (uint32_t)(record->data[0] << 8 | record->data[1]);

    if (!control_record_well_formed(record)) {
        return false;
    }
    if (record->type == RECORD_END) {
        walk->ended = true;
        return walk->text.left == 0;
    }
    if (record->type == RECORD_SEGMENT_BASE || record->type == RECORD_LINEAR_BASE) {
        walk->segmented = record->type == RECORD_SEGMENT_BASE;
        walk->base = value << (walk->segmented ? 4 : 16);
    }
    return true; /* a start address says nothing about data */
}

/* Data that would wrap, in its segment or at 4 GiB, has no address everyone agrees on. */
static bool data_wraps(const struct walk *walk, const struct record *record)
{
    if (walk->segmented) {
        return (uint32_t)record->address + record->count > SEGMENT_SIZE;
    }
    return record->count > 0 &&
           (uint32_t)record->address + record->count - 1 > UINT32_MAX - walk->base;
}

/* The next data record that is not empty; walk->ended when the end record came instead. */
static enum fws_status next_data(struct walk *walk, struct record *record, uint32_t *address)
{
    while (!walk->ended) {
        walk->line++;
        if (!take_record(&walk->text, record)) {
            return FWS_E_HEX_SYNTAX;
        }
        if (record->type != RECORD_DATA) {
            if (!follow_control_record(walk, record)) {
                return FWS_E_HEX_SYNTAX;
            }
            continue;
        }
        if (data_wraps(walk, record)) {
            return FWS_E_HEX_SYNTAX;
        }
        if (record->count > 0) {
            *address = walk->base + record->address;
            return FWS_OK;
        }
    }
    return FWS_OK;
}

/* The part of the record within [from, to]; false when there is none. */
static bool clip(const struct record *record, uint32_t address, uint32_t from, uint32_t to,
                 struct piece *out)
{
    uint32_t last = address + record->count - 1;

    if (last < from || address > to) {
        return false;
    }
    out->first = address < from ? from : address;
    out->last = last > to ? to : last;
    out->data = &record->data[out->first - address];
    return true;
}

/* The next piece; a walk that ended gives none. */
static enum fws_status next_piece(struct walk *walk, uint32_t from, uint32_t to,
                                  struct record *record, struct piece *out)
{
    uint32_t address = 0;
    enum fws_status status = next_data(walk, record, &address);

    while (status == FWS_OK && !walk->ended && !clip(record, address, from, to, out)) {
        status = next_data(walk, record, &address);
    }
    return status;
}

/*
 * What is covered so far, as segments in rising order. When more come than there is room for, the
 * two with the smallest gap between them become one: only the largest gap is asked for.
 */
struct coverage {
    struct {
        uint32_t first;
        uint32_t last;
    } segment[SEGMENTS_MAX + 1];
    size_t count;
};

/* Segments i and i + 1 become one. */
static void join(struct coverage *coverage, size_t i)
{
    if (coverage->segment[i].last < coverage->segment[i + 1].last) {
        coverage->segment[i].last = coverage->segment[i + 1].last;
    }
    coverage->count--;
    /* The second bound is there for compilers that cannot see the first. */
    for (size_t k = i + 1; k < coverage->count && k < SEGMENTS_MAX; k++) {
        coverage->segment[k] = coverage->segment[k + 1];
    }
}

static bool touches_next(const struct coverage *coverage, size_t i)
{
    return i + 1 < coverage->count &&
           (coverage->segment[i + 1].first <= coverage->segment[i].last ||
            coverage->segment[i + 1].first - coverage->segment[i].last == 1);
}

static uint32_t gap_after(const struct coverage *coverage, size_t i)
{
    return coverage->segment[i + 1].first - coverage->segment[i].last;
}

static void join_nearest(struct coverage *coverage)
{
    size_t nearest = 0;

    for (size_t i = 1; i + 1 < coverage->count; i++) {
        if (gap_after(coverage, i) < gap_after(coverage, nearest)) {
            nearest = i;
        }
    }
    join(coverage, nearest);
}

static void cover(struct coverage *coverage, const struct piece *piece)
{
    size_t at = coverage->count;

    while (at > 0 && coverage->segment[at - 1].first > piece->first) {
        coverage->segment[at] = coverage->segment[at - 1];
        at--;
    }
    coverage->segment[at].first = piece->first;
    coverage->segment[at].last = piece->last;
    coverage->count++;
    while (touches_next(coverage, at)) {
        join(coverage, at);
    }
    if (at > 0 && touches_next(coverage, at - 1)) {
        join(coverage, at - 1);
    }
    if (coverage->count > SEGMENTS_MAX) {
        join_nearest(coverage);
    }
}

static void describe(const struct coverage *coverage, struct fws_hex_span *span)
{
    uint32_t largest = 0;

    span->first = coverage->segment[0].first;
    span->last = coverage->segment[coverage->count - 1].last;
    for (size_t i = 0; i + 1 < coverage->count; i++) {
        if (gap_after(coverage, i) > largest) {
            largest = gap_after(coverage, i);
            span->gap_from = coverage->segment[i].last;
            span->gap_to = coverage->segment[i + 1].first;
        }
    }
}

enum fws_status fws_hex_scan(const char *text, size_t size, uint32_t from, uint32_t to,
                             struct fws_hex_span *span)
{
    struct walk walk = {.text = fws_reader_init(text, size)};
    struct coverage coverage = {.count = 0};
    struct piece piece = {0};
    struct record record;

    *span = (struct fws_hex_span){0};
    for (;;) {
        enum fws_status status = next_piece(&walk, from, to, &record, &piece);

        if (status != FWS_OK) {
            span->line = walk.line;
            return status;
        }
        if (walk.ended) {
            break;
        }
        cover(&coverage, &piece);
    }
    if (coverage.count == 0) {
        return FWS_E_INPUT;
    }
    describe(&coverage, span);
    return FWS_OK;
}

/* Lay a piece down at offset; false when one of its bytes was laid down before. */
static bool lay(const struct piece *piece, size_t offset, uint8_t *out, uint8_t *seen)
{
    size_t size = (size_t)(piece->last - piece->first) + 1;

    for (size_t i = offset; i < offset + size; i++) {
        uint8_t bit = (uint8_t)(1u << (i % 8));

        if ((seen[i / 8] & bit) != 0) {
            return false;
        }
        seen[i / 8] = (uint8_t)(seen[i / 8] | bit);
    }
    memcpy(&out[offset], piece->data, size);
    return true;
}

enum fws_status fws_hex_load(const char *text, size_t size, struct fws_hex_span *span,
                             uint8_t erased, uint8_t *out, size_t out_size, uint8_t *seen)
{
    struct walk walk = {.text = fws_reader_init(text, size)};
    struct piece piece = {0};
    struct record record;

    span->line = 0;
    if (span->last < span->first || out_size != (uint64_t)span->last - span->first + 1) {
        return FWS_E_BUFFER_FULL;
    }
    memset(out, erased, out_size);
    memset(seen, 0, out_size / 8 + (out_size % 8 != 0 ? 1 : 0));
    for (;;) {
        enum fws_status status = next_piece(&walk, span->first, span->last, &record, &piece);

        if (status == FWS_OK && !walk.ended && !lay(&piece, piece.first - span->first, out, seen)) {
            status = FWS_E_HEX_OVERLAP;
        }
        if (status != FWS_OK) {
            span->line = walk.line;
            return status;
        }
        if (walk.ended) {
            return FWS_OK;
        }
    }
}
