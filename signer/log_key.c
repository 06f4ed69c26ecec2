/* SPDX-License-Identifier: Apache-2.0 */
/* The two keys of the house are kept apart: firmware by one, checkpoints by the other. */
#include <string.h>

#include "base/hex.h"
#include "signer/signer.h"

static bool same_key(const struct fws_pubkey *a, const struct fws_pubkey *b)
{
    return memcmp(a->spki_sha256, b->spki_sha256, sizeof a->spki_sha256) == 0;
}

enum fws_status fws_signing_key_refuse_log(const struct fws_signing_key *key,
                                           const struct fws_trust *trust, struct fws_error *err)
{
    for (size_t i = 0; trust != NULL && i < trust->count; i++) {
        if (same_key(&key->info.pub, &trust->logs[i].key)) {
            return fws_error_set(err, FWS_E_KEY_UNFIT,
                                 "key '%s' is the key of the log '%s', which never signs firmware",
                                 key->name, trust->logs[i].name);
        }
    }
    return FWS_OK;
}

static enum fws_status check_kind(const struct fws_pubkey *pub, struct fws_error *err)
{
    if (pub->alg == FWS_ALG_ED25519 || pub->alg == FWS_ALG_P256) {
        return FWS_OK;
    }
    return fws_error_set(err, FWS_E_LOG_KEY,
                         "a %s key; generate an Ed25519 key, or ECDSA P-256 where the HSM has no "
                         "Ed25519",
                         pub->type);
}

/* Whatever a policy relaxes for firmware. A file is allowed as the caller has asked for one. */
static enum fws_status check_fit(const struct fws_key *info, struct fws_error *err)
{
    unsigned used;
    enum fws_status status =
        fws_key_check_fit(info, info->software ? FWS_ALLOW_SOFTWARE : 0, &used, err);

    if (status == FWS_OK) {
        return FWS_OK;
    }
    err->status = FWS_E_LOG_KEY;
    return fws_error_wrap(err, "nothing is relaxed for this key");
}

/* An Ed25519 key that signs both could be handed a digest as a note, or a note as a digest. */
static enum fws_status refuse_firmware(const struct fws_log_key_ref *ref,
                                       const struct fws_pubkey *pub, struct fws_error *err)
{
    for (size_t i = 0; i < ref->firmware_spki_count; i++) {
        if (memcmp(ref->firmware_spkis[i], pub->spki_sha256, sizeof pub->spki_sha256) == 0) {
            return fws_error_set(err, FWS_E_LOG_KEY,
                                 "it is configured for firmware; the log's key must sign nothing "
                                 "else");
        }
    }
    return FWS_OK;
}

/* The key that is pinned for the log; NULL when there are several or none. */
static const struct fws_vkey *only_pinned(const struct fws_log_key_ref *ref, size_t *count)
{
    const struct fws_trust *trust = ref->trust;
    const struct fws_vkey *found = NULL;

    *count = 0;
    for (size_t i = 0; trust != NULL && i < trust->count; i++) {
        if (strcmp(trust->logs[i].name, ref->origin) == 0) {
            found = &trust->logs[i];
            ++*count;
        }
    }
    return *count == 1 ? found : NULL;
}

static bool is_pinned(const struct fws_log_key_ref *ref, const struct fws_pubkey *pub)
{
    const struct fws_trust *trust = ref->trust;

    for (size_t i = 0; i < trust->count; i++) {
        if (strcmp(trust->logs[i].name, ref->origin) == 0 && same_key(&trust->logs[i].key, pub)) {
            return true;
        }
    }
    return false;
}

static enum fws_status check_pinned(const struct fws_log_key_ref *ref, const struct fws_pubkey *pub,
                                    struct fws_error *err)
{
    size_t count;
    const struct fws_vkey *pinned = only_pinned(ref, &count);
    char wanted[65];
    char seen[65];

    if (ref->trust == NULL || is_pinned(ref, pub)) {
        return FWS_OK;
    }
    (void)fws_hex_encode(pub->spki_sha256, 32, seen);
    if (pinned != NULL) {
        return fws_error_set(
            err, FWS_E_LOG_KEY,
            "the key pinned for '%s' is sha256:%.16s..., this one is sha256:%.16s...", ref->origin,
            fws_hex_encode(pinned->key.spki_sha256, 32, wanted), seen);
    }
    return fws_error_set(err, FWS_E_LOG_KEY,
                         "none of the %zu keys pinned for '%s' is sha256:%.16s...", count,
                         ref->origin, seen);
}

static enum fws_status accept(struct fws_log_key *key, struct fws_error *err)
{
    enum fws_status status = check_kind(&key->info.pub, err);

    if (status == FWS_OK) {
        status = check_fit(&key->info, err);
    }
    if (status == FWS_OK) {
        status = refuse_firmware(&key->ref, &key->info.pub, err);
    }
    if (status == FWS_OK) {
        status = check_pinned(&key->ref, &key->info.pub, err);
    }
    /* The one that is pinned is with the log already, whose threads may be reading it. */
    if (status == FWS_OK && key->vkey.name[0] == '\0') {
        status = fws_vkey_make(key->ref.origin, &key->info.pub, &key->vkey, err);
    }
    key->found = status == FWS_OK;
    return status;
}

static enum fws_status wrap(struct fws_error *err)
{
    return fws_error_wrap(err, "the log's key");
}

/*
 * Both kinds of notes, checkpoint and key change, begin with the log's name; a digest of an image
 * does not.
 */
static bool is_note_of(const char *origin, const uint8_t *message, size_t size)
{
    size_t origin_size = strlen(origin);

    return size > origin_size && memcmp(message, origin, origin_size) == 0 &&
           message[origin_size] == '\n';
}

/* A stop signal does not end it: what is on record would be without a checkpoint. */
static enum fws_status sign(void *context, const uint8_t *message, size_t size,
                            uint8_t signature[FWS_SIGNATURE_MAX_SIZE], size_t *signature_size,
                            struct fws_error *err)
{
    struct fws_log_key *key = context;
    enum fws_status status = FWS_OK;

    if (!is_note_of(key->ref.origin, message, size)) {
        return fws_error_set(err, FWS_E_INTERNAL, "the log's key signs notes of '%s' only",
                             key->ref.origin);
    }
    if (key->soft != NULL) {
        status =
            fws_soft_key_sign_message(key->soft, message, size, signature, signature_size, err);
        return status == FWS_OK ? FWS_OK : wrap(err);
    }
    if (!key->found) {
        status = fws_hsm_key_find_in_order(key->hsm, key->ref.uri, &key->info, err);
        status = status == FWS_OK ? accept(key, err) : status;
    }
    if (status == FWS_OK) {
        status = fws_hsm_sign_message(key->hsm, &key->info, message, size, FWS_ON_STOP_FINISH,
                                      signature, signature_size, err);
    }
    return status == FWS_OK ? FWS_OK : wrap(err);
}

enum fws_status fws_log_key_find(struct fws_log_key *key, struct fws_error *err)
{
    if (key->found) {
        return FWS_OK;
    }
    enum fws_status status = fws_hsm_key_find(key->hsm, key->ref.uri, &key->info, err);

    if (status == FWS_OK) {
        status = accept(key, err);
    }
    return status == FWS_OK ? FWS_OK : wrap(err);
}

static enum fws_status open_soft(struct fws_log_key *key, struct fws_error *err)
{
    enum fws_status status = fws_soft_key_load(key->ref.pem_path, &key->info, &key->soft, err);

    if (status == FWS_OK) {
        status = accept(key, err);
    }
    return status == FWS_OK ? FWS_OK : wrap(err);
}

static enum fws_status open_pinned(struct fws_log_key *key, const struct fws_vkey *pinned,
                                   struct fws_error *err)
{
    enum fws_status status = refuse_firmware(&key->ref, &pinned->key, err);

    key->vkey = *pinned;
    return status == FWS_OK ? FWS_OK : wrap(err);
}

enum fws_status fws_log_key_open(struct fws_hsm *hsm, const struct fws_log_key_ref *ref,
                                 struct fws_log_key *out, struct fws_error *err)
{
    size_t count;
    const struct fws_vkey *pinned = only_pinned(ref, &count);
    enum fws_status status;

    *out = (struct fws_log_key){.ref = *ref};
    out->signer = (struct fws_audit_signer){.vkey = &out->vkey, .sign = sign, .context = out};
    if (ref->pem_path != NULL) {
        status = open_soft(out, err);
    } else {
        out->hsm = hsm;
        status = pinned != NULL ? open_pinned(out, pinned, err) : fws_log_key_find(out, err);
    }
    if (status != FWS_OK) {
        fws_log_key_close(out);
    }
    return status;
}

void fws_log_key_close(struct fws_log_key *key)
{
    fws_soft_key_close(&key->soft);
    *key = (struct fws_log_key){0};
}
