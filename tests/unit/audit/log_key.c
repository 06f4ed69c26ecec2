/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509.h>

#include "audit/note.h"
#include "tests/unit/audit/log_key.h"

static enum fws_status sign(void *context, const uint8_t *message, size_t size,
                            uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *signature_size,
                            struct fws_error *err)
{
    struct log_key *key = context;
    bool ed25519 = key->vkey.key.alg == FWS_ALG_ED25519;
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    if (key->before != NULL) {
        key->before(key->context);
    }
    if (key->refuses) {
        EVP_MD_CTX_free(md);
        return fws_error_set(err, FWS_E_HSM_UNAVAILABLE, "the test's token is away");
    }
    *signature_size = FWS_SIGNATURE_MAX_SIZE;
    assert_non_null(md);
    assert_int_equal(EVP_DigestSignInit(md, NULL, ed25519 ? NULL : EVP_sha256(), NULL, key->key),
                     1);
    assert_int_equal(EVP_DigestSign(md, signature, signature_size, message, size), 1);
    EVP_MD_CTX_free(md);
    signature[*signature_size / 2] ^= key->wrong ? 1 : 0;
    key->signatures++;
    return FWS_OK;
}

struct fws_buf sign_text(struct log_key *key, const void *text, size_t size)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t signature_size = 0;
    struct fws_buf note = {0};
    struct fws_error err = {0};

    assert_int_equal(sign(key, text, size, signature, &signature_size, &err), FWS_OK);
    assert_int_equal(fws_buf_append(&note, text, size, &err), FWS_OK);
    assert_int_equal(fws_buf_append(&note, "\n", 1, &err), FWS_OK);
    assert_int_equal(fws_note_line(&key->vkey, signature, signature_size, &note, &err), FWS_OK);
    return note;
}

struct fws_buf sign_checkpoint(struct log_key *key, uint64_t size, const uint8_t root[32])
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_checkpoint checkpoint = {.size = size};
    struct fws_error err = {0};

    memcpy(checkpoint.origin, key->vkey.name, sizeof checkpoint.origin);
    memcpy(checkpoint.root, root, sizeof checkpoint.root);
    assert_int_equal(fws_checkpoint_text(&checkpoint, &text, &err), FWS_OK);
    return sign_text(key, text.data, text.size);
}

void make_log_key(struct log_key *key, const char *origin, enum fws_algorithm alg)
{
    struct fws_error err = {0};
    struct fws_pubkey pub;
    unsigned char *spki = NULL;

    *key = (struct log_key){0};
    key->key = alg == FWS_ALG_ED25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                      : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    assert_non_null(key->key);
    int size = i2d_PUBKEY(key->key, &spki);

    assert_true(size > 0);
    assert_int_equal(fws_pubkey_from_spki(spki, (size_t)size, &pub, &err), FWS_OK);
    OPENSSL_free(spki);
    assert_int_equal(fws_vkey_make(origin, &pub, &key->vkey, &err), FWS_OK);
    key->signer = (struct fws_audit_signer){.vkey = &key->vkey, .sign = sign, .context = key};
    assert_int_equal(fws_trust_add(&key->trust, &key->vkey, &err), FWS_OK);
}

void free_log_key(struct log_key *key)
{
    fws_trust_free(&key->trust);
    EVP_PKEY_free(key->key);
    *key = (struct log_key){0};
}
