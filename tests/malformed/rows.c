/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"

#define STATUS_MAX 500
#define ROWS_MAX   512u

enum { ID, REASON, PUSHED, OFFSET, CONTROL, SLOT, POLICY, PROOF, IMAGE, COMMENT, FIELDS };

/* Rows that were accepted so far; a control is found here. */
struct controls {
    const char *id[ROWS_MAX];
    const char *policy[ROWS_MAX];
    size_t count;
};

/* ---- Lines and fields ---- */

/* Cut text into lines and give each one that is no comment to use. */
static void each_line(char *text, void (*use)(void *context, char *line), void *context)
{
    while (*text != '\0') {
        char *end = strchr(text, '\n');

        require(end != NULL, "the last line has no end");
        *end = '\0';
        if (text[0] != '#') {
            use(context, text);
        }
        text = &end[1];
    }
}

static char *next_field(char **line)
{
    char *field = strsep(line, " ");

    require(field != NULL && *line != NULL, "a line has too few fields");
    return field;
}

static uint32_t number_in(const char *text)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);

    require(end != text && *end == '\0' && number <= UINT32_MAX, "'%s' is no number", text);
    return (uint32_t)number;
}

static enum fws_status status_called(const char *name)
{
    for (int i = 0; i < STATUS_MAX; i++) {
        if (strcmp(fws_status_name((enum fws_status)i), name) == 0) {
            return (enum fws_status)i;
        }
    }
    fail("no status is called '%s'", name);
}

/* ---- Keys ---- */

static enum fws_algorithm algorithm_called(const char *name)
{
    for (enum fws_algorithm alg = FWS_ALG_RSA2048; alg <= FWS_ALG_LMS; alg++) {
        if (strcmp(fws_algorithm_name(alg), name) == 0) {
            return alg;
        }
    }
    fail("no algorithm is called '%s'", name);
}

static void add_key(void *context, char *line)
{
    struct keys *keys = context;
    const char *name = next_field(&line);

    require(keys->count < ROW_KEYS_MAX && strlen(name) < sizeof keys->key[0].name, "keys");
    struct named_key *key = &keys->key[keys->count++];

    (void)snprintf(key->name, sizeof key->name, "%s", name);
    key->alg = algorithm_called(next_field(&line));
    key->der = bytes_of(line);
}

struct keys keys_load(const char *folder)
{
    FWS_AUTO(fws_buf) text = read_text(folder, "keys", ".txt");
    struct keys keys = {0};

    each_line((char *)text.data, add_key, &keys);
    return keys;
}

void keys_free(struct keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        fws_buf_free(&keys->key[i].der);
    }
    keys->count = 0;
}

const struct named_key *keys_find(const struct keys *keys, const char *name)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->key[i].name, name) == 0) {
            return &keys->key[i];
        }
    }
    fail("no key is called '%s'", name);
}

/* ---- Images ---- */

/* "aabb+ff*65500+cc": digits, and runs of one byte. */
static struct fws_buf image_of(char *text)
{
    struct fws_buf image = {0};

    if (strcmp(text, "-") == 0) {
        return image;
    }
    for (char *part = strsep(&text, "+"); part != NULL; part = strsep(&text, "+")) {
        char *times = strchr(part, '*');
        uint32_t count = times != NULL ? number_in(&times[1]) : 1;

        if (times != NULL) {
            *times = '\0';
        }
        FWS_AUTO(fws_buf) bytes = bytes_of(part);
        struct fws_error err = {0};

        require(times == NULL || bytes.size == 1, "no byte to repeat");
        require(fws_buf_reserve(&image, bytes.size * count, &err) == FWS_OK, "%s", err.text);
        if (times != NULL) {
            memset(&image.data[image.size], bytes.data[0], count);
        } else {
            memcpy(&image.data[image.size], bytes.data, bytes.size);
        }
        image.size += bytes.size * count;
    }
    return image;
}

/* The slot: memory of exactly its size, so that the sanitizer sees a read behind its end. */
static void lay_out(const struct fws_buf *image, uint32_t size, struct row *row)
{
    require(image->size <= size, "%s: the image is larger than its slot", row->id);
    uint8_t *slot = malloc(size > 0 ? size : 1);

    require(slot != NULL, "no memory");
    memset(slot, 0xff, size);
    if (image->size > 0) {
        memcpy(slot, image->data, image->size);
    }
    row->slot = (struct fws_buf){.data = slot, .size = size, .capacity = size};
    row->image_size = image->size;
}

/* ---- Rows ---- */

/* Damage alone is between a case and its control: the policy is the same. */
static void check_control(struct controls *controls, const struct row *row, const char *control)
{
    if (row->control) {
        require(row->reason == FWS_OK && controls->count < ROWS_MAX, "%s: no control", row->id);
        controls->id[controls->count] = row->id;
        controls->policy[controls->count++] = row->policy;
        return;
    }
    require(row->reason != FWS_OK, "%s is accepted, and no control", row->id);
    for (size_t i = 0; i < controls->count; i++) {
        if (strcmp(controls->id[i], control) == 0) {
            require(strcmp(controls->policy[i], row->policy) == 0, "%s: another policy", row->id);
            return;
        }
    }
    fail("%s: there is no control '%s'", row->id, control);
}

struct each {
    void (*use)(void *context, const struct row *row);
    void *context;
    struct keys keys;
    struct controls controls;
};

static void use_line(void *context, char *line)
{
    struct each *each = context;
    char *field[FIELDS];

    for (size_t i = 0; i < COMMENT; i++) {
        field[i] = next_field(&line);
    }
    struct row row = {.id = field[ID],
                      .reason = status_called(field[REASON]),
                      .has_offset = strcmp(field[OFFSET], "-") != 0,
                      .control = strcmp(field[CONTROL], "-") == 0,
                      .policy = field[POLICY],
                      .proof = field[PROOF],
                      .keys = &each->keys};

    row.pushed = strcmp(field[PUSHED], "=") == 0 ? row.reason : status_called(field[PUSHED]);
    row.offset = row.has_offset ? number_in(field[OFFSET]) : 0;
    FWS_AUTO(fws_buf) image = image_of(field[IMAGE]);

    lay_out(&image, number_in(field[SLOT]), &row);
    check_control(&each->controls, &row, field[CONTROL]);
    each->use(each->context, &row);
    fws_buf_free(&row.slot);
}

void rows_each(const char *folder, const char *set,
               void (*use)(void *context, const struct row *row), void *context)
{
    FWS_AUTO(fws_buf) text = read_text(folder, set, ".txt");
    struct each each = {.use = use, .context = context, .keys = keys_load(folder)};

    each_line((char *)text.data, use_line, &each);
    keys_free(&each.keys);
}
