/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml_parts.h"
#include "bytes/bytes.h"

bool fws_yaml_is_plain(const yaml_event_t *event)
{
    return event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

void *fws_yaml_member(void *base, size_t offset)
{
    return (char *)base + offset;
}

/* ---- Text ---- */

static bool has_control(const char *text, size_t size)
{
    struct fws_reader reader = fws_reader_init(text, size);
    uint8_t before = 0;

    while (reader.left > 0) {
        uint8_t byte = fws_reader_u8(&reader);

        /* U+0080..U+009F are control characters as well: terminals obey them. */
        if (byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte < 0xa0)) {
            return true;
        }
        before = byte;
    }
    return false;
}

enum fws_status fws_yaml_scalar_text(const struct fws_yaml_source *source,
                                     const struct fws_yaml_path *path,
                                     const struct fws_yaml_field *row, char **out)
{
    const char *value = (const char *)source->event.data.scalar.value;
    size_t size = source->event.data.scalar.length;
    char path_text[FWS_YAML_PATH_TEXT_SIZE];
    const char *why = "not valid";

    if (has_control(value, size)) {
        return fws_yaml_fail(source, fws_yaml_source_place(source),
                             "'%s' must be text without control characters or line breaks",
                             fws_yaml_path_text(path, path_text));
    }
    if (row->check != NULL && !row->check(value, &why)) {
        return fws_yaml_fail(source, fws_yaml_source_place(source), "'%s' %s",
                             fws_yaml_path_text(path, path_text), why);
    }
    *out = strndup(value, size);
    if (*out == NULL) {
        return fws_yaml_fail_memory(source);
    }
    return FWS_OK;
}

/* ---- Numbers ---- */

static int digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* The digits at reader; a decimal number has no leading zeros, so that nobody reads it as octal. */
static bool read_number(struct fws_reader *reader, uint64_t *out)
{
    int base = fws_reader_starts_with(reader, "0x", 2) ? 16 : 10;
    size_t digits = 0;
    uint64_t value = 0;

    fws_reader_skip(reader, base == 16 ? 2 : 0);
    bool zero_first = base == 10 && fws_reader_starts_with(reader, "0", 1);

    while (reader->left > 0) {
        struct fws_reader ahead = *reader;
        int digit = digit_value(fws_reader_u8(&ahead));

        if (digit >= base) {
            break;
        }
        if (value > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base) {
            return false;
        }
        value = value * (uint64_t)base + (uint64_t)digit;
        *reader = ahead;
        digits++;
    }
    *out = value;
    return digits > 0 && !(zero_first && digits > 1);
}

static bool read_suffix(struct fws_reader *reader, uint64_t *value)
{
    static const struct {
        const char *text;
        uint64_t factor;
    } suffixes[] = {{"KiB", 1024}, {"MiB", 1048576}, {"K", 1024}, {"M", 1048576}};

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t size = strlen(suffixes[i].text);

        if (reader->left == size && fws_reader_starts_with(reader, suffixes[i].text, size)) {
            fws_reader_skip(reader, size);
            if (*value > UINT64_MAX / suffixes[i].factor) {
                return false;
            }
            *value *= suffixes[i].factor;
        }
    }
    return true;
}

static bool within(const struct fws_yaml_field *row, uint64_t value)
{
    return value >= row->min && (row->max == 0 || value <= row->max);
}

/* ---- One function a type: false when the scalar is none ---- */

static bool store_bool(const struct fws_yaml_field *row, const yaml_event_t *event, void *member)
{
    const char *value = (const char *)event->data.scalar.value;
    bool *out = member;

    (void)row;
    *out = strcmp(value, "true") == 0;
    return fws_yaml_is_plain(event) && (*out || strcmp(value, "false") == 0);
}

static bool store_number(const struct fws_yaml_field *row, const yaml_event_t *event, void *member)
{
    struct fws_reader reader = fws_reader_init(event->data.scalar.value, event->data.scalar.length);
    uint64_t *out = member;

    if (!fws_yaml_is_plain(event) || !read_number(&reader, out)) {
        return false;
    }
    if (row->type == FWS_YAML_SIZE && !read_suffix(&reader, out)) {
        return false;
    }
    return fws_reader_done(&reader) == FWS_OK && within(row, *out);
}

static bool store_range(const struct fws_yaml_field *row, const yaml_event_t *event, void *member)
{
    struct fws_reader reader = fws_reader_init(event->data.scalar.value, event->data.scalar.length);
    struct fws_yaml_range *out = member;

    if (!read_number(&reader, &out->first) || fws_reader_u8(&reader) != '-' ||
        !read_number(&reader, &out->last)) {
        return false;
    }
    out->given = true;
    return fws_reader_done(&reader) == FWS_OK && within(row, out->first) &&
           within(row, out->last) && out->first <= out->last;
}

static bool store_choice(const struct fws_yaml_field *row, const yaml_event_t *event, void *member)
{
    struct fws_reader value = fws_reader_init(event->data.scalar.value, event->data.scalar.length);
    int *out = member;

    for (int i = 0; row->choices[i] != NULL; i++) {
        size_t size = strlen(row->choices[i]);

        if (size == value.left && fws_reader_starts_with(&value, row->choices[i], size)) {
            *out = i;
            return true;
        }
    }
    return false;
}

enum fws_status fws_yaml_scalar_store(const struct fws_yaml_source *source,
                                      const struct fws_yaml_path *path,
                                      const struct fws_yaml_field *row, void *base)
{
    static bool (*const stores[])(const struct fws_yaml_field *, const yaml_event_t *, void *) = {
        [FWS_YAML_BOOL] = store_bool,     [FWS_YAML_UINT] = store_number,
        [FWS_YAML_SIZE] = store_number,   [FWS_YAML_RANGE] = store_range,
        [FWS_YAML_CHOICE] = store_choice,
    };
    void *member = fws_yaml_member(base, row->offset);

    if (row->type == FWS_YAML_TEXT) {
        return fws_yaml_scalar_text(source, path, row, member);
    }
    return stores[row->type](row, &source->event, member) ? FWS_OK
                                                          : fws_yaml_fail_type(source, path, row);
}
