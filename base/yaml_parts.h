/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the YAML loader share; private to base/yaml*.c.
 *
 *     yaml_source.c     libyaml's events, with places, less what is refused everywhere
 *     yaml.c            walks events and table together
 *     yaml_list.c       a list of texts
 *     yaml_scalar.c     one scalar into one member
 *     yaml_words.c      paths, types and values in words
 *     yaml_free.c       the way back
 *     yaml_reference.c  the table in words
 *     yaml_schema.c     the table for editors
 */
#ifndef FWS_BASE_YAML_PARTS_H
#define FWS_BASE_YAML_PARTS_H

#include <yaml.h>

#include "base/yaml.h"

struct fws_yaml_source {
    const char *name; /* for messages */
    const uint8_t *text;
    size_t size;
    enum fws_status status_bad;
    struct fws_error *err;
    yaml_parser_t parser;
    yaml_event_t event; /* the current one */
};

/* Start on text; end with fws_yaml_source_close, also after a failure. */
FWS_MUST_USE enum fws_status fws_yaml_source_open(struct fws_yaml_source *source);
void fws_yaml_source_close(struct fws_yaml_source *source);

/* Step to the next event. Aliases, anchors, tags and directives are refused here. */
FWS_MUST_USE enum fws_status fws_yaml_source_next(struct fws_yaml_source *source);

/* Where the current event begins. */
struct fws_yaml_place fws_yaml_source_place(const struct fws_yaml_source *source);

/* Fail with "name:line:col: ..."; returns status_bad. */
enum fws_status fws_yaml_fail(const struct fws_yaml_source *source, struct fws_yaml_place place,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));

enum fws_status fws_yaml_fail_memory(const struct fws_yaml_source *source);

/* The keys from the top of the file to a value. */
struct fws_yaml_path {
    const struct fws_yaml_path *parent; /* NULL at the top */
    const char *key;                    /* NULL for the file itself */
};

#define FWS_YAML_PATH_TEXT_SIZE 256u

/* "version.minimum", printable; "" for the file itself. */
const char *fws_yaml_path_text(const struct fws_yaml_path *path, char out[FWS_YAML_PATH_TEXT_SIZE]);

#define FWS_YAML_EXPECTED_SIZE 256u

/* What a row takes, in words: "a number from 32 to 65535". */
const char *fws_yaml_expected(const struct fws_yaml_field *row, char out[FWS_YAML_EXPECTED_SIZE]);

/* Fail with "'path' must be <what row takes>, not <the current event>". */
enum fws_status fws_yaml_fail_type(const struct fws_yaml_source *source,
                                   const struct fws_yaml_path *path,
                                   const struct fws_yaml_field *row);

/* The current scalar as text without control characters: heap memory, the caller's. */
FWS_MUST_USE enum fws_status fws_yaml_scalar_text(const struct fws_yaml_source *source,
                                                  const struct fws_yaml_path *path,
                                                  const struct fws_yaml_field *row, char **out);

/* The current scalar into the member of base that row describes (no MAP, NAMED, TEXT_LIST). */
FWS_MUST_USE enum fws_status fws_yaml_scalar_store(const struct fws_yaml_source *source,
                                                   const struct fws_yaml_path *path,
                                                   const struct fws_yaml_field *row, void *base);

/* The current event is a text that is not empty; what is "an item of" or "a name in". */
FWS_MUST_USE enum fws_status fws_yaml_check_item(const struct fws_yaml_source *source,
                                                 const struct fws_yaml_path *path,
                                                 const char *what);

/* The current event begins the value of a TEXT_LIST; read to its end. */
FWS_MUST_USE enum fws_status fws_yaml_list_load(struct fws_yaml_source *source,
                                                const struct fws_yaml_path *path,
                                                const struct fws_yaml_field *row,
                                                struct fws_yaml_texts *texts);

/* A scalar without quotes. */
bool fws_yaml_is_plain(const yaml_event_t *event);

/* The member at offset. */
void *fws_yaml_member(void *base, size_t offset);

#endif
