/* SPDX-License-Identifier: Apache-2.0 */
/* What both boards do alike. */
#include "board.h"

/* QEMU's -device loader can burn them: see README.md. */
extern const volatile uint32_t board_otp[BOARD_OTP_WORDS];

bool board_otp_read(enum board_otp word, uint32_t *out)
{
    uint32_t first = board_otp[word];
    uint32_t second = board_otp[word];

    *out = first;
    return first == second;
}

/* QEMU has no random number generator on these boards, and nobody who skips its instructions. */
void board_delay(void)
{
    for (volatile unsigned turns = 3; turns > 0; turns--) {
    }
}
