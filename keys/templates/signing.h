/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The templates of signing keys: every attribute that decides what a key may do is stated, because
 * tokens have silent defaults such as SENSITIVE = 0 and DECRYPT = 1.
 *
 * Attributes that are only checked, never sent (LOCAL, ALWAYS_SENSITIVE, NEVER_EXTRACTABLE), are
 * read-only; see fws_key_check_fit.
 */
#ifndef FWS_KEYS_TEMPLATES_SIGNING_H
#define FWS_KEYS_TEMPLATES_SIGNING_H

#include <p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stddef.h>

#include "bytes/algorithm.h"

struct fws_template_flag {
    CK_ATTRIBUTE_TYPE type;
    CK_BBOOL value;
    bool required; /* false: left out when the token refuses the template with it */
};

/* What distinguishes the algorithms. */
struct fws_template_kind {
    enum fws_algorithm alg;
    CK_MECHANISM_TYPE generate;
    CK_MECHANISM_TYPE sign; /* the one allowed mechanism */
    CK_KEY_TYPE type;
    const CK_BYTE *ec_params; /* DER; NULL for RSA */
    CK_ULONG ec_params_size;
    CK_ULONG modulus_bits; /* RSA */
};

extern const struct fws_template_flag fws_template_private[];
extern const size_t fws_template_private_count;
extern const struct fws_template_flag fws_template_public[];
extern const size_t fws_template_public_count;

/* NULL when there is none. */
const struct fws_template_kind *fws_template_kind(enum fws_algorithm alg);

#endif
