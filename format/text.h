/* SPDX-License-Identifier: Apache-2.0 */
/* Small pieces of text, read from and written to bytes; private to format/. */
#ifndef FWS_FORMAT_TEXT_H
#define FWS_FORMAT_TEXT_H

#include "format/format.h"

/* Take the next byte when it is c. */
bool fws_text_take(struct fws_reader *text, char c);

/* Skip spaces and tabs. */
void fws_text_skip_blanks(struct fws_reader *text);

/* Take a decimal number of at most max (9 or more), without leading zeros; false when there is none. */
FWS_MUST_USE bool fws_text_number(struct fws_reader *text, uint32_t max, uint32_t *out);

/* Take a version and stop at the first byte that cannot belong to one. */
FWS_MUST_USE bool fws_text_version(struct fws_reader *text, struct fws_version *out);

#endif
