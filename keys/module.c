/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that sees libp11: its header needs OpenSSL's deprecated types. */
#include <dlfcn.h>
#include <libp11.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include "keys/ckr.h"
#include "keys/module.h"

static enum fws_status unusable(struct fws_error *err, const char *path, const char *why)
{
    return fws_error_set(err, FWS_E_MODULE, "module '%s': %s", path, why);
}

enum fws_status fws_module_load(struct fws_module *module, const char *path, struct fws_error *err)
{
    CK_C_GetFunctionList get_list = NULL;
    CK_FUNCTION_LIST *api = NULL;
    CK_INFO info;

    module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module->library == NULL) {
        return unusable(err, path, dlerror());
    }
    /* POSIX's own way to turn an object pointer into a function's. */
    *(void **)&get_list = dlsym(module->library, "C_GetFunctionList");
    if (get_list == NULL) {
        return unusable(err, path, "not a PKCS#11 module (no C_GetFunctionList)");
    }
    if (get_list(&api) != CKR_OK || api == NULL) {
        return unusable(err, path, "C_GetFunctionList failed");
    }
    CK_RV rv = api->C_GetInfo(&info);

    if (rv != CKR_CRYPTOKI_NOT_INITIALIZED) {
        return fws_error_set(err, FWS_E_MODULE,
                             "module '%s': C_GetInfo said %s (0x%lx) before C_Initialize", path,
                             fws_ckr_name(rv), rv);
    }
    module->api = api;
    return FWS_OK;
}

/* libp11 keeps the module's return value as the reason of an OpenSSL error. */
static CK_RV take_p11_error(void)
{
    unsigned long code = ERR_peek_last_error();
    CK_RV rv = CKR_OK;

    if (code != 0 && ERR_GET_LIB(code) == ERR_get_CKR_code()) {
        rv = (CK_RV)ERR_GET_REASON(code);
    }
    ERR_clear_error();
    return rv;
}

static enum fws_status start_failed(CK_RV rv, const char *function, struct fws_error *err)
{
    if (rv == CKR_OK) {
        return fws_error_set(err, FWS_E_HSM_UNAVAILABLE, "%s failed", function);
    }
    enum fws_status status = fws_ckr_error(err, rv, function);

    /* Whatever the module says, it cannot be used at all now. */
    return status == FWS_E_HSM_ERROR ? (err->status = FWS_E_HSM_UNAVAILABLE) : status;
}

static void copy_text(char out[FWS_URI_LABEL_SIZE], const char *text)
{
    (void)snprintf(out, FWS_URI_LABEL_SIZE, "%s", text == NULL ? "" : text);
}

static void keep_slots(struct fws_module *module)
{
    PKCS11_SLOT *slots = module->p11_slots;

    module->slot_count = 0;
    for (unsigned i = 0; i < module->p11_slot_count && module->slot_count < FWS_SLOTS_MAX; i++) {
        const PKCS11_TOKEN *token = slots[i].token;

        if (token == NULL) {
            continue;
        }
        struct fws_slot *slot = &module->slots[module->slot_count++];

        *slot = (struct fws_slot){.id = PKCS11_get_slotid_from_slot(&slots[i])};
        slot->token.initialized = token->initialized != 0;
        copy_text(slot->token.label, token->label);
        copy_text(slot->token.manufacturer, token->manufacturer);
        copy_text(slot->token.model, token->model);
        copy_text(slot->token.serial, token->serialnr);
    }
}

enum fws_status fws_module_start(struct fws_module *module, const char *path, CK_RV *rv,
                                 struct fws_error *err)
{
    PKCS11_CTX *context = PKCS11_CTX_new();
    PKCS11_SLOT *slots = NULL;

    *rv = CKR_OK;
    if (context == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for the PKCS#11 context");
    }
    if (PKCS11_CTX_load(context, path) != 0) {
        *rv = take_p11_error();
        PKCS11_CTX_free(context);
        return start_failed(*rv, "C_Initialize", err);
    }
    if (PKCS11_enumerate_slots(context, &slots, &module->p11_slot_count) != 0) {
        *rv = take_p11_error();
        PKCS11_CTX_unload(context);
        PKCS11_CTX_free(context);
        return start_failed(*rv, "C_GetSlotList", err);
    }
    module->context = context;
    module->p11_slots = slots;
    module->started = true;
    keep_slots(module);
    return FWS_OK;
}

void fws_module_stop(struct fws_module *module)
{
    if (!module->started) {
        return;
    }
    PKCS11_release_all_slots(module->context, module->p11_slots, module->p11_slot_count);
    PKCS11_CTX_unload(module->context);
    PKCS11_CTX_free(module->context);
    module->started = false;
    module->slot_count = 0;
}

void fws_text_from_padded(const unsigned char *field, size_t size, char *out)
{
    while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0')) {
        size--;
    }
    memcpy(out, field, size);
    out[size] = '\0';
}

CK_RV fws_module_token(const struct fws_module *module, CK_SLOT_ID slot, struct fws_token *out,
                       CK_FLAGS *flags)
{
    CK_TOKEN_INFO info;
    CK_RV rv = module->api->C_GetTokenInfo(slot, &info);

    *out = (struct fws_token){0};
    if (rv != CKR_OK) {
        return rv;
    }
    *flags = info.flags;
    fws_text_from_padded(info.label, sizeof info.label, out->label);
    fws_text_from_padded(info.manufacturerID, sizeof info.manufacturerID, out->manufacturer);
    fws_text_from_padded(info.model, sizeof info.model, out->model);
    fws_text_from_padded(info.serialNumber, sizeof info.serialNumber, out->serial);
    (void)snprintf(out->firmware, sizeof out->firmware, "%d.%d", info.firmwareVersion.major,
                   info.firmwareVersion.minor);
    out->initialized = (info.flags & CKF_TOKEN_INITIALIZED) != 0;
    out->pin_initialized = (info.flags & CKF_USER_PIN_INITIALIZED) != 0;
    out->login_required = (info.flags & CKF_LOGIN_REQUIRED) != 0;
    out->pin_count_low = (info.flags & CKF_USER_PIN_COUNT_LOW) != 0;
    out->pin_final_try = (info.flags & CKF_USER_PIN_FINAL_TRY) != 0;
    out->pin_locked = (info.flags & CKF_USER_PIN_LOCKED) != 0;
    out->pin_to_be_changed = (info.flags & CKF_USER_PIN_TO_BE_CHANGED) != 0;
    return CKR_OK;
}

void fws_module_describe(const struct fws_module *module, char out[FWS_URI_LABEL_SIZE])
{
    CK_INFO info;
    char description[sizeof info.libraryDescription + 1];

    out[0] = '\0';
    if (module->api->C_GetInfo(&info) == CKR_OK) {
        fws_text_from_padded(info.libraryDescription, sizeof info.libraryDescription, description);
        (void)snprintf(out, FWS_URI_LABEL_SIZE, "%s %d.%d", description, info.libraryVersion.major,
                       info.libraryVersion.minor);
    }
}
