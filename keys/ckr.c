/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/ckr.h"

struct row {
    CK_RV rv;
    const char *name;
    enum fws_status status;
    const char *advice; /* NULL: the name says it */
};

#define ROW(name, status, advice)                                                                  \
    {                                                                                              \
        CKR_##name, "CKR_" #name, status, advice                                                   \
    }
#define ERROR(name)             ROW(name, FWS_E_HSM_ERROR, NULL)
#define ADVISE(name, advice)    ROW(name, FWS_E_HSM_ERROR, advice)
#define UNAVAILABLE(name, text) ROW(name, FWS_E_HSM_UNAVAILABLE, text)

static const struct row rows[] = {
    ROW(OK, FWS_OK, NULL),
    ROW(PIN_INCORRECT, FWS_E_PIN_WRONG, "the token does not accept this PIN"),
    ROW(PIN_INVALID, FWS_E_PIN_WRONG, "the PIN has characters the token does not accept"),
    ROW(PIN_LEN_RANGE, FWS_E_PIN_WRONG, "the PIN is shorter or longer than the token accepts"),
    ROW(PIN_EXPIRED, FWS_E_PIN_EXPIRED, "set a new PIN with the token's tool"),
    ROW(PIN_LOCKED, FWS_E_PIN_LOCKED, "the security officer must unlock the PIN"),
    ADVISE(PIN_TOO_WEAK, "choose a PIN that meets the token's rules"),
    ADVISE(USER_PIN_NOT_INITIALIZED, "the security officer must set a user PIN first"),

    UNAVAILABLE(DEVICE_ERROR, "check the HSM and the connection to it"),
    UNAVAILABLE(DEVICE_REMOVED, "the token was removed; connect it again"),
    UNAVAILABLE(TOKEN_NOT_PRESENT, "no token in the slot; connect it"),
    UNAVAILABLE(TOKEN_NOT_RECOGNIZED, "the module cannot read the token; check the HSM"),
    UNAVAILABLE(SESSION_HANDLE_INVALID, "the HSM dropped the session; try again"),
    UNAVAILABLE(SESSION_CLOSED, "the HSM closed the session; try again"),
    UNAVAILABLE(SESSION_COUNT, "the HSM has no free session; end other users' or try again"),
    UNAVAILABLE(CRYPTOKI_NOT_INITIALIZED, "the module lost its state; try again"),
    UNAVAILABLE(LIBRARY_LOAD_FAILED, "the module misses a library of its own"),
    UNAVAILABLE(FIPS_SELF_TEST_FAILED, "the HSM failed its self test; tell its vendor"),

    ADVISE(GENERAL_ERROR, "see the module's own log"),
    ADVISE(FUNCTION_FAILED, "see the module's own log"),
    ADVISE(HOST_MEMORY, "free memory and try again"),
    ADVISE(DEVICE_MEMORY, "the token has no space left"),
    ADVISE(MECHANISM_INVALID, "the token cannot sign this way; see its mechanism list"),
    ADVISE(MECHANISM_PARAM_INVALID, "the token refuses the mechanism's parameters"),
    ADVISE(KEY_FUNCTION_NOT_PERMITTED, "the key's attributes forbid signing"),
    ADVISE(KEY_TYPE_INCONSISTENT, "the key is of another type than its public object says"),
    ADVISE(KEY_HANDLE_INVALID, "the key is no longer there"),
    ADVISE(OBJECT_HANDLE_INVALID, "the object is no longer there"),
    ADVISE(USER_NOT_LOGGED_IN, "the token wants a login that did not happen or ended"),
    ADVISE(USER_ANOTHER_ALREADY_LOGGED_IN, "end the security officer's session first"),
    ADVISE(TOKEN_WRITE_PROTECTED, "the token is read-only"),
    ADVISE(ATTRIBUTE_VALUE_INVALID, "the token refuses a value of the key template"),
    ADVISE(TEMPLATE_INCONSISTENT, "the token refuses the key template"),
    ADVISE(CRYPTOKI_ALREADY_INITIALIZED, "something else in the worker uses the module"),

    ERROR(CANCEL),
    ERROR(SLOT_ID_INVALID),
    ERROR(ARGUMENTS_BAD),
    ERROR(NO_EVENT),
    ERROR(NEED_TO_CREATE_THREADS),
    ERROR(CANT_LOCK),
    ERROR(ATTRIBUTE_READ_ONLY),
    ERROR(ATTRIBUTE_SENSITIVE),
    ERROR(ATTRIBUTE_TYPE_INVALID),
    ERROR(ACTION_PROHIBITED),
    ERROR(DATA_INVALID),
    ERROR(DATA_LEN_RANGE),
    ERROR(ENCRYPTED_DATA_INVALID),
    ERROR(ENCRYPTED_DATA_LEN_RANGE),
    ERROR(FUNCTION_CANCELED),
    ERROR(FUNCTION_NOT_PARALLEL),
    ERROR(FUNCTION_NOT_SUPPORTED),
    ERROR(KEY_SIZE_RANGE),
    ERROR(KEY_NOT_NEEDED),
    ERROR(KEY_CHANGED),
    ERROR(KEY_NEEDED),
    ERROR(KEY_INDIGESTIBLE),
    ERROR(KEY_NOT_WRAPPABLE),
    ERROR(KEY_UNEXTRACTABLE),
    ERROR(OPERATION_ACTIVE),
    ERROR(OPERATION_NOT_INITIALIZED),
    ERROR(SESSION_PARALLEL_NOT_SUPPORTED),
    ERROR(SESSION_READ_ONLY),
    ERROR(SESSION_EXISTS),
    ERROR(SESSION_READ_ONLY_EXISTS),
    ERROR(SESSION_READ_WRITE_SO_EXISTS),
    ERROR(SIGNATURE_INVALID),
    ERROR(SIGNATURE_LEN_RANGE),
    ERROR(TEMPLATE_INCOMPLETE),
    ERROR(UNWRAPPING_KEY_SIZE_RANGE),
    ERROR(UNWRAPPING_KEY_TYPE_INCONSISTENT),
    ERROR(USER_ALREADY_LOGGED_IN),
    ERROR(USER_TYPE_INVALID),
    ERROR(USER_TOO_MANY_TYPES),
    ERROR(WRAPPED_KEY_INVALID),
    ERROR(WRAPPED_KEY_LEN_RANGE),
    ERROR(WRAPPING_KEY_HANDLE_INVALID),
    ERROR(WRAPPING_KEY_SIZE_RANGE),
    ERROR(WRAPPING_KEY_TYPE_INCONSISTENT),
    ERROR(RANDOM_SEED_NOT_SUPPORTED),
    ERROR(RANDOM_NO_RNG),
    ERROR(DOMAIN_PARAMS_INVALID),
    ERROR(CURVE_NOT_SUPPORTED),
    ERROR(BUFFER_TOO_SMALL),
    ERROR(SAVED_STATE_INVALID),
    ERROR(INFORMATION_SENSITIVE),
    ERROR(STATE_UNSAVEABLE),
    ERROR(MUTEX_BAD),
    ERROR(MUTEX_NOT_LOCKED),
    ERROR(NEW_PIN_MODE),
    ERROR(NEXT_OTP),
    ERROR(EXCEEDED_MAX_ITERATIONS),
    ERROR(PUBLIC_KEY_INVALID),
    ERROR(FUNCTION_REJECTED),
};

static const struct row vendor = {CKR_VENDOR_DEFINED, "CKR_VENDOR_DEFINED", FWS_E_HSM_ERROR,
                                  "see the vendor's manual"};
static const struct row unknown = {0, "unknown CKR", FWS_E_HSM_ERROR, NULL};

static const struct row *find_row(CK_RV rv)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].rv == rv) {
            return &rows[i];
        }
    }
    return (rv & CKR_VENDOR_DEFINED) != 0 ? &vendor : &unknown;
}

const char *fws_ckr_name(CK_RV rv)
{
    return find_row(rv)->name;
}

enum fws_status fws_ckr_status(CK_RV rv)
{
    return find_row(rv)->status;
}

bool fws_ckr_lost(CK_RV rv)
{
    switch (rv) {
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_CRYPTOKI_NOT_INITIALIZED:
    case CKR_OBJECT_HANDLE_INVALID:
    case CKR_KEY_HANDLE_INVALID:
        return true;
    default:
        return false;
    }
}

bool fws_ckr_transient(CK_RV rv)
{
    return rv == CKR_TOKEN_NOT_RECOGNIZED || rv == CKR_GENERAL_ERROR;
}

enum fws_status fws_ckr_error(struct fws_error *err, CK_RV rv, const char *function)
{
    const struct row *row = find_row(rv);

    return fws_error_set(err, row->status, "%s: %s (0x%lx)%s%s", function, row->name, rv,
                         row->advice == NULL ? "" : ": ", row->advice == NULL ? "" : row->advice);
}
