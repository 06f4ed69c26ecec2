/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 of RFC 4648, section 4, in its one spelling: padded, no white space, unused bits zero. Two
 * texts that decode to the same bytes are the same text.
 */
#ifndef FWS_BASE_BASE64_H
#define FWS_BASE_BASE64_H

#include "base/buf.h"

/* Append the text of size bytes to out, without a NUL. */
FWS_MUST_USE enum fws_status fws_base64_encode(const void *data, size_t size, struct fws_buf *out,
                                               struct fws_error *err);

/* Append the bytes of length characters to out. FWS_E_INPUT, out unchanged, for any other spelling. */
FWS_MUST_USE enum fws_status fws_base64_decode(const void *text, size_t length, struct fws_buf *out,
                                               struct fws_error *err);

/* Decode exactly size bytes. FWS_OK, or FWS_E_INPUT also when there are more or fewer. */
FWS_MUST_USE enum fws_status fws_base64_decode_exact(const void *text, size_t length, uint8_t *out,
                                                     size_t size);

#endif
