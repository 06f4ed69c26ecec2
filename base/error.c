/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

static enum fws_status set_va(struct fws_error *err, enum fws_status status, const char *format,
                              va_list args) __attribute__((format(printf, 3, 0)));

static enum fws_status set_va(struct fws_error *err, enum fws_status status, const char *format,
                              va_list args)
{
    err->status = status;
    (void)vsnprintf(err->text, sizeof err->text, format, args);
    return status;
}

enum fws_status fws_error_set(struct fws_error *err, enum fws_status status, const char *format,
                              ...)
{
    va_list args;

    va_start(args, format);
    (void)set_va(err, status, format, args);
    va_end(args);
    return status;
}

static enum fws_status status_of_errno(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
        return FWS_E_SPACE;
    case EINTR:
        return FWS_E_INTERRUPTED;
    case ENOENT:
        return FWS_E_NOT_FOUND;
    case ENOMEM:
        return FWS_E_MEMORY;
    case EEXIST:
        return FWS_E_EXISTS;
    default:
        return FWS_E_IO;
    }
}

enum fws_status fws_error_errno(struct fws_error *err, int errnum, const char *format, ...)
{
    va_list args;
    size_t used;

    va_start(args, format);
    (void)set_va(err, status_of_errno(errnum), format, args);
    va_end(args);
    used = strlen(err->text);
    (void)snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(errnum));
    return err->status;
}

enum fws_status fws_error_wrap(struct fws_error *err, const char *format, ...)
{
    char inner[FWS_ERROR_TEXT_SIZE];
    va_list args;
    size_t used;

    memcpy(inner, err->text, sizeof inner);
    va_start(args, format);
    (void)set_va(err, err->status, format, args);
    va_end(args);
    used = strlen(err->text);
    (void)snprintf(err->text + used, sizeof err->text - used, ": %s", inner);
    return err->status;
}

const char *fws_error_quote(const char *text, size_t size, char out[FWS_ERROR_QUOTE_SIZE])
{
    size_t used = 0;

    for (; used < size && used < 80; used++) {
        out[used] = text[used] >= 0x20 && text[used] < 0x7f ? text[used] : '?';
    }
    if (used < size) {
        memcpy(out + used, "...", 3);
        used += 3;
    }
    out[used] = '\0';
    return out;
}
