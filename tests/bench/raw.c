/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/raw.h"

static void need(CK_RV rv, const char *what)
{
    if (rv != CKR_OK) {
        (void)fprintf(stderr, "%s: 0x%lx\n", what, rv);
        exit(1);
    }
}

static void login(struct raw *raw, const char *pin_file)
{
    char pin[256];
    FILE *file = fopen(pin_file, "r");
    size_t size = file != NULL ? fread(pin, 1, sizeof pin, file) : 0;

    if (file != NULL) {
        (void)fclose(file);
    }
    need(raw->p11->C_Login(raw->session, CKU_USER, (unsigned char *)pin, size), "C_Login");
}

static void find(struct raw *raw, const char *label)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    char text[64];
    CK_ULONG count = 0;

    (void)snprintf(text, sizeof text, "%s", label);
    CK_ATTRIBUTE template[] = {
        {CKA_CLASS, &class, sizeof class},
        {CKA_LABEL, text, strlen(text)},
    };

    need(raw->p11->C_FindObjectsInit(raw->session, template, 2), "C_FindObjectsInit");
    need(raw->p11->C_FindObjects(raw->session, &raw->key, 1, &count), "C_FindObjects");
    need(raw->p11->C_FindObjectsFinal(raw->session), "C_FindObjectsFinal");
    if (count != 1) {
        (void)fprintf(stderr, "no key '%s'\n", label);
        exit(1);
    }
}

void raw_open(struct raw *raw, const char *module, const char *pin_file, const char *label)
{
    void *library = dlopen(module, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get = NULL;
    CK_C_INITIALIZE_ARGS locking = {.flags = CKF_OS_LOCKING_OK};
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;

    if (library != NULL) {
        *(void **)&get = dlsym(library, "C_GetFunctionList");
    }
    if (get == NULL) {
        (void)fprintf(stderr, "%s: %s\n", module, dlerror());
        exit(1);
    }
    need(get(&raw->p11), "C_GetFunctionList");
    need(raw->p11->C_Initialize(&locking), "C_Initialize");
    need(raw->p11->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    need(raw->p11->C_OpenSession(slots[0], CKF_SERIAL_SESSION, NULL, NULL, &raw->session),
         "C_OpenSession");
    login(raw, pin_file);
    find(raw, label);
}

void raw_sign(struct raw *raw, const unsigned char digest[32], unsigned char out[64])
{
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    unsigned char copy[32];
    CK_ULONG size = 64;

    memcpy(copy, digest, sizeof copy);
    need(raw->p11->C_SignInit(raw->session, &mechanism, raw->key), "C_SignInit");
    need(raw->p11->C_Sign(raw->session, copy, sizeof copy, out, &size), "C_Sign");
}

void raw_close(struct raw *raw)
{
    need(raw->p11->C_Finalize(NULL), "C_Finalize");
}
