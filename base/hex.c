/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/hex.h"

/* Both digits of a byte at once, as the verifier of a log writes the hash of each line. */
static const char pairs[] = "000102030405060708090a0b0c0d0e0f"
                            "101112131415161718191a1b1c1d1e1f"
                            "202122232425262728292a2b2c2d2e2f"
                            "303132333435363738393a3b3c3d3e3f"
                            "404142434445464748494a4b4c4d4e4f"
                            "505152535455565758595a5b5c5d5e5f"
                            "606162636465666768696a6b6c6d6e6f"
                            "707172737475767778797a7b7c7d7e7f"
                            "808182838485868788898a8b8c8d8e8f"
                            "909192939495969798999a9b9c9d9e9f"
                            "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
                            "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                            "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
                            "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
                            "e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
                            "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

char *fws_hex_encode(const void *data, size_t size, char *out)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        memcpy(out + 2 * i, pairs + 2 * (size_t)bytes[i], 2);
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
