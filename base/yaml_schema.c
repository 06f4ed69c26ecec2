/* SPDX-License-Identifier: Apache-2.0 */
/* A table as JSON Schema, which editors complete and check by. */
#include <string.h>

#include "base/yaml_parts.h"

#define NUMBER_PATTERN "^(0x[0-9A-Fa-f]+|0|[1-9][0-9]*)"

static void put_fields(const struct fws_yaml_field *fields, struct fws_json *json);

static void put_row(const struct fws_yaml_field *row, const char *key, struct fws_json *json);

static void put_pattern(const char *pattern, struct fws_json *json)
{
    fws_json_text(json, "pattern", pattern);
    fws_json_text(json, "type", "string");
}

static void put_number(const struct fws_yaml_field *row, struct fws_json *json)
{
    if (row->max != 0 && row->max <= INT64_C(9007199254740991)) {
        fws_json_int(json, "maximum", (int64_t)row->max);
    }
    fws_json_int(json, "minimum", (int64_t)row->min);
    fws_json_text(json, "type", "integer");
}

/* A number as YAML knows it, or one with a suffix, which is text to YAML. */
static void put_size(const struct fws_yaml_field *row, struct fws_json *json)
{
    fws_json_array(json, "anyOf");
    fws_json_object(json, NULL);
    put_number(row, json);
    fws_json_end(json);
    fws_json_object(json, NULL);
    put_pattern(NUMBER_PATTERN "(K|KiB|M|MiB)$", json);
    fws_json_end(json);
    fws_json_end(json);
}

static void put_choices(const struct fws_yaml_field *row, struct fws_json *json)
{
    fws_json_array(json, "enum");
    for (size_t i = 0; row->choices[i] != NULL; i++) {
        fws_json_text(json, NULL, row->choices[i]);
    }
    fws_json_end(json);
}

/* One text, or a list of them. */
static void put_texts(const struct fws_yaml_field *row, struct fws_json *json)
{
    fws_json_array(json, "anyOf");
    fws_json_object(json, NULL);
    fws_json_text(json, "type", "string");
    fws_json_end(json);
    fws_json_object(json, NULL);
    fws_json_object(json, "items");
    fws_json_text(json, "type", "string");
    fws_json_end(json);
    fws_json_int(json, "minItems", (int64_t)row->min);
    fws_json_text(json, "type", "array");
    fws_json_bool(json, "uniqueItems", true);
    fws_json_end(json);
    fws_json_end(json);
}

static const struct fws_yaml_field *short_row(const struct fws_yaml_field *row)
{
    const struct fws_yaml_field *field = row->fields;

    while (row->short_key != NULL && strcmp(field->key, row->short_key) != 0) {
        field++;
    }
    return row->short_key != NULL ? field : NULL;
}

/* What may stand behind a name. */
static void put_item(const struct fws_yaml_field *row, struct fws_json *json)
{
    fws_json_object(json, "additionalProperties");
    if (short_row(row) != NULL) {
        fws_json_array(json, "anyOf");
        put_row(short_row(row), NULL, json);
        fws_json_object(json, NULL);
        put_fields(row->fields, json);
        fws_json_end(json);
        fws_json_end(json);
    } else {
        put_fields(row->fields, json);
    }
    fws_json_end(json);
}

static void put_named(const struct fws_yaml_field *row, struct fws_json *json)
{
    if (row->names_alone) {
        fws_json_array(json, "anyOf");
        fws_json_object(json, NULL);
        put_texts(row, json);
        fws_json_end(json);
        fws_json_object(json, NULL);
    }
    put_item(row, json);
    fws_json_int(json, "minProperties", (int64_t)row->min);
    fws_json_text(json, "type", "object");
    if (row->names_alone) {
        fws_json_end(json);
        fws_json_end(json);
    }
}

static void put_type(const struct fws_yaml_field *row, struct fws_json *json)
{
    switch (row->type) {
    case FWS_YAML_TEXT:
        fws_json_text(json, "type", "string");
        break;
    case FWS_YAML_BOOL:
        fws_json_text(json, "type", "boolean");
        break;
    case FWS_YAML_UINT:
        put_number(row, json);
        break;
    case FWS_YAML_SIZE:
        put_size(row, json);
        break;
    case FWS_YAML_CHOICE:
        put_choices(row, json);
        break;
    case FWS_YAML_TEXT_LIST:
        put_texts(row, json);
        break;
    case FWS_YAML_RANGE:
        put_pattern(NUMBER_PATTERN "-(0x[0-9A-Fa-f]+|0|[1-9][0-9]*)$", json);
        break;
    case FWS_YAML_MAP:
        put_fields(row->fields, json);
        break;
    case FWS_YAML_NAMED:
        put_named(row, json);
        break;
    }
}

static void put_row(const struct fws_yaml_field *row, const char *key, struct fws_json *json)
{
    fws_json_object(json, key);
    if (row->doc != NULL) {
        fws_json_text(json, "description", row->doc);
    }
    put_type(row, json);
    fws_json_end(json);
}

/* The members of an object that is open. */
static void put_fields(const struct fws_yaml_field *fields, struct fws_json *json)
{
    fws_json_bool(json, "additionalProperties", false);
    fws_json_object(json, "properties");
    for (const struct fws_yaml_field *row = fields; row->key != NULL; row++) {
        put_row(row, row->key, json);
    }
    fws_json_end(json);
    fws_json_array(json, "required");
    for (const struct fws_yaml_field *row = fields; row->key != NULL; row++) {
        if (row->required) {
            fws_json_text(json, NULL, row->key);
        }
    }
    fws_json_end(json);
    fws_json_text(json, "type", "object");
}

void fws_yaml_schema(const struct fws_yaml_field *fields, const char *title, struct fws_json *json)
{
    fws_json_object(json, NULL);
    fws_json_text(json, "$schema", "http://json-schema.org/draft-07/schema#");
    fws_json_text(json, "title", title);
    put_fields(fields, json);
    fws_json_end(json);
}
