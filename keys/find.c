/* SPDX-License-Identifier: Apache-2.0 */
/* Keys are found by template, never by walking over a token that may hold 1000 of them. */
#include <stdlib.h>
#include <string.h>

#include "keys/describe.h"
#include "keys/worker.h"

#define CANDIDATES_MAX 5u /* named in a message */
#define LIST_MAX       4096u

static CK_OBJECT_CLASS class_private = CKO_PRIVATE_KEY;
static CK_OBJECT_CLASS class_public = CKO_PUBLIC_KEY;

enum fws_status fws_objects_find(struct fws_worker *worker, const struct fws_session *session,
                                 CK_ATTRIBUTE *match, CK_ULONG match_count, CK_OBJECT_HANDLE *out,
                                 size_t max, size_t *count, struct fws_error *err)
{
    CK_FUNCTION_LIST *api = worker->module.api;
    CK_RV rv = api->C_FindObjectsInit(session->handle, match, match_count);
    CK_ULONG got = 0;

    *count = 0;
    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_FindObjectsInit", err);
    }
    do {
        rv = api->C_FindObjects(session->handle, out + *count, max - *count, &got);
        *count += rv == CKR_OK && got <= max - *count ? got : 0;
    } while (rv == CKR_OK && got > 0 && *count < max);
    (void)api->C_FindObjectsFinal(session->handle);
    return rv == CKR_OK ? FWS_OK : fws_session_error(worker, session, rv, "C_FindObjects", err);
}

/* A lost token finds nothing, without an error. */
static enum fws_status not_found(struct fws_worker *worker, const struct fws_session *session,
                                 struct fws_error *err)
{
    struct fws_token token;
    CK_FLAGS token_flags;
    CK_RV rv = fws_module_token(&worker->module, session->slot, &token, &token_flags);

    if (rv != CKR_OK) {
        worker->reply.broken = true;
        (void)fws_ckr_error(err, rv, "the token is gone: C_GetTokenInfo");
        return err->status = FWS_E_HSM_UNAVAILABLE;
    }
    return fws_error_set(err, FWS_E_KEY_NOT_FOUND, "token '%s': no such private key",
                         session->token.label);
}

static enum fws_status ambiguous(struct fws_worker *worker, const struct fws_session *session,
                                 const CK_OBJECT_HANDLE *found, size_t count, struct fws_error *err)
{
    FWS_AUTO(fws_buf) list = {0};
    size_t named = count < CANDIDATES_MAX ? count : CANDIDATES_MAX;

    for (size_t i = 0; i < named; i++) {
        struct fws_key key = {0};
        struct fws_uri uri;

        fws_key_name_token(session, &key);
        enum fws_status status = fws_key_read_names(worker, session, found[i], &key, err);

        fws_text_make_printable(key.label);
        fws_text_make_printable(key.token_label);
        fws_uri_of_key(&key, &uri);
        if (status == FWS_OK) {
            status = fws_uri_list_add(&list, &uri, err);
        }
        if (status != FWS_OK) {
            return status;
        }
    }
    return fws_error_set(err, FWS_E_KEY_AMBIGUOUS, "several keys match: %.*s%s", (int)list.size,
                         (const char *)list.data, named < count ? ", and more" : "");
}

/* The names in a URI as a template of one class; returns the number of attributes. */
static CK_ULONG make_match(struct fws_uri *uri, CK_OBJECT_CLASS *object_class,
                           CK_ATTRIBUTE match[3])
{
    CK_ULONG count = 0;

    match[count++] = (CK_ATTRIBUTE){CKA_CLASS, object_class, sizeof *object_class};
    if (uri->object[0] != '\0') {
        match[count++] = (CK_ATTRIBUTE){CKA_LABEL, uri->object, strlen(uri->object)};
    }
    if (uri->id_size > 0) {
        match[count++] = (CK_ATTRIBUTE){CKA_ID, uri->id, uri->id_size};
    }
    return count;
}

enum fws_status fws_request_find(struct fws_worker *worker, const struct fws_request *request,
                                 const struct fws_secret *secrets, struct fws_error *err)
{
    struct fws_uri uri = request->uri;
    CK_ATTRIBUTE match[3];
    CK_OBJECT_HANDLE found[CANDIDATES_MAX + 1];
    struct fws_session *session = NULL;
    size_t count = 0;
    enum fws_status status = fws_session_get(worker, &uri, &secrets[0], false, &session, err);

    if (status == FWS_OK) {
        status = fws_objects_find(worker, session, match, make_match(&uri, &class_private, match),
                                  found, CANDIDATES_MAX + 1, &count, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (count != 1) {
        return count == 0 ? not_found(worker, session, err)
                          : ambiguous(worker, session, found, count, err);
    }
    return fws_key_report(worker, session, found[0], err);
}

static enum fws_status show_class(struct fws_worker *worker, const struct fws_session *session,
                                  struct fws_uri *uri, bool private, CK_OBJECT_HANDLE *found,
                                  struct fws_error *err)
{
    CK_ATTRIBUTE match[3];
    CK_ULONG match_count = make_match(uri, private ? &class_private : &class_public, match);
    bool publics_asked = uri->type[0] != '\0';
    size_t count = 0;
    enum fws_status status =
        fws_objects_find(worker, session, match, match_count, found, LIST_MAX, &count, err);

    for (size_t i = 0; i < count && status == FWS_OK; i++) {
        status = private ? fws_key_show(worker, session, found[i], err)
                         : fws_public_show(worker, session, found[i], publics_asked, err);
    }
    return status;
}

enum fws_status fws_request_list(struct fws_worker *worker, const struct fws_request *request,
                                 const struct fws_secret *secrets, struct fws_error *err)
{
    struct fws_uri uri = request->uri;
    struct fws_session *session = NULL;
    enum fws_status status = fws_session_get(worker, &uri, &secrets[0], true, &session, err);

    if (status != FWS_OK) {
        return status;
    }
    CK_OBJECT_HANDLE *found = calloc(LIST_MAX, sizeof *found);

    if (found == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a list of keys");
    }
    if (strcmp(uri.type, "public") != 0) {
        status = show_class(worker, session, &uri, true, found, err);
    }
    if (status == FWS_OK && strcmp(uri.type, "private") != 0) {
        status = show_class(worker, session, &uri, false, found, err);
    }
    free(found);
    return status;
}
