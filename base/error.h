/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An error with its sentence: caller-owned, fixed size, no allocation.
 *
 * The place that fails writes the sentence with fws_error_set; each caller that knows more puts its
 * part in front with fws_error_wrap:
 *
 *     status = fws_key_open(token, name, &key, err);
 *     if (status != FWS_OK) {
 *         return fws_error_wrap(err, "signing '%s'", image_path);
 *     }
 *
 * Lower case, no full stop, subject in quotes, outermost first, cause last. Never a PIN, a key or
 * raw input: pass untrusted text through %s only after fws_error_quote made it printable.
 */
#ifndef FWS_BASE_ERROR_H
#define FWS_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#include "bytes/status.h"

#define FWS_ERROR_TEXT_SIZE 1024u

struct fws_error {
    enum fws_status status;         /* FWS_OK when nothing failed */
    char text[FWS_ERROR_TEXT_SIZE]; /* the sentence, NUL-terminated, cut at the end if too long */
};

/* Set status and sentence; returns status, so that a caller can return it at once. */
enum fws_status fws_error_set(struct fws_error *err, enum fws_status status, const char *format,
                              ...) __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of the errno value behind the sentence. ENOSPC and EDQUOT turn
 * status FWS_E_IO into FWS_E_SPACE, EINTR into FWS_E_INTERRUPTED, ENOENT into FWS_E_NOT_FOUND. */
enum fws_status fws_error_errno(struct fws_error *err, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "format: " in front of the sentence; returns the status err already has. */
enum fws_status fws_error_wrap(struct fws_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Copy at most 80 bytes of text to out with everything but printable ASCII replaced by '?'. */
#define FWS_ERROR_QUOTE_SIZE 84u
const char *fws_error_quote(const char *text, size_t size, char out[FWS_ERROR_QUOTE_SIZE]);

#endif
