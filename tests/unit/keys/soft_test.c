/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "keys/keys.h"
#include "tests/unit/test.h"

static char path[64];
static const uint8_t digest[64] = {1};

/* Write a fresh key to path, encrypted when passphrase is given. */
static void write_key(EVP_PKEY *pkey, const char *passphrase)
{
    (void)snprintf(path, sizeof path, "/tmp/fwsign-soft-test-XXXXXX");
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_PKCS8PrivateKey(file, pkey,
                                               passphrase == NULL ? NULL : EVP_aes_256_cbc(), NULL,
                                               0, NULL, (void *)(uintptr_t)passphrase),
                     1);
    (void)fclose(file);
    EVP_PKEY_free(pkey);
}

static void assert_signs(EVP_PKEY *pkey, enum fws_algorithm alg)
{
    struct fws_soft_key *soft = NULL;
    struct fws_key key;
    struct fws_error err = {0};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size = 0;
    size_t digest_size = fws_hash_size(fws_algorithm_hash(alg));

    write_key(pkey, NULL);
    assert_status(fws_soft_key_load(path, &key, &soft, &err), FWS_OK);
    (void)unlink(path);
    assert_int_equal(key.pub.alg, alg);
    assert_true(key.software && key.extractable && !key.sensitive);
    assert_string_equal(key.label, path + strlen("/tmp/"));
    assert_status(fws_soft_key_sign(soft, digest, digest_size, signature, &size, &err), FWS_OK);
    assert_status(fws_pubkey_verify(&key.pub, digest, digest_size, signature, size, &err), FWS_OK);
    fws_soft_key_close(&soft);
    fws_soft_key_close(&soft);
}

TEST(every_kind_signs)
{
    assert_signs(EVP_RSA_gen(2048), FWS_ALG_RSA2048);
    assert_signs(EVP_RSA_gen(3072), FWS_ALG_RSA3072);
    assert_signs(EVP_EC_gen("P-256"), FWS_ALG_P256);
    assert_signs(EVP_EC_gen("P-384"), FWS_ALG_P384);
    assert_signs(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), FWS_ALG_ED25519);
}

static enum fws_status sign_message(EVP_PKEY *pkey, size_t message_size, struct fws_key *key,
                                    uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *size)
{
    static const uint8_t message[FWS_MESSAGE_MAX_SIZE + 1] = {2};
    struct fws_soft_key *soft = NULL;
    struct fws_error err = {0};

    write_key(pkey, NULL);
    assert_status(fws_soft_key_load(path, key, &soft, &err), FWS_OK);
    (void)unlink(path);
    enum fws_status status =
        fws_soft_key_sign_message(soft, message, message_size, signature, size, &err);

    fws_soft_key_close(&soft);
    return status;
}

TEST(messages_are_signed_by_ed25519_whole_and_by_p256_hashed)
{
    static const uint8_t message[FWS_MESSAGE_MAX_SIZE] = {2};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    uint8_t hash[32];
    struct fws_key key;
    struct fws_error err = {0};
    size_t size = 0;

    assert_status(sign_message(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), sizeof message, &key,
                               signature, &size),
                  FWS_OK);
    assert_status(fws_pubkey_verify(&key.pub, message, sizeof message, signature, size, &err),
                  FWS_OK);
    assert_status(sign_message(EVP_EC_gen("P-256"), sizeof message, &key, signature, &size),
                  FWS_OK);
    assert_status(fws_digest(FWS_HASH_SHA256, message, sizeof message, hash, &err), FWS_OK);
    assert_status(fws_pubkey_verify(&key.pub, hash, sizeof hash, signature, size, &err), FWS_OK);
}

TEST(messages_of_other_sizes_and_keys_of_other_kinds_are_refused)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    struct fws_key key;
    size_t size = 0;

    assert_status(sign_message(EVP_EC_gen("P-256"), 0, &key, signature, &size), FWS_E_INTERNAL);
    assert_status(
        sign_message(EVP_EC_gen("P-256"), FWS_MESSAGE_MAX_SIZE + 1, &key, signature, &size),
        FWS_E_INTERNAL);
    assert_status(sign_message(EVP_EC_gen("P-384"), 32, &key, signature, &size), FWS_E_KEY_TYPE);
    assert_status(sign_message(EVP_RSA_gen(2048), 32, &key, signature, &size), FWS_E_KEY_TYPE);
}

TEST(an_encrypted_key_is_refused_without_asking)
{
    struct fws_soft_key *soft = NULL;
    struct fws_key key;
    struct fws_error err = {0};

    write_key(EVP_EC_gen("P-256"), "secret");
    assert_status(fws_soft_key_load(path, &key, &soft, &err), FWS_E_INPUT);
    (void)unlink(path);
    assert_null(soft);
}

TEST(a_missing_file_is_not_found)
{
    struct fws_soft_key *soft = NULL;
    struct fws_key key;
    struct fws_error err = {0};

    assert_status(fws_soft_key_load("/nonexistent", &key, &soft, &err), FWS_E_NOT_FOUND);
}

TEST(a_kind_without_image_signatures_loads_and_does_not_sign)
{
    struct fws_soft_key *soft = NULL;
    struct fws_key key;
    struct fws_error err = {0};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;

    write_key(EVP_EC_gen("P-521"), NULL);
    assert_status(fws_soft_key_load(path, &key, &soft, &err), FWS_OK);
    (void)unlink(path);
    assert_status(fws_soft_key_sign(soft, digest, 32, signature, &size, &err), FWS_E_KEY_TYPE);
    fws_soft_key_close(&soft);
}

TEST_MAIN("keys/soft")
