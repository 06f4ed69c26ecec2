/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "tests/unit/test.h"

static void assert_text(struct fws_json *json, const char *expected)
{
    struct fws_error err = {0};

    assert_status(fws_json_done(json, &err), FWS_OK);
    assert_int_equal(json->buf.size, strlen(expected));
    assert_memory_equal(json->buf.data, expected, json->buf.size);
}

TEST(objects_arrays_and_scalars_have_no_white_space)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_object(&json, NULL);
    fws_json_bool(&json, "ok", true);
    fws_json_array(&json, "list");
    fws_json_int(&json, NULL, -1);
    fws_json_text(&json, NULL, "a");
    fws_json_end(&json);
    fws_json_hex(&json, "raw", "\x01\xff", 2);
    fws_json_end(&json);
    assert_text(&json, "{\"ok\":true,\"list\":[-1,\"a\"],\"raw\":\"01ff\"}");
}

TEST(control_characters_are_escaped_as_rfc_8785_says)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_text_n(&json, NULL, "\x00\x1f\n\"\\/\x7f", 7);
    assert_text(&json, "\"\\u0000\\u001f\\n\\\"\\\\/\x7f\"");
}

TEST(invalid_utf8_becomes_the_replacement_character)
{
    FWS_AUTO(fws_json) json = {0};

    fws_json_text_n(&json, NULL, "\xc3\xa4\xff\xc0\x80\xed\xa0\x80", 8);
    assert_text(&json, "\"\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                       "\xef\xbf\xbd\"");
}

TEST(integers_beyond_2_53_are_an_error)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};

    fws_json_int(&json, NULL, INT64_C(9007199254740992));
    assert_status(fws_json_done(&json, &err), FWS_E_INTERNAL);
}

TEST(an_open_container_is_an_error)
{
    FWS_AUTO(fws_json) json = {0};
    struct fws_error err = {0};

    fws_json_object(&json, NULL);
    assert_status(fws_json_done(&json, &err), FWS_E_INTERNAL);
}

TEST_MAIN("base/json")
