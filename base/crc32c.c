/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>

#include "base/crc32c.h"
#include "base/crc32c_path.h"

/*
 * Where the processor has no instruction for it: eight bytes a step, one table for each
 * (slicing-by-8). A byte at a time would cost a log's verifier more than SHA-256 does.
 *
 * A CRC is linear, so every row is the exclusive or of eight single-bit rows. The 64 single-bit
 * rows are the reflected polynomial 0x82f63b78 stepped on 0 to 63 times, in order.
 */
#define ROW(i, b7, b6, b5, b4, b3, b2, b1, b0)                                                     \
    ((((i)&128u) ? (b7) : 0u) ^ (((i)&64u) ? (b6) : 0u) ^ (((i)&32u) ? (b5) : 0u) ^                \
     (((i)&16u) ? (b4) : 0u) ^ (((i)&8u) ? (b3) : 0u) ^ (((i)&4u) ? (b2) : 0u) ^                   \
     (((i)&2u) ? (b1) : 0u) ^ (((i)&1u) ? (b0) : 0u))
#define ROWS4(i, ...)                                                                              \
    ROW(i, __VA_ARGS__), ROW((i) + 1u, __VA_ARGS__), ROW((i) + 2u, __VA_ARGS__),                   \
        ROW((i) + 3u, __VA_ARGS__)
#define ROWS16(i, ...)                                                                             \
    ROWS4(i, __VA_ARGS__), ROWS4((i) + 4u, __VA_ARGS__), ROWS4((i) + 8u, __VA_ARGS__),             \
        ROWS4((i) + 12u, __VA_ARGS__)
#define ROWS64(i, ...)                                                                             \
    ROWS16(i, __VA_ARGS__), ROWS16((i) + 16u, __VA_ARGS__), ROWS16((i) + 32u, __VA_ARGS__),        \
        ROWS16((i) + 48u, __VA_ARGS__)
#define TABLE(...)                                                                                 \
    {                                                                                              \
        ROWS64(0u, __VA_ARGS__), ROWS64(64u, __VA_ARGS__), ROWS64(128u, __VA_ARGS__),              \
            ROWS64(192u, __VA_ARGS__)                                                              \
    }

static const uint32_t table[8][256] = {
    TABLE(0x82f63b78u, 0x417b1dbcu, 0x20bd8edeu, 0x105ec76fu, 0x8ad958cfu, 0xc79a971fu, 0xe13b70f7u,
          0xf26b8303u),
    TABLE(0xfbc3faf9u, 0xff17c604u, 0x7f8be302u, 0x3fc5f181u, 0x9d14c3b8u, 0x4e8a61dcu, 0x274530eeu,
          0x13a29877u),
    TABLE(0x8b277743u, 0xc76580d9u, 0xe144fb14u, 0x70a27d8au, 0x38513ec5u, 0x9edea41au, 0x4f6f520du,
          0xa541927eu),
    TABLE(0x52a0c93fu, 0xaba65fe7u, 0xd725148bu, 0xe964b13du, 0xf64463e6u, 0x7b2231f3u, 0xbf672381u,
          0xdd45aab8u),
    TABLE(0x6ea2d55cu, 0x37516aaeu, 0x1ba8b557u, 0x8f2261d3u, 0xc5670b91u, 0xe045beb0u, 0x7022df58u,
          0x38116facu),
    TABLE(0x1c08b7d6u, 0x0e045bebu, 0x85f4168du, 0xc00c303eu, 0x6006181fu, 0xb2f53777u, 0xdb8ca0c3u,
          0xef306b19u),
    TABLE(0xf56e0ef4u, 0x7ab7077au, 0x3d5b83bdu, 0x9c5bfaa6u, 0x4e2dfd53u, 0xa5e0c5d1u, 0xd0065990u,
          0x68032cc8u),
    TABLE(0x34019664u, 0x1a00cb32u, 0x0d006599u, 0x847609b4u, 0x423b04dau, 0x211d826du, 0x9278fa4eu,
          0x493c7d27u),
};

static uint32_t step8(uint32_t crc, const uint8_t *at)
{
    return table[7][at[0] ^ (crc & 0xffu)] ^ table[6][at[1] ^ ((crc >> 8) & 0xffu)] ^
           table[5][at[2] ^ ((crc >> 16) & 0xffu)] ^ table[4][at[3] ^ (crc >> 24)] ^
           table[3][at[4]] ^ table[2][at[5]] ^ table[1][at[6]] ^ table[0][at[7]];
}

uint32_t fws_crc32c_by_tables(uint32_t crc, const uint8_t *at, size_t size)
{
    for (; size >= 8; size -= 8, at += 8) {
        crc = step8(crc, at);
    }
    for (; size > 0; size--, at++) {
        crc = (crc >> 8) ^ table[0][(crc ^ *at) & 0xffu];
    }
    return crc;
}

/* Threads that come first together all find the same. */
static fws_crc32c_fn *best_path(void)
{
    static fws_crc32c_fn *_Atomic chosen;
    fws_crc32c_fn *path = atomic_load_explicit(&chosen, memory_order_relaxed);

    if (path == NULL) {
        path = fws_crc32c_by_instructions();
        path = path == NULL ? fws_crc32c_by_tables : path;
        atomic_store_explicit(&chosen, path, memory_order_relaxed);
    }
    return path;
}

uint32_t fws_crc32c(const void *data, size_t size)
{
    return ~best_path()(0xffffffffu, data, size);
}
