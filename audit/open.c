/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "audit/lines.h"
#include "audit/log.h"
#include "base/file.h"
#include "base/hex.h"

#define BOOT_ID      "/proc/sys/kernel/random/boot_id"
#define BOOT_UNKNOWN "00000000-0000-0000-0000-000000000000"

/* A cache: when it cannot be written the next start reads more. */
void fws_log_save_nodes(struct fws_audit *log)
{
    struct fws_error ignored = {0};
    enum fws_status status = fws_nodes_save(&log->nodes, &ignored);

    (void)status;
}

enum fws_status fws_log_failure(struct fws_error *err)
{
    switch (err->status) {
    case FWS_E_LOG_TAMPERED:
    case FWS_E_LOG_UNKNOWN:
    case FWS_E_NOTE:
    case FWS_E_NOTE_SIGNATURE:
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

/* ---- The writer's own marks ---- */

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

/* Milliseconds since boot, sleep included: shows a wall clock that was set. */
static uint64_t boottime_ms(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

enum fws_status fws_log_compose(const struct fws_audit *log, struct fws_line *line,
                                struct fws_buf *out, struct fws_error *err)
{
    line->mono_ms = boottime_ms();
    memcpy(line->boot, log->boot, sizeof line->boot);
    memcpy(line->instance, log->instance, sizeof line->instance);
    memcpy(line->log, log->chain.log, sizeof line->log);
    (void)fws_clock_text(fws_clock_now_us(), line->time);
    enum fws_status status = fws_line_write(line, out, err);

    return status == FWS_OK ? fws_buf_append(out, "\n", 1, err) : status;
}

/* ---- Opening ---- */

/* When the line is read back, once: what is drafted may be drafted again, or not be written. */
static void count_unresolved(struct fws_audit *log, const struct fws_line *line)
{
    if (fws_line_is(line, FWS_TYPE_UNRESOLVED) && strcmp(line->instance, log->instance) == 0) {
        (void)pthread_mutex_lock(&log->mutex);
        log->unresolved++;
        (void)pthread_mutex_unlock(&log->mutex);
    }
}

static enum fws_status observe(void *context, const struct fws_line *line, const void *text,
                               size_t size, const uint8_t leaf[32], struct fws_error *err)
{
    struct fws_audit *log = context;
    enum fws_status status = FWS_OK;

    count_unresolved(log, line);
    if (line->seq == log->nodes.size) {
        status = fws_nodes_append(&log->nodes, leaf, err);
    }
    if (status == FWS_OK && !log->past_stale) {
        status = fws_log_check_recorded(log, line, err);
        if (status == FWS_OK) {
            status = fws_past_apply(&log->past, line, text, size, err);
        }
    }
    return status == FWS_OK ? fws_tail_take(&log->tail, line, err) : status;
}

enum fws_status fws_log_mark(struct fws_audit *log, struct fws_error *err)
{
    log->pid = getpid();
    (void)pthread_mutex_init(&log->mutex, NULL);
    (void)pthread_cond_init(&log->change, NULL);
    read_boot_id(log->boot);
    enum fws_status status = fws_chain_open(&log->chain, err);

    return status == FWS_OK ? make_instance(log->instance, err) : status;
}

static enum fws_status begin(struct fws_audit *log, struct fws_error *err)
{
    enum fws_status status = fws_log_mark(log, err);

    log->store = &log->files.store;
    fws_past_init(&log->past, log->options.fold);
    log->chain.observe = observe;
    log->chain.context = log;
    if (status == FWS_OK) {
        status = fws_file_store_open(&log->files, log->options.directory,
                                     log->options.segment_limit_bytes, err);
    }
    return status == FWS_OK ? fws_nodes_open(&log->nodes, log->files.folder.dir_fd - 1,
                                             &log->chain.hasher, true, err)
                            : status;
}

void fws_log_end(struct fws_audit *log)
{
    fws_nodes_close(&log->nodes);
    if (log->files.store.ops != NULL) {
        log->files.store.ops->close(&log->files.store);
    }
    fws_chain_close(&log->chain);
    fws_past_free(&log->past);
    fws_tail_free(&log->tail);
    fws_buf_free(&log->newest_note);
    (void)pthread_cond_destroy(&log->change);
    (void)pthread_mutex_destroy(&log->mutex);
}

/* The log's id and name by its first entry, with a chain of its own. */
static enum fws_status read_genesis(struct fws_audit *log, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) first = {0};
    FWS_AUTO_CLOSE(fws_lines) lines = {0};
    struct fws_lines_item item = {0};
    struct fws_line line;
    enum fws_status status = fws_folder_open_segment(&log->files.folder, 0, false, &first.fd, err);

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
    return status == FWS_OK ? fws_chain_take_genesis(&log->chain, &line, err) : status;
}

/* Stand behind the entries that the newest checkpoint covers, by the node files. */
static enum fws_status stand_at_checkpoint(struct fws_audit *log, struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree(&log->nodes);
    uint64_t size = log->newest.size;
    uint8_t head[32];
    enum fws_status status = fws_nodes_trust(&log->nodes, size, log->newest.root, err);

    if (status == FWS_OK) {
        status = tree.node(tree.context, 0, size - 1, head, err);
    }
    if (status == FWS_OK) {
        status = fws_tree_check_leaf(&tree, size - 1, size, head, log->newest.root, err);
    }
    if (status == FWS_OK) {
        status = log->store->ops->seek(log->store, size, err);
    }
    fws_chain_stand(&log->chain, size, head);
    log->past_stale = true; /* folded when the end is found */
    return status == FWS_OK ? log->store->ops->follow(log->store, &log->chain, err) : status;
}

/* Read all of the log, and make the node files anew. */
static enum fws_status stand_at_beginning(struct fws_audit *log, struct fws_error *err)
{
    static const uint8_t nothing[32];

    fws_past_reset(&log->past);
    log->past_stale = false;
    fws_tail_free(&log->tail);
    fws_tail_cover(&log->tail, log->newest.size);
    fws_nodes_close(&log->nodes);
    enum fws_status status =
        fws_nodes_open(&log->nodes, log->files.folder.dir_fd - 1, &log->chain.hasher, true, err);

    fws_chain_stand(&log->chain, 0, nothing);
    if (status == FWS_OK) {
        status = log->store->ops->seek(log->store, 0, err);
    }
    if (status == FWS_OK) {
        status = log->store->ops->follow(log->store, &log->chain, err);
    }
    if (status == FWS_OK) {
        fws_log_save_nodes(log);
    }
    return status;
}

static enum fws_status find_end(struct fws_audit *log, struct fws_error *err)
{
    struct fws_error why = {0};
    enum fws_status status = stand_at_checkpoint(log, &why);

    if (status != FWS_OK) {
        return stand_at_beginning(log, err);
    }
    return fws_log_refold(log, err);
}

/* The high-water mark is kept without a flush: a loss of power may leave a name, or a size, without
 * content. That is no more than no mark, which is no error either. */
static bool is_blank(const struct fws_buf *note)
{
    for (size_t i = 0; i < note->size; i++) {
        if (note->data[i] != 0) {
            return false;
        }
    }
    return true;
}

/* The newest checkpoint this user has ever seen, kept where the log's writer has no hand. size is 0
 * when there is none. */
static enum fws_status read_high_water(struct fws_audit *log, struct fws_checkpoint *out,
                                       struct fws_error *err)
{
    FWS_AUTO(fws_buf) note = {0};

    *out = (struct fws_checkpoint){0};
    if (log->options.high_water == NULL) {
        return FWS_OK;
    }
    enum fws_status status = fws_file_read(log->options.high_water, FWS_AUDIT_NOTE_MAX, &note, err);

    if (status == FWS_E_NOT_FOUND) {
        *err = (struct fws_error){0};
        return FWS_OK;
    }
    if (status == FWS_OK && is_blank(&note)) {
        (void)snprintf(log->warning, sizeof log->warning,
                       "high-water mark '%.180s' is blank, as after a loss of power",
                       log->options.high_water);
        return FWS_OK;
    }
    if (status == FWS_OK) {
        status = fws_checkpoint_open(note.data, note.size, log->options.trust, out, err);
    }
    return status == FWS_OK ? FWS_OK
                            : fws_error_wrap(err, "high-water mark '%s'", log->options.high_water);
}

static enum fws_status check_high_water(struct fws_audit *log, const struct fws_checkpoint *mark,
                                        struct fws_error *err)
{
    if (mark->size == 0) {
        return FWS_OK;
    }
    if (strcmp(mark->origin, log->chain.origin) != 0 || mark->size > log->newest.size) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the log's checkpoint covers %llu entries, '%s' has seen one of %llu "
                             "of log '%s'",
                             (unsigned long long)log->newest.size, log->options.high_water,
                             (unsigned long long)mark->size, mark->origin);
    }
    return fws_log_reproduces(log, mark, err) == FWS_OK
               ? FWS_OK
               : fws_error_wrap(err, "high-water mark '%s'", log->options.high_water);
}

static enum fws_status open_last(struct fws_audit *log, struct fws_error *err)
{
    struct fws_checkpoint newest;
    struct fws_checkpoint mark;
    FWS_AUTO(fws_buf) note = {0};
    struct fws_survey survey;
    enum fws_status status = fws_folder_survey(&log->files.folder, UINT64_MAX, &survey, err);

    if (status == FWS_OK && survey.count == 0) {
        status = fws_error_set(err, FWS_E_LOG_UNAVAILABLE, "there is no log so far");
    }
    if (status == FWS_OK) {
        status = read_genesis(log, err);
    }
    /* A mark is written behind the checkpoint it copies, so it is read before it. */
    if (status == FWS_OK) {
        status = read_high_water(log, &mark, err);
    }
    if (status == FWS_OK) {
        status = fws_log_read_newest(log, &newest, &note, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    log->newest = newest;
    fws_tail_cover(&log->tail, newest.size);
    status = find_end(log, err);
    if (status == FWS_OK) {
        status = fws_log_check_newest(log, &newest, err);
    }
    if (status == FWS_OK) {
        fws_log_take_newest(log, &newest, &note);
    }
    return status == FWS_OK ? check_high_water(log, &mark, err) : status;
}

static enum fws_status open_locked(struct fws_audit *log, struct fws_error *err)
{
    enum fws_status status = begin(log, err);

    if (status == FWS_OK && log->options.trust == NULL) {
        status = fws_error_set(err, FWS_E_LOG_UNKNOWN, "no key of the log is trusted");
    }
    if (status == FWS_OK) {
        status = log->store->ops->lock(log->store, FWS_STORE_EXCLUSIVE,
                                       log->options.lock_deadline_ms, err);
    }
    if (status == FWS_OK) {
        status = open_last(log, err);
        if (status == FWS_OK) {
            status = log->store->ops->reserve(log->store, FWS_AUDIT_RESERVE, err);
        }
        log->store->ops->unlock(log->store);
    }
    return status;
}

static void set_defaults(struct fws_audit_options *options)
{
    options->lock_deadline_ms =
        options->lock_deadline_ms == 0 ? FWS_AUDIT_LOCK_MS : options->lock_deadline_ms;
    options->segment_limit_bytes =
        options->segment_limit_bytes == 0 ? FWS_AUDIT_SEGMENT_LIMIT : options->segment_limit_bytes;
    options->snapshot_every =
        options->snapshot_every == 0 ? FWS_AUDIT_SNAPSHOT_EVERY : options->snapshot_every;
}

enum fws_status fws_audit_open(const struct fws_audit_options *options, struct fws_audit **out,
                               struct fws_error *err)
{
    struct fws_audit *log = calloc(1, sizeof *log);

    *out = NULL;
    if (log == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the audit log");
    }
    log->options = *options;
    log->signer = options->signer;
    set_defaults(&log->options);
    if (open_locked(log, err) != FWS_OK) {
        fws_log_end(log);
        free(log);
        return fws_log_failure(err);
    }
    log->covered = log->newest.size;
    *out = log;
    return FWS_OK;
}

const char *fws_audit_warning(const struct fws_audit *log)
{
    return log->warning;
}

uint64_t fws_audit_unresolved(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    uint64_t count = log->unresolved;

    (void)pthread_mutex_unlock(&log->mutex);
    return count;
}

/* So that a later reader can tell an end in order from a crash. */
static void say_why_unsealed(struct fws_audit *log)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};
    struct fws_audit_body body = {.type = FWS_TYPE_CLOSE};
    struct fws_request request = {.bodies = &body, .count = 1, .own = true, .err = &err};
    const struct fws_error *why = &log->unsealed;
    enum fws_status status = why->status == FWS_OK ? FWS_E_LOG_UNSEALED : why->status;

    fws_json_object(&json, NULL);
    fws_json_text(&json, "message", why->text);
    fws_json_text(&json, "status", fws_status_name(status));
    fws_json_end(&json);
    if (fws_json_done(&json, &err) == FWS_OK) {
        body.data = json.buf.data;
        body.size = json.buf.size;
        fws_log_submit(log, &request);
    }
}

void fws_audit_close(struct fws_audit **log)
{
    if (*log != NULL) {
        if ((*log)->pid == getpid() && !(*log)->broken && (*log)->appended > (*log)->covered) {
            say_why_unsealed(*log);
        }
        fws_log_end(*log);
        free(*log);
        *log = NULL;
    }
}
