/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/yaml_parts.h"

enum fws_status fws_yaml_check_item(const struct fws_yaml_source *source,
                                    const struct fws_yaml_path *path, const char *what)
{
    struct fws_yaml_place place = fws_yaml_source_place(source);
    char path_text[FWS_YAML_PATH_TEXT_SIZE];

    (void)fws_yaml_path_text(path, path_text);
    if (source->event.type == YAML_MAPPING_START_EVENT) {
        return fws_yaml_fail(source, place,
                             "%s '%s' must be text, not a mapping (text that holds ': ' needs "
                             "quotes)",
                             what, path_text);
    }
    if (source->event.type != YAML_SCALAR_EVENT) {
        return fws_yaml_fail(source, place, "%s '%s' must be text, not a list", what, path_text);
    }
    if (source->event.data.scalar.length == 0) {
        return fws_yaml_fail(source, place, "%s '%s' is empty", what, path_text);
    }
    return FWS_OK;
}

static enum fws_status append_text(const struct fws_yaml_source *source,
                                   const struct fws_yaml_path *path,
                                   const struct fws_yaml_field *row, struct fws_yaml_texts *texts)
{
    size_t count = texts->count;
    char path_text[FWS_YAML_PATH_TEXT_SIZE];

    if (count == (row->max != 0 ? row->max : FWS_YAML_LIST_MAX)) {
        return fws_yaml_fail(source, fws_yaml_source_place(source), "'%s' has more than %zu items",
                             fws_yaml_path_text(path, path_text), count);
    }
    char **items = realloc(texts->items, (count + 1) * sizeof *items);

    if (items == NULL) {
        return fws_yaml_fail_memory(source);
    }
    texts->items = items;
    struct fws_yaml_place *places = realloc(texts->places, (count + 1) * sizeof *places);

    if (places == NULL) {
        return fws_yaml_fail_memory(source);
    }
    texts->places = places;
    places[count] = fws_yaml_source_place(source);
    enum fws_status status = fws_yaml_scalar_text(source, path, row, &items[count]);

    texts->count += status == FWS_OK;
    return status;
}

static enum fws_status load_item(const struct fws_yaml_source *source,
                                 const struct fws_yaml_path *path, const struct fws_yaml_field *row,
                                 struct fws_yaml_texts *texts)
{
    enum fws_status status = fws_yaml_check_item(source, path, "an item of");

    return status == FWS_OK ? append_text(source, path, row, texts) : status;
}

enum fws_status fws_yaml_list_load(struct fws_yaml_source *source, const struct fws_yaml_path *path,
                                   const struct fws_yaml_field *row, struct fws_yaml_texts *texts)
{
    struct fws_yaml_place start = fws_yaml_source_place(source);
    char path_text[FWS_YAML_PATH_TEXT_SIZE];

    if (source->event.type == YAML_SCALAR_EVENT) {
        return load_item(source, path, row, texts);
    }
    if (source->event.type != YAML_SEQUENCE_START_EVENT) {
        return fws_yaml_fail_type(source, path, row);
    }
    for (;;) {
        enum fws_status status = fws_yaml_source_next(source);

        if (status != FWS_OK || source->event.type == YAML_SEQUENCE_END_EVENT) {
            return status != FWS_OK || texts->count >= row->min
                       ? status
                       : fws_yaml_fail(source, start, "'%s' has %zu items, not at least %u",
                                       fws_yaml_path_text(path, path_text), texts->count,
                                       (unsigned)row->min);
        }
        status = load_item(source, path, row, texts);
        if (status != FWS_OK) {
            return status;
        }
    }
}
