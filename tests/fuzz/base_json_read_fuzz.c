/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_json_find, fws_json_next, fws_json_value_* and fws_canonical_object.
 * Property: in an object that is canonical, every member that jansson finds is found here, with the
 * same kind and value; in any other input what is found is a canonical value within it.
 */
#include <string.h>

#include <jansson.h>

#include "base/canonical.h"
#include "base/json_read.h"
#include "tests/fuzz/property.h"

static void check_value(const struct fws_json_value *value, json_t *wanted);

static void check_text(const struct fws_json_value *value, const json_t *wanted)
{
    const char *text = json_string_value(wanted);
    size_t size = json_string_length(wanted);
    char *out = malloc(size + 1);

    property(out != NULL);
    if (strlen(text) < size) { /* a NUL within */
        property(!fws_json_value_text(value, out, size + 1) && !fws_json_value_is(value, text));
    } else {
        property(fws_json_value_text(value, out, size + 1) && strcmp(out, text) == 0);
        property(fws_json_value_is(value, text));
        property(!fws_json_value_text(value, out, size));
        property(size == 0 || !fws_json_value_is(value, text + 1));
    }
    free(out);
}

static void check_number(const struct fws_json_value *value, json_int_t wanted)
{
    uint64_t number;
    bool found = fws_json_value_uint(value, &number);

    property(found == (wanted >= 0) && number == (found ? (uint64_t)wanted : 0));
}

static void check_items(const struct fws_json_value *value, const json_t *wanted)
{
    struct fws_reader rest = value->raw;
    struct fws_json_value item;

    for (size_t i = 0; i < json_array_size(wanted); i++) {
        property(fws_json_next(&rest, &item));
        check_value(&item, json_array_get(wanted, i));
    }
    property(!fws_json_next(&rest, &item));
}

static void check_members(const void *object, size_t size, json_t *wanted)
{
    const char *name;
    json_t *member;
    struct fws_json_value value;

    json_object_foreach(wanted, name, member)
    {
        property(fws_json_find(object, size, name, &value));
        check_value(&value, member);
    }
    property(!fws_json_find(object, size, "", &value));
    property(json_object_get(wanted, "a") != NULL || !fws_json_find(object, size, "a", &value));
}

static void check_value(const struct fws_json_value *value, json_t *wanted)
{
    bool truth;

    switch (json_typeof(wanted)) {
    case JSON_OBJECT:
        property(value->kind == FWS_JSON_OBJECT);
        check_members(value->raw.data, value->raw.left, wanted);
        break;
    case JSON_ARRAY:
        property(value->kind == FWS_JSON_ARRAY);
        check_items(value, wanted);
        break;
    case JSON_STRING:
        property(value->kind == FWS_JSON_TEXT);
        check_text(value, wanted);
        break;
    case JSON_INTEGER:
        property(value->kind == FWS_JSON_INT);
        check_number(value, json_integer_value(wanted));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        property(fws_json_value_bool(value, &truth) && truth == json_is_true(wanted));
        break;
    default:
        property(false);
    }
}

/* Two levels in one path, as jansson's unpacking would find them one after the other. */
static void check_paths(const void *object, size_t size, json_t *wanted)
{
    const char *outer;
    const char *inner;
    json_t *between;
    json_t *member;

    json_object_foreach(wanted, outer, between)
    {
        json_object_foreach(between, inner, member)
        {
            size_t length = strlen(outer) + strlen(inner) + 2;
            char *path = malloc(length);
            struct fws_json_value value;

            property(path != NULL);
            (void)snprintf(path, length, "%s.%s", outer, inner);
            property(fws_json_find(object, size, path, &value));
            check_value(&value, member);
            free(path);
        }
    }
}

static void check_any(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"a", "b", "a.b", "key.name", "items", ".", ""};
    struct fws_json_value value;

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (fws_json_find(data, size, paths[i], &value)) {
            struct fws_reader raw = value.raw;

            property(raw.data >= data && raw.left <= size - (size_t)(raw.data - data));
            property(fws_canonical_value(&raw) && raw.left == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fws_reader reader = fws_reader_init(data, size);

    check_any(data, size);
    if (!fws_canonical_object(&reader) || reader.left != 0) {
        return 0;
    }
    json_t *wanted =
        json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

    property(wanted != NULL);
    check_members(data, size, wanted);
    check_paths(data, size, wanted);
    json_decref(wanted);
    return 0;
}
