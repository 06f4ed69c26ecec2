/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/hex.h"
#include "policy/denied_keys.h"
#include "policy/denied_keys_list.h"

#define COUNT (sizeof denied / sizeof denied[0])

const char *fws_denied_key_origin(const uint8_t spki_sha256[32])
{
    char digits[65];
    size_t first = 0;
    size_t end = COUNT;

    (void)fws_hex_encode(spki_sha256, 32, digits);
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = strcmp(digits, denied[middle].spki_sha256);

        if (order == 0) {
            return denied[middle].origin;
        }
        if (order < 0) {
            end = middle;
        } else {
            first = middle + 1;
        }
    }
    return NULL;
}

size_t fws_denied_key_count(void)
{
    return COUNT;
}

const struct fws_denied_key *fws_denied_key_at(size_t index)
{
    return &denied[index];
}
