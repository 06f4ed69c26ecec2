/* SPDX-License-Identifier: Apache-2.0 */
/* The floor of the signing benchmarks: what PKCS#11 itself costs, with nothing around it. */
#ifndef FWS_TESTS_BENCH_RAW_H
#define FWS_TESTS_BENCH_RAW_H

#include <p11-kit/pkcs11.h>
#include <stddef.h>

struct raw {
    CK_FUNCTION_LIST *p11;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;
};

/* dlopen, C_Initialize, C_Login, C_FindObjects; exits with a message when anything fails. */
void raw_open(struct raw *raw, const char *module, const char *pin_file, const char *label);

/* C_Sign by CKM_ECDSA over a 32-byte digest; out has room for 64 bytes. */
void raw_sign(struct raw *raw, const unsigned char digest[32], unsigned char out[64]);

void raw_close(struct raw *raw);

#endif
