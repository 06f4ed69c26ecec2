/* SPDX-License-Identifier: Apache-2.0 */
/* A backend that tosses a coin: the proof that a program of this folder finds wrong answers. */
#include "tests/wycheproof/runner.h"

static enum fws_status verify(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out)
{
    uint8_t sum = 0;

    (void)scratch;
    (void)out;
    for (size_t i = 0; i < input->signature.left; i++) {
        sum = (uint8_t)(sum + input->signature.data[i]);
    }
    return (sum & 1u) != 0 ? FWS_OK : FWS_E_SIGNATURE_INVALID;
}

static const struct fws_signature_scheme coin = {
    .alg = FWS_ALG_P256, .boolean_only = true, .verify = verify};
static const struct fws_hash_function *const hashes[] = {NULL};
static const struct fws_signature_scheme *const schemes[] = {&coin, NULL};

const struct backend backend = {.name = "coin", .hashes = hashes, .schemes = schemes};
