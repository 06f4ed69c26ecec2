/* SPDX-License-Identifier: Apache-2.0 */
/* Lower-case hexadecimal text. */
#ifndef FWS_BASE_HEX_H
#define FWS_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "bytes/status.h"

/* Write 2 * size digits and a NUL to out; returns out. */
char *fws_hex_encode(const void *data, size_t size, char *out);

/*
 * Decode exactly size bytes from length digits of either case.
 * FWS_OK, or FWS_E_INPUT when length is not 2 * size or a character is no digit.
 */
FWS_MUST_USE enum fws_status fws_hex_decode(const char *text, size_t length, uint8_t *out,
                                            size_t size);

#endif
