/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "cli/log_time.h"

#define MICROS     INT64_C(1000000)
#define DIGITS_MAX 6 /* of a number of hours and the like */

static bool parse_ago(const char *text, int64_t now_us, int64_t *out)
{
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    int64_t count = 0;
    int digits = 0;

    for (; digits < DIGITS_MAX && text[digits] >= '0' && text[digits] <= '9'; digits++) {
        count = count * 10 + (text[digits] - '0');
    }
    for (size_t i = 0; digits > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (text[digits] == units[i].letter && text[digits + 1] == '\0') {
            *out = now_us - count * units[i].seconds * MICROS;
            return *out >= 0;
        }
    }
    return false;
}

enum fws_status fws_log_time_parse(const char *option, const char *text, int64_t now_us,
                                   char out[FWS_CLOCK_TEXT_SIZE], struct fws_error *err)
{
    int64_t time_us = 0;

    if (!parse_ago(text, now_us, &time_us) && !fws_clock_parse(text, &time_us)) {
        return fws_error_set(err, FWS_E_USAGE,
                             "%s takes a time as 2025-01-31T12:00:00Z, a date, or how long ago as "
                             "2h or 3d",
                             option);
    }
    (void)fws_clock_text(time_us, out);
    return FWS_OK;
}
