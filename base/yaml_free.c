/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml_parts.h"

static void free_texts(struct fws_yaml_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        free(texts->items[i]);
    }
    free(texts->items);
    free(texts->places);
}

static void free_named(const struct fws_yaml_field *row, struct fws_yaml_named *named)
{
    for (size_t i = 0; i < named->count; i++) {
        void *item = fws_yaml_member(named->items, i * row->item_size);

        free(*(char **)item);
        fws_yaml_free(row->fields, item);
    }
    free(named->items);
}

static void free_member(const struct fws_yaml_field *row, void *member)
{
    switch (row->type) {
    case FWS_YAML_TEXT:
        free(*(char **)member);
        break;
    case FWS_YAML_TEXT_LIST:
        free_texts(member);
        break;
    case FWS_YAML_MAP:
        fws_yaml_free(row->fields, member);
        break;
    case FWS_YAML_NAMED:
        free_named(row, member);
        break;
    default:
        break;
    }
}

void fws_yaml_free(const struct fws_yaml_field *fields, void *out)
{
    static const size_t sizes[] = {
        [FWS_YAML_TEXT] = sizeof(char *),
        [FWS_YAML_BOOL] = sizeof(bool),
        [FWS_YAML_UINT] = sizeof(uint64_t),
        [FWS_YAML_SIZE] = sizeof(uint64_t),
        [FWS_YAML_CHOICE] = sizeof(int),
        [FWS_YAML_TEXT_LIST] = sizeof(struct fws_yaml_texts),
        [FWS_YAML_RANGE] = sizeof(struct fws_yaml_range),
        [FWS_YAML_MAP] = 0,
        [FWS_YAML_NAMED] = sizeof(struct fws_yaml_named),
    };

    for (const struct fws_yaml_field *row = fields; row->key != NULL; row++) {
        free_member(row, fws_yaml_member(out, row->offset));
        memset(fws_yaml_member(out, row->offset), 0, sizes[row->type]);
        if (row->place_offset != 0) {
            memset(fws_yaml_member(out, row->place_offset - 1), 0, sizeof(struct fws_yaml_place));
        }
    }
}
