/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit/file_store.h"
#include "audit/lines.h"
#include "audit/locate.h"
#include "base/file.h"
#include "base/lock.h"

#define ALLOCATE_STEP 65536u

static struct fws_file_store *self(struct fws_store *store)
{
    return (struct fws_file_store *)store;
}

/* ---- Locks and writers ---- */

static enum fws_status lock(struct fws_store *store, enum fws_store_lock kind, unsigned deadline_ms,
                            struct fws_error *err)
{
    return fws_folder_lock(&self(store)->folder, kind, deadline_ms, err);
}

static void unlock(struct fws_store *store)
{
    fws_folder_unlock(&self(store)->folder);
}

static enum fws_status lock_checkpoint(struct fws_store *store, unsigned deadline_ms,
                                       struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    enum fws_status status = FWS_OK;

    if (files->checkpoint_lock == 0) {
        status = fws_folder_open_checkpoint_lock(&files->folder, &files->checkpoint_lock, err);
    }
    return status == FWS_OK ? fws_folder_lock_checkpoint(&files->folder, files->checkpoint_lock - 1,
                                                         deadline_ms, err)
                            : status;
}

static void unlock_checkpoint(struct fws_store *store)
{
    fws_lock_release(self(store)->checkpoint_lock - 1);
}

static enum fws_status enter(struct fws_store *store, const char *instance, struct fws_error *err)
{
    return fws_presence_enter(&self(store)->writer, &self(store)->folder, instance, err);
}

static void leave(struct fws_store *store)
{
    fws_presence_leave(&self(store)->writer, &self(store)->folder);
}

static enum fws_status alive(struct fws_store *store, const char *instance, bool *out,
                             struct fws_error *err)
{
    return fws_presence_alive(&self(store)->folder, instance, out, err);
}

/* ---- Lines ---- */

/* The segment is another one. */
static void forget_segment(struct fws_file_store *files)
{
    files->identified = false;
    files->allocated = 0;
}

/* What is read and written is still the file that others will find under the segment's name. */
static enum fws_status check_segment(struct fws_file_store *files, struct stat *info,
                                     struct fws_error *err)
{
    if (!files->identified) {
        if (fstat(files->segment.fd - 1, info) != 0) {
            return fws_error_errno(err, errno, "an open segment");
        }
        files->segment_file = fws_identity_of(info);
        files->identified = true;
    }
    return fws_folder_check_identity(&files->folder, files->segment.first, &files->segment_file,
                                     info, err);
}

static enum fws_status seek(struct fws_store *store, uint64_t next, struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    struct fws_place place = {0};
    enum fws_status status = next == 0 ? FWS_OK : fws_locate(&files->folder, next - 1, &place, err);

    fws_segment_close(&files->segment);
    forget_segment(files);
    if (status == FWS_OK) {
        files->segment.first = place.segment;
        files->segment.offset = place.after;
        status =
            fws_folder_open_segment(&files->folder, place.segment, true, &files->segment.fd, err);
    }
    if (status == FWS_E_NOT_FOUND) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED, "entry %llu is missing",
                             (unsigned long long)(next == 0 ? 0 : next - 1));
    }
    return status;
}

/* Read on in the segment; what a crash left may be in memory only, so it is read from the disk. */
static enum fws_status follow_segment(struct fws_file_store *files, struct fws_chain *chain,
                                      struct fws_error *err)
{
    struct fws_segment *segment = &files->segment;
    struct stat info;
    enum fws_status status = check_segment(files, &info, err);

    if (status != FWS_OK) {
        return status;
    }
    if ((uint64_t)info.st_size < segment->offset) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "segment %llu is shorter than what was read from it",
                             (unsigned long long)segment->first);
    }
    segment->torn = false;
    return (uint64_t)info.st_size == segment->offset && segment->offset > 0
               ? FWS_OK
               : fws_segment_follow(segment, chain, NULL, err);
}

/* One round for each segment that others have begun since. */
static enum fws_status follow(struct fws_store *store, struct fws_chain *chain,
                              struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    struct fws_step step = {.moved = true};

    while (step.moved) {
        enum fws_status status = follow_segment(files, chain, err);

        if (status == FWS_OK) {
            status = fws_segment_advance(&files->folder, &files->segment, chain, true, &step, err);
        }
        if (status != FWS_OK) {
            return fws_error_wrap(err, "segment %llu at byte %llu",
                                  (unsigned long long)files->segment.first,
                                  (unsigned long long)files->segment.offset);
        }
        if (step.moved) {
            forget_segment(files);
        }
    }
    return FWS_OK;
}

static enum fws_status opening(struct fws_store *store, bool full_matters, struct fws_opening *out,
                               struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    bool full = full_matters && files->segment.offset >= files->segment_limit;

    *out = (struct fws_opening){0};
    return files->segment.torn || full ? fws_opening_after(&files->segment, out, err) : FWS_OK;
}

/* Linux lets go of data it could not write, but shows it until the cache is dropped. Nobody may take
 * it for what is in the log: this is still under the lock. */
static enum fws_status sync_lines(int fd, struct fws_error *err)
{
    if (fdatasync(fd) == 0) {
        return FWS_OK;
    }
    enum fws_status status = fws_error_errno(err, errno, "flush");

    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    return status;
}

/* The segment's name with its lines: who began it may not have lived to flush either. */
static enum fws_status flush(struct fws_store *store, struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    enum fws_status status = sync_lines(files->segment.fd - 1, err);

    if (status == FWS_OK && fsync(files->folder.seg_fd - 1) != 0) {
        return fws_error_errno(err, errno, "flush of the segments' folder");
    }
    return status;
}

/* The new part's first line says how this one ends. A writer that died may have left it unflushed: it
 * must not come out of a loss of power with another end. */
static enum fws_status turn(struct fws_store *store, uint64_t first, const void *line, size_t size,
                            struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    struct fws_segment next = {.first = first};
    enum fws_status status = flush(store, err);

    if (status == FWS_OK) {
        status = fws_folder_new_segment(&files->folder, first, line, size, &next.fd, err);
    }
    if (status == FWS_OK) {
        fws_segment_close(&files->segment);
        files->segment = next;
        forget_segment(files);
    }
    return status;
}

static enum fws_status reserve(struct fws_store *store, uint64_t size, struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    uint64_t end = files->segment.offset + size;
    int result;

    if (end <= files->allocated) {
        return FWS_OK;
    }
    end = (end + ALLOCATE_STEP - 1) / ALLOCATE_STEP * ALLOCATE_STEP;
    do {
        result = fallocate(files->segment.fd - 1, FALLOC_FL_KEEP_SIZE, 0, (off_t)end);
    } while (result != 0 && errno == EINTR);
    if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
        return fws_error_errno(err, errno, "room for %llu bytes", (unsigned long long)size);
    }
    files->allocated = end;
    return FWS_OK;
}

/* One write and one sync. A second try after either failed could report as durable what the kernel
 * has dropped, so there is none. */
static enum fws_status write_durably(int fd, const void *text, size_t size, struct fws_error *err)
{
    ssize_t put;

    do {
        put = write(fd, text, size);
    } while (put < 0 && errno == EINTR);
    if (put < 0) {
        return fws_error_errno(err, errno, "write");
    }
    if ((size_t)put != size) {
        return fws_error_set(err, FWS_E_SPACE, "only %zd of %zu bytes were written", put, size);
    }
    return sync_lines(fd, err);
}

/* The lines count when they are in the file that others will find under its name. The lock is held, so
 * nobody has begun another segment behind it. */
static enum fws_status append(struct fws_store *store, const void *lines, size_t size,
                              struct fws_chain *chain, struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    struct fws_segment *segment = &files->segment;
    struct stat info;
    enum fws_status status = write_durably(segment->fd - 1, lines, size, err);

    if (status == FWS_OK) {
        status = check_segment(files, &info, err);
    }
    if (status == FWS_OK && (uint64_t)info.st_size != segment->offset + size) {
        return fws_error_set(err, FWS_E_IO, "the segment did not end where it was read to");
    }
    return status == FWS_OK ? fws_segment_follow_to(segment, chain, segment->offset + size, err)
                            : status;
}

/* ---- The newest checkpoint ---- */

static void close_checkpoint(struct fws_file_store *files)
{
    if (files->checkpoint != 0) {
        (void)close(files->checkpoint - 1);
        files->checkpoint = 0;
    }
}

/* Each batch looks at it. A checkpoint is replaced by another file, so that the one read last is mostly
 * still the newest; it is read again all the same, as another hand may have written into it. */
static bool load_again(const struct fws_file_store *files, struct fws_buf *out)
{
    struct fws_error ignored;
    struct stat info;
    size_t got = 0;

    if (files->checkpoint == 0 ||
        fstatat(files->folder.dir_fd - 1, FWS_CHECKPOINT_NAME, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
        !fws_identity_is(&files->checkpoint_file, &info) || info.st_size > FWS_AUDIT_NOTE_MAX ||
        fws_buf_reserve(out, (size_t)info.st_size, &ignored) != FWS_OK ||
        fws_read_at(files->checkpoint - 1, out->data, (size_t)info.st_size, 0, &got, &ignored) !=
            FWS_OK) {
        return false;
    }
    out->size = got;
    return got == (size_t)info.st_size;
}

static enum fws_status load_checkpoint(struct fws_store *store, struct fws_buf *out,
                                       struct fws_error *err)
{
    struct fws_file_store *files = self(store);
    struct stat info;

    fws_buf_free(out);
    if (load_again(files, out)) {
        return FWS_OK;
    }
    close_checkpoint(files);
    enum fws_status status =
        fws_folder_open_file(&files->folder, FWS_CHECKPOINT_NAME, &files->checkpoint, &info, err);

    if (status == FWS_OK) {
        files->checkpoint_file = fws_identity_of(&info);
        status = fws_file_read_fd(files->checkpoint - 1, FWS_CHECKPOINT_NAME, FWS_AUDIT_NOTE_MAX,
                                  out, err);
    }
    return status;
}

static enum fws_status save_checkpoint(struct fws_store *store, const void *note, size_t size,
                                       struct fws_error *err)
{
    return fws_file_replace_at(self(store)->folder.dir_fd - 1, FWS_CHECKPOINT_NAME, note, size,
                               FWS_OUTPUT_REPLACE, 0640, err);
}

/* Its content was flushed before it got its name. */
static enum fws_status flush_checkpoint(struct fws_store *store, struct fws_error *err)
{
    return fsync(self(store)->folder.dir_fd - 1) == 0
               ? FWS_OK
               : fws_error_errno(err, errno, "checkpoint: flush of the folder");
}

static void close_store(struct fws_store *store)
{
    struct fws_file_store *files = self(store);

    fws_presence_leave(&files->writer, &files->folder);
    fws_segment_close(&files->segment);
    close_checkpoint(files);
    if (files->checkpoint_lock != 0) {
        (void)close(files->checkpoint_lock - 1);
    }
    fws_folder_close(&files->folder);
    *files = (struct fws_file_store){0};
}

static const struct fws_store_ops ops = {
    .lock = lock,
    .unlock = unlock,
    .lock_checkpoint = lock_checkpoint,
    .unlock_checkpoint = unlock_checkpoint,
    .seek = seek,
    .follow = follow,
    .opening = opening,
    .turn = turn,
    .reserve = reserve,
    .append = append,
    .flush = flush,
    .load_checkpoint = load_checkpoint,
    .save_checkpoint = save_checkpoint,
    .flush_checkpoint = flush_checkpoint,
    .enter = enter,
    .leave = leave,
    .alive = alive,
    .close = close_store,
};

enum fws_status fws_file_store_open(struct fws_file_store *store, const char *directory,
                                    uint64_t segment_limit, struct fws_error *err)
{
    *store = (struct fws_file_store){.store.ops = &ops, .segment_limit = segment_limit};
    return fws_folder_open(&store->folder, directory, true, err);
}
