/* SPDX-License-Identifier: Apache-2.0 */
/* One function and, where it has options, one table a command; commands.c has the rows. Private to
 * cli/. */
#ifndef FWS_CLI_COMMANDS_H
#define FWS_CLI_COMMANDS_H

#include "cli/cli.h"

#define FWS_COMMAND(name)                                                                          \
    enum fws_status fws_cmd_##name(struct fws_cli *cli, const void *options, struct fws_error *err)

#define FWS_COMMAND_WITH_OPTIONS(name)                                                             \
    extern const struct fws_option fws_##name##_options[];                                         \
    extern const size_t fws_##name##_options_size;                                                 \
    FWS_COMMAND(name)

FWS_COMMAND_WITH_OPTIONS(init);
FWS_COMMAND_WITH_OPTIONS(sign);
FWS_COMMAND_WITH_OPTIONS(verify);
FWS_COMMAND_WITH_OPTIONS(inspect);
FWS_COMMAND(key_list);
FWS_COMMAND(key_show);
FWS_COMMAND_WITH_OPTIONS(key_export);
FWS_COMMAND_WITH_OPTIONS(policy_explain);
FWS_COMMAND(policy_lint);
FWS_COMMAND_WITH_OPTIONS(policy_test);
FWS_COMMAND_WITH_OPTIONS(policy_diff);
FWS_COMMAND(policy_reference);
FWS_COMMAND(policy_schema);
FWS_COMMAND_WITH_OPTIONS(audit_create);
FWS_COMMAND_WITH_OPTIONS(audit_verify);
FWS_COMMAND_WITH_OPTIONS(audit_log);
FWS_COMMAND(audit_show);
FWS_COMMAND_WITH_OPTIONS(audit_what);
FWS_COMMAND_WITH_OPTIONS(audit_prove);
FWS_COMMAND_WITH_OPTIONS(audit_check);
FWS_COMMAND_WITH_OPTIONS(audit_checkpoint);
FWS_COMMAND_WITH_OPTIONS(audit_ack);
FWS_COMMAND_WITH_OPTIONS(audit_rotate);
FWS_COMMAND_WITH_OPTIONS(audit_tiles);
FWS_COMMAND(doctor);
FWS_COMMAND_WITH_OPTIONS(config_show);
FWS_COMMAND(completion);
FWS_COMMAND_WITH_OPTIONS(manual);
FWS_COMMAND(version);

#endif
