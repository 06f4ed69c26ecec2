/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few registers of a Stellaris LM3S6965 that the example uses. QEMU plays this board
 * ("lm3s6965evb"), so the firmware can be watched without having one.
 */
#ifndef FIRMWARE_BOARD_H
#define FIRMWARE_BOARD_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define SYSTICK_CONTROL REGISTER(0xe000e010u)
#define SYSTICK_RELOAD  REGISTER(0xe000e014u)
#define SYSTICK_CURRENT REGISTER(0xe000e018u)
#define SYSTICK_RUN     0x7u /* enabled, with interrupt, from the core's clock */

#define VECTOR_TABLE REGISTER(0xe000ed08u)

#define CLOCK_GATE_PERIPHERALS REGISTER(0x400fe104u)
#define CLOCK_GATE_PORTS       REGISTER(0x400fe108u)
#define GATE_UART0             (1u << 0)
#define GATE_PORT_F            (1u << 5)

#define PORT_F_DATA      REGISTER(0x40025004u) /* pin 0 only: the address is the mask */
#define PORT_F_DIRECTION REGISTER(0x40025400u)
#define PORT_F_DIGITAL   REGISTER(0x4002551cu)

#define UART0_DATA   REGISTER(0x4000c000u)
#define UART0_FLAGS  REGISTER(0x4000c018u)
#define UART_TX_FULL (1u << 5)

#define CORE_HZ 12000000u /* the internal oscillator after reset */

_Noreturn void firmware_main(void);
void systick_handler(void);

#endif
