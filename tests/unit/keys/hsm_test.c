/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "keys/worker_link.h"
#include "tests/unit/keys/token.h"
#include "tests/unit/test.h"

static const enum fws_algorithm algorithms[] = {FWS_ALG_RSA2048, FWS_ALG_RSA3072, FWS_ALG_P256,
                                                FWS_ALG_P384, FWS_ALG_ED25519};

#define ALGORITHM_COUNT (sizeof algorithms / sizeof algorithms[0])

static const uint8_t digest[FWS_HASH_MAX_SIZE] = {1, 2, 3};

TEST(every_kind_of_key_is_generated_found_fit_and_signs)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    for (size_t i = 0; i < ALGORITHM_COUNT; i++) {
        const char *name = fws_algorithm_name(algorithms[i]);
        char text[128];
        struct fws_key made, key;
        unsigned used;

        token_ok(fws_hsm_key_generate(hsm, TOKEN_LABEL, algorithms[i], name, &made, &err), &err);
        (void)snprintf(text, sizeof text, "pkcs11:token=test%%20token;object=%s", name);
        token_find(hsm, text, &key);
        assert_string_equal(key.pub.type, name);
        assert_int_equal(key.id_size, 20);
        assert_memory_equal(key.pub.spki_sha256, made.pub.spki_sha256, 32);
        token_ok(fws_key_check_fit(&key, 0, &used, &err), &err);
        assert_int_equal(used, 0);
        token_ok(token_try_sign(hsm, &key, &err), &err);
    }
    assert_int_equal(pin.asked, 1);
    assert_string_equal(pin.label, TOKEN_LABEL);
    fws_hsm_close(&hsm);
}

TEST(a_key_is_found_by_id_alone)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key, again;
    struct fws_uri uri = token_uri("pkcs11:");

    token_open(&pin, &hsm);
    token_find(hsm, "pkcs11:token=test%20token;object=ecdsa-p256", &key);
    memcpy(uri.id, key.id, key.id_size);
    uri.id_size = key.id_size;
    token_ok(fws_hsm_key_find(hsm, &uri, &again, &err), &err);
    assert_string_equal(again.label, "ecdsa-p256");
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(several_matches_are_an_error_that_names_them)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token", &err), FWS_E_KEY_AMBIGUOUS);
    assert_non_null(strstr(err.text, "pkcs11:token=test%20token;serial="));
    assert_non_null(strstr(err.text, "object="));
    assert_non_null(strstr(err.text, ";id=%"));
    fws_hsm_close(&hsm);
}

TEST(no_match_is_key_not_found)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token;object=other", &err),
                  FWS_E_KEY_NOT_FOUND);
    fws_hsm_close(&hsm);
}

TEST(a_token_that_is_not_there_is_an_error_that_names_those_that_are)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=other", &err), FWS_E_TOKEN_NOT_FOUND);
    assert_non_null(strstr(err.text, "pkcs11:token=test%20token;serial="));
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token;serial=1", &err),
                  FWS_E_TOKEN_NOT_FOUND);
    fws_hsm_close(&hsm);
}

TEST(a_public_key_cannot_be_asked_for)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token;type=public", &err), FWS_E_URI);
    fws_hsm_close(&hsm);
}

TEST(the_same_label_is_not_made_twice)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    token_open(&pin, &hsm);
    assert_status(fws_hsm_key_generate(hsm, TOKEN_LABEL, FWS_ALG_P256, "ecdsa-p256", &key, &err),
                  FWS_E_EXISTS);
    fws_hsm_close(&hsm);
}

TEST(a_wrong_pin_is_tried_once_and_never_again)
{
    struct token_pin pin = {.text = "wrong"};
    struct fws_hsm_options options = token_options(&pin);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    const char *uri = "pkcs11:token=test%20token;object=ecdsa-p256";

    options.deadline_ms = 2000;
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    assert_status(token_try_find(hsm, uri, &err), FWS_E_PIN_WRONG);
    assert_non_null(strstr(err.text, "CKR_PIN_INCORRECT (0xa0)"));
    /* The right one now would show that it was asked for or sent again. */
    pin.text = TOKEN_PIN;
    assert_status(token_try_find(hsm, uri, &err), FWS_E_PIN_WRONG);
    fws_worker_link_kill(fws_hsm_link(hsm));
    fws_hsm_prepare(hsm);
    /* A worker that does not run would be noticed if it were asked anything. */
    assert_int_equal(kill(fws_hsm_link(hsm)->pid, SIGSTOP), 0);
    assert_status(token_try_find(hsm, uri, &err), FWS_E_PIN_WRONG);
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(a_missing_pin_matters_only_to_a_token_that_wants_one)
{
    struct token_pin pin = {.text = NULL};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token", &err), FWS_E_PIN_MISSING);
    assert_string_equal(err.text, "no PIN in this test");
    assert_status(token_try_find(hsm, "pkcs11:token=other", &err), FWS_E_TOKEN_NOT_FOUND);
    fws_hsm_close(&hsm);
    token_open(NULL, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token", &err), FWS_E_PIN_MISSING);
    fws_hsm_close(&hsm);
}

TEST(a_lost_token_is_unavailable_and_not_an_empty_one)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    token_open(&pin, &hsm);
    token_find(hsm, "pkcs11:token=test%20token;object=ecdsa-p256", &key);
    token_hide();
    enum fws_status found =
        token_try_find(hsm, "pkcs11:token=test%20token;object=ecdsa-p256", &err);
    enum fws_status signed_status = token_try_sign(hsm, &key, &err);

    token_show();
    assert_status(found, FWS_E_HSM_UNAVAILABLE);
    assert_status(signed_status, FWS_E_HSM_UNAVAILABLE);
    token_ok(token_try_sign(hsm, &key, &err), &err);
    assert_int_equal(pin.asked, 1);
    fws_hsm_close(&hsm);
}

TEST(a_digest_of_another_size_is_refused)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;

    token_open(&pin, &hsm);
    token_find(hsm, "pkcs11:token=test%20token;object=ecdsa-p256", &key);
    assert_status(fws_hsm_sign(hsm, &key, digest, 20, signature, &size, &err), FWS_E_INTERNAL);
    fws_hsm_close(&hsm);
}

TEST(a_signature_by_another_key_is_refused)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key, other;

    token_open(&pin, &hsm);
    token_generate(FWS_ALG_P256, "second", &other);
    token_find(hsm, "pkcs11:token=test%20token;object=ecdsa-p256", &key);
    key.pub = other.pub;
    assert_status(token_try_sign(hsm, &key, &err), FWS_E_HSM_SIGNATURE);
    fws_hsm_close(&hsm);
}

/* What a signed note says of the two kinds: c2sp.org/signed-note. */
static void assert_message_signed(const struct fws_key *key, const uint8_t *message, size_t size,
                                  const uint8_t *signature, size_t signature_size)
{
    struct fws_error err = {0};
    uint8_t hash[32];

    if (key->pub.alg == FWS_ALG_ED25519) {
        token_ok(fws_pubkey_verify(&key->pub, message, size, signature, signature_size, &err),
                 &err);
        return;
    }
    token_ok(fws_digest(FWS_HASH_SHA256, message, size, hash, &err), &err);
    token_ok(fws_pubkey_verify(&key->pub, hash, sizeof hash, signature, signature_size, &err),
             &err);
}

static const char *const message_keys[] = {"pkcs11:token=test%20token;object=ed25519",
                                           "pkcs11:token=test%20token;object=ecdsa-p256"};

TEST(messages_of_every_size_are_signed_by_ed25519_whole_and_by_p256_hashed)
{
    static const size_t sizes[] = {1, 32, 64, 65, 200, FWS_MESSAGE_MAX_SIZE};
    uint8_t message[FWS_MESSAGE_MAX_SIZE];
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    memset(message, 0x5a, sizeof message);
    token_open(&pin, &hsm);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
        size_t size = 0;

        token_find(hsm, message_keys[i % 2], &key);
        token_ok(fws_hsm_sign_message(hsm, &key, message, sizes[i / 2], FWS_ON_STOP_FAIL, signature,
                                      &size, &err),
                 &err);
        assert_message_signed(&key, message, sizes[i / 2], signature, size);
    }
    fws_hsm_close(&hsm);
}

TEST(messages_of_no_or_too_many_bytes_are_refused)
{
    static const uint8_t message[FWS_MESSAGE_MAX_SIZE + 1];
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;
    size_t size;

    token_open(&pin, &hsm);
    for (size_t i = 0; i < 2; i++) {
        token_find(hsm, message_keys[i], &key);
        assert_status(
            fws_hsm_sign_message(hsm, &key, message, 0, FWS_ON_STOP_FAIL, signature, &size, &err),
            FWS_E_INTERNAL);
        assert_status(fws_hsm_sign_message(hsm, &key, message, sizeof message, FWS_ON_STOP_FAIL,
                                           signature, &size, &err),
                      FWS_E_INTERNAL);
    }
    fws_hsm_close(&hsm);
}

TEST(other_kinds_of_keys_sign_no_messages)
{
    static const char *const uris[] = {"pkcs11:token=test%20token;object=rsa-2048",
                                       "pkcs11:token=test%20token;object=ecdsa-p384"};
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;
    size_t size;

    token_open(&pin, &hsm);
    for (size_t i = 0; i < 2; i++) {
        token_find(hsm, uris[i], &key);
        assert_status(
            fws_hsm_sign_message(hsm, &key, digest, 32, FWS_ON_STOP_FAIL, signature, &size, &err),
            FWS_E_KEY_TYPE);
    }
    fws_hsm_close(&hsm);
}

TEST(a_message_signed_by_another_key_is_refused)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key, other;
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;

    token_open(&pin, &hsm);
    token_generate(FWS_ALG_ED25519, "second ed25519", &other);
    token_find(hsm, message_keys[0], &key);
    key.pub = other.pub;
    assert_status(
        fws_hsm_sign_message(hsm, &key, digest, 40, FWS_ON_STOP_FAIL, signature, &size, &err),
        FWS_E_HSM_SIGNATURE);
    fws_hsm_close(&hsm);
}

TEST(a_key_without_public_object_is_unfit_and_listed)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_key_list list = {0};
    struct fws_uri uri = token_uri("pkcs11:object=bare");
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    struct fws_key key;

    token_generate(FWS_ALG_P256, "bare", &key);
    token_destroy_public("bare");
    token_open(&pin, &hsm);
    assert_status(token_try_find(hsm, "pkcs11:token=test%20token;object=bare", &err),
                  FWS_E_KEY_UNFIT);
    assert_non_null(strstr(err.text, "no public object"));
    token_ok(fws_hsm_key_list(hsm, &uri, &list, &err), &err);
    assert_int_equal(list.count, 1);
    assert_true(list.keys[0].has_private && list.keys[0].pub.spki_size == 0);
    fws_key_list_free(&list);
    fws_hsm_close(&hsm);
    token_destroy_private("bare");
}

TEST(tokens_are_listed_with_their_state)
{
    struct fws_token_list list = {0};
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    size_t initialized = 0;

    token_open(NULL, &hsm);
    token_ok(fws_hsm_token_list(hsm, &list, &err), &err);
    for (size_t i = 0; i < list.count; i++) {
        if (list.tokens[i].initialized) {
            initialized++;
            assert_string_equal(list.tokens[i].label, TOKEN_LABEL);
            assert_true(list.tokens[i].login_required && list.tokens[i].pin_initialized);
            assert_int_equal(strlen(list.tokens[i].serial), 16);
        }
    }
    assert_int_equal(initialized, 1);
    assert_non_null(strstr(list.library, "2.6"));
    fws_token_list_free(&list);
    fws_hsm_close(&hsm);
}

static size_t count_keys(struct token_pin *pin, const char *text, size_t *with_private)
{
    struct fws_key_list list = {0};
    struct fws_uri uri = token_uri(text);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(pin, &hsm);
    token_ok(fws_hsm_key_list(hsm, &uri, &list, &err), &err);
    *with_private = 0;
    for (size_t i = 0; i < list.count; i++) {
        *with_private += list.keys[i].has_private;
        assert_true(list.keys[i].pub.spki_size > 0);
    }
    size_t count = list.count;

    fws_key_list_free(&list);
    fws_hsm_close(&hsm);
    return count;
}

TEST(keys_are_listed_once_each_and_without_a_pin_by_their_public_objects)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct token_pin none = {.text = NULL};
    size_t private;
    size_t all = count_keys(&pin, "pkcs11:", &private);

    assert_true(all >= ALGORITHM_COUNT);
    assert_int_equal(private, all);
    assert_int_equal(count_keys(&none, "pkcs11:", &private), all);
    assert_int_equal(private, 0);
    assert_int_equal(count_keys(&pin, "pkcs11:object=ed25519", &private), 1);
    assert_int_equal(count_keys(&pin, "pkcs11:token=other", &private), 0);
}

TEST(a_key_listed_can_sign)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_key_list list = {0};
    struct fws_uri uri = token_uri("pkcs11:object=ecdsa-p256");
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    token_open(&pin, &hsm);
    token_ok(fws_hsm_key_list(hsm, &uri, &list, &err), &err);
    assert_int_equal(list.count, 1);
    token_ok(token_try_sign(hsm, &list.keys[0], &err), &err);
    fws_key_list_free(&list);
    fws_hsm_close(&hsm);
}

static enum fws_status fail_pin(void *context, const char *token_label, const char *pin_file_hint,
                                struct fws_secret *pin, struct fws_error *err)
{
    unsigned *asked = context;

    (void)token_label;
    (void)pin;
    ++*asked;
    assert_string_equal(pin_file_hint, "/run/pin");
    return fws_error_set(err, FWS_E_PIN_SOURCE, "mode 0644");
}

TEST(a_pin_source_that_fails_is_the_error_and_is_asked_once)
{
    unsigned asked = 0;
    struct fws_hsm_options options = token_options(NULL);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};
    const char *uri = "pkcs11:token=test%20token;object=ecdsa-p256?pin-source=file:/run/pin";

    options.pin = fail_pin;
    options.pin_context = &asked;
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    assert_status(token_try_find(hsm, uri, &err), FWS_E_PIN_SOURCE);
    assert_status(token_try_find(hsm, uri, &err), FWS_E_PIN_SOURCE);
    assert_int_equal(asked, 1);
    fws_hsm_close(&hsm);
}

TEST(what_is_no_module_is_refused)
{
    struct fws_hsm_options options = {.module = "relative.so"};
    struct fws_hsm *hsm = NULL;
    struct fws_token_list list;
    struct fws_error err = {0};

    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_E_MODULE);
    options.module = "/nonexistent.so";
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_E_MODULE);
    options.module = "/";
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_E_MODULE);
    options.module = "/etc/passwd";
    assert_status(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    assert_status(fws_hsm_token_list(hsm, &list, &err), FWS_E_MODULE);
    assert_non_null(strstr(err.text, "/etc/passwd"));
    fws_hsm_close(&hsm);
}

int main(int argc, char **argv)
{
    fws_hsm_worker_main(argc, argv);
    if (token_module == NULL) {
        (void)printf("skipped: SoftHSM (libsofthsm2.so) was not found\n");
        return 77;
    }
    token_make();
    return _cmocka_run_group_tests("keys/hsm", test_list, test_count, NULL, NULL);
}
