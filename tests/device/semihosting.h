/* SPDX-License-Identifier: Apache-2.0 */
/* The trap into the emulator, one file a processor family: arm/trap.c, riscv/trap.c. */
#ifndef FWS_TESTS_DEVICE_SEMIHOSTING_H
#define FWS_TESTS_DEVICE_SEMIHOSTING_H

#include <stdint.h>

uint32_t semihosting_trap(uint32_t operation, const void *block);

/* Addresses of the linker scripts. */
extern uint32_t link_stack_bottom[], link_stack_top[];
extern uint32_t link_data_load[], link_data_start[], link_data_end[];
extern uint32_t link_bss_start[], link_bss_end[];

/* From the start-up code of a family to the program: data, bss, device_main, exit. */
_Noreturn void device_start(void);

/* Where a fault ends: says so, exit status 99. */
_Noreturn void device_fault(void);

#endif
