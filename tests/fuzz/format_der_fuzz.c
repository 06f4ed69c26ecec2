/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_ecdsa_raw_from_der and fws_ecdsa_der_from_raw.
 * Property: each signature has exactly one encoding, so der -> raw -> der gives the same bytes, and
 * raw -> der -> raw, too.
 */
#include <string.h>

#include "format/format.h"
#include "tests/fuzz/property.h"

static void check_der(const uint8_t *der, size_t der_size, size_t half)
{
    uint8_t raw[96];
    uint8_t again[FWS_ECDSA_DER_MAX_SIZE];
    size_t size = 0;

    if (fws_ecdsa_raw_from_der(der, der_size, raw, half) == FWS_OK) {
        property(fws_ecdsa_der_from_raw(raw, 2 * half, again, &size) == FWS_OK);
        property(size == der_size && memcmp(der, again, size) == 0);
    }
}

static void check_raw(const uint8_t *raw, size_t size)
{
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];
    uint8_t again[96];
    size_t der_size = 0;

    if (fws_ecdsa_der_from_raw(raw, size, der, &der_size) == FWS_OK) {
        property(fws_ecdsa_raw_from_der(der, der_size, again, size / 2) == FWS_OK);
        property(memcmp(raw, again, size) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_der(data, size, 32);
    check_der(data, size, 48);
    check_raw(data, size);
    return 0;
}
