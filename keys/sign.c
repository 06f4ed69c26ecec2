/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/worker.h"

static CK_RSA_PKCS_PSS_PARAMS pss_sha256 = {CKM_SHA256, CKG_MGF1_SHA256, 32};

/* One mechanism a kind of key: each signs a digest that this program has made, or for Ed25519 a
 * short message. */
static bool choose_mechanism(uint8_t alg, CK_MECHANISM *out)
{
    switch (alg) {
    case FWS_ALG_RSA2048:
    case FWS_ALG_RSA3072:
        *out = (CK_MECHANISM){CKM_RSA_PKCS_PSS, &pss_sha256, sizeof pss_sha256};
        return true;
    case FWS_ALG_P256:
    case FWS_ALG_P384:
        *out = (CK_MECHANISM){CKM_ECDSA, NULL, 0};
        return true;
    case FWS_ALG_ED25519:
        /* Never parameters: some modules ignore them and sign something else than asked. */
        *out = (CK_MECHANISM){CKM_EDDSA, NULL, 0};
        return true;
    default:
        return false;
    }
}

static enum fws_status login_for_key(struct fws_worker *worker, const struct fws_session *session,
                                     const struct fws_secret *pin, struct fws_error *err)
{
    CK_RV rv =
        worker->module.api->C_Login(session->handle, CKU_CONTEXT_SPECIFIC, pin->data, pin->size);

    worker->reply.login_tried = true;
    worker->reply.logged_in = rv == CKR_OK;
    return rv == CKR_OK ? FWS_OK
                        : fws_session_error(worker, session, rv, "C_Login for the key", err);
}

enum fws_status fws_request_sign(struct fws_worker *worker, const struct fws_request *request,
                                 const struct fws_secret *secrets, struct fws_error *err)
{
    CK_FUNCTION_LIST *api = worker->module.api;
    CK_BYTE message[FWS_MESSAGE_MAX_SIZE];
    CK_ULONG size = sizeof worker->reply.signature;
    CK_MECHANISM mechanism;

    if (request->handle == 0 || request->handle > worker->handle_count ||
        !choose_mechanism(request->alg, &mechanism)) {
        /* A worker that is new since the parent looked; the key must be found again. */
        worker->reply.broken = true;
        return fws_error_set(err, FWS_E_HSM_UNAVAILABLE, "no such key in the HSM worker");
    }
    const struct fws_handle *key = &worker->handles[request->handle - 1];
    CK_RV rv = api->C_SignInit(key->session->handle, &mechanism, key->object);

    if (rv != CKR_OK) {
        return fws_session_error(worker, key->session, rv, "C_SignInit", err);
    }
    if (secrets[0].data != NULL) {
        enum fws_status status = login_for_key(worker, key->session, &secrets[0], err);

        if (status != FWS_OK) {
            return status;
        }
    }
    memcpy(message, request->message, request->message_size);
    worker->reply.sent = true;
    rv = api->C_Sign(key->session->handle, message, request->message_size, worker->reply.signature,
                     &size);
    if (rv != CKR_OK) {
        return fws_session_error(worker, key->session, rv, "C_Sign", err);
    }
    worker->reply.signature_size = size <= sizeof worker->reply.signature ? size : 0;
    return FWS_OK;
}
