/* SPDX-License-Identifier: Apache-2.0 */
/* One function and one option table a command; commands.c has the rows. Private to cli/. */
#ifndef FWS_CLI_COMMANDS_H
#define FWS_CLI_COMMANDS_H

#include "cli/cli.h"

#define FWS_COMMAND_FUNCTIONS(X)                                                                   \
    X(init)                                                                                        \
    X(sign)                                                                                        \
    X(verify)                                                                                      \
    X(inspect) X(key_list) X(key_show) X(key_export) X(policy_lint) X(audit_verify) X(audit_log)   \
        X(doctor) X(config_show) X(completion) X(manual) X(version)

#define FWS_COMMAND_DECLARE(name)                                                                  \
    enum fws_status fws_cmd_##name(struct fws_cli *cli, const void *options, struct fws_error *err);
FWS_COMMAND_FUNCTIONS(FWS_COMMAND_DECLARE)
#undef FWS_COMMAND_DECLARE

extern const struct fws_option fws_init_options[], fws_sign_options[], fws_verify_options[],
    fws_inspect_options[], fws_key_export_options[], fws_audit_log_options[], fws_manual_options[],
    fws_config_show_options[];
extern const size_t fws_init_options_size, fws_sign_options_size, fws_verify_options_size,
    fws_inspect_options_size, fws_key_export_options_size, fws_audit_log_options_size,
    fws_manual_options_size, fws_config_show_options_size;

#endif
