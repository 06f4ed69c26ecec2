/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

static uint8_t memory[64];

static struct fws_reader written(const struct fws_writer *writer)
{
    assert_status(fws_writer_done(writer), FWS_OK);
    return fws_reader_init(memory, writer->used);
}

/* A plain area with two entries, 4 + (4 + 3) + (4 + 0) bytes. */
static struct fws_reader sound_area(void)
{
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);

    fws_tlv_area_write(&writer, FWS_TLV_PLAIN, 11);
    fws_tlv_write(&writer, 0x10, "abc", 3);
    fws_tlv_write(&writer, 0x22, NULL, 0);
    return written(&writer);
}

TEST(an_area_gives_its_entries_in_order)
{
    struct fws_reader reader = sound_area();
    struct fws_reader area = {0};
    struct fws_tlv tlv = {0};

    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PLAIN, &area), FWS_OK);
    assert_status(fws_reader_done(&reader), FWS_OK);
    assert_status(fws_tlv_next(&area, &tlv), FWS_OK);
    assert_int_equal(tlv.type, 0x10);
    assert_int_equal(tlv.value.left, 3);
    assert_true(fws_reader_starts_with(&tlv.value, "abc", 3));
    assert_status(fws_tlv_next(&area, &tlv), FWS_OK);
    assert_int_equal(tlv.type, 0x22);
    assert_int_equal(tlv.value.left, 0);
    assert_int_equal(area.left, 0);
}

TEST(an_area_ends_where_it_says_and_not_behind)
{
    struct fws_reader reader = sound_area();
    struct fws_reader area = {0};

    memory[2] = 11; /* the first entry only */
    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PLAIN, &area), FWS_OK);
    assert_int_equal(area.left, 7);
    assert_int_equal(reader.left, 4);
}

TEST(an_area_without_entries_is_valid)
{
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);

    fws_tlv_area_write(&writer, FWS_TLV_PROTECTED, 0);
    struct fws_reader reader = written(&writer);
    struct fws_reader area = {0};

    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PROTECTED, &area), FWS_OK);
    assert_int_equal(area.left, 0);
}

TEST(the_magic_is_that_of_the_place)
{
    struct fws_reader reader = sound_area();
    struct fws_reader area = {0};

    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PROTECTED, &area), FWS_E_TLV_MAGIC);
    reader = sound_area();
    memory[1] = 0;
    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PLAIN, &area), FWS_E_TLV_MAGIC);
}

TEST(an_area_length_below_its_info_header_is_truncated)
{
    struct fws_reader area = {0};

    for (uint8_t size = 0; size < FWS_TLV_INFO_SIZE; size++) {
        struct fws_reader reader = sound_area();

        memory[2] = size;
        assert_status(fws_tlv_area_open(&reader, FWS_TLV_PLAIN, &area), FWS_E_TLV_TRUNCATED);
    }
}

TEST(an_area_cut_anywhere_is_truncated)
{
    struct fws_reader area = {0};
    struct fws_reader whole = sound_area();

    for (size_t size = 0; size < whole.left; size++) {
        struct fws_reader reader = fws_reader_init(memory, size);

        assert_status(fws_tlv_area_open(&reader, FWS_TLV_PLAIN, &area), FWS_E_TLV_TRUNCATED);
    }
}

TEST(tlv_value_past_area_is_truncated)
{
    struct fws_reader reader = sound_area();
    struct fws_reader area = {0};
    struct fws_tlv tlv = {0};

    memory[6] = 8; /* one more than is left behind the first entry's header */
    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PLAIN, &area), FWS_OK);
    assert_status(fws_tlv_next(&area, &tlv), FWS_E_TLV_TRUNCATED);
}

TEST(a_tlv_header_past_area_is_truncated)
{
    for (size_t size = 1; size < FWS_TLV_HEADER_SIZE; size++) {
        struct fws_reader area = fws_reader_init("\x10\0\0\0", size);
        struct fws_tlv tlv = {0};

        assert_status(fws_tlv_next(&area, &tlv), FWS_E_TLV_TRUNCATED);
    }
}

TEST(entries_too_long_for_the_length_field_cannot_be_written)
{
    struct fws_writer writer = fws_writer_init(memory, sizeof memory);

    fws_tlv_area_write(&writer, FWS_TLV_PLAIN, 0xfffb);
    assert_status(fws_writer_done(&writer), FWS_OK);
    fws_tlv_area_write(&writer, FWS_TLV_PLAIN, 0xfffc);
    assert_status(fws_writer_done(&writer), FWS_E_BUFFER_FULL);
}

TEST(plain_kinds_stand_in_the_plain_area_only)
{
    static const uint16_t plain[] = {0x01, 0x02, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22,
                                     0x23, 0x24, 0x25, 0x30, 0x31, 0x32, 0x33, 0x34};

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        assert_status(fws_tlv_check_place(plain[i], FWS_TLV_PLAIN), FWS_OK);
        assert_status(fws_tlv_check_place(plain[i], FWS_TLV_PROTECTED), FWS_E_TLV_MISPLACED);
    }
}

TEST(protected_kinds_stand_in_the_protected_area_only)
{
    static const uint16_t kinds[] = {0x40, 0x50, 0x60, 0x70, 0x71,   0x72,   0x73,
                                     0x74, 0x75, 0xa0, 0xff, 0x01a0, 0x5678, 0xfffe};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_status(fws_tlv_check_place(kinds[i], FWS_TLV_PROTECTED), FWS_OK);
        assert_status(fws_tlv_check_place(kinds[i], FWS_TLV_PLAIN), FWS_E_TLV_UNPROTECTED);
    }
}

TEST(all_other_types_are_unknown_in_both_areas)
{
    size_t known = 0;

    for (uint32_t type = 0; type <= 0xffff; type++) {
        bool named = fws_tlv_name((uint16_t)type) != NULL;
        bool unknown = fws_tlv_check_place((uint16_t)type, FWS_TLV_PLAIN) == FWS_E_TLV_UNKNOWN;

        assert_int_equal(named, !unknown);
        assert_int_equal(
            fws_tlv_check_place((uint16_t)type, FWS_TLV_PROTECTED) == FWS_E_TLV_UNKNOWN, unknown);
        known += named ? 1 : 0;
    }
    assert_int_equal(known, 26 + 0xfffe - 0xa0 + 1);
    assert_status(fws_tlv_check_place(0xffff, FWS_TLV_PROTECTED), FWS_E_TLV_UNKNOWN);
    assert_status(fws_tlv_check_place(0x9f, FWS_TLV_PROTECTED), FWS_E_TLV_UNKNOWN);
}

static enum fws_status check(uint16_t type, uint16_t size, enum fws_tlv_place place)
{
    struct fws_tlv_head head = {.type = type, .size = size};

    return fws_tlv_check(&head, place);
}

TEST(each_type_has_its_sizes)
{
    static const struct {
        uint16_t type, least, most;
        enum fws_tlv_place place;
        enum fws_status otherwise;
    } rows[] = {
        {FWS_TLV_SHA256, 32, 32, FWS_TLV_PLAIN, FWS_E_HASH_LENGTH},
        {FWS_TLV_SHA384, 48, 48, FWS_TLV_PLAIN, FWS_E_HASH_LENGTH},
        {FWS_TLV_SHA512, 64, 64, FWS_TLV_PLAIN, FWS_E_HASH_LENGTH},
        {FWS_TLV_PUBKEY, 1, 448, FWS_TLV_PLAIN, FWS_E_TLV_LENGTH},
        {FWS_TLV_RSA2048_PSS, 256, 256, FWS_TLV_PLAIN, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_RSA3072_PSS, 384, 384, FWS_TLV_PLAIN, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_ECDSA_SIG, 8, 104, FWS_TLV_PLAIN, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_ED25519, 64, 64, FWS_TLV_PLAIN, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_LMS, 780, 9324, FWS_TLV_PLAIN, FWS_E_SIGNATURE_LENGTH},
        {FWS_TLV_SEC_CNT, 4, 4, FWS_TLV_PROTECTED, FWS_E_TLV_LENGTH},
        {FWS_TLV_UUID_VID, 16, 16, FWS_TLV_PROTECTED, FWS_E_TLV_LENGTH},
        {FWS_TLV_UUID_CID, 16, 16, FWS_TLV_PROTECTED, FWS_E_TLV_LENGTH},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (uint32_t size = 0; size <= UINT16_MAX; size++) {
            bool fits = size >= rows[i].least && size <= rows[i].most;

            assert_status(check(rows[i].type, (uint16_t)size, rows[i].place),
                          fits ? FWS_OK : rows[i].otherwise);
        }
    }
    assert_status(check(FWS_TLV_KEYHASH, UINT16_MAX, FWS_TLV_PLAIN), FWS_OK);
    assert_status(check(FWS_TLV_BOOT_RECORD, 0, FWS_TLV_PROTECTED), FWS_OK);
    assert_status(check(FWS_TLV_VENDOR_LAST, UINT16_MAX, FWS_TLV_PROTECTED), FWS_OK);
}

TEST(types_have_the_names_of_image_h)
{
    assert_string_equal(fws_tlv_name(0x22), "ECDSA_SIG");
    assert_string_equal(fws_tlv_name(0x50), "SEC_CNT");
    assert_string_equal(fws_tlv_name(0x1a0), "vendor");
    assert_null(fws_tlv_name(0x27));
}

TEST(each_algorithm_has_its_tlv)
{
    assert_int_equal(fws_tlv_of_hash(FWS_HASH_SHA256), 0x10);
    assert_int_equal(fws_tlv_of_hash(FWS_HASH_SHA384), 0x11);
    assert_int_equal(fws_tlv_of_hash(FWS_HASH_SHA512), 0x12);
    assert_int_equal(fws_tlv_of_hash(FWS_HASH_NONE), 0);
    assert_int_equal(fws_tlv_of_algorithm(FWS_ALG_RSA2048), 0x20);
    assert_int_equal(fws_tlv_of_algorithm(FWS_ALG_RSA3072), 0x23);
    assert_int_equal(fws_tlv_of_algorithm(FWS_ALG_P256), 0x22);
    assert_int_equal(fws_tlv_of_algorithm(FWS_ALG_P384), 0x22);
    assert_int_equal(fws_tlv_of_algorithm(FWS_ALG_ED25519), 0x24);
    assert_int_equal(fws_tlv_of_algorithm(FWS_ALG_NONE), 0);
}

TEST_MAIN("format/tlv")
