/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
#ifndef FWS_BASE_UTF8_H
#define FWS_BASE_UTF8_H

#include "bytes/bytes.h"

/* Read the next code point; false for anything else and at the end, text is then somewhere behind. */
FWS_MUST_USE bool fws_utf8_next(struct fws_reader *text, uint32_t *out);

#endif
