/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/lines.h"

#define BLOCK_SIZE 131072u
#define FIRST_STEP 4096u /* doubled with each read up to a block */

enum fws_status fws_read_at(int fd, void *data, size_t size, uint64_t offset, size_t *got,
                            struct fws_error *err)
{
    ssize_t count;

    do {
        count = pread(fd, data, size, (off_t)offset);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        return fws_error_errno(err, errno, "read");
    }
    *got = (size_t)count;
    return FWS_OK;
}

enum fws_status fws_lines_open(struct fws_lines *lines, int fd, uint64_t offset,
                               struct fws_error *err)
{
    *lines = (struct fws_lines){.fd = fd,
                                .offset = offset,
                                .limit = UINT64_MAX,
                                .block = malloc(BLOCK_SIZE),
                                .step = FIRST_STEP};
    if (lines->block == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a block of the log");
    }
    return FWS_OK;
}

void fws_lines_close(struct fws_lines *lines)
{
    free(lines->block);
    *lines = (struct fws_lines){0};
}

/* Read more behind what is there; got is 0 at the end of the file. */
static enum fws_status fill(struct fws_lines *lines, size_t *got, struct fws_error *err)
{
    if (lines->start > 0) {
        memmove(lines->block, lines->block + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    uint64_t at = lines->offset + lines->end;
    size_t room = BLOCK_SIZE - lines->end;
    size_t size = room < lines->step ? room : lines->step;

    *got = 0;
    if (at >= lines->limit) {
        return FWS_OK;
    }
    size = size < lines->limit - at ? size : (size_t)(lines->limit - at);
    enum fws_status status = fws_read_at(lines->fd, lines->block + lines->end, size, at, got, err);

    lines->end += status == FWS_OK ? *got : 0;
    lines->step = lines->step < BLOCK_SIZE ? 2 * lines->step : BLOCK_SIZE;
    return status;
}

static void hand_out(struct fws_lines *lines, size_t size, size_t lf, struct fws_lines_item *out)
{
    *out = (struct fws_lines_item){
        .present = size + lf > 0,
        .whole = lf == 1 && size <= FWS_AUDIT_LINE_MAX,
        .text = size <= FWS_AUDIT_LINE_MAX ? lines->block + lines->start : NULL,
        .size = size <= FWS_AUDIT_LINE_MAX ? size : FWS_AUDIT_LINE_MAX + 1,
        .after = lines->offset + size + lf,
    };
    lines->start += size + lf;
    lines->offset += size + lf;
}

/* A line beyond the limit is only looked through for its end, not kept. */
static enum fws_status skip_long(struct fws_lines *lines, struct fws_lines_item *out,
                                 struct fws_error *err)
{
    const uint8_t *lf = NULL;
    size_t got = 1;

    while (lf == NULL && got > 0) {
        lines->offset += lines->end;
        lines->start = lines->end = 0;
        enum fws_status status = fill(lines, &got, err);

        if (status != FWS_OK) {
            return status;
        }
        lf = memchr(lines->block, '\n', lines->end);
    }
    size_t rest = lf == NULL ? 0 : (size_t)(lf - lines->block) + 1;

    lines->start = rest;
    lines->offset += rest;
    *out = (struct fws_lines_item){
        .present = true, .size = FWS_AUDIT_LINE_MAX + 1, .after = lines->offset};
    return FWS_OK;
}

enum fws_status fws_lines_next(struct fws_lines *lines, struct fws_lines_item *out,
                               struct fws_error *err)
{
    size_t searched = 0;

    for (;;) {
        const uint8_t *from = lines->block + lines->start + searched;
        const uint8_t *lf = memchr(from, '\n', lines->end - lines->start - searched);

        if (lf != NULL) {
            hand_out(lines, (size_t)(lf - lines->block) - lines->start, 1, out);
            return FWS_OK;
        }
        searched = lines->end - lines->start;
        if (searched == BLOCK_SIZE) {
            return skip_long(lines, out, err);
        }
        size_t got = 0;
        enum fws_status status = fill(lines, &got, err);

        if (status != FWS_OK) {
            return status;
        }
        if (got == 0) {
            hand_out(lines, searched, 0, out);
            return FWS_OK;
        }
    }
}
