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

void fws_signer_key(struct fws_verify_work *work, unsigned index, struct fws_reader *out)
{
    const struct fws_trusted_key *key = &work->policy->keys[work->signed_by[index]];

    if (fws_full_keys(work->policy)) {
        (void)fws_look(work, FWS_SLOT(FWS_TLV_KEY, index), out);
    } else {
        *out = fws_reader_init(key->der, key->der_size);
    }
}

/* Hash bytes with the function that makes digests as long as expected, and compare. */
static enum fws_status digest_is(struct fws_verify_work *work, const struct fws_reader *bytes,
                                 const struct fws_reader *expected, bool *out)
{
    const struct fws_hash_function *const *list = work->policy->hashes;
    void *state = work->memory.pass.states[0];
    uint8_t digest[FWS_VERIFY_DIGEST_SIZE];

    while (*list != NULL && fws_hash_size((*list)->hash) != expected->left) {
        list++;
    }
    *out = false;
    if (*list == NULL || expected->left > sizeof digest) {
        return FWS_OK;
    }
    enum fws_status status = (*list)->begin(state);

    if (status != FWS_OK) {
        return status;
    }
    status = (*list)->update(state, bytes->data, bytes->left);
    enum fws_status finished = (*list)->finish(state, digest);

    *out = fws_reader_starts_with(expected, digest, expected->left);
    return status == FWS_OK ? finished : status;
}

/* Is this the key that the TLV names? */
static enum fws_status matches(struct fws_verify_work *work, const struct fws_trusted_key *key,
                               const struct fws_reader *name, bool *out)
{
    struct fws_reader der = fws_reader_init(key->der, key->der_size);

    if (!fws_full_keys(work->policy)) {
        return digest_is(work, &der, name, out);
    }
    if (key->hash_only) {
        return digest_is(work, name, &der, out);
    }
    *out = der.left == name->left && fws_reader_starts_with(&der, name->data, name->left);
    return FWS_OK;
}

/* A digest shorter or longer than the algorithm is made for would weaken it. */
static bool hash_fits(enum fws_algorithm alg, uint32_t hash_type)
{
    if (FWS_VERIFY_DIGEST_SIZE > 48 && alg == FWS_ALG_ED25519) {
        return hash_type != FWS_TLV_SHA384;
    }
    return hash_type == fws_tlv_of_hash(fws_algorithm_hash(alg));
}

unsigned fws_signer_hash(struct fws_verify_work *work, unsigned index, enum fws_algorithm alg)
{
    struct fws_reader name;
    struct fws_reader hash;
    bool by_length = fws_look(work, FWS_SLOT(FWS_TLV_KEY, index), &name) == FWS_TLV_KEYHASH;
    unsigned i = 0;

    for (; i < FWS_VERIFY_HASHES_MAX && i < fws_count(work, FWS_TLV_HASH); i++) {
        uint32_t type = fws_look(work, FWS_SLOT(FWS_TLV_HASH, i), &hash);

        if (by_length ? hash.left == name.left : hash_fits(alg, type)) {
            break;
        }
    }
    return i;
}

/* Do key, signature and hash go together? */
static enum fws_status check_fit(struct fws_verify_work *work, unsigned index)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_trusted_key *key = &policy->keys[work->signed_by[index]];
    enum fws_algorithm alg = (enum fws_algorithm)key->alg;
    unsigned hash = fws_signer_hash(work, index, alg);
    struct fws_reader value;

    if (key->signer >= fws_signers_required(policy)) {
        return FWS_E_CONFIG;
    }
    if (fws_look(work, FWS_SLOT(FWS_TLV_SIGNATURE, index), &value) != fws_tlv_of_algorithm(alg)) {
        return FWS_E_SIGNATURE_TYPE;
    }
    if (fws_pure(policy) && alg != FWS_ALG_ED25519) {
        return FWS_E_SIGNATURE_MODE;
    }
    return hash == fws_count(work, FWS_TLV_HASH) ||
                   !hash_fits(alg, fws_look(work, FWS_SLOT(FWS_TLV_HASH, hash), &value))
               ? FWS_E_HASH_MISSING
               : FWS_OK;
}

/* Two signatures by one key prove no more than one, and which of them counts would be a choice. */
static bool named_before(const struct fws_verify_work *work, unsigned index, unsigned key)
{
    if (FWS_VERIFY_SIGNATURES_MAX == 1) {
        return false;
    }
    while (index > 0) {
        index--;
        if (work->signed_by[index] == key) {
            return true;
        }
    }
    return false;
}

/* The trusted key that signature index names. */
static enum fws_status find_key(struct fws_verify_work *work, unsigned index, uint32_t revoked)
{
    struct fws_reader name;

    (void)fws_look(work, FWS_SLOT(FWS_TLV_KEY, index), &name);
    for (unsigned i = 0; i < work->policy->key_count; i++) {
        bool found = false;
        enum fws_status status = matches(work, &work->policy->keys[i], &name, &found);

        if (status != FWS_OK) {
            return status;
        }
        if (found && ((revoked >> i) & 1u) != 0) {
            return FWS_E_KEY_REVOKED;
        }
        if (found) {
            if (named_before(work, index, i)) {
                return FWS_E_TLV_DUPLICATE;
            }
            work->signed_by[index] = (uint8_t)i;
            /* The same bit again, as a number: a skipped branch above leaves no good evidence. */
            work->steps += (revoked >> i) & 1u;
            return check_fit(work, index);
        }
    }
    return FWS_E_KEY_UNKNOWN;
}

/* An unknown or revoked key is no error where every signer has signed. */
static enum fws_status find_signers(struct fws_verify_work *work, uint32_t revoked)
{
    unsigned required = (1u << fws_signers_required(work->policy)) - 1;
    unsigned present = 0;
    enum fws_status missing = FWS_E_KEY_UNKNOWN;

    for (unsigned i = 0; i < FWS_VERIFY_SIGNATURES_MAX && i < fws_count(work, FWS_TLV_SIGNATURE);
         i++) {
        enum fws_status status = find_key(work, i, revoked);

        if (status == FWS_OK) {
            present |= 1u << work->policy->keys[work->signed_by[i]].signer;
        } else if (status == FWS_E_KEY_REVOKED) {
            missing = status;
        } else if (status != FWS_E_KEY_UNKNOWN) {
            return status;
        }
    }
    if ((present & required) == required) {
        work->steps += FWS_STEP_KEYS;
        return FWS_OK;
    }
    return present != 0 ? FWS_E_SIGNER_MISSING : missing;
}

/* A short key hash would fit many keys, an empty one any. */
static enum fws_status check_lengths(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < FWS_VERIFY_SIGNATURES_MAX && i < fws_count(work, FWS_TLV_KEY); i++) {
        unsigned hash = fws_signer_hash(work, i, FWS_ALG_NONE);
        struct fws_reader name;

        if (fws_look(work, FWS_SLOT(FWS_TLV_KEY, i), &name) == FWS_TLV_KEYHASH &&
            hash == fws_count(work, FWS_TLV_HASH)) {
            return FWS_E_KEYHASH_LENGTH;
        }
    }
    return FWS_OK;
}

enum fws_status fws_check_keys(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    uint32_t revoked = 0;
    enum fws_status status = check_lengths(work);

    if (status != FWS_OK || policy->key_count == 0) {
        return status; /* integrity only; there will be no evidence */
    }
    if (policy->revoked != NULL) {
        revoked = UINT32_MAX;
        if (policy->revoked(policy->context, &revoked) != FWS_OK) {
            return FWS_E_REVOCATION_READ;
        }
    }
    return find_signers(work, revoked);
}
