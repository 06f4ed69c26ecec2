/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/base64.h"
#include "tests/unit/test.h"

/* RFC 4648, section 10. */
static const struct {
    const char *bytes, *text;
} vectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static enum fws_status decode(const char *text)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_error err = {0};

    return fws_base64_decode(text, strlen(text), &out, &err);
}

TEST(the_vectors_of_rfc_4648)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        FWS_AUTO(fws_buf) text = {0};
        FWS_AUTO(fws_buf) bytes = {0};
        struct fws_error err = {0};
        size_t size = strlen(vectors[i].bytes);
        size_t length = strlen(vectors[i].text);

        assert_status(fws_base64_encode(vectors[i].bytes, size, &text, &err), FWS_OK);
        assert_int_equal(text.size, length);
        assert_true(length == 0 || memcmp(text.data, vectors[i].text, length) == 0);
        assert_status(fws_base64_decode(vectors[i].text, length, &bytes, &err), FWS_OK);
        assert_int_equal(bytes.size, size);
        assert_true(size == 0 || memcmp(bytes.data, vectors[i].bytes, size) == 0);
    }
}

TEST(both_append_to_what_is_there)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_append(&out, "x", 1, &err), FWS_OK);
    assert_status(fws_base64_encode("foo", 3, &out, &err), FWS_OK);
    assert_status(fws_base64_decode("YmFy", 4, &out, &err), FWS_OK);
    assert_int_equal(out.size, 8);
    assert_memory_equal(out.data, "xZm9vbar", 8);
}

TEST(what_is_refused_leaves_the_buffer_as_it_was)
{
    FWS_AUTO(fws_buf) out = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_append(&out, "x", 1, &err), FWS_OK);
    assert_status(fws_base64_decode("Zm9vZm9*", 8, &out, &err), FWS_E_INPUT);
    assert_int_equal(out.size, 1);
    assert_memory_equal(out.data, "x", 1);
}

TEST(a_length_that_is_no_multiple_of_four_is_refused)
{
    assert_status(decode("Z"), FWS_E_INPUT);
    assert_status(decode("Zg"), FWS_E_INPUT);
    assert_status(decode("Zm8"), FWS_E_INPUT);
    assert_status(decode("Zm9vZ"), FWS_E_INPUT);
    assert_status(decode("Zg==="), FWS_E_INPUT);
}

TEST(padding_anywhere_but_at_the_end_is_refused)
{
    assert_status(decode("===="), FWS_E_INPUT);
    assert_status(decode("Z==="), FWS_E_INPUT);
    assert_status(decode("=Zm9"), FWS_E_INPUT);
    assert_status(decode("Zm=v"), FWS_E_INPUT);
    assert_status(decode("Zg==Zm9v"), FWS_E_INPUT);
    assert_status(decode("Zm8=Zm9v"), FWS_E_INPUT);
    assert_status(decode("Zm9v===="), FWS_E_INPUT);
}

TEST(white_space_is_refused)
{
    assert_status(decode("Zm9v\n"), FWS_E_INPUT);
    assert_status(decode("Zm9v\r\n\r\n"), FWS_E_INPUT);
    assert_status(decode("Zm 9"), FWS_E_INPUT);
    assert_status(decode(" Zm9"), FWS_E_INPUT);
    assert_status(decode("Zm9\n"), FWS_E_INPUT);
    assert_status(decode("Zm9vZg= "), FWS_E_INPUT);
}

/* The other alphabet's '-' and '_' too. */
TEST(each_byte_outside_the_alphabet_is_refused)
{
    unsigned good = 0;

    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t text[4] = {'A', (uint8_t)byte, 'A', 'A'};
        uint8_t bytes[3];

        good += fws_base64_decode_exact(text, sizeof text, bytes, sizeof bytes) == FWS_OK;
    }
    assert_int_equal(good, 64);
}

/* Among all texts of the form xx== exactly the 256 that encoding makes, and so for xxx=. */
TEST(one_value_has_one_text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned short_ones = 0, long_ones = 0;

    for (unsigned i = 0; i < 64u * 64u * 64u; i++) {
        char text[4] = {digits[i & 63], digits[i >> 6 & 63], digits[i >> 12], '='};
        uint8_t bytes[2];

        long_ones += fws_base64_decode_exact(text, 4, bytes, 2) == FWS_OK;
        text[2] = '=';
        short_ones += i < 4096 && fws_base64_decode_exact(text, 4, bytes, 1) == FWS_OK;
    }
    assert_int_equal(short_ones, 256);
    assert_int_equal(long_ones, 65536);
}

TEST(every_byte_and_every_length_come_back)
{
    uint8_t bytes[256];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    for (size_t size = 0; size <= sizeof bytes; size++) {
        FWS_AUTO(fws_buf) text = {0};
        uint8_t again[sizeof bytes] = {0};
        struct fws_error err = {0};

        assert_status(fws_base64_encode(bytes, size, &text, &err), FWS_OK);
        assert_int_equal(text.size, (size + 2) / 3 * 4);
        assert_status(fws_base64_decode_exact(text.data, text.size, again, size), FWS_OK);
        assert_memory_equal(again, bytes, size > 0 ? size : 1);
    }
}

TEST(more_or_fewer_bytes_than_asked_for_are_refused)
{
    uint8_t out[8];

    assert_status(fws_base64_decode_exact("Zm9v", 4, out, 3), FWS_OK);
    assert_status(fws_base64_decode_exact("Zm9v", 4, out, 2), FWS_E_INPUT);
    assert_status(fws_base64_decode_exact("Zm9v", 4, out, 4), FWS_E_INPUT);
    assert_status(fws_base64_decode_exact("", 0, out, 1), FWS_E_INPUT);
}

TEST_MAIN("base/base64")
