/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the texts of C2SP: lines, numbers, names. Views into the text that is read. */
#ifndef FWS_AUDIT_PLAIN_H
#define FWS_AUDIT_PLAIN_H

#include "audit/audit.h"
#include "bytes/bytes.h"

#define FWS_NUMBER_MAX ((UINT64_C(1) << 53) - 1) /* what JSON numbers carry; also of tree sizes */

/* The bytes up to the next one of this value, which is consumed too; false, nothing read, when there
 * is none. */
FWS_MUST_USE bool fws_plain_until(struct fws_reader *text, uint8_t end, struct fws_reader *out);

/* The next line, without its LF. */
static inline bool fws_plain_line(struct fws_reader *text, struct fws_reader *out)
{
    return fws_plain_until(text, '\n', out);
}

/* Read exactly these characters; false, nothing read, when others come. */
FWS_MUST_USE bool fws_plain_take(struct fws_reader *text, const char *characters);

/* Is the whole view these characters? */
FWS_MUST_USE bool fws_plain_is(const struct fws_reader *text, const char *characters);

/* The whole view as a decimal number of at most FWS_NUMBER_MAX without leading zeros. */
FWS_MUST_USE bool fws_plain_number(const struct fws_reader *text, uint64_t *out);

/* Is the whole view a key's name by c2sp.org/signed-note: UTF-8, not empty, no Unicode space, no
 * plus? Names of logs are fewer: fws_origin_ok. */
FWS_MUST_USE bool fws_plain_key_name(const struct fws_reader *text);

/* The whole view as the name of a log, NUL-terminated. */
FWS_MUST_USE bool fws_plain_origin(const struct fws_reader *text,
                                   char out[FWS_AUDIT_ORIGIN_MAX + 1]);

#endif
