/* SPDX-License-Identifier: Apache-2.0 */
/* What a platform brings along: an entry and three functions. Linked, never run. */
#include <stddef.h>
#include <stdint.h>

#include "verifier/verifier.h"

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
uint32_t entry(struct fws_verify_policy *policy, struct fws_verify_io *io,
               struct fws_verify_work *work);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    for (size_t i = 0; i < size; i++) {
        out[i] = in[i];
    }
    return to;
}

void *memset(void *to, int value, size_t size)
{
    uint8_t *out = to;

    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)value;
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

uint32_t entry(struct fws_verify_policy *policy, struct fws_verify_io *io,
               struct fws_verify_work *work)
{
    struct fws_verify_report report;

    return fws_verify(policy, io, work, &report);
}
