/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <unistd.h>

#include "audit/envelope.h"
#include "audit/lines.h"
#include "audit/locate.h"
#include "audit/segment.h"

#define SCAN_SIZE 16384u /* a span this short is read through */

struct bisection {
    int fd;
    uint64_t seq;
    uint64_t low;  /* a line begins here, and its index is at most seq */
    uint64_t high; /* no line that begins here or behind has that index */
};

/* The first whole line that begins behind offset; absent when none does before high. */
static enum fws_status line_behind(const struct bisection *search, uint64_t offset, uint64_t *start,
                                   struct fws_line *out, bool *found, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {.present = true, .after = offset};
    struct fws_error ignored = {0};
    enum fws_status status = fws_lines_open(&lines, search->fd, offset, err);

    *found = false;
    if (status == FWS_OK) {
        status = fws_lines_next(&lines, &item, err); /* most likely the end of a line */
    }
    while (status == FWS_OK && item.present && item.after < search->high && !*found) {
        *start = item.after;
        status = fws_lines_next(&lines, &item, err);
        *found = status == FWS_OK && item.present && item.whole &&
                 fws_envelope_parse(item.text, item.size, out, &ignored) == FWS_OK;
    }
    return status;
}

static enum fws_status bisect(struct bisection *search, struct fws_error *err)
{
    while (search->high - search->low > SCAN_SIZE) {
        uint64_t middle = search->low + (search->high - search->low) / 2;
        uint64_t start = 0;
        struct fws_line line;
        bool found;
        enum fws_status status = line_behind(search, middle, &start, &line, &found, err);

        if (status != FWS_OK) {
            return status;
        }
        if (found && line.seq <= search->seq) {
            search->low = start;
        } else {
            search->high = middle;
        }
    }
    return FWS_OK;
}

static enum fws_status missing(uint64_t seq, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_NOT_FOUND, "there is no entry %llu", (unsigned long long)seq);
}

static enum fws_status scan(const struct bisection *search, struct fws_place *out,
                            struct fws_line *line, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {0};
    struct fws_error ignored = {0};
    enum fws_status status = fws_lines_open(&lines, search->fd, search->low, err);

    out->after = search->low;
    while (status == FWS_OK) {
        out->before = out->after;
        status = fws_lines_next(&lines, &item, err);
        if (status != FWS_OK || !item.present) {
            break;
        }
        out->after = item.after;
        if (!item.whole || fws_envelope_parse(item.text, item.size, line, &ignored) != FWS_OK) {
            continue;
        }
        if (line->seq >= search->seq) {
            break;
        }
    }
    if (status == FWS_OK && (!item.present || line->seq != search->seq)) {
        return missing(search->seq, err);
    }
    return status;
}

static enum fws_status find_line(int fd, uint64_t size, uint64_t seq, struct fws_place *out,
                                 struct fws_line *line, struct fws_error *err)
{
    struct bisection search = {.fd = fd, .seq = seq, .high = size};
    enum fws_status status = bisect(&search, err);

    return status == FWS_OK ? scan(&search, out, line, err) : status;
}

/* A whole line behind a damaged one of its batch is what a crash left, and no entry: so all from the
 * batch's first on must be whole. */
static enum fws_status check_batch(int fd, uint64_t size, const struct fws_line *found,
                                   struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {0};
    struct fws_error ignored = {0};
    struct fws_place place = {0};
    struct fws_line line;
    enum fws_status status = find_line(fd, size, found->batch, &place, &line, err);

    if (status == FWS_OK) {
        status = fws_lines_open(&lines, fd, place.before, err);
    }
    for (uint64_t seq = found->batch; status == FWS_OK && seq < found->seq; seq++) {
        status = fws_lines_next(&lines, &item, err);
        if (status == FWS_OK &&
            (!item.whole || fws_envelope_parse(item.text, item.size, &line, &ignored) != FWS_OK ||
             line.seq != seq)) {
            status = missing(found->seq, err);
        }
    }
    return status;
}

enum fws_status fws_locate(const struct fws_folder *folder, uint64_t seq, struct fws_place *out,
                           struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) segment = {0};
    struct fws_survey survey;
    struct fws_line line;
    struct stat info;
    enum fws_status status = fws_folder_survey(folder, seq, &survey, err);

    if (status == FWS_OK && survey.count == 0) {
        status = fws_error_set(err, FWS_E_LOG_UNKNOWN, "there is no segment");
    }
    if (status == FWS_OK) {
        out->segment = survey.last;
        status = fws_folder_open_segment(folder, survey.last, false, &segment.fd, err);
    }
    if (status == FWS_OK && fstat(segment.fd - 1, &info) != 0) {
        status = fws_error_errno(err, errno, "segment %llu", (unsigned long long)survey.last);
    }
    if (status != FWS_OK) {
        return status;
    }
    status = find_line(segment.fd - 1, (uint64_t)info.st_size, seq, out, &line, err);
    return status == FWS_OK && line.batch < seq
               ? check_batch(segment.fd - 1, (uint64_t)info.st_size, &line, err)
               : status;
}
