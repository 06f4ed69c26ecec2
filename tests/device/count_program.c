/* SPDX-License-Identifier: Apache-2.0 */
/* COUNT_TURNS turns of a loop of three instructions between two functions, for count.c's test. */
#include "tests/device/host.h"

#ifdef __riscv
#define LOOP "1: addi %0, %0, -1\n nop\n bnez %0, 1b"
#else
#define LOOP ".syntax unified\n 1: subs %0, #1\n nop\n bne 1b"
#endif

void count_first(void);
void count_last(void);

/* Out of memory: how many instructions a constant takes depends on the constant. */
static const volatile uint32_t count_turns = COUNT_TURNS;

__attribute__((noinline)) void count_first(void)
{
    uint32_t turns = count_turns;

    __asm__ volatile(LOOP : "+r"(turns) : : "cc");
}

__attribute__((noinline)) void count_last(void)
{
    __asm__ volatile("");
}

int device_main(void)
{
    count_first();
    count_last();
    return 0;
}
