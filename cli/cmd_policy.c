/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "cli/commands.h"
#include "policy/policy.h"

struct lint {
    struct fws_cli *cli;
    struct fws_json files;
    struct fws_error first;
};

static void put_file(struct lint *lint, const char *path, const char *product,
                     const struct fws_error *failure)
{
    fws_json_object(&lint->files, NULL);
    fws_json_text(&lint->files, "file", path);
    fws_json_bool(&lint->files, "valid", failure->status == FWS_OK);
    if (failure->status == FWS_OK) {
        fws_json_text(&lint->files, "product", product);
    } else {
        fws_json_text(&lint->files, "message", failure->text);
    }
    fws_json_end(&lint->files);
}

static enum fws_status lint_file(struct lint *lint, const char *path, struct fws_error *err)
{
    FWS_AUTO(fws_policy) policy = {0};
    struct fws_error failure = {0};
    enum fws_status status = FWS_OK;

    failure.status = fws_policy_load(path, &policy, &failure);
    put_file(lint, path, policy.product, &failure);
    if (!lint->cli->global.json && failure.status == FWS_OK) {
        status = fws_cli_print(err, "%s: product %s, ok\n", path, policy.product);
    }
    if (failure.status != FWS_OK) {
        if (lint->first.status == FWS_OK) {
            lint->first = failure;
        } else if (!lint->cli->global.json) {
            fws_cli_warn("%s", failure.text);
        }
    }
    return status;
}

static enum fws_status lint_folder(struct lint *lint, struct fws_error *err)
{
    FWS_AUTO(fws_policy_set) set = {0};
    enum fws_status status = fws_cli_config(lint->cli, err);
    char *folder = NULL;

    if (status == FWS_OK) {
        folder = fws_config_path(&lint->cli->config, lint->cli->config.policy);
        status = fws_policy_set_load(folder, &set, err);
    }
    free(folder);
    for (size_t i = 0; status == FWS_OK && i < set.count; i++) {
        status = lint_file(lint, set.policies[i].path, err);
    }
    return status;
}

enum fws_status fws_cmd_policy_lint(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct lint lint = {.cli = cli};
    enum fws_status status = FWS_OK;

    (void)options;
    fws_json_array(&lint.files, NULL);
    if (cli->operand_count == 0) {
        status = lint_folder(&lint, err);
    }
    for (int i = 0; status == FWS_OK && i < cli->operand_count; i++) {
        status = lint_file(&lint, cli->operands[i], err);
    }
    if (status == FWS_OK && cli->global.json) {
        status = fws_cli_json_list(cli, "policies", &lint.files, &lint.first, err);
    }
    fws_json_free(&lint.files);
    if (status == FWS_OK && lint.first.status != FWS_OK) {
        *err = lint.first;
        status = err->status;
    }
    return status;
}

static const char reference_head[] =
    "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
    "# The policy file\n\n"
    "One YAML file a product, in the folder that `policy:` of `fwsign.yaml` names. Whatever is not "
    "in\n"
    "this table is an error, with file, line and column. This page is printed by\n"
    "`fwsign policy reference` from the table that reads the files.\n\n";

static const char reference_cases[] =
    "\n## Decisions\n\n"
    "Every rule that the file states is asked, and every one that fails is named. Three are asked "
    "of\n"
    "every request: the key is listed, it is on no list of [published keys](denied-keys.md), "
    "which\n"
    "nothing overrides, and the input is no image unless `format.resign` says so. A list where "
    "this\n"
    "page says \"a list or a mapping of names\" is short for a mapping without further keys; "
    "`NAME:\n"
    "VALUE` is short for what is said first of a name, as in `ram: {sram: "
    "0x20000000-0x2003ffff}`.\n\n"
    "A budget's hour and day are those of the clock, in UTC, and count what was signed or is "
    "being\n"
    "signed. Versions rise by channel; the security counter and the policy's serial by product.\n\n"
    "The same bytes under the same key and policy get the signature on record. Then only "
    "`callers`,\n"
    "`keys`, `denied-keys`, `serial`, `channels`, `when`, `version.rollback-floor`,\n"
    "`counter.minimum` and the texts that must not be there are asked.\n\n"
    "## Cases for `fwsign policy test`\n\n"
    "A file of facts and the decisions they shall lead to, for a team's CI. What is not given is "
    "not\n"
    "asked, except for what was signed before: without `last-version` that is nothing.\n\n"
    "```yaml\n"
    "product: pump\n"
    "cases:\n"
    "  an old release is not signed again:\n"
    "    given: {key: prod-2025, version: 1.0.0, last-version: 1.2.0}\n"
    "    expect: refused\n"
    "    rules: [version.increasing]\n"
    "```\n\n";

enum fws_status fws_cmd_policy_reference(struct fws_cli *cli, const void *options,
                                         struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_buf_append(&text, reference_head, sizeof reference_head - 1, err);

    (void)cli;
    (void)options;
    if (status == FWS_OK) {
        status = fws_yaml_reference(fws_policy_fields, &text, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(&text, reference_cases, sizeof reference_cases - 1, err);
    }
    if (status == FWS_OK) {
        status = fws_yaml_reference(fws_cases_fields, &text, err);
    }
    return status == FWS_OK ? fws_cli_write(text.data, text.size, err) : status;
}

enum fws_status fws_cmd_policy_schema(struct fws_cli *cli, const void *options,
                                      struct fws_error *err)
{
    FWS_AUTO(fws_json) json = {0};

    (void)cli;
    (void)options;
    fws_yaml_schema(fws_policy_fields, "fwsign policy", &json);
    enum fws_status status = fws_json_done(&json, err);

    return status == FWS_OK
               ? fws_cli_print(err, "%.*s\n", (int)json.buf.size, (const char *)json.buf.data)
               : status;
}
