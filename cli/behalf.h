/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whoever may start fwsign as the service must not get the service's rights with it. In enforced mode
 * a process that sudo started as root or as the service's user works on behalf of whoever called sudo:
 *
 *  - it runs the commands that callers have a use for, and no other;
 *  - `sign` and `policy explain` read files and write into folders that are the caller's own, judged
 *    when they are open, so that no link and no race leads elsewhere; other commands touch no file
 *    that the caller names;
 *  - keys are those of the configuration, and so is the PIN;
 *  - of the environment, what a module or git could be led astray with is gone.
 *
 * Private to cli/.
 */
#ifndef FWS_CLI_BEHALF_H
#define FWS_CLI_BEHALF_H

#include "cli/cli.h"

/*
 * Before a command runs: is it on behalf of another, and is it one that may be? Sets cli->behalf.
 * options: the command's values, parsed.
 *
 * FWS_E_CALLER naming the command or the argument; FWS_E_CONFIG when the system's configuration
 * cannot be read.
 */
FWS_MUST_USE enum fws_status fws_behalf_begin(struct fws_cli *cli, const void *options,
                                              struct fws_error *err);

/* Whose files the command may touch; NULL: anybody's. */
const uid_t *fws_behalf_owner(const struct fws_cli *cli);

#endif
