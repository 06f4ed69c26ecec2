/* SPDX-License-Identifier: Apache-2.0 */
#include "bytes/bytes.h"

bool fws_size_add(size_t a, size_t b, size_t *out)
{
    if (b > SIZE_MAX - a) {
        *out = 0;
        return false;
    }
    *out = a + b;
    return true;
}

bool fws_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b) {
        *out = 0;
        return false;
    }
    *out = a * b;
    return true;
}
