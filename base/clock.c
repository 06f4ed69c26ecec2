/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"

int64_t fws_clock_now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct date {
    unsigned year, month, day;
};

/* The Gregorian calendar, in years that begin in March, so that a leap day is a year's last. */
static struct date date_of(unsigned days)
{
    unsigned shifted = days + 719468u; /* from 0000-03-01 */
    unsigned era = shifted / 146097u;
    unsigned in_era = shifted % 146097u;
    unsigned year = (in_era - in_era / 1460u + in_era / 36524u - in_era / 146096u) / 365u;
    unsigned in_year = in_era - (365u * year + year / 4u - year / 100u);
    unsigned month = (5u * in_year + 2u) / 153u;

    return (struct date){
        .year = year + era * 400u + (month >= 10u ? 1u : 0u),
        .month = month < 10u ? month + 3u : month - 9u,
        .day = in_year - (153u * month + 2u) / 5u + 1u,
    };
}

/* So many digits, and what follows them. */
static char *put_number(char *at, unsigned value, int digits, char after)
{
    for (int i = digits - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10u);
        value /= 10u;
    }
    at[digits] = after;
    return at + digits + 1;
}

/* By hand, as the log writes the time into each line: strftime takes ten times as long. */
char *fws_clock_text(int64_t time_us, char out[FWS_CLOCK_TEXT_SIZE])
{
    int64_t within = time_us >= 0 && time_us <= FWS_CLOCK_LAST_US ? time_us : 0;
    int64_t seconds = within / 1000000;
    struct date date = date_of((unsigned)(seconds / 86400));
    unsigned second = (unsigned)(seconds % 86400);
    char *at = put_number(out, date.year, 4, '-');

    at = put_number(at, date.month, 2, '-');
    at = put_number(at, date.day, 2, 'T');
    at = put_number(at, second / 3600u, 2, ':');
    at = put_number(at, second / 60u % 60u, 2, ':');
    at = put_number(at, second % 60u, 2, '.');
    *put_number(at, (unsigned)(within % 1000000), 6, 'Z') = '\0';
    return out;
}

int64_t fws_clock_monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void fws_clock_sleep_jitter(unsigned ms)
{
    unsigned random = 0;

    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    unsigned wait_ms = ms / 2 + random % (ms / 2 + 1);
    struct timespec pause = {.tv_sec = wait_ms / 1000, .tv_nsec = (long)(wait_ms % 1000) * 1000000};

    (void)nanosleep(&pause, NULL);
}
