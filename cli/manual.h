/* SPDX-License-Identifier: Apache-2.0 */
/* Private to cli/. */
#ifndef FWS_CLI_MANUAL_H
#define FWS_CLI_MANUAL_H

#include "base/error.h"

/* Write fwsign.1 and a page a command into folder. */
FWS_MUST_USE enum fws_status fws_manual_write(const char *folder, struct fws_error *err);

#endif
