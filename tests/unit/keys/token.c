/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <ftw.h>
#include <p11-kit/pkcs11.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/unit/keys/token.h"

#ifdef TEST_SOFTHSM
const char *const token_module = TEST_SOFTHSM;
#else
const char *const token_module = NULL;
#endif

static char folder[64];
static char conf[128];
static char store[96];
static char hidden[96];
static pid_t owner;

static const struct fws_hsm_env environment[] = {{"SOFTHSM2_CONF", conf}};

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

/* A forked child of the test leaves the token alone. */
__attribute__((destructor)) static void remove_folder(void)
{
    if (folder[0] != '\0' && owner == getpid()) {
        (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
}

static void make_folder(void)
{
    /* SoftHSM waits for the disk at each key; memory does not. */
    (void)snprintf(folder, sizeof folder, "%s/fwsign-keys-test-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    owner = getpid();
    (void)snprintf(conf, sizeof conf, "%s/softhsm2.conf", folder);
    (void)snprintf(store, sizeof store, "%s/tokens", folder);
    (void)snprintf(hidden, sizeof hidden, "%s/hidden", folder);
    assert_int_equal(mkdir(store, 0700), 0);
}

void token_make(void)
{
    char text[256];
    struct fws_error err = {0};
    struct fws_hsm *hsm = NULL;
    struct fws_hsm_options options = token_options(NULL);
    FWS_AUTO(fws_secret) so_pin = {0};
    FWS_AUTO(fws_secret) user_pin = {0};

    make_folder();
    (void)snprintf(text, sizeof text, "directories.tokendir = %s\nobjectstore.backend = file\n",
                   store);
    assert_int_equal(fws_file_replace(conf, text, strlen(text), FWS_OUTPUT_NEW, 0600, &err),
                     FWS_OK);
    assert_int_equal(fws_secret_set(&so_pin, "12345678", 8, &err), FWS_OK);
    assert_int_equal(fws_secret_set(&user_pin, TOKEN_PIN, strlen(TOKEN_PIN), &err), FWS_OK);
    assert_int_equal(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    enum fws_status status = fws_hsm_token_create(hsm, TOKEN_LABEL, &so_pin, &user_pin, &err);

    if (status != FWS_OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(status, FWS_OK);
    assert_int_equal(fws_hsm_token_create(hsm, TOKEN_LABEL, &so_pin, &user_pin, &err),
                     FWS_E_EXISTS);
    fws_hsm_close(&hsm);
}

static enum fws_status give_pin(void *context, const char *token_label, const char *pin_file_hint,
                                struct fws_secret *pin, struct fws_error *err)
{
    struct token_pin *given = context;

    (void)pin_file_hint;
    given->asked++;
    (void)snprintf(given->label, sizeof given->label, "%s", token_label);
    return given->text == NULL ? fws_error_set(err, FWS_E_PIN_MISSING, "no PIN in this test")
                               : fws_secret_set(pin, given->text, strlen(given->text), err);
}

struct fws_hsm_options token_options(struct token_pin *pin)
{
    return (struct fws_hsm_options){
        .module = token_module,
        .env = environment,
        .env_count = 1,
        .pin = pin == NULL ? NULL : give_pin,
        .pin_context = pin,
    };
}

void token_hide(void)
{
    assert_int_equal(rename(store, hidden), 0);
}

void token_show(void)
{
    assert_int_equal(rename(hidden, store), 0);
}

const char *token_folder(void)
{
    return folder;
}

void token_generate(enum fws_algorithm alg, const char *label, struct fws_key *out)
{
    struct token_pin pin = {.text = TOKEN_PIN};
    struct fws_hsm_options options = token_options(&pin);
    struct fws_hsm *hsm = NULL;
    struct fws_error err = {0};

    assert_int_equal(fws_hsm_open(&options, &hsm, &err), FWS_OK);
    enum fws_status status = fws_hsm_key_generate(hsm, TOKEN_LABEL, alg, label, out, &err);

    fws_hsm_close(&hsm);
    if (status != FWS_OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(status, FWS_OK);
}

static const uint8_t digest[FWS_HASH_MAX_SIZE] = {1, 2, 3};

void token_open(struct token_pin *pin, struct fws_hsm **out)
{
    struct fws_hsm_options options = token_options(pin);
    struct fws_error err = {0};

    assert_int_equal(fws_hsm_open(&options, out, &err), FWS_OK);
}

struct fws_uri token_uri(const char *text)
{
    struct fws_uri uri;
    struct fws_error err = {0};

    assert_int_equal(fws_uri_parse(text, &uri, &err), FWS_OK);
    return uri;
}

void token_ok(enum fws_status status, const struct fws_error *err)
{
    if (status != FWS_OK) {
        print_error("%s\n", err->text);
    }
    assert_int_equal(status, FWS_OK);
}

void token_find(struct fws_hsm *hsm, const char *text, struct fws_key *out)
{
    struct fws_uri uri = token_uri(text);
    struct fws_error err = {0};

    token_ok(fws_hsm_key_find(hsm, &uri, out, &err), &err);
}

enum fws_status token_try_find(struct fws_hsm *hsm, const char *text, struct fws_error *err)
{
    struct fws_uri uri = token_uri(text);
    struct fws_key key;

    return fws_hsm_key_find(hsm, &uri, &key, err);
}

enum fws_status token_try_sign(struct fws_hsm *hsm, const struct fws_key *key,
                               struct fws_error *err)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size = 0;
    size_t digest_size = fws_hash_size(fws_algorithm_hash(key->pub.alg));

    return fws_hsm_sign(hsm, key, digest, digest_size, signature, &size, err);
}

static CK_RV destroy(CK_OBJECT_CLASS object_class, const char *label)
{
    void *library = dlopen(token_module, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get_list = NULL;
    CK_FUNCTION_LIST *api = NULL;
    CK_SLOT_ID slots[8];
    CK_ULONG count = 8;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE object;
    CK_UTF8CHAR pin[] = TOKEN_PIN;
    CK_ATTRIBUTE match[] = {{CKA_CLASS, &object_class, sizeof object_class},
                            {CKA_LABEL, (void *)(uintptr_t)label, strlen(label)}};

    *(void **)&get_list = dlsym(library, "C_GetFunctionList");
    /* The first slot is the only token; the spare one comes last. */
    if (get_list(&api) != CKR_OK || api->C_Initialize(NULL) != CKR_OK ||
        api->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK ||
        api->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session) !=
            CKR_OK ||
        api->C_Login(session, CKU_USER, pin, sizeof pin - 1) != CKR_OK ||
        api->C_FindObjectsInit(session, match, 2) != CKR_OK ||
        api->C_FindObjects(session, &object, 1, &count) != CKR_OK || count != 1) {
        return CKR_GENERAL_ERROR;
    }
    (void)api->C_FindObjectsFinal(session);
    return api->C_DestroyObject(session, object);
}

/* In a process of its own, as no test shall have the module in its memory. */
static void destroy_apart(CK_OBJECT_CLASS object_class, const char *label)
{
    int status = 1;
    pid_t pid = fork();

    if (pid == 0) {
        _exit(setenv(environment[0].name, conf, 1) == 0 && destroy(object_class, label) == CKR_OK
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

void token_destroy_public(const char *label)
{
    destroy_apart(CKO_PUBLIC_KEY, label);
}

void token_destroy_private(const char *label)
{
    destroy_apart(CKO_PRIVATE_KEY, label);
}
