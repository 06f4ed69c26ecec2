/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

/* Hand the message over that the scheme takes. The hash TLV it goes with was compared before. */
static enum fws_status set_message(struct fws_verify_work *work,
                                   const struct fws_signature_scheme *scheme, unsigned hash,
                                   struct fws_signature_input *input)
{
    (void)fws_look(work, FWS_SLOT(FWS_TLV_HASH, hash), &input->message);
    unsigned index = FWS_VERIFY_HASHES_MAX == 1 ? 0 : fws_pass_find(work, input->message.left);

    input->message.data = work->digests[index];
    input->pure = fws_pure(work->policy);
    if (!input->pure) {
        return FWS_OK;
    }
    if (scheme->pure == FWS_PURE_PREFIXED) {
        input->message.data = work->digests[work->running - 1];
        return FWS_OK;
    }
    input->message = fws_reader_init(work->io->mapped, work->signed_size);
    return work->io->mapped != NULL ? FWS_OK : FWS_E_PURE_UNMAPPED;
}

/* Leave evidence in work: the operands' comparison, twice. */
static enum fws_status ask(struct fws_verify_work *work, const struct fws_signature_scheme *scheme,
                           const struct fws_signature_input *input, struct fws_evidence *out)
{
    uint32_t *scratch = (uint32_t *)(void *)work->memory.scratch;
    struct fws_operands operands;

    if (scheme->scratch_size > FWS_VERIFY_SCRATCH_SIZE) {
        return FWS_E_BACKEND;
    }
    fws_operands_poison(scratch, &operands);
    enum fws_status status = FWS_VERIFY_WITH_BOOLEAN && scheme->boolean_only
                                 ? fws_boolean_verify(scheme, input, scratch, &operands)
                                 : scheme->verify(input, scratch, &operands);

    fws_delay(work);
    if (!fws_operands_compare(&operands, out) && status == FWS_OK) {
        status = FWS_E_SIGNATURE_INVALID;
    }
    return status;
}

/* The DER of a signature as r || s, in raw. */
static enum fws_status unwrap(struct fws_signature_input *input, uint8_t raw[FWS_VERIFY_RAW_MAX])
{
    size_t half = input->message.left; /* the curves are as long as their hash */
    enum fws_status status =
        fws_ecdsa_raw_from_der(input->signature.data, input->signature.left, raw, half);

    input->signature = fws_reader_init(raw, 2 * half);
    return status;
}

static enum fws_status verify_one(struct fws_verify_work *work, unsigned index)
{
    const struct fws_trusted_key *key = work->signers[index];
    enum fws_algorithm alg = (enum fws_algorithm)key->alg;
    const struct fws_signature_scheme *scheme = fws_find_scheme(work->policy, alg);
    struct fws_signature_input input;
    uint8_t raw[FWS_VERIFY_RAW_MAX];

    if (scheme == NULL) {
        return FWS_E_ALGORITHM;
    }
    enum fws_status status = set_message(work, scheme, fws_signer_hash(work, index, alg), &input);

    input.hashes = work->policy->hashes;
    fws_signer_key(work, index, &input.key);
    uint32_t type = fws_look(work, FWS_SLOT(FWS_TLV_SIGNATURE, index), &input.signature);

    if (FWS_VERIFY_WITH_LMS) {
        input.io = work->io;
        input.signature_offset = work->report->offset + FWS_TLV_HEADER_SIZE;
        input.signature_size = work->skipped;
    }
    if (FWS_VERIFY_WITH_ECDSA && status == FWS_OK && type == FWS_TLV_ECDSA_SIG) {
        status = unwrap(&input, raw);
    }
    return status == FWS_OK ? ask(work, scheme, &input, &work->evidence[key->signer]) : status;
}

enum fws_status fws_check_signatures(struct fws_verify_work *work)
{
    for (unsigned i = 0; i < FWS_VERIFY_SIGNATURES_MAX; i++) {
        if (work->signers[i] == NULL) {
            continue;
        }
        enum fws_status status = verify_one(work, i);

        if (status != FWS_OK) {
            return status;
        }
        if (FWS_VERIFY_SIGNATURES_MAX == 1 || work->report->key_index == FWS_VERIFY_KEY_NONE) {
            work->report->key_index = work->signed_by[i];
        }
    }
    work->steps += FWS_STEP_SIGNATURES;
    return FWS_OK;
}
