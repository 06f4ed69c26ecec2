/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <p11-kit/pkcs11.h>

#include "tests/mock/faults.h"

#define SIGNING " C_Sign C_SignFinal "

static const struct mock_fault faults[] = {
    {"device-removed", MOCK_ANSWER, CKR_DEVICE_REMOVED, NULL},
    {"device-error", MOCK_ANSWER, CKR_DEVICE_ERROR, NULL},
    {"device-memory", MOCK_ANSWER, CKR_DEVICE_MEMORY, NULL},
    {"general-error", MOCK_ANSWER, CKR_GENERAL_ERROR, NULL},
    {"function-failed", MOCK_ANSWER, CKR_FUNCTION_FAILED, NULL},
    {"not-initialized", MOCK_ANSWER, CKR_CRYPTOKI_NOT_INITIALIZED, NULL},
    {"session-lost", MOCK_ANSWER, CKR_SESSION_HANDLE_INVALID, NULL},
    {"session-closed", MOCK_ANSWER, CKR_SESSION_CLOSED, NULL},
    {"session-count", MOCK_ANSWER, CKR_SESSION_COUNT, NULL},
    {"token-gone", MOCK_ANSWER, CKR_TOKEN_NOT_PRESENT, NULL},
    {"logged-out", MOCK_ANSWER, CKR_USER_NOT_LOGGED_IN, NULL},
    {"key-gone", MOCK_ANSWER, CKR_KEY_HANDLE_INVALID, NULL},
    {"not-permitted", MOCK_ANSWER, CKR_KEY_FUNCTION_NOT_PERMITTED, NULL},
    {"mechanism-invalid", MOCK_ANSWER, CKR_MECHANISM_INVALID, NULL},
    {"odd-code", MOCK_ANSWER, CKR_VENDOR_DEFINED | 0x123, NULL},
    {"pin-wrong", MOCK_ANSWER, CKR_PIN_INCORRECT, " C_Login C_SetPIN "},
    {"pin-locked", MOCK_ANSWER, CKR_PIN_LOCKED, " C_Login C_SetPIN "},
    {"pin-expired", MOCK_ANSWER, CKR_PIN_EXPIRED, " C_Login C_SetPIN "},
    {"already-logged-in", MOCK_ANSWER, CKR_USER_ALREADY_LOGGED_IN, " C_Login "},
    {"hang", MOCK_HANG, 0, NULL},
    {"crash", MOCK_CRASH, 0, NULL},
    {"exit", MOCK_EXIT, 0, NULL},
    {"slow", MOCK_SLOW, 300, NULL},
    {"wrong-signature", MOCK_FLIP, 0, SIGNING},
    {"short-signature", MOCK_DROP, 1, SIGNING},
    {"half-signature", MOCK_HALVE, 0, SIGNING},
    {"empty-signature", MOCK_EMPTY, 0, SIGNING},
    {"overlong-signature", MOCK_OVERLONG, 4096, SIGNING},
    {"pin-count-low", MOCK_TOKEN_FLAG, CKF_USER_PIN_COUNT_LOW, " C_GetTokenInfo "},
    {"pin-final-try", MOCK_TOKEN_FLAG, CKF_USER_PIN_FINAL_TRY, " C_GetTokenInfo "},
    {"pin-locked-flag", MOCK_TOKEN_FLAG, CKF_USER_PIN_LOCKED, " C_GetTokenInfo "},
    {"pin-to-be-changed", MOCK_TOKEN_FLAG, CKF_USER_PIN_TO_BE_CHANGED, " C_GetTokenInfo "},
    {"no-objects", MOCK_NO_OBJECTS, 0, " C_FindObjects "},
};

#define RULES_MAX 64u

struct rule {
    char function[32];
    const struct mock_fault *fault;
    unsigned after;
    unsigned times; /* 0 = no end */
};

static _Noreturn void reject(const char *path, size_t line, const char *why)
{
    fprintf(stderr, "mock: %s:%zu: %s\n", path, line, why);
    abort();
}

static const struct mock_fault *fault_named(const char *name)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(faults[i].name, name) == 0) {
            return &faults[i];
        }
    }
    return NULL;
}

static bool fits(const struct mock_fault *fault, const char *function)
{
    char word[40];

    snprintf(word, sizeof word, " %s ", function);

    return fault->only == NULL || strstr(fault->only, word) != NULL;
}

static bool option_parse(const char *word, struct rule *out)
{
    char rest;

    return sscanf(word, "after=%u%c", &out->after, &rest) == 1 ||
           (sscanf(word, "times=%u%c", &out->times, &rest) == 1 && out->times > 0);
}

/* false for a line without a rule */
static bool rule_parse(const char *path, size_t number, char *line, struct rule *out)
{
    char *rest = NULL;

    line[strcspn(line, "#\n")] = '\0';
    char *function = strtok_r(line, " \t", &rest);
    if (function == NULL) {
        return false;
    }
    char *name = strtok_r(NULL, " \t", &rest);
    *out = (struct rule){.fault = name != NULL ? fault_named(name) : NULL};
    if (out->fault == NULL) {
        reject(path, number, "no such fault");
    }
    if (strlen(function) >= sizeof out->function || !fits(out->fault, function)) {
        reject(path, number, "this fault does not fit this function");
    }
    strcpy(out->function, function);
    for (char *word; (word = strtok_r(NULL, " \t", &rest)) != NULL;) {
        if (!option_parse(word, out)) {
            reject(path, number, "expected after=N or times=N, N > 0");
        }
    }
    return true;
}

static size_t rules_load(const char *path, struct rule out[RULES_MAX])
{
    char line[256];
    size_t number = 0;
    size_t count = 0;
    FILE *file = fopen(path, "re");

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        number++;
        if (count == RULES_MAX) {
            reject(path, number, "too many rules");
        }
        if (rule_parse(path, number, line, &out[count])) {
            count++;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

/* How many calls have reached rule number index before this one, over all processes. */
static unsigned calls_before(const char *path, size_t index)
{
    char name[4096];
    unsigned calls = 0;
    off_t place = (off_t)(index * sizeof calls);

    snprintf(name, sizeof name, "%s.count", path);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0 || pread(fd, &calls, sizeof calls, place) < 0) {
        reject(name, 0, "cannot count calls");
    }
    unsigned more = calls + 1;
    if (pwrite(fd, &more, sizeof more, place) != (ssize_t)sizeof more) {
        reject(name, 0, "cannot count calls");
    }
    close(fd);

    return calls;
}

static bool strikes(const char *path, size_t index, const struct rule *rule)
{
    if (rule->after == 0 && rule->times == 0) {
        return true;
    }
    unsigned before = calls_before(path, index);

    return before >= rule->after && (rule->times == 0 || before - rule->after < rule->times);
}

const struct mock_fault *mock_fault_find(const char *function)
{
    struct rule rules[RULES_MAX];
    const char *path = getenv("FWSIGN_MOCK_RULES");
    size_t count = path != NULL ? rules_load(path, rules) : 0;

    for (size_t i = 0; i < count; i++) {
        bool named =
            strcmp(rules[i].function, "*") == 0 || strcmp(rules[i].function, function) == 0;
        if (named && strikes(path, i, &rules[i])) {
            return rules[i].fault;
        }
    }
    return NULL;
}
