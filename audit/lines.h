/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file as lines, read in blocks: constant memory whatever the file holds.
 *
 *     FWS_AUTO_CLOSE(fws_lines) lines = {0};
 *     fws_lines_open(&lines, fd, offset, err)
 *     while (fws_lines_next(&lines, &item, err) == FWS_OK && item.present) ...
 */
#ifndef FWS_AUDIT_LINES_H
#define FWS_AUDIT_LINES_H

#include <stdbool.h>

#include "base/buf.h"

struct fws_lines {
    int fd;          /* borrowed */
    uint64_t offset; /* in the file, of the first byte in block that was not handed out */
    uint64_t limit;  /* where the file ends at the latest; UINT64_MAX: where it is found to end */
    uint8_t *block;
    size_t start, end; /* of what is in block and was not handed out */
    size_t step;       /* bytes to read next: who looks for one line needs few */
};

struct fws_lines_item {
    bool present;     /* false behind the last line */
    bool whole;       /* an LF follows and the line is not too long */
    const void *text; /* without LF, until the next call; NULL when too long */
    size_t size;      /* FWS_AUDIT_LINE_MAX + 1 when too long */
    uint64_t after;   /* offset behind the LF */
};

/* Lines of fd from offset on. A limit may be set then, which saves asking for more behind it. */
FWS_MUST_USE enum fws_status fws_lines_open(struct fws_lines *lines, int fd, uint64_t offset,
                                            struct fws_error *err);

FWS_MUST_USE enum fws_status fws_lines_next(struct fws_lines *lines, struct fws_lines_item *out,
                                            struct fws_error *err);

void fws_lines_close(struct fws_lines *lines);

/* pread(2) through EINTR; got is 0 at the end of the file. */
FWS_MUST_USE enum fws_status fws_read_at(int fd, void *data, size_t size, uint64_t offset,
                                         size_t *got, struct fws_error *err);

#endif
