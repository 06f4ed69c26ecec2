/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker: one thread, one module, one request at a time. Private to the worker's side.
 */
#ifndef FWS_KEYS_WORKER_H
#define FWS_KEYS_WORKER_H

#include "keys/ckr.h"
#include "keys/module.h"
#include "keys/protocol.h"

#define FWS_SESSIONS_MAX 16u
#define FWS_HANDLES_MAX  256u

struct fws_session {
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE handle;
    struct fws_token token;
    bool login_required;
    bool logged_in;
};

/* What a handle told to the parent stands for. */
struct fws_handle {
    const struct fws_session *session;
    CK_OBJECT_HANDLE object;
};

struct fws_worker {
    int fd;      /* the socket */
    int lock_fd; /* the module's file, for the start lock; -1 when there is none */
    bool locked;
    struct fws_request hello;    /* module path and lock time */
    struct fws_error load_error; /* of the module, told at the first request */
    struct fws_module module;
    struct fws_session sessions[FWS_SESSIONS_MAX];
    size_t session_count;
    struct fws_handle handles[FWS_HANDLES_MAX];
    size_t handle_count;
    bool transient;         /* the last failure is known to pass */
    struct fws_reply reply; /* its flags are set as things happen */
};

/* Send a reply other than the last one. */
FWS_MUST_USE enum fws_status fws_worker_send(struct fws_worker *worker, struct fws_reply *reply,
                                             struct fws_error *err);

/* ---- session.c ---- */

/* The module is initialised after this, under the start lock. */
FWS_MUST_USE enum fws_status fws_worker_start_module(struct fws_worker *worker,
                                                     struct fws_error *err);

/*
 * A session on the one token that uri names, logged in when the token wants that. pin is empty when
 * the parent has none; then login_optional says whether a session without login will do.
 */
FWS_MUST_USE enum fws_status fws_session_get(struct fws_worker *worker, const struct fws_uri *uri,
                                             const struct fws_secret *pin, bool login_optional,
                                             struct fws_session **out, struct fws_error *err);

void fws_session_close_all(struct fws_worker *worker);

/* Report a failed call; also finds out whether the token is still there. */
enum fws_status fws_session_error(struct fws_worker *worker, const struct fws_session *session,
                                  CK_RV rv, const char *function, struct fws_error *err);

/* ---- start_lock.c ---- */

/*
 * The lock that all processes share which use the same module file: what it guards, C_Initialize to
 * C_Login, is what soft tokens cannot do in parallel. Taking it twice is taking it once.
 */
FWS_MUST_USE enum fws_status fws_start_lock_take(struct fws_worker *worker, struct fws_error *err);
void fws_start_lock_release(struct fws_worker *worker);

/* ---- find.c ---- */

/* Handles of all objects that match, at most max. */
FWS_MUST_USE enum fws_status fws_objects_find(struct fws_worker *worker,
                                              const struct fws_session *session,
                                              CK_ATTRIBUTE *match, CK_ULONG match_count,
                                              CK_OBJECT_HANDLE *out, size_t max, size_t *count,
                                              struct fws_error *err);

/* ---- attributes.c ---- */

/* Label and CKA_ID only. */
FWS_MUST_USE enum fws_status fws_key_read_names(struct fws_worker *worker,
                                                const struct fws_session *session,
                                                CK_OBJECT_HANDLE object, struct fws_key *key,
                                                struct fws_error *err);

void fws_key_name_token(const struct fws_session *session, struct fws_key *key);

/* Send a KEY reply for a private key that may sign. FWS_E_KEY_UNFIT without one public object. */
FWS_MUST_USE enum fws_status fws_key_report(struct fws_worker *worker,
                                            const struct fws_session *session,
                                            CK_OBJECT_HANDLE object, struct fws_error *err);

/* The same for a list: a key without public object is shown too, and none is for signing. */
FWS_MUST_USE enum fws_status fws_key_show(struct fws_worker *worker,
                                          const struct fws_session *session,
                                          CK_OBJECT_HANDLE object, struct fws_error *err);

/* Send a KEY reply for a public object; when its private key is there too, only on demand. */
FWS_MUST_USE enum fws_status fws_public_show(struct fws_worker *worker,
                                             const struct fws_session *session,
                                             CK_OBJECT_HANDLE object, bool even_with_private,
                                             struct fws_error *err);

/* ---- requests, one function each ---- */

typedef enum fws_status fws_request_fn(struct fws_worker *worker, const struct fws_request *request,
                                       const struct fws_secret *secrets, struct fws_error *err);

fws_request_fn fws_request_tokens;
fws_request_fn fws_request_find;
fws_request_fn fws_request_list;
fws_request_fn fws_request_sign;
fws_request_fn fws_request_create;
fws_request_fn fws_request_generate;

#endif
