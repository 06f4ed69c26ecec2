/* SPDX-License-Identifier: Apache-2.0 */
/* Small texts of a policy file, and what they mean. */
#include <string.h>

#include "bytes/bytes.h"
#include "policy/parts.h"

static bool take_digits(struct fws_reader *reader, size_t most, unsigned *out)
{
    size_t digits = 0;

    *out = 0;
    while (digits < most && reader->left > 0) {
        struct fws_reader ahead = *reader;
        uint8_t byte = fws_reader_u8(&ahead);

        if (byte < '0' || byte > '9') {
            break;
        }
        *out = *out * 10 + (unsigned)(byte - '0');
        *reader = ahead;
        digits++;
    }
    return digits > 0;
}

static bool take(struct fws_reader *reader, char wanted)
{
    return fws_reader_u8(reader) == (uint8_t)wanted && !reader->bad;
}

/* ---- Windows ---- */

static bool take_day(struct fws_reader *reader, unsigned *out)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

    for (unsigned i = 0; i < 7; i++) {
        if (fws_reader_starts_with(reader, days[i], 3)) {
            fws_reader_skip(reader, 3);
            *out = i;
            return true;
        }
    }
    return false;
}

static bool take_days(struct fws_reader *reader, unsigned *out)
{
    unsigned first;
    unsigned last;

    if (!take_day(reader, &first)) {
        return false;
    }
    last = first;
    if (fws_reader_starts_with(reader, "-", 1)) {
        fws_reader_skip(reader, 1);
        if (!take_day(reader, &last)) {
            return false;
        }
    }
    *out = 1u << first;
    for (unsigned day = first; day != last;) {
        day = (day + 1) % 7;
        *out |= 1u << day;
    }
    return true;
}

/* "HH:MM" to minutes; 24:00 is the end of the day. */
static bool take_clock(struct fws_reader *reader, unsigned *out)
{
    struct fws_reader hours_text = fws_reader_slice(reader, 2);
    unsigned hours = 0;
    unsigned minutes = 0;
    bool good = take_digits(&hours_text, 2, &hours) && fws_reader_done(&hours_text) == FWS_OK &&
                take(reader, ':');
    struct fws_reader minutes_text = fws_reader_slice(reader, 2);

    good =
        good && take_digits(&minutes_text, 2, &minutes) && fws_reader_done(&minutes_text) == FWS_OK;
    *out = hours * 60 + minutes;
    return good && minutes < 60 && *out <= 24 * 60;
}

bool fws_policy_window_parse(const char *text, struct fws_policy_window *out)
{
    struct fws_reader reader = fws_reader_init(text, strlen(text));

    *out = (struct fws_policy_window){0};
    return take_days(&reader, &out->days) && take(&reader, ' ') &&
           take_clock(&reader, &out->from) && take(&reader, '-') &&
           take_clock(&reader, &out->until) && fws_reader_done(&reader) == FWS_OK &&
           out->from < out->until;
}

/* ---- Relaxations and firmware ---- */

unsigned fws_policy_allow_bit(const char *text)
{
    static const struct {
        const char *name;
        unsigned bit;
    } names[] = {{"imported", FWS_POLICY_ALLOW_IMPORTED},
                 {"multi-purpose", FWS_POLICY_ALLOW_MULTI_PURPOSE},
                 {"software", FWS_POLICY_ALLOW_SOFTWARE}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i].name) == 0) {
            return names[i].bit;
        }
    }
    return 0;
}

bool fws_dotted_parse(const char *text, unsigned out[FWS_DOTTED_MAX])
{
    struct fws_reader reader = fws_reader_init(text, strlen(text));

    memset(out, 0, FWS_DOTTED_MAX * sizeof *out);
    for (size_t i = 0; i < FWS_DOTTED_MAX; i++) {
        if (!take_digits(&reader, 9, &out[i])) {
            return false;
        }
        if (reader.left == 0) {
            return true;
        }
        if (!take(&reader, '.')) {
            return false;
        }
    }
    return false;
}
