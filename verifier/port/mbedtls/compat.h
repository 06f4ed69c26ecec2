/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few functions whose names or parameters changed between Mbed TLS 2.28 and 3.0. Mbed TLS has a
 * header for callers of old names, but none for changed parameters; and its generic interface, which
 * did not change, allocates where these do not.
 */
#ifndef FWS_VERIFIER_PORT_MBEDTLS_COMPAT_H
#define FWS_VERIFIER_PORT_MBEDTLS_COMPAT_H

#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>

#if MBEDTLS_VERSION_NUMBER >= 0x03000000

#define compat_sha256_starts mbedtls_sha256_starts
#define compat_sha256_update mbedtls_sha256_update
#define compat_sha256_finish mbedtls_sha256_finish
#define compat_sha512_starts mbedtls_sha512_starts
#define compat_sha512_update mbedtls_sha512_update
#define compat_sha512_finish mbedtls_sha512_finish

static inline void compat_rsa_init(mbedtls_rsa_context *rsa)
{
    mbedtls_rsa_init(rsa);
}

/* RSASSA-PSS of a SHA-256 digest with MGF1 over SHA-256. */
static inline int compat_pss_verify(mbedtls_rsa_context *rsa, const uint8_t *digest,
                                    unsigned int digest_size, int salt_size,
                                    const uint8_t *signature)
{
    return mbedtls_rsa_rsassa_pss_verify_ext(rsa, MBEDTLS_MD_SHA256, digest_size, digest,
                                             MBEDTLS_MD_SHA256, salt_size, signature);
}

#else

#define compat_sha256_starts mbedtls_sha256_starts_ret
#define compat_sha256_update mbedtls_sha256_update_ret
#define compat_sha256_finish mbedtls_sha256_finish_ret
#define compat_sha512_starts mbedtls_sha512_starts_ret
#define compat_sha512_update mbedtls_sha512_update_ret
#define compat_sha512_finish mbedtls_sha512_finish_ret

static inline void compat_rsa_init(mbedtls_rsa_context *rsa)
{
    mbedtls_rsa_init(rsa, MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
}

static inline int compat_pss_verify(mbedtls_rsa_context *rsa, const uint8_t *digest,
                                    unsigned int digest_size, int salt_size,
                                    const uint8_t *signature)
{
    return mbedtls_rsa_rsassa_pss_verify_ext(rsa, NULL, NULL, MBEDTLS_RSA_PUBLIC, MBEDTLS_MD_SHA256,
                                             digest_size, digest, MBEDTLS_MD_SHA256, salt_size,
                                             signature);
}

#endif

#endif
