/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/x509.h>

#include "tests/unit/audit/note_key.h"

struct fws_pubkey public_of(EVP_PKEY *pkey)
{
    unsigned char *spki = NULL;
    int size = i2d_PUBKEY(pkey, &spki);
    struct fws_pubkey out;
    struct fws_error err = {0};

    assert_true(size > 0);
    assert_int_equal(fws_pubkey_from_spki(spki, (size_t)size, &out, &err), FWS_OK);
    OPENSSL_free(spki);
    return out;
}

struct log_key make_log_key(enum log_key_kind kind, const char *name)
{
    struct log_key key = {.pkey = kind == LOG_KEY_P256 ? EVP_EC_gen("P-256")
                                                       : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
    struct fws_error err = {0};

    assert_non_null(key.pkey);
    struct fws_pubkey pub = public_of(key.pkey);

    assert_int_equal(fws_vkey_make(name, &pub, &key.vkey, &err), FWS_OK);
    return key;
}

void log_key_free(struct log_key *key)
{
    EVP_PKEY_free(key->pkey);
    *key = (struct log_key){0};
}

struct fws_trust trust_in(const struct log_key *const *keys, size_t count)
{
    struct fws_trust trust = {0};
    struct fws_error err = {0};

    for (size_t i = 0; i < count; i++) {
        assert_int_equal(fws_trust_add(&trust, &keys[i]->vkey, &err), FWS_OK);
    }
    return trust;
}

size_t sign_text(const struct log_key *key, const void *text, size_t size,
                 uint8_t out[FWS_SIGNATURE_MAX_SIZE])
{
    const EVP_MD *md = EVP_PKEY_is_a(key->pkey, "EC") ? EVP_sha256() : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t used = FWS_SIGNATURE_MAX_SIZE;

    assert_non_null(context);
    assert_int_equal(EVP_DigestSignInit(context, NULL, md, NULL, key->pkey), 1);
    assert_int_equal(EVP_DigestSign(context, out, &used, text, size), 1);
    EVP_MD_CTX_free(context);
    return used;
}

void add_line(const struct log_key *key, const char *text, struct fws_buf *note)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    struct fws_error err = {0};
    size_t size = sign_text(key, text, strlen(text), signature);

    assert_int_equal(fws_note_line(&key->vkey, signature, size, note, &err), FWS_OK);
}

struct fws_buf make_note(const char *text, const struct log_key *const *keys, size_t count)
{
    struct fws_buf note = {0};
    struct fws_error err = {0};

    assert_int_equal(fws_buf_printf(&note, &err, "%s\n", text), FWS_OK);
    for (size_t i = 0; i < count; i++) {
        add_line(keys[i], text, &note);
    }
    return note;
}

struct fws_buf signed_by(const char *text, const struct log_key *key)
{
    return make_note(text, &key, 1);
}
