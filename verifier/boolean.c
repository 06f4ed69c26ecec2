/* SPDX-License-Identifier: Apache-2.0 */
#include "verifier/check.h"

/* Operands have room for an answer a word. */
#define WORDS 8u
#define YES   0x2d9c4b17u

/*
 * The library reads key, message and signature anew each time; only two answers of yes make both
 * sides equal. What happens inside of the library is out of reach, hence outside the fault target.
 */
enum fws_status fws_boolean_verify(const struct fws_signature_scheme *scheme,
                                   const struct fws_signature_input *input, uint32_t *scratch,
                                   struct fws_operands *out)
{
    volatile enum fws_status first = scheme->verify(input, scratch, NULL);

    if (first != FWS_OK) {
        return first;
    }
    volatile enum fws_status second = scheme->verify(input, scratch, NULL);

    for (uint32_t i = 0; i < WORDS; i++) {
        scratch[i] = YES + i;
        scratch[WORDS + i] = (YES + i) ^ (uint32_t)((i & 1u) == 0 ? first : second);
    }
    out->left = scratch;
    out->right = &scratch[WORDS];
    out->words = WORDS;
    return second;
}
