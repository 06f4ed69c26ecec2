/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/device/semihosting.h"

/* The emulator knows the trap by its neighbours: uncompressed, and all three in one page. */
__attribute__((naked)) uint32_t semihosting_trap(uint32_t operation, const void *block)
{
    (void)operation; /* a0, where the result comes back */
    (void)block;     /* a1 */
    __asm__ volatile(".option push\n"
                     ".option norvc\n"
                     ".balign 16\n"
                     "slli x0, x0, 0x1f\n"
                     "ebreak\n"
                     "srai x0, x0, 7\n"
                     ".option pop\n"
                     "ret");
}
