/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/device/semihosting.h"

uint32_t semihosting_trap(uint32_t operation, const void *block)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
