/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"
#include "signer/signer.h"
#include "tests/unit/test.h"

static void assert_uuid(const char *text, const uint8_t *space, const char *expected)
{
    struct fws_error err = {0};
    uint8_t uuid[16];
    char hex[33];

    assert_status(fws_uuid_from_text(text, space, uuid, &err), FWS_OK);
    assert_string_equal(fws_hex_encode(uuid, 16, hex), expected);
}

TEST(the_dashed_form_and_32_digits_are_taken_as_they_are)
{
    assert_uuid("12345678-1234-5678-1234-56781234567a", NULL, "1234567812345678123456781234567a");
    assert_uuid("00112233445566778899AABBCCDDEEFF", NULL, "00112233445566778899aabbccddeeff");
}

/* Expected values by Python: uuid.uuid5(uuid.NAMESPACE_DNS, "example.org"), and uuid5 of that. */
TEST(a_name_becomes_a_version_5_uuid_of_its_space)
{
    static const uint8_t vendor[16] = {0xaa, 0xd0, 0x36, 0x81, 0x8b, 0x63, 0x53, 0x04,
                                       0x89, 0xe0, 0x8c, 0xa8, 0xf4, 0x94, 0x61, 0xb5};

    assert_uuid("example.org", NULL, "aad036818b63530489e08ca8f49461b5");
    assert_uuid("sensor-node-a", vendor, "135ff0c1f7dc54e1a463e4538df7905a");
}

TEST(an_empty_name_has_no_uuid)
{
    struct fws_error err = {0};
    uint8_t uuid[16];

    assert_status(fws_uuid_from_text("", NULL, uuid, &err), FWS_E_INPUT);
}

TEST_MAIN("signer/uuid")
