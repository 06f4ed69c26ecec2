/* SPDX-License-Identifier: Apache-2.0 */
/* The application: linked for the slot behind the header, started by the bootloader. */
#include "board.h"

_Noreturn void boot_main(void)
{
    board_print("application: running\n");
    board_exit(true);
}
