/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/log.h"
#include "audit/rotation.h"

static enum fws_status put_vkey(const struct fws_vkey *key, char out[FWS_VKEY_TEXT_MAX],
                                struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_vkey_write(key, &text, err);

    if (status == FWS_OK && text.size >= FWS_VKEY_TEXT_MAX) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "the key is too long");
    }
    if (status == FWS_OK) {
        memcpy(out, text.data, text.size);
        out[text.size] = '\0';
    }
    return status;
}

/* The statement, over the newest checkpoint there is. */
static enum fws_status state(struct fws_audit *log, const struct fws_audit_signer *next,
                             struct fws_buf *note, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_rotation rotation = {0};

    fws_log_lead(log);
    rotation.checkpoint = log->newest;
    fws_log_follow(log);
    enum fws_status status = put_vkey(log->signer->vkey, rotation.old_text, err);

    if (status == FWS_OK) {
        status = put_vkey(next->vkey, rotation.next_text, err);
    }
    if (status == FWS_OK) {
        status = fws_rotation_text(&rotation, &text, err);
    }
    return status == FWS_OK ? fws_log_sign(next, log->signer, &text, note, err) : status;
}

static enum fws_status append(struct fws_audit *log, const struct fws_buf *note,
                              struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_audit_body body = {.type = FWS_TYPE_KEY};
    struct fws_request request = {.bodies = &body, .count = 1, .own = true, .err = err};

    fws_json_object(&json, NULL);
    fws_json_text_n(&json, "note", (const char *)note->data, note->size);
    fws_json_end(&json);
    enum fws_status status = fws_json_done(&json, err);

    if (status != FWS_OK) {
        return status;
    }
    body.data = json.buf.data;
    body.size = json.buf.size;
    fws_log_submit(log, &request);
    return request.status;
}

/*
 * From before the statement until its entry is written nobody makes a checkpoint, neither a thread of
 * this object nor another process: whatever the old key alone has signed is then on record before the
 * entry, and behind it only the next key's word counts.
 */
static void stop_sealing(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    while (log->sealing) {
        (void)pthread_cond_wait(&log->change, &log->mutex);
    }
    log->sealing = true;
    (void)pthread_mutex_unlock(&log->mutex);
}

static void go_on_sealing(struct fws_audit *log)
{
    (void)pthread_mutex_lock(&log->mutex);
    log->sealing = false;
    (void)pthread_cond_broadcast(&log->change);
    (void)pthread_mutex_unlock(&log->mutex);
}

static enum fws_status hand_over(struct fws_audit *log, const struct fws_audit_signer *next,
                                 struct fws_error *err)
{
    FWS_AUTO(fws_buf) note = {0};
    enum fws_status status =
        log->store->ops->lock_checkpoint(log->store, log->options.lock_deadline_ms, err);

    if (status != FWS_OK) {
        return fws_log_failure(err);
    }
    status = state(log, next, &note, err);
    if (status == FWS_OK) {
        status = append(log, &note, err);
    }
    log->store->ops->unlock_checkpoint(log->store);
    if (status == FWS_OK) {
        log->before = log->signer;
        log->signer = next;
    }
    return status;
}

enum fws_status fws_audit_rotate(struct fws_audit *log, const struct fws_audit_signer *next,
                                 struct fws_error *err)
{
    if (log->signer == NULL) {
        return fws_error_set(err, FWS_E_LOG_KEY, "the log's present key is not at hand");
    }
    if (strcmp(next->vkey->name, log->signer->vkey->name) != 0) {
        return fws_error_set(err, FWS_E_LOG_KEY, "the next key is named for log '%s'",
                             next->vkey->name);
    }
    enum fws_status status = fws_audit_settle(log, err);

    if (status == FWS_OK) {
        stop_sealing(log);
        status = hand_over(log, next, err);
        go_on_sealing(log);
    }
    return status == FWS_OK ? fws_audit_checkpoint(log, err) : status;
}
