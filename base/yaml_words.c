/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/yaml_parts.h"

const char *fws_yaml_path_text(const struct fws_yaml_path *path, char out[FWS_YAML_PATH_TEXT_SIZE])
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    out[0] = '\0';
    if (path == NULL || path->key == NULL) {
        return out;
    }
    (void)fws_yaml_path_text(path->parent, out);
    size_t used = strlen(out);

    (void)snprintf(out + used, FWS_YAML_PATH_TEXT_SIZE - used, "%s%s", used > 0 ? "." : "",
                   fws_error_quote(path->key, strlen(path->key), quoted));
    return out;
}

static void describe_limits(const struct fws_yaml_field *row, const char *what, char *out)
{
    const size_t size = FWS_YAML_EXPECTED_SIZE;

    if (row->max != 0) {
        (void)snprintf(out, size, "%s from %" PRIu64 " to %" PRIu64, what, row->min, row->max);
    } else if (row->min != 0) {
        (void)snprintf(out, size, "%s of at least %" PRIu64, what, row->min);
    } else {
        (void)snprintf(out, size, "%s", what);
    }
}

static void describe_choices(const struct fws_yaml_field *row, char *out)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; row->choices[i] != NULL && used < FWS_YAML_EXPECTED_SIZE; i++) {
        const char *between = i == 0 ? "" : row->choices[i + 1] == NULL ? " or " : ", ";
        int length =
            snprintf(out + used, FWS_YAML_EXPECTED_SIZE - used, "%s%s", between, row->choices[i]);

        used += length > 0 ? (size_t)length : 0;
    }
}

const char *fws_yaml_expected(const struct fws_yaml_field *row, char out[FWS_YAML_EXPECTED_SIZE])
{
    static const char *const words[] = {
        [FWS_YAML_TEXT] = "text",
        [FWS_YAML_BOOL] = "true or false",
        [FWS_YAML_UINT] = "a number",
        [FWS_YAML_SIZE] = "a size in bytes",
        [FWS_YAML_TEXT_LIST] = "a list of texts",
        [FWS_YAML_RANGE] = "a range FIRST-LAST with both ends",
        [FWS_YAML_MAP] = "a mapping",
        [FWS_YAML_NAMED] = "a mapping of names",
    };

    switch (row->type) {
    case FWS_YAML_CHOICE:
        describe_choices(row, out);
        break;
    case FWS_YAML_UINT:
    case FWS_YAML_SIZE:
        describe_limits(row, words[row->type], out);
        break;
    case FWS_YAML_RANGE:
        describe_limits(
            row, row->max != 0 || row->min != 0 ? words[row->type] : "a range FIRST-LAST", out);
        break;
    case FWS_YAML_NAMED:
        (void)snprintf(out, FWS_YAML_EXPECTED_SIZE, "%s",
                       row->names_alone ? "a list or a mapping of names" : words[row->type]);
        break;
    default:
        (void)snprintf(out, FWS_YAML_EXPECTED_SIZE, "%s", words[row->type]);
        break;
    }
    return out;
}

static void describe_seen(const yaml_event_t *event, char *out, size_t size)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    switch (event->type) {
    case YAML_SCALAR_EVENT:
        (void)fws_error_quote((const char *)event->data.scalar.value, event->data.scalar.length,
                              quoted);
        (void)snprintf(out, size, "%s'%s'", fws_yaml_is_plain(event) ? "" : "the text ", quoted);
        break;
    case YAML_SEQUENCE_START_EVENT:
        (void)snprintf(out, size, "a list");
        break;
    default:
        (void)snprintf(out, size, "a mapping");
        break;
    }
}

enum fws_status fws_yaml_fail_type(const struct fws_yaml_source *source,
                                   const struct fws_yaml_path *path,
                                   const struct fws_yaml_field *row)
{
    char path_text[FWS_YAML_PATH_TEXT_SIZE];
    char expected[FWS_YAML_EXPECTED_SIZE];
    char seen[FWS_ERROR_QUOTE_SIZE + 16];

    describe_seen(&source->event, seen, sizeof seen);
    return fws_yaml_fail(source, fws_yaml_source_place(source), "'%s' must be %s, not %s",
                         fws_yaml_path_text(path, path_text), fws_yaml_expected(row, expected),
                         seen);
}
