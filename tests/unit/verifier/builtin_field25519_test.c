/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation on every pair of awkward and random elements, against OpenSSL's big numbers. */
#include <openssl/bn.h>
#include <string.h>

#include "tests/unit/test.h"

#include "verifier/builtin/field25519.h"

#define ELEMENTS 60u

static struct fws_f25519 elements[ELEMENTS];
static BIGNUM *prime;
static BN_CTX *context;

static BIGNUM *number_of(const struct fws_f25519 *element)
{
    return BN_lebin2bn((const uint8_t *)element->word, 32, NULL); /* a little endian host */
}

/* Numbers near 0, 2^255 and 2^256, around p and 2p; words all ones in between; random ones. */
static void make_elements(void)
{
    uint32_t state = 5;

    if (prime != NULL) {
        return;
    }
    context = BN_CTX_new();
    prime = BN_new();
    assert_int_equal(BN_set_bit(prime, 255) && BN_sub_word(prime, 19), 1);
    for (unsigned i = 0; i < ELEMENTS; i++) {
        struct fws_f25519 *element = &elements[i];

        for (unsigned w = 0; w < 8; w++) {
            state = state * 1664525u + 1013904223u;
            bool ones = i < 32 || (i < 48 && (state >> 31) != 0);

            element->word[w] = ones ? 0xffffffff : state;
        }
        if (i < 8) {
            memset(element, 0, sizeof *element);
            element->word[0] = i;
        } else if (i < 24) {
            element->word[0] -= 3 * (i - 8); /* 2^255 - 1 and less: p is 18 below it */
            element->word[7] = 0x7fffffff;
        } else if (i < 32) {
            element->word[0] -= (i - 24) == 7 ? 37 : 6 * (i - 24); /* 2p is 37 below 2^256 - 1 */
        }
    }
}

/* The remainder, in one form only. */
static void assert_element(const struct fws_f25519 *actual, BIGNUM *expected)
{
    struct fws_f25519 frozen = *actual;
    uint8_t bytes[32];

    assert_int_equal(BN_nnmod(expected, expected, prime, context), 1);
    assert_int_equal(BN_bn2lebinpad(expected, bytes, sizeof bytes), sizeof bytes);
    fws_f25519_freeze(&frozen);
    assert_memory_equal(frozen.word, bytes, sizeof bytes);
}

typedef void field_operation(struct fws_f25519 *, const struct fws_f25519 *,
                             const struct fws_f25519 *);
typedef int number_operation(BIGNUM *, const BIGNUM *, const BIGNUM *);

static int multiply(BIGNUM *out, const BIGNUM *a, const BIGNUM *b)
{
    return BN_mul(out, a, b, context);
}

/* For all pairs, and with the result written over either operand. */
static void check_operation(field_operation *operation, number_operation *reference)
{
    make_elements();
    for (unsigned i = 0; i < ELEMENTS * ELEMENTS; i++) {
        const struct fws_f25519 *a = &elements[i % ELEMENTS];
        const struct fws_f25519 *b = &elements[i / ELEMENTS];
        struct fws_f25519 out;
        struct fws_f25519 over_a = *a;
        struct fws_f25519 over_b = *b;
        BIGNUM *left = number_of(a);
        BIGNUM *right = number_of(b);

        operation(&out, a, b);
        operation(&over_a, &over_a, b);
        operation(&over_b, a, &over_b);
        assert_memory_equal(&out, &over_a, sizeof out);
        assert_memory_equal(&out, &over_b, sizeof out);
        assert_int_equal(reference(left, left, right), 1);
        assert_element(&out, left);
        BN_free(left);
        BN_free(right);
    }
}

TEST(sums_are_right)
{
    check_operation(fws_f25519_add, BN_add);
}

TEST(differences_are_right)
{
    check_operation(fws_f25519_sub, BN_sub);
}

TEST(products_are_right)
{
    check_operation(fws_f25519_mul, multiply);
}

TEST(square_of_one_place_is_right)
{
    make_elements();
    for (unsigned i = 0; i < ELEMENTS; i++) {
        struct fws_f25519 square = elements[i];
        BIGNUM *number = number_of(&square);

        fws_f25519_mul(&square, &square, &square);
        assert_int_equal(BN_mul(number, number, number, context), 1);
        assert_element(&square, number);
        BN_free(number);
    }
}

TEST(any_element_freezes_to_its_remainder)
{
    make_elements();
    for (unsigned i = 0; i < ELEMENTS; i++) {
        BIGNUM *number = number_of(&elements[i]);

        assert_element(&elements[i], number);
        BN_free(number);
    }
}

TEST(elements_are_equal_when_their_remainders_are)
{
    make_elements();
    for (unsigned i = 0; i < ELEMENTS * ELEMENTS; i++) {
        const struct fws_f25519 *a = &elements[i % ELEMENTS];
        const struct fws_f25519 *b = &elements[i / ELEMENTS];
        BIGNUM *left = number_of(a);
        BIGNUM *right = number_of(b);

        assert_int_equal(BN_mod_sub(left, left, right, prime, context), 1);
        assert_int_equal(fws_f25519_equal(a, b), BN_is_zero(left));
        BN_free(left);
        BN_free(right);
    }
}

static void check_power(void (*operation)(struct fws_f25519 *, const struct fws_f25519 *),
                        const BIGNUM *exponent)
{
    make_elements();
    for (unsigned i = 0; i < ELEMENTS; i++) {
        struct fws_f25519 power = elements[i];
        BIGNUM *number = number_of(&power);

        operation(&power, &power);
        assert_int_equal(BN_mod_exp(number, number, exponent, prime, context), 1);
        assert_element(&power, number);
        BN_free(number);
    }
}

TEST(inverse_is_the_power_p_minus_2)
{
    make_elements();
    BIGNUM *exponent = BN_dup(prime);

    assert_int_equal(BN_sub_word(exponent, 2), 1);
    check_power(fws_f25519_invert, exponent);
    BN_free(exponent);
}

TEST(root_power_is_p_minus_5_by_8)
{
    make_elements();
    BIGNUM *exponent = BN_dup(prime);

    assert_int_equal(BN_sub_word(exponent, 5) && BN_rshift(exponent, exponent, 3), 1);
    check_power(fws_f25519_root_power, exponent);
    BN_free(exponent);
}

TEST(row_of_largest_words_loses_no_carry)
{
    uint32_t sum[8];
    uint32_t addend[8];

    memset(sum, 0xff, sizeof sum);
    memset(addend, 0xff, sizeof addend);
    /* (2^256 - 1) 2^32 = 0xffffffff'ffffffff'...'00000000 */
    assert_int_equal(fws_words_multiply_add(sum, sum, addend, 0xffffffff), 0xffffffff);
    assert_int_equal(sum[0], 0);
    for (unsigned i = 1; i < 8; i++) {
        assert_int_equal(sum[i], 0xffffffff);
    }
}

TEST_MAIN("verifier/builtin_field25519")
