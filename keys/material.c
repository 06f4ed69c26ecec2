/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <stdio.h>
#include <string.h>

#include "bytes/bytes.h"
#include "keys/material.h"

#define ED25519_KEY_SIZE 32u

struct curve {
    const char *group; /* OpenSSL's name */
    size_t point_size;
    uint8_t params[10]; /* the OID, DER */
    size_t params_size;
};

static const struct curve curves[] = {
    {"P-256", 65, {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}, 10},
    {"P-384", 97, {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22}, 7},
    {"P-521", 133, {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23}, 7},
};

/* CKA_EC_PARAMS of Ed25519: the OID, or the curve's name as PrintableString. */
static const uint8_t ed25519_oid[] = {0x06, 0x03, 0x2b, 0x65, 0x70};
static const uint8_t ed25519_name[] = {0x13, 0x0c, 'e', 'd', 'w', 'a', 'r',
                                       'd',  's',  '2', '5', '5', '1', '9'};

static bool equals(const struct fws_material *material, const uint8_t *params, size_t size)
{
    return material->params_size == size && memcmp(material->params, params, size) == 0;
}

/*
 * The point of exactly size bytes: bare, as older modules and imported Edwards keys have it, or in
 * an OCTET STRING, as the standard says. Size decides, as the first byte of both may be 0x04.
 */
static const uint8_t *find_point(const struct fws_material *material, size_t size)
{
    struct fws_reader in = fws_reader_init(material->value, material->value_size);

    if (in.left == size) {
        return in.data;
    }
    uint8_t tag = fws_reader_u8(&in);
    uint8_t length = fws_reader_u8(&in);

    if (length == 0x81) {
        length = fws_reader_u8(&in);
    }
    return !in.bad && tag == 0x04 && length == size && in.left == size ? in.data : NULL;
}

static enum fws_status other_kind(struct fws_pubkey *out, const char *type)
{
    *out = (struct fws_pubkey){0};
    (void)snprintf(out->type, sizeof out->type, "%s", type);
    return FWS_OK;
}

static enum fws_status from_ec(const struct fws_material *material, struct fws_pubkey *out,
                               struct fws_error *err)
{
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        if (!equals(material, curves[i].params, curves[i].params_size)) {
            continue;
        }
        const uint8_t *point = find_point(material, curves[i].point_size);

        if (point == NULL) {
            return fws_error_set(err, FWS_E_PUBKEY,
                                 "public key: CKA_EC_POINT of %zu bytes is no "
                                 "point of %s",
                                 material->value_size, curves[i].group);
        }
        return fws_pubkey_from_ec(curves[i].group, point, curves[i].point_size, out, err);
    }
    return other_kind(out, "ec-other");
}

static enum fws_status from_edwards(const struct fws_material *material, struct fws_pubkey *out,
                                    struct fws_error *err)
{
    if (!equals(material, ed25519_oid, sizeof ed25519_oid) &&
        !equals(material, ed25519_name, sizeof ed25519_name)) {
        return other_kind(out, "edwards-other");
    }
    const uint8_t *point = find_point(material, ED25519_KEY_SIZE);

    if (point == NULL) {
        return fws_error_set(err, FWS_E_PUBKEY,
                             "public key: CKA_EC_POINT of %zu bytes is no Ed25519 key",
                             material->value_size);
    }
    return fws_pubkey_from_ed25519(point, out, err);
}

enum fws_status fws_material_pubkey(const struct fws_material *material, struct fws_pubkey *out,
                                    struct fws_error *err)
{
    switch (material->kind) {
    case FWS_MATERIAL_RSA:
        return fws_pubkey_from_rsa(material->value, material->value_size, material->params,
                                   material->params_size, out, err);
    case FWS_MATERIAL_EC:
        return from_ec(material, out, err);
    case FWS_MATERIAL_EDWARDS:
        return from_edwards(material, out, err);
    default:
        return other_kind(out, "unknown");
    }
}

enum fws_status fws_signature_from_raw(const uint8_t *raw, size_t raw_size, enum fws_algorithm alg,
                                       uint8_t out[FWS_SIGNATURE_MAX_SIZE], size_t *out_size,
                                       struct fws_error *err)
{
    size_t half = alg == FWS_ALG_P384 ? 48 : 32;

    if (raw_size != 2 * half) {
        return fws_error_set(err, FWS_E_HSM_SIGNATURE, "signature of %zu bytes instead of %zu",
                             raw_size, 2 * half);
    }
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(raw, (int)half, NULL);
    BIGNUM *s = BN_bin2bn(raw + half, (int)half, NULL);
    enum fws_status status = FWS_OK;

    if (sig == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(sig, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        status = fws_error_set(err, FWS_E_MEMORY, "no memory for a signature");
    } else {
        unsigned char *at = out;

        /* At most 2 * (48 + 3) + 3 bytes. */
        *out_size = (size_t)i2d_ECDSA_SIG(sig, &at);
    }
    ECDSA_SIG_free(sig);
    return status;
}
