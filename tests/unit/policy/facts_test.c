/* SPDX-License-Identifier: Apache-2.0 */
/* What fws_content_read finds in a payload, and what vectors may be. */
#include <string.h>

#include "policy/parts.h"
#include "policy/vectors.h"
#include "tests/unit/policy/world.h"
#include "tests/unit/test.h"

/* Facts of the payload of a world, with these facts besides. */
static struct fws_content read_of(const char *settings, const char *facts)
{
    struct fws_world world;

    fws_world_open(&world, settings);
    fws_world_facts(&world, facts);
    fws_world_decide(&world);
    fws_world_close(&world);
    return world.content;
}

TEST(an_empty_payload_has_no_facts)
{
    struct fws_content got = read_of("identity.marker.offset: 0\nidentity.marker.text: P\n"
                                     "identity.hardware.revisions: a\nidentity.hardware.offset: 0\n"
                                     "content.riscv.address: 0\ncontent.must-contain: PUMP",
                                     "payload 0");

    assert_int_equal(got.size, 0);
    assert_false(got.constant || got.has_vectors || got.marker || got.entry_inside);
    assert_string_equal(got.hardware, "");
    for (size_t i = 0; i < FWS_PATTERNS_MAX; i++) {
        assert_int_equal(got.found[i], SIZE_MAX);
    }
}

TEST(a_payload_is_constant_when_no_byte_differs)
{
    assert_true(read_of("", "fill 0x5a").constant);
    assert_int_equal(read_of("", "fill 0x5a").constant_byte, 0x5a);
    assert_true(read_of("", "payload 1").constant);
    assert_false(read_of("", "payload 2").constant == read_of("", "payload 2, fill 1").constant);
    assert_false(read_of("", "fill 0, half 0xfe 0x0100").constant);
    assert_false(read_of("", "fill 0, word 0 1").constant);
    assert_true(read_of("", "fill 0, half 0x100 1").constant);
}

TEST(vectors_are_the_first_two_words)
{
    struct fws_content got = read_of("", "payload 8, word 0 0x01020304, word 4 0x05060708");

    assert_true(got.has_vectors);
    assert_int_equal(got.stack_pointer, 0x01020304);
    assert_int_equal(got.reset_vector, 0x05060708);
    assert_false(read_of("", "payload 7").has_vectors);
}

TEST(a_marker_stands_whole_at_its_offset)
{
    static const char at_40[] = "identity.marker.offset: 0x40\nidentity.marker.text: PUMP";
    static const char at_end[] = "identity.marker.offset: 0xfc\nidentity.marker.text: PUMP";

    assert_true(read_of(at_40, "").marker);
    assert_true(read_of(at_40, "payload 0x44").marker);
    assert_false(read_of(at_40, "payload 0x43").marker);
    assert_false(read_of(at_40, "put 0x41 PUMP").marker);
    assert_true(read_of(at_end, "put 0xfc PUMP").marker);
    assert_false(read_of(at_end, "put 0xfc PUMP, payload 0xff").marker);
    assert_false(read_of("", "").marker);
}

TEST(a_revision_ends_with_a_zero_byte_within_its_room)
{
    static const char at_50[] = "identity.hardware.revisions: a\nidentity.hardware.offset: 0x50";
    static const char longest[] = "put 0x50 aaaaaaaaaabbbbbbbbbbcccccccccc12";
    static const char too_long[] = "put 0x50 aaaaaaaaaabbbbbbbbbbcccccccccc123";

    assert_string_equal(read_of(at_50, "").hardware, "rev-b");
    assert_string_equal(read_of(at_50, "payload 0x56").hardware, "rev-b");
    assert_string_equal(read_of(at_50, "payload 0x55").hardware, "");
    assert_string_equal(read_of(at_50, "payload 0x50").hardware, "");
    assert_string_equal(read_of(at_50, longest).hardware, "aaaaaaaaaabbbbbbbbbbcccccccccc12");
    assert_string_equal(read_of(at_50, too_long).hardware, "");
    assert_string_equal(read_of(at_50, "half 0x50 0").hardware, "");
    assert_string_equal(read_of("identity.hardware.revisions: a", "put 0 rev-a").hardware, "");
}

TEST(an_entry_is_even_and_inside)
{
    static const char riscv[] = "content.riscv.address: 0x08000200";
    static const char entry[] = "content.riscv.address: 0x08000200\n"
                                "content.riscv.entry: 0x08000280";

    assert_int_equal(read_of(riscv, "").entry_code, 0x4000);
    assert_int_equal(read_of(entry, "").entry_code, 0x1234);
    assert_int_equal(read_of(riscv, "entry 0x08000280").entry_code, 0x1234);
    assert_int_equal(read_of(entry, "entry 0x08000200").entry_code, 0x4000);
    assert_true(read_of(riscv, "entry 0x080002fe").entry_inside);
    assert_false(read_of(riscv, "entry 0x080002ff").entry_inside);
    assert_false(read_of(riscv, "entry 0x08000300").entry_inside);
    assert_false(read_of(riscv, "entry 0x080001fe").entry_inside);
    assert_false(read_of(riscv, "entry 0x08000281").entry_inside);
    assert_false(read_of("", "").entry_inside);
    assert_false(read_of("", "entry 2").entry_inside);
}

TEST(what_is_found_comes_in_the_order_of_its_lists)
{
    struct fws_content got = read_of("content.must-contain: [PUMP, release build]\n"
                                     "content.must-not-contain: [rev-b, debug build]",
                                     "put 0x90 -----BEGIN ENCRYPTED PRIVATE KEY-----");
    static const size_t wanted[] = {0x40, 0x60, 0x50, SIZE_MAX, SIZE_MAX, 0x90, SIZE_MAX};

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(got.found[i], wanted[i]);
    }
}

TEST(each_header_of_a_private_key_is_looked_for)
{
    for (size_t i = 0; i < FWS_PRIVATE_KEY_HEADER_COUNT; i++) {
        char facts[96] = "put 0x90 ";

        strcat(facts, fws_private_key_headers[i]);
        assert_int_equal(read_of("", facts).found[i], 0x90);
    }
    assert_null(fws_private_key_headers[FWS_PRIVATE_KEY_HEADER_COUNT]);
}

TEST(a_stack_pointer_is_a_multiple_of_four_in_memory_or_one_past_it)
{
    assert_true(fws_vectors_stack_ok(0x20000004, 0x20000000, 0x20000fff));
    assert_true(fws_vectors_stack_ok(0x20001000, 0x20000000, 0x20000fff));
    assert_false(fws_vectors_stack_ok(0x20000000, 0x20000000, 0x20000fff));
    assert_false(fws_vectors_stack_ok(0x20001004, 0x20000000, 0x20000fff));
    assert_false(fws_vectors_stack_ok(0x20000ffe, 0x20000000, 0x20000fff));
    assert_false(fws_vectors_stack_ok(0x20000ffd, 0x20000000, 0x20000fff));
    assert_true(fws_vectors_stack_ok(0xfffffffc, 0xfffff000, 0xffffffff));
    assert_false(fws_vectors_stack_ok(0, 0xfffff000, 0xffffffff));
    assert_false(fws_vectors_stack_ok(0, 0, 0xffffffff));
}

TEST(a_reset_vector_is_odd_and_points_behind_the_vectors_into_the_payload)
{
    assert_true(fws_vectors_reset_ok(0x1009, 0x1000, 0x100));
    assert_true(fws_vectors_reset_ok(0x10ff, 0x1000, 0x100));
    assert_false(fws_vectors_reset_ok(0x1008, 0x1000, 0x100));
    assert_false(fws_vectors_reset_ok(0x1007, 0x1000, 0x100));
    assert_false(fws_vectors_reset_ok(0x1009, 0x1001, 0x100));
    assert_false(fws_vectors_reset_ok(0x1101, 0x1000, 0x100));
    assert_false(fws_vectors_reset_ok(0x0fff, 0x1000, 0x100));
    assert_false(fws_vectors_reset_ok(0x0001, 0xfffffff0, 0x100));
    assert_true(fws_vectors_reset_ok(0xffffffff, 0xfffffff0, 0x10));
}

TEST_MAIN("policy/facts")
