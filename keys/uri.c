/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 7512, strictly: what selects a key is known by name, stands once, and is never empty; what
 * would select a slot, carry a PIN or run a program is refused.
 */
#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "bytes/bytes.h"
#include "keys/keys.h"

enum kind {
    KIND_TEXT,
    KIND_ID,
    KIND_TYPE,
    KIND_PIN_SOURCE,
    KIND_PATH,
    KIND_REFUSED,
};

struct attribute {
    const char *name;
    bool query;
    enum kind kind;
    size_t offset; /* of the member in struct fws_uri */
    size_t size;   /* room there */
    const char *why;
};

#define TEXT(name, member)                                                                         \
    {                                                                                              \
        name, false, KIND_TEXT, offsetof(struct fws_uri, member),                                  \
            sizeof((struct fws_uri *)0)->member, NULL                                              \
    }
#define REFUSED(name, query, why)                                                                  \
    {                                                                                              \
        name, query, KIND_REFUSED, 0, 0, why                                                       \
    }

static const char slot_why[] = "slots are not names: they move; name the token";
static const char library_why[] = "the configuration names the module";

/* In the order of the RFC's grammar, which is the order they are written in. */
static const struct attribute attributes[] = {
    TEXT("token", token),
    TEXT("manufacturer", manufacturer),
    TEXT("serial", serial),
    TEXT("model", model),
    TEXT("object", object),
    {"type", false, KIND_TYPE, offsetof(struct fws_uri, type), 16, NULL},
    {"id", false, KIND_ID, offsetof(struct fws_uri, id), FWS_URI_ID_MAX, NULL},
    {"pin-source", true, KIND_PIN_SOURCE, offsetof(struct fws_uri, pin_source), FWS_URI_PATH_SIZE,
     NULL},
    {"module-path", true, KIND_PATH, offsetof(struct fws_uri, module_path), FWS_URI_PATH_SIZE,
     NULL},
    REFUSED("slot-id", false, slot_why),
    REFUSED("slot-manufacturer", false, slot_why),
    REFUSED("slot-description", false, slot_why),
    REFUSED("library-manufacturer", false, library_why),
    REFUSED("library-description", false, library_why),
    REFUSED("library-version", false, library_why),
    REFUSED("module-name", true, library_why),
    REFUSED("pin-value", true, "a PIN does not belong in a URI; use pin-source=file:"),
};

#define ATTRIBUTE_COUNT (sizeof attributes / sizeof attributes[0])
#define NAME_MAX_SIZE   24u
#define VALUE_MAX_SIZE  (FWS_URI_PATH_SIZE + 8u) /* "file://" and the path */

static const char file_scheme[] = "file:";

struct parse {
    struct fws_reader in;
    size_t size;   /* of the whole text */
    unsigned seen; /* one bit a row of attributes */
    struct fws_uri *out;
    struct fws_error *err;
};

static size_t offset_of(const struct parse *parse)
{
    return parse->size - parse->in.left;
}

static enum fws_status refuse(const struct parse *parse, size_t offset, const char *why)
{
    return fws_error_set(parse->err, FWS_E_URI, "pkcs11 URI: offset %zu: %s", offset, why);
}

static enum fws_status refuse_attribute(const struct parse *parse, size_t offset, const char *name,
                                        const char *why)
{
    return fws_error_set(parse->err, FWS_E_URI, "pkcs11 URI: offset %zu: '%s': %s", offset, name,
                         why);
}

static bool is_next(const struct parse *parse, char character)
{
    return fws_reader_starts_with(&parse->in, &character, 1);
}

/* pk11-path-char and pk11-query-char of the RFC, less the percent sign. */
static bool is_allowed(uint8_t c, bool query)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        return true;
    }
    return c != '\0' && (strchr("-._~:[]@!$'()*+,=", c) != NULL ||
                         (query ? strchr("/?|", c) != NULL : c == '&'));
}

static bool at_value_end(const struct parse *parse, bool query)
{
    return parse->in.left == 0 ||
           (query ? is_next(parse, '&') : is_next(parse, ';') || is_next(parse, '?'));
}

static enum fws_status next_byte(struct parse *parse, bool query, uint8_t *out)
{
    size_t offset = offset_of(parse);
    char digits[2];

    *out = fws_reader_u8(&parse->in);
    if (*out != '%') {
        return is_allowed(*out, query) ? FWS_OK
                                       : refuse(parse, offset, "character must be percent-encoded");
    }
    fws_reader_copy(&parse->in, digits, sizeof digits);
    if (parse->in.bad || fws_hex_decode(digits, sizeof digits, out, 1) != FWS_OK) {
        return refuse(parse, offset, "'%' without two hexadecimal digits");
    }
    return FWS_OK;
}

static enum fws_status next_value(struct parse *parse, const struct attribute *row, uint8_t *value,
                                  size_t *size)
{
    size_t start = offset_of(parse);

    *size = 0;
    while (!at_value_end(parse, row->query)) {
        size_t offset = offset_of(parse);
        uint8_t byte;
        enum fws_status status = next_byte(parse, row->query, &byte);

        if (status != FWS_OK) {
            return status;
        }
        if (row->kind != KIND_ID && (byte < 0x20 || byte == 0x7f)) {
            return refuse(parse, offset, "control character");
        }
        if (*size == VALUE_MAX_SIZE) {
            return refuse_attribute(parse, start, row->name, "value too long");
        }
        value[(*size)++] = byte;
    }
    return *size == 0 ? refuse_attribute(parse, start, row->name, "value is empty") : FWS_OK;
}

/* Names are only repeated in a message when no part of a PIN can be in them. */
static enum fws_status refuse_unknown(const struct parse *parse, size_t offset, const char *name)
{
    if (name[0] == 'x' && name[1] == '-') {
        return refuse(parse, offset, "vendor attributes (x-) are not accepted");
    }
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz-") != strlen(name) ||
        strncmp(name, "pin", 3) == 0) {
        return refuse(parse, offset, "unknown attribute");
    }
    return refuse_attribute(parse, offset, name, "unknown attribute");
}

static enum fws_status next_name(struct parse *parse, bool query, const struct attribute **out)
{
    size_t start = offset_of(parse);
    char name[NAME_MAX_SIZE] = "";
    size_t size = 0;

    while (!is_next(parse, '=')) {
        uint8_t c = fws_reader_u8(&parse->in);

        if (parse->in.bad || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
            return refuse(parse, start, "expected 'name=value'");
        }
        if (size + 1 == sizeof name) {
            return refuse(parse, start, "unknown attribute");
        }
        name[size++] = (char)c;
    }
    fws_reader_skip(&parse->in, 1);
    for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (strcmp(attributes[i].name, name) != 0) {
            continue;
        }
        *out = &attributes[i];
        if (attributes[i].kind == KIND_REFUSED) {
            return refuse_attribute(parse, start, name, attributes[i].why);
        }
        if (attributes[i].query != query) {
            return refuse_attribute(parse, start, name,
                                    query ? "belongs before the '?'" : "belongs behind the '?'");
        }
        if ((parse->seen & 1u << i) != 0) {
            return refuse_attribute(parse, start, name, "stands twice");
        }
        parse->seen |= 1u << i;
        return FWS_OK;
    }
    return refuse_unknown(parse, start, name);
}

/* The path of file:/path or file:///path; NULL for anything else. */
static const uint8_t *path_of_file_uri(const uint8_t *value, size_t *size)
{
    struct fws_reader in = fws_reader_init(value, *size);

    if (!fws_reader_starts_with(&in, file_scheme, strlen(file_scheme))) {
        return NULL;
    }
    fws_reader_skip(&in, strlen(file_scheme));
    if (fws_reader_starts_with(&in, "//", 2)) {
        fws_reader_skip(&in, 2);
    }
    *size = in.left;
    return fws_reader_starts_with(&in, "/", 1) && !fws_reader_starts_with(&in, "//", 2) ? in.data
                                                                                        : NULL;
}

static enum fws_status check_value(const struct parse *parse, const struct attribute *row,
                                   size_t start, const uint8_t **value, size_t *size)
{
    if (row->kind == KIND_TYPE && !(*size == 7 && memcmp(*value, "private", 7) == 0) &&
        !(*size == 6 && memcmp(*value, "public", 6) == 0)) {
        return refuse_attribute(parse, start, row->name, "must be private or public");
    }
    if (row->kind == KIND_PIN_SOURCE) {
        *value = path_of_file_uri(*value, size);
        if (*value == NULL) {
            return refuse_attribute(parse, start, row->name, "must be file: with an absolute path");
        }
    }
    if (row->kind == KIND_PATH && (*value)[0] != '/') {
        return refuse_attribute(parse, start, row->name, "must be an absolute path");
    }
    size_t room = row->kind == KIND_ID ? row->size : row->size - 1;

    return *size > room ? refuse_attribute(parse, start, row->name, "value too long") : FWS_OK;
}

static enum fws_status next_attribute(struct parse *parse, bool query)
{
    const struct attribute *row = NULL;
    uint8_t buffer[VALUE_MAX_SIZE];
    const uint8_t *value = buffer;
    size_t size = 0;
    enum fws_status status = next_name(parse, query, &row);
    size_t start = offset_of(parse);

    if (status == FWS_OK) {
        status = next_value(parse, row, buffer, &size);
    }
    if (status == FWS_OK) {
        status = check_value(parse, row, start, &value, &size);
    }
    if (status == FWS_OK) {
        memcpy((uint8_t *)parse->out + row->offset, value, size);
        if (row->kind == KIND_ID) {
            parse->out->id_size = size;
        }
    }
    return status;
}

/* Attributes up to the end of the text, or in the path also up to '?'. */
static enum fws_status parse_part(struct parse *parse, bool query)
{
    for (;;) {
        enum fws_status status = next_attribute(parse, query);

        if (status != FWS_OK || parse->in.left == 0 || is_next(parse, '?')) {
            return status;
        }
        fws_reader_skip(&parse->in, 1); /* the separator */
    }
}

enum fws_status fws_uri_parse(const char *text, struct fws_uri *out, struct fws_error *err)
{
    static const char scheme[] = "pkcs11:";
    size_t size = strnlen(text, FWS_URI_TEXT_MAX + 1);
    struct parse parse = {fws_reader_init(text, size), size, 0, out, err};
    enum fws_status status = FWS_OK;

    *out = (struct fws_uri){0};
    if (size > FWS_URI_TEXT_MAX) {
        return fws_error_set(err, FWS_E_URI, "pkcs11 URI: longer than %u bytes", FWS_URI_TEXT_MAX);
    }
    if (!fws_reader_starts_with(&parse.in, scheme, strlen(scheme))) {
        return refuse(&parse, 0, "must begin with 'pkcs11:'");
    }
    fws_reader_skip(&parse.in, strlen(scheme));
    if (parse.in.left > 0 && !is_next(&parse, '?')) {
        status = parse_part(&parse, false);
    }
    if (status == FWS_OK && is_next(&parse, '?')) {
        fws_reader_skip(&parse.in, 1);
        status = parse_part(&parse, true);
    }
    return status;
}

static enum fws_status write_value(const struct attribute *row, const uint8_t *value, size_t size,
                                   struct fws_buf *out, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; i < size && status == FWS_OK; i++) {
        /* The RFC recommends the whole id in percent-encoding, as it is binary. */
        bool plain = row->kind != KIND_ID && is_allowed(value[i], false);

        status = fws_buf_printf(out, err, plain ? "%c" : "%%%02X", value[i]);
    }
    return status;
}

enum fws_status fws_uri_write(const struct fws_uri *uri, struct fws_buf *out, struct fws_error *err)
{
    const char *separator = "pkcs11:";

    for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
        const struct attribute *row = &attributes[i];
        const uint8_t *value = (const uint8_t *)uri + row->offset;

        if (row->query || row->kind == KIND_REFUSED) {
            continue;
        }
        size_t size = row->kind == KIND_ID ? uri->id_size : strnlen((const char *)value, row->size);

        if (size == 0) {
            continue;
        }
        enum fws_status status = fws_buf_printf(out, err, "%s%s=", separator, row->name);

        if (status == FWS_OK) {
            status = write_value(row, value, size, out, err);
        }
        if (status != FWS_OK) {
            return status;
        }
        separator = ";";
    }
    return separator[0] == ';' ? FWS_OK : fws_buf_printf(out, err, "%s", separator);
}
