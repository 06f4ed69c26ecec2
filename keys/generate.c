/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/random.h>

#include "keys/templates/signing.h"
#include "keys/worker.h"

#define ID_SIZE        20u
#define ATTRIBUTES_MAX 24u

static const CK_BYTE public_exponent[] = {0x01, 0x00, 0x01};

struct draft {
    CK_ATTRIBUTE list[ATTRIBUTES_MAX];
    CK_ULONG count;
};

/* What both templates of one key have in common, and what differs by algorithm. */
struct plan {
    const struct fws_template_kind *kind;
    const char *label;
    CK_BYTE id[ID_SIZE];
    CK_ULONG modulus_bits;
    size_t left_out; /* preferred attributes the token does not get to see */
};

static void add(struct draft *draft, CK_ATTRIBUTE_TYPE type, const void *value, CK_ULONG size)
{
    /* Cryptoki does not write to the values of a template. */
    draft->list[draft->count++] = (CK_ATTRIBUTE){type, (void *)(uintptr_t)value, size};
}

static void add_flags(struct draft *draft, const struct fws_template_flag *flags, size_t count,
                      size_t left_out)
{
    for (size_t i = 0; i < count; i++) {
        if (flags[i].required || i + left_out < count) {
            add(draft, flags[i].type, &flags[i].value, sizeof flags[i].value);
        }
    }
}

static void add_names(struct draft *draft, const struct plan *plan)
{
    add(draft, CKA_KEY_TYPE, &plan->kind->type, sizeof plan->kind->type);
    add(draft, CKA_LABEL, plan->label, strlen(plan->label));
    add(draft, CKA_ID, plan->id, sizeof plan->id);
}

static void draft_private(struct draft *draft, const struct plan *plan)
{
    add_names(draft, plan);
    /* Not known to several tokens, so that it is the first to go. */
    if (plan->left_out == 0) {
        add(draft, CKA_ALLOWED_MECHANISMS, &plan->kind->sign, sizeof plan->kind->sign);
    }
    add_flags(draft, fws_template_private, fws_template_private_count,
              plan->left_out > 0 ? plan->left_out - 1 : 0);
}

static void draft_public(struct draft *draft, const struct plan *plan)
{
    add_names(draft, plan);
    if (plan->kind->ec_params != NULL) {
        add(draft, CKA_EC_PARAMS, plan->kind->ec_params, plan->kind->ec_params_size);
    } else {
        add(draft, CKA_MODULUS_BITS, &plan->modulus_bits, sizeof plan->modulus_bits);
        add(draft, CKA_PUBLIC_EXPONENT, public_exponent, sizeof public_exponent);
    }
    add_flags(draft, fws_template_public, fws_template_public_count,
              plan->left_out > 0 ? plan->left_out - 1 : 0);
}

static bool refuses_template(CK_RV rv)
{
    return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_VALUE_INVALID ||
           rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_GENERAL_ERROR;
}

static CK_RV generate_once(CK_FUNCTION_LIST *api, CK_SESSION_HANDLE session,
                           const struct plan *plan, CK_OBJECT_HANDLE *public_object,
                           CK_OBJECT_HANDLE *private_object)
{
    CK_MECHANISM mechanism = {plan->kind->generate, NULL, 0};
    struct draft private = {.count = 0};
    struct draft public = {.count = 0};

    draft_private(&private, plan);
    draft_public(&public, plan);
    return api->C_GenerateKeyPair(session, &mechanism, public.list, public.count, private.list,
                                  private.count, public_object, private_object);
}

/* Read the required flags back: a token may accept a template and not keep to it. */
static bool is_as_demanded(CK_FUNCTION_LIST *api, CK_SESSION_HANDLE session,
                           CK_OBJECT_HANDLE object, const struct fws_template_flag *flags,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CK_BBOOL value = !flags[i].value;
        CK_ATTRIBUTE attribute = {flags[i].type, &value, sizeof value};

        if (flags[i].required &&
            (api->C_GetAttributeValue(session, object, &attribute, 1) != CKR_OK ||
             value != flags[i].value)) {
            return false;
        }
    }
    return true;
}

static enum fws_status generate_pair(struct fws_worker *worker, const struct fws_session *session,
                                     CK_SESSION_HANDLE writable, struct plan *plan,
                                     CK_OBJECT_HANDLE *out, struct fws_error *err)
{
    CK_FUNCTION_LIST *api = worker->module.api;
    CK_OBJECT_HANDLE public_object = CK_INVALID_HANDLE;
    CK_RV rv;

    worker->reply.sent = true;
    do {
        rv = generate_once(api, writable, plan, &public_object, out);
    } while (refuses_template(rv) && plan->left_out++ <= fws_template_private_count);
    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_GenerateKeyPair", err);
    }
    if (!is_as_demanded(api, writable, *out, fws_template_private, fws_template_private_count) ||
        !is_as_demanded(api, writable, public_object, fws_template_public,
                        fws_template_public_count)) {
        (void)api->C_DestroyObject(writable, *out);
        (void)api->C_DestroyObject(writable, public_object);
        return fws_error_set(err, FWS_E_HSM_ERROR,
                             "the token made a key with other attributes than demanded; destroyed");
    }
    return FWS_OK;
}

/* Tokens accept the same label twice; fwsign does not, in either class. */
static enum fws_status check_label_free(struct fws_worker *worker,
                                        const struct fws_session *session, const char *label,
                                        struct fws_error *err)
{
    CK_ATTRIBUTE match = {CKA_LABEL, (void *)(uintptr_t)label, strlen(label)};
    CK_OBJECT_HANDLE found;
    size_t count = 0;
    enum fws_status status = fws_objects_find(worker, session, &match, 1, &found, 1, &count, err);

    if (status == FWS_OK && count > 0) {
        status = fws_error_set(err, FWS_E_EXISTS, "token '%s': an object has the label '%s'",
                               session->token.label, label);
    }
    return status;
}

static enum fws_status generate(struct fws_worker *worker, const struct fws_session *session,
                                struct plan *plan, struct fws_error *err)
{
    CK_FUNCTION_LIST *api = worker->module.api;
    CK_SESSION_HANDLE writable;
    CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
    CK_RV rv = api->C_OpenSession(session->slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL,
                                  &writable);

    if (rv != CKR_OK) {
        return fws_session_error(worker, session, rv, "C_OpenSession", err);
    }
    enum fws_status status = generate_pair(worker, session, writable, plan, &object, err);

    (void)api->C_CloseSession(writable);
    return status == FWS_OK ? fws_key_report(worker, session, object, err) : status;
}

enum fws_status fws_request_generate(struct fws_worker *worker, const struct fws_request *request,
                                     const struct fws_secret *secrets, struct fws_error *err)
{
    struct plan plan = {
        .kind = fws_template_kind((enum fws_algorithm)request->alg),
        .label = request->uri.object,
    };
    struct fws_session *session = NULL;

    if (plan.kind == NULL) {
        return fws_error_set(err, FWS_E_KEY_TYPE, "no template for this kind of key");
    }
    if (getrandom(plan.id, sizeof plan.id, 0) != (ssize_t)sizeof plan.id) {
        return fws_error_set(err, FWS_E_INTERNAL, "no random numbers for the key's id");
    }
    plan.modulus_bits = plan.kind->modulus_bits;
    enum fws_status status =
        fws_session_get(worker, &request->uri, &secrets[0], false, &session, err);

    if (status == FWS_OK) {
        status = check_label_free(worker, session, plan.label, err);
    }
    return status == FWS_OK ? generate(worker, session, &plan, err) : status;
}
