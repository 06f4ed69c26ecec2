/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "audit/lines.h"
#include "audit/locate.h"
#include "audit/log.h"
#include "audit/segment.h"

struct walk {
    struct fws_folder folder;
    fws_audit_each_fn *each;
    void *context;
    bool stopped;  /* each said so: its status is not ours to change */
    uint64_t from; /* the first entry that is wanted */
    uint64_t next;
    uint64_t segment, offset; /* where to begin */
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
    if (*damaged && line.batch <= walk->next) {
        return FWS_OK; /* the remains of the batch that was torn */
    }
    if (*damaged) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "a damaged line before entry %" PRIu64,
                             line.seq);
    }
    walk->next = line.seq + 1;
    if (line.seq < walk->from) {
        return FWS_OK;
    }
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
    enum fws_status status = fws_lines_open(&lines, segment->fd - 1, walk->offset, err);

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
    uint64_t first = walk->segment;

    for (; survey.later; first = walk->next) {
        FWS_AUTO_CLOSE(fws_segment) segment = {.first = first};
        enum fws_status status = fws_folder_survey(&walk->folder, segment.first, &survey, err);

        if (status == FWS_OK) {
            status = fws_folder_open_segment(&walk->folder, segment.first, false, &segment.fd, err);
        }
        if (status == FWS_OK) {
            status = walk_segment(walk, &segment, err);
        }
        walk->offset = 0;
        if (status != FWS_OK) {
            return status;
        }
    }
    return FWS_OK;
}

/* Behind the entry before: what is damaged or missing from there on is met on the way. */
static enum fws_status start(struct walk *walk, struct fws_error *err)
{
    struct fws_place place = {0};
    enum fws_status status =
        walk->from == 0 ? FWS_OK : fws_locate(&walk->folder, walk->from - 1, &place, err);

    walk->next = walk->from;
    if (status == FWS_E_NOT_FOUND) {
        *err = (struct fws_error){0};
        walk->next = place.segment; /* from is far behind the end, or the entry before is damaged */
        place.after = 0;
        status = FWS_OK;
    }
    walk->segment = place.segment;
    walk->offset = place.after;
    return status;
}

enum fws_status fws_audit_each_from(const char *directory, uint64_t from, fws_audit_each_fn *each,
                                    void *context, struct fws_error *err)
{
    struct walk walk = {.each = each, .context = context, .from = from};
    enum fws_status status = fws_folder_open(&walk.folder, directory, false, err);

    if (status == FWS_OK) {
        status = start(&walk, err);
    }
    if (status == FWS_OK) {
        status = walk_all(&walk, err);
    }
    fws_folder_close(&walk.folder);
    if (status == FWS_OK || walk.stopped || status == FWS_E_MEMORY) {
        return status;
    }
    err->status = FWS_E_LOG_UNKNOWN;
    return fws_error_wrap(err, "audit log '%s'", directory);
}

enum fws_status fws_audit_each(const char *directory, fws_audit_each_fn *each, void *context,
                               struct fws_error *err)
{
    return fws_audit_each_from(directory, 0, each, context, err);
}

enum fws_status fws_audit_scan(struct fws_audit *log, fws_audit_each_fn *each, void *context,
                               struct fws_error *err)
{
    return fws_audit_each(log->options.directory, each, context, err);
}
