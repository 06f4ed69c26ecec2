/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "audit/log.h"

static enum fws_status write_genesis(struct fws_audit *log, const char *origin,
                                     struct fws_error *err)
{
    FWS_AUTO(fws_json) data = {0};
    FWS_AUTO(fws_buf) text = {0};

    fws_json_object(&data, NULL);
    fws_json_text(&data, "origin", origin);
    fws_json_end(&data);
    enum fws_status status = fws_json_done(&data, err);

    if (status == FWS_OK) {
        status = fws_origin_id(origin, strlen(origin), log->chain.log, err);
    }
    if (status == FWS_OK) {
        status = fws_log_compose(log, FWS_TYPE_GENESIS, data.buf.data, data.buf.size, &text, err);
    }
    if (status == FWS_OK) {
        status = fws_store_new_segment(&log->store, 0, text.data, text.size, &log->segment.fd, err);
    }
    return status;
}

static enum fws_status create_locked(struct fws_audit *log, const char *origin,
                                     struct fws_error *err)
{
    struct fws_survey survey;
    enum fws_status status = fws_store_survey(&log->store, UINT64_MAX, &survey, err);

    if (status == FWS_OK && survey.count > 0) {
        return fws_error_set(err, FWS_E_EXISTS, "there is a log");
    }
    return status == FWS_OK ? write_genesis(log, origin, err) : status;
}

enum fws_status fws_audit_create(const char *directory, const char *origin, struct fws_error *err)
{
    struct fws_audit log = {0};

    if (!fws_origin_ok(origin)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "the audit log's origin must be 1 to 128 printable ASCII characters "
                             "without blank, quote, backslash and plus");
    }
    enum fws_status status = fws_store_create(directory, err);

    if (status == FWS_OK) {
        status = fws_log_begin(&log, directory, err);
    }
    if (status == FWS_OK) {
        status = fws_store_lock(&log.store, true, FWS_AUDIT_LOCK_MS, err);
    }
    if (status == FWS_OK) {
        status = create_locked(&log, origin, err);
        fws_store_unlock(&log.store);
    }
    fws_log_end(&log);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "audit log '%s'", directory);
}
