/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer on the heap. The zero value is empty and valid.
 */
#ifndef FWS_BASE_BUF_H
#define FWS_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

struct fws_buf {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

/* Append size bytes. FWS_E_MEMORY leaves the buffer as it was. */
FWS_MUST_USE enum fws_status fws_buf_append(struct fws_buf *buf, const void *data, size_t size,
                                            struct fws_error *err);

/* Make room for size more bytes without changing the content. */
FWS_MUST_USE enum fws_status fws_buf_reserve(struct fws_buf *buf, size_t size,
                                             struct fws_error *err);

/* Append formatted text, without a NUL. */
FWS_MUST_USE enum fws_status fws_buf_printf(struct fws_buf *buf, struct fws_error *err,
                                            const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Hand the content over: returns it and leaves buf empty. */
struct fws_buf fws_buf_take(struct fws_buf *buf);

void fws_buf_free(struct fws_buf *buf);

#endif
