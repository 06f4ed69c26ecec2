/* SPDX-License-Identifier: Apache-2.0 */
/* The vector table of M-profile processors, and what comes before device_start. */
#include "tests/device/semihosting.h"

/* ARMv7-M, B3.2.8: Configuration and Control Register. */
#define CCR             ((volatile uint32_t *)0xe000ed14u)
#define CCR_UNALIGN_TRP (1u << 3)

/* A Cortex-M0+ faults at unaligned access; so does the Cortex-M3 that plays it. */
#ifdef __ARM_FEATURE_UNALIGNED
#define CCR_TRAPS 0u
#else
#define CCR_TRAPS CCR_UNALIGN_TRP
#endif

_Noreturn void reset(void);

_Noreturn void reset(void)
{
    *CCR |= CCR_TRAPS;
    device_start();
}

union vector {
    uint32_t *stack;
    void (*handler)(void);
};

/* ARMv7-M, B1.5.3: the first stack pointer, then one handler for each exception. */
__attribute__((section(".vectors"), used)) static const union vector vectors[16] = {
    {.stack = link_stack_top}, {.handler = reset}, {.handler = device_fault}, /* NMI */
    {.handler = device_fault},                                                /* hard fault */
    {.handler = device_fault}, /* memory management */
    {.handler = device_fault}, /* bus */
    {.handler = device_fault}, /* usage */
    {.handler = device_fault}, /* secure */
};
