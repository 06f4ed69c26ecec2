/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pump that is not there: starts, runs, rests, and shows its state with one LED. Small, but with
 * all that an image has: vectors, code, constants, initialised and zeroed data.
 */
#include <stddef.h>
#include <stdint.h>

#include "board.h"

#define TICKS_PER_SECOND 100u

/* Found in the binary by `strings`: what is this file? */
static const char banner[] = "fwsign example firmware: pump 0.1.0\r\n";

enum state { STARTING, RUNNING, RESTING };

struct phase {
    enum state next;
    uint32_t ticks;       /* how long the state lasts */
    uint32_t blink_ticks; /* the LED changes after so many */
    const char *name;
};

static const struct phase phases[] = {
    [STARTING] = {RUNNING, 2 * TICKS_PER_SECOND, TICKS_PER_SECOND / 10, "starting\r\n"},
    [RUNNING] = {RESTING, 8 * TICKS_PER_SECOND, TICKS_PER_SECOND / 2, "running\r\n"},
    [RESTING] = {RUNNING, 4 * TICKS_PER_SECOND, 2 * TICKS_PER_SECOND, "resting\r\n"},
};

/* Initialised data: copied to RAM by reset_handler. */
static uint32_t ticks_left = 2 * TICKS_PER_SECOND;

/* Zeroed data. */
static enum state state;
static volatile uint32_t ticks;
static uint32_t cycles_run[sizeof phases / sizeof phases[0]];

void systick_handler(void)
{
    ticks = ticks + 1;
}

static void print(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((UART0_FLAGS & UART_TX_FULL) != 0) {
        }
        UART0_DATA = (uint32_t)(unsigned char)*text;
    }
}

static void start_board(void)
{
    extern uint32_t link_vectors[];

    /* A bootloader leaves its own table behind; ours begins where the header ends. */
    VECTOR_TABLE = (uint32_t)(uintptr_t)link_vectors;
    CLOCK_GATE_PERIPHERALS |= GATE_UART0;
    CLOCK_GATE_PORTS |= GATE_PORT_F;
    PORT_F_DIRECTION |= 1u;
    PORT_F_DIGITAL |= 1u;
    SYSTICK_RELOAD = CORE_HZ / TICKS_PER_SECOND - 1;
    SYSTICK_CURRENT = 0;
    SYSTICK_CONTROL = SYSTICK_RUN;
}

static void step(void)
{
    const struct phase *now = &phases[state];

    if (ticks_left % now->blink_ticks == 0) {
        PORT_F_DATA ^= 1u;
    }
    if (--ticks_left == 0) {
        cycles_run[state]++;
        state = now->next;
        ticks_left = phases[state].ticks;
        print(phases[state].name);
    }
}

_Noreturn void firmware_main(void)
{
    uint32_t seen = 0;

    start_board();
    print(banner);
    for (;;) {
        __asm__ volatile("wfi");
        while (seen != ticks) {
            seen++;
            step();
        }
    }
}
