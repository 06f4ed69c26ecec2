/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log is read twice: first to see that it gives the checkpoint's root, and the one that was
 * published before, and only then to write. A log that was changed thus never overwrites good tiles,
 * which are what shows that it was.
 */
#include <inttypes.h>
#include <string.h>

#include "audit/folder.h"
#include "audit/tiles.h"

struct publication {
    const char *directory;
    const char *folder;
    const struct fws_trust *trust;
    struct fws_buf note;
    struct fws_checkpoint newest;
    struct fws_checkpoint before; /* the one that folder has; size 0: none */
};

/* ---- Checkpoints ---- */

/* What nobody trusted has signed was not published by this log, and is replaced. */
static enum fws_status load_published(const struct publication *publication,
                                      struct fws_checkpoint *out, struct fws_error *err)
{
    FWS_AUTO(fws_buf) note = {0};
    enum fws_status status =
        fws_tile_load(publication->folder, FWS_CHECKPOINT_NAME, FWS_AUDIT_NOTE_MAX, &note, err);

    if (status == FWS_OK) {
        status = fws_checkpoint_open(note.data, note.size, publication->trust, out, err);
    }
    if (status == FWS_OK || status == FWS_E_MEMORY) {
        return status;
    }
    *out = (struct fws_checkpoint){0};
    return FWS_OK;
}

static enum fws_status load_newest(struct publication *publication, struct fws_error *err)
{
    struct fws_folder folder;
    enum fws_status status = fws_folder_open(&folder, publication->directory, false, err);

    if (status == FWS_OK) {
        status = fws_folder_load_checkpoint(&folder, publication->trust, &publication->newest,
                                            &publication->note, err);
    }
    fws_folder_close(&folder);
    switch (status) {
    case FWS_OK:
        return FWS_OK;
    case FWS_E_NOTE:
    case FWS_E_NOTE_SIGNATURE:
    case FWS_E_BACKEND:
    case FWS_E_MEMORY:
        break;
    default:
        err->status = FWS_E_LOG_UNKNOWN; /* there is none that could be read, or by nobody known */
    }
    return fws_error_wrap(err, "audit log '%s'", publication->directory);
}

/* The folder's was read first: one that is published meanwhile is no reason for an alarm. */
static enum fws_status compare_checkpoints(const struct publication *publication,
                                           struct fws_error *err)
{
    const struct fws_checkpoint *before = &publication->before;
    const struct fws_checkpoint *newest = &publication->newest;

    if (before->size == 0) {
        return FWS_OK;
    }
    if (strcmp(before->origin, newest->origin) != 0) {
        return fws_error_set(err, FWS_E_EXISTS, "'%s' has the tiles of log '%s'",
                             publication->folder, before->origin);
    }
    if (before->size > newest->size) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "'%s' has a checkpoint of %" PRIu64
                             " entries, the newest of the log is of %" PRIu64,
                             publication->folder, before->size, newest->size);
    }
    return FWS_OK;
}

/* Last of all, so that it never speaks of tiles that are not there; a newer one is left alone. */
static enum fws_status save_checkpoint(const struct publication *publication, struct fws_error *err)
{
    struct fws_checkpoint there;
    enum fws_status status = load_published(publication, &there, err);

    if (status != FWS_OK || there.size > publication->newest.size) {
        return status;
    }
    return fws_tile_save(publication->folder, FWS_CHECKPOINT_NAME, publication->note.data,
                         publication->note.size, err);
}

/* ---- The log, once through ---- */

struct pass {
    const struct publication *publication;
    struct fws_tiles tiles;
    bool whole; /* all that the checkpoint covers was there */
};

static enum fws_status compare_root(struct pass *pass, const struct fws_checkpoint *expected,
                                    struct fws_error *err)
{
    uint8_t root[32];
    enum fws_status status = fws_tiles_root(&pass->tiles, root, err);

    if (status == FWS_OK && memcmp(root, expected->root, sizeof root) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the lines do not give the root of the checkpoint of %" PRIu64
                             " entries",
                             expected->size);
    }
    return status;
}

static enum fws_status take_line(void *context, uint64_t seq, const char *line, size_t size,
                                 struct fws_error *err)
{
    struct pass *pass = context;
    const struct publication *publication = pass->publication;

    if (seq != pass->tiles.size) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "entry %" PRIu64 " stands in the place of entry %" PRIu64, seq,
                             pass->tiles.size);
    }
    enum fws_status status = fws_tiles_add(&pass->tiles, line, size, err);

    if (status == FWS_OK && pass->tiles.size == publication->before.size) {
        status = compare_root(pass, &publication->before, err);
    }
    if (status == FWS_OK && pass->tiles.size == publication->newest.size) {
        pass->whole = true;
        return fws_error_set(err, FWS_E_TRAILING, "what follows is not covered so far");
    }
    return status;
}

static enum fws_status read_log(struct pass *pass, struct fws_error *err)
{
    uint64_t covered = pass->publication->newest.size;
    enum fws_status status = FWS_OK;

    if (covered > 0) {
        status = fws_audit_each(pass->publication->directory, take_line, pass, err);
        if (status == FWS_OK) {
            return fws_error_set(err, FWS_E_LOG_TAMPERED,
                                 "the log has %" PRIu64 " entries, its checkpoint is of %" PRIu64,
                                 pass->tiles.size, covered);
        }
        status = pass->whole ? FWS_OK : status;
    }
    if (status == FWS_OK) {
        status = compare_root(pass, &pass->publication->newest, err);
    }
    return status == FWS_OK ? fws_tiles_finish(&pass->tiles, err) : status;
}

/* folder NULL: only to see that the roots are right. */
static enum fws_status run_pass(const struct publication *publication, const char *folder,
                                struct fws_error *err)
{
    struct pass pass = {.publication = publication};
    enum fws_status status = fws_tiles_open(&pass.tiles, folder, err);

    if (status == FWS_OK) {
        status = read_log(&pass, err);
    }
    fws_tiles_close(&pass.tiles);
    return status;
}

static enum fws_status publish(struct publication *publication, struct fws_error *err)
{
    enum fws_status status = load_published(publication, &publication->before, err);

    if (status == FWS_OK) {
        status = load_newest(publication, err);
    }
    if (status == FWS_OK) {
        status = compare_checkpoints(publication, err);
    }
    if (status == FWS_OK) {
        status = run_pass(publication, NULL, err);
    }
    if (status == FWS_OK) {
        status = run_pass(publication, publication->folder, err);
    }
    return status == FWS_OK ? save_checkpoint(publication, err) : status;
}

enum fws_status fws_audit_tiles(const char *directory, const char *folder,
                                const struct fws_trust *trust, struct fws_error *err)
{
    struct publication publication = {.directory = directory, .folder = folder, .trust = trust};
    enum fws_status status = publish(&publication, err);

    fws_buf_free(&publication.note);
    if (status != FWS_OK) {
        return status;
    }
    *err = (struct fws_error){0}; /* of files that were not there, and of the reading's end */
    return FWS_OK;
}
