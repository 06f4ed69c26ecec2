/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/audit/key.h"

static enum fws_status sign(void *context, const uint8_t *message, size_t size,
                            uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *signature_size,
                            struct fws_error *err)
{
    struct soft_key *key = context;
    bool ed25519 = key->vkey.key.alg == FWS_ALG_ED25519;

    if (key->fault == TOKEN_REFUSES) {
        return fws_error_set(err, FWS_E_HSM_UNAVAILABLE, "the token is away");
    }
    while (key->fault == TOKEN_HANGS) {
        (void)pause();
    }
    if (key->fault == TOKEN_SLOW) {
        (void)usleep(60000);
    }
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    *signature_size = FWS_SIGNATURE_MAX_SIZE;
    bool done = md != NULL &&
                EVP_DigestSignInit(md, NULL, ed25519 ? NULL : EVP_sha256(), NULL, key->key) == 1 &&
                EVP_DigestSign(md, signature, signature_size, message, size) == 1;

    EVP_MD_CTX_free(md);
    signature[*signature_size / 2] ^= key->fault == TOKEN_WRONG ? 1 : 0;
    return done ? FWS_OK : fws_error_set(err, FWS_E_BACKEND, "signing in software failed");
}

enum fws_status soft_key_make(const char *kind, const char *path, struct fws_error *err)
{
    EVP_PKEY *key = strcmp(kind, "ed25519") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
                                                 : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    FILE *file = fopen(path, "wx");
    bool done = key != NULL && file != NULL &&
                PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;

    done = file != NULL && fclose(file) == 0 && done;
    EVP_PKEY_free(key);
    return done ? FWS_OK : fws_error_errno(err, errno, "'%s'", path);
}

static enum fws_status set_vkey(struct soft_key *key, struct fws_error *err)
{
    struct fws_pubkey pub;
    unsigned char *spki = NULL;
    int size = i2d_PUBKEY(key->key, &spki);

    if (size <= 0) {
        return fws_error_set(err, FWS_E_BACKEND, "no public key");
    }
    enum fws_status status = fws_pubkey_from_spki(spki, (size_t)size, &pub, err);

    OPENSSL_free(spki);
    return status == FWS_OK ? fws_vkey_make(KEY_ORIGIN, &pub, &key->vkey, err) : status;
}

enum fws_status soft_key_load(struct soft_key *key, const char *path, struct fws_trust *trust,
                              struct fws_error *err)
{
    FILE *file = fopen(path, "re");

    *key = (struct soft_key){0};
    if (file == NULL) {
        return fws_error_errno(err, errno, "'%s'", path);
    }
    key->key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    (void)fclose(file);
    if (key->key == NULL) {
        return fws_error_set(err, FWS_E_PUBKEY, "'%s': no private key", path);
    }
    enum fws_status status = set_vkey(key, err);

    key->signer = (struct fws_audit_signer){.vkey = &key->vkey, .sign = sign, .context = key};
    return status == FWS_OK && trust != NULL ? fws_trust_add(trust, &key->vkey, err) : status;
}

void soft_key_free(struct soft_key *key)
{
    EVP_PKEY_free(key->key);
    *key = (struct soft_key){0};
}
