/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to CRC-32C: by tables, which every processor can, and by the instructions of some. Private
 * to base/crc32c*.c and their test. crc is the register: all ones at the beginning, and not inverted
 * at the end.
 */
#ifndef FWS_BASE_CRC32C_PATH_H
#define FWS_BASE_CRC32C_PATH_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t fws_crc32c_fn(uint32_t crc, const uint8_t *at, size_t size);

fws_crc32c_fn fws_crc32c_by_tables;

/*
 * The way of this kind of processor; NULL when the one at hand has no such instructions. One file of
 * crc32c_x86.c, crc32c_arm.c, crc32c_none.c is compiled.
 */
fws_crc32c_fn *fws_crc32c_by_instructions(void);

#endif
