/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

/* Hand the signature over in the form the algorithm works on. */
static enum fws_status set_signature(const struct fws_verify_work *work,
                                     const struct fws_entry *entry, enum fws_algorithm alg,
                                     uint8_t raw[FWS_ECDSA_RAW_MAX_SIZE],
                                     struct fws_signature_input *input)
{
    input->signature = fws_entry_value(work, entry);
    input->signature_offset = work->areas_offset + entry->offset + FWS_TLV_HEADER_SIZE;
    input->signature_size = entry->size;
    if (entry->type != FWS_TLV_ECDSA_SIG) {
        return FWS_OK;
    }
    size_t half = fws_hash_size(fws_algorithm_hash(alg)); /* P-256 and P-384 match their hash */
    enum fws_status status =
        fws_ecdsa_raw_from_der(input->signature.data, input->signature.left, raw, half);

    input->signature = fws_reader_init(raw, 2 * half);
    return status;
}

static enum fws_status set_message(const struct fws_verify_work *work,
                                   const struct fws_signature_scheme *scheme, unsigned hash,
                                   struct fws_signature_input *input)
{
    input->message = fws_reader_init(work->digests[hash], fws_hash_size(work->hashes[hash]->hash));
    input->pure = (work->policy->options & FWS_VERIFY_PURE) != 0;
    if (!input->pure) {
        return FWS_OK;
    }
    if (scheme->pure == FWS_PURE_PREFIXED) {
        input->message = fws_reader_init(work->digests[work->running - 1], 64);
        return FWS_OK;
    }
    input->message = fws_reader_init(work->io->mapped, work->signed_size);
    return work->io->mapped != NULL ? FWS_OK : FWS_E_PURE_UNMAPPED;
}

/* Leave evidence of the signature at index. */
static enum fws_status verify_one(struct fws_verify_work *work, unsigned index)
{
    const struct fws_trusted_key *key = &work->policy->keys[work->signers[index].key];
    const struct fws_signature_scheme *scheme =
        fws_find_scheme(work->policy, (enum fws_algorithm)key->alg);
    unsigned hash = fws_pass_find(work, work->signers[index].hash);
    uint32_t *scratch = (uint32_t *)(void *)work->memory.scratch;
    uint8_t raw[FWS_ECDSA_RAW_MAX_SIZE];
    struct fws_operands operands;
    struct fws_signature_input input = {
        .key = fws_signer_key(work, index), .hashes = work->policy->hashes, .io = work->io};

    if (scheme == NULL) {
        return FWS_E_ALGORITHM;
    }
    if (hash == FWS_VERIFY_HASHES_MAX || scheme->scratch_size > FWS_VERIFY_SCRATCH_SIZE) {
        return FWS_E_BACKEND;
    }
    enum fws_status status = set_message(work, scheme, hash, &input);

    if (status == FWS_OK) {
        status = set_signature(work, &work->entries[FWS_ENTRY_SIGNATURE + index], scheme->alg, raw,
                               &input);
    }
    if (status != FWS_OK) {
        return status;
    }
    fws_operands_poison(scratch, &operands);
    status = scheme->boolean_only ? fws_boolean_verify(scheme, &input, scratch, &operands)
                                  : scheme->verify(&input, scratch, &operands);
    fws_delay(work);
    if (status == FWS_OK && !fws_operands_compare(&operands, &work->evidence[key->signer])) {
        status = FWS_E_SIGNATURE_INVALID;
    }
    return status;
}

enum fws_status fws_check_signatures(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < work->signature_count; i++) {
        if (work->signers[i].key == FWS_VERIFY_KEY_NONE) {
            continue;
        }
        enum fws_status status = verify_one(work, i);

        if (status != FWS_OK) {
            return fws_refuse_entry(work, &work->entries[FWS_ENTRY_SIGNATURE + i], status);
        }
        if (work->report->key_index == FWS_VERIFY_KEY_NONE) {
            work->report->key_index = work->signers[i].key;
            fws_report_digest(work, work->signers[i].hash);
        }
    }
    work->steps += FWS_STEP_SIGNATURES;
    return FWS_OK;
}
