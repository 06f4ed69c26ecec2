/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "verifier/check.h"

enum fws_status fws_pass_add(struct fws_verify_work *work, enum fws_hash hash)
{
    const struct fws_hash_function *function = fws_hash_function(work->policy->hashes, hash);
    unsigned index = work->running;

    if (function == NULL) {
        return FWS_E_ALGORITHM;
    }
    if (index == FWS_VERIFY_HASHES_MAX || function->state_size > FWS_VERIFY_HASH_STATE_SIZE ||
        fws_hash_size(hash) > FWS_VERIFY_DIGEST_SIZE) {
        return FWS_E_BACKEND;
    }
    enum fws_status status = function->begin(work->memory.pass.states[index]);

    if (status == FWS_OK) {
        work->hashes[index] = function;
        work->running++;
    }
    return status;
}

enum fws_status fws_pass_update(struct fws_verify_work *work, const void *data, size_t size)
{
    enum fws_status status = FWS_OK;

    for (unsigned i = 0; i < work->running && status == FWS_OK; i++) {
        status = work->hashes[i]->update(work->memory.pass.states[i], data, size);
    }
    return status;
}

enum fws_status fws_pass_finish(struct fws_verify_work *work)
{
    enum fws_status status = FWS_OK;

    for (unsigned i = 0; i < work->running; i++) {
        enum fws_status finished =
            work->hashes[i]->finish(work->memory.pass.states[i], work->digests[i]);

        status = status == FWS_OK ? finished : status;
    }
    return status;
}

unsigned fws_pass_find(const struct fws_verify_work *work, size_t digest_size)
{
    unsigned i = 0;

    while (i < work->running && fws_hash_size(work->hashes[i]->hash) != digest_size) {
        i++;
    }
    return i < work->running ? i : FWS_VERIFY_HASHES_MAX;
}

void fws_report_digest(struct fws_verify_work *work, size_t digest_size)
{
    unsigned index = fws_pass_find(work, digest_size);

    work->report->hash = work->hashes[index]->hash;
    memcpy(work->report->digest, work->digests[index], digest_size);
}

/* ---- Pure Ed25519: SHA-512(R || A || image) runs beside the image's own hash ---- */

#define ED25519_POINT_SIZE 32u
#define ED25519_KEY_SIZE   44u /* SPKI; A is its end */

static enum fws_status prefix(struct fws_verify_work *work, unsigned index)
{
    struct fws_reader r = fws_entry_value(work, &work->entries[FWS_ENTRY_SIGNATURE]);
    struct fws_reader a = fws_signer_key(work, 0);
    enum fws_status status = FWS_E_PUBKEY;

    if (a.left == ED25519_KEY_SIZE) {
        fws_reader_skip(&a, ED25519_KEY_SIZE - ED25519_POINT_SIZE);
        status = work->hashes[index]->update(work->memory.pass.states[index], r.data,
                                             ED25519_POINT_SIZE);
    }
    return status == FWS_OK ? work->hashes[index]->update(work->memory.pass.states[index], a.data,
                                                          ED25519_POINT_SIZE)
                            : status;
}

enum fws_status fws_pure_add_prefixed(struct fws_verify_work *work)
{
    const struct fws_verify_policy *policy = work->policy;
    const struct fws_signature_scheme *scheme;

    if ((policy->options & FWS_VERIFY_PURE) == 0 || policy->key_count == 0) {
        return FWS_OK;
    }
    scheme = fws_find_scheme(policy, FWS_ALG_ED25519);
    if (scheme == NULL || scheme->pure != FWS_PURE_PREFIXED) {
        return FWS_OK; /* the scheme itself says what it can take */
    }
    if (work->signature_count != 1) {
        return FWS_E_SIGNATURES_TOO_MANY; /* one prefix, one hash */
    }
    enum fws_status status = fws_pass_add(work, FWS_HASH_SHA512);

    return status == FWS_OK ? prefix(work, work->running - 1u) : status;
}

enum fws_status fws_check_hashes(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < work->hash_count; i++) {
        const struct fws_entry *entry = &work->entries[FWS_ENTRY_HASH + i];
        struct fws_reader value = fws_entry_value(work, entry);
        unsigned index = fws_pass_find(work, entry->size);

        if (index == FWS_VERIFY_HASHES_MAX) {
            return fws_refuse_entry(work, entry, FWS_E_ALGORITHM);
        }
        if (i == 0) {
            fws_report_digest(work, entry->size);
        }
        if (!fws_reader_starts_with(&value, work->digests[index], entry->size)) {
            return fws_refuse_entry(work, entry, FWS_E_HASH_MISMATCH);
        }
    }
    work->steps += FWS_STEP_HASHES;
    return FWS_OK;
}
