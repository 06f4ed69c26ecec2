/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/log.h"
#include "audit/note.h"
#include "base/file.h"

/* ---- A signed note ---- */

static enum fws_status add_signature(const struct fws_audit_signer *signer,
                                     const struct fws_buf *text, struct fws_buf *lines,
                                     struct fws_error *err)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size = 0;
    enum fws_status status =
        signer->sign(signer->context, text->data, text->size, signature, &size, err);

    return status == FWS_OK ? fws_note_line(signer->vkey, signature, size, lines, err) : status;
}

/* A signature that does not hold must not be kept: it would make the whole log doubtful. */
static enum fws_status check_note(const struct fws_audit_signer *signer, const struct fws_buf *note,
                                  struct fws_error *err)
{
    struct fws_reader text;
    struct fws_reader lines;
    enum fws_status status = fws_note_split(note->data, note->size, &text, &lines, err);

    return status == FWS_OK ? fws_note_verify(&text, &lines, signer->vkey, err) : status;
}

enum fws_status fws_log_sign(const struct fws_audit_signer *signer,
                             const struct fws_audit_signer *before, const struct fws_buf *text,
                             struct fws_buf *note, struct fws_error *err)
{
    enum fws_status status = fws_buf_append(note, text->data, text->size, err);

    if (status == FWS_OK) {
        status = fws_buf_append(note, "\n", 1, err);
    }
    if (status == FWS_OK && before != NULL) {
        status = add_signature(before, text, note, err);
    }
    if (status == FWS_OK) {
        status = add_signature(signer, text, note, err);
    }
    if (status == FWS_OK && before != NULL) {
        status = check_note(before, note, err);
    }
    return status == FWS_OK ? check_note(signer, note, err) : status;
}

/* ---- The checkpoint ---- */

static enum fws_status check_key(const struct fws_audit *log, const struct fws_sealing *sealing,
                                 struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};

    if (log->signer == NULL) {
        return fws_error_set(err, FWS_E_LOG_UNSEALED, "no log key is configured");
    }
    enum fws_status status = fws_vkey_write(log->signer->vkey, &text, err);

    if (status == FWS_OK &&
        (text.size != strlen(sealing->key) || memcmp(text.data, sealing->key, text.size) != 0)) {
        return fws_error_set(err, FWS_E_LOG_KEY, "the log's key in force is %s", sealing->key);
    }
    return status;
}

/* The caller's own copy outside the log: with it a log that was cut or exchanged is seen. That it
 * cannot be kept is no reason to withhold a signature, and none to be silent. */
static void keep_high_water(struct fws_audit *log, const struct fws_buf *note)
{
    struct fws_error err = {0};

    if (log->options.high_water != NULL &&
        fws_file_replace(log->options.high_water, note->data, note->size, FWS_OUTPUT_CACHE, 0644,
                         &err) != FWS_OK) {
        (void)snprintf(log->warning, sizeof log->warning, "high-water mark: %.220s", err.text);
    }
}

/* What this object has made itself it need not read back. */
static void adopt(struct fws_audit *log, const struct fws_sealing *sealing, struct fws_buf *note)
{
    fws_log_lead(log);
    if (sealing->checkpoint.size > log->newest.size) {
        fws_log_take_newest(log, &sealing->checkpoint, note);
    }
    log->kept = sealing->checkpoint.size > log->kept ? sealing->checkpoint.size : log->kept;
    fws_log_follow(log);
}

static enum fws_status keep_anothers(struct fws_audit *log, struct fws_error *err)
{
    fws_log_lead(log);
    enum fws_status status = fws_log_keep_newest(log, err);

    fws_log_follow(log);
    return status;
}

static enum fws_status sign_and_save(struct fws_audit *log, const struct fws_sealing *sealing,
                                     struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    FWS_AUTO(fws_buf) note = {0};
    enum fws_status status = fws_checkpoint_text(&sealing->checkpoint, &text, err);

    if (status == FWS_OK) {
        status = fws_log_sign(log->signer, log->before, &text, &note, err);
    }
    if (status == FWS_OK) {
        status = log->store->ops->save_checkpoint(log->store, note.data, note.size, err);
    }
    if (status == FWS_OK) {
        keep_high_water(log, &note);
        log->before = NULL;
        adopt(log, sealing, &note);
    }
    return status;
}

static enum fws_status seal_locked(struct fws_audit *log, uint64_t wanted, uint64_t *covered,
                                   struct fws_error *err)
{
    struct fws_sealing sealing = {.wanted = wanted};
    struct fws_request request = {.sealing = &sealing, .err = err};

    fws_log_submit(log, &request);
    if (request.status != FWS_OK || !sealing.needed) {
        *covered = sealing.covered;
        return request.status == FWS_OK ? keep_anothers(log, err) : request.status;
    }
    enum fws_status status = check_key(log, &sealing, err);

    if (status == FWS_OK) {
        status = sign_and_save(log, &sealing, err);
    }
    *covered = sealing.checkpoint.size;
    return status;
}

/*
 * The lock of checkpoints is held from before the tree is looked at until the note is in place, so
 * that each checkpoint extends the one before. The log's own lock is not: others append while the
 * HSM signs, and the next checkpoint covers all of them at once.
 */
static enum fws_status seal(struct fws_audit *log, uint64_t wanted, uint64_t *covered,
                            struct fws_error *err)
{
    enum fws_status status =
        log->store->ops->lock_checkpoint(log->store, log->options.lock_deadline_ms, err);

    if (status == FWS_OK) {
        status = seal_locked(log, wanted, covered, err);
        log->store->ops->unlock_checkpoint(log->store);
    }
    if (status == FWS_OK || status == FWS_E_LOG_TAMPERED || status == FWS_E_LOG_UNSEALED) {
        return status;
    }
    err->status = FWS_E_LOG_UNSEALED;
    return fws_error_wrap(err, "audit log: no checkpoint");
}

static enum fws_status checkpoint(struct fws_audit *log, uint64_t wanted, struct fws_error *err)
{
    enum fws_status status = FWS_OK;
    uint64_t covered = 0;

    while (log->covered < wanted && log->sealing) {
        (void)pthread_cond_wait(&log->change, &log->mutex);
    }
    if (log->covered >= wanted) {
        return FWS_OK;
    }
    log->sealing = true;
    (void)pthread_mutex_unlock(&log->mutex);
    status = seal(log, wanted, &covered, err);
    (void)pthread_mutex_lock(&log->mutex);
    log->sealing = false;
    log->covered = status == FWS_OK ? covered : log->covered;
    log->unsealed = status == FWS_OK ? (struct fws_error){0} : *err;
    (void)pthread_cond_broadcast(&log->change);
    return status;
}

enum fws_status fws_audit_checkpoint(struct fws_audit *log, struct fws_error *err)
{
    enum fws_status status = fws_log_check_process(log, err);

    if (status == FWS_OK) {
        (void)pthread_mutex_lock(&log->mutex);
        status = checkpoint(log, log->appended, err);
        (void)pthread_mutex_unlock(&log->mutex);
    }
    return status;
}

enum fws_status fws_audit_settle(struct fws_audit *log, struct fws_error *err)
{
    enum fws_status status = fws_log_check_process(log, err);

    if (status == FWS_OK) {
        (void)pthread_mutex_lock(&log->mutex);
        status = checkpoint(log, UINT64_MAX, err);
        (void)pthread_mutex_unlock(&log->mutex);
    }
    return status;
}
