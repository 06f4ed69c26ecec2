/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vendor's module in the worker. libp11 loads and initialises it and lists the slots once;
 * everything after that is raw Cryptoki through api.
 */
#ifndef FWS_KEYS_MODULE_H
#define FWS_KEYS_MODULE_H

#include <p11-kit/pkcs11.h>

#include "keys/keys.h"

#define FWS_SLOTS_MAX 64u

struct fws_slot {
    CK_SLOT_ID id;
    struct fws_token token; /* as it was when the module started */
};

struct fws_module {
    void *library;         /* of dlopen */
    CK_FUNCTION_LIST *api; /* NULL = not loaded */
    void *context;         /* libp11's */
    void *p11_slots;       /* libp11's, p11_slot_count of them */
    unsigned p11_slot_count;
    bool started;
    struct fws_slot slots[FWS_SLOTS_MAX]; /* those with a token */
    size_t slot_count;
};

/*
 * Map the module and ask for its function list. FWS_E_MODULE when it is none, or when somebody else
 * in this process has initialised it, as it is not known then whether it locks.
 */
FWS_MUST_USE enum fws_status fws_module_load(struct fws_module *module, const char *path,
                                             struct fws_error *err);

/* C_Initialize and the slot list. rv tells the cause of a failure, CKR_OK when there is none. */
FWS_MUST_USE enum fws_status fws_module_start(struct fws_module *module, const char *path,
                                              CK_RV *rv, struct fws_error *err);

/* C_Finalize. Sessions must have been closed. */
void fws_module_stop(struct fws_module *module);

/* The state of a token now. */
CK_RV fws_module_token(const struct fws_module *module, CK_SLOT_ID slot, struct fws_token *out,
                       CK_FLAGS *flags);

/* The module's description and version. */
void fws_module_describe(const struct fws_module *module, char out[FWS_URI_LABEL_SIZE]);

/* Copy a blank-padded field of Cryptoki to a text without the padding. */
void fws_text_from_padded(const unsigned char *field, size_t size, char *out);

#endif
