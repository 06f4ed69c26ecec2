/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "bytes/bytes.h"

enum fws_status fws_buf_reserve(struct fws_buf *buf, size_t size, struct fws_error *err)
{
    size_t needed;

    if (!fws_size_add(buf->size, size, &needed)) {
        return fws_error_set(err, FWS_E_MEMORY, "buffer size overflows");
    }
    if (needed <= buf->capacity) {
        return FWS_OK;
    }
    size_t capacity = buf->capacity < 256 ? 256 : buf->capacity;

    /* Twice as much each time, so that many small appends cost no more than few large ones. */
    while (capacity < needed) {
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    }
    uint8_t *data = realloc(buf->data, capacity);

    if (data == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for %zu bytes", capacity);
    }
    buf->data = data;
    buf->capacity = capacity;
    return FWS_OK;
}

enum fws_status fws_buf_append(struct fws_buf *buf, const void *data, size_t size,
                               struct fws_error *err)
{
    enum fws_status status = fws_buf_reserve(buf, size, err);

    if (status != FWS_OK) {
        return status;
    }
    if (size > 0) {
        memcpy(buf->data + buf->size, data, size);
        buf->size += size;
    }
    return FWS_OK;
}

enum fws_status fws_buf_printf(struct fws_buf *buf, struct fws_error *err, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        return fws_error_set(err, FWS_E_INTERNAL, "text cannot be formatted");
    }
    enum fws_status status = fws_buf_reserve(buf, (size_t)length + 1, err);

    if (status != FWS_OK) {
        return status;
    }
    va_start(args, format);
    (void)vsnprintf((char *)buf->data + buf->size, (size_t)length + 1, format, args);
    va_end(args);
    buf->size += (size_t)length;
    return FWS_OK;
}

struct fws_buf fws_buf_take(struct fws_buf *buf)
{
    struct fws_buf taken = *buf;

    *buf = (struct fws_buf){0};
    return taken;
}

void fws_buf_free(struct fws_buf *buf)
{
    free(buf->data);
    *buf = (struct fws_buf){0};
}
