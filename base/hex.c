/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"

char *fws_hex_encode(const void *data, size_t size, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * size] = '\0';
    return out;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

enum fws_status fws_hex_decode(const char *text, size_t length, uint8_t *out, size_t size)
{
    if (length / 2 != size || length % 2 != 0) {
        return FWS_E_INPUT;
    }
    for (size_t i = 0; i < size; i++) {
        int high = digit_value(text[2 * i]);
        int low = digit_value(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return FWS_E_INPUT;
        }
        out[i] = (uint8_t)(high * 16 + low);
    }
    return FWS_OK;
}
