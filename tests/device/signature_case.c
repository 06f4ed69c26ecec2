/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/device/cases.h"

#define P256_HALF 32u

static enum fws_status read_signature(void *context, uint32_t offset, void *out, size_t size)
{
    const struct fws_reader *signature = context;

    if (offset > signature->left || size > signature->left - offset) {
        return FWS_E_IO;
    }
    memcpy(out, &signature->data[offset], size);
    return FWS_OK;
}

static const struct fws_signature_scheme *scheme_of(enum fws_algorithm alg)
{
    for (size_t i = 0; case_schemes[i] != NULL; i++) {
        if (case_schemes[i]->alg == alg) {
            return case_schemes[i];
        }
    }
    return NULL;
}

/* As the verifier compares, but plainly: what is asked here is what the scheme says. */
static enum fws_status compare(const struct fws_operands *operands)
{
    if (operands->words == 0 || operands->left == operands->right) {
        return FWS_E_INTERNAL;
    }
    for (size_t i = 0; i < operands->words; i++) {
        if (operands->left[i] != operands->right[i]) {
            return FWS_E_SIGNATURE_INVALID;
        }
    }
    return FWS_OK;
}

static enum fws_status run(const struct fws_signature_scheme *scheme,
                           const struct fws_signature_input *input)
{
    static _Alignas(16) uint8_t scratch[FWS_VERIFY_SCRATCH_SIZE];
    struct fws_operands operands = {0};

    memset(scratch, 0xa5, sizeof scratch); /* it needs no preparation */
    enum fws_status status = scheme->verify(input, scratch, &operands);

    return status == FWS_OK ? compare(&operands) : status;
}

/* As the verifier does for an image: strict DER becomes r || s; false when it is none. */
static bool decode(struct fws_reader *signature, uint8_t raw[2 * P256_HALF])
{
    if (fws_ecdsa_raw_from_der(signature->data, signature->left, raw, P256_HALF) != FWS_OK) {
        return false;
    }
    *signature = fws_reader_init(raw, 2 * P256_HALF);
    return true;
}

enum fws_status case_signature(const struct case_record *record)
{
    struct fws_reader body = record->body;
    const struct fws_signature_scheme *scheme = scheme_of((enum fws_algorithm)fws_reader_u8(&body));
    enum case_form form = (enum case_form)fws_reader_u8(&body);
    struct fws_reader key = fws_reader_slice(&body, fws_reader_u16le(&body));
    struct fws_reader message = fws_reader_slice(&body, fws_reader_u32le(&body));
    uint8_t raw[2 * P256_HALF];

    if (body.bad) {
        return FWS_E_INPUT;
    }
    if (form == CASE_DER && !decode(&body, raw)) {
        return FWS_E_SIGNATURE_INVALID;
    }
    struct fws_verify_io io = {
        .read = read_signature, .context = &body, .size = (uint32_t)body.left};
    struct fws_signature_input input = {.key = key,
                                        .message = message,
                                        .signature = body,
                                        .pure = form == CASE_PURE,
                                        .hashes = case_hashes,
                                        .io = &io,
                                        .signature_size = (uint32_t)body.left};

    return scheme == NULL ? FWS_E_ALGORITHM : run(scheme, &input);
}
