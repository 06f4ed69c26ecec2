/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "audit/lines.h"
#include "audit/segment.h"

struct walk {
    struct fws_store store;
    fws_audit_each_fn *each;
    void *context;
    bool stopped; /* each said so: its status is not ours to change */
    uint64_t next;
};

static enum fws_status take_line(struct walk *walk, const struct fws_lines_item *item,
                                 bool *damaged, struct fws_error *err)
{
    struct fws_line line;
    enum fws_status status = fws_line_parse(item->text, item->size, &line, err);

    if (status == FWS_E_LOG_TAIL || (status == FWS_OK && !item->whole)) {
        *damaged = true;
        return FWS_OK;
    }
    if (status != FWS_OK) {
        return status;
    }
    if (*damaged) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "a damaged line before entry %" PRIu64,
                             line.seq);
    }
    walk->next = line.seq + 1;
    status = walk->each(walk->context, line.seq, item->text, item->size, err);
    walk->stopped = status != FWS_OK;
    return status;
}

static enum fws_status walk_segment(struct walk *walk, const struct fws_segment *segment,
                                    struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {.present = true};
    bool damaged = false;
    enum fws_status status = fws_lines_open(&lines, segment->fd - 1, 0, err);

    while (status == FWS_OK) {
        status = fws_lines_next(&lines, &item, err);
        if (status != FWS_OK || !item.present) {
            break;
        }
        status = take_line(walk, &item, &damaged, err);
    }
    if (status == FWS_OK && walk->next <= segment->first) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "no entry can be read in segment %" PRIu64,
                             segment->first);
    }
    return status;
}

/*
 * A segment that has a successor grows no more, so the next one must follow from what is read. The
 * names are therefore looked at before the segment is; what is begun later is simply not read.
 */
static enum fws_status walk_all(struct walk *walk, struct fws_error *err)
{
    struct fws_survey survey = {.later = true};

    while (survey.later) {
        FWS_AUTO_CLOSE(fws_segment) segment = {.first = walk->next};
        enum fws_status status = fws_store_survey(&walk->store, segment.first, &survey, err);

        if (status == FWS_OK) {
            status = fws_store_open_segment(&walk->store, segment.first, false, &segment.fd, err);
        }
        if (status == FWS_OK) {
            status = walk_segment(walk, &segment, err);
        }
        if (status != FWS_OK) {
            return status;
        }
    }
    return FWS_OK;
}

enum fws_status fws_audit_each(const char *directory, fws_audit_each_fn *each, void *context,
                               struct fws_error *err)
{
    struct walk walk = {.each = each, .context = context};
    enum fws_status status = fws_store_open(&walk.store, directory, false, err);

    if (status == FWS_OK) {
        status = walk_all(&walk, err);
    }
    fws_store_close(&walk.store);
    if (status == FWS_OK || walk.stopped || status == FWS_E_MEMORY) {
        return status;
    }
    err->status = FWS_E_LOG_UNKNOWN;
    return fws_error_wrap(err, "audit log '%s'", directory);
}
