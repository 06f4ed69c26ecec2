/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a token says of a key, read with as few calls as it allows: on a network HSM each is a round
 * trip.
 */
#include <string.h>

#include "keys/worker.h"

#define LABEL_MAX 256u

static CK_OBJECT_CLASS class_private = CKO_PRIVATE_KEY;
static CK_OBJECT_CLASS class_public = CKO_PUBLIC_KEY;

static bool is_partial(CK_RV rv)
{
    return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ||
           rv == CKR_BUFFER_TOO_SMALL;
}

/*
 * Read all attributes in one call. A token that does not know one of them may leave the others
 * unread, so that each is asked for alone then. What cannot be read has CK_UNAVAILABLE_INFORMATION.
 */
static CK_RV read_attributes(struct fws_worker *worker, const struct fws_session *session,
                             CK_OBJECT_HANDLE object, CK_ATTRIBUTE *list, CK_ULONG count)
{
    CK_FUNCTION_LIST *api = worker->module.api;
    CK_ULONG room[16];

    for (CK_ULONG i = 0; i < count; i++) {
        room[i] = list[i].ulValueLen;
    }
    CK_RV rv = api->C_GetAttributeValue(session->handle, object, list, count);

    if (!is_partial(rv)) {
        return rv;
    }
    for (CK_ULONG i = 0; i < count; i++) {
        list[i].ulValueLen = room[i];
        rv = api->C_GetAttributeValue(session->handle, object, &list[i], 1);
        if (rv != CKR_OK) {
            list[i].ulValueLen = CK_UNAVAILABLE_INFORMATION;
        }
        if (rv != CKR_OK && !is_partial(rv)) {
            return rv;
        }
    }
    return CKR_OK;
}

static bool is_read(const CK_ATTRIBUTE *attribute, size_t max)
{
    return attribute->ulValueLen != CK_UNAVAILABLE_INFORMATION && attribute->ulValueLen <= max;
}

struct flag {
    CK_ATTRIBUTE_TYPE type;
    size_t offset; /* in struct fws_key */
    bool unread;   /* taken when the token does not say: the answer that makes the key unfit */
};

static const struct flag flags[] = {
    {CKA_SENSITIVE, offsetof(struct fws_key, sensitive), false},
    {CKA_ALWAYS_SENSITIVE, offsetof(struct fws_key, always_sensitive), false},
    {CKA_EXTRACTABLE, offsetof(struct fws_key, extractable), true},
    {CKA_NEVER_EXTRACTABLE, offsetof(struct fws_key, never_extractable), false},
    {CKA_LOCAL, offsetof(struct fws_key, local), false},
    {CKA_SIGN, offsetof(struct fws_key, sign), false},
    {CKA_SIGN_RECOVER, offsetof(struct fws_key, sign_recover), true},
    {CKA_DECRYPT, offsetof(struct fws_key, decrypt), true},
    {CKA_UNWRAP, offsetof(struct fws_key, unwrap), true},
    {CKA_DERIVE, offsetof(struct fws_key, derive), true},
    /* Optional in the standard, and harmless when wrong: C_Sign fails then. */
    {CKA_ALWAYS_AUTHENTICATE, offsetof(struct fws_key, always_authenticate), false},
};

#define FLAG_COUNT (sizeof flags / sizeof flags[0])

static void keep_label(const CK_ATTRIBUTE *attribute, char out[FWS_URI_LABEL_SIZE])
{
    size_t size = is_read(attribute, LABEL_MAX) ? attribute->ulValueLen : 0;
    const char *label = attribute->pValue;

    size = size < FWS_URI_LABEL_SIZE ? size : FWS_URI_LABEL_SIZE - 1;
    for (size_t i = 0; i < size; i++) {
        out[i] = label[i] == '\0' ? '?' : label[i];
    }
    out[size] = '\0';
}

enum fws_status fws_key_read_names(struct fws_worker *worker, const struct fws_session *session,
                                   CK_OBJECT_HANDLE object, struct fws_key *key,
                                   struct fws_error *err)
{
    char label[LABEL_MAX];
    CK_ATTRIBUTE list[] = {
        {CKA_LABEL, label, sizeof label},
        {CKA_ID, key->id, sizeof key->id},
    };
    CK_RV rv = read_attributes(worker, session, object, list, 2);

    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_GetAttributeValue", err);
    }
    keep_label(&list[0], key->label);
    key->id_size = is_read(&list[1], sizeof key->id) ? list[1].ulValueLen : 0;
    return FWS_OK;
}

static enum fws_status read_private(struct fws_worker *worker, const struct fws_session *session,
                                    CK_OBJECT_HANDLE object, struct fws_key *key, CK_KEY_TYPE *type,
                                    struct fws_error *err)
{
    char label[LABEL_MAX];
    CK_BBOOL values[FLAG_COUNT];
    CK_ATTRIBUTE list[3 + FLAG_COUNT] = {
        {CKA_LABEL, label, sizeof label},
        {CKA_ID, key->id, sizeof key->id},
        {CKA_KEY_TYPE, type, sizeof *type},
    };

    for (size_t i = 0; i < FLAG_COUNT; i++) {
        list[3 + i] = (CK_ATTRIBUTE){flags[i].type, &values[i], sizeof values[i]};
    }
    CK_RV rv = read_attributes(worker, session, object, list, 3 + FLAG_COUNT);

    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_GetAttributeValue", err);
    }
    keep_label(&list[0], key->label);
    key->id_size = is_read(&list[1], sizeof key->id) ? list[1].ulValueLen : 0;
    *type = list[2].ulValueLen == sizeof *type ? *type : CKK_VENDOR_DEFINED;
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        bool read = list[3 + i].ulValueLen == sizeof values[i];
        bool value = read ? values[i] != CK_FALSE : flags[i].unread;

        memcpy((uint8_t *)key + flags[i].offset, &value, sizeof value);
    }
    key->has_private = true;
    return FWS_OK;
}

static enum fws_status read_public(struct fws_worker *worker, const struct fws_session *session,
                                   CK_OBJECT_HANDLE object, CK_KEY_TYPE type,
                                   struct fws_material *out, struct fws_error *err)
{
    bool rsa = type == CKK_RSA;
    CK_KEY_TYPE actual = CKK_VENDOR_DEFINED;
    CK_ATTRIBUTE list[] = {
        {CKA_KEY_TYPE, &actual, sizeof actual},
        {rsa ? CKA_MODULUS : CKA_EC_POINT, out->value, sizeof out->value},
        {rsa ? CKA_PUBLIC_EXPONENT : CKA_EC_PARAMS, out->params, sizeof out->params},
    };

    if (!rsa && type != CKK_EC && type != CKK_EC_EDWARDS) {
        return FWS_OK;
    }
    CK_RV rv = read_attributes(worker, session, object, list, 3);

    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_GetAttributeValue", err);
    }
    if (actual != type || !is_read(&list[1], sizeof out->value) ||
        !is_read(&list[2], sizeof out->params)) {
        return fws_error_set(err, FWS_E_KEY_UNFIT,
                             "the public object does not show a key of the private key's type");
    }
    out->value_size = list[1].ulValueLen;
    out->params_size = list[2].ulValueLen;
    out->kind = rsa ? FWS_MATERIAL_RSA : type == CKK_EC ? FWS_MATERIAL_EC : FWS_MATERIAL_EDWARDS;
    return FWS_OK;
}

static enum fws_status find_public(struct fws_worker *worker, const struct fws_session *session,
                                   struct fws_key *key, CK_OBJECT_HANDLE *out,
                                   struct fws_error *err)
{
    CK_ATTRIBUTE match[] = {
        {CKA_CLASS, &class_public, sizeof class_public},
        {CKA_ID, key->id, key->id_size},
    };
    CK_OBJECT_HANDLE found[2];
    size_t count = 0;

    if (key->id_size == 0) {
        return fws_error_set(err, FWS_E_KEY_UNFIT, "the private key has no CKA_ID of 1 to %u bytes",
                             FWS_URI_ID_MAX);
    }
    enum fws_status status = fws_objects_find(worker, session, match, 2, found, 2, &count, err);

    if (status != FWS_OK) {
        return status;
    }
    if (count != 1) {
        return fws_error_set(err, FWS_E_KEY_UNFIT, "%s public object with the private key's CKA_ID",
                             count == 0 ? "no" : "more than one");
    }
    *out = found[0];
    return FWS_OK;
}

void fws_key_name_token(const struct fws_session *session, struct fws_key *key)
{
    memcpy(key->token_label, session->token.label, sizeof key->token_label);
    memcpy(key->token_serial, session->token.serial, sizeof key->token_serial);
    memcpy(key->token_model, session->token.model, sizeof key->token_model);
    memcpy(key->token_firmware, session->token.firmware, sizeof key->token_firmware);
}

/* The number under which the parent may sign with the object; 0 when there are too many. */
static uint64_t keep_handle(struct fws_worker *worker, const struct fws_session *session,
                            CK_OBJECT_HANDLE object)
{
    for (size_t i = 0; i < worker->handle_count; i++) {
        if (worker->handles[i].session == session && worker->handles[i].object == object) {
            return i + 1;
        }
    }
    if (worker->handle_count == FWS_HANDLES_MAX) {
        return 0;
    }
    worker->handles[worker->handle_count++] = (struct fws_handle){session, object};
    return worker->handle_count;
}

/* Both objects into the reply, or FWS_E_KEY_UNFIT when there is not one public object. */
static enum fws_status read_pair(struct fws_worker *worker, const struct fws_session *session,
                                 CK_OBJECT_HANDLE object, struct fws_reply *reply,
                                 struct fws_error *err)
{
    CK_KEY_TYPE type = CKK_VENDOR_DEFINED;
    CK_OBJECT_HANDLE public_object = CK_INVALID_HANDLE;
    enum fws_status status = read_private(worker, session, object, &reply->key, &type, err);

    if (status == FWS_OK) {
        status = find_public(worker, session, &reply->key, &public_object, err);
    }
    if (status == FWS_OK) {
        status = read_public(worker, session, public_object, type, &reply->material, err);
    }
    return status;
}

enum fws_status fws_key_report(struct fws_worker *worker, const struct fws_session *session,
                               CK_OBJECT_HANDLE object, struct fws_error *err)
{
    struct fws_reply reply = {.kind = FWS_REPLY_KEY};
    enum fws_status status = read_pair(worker, session, object, &reply, err);

    if (status != FWS_OK) {
        return status;
    }
    fws_key_name_token(session, &reply.key);
    reply.key.handle = keep_handle(worker, session, object);
    return fws_worker_send(worker, &reply, err);
}

enum fws_status fws_key_show(struct fws_worker *worker, const struct fws_session *session,
                             CK_OBJECT_HANDLE object, struct fws_error *err)
{
    struct fws_reply reply = {.kind = FWS_REPLY_KEY};
    enum fws_status status = read_pair(worker, session, object, &reply, err);

    if (status != FWS_OK && status != FWS_E_KEY_UNFIT) {
        return status;
    }
    fws_key_name_token(session, &reply.key);
    return fws_worker_send(worker, &reply, err);
}

enum fws_status fws_public_show(struct fws_worker *worker, const struct fws_session *session,
                                CK_OBJECT_HANDLE object, bool even_with_private,
                                struct fws_error *err)
{
    struct fws_reply reply = {.kind = FWS_REPLY_KEY};
    CK_KEY_TYPE type = CKK_VENDOR_DEFINED;
    CK_ATTRIBUTE type_attribute = {CKA_KEY_TYPE, &type, sizeof type};
    CK_ATTRIBUTE match[] = {
        {CKA_CLASS, &class_private, sizeof class_private},
        {CKA_ID, reply.key.id, 0},
    };
    CK_OBJECT_HANDLE found;
    size_t count = 0;
    enum fws_status status = fws_key_read_names(worker, session, object, &reply.key, err);

    match[1].ulValueLen = reply.key.id_size;
    if (status == FWS_OK && !even_with_private) {
        status = fws_objects_find(worker, session, match, 2, &found, 1, &count, err);
    }
    if (status != FWS_OK || count > 0) {
        return status;
    }
    if (read_attributes(worker, session, object, &type_attribute, 1) == CKR_OK) {
        status = read_public(worker, session, object, type, &reply.material, err);
    }
    if (status != FWS_OK && status != FWS_E_KEY_UNFIT) {
        return status;
    }
    fws_key_name_token(session, &reply.key);
    return fws_worker_send(worker, &reply, err);
}
