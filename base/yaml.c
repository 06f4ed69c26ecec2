/* SPDX-License-Identifier: Apache-2.0 */
/* Walk the events of a file and the rows of its table together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml_parts.h"

/* A mapping being read: which rows had their key, and where. */
struct mapping {
    const struct fws_yaml_path *path;
    const struct fws_yaml_field *fields;
    void *base;
    struct fws_yaml_place start;
    struct fws_yaml_place seen[FWS_YAML_FIELDS_MAX];
};

static enum fws_status load_map(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                const struct fws_yaml_field *fields, void *base);
static enum fws_status load_value(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                  const struct fws_yaml_field *row, void *base);

/* "key:" with nothing behind it. */
static enum fws_status refuse_absent(const struct fws_yaml_source *source,
                                     const struct fws_yaml_path *path)
{
    char path_text[FWS_YAML_PATH_TEXT_SIZE];

    if (source->event.type != YAML_SCALAR_EVENT || !fws_yaml_is_plain(&source->event) ||
        source->event.data.scalar.length > 0) {
        return FWS_OK;
    }
    return fws_yaml_fail(source, fws_yaml_source_place(source), "'%s' has no value",
                         fws_yaml_path_text(path, path_text));
}

/* " in 'version'", or nothing at the top of the file. */
static const char *inside(const struct fws_yaml_path *path, char out[FWS_YAML_PATH_TEXT_SIZE + 8])
{
    char text[FWS_YAML_PATH_TEXT_SIZE];

    out[0] = '\0';
    if (*fws_yaml_path_text(path, text) != '\0') {
        (void)snprintf(out, FWS_YAML_PATH_TEXT_SIZE + 8, " in '%s'", text);
    }
    return out;
}

static enum fws_status fail_unknown(const struct fws_yaml_source *source,
                                    const struct mapping *mapping, const char *key, size_t key_size)
{
    const char *keys[FWS_YAML_FIELDS_MAX + 1] = {0};
    char place_text[FWS_YAML_PATH_TEXT_SIZE + 8];
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; i < FWS_YAML_FIELDS_MAX && mapping->fields[i].key != NULL; i++) {
        keys[i] = mapping->fields[i].key;
    }
    const char *closest = fws_closest(key, keys);

    return fws_yaml_fail(source, fws_yaml_source_place(source), "unknown key '%s'%s%s%s%s",
                         fws_error_quote(key, key_size, quoted), inside(mapping->path, place_text),
                         closest != NULL ? " (did you mean '" : "", closest != NULL ? closest : "",
                         closest != NULL ? "'?)" : "");
}

/* The row of the current event, which must be a key not seen before. */
static enum fws_status take_key(struct fws_yaml_source *source, struct mapping *mapping,
                                const struct fws_yaml_field **row)
{
    const char *key = (const char *)source->event.data.scalar.value;
    size_t size = source->event.data.scalar.length;
    struct fws_yaml_place place = fws_yaml_source_place(source);
    char place_text[FWS_YAML_PATH_TEXT_SIZE + 8];

    if (source->event.type != YAML_SCALAR_EVENT) {
        return fws_yaml_fail(source, place, "a key must be text");
    }
    for (size_t i = 0; mapping->fields[i].key != NULL; i++) {
        if (i == FWS_YAML_FIELDS_MAX) {
            return fws_error_set(source->err, FWS_E_INTERNAL, "%s: table too long", source->name);
        }
        *row = &mapping->fields[i];
        if (strlen((*row)->key) != size || memcmp((*row)->key, key, size) != 0) {
            continue;
        }
        if (mapping->seen[i].line != 0) {
            return fws_yaml_fail(source, place, "duplicate key '%s'%s (first in line %u)",
                                 (*row)->key, inside(mapping->path, place_text),
                                 mapping->seen[i].line);
        }
        mapping->seen[i] = place;
        return FWS_OK;
    }
    return fail_unknown(source, mapping, key, size);
}

/* Room for one more struct, which begins with the name of the current event. */
static enum fws_status append_named(const struct fws_yaml_source *source,
                                    const struct fws_yaml_path *path,
                                    const struct fws_yaml_field *row, struct fws_yaml_named *named,
                                    void **out)
{
    size_t count = named->count;
    char path_text[FWS_YAML_PATH_TEXT_SIZE];

    if (count == (row->max != 0 ? row->max : FWS_YAML_LIST_MAX)) {
        return fws_yaml_fail(source, fws_yaml_source_place(source), "'%s' has more than %zu names",
                             fws_yaml_path_text(path, path_text), count);
    }
    void *items = realloc(named->items, (count + 1) * row->item_size);

    if (items == NULL) {
        return fws_yaml_fail_memory(source);
    }
    named->items = items;
    *out = fws_yaml_member(items, count * row->item_size);
    memset(*out, 0, row->item_size);
    if (row->item_place_offset != 0) {
        struct fws_yaml_place *place = fws_yaml_member(*out, row->item_place_offset - 1);

        *place = fws_yaml_source_place(source);
    }
    enum fws_status status = fws_yaml_scalar_text(source, path, row, *out);

    named->count += status == FWS_OK;
    return status;
}

static enum fws_status take_name(const struct fws_yaml_source *source,
                                 const struct fws_yaml_path *path, const struct fws_yaml_field *row,
                                 const struct fws_yaml_named *named)
{
    enum fws_status status = fws_yaml_check_item(source, path, "a name in");

    if (status != FWS_OK) {
        return status;
    }
    const char *name = (const char *)source->event.data.scalar.value;
    struct fws_yaml_place place = fws_yaml_source_place(source);
    char path_text[FWS_YAML_PATH_TEXT_SIZE];
    char quoted[FWS_ERROR_QUOTE_SIZE];

    for (size_t i = 0; i < named->count; i++) {
        char *const *other = fws_yaml_member(named->items, i * row->item_size);

        if (strcmp(*other, name) == 0) {
            return fws_yaml_fail(source, place, "duplicate name '%s' in '%s'",
                                 fws_error_quote(name, strlen(name), quoted),
                                 fws_yaml_path_text(path, path_text));
        }
    }
    return FWS_OK;
}

/* The current event is a name: make its item. */
static enum fws_status add_named(const struct fws_yaml_source *source,
                                 const struct fws_yaml_path *path, const struct fws_yaml_field *row,
                                 struct fws_yaml_named *named, void **item)
{
    enum fws_status status = take_name(source, path, row, named);

    return status == FWS_OK ? append_named(source, path, row, named, item) : status;
}

/* The current event begins what belongs to a name: a mapping, or the short form. */
static enum fws_status load_item(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                 const struct fws_yaml_field *row, void *item)
{
    static const struct fws_yaml_field item_row = {.type = FWS_YAML_MAP};

    if (source->event.type == YAML_MAPPING_START_EVENT) {
        return load_map(source, path, row->fields, item);
    }
    for (const struct fws_yaml_field *field = row->fields;
         row->short_key != NULL && field->key != NULL; field++) {
        if (strcmp(field->key, row->short_key) == 0) {
            return load_value(source, path, field, item);
        }
    }
    enum fws_status status = refuse_absent(source, path);

    return status == FWS_OK ? fws_yaml_fail_type(source, path, &item_row) : status;
}

static enum fws_status load_mapping(struct fws_yaml_source *source,
                                    const struct fws_yaml_path *path,
                                    const struct fws_yaml_field *row, struct fws_yaml_named *named)
{
    for (;;) {
        void *item = NULL;
        enum fws_status status = fws_yaml_source_next(source);

        if (status != FWS_OK || source->event.type == YAML_MAPPING_END_EVENT) {
            return status;
        }
        status = add_named(source, path, row, named, &item);
        if (status == FWS_OK) {
            status = fws_yaml_source_next(source);
        }
        if (status != FWS_OK) {
            return status;
        }
        struct fws_yaml_path inner = {path, *(char **)item};

        status = load_item(source, &inner, row, item);
        if (status != FWS_OK) {
            return status;
        }
    }
}

static enum fws_status load_names(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                  const struct fws_yaml_field *row, struct fws_yaml_named *named)
{
    void *item = NULL;

    if (source->event.type == YAML_SCALAR_EVENT) {
        return add_named(source, path, row, named, &item);
    }
    for (;;) {
        enum fws_status status = fws_yaml_source_next(source);

        if (status != FWS_OK || source->event.type == YAML_SEQUENCE_END_EVENT) {
            return status;
        }
        status = add_named(source, path, row, named, &item);
        if (status != FWS_OK) {
            return status;
        }
    }
}

static enum fws_status load_named(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                  const struct fws_yaml_field *row, struct fws_yaml_named *named)
{
    struct fws_yaml_place start = fws_yaml_source_place(source);
    char path_text[FWS_YAML_PATH_TEXT_SIZE];
    enum fws_status status = FWS_OK;

    if (source->event.type == YAML_MAPPING_START_EVENT) {
        status = load_mapping(source, path, row, named);
    } else if (row->names_alone) {
        status = load_names(source, path, row, named);
    } else {
        return fws_yaml_fail_type(source, path, row);
    }
    if (status == FWS_OK && named->count < row->min) {
        return fws_yaml_fail(source, start, "'%s' has %zu names, not at least %u",
                             fws_yaml_path_text(path, path_text), named->count, (unsigned)row->min);
    }
    return status;
}

/* The current event begins the value of row. */
static enum fws_status load_value(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                  const struct fws_yaml_field *row, void *base)
{
    void *member = fws_yaml_member(base, row->offset);
    enum fws_status status = refuse_absent(source, path);

    if (status != FWS_OK) {
        return status;
    }
    if (row->place_offset != 0) {
        struct fws_yaml_place *place = fws_yaml_member(base, row->place_offset - 1);

        *place = fws_yaml_source_place(source);
    }
    if (row->type == FWS_YAML_TEXT_LIST) {
        return fws_yaml_list_load(source, path, row, member);
    }
    if (row->type == FWS_YAML_NAMED) {
        return load_named(source, path, row, member);
    }
    if (source->event.type !=
        (row->type == FWS_YAML_MAP ? YAML_MAPPING_START_EVENT : YAML_SCALAR_EVENT)) {
        return fws_yaml_fail_type(source, path, row);
    }
    return row->type == FWS_YAML_MAP ? load_map(source, path, row->fields, member)
                                     : fws_yaml_scalar_store(source, path, row, base);
}

static enum fws_status check_required(const struct fws_yaml_source *source,
                                      const struct mapping *mapping)
{
    char place_text[FWS_YAML_PATH_TEXT_SIZE + 8];

    for (size_t i = 0; i < FWS_YAML_FIELDS_MAX && mapping->fields[i].key != NULL; i++) {
        if (mapping->fields[i].required && mapping->seen[i].line == 0) {
            return fws_yaml_fail(source, mapping->start, "missing key '%s'%s",
                                 mapping->fields[i].key, inside(mapping->path, place_text));
        }
    }
    return FWS_OK;
}

/* The current event begins a mapping; read to its end. */
static enum fws_status load_map(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                const struct fws_yaml_field *fields, void *base)
{
    struct mapping mapping = {
        .path = path, .fields = fields, .base = base, .start = fws_yaml_source_place(source)};

    for (;;) {
        const struct fws_yaml_field *row = NULL;
        enum fws_status status = fws_yaml_source_next(source);

        if (status == FWS_OK && source->event.type == YAML_MAPPING_END_EVENT) {
            return check_required(source, &mapping);
        }
        if (status == FWS_OK) {
            status = take_key(source, &mapping, &row);
        }
        if (status == FWS_OK) {
            status = fws_yaml_source_next(source);
        }
        if (status != FWS_OK) {
            return status;
        }
        struct fws_yaml_path inner = {path, row->key};

        status = load_value(source, &inner, row, base);
        if (status != FWS_OK) {
            return status;
        }
    }
}

/* Behind the first document there is nothing. */
static enum fws_status finish(struct fws_yaml_source *source)
{
    enum fws_status status = fws_yaml_source_next(source);

    if (status == FWS_OK) {
        status = fws_yaml_source_next(source);
    }
    if (status == FWS_OK && source->event.type != YAML_STREAM_END_EVENT) {
        return fws_yaml_fail(source, fws_yaml_source_place(source), "more than one document");
    }
    return status;
}

static enum fws_status load_file(struct fws_yaml_source *source,
                                 const struct fws_yaml_field *fields, void *out)
{
    const struct fws_yaml_path top = {NULL, NULL};
    enum fws_status status = fws_yaml_source_next(source);

    if (status == FWS_OK) {
        status = fws_yaml_source_next(source);
    }
    if (status != FWS_OK) {
        return status;
    }
    if (source->event.type == YAML_STREAM_END_EVENT) {
        struct mapping empty = {.path = &top, .fields = fields, .start = {1, 1}};

        return check_required(source, &empty);
    }
    status = fws_yaml_source_next(source);
    if (status == FWS_OK && source->event.type != YAML_MAPPING_START_EVENT) {
        return fws_yaml_fail(source, fws_yaml_source_place(source),
                             "the file must be a mapping ('key: value' lines)");
    }
    if (status == FWS_OK) {
        status = load_map(source, &top, fields, out);
    }
    return status == FWS_OK ? finish(source) : status;
}

enum fws_status fws_yaml_load(const char *name, const void *text, size_t size,
                              const struct fws_yaml_field *fields, enum fws_status status_bad,
                              void *out, struct fws_error *err)
{
    struct fws_yaml_source source = {
        .name = name, .text = text, .size = size, .status_bad = status_bad, .err = err};
    enum fws_status status = fws_yaml_source_open(&source);

    if (status == FWS_OK) {
        status = load_file(&source, fields, out);
    }
    fws_yaml_source_close(&source);
    if (status != FWS_OK) {
        fws_yaml_free(fields, out);
    }
    return status;
}
