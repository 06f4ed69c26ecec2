/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/process.h"
#include "signer/signer.h"
#include "tests/unit/keys/token.h"
#include "tests/unit/test.h"

#define ORIGIN "example.org/log"
#define NOTE   ORIGIN "\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"

static struct token_pin pin;
static struct fws_hsm *hsm;
static struct fws_log_key log_key;
static struct fws_log_key_ref ref;
static struct fws_uri uri;
static struct fws_error err;
static struct fws_key ed25519, p256, p384;

/* A log key that is on the token under that label; tests then break one thing. */
static int begin(void **state)
{
    (void)state;
    pin = (struct token_pin){.text = TOKEN_PIN};
    token_open(&pin, &hsm);
    uri = token_uri("pkcs11:token=test%20token;object=ed25519");
    ref = (struct fws_log_key_ref){.origin = ORIGIN, .uri = &uri};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fws_log_key_close(&log_key);
    fws_log_key_close(&log_key);
    fws_hsm_close(&hsm);
    return 0;
}

static struct fws_vkey vkey_of(const char *name, const struct fws_pubkey *pub)
{
    struct fws_vkey out;

    token_ok(fws_vkey_make(name, pub, &out, &err), &err);
    return out;
}

static enum fws_status try_open(void)
{
    return fws_log_key_open(hsm, &ref, &log_key, &err);
}

static enum fws_status sign_text(const char *text, uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                 size_t *size)
{
    return log_key.signer.sign(log_key.signer.context, (const uint8_t *)text, strlen(text),
                               signature, size, &err);
}

static enum fws_status try_sign(void)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;

    return sign_text(NOTE, signature, &size);
}

/* As a verifier of notes would: c2sp.org/signed-note. */
static void assert_signs_for(const struct fws_pubkey *pub)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    uint8_t hash[32];
    size_t size = 0;
    bool whole = pub->alg == FWS_ALG_ED25519;

    token_ok(sign_text(NOTE, signature, &size), &err);
    token_ok(fws_digest(FWS_HASH_SHA256, NOTE, strlen(NOTE), hash, &err), &err);
    token_ok(fws_pubkey_verify(pub, whole ? (const uint8_t *)NOTE : hash,
                               whole ? strlen(NOTE) : sizeof hash, signature, size, &err),
             &err);
    assert_string_equal(log_key.signer.vkey->name, ORIGIN);
    assert_memory_equal(log_key.signer.vkey->key.spki_sha256, pub->spki_sha256, 32);
}

TEST(both_kinds_of_keys_sign_notes)
{
    token_ok(try_open(), &err);
    assert_signs_for(&ed25519.pub);
    fws_log_key_close(&log_key);
    uri = token_uri("pkcs11:token=test%20token;object=ecdsa-p256");
    token_ok(try_open(), &err);
    assert_signs_for(&p256.pub);
}

TEST(a_pinned_key_is_known_without_asking_the_token)
{
    struct fws_vkey pinned[] = {vkey_of("example.org/other", &p256.pub),
                                vkey_of(ORIGIN, &ed25519.pub)};
    struct fws_trust trust = {pinned, 2};

    ref.trust = &trust;
    token_ok(try_open(), &err);
    assert_memory_equal(&log_key.vkey, &pinned[1], sizeof pinned[1]);
    assert_int_equal(pin.asked, 0);
    assert_signs_for(&ed25519.pub);
    assert_int_equal(pin.asked, 1);
}

TEST(a_pinned_key_is_found_when_that_is_wanted)
{
    struct fws_vkey pinned = vkey_of(ORIGIN, &ed25519.pub);
    struct fws_trust trust = {&pinned, 1};

    ref.trust = &trust;
    token_ok(try_open(), &err);
    token_ok(fws_log_key_find(&log_key, &err), &err);
    assert_int_equal(pin.asked, 1);
    token_ok(fws_log_key_find(&log_key, &err), &err);
    assert_signs_for(&ed25519.pub);
}

TEST(a_token_that_shows_another_key_than_the_pinned_one_signs_nothing)
{
    struct fws_vkey pinned = vkey_of(ORIGIN, &p256.pub);
    struct fws_trust trust = {&pinned, 1};

    ref.trust = &trust;
    token_ok(try_open(), &err);
    assert_status(try_sign(), FWS_E_LOG_KEY);
    assert_non_null(strstr(err.text, "the key pinned for 'example.org/log'"));
    assert_status(fws_log_key_find(&log_key, &err), FWS_E_LOG_KEY);
    assert_status(try_sign(), FWS_E_LOG_KEY);
}

TEST(of_several_pinned_keys_the_token_says_which)
{
    struct fws_vkey pinned[] = {vkey_of(ORIGIN, &p256.pub), vkey_of(ORIGIN, &ed25519.pub)};
    struct fws_trust trust = {pinned, 2};

    ref.trust = &trust;
    token_ok(try_open(), &err);
    assert_int_equal(pin.asked, 1);
    assert_signs_for(&ed25519.pub);
}

TEST(a_key_that_is_none_of_the_pinned_ones_is_refused)
{
    struct fws_key other;

    token_generate(FWS_ALG_P256, "other", &other);
    struct fws_vkey pinned[] = {vkey_of(ORIGIN, &p256.pub), vkey_of(ORIGIN, &other.pub),
                                vkey_of("example.org/other", &ed25519.pub)};
    struct fws_trust trust = {pinned, 3};

    ref.trust = &trust;
    assert_status(try_open(), FWS_E_LOG_KEY);
    assert_non_null(strstr(err.text, "none of the 2 keys"));
    trust = (struct fws_trust){&pinned[2], 1};
    assert_status(try_open(), FWS_E_LOG_KEY);
    assert_non_null(strstr(err.text, "none of the 0 keys"));
}

TEST(other_kinds_of_keys_are_refused)
{
    uri = token_uri("pkcs11:token=test%20token;object=ecdsa-p384");
    assert_status(try_open(), FWS_E_LOG_KEY);
    assert_non_null(strstr(err.text, "generate an Ed25519 key"));
}

/* Made outside of the token, which a policy may allow for firmware. */
TEST(an_imported_key_is_refused)
{
    char path[128], command[512];
    EVP_PKEY *pkey = EVP_EC_gen("P-256");

    (void)snprintf(path, sizeof path, "%s/imported.pem", token_folder());
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_PKCS8PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL), 1);
    (void)fclose(file);
    EVP_PKEY_free(pkey);
    (void)snprintf(command, sizeof command,
                   "SOFTHSM2_CONF=%s/softhsm2.conf softhsm2-util --import %s --token '%s' "
                   "--label imported --id 77 --pin %s >/dev/null",
                   token_folder(), path, TOKEN_LABEL, TOKEN_PIN);
    assert_int_equal(system(command), 0);
    uri = token_uri("pkcs11:token=test%20token;object=imported");
    assert_status(try_open(), FWS_E_LOG_KEY);
    assert_non_null(strstr(err.text, "nothing is relaxed for this key"));
    assert_non_null(strstr(err.text, "not generated on the token"));
}

TEST(a_key_configured_for_firmware_is_refused_and_the_token_not_asked)
{
    uint8_t firmware[2][32];
    struct fws_vkey pinned = vkey_of(ORIGIN, &ed25519.pub);
    struct fws_trust trust = {&pinned, 1};

    memcpy(firmware[0], p256.pub.spki_sha256, 32);
    memcpy(firmware[1], ed25519.pub.spki_sha256, 32);
    ref.firmware_spkis = (const uint8_t(*)[32])firmware;
    ref.firmware_spki_count = 1;
    token_ok(try_open(), &err);
    fws_log_key_close(&log_key);
    ref.firmware_spki_count = 2;
    assert_status(try_open(), FWS_E_LOG_KEY);
    assert_non_null(strstr(err.text, "must sign nothing else"));
    unsigned asked = pin.asked;

    fws_hsm_close(&hsm);
    token_open(&pin, &hsm);
    ref.trust = &trust;
    assert_status(try_open(), FWS_E_LOG_KEY);
    assert_int_equal(pin.asked, asked);
}

TEST(a_key_that_is_not_there_is_not_found)
{
    uri = token_uri("pkcs11:token=test%20token;object=nothing");
    assert_status(try_open(), FWS_E_KEY_NOT_FOUND);
    assert_non_null(strstr(err.text, "the log's key: "));
}

TEST(a_name_no_log_may_have_is_refused)
{
    ref.origin = "has a blank";
    assert_status(try_open(), FWS_E_USAGE);
}

TEST(what_is_no_note_of_the_log_is_not_signed)
{
    static const char *const texts[] = {"",
                                        "exactly thirty-two bytes of text",
                                        ORIGIN,
                                        ORIGIN " 5\n",
                                        "example.org/other\n5\nAAAA\n",
                                        "example.org/lo\n5\nAAAA\n"};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;

    token_ok(try_open(), &err);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_status(sign_text(texts[i], signature, &size), FWS_E_INTERNAL);
    }
}

static void write_pem(EVP_PKEY *pkey, char path[128])
{
    (void)snprintf(path, 128, "%s/soft.pem", token_folder());
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_PKCS8PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL), 1);
    (void)fclose(file);
    EVP_PKEY_free(pkey);
}

TEST(software_keys_of_both_kinds_sign_notes)
{
    char path[128];

    ref.uri = NULL;
    ref.pem_path = path;
    for (int i = 0; i < 2; i++) {
        write_pem(i == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") : EVP_EC_gen("P-256"), path);
        token_ok(fws_log_key_open(NULL, &ref, &log_key, &err), &err);
        token_ok(fws_log_key_find(&log_key, &err), &err);
        assert_signs_for(&log_key.info.pub);
        fws_log_key_close(&log_key);
    }
    write_pem(EVP_EC_gen("P-384"), path);
    assert_status(fws_log_key_open(NULL, &ref, &log_key, &err), FWS_E_LOG_KEY);
}

TEST(a_software_key_is_held_to_its_pin_and_to_the_firmware_keys)
{
    struct fws_vkey pinned = vkey_of(ORIGIN, &ed25519.pub);
    struct fws_trust trust = {&pinned, 1};
    uint8_t firmware[1][32];
    char path[128];

    ref.uri = NULL;
    ref.pem_path = path;
    ref.trust = &trust;
    write_pem(EVP_EC_gen("P-256"), path);
    assert_status(fws_log_key_open(NULL, &ref, &log_key, &err), FWS_E_LOG_KEY);
    ref.trust = NULL;
    token_ok(fws_log_key_open(NULL, &ref, &log_key, &err), &err);
    memcpy(firmware[0], log_key.info.pub.spki_sha256, 32);
    fws_log_key_close(&log_key);
    ref.firmware_spkis = (const uint8_t(*)[32])firmware;
    ref.firmware_spki_count = 1;
    assert_status(fws_log_key_open(NULL, &ref, &log_key, &err), FWS_E_LOG_KEY);
}

/* In a child, as a stop signal is remembered for ever. The token has not been asked so far. */
TEST(a_checkpoint_is_signed_after_a_stop_signal)
{
    struct fws_vkey pinned = vkey_of(ORIGIN, &ed25519.pub);
    struct fws_trust trust = {&pinned, 1};
    int child_status = 0;

    ref.trust = &trust;
    pid_t child = fork();

    if (child == 0) {
        bool good = try_open() == FWS_OK;

        fws_process_catch_stop();
        (void)raise(SIGTERM);
        good = good && fws_log_key_find(&log_key, &err) == FWS_E_INTERRUPTED;
        good = good && try_sign() == FWS_OK && try_sign() == FWS_OK;
        _exit(good ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &child_status, 0), child);
    assert_int_equal(child_status, 0);
}

TEST(firmware_is_not_signed_by_the_key_of_a_log)
{
    struct fws_vkey pinned[] = {vkey_of("example.org/other", &p256.pub),
                                vkey_of(ORIGIN, &ed25519.pub)};
    struct fws_trust trust = {pinned, 2};
    struct fws_signing_key key = {.name = "release", .info = ed25519};

    assert_status(fws_signing_key_refuse_log(&key, &trust, &err), FWS_E_KEY_UNFIT);
    assert_non_null(strstr(err.text, "key 'release' is the key of the log 'example.org/log'"));
    key.info = p256;
    assert_status(fws_signing_key_refuse_log(&key, &trust, &err), FWS_E_KEY_UNFIT);
    key.info = p384;
    token_ok(fws_signing_key_refuse_log(&key, &trust, &err), &err);
    key.info = ed25519;
    token_ok(fws_signing_key_refuse_log(&key, NULL, &err), &err);
}

int main(int argc, char **argv)
{
    fws_hsm_worker_main(argc, argv);
    if (token_module == NULL) {
        (void)printf("skipped: SoftHSM (libsofthsm2.so) was not found\n");
        return 77;
    }
    token_make();
    token_generate(FWS_ALG_ED25519, "ed25519", &ed25519);
    token_generate(FWS_ALG_P256, "ecdsa-p256", &p256);
    token_generate(FWS_ALG_P384, "ecdsa-p384", &p384);
    for (size_t i = 0; i < test_count; i++) {
        test_list[i].setup_func = begin;
        test_list[i].teardown_func = end;
    }
    return _cmocka_run_group_tests("signer/log_key", test_list, test_count, NULL, NULL);
}
