/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/protocol.h"

/* One description of a struct, run for reading or for writing. */
struct codec {
    bool writing;
    struct fws_reader in;
    struct fws_writer out;
};

static void code_u8(struct codec *codec, uint8_t *value)
{
    if (codec->writing) {
        fws_writer_u8(&codec->out, *value);
    } else {
        *value = fws_reader_u8(&codec->in);
    }
}

static void code_u32(struct codec *codec, uint32_t *value)
{
    if (codec->writing) {
        fws_writer_u32le(&codec->out, *value);
    } else {
        *value = fws_reader_u32le(&codec->in);
    }
}

static void code_u64(struct codec *codec, uint64_t *value)
{
    if (codec->writing) {
        fws_writer_u64le(&codec->out, *value);
    } else {
        *value = fws_reader_u64le(&codec->in);
    }
}

static void code_bool(struct codec *codec, bool *value)
{
    uint8_t byte = *value ? 1 : 0;

    code_u8(codec, &byte);
    *value = byte == 1;
    codec->in.bad = codec->in.bad || byte > 1;
}

static void code_bytes(struct codec *codec, void *data, size_t *size, size_t capacity)
{
    if (codec->writing) {
        fws_writer_u16le(&codec->out, (uint16_t)*size);
        fws_writer_bytes(&codec->out, data, *size);
        return;
    }
    *size = fws_reader_u16le(&codec->in);
    if (*size > capacity) {
        *size = 0;
        codec->in.bad = true;
    }
    fws_reader_copy(&codec->in, data, *size);
}

static void code_text(struct codec *codec, char *text, size_t capacity)
{
    size_t size = codec->writing ? strnlen(text, capacity - 1) : 0;

    code_bytes(codec, text, &size, capacity - 1);
    if (!codec->writing) {
        text[size] = '\0';
        codec->in.bad = codec->in.bad || strlen(text) != size;
    }
}

#define CODE_TEXT(codec, member) code_text(codec, member, sizeof(member))

static void code_uri(struct codec *codec, struct fws_uri *uri)
{
    CODE_TEXT(codec, uri->token);
    CODE_TEXT(codec, uri->manufacturer);
    CODE_TEXT(codec, uri->model);
    CODE_TEXT(codec, uri->serial);
    CODE_TEXT(codec, uri->object);
    CODE_TEXT(codec, uri->type);
    code_bytes(codec, uri->id, &uri->id_size, sizeof uri->id);
}

static void code_request(struct codec *codec, struct fws_request *request)
{
    code_u8(codec, &request->op);
    code_u8(codec, &request->alg);
    code_u32(codec, &request->lock_ms);
    code_u64(codec, &request->handle);
    code_uri(codec, &request->uri);
    code_bytes(codec, request->message, &request->message_size, sizeof request->message);
    CODE_TEXT(codec, request->module);
}

static void code_key(struct codec *codec, struct fws_key *key)
{
    CODE_TEXT(codec, key->label);
    code_bytes(codec, key->id, &key->id_size, sizeof key->id);
    CODE_TEXT(codec, key->token_label);
    CODE_TEXT(codec, key->token_serial);
    CODE_TEXT(codec, key->token_model);
    CODE_TEXT(codec, key->token_firmware);
    bool *const flags[] = {
        &key->has_private,
        &key->sensitive,
        &key->always_sensitive,
        &key->extractable,
        &key->local,
        &key->sign,
        &key->never_extractable,
        &key->sign_recover,
        &key->decrypt,
        &key->unwrap,
        &key->derive,
        &key->always_authenticate,
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        code_bool(codec, flags[i]);
    }
    code_u64(codec, &key->handle);
}

static void code_material(struct codec *codec, struct fws_material *material)
{
    code_u8(codec, &material->kind);
    code_bytes(codec, material->value, &material->value_size, sizeof material->value);
    code_bytes(codec, material->params, &material->params_size, sizeof material->params);
}

static void code_token(struct codec *codec, struct fws_token *token)
{
    CODE_TEXT(codec, token->label);
    CODE_TEXT(codec, token->manufacturer);
    CODE_TEXT(codec, token->model);
    CODE_TEXT(codec, token->serial);
    CODE_TEXT(codec, token->firmware);
    bool *const flags[] = {
        &token->initialized,       &token->pin_initialized, &token->login_required,
        &token->pin_count_low,     &token->pin_final_try,   &token->pin_locked,
        &token->pin_to_be_changed,
    };

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        code_bool(codec, flags[i]);
    }
}

static void code_done(struct codec *codec, struct fws_reply *reply)
{
    code_u32(codec, &reply->status);
    CODE_TEXT(codec, reply->text);
    code_bool(codec, &reply->login_tried);
    code_bool(codec, &reply->logged_in);
    code_bool(codec, &reply->ready);
    code_bool(codec, &reply->broken);
    code_bool(codec, &reply->sent);
    code_bytes(codec, reply->signature, &reply->signature_size, sizeof reply->signature);
    CODE_TEXT(codec, reply->library);
}

static void code_reply(struct codec *codec, struct fws_reply *reply)
{
    code_u8(codec, &reply->kind);
    switch (reply->kind) {
    case FWS_REPLY_WAITING:
    case FWS_REPLY_LOCKED:
        break;
    case FWS_REPLY_KEY:
        code_key(codec, &reply->key);
        code_material(codec, &reply->material);
        break;
    case FWS_REPLY_TOKEN:
        code_token(codec, &reply->token);
        break;
    case FWS_REPLY_DONE:
        code_done(codec, reply);
        break;
    default:
        codec->in.bad = true;
    }
}

static enum fws_status finish_writing(const struct codec *codec, size_t *size,
                                      struct fws_error *err)
{
    *size = codec->out.used;
    return fws_writer_done(&codec->out) == FWS_OK && !codec->in.bad
               ? FWS_OK
               : fws_error_set(err, FWS_E_INTERNAL, "a worker message does not fit its packet");
}

static enum fws_status finish_reading(const struct codec *codec, struct fws_error *err)
{
    return fws_reader_done(&codec->in) == FWS_OK
               ? FWS_OK
               : fws_error_set(err, FWS_E_INTERNAL, "a worker message is malformed");
}

enum fws_status fws_request_write(struct fws_request *request, uint8_t *packet, size_t *size,
                                  struct fws_error *err)
{
    struct codec codec = {.writing = true, .out = fws_writer_init(packet, FWS_PACKET_MAX_SIZE)};

    code_request(&codec, request);
    return finish_writing(&codec, size, err);
}

enum fws_status fws_reply_write(struct fws_reply *reply, uint8_t *packet, size_t *size,
                                struct fws_error *err)
{
    struct codec codec = {.writing = true, .out = fws_writer_init(packet, FWS_PACKET_MAX_SIZE)};

    code_reply(&codec, reply);
    return finish_writing(&codec, size, err);
}

enum fws_status fws_request_parse(const uint8_t *packet, size_t size, struct fws_request *out,
                                  struct fws_error *err)
{
    struct codec codec = {.in = fws_reader_init(packet, size)};

    *out = (struct fws_request){0};
    code_request(&codec, out);
    return finish_reading(&codec, err);
}

enum fws_status fws_reply_parse(const uint8_t *packet, size_t size, struct fws_reply *out,
                                struct fws_error *err)
{
    struct codec codec = {.in = fws_reader_init(packet, size)};

    *out = (struct fws_reply){0};
    code_reply(&codec, out);
    return finish_reading(&codec, err);
}
