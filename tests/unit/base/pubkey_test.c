/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>

#include "base/pubkey.h"
#include "tests/unit/test.h"

/* ---- What OpenSSL is asked for: decodings, and memory it has not given back ---- */

static unsigned decodings;

EVP_PKEY *d2i_PUBKEY(EVP_PKEY **out, const unsigned char **at, long size)
{
    EVP_PKEY *(*real)(EVP_PKEY **, const unsigned char **, long);

    decodings++;
    *(void **)&real = dlsym(RTLD_NEXT, "d2i_PUBKEY");
    return real(out, at, size);
}

static _Atomic long blocks;

static void *count_malloc(size_t size, const char *file, int line)
{
    void *block = malloc(size);

    (void)file;
    (void)line;
    blocks += block != NULL;
    return block;
}

static void count_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    blocks -= block != NULL;
    free(block);
}

static void *count_realloc(void *block, size_t size, const char *file, int line)
{
    if (block == NULL) {
        return count_malloc(size, file, line);
    }
    if (size == 0) {
        count_free(block, file, line);
        return NULL;
    }
    return realloc(block, size);
}

/* Before OpenSSL has any memory. */
__attribute__((constructor)) static void count_blocks(void)
{
    if (CRYPTO_set_mem_functions(count_malloc, count_realloc, count_free) != 1) {
        abort();
    }
}

/* ---- A key and its signature over 32 zeros ---- */

struct signer {
    struct fws_pubkey pub;
    uint8_t signature[512];
    size_t size;
};

static const uint8_t zeros[4096];

static struct signer make_signer(EVP_PKEY *pkey, size_t size)
{
    struct signer signer = {.size = sizeof signer.signature};
    unsigned char *spki = NULL;
    int spki_size = i2d_PUBKEY(pkey, &spki);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    struct fws_error err = {0};

    assert_non_null(context);
    assert_status(fws_pubkey_from_spki(spki, (size_t)spki_size, &signer.pub, &err), FWS_OK);
    if (EVP_PKEY_is_a(pkey, "ED25519")) {
        assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, pkey), 1);
        assert_int_equal(EVP_DigestSign(context, signer.signature, &signer.size, zeros, size), 1);
    } else {
        EVP_PKEY_CTX *raw = EVP_PKEY_CTX_new(pkey, NULL);

        assert_int_equal(EVP_PKEY_sign_init(raw), 1);
        assert_int_equal(EVP_PKEY_sign(raw, signer.signature, &signer.size, zeros, size), 1);
        EVP_PKEY_CTX_free(raw);
    }
    EVP_MD_CTX_free(context);
    OPENSSL_free(spki);
    EVP_PKEY_free(pkey);
    return signer;
}

static struct signer make_p256(void)
{
    return make_signer(EVP_EC_gen("P-256"), 32);
}

static enum fws_status verify(const struct signer *signer, const void *message, size_t size)
{
    struct fws_error err = {0};

    return fws_pubkey_verify(&signer->pub, message, size, signer->signature, signer->size, &err);
}

/* The PEM of pkey with its point and its curve written in these ways. */
static size_t written(EVP_PKEY *pkey, const char *point, const char *curve, char out[2048])
{
    BIO *bio = BIO_new(BIO_s_mem());

    assert_int_equal(
        EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, point), 1);
    assert_int_equal(EVP_PKEY_set_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING, curve), 1);
    assert_int_equal(PEM_write_bio_PUBKEY(bio, pkey), 1);
    int size = BIO_read(bio, out, 2048);

    BIO_free(bio);
    assert_true(size > 0);
    return (size_t)size;
}

/* A published key is denied by its digest, in whatever form it comes. */
TEST(an_ec_key_has_one_digest_however_it_is_written)
{
    static const char *const forms[][2] = {{"uncompressed", "named_curve"},
                                           {"compressed", "named_curve"},
                                           {"hybrid", "named_curve"},
                                           {"uncompressed", "explicit"},
                                           {"compressed", "explicit"}};
    static const char *const curves[] = {"P-256", "P-384"};
    struct fws_pubkey first = {0};
    struct fws_error err = {0};

    for (size_t k = 0; k < sizeof curves / sizeof curves[0]; k++) {
        EVP_PKEY *pkey = EVP_EC_gen(curves[k]);

        for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
            struct fws_pubkey key;
            char pem[2048];
            size_t size = written(pkey, forms[i][0], forms[i][1], pem);

            assert_status(fws_pubkey_from_pem(pem, size, &key, &err), FWS_OK);
            first = i == 0 ? key : first;
            assert_int_equal(key.alg, k == 0 ? FWS_ALG_P256 : FWS_ALG_P384);
            assert_memory_equal(key.spki_sha256, first.spki_sha256, 32);
            assert_int_equal(key.spki_size, first.spki_size);
        }
        EVP_PKEY_free(pkey);
    }
}

TEST(a_signature_by_the_key_is_good_and_another_is_not)
{
    struct signer signer = make_p256();
    struct signer other = make_p256();

    assert_status(verify(&signer, zeros, 32), FWS_OK);
    memcpy(other.signature, signer.signature, signer.size);
    other.size = signer.size;
    assert_status(verify(&other, zeros, 32), FWS_E_SIGNATURE_INVALID);
    assert_status(verify(&signer, "01234567890123456789012345678901", 32), FWS_E_SIGNATURE_INVALID);
}

TEST(the_message_of_ed25519_may_have_any_size)
{
    static const size_t sizes[] = {0, 1, 32, 64, 65, sizeof zeros};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct signer signer = make_signer(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), sizes[i]);

        assert_status(verify(&signer, zeros, sizes[i]), FWS_OK);
        assert_status(verify(&signer, zeros, sizes[i] ^ 1), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(a_digest_of_another_size_is_refused)
{
    struct signer signer = make_p256();

    assert_status(verify(&signer, zeros, 31), FWS_E_SIGNATURE_INVALID);
    assert_status(verify(&signer, zeros, 48), FWS_E_SIGNATURE_INVALID);
}

/* A malfunction is no verdict. */
TEST(a_check_that_cannot_begin_says_nothing_of_the_signature)
{
    struct signer signer = make_p256();

    signer.pub.alg = FWS_ALG_RSA2048; /* then PSS is asked of a key that knows none */
    assert_status(verify(&signer, zeros, 32), FWS_E_BACKEND);
}

TEST(many_signatures_of_one_key_cost_one_decoding)
{
    struct signer signer = make_p256();
    struct signer other = make_p256();

    assert_status(verify(&other, zeros, 32), FWS_OK);
    decodings = 0;
    for (int i = 0; i < 100; i++) {
        struct signer copy = signer;

        assert_status(verify(&copy, zeros, 32), FWS_OK);
    }
    assert_int_equal(decodings, 1);
    assert_status(verify(&other, zeros, 32), FWS_OK);
    assert_int_equal(decodings, 2);
}

static void *verify_in_thread(void *signer)
{
    return verify(signer, zeros, 32) == FWS_OK ? signer : NULL;
}

TEST(a_thread_leaves_no_key_behind)
{
    struct signer signer = make_p256();
    long after_first = 0;

    for (int i = 0; i < 8; i++) {
        pthread_t thread;
        void *result = NULL;

        assert_int_equal(pthread_create(&thread, NULL, verify_in_thread, &signer), 0);
        assert_int_equal(pthread_join(thread, &result), 0);
        assert_ptr_equal(result, &signer);
        after_first = i == 0 ? blocks : after_first;
    }
    assert_int_equal(blocks, after_first);
}

TEST_MAIN("base/pubkey")
