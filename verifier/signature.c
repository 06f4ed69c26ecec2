/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

#define P256_HALF_SIZE 32u
#define P384_HALF_SIZE 48u

static enum fws_status hash_key(struct fws_check *check, const struct fws_trusted_key *key,
                                uint8_t *digest)
{
    const struct fws_verify_crypto *crypto = check->crypto;
    void *state = check->work->hash_state;
    enum fws_status status = crypto->hash_begin(state, check->report->hash);

    if (status != FWS_OK) {
        return status;
    }
    status = crypto->hash_update(state, key->der, key->der_size);
    enum fws_status finished = crypto->hash_finish(state, digest);

    return status != FWS_OK ? status : finished;
}

static bool value_is(const struct fws_tlv *tlv, const uint8_t *bytes, size_t size)
{
    return tlv->value.left == size && fws_reader_starts_with(&tlv->value, bytes, size);
}

/* Is this the key that a KEYHASH or PUBKEY TLV names? */
static enum fws_status key_matches(struct fws_check *check, const struct fws_trusted_key *key,
                                   const struct fws_tlv *name, bool *out)
{
    uint8_t digest[FWS_HASH_MAX_SIZE] = {0};

    if (name->type == FWS_TLV_PUBKEY) {
        *out = value_is(name, key->der, key->der_size);
        return FWS_OK;
    }
    enum fws_status status = hash_key(check, key, digest);

    *out = status == FWS_OK && value_is(name, digest, fws_hash_size(check->report->hash));
    return status;
}

/* FWS_VERIFY_KEY_NONE when no trusted key is named: not an error, another signer may be known. */
static enum fws_status find_key(struct fws_check *check, const struct fws_tlv *name, uint32_t *out)
{
    const struct fws_verify_policy *policy = check->policy;

    *out = FWS_VERIFY_KEY_NONE;
    for (uint32_t i = 0; i < policy->key_count; i++) {
        bool matches = false;
        enum fws_status status = key_matches(check, &policy->keys[i], name, &matches);

        if (status != FWS_OK) {
            return status;
        }
        if (matches) {
            *out = i;
            break;
        }
    }
    return FWS_OK;
}

/* A digest shorter or longer than the algorithm is made for would weaken it. */
static bool hash_fits(enum fws_algorithm alg, enum fws_hash hash)
{
    if (alg == FWS_ALG_ED25519) {
        return hash == FWS_HASH_SHA256 || hash == FWS_HASH_SHA512;
    }
    return hash == fws_algorithm_hash(alg);
}

static enum fws_status check_fit(struct fws_check *check, const struct fws_trusted_key *key,
                                 const struct fws_signer *signer)
{
    uint16_t type = fws_tlv_of_algorithm(key->alg);

    if (type == 0) {
        return FWS_E_ALGORITHM;
    }
    if (type != signer->signature.tlv.type) {
        return fws_refuse_at(check, signer->signature.offset, FWS_E_SIGNATURE_TYPE);
    }
    if (check->policy->pure && key->alg != FWS_ALG_ED25519) {
        return fws_refuse_at(check, signer->signature.offset, FWS_E_SIGNATURE_MODE);
    }
    if (!hash_fits(key->alg, check->report->hash)) {
        return fws_refuse_at(check, check->entries.hash.offset, FWS_E_HASH_MISSING);
    }
    return FWS_OK;
}

/* Hand the signature over in the form the algorithm works on. */
static enum fws_status verify_with(struct fws_check *check, const struct fws_trusted_key *key,
                                   struct fws_reader signature)
{
    const struct fws_verify_crypto *crypto = check->crypto;
    const uint8_t *message = check->report->digest;
    size_t message_size = fws_hash_size(check->report->hash);
    uint8_t raw[2 * P384_HALF_SIZE];

    if (check->policy->pure) {
        if (check->io->mapped == NULL) {
            return FWS_E_PURE_UNMAPPED;
        }
        message = check->io->mapped;
        message_size = check->signed_size;
    }
    if (key->alg == FWS_ALG_P256 || key->alg == FWS_ALG_P384) {
        size_t half = key->alg == FWS_ALG_P256 ? P256_HALF_SIZE : P384_HALF_SIZE;
        enum fws_status status = fws_ecdsa_raw_from_der(signature.data, signature.left, raw, half);

        if (status != FWS_OK) {
            return status;
        }
        signature = fws_reader_init(raw, 2 * half);
    }
    return crypto->verify(key, message, message_size, signature.data, signature.left);
}

static enum fws_status check_signer(struct fws_check *check, const struct fws_signer *signer)
{
    uint32_t index = FWS_VERIFY_KEY_NONE;
    enum fws_status status = find_key(check, &signer->key.tlv, &index);

    if (status != FWS_OK || index == FWS_VERIFY_KEY_NONE) {
        return status;
    }
    const struct fws_trusted_key *key = &check->policy->keys[index];

    status = check_fit(check, key, signer);
    if (status != FWS_OK) {
        return status;
    }
    status = verify_with(check, key, signer->signature.tlv.value);
    if (status != FWS_OK) {
        return fws_refuse_at(check, signer->signature.offset, status);
    }
    if (!check->report->authenticated) {
        check->report->key_index = index;
        check->report->authenticated = true;
    }
    return FWS_OK;
}

enum fws_status fws_check_signatures(struct fws_check *check)
{
    const struct fws_entries *entries = &check->entries;

    if (check->policy->key_count == 0) {
        return FWS_OK; /* integrity only; the report says so */
    }
    for (unsigned i = 0; i < entries->signer_count; i++) {
        enum fws_status status = check_signer(check, &entries->signers[i]);

        if (status != FWS_OK) {
            return status;
        }
    }
    if (!check->report->authenticated) {
        return fws_refuse_at(check, entries->signers[0].key.offset, FWS_E_KEY_UNKNOWN);
    }
    return FWS_OK;
}
