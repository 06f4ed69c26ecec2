/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From reset to main: the vector table that the processor reads first, and the memory that C
 * expects to find filled.
 */
#include <stdint.h>

#include "board.h"

/* Addresses out of firmware.ld. */
extern uint32_t link_stack_top[];
extern uint32_t link_data_load[], link_data_start[], link_data_end[];
extern uint32_t link_bss_start[], link_bss_end[];

_Noreturn void reset_handler(void);
_Noreturn void fault_handler(void);

/* A fault stops here, where a debugger finds it and a watchdog bites. */
_Noreturn void fault_handler(void)
{
    for (;;) {
        __asm__ volatile("bkpt #0");
    }
}

_Noreturn void reset_handler(void)
{
    const uint32_t *from = link_data_load;

    for (uint32_t *to = link_data_start; to < link_data_end; to++) {
        *to = *from++;
    }
    for (uint32_t *to = link_bss_start; to < link_bss_end; to++) {
        *to = 0;
    }
    firmware_main();
}

union vector {
    uint32_t *stack;
    void (*handler)(void);
};

/* ARMv7-M, B1.5.3: the first stack pointer, then one handler for each exception. */
__attribute__((section(".vectors"), used)) static const union vector vectors[16] = {
    {.stack = link_stack_top},
    {.handler = reset_handler},
    {.handler = fault_handler}, /* NMI */
    {.handler = fault_handler}, /* hard fault */
    {.handler = fault_handler}, /* memory management */
    {.handler = fault_handler}, /* bus */
    {.handler = fault_handler}, /* usage */
    {.handler = 0},
    {.handler = 0},
    {.handler = 0},
    {.handler = 0},
    {.handler = fault_handler}, /* SVCall */
    {.handler = fault_handler}, /* debug monitor */
    {.handler = 0},
    {.handler = fault_handler}, /* PendSV */
    {.handler = systick_handler},
};
