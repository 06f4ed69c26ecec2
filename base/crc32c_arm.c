/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AArch64 under Linux: the CRC32C instructions that Armv8.0 may and Armv8.1 must have. The build lets
 * this file use them, as the compilers disagree on how a function would say so.
 */
#include <arm_acle.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/crc32c_path.h"

#define HAS_CRC32 (1ul << 7) /* HWCAP_CRC32 of Linux */

static uint32_t crc32c(uint32_t crc, const uint8_t *at, size_t size)
{
    uint64_t word;

    for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        crc = __crc32cd(crc, word);
    }
    for (; size > 0; size--, at++) {
        crc = __crc32cb(crc, *at);
    }
    return crc;
}

fws_crc32c_fn *fws_crc32c_by_instructions(void)
{
    return (getauxval(AT_HWCAP) & HAS_CRC32) != 0 ? crc32c : NULL;
}
