/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_yaml_load, fws_yaml_free and all beneath them with a table of every type.
 * Property: loading twice gives the same verdict, sentence and values; freeing leaves zeros.
 */
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct item {
    char *name;
    char *text;
    struct fws_yaml_texts list;
    struct fws_yaml_place place;
};

struct sample {
    char *text;
    uint64_t number;
    uint64_t size;
    int choice;
    bool flag;
    struct fws_yaml_texts list;
    struct fws_yaml_range range;
    char *deep;
    struct fws_yaml_named named, brief;
};

static const char *const choices[] = {"one", "two", NULL};

static const struct fws_yaml_field item_fields[] = {
    {.key = "text",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct item, text),
     .place_offset = offsetof(struct item, place) + 1},
    {.key = "list", .type = FWS_YAML_TEXT_LIST, .offset = offsetof(struct item, list)},
    {.key = NULL},
};

static const struct fws_yaml_field deep_fields[] = {
    {.key = "deep", .type = FWS_YAML_TEXT, .offset = offsetof(struct sample, deep)},
    {.key = NULL},
};

static const struct fws_yaml_field fields[] = {
    {.key = "text", .type = FWS_YAML_TEXT, .offset = offsetof(struct sample, text)},
    {.key = "number", .type = FWS_YAML_UINT, .offset = offsetof(struct sample, number)},
    {.key = "size", .type = FWS_YAML_SIZE, .offset = offsetof(struct sample, size), .min = 1},
    {.key = "choice",
     .type = FWS_YAML_CHOICE,
     .offset = offsetof(struct sample, choice),
     .choices = choices},
    {.key = "flag", .type = FWS_YAML_BOOL, .offset = offsetof(struct sample, flag)},
    {.key = "list", .type = FWS_YAML_TEXT_LIST, .offset = offsetof(struct sample, list), .max = 9},
    {.key = "range", .type = FWS_YAML_RANGE, .offset = offsetof(struct sample, range)},
    {.key = "map", .type = FWS_YAML_MAP, .fields = deep_fields},
    {.key = "named",
     .type = FWS_YAML_NAMED,
     .offset = offsetof(struct sample, named),
     .fields = item_fields,
     .item_size = sizeof(struct item)},
    {.key = "brief",
     .type = FWS_YAML_NAMED,
     .offset = offsetof(struct sample, brief),
     .fields = item_fields,
     .item_size = sizeof(struct item),
     .names_alone = true,
     .short_key = "text"},
    {.key = NULL},
};

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void require_same_list(const struct fws_yaml_texts *a, const struct fws_yaml_texts *b)
{
    require(a->count == b->count && a->count <= FWS_YAML_LIST_MAX);
    for (size_t i = 0; i < a->count; i++) {
        require(same_text(a->items[i], b->items[i]) && a->places[i].line > 0);
        require(a->places[i].line == b->places[i].line);
        require(a->places[i].column == b->places[i].column);
    }
}

static void require_same_items(const struct fws_yaml_named *a, const struct fws_yaml_named *b)
{
    const struct item *a_items = a->items;
    const struct item *b_items = b->items;

    require(a->count == b->count && a->count <= FWS_YAML_LIST_MAX);
    for (size_t i = 0; i < a->count; i++) {
        require(a_items[i].name != NULL && same_text(a_items[i].name, b_items[i].name));
        require(same_text(a_items[i].text, b_items[i].text));
        require_same_list(&a_items[i].list, &b_items[i].list);
    }
}

static void require_same(const struct sample *a, const struct sample *b)
{
    require(same_text(a->text, b->text) && same_text(a->deep, b->deep));
    require(a->number == b->number && a->size == b->size && a->choice == b->choice);
    require(a->flag == b->flag && a->range.given == b->range.given);
    require(a->range.first == b->range.first && a->range.last == b->range.last);
    require(a->range.first <= a->range.last);
    require_same_list(&a->list, &b->list);
    require_same_items(&a->named, &b->named);
    require_same_items(&a->brief, &b->brief);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct sample zero;
    struct sample first = {0};
    struct sample second = {0};
    struct fws_error first_err = {0};
    struct fws_error second_err = {0};
    enum fws_status status =
        fws_yaml_load("f", data, size, fields, FWS_E_CONFIG, &first, &first_err);

    require(status == fws_yaml_load("f", data, size, fields, FWS_E_CONFIG, &second, &second_err));
    require(strcmp(first_err.text, second_err.text) == 0);
    require((status == FWS_OK) == (first_err.text[0] == '\0'));
    require_same(&first, &second);
    fws_yaml_free(fields, &first);
    fws_yaml_free(fields, &second);
    require(memcmp(&first, &zero, sizeof zero) == 0);
    return 0;
}
