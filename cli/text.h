/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text put together piece by piece and written once. Errors stick and are reported at the end.
 *
 *     FWS_AUTO(fws_text) text = {0};
 *     fws_text_put(&text, "%s\n", word); ...
 *     return fws_text_print(&text, err);
 */
#ifndef FWS_CLI_TEXT_H
#define FWS_CLI_TEXT_H

#include "base/buf.h"

struct fws_text {
    struct fws_buf buf;
    struct fws_error error;
};

void fws_text_put(struct fws_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Write it all to standard output. */
FWS_MUST_USE enum fws_status fws_text_print(struct fws_text *text, struct fws_error *err);

void fws_text_free(struct fws_text *text);

#endif
