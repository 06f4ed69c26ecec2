/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/rebuild.h"
#include "audit/envelope.h"
#include "audit/lines.h"
#include "audit/segment.h"

static bool is_next(const struct fws_rebuild *rebuild, const struct fws_lines_item *item)
{
    struct fws_error ignored;
    struct fws_line line;

    return item->present && item->whole &&
           fws_envelope_parse(item->text, item->size, &line, &ignored) == FWS_OK &&
           line.seq == rebuild->range.size;
}

/* To size, or to the first line of the segment that is not the next one. */
static enum fws_status take_lines(struct fws_rebuild *rebuild, int fd, uint64_t size,
                                  struct fws_hasher *hasher, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {0};
    uint8_t leaf[32];
    enum fws_status status = fws_lines_open(&lines, fd, rebuild->offset, err);

    while (status == FWS_OK && rebuild->range.size < size) {
        status = fws_lines_next(&lines, &item, err);
        if (status != FWS_OK || !is_next(rebuild, &item)) {
            break;
        }
        status = fws_hash_leaf(hasher, item.text, item.size, leaf, err);
        if (status == FWS_OK) {
            status = fws_range_append(&rebuild->range, hasher, leaf, err);
        }
        rebuild->offset = item.after;
    }
    return status;
}

static enum fws_status take_segment(struct fws_rebuild *rebuild, const struct fws_folder *folder,
                                    uint64_t size, struct fws_hasher *hasher, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) segment = {.first = rebuild->segment};
    enum fws_status status =
        fws_folder_open_segment(folder, segment.first, false, &segment.fd, err);

    return status == FWS_OK ? take_lines(rebuild, segment.fd - 1, size, hasher, err) : status;
}

enum fws_status fws_rebuild_to(struct fws_rebuild *rebuild, const struct fws_folder *folder,
                               uint64_t size, struct fws_hasher *hasher, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    if (size < rebuild->range.size) {
        *rebuild = (struct fws_rebuild){0};
    }
    while (status == FWS_OK && rebuild->range.size < size) {
        status = take_segment(rebuild, folder, size, hasher, err);
        if (status != FWS_OK || rebuild->range.size == size) {
            break;
        }
        if (rebuild->segment == rebuild->range.size) { /* nothing in it: there is no other */
            status = FWS_E_NOT_FOUND;
        }
        rebuild->segment = rebuild->range.size;
        rebuild->offset = 0;
    }
    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "there are only %llu lines",
                             (unsigned long long)rebuild->range.size);
    }
    return status;
}
