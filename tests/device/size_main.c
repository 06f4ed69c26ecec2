/* SPDX-License-Identifier: Apache-2.0 */
/* Prints "<reason> <bytes of stack>"; exit status 0 whatever the reason. */
#include "tests/device/host.h"
#include "tests/device/semihosting.h"
#include "tests/device/size.h"

#define PAINT 0xc0a75e1fu

register uint32_t *stack_pointer __asm__("sp");

/* The first instruction after what is counted. */
__attribute__((noinline)) void size_check_done(void)
{
    __asm__ volatile("");
}

int device_main(void)
{
    uint32_t *top = stack_pointer;

    /* Nothing lives below the stack pointer, so the paint begins right there. */
    for (volatile uint32_t *at = link_stack_bottom; at < top; at++) {
        *at = PAINT;
    }
    enum fws_status reason = size_check();

    size_check_done();
    const volatile uint32_t *lowest = link_stack_bottom;

    while (lowest < top && *lowest == PAINT) {
        lowest++;
    }
    host_print_number((uint32_t)reason);
    host_print(" ");
    host_print_number((uint32_t)((uintptr_t)top - (uintptr_t)lowest));
    host_print("\n");
    return 0;
}
