/* SPDX-License-Identifier: Apache-2.0 */
/* The installed headers compile, the libraries link, and a judgement comes out. */
#include <stdio.h>
#include <string.h>

#include "verifier/builtin/builtin.h"
#include "verifier/port/openssl/openssl.h"
#include "verifier/verifier.h"

static enum fws_status read_zeros(void *context, uint32_t offset, void *out, size_t size)
{
    (void)context;
    (void)offset;
    memset(out, 0, size);
    return FWS_OK;
}

int main(void)
{
    static struct fws_verify_work work;
    static const struct fws_hash_function *const hashes[] = {&fws_builtin_sha256_mid, NULL};
    static const struct fws_signature_scheme *const schemes[] = {&fws_builtin_p256,
                                                                 &fws_openssl_p384, NULL};
    struct fws_verify_policy policy = {.hashes = hashes, .schemes = schemes};
    struct fws_verify_io io = {.read = read_zeros, .size = 4096};
    struct fws_verify_report report;
    uint32_t evidence = fws_verify(&policy, &io, &work, &report);

    printf("%s\n", fws_status_name(report.reason));
    return fws_verify_refused(evidence) && report.reason == FWS_E_MAGIC ? 0 : 1;
}
