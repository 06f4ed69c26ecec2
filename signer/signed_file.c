/* SPDX-License-Identifier: Apache-2.0 */
/* The files of the index of signatures: their bytes, and a search in them. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/hex.h"
#include "signer/signed_parts.h"

#define MAGIC       "fwsigned"
#define MAGIC_SIZE  8u
#define ID_SIZE     8u
#define CRC_OFFSET  44u
#define HEADER_SIZE 48u

/* ---- Parts ---- */

uint64_t fws_signed_part_entries(const struct fws_signed_part *part)
{
    uint64_t entries = FWS_SIGNED_RANGE;

    for (unsigned i = 0; i < part->level; i++) {
        entries *= FWS_SIGNED_FANOUT;
    }
    return entries;
}

char *fws_signed_part_name(const struct fws_signed_part *part, char out[FWS_SIGNED_NAME_SIZE])
{
    (void)snprintf(out, FWS_SIGNED_NAME_SIZE, "signed-%u-%06" PRIu64, part->level,
                   part->first / fws_signed_part_entries(part));
    return out;
}

/* ---- Records ---- */

void fws_signed_record_write(struct fws_writer *writer, const struct fws_signed_record *record)
{
    fws_writer_bytes(writer, record->key, sizeof record->key);
    fws_writer_u64le(writer, record->intent);
    fws_writer_u64le(writer, record->outcome);
}

void fws_signed_record_read(struct fws_reader *reader, struct fws_signed_record *out)
{
    fws_reader_copy(reader, out->key, sizeof out->key);
    out->intent = fws_reader_u64le(reader);
    out->outcome = fws_reader_u64le(reader);
}

static int compare_records(const void *left, const void *right)
{
    const struct fws_signed_record *a = left;
    const struct fws_signed_record *b = right;
    int order = memcmp(a->key, b->key, sizeof a->key);

    return order != 0 ? order : (a->outcome < b->outcome) - (a->outcome > b->outcome);
}

void fws_signed_sort(struct fws_buf *records)
{
    struct fws_signed_record *items = (struct fws_signed_record *)(void *)records->data;
    size_t count = records->size / sizeof *items;
    size_t kept = 0;

    if (count == 0) {
        return;
    }
    qsort(items, count, sizeof *items, compare_records);
    for (size_t i = 1; i < count; i++) {
        if (memcmp(items[kept].key, items[i].key, sizeof items[i].key) != 0) {
            items[++kept] = items[i];
        }
    }
    records->size = (kept + 1) * sizeof *items;
}

/* ---- Blocks ---- */

/* What a block says of itself, besides its records. */
struct place {
    const struct fws_signed_index *index;
    const struct fws_signed_part *part;
    uint32_t number, blocks;
};

struct block {
    size_t count;
    struct fws_signed_record records[FWS_SIGNED_BLOCK_RECORDS];
};

static bool log_id(const struct fws_signed_index *index, uint8_t out[ID_SIZE])
{
    return fws_hex_decode(index->log_id, strlen(index->log_id), out, ID_SIZE) == FWS_OK;
}

static void write_header(struct fws_writer *writer, const struct place *place, size_t count,
                         uint32_t crc)
{
    uint8_t id[ID_SIZE] = {0};

    (void)log_id(place->index, id);
    fws_writer_bytes(writer, MAGIC, MAGIC_SIZE);
    fws_writer_bytes(writer, id, sizeof id);
    fws_writer_u64le(writer, place->part->first);
    fws_writer_u64le(writer, fws_signed_part_entries(place->part));
    fws_writer_u32le(writer, place->number);
    fws_writer_u32le(writer, place->blocks);
    fws_writer_u32le(writer, (uint32_t)count);
    fws_writer_u32le(writer, crc);
}

static void write_block(const struct place *place, const struct fws_signed_record *records,
                        size_t count, uint8_t out[FWS_SIGNED_BLOCK])
{
    struct fws_writer writer = fws_writer_init(out, FWS_SIGNED_BLOCK);

    write_header(&writer, place, count, 0);
    for (size_t i = 0; i < count; i++) {
        fws_signed_record_write(&writer, &records[i]);
    }
    fws_writer_fill(&writer, 0, FWS_SIGNED_BLOCK - writer.used);
    writer = fws_writer_init(out, FWS_SIGNED_BLOCK);
    write_header(&writer, place, count, fws_crc32c(out, FWS_SIGNED_BLOCK));
}

/* The header, but for count and checksum, is the one that belongs there. */
static bool header_fits(const struct place *place, struct fws_reader *reader, size_t *count,
                        uint32_t *crc)
{
    uint8_t expected[HEADER_SIZE];
    struct fws_writer writer = fws_writer_init(expected, sizeof expected);

    write_header(&writer, place, 0, 0);
    bool fits = fws_reader_starts_with(reader, expected, CRC_OFFSET - 4);

    fws_reader_skip(reader, CRC_OFFSET - 4);
    *count = fws_reader_u32le(reader);
    *crc = fws_reader_u32le(reader);
    return fits && *count <= FWS_SIGNED_BLOCK_RECORDS && (*count > 0 || place->blocks == 1);
}

/* Nobody is to be led to an entry that the range does not have. */
static bool record_fits(const struct fws_signed_part *part, const struct fws_signed_record *record)
{
    return record->outcome >= part->first &&
           record->outcome - part->first < fws_signed_part_entries(part) &&
           record->intent < record->outcome;
}

static bool read_records(const struct place *place, struct fws_reader *reader, struct block *out)
{
    for (size_t i = 0; i < out->count; i++) {
        fws_signed_record_read(reader, &out->records[i]);
        if (!record_fits(place->part, &out->records[i]) ||
            (i > 0 && memcmp(out->records[i - 1].key, out->records[i].key,
                             sizeof out->records[i].key) >= 0)) {
            return false;
        }
    }
    return !reader->bad && fws_reader_filled_with(reader, 0);
}

/* bytes are changed: the checksum is taken out. */
static bool read_block(const struct place *place, uint8_t bytes[FWS_SIGNED_BLOCK],
                       struct block *out)
{
    struct fws_reader reader = fws_reader_init(bytes, FWS_SIGNED_BLOCK);
    uint32_t crc = 0;

    if (!header_fits(place, &reader, &out->count, &crc)) {
        return false;
    }
    memset(bytes + CRC_OFFSET, 0, sizeof crc);
    return fws_crc32c(bytes, FWS_SIGNED_BLOCK) == crc && read_records(place, &reader, out);
}

/* ---- Files ---- */

/* Of the records of one part, even if all its entries were outcomes. */
static uint64_t blocks_max(const struct fws_signed_part *part)
{
    return fws_signed_part_entries(part) / FWS_SIGNED_BLOCK_RECORDS + 1;
}

static uint32_t blocks_of(size_t count)
{
    return count == 0
               ? 1
               : (uint32_t)((count + FWS_SIGNED_BLOCK_RECORDS - 1) / FWS_SIGNED_BLOCK_RECORDS);
}

enum fws_status fws_signed_write(const struct fws_signed_index *index,
                                 const struct fws_signed_part *part, const struct fws_buf *records,
                                 struct fws_buf *out, struct fws_error *err)
{
    const struct fws_signed_record *items = (const struct fws_signed_record *)(void *)records->data;
    size_t left = records->size / sizeof *items;
    struct place place = {.index = index, .part = part, .blocks = blocks_of(left)};
    enum fws_status status = fws_buf_reserve(out, (size_t)place.blocks * FWS_SIGNED_BLOCK, err);

    for (; status == FWS_OK && place.number < place.blocks; place.number++) {
        size_t count = left < FWS_SIGNED_BLOCK_RECORDS ? left : FWS_SIGNED_BLOCK_RECORDS;
        uint8_t block[FWS_SIGNED_BLOCK];

        write_block(&place, items, count, block);
        status = fws_buf_append(out, block, sizeof block, err);
        items = count > 0 ? items + count : items;
        left -= count;
    }
    return status;
}

struct file {
    int fd; /* plus 1 */
    struct place place;
};

/* A FIFO there must not make this wait, and a link must not lead elsewhere. */
static enum fws_status open_file(struct file *file, int folder)
{
    char name[FWS_SIGNED_NAME_SIZE];
    struct stat info;
    uint8_t id[ID_SIZE];
    int fd = openat(folder, fws_signed_part_name(file->place.part, name),
                    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    file->fd = fd + 1;
    if (fd < 0) {
        return errno == ENOENT ? FWS_E_NOT_FOUND : FWS_E_INPUT;
    }
    if (!log_id(file->place.index, id) || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) ||
        info.st_size <= 0 || info.st_size % FWS_SIGNED_BLOCK != 0 ||
        (uint64_t)info.st_size / FWS_SIGNED_BLOCK > blocks_max(file->place.part)) {
        return FWS_E_INPUT;
    }
    file->place.blocks = (uint32_t)((uint64_t)info.st_size / FWS_SIGNED_BLOCK);
    return FWS_OK;
}

static void close_file(struct file *file)
{
    if (file->fd > 0) {
        (void)close(file->fd - 1);
    }
    file->fd = 0;
}

static enum fws_status read_at(struct file *file, uint32_t number, struct block *out)
{
    uint8_t bytes[FWS_SIGNED_BLOCK];
    ssize_t got = 0;

    file->place.number = number;
    do {
        got = pread(file->fd - 1, bytes, sizeof bytes, (off_t)number * FWS_SIGNED_BLOCK);
    } while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof bytes && read_block(&file->place, bytes, out) ? FWS_OK
                                                                                : FWS_E_INPUT;
}

/* Before the block's keys, behind them, or among them? A block without records has none. */
static int compare_block(const struct block *block, const uint8_t key[FWS_SIGNED_KEY_SIZE])
{
    if (block->count == 0) {
        return 0;
    }
    if (memcmp(key, block->records[0].key, FWS_SIGNED_KEY_SIZE) < 0) {
        return -1;
    }
    return memcmp(key, block->records[block->count - 1].key, FWS_SIGNED_KEY_SIZE) > 0;
}

static bool search_block(const struct block *block, const uint8_t key[FWS_SIGNED_KEY_SIZE],
                         struct fws_signed_record *out)
{
    for (size_t i = 0; i < block->count; i++) {
        if (memcmp(block->records[i].key, key, FWS_SIGNED_KEY_SIZE) == 0) {
            *out = block->records[i];
            return true;
        }
    }
    return false;
}

static enum fws_status search_file(struct file *file, const uint8_t key[FWS_SIGNED_KEY_SIZE],
                                   struct fws_signed_record *out, bool *found)
{
    uint32_t low = 0;
    uint32_t high = file->place.blocks;
    struct block block;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        enum fws_status status = read_at(file, middle, &block);

        if (status != FWS_OK) {
            return status;
        }
        int order = compare_block(&block, key);

        if (order == 0) {
            *found = search_block(&block, key, out);
            return FWS_OK;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return FWS_OK;
}

enum fws_status fws_signed_search(const struct fws_signed_index *index,
                                  const struct fws_signed_part *part, int folder,
                                  const uint8_t key[FWS_SIGNED_KEY_SIZE],
                                  struct fws_signed_record *out, bool *found)
{
    struct file file = {.place = {.index = index, .part = part}};
    enum fws_status status = open_file(&file, folder);

    *found = false;
    if (status == FWS_OK) {
        status = search_file(&file, key, out, found);
    }
    close_file(&file);
    return status;
}

enum fws_status fws_signed_load(const struct fws_signed_index *index,
                                const struct fws_signed_part *part, int folder,
                                struct fws_buf *records)
{
    struct file file = {.place = {.index = index, .part = part}};
    struct fws_error ignored;
    size_t before = records->size;
    enum fws_status status = open_file(&file, folder);

    for (uint32_t i = 0; status == FWS_OK && i < file.place.blocks; i++) {
        struct block block;

        status = read_at(&file, i, &block);
        if (status == FWS_OK && block.count > 0) {
            status = fws_buf_append(records, block.records, block.count * sizeof block.records[0],
                                    &ignored);
        }
    }
    close_file(&file);
    records->size = status == FWS_OK ? records->size : before;
    return status;
}
