/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded reading and writing of bytes: the one place where raw pointers are walked.
 *
 * A reader compares each length with what is left. Once it has run short it is bad, stays bad and
 * yields zeros, so a parser reads like the layout it parses and asks once at the end. A writer is
 * its mirror: once full it is bad, stays bad and writes nothing more.
 *
 * Freestanding: no allocation, no globals, memory from the caller.
 */
#ifndef FWS_BYTES_BYTES_H
#define FWS_BYTES_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes/status.h"

struct fws_reader {
    const uint8_t *data; /* next byte; borrowed from the caller */
    size_t left;         /* bytes not read so far */
    bool bad;            /* a read ran past the end, here or in the parent of a slice */
};

/* A reader over size bytes at data; data may be NULL when size is 0. Borrows data. */
static inline struct fws_reader fws_reader_init(const void *data, size_t size)
{
    return (struct fws_reader){.data = data, .left = size, .bad = false};
}

uint8_t fws_reader_u8(struct fws_reader *reader);
uint16_t fws_reader_u16le(struct fws_reader *reader);
uint32_t fws_reader_u32le(struct fws_reader *reader);
uint64_t fws_reader_u64le(struct fws_reader *reader);

/*
 * The next size bytes as a reader of their own, which can never leave its parent. When fewer are
 * left, both become bad and the slice is empty.
 */
void fws_reader_split(struct fws_reader *reader, size_t size, struct fws_reader *out);

static inline struct fws_reader fws_reader_slice(struct fws_reader *reader, size_t size)
{
    struct fws_reader slice;

    fws_reader_split(reader, size, &slice);
    return slice;
}

/* Copy the next size bytes to out, zeros when the reader runs short. */
void fws_reader_copy(struct fws_reader *reader, void *out, size_t size);

/* Skip size bytes. */
void fws_reader_skip(struct fws_reader *reader, size_t size);

/* True when exactly these bytes come next; consumes nothing. */
bool fws_reader_starts_with(const struct fws_reader *reader, const void *bytes, size_t size);

/* True when every byte left is value, also when none is left; consumes nothing. */
bool fws_reader_filled_with(const struct fws_reader *reader, uint8_t value);

/* The bits that stood anywhere in bytes as one, and as zero; begin with zeros. */
struct fws_seen {
    uint8_t ones;
    uint8_t zeros;
};

/* True when all that was seen so far, with the bytes left here, is 0x00, or all is 0xff. */
bool fws_reader_erased(const struct fws_reader *reader, struct fws_seen *seen);

/* FWS_OK when all was read, FWS_E_TRUNCATED when the reader is bad, FWS_E_TRAILING otherwise. */
FWS_MUST_USE enum fws_status fws_reader_done(const struct fws_reader *reader);

struct fws_writer {
    uint8_t *data;   /* start of the caller's memory */
    size_t capacity; /* its size */
    size_t used;     /* bytes written */
    bool bad;        /* something did not fit */
};

/* A writer into capacity bytes at data. Borrows data. */
struct fws_writer fws_writer_init(void *data, size_t capacity);

void fws_writer_u8(struct fws_writer *writer, uint8_t value);
void fws_writer_u16le(struct fws_writer *writer, uint16_t value);
void fws_writer_u32le(struct fws_writer *writer, uint32_t value);
void fws_writer_u64le(struct fws_writer *writer, uint64_t value);
void fws_writer_bytes(struct fws_writer *writer, const void *bytes, size_t size);
void fws_writer_fill(struct fws_writer *writer, uint8_t value, size_t size);

/* FWS_OK, or FWS_E_BUFFER_FULL when something did not fit. */
FWS_MUST_USE enum fws_status fws_writer_done(const struct fws_writer *writer);

/* a + b and a * b into out; false on overflow, out is then 0. */
FWS_MUST_USE bool fws_size_add(size_t a, size_t b, size_t *out);
FWS_MUST_USE bool fws_size_mul(size_t a, size_t b, size_t *out);

#endif
