/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339, strictly: what a person wrote into a file or behind an option. */
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define MICROS INT64_C(1000000)

/* What is left of the text. */
struct scan {
    const char *at;
    bool bad;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly so many digits, within the range. */
static int64_t take_number(struct scan *scan, int digits, int64_t min, int64_t max)
{
    int64_t value = 0;

    for (int i = 0; i < digits && !scan->bad; i++) {
        scan->bad = !is_digit(*scan->at);
        value = scan->bad ? 0 : value * 10 + (*scan->at++ - '0');
    }
    scan->bad = scan->bad || value < min || value > max;
    return value;
}

static bool take_one_of(struct scan *scan, const char *set)
{
    bool found = !scan->bad && *scan->at != '\0' && strchr(set, *scan->at) != NULL;

    scan->at += found ? 1 : 0;
    return found;
}

static void expect(struct scan *scan, const char *set)
{
    scan->bad = !take_one_of(scan, set) || scan->bad;
}

/* Beyond microseconds nothing is kept. */
static int64_t take_fraction(struct scan *scan)
{
    int64_t micros = 0;
    int64_t weight = MICROS / 10;

    if (!take_one_of(scan, ".")) {
        return 0;
    }
    scan->bad = !is_digit(*scan->at);
    for (; is_digit(*scan->at); scan->at++) {
        micros += (*scan->at - '0') * weight;
        weight /= 10;
    }
    return micros;
}

/* Seconds east of Greenwich. */
static int64_t take_offset(struct scan *scan)
{
    int64_t sign = scan->at[0] == '-' ? -1 : 1;

    if (take_one_of(scan, "Zz")) {
        return 0;
    }
    expect(scan, "+-");
    int64_t hours = take_number(scan, 2, 0, 23);

    expect(scan, ":");
    return sign * (hours * 3600 + take_number(scan, 2, 0, 59) * 60);
}

/* timegm takes the 31st of February for the 3rd of March: the day must come back as it went in. */
static int64_t take_day(struct scan *scan)
{
    struct tm day = {.tm_year = (int)take_number(scan, 4, 1970, 9999) - 1900};

    expect(scan, "-");
    day.tm_mon = (int)take_number(scan, 2, 1, 12) - 1;
    expect(scan, "-");
    day.tm_mday = (int)take_number(scan, 2, 1, 31);
    int written = day.tm_mday;
    time_t seconds = scan->bad ? 0 : timegm(&day);

    scan->bad = scan->bad || day.tm_mday != written;
    return (int64_t)seconds * MICROS;
}

bool fws_clock_parse(const char *text, int64_t *out)
{
    struct scan scan = {.at = text};
    int64_t time_us = take_day(&scan);

    if (!scan.bad && *scan.at != '\0') {
        expect(&scan, "Tt ");
        time_us += take_number(&scan, 2, 0, 23) * 3600 * MICROS;
        expect(&scan, ":");
        time_us += take_number(&scan, 2, 0, 59) * 60 * MICROS;
        expect(&scan, ":");
        time_us += take_number(&scan, 2, 0, 59) * MICROS;
        time_us += take_fraction(&scan);
        time_us -= take_offset(&scan) * MICROS;
    }
    *out = time_us;
    return !scan.bad && *scan.at == '\0' && time_us >= 0 && time_us <= FWS_CLOCK_LAST_US;
}
