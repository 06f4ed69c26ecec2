/* SPDX-License-Identifier: Apache-2.0 */
/* Two comparisons, each alone enough to refuse; and libraries that only say yes or no. */
#include <string.h>

#include "tests/unit/test.h"

#include "verifier/check.h"

static uint32_t left[96];
static uint32_t right[96];
static const struct fws_operands operands = {left, right, 8};

static void fill(void)
{
    for (uint32_t i = 0; i < 96; i++) {
        left[i] = right[i] = i * 0x01234567u;
    }
}

TEST(equal_operands_of_any_length_are_the_same_evidence)
{
    struct fws_evidence first;
    struct fws_evidence evidence;

    fill();
    assert_true(fws_operands_compare(&operands, &first));
    for (size_t words = 6; words <= 96; words++) {
        const struct fws_operands some = {left, right, words};

        assert_true(fws_operands_compare(&some, &evidence));
        assert_memory_equal(&evidence, &first, sizeof first);
    }
}

TEST(few_equal_words_or_none_are_no_evidence)
{
    fill();
    for (size_t words = 0; words < 6; words++) {
        const struct fws_operands few = {left, right, words};
        struct fws_evidence evidence = {0, 0};

        assert_false(fws_operands_compare(&few, &evidence));
        assert_int_equal(evidence.matches, 0);
        assert_int_equal(evidence.chain, 0);
    }
}

TEST(memory_compared_with_itself_is_no_evidence)
{
    static uint32_t zeros[24];
    struct fws_evidence evidence;

    for (size_t distance = 0; distance < 16; distance++) {
        const struct fws_operands up = {zeros, &zeros[distance], 8};
        const struct fws_operands down = {&zeros[distance], zeros, 8};

        assert_int_equal(fws_operands_compare(&up, &evidence), distance >= 8);
        assert_int_equal(fws_operands_compare(&down, &evidence), distance >= 8);
    }
}

TEST(one_word_that_differs_spoils_both_comparisons)
{
    struct fws_evidence good;
    struct fws_evidence evidence;

    fill();
    assert_true(fws_operands_compare(&operands, &good));
    for (unsigned word = 0; word < 8; word++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            left[word] ^= 1u << bit;
            assert_false(fws_operands_compare(&operands, &evidence));
            assert_int_not_equal(evidence.matches, good.matches);
            assert_int_not_equal(evidence.chain, good.chain);
            left[word] ^= 1u << bit;
        }
    }
}

TEST(poisoned_operands_are_unequal_in_every_word)
{
    static uint32_t scratch[FWS_VERIFY_SCRATCH_SIZE / 4];
    struct fws_operands poison;

    fws_operands_poison(scratch, &poison);
    assert_true(poison.words >= 8);
    for (size_t i = 0; i < poison.words; i++) {
        assert_int_not_equal(poison.left[i], poison.right[i]);
    }
}

/* A library whose answers are listed. */
static enum fws_status answers[2];
static unsigned asked;

static enum fws_status answer(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out)
{
    (void)input;
    (void)scratch;
    assert_null(out);
    return answers[asked++];
}

TEST(a_library_must_say_yes_twice)
{
    static const struct fws_signature_scheme scheme = {.boolean_only = true, .verify = answer};
    static uint32_t scratch[FWS_VERIFY_SCRATCH_SIZE / 4];
    static const enum fws_status no[] = {FWS_E_SIGNATURE_INVALID, FWS_E_PUBKEY, FWS_E_BACKEND};
    struct fws_operands out = operands;
    struct fws_evidence evidence;

    asked = 0;
    answers[0] = answers[1] = FWS_OK;
    assert_status(fws_boolean_verify(&scheme, NULL, scratch, &out), FWS_OK);
    assert_int_equal(asked, 2);
    assert_true(fws_operands_compare(&out, &evidence));
    for (size_t i = 0; i < 3; i++) {
        asked = 0;
        answers[0] = no[i];
        answers[1] = FWS_OK;
        assert_status(fws_boolean_verify(&scheme, NULL, scratch, &out), no[i]);
        asked = 0;
        answers[0] = FWS_OK;
        answers[1] = no[i];
        assert_status(fws_boolean_verify(&scheme, NULL, scratch, &out), no[i]);
        assert_false(fws_operands_compare(&out, &evidence));
    }
}

/* ---- The word ---- */

static void good_work(struct fws_verify_work *work, const struct fws_verify_policy *policy)
{
    memset(work, 0, sizeof *work);
    fill();
    work->policy = policy;
    work->steps = FWS_STEPS_ALL;
    for (unsigned i = 0; i < fws_signers_required(policy); i++) {
        assert_true(fws_operands_compare(&operands, &work->evidence[i]));
    }
}

TEST(every_stage_and_every_signer_is_in_the_word)
{
    static struct fws_verify_work work;
    static const uint32_t steps[] = {FWS_STEP_HEADER, FWS_STEP_AREAS,  FWS_STEP_KEYS,
                                     FWS_STEP_HASHES, FWS_STEP_CLAIMS, FWS_STEP_SIGNATURES};

    for (uint8_t signers = 1; signers <= FWS_VERIFY_SIGNATURES_MAX; signers++) {
        const struct fws_verify_policy policy = {.signers = signers};

        good_work(&work, &policy);
        assert_true(fws_verify_accepted(fws_decide(&work)));
        for (unsigned i = 0; i < signers; i++) {
            good_work(&work, &policy);
            work.evidence[i] = (struct fws_evidence){0, 0};
            assert_true(fws_verify_refused(fws_decide(&work)));
        }
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            good_work(&work, &policy);
            work.steps -= steps[i];
            assert_true(fws_verify_refused(fws_decide(&work)));
        }
    }
}

TEST_MAIN("verifier/evidence")
