/* SPDX-License-Identifier: Apache-2.0 */
/* What a fuzz target claims, also where assert is compiled out. */
#ifndef FWS_TESTS_FUZZ_PROPERTY_H
#define FWS_TESTS_FUZZ_PROPERTY_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define property(condition)                                                                        \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
