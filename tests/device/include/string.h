/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole C library that freestanding code may use: what else it calls is not declared, and no
 * toolchain's header is needed.
 */
#ifndef FWS_TESTS_DEVICE_INCLUDE_STRING_H
#define FWS_TESTS_DEVICE_INCLUDE_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);

#endif
