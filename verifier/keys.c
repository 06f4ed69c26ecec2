/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "verifier/check.h"

const struct fws_signature_scheme *fws_find_scheme(const struct fws_verify_policy *policy,
                                                   enum fws_algorithm alg)
{
    const struct fws_signature_scheme *const *list = policy->schemes;

    while (*list != NULL && (*list)->alg != alg) {
        list++;
    }
    return *list;
}

struct fws_reader fws_signer_key(const struct fws_verify_work *work, unsigned index)
{
    const struct fws_trusted_key *key = &work->policy->keys[work->signers[index].key];

    return (work->policy->options & FWS_VERIFY_FULL_KEY) != 0
               ? fws_entry_value(work, &work->entries[FWS_ENTRY_KEY + index])
               : fws_reader_init(key->der, key->der_size);
}

/* What the search for one signature's key has found so far. */
struct search {
    const struct fws_entry *name; /* the KEYHASH or PUBKEY TLV */
    uint32_t revoked;
    bool met_revoked;
};

/* Hash bytes with the function that makes digests as long as expected, and compare. */
static enum fws_status digest_is(struct fws_verify_work *work, struct fws_reader bytes,
                                 struct fws_reader expected, bool *out)
{
    const struct fws_hash_function *const *list = work->policy->hashes;
    uint8_t digest[FWS_VERIFY_DIGEST_SIZE];
    void *state = work->memory.pass.states[0];

    while (*list != NULL && fws_hash_size((*list)->hash) != expected.left) {
        list++;
    }
    if (*list == NULL || expected.left > sizeof digest) {
        *out = false;
        return FWS_OK;
    }
    enum fws_status status = (*list)->begin(state);

    if (status != FWS_OK) {
        return status;
    }
    status = (*list)->update(state, bytes.data, bytes.left);
    enum fws_status finished = (*list)->finish(state, digest);

    *out = memcmp(digest, expected.data, expected.left) == 0;
    return status == FWS_OK ? finished : status;
}

/* Is this the key that the TLV names? */
static enum fws_status matches(struct fws_verify_work *work, const struct fws_trusted_key *key,
                               struct fws_reader name, bool *out)
{
    struct fws_reader der = fws_reader_init(key->der, key->der_size);

    if ((work->policy->options & FWS_VERIFY_FULL_KEY) == 0) {
        return digest_is(work, der, name, out);
    }
    if (key->hash_only) {
        return digest_is(work, name, der, out);
    }
    *out = der.left == name.left && fws_reader_starts_with(&der, name.data, name.left);
    return FWS_OK;
}

/* FWS_VERIFY_KEY_NONE when no trusted key is named: not an error, another signer may be known. */
static enum fws_status find_key(struct fws_verify_work *work, struct search *search, uint8_t *out)
{
    struct fws_reader name = fws_entry_value(work, search->name);

    *out = FWS_VERIFY_KEY_NONE;
    for (unsigned i = 0; i < work->policy->key_count; i++) {
        bool found = false;
        enum fws_status status = matches(work, &work->policy->keys[i], name, &found);

        if (status != FWS_OK) {
            return status;
        }
        if (found && ((search->revoked >> i) & 1u) != 0) {
            search->met_revoked = true;
        } else if (found) {
            *out = (uint8_t)i;
            return FWS_OK;
        }
    }
    return FWS_OK;
}

/* A digest shorter or longer than the algorithm is made for would weaken it. */
static bool hash_fits(enum fws_algorithm alg, uint16_t hash_type)
{
    if (alg == FWS_ALG_ED25519) {
        return hash_type != FWS_TLV_SHA384;
    }
    return hash_type == fws_tlv_of_hash(fws_algorithm_hash(alg));
}

/* Which hash TLV does a signature go with: the one its key hash is as long as, or that fits. */
static const struct fws_entry *find_hash(const struct fws_verify_work *work,
                                         const struct fws_entry *name, enum fws_algorithm alg)
{
    for (unsigned i = 0; i < work->hash_count; i++) {
        const struct fws_entry *hash = &work->entries[FWS_ENTRY_HASH + i];

        if (name->type == FWS_TLV_KEYHASH ? hash->size == name->size : hash_fits(alg, hash->type)) {
            return hash;
        }
    }
    return NULL;
}

/* Do key, signature and hash go together? */
static enum fws_status check_fit(struct fws_verify_work *work, unsigned index)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_trusted_key *key = &policy->keys[work->signers[index].key];
    const struct fws_entry *name = &work->entries[FWS_ENTRY_KEY + index];
    const struct fws_entry *signature = &work->entries[FWS_ENTRY_SIGNATURE + index];
    enum fws_algorithm alg = (enum fws_algorithm)key->alg;
    const struct fws_entry *hash = find_hash(work, name, alg);

    if (key->signer >= fws_signers_required(policy) || key->signer >= FWS_VERIFY_SIGNATURES_MAX) {
        return FWS_E_CONFIG;
    }
    if (fws_tlv_of_algorithm(alg) != signature->type) {
        return fws_refuse_entry(work, signature, FWS_E_SIGNATURE_TYPE);
    }
    if ((policy->options & FWS_VERIFY_PURE) != 0 && alg != FWS_ALG_ED25519) {
        return fws_refuse_entry(work, signature, FWS_E_SIGNATURE_MODE);
    }
    if (hash == NULL || !hash_fits(alg, hash->type)) {
        return fws_refuse_entry(work, &work->entries[FWS_ENTRY_HASH], FWS_E_HASH_MISSING);
    }
    work->signers[index].hash = (uint8_t)hash->size;
    return FWS_OK;
}

/* A short key hash would fit many keys, an empty one any. */
static enum fws_status check_lengths(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < work->key_count; i++) {
        const struct fws_entry *name = &work->entries[FWS_ENTRY_KEY + i];

        if (name->type == FWS_TLV_KEYHASH && find_hash(work, name, FWS_ALG_NONE) == NULL) {
            return fws_refuse_entry(work, name, FWS_E_KEYHASH_LENGTH);
        }
    }
    return FWS_OK;
}

/* Two signatures by one key prove no more than one, and which of them counts would be a choice. */
static bool named_before(const struct fws_verify_work *work, unsigned index)
{
    for (unsigned i = 0; i < index; i++) {
        if (work->signers[i].key == work->signers[index].key) {
            return true;
        }
    }
    return false;
}

/* Every signer required must be there. */
static enum fws_status check_signers(struct fws_verify_work *work, unsigned present,
                                     const struct search *search)
{
    unsigned required = (1u << fws_signers_required(work->policy)) - 1;

    if ((present & required) == required) {
        work->steps += FWS_STEP_KEYS;
        return FWS_OK;
    }
    if (present != 0) {
        return FWS_E_SIGNER_MISSING;
    }
    return fws_refuse_entry(work, &work->entries[FWS_ENTRY_KEY],
                            search->met_revoked ? FWS_E_KEY_REVOKED : FWS_E_KEY_UNKNOWN);
}

static enum fws_status find_signers(struct fws_verify_work *work, struct search *search)
{
    unsigned present = 0;

    for (unsigned i = 0; i < work->signature_count; i++) {
        search->name = &work->entries[FWS_ENTRY_KEY + i];
        enum fws_status status = find_key(work, search, &work->signers[i].key);

        if (status == FWS_OK && work->signers[i].key != FWS_VERIFY_KEY_NONE) {
            if (named_before(work, i)) {
                return fws_refuse_entry(work, search->name, FWS_E_TLV_DUPLICATE);
            }
            status = check_fit(work, i);
            present |= 1u << work->policy->keys[work->signers[i].key].signer;
        }
        if (status != FWS_OK) {
            return status;
        }
    }
    return check_signers(work, present, search);
}

enum fws_status fws_check_keys(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    struct search search = {.revoked = 0};
    enum fws_status status = check_lengths(work);

    if (status != FWS_OK || policy->key_count == 0) {
        return status; /* integrity only; there will be no evidence */
    }
    if (policy->key_count > FWS_VERIFY_KEYS_MAX) {
        return FWS_E_CONFIG;
    }
    if (policy->revoked != NULL) {
        search.revoked = UINT32_MAX;
        if (policy->revoked(policy->context, &search.revoked) != FWS_OK) {
            return FWS_E_REVOCATION_READ;
        }
    }
    return find_signers(work, &search);
}
