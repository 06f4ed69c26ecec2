/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/audit/states.h"
#include "tests/audit/work.h"

static void make_states(void)
{
    stage_say("making the logs to begin with");
    stage_must(0, stage_drive("create log"));
    stage_must(0, stage_drive("--segment 3000 --snapshot 8 work log 4"));
    stage_keep("rest");
    stage_must(EXIT_REFUSED, stage_shim("SHIM_SHORT=2:100", "work log 1"));
    stage_keep("torn");
    stage_remove("log/derived");
    stage_keep("bare");
    stage_must(0, stage_drive("work log 1"));
    stage_keep("marked");
    stage_restore("rest");
    stage_must(EXIT_REFUSED, stage_drive("--token refuses work log 1"));
    stage_keep("pending");
}

void states_begin(void)
{
    stage_make(plan_key_kind());
    if (!plan_possible()) {
        stage_clear();
        skip();
    }
    make_states();
}

int states_verdict(const char *state)
{
    return strcmp(state, "rest") == 0 ? 0 : 14;
}
