/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the bootloader needs of its board. QEMU plays two: mps2-an385, a Cortex-M3, in mps2.c, and
 * virt, a RISC-V of 32 bits, in virt.c. Where they lie in memory is in boot.ld and below.
 */
#ifndef BOOTLOADER_BOARD_H
#define BOOTLOADER_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#define BOARD_SLOT_SIZE 0x40000u

/* Where the slot's flash is mapped. */
extern const uint8_t board_slot[];

/* Fuses that are burned once: a bit reads 0 until then. */
enum board_otp {
    BOARD_OTP_REVOKED, /* bit i: key i of the table */
    BOARD_OTP_COUNTER, /* so many bits burned, so high is the counter */
    BOARD_OTP_WORDS,
};

/* Read a word of fuses; false when two readings differ, as they do when somebody disturbs them. */
bool board_otp_read(enum board_otp word, uint32_t *out);

/* A random number of turns: hardening 2 waits here. A product takes its random number generator. */
void board_delay(void);

/* Text for whoever watches; semihosting, as no serial port is needed. */
void board_print(const char *text);

/* End QEMU. */
_Noreturn void board_exit(bool good);

/* Leave for the application whose first bytes stand there. */
_Noreturn void board_jump(const uint8_t *application);

/* Called by the start-up code. */
_Noreturn void boot_main(void);
_Noreturn void board_fault(void);

#endif
