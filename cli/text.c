/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/text.h"

void fws_text_put(struct fws_text *text, const char *format, ...)
{
    char *piece = NULL;
    va_list args;

    if (text->error.status != FWS_OK) {
        return;
    }
    va_start(args, format);
    int size = vasprintf(&piece, format, args);

    va_end(args);
    if (size < 0) {
        (void)fws_error_set(&text->error, FWS_E_MEMORY, "no memory for output");
        return;
    }
    (void)!fws_buf_append(&text->buf, piece, (size_t)size, &text->error);
    free(piece);
}

enum fws_status fws_text_print(struct fws_text *text, struct fws_error *err)
{
    if (text->error.status != FWS_OK) {
        *err = text->error;
        return err->status;
    }
    return fws_cli_write(text->buf.data, text->buf.size, err);
}

void fws_text_free(struct fws_text *text)
{
    fws_buf_free(&text->buf);
    *text = (struct fws_text){0};
}
