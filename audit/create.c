/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/log.h"
#include "audit/note.h"
#include "base/file.h"
#include "base/hex.h"

/* What a log begins with. */
struct beginning {
    struct fws_audit log; /* marks of the writer and the chain; no folder */
    struct fws_buf line;  /* with LF */
    struct fws_buf note;
};

static enum fws_status write_genesis(const struct fws_audit_genesis *genesis, struct fws_json *json,
                                     struct fws_error *err)
{
    FWS_AUTO(fws_buf) key = {0};
    enum fws_status status = fws_vkey_write(genesis->signer->vkey, &key, err);

    fws_json_object(json, NULL);
    fws_json_array(json, "keys");
    fws_json_text_n(json, NULL, (const char *)key.data, key.size);
    fws_json_end(json);
    fws_json_text(json, "origin", genesis->origin);
    if (genesis->policy != NULL) {
        fws_json_digest(json, "policy", genesis->policy);
    }
    fws_json_end(json);
    return status == FWS_OK ? fws_json_done(json, err) : status;
}

static enum fws_status compose(const struct fws_audit_genesis *genesis, struct beginning *out,
                               struct fws_error *err)
{
    static const uint8_t nothing[32];
    FWS_AUTO(fws_json) data = {0};
    struct fws_line line = {.type = FWS_TYPE_GENESIS};
    enum fws_status status = write_genesis(genesis, &data, err);

    if (status == FWS_OK) {
        status = fws_origin_id(genesis->origin, strlen(genesis->origin), out->log.chain.log, err);
    }
    (void)fws_hex_encode(nothing, sizeof nothing, line.prev);
    line.data = data.buf.data;
    line.data_size = data.buf.size;
    return status == FWS_OK ? fws_log_compose(&out->log, &line, &out->line, err) : status;
}

/* The first checkpoint covers the genesis entry. Before anything is on the disk it is signed, so a
 * token that does not sign leaves nothing behind. */
static enum fws_status sign(const struct fws_audit_genesis *genesis, struct beginning *out,
                            struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_checkpoint checkpoint = {.size = 1};

    memcpy(checkpoint.origin, genesis->origin, strlen(genesis->origin) + 1);
    enum fws_status status = fws_hash_leaf(&out->log.chain.hasher, out->line.data,
                                           out->line.size - 1, checkpoint.root, err);

    if (status == FWS_OK) {
        status = fws_checkpoint_text(&checkpoint, &text, err);
    }
    return status == FWS_OK ? fws_log_sign(genesis->signer, NULL, &text, &out->note, err) : status;
}

/* The segment is the commit point: without one there is no log. */
static enum fws_status write_files(const struct fws_folder *folder,
                                   const struct beginning *beginning, struct fws_error *err)
{
    FWS_AUTO_CLOSE(fws_segment) segment = {0};
    struct fws_survey survey;
    enum fws_status status = fws_folder_survey(folder, UINT64_MAX, &survey, err);

    if (status == FWS_OK && survey.count > 0) {
        return fws_error_set(err, FWS_E_EXISTS, "there is a log");
    }
    if (status == FWS_OK) {
        status = fws_file_replace_at(folder->dir_fd - 1, FWS_CHECKPOINT_NAME, beginning->note.data,
                                     beginning->note.size, FWS_OUTPUT_REPLACE, 0640, err);
    }
    return status == FWS_OK ? fws_folder_new_segment(folder, 0, beginning->line.data,
                                                     beginning->line.size, &segment.fd, err)
                            : status;
}

static enum fws_status write_log(const char *directory, const struct beginning *beginning,
                                 struct fws_error *err)
{
    struct fws_folder folder = {0};
    enum fws_status status = fws_folder_create(directory, err);

    if (status == FWS_OK) {
        status = fws_folder_open(&folder, directory, true, err);
    }
    if (status == FWS_OK) {
        status = fws_folder_lock(&folder, FWS_STORE_EXCLUSIVE, FWS_AUDIT_LOCK_MS, err);
    }
    if (status == FWS_OK) {
        status = write_files(&folder, beginning, err);
        fws_folder_unlock(&folder);
    }
    fws_folder_close(&folder);
    return status;
}

enum fws_status fws_audit_create(const char *directory, const struct fws_audit_genesis *genesis,
                                 struct fws_error *err)
{
    struct beginning beginning = {0};

    if (!fws_origin_ok(genesis->origin)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "the audit log's origin must be 1 to 128 printable ASCII characters "
                             "without blank, quote, backslash and plus");
    }
    if (strcmp(genesis->signer->vkey->name, genesis->origin) != 0) {
        return fws_error_set(err, FWS_E_LOG_KEY, "the key '%s' is not named as log '%s' is",
                             genesis->signer->vkey->name, genesis->origin);
    }
    enum fws_status status = fws_log_mark(&beginning.log, err);

    if (status == FWS_OK) {
        status = compose(genesis, &beginning, err);
    }
    if (status == FWS_OK) {
        status = sign(genesis, &beginning, err);
    }
    if (status == FWS_OK) {
        status = write_log(directory, &beginning, err);
    }
    fws_log_end(&beginning.log);
    fws_buf_free(&beginning.line);
    fws_buf_free(&beginning.note);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "audit log '%s'", directory);
}
