/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/log.h"

/* Milliseconds since boot, sleep included: shows a wall clock that was set. */
static uint64_t boottime_ms(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

enum fws_status fws_log_compose(const struct fws_audit *log, const char *type, const void *data,
                                size_t size, struct fws_buf *out, struct fws_error *err)
{
    struct fws_line line = {.batch = log->chain.next,
                            .data = data,
                            .data_size = size,
                            .mono_ms = boottime_ms(),
                            .seq = log->chain.next};

    if (strlen(type) > FWS_AUDIT_TYPE_MAX) {
        return fws_error_set(err, FWS_E_INTERNAL, "audit entry: the type is too long");
    }
    memcpy(line.type, type, strlen(type) + 1);
    memcpy(line.boot, log->boot, sizeof line.boot);
    memcpy(line.instance, log->instance, sizeof line.instance);
    memcpy(line.log, log->chain.log, sizeof line.log);
    memcpy(line.prev, log->chain.head_text, sizeof line.prev);
    (void)fws_clock_text(fws_clock_now_us(), line.time);
    enum fws_status status = fws_line_write(&line, out, err);

    return status == FWS_OK ? fws_buf_append(out, "\n", 1, err) : status;
}

/* Entries that end what an earlier one began: the room kept free is theirs. */
static bool ends_a_matter(const char *type)
{
    const char *dot = strrchr(type, '.');

    return dot != NULL && (strcmp(dot, ".outcome") == 0 || strcmp(dot, ".unresolved") == 0);
}

static bool is_the_logs_own(const char *type)
{
    return strcmp(type, FWS_TYPE_GENESIS) == 0 || strcmp(type, FWS_TYPE_SEGMENT_OPEN) == 0 ||
           strcmp(type, FWS_TYPE_RECOVERY) == 0;
}

/* Close the segment as it is and begin the next with what is to be said about this one's end. */
static enum fws_status begin_segment(struct fws_audit *log, struct fws_error *err)
{
    FWS_AUTO(fws_opening) opening = {0};
    FWS_AUTO(fws_buf) text = {0};
    struct fws_segment next = {.first = log->chain.next};
    enum fws_status status = fws_opening_after(&log->segment, &opening, err);

    if (status == FWS_OK) {
        status =
            fws_log_compose(log, opening.type, opening.data.data, opening.data.size, &text, err);
    }
    if (status == FWS_OK) {
        status =
            fws_store_new_segment(&log->store, next.first, text.data, text.size, &next.fd, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    fws_segment_close(&log->segment);
    log->segment = next;
    log->allocated = 0;
    return fws_segment_follow(&log->segment, &log->chain, &opening, err);
}

/* One write and one sync. A second try after either failed could report as durable what the kernel
 * has dropped, so there is none. */
static enum fws_status write_durably(int fd, const struct fws_buf *text, struct fws_error *err)
{
    ssize_t put;

    do {
        put = write(fd, text->data, text->size);
    } while (put < 0 && errno == EINTR);
    if (put < 0) {
        return fws_error_errno(err, errno, "write");
    }
    if ((size_t)put != text->size) {
        return fws_error_set(err, FWS_E_SPACE, "only %zd of %zu bytes were written", put,
                             text->size);
    }
    if (fdatasync(fd) != 0) {
        return fws_error_errno(err, errno, "flush");
    }
    return FWS_OK;
}

/* The entry counts once it is read back from the file that others will find under its name. */
static enum fws_status check_written(struct fws_audit *log, uint64_t seq, uint64_t end,
                                     struct fws_error *err)
{
    struct stat info;
    enum fws_status status = fws_segment_follow(&log->segment, &log->chain, NULL, err);

    if (status == FWS_OK) {
        status = fws_store_check_identity(&log->store, log->segment.first, log->segment.fd - 1,
                                          &info, err);
    }
    if (status == FWS_OK && (log->segment.torn || log->chain.next != seq + 1 ||
                             log->segment.offset != end || (uint64_t)info.st_size != end)) {
        return fws_error_set(err, FWS_E_IO, "entry %llu is not in the file as it was written",
                             (unsigned long long)seq);
    }
    return status;
}

static enum fws_status append_text(struct fws_audit *log, const struct fws_buf *text,
                                   struct fws_error *err)
{
    uint64_t seq = log->chain.next;
    uint64_t end = log->segment.offset + text->size;
    enum fws_status status = write_durably(log->segment.fd - 1, text, err);

    return status == FWS_OK ? check_written(log, seq, end, err) : status;
}

/* Bring log and disk together: what others wrote, what a crash left, a segment that is full. */
static enum fws_status prepare(struct fws_audit *log, const char *type, struct fws_error *err)
{
    enum fws_status status = fws_log_catch_up(log, err);

    if (status != FWS_OK) {
        return status;
    }
    bool full = log->segment.offset >= log->segment_limit && !ends_a_matter(type);

    return log->segment.torn || full ? begin_segment(log, err) : FWS_OK;
}

static enum fws_status append_locked(struct fws_audit *log, const char *type, const void *body,
                                     size_t size, uint64_t *seq, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = prepare(log, type, err);

    if (status != FWS_OK) {
        log->broken = true;
        return fws_log_failure(err);
    }
    status = fws_log_compose(log, type, body, size, &text, err);
    if (status != FWS_OK) {
        return status;
    }
    status = fws_log_allocate(log, text.size + (ends_a_matter(type) ? 0 : FWS_AUDIT_RESERVE), err);
    if (status != FWS_OK) {
        return fws_log_failure(err);
    }
    if (seq != NULL) {
        *seq = log->chain.next;
    }
    if (append_text(log, &text, err) != FWS_OK) {
        log->broken = true;
        return fws_log_failure(err);
    }
    return FWS_OK;
}

enum fws_status fws_audit_append(struct fws_audit *log, const char *type, const void *body,
                                 size_t size, uint64_t *seq, struct fws_error *err)
{
    if (log->broken) {
        return fws_error_set(err, FWS_E_LOG_UNAVAILABLE,
                             "audit log: an earlier append failed; open the log again");
    }
    if (log->pid != getpid() || is_the_logs_own(type)) {
        return fws_error_set(err, FWS_E_INTERNAL, "audit log: %s",
                             log->pid != getpid() ? "opened by another process"
                                                  : "this type is the log's own");
    }
    enum fws_status status = fws_store_lock(&log->store, true, log->lock_deadline_ms, err);

    if (status != FWS_OK) {
        log->broken = status != FWS_E_TIMEOUT && status != FWS_E_INTERRUPTED;
        return fws_log_failure(err);
    }
    status = append_locked(log, type, body, size, seq, err);
    fws_store_unlock(&log->store);
    return status;
}
