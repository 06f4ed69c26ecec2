/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A public key as a token shows it: attribute values, taken apart on the caller's side of the
 * worker, because they come from the vendor's code.
 */
#ifndef FWS_KEYS_MATERIAL_H
#define FWS_KEYS_MATERIAL_H

#include "keys/keys.h"

enum fws_material_kind {
    FWS_MATERIAL_NONE,    /* no public object, or a key type without one */
    FWS_MATERIAL_RSA,     /* value: modulus, params: exponent */
    FWS_MATERIAL_EC,      /* value: EC_POINT, params: EC_PARAMS */
    FWS_MATERIAL_EDWARDS, /* the same */
};

#define FWS_MATERIAL_VALUE_MAX  1040u /* an RSA-8192 modulus */
#define FWS_MATERIAL_PARAMS_MAX 64u

struct fws_material {
    uint8_t kind; /* enum fws_material_kind */
    uint8_t value[FWS_MATERIAL_VALUE_MAX];
    size_t value_size;
    uint8_t params[FWS_MATERIAL_PARAMS_MAX];
    size_t params_size;
};

/*
 * Build the public key. A key of a kind no image can be signed with is FWS_OK with alg
 * FWS_ALG_NONE and a type for people. FWS_E_PUBKEY when the values are no key.
 */
FWS_MUST_USE enum fws_status fws_material_pubkey(const struct fws_material *material,
                                                 struct fws_pubkey *out, struct fws_error *err);

/* Raw r||s of one curve to minimal DER. FWS_E_HSM_SIGNATURE when the size is not the curve's. */
FWS_MUST_USE enum fws_status fws_signature_from_raw(const uint8_t *raw, size_t raw_size,
                                                    enum fws_algorithm alg,
                                                    uint8_t out[FWS_SIGNATURE_MAX_SIZE],
                                                    size_t *out_size, struct fws_error *err);

#endif
