/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/ckr.h"
#include "tests/unit/test.h"

struct verdict {
    CK_RV rv;
    enum fws_status status;
};

static const struct verdict verdicts[] = {
    {CKR_OK, FWS_OK},
    {CKR_PIN_INCORRECT, FWS_E_PIN_WRONG},
    {CKR_PIN_INVALID, FWS_E_PIN_WRONG},
    {CKR_PIN_LEN_RANGE, FWS_E_PIN_WRONG},
    {CKR_PIN_EXPIRED, FWS_E_PIN_EXPIRED},
    {CKR_PIN_LOCKED, FWS_E_PIN_LOCKED},
    {CKR_DEVICE_ERROR, FWS_E_HSM_UNAVAILABLE},
    {CKR_DEVICE_REMOVED, FWS_E_HSM_UNAVAILABLE},
    {CKR_TOKEN_NOT_PRESENT, FWS_E_HSM_UNAVAILABLE},
    {CKR_SESSION_HANDLE_INVALID, FWS_E_HSM_UNAVAILABLE},
    {CKR_SESSION_CLOSED, FWS_E_HSM_UNAVAILABLE},
    {CKR_CRYPTOKI_NOT_INITIALIZED, FWS_E_HSM_UNAVAILABLE},
    {CKR_GENERAL_ERROR, FWS_E_HSM_ERROR},
    {CKR_MECHANISM_INVALID, FWS_E_HSM_ERROR},
    {CKR_VENDOR_DEFINED | 5, FWS_E_HSM_ERROR},
    {0x7777, FWS_E_HSM_ERROR},
};

TEST(values_become_statuses)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        assert_status(fws_ckr_status(verdicts[i].rv), verdicts[i].status);
    }
}

TEST(an_error_has_function_name_number_and_advice)
{
    struct fws_error err = {0};

    assert_status(fws_ckr_error(&err, CKR_PIN_LOCKED, "C_Login"), FWS_E_PIN_LOCKED);
    assert_string_equal(err.text,
                        "C_Login: CKR_PIN_LOCKED (0xa4): the security officer must unlock "
                        "the PIN");
    assert_status(fws_ckr_error(&err, CKR_DATA_INVALID, "C_Sign"), FWS_E_HSM_ERROR);
    assert_string_equal(err.text, "C_Sign: CKR_DATA_INVALID (0x20)");
}

TEST(values_without_a_name_keep_their_number)
{
    struct fws_error err = {0};

    (void)fws_ckr_error(&err, CKR_VENDOR_DEFINED | 0x12, "C_Sign");
    assert_non_null(strstr(err.text, "CKR_VENDOR_DEFINED (0x80000012)"));
    (void)fws_ckr_error(&err, 0x7777, "C_Sign");
    assert_non_null(strstr(err.text, "unknown CKR (0x7777)"));
}

TEST(every_value_of_the_standard_has_its_name)
{
    size_t named = 0;

    for (CK_RV rv = 0; rv <= 0x200; rv++) {
        named += strcmp(fws_ckr_name(rv), "unknown CKR") != 0;
    }
    assert_int_equal(named, 93);
}

TEST(no_pin_verdict_is_transient_or_a_loss)
{
    static const CK_RV values[] = {CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE,
                                   CKR_PIN_EXPIRED, CKR_PIN_LOCKED};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_false(fws_ckr_transient(values[i]));
        assert_false(fws_ckr_lost(values[i]));
    }
    assert_true(fws_ckr_transient(CKR_TOKEN_NOT_RECOGNIZED));
    assert_true(fws_ckr_lost(CKR_SESSION_HANDLE_INVALID));
}

TEST_MAIN("keys/ckr")
