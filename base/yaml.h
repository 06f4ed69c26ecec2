/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML files described by constant tables, loaded over libyaml.
 *
 * One table of fields parses, checks and documents a file: each row has key, type, place in the
 * caller's struct, range, whether it is required, and one line for people. Messages look like a
 * compiler's:
 *
 *     policy/pump.yaml:14:5: unknown key 'rollback_flor' in 'version' (did you mean 'rollback-floor'?)
 *
 * Refused: unknown keys, duplicates, wrong types, values out of range, anchors and aliases, tags,
 * directives, several documents, files over FWS_YAML_MAX_SIZE, deeper nesting than the schema.
 * A word is what the table says it is: 'yes' is text for TEXT and nothing at all for BOOL.
 */
#ifndef FWS_BASE_YAML_H
#define FWS_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"

#define FWS_YAML_MAX_SIZE   1048576u
#define FWS_YAML_LIST_MAX   256u /* items of a TEXT_LIST, names of a NAMED */
#define FWS_YAML_FIELDS_MAX 64u  /* rows of one table */

enum fws_yaml_type {
    FWS_YAML_TEXT,      /* char *: heap, NUL-terminated, no NUL inside, no control characters */
    FWS_YAML_BOOL,      /* bool: true or false, without quotes */
    FWS_YAML_UINT,      /* uint64_t: decimal without leading zeros, or 0x; within [min, max] */
    FWS_YAML_SIZE,      /* uint64_t: as above, also with suffix K, KiB (1024), M, MiB (1024^2) */
    FWS_YAML_CHOICE,    /* int: index into choices */
    FWS_YAML_TEXT_LIST, /* struct fws_yaml_texts: a sequence of scalars, or one scalar */
    FWS_YAML_RANGE,     /* struct fws_yaml_range: "FROM-TO", both inclusive, each as UINT */
    FWS_YAML_MAP,       /* a nested struct at offset, described by fields */
    FWS_YAML_NAMED,     /* struct fws_yaml_named: a mapping of free names to structs; where the row
                         * says so also a list of names alone, or a short form for an item */
};

struct fws_yaml_place {
    unsigned line, column; /* of the value, from 1; 0 = not in the file */
};

struct fws_yaml_texts {
    char **items; /* given; freed by fws_yaml_free */
    struct fws_yaml_place *places;
    size_t count;
};

struct fws_yaml_range {
    bool given;
    uint64_t first, last;
};

struct fws_yaml_named {
    void *items; /* count structs of the row's item_size; each begins with char *name */
    size_t count;
};

struct fws_yaml_field {
    const char *key; /* NULL ends a table */
    enum fws_yaml_type type;
    size_t offset;   /* of the member in the caller's struct */
    const char *doc; /* one line, for the reference and for init's comments */
    bool required;
    uint64_t min, max;                   /* UINT, SIZE, both ends of RANGE, items of TEXT_LIST,
                        * names of NAMED; max 0 = no limit */
    const char *const *choices;          /* CHOICE: NULL-terminated */
    const struct fws_yaml_field *fields; /* MAP, NAMED */
    size_t item_size;                    /* NAMED */
    size_t
        item_place_offset; /* NAMED: struct fws_yaml_place member of an item, of its name, plus 1 */
    bool names_alone;      /* NAMED: also a list of names, or one name; no row may be required */
    const char *short_key; /* NAMED: "NAME: VALUE" stands for "NAME: {short_key: VALUE}" */
    size_t place_offset;   /* struct fws_yaml_place member plus 1; 0 = not kept */
    bool (*check)(const char *text, const char **why); /* TEXT, each of TEXT_LIST, NAMED's names */
    const char *default_text;                          /* for the reference; NULL = none */
};

/*
 * Load text (name is for messages) into the struct at out, which the caller has filled with the
 * defaults (heap members NULL). On any error out is as after fws_yaml_free.
 *
 * FWS_OK or status_bad (FWS_E_CONFIG, FWS_E_POLICY_INVALID) with "name:line:col: ..." in err.
 */
FWS_MUST_USE enum fws_status fws_yaml_load(const char *name, const void *text, size_t size,
                                           const struct fws_yaml_field *fields,
                                           enum fws_status status_bad, void *out,
                                           struct fws_error *err);

/* Free what the table describes and zero it, defaults and places too. */
void fws_yaml_free(const struct fws_yaml_field *fields, void *out);

/* Append the reference of the table as Markdown: key, type, range, default text, doc. */
FWS_MUST_USE enum fws_status fws_yaml_reference(const struct fws_yaml_field *fields,
                                                struct fws_buf *out, struct fws_error *err);

/* Write the table as JSON Schema (draft 7), by which editors complete and check a file. json is open
 * for a value. */
void fws_yaml_schema(const struct fws_yaml_field *fields, const char *title, struct fws_json *json);

/* The candidate closest to word by edit distance, when close enough to be a slip; NULL otherwise.
 * candidates is NULL-terminated. Also used for commands and options. */
const char *fws_closest(const char *word, const char *const *candidates);

#endif
