/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program whose size, stack and instructions scripts/size measures, and its image.
 *
 *     size_main.c   paints the stack, calls size_check, says what came of it
 *     size_check.c  what a bootloader would do: a policy in ROM, the verifier
 *     size_empty.c  the same function, empty: what is left is not the verifier's
 *     size_image.c  on the host: the image, signed by test keys, damaged copies, and forgeries
 *     size_keys.c   written by size_image: the table of trusted keys
 *
 * scripts/glitch has the same images, but with little payload, and a main of its own (glitch_main.c).
 */
#ifndef FWS_TESTS_DEVICE_SIZE_H
#define FWS_TESTS_DEVICE_SIZE_H

#include "bytes/status.h"

#ifndef SIZE_PAYLOAD
#define SIZE_PAYLOAD (256u * 1024u)
#endif

#define SIZE_HEADER    512u
#define SIZE_SLOT      (SIZE_PAYLOAD + 8u * 1024u) /* behind the image it is erased, and looked at */
#define SIZE_COUNTER   7u                 /* of the image; the device's floor is the same */
#define SIZE_VENDOR_ID "fwsign size test" /* 16 bytes */

/* Measured: its text, the stack from its caller down, instructions until size_check_done. */
enum fws_status size_check(void);
void size_check_done(void);

#endif
