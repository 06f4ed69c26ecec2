/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/yaml_parts.h"

/* Text for a cell of a Markdown table, where '|' would end the cell. */
static enum fws_status put_cell(struct fws_buf *out, const char *text, struct fws_error *err)
{
    enum fws_status status = fws_buf_append(out, " ", 1, err);

    for (const char *at = text; status == FWS_OK && *at != '\0'; at++) {
        status = *at == '|' ? fws_buf_append(out, "\\|", 2, err) : fws_buf_append(out, at, 1, err);
    }
    return status == FWS_OK ? fws_buf_append(out, " |", 2, err) : status;
}

static const char *default_of(const struct fws_yaml_field *row)
{
    if (row->required) {
        return "required";
    }
    return row->default_text != NULL ? row->default_text : "none";
}

static enum fws_status put_row(const struct fws_yaml_field *row, const char *key,
                               struct fws_buf *out, struct fws_error *err)
{
    char expected[FWS_YAML_EXPECTED_SIZE];
    enum fws_status status = fws_buf_printf(out, err, "| `%s` |", key);

    if (status == FWS_OK) {
        status = put_cell(out, fws_yaml_expected(row, expected), err);
    }
    if (status == FWS_OK) {
        status = put_cell(out, default_of(row), err);
    }
    if (status == FWS_OK) {
        status = put_cell(out, row->doc != NULL ? row->doc : "", err);
    }
    return status == FWS_OK ? fws_buf_append(out, "\n", 1, err) : status;
}

static enum fws_status put_rows(const struct fws_yaml_field *fields, const char *prefix,
                                struct fws_buf *out, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (const struct fws_yaml_field *row = fields; status == FWS_OK && row->key != NULL; row++) {
        char key[FWS_YAML_PATH_TEXT_SIZE];
        const char *behind = row->type == FWS_YAML_NAMED ? ".NAME." : ".";

        (void)snprintf(key, sizeof key, "%s%s", prefix, row->key);
        status = put_row(row, key, out, err);
        if (status == FWS_OK && row->fields != NULL) {
            (void)snprintf(key, sizeof key, "%s%s%s", prefix, row->key, behind);
            status = put_rows(row->fields, key, out, err);
        }
    }
    return status;
}

enum fws_status fws_yaml_reference(const struct fws_yaml_field *fields, struct fws_buf *out,
                                   struct fws_error *err)
{
    enum fws_status status = fws_buf_printf(out, err,
                                            "| Key | Value | Default | Meaning |\n"
                                            "|---|---|---|---|\n");

    return status == FWS_OK ? put_rows(fields, "", out, err) : status;
}
