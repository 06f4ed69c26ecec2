/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/exit.h"
#include "tests/unit/test.h"

/* The contract, row by row: scripts rely on these numbers. */
TEST(statuses_have_the_exit_codes_of_the_contract)
{
    static const struct {
        int status;
        int code;
    } rows[] = {
        {FWS_OK, 0},
        {FWS_E_INTERNAL, 1},
        {FWS_E_HSM_SIGNATURE, 1},
        {FWS_E_USAGE, 2},
        {FWS_E_CONFIG, 3},
        {FWS_E_POLICY_INVALID, 3},
        {FWS_E_INPUT, 4},
        {FWS_E_NOT_FOUND, 4},
        {FWS_E_HEX_SPREAD, 4},
        {FWS_E_POLICY_DENIED, 5},
        {FWS_E_PIN_WRONG, 7},
        {FWS_E_PIN_LOCKED, 7},
        {FWS_E_PIN_EXPIRED, 7},
        {FWS_E_KEY_NOT_FOUND, 8},
        {FWS_E_KEY_AMBIGUOUS, 8},
        {FWS_E_KEY_UNFIT, 8},
        {FWS_E_KEY_TYPE, 8},
        {FWS_E_HSM_UNAVAILABLE, 9},
        {FWS_E_HSM_TIMEOUT, 9},
        {FWS_E_HSM_CRASHED, 9},
        {FWS_E_HASH_MISMATCH, 10},
        {FWS_E_SIGNATURE_INVALID, 10},
        {FWS_E_MAGIC, 10},
        {FWS_E_DOCTOR, 10},
        {FWS_E_LOG_UNAVAILABLE, 11},
        {FWS_E_EXISTS, 13},
        {FWS_E_LOG_TAIL, 14},
        {FWS_E_LOG_TAMPERED, 15},
        {FWS_E_LOG_UNKNOWN, 16},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(fws_exit_of((enum fws_status)rows[i].status), rows[i].code);
    }
}

TEST(every_refusal_of_the_verifier_is_a_no)
{
    for (int status = FWS_E_HEADER_TRUNCATED; status <= FWS_E_ALGORITHM; status++) {
        assert_int_equal(fws_exit_of((enum fws_status)status), FWS_EXIT_NO);
    }
}

TEST(only_the_hsm_and_budgets_are_worth_a_retry)
{
    assert_true(fws_exit_retryable(FWS_EXIT_HSM));
    assert_true(fws_exit_retryable(FWS_EXIT_BUDGET));
    assert_false(fws_exit_retryable(FWS_EXIT_CALLER));
    assert_false(fws_exit_retryable(FWS_EXIT_LOG));
}

TEST_MAIN("cli/exit")
