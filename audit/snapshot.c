/* SPDX-License-Identifier: Apache-2.0 */
/* The past, folded: from a snapshot that the log vouches for, or from the first entry on. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit/log.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json_read.h"

#define DERIVED_NAME  "derived"
#define SNAPSHOT_NAME "snapshot"
#define SNAPSHOT_PATH DERIVED_NAME "/" SNAPSHOT_NAME

enum fws_status fws_log_save_snapshot(struct fws_audit *log, uint8_t digest[32],
                                      struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_past_save(&log->past, &text, err);
    int fd = openat(log->files.folder.dir_fd - 1, DERIVED_NAME,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s'", DERIVED_NAME);
    }
    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, text.data, text.size, digest, err);
    }
    if (status == FWS_OK) {
        status = fws_file_replace_at(fd, SNAPSHOT_NAME, text.data, text.size, FWS_OUTPUT_CACHE,
                                     0640, err);
    }
    (void)close(fd);
    return status;
}

/* The walk over the entries that are folded, along the chain. */
struct refold {
    struct fws_audit *log;
    bool from_snapshot; /* the first entry must be the snapshot's */
    uint8_t digest[32];
};

static bool names_snapshot(const struct refold *refold, const struct fws_line *line)
{
    char expected[FWS_DIGEST_TEXT_SIZE];
    char found[FWS_DIGEST_TEXT_SIZE];
    struct fws_json_value value;

    return fws_line_is(line, FWS_TYPE_SNAPSHOT) &&
           fws_json_find(line->data, line->data_size, "sha256", &value) &&
           fws_json_value_text(&value, found, sizeof found) &&
           strcmp(found, fws_digest_text(refold->digest, expected)) == 0;
}

static enum fws_status fold_line(void *context, const struct fws_line *line, const void *text,
                                 size_t size, const uint8_t leaf[32], struct fws_error *err)
{
    struct refold *refold = context;

    (void)leaf;
    if (refold->from_snapshot && !names_snapshot(refold, line)) {
        return fws_error_set(err, FWS_E_LOG_TAIL, "the log does not vouch for the snapshot");
    }
    refold->from_snapshot = false;
    if (line->seq >= refold->log->chain.next) {
        return FWS_OK;
    }
    enum fws_status status = fws_log_check_recorded(refold->log, line, err);

    return status == FWS_OK ? fws_past_apply(&refold->log->past, line, text, size, err) : status;
}

/*
 * Every entry from the first folded one on, linked up to the head that the log stands at: whoever
 * changed one of them would have had to change the head, which the checkpoint's tree holds.
 */
static enum fws_status check_end(const struct fws_audit *log, const struct fws_chain *chain,
                                 struct fws_error *err)
{
    if (chain->next != log->chain.next || log->past.next != log->chain.next ||
        memcmp(chain->head, log->chain.head, sizeof chain->head) != 0) {
        return fws_error_set(err, FWS_E_LOG_TAMPERED,
                             "the entries before %llu do not lead up to it",
                             (unsigned long long)log->chain.next);
    }
    return FWS_OK;
}

static enum fws_status walk(struct refold *refold, struct fws_error *err)
{
    struct fws_audit *log = refold->log;
    struct fws_file_store files = {0};
    struct fws_chain chain;
    struct fws_tree tree = fws_nodes_tree(&log->nodes);
    uint64_t from = log->past.next;
    uint8_t head[32] = {0};
    enum fws_status status = fws_chain_open(&chain, err);

    if (status == FWS_OK && from > 0) {
        status = tree.node(tree.context, 0, from - 1, head, err);
    }
    if (status == FWS_OK) {
        fws_chain_stand(&chain, from, head);
        memcpy(chain.log, log->chain.log, sizeof chain.log);
        chain.observe = fold_line;
        chain.context = refold;
        status = fws_file_store_open(&files, log->options.directory, UINT64_MAX, err);
    }
    if (status == FWS_OK) {
        status = files.store.ops->seek(&files.store, from, err);
    }
    if (status == FWS_OK) {
        status = files.store.ops->follow(&files.store, &chain, err);
    }
    if (status == FWS_OK) {
        status = check_end(log, &chain, err);
    }
    files.store.ops->close(&files.store);
    fws_chain_close(&chain);
    return status;
}

static enum fws_status load(struct refold *refold, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_audit *log = refold->log;
    enum fws_status status =
        fws_folder_load(&log->files.folder, SNAPSHOT_PATH, FWS_PAST_MAX_SIZE, &text, err);

    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, text.data, text.size, refold->digest, err);
    }
    if (status == FWS_OK) {
        status = fws_past_load(&log->past, text.data, text.size, err);
    }
    if (status == FWS_OK && log->past.next >= log->chain.next) {
        status = fws_error_set(err, FWS_E_LOG_TAIL, "the snapshot is ahead of the log");
    }
    refold->from_snapshot = true;
    return status;
}

enum fws_status fws_log_refold(struct fws_audit *log, struct fws_error *err)
{
    struct refold refold = {.log = log};
    struct fws_error why = {0};
    enum fws_status status = load(&refold, &why);

    if (status == FWS_OK) {
        status = walk(&refold, &why);
    }
    if (status != FWS_OK) {
        refold = (struct refold){.log = log};
        fws_past_reset(&log->past);
        status = log->chain.next > 0 ? walk(&refold, err) : FWS_OK;
    }
    log->past_stale = status != FWS_OK;
    return status;
}
