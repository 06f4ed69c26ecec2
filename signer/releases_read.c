/* SPDX-License-Identifier: Apache-2.0 */
/* Members of entries and of the snapshot. */
#include <string.h>

#include "base/canonical.h"
#include "bytes/text.h"
#include "policy/policy.h"
#include "signer/releases_parts.h"

/* ---- Values ---- */

bool fws_release_take_version(const struct fws_json_value *value, struct fws_version *out)
{
    char text[FWS_VERSION_TEXT_SIZE];

    return fws_json_value_text(value, text, sizeof text) &&
           fws_version_parse(text, strlen(text), out) == FWS_OK;
}

static bool take_name(const struct fws_json_value *value, char *out, size_t size)
{
    memset(out, 0, size);
    return fws_json_value_text(value, out, size) && *out != '\0';
}

static bool take_counter(const struct fws_json_value *value, struct fws_release_counter *out)
{
    uint64_t number = 0;

    out->has = fws_json_value_uint(value, &number) && number <= UINT32_MAX;
    out->value = out->has ? (uint32_t)number : 0;
    return out->has;
}

/* Where it stands: no digest has anything to escape. */
static bool take_digest(const struct fws_json_value *value, char out[FWS_DIGEST_ANY_TEXT_SIZE])
{
    struct fws_reader text = value->raw;

    return FWS_READER_TAKE(&text, "\"") && FWS_READER_TAKE_BACK(&text, "\"") &&
           fws_signed_digest((const char *)text.data, text.left, out);
}

/* ---- Members of an object, one by one ---- */

bool fws_release_read_number(const void *object, size_t size, const char *name, uint64_t *out)
{
    struct fws_json_value value;

    return fws_json_find(object, size, name, &value) && fws_json_value_uint(&value, out);
}

bool fws_release_read_text(const void *object, size_t size, const char *name, char *out,
                           size_t out_size)
{
    struct fws_json_value value;

    return fws_json_find(object, size, name, &value) && take_name(&value, out, out_size);
}

bool fws_release_read_version(const void *object, size_t size, const char *name,
                              struct fws_version *out)
{
    struct fws_json_value value;

    return fws_json_find(object, size, name, &value) && fws_release_take_version(&value, out);
}

bool fws_release_read_counter(const void *object, size_t size, struct fws_release_counter *out)
{
    struct fws_json_value value;

    *out = (struct fws_release_counter){0};
    return !fws_json_find(object, size, "counter", &value) || take_counter(&value, out);
}

bool fws_release_read_digest(const void *object, size_t size, const char *name,
                             char out[FWS_DIGEST_ANY_TEXT_SIZE])
{
    struct fws_json_value value;

    out[0] = '\0';
    return !fws_json_find(object, size, name, &value) || take_digest(&value, out);
}

/* ---- An intent ---- */

static bool on_channel(const struct fws_json_value *value, struct fws_release_said *out)
{
    return take_name(value, out->intent.channel, sizeof out->intent.channel);
}

static bool on_counter(const struct fws_json_value *value, struct fws_release_said *out)
{
    return take_counter(value, &out->intent.counter);
}

static bool on_image(const struct fws_json_value *value, struct fws_release_said *out)
{
    return fws_release_read_digest(value->raw.data, value->raw.left, "digest",
                                   out->intent.digests.image);
}

static bool on_key(const struct fws_json_value *value, struct fws_release_said *out)
{
    return fws_release_read_digest(value->raw.data, value->raw.left, "spki",
                                   out->intent.digests.spki);
}

static bool on_policy(const struct fws_json_value *value, struct fws_release_said *out)
{
    struct fws_json_value serial;

    out->has_serial = fws_json_find(value->raw.data, value->raw.left, "serial", &serial);
    return fws_release_read_digest(value->raw.data, value->raw.left, "digest",
                                   out->intent.digests.policy) &&
           (!out->has_serial || fws_json_value_uint(&serial, &out->serial));
}

static bool on_product(const struct fws_json_value *value, struct fws_release_said *out)
{
    return take_name(value, out->intent.product, sizeof out->intent.product);
}

static bool on_version(const struct fws_json_value *value, struct fws_release_said *out)
{
    return fws_release_take_version(value, &out->intent.version);
}

/* In byte order, as the members come. */
static const struct member {
    const char *name;
    enum fws_json_kind kind;
    char begins; /* 0: whatever the kind's reader takes */
    bool (*take)(const struct fws_json_value *value, struct fws_release_said *out);
    bool needed;
} members[] = {
    {"channel", FWS_JSON_TEXT, 0, on_channel, false},
    {"counter", FWS_JSON_INT, 0, on_counter, false},
    {"image", FWS_JSON_OBJECT, '{', on_image, false},
    {"key", FWS_JSON_OBJECT, '{', on_key, false},
    {"policy", FWS_JSON_OBJECT, '{', on_policy, false},
    {"product", FWS_JSON_TEXT, 0, on_product, true},
    {"version", FWS_JSON_TEXT, 0, on_version, true},
};

#define MEMBERS (sizeof members / sizeof members[0])

/* Whether the name is this one, below it (< 0) or above. */
static int compare_name(const struct fws_reader *name, const char *with)
{
    size_t size = strlen(with);
    int order = memcmp(name->data, with, name->left < size ? name->left : size);

    return order != 0 ? order : (name->left > size) - (name->left < size);
}

/* Members that are passed over are not there. */
static bool take_member(const struct fws_reader *name, struct fws_reader raw, size_t *row,
                        struct fws_release_said *out)
{
    int order = -1;

    for (; *row < MEMBERS && (order = compare_name(name, members[*row].name)) > 0; (*row)++) {
        if (members[*row].needed) {
            return false;
        }
    }
    if (*row == MEMBERS || order != 0) {
        return true;
    }
    const struct member *member = &members[(*row)++];
    struct fws_json_value value = {.kind = member->kind, .raw = raw};

    return (member->begins == 0 || fws_reader_peek(&raw) == (uint8_t)member->begins) &&
           member->take(&value, out);
}

/* Names ascend: fws_canonical_key sees to it, so that one pass over both lists meets them all. */
static bool walk(const void *object, size_t size, struct fws_release_said *out)
{
    struct fws_reader rest = fws_reader_init(object, size);
    struct fws_reader before = {0};
    struct fws_reader name;
    size_t row = 0;

    if (!FWS_READER_TAKE(&rest, "{")) {
        return false;
    }
    do {
        if (!fws_canonical_key(&rest, &before, &name)) {
            return false;
        }
        struct fws_reader value = rest;

        if (!fws_canonical_value(&rest) ||
            !take_member(&name, fws_reader_slice(&value, value.left - rest.left), &row, out)) {
            return false;
        }
        before = name;
    } while (row < MEMBERS && FWS_READER_TAKE(&rest, ","));
    return row == MEMBERS;
}

bool fws_release_read_intent(const struct fws_audit_entry *entry, struct fws_release_said *out)
{
    *out = (struct fws_release_said){
        .intent = {.seq = entry->seq, .channel = FWS_CHANNEL_DEFAULT},
    };
    return fws_release_read_time(entry->time, &out->seconds) &&
           walk(entry->data, entry->data_size, out);
}

/* ---- Time ---- */

#define TIME_FORM "0000-00-00T00:00:00.000000Z"
#define EPOCH     1970u

static uint64_t number_at(const char *text, size_t at, size_t digits)
{
    uint64_t number = 0;

    for (size_t i = at; i < at + digits; i++) {
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    return number;
}

/* Days since 1970-01-01. A year begins in March here, so that the leap day is its last. */
static uint64_t days(uint64_t year, uint64_t month, uint64_t day)
{
    uint64_t from_march = month > 2 ? month - 3 : month + 9;
    uint64_t y = month > 2 ? year : year - 1;
    uint64_t of_years = 365 * y + y / 4 - y / 100 + y / 400;
    uint64_t of_months = (153 * from_march + 2) / 5; /* 31 and 30 days in turn, five months long */

    return of_years + of_months + day - 719469; /* the same sum of 1970-01-01, day 1 */
}

bool fws_release_read_time(const char *text, uint64_t *seconds)
{
    char form[sizeof TIME_FORM];
    struct fws_reader reader = fws_reader_init(text, strlen(text));

    if (!fws_reader_form(&reader, TIME_FORM, sizeof TIME_FORM - 1, form) || reader.left > 0) {
        return false;
    }
    uint64_t year = number_at(form, 0, 4);
    uint64_t month = number_at(form, 5, 2);
    uint64_t day = number_at(form, 8, 2);
    uint64_t hour = number_at(form, 11, 2);
    uint64_t minute = number_at(form, 14, 2);
    uint64_t second = number_at(form, 17, 2);

    if (year < EPOCH || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60) {
        return false;
    }
    *seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}
