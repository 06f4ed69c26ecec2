/* SPDX-License-Identifier: Apache-2.0 */
/* Wall and monotonic time. */
#ifndef FWS_BASE_CLOCK_H
#define FWS_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FWS_CLOCK_TEXT_SIZE 28u /* "2025-01-31T12:34:56.123456Z" and NUL */

/* Microseconds since 1970-01-01T00:00:00Z. */
int64_t fws_clock_now_us(void);

#define FWS_CLOCK_LAST_US (INT64_C(253402300800) * 1000000 - 1) /* of the year 9999 */

/* RFC 3339 in UTC with microseconds and 'Z'; 1970-01-01 for a time before it, or behind 9999. */
char *fws_clock_text(int64_t time_us, char out[FWS_CLOCK_TEXT_SIZE]);

/* "2025-01-31" (its first moment, UTC) or "2025-01-31T12:34:56[.123456](Z|+01:00)", the years 1970 to
 * 9999, as microseconds; false when text is neither, or names a day that does not exist. */
bool fws_clock_parse(const char *text, int64_t *out);

/* Milliseconds of a clock that never goes back, for deadlines. */
int64_t fws_clock_monotonic_ms(void);

/* Sleep between half of ms and ms, at random, so that processes in a race spread out. */
void fws_clock_sleep_jitter(unsigned ms);

#endif
