/* SPDX-License-Identifier: Apache-2.0 */
/* Before a policy is changed: which requests on record would have been decided otherwise? */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/log.h"
#include "cli/log_time.h"
#include "signer/signer.h"

struct diff_options {
    const char *since;
    bool exit_code;
};

const struct fws_option fws_policy_diff_options[] = {
    {"since", 0, FWS_OPTION_TEXT, offsetof(struct diff_options, since), "TIME",
     "the first request that is asked about: a time, a date, or how long ago; default: 30d",
     FWS_VALUES_ANY, NULL},
    {"exit-code", 0, FWS_OPTION_FLAG, offsetof(struct diff_options, exit_code), NULL,
     "exit 10 when anything is decided otherwise", FWS_VALUES_ANY, NULL},
    {0},
};
const size_t fws_policy_diff_options_size = sizeof(struct diff_options);

struct diff {
    struct fws_cli *cli;
    struct fws_policy before, after;
    struct fws_json list;
    uint64_t different;
};

/* ---- One request ---- */

/* The rules that refuse, of the one decision that does. */
static const struct fws_decision *refusing(const struct fws_compared *compared)
{
    return compared->before->allowed ? compared->after : compared->before;
}

static void put_json(struct fws_json *json, const struct fws_compared *compared)
{
    const struct fws_decision *decision = refusing(compared);

    fws_json_object(json, NULL);
    fws_json_int(json, "entry", (int64_t)compared->seq);
    fws_json_text(json, "time", compared->time);
    fws_json_text(json, "version", compared->version);
    fws_json_text(json, "channel", compared->channel);
    fws_json_text(json, "caller", compared->caller);
    fws_json_text(json, "key", compared->key);
    fws_json_text(json, "then", compared->denied ? "refused" : "allowed");
    fws_json_text(json, "before", compared->before->allowed ? "allowed" : "refused");
    fws_json_text(json, "after", compared->after->allowed ? "allowed" : "refused");
    fws_json_array(json, "rules");
    for (size_t i = 0; i < decision->reason_count; i++) {
        if (decision->reasons[i].answer == FWS_ANSWER_FAIL) {
            fws_json_object(json, NULL);
            fws_json_text(json, "rule", decision->reasons[i].rule);
            fws_json_text(json, "expected", decision->reasons[i].expected);
            fws_json_text(json, "seen", decision->reasons[i].seen);
            fws_json_end(json);
        }
    }
    fws_json_end(json);
    fws_json_end(json);
}

static enum fws_status print(const struct diff *diff, const struct fws_compared *compared,
                             struct fws_error *err)
{
    bool refused = !compared->after->allowed;
    struct fws_error why = {0};

    (void)fws_decision_error(refused ? &diff->after : &diff->before, refusing(compared), &why);
    return fws_cli_print(err, "%" PRIu64 "  %.19sZ  %s  %s  %s by %s: %s; %s\n", compared->seq,
                         compared->time, compared->version, compared->channel, compared->key,
                         compared->caller, refused ? "now refused" : "now allowed", why.text);
}

static enum fws_status take(void *context, const struct fws_compared *compared,
                            struct fws_error *err)
{
    struct diff *diff = context;

    diff->different++;
    put_json(&diff->list, compared);
    return diff->cli->global.json ? FWS_OK : print(diff, compared, err);
}

/* ---- The command ---- */

static enum fws_status load(struct diff *diff, struct fws_error *err)
{
    enum fws_status status = fws_policy_load(diff->cli->operands[0], &diff->before, err);

    if (status == FWS_OK) {
        status = fws_policy_load(diff->cli->operands[1], &diff->after, err);
    }
    if (status == FWS_OK && strcmp(diff->before.product, diff->after.product) != 0) {
        return fws_error_set(err, FWS_E_USAGE, "the policies are for two products: %s and %s",
                             diff->before.product, diff->after.product);
    }
    return status;
}

static enum fws_status compare(struct diff *diff, const struct diff_options *options,
                               uint64_t *asked, struct fws_error *err)
{
    char since[FWS_CLOCK_TEXT_SIZE];
    char *folder = NULL;
    enum fws_status status = fws_log_time_parse(
        "--since", options->since != NULL ? options->since : "30d", fws_clock_now_us(), since, err);

    if (status == FWS_OK) {
        status = fws_cli_log_folder(diff->cli, &folder, err);
    }
    if (status == FWS_OK) {
        status = fws_cli_log_exists(folder, err);
    }
    if (status == FWS_OK) {
        status =
            fws_sign_compare(folder, &diff->before, &diff->after, since, take, diff, asked, err);
    }
    free(folder);
    return status;
}

static enum fws_status report(struct diff *diff, uint64_t asked, struct fws_error *err)
{
    if (!diff->cli->global.json) {
        return diff->cli->global.quiet ? FWS_OK
                                       : fws_cli_print(err,
                                                       "%" PRIu64 " of %" PRIu64
                                                       " requests would be decided otherwise\n",
                                                       diff->different, asked);
    }
    return fws_cli_json_list(diff->cli, "requests", &diff->list, &(struct fws_error){0}, err);
}

enum fws_status fws_cmd_policy_diff(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    const struct diff_options *asked_for = options;
    struct diff diff = {.cli = cli};
    uint64_t asked = 0;
    enum fws_status status = load(&diff, err);

    fws_json_array(&diff.list, NULL);
    if (status == FWS_OK) {
        status = compare(&diff, asked_for, &asked, err);
    }
    if (status == FWS_OK) {
        status = report(&diff, asked, err);
    }
    if (status == FWS_OK && asked_for->exit_code && diff.different > 0) {
        status = fws_error_set(err, FWS_E_POLICY_CASE,
                               "%" PRIu64 " requests would be decided otherwise", diff.different);
    }
    fws_json_free(&diff.list);
    fws_policy_free(&diff.before);
    fws_policy_free(&diff.after);
    return status;
}
