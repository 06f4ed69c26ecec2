/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vector/vector.h"

#include <string.h>

#define STRICTER_COUNT 18u

static size_t rows_of(const struct table *table, const char *list)
{
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++) {
        count += strcmp(table->rows[i].word[0], list) == 0 ? 1 : 0;
    }
    return count;
}

static bool has_case(const struct table *cases, const char *list, const char *id)
{
    size_t found = 0;

    for (size_t i = 0; i < cases->count; i++) {
        if (strcmp(cases->rows[i].word[0], list) == 0 && strcmp(cases->rows[i].word[1], id) == 0) {
            found++;
        }
    }
    require(found <= 1, "cases.txt lists %s/%s twice", list, id);
    return found == 1;
}

static void check_list(const struct vectors *vectors, const struct table *cases, const char *list)
{
    json_t *entries = json_object_get(vectors->manifest, list);
    json_t *entry = NULL;
    size_t i = 0;

    json_array_foreach(entries, i, entry)
    {
        require(has_case(cases, list, text_of(entry, "id")), "cases.txt lacks %s/%s", list,
                text_of(entry, "id"));
    }
    require(rows_of(cases, list) == json_array_size(entries),
            "cases.txt lists %zu %s entries, the manifest %zu", rows_of(cases, list), list,
            json_array_size(entries));
}

/* Every row of a table of verdicts names an entry of the list. */
static void check_rows(const struct vectors *vectors, const struct table *table, const char *list)
{
    for (size_t i = 0; i < table->count; i++) {
        const char *id = table->rows[i].word[0];

        (void)vectors_entry(vectors, list, id);
        require(table_find(table, 0, id) == &table->rows[i], "'%s' stands twice", id);
    }
}

/* Where MCUboot itself accepts or misbehaves, this verifier must refuse. */
static void check_stricter(const struct vectors *vectors, const struct table *expected)
{
    json_t *entry = NULL;
    size_t count = 0;
    size_t i = 0;

    json_array_foreach(json_object_get(vectors->manifest, "bad"), i, entry)
    {
        if (json_is_true(json_object_get(entry, "stricter_than_mcuboot"))) {
            const struct row *row = table_find(expected, 0, text_of(entry, "id"));

            require(row != NULL && strcmp(row->word[1], "ok") != 0, "%s is not refused",
                    text_of(entry, "id"));
            count++;
        }
    }
    require(count == STRICTER_COUNT, "%zu entries are stricter than MCUboot", count);
}

void run_index(const struct vectors *vectors)
{
    FWS_AUTO(table) cases = table_load(vectors, "cases.txt");
    FWS_AUTO(table) expected = table_load(vectors, "expected.txt");
    FWS_AUTO(table) refused = table_load(vectors, "refused.txt");

    check_list(vectors, &cases, "good");
    check_list(vectors, &cases, "bad");
    require(rows_of(&cases, "good") + rows_of(&cases, "bad") == cases.count,
            "cases.txt has a row that is neither good nor bad");
    check_rows(vectors, &expected, "bad");
    check_rows(vectors, &refused, "good");
    require(expected.count == rows_of(&cases, "bad"), "expected.txt has %zu rows", expected.count);
    check_stricter(vectors, &expected);
}
