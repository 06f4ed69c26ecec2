/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "keys/describe.h"
#include "keys/hsm.h"
#include "keys/message.h"

enum fws_status fws_hsm_take_key(const struct fws_hsm *hsm, const struct fws_reply *item,
                                 struct fws_key *out, struct fws_error *err)
{
    if (item->kind != FWS_REPLY_KEY) {
        return fws_error_set(err, FWS_E_HSM_CRASHED, "the HSM worker sent another answer");
    }
    *out = item->key;
    out->generation = hsm->link.generation;
    fws_text_make_printable(out->label);
    fws_text_make_printable(out->token_label);
    fws_text_make_printable(out->token_serial);
    fws_text_make_printable(out->token_model);
    fws_text_make_printable(out->token_firmware);
    return fws_material_pubkey(&item->material, &out->pub, err);
}

struct one_key {
    const struct fws_hsm *hsm;
    struct fws_key *out;
    size_t count;
};

static enum fws_status take_one(void *context, const struct fws_reply *item, struct fws_error *err)
{
    struct one_key *one = context;

    one->count++;
    return fws_hsm_take_key(one->hsm, item, one->out, err);
}

/* A request whose answer is one key. */
static enum fws_status call_for_key(struct fws_hsm *hsm, struct fws_call *call, struct fws_key *out,
                                    struct fws_error *err)
{
    struct one_key one = {.hsm = hsm, .out = out};

    call->item = take_one;
    call->context = &one;
    enum fws_status status = fws_hsm_call_logged_in(hsm, call, err);

    call->context = NULL;
    if (status == FWS_OK && one.count != 1) {
        status = fws_error_set(err, FWS_E_HSM_CRASHED, "the HSM worker sent %zu keys", one.count);
    }
    return status;
}

static enum fws_status find(struct fws_hsm *hsm, const struct fws_uri *uri, struct fws_key *out,
                            struct fws_error *err)
{
    struct fws_call call = {.request = {.op = FWS_REQUEST_FIND, .uri = *uri}};

    if (strcmp(uri->type, "public") == 0) {
        return fws_error_set(err, FWS_E_URI, "pkcs11 URI: type=public names no signing key");
    }
    return call_for_key(hsm, &call, out, err);
}

enum fws_status fws_hsm_key_find(struct fws_hsm *hsm, const struct fws_uri *uri,
                                 struct fws_key *out, struct fws_error *err)
{
    enum fws_status status = fws_hsm_begin(hsm, FWS_ON_STOP_FAIL, err);

    if (status != FWS_OK) {
        return status;
    }
    status = find(hsm, uri, out, err);
    fws_hsm_end(hsm);
    return status;
}

enum fws_status fws_hsm_key_find_in_order(struct fws_hsm *hsm, const struct fws_uri *uri,
                                          struct fws_key *out, struct fws_error *err)
{
    enum fws_status status = fws_hsm_begin(hsm, FWS_ON_STOP_FINISH, err);

    if (status != FWS_OK) {
        return status;
    }
    status = find(hsm, uri, out, err);
    fws_hsm_end(hsm);
    return status;
}

/* What a worker does not survive may have happened before or after the signature. */
static enum fws_status explain_loss(enum fws_status status, struct fws_error *err)
{
    if (status == FWS_E_HSM_TIMEOUT || status == FWS_E_HSM_CRASHED || status == FWS_E_INTERRUPTED) {
        return fws_error_wrap(err, "a signature may have been made and lost");
    }
    return status;
}

static const struct fws_found *find_again(struct fws_hsm *hsm, const struct fws_key *key)
{
    for (size_t i = 0; i < FWS_HSM_FOUND_MAX; i++) {
        const struct fws_found *found = &hsm->found[i];

        if (found->generation == key->generation && found->handle == key->handle &&
            found->now_handle != 0 && found->now_generation == hsm->link.generation) {
            return found;
        }
    }
    return NULL;
}

/* The number of the key in the living worker, which may not be the one that found it. */
static enum fws_status resolve(struct fws_hsm *hsm, const struct fws_key *key, uint64_t *out,
                               struct fws_error *err)
{
    bool alive = fws_worker_link_alive(&hsm->link);
    const struct fws_found *known = alive ? find_again(hsm, key) : NULL;
    struct fws_key now = {0};
    struct fws_uri uri;

    if (alive && key->handle != 0 && key->generation == hsm->link.generation) {
        *out = key->handle;
        return FWS_OK;
    }
    if (known != NULL) {
        *out = known->now_handle;
        return FWS_OK;
    }
    fws_uri_of_key(key, &uri);
    enum fws_status status = find(hsm, &uri, &now, err);

    if (status != FWS_OK) {
        return status;
    }
    if (memcmp(now.pub.spki_sha256, key->pub.spki_sha256, sizeof now.pub.spki_sha256) != 0) {
        return fws_error_set(err, FWS_E_KEY_NOT_FOUND,
                             "the token shows another key under this name than before");
    }
    *out = now.handle;
    hsm->found[hsm->found_next++ % FWS_HSM_FOUND_MAX] =
        (struct fws_found){key->generation, key->handle, now.generation, now.handle};
    return FWS_OK;
}

/* A key that wants its PIN for each signature gets the one the token has accepted. */
static enum fws_status add_pin(struct fws_hsm *hsm, const struct fws_key *key,
                               struct fws_call *call, struct fws_pin **out, struct fws_error *err)
{
    struct fws_uri uri;

    *out = NULL;
    if (!key->always_authenticate) {
        return FWS_OK;
    }
    fws_uri_of_key(key, &uri);
    enum fws_status status = fws_hsm_name_token(hsm, &uri, err);

    if (status == FWS_OK) {
        status = fws_pins_get(&hsm->pins, &hsm->options, &uri, out, err);
    }
    if (status == FWS_OK && (*out)->state != FWS_PIN_PROVEN) {
        status = fws_error_set(err, FWS_E_PIN_MISSING,
                               "the key wants its PIN for each signature and there is none");
    }
    if (status == FWS_OK) {
        call->secrets[call->secret_count++] = &(*out)->secret;
    }
    return status;
}

static enum fws_status sign_once(struct fws_hsm *hsm, const struct fws_key *key,
                                 struct fws_call *call, struct fws_error *err)
{
    struct fws_pin *pin = NULL;
    enum fws_status status = resolve(hsm, key, &call->request.handle, err);

    call->answered = false;
    call->secret_count = 0;
    if (status == FWS_OK) {
        status = add_pin(hsm, key, call, &pin, err);
    }
    if (status != FWS_OK) {
        return status;
    }
    hsm->signatures++;
    status = explain_loss(fws_hsm_call(hsm, call, err), err);
    if (pin != NULL) {
        fws_pin_learn(pin, call->answered ? &call->done : NULL, err);
    }
    return status;
}

static enum fws_status call_sign(struct fws_hsm *hsm, const struct fws_key *key,
                                 struct fws_call *call, struct fws_error *err)
{
    struct fws_error second = {0};

    if (hsm->signatures >= hsm->recycle) {
        fws_worker_link_stop(&hsm->link);
    }
    enum fws_status status = sign_once(hsm, key, call, err);

    /* Only where the worker itself says that C_Sign was never reached. */
    if (status == FWS_OK || !call->answered || !call->done.broken || call->done.sent) {
        return status;
    }
    return sign_once(hsm, key, call, &second) == FWS_OK ? FWS_OK : status;
}

static enum fws_status take_signature(const struct fws_key *key, const struct fws_reply *done,
                                      uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *size,
                                      struct fws_error *err)
{
    if (key->pub.alg == FWS_ALG_P256 || key->pub.alg == FWS_ALG_P384) {
        return fws_signature_from_raw(done->signature, done->signature_size, key->pub.alg,
                                      signature, size, err);
    }
    if (done->signature_size > FWS_SIGNATURE_MAX_SIZE) {
        return fws_error_set(err, FWS_E_HSM_SIGNATURE, "signature of %zu bytes",
                             done->signature_size);
    }
    memcpy(signature, done->signature, done->signature_size);
    *size = done->signature_size;
    return FWS_OK;
}

static enum fws_status check_digest(const struct fws_key *key, size_t digest_size,
                                    struct fws_error *err)
{
    if (key->pub.alg == FWS_ALG_NONE) {
        return fws_error_set(err, FWS_E_KEY_TYPE, "%s keys sign no images", key->pub.type);
    }
    bool fits = key->pub.alg == FWS_ALG_ED25519
                    ? digest_size > 0 && digest_size <= FWS_HASH_MAX_SIZE
                    : digest_size == fws_hash_size(fws_algorithm_hash(key->pub.alg));

    return fits ? FWS_OK
                : fws_error_set(err, FWS_E_INTERNAL, "digest of %zu bytes for a %s key",
                                digest_size, key->pub.type);
}

static enum fws_status call_sign_in_turn(struct fws_hsm *hsm, const struct fws_key *key,
                                         struct fws_call *call, enum fws_on_stop on_stop,
                                         struct fws_error *err)
{
    enum fws_status status = fws_hsm_begin(hsm, on_stop, err);

    if (status != FWS_OK) {
        return status;
    }
    status = call_sign(hsm, key, call, err);
    fws_hsm_end(hsm);
    return status;
}

/* Sign what the mechanism is given. Others have their turn while the result is verified. */
static enum fws_status sign_input(struct fws_hsm *hsm, const struct fws_key *key,
                                  const uint8_t *input, size_t input_size, enum fws_on_stop on_stop,
                                  uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *signature_size,
                                  struct fws_error *err)
{
    struct fws_call call = {
        .request = {.op = FWS_REQUEST_SIGN, .alg = (uint8_t)key->pub.alg},
    };

    memcpy(call.request.message, input, input_size);
    call.request.message_size = input_size;
    enum fws_status status = call_sign_in_turn(hsm, key, &call, on_stop, err);

    if (status == FWS_OK) {
        status = take_signature(key, &call.done, signature, signature_size, err);
    }
    if (status != FWS_OK) {
        return fws_error_wrap(err, "key '%s'", key->label);
    }
    status = fws_pubkey_verify(&key->pub, input, input_size, signature, *signature_size, err);
    if (status != FWS_OK) {
        return fws_error_set(err, FWS_E_HSM_SIGNATURE,
                             "key '%s': the token's signature is not by this key over what it was "
                             "given",
                             key->label);
    }
    return FWS_OK;
}

enum fws_status fws_hsm_sign(struct fws_hsm *hsm, const struct fws_key *key, const uint8_t *digest,
                             size_t digest_size, uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                             size_t *signature_size, struct fws_error *err)
{
    enum fws_status status = check_digest(key, digest_size, err);

    return status == FWS_OK ? sign_input(hsm, key, digest, digest_size, FWS_ON_STOP_FAIL, signature,
                                         signature_size, err)
                            : status;
}

enum fws_status fws_hsm_sign_message(struct fws_hsm *hsm, const struct fws_key *key,
                                     const uint8_t *message, size_t message_size,
                                     enum fws_on_stop on_stop,
                                     uint8_t signature[FWS_SIGNATURE_MAX_SIZE],
                                     size_t *signature_size, struct fws_error *err)
{
    struct fws_message_input input;
    enum fws_status status = fws_message_input(&key->pub, message, message_size, &input, err);

    return status == FWS_OK ? sign_input(hsm, key, input.bytes, input.size, on_stop, signature,
                                         signature_size, err)
                            : fws_error_wrap(err, "key '%s'", key->label);
}

enum fws_status fws_hsm_key_generate(struct fws_hsm *hsm, const char *token_label,
                                     enum fws_algorithm alg, const char *label, struct fws_key *out,
                                     struct fws_error *err)
{
    struct fws_call call = {
        .request = {.op = FWS_REQUEST_GENERATE, .alg = (uint8_t)alg},
        .patience = 4, /* prime numbers take a small token a minute */
    };
    struct fws_uri *uri = &call.request.uri;

    if (strlen(token_label) >= sizeof uri->token || strlen(label) >= sizeof uri->object ||
        label[0] == '\0') {
        return fws_error_set(err, FWS_E_USAGE, "labels have 1 to %u bytes", FWS_URI_LABEL_SIZE - 1);
    }
    memcpy(uri->token, token_label, strlen(token_label) + 1);
    memcpy(uri->object, label, strlen(label) + 1);
    enum fws_status status = fws_hsm_begin(hsm, FWS_ON_STOP_FAIL, err);

    if (status != FWS_OK) {
        return status;
    }
    status = call_for_key(hsm, &call, out, err);
    fws_hsm_end(hsm);
    return status;
}
