/* SPDX-License-Identifier: Apache-2.0 */
/* Points in time as people write them. Private to cli/. */
#ifndef FWS_CLI_LOG_TIME_H
#define FWS_CLI_LOG_TIME_H

#include "base/clock.h"
#include "base/error.h"

/*
 * text into the form of an entry's "ts", in which times compare as text. One of
 *
 *     2025-01-31T12:34:56.5Z      RFC 3339, with Z or an offset; a blank for the T
 *     2025-01-31                  its beginning, in UTC
 *     90m, 2h, 3d                 before now_us: s, m, h, d or w
 *
 * FWS_E_USAGE with option's name in front; also for times before 1970.
 */
FWS_MUST_USE enum fws_status fws_log_time_parse(const char *option, const char *text,
                                                int64_t now_us, char out[FWS_CLOCK_TEXT_SIZE],
                                                struct fws_error *err);

#endif
