/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

/* Hash bytes with the function that makes digests as long as expected: FWS_OK when it is this one,
 * FWS_E_KEY_UNKNOWN when not. */
static enum fws_status digest_is(struct fws_verify_work *work, const struct fws_reader *bytes,
                                 const struct fws_reader *expected)
{
    const struct fws_hash_function *function = fws_hash_for(work->policy->hashes, expected->left);
    void *state = work->memory.pass.states[0];
    uint8_t digest[FWS_VERIFY_DIGEST_SIZE];

    if (function == NULL) {
        return FWS_E_KEY_UNKNOWN;
    }
    enum fws_status status = fws_hash_begin(function, state);

    if (status != FWS_OK) {
        return status;
    }
    status = function->update(state, bytes->data, bytes->left);
    enum fws_status finished = function->finish(state, digest);

    if (status == FWS_OK) {
        status = finished;
    }
    if (status == FWS_OK && !fws_reader_starts_with(expected, digest, expected->left)) {
        status = FWS_E_KEY_UNKNOWN;
    }
    return status;
}

/* FWS_OK when this is the key that the TLV names, FWS_E_KEY_UNKNOWN when not. */
static enum fws_status check_name(struct fws_verify_work *work, const struct fws_trusted_key *key,
                                  const struct fws_reader *name)
{
    struct fws_reader der = fws_reader_init(key->der, key->der_size);

    if (!fws_full_keys(work->policy)) {
        return digest_is(work, &der, name);
    }
    if (key->hash_only) {
        return digest_is(work, name, &der);
    }
    return der.left == name->left && fws_reader_starts_with(&der, name->data, name->left)
               ? FWS_OK
               : FWS_E_KEY_UNKNOWN;
}

/* A digest shorter or longer than the algorithm is made for would weaken it. */
static bool hash_fits(enum fws_algorithm alg, size_t digest_size)
{
    if (FWS_VERIFY_DIGEST_SIZE > 48 && alg == FWS_ALG_ED25519) {
        return digest_size != 48;
    }
    return digest_size == fws_hash_size(fws_algorithm_hash(alg));
}

unsigned fws_signer_find_hash(struct fws_verify_work *work, unsigned index, enum fws_algorithm alg)
{
    struct fws_reader name;
    struct fws_reader hash;
    bool by_length = fws_look(work, FWS_SLOT(FWS_TLV_KEY, index), &name) == FWS_TLV_KEYHASH;

    for (unsigned i = 0; i < fws_count(work, FWS_TLV_HASH); i++) {
        (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, i), &hash);
        if (by_length ? hash.left == name.left : hash_fits(alg, hash.left)) {
            return i;
        }
    }
    return 0;
}

/* Do key, signature and hash go together? */
static enum fws_status check_fit(struct fws_verify_work *work, unsigned index,
                                 const struct fws_trusted_key *key)
{
    enum fws_algorithm alg = (enum fws_algorithm)key->alg;
    struct fws_reader value;

    if (key->signer >= fws_signers_required(work->policy)) {
        return FWS_E_CONFIG;
    }
    if (fws_look(work, FWS_SLOT(FWS_TLV_SIGNATURE, index), &value) != fws_tlv_of_algorithm(alg)) {
        return FWS_E_SIGNATURE_TYPE;
    }
    if (fws_pure(work->policy) && alg != FWS_ALG_ED25519) {
        return FWS_E_SIGNATURE_MODE;
    }
    (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, fws_signer_hash(work, index, alg)), &value);
    return hash_fits(alg, value.left) ? FWS_OK : FWS_E_HASH_MISSING;
}

/* Two signatures by one key prove no more than one, and which of them counts would be a choice. */
static bool named_before(const struct fws_verify_work *work, unsigned index,
                         const struct fws_trusted_key *key)
{
    for (unsigned i = 0; FWS_VERIFY_SIGNATURES_MAX > 1 && i < index; i++) {
        if (work->signers[i] == key) {
            return true;
        }
    }
    return false;
}

/* Look at what names a key. A short key hash would fit many keys, an empty one any. */
static enum fws_status look_at_name(struct fws_verify_work *work, unsigned index,
                                    struct fws_reader *name)
{
    unsigned hash = fws_signer_hash(work, index, FWS_ALG_NONE);
    struct fws_reader digest;

    (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, hash), &digest);
    return fws_look(work, FWS_SLOT(FWS_TLV_KEY, index), name) == FWS_TLV_KEYHASH &&
                   name->left != digest.left
               ? FWS_E_KEYHASH_LENGTH
               : FWS_OK;
}

/* Signature index is by a key, whose bit is the first of revoked. */
static enum fws_status use_key(struct fws_verify_work *work, unsigned index,
                               const struct fws_trusted_key *key, uint32_t revoked)
{
    /* The same bit as a number, added before it is tested: behind the test a compiler knows it to be
     * 0. So a branch that is skipped leaves no good evidence. */
    work->steps += revoked & 1u;
    if ((revoked & 1u) != 0) {
        return FWS_E_KEY_REVOKED;
    }
    if (named_before(work, index, key)) {
        return FWS_E_TLV_DUPLICATE;
    }
    work->signers[index] = key;
    return check_fit(work, index, key);
}

/* The trusted key that signature index names. */
static enum fws_status find_key(struct fws_verify_work *work, unsigned index, uint32_t revoked)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_trusted_key *key = policy->keys;
    struct fws_reader name;
    enum fws_status status = look_at_name(work, index, &name);

    if (status != FWS_OK || policy->key_count == 0) {
        return status; /* integrity only; there will be no evidence */
    }
    for (unsigned i = 0; i < policy->key_count; i++, key++, revoked >>= 1) {
        status = check_name(work, key, &name);
        if (status == FWS_OK) {
            work->signed_by[index] = (uint8_t)i;
            return use_key(work, index, key, revoked);
        }
        if (status != FWS_E_KEY_UNKNOWN) {
            return status;
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

    if (FWS_VERIFY_SIGNATURES_MAX == 1) {
        return find_key(work, 0, revoked);
    }
    for (unsigned i = 0; i < fws_count(work, FWS_TLV_SIGNATURE); i++) {
        enum fws_status status = find_key(work, i, revoked);

        if (status == FWS_OK && work->signers[i] != NULL) {
            present |= 1u << work->signers[i]->signer;
        } else if (status == FWS_E_KEY_REVOKED) {
            missing = status;
            work->steps--; /* taken back: another signature will do */
        } else if (status != FWS_OK && status != FWS_E_KEY_UNKNOWN) {
            return status;
        }
    }
    if ((present & required) == required || work->policy->key_count == 0) {
        return FWS_OK;
    }
    return present != 0 ? FWS_E_SIGNER_MISSING : missing;
}

enum fws_status fws_check_keys(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    uint32_t revoked = 0;

    if (policy->revoked != NULL) {
        revoked = UINT32_MAX;
        if (policy->revoked(policy->context, &revoked) != FWS_OK) {
            return FWS_E_REVOCATION_READ;
        }
    }
    enum fws_status status = find_signers(work, revoked);

    work->steps += FWS_STEP_KEYS;
    return status;
}
