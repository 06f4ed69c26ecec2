/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as people write them. */
#ifndef FWS_BASE_NUMBER_H
#define FWS_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal, 0x, 0o or 0b, all of text; false when it is none or does not fit. */
bool fws_uint_from_text(const char *text, uint64_t *out);

#endif
