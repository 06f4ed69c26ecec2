/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/templates/signing.h"

/*
 * Required first. Of the preferred ones the last is left out first: those at the end are refused
 * by the most tokens.
 */
const struct fws_template_flag fws_template_private[] = {
    {CKA_TOKEN, CK_TRUE, true},      {CKA_PRIVATE, CK_TRUE, true},
    {CKA_SENSITIVE, CK_TRUE, true},  {CKA_EXTRACTABLE, CK_FALSE, true},
    {CKA_SIGN, CK_TRUE, true},       {CKA_DECRYPT, CK_FALSE, false},
    {CKA_UNWRAP, CK_FALSE, false},   {CKA_SIGN_RECOVER, CK_FALSE, false},
    {CKA_DERIVE, CK_FALSE, false},   {CKA_MODIFIABLE, CK_FALSE, false},
    {CKA_COPYABLE, CK_FALSE, false},
};
const size_t fws_template_private_count =
    sizeof fws_template_private / sizeof fws_template_private[0];

/* Not PRIVATE: a key can be listed, and its signatures checked, without the PIN. */
const struct fws_template_flag fws_template_public[] = {
    {CKA_TOKEN, CK_TRUE, true},        {CKA_PRIVATE, CK_FALSE, true},
    {CKA_VERIFY, CK_TRUE, true},       {CKA_ENCRYPT, CK_FALSE, false},
    {CKA_WRAP, CK_FALSE, false},       {CKA_VERIFY_RECOVER, CK_FALSE, false},
    {CKA_MODIFIABLE, CK_FALSE, false},
};
const size_t fws_template_public_count = sizeof fws_template_public / sizeof fws_template_public[0];

static const CK_BYTE p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const CK_BYTE p384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
static const CK_BYTE ed25519[] = {0x06, 0x03, 0x2b, 0x65, 0x70};

static const struct fws_template_kind kinds[] = {
    {FWS_ALG_RSA2048, CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS_PSS, CKK_RSA, NULL, 0, 2048},
    {FWS_ALG_RSA3072, CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS_PSS, CKK_RSA, NULL, 0, 3072},
    {FWS_ALG_P256, CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, CKK_EC, p256, sizeof p256, 0},
    {FWS_ALG_P384, CKM_EC_KEY_PAIR_GEN, CKM_ECDSA, CKK_EC, p384, sizeof p384, 0},
    {FWS_ALG_ED25519, CKM_EC_EDWARDS_KEY_PAIR_GEN, CKM_EDDSA, CKK_EC_EDWARDS, ed25519,
     sizeof ed25519, 0},
};

const struct fws_template_kind *fws_template_kind(enum fws_algorithm alg)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].alg == alg) {
            return &kinds[i];
        }
    }
    return NULL;
}
