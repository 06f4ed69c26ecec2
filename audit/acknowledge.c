/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/log.h"

/* The newest mark there is, when the log is looked at under its lock. */
struct acknowledgement {
    struct fws_audit *log;
    const char *by;
    const char *note;
    struct fws_json json;
    uint64_t marks;
};

static enum fws_status decide(void *context, struct fws_audit_body *out, struct fws_error *err)
{
    struct acknowledgement *ack = context;
    const struct fws_past *past = &ack->log->past;
    struct fws_json *json = &ack->json;

    ack->marks = past->marks - past->acknowledged;
    if (ack->marks == 0) {
        return fws_error_set(err, FWS_E_NOT_FOUND, "there is nothing to acknowledge");
    }
    fws_json_object(json, NULL);
    fws_json_text(json, "by", ack->by);
    fws_json_text(json, "note", ack->note);
    fws_json_int(json, "until", (int64_t)past->last_mark - 1);
    fws_json_end(json);
    *out = (struct fws_audit_body){
        .type = FWS_TYPE_ACK, .data = json->buf.data, .size = json->buf.size};
    return fws_json_done(json, err);
}

enum fws_status fws_audit_acknowledge(struct fws_audit *log, const char *by, const char *note,
                                      uint64_t *marks, struct fws_error *err)
{
    struct acknowledgement ack = {.log = log, .by = by, .note = note};
    struct fws_request request = {.decide = decide, .context = &ack, .own = true, .err = err};

    enum fws_status status = fws_log_check_process(log, err);

    *marks = 0;
    if (status != FWS_OK) {
        return status;
    }
    fws_log_submit(log, &request);
    fws_json_free(&ack.json);
    *marks = ack.marks;
    return request.status == FWS_OK ? fws_audit_checkpoint(log, err) : request.status;
}
