/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PKCS#11 module that stands before a real one and misbehaves on demand.
 *
 *     FWSIGN_MOCK_REAL     path of the module that does the work
 *     FWSIGN_MOCK_RULES    which call goes wrong, and how (faults.h)
 *     FWSIGN_MOCK_JOURNAL  what was called, and what came of it (journal.h)
 *
 * A session in use by two threads at once, which real modules answer with a crash now and then,
 * ends the process with SIGABRT and the journal line "FUNCTION shared-session".
 */
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#include "tests/mock/faults.h"
#include "tests/mock/functions.h"
#include "tests/mock/journal.h"

#define BUSY_MAX           256u
#define SIGNATURE_ROOM     1024u
#define MILLISECONDS_IN_NS 1000000l

static CK_FUNCTION_LIST *real;

static pthread_mutex_t busy_lock = PTHREAD_MUTEX_INITIALIZER;
static CK_SESSION_HANDLE busy[BUSY_MAX]; /* sessions inside a call; 0 = free place */

/* ---- One session, one thread ---- */

static void session_enter(const char *function, CK_SESSION_HANDLE session)
{
    size_t place = BUSY_MAX;

    if (session == NO_SESSION) {
        return;
    }
    pthread_mutex_lock(&busy_lock);
    for (size_t i = 0; i < BUSY_MAX; i++) {
        if (busy[i] == session) {
            mock_journal(function, "shared-session");
            abort();
        }
        if (busy[i] == NO_SESSION) {
            place = i;
        }
    }
    if (place == BUSY_MAX) {
        abort();
    }
    busy[place] = session;
    pthread_mutex_unlock(&busy_lock);
}

static void session_leave(CK_SESSION_HANDLE session)
{
    if (session == NO_SESSION) {
        return;
    }
    pthread_mutex_lock(&busy_lock);
    for (size_t i = 0; i < BUSY_MAX; i++) {
        if (busy[i] == session) {
            busy[i] = NO_SESSION;
        }
    }
    pthread_mutex_unlock(&busy_lock);
}

/* ---- Around each call ---- */

static _Noreturn void hang(void)
{
    for (;;) {
        pause();
    }
}

static void crash(void)
{
    /* A sanitizer's handler would turn the signal into an orderly exit. */
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void sleep_ms(unsigned long ms)
{
    struct timespec pause_for = {(time_t)(ms / 1000), (long)(ms % 1000) * MILLISECONDS_IN_NS};

    nanosleep(&pause_for, NULL);
}

static const struct mock_fault *call_begin(const char *function, CK_SESSION_HANDLE session)
{
    session_enter(function, session);
    const struct mock_fault *fault = mock_fault_find(function);
    if (fault == NULL) {
        return NULL;
    }
    switch (fault->action) {
    case MOCK_HANG:
        mock_journal(function, fault->name);
        hang();
    case MOCK_CRASH:
        mock_journal(function, fault->name);
        crash();
        break;
    case MOCK_EXIT:
        mock_journal(function, fault->name);
        _exit(0);
    case MOCK_SLOW:
        sleep_ms(fault->value);
        break;
    default:
        break;
    }
    return fault;
}

static CK_RV call_end(const char *function, CK_SESSION_HANDLE session, CK_RV rv)
{
    mock_journal(function, mock_rv_name(rv));
    session_leave(session);

    return rv;
}

static bool answers(const struct mock_fault *fault)
{
    return fault != NULL && fault->action == MOCK_ANSWER;
}

/* ---- Functions passed on ---- */

#define PASS_ON(name, session, parameters, arguments)                                              \
    static CK_RV mock_##name parameters                                                            \
    {                                                                                              \
        const struct mock_fault *fault = call_begin(#name, session);                               \
        CK_RV rv = answers(fault) ? fault->value : real->name arguments;                           \
        return call_end(#name, session, rv);                                                       \
    }

MOCK_PLAIN_FUNCTIONS(PASS_ON)

/* ---- Functions whose results faults alter ---- */

static CK_RV mock_C_GetTokenInfo(CK_SLOT_ID slot_id, CK_TOKEN_INFO *info)
{
    const struct mock_fault *fault = call_begin("C_GetTokenInfo", NO_SESSION);
    CK_RV rv = answers(fault) ? fault->value : real->C_GetTokenInfo(slot_id, info);

    if (rv == CKR_OK && fault != NULL && fault->action == MOCK_TOKEN_FLAG) {
        info->flags |= fault->value;
    }
    return call_end("C_GetTokenInfo", NO_SESSION, rv);
}

static CK_RV mock_C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *object,
                                CK_ULONG max_object_count, CK_ULONG *object_count)
{
    const struct mock_fault *fault = call_begin("C_FindObjects", session);
    CK_RV rv = answers(fault)
                   ? fault->value
                   : real->C_FindObjects(session, object, max_object_count, object_count);

    if (rv == CKR_OK && fault != NULL && fault->action == MOCK_NO_OBJECTS) {
        *object_count = 0;
    }
    return call_end("C_FindObjects", session, rv);
}

static void signature_spoil(const struct mock_fault *fault, CK_BYTE *signature, CK_ULONG room,
                            CK_ULONG *size)
{
    if (fault->action == MOCK_FLIP && *size > 0) {
        signature[*size - 1] ^= 1;
    } else if (fault->action == MOCK_DROP && *size >= fault->value) {
        *size -= fault->value;
    } else if (fault->action == MOCK_HALVE) {
        *size /= 2;
    } else if (fault->action == MOCK_EMPTY) {
        *size = 0;
    } else if (fault->action == MOCK_OVERLONG) {
        *size = room + fault->value;
    }
}

static CK_RV mock_C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
                         CK_BYTE *signature, CK_ULONG *signature_len)
{
    CK_BYTE lost[SIGNATURE_ROOM];
    CK_ULONG lost_len = sizeof lost;
    CK_ULONG room = *signature_len;
    const char *function = signature == NULL ? "C_Sign-length" : "C_Sign";
    const struct mock_fault *fault = call_begin(function, session);

    if (answers(fault)) {
        /* By the standard a C_Sign that fails ends the operation, so the real one must end too. */
        (void)real->C_Sign(session, data, data_len, lost, &lost_len);
        return call_end(function, session, fault->value);
    }
    CK_RV rv = real->C_Sign(session, data, data_len, signature, signature_len);
    if (rv == CKR_OK && signature != NULL && fault != NULL) {
        signature_spoil(fault, signature, room, signature_len);
    }
    return call_end(function, session, rv);
}

static CK_RV mock_C_SignFinal(CK_SESSION_HANDLE session, CK_BYTE *signature,
                              CK_ULONG *signature_len)
{
    CK_BYTE lost[SIGNATURE_ROOM];
    CK_ULONG lost_len = sizeof lost;
    CK_ULONG room = *signature_len;
    const char *function = signature == NULL ? "C_SignFinal-length" : "C_SignFinal";
    const struct mock_fault *fault = call_begin(function, session);

    if (answers(fault)) {
        (void)real->C_SignFinal(session, lost, &lost_len);
        return call_end(function, session, fault->value);
    }
    CK_RV rv = real->C_SignFinal(session, signature, signature_len);
    if (rv == CKR_OK && signature != NULL && fault != NULL) {
        signature_spoil(fault, signature, room, signature_len);
    }
    return call_end(function, session, rv);
}

/* ---- The one symbol ---- */

#define MEMBER(name, session, parameters, arguments) .name = mock_##name,

static CK_FUNCTION_LIST functions = {.version = {2, 40},
                                     .C_GetFunctionList = C_GetFunctionList,
                                     .C_GetTokenInfo = mock_C_GetTokenInfo,
                                     .C_FindObjects = mock_C_FindObjects,
                                     .C_Sign = mock_C_Sign,
                                     .C_SignFinal = mock_C_SignFinal,
                                     MOCK_PLAIN_FUNCTIONS(MEMBER)};

static void real_load(void)
{
    const char *path = getenv("FWSIGN_MOCK_REAL");
    void *module = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    CK_C_GetFunctionList get = NULL;

    if (module != NULL) {
        *(void **)&get = dlsym(module, "C_GetFunctionList");
    }
    if (get == NULL || get(&real) != CKR_OK) {
        fprintf(stderr, "mock: FWSIGN_MOCK_REAL names no PKCS#11 module\n");
        real = NULL;
    }
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const struct mock_fault *fault = call_begin("C_GetFunctionList", NO_SESSION);

    if (answers(fault)) {
        return call_end("C_GetFunctionList", NO_SESSION, fault->value);
    }
    pthread_once(&once, real_load);
    *list = &functions;

    return call_end("C_GetFunctionList", NO_SESSION, real != NULL ? CKR_OK : CKR_GENERAL_ERROR);
}
