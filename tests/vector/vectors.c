/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vector/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/hex.h"

#define FILE_MAX_SIZE (1u << 24)

void require_status(enum fws_status status, const char *name, const char *what)
{
    require(strcmp(fws_status_name(status), name) == 0, "%s: %s, expected %s", what,
            fws_status_name(status), name);
}

static struct fws_buf read_file(const char *folder, const char *name)
{
    char *path = fws_path_join(folder, name);
    struct fws_buf content = {0};
    struct fws_error err = {0};

    require(path != NULL && fws_file_read(path, FILE_MAX_SIZE, &content, &err) == FWS_OK, "%s",
            err.text);
    free(path);
    return content;
}

struct vectors vectors_open(const char *folder, const char *tables)
{
    struct vectors vectors = {.folder = folder, .tables = tables};
    FWS_AUTO(fws_buf) text = read_file(folder, "manifest.json");
    json_error_t error;

    vectors.manifest =
        json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &error);
    require(vectors.manifest != NULL, "manifest.json:%d: %s", error.line, error.text);
    return vectors;
}

void vectors_free(struct vectors *vectors)
{
    json_decref(vectors->manifest);
    vectors->manifest = NULL;
}

json_t *vectors_entry(const struct vectors *vectors, const char *list, const char *id)
{
    json_t *entry = NULL;
    size_t i = 0;

    json_array_foreach(json_object_get(vectors->manifest, list), i, entry)
    {
        if (strcmp(text_of(entry, "id"), id) == 0) {
            return entry;
        }
    }
    fail("manifest.json has no %s entry '%s'", list, id);
}

struct fws_buf vectors_read(const struct vectors *vectors, const char *name)
{
    return read_file(vectors->folder, name);
}

struct fws_buf vectors_file(const struct vectors *vectors, json_t *entry)
{
    const char *name = text_of(entry, "file");
    struct fws_buf content = vectors_read(vectors, name != NULL ? name : text_of(entry, "output"));
    struct fws_error err = {0};
    uint8_t digest[32];
    char hex[65];

    require(fws_digest(FWS_HASH_SHA256, content.data, content.size, digest, &err) == FWS_OK, "%s",
            err.text);
    require(strcmp(fws_hex_encode(digest, sizeof digest, hex), text_of(entry, "sha256")) == 0,
            "%s: the file is not the one the manifest describes", text_of(entry, "id"));
    return content;
}

const char *text_of(json_t *entry, const char *key)
{
    return json_string_value(json_object_get(entry, key));
}

uint32_t number_of(json_t *entry, const char *key)
{
    return (uint32_t)json_integer_value(json_object_get(entry, key));
}

static bool parse_row(char *line, struct row *out)
{
    char *rest = NULL;
    size_t count = 0;

    *out = (struct row){0};
    line[strcspn(line, "#")] = '\0';
    for (char *word = strtok_r(line, " \t", &rest); word != NULL;
         word = strtok_r(NULL, " \t", &rest)) {
        require(count < ROW_WORDS && strlen(word) < sizeof out->word[0], "table row too long: %s",
                word);
        (void)snprintf(out->word[count++], sizeof out->word[0], "%s", word);
    }
    return count > 0;
}

struct table table_load(const struct vectors *vectors, const char *name)
{
    FWS_AUTO(fws_buf) text = read_file(vectors->tables, name);
    struct fws_error err = {0};
    struct table table = {0};
    char *rest = NULL;

    require(fws_buf_append(&text, "", 1, &err) == FWS_OK, "%s", err.text);
    for (char *line = strtok_r((char *)text.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        struct row row;

        if (parse_row(line, &row)) {
            table.rows = realloc(table.rows, (table.count + 1) * sizeof row);
            require(table.rows != NULL, "no memory");
            table.rows[table.count++] = row;
        }
    }
    return table;
}

void table_free(struct table *table)
{
    free(table->rows);
    *table = (struct table){0};
}

const struct row *table_find(const struct table *table, size_t word, const char *value)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].word[word], value) == 0) {
            return &table->rows[i];
        }
    }
    return NULL;
}
