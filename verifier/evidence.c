/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why comparing is done twice and unlike: a fault that skips one instruction makes one comparison
 * lie at most. The first counts words that match, so a loop cut short counts too few. The second
 * goes the other way and builds a chain in which a word that does not match destroys what came
 * before, so that skipping its effect leaves a wrong value, too. Both only ever say "this many
 * matched", never "no difference was seen".
 */
#include "verifier/check.h"

#define MATCH_STEP 0x01010101u
#define CHAIN_STEP 0x9e3779b9u

/* What both comparisons leave for one good signature. */
#define GOOD_MATCHES 0x6b8e92d3u
#define GOOD_CHAIN   0x1f2a4c87u

#define POISON_STEP 0x61c88647u

/* gcc and clang: each comparison keeps its own loads, registers and branches. */
#define APART __attribute__((noinline))

void fws_operands_poison(uint32_t *scratch, struct fws_operands *out)
{
    const size_t words = FWS_VERIFY_SCRATCH_SIZE / sizeof *scratch;

    for (size_t i = 0; i < words; i++) {
        scratch[i] = (uint32_t)(i + 1) * POISON_STEP;
    }
    out->left = scratch;
    out->right = &scratch[words / 2];
    out->words = words / 2;
}

/* Both begin so that as many matches as there are words make the good value. */
APART static uint32_t count_matches(const volatile struct fws_operands *operands)
{
    const volatile uint32_t *left = operands->left;
    const volatile uint32_t *right = operands->right;
    uint32_t words = (uint32_t)operands->words;
    uint32_t matches = GOOD_MATCHES - words * MATCH_STEP;

    for (uint32_t i = 0; i < words; i++) {
        if (left[i] == right[i]) {
            matches += MATCH_STEP;
        }
    }
    return matches;
}

APART static uint32_t chain_matches(const volatile struct fws_operands *operands)
{
    const volatile uint32_t *left = operands->left;
    const volatile uint32_t *right = operands->right;
    uint32_t words = (uint32_t)operands->words;
    uint32_t chain = GOOD_CHAIN - words * CHAIN_STEP;

    for (uint32_t i = words; i > 0; i--) {
        uint32_t difference = left[i - 1] ^ right[i - 1];
        uint32_t differs = (difference | (0u - difference)) >> 31;

        chain = (chain + CHAIN_STEP) & (differs - 1u); /* all ones when the words are equal */
    }
    return chain;
}

/* The shortest equation is that of LMS with M24. */
#define WORDS_MIN 6u

/*
 * No words are no evidence, however equal, nor is memory that is compared with itself: what a fault
 * makes of a length, or of the pointer to one side. Each difference wraps where it is negative.
 */
static bool is_equation(const struct fws_operands *operands)
{
    uintptr_t left = (uintptr_t)operands->left;
    uintptr_t right = (uintptr_t)operands->right;
    size_t size = operands->words * sizeof(uint32_t);

    return operands->words >= WORDS_MIN && right - left >= size && left - right >= size;
}

bool fws_operands_compare(const struct fws_operands *operands, struct fws_evidence *out)
{
    if (!is_equation(operands)) {
        return false;
    }
    out->matches = count_matches(operands);
    out->chain = FWS_VERIFY_HARDENING > 0 ? chain_matches(operands) : GOOD_CHAIN;
    return out->matches == GOOD_MATCHES && out->chain == GOOD_CHAIN;
}

uint32_t fws_decide(const struct fws_verify_work *work)
{
    const uint32_t signers = fws_signers_required(work->policy);
    const volatile struct fws_evidence *evidence = work->evidence;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < signers && i < FWS_VERIFY_SIGNATURES_MAX; i++) {
        sum += evidence[i].matches ^ (evidence[i].chain << 1);
    }
    /* Each signer gave the same good word; none, or one too few, does not add up. */
    return FWS_EVIDENCE_GOOD + sum - signers * (GOOD_MATCHES ^ (GOOD_CHAIN << 1)) +
           (work->steps - FWS_STEPS_ALL);
}
