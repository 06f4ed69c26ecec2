/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in PEM files: for development, and refused where the policy does not allow them. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys/message.h"

struct fws_soft_key {
    EVP_PKEY *pkey;
    struct fws_pubkey pub;
};

/* Never ask for a passphrase on a terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static enum fws_status read_pem(const char *path, struct fws_secret *out, struct fws_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0) {
        return fws_error_errno(err, errno, "'%s'", path);
    }
    enum fws_status status = fws_secret_read(fd, out, err);

    (void)close(fd);
    return status == FWS_OK ? FWS_OK : fws_error_wrap(err, "'%s'", path);
}

static EVP_PKEY *parse_pem(const struct fws_secret *pem)
{
    BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->size);
    EVP_PKEY *pkey = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);

    BIO_free(bio);
    ERR_clear_error();
    return pkey;
}

static enum fws_status fill_pubkey(EVP_PKEY *pkey, struct fws_pubkey *out, struct fws_error *err)
{
    unsigned char *spki = NULL;
    int size = i2d_PUBKEY(pkey, &spki);

    if (size <= 0) {
        return fws_error_set(err, FWS_E_PUBKEY, "public key: cannot be written");
    }
    enum fws_status status = fws_pubkey_from_spki(spki, (size_t)size, out, err);

    OPENSSL_free(spki);
    return status;
}

static void describe(const char *path, const struct fws_pubkey *pub, struct fws_key *key)
{
    const char *slash = strrchr(path, '/');
    char quoted[FWS_ERROR_QUOTE_SIZE];
    const char *name = slash == NULL ? path : slash + 1;

    *key = (struct fws_key){.pub = *pub, .has_private = true, .sign = true, .software = true};
    key->extractable = true;
    (void)fws_error_quote(name, strlen(name), quoted);
    memcpy(key->label, quoted, strlen(quoted) + 1);
}

enum fws_status fws_soft_key_load(const char *path, struct fws_key *key, struct fws_soft_key **out,
                                  struct fws_error *err)
{
    FWS_AUTO(fws_secret) pem = {0};
    enum fws_status status = read_pem(path, &pem, err);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_soft_key *soft = calloc(1, sizeof *soft);

    if (soft == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a key");
    }
    soft->pkey = parse_pem(&pem);
    status = soft->pkey == NULL
                 ? fws_error_set(err, FWS_E_INPUT, "no unencrypted private key in PEM form")
                 : fill_pubkey(soft->pkey, &soft->pub, err);
    if (status != FWS_OK) {
        fws_soft_key_close(&soft);
        return fws_error_wrap(err, "'%s'", path);
    }
    describe(path, &soft->pub, key);
    *out = soft;
    return FWS_OK;
}

static bool set_pss(EVP_PKEY_CTX *ctx)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32) == 1;
}

static bool sign_digest(struct fws_soft_key *soft, const uint8_t *digest, size_t digest_size,
                        uint8_t *signature, size_t *size)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(soft->pkey, NULL);
    bool rsa = soft->pub.alg == FWS_ALG_RSA2048 || soft->pub.alg == FWS_ALG_RSA3072;
    bool done = ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 && (!rsa || set_pss(ctx)) &&
                EVP_PKEY_sign(ctx, signature, size, digest, digest_size) == 1;

    EVP_PKEY_CTX_free(ctx);
    return done;
}

static bool sign_whole(struct fws_soft_key *soft, const uint8_t *message, size_t message_size,
                       uint8_t *signature, size_t *size)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx != NULL && EVP_DigestSignInit(ctx, NULL, NULL, NULL, soft->pkey) == 1 &&
                EVP_DigestSign(ctx, signature, size, message, message_size) == 1;

    EVP_MD_CTX_free(ctx);
    return done;
}

enum fws_status fws_soft_key_sign(struct fws_soft_key *soft, const uint8_t *digest,
                                  size_t digest_size, uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                  size_t *signature_size, struct fws_error *err)
{
    if (soft->pub.alg == FWS_ALG_NONE) {
        return fws_error_set(err, FWS_E_KEY_TYPE, "%s keys sign no images", soft->pub.type);
    }
    *signature_size = FWS_SIGNATURE_MAX_SIZE;
    bool done = soft->pub.alg == FWS_ALG_ED25519
                    ? sign_whole(soft, digest, digest_size, signature, signature_size)
                    : sign_digest(soft, digest, digest_size, signature, signature_size);

    ERR_clear_error();
    if (!done) {
        return fws_error_set(err, FWS_E_BACKEND, "the cryptographic library cannot sign");
    }
    return fws_pubkey_verify(&soft->pub, digest, digest_size, signature, *signature_size, err);
}

enum fws_status fws_soft_key_sign_message(struct fws_soft_key *soft, const uint8_t *message,
                                          size_t message_size,
                                          uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                          size_t *signature_size, struct fws_error *err)
{
    struct fws_message_input input;
    enum fws_status status = fws_message_input(&soft->pub, message, message_size, &input, err);

    return status == FWS_OK
               ? fws_soft_key_sign(soft, input.bytes, input.size, signature, signature_size, err)
               : status;
}

void fws_soft_key_close(struct fws_soft_key **soft)
{
    if (*soft != NULL) {
        EVP_PKEY_free((*soft)->pkey);
        free(*soft);
        *soft = NULL;
    }
}
