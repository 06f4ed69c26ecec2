/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "tests/unit/verifier/build.h"

static struct build b;

static const uint8_t id[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t other_id[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17};

static void finish(void)
{
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
}

static void with_counter(uint32_t counter)
{
    uint8_t value[4];
    struct fws_writer writer = fws_writer_init(value, sizeof value);

    fws_writer_u32le(&writer, counter);
    build_start(&b);
    build_protect(&b, FWS_TLV_SEC_CNT, value, sizeof value);
    finish();
}

static enum fws_status judge_counter(uint32_t counter, uint32_t least)
{
    with_counter(counter);
    build_counter_floor(&b, least);
    return verify(&b);
}

TEST(a_counter_is_at_least_the_devices)
{
    assert_status(judge_counter(6, 6), FWS_OK);
    assert_status(judge_counter(7, 6), FWS_OK);
    assert_status(judge_counter(5, 6), FWS_E_ROLLBACK);
    assert_int_equal(b.report.offset, 64 + 100 + 4);
    assert_int_equal(b.report.counter, 5);
}

TEST(counters_compare_unsigned)
{
    assert_status(judge_counter(5, 0x80000005), FWS_E_ROLLBACK);
    assert_status(judge_counter(0x80000005, 5), FWS_OK);
    assert_status(judge_counter(UINT32_MAX, UINT32_MAX), FWS_OK);
    assert_status(judge_counter(UINT32_MAX - 1, UINT32_MAX), FWS_E_ROLLBACK);
}

TEST(a_missing_counter_is_refused_where_one_is_asked_for)
{
    build_start(&b);
    finish();
    assert_status(verify(&b), FWS_OK);
    assert_false(b.report.has_counter);
    b.policy.options |= FWS_VERIFY_COUNTER;
    assert_status(verify(&b), FWS_E_COUNTER_MISSING);
    b.policy.options &= (uint8_t)~FWS_VERIFY_COUNTER;
    build_counter_floor(&b, 0); /* any floor asks for one as well */
    assert_status(verify(&b), FWS_E_COUNTER_MISSING);
}

TEST(a_counter_of_zero_is_a_counter)
{
    with_counter(0);
    b.policy.options |= FWS_VERIFY_COUNTER;
    assert_status(verify(&b), FWS_OK);
}

static void with_ids(void)
{
    build_start(&b);
    build_protect(&b, FWS_TLV_UUID_VID, id, sizeof id);
    build_protect(&b, FWS_TLV_UUID_CID, id, sizeof id);
    finish();
}

TEST(ids_are_compared_where_asked_for)
{
    with_ids();
    assert_status(verify(&b), FWS_OK);
    b.policy.vendor_id = id;
    b.policy.class_id = id;
    assert_status(verify(&b), FWS_OK);
    b.policy.class_id = other_id;
    assert_status(verify(&b), FWS_E_CLASS_WRONG);
    assert_int_equal(b.report.offset, 64 + 100 + 4 + 20);
    b.policy.vendor_id = other_id;
    assert_status(verify(&b), FWS_E_VENDOR_WRONG);
    assert_int_equal(b.report.offset, 64 + 100 + 4);
}

TEST(missing_ids_are_refused_where_asked_for)
{
    build_start(&b);
    finish();
    b.policy.vendor_id = id;
    assert_status(verify(&b), FWS_E_VENDOR_MISSING);
    b.policy.vendor_id = NULL;
    b.policy.class_id = id;
    assert_status(verify(&b), FWS_E_CLASS_MISSING);
}

static void with_dependencies(uint8_t first, uint8_t second)
{
    uint8_t value[FWS_DEPENDENCY_SIZE] = {0};

    build_start(&b);
    value[0] = first;
    build_protect(&b, FWS_TLV_DEPENDENCY, value, sizeof value);
    value[0] = second;
    build_protect(&b, FWS_TLV_DEPENDENCY, value, sizeof value);
    finish();
}

TEST(dependencies_name_images_there_are)
{
    with_dependencies(1, 2);
    b.policy.images = 3;
    assert_status(verify(&b), FWS_OK);
    b.policy.images = 2;
    assert_status(verify(&b), FWS_E_DEPENDENCY);
    assert_int_equal(b.report.offset, 64 + 100 + 4 + 16);
    with_dependencies(2, 1); /* not only the last one counts */
    b.policy.images = 2;
    assert_status(verify(&b), FWS_E_DEPENDENCY);
    assert_int_equal(b.report.offset, 64 + 100 + 4);
    with_dependencies(0, 0);
    b.policy.images = 1;
    assert_status(verify(&b), FWS_OK);
}

TEST(without_a_number_of_images_only_the_form_counts)
{
    with_dependencies(255, 254);
    assert_status(verify(&b), FWS_OK);
}

TEST(a_dependency_with_a_reserved_byte_set_is_refused)
{
    uint8_t value[FWS_DEPENDENCY_SIZE] = {0, 0, 1};

    build_start(&b);
    build_protect(&b, FWS_TLV_DEPENDENCY, value, sizeof value);
    finish();
    assert_status(verify(&b), FWS_E_DEPENDENCY);
}

static enum fws_status judge_load(uint32_t flag, uint32_t address, uint32_t first, uint32_t last)
{
    build_start(&b);
    b.header.flags = flag;
    b.header.load_address = address;
    finish();
    b.policy.load_first = first;
    b.policy.load_last = last;
    return verify(&b);
}

TEST(the_whole_image_lies_in_the_load_window)
{
    static const uint32_t flags[] = {FWS_FLAG_RAM_LOAD, FWS_FLAG_ROM_FIXED};

    for (size_t i = 0; i < 2; i++) {
        assert_status(judge_load(flags[i], 0x1000, 0, UINT32_MAX), FWS_OK);
        uint32_t last = 0x1000 + b.size - 1;

        assert_status(judge_load(flags[i], 0x1000, 0x1000, last), FWS_OK);
        assert_status(judge_load(flags[i], 0x1000, 0x1000, last - 1), FWS_E_LOAD_WINDOW);
        assert_int_equal(b.report.offset, 0);
        assert_status(judge_load(flags[i], 0x1000, 0x1001, UINT32_MAX), FWS_E_LOAD_WINDOW);
        assert_status(judge_load(flags[i], 0x1000, 0, 0xfff), FWS_E_LOAD_WINDOW);
    }
}

TEST(an_image_that_would_wrap_is_outside_the_load_window)
{
    assert_status(judge_load(FWS_FLAG_RAM_LOAD, UINT32_MAX - 10, 0, UINT32_MAX), FWS_E_LOAD_WINDOW);
    assert_status(judge_load(FWS_FLAG_RAM_LOAD, UINT32_MAX - (b.size - 1), 0, UINT32_MAX), FWS_OK);
}

TEST(a_load_window_is_for_images_that_name_an_address)
{
    assert_status(judge_load(0, 0, 0x1000, 0x2000), FWS_OK);
}

TEST(without_a_load_window_any_address_will_do)
{
    assert_status(judge_load(FWS_FLAG_RAM_LOAD, 0x1000, 0, 1), FWS_E_LOAD_WINDOW);
    b.policy.load_last = 0;
    assert_status(verify(&b), FWS_OK);
}

TEST_MAIN("verifier/claims")
