/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "keys/keys.h"
#include "tests/unit/test.h"

static void assert_refused(const char *text, const char *why)
{
    struct fws_uri uri;
    struct fws_error err = {0};

    assert_status(fws_uri_parse(text, &uri, &err), FWS_E_URI);
    if (strstr(err.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, why);
    }
}

static void parse(const char *text, struct fws_uri *out)
{
    struct fws_error err = {0};
    enum fws_status status = fws_uri_parse(text, out, &err);

    if (status != FWS_OK) {
        fail_msg("%s", err.text);
    }
}

static void assert_written(const char *text, const char *expected)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_uri uri;
    struct fws_error err = {0};

    parse(text, &uri);
    assert_status(fws_uri_write(&uri, &out, &err), FWS_OK);
    assert_int_equal(out.size, strlen(expected));
    assert_memory_equal(out.data, expected, out.size);
}

TEST(every_attribute_that_selects_is_taken)
{
    struct fws_uri uri;

    parse(
        "pkcs11:token=my%20token;manufacturer=m;serial=1;model=mo;object=key;type=private;id=%00%ff"
        "?pin-source=file:/run/pin&module-path=/usr/lib/p.so",
        &uri);
    assert_string_equal(uri.token, "my token");
    assert_string_equal(uri.manufacturer, "m");
    assert_string_equal(uri.serial, "1");
    assert_string_equal(uri.model, "mo");
    assert_string_equal(uri.object, "key");
    assert_string_equal(uri.type, "private");
    assert_int_equal(uri.id_size, 2);
    assert_memory_equal(uri.id, "\x00\xff", 2);
    assert_string_equal(uri.pin_source, "/run/pin");
    assert_string_equal(uri.module_path, "/usr/lib/p.so");
}

TEST(an_empty_uri_matches_everything)
{
    struct fws_uri uri;

    parse("pkcs11:", &uri);
    assert_string_equal(uri.token, "");
    parse("pkcs11:?pin-source=file:///p", &uri);
    assert_string_equal(uri.pin_source, "/p");
}

TEST(writing_is_canonical)
{
    assert_written("pkcs11:", "pkcs11:");
    assert_written("pkcs11:id=ab;object=%6b;token=a%2Fb%3B?pin-source=file:/x",
                   "pkcs11:token=a%2Fb%3B;object=k;id=%61%62");
    assert_written("pkcs11:token=%c3%a4:[]@!$'()*+,=&", "pkcs11:token=%C3%A4:[]@!$'()*+,=&");
}

TEST(another_scheme_is_refused)
{
    assert_refused("", "offset 0");
    assert_refused("pkcs12:token=a", "offset 0");
    assert_refused("PKCS11:token=a", "must begin with 'pkcs11:'");
}

TEST(unknown_attributes_are_refused)
{
    assert_refused("pkcs11:tokn=a", "offset 7: 'tokn': unknown attribute");
    assert_refused("pkcs11:x-vendor=a", "x-");
    assert_refused("pkcs11:token=a?x-vendor=a", "x-");
    assert_refused("pkcs11:Token=a", "name=value");
    assert_refused("pkcs11:library-version=1", "library-version");
}

TEST(repeated_attributes_are_refused)
{
    assert_refused("pkcs11:token=a;object=b;token=a", "offset 24: 'token': stands twice");
    assert_refused("pkcs11:?pin-source=file:/a&pin-source=file:/a", "stands twice");
}

TEST(bad_percent_encoding_is_refused)
{
    assert_refused("pkcs11:token=a%2", "offset 14");
    assert_refused("pkcs11:token=a%", "'%'");
    assert_refused("pkcs11:token=%zz", "'%'");
}

TEST(characters_outside_the_grammar_are_refused)
{
    assert_refused("pkcs11:token=a b", "offset 14");
    assert_refused("pkcs11:token=a/b", "percent-encoded");
    assert_refused("pkcs11:token=a#b", "percent-encoded");
    assert_refused("pkcs11:token=\xc3\xa4", "percent-encoded");
    assert_refused("pkcs11:token=a?pin-source=file:/a;b", "percent-encoded");
}

TEST(nul_and_control_characters_are_refused_in_text)
{
    assert_refused("pkcs11:token=a%00", "control character");
    assert_refused("pkcs11:object=%1b", "control character");
    assert_refused("pkcs11:object=%7F", "control character");
    assert_refused("pkcs11:?module-path=/a%0a", "control character");
}

TEST(empty_values_and_parts_are_refused)
{
    assert_refused("pkcs11:token=", "empty");
    assert_refused("pkcs11:id=", "empty");
    assert_refused("pkcs11:token=a;", "name=value");
    assert_refused("pkcs11:;token=a", "name=value");
    assert_refused("pkcs11:token=a?", "name=value");
    assert_refused("pkcs11:token", "name=value");
    assert_refused("pkcs11:=a", "unknown attribute");
}

TEST(over_long_values_are_refused)
{
    char text[4096] = "pkcs11:token=";
    struct fws_uri uri;
    struct fws_error err = {0};

    memset(text + 13, 'a', 128);
    assert_status(fws_uri_parse(text, &uri, &err), FWS_OK);
    text[13 + 128] = 'a';
    assert_refused(text, "too long");
    memset(text + 13, 'a', 2000);
    assert_refused(text, "too long");
    memset(text + 13, 'a', 2048);
    assert_refused(text, "longer than 2048 bytes");
}

TEST(an_id_is_at_most_64_bytes)
{
    char text[512] = "pkcs11:id=";
    struct fws_uri uri;

    for (int i = 0; i < 64; i++) {
        strcat(text, "%01");
    }
    parse(text, &uri);
    assert_int_equal(uri.id_size, 64);
    strcat(text, "%01");
    assert_refused(text, "too long");
}

TEST(slots_never_select)
{
    assert_refused("pkcs11:slot-id=0", "'slot-id': slots are not names");
    assert_refused("pkcs11:slot-manufacturer=a", "slot-manufacturer");
    assert_refused("pkcs11:token=a;slot-description=a", "slot-description");
}

TEST(a_pin_in_the_uri_is_refused_and_not_repeated)
{
    static const char *const texts[] = {
        "pkcs11:token=a?pin-value=sekret",  "pkcs11:pin-value=sekret",
        "pkcs11:token=a?pin-valuesekret",   "pkcs11:token=a?pin-value:sekret",
        "pkcs11:token=a?pin-sekret=1",      "pkcs11:token=a?sekret",
        "pkcs11:token=a?pin-value=%sekret", "pkcs11:token=a?pin-source=sekret",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct fws_uri uri;
        struct fws_error err = {0};

        assert_status(fws_uri_parse(texts[i], &uri, &err), FWS_E_URI);
        assert_null(strstr(err.text, "sekret"));
    }
}

TEST(a_pin_source_is_a_file_with_an_absolute_path)
{
    assert_refused("pkcs11:?pin-source=/run/pin", "must be file:");
    assert_refused("pkcs11:?pin-source=file:pin", "must be file:");
    assert_refused("pkcs11:?pin-source=file:", "must be file:");
    assert_refused("pkcs11:?pin-source=file://host/pin", "must be file:");
    assert_refused("pkcs11:?pin-source=file:////pin", "must be file:");
    assert_refused("pkcs11:?pin-source=|/bin/pin", "must be file:");
    assert_refused("pkcs11:?module-path=p.so", "absolute");
}

TEST(path_and_query_are_not_mixed)
{
    assert_refused("pkcs11:pin-source=file:/a", "behind the '?'");
    assert_refused("pkcs11:?token=a", "before the '?'");
}

TEST(type_is_private_or_public)
{
    struct fws_uri uri;

    parse("pkcs11:type=public", &uri);
    assert_refused("pkcs11:type=cert", "private or public");
    assert_refused("pkcs11:type=privat", "private or public");
}

TEST_MAIN("keys/uri")
