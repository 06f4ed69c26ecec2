/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "keys/material.h"
#include "tests/unit/test.h"

#define P256_OID "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define ED_OID   "\x06\x03\x2b\x65\x70"
#define ED_NAME                                                                                    \
    "\x13\x0c"                                                                                     \
    "edwards25519"

static struct fws_material make(enum fws_material_kind kind, const void *value, size_t value_size,
                                const void *params, size_t params_size)
{
    struct fws_material material = {.kind = (uint8_t)kind};

    memcpy(material.value, value, value_size);
    material.value_size = value_size;
    memcpy(material.params, params, params_size);
    material.params_size = params_size;
    return material;
}

static void p256_point(uint8_t out[65])
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    size_t size = 0;

    assert_int_equal(EVP_PKEY_get_octet_string_param(pkey, "pub", out, 65, &size), 1);
    assert_int_equal(size, 65);
    EVP_PKEY_free(pkey);
}

TEST(an_ec_point_is_taken_bare_or_in_an_octet_string)
{
    uint8_t wrapped[67] = {0x04, 0x41};
    struct fws_pubkey a, b;
    struct fws_error err = {0};

    p256_point(wrapped + 2);
    struct fws_material material =
        make(FWS_MATERIAL_EC, wrapped, sizeof wrapped, P256_OID, sizeof P256_OID - 1);

    assert_status(fws_material_pubkey(&material, &a, &err), FWS_OK);
    assert_int_equal(a.alg, FWS_ALG_P256);
    material = make(FWS_MATERIAL_EC, wrapped + 2, 65, P256_OID, sizeof P256_OID - 1);
    assert_status(fws_material_pubkey(&material, &b, &err), FWS_OK);
    assert_memory_equal(a.spki_sha256, b.spki_sha256, 32);
}

TEST(an_ec_point_of_another_size_or_off_the_curve_is_refused)
{
    uint8_t wrapped[68] = {0x04, 0x41};
    struct fws_pubkey out;
    struct fws_error err = {0};

    p256_point(wrapped + 2);
    struct fws_material material =
        make(FWS_MATERIAL_EC, wrapped, 66, P256_OID, sizeof P256_OID - 1);

    assert_status(fws_material_pubkey(&material, &out, &err), FWS_E_PUBKEY);
    material = make(FWS_MATERIAL_EC, wrapped, 68, P256_OID, sizeof P256_OID - 1);
    assert_status(fws_material_pubkey(&material, &out, &err), FWS_E_PUBKEY);
    wrapped[66] ^= 1;
    material = make(FWS_MATERIAL_EC, wrapped, 67, P256_OID, sizeof P256_OID - 1);
    assert_status(fws_material_pubkey(&material, &out, &err), FWS_E_PUBKEY);
    wrapped[66] ^= 1;
    wrapped[1] = 0x40;
    material = make(FWS_MATERIAL_EC, wrapped, 67, P256_OID, sizeof P256_OID - 1);
    assert_status(fws_material_pubkey(&material, &out, &err), FWS_E_PUBKEY);
}

TEST(an_ed25519_key_is_taken_bare_or_in_an_octet_string)
{
    uint8_t wrapped[34] = {0x04, 0x20, 1, 2, 3};
    struct fws_pubkey a, b;
    struct fws_error err = {0};
    struct fws_material material =
        make(FWS_MATERIAL_EDWARDS, wrapped, sizeof wrapped, ED_OID, sizeof ED_OID - 1);

    assert_status(fws_material_pubkey(&material, &a, &err), FWS_OK);
    assert_int_equal(a.alg, FWS_ALG_ED25519);
    material = make(FWS_MATERIAL_EDWARDS, wrapped + 2, 32, ED_NAME, sizeof ED_NAME - 1);
    assert_status(fws_material_pubkey(&material, &b, &err), FWS_OK);
    assert_memory_equal(a.spki_sha256, b.spki_sha256, 32);
    material = make(FWS_MATERIAL_EDWARDS, wrapped, 33, ED_OID, sizeof ED_OID - 1);
    assert_status(fws_material_pubkey(&material, &a, &err), FWS_E_PUBKEY);
}

TEST(other_curves_are_named_and_sign_nothing)
{
    struct fws_pubkey out;
    struct fws_error err = {0};
    struct fws_material material = make(FWS_MATERIAL_EC, "\x04", 1, "\x06\x01\x2a", 3);

    assert_status(fws_material_pubkey(&material, &out, &err), FWS_OK);
    assert_int_equal(out.alg, FWS_ALG_NONE);
    assert_string_equal(out.type, "ec-other");
    material.kind = FWS_MATERIAL_EDWARDS;
    assert_status(fws_material_pubkey(&material, &out, &err), FWS_OK);
    assert_string_equal(out.type, "edwards-other");
}

TEST(raw_ecdsa_becomes_minimal_der)
{
    uint8_t raw[64] = {0};
    uint8_t out[FWS_SIGNATURE_MAX_SIZE];
    static const uint8_t expected[] = {0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x80};
    size_t size = 0;
    struct fws_error err = {0};

    raw[31] = 0x01;
    raw[63] = 0x80;
    assert_status(fws_signature_from_raw(raw, 64, FWS_ALG_P256, out, &size, &err), FWS_OK);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(out, expected, sizeof expected);
}

TEST(raw_ecdsa_of_another_size_is_refused)
{
    uint8_t raw[96] = {1};
    uint8_t out[FWS_SIGNATURE_MAX_SIZE];
    size_t size = 0;
    struct fws_error err = {0};

    assert_status(fws_signature_from_raw(raw, 63, FWS_ALG_P256, out, &size, &err),
                  FWS_E_HSM_SIGNATURE);
    assert_status(fws_signature_from_raw(raw, 96, FWS_ALG_P256, out, &size, &err),
                  FWS_E_HSM_SIGNATURE);
    assert_status(fws_signature_from_raw(raw, 0, FWS_ALG_P384, out, &size, &err),
                  FWS_E_HSM_SIGNATURE);
    assert_status(fws_signature_from_raw(raw, 96, FWS_ALG_P384, out, &size, &err), FWS_OK);
}

TEST_MAIN("keys/material")
