/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that freestanding code may ask of a C library, small: a byte at a time, as newlib-nano does it.
 *
 * A compiler knows these loops and would turn each into a call of the very function it stands in;
 * an empty assembler statement keeps it from that.
 */
#include <stddef.h>
#include <stdint.h>

#define KEEP_THE_LOOP() __asm__ volatile("")

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    for (size_t i = 0; i < size; i++) {
        out[i] = in[i];
        KEEP_THE_LOOP();
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    uint8_t *out = to;

    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)value;
        KEEP_THE_LOOP();
    }
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;

    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}
