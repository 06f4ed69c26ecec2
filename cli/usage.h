/* SPDX-License-Identifier: Apache-2.0 */
/* How an option is spelled in help and manual. Private to cli/. */
#ifndef FWS_CLI_USAGE_H
#define FWS_CLI_USAGE_H

#include "cli/options.h"

/* "-o, --output FILE" into out. */
void fws_usage_option_text(const struct fws_option *option, char *out, size_t size);

#endif
