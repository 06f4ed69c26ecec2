/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/audit/plan.h"

#define LINE_SIZE 4096u

static struct plan_call *find(struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->count; i++) {
        if (strcmp(plan->calls[i].name, name) == 0) {
            return &plan->calls[i];
        }
    }
    assert_true(plan->count < PLAN_CALLS);
    (void)snprintf(plan->calls[plan->count].name, sizeof plan->calls[0].name, "%s", name);
    return &plan->calls[plan->count++];
}

static FILE *open_trace(void)
{
    FILE *trace = fopen("trace", "re");

    if (trace == NULL) {
        stage_fail("there is no trace");
    }
    return trace;
}

/* "PID NAME(...": false for what is no call. */
static bool name_of(const char *line, char name[24])
{
    return sscanf(line, "%*d %23[a-z0-9_](", name) == 1 && strstr(line, "resumed>") == NULL;
}

bool plan_possible(void)
{
    bool possible = stage_run("strace -f -qq -o trace true") == 0;

    if (!possible) {
        print_message("tracing is not allowed here\n");
    }
    return possible;
}

struct plan plan_make(const char *command)
{
    struct plan plan = {0};
    char line[LINE_SIZE];
    char name[24];
    bool begun = false;
    int code = stage_inject("", command);

    if (code != 0 && code != 14) {
        stage_fail("'%s' without a fault: exit code %d", command, code);
    }
    FILE *trace = open_trace();

    while (fgets(line, sizeof line, trace) != NULL) {
        if (strstr(line, "/driver-begins") != NULL) {
            begun = true;
        } else if (name_of(line, name)) {
            struct plan_call *call = find(&plan, name);

            call->before += !begun;
            call->after += begun;
        }
    }
    (void)fclose(trace);
    assert_true(begun);
    return plan;
}

bool plan_injected(void)
{
    char line[LINE_SIZE];
    bool found = false;
    FILE *trace = open_trace();

    while (!found && fgets(line, sizeof line, trace) != NULL) {
        found = strstr(line, "(INJECTED)") != NULL;
    }
    (void)fclose(trace);
    return found;
}

/* A segment or the folder of segments. */
static bool writes_to_segments(const char *line)
{
    char name[24];

    return name_of(line, name) &&
           (strcmp(name, "write") == 0 || strcmp(name, "pwrite64") == 0 ||
            strcmp(name, "fdatasync") == 0 || strcmp(name, "fsync") == 0) &&
           strstr(line, "/log/seg") != NULL;
}

/* What the kernel said about data once it does not say again: a flush that succeeds at the second try
 * may have lost it. */
void plan_check_no_retry(void)
{
    char line[LINE_SIZE];
    bool failed = false;
    FILE *trace = open_trace();

    while (fgets(line, sizeof line, trace) != NULL) {
        if (writes_to_segments(line) && failed && strstr(line, "(INJECTED)") == NULL) {
            stage_fail("a segment is touched again after its write or flush failed: %s", line);
        }
        failed = failed || (writes_to_segments(line) && strstr(line, "(INJECTED)") != NULL &&
                            strstr(line, "EINTR") == NULL);
    }
    (void)fclose(trace);
}

/* ---- The faults there are ---- */

unsigned plan_step(void)
{
    return stage_number("AUDIT_STEP", 19);
}

const char *plan_key_kind(void)
{
    const char *kind = getenv("AUDIT_KEY");

    return kind == NULL ? "ed25519" : kind;
}

void plan_each(const struct plan_deed *deed, plan_strike_fn *strike)
{
    unsigned step = plan_step();

    stage_say("'%s' on '%s'", deed->command, deed->state);
    stage_restore(deed->state);
    struct plan plan = plan_make(deed->command);

    for (size_t i = 0; i < plan.count; i++) {
        const struct plan_call *call = &plan.calls[i];
        /* Not always the first of them: the others are of later steps. */
        unsigned first = step > 1 && call->after > 0 ? (unsigned)(i * 7 % call->after) % step : 0;

        for (unsigned n = first; n < call->after; n += step) {
            strike(deed, call->name, call->before + n + 1);
        }
    }
}

/* What else than EIO a call may answer. EINTR once: for good, nothing could be done about it. */
static const struct {
    const char *call;
    const char *errors[PLAN_ERRORS];
} answers[] = {
    {"write", {"EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR"}},
    {"pwrite64", {"EIO", "ENOSPC"}},
    {"fallocate", {"EIO", "ENOSPC", "EDQUOT", "EINTR", "EOPNOTSUPP"}},
    {"fdatasync", {"EIO", "ENOSPC", "EDQUOT"}},
    {"fsync", {"EIO", "ENOSPC", "EDQUOT"}},
    {"openat", {"EIO", "EMFILE", "ENFILE", "ENOMEM", "EACCES"}},
    {"renameat", {"EIO", "ENOSPC", "EROFS"}},
    {"linkat", {"EIO", "ENOSPC", "EMLINK"}},
    {"unlinkat", {"EIO", "EROFS"}},
    {"mkdirat", {"EIO", "ENOSPC", "EROFS"}},
    {"newfstatat", {"EIO", "ENOMEM"}},
    {"read", {"EIO", "EINTR"}},
    {"pread64", {"EIO", "EINTR"}},
    {"getdents64", {"EIO"}},
    {"flock", {"EIO", "ENOLCK", "EINTR", "EWOULDBLOCK"}},
    {"ftruncate", {"EIO"}},
};

const char *const *plan_errors(const char *call)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strcmp(answers[i].call, call) == 0) {
            return answers[i].errors;
        }
    }
    return NULL;
}
