/* SPDX-License-Identifier: Apache-2.0 */
/* The first instructions of a RISC-V hart in machine mode. */
#include "tests/device/semihosting.h"

_Noreturn void reset(void);
_Noreturn void trapped(void);

/* mtvec wants four bytes of alignment. */
_Noreturn __attribute__((aligned(4))) void trapped(void)
{
    device_fault();
}

__attribute__((naked, section(".vectors"))) void reset(void)
{
    __asm__ volatile(".option arch, +zicsr\n"
                     "la sp, link_stack_top\n"
                     "la t0, trapped\n"
                     "csrw mtvec, t0\n"
                     "j device_start");
}
