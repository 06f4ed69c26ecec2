/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs for entries that a checkpoint covers. */
#include <string.h>
#include <unistd.h>

#include "audit/lines.h"
#include "audit/locate.h"
#include "audit/log.h"
#include "audit/segment.h"
#include "base/base64.h"

/* ---- The entry's line ---- */

static enum fws_status read_line(const struct fws_folder *folder, uint64_t seq, struct fws_buf *out,
                                 struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) segment = {0};
    struct fws_place place;
    size_t got = 0;
    enum fws_status status = fws_locate(folder, seq, &place, err);

    if (status == FWS_OK) {
        status = fws_folder_open_segment(folder, place.segment, false, &segment.fd, err);
    }
    size_t size = status == FWS_OK ? (size_t)(place.after - place.before - 1) : 0;

    if (status == FWS_OK) {
        status = fws_buf_reserve(out, size, err);
    }
    if (status == FWS_OK) {
        status = fws_read_at(segment.fd - 1, out->data, size, place.before, &got, err);
    }
    out->size = got;
    if (status == FWS_OK && got != size) {
        return fws_error_set(err, FWS_E_LOG_UNKNOWN, "entry %llu cannot be read",
                             (unsigned long long)seq);
    }
    return status;
}

enum fws_status fws_audit_find(const char *directory, uint64_t seq, struct fws_buf *line,
                               struct fws_error *err)
{
    struct fws_folder folder = {0};
    enum fws_status status = fws_folder_open(&folder, directory, false, err);
    bool open = status == FWS_OK;

    if (open) {
        status = read_line(&folder, seq, line, err);
    }
    fws_folder_close(&folder);
    if (status == FWS_OK || (status == FWS_E_NOT_FOUND && open) || status == FWS_E_MEMORY) {
        return status;
    }
    err->status = FWS_E_LOG_UNKNOWN;
    return fws_error_wrap(err, "audit log '%s'", directory);
}

/* ---- The proof ---- */

/* Out of nodes that nobody trusts; what they give is checked like any other proof. */
static enum fws_status prove(const struct fws_tree *tree, const struct fws_checkpoint *checkpoint,
                             struct fws_proof *out, struct fws_error *err)
{
    uint8_t leaf[32];
    enum fws_status status =
        fws_tree_prove_inclusion(tree, out->index, checkpoint->size, out->hashes, &out->count, err);

    if (status == FWS_OK) {
        status = fws_hash_leaf(tree->hasher, out->line.data, out->line.size, leaf, err);
    }
    return status == FWS_OK
               ? fws_proof_check_inclusion(tree->hasher, leaf, out->index, checkpoint->size,
                                           (const uint8_t(*)[32])out->hashes, out->count,
                                           checkpoint->root, err)
               : status;
}

static enum fws_status add_leaf(void *context, uint64_t seq, const char *line, size_t size,
                                struct fws_error *err)
{
    struct fws_nodes *nodes = context;
    uint8_t leaf[32];
    enum fws_status status = fws_hash_leaf(nodes->hasher, line, size, leaf, err);

    (void)seq;
    return status == FWS_OK ? fws_nodes_append(nodes, leaf, err) : status;
}

/* The slow way: from all lines. */
static enum fws_status prove_from_lines(const char *directory, struct fws_hasher *hasher,
                                        const struct fws_checkpoint *checkpoint,
                                        struct fws_proof *out, struct fws_error *err)
{
    struct fws_nodes nodes = {.hasher = hasher};
    struct fws_tree tree = fws_nodes_tree(&nodes);
    enum fws_status status = fws_audit_each(directory, add_leaf, &nodes, err);

    if (status == FWS_OK && nodes.size < checkpoint->size) {
        status = fws_error_set(
            err, FWS_E_LOG_TAMPERED, "the log has %llu entries, its checkpoint covers %llu",
            (unsigned long long)nodes.size, (unsigned long long)checkpoint->size);
    }
    if (status == FWS_OK) {
        status = prove(&tree, checkpoint, out, err);
    }
    fws_nodes_close(&nodes);
    if (status == FWS_E_PROOF) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the log does not reproduce its checkpoint of %llu entries",
                             (unsigned long long)checkpoint->size);
    }
    return status;
}

struct source {
    const char *directory;
    const struct fws_folder *folder;
    struct fws_nodes *nodes;
    const struct fws_checkpoint *checkpoint;
    const struct fws_buf *note;
};

static enum fws_status prove_entry(const struct source *source, uint64_t seq, struct fws_proof *out,
                                   struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree(source->nodes);
    struct fws_error why = {0};

    *out = (struct fws_proof){.index = seq};
    if (seq >= source->checkpoint->size) {
        return fws_error_set(err, FWS_E_NOT_FOUND, "no checkpoint covers entry %llu so far",
                             (unsigned long long)seq);
    }
    enum fws_status status = read_line(source->folder, seq, &out->line, err);

    if (status == FWS_OK) {
        status = fws_buf_append(&out->note, source->note->data, source->note->size, err);
    }
    if (status == FWS_OK && prove(&tree, source->checkpoint, out, &why) != FWS_OK) {
        status = prove_from_lines(source->directory, tree.hasher, source->checkpoint, out, err);
    }
    if (status != FWS_OK) {
        fws_proof_free(out);
    }
    return status;
}

enum fws_status fws_audit_prove(struct fws_audit *log, uint64_t seq, struct fws_proof *out,
                                struct fws_error *err)
{
    const struct source source = {.directory = log->options.directory,
                                  .folder = &log->files.folder,
                                  .nodes = &log->nodes,
                                  .checkpoint = &log->newest,
                                  .note = &log->newest_note};

    fws_log_lead(log);
    enum fws_status status = fws_log_keep_newest(log, err);

    status = status == FWS_OK ? prove_entry(&source, seq, out, err) : fws_log_failure(err);
    fws_log_follow(log);
    return status;
}

/* ---- By who only reads ---- */

struct reader {
    struct fws_folder folder;
    struct fws_hasher hasher;
    struct fws_nodes nodes;
    struct fws_checkpoint newest;
    struct fws_buf note;
};

static void reader_close(struct reader *reader)
{
    fws_nodes_close(&reader->nodes);
    fws_hasher_close(&reader->hasher);
    fws_folder_close(&reader->folder);
    fws_buf_free(&reader->note);
}

/* The nodes come from the files when they are those of the newest checkpoint, else from the lines. */
static enum fws_status find_nodes(struct reader *reader, const char *directory,
                                  struct fws_error *err)
{
    struct fws_error why = {0};
    enum fws_status status =
        fws_nodes_trust(&reader->nodes, reader->newest.size, reader->newest.root, &why);

    if (status == FWS_E_PROOF) {
        status = fws_audit_each(directory, add_leaf, &reader->nodes, &why);
    }
    if (status != FWS_OK) {
        *err = why;
    }
    return status;
}

static enum fws_status reader_open(struct reader *reader, const char *directory,
                                   const struct fws_trust *trust, struct fws_error *err)
{
    enum fws_status status = fws_folder_open(&reader->folder, directory, false, err);

    if (status == FWS_OK) {
        status = fws_hasher_open(&reader->hasher, err);
    }
    if (status == FWS_OK) {
        status =
            fws_nodes_open(&reader->nodes, reader->folder.dir_fd - 1, &reader->hasher, false, err);
    }
    if (status == FWS_OK) {
        status =
            fws_folder_load_checkpoint(&reader->folder, trust, &reader->newest, &reader->note, err);
    }
    return status == FWS_OK ? find_nodes(reader, directory, err) : status;
}

enum fws_status fws_audit_prove_in(const char *directory, uint64_t seq,
                                   const struct fws_trust *trust, struct fws_proof *out,
                                   struct fws_error *err)
{
    struct reader reader = {0};
    const struct source source = {.directory = directory,
                                  .folder = &reader.folder,
                                  .nodes = &reader.nodes,
                                  .checkpoint = &reader.newest,
                                  .note = &reader.note};
    enum fws_status status = reader_open(&reader, directory, trust, err);

    *out = (struct fws_proof){0};
    if (status == FWS_OK) {
        status = prove_entry(&source, seq, out, err);
    }
    reader_close(&reader);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "audit log '%s'", directory);
}

/* ---- That a log has only grown ---- */

static enum fws_status does_not_extend(const struct fws_checkpoint *older, struct fws_error *err)
{
    return fws_error_set(err, FWS_E_LOG_TAMPERED,
                         "the log does not extend the checkpoint of %llu entries of '%s'",
                         (unsigned long long)older->size, older->origin);
}

static enum fws_status write_extension(const struct reader *reader,
                                       const struct fws_checkpoint *older, struct fws_buf *out,
                                       struct fws_error *err)
{
    struct fws_tree tree = fws_nodes_tree((struct fws_nodes *)&reader->nodes);
    uint8_t hashes[FWS_TREE_PROOF_MAX + 1][32];
    size_t count = 0;
    enum fws_status status =
        fws_tree_prove_consistency(&tree, older->size, reader->newest.size, hashes, &count, err);

    if (status == FWS_OK) {
        status = fws_proof_check_consistency(tree.hasher, older->size, older->root,
                                             reader->newest.size, reader->newest.root,
                                             (const uint8_t(*)[32])hashes, count, err);
    }
    for (size_t i = 0; status == FWS_OK && i < count; i++) {
        status = fws_base64_encode(hashes[i], 32, out, err);
        if (status == FWS_OK) {
            status = fws_buf_append(out, "\n", 1, err);
        }
    }
    return status;
}

enum fws_status fws_audit_extends(const char *directory, const struct fws_checkpoint *older,
                                  const struct fws_trust *trust, struct fws_buf *out,
                                  struct fws_checkpoint *newest, struct fws_error *err)
{
    struct reader reader = {0};
    enum fws_status status = reader_open(&reader, directory, trust, err);

    if (status == FWS_OK && (older->size == 0 || older->size > reader.newest.size ||
                             strcmp(older->origin, reader.newest.origin) != 0)) {
        status = does_not_extend(older, err);
    }
    if (status == FWS_OK) {
        status = write_extension(&reader, older, out, err);
    }
    if (status == FWS_E_PROOF) {
        status = does_not_extend(older, err);
    }
    *newest = reader.newest;
    reader_close(&reader);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "audit log '%s'", directory);
}
