/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/worker.h"

#define LABEL_SIZE 32u /* of C_InitToken, padded with blanks */

enum fws_status fws_request_tokens(struct fws_worker *worker, const struct fws_request *request,
                                   const struct fws_secret *secrets, struct fws_error *err)
{
    enum fws_status status = fws_worker_start_module(worker, err);

    (void)request;
    (void)secrets;
    for (size_t i = 0; i < worker->module.slot_count && status == FWS_OK; i++) {
        struct fws_reply reply = {.kind = FWS_REPLY_TOKEN};
        CK_FLAGS flags;

        if (fws_module_token(&worker->module, worker->module.slots[i].id, &reply.token, &flags) ==
            CKR_OK) {
            status = fws_worker_send(worker, &reply, err);
        }
    }
    if (status == FWS_OK) {
        fws_module_describe(&worker->module, worker->reply.library);
    }
    return status;
}

static enum fws_status find_free_slot(const struct fws_worker *worker, const char *label,
                                      CK_SLOT_ID *out, struct fws_error *err)
{
    bool found = false;

    for (size_t i = 0; i < worker->module.slot_count; i++) {
        const struct fws_slot *slot = &worker->module.slots[i];

        if (slot->token.initialized && strcmp(slot->token.label, label) == 0) {
            return fws_error_set(err, FWS_E_EXISTS, "a token has the label '%s'", label);
        }
        if (!slot->token.initialized && !found) {
            *out = slot->id;
            found = true;
        }
    }
    return found ? FWS_OK
                 : fws_error_set(err, FWS_E_TOKEN_NOT_FOUND,
                                 "the module shows no uninitialised token");
}

static CK_RV set_user_pin(CK_FUNCTION_LIST *api, CK_SLOT_ID slot, const struct fws_secret *so_pin,
                          const struct fws_secret *user_pin, const char **function)
{
    CK_SESSION_HANDLE session;
    CK_RV rv = api->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session);

    *function = "C_OpenSession";
    if (rv != CKR_OK) {
        return rv;
    }
    *function = "C_Login of the security officer";
    rv = api->C_Login(session, CKU_SO, so_pin->data, so_pin->size);
    if (rv == CKR_OK) {
        *function = "C_InitPIN";
        rv = api->C_InitPIN(session, user_pin->data, user_pin->size);
        (void)api->C_Logout(session);
    }
    (void)api->C_CloseSession(session);
    return rv;
}

static enum fws_status create(struct fws_worker *worker, const char *label,
                              const struct fws_secret *so_pin, const struct fws_secret *user_pin,
                              struct fws_error *err)
{
    CK_FUNCTION_LIST *api = worker->module.api;
    const char *function = "C_InitToken";
    unsigned char padded[LABEL_SIZE];
    size_t size = strlen(label);
    CK_SLOT_ID slot = 0;
    enum fws_status status = find_free_slot(worker, label, &slot, err);

    if (status != FWS_OK) {
        return status;
    }
    memset(padded, ' ', sizeof padded);
    memcpy(padded, label, size < sizeof padded ? size : sizeof padded);
    worker->reply.sent = true;
    CK_RV rv = api->C_InitToken(slot, so_pin->data, so_pin->size, padded);

    if (rv == CKR_OK) {
        rv = set_user_pin(api, slot, so_pin, user_pin, &function);
    }
    return rv == CKR_OK ? FWS_OK : fws_ckr_error(err, rv, function);
}

enum fws_status fws_request_create(struct fws_worker *worker, const struct fws_request *request,
                                   const struct fws_secret *secrets, struct fws_error *err)
{
    enum fws_status status = fws_worker_start_module(worker, err);

    if (status == FWS_OK) {
        status = fws_start_lock_take(worker, err);
    }
    if (status == FWS_OK) {
        status = create(worker, request->uri.token, &secrets[0], &secrets[1], err);
    }
    fws_start_lock_release(worker);
    return status;
}
