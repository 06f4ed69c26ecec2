/* SPDX-License-Identifier: Apache-2.0 */
/* How a program of scripts/glitch ends, as exit statuses; any other is a crash. Also read there. */
#ifndef FWS_TESTS_DEVICE_GLITCH_H
#define FWS_TESTS_DEVICE_GLITCH_H

#include <stdint.h>

#include "bytes/status.h"

#define GLITCH_ACCEPTED 165
#define GLITCH_REFUSED  90
#define GLITCH_HANG     98 /* of limit.c: more instructions than any program that ends */

/* Start the image; refuse it. Neither returns. */
_Noreturn void glitch_jump(const uint8_t *entry);
_Noreturn void glitch_halt(enum fws_status reason);

#endif
