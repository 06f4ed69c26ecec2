/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

#define HALF 32u

/* r || s with the given last bytes, each half led by zeros. */
static void raw_of(uint8_t r_first, uint8_t s_first, uint8_t raw[2 * HALF])
{
    memset(raw, 0, (size_t)2 * HALF);
    raw[0] = r_first;
    raw[HALF - 1] |= 1;
    raw[HALF] = s_first;
    raw[2 * HALF - 1] |= 1;
}

static size_t encode(const uint8_t *raw, size_t size, uint8_t der[FWS_ECDSA_DER_MAX_SIZE])
{
    size_t der_size = 0;

    assert_status(fws_ecdsa_der_from_raw(raw, size, der, &der_size), FWS_OK);
    return der_size;
}

static enum fws_status decode(const uint8_t *der, size_t size)
{
    uint8_t raw[2 * HALF];

    return fws_ecdsa_raw_from_der(der, size, raw, HALF);
}

#define DECODE(...) decode((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

TEST(the_smallest_numbers_take_eight_bytes)
{
    static const uint8_t expected[] = {0x30, 6, 2, 1, 1, 2, 1, 1};
    uint8_t raw[2 * HALF];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];

    raw_of(0, 0, raw);
    assert_int_equal(encode(raw, sizeof raw, der), sizeof expected);
    assert_memory_equal(der, expected, sizeof expected);
}

TEST(a_high_bit_gets_a_leading_zero)
{
    uint8_t raw[2 * HALF];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];

    raw_of(0x80, 0x7f, raw);
    assert_int_equal(encode(raw, sizeof raw, der), 2 + 2 + 33 + 2 + 32);
    assert_int_equal(der[3], 33);
    assert_int_equal(der[4], 0);
    assert_int_equal(der[2 + 2 + 33 + 1], 32);
}

TEST(the_largest_p384_signature_fits)
{
    uint8_t raw[96];
    uint8_t back[96];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];

    memset(raw, 0xff, sizeof raw);
    assert_int_equal(encode(raw, sizeof raw, der), FWS_ECDSA_DER_MAX_SIZE);
    assert_status(fws_ecdsa_raw_from_der(der, FWS_ECDSA_DER_MAX_SIZE, back, 48), FWS_OK);
    assert_memory_equal(back, raw, sizeof raw);
}

TEST(every_size_of_number_comes_back)
{
    for (size_t zeros = 0; zeros < HALF; zeros++) {
        uint8_t raw[2 * HALF];
        uint8_t back[2 * HALF];
        uint8_t der[FWS_ECDSA_DER_MAX_SIZE];

        memset(raw, 0xa5, sizeof raw);
        memset(raw, 0, zeros);
        size_t size = encode(raw, sizeof raw, der);

        assert_status(fws_ecdsa_raw_from_der(der, size, back, HALF), FWS_OK);
        assert_memory_equal(back, raw, sizeof raw);
    }
}

TEST(zero_is_no_signature_part)
{
    uint8_t raw[2 * HALF];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];
    size_t size = 0;

    raw_of(1, 1, raw);
    memset(raw, 0, HALF);
    assert_status(fws_ecdsa_der_from_raw(raw, sizeof raw, der, &size), FWS_E_SIGNATURE_ENCODING);
    raw_of(1, 1, raw);
    memset(&raw[HALF], 0, HALF);
    assert_status(fws_ecdsa_der_from_raw(raw, sizeof raw, der, &size), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 6, 2, 1, 0, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 6, 2, 1, 1, 2, 1, 0), FWS_E_SIGNATURE_ENCODING);
}

TEST(raw_sizes_are_even_and_at_most_96)
{
    uint8_t raw[98];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];
    size_t size = 0;

    memset(raw, 1, sizeof raw);
    assert_status(fws_ecdsa_der_from_raw(raw, 96, der, &size), FWS_OK);
    assert_status(fws_ecdsa_der_from_raw(raw, 98, der, &size), FWS_E_SIGNATURE_ENCODING);
    assert_status(fws_ecdsa_der_from_raw(raw, 63, der, &size), FWS_E_SIGNATURE_ENCODING);
    assert_status(fws_ecdsa_der_from_raw(raw, 0, der, &size), FWS_E_SIGNATURE_ENCODING);
}

TEST(the_minimal_encoding_is_accepted)
{
    assert_status(DECODE(0x30, 6, 2, 1, 1, 2, 1, 0x7f), FWS_OK);
    assert_status(DECODE(0x30, 7, 2, 2, 0, 0x80, 2, 1, 1), FWS_OK);
}

TEST(a_negative_number_is_refused)
{
    assert_status(DECODE(0x30, 6, 2, 1, 0x80, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 6, 2, 1, 1, 2, 1, 0xff), FWS_E_SIGNATURE_ENCODING);
}

TEST(a_needless_leading_zero_is_refused)
{
    assert_status(DECODE(0x30, 7, 2, 2, 0, 0x7f, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 8, 2, 3, 0, 0, 0x80, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
}

TEST(an_empty_number_is_refused)
{
    assert_status(DECODE(0x30, 5, 2, 0, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
}

TEST(a_long_form_length_is_refused)
{
    assert_status(DECODE(0x30, 0x81, 6, 2, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 7, 2, 0x81, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0), FWS_E_SIGNATURE_ENCODING);
}

TEST(lengths_that_do_not_add_up_are_refused)
{
    assert_status(DECODE(0x30, 5, 2, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 7, 2, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 6, 2, 1, 1, 2, 2, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 3, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
}

TEST(bytes_after_the_sequence_or_in_it_are_refused)
{
    assert_status(DECODE(0x30, 6, 2, 1, 1, 2, 1, 1, 0), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 7, 2, 1, 1, 2, 1, 1, 0), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
}

TEST(other_tags_are_refused)
{
    assert_status(DECODE(0x31, 6, 2, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 6, 3, 1, 1, 2, 1, 1), FWS_E_SIGNATURE_ENCODING);
    assert_status(DECODE(0x30, 6, 2, 1, 1, 10, 1, 1), FWS_E_SIGNATURE_ENCODING);
}

TEST(a_number_longer_than_the_curve_is_refused)
{
    uint8_t raw[66];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];

    memset(raw, 1, sizeof raw);
    size_t size = encode(raw, sizeof raw, der);

    assert_status(decode(der, size), FWS_E_SIGNATURE_ENCODING);
    assert_status(fws_ecdsa_raw_from_der(der, size, raw, 33), FWS_OK);
    assert_status(fws_ecdsa_raw_from_der(der, size, raw, 49), FWS_E_SIGNATURE_ENCODING);
}

TEST(a_signature_cut_anywhere_is_refused)
{
    uint8_t raw[2 * HALF];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];

    raw_of(0x80, 0x80, raw);
    size_t size = encode(raw, sizeof raw, der);

    for (size_t cut = 0; cut < size; cut++) {
        assert_status(decode(der, cut), FWS_E_SIGNATURE_ENCODING);
    }
    assert_status(decode(der, size), FWS_OK);
}

TEST_MAIN("format/ecdsa_der")
