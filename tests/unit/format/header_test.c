/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

static const struct fws_header sound = {
    .load_address = 0x20001000,
    .header_size = 0x200,
    .protected_size = 16,
    .payload_size = 0x12345,
    .flags = FWS_FLAG_RAM_LOAD,
    .version = {1, 2, 0x304, 0x5060708},
};

static enum fws_status check_flags(uint32_t flags)
{
    struct fws_header header = sound;

    header.flags = flags;
    return fws_header_check(&header);
}

TEST(what_is_written_parses_back)
{
    uint8_t bytes[FWS_HEADER_SIZE];
    struct fws_writer writer = fws_writer_init(bytes, sizeof bytes);
    struct fws_header parsed = {0};

    fws_header_write(&writer, &sound);
    assert_status(fws_writer_done(&writer), FWS_OK);
    struct fws_reader reader = fws_reader_init(bytes, sizeof bytes);

    assert_status(fws_header_parse(&reader, &parsed), FWS_OK);
    assert_status(fws_reader_done(&reader), FWS_OK);
    assert_int_equal(parsed.load_address, sound.load_address);
    assert_int_equal(parsed.header_size, sound.header_size);
    assert_int_equal(parsed.protected_size, sound.protected_size);
    assert_int_equal(parsed.payload_size, sound.payload_size);
    assert_int_equal(parsed.flags, sound.flags);
    assert_int_equal(fws_version_compare(&parsed.version, &sound.version), 0);
}

TEST(the_layout_is_that_of_image_h)
{
    static const uint8_t expected[FWS_HEADER_SIZE] = {
        0x3d, 0xb8, 0xf3, 0x96, 0x00, 0x10, 0x00, 0x20, 0x00, 0x02, 0x10,
        0x00, 0x45, 0x23, 0x01, 0x00, 0x20, 0x00, 0x00, 0x00, 0x01, 0x02,
        0x04, 0x03, 0x08, 0x07, 0x06, 0x05, 0,    0,    0,    0,
    };
    uint8_t bytes[FWS_HEADER_SIZE];
    struct fws_writer writer = fws_writer_init(bytes, sizeof bytes);

    fws_header_write(&writer, &sound);
    assert_memory_equal(bytes, expected, sizeof expected);
}

static enum fws_status parse_with(size_t at, uint8_t value, size_t size)
{
    uint8_t bytes[FWS_HEADER_SIZE];
    struct fws_writer writer = fws_writer_init(bytes, sizeof bytes);
    struct fws_header parsed = {0};

    fws_header_write(&writer, &sound);
    bytes[at] = value;
    struct fws_reader reader = fws_reader_init(bytes, size);

    return fws_header_parse(&reader, &parsed);
}

TEST(fewer_than_32_bytes_are_truncated)
{
    for (size_t size = 0; size < FWS_HEADER_SIZE; size++) {
        assert_status(parse_with(0, 0x3d, size), FWS_E_HEADER_TRUNCATED);
    }
    assert_status(parse_with(0, 0x3d, FWS_HEADER_SIZE), FWS_OK);
}

TEST(another_magic_is_refused)
{
    for (size_t at = 0; at < 4; at++) {
        assert_status(parse_with(at, 0x00, FWS_HEADER_SIZE), FWS_E_MAGIC);
    }
}

TEST(the_reserved_word_is_zero)
{
    for (size_t at = 28; at < FWS_HEADER_SIZE; at++) {
        assert_status(parse_with(at, 0x01, FWS_HEADER_SIZE), FWS_E_HEADER_RESERVED);
    }
}

TEST(a_header_is_at_least_32_bytes)
{
    struct fws_header header = sound;

    header.header_size = 31;
    assert_status(fws_header_check(&header), FWS_E_HEADER_SIZE);
    header.header_size = 32;
    assert_status(fws_header_check(&header), FWS_OK);
}

TEST(each_known_flag_alone_is_known)
{
    static const uint32_t known[] = {0,
                                     FWS_FLAG_ENCRYPTED_AES128,
                                     FWS_FLAG_ENCRYPTED_AES256,
                                     FWS_FLAG_NON_BOOTABLE,
                                     FWS_FLAG_RAM_LOAD,
                                     FWS_FLAG_ROM_FIXED,
                                     FWS_FLAG_COMPRESSED_LZMA1,
                                     FWS_FLAG_COMPRESSED_LZMA2,
                                     FWS_FLAG_COMPRESSED_LZMA2 | FWS_FLAG_COMPRESSED_ARM_THUMB};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_status(check_flags(known[i]), FWS_OK);
    }
}

TEST(every_other_flag_is_unknown)
{
    const uint32_t known = 0x0f3c; /* image.h, less PIC, which nothing supports */

    for (unsigned bit = 0; bit < 32; bit++) {
        if ((known >> bit & 1) == 0) {
            assert_status(check_flags(UINT32_C(1) << bit), FWS_E_FLAGS_UNKNOWN);
        }
    }
}

TEST(flags_that_exclude_each_other_conflict)
{
    assert_status(check_flags(FWS_FLAG_ENCRYPTED_AES128 | FWS_FLAG_ENCRYPTED_AES256),
                  FWS_E_FLAGS_CONFLICT);
    assert_status(check_flags(FWS_FLAG_COMPRESSED_LZMA1 | FWS_FLAG_COMPRESSED_LZMA2),
                  FWS_E_FLAGS_CONFLICT);
    assert_status(check_flags(FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED), FWS_E_FLAGS_CONFLICT);
    assert_status(check_flags(FWS_FLAG_COMPRESSED_ARM_THUMB), FWS_E_FLAGS_CONFLICT);
}

TEST(sums_beyond_32_bits_overflow)
{
    struct fws_header header = sound;

    header.payload_size = UINT32_MAX - 0x200 - 16;
    assert_status(fws_header_check(&header), FWS_OK);
    assert_true(fws_header_signed_size(&header) == UINT32_MAX);
    header.payload_size++;
    assert_status(fws_header_check(&header), FWS_E_SIZE_OVERFLOW);
    header.protected_size = 0;
    assert_status(fws_header_check(&header), FWS_OK);
    header.payload_size = UINT32_MAX;
    assert_status(fws_header_check(&header), FWS_E_SIZE_OVERFLOW);
}

TEST(a_protected_area_holds_its_info_header)
{
    struct fws_header header = sound;

    for (uint16_t size = 1; size < FWS_TLV_INFO_SIZE; size++) {
        header.protected_size = size;
        assert_status(fws_header_check(&header), FWS_E_PROTECTED_SIZE);
    }
    header.protected_size = FWS_TLV_INFO_SIZE;
    assert_status(fws_header_check(&header), FWS_OK);
}

TEST_MAIN("format/header")
