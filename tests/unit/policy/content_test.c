/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "policy/policy.h"
#include "policy/scan.h"
#include "policy/vectors.h"
#include "tests/unit/test.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Under a policy whose patterns are TEST ONLY and DEBUG. */
static struct fws_content content_of(const void *payload, size_t size)
{
    static const char text[] = "product: p\nkeys: k\nformat: {slot-size: 64K}\n"
                               "version: {from: option}\n"
                               "content: {must-not-contain: [TEST ONLY, DEBUG]}\n";
    FWS_AUTO(fws_policy) policy = {0};
    struct fws_content content;
    struct fws_error err = {0};

    assert_status(fws_policy_parse("p.yaml", text, sizeof text - 1, &policy, &err), FWS_OK);
    fws_content_read(&policy, NULL, payload, size, &content);
    return content;
}

TEST(an_empty_payload_has_no_facts_but_its_size)
{
    struct fws_content content = content_of(NULL, 0);

    assert_int_equal(content.size, 0);
    assert_false(content.constant);
    assert_false(content.has_vectors);
    assert_int_equal(content.found[0], FWS_PATTERN_ABSENT);
    assert_int_equal(content.found[FWS_PATTERNS_MAX - 1], FWS_PATTERN_ABSENT);
}

TEST(patterns_are_found_in_the_order_given)
{
    struct fws_content content = content_of("a DEBUG build, TEST ONLY", 24);

    assert_int_equal(content.size, 24);
    assert_int_equal(content.found[0], 15);
    assert_int_equal(content.found[1], 2);
    assert_int_equal(content.found[2], FWS_PATTERN_ABSENT);
}

TEST(a_payload_is_constant_only_when_no_byte_differs)
{
    static uint8_t bytes[3000];
    static const uint8_t values[] = {0x00, 0xff, 0x5a};
    static const size_t sizes[] = {1, 2, 3, 8, 63, 64, 65, 2999, 3000};

    for (size_t i = 0; i < COUNT_OF(values) * COUNT_OF(sizes); i++) {
        uint8_t value = values[i % COUNT_OF(values)];
        size_t size = sizes[i / COUNT_OF(values)];

        memset(bytes, value, sizeof bytes);
        struct fws_content content = content_of(bytes, size);

        assert_true(content.constant);
        assert_int_equal(content.constant_byte, value);
        for (size_t at = 0; at < size; at += at < 70 || at + 1 >= size ? 1 : size - at - 1) {
            bytes[at] ^= 0x80;
            content = content_of(bytes, size);
            assert_int_equal(content.constant, size == 1);
            bytes[at] ^= 0x80;
        }
    }
}

TEST(vectors_are_the_first_two_little_endian_words_when_there_are_eight_bytes)
{
    static const uint8_t bytes[] = {0x00, 0x80, 0x01, 0x20, 0xc1, 0x02, 0x00, 0x08, 0xee};
    struct fws_content content = content_of(bytes, 7);

    assert_false(content.has_vectors);
    assert_int_equal(content.stack_pointer, 0);
    assert_int_equal(content.reset_vector, 0);
    for (size_t size = 8; size <= sizeof bytes; size++) {
        content = content_of(bytes, size);
        assert_true(content.has_vectors);
        assert_int_equal(content.stack_pointer, 0x20018000);
        assert_int_equal(content.reset_vector, 0x080002c1);
    }
}

TEST(a_stack_pointer_is_in_ram_or_one_past_it_and_a_multiple_of_four)
{
    static const struct {
        uint32_t stack_pointer, first, last;
        bool ok;
    } cases[] = {
        {0x20010000, 0x20000000, 0x2000ffff, true}, /* one past the last byte */
        {0x20010004, 0x20000000, 0x2000ffff, false},
        {0x2000fffc, 0x20000000, 0x2000ffff, true},
        {0x20000004, 0x20000000, 0x2000ffff, true},  /* a word below it */
        {0x20000000, 0x20000000, 0x2000ffff, false}, /* the first push leaves RAM */
        {0x1ffffffc, 0x20000000, 0x2000ffff, false},
        {0x20008001, 0x20000000, 0x2000ffff, false}, /* bits that reset clears */
        {0x20008002, 0x20000000, 0x2000ffff, false},
        {0x20008003, 0x20000000, 0x2000ffff, false},
        {0x20008004, 0x20000000, 0x2000ffff, true}, /* four will do, eight is not asked for */
        {0x20008008, 0x20000000, 0x2000ffff, true},
        {0x00000000, 0x20000000, 0x2000ffff, false}, /* erased, either way */
        {0xffffffff, 0x20000000, 0x2000ffff, false},
        {0x00000000, 0x00000000, 0xffffffff, false}, /* one past all there is does not fit */
        {0x00000004, 0x00000000, 0xffffffff, true},
        {0xfffffffc, 0x00000000, 0xffffffff, true},
        {0xfffffffc, 0xf0000000, 0xffffffff, true},
        {0x20000004, 0x20000001, 0x2000ffff, false}, /* RAM that begins within the word */
        {0x20000008, 0x20000001, 0x2000ffff, true},
        {0x20000004, 0x20000000, 0x20000003, true}, /* one word of RAM */
        {0x20000004, 0x20000000, 0x20000002, false},
        {0x20008000, 0x2000ffff, 0x20000000, false}, /* a range the wrong way round */
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(
            fws_vectors_stack_ok(cases[i].stack_pointer, cases[i].first, cases[i].last),
            cases[i].ok);
    }
}

TEST(a_reset_vector_is_odd_and_within_the_payload_behind_the_first_two_words)
{
    static const struct {
        uint32_t reset_vector, address;
        size_t size;
        bool ok;
    } cases[] = {
        {0x08000209, 0x08000200, 0x1000, true},  /* right behind the two words */
        {0x08000208, 0x08000200, 0x1000, false}, /* not Thumb */
        {0x08000207, 0x08000200, 0x1000, false}, /* the words themselves */
        {0x08000201, 0x08000200, 0x1000, false},
        {0x08000209, 0x08000201, 0x1000, false}, /* in their last byte */
        {0x080001ff, 0x08000200, 0x1000, false}, /* before it */
        {0x00000001, 0x08000200, 0x1000, false},
        {0x080011ff, 0x08000200, 0x1000, true}, /* the last instruction */
        {0x08001201, 0x08000200, 0x1000, false},
        {0x080011ff, 0x08000200, 0x0fff, false}, /* half of one */
        {0xffffffff, 0x08000200, 0x1000, false}, /* erased, either way */
        {0x00000000, 0x08000200, 0x1000, false},
        {0x00000000, 0x00000000, 0x1000, false},
        {0x00000009, 0x00000000, 0x1000, true},
        {0x00000009, 0x00000000, 10, true},
        {0x00000009, 0x00000000, 9, false},
        {0x00000009, 0x00000000, 8, false},
        {0x00000009, 0x00000000, 0, false},
        {0xffffffff, 0xffffff00, 0x100, true}, /* the last halfword there is */
        {0xffffffff, 0xffffff00, 0xff, false},
        {0x00000009, 0xffffff00, 0x1000, false}, /* addresses do not begin anew */
        {0x08000209, 0x08000200, SIZE_MAX, true},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(
            fws_vectors_reset_ok(cases[i].reset_vector, cases[i].address, cases[i].size),
            cases[i].ok);
    }
}

TEST(a_risc_v_entry_is_even_and_within_the_payload)
{
    static const struct {
        uint64_t entry, address;
        size_t size;
        bool ok;
    } cases[] = {
        {0x20000000, 0x20000000, 0x1000, true}, /* its first byte */
        {0x1ffffffe, 0x20000000, 0x1000, false},
        {0x20000001, 0x20000000, 0x1000, false},
        {0x20000002, 0x20000000, 0x1000, true}, /* as with the C extension */
        {0x20000004, 0x20000000, 0x1000, true},
        {0x20000ffe, 0x20000000, 0x1000, true}, /* the last instruction */
        {0x20000ffe, 0x20000000, 0x0fff, false},
        {0x20001000, 0x20000000, 0x1000, false},
        {0x20000000, 0x20000000, 2, true},
        {0x20000000, 0x20000000, 1, false},
        {0x20000000, 0x20000000, 0, false},
        {0, 0, 0x1000, true},
        {0xfffffffffffffffe, 0xfffffffffffff000, 0x1000, true},
        {0xffffffffffffffff, 0xfffffffffffff000, 0x1000, false},
        {0x0000000000000010, 0xfffffffffffff000, 0x2000, false},
        {0x120000000, 0x20000000, 0x1000, false}, /* the same in its low 32 bits */
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(fws_riscv_entry_ok(cases[i].entry, cases[i].address, cases[i].size),
                         cases[i].ok);
    }
}

TEST(a_marker_stands_whole_at_its_offset_or_not_at_all)
{
    static const char payload[] = "....pump-a";
    static const struct {
        size_t size, offset;
        const char *marker;
        bool there;
    } cases[] = {
        {10, 4, "pump-a", true},
        {10, 4, "pump", true},
        {10, 4, "pump-b", false},
        {10, 3, "pump-a", false},
        {10, 5, "pump-a", false},
        {9, 4, "pump-a", false},
        {10, 4, "pump-a!", false},
        {10, 0, "....pump", true},
        {10, 9, "a", true},
        {10, 10, "a", false},
        {10, 11, "a", false},
        {10, SIZE_MAX, "a", false},
        {10, SIZE_MAX - 3, "....", false},
        {10, 4, "", false},
        {10, 10, "", false},
        {0, 0, ".", false},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(fws_content_at(payload, cases[i].size, cases[i].offset, cases[i].marker,
                                        strlen(cases[i].marker)),
                         cases[i].there);
    }
    assert_false(fws_content_at(NULL, 0, 0, "a", 1));
}

TEST_MAIN("policy/content")
