/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/clock.h"
#include "keys/describe.h"
#include "keys/worker.h"

#define START_TRIES 4u
#define START_PAUSE 20u /* ms, doubled each time */

static CK_FUNCTION_LIST *api_of(const struct fws_worker *worker)
{
    return worker->module.api;
}

static enum fws_status start_once(struct fws_worker *worker, struct fws_error *err)
{
    CK_RV rv = CKR_OK;

    if (worker->module.started) {
        return FWS_OK;
    }
    if (worker->module.api == NULL) {
        *err = worker->load_error;
        return err->status;
    }
    enum fws_status status = fws_start_lock_take(worker, err);

    if (status == FWS_OK) {
        status = fws_module_start(&worker->module, worker->hello.module, &rv, err);
    }
    worker->transient = fws_ckr_transient(rv);
    return status;
}

/* After a failure: is it of the kind that passes? The lock is not held during the pause. */
static bool is_worth_another_try(struct fws_worker *worker, unsigned *tries)
{
    fws_start_lock_release(worker);
    if (!worker->transient || ++*tries == START_TRIES) {
        return false;
    }
    worker->transient = false;
    if (worker->session_count == 0) {
        fws_module_stop(&worker->module);
    }
    fws_clock_sleep_jitter(START_PAUSE << (*tries - 1));
    return true;
}

enum fws_status fws_worker_start_module(struct fws_worker *worker, struct fws_error *err)
{
    enum fws_status status;
    unsigned tries = 0;

    do {
        status = start_once(worker, err);
    } while (status != FWS_OK && is_worth_another_try(worker, &tries));
    fws_start_lock_release(worker);
    return status;
}

static enum fws_status refuse_tokens(const struct fws_worker *worker, const struct fws_uri *uri,
                                     bool several, struct fws_error *err)
{
    FWS_AUTO(fws_buf) list = {0};
    enum fws_status status = FWS_OK;

    for (size_t i = 0; i < worker->module.slot_count && status == FWS_OK; i++) {
        const struct fws_token *token = &worker->module.slots[i].token;
        struct fws_uri candidate;

        if (several ? fws_uri_matches_token(uri, token) : token->initialized) {
            fws_uri_of_token(token, &candidate);
            status = fws_uri_list_add(&list, &candidate, err);
        }
    }
    if (status != FWS_OK) {
        return status;
    }
    if (several) {
        return fws_error_set(err, FWS_E_KEY_AMBIGUOUS, "several tokens match: %.*s; add the serial",
                             (int)list.size, (const char *)list.data);
    }
    return fws_error_set(err, FWS_E_TOKEN_NOT_FOUND, "no token matches; the module shows %.*s",
                         list.size == 0 ? 4 : (int)list.size,
                         list.size == 0 ? "none" : (const char *)list.data);
}

static enum fws_status select_slot(const struct fws_worker *worker, const struct fws_uri *uri,
                                   const struct fws_slot **out, struct fws_error *err)
{
    size_t count = 0;

    for (size_t i = 0; i < worker->module.slot_count; i++) {
        if (fws_uri_matches_token(uri, &worker->module.slots[i].token)) {
            *out = &worker->module.slots[i];
            count++;
        }
    }
    return count == 1 ? FWS_OK : refuse_tokens(worker, uri, count > 1, err);
}

/* A login that may lock the token, or cannot succeed, is not tried by a program. */
static enum fws_status check_pin_state(const struct fws_worker *worker,
                                       const struct fws_token *token, struct fws_error *err)
{
    if (token->pin_locked) {
        return fws_error_set(err, FWS_E_PIN_LOCKED, "the token's user PIN is locked");
    }
    if (token->pin_final_try) {
        return fws_error_set(err, FWS_E_PIN_LAST_TRY,
                             "the token has one try left before it locks; not logging in");
    }
    if (worker->reply.login_tried && token->pin_count_low) {
        return fws_error_set(err, FWS_E_HSM_ERROR,
                             "C_Login failed and the token counts it; not tried again");
    }
    return FWS_OK;
}

static enum fws_status login_failed(struct fws_worker *worker, const struct fws_session *session,
                                    CK_RV rv, struct fws_error *err)
{
    worker->transient = fws_ckr_transient(rv);
    return fws_session_error(worker, session, rv, "C_Login", err);
}

/* At a keypad of the token the person there takes the time; no other process waits for that. */
static enum fws_status login_at_token(struct fws_worker *worker, struct fws_session *session,
                                      struct fws_error *err)
{
    fws_start_lock_release(worker);
    CK_RV rv = api_of(worker)->C_Login(session->handle, CKU_USER, NULL, 0);

    session->logged_in = rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN;
    return session->logged_in ? FWS_OK : fws_session_error(worker, session, rv, "C_Login", err);
}

static enum fws_status login(struct fws_worker *worker, struct fws_session *session, CK_FLAGS flags,
                             const struct fws_secret *pin, bool optional, struct fws_error *err)
{
    if (pin->data == NULL && optional) {
        return FWS_OK;
    }
    enum fws_status status = check_pin_state(worker, &session->token, err);

    if (status != FWS_OK) {
        return status;
    }
    if ((flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0) {
        return login_at_token(worker, session, err);
    }
    if (pin->data == NULL) {
        return fws_error_set(err, FWS_E_PIN_MISSING, "the token wants a PIN and there is none");
    }
    CK_RV rv = api_of(worker)->C_Login(session->handle, CKU_USER, pin->data, pin->size);

    /* An earlier login of this process says nothing about this PIN. */
    worker->reply.login_tried = worker->reply.login_tried || rv != CKR_USER_ALREADY_LOGGED_IN;
    worker->reply.logged_in = rv == CKR_OK;
    session->logged_in = rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN;
    return session->logged_in ? FWS_OK : login_failed(worker, session, rv, err);
}

static enum fws_status open_session(struct fws_worker *worker, const struct fws_slot *slot,
                                    const struct fws_secret *pin, bool login_optional,
                                    struct fws_session **out, struct fws_error *err)
{
    struct fws_session session = {.slot = slot->id};
    CK_FLAGS flags = 0;

    if (worker->session_count == FWS_SESSIONS_MAX) {
        return fws_error_set(err, FWS_E_HSM_ERROR, "more than %u tokens in use", FWS_SESSIONS_MAX);
    }
    CK_RV rv = fws_module_token(&worker->module, slot->id, &session.token, &flags);

    if (rv == CKR_OK) {
        rv = api_of(worker)->C_OpenSession(slot->id, CKF_SERIAL_SESSION, NULL, NULL,
                                           &session.handle);
    }
    if (rv != CKR_OK) {
        worker->transient = fws_ckr_transient(rv);
        return fws_session_error(worker, &session, rv, "C_OpenSession", err);
    }
    session.login_required = session.token.login_required;
    enum fws_status status =
        session.login_required ? login(worker, &session, flags, pin, login_optional, err) : FWS_OK;

    if (status != FWS_OK) {
        (void)api_of(worker)->C_CloseSession(session.handle);
        return status;
    }
    *out = &worker->sessions[worker->session_count++];
    **out = session;
    return FWS_OK;
}

static enum fws_status login_later(struct fws_worker *worker, struct fws_session *session,
                                   const struct fws_secret *pin, bool optional,
                                   struct fws_error *err)
{
    CK_FLAGS flags = 0;
    CK_RV rv = fws_module_token(&worker->module, session->slot, &session->token, &flags);

    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_GetTokenInfo", err);
    }
    return login(worker, session, flags, pin, optional, err);
}

static enum fws_status get_once(struct fws_worker *worker, const struct fws_uri *uri,
                                const struct fws_secret *pin, bool login_optional,
                                struct fws_session **out, struct fws_error *err)
{
    const struct fws_slot *slot = NULL;
    struct fws_session *session = NULL;
    enum fws_status status = start_once(worker, err);

    if (status != FWS_OK) {
        return status;
    }
    status = select_slot(worker, uri, &slot, err);
    if (status != FWS_OK) {
        /* SoftHSM does not show a token whose file another program is writing. */
        worker->transient = status == FWS_E_TOKEN_NOT_FOUND && worker->session_count == 0;
        return status;
    }
    for (size_t i = 0; i < worker->session_count; i++) {
        if (worker->sessions[i].slot == slot->id) {
            session = &worker->sessions[i];
        }
    }
    *out = session;
    if (session != NULL && (session->logged_in || !session->login_required)) {
        return FWS_OK;
    }
    status = fws_start_lock_take(worker, err);
    if (status != FWS_OK) {
        return status;
    }
    return session == NULL ? open_session(worker, slot, pin, login_optional, out, err)
                           : login_later(worker, session, pin, login_optional, err);
}

enum fws_status fws_session_get(struct fws_worker *worker, const struct fws_uri *uri,
                                const struct fws_secret *pin, bool login_optional,
                                struct fws_session **out, struct fws_error *err)
{
    enum fws_status status;
    unsigned tries = 0;

    do {
        status = get_once(worker, uri, pin, login_optional, out, err);
    } while (status != FWS_OK && is_worth_another_try(worker, &tries));
    fws_start_lock_release(worker);
    if (status == FWS_OK) {
        worker->reply.ready = (*out)->logged_in || !(*out)->login_required;
        worker->reply.broken = false; /* of an earlier try */
    }
    return status;
}

void fws_session_close_all(struct fws_worker *worker)
{
    while (worker->session_count > 0) {
        (void)api_of(worker)->C_CloseSession(worker->sessions[--worker->session_count].handle);
    }
}

enum fws_status fws_session_error(struct fws_worker *worker, const struct fws_session *session,
                                  CK_RV rv, const char *function, struct fws_error *err)
{
    enum fws_status status = fws_ckr_error(err, rv, function);
    struct fws_token token;
    CK_FLAGS flags;

    worker->reply.broken = fws_ckr_lost(rv);
    /* A general answer, and a token that is gone: that is the cause. */
    if (status == FWS_E_HSM_ERROR &&
        fws_module_token(&worker->module, session->slot, &token, &flags) != CKR_OK) {
        worker->reply.broken = true;
        status = err->status = FWS_E_HSM_UNAVAILABLE;
    }
    return status;
}
