/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advisory or enforced. Advisory: configuration, policy and log may be the caller's own; they keep
 * from mistakes, not from the caller. Enforced: they belong to root or to the service's user, the
 * caller reaches them only through it (sudo, later the service), and what the caller configures is
 * ignored. Private to cli/.
 */
#ifndef FWS_CLI_MODE_H
#define FWS_CLI_MODE_H

#include "cli/cli.h"

/* "advisory" or "enforced": for the log and for people. */
const char *fws_mode_name(const struct fws_config *config);

/*
 * In enforced mode: could anybody but root and the service's user change configuration, policy, log,
 * high-water mark, PIN, module, or a file that the module's environment names? FWS_E_UNPROTECTED
 * naming what; FWS_E_CONFIG when the service's user does not exist, or no high-water mark is
 * configured. FWS_OK in advisory mode.
 */
FWS_MUST_USE enum fws_status fws_mode_check(const struct fws_config *config, struct fws_error *err);

/* In enforced mode firmware is signed with keys that the configuration names, and no PEM file or URI
 * of the caller's choice: FWS_E_KEY_NOT_FOUND. */
FWS_MUST_USE enum fws_status fws_mode_key(const struct fws_config *config, const char *name,
                                          struct fws_error *err);

/* Who called sudo, by SUDO_UID; false: not known. A caller cannot pretend it when this process has
 * another user's rights, as sudo sets it; and nothing is believed of it without such rights. */
bool fws_mode_sudo(uid_t *out);

/* Is it enforced mode, and does this process have the rights of root or of the service's user?
 * FWS_E_CONFIG when there is no such user. */
FWS_MUST_USE enum fws_status fws_mode_serves(const struct fws_config *config, bool *out,
                                             struct fws_error *err);

/*
 * Who asks, for policy and log: printable, cut to fit. In enforced mode, for a process that sudo
 * started as root or as the service, whoever called sudo.
 */
#define FWS_CLI_CALLER_SIZE 64u
void fws_mode_caller(const struct fws_config *config, char out[FWS_CLI_CALLER_SIZE]);

#endif
