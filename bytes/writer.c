/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bytes/bytes.h"

struct fws_writer fws_writer_init(void *data, size_t capacity)
{
    struct fws_writer writer = {.data = data, .capacity = capacity, .used = 0, .bad = false};

    return writer;
}

/* Reserve size bytes: their address, or NULL with the writer made bad. */
static uint8_t *reserve(struct fws_writer *writer, size_t size)
{
    if (writer->bad || size > writer->capacity - writer->used) {
        writer->bad = true;
        return NULL;
    }
    if (size == 0) {
        return NULL;
    }
    uint8_t *at = writer->data + writer->used;

    writer->used += size;
    return at;
}

static void put_le(struct fws_writer *writer, uint64_t value, size_t size)
{
    uint8_t *at = reserve(writer, size);

    if (at == NULL) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

void fws_writer_u8(struct fws_writer *writer, uint8_t value)
{
    put_le(writer, value, 1);
}

void fws_writer_u16le(struct fws_writer *writer, uint16_t value)
{
    put_le(writer, value, 2);
}

void fws_writer_u32le(struct fws_writer *writer, uint32_t value)
{
    put_le(writer, value, 4);
}

void fws_writer_u64le(struct fws_writer *writer, uint64_t value)
{
    put_le(writer, value, 8);
}

void fws_writer_bytes(struct fws_writer *writer, const void *bytes, size_t size)
{
    uint8_t *at = reserve(writer, size);

    if (at != NULL) {
        memcpy(at, bytes, size);
    }
}

void fws_writer_fill(struct fws_writer *writer, uint8_t value, size_t size)
{
    uint8_t *at = reserve(writer, size);

    if (at != NULL) {
        memset(at, value, size);
    }
}

enum fws_status fws_writer_done(const struct fws_writer *writer)
{
    return writer->bad ? FWS_E_BUFFER_FULL : FWS_OK;
}
