/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/describe.h"

void fws_text_make_printable(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text >= 0x7f) {
            *text = '?';
        }
    }
}

static bool matches(const char *wanted, const char *actual)
{
    return wanted[0] == '\0' || strcmp(wanted, actual) == 0;
}

bool fws_uri_matches_token(const struct fws_uri *uri, const struct fws_token *token)
{
    return token->initialized && matches(uri->token, token->label) &&
           matches(uri->manufacturer, token->manufacturer) && matches(uri->model, token->model) &&
           matches(uri->serial, token->serial);
}

void fws_uri_of_token(const struct fws_token *token, struct fws_uri *out)
{
    *out = (struct fws_uri){0};
    memcpy(out->token, token->label, sizeof out->token);
    memcpy(out->serial, token->serial, sizeof out->serial);
}

static void copy_unless_changed(char out[FWS_URI_LABEL_SIZE], const char *label)
{
    if (strchr(label, '?') == NULL) {
        memcpy(out, label, FWS_URI_LABEL_SIZE);
    }
}

void fws_uri_of_key(const struct fws_key *key, struct fws_uri *out)
{
    *out = (struct fws_uri){0};
    memcpy(out->serial, key->token_serial, sizeof out->serial);
    if (key->token_serial[0] == '\0') {
        memcpy(out->token, key->token_label, sizeof out->token);
    } else {
        copy_unless_changed(out->token, key->token_label);
    }
    memcpy(out->id, key->id, sizeof out->id);
    out->id_size = key->id_size;
    if (key->id_size == 0) {
        memcpy(out->object, key->label, sizeof out->object);
    } else {
        copy_unless_changed(out->object, key->label);
    }
}

enum fws_status fws_uri_list_add(struct fws_buf *list, const struct fws_uri *uri,
                                 struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    if (list->size > 0) {
        status = fws_buf_append(list, ", ", 2, err);
    }
    return status == FWS_OK ? fws_uri_write(uri, list, err) : status;
}
