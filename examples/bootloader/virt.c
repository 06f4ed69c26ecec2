/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's virt with a 32-bit RISC-V: memory at 0x80000000, where it starts without a BIOS. */
#include "board.h"

#define SYS_WRITE0    0x04u
#define SYS_EXIT      0x18u
#define STOPPED_EXIT  0x20026u
#define STOPPED_ERROR 0x20023u

/* The first instructions: a stack, zeroed memory, and where to go on a fault. */
__asm__(".section .start, \"ax\"\n"
        ".globl start\n"
        "start:\n"
        "    la sp, link_stack_top\n"
        "    la t0, trap\n"
        "    csrw mtvec, t0\n"
        "    la t0, link_bss_start\n"
        "    la t1, link_bss_end\n"
        "1:  bgeu t0, t1, 2f\n"
        "    sw zero, 0(t0)\n"
        "    addi t0, t0, 4\n"
        "    j 1b\n"
        "2:  tail boot_main\n"
        "    .balign 4\n"
        "trap:\n"
        "    tail board_fault\n"
        ".text\n");

/* RISC-V semihosting: these three instructions, uncompressed and on one page, are the call. */
static void semihost(uint32_t operation, uintptr_t argument)
{
    register uint32_t a0 __asm__("a0") = operation;
    register uintptr_t a1 __asm__("a1") = argument;

    __asm__ volatile(".balign 16\n"
                     ".option push\n"
                     ".option norvc\n"
                     "slli zero, zero, 0x1f\n"
                     "ebreak\n"
                     "srai zero, zero, 7\n"
                     ".option pop\n"
                     : "+r"(a0)
                     : "r"(a1)
                     : "memory");
}

void board_print(const char *text)
{
    semihost(SYS_WRITE0, (uintptr_t)text);
}

_Noreturn void board_exit(bool good)
{
    semihost(SYS_EXIT, good ? STOPPED_EXIT : STOPPED_ERROR);
    for (;;) {
    }
}

_Noreturn void board_fault(void)
{
    board_print("fault\n");
    board_exit(false);
}

/* The application starts with code; what was loaded as data is fetched anew. */
_Noreturn void board_jump(const uint8_t *application)
{
    __asm__ volatile("fence.i\n"
                     "jr %0\n"
                     :
                     : "r"(application)
                     : "memory");
    __builtin_unreachable();
}
