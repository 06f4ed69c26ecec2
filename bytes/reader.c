/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bytes/bytes.h"

/* Consume size bytes: their address, or NULL with the reader made bad. */
static const uint8_t *take(struct fws_reader *reader, size_t size)
{
    if (reader->bad || size > reader->left) {
        reader->bad = true;
        reader->left = 0;
        return NULL;
    }
    const uint8_t *at = reader->data;

    if (size > 0) {
        reader->data += size;
        reader->left -= size;
    }
    return at;
}

static uint32_t take_le(struct fws_reader *reader, size_t size)
{
    const uint8_t *at = take(reader, size);
    uint32_t value = 0;

    if (at == NULL) {
        return 0;
    }
    for (size_t i = size; i > 0; i--) {
        value = (value << 8) | at[i - 1];
    }
    return value;
}

uint8_t fws_reader_u8(struct fws_reader *reader)
{
    return (uint8_t)take_le(reader, 1);
}

uint16_t fws_reader_u16le(struct fws_reader *reader)
{
    return (uint16_t)take_le(reader, 2);
}

uint32_t fws_reader_u32le(struct fws_reader *reader)
{
    return take_le(reader, 4);
}

uint64_t fws_reader_u64le(struct fws_reader *reader)
{
    struct fws_reader both = fws_reader_slice(reader, 8); /* whole or not at all */
    uint64_t low = take_le(&both, 4);

    return low | ((uint64_t)take_le(&both, 4) << 32);
}

void fws_reader_split(struct fws_reader *reader, size_t size, struct fws_reader *out)
{
    out->data = take(reader, size);
    out->bad = reader->bad;
    out->left = out->bad ? 0 : size;
}

void fws_reader_copy(struct fws_reader *reader, void *out, size_t size)
{
    const uint8_t *at = take(reader, size);

    if (size == 0) {
        return;
    }
    if (at == NULL) {
        memset(out, 0, size);
        return;
    }
    memcpy(out, at, size);
}

void fws_reader_skip(struct fws_reader *reader, size_t size)
{
    (void)take(reader, size);
}

bool fws_reader_starts_with(const struct fws_reader *reader, const void *bytes, size_t size)
{
    return !reader->bad && size <= reader->left &&
           (size == 0 || memcmp(reader->data, bytes, size) == 0);
}

bool fws_reader_filled_with(const struct fws_reader *reader, uint8_t value)
{
    size_t i = 0;

    while (i < reader->left && reader->data[i] == value) {
        i++;
    }
    return i == reader->left;
}

bool fws_reader_erased(const struct fws_reader *reader, struct fws_seen *seen)
{
    uint32_t ones = seen->ones;
    uint32_t zeros = seen->zeros;

    for (size_t i = 0; i < reader->left; i++) {
        ones |= reader->data[i];
        zeros |= ~(uint32_t)reader->data[i];
    }
    seen->ones = (uint8_t)ones;
    seen->zeros = (uint8_t)zeros;
    return seen->ones == 0 || seen->zeros == 0;
}

enum fws_status fws_reader_done(const struct fws_reader *reader)
{
    if (reader->bad) {
        return FWS_E_TRUNCATED;
    }
    return reader->left == 0 ? FWS_OK : FWS_E_TRAILING;
}
