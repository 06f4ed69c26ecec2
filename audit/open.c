/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "audit/lines.h"
#include "audit/log.h"
#include "base/file.h"
#include "base/hex.h"

#define BOOT_ID      "/proc/sys/kernel/random/boot_id"
#define BOOT_UNKNOWN "00000000-0000-0000-0000-000000000000"

/* Read at the end of the last segment: room for several lines, so that the last ones are checked as
 * a chain however long the log is. */
#define TAIL_SIZE 65536u

#define ALLOCATE_STEP 65536u

enum fws_status fws_log_failure(struct fws_error *err)
{
    switch (err->status) {
    case FWS_E_LOG_TAMPERED:
    case FWS_E_INTERRUPTED:
    case FWS_E_INTERNAL:
    case FWS_E_MEMORY:
        break;
    case FWS_E_SPACE:
        err->status = FWS_E_LOG_UNAVAILABLE;
        return fws_error_wrap(err, "audit log: no space");
    default:
        err->status = FWS_E_LOG_UNAVAILABLE;
    }
    return fws_error_wrap(err, "audit log");
}

/* Where there is no /proc the entry says so by the nil UUID: it orders nothing, it helps to read. */
static void read_boot_id(char out[37])
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    memcpy(out, BOOT_UNKNOWN, 37);
    if (fws_file_read(BOOT_ID, 64, &text, &err) == FWS_OK && text.size >= 36) {
        memcpy(out, text.data, 36);
    }
}

static enum fws_status make_instance(char out[17], struct fws_error *err)
{
    uint8_t random[8];

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
        return fws_error_errno(err, errno, "random instance id");
    }
    (void)fws_hex_encode(random, sizeof random, out);
    return FWS_OK;
}

enum fws_status fws_log_begin(struct fws_audit *log, const char *directory, struct fws_error *err)
{
    log->pid = getpid();
    read_boot_id(log->boot);
    enum fws_status status = make_instance(log->instance, err);

    if (status == FWS_OK) {
        status = fws_store_open(&log->store, directory, true, err);
    }
    return status == FWS_OK ? fws_chain_open(&log->chain, err) : status;
}

void fws_log_end(struct fws_audit *log)
{
    fws_segment_close(&log->segment);
    fws_chain_close(&log->chain);
    fws_store_close(&log->store);
}

enum fws_status fws_log_allocate(struct fws_audit *log, uint64_t size, struct fws_error *err)
{
    uint64_t end = log->segment.offset + size;
    int result;

    if (end <= log->allocated) {
        return FWS_OK;
    }
    end = (end + ALLOCATE_STEP - 1) / ALLOCATE_STEP * ALLOCATE_STEP;
    do {
        result = fallocate(log->segment.fd - 1, FALLOC_FL_KEEP_SIZE, 0, (off_t)end);
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
        return fws_error_errno(err, errno, "room for %llu bytes", (unsigned long long)size);
    }
    log->allocated = end;
    return FWS_OK;
}

/* One round for each segment that others have begun since. */
enum fws_status fws_log_catch_up(struct fws_audit *log, struct fws_error *err)
{
    struct fws_segment *segment = &log->segment;
    struct stat info;
    struct fws_step step = {.moved = true};

    while (step.moved) {
        enum fws_status status =
            fws_store_check_identity(&log->store, segment->first, segment->fd - 1, &info, err);

        if (status != FWS_OK) {
            return status;
        }
        if ((uint64_t)info.st_size < segment->offset) {
            return fws_error_set(err, FWS_E_LOG_TAMPERED,
                                 "segment %llu is shorter than what was read from it",
                                 (unsigned long long)segment->first);
        }
        segment->torn = false;
        if ((uint64_t)info.st_size != segment->offset) {
            status = fws_segment_follow(segment, &log->chain, NULL, err);
        }
        if (status == FWS_OK) {
            status = fws_segment_advance(&log->store, segment, &log->chain, true, &step, err);
        }
        if (status != FWS_OK) {
            return fws_error_wrap(err, "segment %llu at byte %llu",
                                  (unsigned long long)segment->first,
                                  (unsigned long long)segment->offset);
        }
        log->allocated = step.moved ? 0 : log->allocated;
    }
    return FWS_OK;
}

/* The log's id by its first entry. */
static enum fws_status read_genesis(struct fws_audit *log, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) first = {0};
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {0};
    struct fws_line line;
    enum fws_status status = fws_store_open_segment(&log->store, 0, false, &first.fd, err);

    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the first segment is missing");
    }
    if (status == FWS_OK) {
        status = fws_lines_open(&lines, first.fd - 1, 0, err);
    }
    if (status == FWS_OK) {
        status = fws_lines_next(&lines, &item, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    status = item.whole ? fws_line_parse(item.text, item.size, &line, err) : FWS_E_LOG_TAIL;
    if (status == FWS_E_LOG_TAIL) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "the genesis entry is damaged");
    }
    return status == FWS_OK ? fws_chain_accept(&log->chain, &line, item.text, item.size, err)
                            : status;
}

/* The first line start that is at most TAIL_SIZE before the end; 0 when that is all of it. */
static enum fws_status find_tail(const struct fws_segment *segment, uint64_t *out,
                                 struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {0};
    struct stat info;

    *out = 0;
    if (fstat(segment->fd - 1, &info) != 0) {
        return fws_error_errno(err, errno, "segment");
    }
    if ((uint64_t)info.st_size <= TAIL_SIZE) {
        return FWS_OK;
    }
    enum fws_status status =
        fws_lines_open(&lines, segment->fd - 1, (uint64_t)info.st_size - TAIL_SIZE, err);

    if (status == FWS_OK) {
        status = fws_lines_next(&lines, &item, err);
    }
    *out = status == FWS_OK && item.whole ? item.after : 0;
    return status;
}

static enum fws_status follow_from(struct fws_audit *log, uint64_t offset, struct fws_error *err)
{
    fws_chain_rewind(&log->chain, false);
    log->segment.offset = offset;
    log->segment.good = 0;
    return fws_segment_follow(&log->segment, &log->chain, NULL, err);
}

/* Read the end of the last segment; all of it when its end holds no good line. */
static enum fws_status read_tail(struct fws_audit *log, struct fws_error *err)
{
    uint64_t start = 0;
    enum fws_status status = find_tail(&log->segment, &start, err);

    if (status == FWS_OK) {
        status = follow_from(log, start, err);
    }
    if (status == FWS_OK && log->segment.good == 0) {
        status = follow_from(log, 0, err);
    }
    return status == FWS_OK ? fws_log_catch_up(log, err) : status;
}

static enum fws_status open_last(struct fws_audit *log, struct fws_error *err)
{
    struct fws_survey survey;
    enum fws_status status = fws_store_survey(&log->store, UINT64_MAX, &survey, err);

    if (status == FWS_OK && survey.count == 0) {
        status = fws_error_set(err, FWS_E_LOG_UNAVAILABLE, "there is no log so far");
    }
    if (status == FWS_OK) {
        status = read_genesis(log, err);
    }
    if (status == FWS_OK) {
        log->segment.first = survey.last;
        status = fws_store_open_segment(&log->store, survey.last, true, &log->segment.fd, err);
    }
    if (status == FWS_OK) {
        status = read_tail(log, err);
    }
    if (status == FWS_OK && !log->segment.torn) {
        status = fws_log_allocate(log, FWS_AUDIT_RESERVE, err);
    }
    return status;
}

static enum fws_status open_locked(struct fws_audit *log, const char *directory,
                                   struct fws_error *err)
{
    enum fws_status status = fws_log_begin(log, directory, err);

    if (status == FWS_OK) {
        status = fws_store_lock(&log->store, true, log->lock_deadline_ms, err);
    }
    if (status == FWS_OK) {
        status = open_last(log, err);
        fws_store_unlock(&log->store);
    }
    return status;
}

enum fws_status fws_audit_open(const struct fws_audit_options *options, struct fws_audit **out,
                               struct fws_error *err)
{
    struct fws_audit *log = calloc(1, sizeof *log);

    *out = NULL;
    if (log == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the audit log");
    }
    log->lock_deadline_ms =
        options->lock_deadline_ms == 0 ? FWS_AUDIT_LOCK_MS : options->lock_deadline_ms;
    log->segment_limit =
        options->segment_limit_bytes == 0 ? FWS_AUDIT_SEGMENT_LIMIT : options->segment_limit_bytes;
    if (open_locked(log, options->directory, err) != FWS_OK) {
        fws_audit_close(&log);
        return fws_log_failure(err);
    }
    *out = log;
    return FWS_OK;
}

void fws_audit_close(struct fws_audit **log)
{
    if (*log != NULL) {
        fws_log_end(*log);
        free(*log);
        *log = NULL;
    }
}
