/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/device/host.h"

void host_print_number(uint32_t number)
{
    char text[11]; /* 4294967295 and a zero */
    size_t at = sizeof text - 1;

    text[at] = '\0';
    do {
        text[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    host_print(&text[at]);
}
