/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded reading of text, for formats like JSON: constants, runs, numbers and fixed forms, from the
 * front and from the end.
 *
 * Unlike what bytes.h reads, what does not match is left where it is and does not make the reader
 * bad, as a text is tried for more than one form. Nothing matches in a bad reader.
 *
 * Freestanding, as bytes.h.
 */
#ifndef FWS_BYTES_TEXT_H
#define FWS_BYTES_TEXT_H

#include <string.h>

#include "bytes/bytes.h"
#include "bytes/lanes.h"

/* Drop the last size bytes, for a text whose end is known better than its front. */
static inline void fws_reader_drop(struct fws_reader *reader, size_t size)
{
    if (size > reader->left) {
        reader->bad = true;
        reader->left = size;
    }
    reader->left -= size;
}

/*
 * The last size bytes as a reader of their own; the reader ends where they begin. When fewer are
 * left, both become bad and the cut is empty.
 */
static inline struct fws_reader fws_reader_cut(struct fws_reader *reader, size_t size)
{
    fws_reader_drop(reader, size);
    return (struct fws_reader){
        .data = reader->left > 0 ? reader->data + reader->left : reader->data,
        .left = reader->bad ? 0 : size,
        .bad = reader->bad,
    };
}

/* The next byte without consuming it; 0 at the end, which no text contains. */
static inline uint8_t fws_reader_peek(const struct fws_reader *reader)
{
    return reader->left > 0 ? *reader->data : 0;
}

/* Consume exactly these bytes; false when others come. In line always: the text is a constant nearly
 * everywhere, and then it is two or three words. */
FWS_ALWAYS_INLINE bool fws_reader_take(struct fws_reader *reader, const void *bytes, size_t size)
{
    if (size == 0 || size > reader->left || memcmp(reader->data, bytes, size) != 0) {
        return size == 0;
    }
    reader->data += size;
    reader->left -= size;
    return true;
}

/* Drop exactly these bytes from the end; false when it ends with others. */
FWS_ALWAYS_INLINE bool fws_reader_take_back(struct fws_reader *reader, const void *bytes,
                                            size_t size)
{
    if (size == 0 || size > reader->left ||
        memcmp(reader->data + (reader->left - size), bytes, size) != 0) {
        return size == 0;
    }
    reader->left -= size;
    return true;
}

/* The same of a text that stands in the program: FWS_READER_TAKE(&reader, "true"). */
#define FWS_READER_TAKE(reader, literal) fws_reader_take(reader, "" literal, sizeof(literal) - 1)
#define FWS_READER_TAKE_BACK(reader, literal)                                                      \
    fws_reader_take_back(reader, "" literal, sizeof(literal) - 1)

/* How many bytes from here on are members of a set: those whose row is not 0. */
size_t fws_reader_span(const struct fws_reader *reader, const uint8_t set[256]);

/* As fws_reader_span, counted from the end backward. */
size_t fws_reader_span_back(const struct fws_reader *reader, const uint8_t set[256]);

/* How many bytes from here on stand for themselves in a JSON string: ASCII from the blank on but
 * for the quote and the backslash. Much faster than a span. */
size_t fws_reader_span_plain(const struct fws_reader *reader);

/* Consume decimal digits, at most 19, so that out holds them. How many there were. */
size_t fws_reader_decimal(struct fws_reader *reader, uint64_t *out);

/*
 * Copy the next size bytes to out, without a NUL, and judge their form: 'x' in it stands for a
 * lower-case hexadecimal digit, '0' for a decimal one, and any other ASCII character for itself.
 * False when they have another, or fewer are left; out then means nothing.
 *
 * In line always, as forms are constants: the five of a log's entry take 35 ns less so.
 */
FWS_MUST_USE FWS_ALWAYS_INLINE bool fws_reader_form(struct fws_reader *reader, const char *form,
                                                    size_t size, char *out)
{
    const uint8_t *at = reader->data;
    const uint8_t *pattern = (const uint8_t *)form;
    uint8_t *to = (uint8_t *)out;

    if (size > reader->left || size == 0) {
        return size == 0;
    }
    reader->data += size;
    reader->left -= size;
    return size < FWS_WORD ? fws_form_copy_short(at, pattern, size, to)
                           : fws_form_copy_long(at, pattern, size, to);
}

#endif
