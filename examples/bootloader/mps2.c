/* SPDX-License-Identifier: Apache-2.0 */
/* QEMU's mps2-an385: a Cortex-M3 with memory at 0 and at 0x20000000. */
#include "board.h"

#define VECTOR_TABLE (*(volatile uint32_t *)0xe000ed08u)

#define SYS_WRITE0    0x04u
#define SYS_EXIT      0x18u
#define STOPPED_EXIT  0x20026u /* ADP_Stopped_ApplicationExit */
#define STOPPED_ERROR 0x20023u /* ADP_Stopped_RunTimeErrorUnknown */

extern uint32_t link_stack_top[], link_bss_start[], link_bss_end[];

_Noreturn void reset_handler(void);

/* Arm semihosting: the debugger, here QEMU, does what r0 says with what r1 points to. */
static void semihost(uint32_t operation, uintptr_t argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
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

/* ARMv7-M, B1.5.5: what a reset would do, with the application's vector table. */
_Noreturn void board_jump(const uint8_t *application)
{
    const uint32_t *vectors = (const void *)application;

    VECTOR_TABLE = (uint32_t)(uintptr_t)vectors;
    __asm__ volatile("dsb\n"
                     "isb\n"
                     "msr msp, %0\n"
                     "bx %1\n"
                     :
                     : "r"(vectors[0]), "r"(vectors[1])
                     : "memory");
    __builtin_unreachable();
}

_Noreturn void reset_handler(void)
{
    for (uint32_t *to = link_bss_start; to < link_bss_end; to++) {
        *to = 0;
    }
    boot_main();
}

union vector {
    uint32_t *stack;
    void (*handler)(void);
};

__attribute__((section(".start"), used)) static const union vector vectors[16] = {
    {.stack = link_stack_top}, {.handler = reset_handler}, {.handler = board_fault}, /* NMI */
    {.handler = board_fault}, /* hard fault */
    {.handler = board_fault}, /* memory management */
    {.handler = board_fault}, /* bus */
    {.handler = board_fault}, /* usage */
};
