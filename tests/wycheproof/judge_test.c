/* SPDX-License-Identifier: Apache-2.0 */
/* A judge that believes everything proves nothing: schemes that break the contract, one rule each. */
#include "tests/wycheproof/judge.h"

#include <string.h>

#include "tests/unit/test.h"

#define WORDS 8u

static const struct fws_hash_function *const no_hashes[] = {NULL};
static const uint8_t bytes[200];

static struct question question_of(size_t key, size_t message, size_t signature)
{
    return (struct question){.key = fws_reader_init(bytes, key),
                             .message = fws_reader_init(bytes, message),
                             .signature = fws_reader_init(bytes, signature)};
}

static enum verdict verdict_on(enum fws_status (*verify)(const struct fws_signature_input *, void *,
                                                         struct fws_operands *),
                               bool boolean_only)
{
    struct fws_signature_scheme scheme = {.alg = FWS_ALG_P256,
                                          .boolean_only = boolean_only,
                                          .scratch_size = 2 * WORDS * sizeof(uint32_t),
                                          .verify = verify};
    struct question question = question_of(91, 32, 64);

    return judge(&scheme, no_hashes, &question).verdict;
}

static struct fws_operands split(void *scratch)
{
    uint32_t *words = scratch;

    memset(words, 0, 2 * WORDS * sizeof *words);
    return (struct fws_operands){words, &words[WORDS], WORDS};
}

static enum fws_status equal(const struct fws_signature_input *input, void *scratch,
                             struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    return FWS_OK;
}

static enum fws_status last_bit_differs(const struct fws_signature_input *input, void *scratch,
                                        struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    ((uint32_t *)scratch)[2 * WORDS - 1] = 0x80000000u;
    return FWS_OK;
}

static enum fws_status one_operand(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    out->right = out->left;
    return FWS_OK;
}

static enum fws_status overlapping(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    out->right--;
    return FWS_OK;
}

static enum fws_status five_words(const struct fws_signature_input *input, void *scratch,
                                  struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    out->words = 5;
    return FWS_OK;
}

static enum fws_status no_right_operand(const struct fws_signature_input *input, void *scratch,
                                        struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    out->right = NULL;
    return FWS_OK;
}

static enum fws_status no_left_operand(const struct fws_signature_input *input, void *scratch,
                                       struct fws_operands *out)
{
    (void)input;
    *out = split(scratch);
    out->left = NULL;
    return FWS_OK;
}

static enum fws_status silent(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out)
{
    (void)input;
    (void)scratch;
    (void)out;
    return FWS_OK;
}

static enum fws_status yes(const struct fws_signature_input *input, void *scratch,
                           struct fws_operands *out)
{
    (void)input;
    (void)scratch;
    return out == NULL ? FWS_OK : FWS_E_INTERNAL;
}

static enum fws_status invalid(const struct fws_signature_input *input, void *scratch,
                               struct fws_operands *out)
{
    (void)input;
    (void)scratch;
    (void)out;
    return FWS_E_SIGNATURE_INVALID;
}

static enum fws_status no_key(const struct fws_signature_input *input, void *scratch,
                              struct fws_operands *out)
{
    (void)input;
    (void)scratch;
    (void)out;
    return FWS_E_PUBKEY;
}

static enum fws_status failing(const struct fws_signature_input *input, void *scratch,
                               struct fws_operands *out)
{
    (void)input;
    (void)scratch;
    (void)out;
    return FWS_E_BACKEND;
}

static enum fws_status believes_memory(const struct fws_signature_input *input, void *scratch,
                                       struct fws_operands *out)
{
    (void)input;
    (void)out;
    return (*(uint8_t *)scratch & 0x80u) != 0 ? FWS_OK : FWS_E_SIGNATURE_INVALID;
}

static enum fws_status pure_only(const struct fws_signature_input *input, void *scratch,
                                 struct fws_operands *out)
{
    (void)scratch;
    (void)out;
    return input->pure ? FWS_OK : FWS_E_SIGNATURE_INVALID;
}

/* Good for 64 bytes of message where it is pure, and for the message itself where not. */
static enum fws_status prefixed(const struct fws_signature_input *input, void *scratch,
                                struct fws_operands *out)
{
    (void)scratch;
    (void)out;
    return input->message.left == (input->pure ? 64 : 100) ? FWS_OK : FWS_E_SIGNATURE_INVALID;
}

static enum fws_status raw_of_64(const struct fws_signature_input *input, void *scratch,
                                 struct fws_operands *out)
{
    (void)scratch;
    (void)out;
    return input->signature.left == 64 && input->signature.data[31] == 1 &&
                   input->signature.data[63] == 2
               ? FWS_OK
               : FWS_E_SIGNATURE_INVALID;
}

TEST(equal_operands_are_a_yes)
{
    assert_int_equal(verdict_on(equal, false), VERDICT_ACCEPTED);
}

TEST(operands_that_differ_in_their_last_bit_are_a_no)
{
    assert_int_equal(verdict_on(last_bit_differs, false), VERDICT_REFUSED);
}

TEST(operands_must_be_two)
{
    assert_int_equal(verdict_on(one_operand, false), VERDICT_BROKEN);
    assert_int_equal(verdict_on(overlapping, false), VERDICT_BROKEN);
    assert_int_equal(verdict_on(no_left_operand, false), VERDICT_BROKEN);
    assert_int_equal(verdict_on(no_right_operand, false), VERDICT_BROKEN);
}

TEST(few_words_prove_nothing)
{
    assert_int_equal(verdict_on(five_words, false), VERDICT_BROKEN);
}

TEST(operands_left_as_they_were_prove_nothing)
{
    assert_int_equal(verdict_on(silent, false), VERDICT_BROKEN);
}

TEST(boolean_schemes_get_no_operands)
{
    assert_int_equal(verdict_on(yes, true), VERDICT_ACCEPTED);
}

TEST(two_statuses_are_a_no_and_all_others_a_failure)
{
    assert_int_equal(verdict_on(invalid, false), VERDICT_REFUSED);
    assert_int_equal(verdict_on(no_key, true), VERDICT_REFUSED);
    assert_int_equal(verdict_on(failing, false), VERDICT_BROKEN);
    assert_int_equal(verdict_on(failing, true), VERDICT_BROKEN);
}

TEST(an_answer_that_depends_on_old_memory_is_none)
{
    assert_int_equal(verdict_on(believes_memory, true), VERDICT_BROKEN);
}

TEST(pure_or_not_the_answer_is_the_same)
{
    struct fws_signature_scheme scheme = {
        .alg = FWS_ALG_ED25519, .boolean_only = true, .pure = FWS_PURE_MAPPED, .verify = pure_only};
    struct question question = question_of(44, 100, 64);

    assert_int_equal(judge(&scheme, no_hashes, &question).verdict, VERDICT_BROKEN);
    scheme.verify = prefixed;
    assert_int_equal(judge(&scheme, no_hashes, &question).verdict, VERDICT_BROKEN);
    scheme.pure = FWS_PURE_PREFIXED;
    assert_int_equal(judge(&scheme, no_hashes, &question).verdict, VERDICT_ACCEPTED);
}

TEST(der_is_decoded_before_and_refused_where_it_is_loose)
{
    static const uint8_t der[] = {0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x02};
    static const uint8_t loose[] = {0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x02};
    struct fws_signature_scheme scheme = {
        .alg = FWS_ALG_P256, .boolean_only = true, .verify = raw_of_64};
    struct question question = question_of(91, 32, 0);

    question.der = true;
    question.signature = fws_reader_init(der, sizeof der);
    assert_int_equal(judge(&scheme, no_hashes, &question).verdict, VERDICT_ACCEPTED);
    scheme.verify = yes;
    question.signature = fws_reader_init(loose, sizeof loose);
    assert_int_equal(judge(&scheme, no_hashes, &question).verdict, VERDICT_REFUSED);
}

TEST(more_memory_than_there_is_is_not_given)
{
    struct fws_signature_scheme scheme = {.alg = FWS_ALG_P256,
                                          .boolean_only = true,
                                          .scratch_size = FWS_VERIFY_SCRATCH_SIZE + 1,
                                          .verify = yes};
    struct question question = question_of(91, 32, 64);

    assert_int_equal(judge(&scheme, no_hashes, &question).verdict, VERDICT_BROKEN);
}

TEST_MAIN("wycheproof/judge")
