/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"

int64_t fws_clock_now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

char *fws_clock_text(int64_t time_us, char out[FWS_CLOCK_TEXT_SIZE])
{
    time_t seconds = (time_t)(time_us / 1000000);
    int micros = (int)(time_us % 1000000);
    struct tm utc;

    if (gmtime_r(&seconds, &utc) == NULL) {
        utc = (struct tm){.tm_year = 70, .tm_mday = 1};
    }
    size_t used = strftime(out, FWS_CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);

    (void)snprintf(out + used, FWS_CLOCK_TEXT_SIZE - used, ".%06dZ", micros);
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
