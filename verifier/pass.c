/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "verifier/check.h"

const struct fws_hash_function *fws_hash_for(const struct fws_hash_function *const *list,
                                             size_t size)
{
    while (*list != NULL && fws_hash_size((*list)->hash) != size) {
        list++;
    }
    return *list;
}

enum fws_status fws_hash_begin(const struct fws_hash_function *function, void *state)
{
    if (function == NULL) {
        return FWS_E_ALGORITHM;
    }
    if (function->state_size > FWS_VERIFY_HASH_STATE_SIZE ||
        fws_hash_size(function->hash) > FWS_VERIFY_DIGEST_SIZE) {
        return FWS_E_BACKEND;
    }
    return function->begin(state);
}

enum fws_status fws_pass_add(struct fws_verify_work *work, const struct fws_hash_function *function)
{
    unsigned index = FWS_VERIFY_HASHES_MAX == 1 ? 0 : work->running;
    enum fws_status status = fws_hash_begin(function, work->memory.pass.states[index]);

    if (status == FWS_OK) {
        work->hashes[index] = function;
        work->running++;
    }
    return status;
}

enum fws_status fws_pass_update(struct fws_verify_work *work, const void *data, size_t size)
{
    enum fws_status status = FWS_OK;

    for (unsigned i = 0; i < FWS_VERIFY_HASHES_MAX && i < work->running && status == FWS_OK; i++) {
        status = work->hashes[i]->update(work->memory.pass.states[i], data, size);
    }
    return status;
}

enum fws_status fws_pass_finish(struct fws_verify_work *work)
{
    enum fws_status status = FWS_OK;

    for (unsigned i = 0; i < FWS_VERIFY_HASHES_MAX && i < work->running; i++) {
        enum fws_status finished =
            work->hashes[i]->finish(work->memory.pass.states[i], work->digests[i]);

        status = status == FWS_OK ? finished : status;
    }
    return status;
}

unsigned fws_pass_find(const struct fws_verify_work *work, size_t size)
{
    /* From the first: a second one of that size is the prefixed one of a pure signature. */
    for (unsigned i = 0; i < FWS_VERIFY_HASHES_MAX && i < work->running; i++) {
        if (fws_hash_size(work->hashes[i]->hash) == size) {
            return i;
        }
    }
    return 0;
}

/* ---- Pure Ed25519: SHA-512(R || A || image) runs beside the image's own hash ---- */

#define ED25519_POINT_SIZE 32u
#define ED25519_KEY_SIZE   44u /* SPKI; A is its end */

static enum fws_status add_prefixed(struct fws_verify_work *work)
{
    const struct fws_hash_function *sha512 =
        fws_hash_function(work->policy->hashes, FWS_HASH_SHA512);
    struct fws_reader r;
    struct fws_reader a;
    void *state = work->memory.pass.states[work->running];

    fws_signer_key(work, 0, &a);
    (void)fws_look(work, FWS_SLOT(FWS_TLV_SIGNATURE, 0), &r);
    if (a.left != ED25519_KEY_SIZE) {
        return FWS_E_PUBKEY;
    }
    if (work->running == FWS_VERIFY_HASHES_MAX) {
        return FWS_E_BACKEND;
    }
    enum fws_status status = fws_pass_add(work, sha512);

    if (status == FWS_OK) {
        status = sha512->update(state, r.data, ED25519_POINT_SIZE);
    }
    if (status == FWS_OK) {
        fws_reader_skip(&a, ED25519_KEY_SIZE - ED25519_POINT_SIZE);
        status = sha512->update(state, a.data, ED25519_POINT_SIZE);
    }
    return status;
}

enum fws_status fws_pass_add_all(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;

    for (unsigned i = 0; i == 0 || i < fws_count(work, FWS_TLV_HASH); i++) {
        struct fws_reader value;

        (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, i), &value);
        enum fws_status status = fws_pass_add(work, fws_hash_for(policy->hashes, value.left));

        if (status != FWS_OK) {
            return status;
        }
    }
    if (fws_pure(policy) && policy->key_count > 0) {
        const struct fws_signature_scheme *scheme = fws_find_scheme(policy, FWS_ALG_ED25519);

        if (scheme != NULL && scheme->pure == FWS_PURE_PREFIXED) {
            return add_prefixed(work);
        }
    }
    return FWS_OK;
}

/* ---- Comparing ---- */

enum fws_status fws_check_hashes(struct fws_verify_work *work)
{
    for (unsigned i = 0; i == 0 || i < fws_count(work, FWS_TLV_HASH); i++) {
        struct fws_reader value;

        (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, i), &value);
        unsigned index = FWS_VERIFY_HASHES_MAX == 1 ? 0 : fws_pass_find(work, value.left);

        if (i == 0) {
            work->report->hash = work->hashes[index]->hash;
            memcpy(work->report->digest, work->digests[index], FWS_VERIFY_DIGEST_SIZE);
        }
        if (!fws_reader_starts_with(&value, work->digests[index], value.left)) {
            return FWS_E_HASH_MISMATCH;
        }
    }
    work->steps += FWS_STEP_HASHES;
    return FWS_OK;
}
