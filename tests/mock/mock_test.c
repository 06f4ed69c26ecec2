/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each fault does what its name says. The mock stands before SoftHSM with one P-256 key on a token
 * of its own; the end of a process is watched from outside.
 */
#include <dlfcn.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#include "tests/unit/test.h"

#define PIN           ((CK_BYTE *)"mock-test-pin")
#define PIN_SIZE      13u
#define P256_SIG_SIZE 64u
#define FOLDER_SIZE   64u
#define PATH_SIZE     128u

static char folder[FOLDER_SIZE], rules[PATH_SIZE], counts[PATH_SIZE], journal[PATH_SIZE];
static CK_FUNCTION_LIST *mock;
static CK_SLOT_ID slot;
static CK_SESSION_HANDLE session;
static CK_OBJECT_HANDLE private_key;
static CK_BYTE digest[32] = "what is signed, thirty-two bytes";

/* ---- Files ---- */

static void text_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void rules_set(const char *text)
{
    text_write(rules, text);
    text_write(journal, "");
    unlink(counts);
}

static unsigned journal_count(const char *wanted)
{
    char line[128];
    unsigned count = 0;
    FILE *file = fopen(journal, "r");
    assert_non_null(file);

    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        count += strcmp(line, wanted) == 0;
    }
    fclose(file);

    return count;
}

/* ---- A token ---- */

static void folder_make(void)
{
    char config[PATH_SIZE], text[2 * PATH_SIZE];
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

    snprintf(folder, sizeof folder, "%s/fwsign-mock-XXXXXX", base);
    assert_non_null(mkdtemp(folder));
    snprintf(rules, sizeof rules, "%s/rules", folder);
    snprintf(counts, sizeof counts, "%s/rules.count", folder);
    snprintf(journal, sizeof journal, "%s/journal", folder);
    snprintf(config, sizeof config, "%s/softhsm2.conf", folder);
    snprintf(text, sizeof text, "directories.tokendir = %s\nobjectstore.backend = file\n", folder);
    text_write(config, text);
    setenv("SOFTHSM2_CONF", config, 1);
    setenv("FWSIGN_MOCK_REAL", FWSIGN_TEST_SOFTHSM, 1);
    setenv("FWSIGN_MOCK_RULES", rules, 1);
    setenv("FWSIGN_MOCK_JOURNAL", journal, 1);
    rules_set("");
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;

    return remove(path);
}

static void slot_with_token(CK_SLOT_ID *out)
{
    CK_SLOT_ID slots[4];
    CK_ULONG count = 4;
    CK_TOKEN_INFO info;

    assert_int_equal(mock->C_GetSlotList(CK_TRUE, slots, &count), CKR_OK);
    for (CK_ULONG i = 0; i < count; i++) {
        assert_int_equal(mock->C_GetTokenInfo(slots[i], &info), CKR_OK);
        if ((info.flags & CKF_TOKEN_INITIALIZED) != 0 || count == 1) {
            *out = slots[i];
        }
    }
}

static void token_make(void)
{
    CK_BYTE label[32];

    memset(label, ' ', sizeof label);
    memcpy(label, "mock", 4);
    slot_with_token(&slot);
    assert_int_equal(mock->C_InitToken(slot, PIN, PIN_SIZE, label), CKR_OK);
    slot_with_token(&slot);
    assert_int_equal(
        mock->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session),
        CKR_OK);
    assert_int_equal(mock->C_Login(session, CKU_SO, PIN, PIN_SIZE), CKR_OK);
    assert_int_equal(mock->C_InitPIN(session, PIN, PIN_SIZE), CKR_OK);
    assert_int_equal(mock->C_Logout(session), CKR_OK);
    assert_int_equal(mock->C_Login(session, CKU_USER, PIN, PIN_SIZE), CKR_OK);
}

static void key_make(void)
{
    static CK_BYTE p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
    CK_BBOOL yes = CK_TRUE;
    CK_OBJECT_HANDLE public_key;
    CK_MECHANISM generate = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
    CK_ATTRIBUTE public_template[] = {{CKA_EC_PARAMS, p256, sizeof p256},
                                      {CKA_VERIFY, &yes, sizeof yes}};
    CK_ATTRIBUTE private_template[] = {{CKA_SIGN, &yes, sizeof yes}};

    assert_int_equal(mock->C_GenerateKeyPair(session, &generate, public_template, 2,
                                             private_template, 1, &public_key, &private_key),
                     CKR_OK);
}

static int world_make(void **state)
{
    (void)state;
    CK_C_GetFunctionList get = NULL;
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};

    folder_make();
    void *module = dlopen(FWSIGN_TEST_MOCK, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(module);
    *(void **)&get = dlsym(module, "C_GetFunctionList");
    assert_non_null(get);
    assert_int_equal(get(&mock), CKR_OK);
    assert_int_equal(mock->C_Initialize(&arguments), CKR_OK);
    token_make();
    key_make();

    return 0;
}

static int world_end(void **state)
{
    (void)state;
    rules_set("");
    mock->C_Finalize(NULL);

    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static CK_RV sign(CK_SESSION_HANDLE in, CK_BYTE *signature, CK_ULONG *size)
{
    CK_MECHANISM ecdsa = {CKM_ECDSA, NULL, 0};
    CK_RV rv = mock->C_SignInit(in, &ecdsa, private_key);

    return rv != CKR_OK ? rv : mock->C_Sign(in, digest, sizeof digest, signature, size);
}

static CK_RV sign_once(CK_ULONG *size)
{
    CK_BYTE signature[P256_SIG_SIZE];

    *size = sizeof signature;
    return sign(session, signature, size);
}

/* ---- Faults that answer ---- */

static CK_RV call_open(void)
{
    CK_SESSION_HANDLE opened;

    return mock->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &opened);
}

static CK_RV call_login(void)
{
    return mock->C_Login(session, CKU_USER, PIN, PIN_SIZE);
}

static CK_RV call_token_info(void)
{
    CK_TOKEN_INFO info;

    return mock->C_GetTokenInfo(slot, &info);
}

static CK_RV call_find(void)
{
    CK_OBJECT_HANDLE found;
    CK_ULONG count;

    return mock->C_FindObjects(session, &found, 1, &count);
}

static CK_RV call_sign(void)
{
    CK_ULONG size;

    return sign_once(&size);
}

TEST(a_fault_answers_with_its_code_in_place_of_the_module)
{
    static const struct {
        const char *rule;
        CK_RV (*call)(void);
        CK_RV expect;
        const char *line;
    } cases[] = {
        {"C_Sign device-removed", call_sign, CKR_DEVICE_REMOVED, "C_Sign CKR_DEVICE_REMOVED"},
        {"C_Sign session-lost", call_sign, CKR_SESSION_HANDLE_INVALID,
         "C_Sign CKR_SESSION_HANDLE_INVALID"},
        {"C_Sign odd-code", call_sign, 0x80000123, "C_Sign 0x80000123"},
        {"C_Sign not-permitted", call_sign, CKR_KEY_FUNCTION_NOT_PERMITTED,
         "C_Sign CKR_KEY_FUNCTION_NOT_PERMITTED"},
        {"C_SignInit key-gone", call_sign, CKR_KEY_HANDLE_INVALID,
         "C_SignInit CKR_KEY_HANDLE_INVALID"},
        {"C_OpenSession token-gone", call_open, CKR_TOKEN_NOT_PRESENT,
         "C_OpenSession CKR_TOKEN_NOT_PRESENT"},
        {"C_OpenSession session-count", call_open, CKR_SESSION_COUNT,
         "C_OpenSession CKR_SESSION_COUNT"},
        {"C_Login pin-wrong", call_login, CKR_PIN_INCORRECT, "C_Login CKR_PIN_INCORRECT"},
        {"C_Login pin-locked", call_login, CKR_PIN_LOCKED, "C_Login CKR_PIN_LOCKED"},
        {"C_Login pin-expired", call_login, CKR_PIN_EXPIRED, "C_Login CKR_PIN_EXPIRED"},
        {"C_GetTokenInfo device-error", call_token_info, CKR_DEVICE_ERROR,
         "C_GetTokenInfo CKR_DEVICE_ERROR"},
        {"C_FindObjects general-error", call_find, CKR_GENERAL_ERROR,
         "C_FindObjects CKR_GENERAL_ERROR"},
        {"* function-failed", call_open, CKR_FUNCTION_FAILED, "C_OpenSession CKR_FUNCTION_FAILED"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rules_set(cases[i].rule);
        assert_int_equal(cases[i].call(), cases[i].expect);
        assert_int_equal(journal_count(cases[i].line), 1);
    }
}

TEST(after_a_failed_sign_the_session_can_sign_again)
{
    CK_ULONG size;

    rules_set("C_Sign device-error times=1\n");
    assert_int_equal(sign_once(&size), CKR_DEVICE_ERROR);
    assert_int_equal(sign_once(&size), CKR_OK);
}

/* ---- When a rule strikes ---- */

TEST(without_rules_calls_pass_and_are_journaled)
{
    CK_ULONG size;

    rules_set("# a comment\n\n");
    assert_int_equal(sign_once(&size), CKR_OK);
    assert_int_equal(size, P256_SIG_SIZE);
    assert_int_equal(journal_count("C_Sign CKR_OK"), 1);
    assert_int_equal(journal_count("C_SignInit CKR_OK"), 1);
}

TEST(after_and_times_bound_a_rule)
{
    rules_set("C_GetTokenInfo device-error after=1 times=2\n");
    assert_int_equal(call_token_info(), CKR_OK);
    assert_int_equal(call_token_info(), CKR_DEVICE_ERROR);
    assert_int_equal(call_token_info(), CKR_DEVICE_ERROR);
    assert_int_equal(call_token_info(), CKR_OK);
}

TEST(after_without_times_has_no_end)
{
    rules_set("C_GetTokenInfo device-error after=1\n");
    assert_int_equal(call_token_info(), CKR_OK);
    assert_int_equal(call_token_info(), CKR_DEVICE_ERROR);
    assert_int_equal(call_token_info(), CKR_DEVICE_ERROR);
}

TEST(calls_are_counted_over_processes)
{
    int status;

    rules_set("C_GetTokenInfo device-error times=1\n");
    pid_t child = fork();
    if (child == 0) {
        _exit(call_token_info() == CKR_DEVICE_ERROR ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(call_token_info(), CKR_OK);
}

TEST(a_length_query_is_not_a_signature)
{
    CK_ULONG size = 0;

    rules_set("C_Sign device-removed\n");
    assert_int_equal(sign(session, NULL, &size), CKR_OK);
    assert_int_equal(journal_count("C_Sign-length CKR_OK"), 1);
    CK_BYTE signature[P256_SIG_SIZE];
    size = sizeof signature;
    assert_int_equal(mock->C_Sign(session, digest, sizeof digest, signature, &size),
                     CKR_DEVICE_REMOVED);
}

/* ---- Faults that pass on and alter ---- */

static CK_RV real_verify(CK_BYTE *signature, CK_ULONG size)
{
    CK_MECHANISM ecdsa = {CKM_ECDSA, NULL, 0};
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
    CK_OBJECT_HANDLE public_key;
    CK_ULONG count = 0;

    assert_int_equal(mock->C_FindObjectsInit(session, &wanted, 1), CKR_OK);
    assert_int_equal(mock->C_FindObjects(session, &public_key, 1, &count), CKR_OK);
    assert_int_equal(mock->C_FindObjectsFinal(session), CKR_OK);
    assert_int_equal(count, 1);
    assert_int_equal(mock->C_VerifyInit(session, &ecdsa, public_key), CKR_OK);

    return mock->C_Verify(session, digest, sizeof digest, signature, size);
}

TEST(a_wrong_signature_has_the_right_length_and_does_not_verify)
{
    CK_BYTE signature[P256_SIG_SIZE];
    CK_ULONG size = sizeof signature;

    rules_set("C_Sign wrong-signature\n");
    assert_int_equal(sign(session, signature, &size), CKR_OK);
    assert_int_equal(size, P256_SIG_SIZE);
    assert_int_equal(real_verify(signature, size), CKR_SIGNATURE_INVALID);
    signature[P256_SIG_SIZE - 1] ^= 1;
    assert_int_equal(real_verify(signature, size), CKR_OK);
}

TEST(lengths_of_signatures_are_altered)
{
    static const struct {
        const char *rule;
        CK_ULONG size;
    } cases[] = {
        {"C_Sign short-signature", P256_SIG_SIZE - 1},
        {"C_Sign half-signature", P256_SIG_SIZE / 2},
        {"C_Sign empty-signature", 0},
        {"C_Sign overlong-signature", P256_SIG_SIZE + 4096},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CK_ULONG size;
        rules_set(cases[i].rule);
        assert_int_equal(sign_once(&size), CKR_OK);
        assert_int_equal(size, cases[i].size);
    }
}

TEST(flags_of_the_token_are_added)
{
    static const struct {
        const char *rule;
        CK_FLAGS flag;
    } cases[] = {
        {"C_GetTokenInfo pin-count-low", CKF_USER_PIN_COUNT_LOW},
        {"C_GetTokenInfo pin-final-try", CKF_USER_PIN_FINAL_TRY},
        {"C_GetTokenInfo pin-locked-flag", CKF_USER_PIN_LOCKED},
        {"C_GetTokenInfo pin-to-be-changed", CKF_USER_PIN_TO_BE_CHANGED},
    };
    CK_TOKEN_INFO info;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rules_set("");
        assert_int_equal(mock->C_GetTokenInfo(slot, &info), CKR_OK);
        assert_int_equal(info.flags & cases[i].flag, 0);
        rules_set(cases[i].rule);
        assert_int_equal(mock->C_GetTokenInfo(slot, &info), CKR_OK);
        assert_int_equal(info.flags & cases[i].flag, cases[i].flag);
    }
}

TEST(no_objects_are_found_without_an_error)
{
    CK_OBJECT_HANDLE found;
    CK_ULONG count = 1;

    rules_set("C_FindObjects no-objects\n");
    assert_int_equal(mock->C_FindObjectsInit(session, NULL, 0), CKR_OK);
    assert_int_equal(mock->C_FindObjects(session, &found, 1, &count), CKR_OK);
    assert_int_equal(count, 0);
    assert_int_equal(mock->C_FindObjectsFinal(session), CKR_OK);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

TEST(a_slow_call_succeeds_late)
{
    int64_t start = now_ms();

    rules_set("C_GetTokenInfo slow\n");
    assert_int_equal(call_token_info(), CKR_OK);
    assert_true(now_ms() - start >= 300);
}

/* ---- Faults that end the process ---- */

/* Run body in a child, its messages dropped; after_ms > 0: SIGKILL by then. Its wait status. */
static int child_status(void (*body)(void), unsigned after_ms)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        body();
        _exit(42);
    }
    if (after_ms > 0) {
        usleep(after_ms * 1000);
        kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);

    return status;
}

static void body_sign(void)
{
    (void)call_sign();
}

static void body_initialize(void)
{
    mock->C_Finalize(NULL);
    mock->C_Initialize(NULL);
}

static void assert_killed_by(int status, int number)
{
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
}

TEST(a_crash_is_a_segmentation_fault)
{
    rules_set("C_Sign crash\n");
    assert_killed_by(child_status(body_sign, 0), SIGSEGV);
    assert_int_equal(journal_count("C_Sign crash"), 1);
}

TEST(a_hang_does_not_return)
{
    rules_set("C_Sign hang\n");
    assert_killed_by(child_status(body_sign, 200), SIGKILL);
    assert_int_equal(journal_count("C_Sign hang"), 1);
    rules_set("C_Initialize hang\n");
    assert_killed_by(child_status(body_initialize, 200), SIGKILL);
    assert_int_equal(journal_count("C_Initialize hang"), 1);
}

TEST(an_exit_ends_the_process_with_success)
{
    rules_set("C_Sign exit\n");
    int status = child_status(body_sign, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

TEST(a_rule_with_a_typing_error_aborts)
{
    static const char *const texts[] = {
        "C_Sign crush",
        "C_Sign",
        "C_Login short-signature",
        "C_Sign pin-wrong",
        "C_Sign crash times=x",
        "C_Sign crash times=0",
        "C_Sign crash sometimes",
        "C_Sign crash times=1x",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        rules_set(texts[i]);
        assert_killed_by(child_status(body_sign, 0), SIGABRT);
    }
}

/* ---- One session, one thread ---- */

static void *thread_session_info(void *which)
{
    CK_SESSION_INFO info;

    mock->C_GetSessionInfo(*(CK_SESSION_HANDLE *)which, &info);
    return NULL;
}

static void two_threads(CK_SESSION_HANDLE *first, CK_SESSION_HANDLE *second)
{
    pthread_t a, b;

    pthread_create(&a, NULL, thread_session_info, first);
    pthread_create(&b, NULL, thread_session_info, second);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
}

static void body_shared_session(void)
{
    two_threads(&session, &session);
}

static void body_own_sessions(void)
{
    CK_SESSION_HANDLE other;

    if (mock->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &other) == CKR_OK) {
        two_threads(&session, &other);
    }
}

TEST(a_session_used_by_two_threads_at_once_aborts)
{
    rules_set("C_GetSessionInfo slow\n");
    assert_killed_by(child_status(body_shared_session, 0), SIGABRT);
    assert_int_equal(journal_count("C_GetSessionInfo shared-session"), 1);
}

TEST(two_threads_with_a_session_each_are_left_alone)
{
    rules_set("C_GetSessionInfo slow\n");
    int status = child_status(body_own_sessions, 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
    assert_int_equal(journal_count("C_GetSessionInfo CKR_OK"), 2);
}

/* ---- What is never written ---- */

TEST(the_journal_holds_no_argument)
{
    char text[4096];

    rules_set("");
    assert_int_equal(mock->C_Logout(session), CKR_OK);
    assert_int_equal(call_login(), CKR_OK);
    FILE *file = fopen(journal, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = '\0';
    assert_string_equal(text, "C_Logout CKR_OK\nC_Login CKR_OK\n");
}

int main(void)
{
    return _cmocka_run_group_tests("mock", test_list, test_count, world_make, world_end);
}
