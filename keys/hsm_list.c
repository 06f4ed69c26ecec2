/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "keys/describe.h"
#include "keys/hsm.h"

#define ITEMS_MAX 65536u /* a worker gone wild must not fill the memory */

static enum fws_status grow(void **items, size_t count, size_t item_size, struct fws_error *err)
{
    /* Room is doubled at each power of two. */
    if (count > 0 && (count & (count - 1)) != 0) {
        return FWS_OK;
    }
    if (count >= ITEMS_MAX) {
        return fws_error_set(err, FWS_E_TOO_LARGE, "more than %u objects", ITEMS_MAX);
    }
    void *more = reallocarray(*items, count == 0 ? 1 : 2 * count, item_size);

    if (more == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for a list");
    }
    *items = more;
    return FWS_OK;
}

static enum fws_status add_token(void *context, const struct fws_reply *item, struct fws_error *err)
{
    struct fws_token_list *list = context;
    void *items = list->tokens;
    enum fws_status status = grow(&items, list->count, sizeof *list->tokens, err);

    list->tokens = items;
    if (status == FWS_OK) {
        list->tokens[list->count++] = item->token;
    }
    return status;
}

enum fws_status fws_hsm_tokens(struct fws_hsm *hsm, struct fws_token_list *out,
                               struct fws_error *err)
{
    struct fws_call call = {
        .request = {.op = FWS_REQUEST_TOKENS},
        .item = add_token,
        .context = out,
    };
    enum fws_status status = fws_hsm_call(hsm, &call, err);

    if (status != FWS_OK) {
        fws_token_list_free(out);
        return status;
    }
    memcpy(out->library, call.done.library, sizeof out->library);
    return FWS_OK;
}

enum fws_status fws_hsm_token_list(struct fws_hsm *hsm, struct fws_token_list *out,
                                   struct fws_error *err)
{
    *out = (struct fws_token_list){0};
    enum fws_status status = fws_hsm_begin(hsm, FWS_ON_STOP_FAIL, err);

    if (status != FWS_OK) {
        return status;
    }
    status = fws_hsm_tokens(hsm, out, err);
    fws_hsm_end(hsm);
    for (size_t i = 0; i < out->count; i++) {
        fws_text_make_printable(out->tokens[i].label);
        fws_text_make_printable(out->tokens[i].manufacturer);
        fws_text_make_printable(out->tokens[i].model);
        fws_text_make_printable(out->tokens[i].serial);
        fws_text_make_printable(out->tokens[i].firmware);
    }
    fws_text_make_printable(out->library);
    return status;
}

void fws_token_list_free(struct fws_token_list *list)
{
    free(list->tokens);
    *list = (struct fws_token_list){0};
}

struct key_list {
    const struct fws_hsm *hsm;
    struct fws_key_list *out;
};

static enum fws_status add_key(void *context, const struct fws_reply *item, struct fws_error *err)
{
    struct key_list *list = context;
    void *items = list->out->keys;
    enum fws_status status = grow(&items, list->out->count, sizeof *list->out->keys, err);

    list->out->keys = items;
    if (status == FWS_OK) {
        status = fws_hsm_take_key(list->hsm, item, &list->out->keys[list->out->count], err);
    }
    /* A list also shows what is broken. */
    if (status == FWS_E_PUBKEY) {
        status = err->status = FWS_OK;
    }
    list->out->count += status == FWS_OK;
    return status;
}

static enum fws_status list_token(struct fws_hsm *hsm, const struct fws_uri *uri,
                                  const struct fws_token *token, struct fws_key_list *out,
                                  struct fws_error *err)
{
    struct key_list list = {hsm, out};
    struct fws_call call = {
        .request = {.op = FWS_REQUEST_LIST, .uri = *uri},
        .item = add_key,
        .context = &list,
    };

    memcpy(call.request.uri.token, token->label, sizeof token->label);
    memcpy(call.request.uri.serial, token->serial, sizeof token->serial);
    return token->login_required ? fws_hsm_call_logged_in(hsm, &call, err)
                                 : fws_hsm_call(hsm, &call, err);
}

static enum fws_status list_tokens(struct fws_hsm *hsm, const struct fws_uri *uri,
                                   struct fws_key_list *out, struct fws_error *err)
{
    struct fws_token_list tokens = {0};
    enum fws_status status = fws_hsm_tokens(hsm, &tokens, err);

    for (size_t i = 0; i < tokens.count && status == FWS_OK; i++) {
        if (fws_uri_matches_token(uri, &tokens.tokens[i])) {
            status = list_token(hsm, uri, &tokens.tokens[i], out, err);
        }
    }
    fws_token_list_free(&tokens);
    return status;
}

enum fws_status fws_hsm_key_list(struct fws_hsm *hsm, const struct fws_uri *uri,
                                 struct fws_key_list *out, struct fws_error *err)
{
    *out = (struct fws_key_list){0};
    enum fws_status status = fws_hsm_begin(hsm, FWS_ON_STOP_FAIL, err);

    if (status != FWS_OK) {
        return status;
    }
    status = list_tokens(hsm, uri, out, err);
    fws_hsm_end(hsm);
    if (status != FWS_OK) {
        fws_key_list_free(out);
    }
    return status;
}

void fws_key_list_free(struct fws_key_list *list)
{
    free(list->keys);
    *list = (struct fws_key_list){0};
}

enum fws_status fws_hsm_token_create(struct fws_hsm *hsm, const char *label,
                                     const struct fws_secret *so_pin,
                                     const struct fws_secret *user_pin, struct fws_error *err)
{
    struct fws_call call = {
        .request = {.op = FWS_REQUEST_CREATE},
        .patience = 4,
        .secrets = {so_pin, user_pin},
        .secret_count = 2,
    };
    size_t size = strlen(label);

    if (size == 0 || size > 32) {
        return fws_error_set(err, FWS_E_USAGE, "a token's label has 1 to 32 bytes");
    }
    memcpy(call.request.uri.token, label, size + 1);
    enum fws_status status = fws_hsm_begin(hsm, FWS_ON_STOP_FAIL, err);

    if (status != FWS_OK) {
        return status;
    }
    status = fws_hsm_call(hsm, &call, err);
    /* The slots of a module may move when a token appears; a new worker lists them anew. */
    fws_worker_link_stop(&hsm->link);
    fws_hsm_end(hsm);
    return status;
}
