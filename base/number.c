/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <string.h>

#include "base/number.h"

bool fws_uint_from_text(const char *text, uint64_t *out)
{
    static const struct {
        const char *prefix;
        unsigned base;
    } bases[] = {{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0b", 2}};
    unsigned base = 10;
    uint64_t value = 0;

    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        if (strncmp(text, bases[i].prefix, 2) == 0) {
            base = bases[i].base;
            text += 2;
            break;
        }
    }
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        static const char digits[] = "0123456789abcdef";
        char lower = (char)(*text >= 'A' && *text <= 'F' ? *text + 32 : *text);
        const char *found = strchr(digits, lower);

        if (found == NULL || (unsigned)(found - digits) >= base ||
            value > (UINT64_MAX - (unsigned)(found - digits)) / base) {
            return false;
        }
        value = value * base + (unsigned)(found - digits);
    }
    *out = value;
    return true;
}
