/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "signer/signer.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/fwsign-firmware-test-XXXXXX";

__attribute__((constructor)) static void enter_folder(void)
{
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        abort();
    }
}

__attribute__((destructor)) static void leave_folder(void)
{
    (void)rmdir(folder);
}

static struct fws_policy sample(void)
{
    return (struct fws_policy){.path = (char *)(uintptr_t) "policy.yaml",
                               .format = {.slot_size = 4096, .erased = 0xff}};
}

/* Write bytes to name, load them, remove the file. */
static enum fws_status load(const struct fws_policy *policy, const char *name, const void *bytes,
                            size_t size, struct fws_firmware *out, struct fws_error *err)
{
    assert_status(fws_file_replace(name, bytes, size, FWS_OUTPUT_NEW, 0600, err), FWS_OK);
    enum fws_status status = fws_firmware_load(policy, name, out, err);

    assert_int_equal(unlink(name), 0);
    return status;
}

static const char near_hex[] = ":0400000001020304F2\n:0200080005FFF2\n:00000001FF\n";
static const char far_hex[] =
    ":0400000001020304F2\n:020000041000EA\n:0210C000AABBC9\n:00000001FF\n";

TEST(raw_bytes_are_taken_as_they_are)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    assert_status(load(&policy, "a.bin", "firmware", 8, &firmware, &err), FWS_OK);
    assert_int_equal(firmware.bytes.size, 8);
    assert_false(firmware.from_hex);
    assert_false(firmware.is_image);
    fws_firmware_free(&firmware);
}

TEST(gaps_of_a_hex_file_are_erased)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    assert_status(load(&policy, "a.HEX", near_hex, sizeof near_hex - 1, &firmware, &err), FWS_OK);
    assert_true(firmware.from_hex);
    assert_int_equal(firmware.bytes.size, 10);
    assert_memory_equal(firmware.bytes.data, "\1\2\3\4\xff\xff\xff\xff\5\xff", 10);
    fws_firmware_free(&firmware);
}

TEST(hex_text_is_known_without_its_name)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    assert_status(load(&policy, "a.bin", near_hex, sizeof near_hex - 1, &firmware, &err), FWS_OK);
    assert_true(firmware.from_hex);
    fws_firmware_free(&firmware);
}

TEST(segments_too_far_apart_are_named)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    assert_status(load(&policy, "a.hex", far_hex, sizeof far_hex - 1, &firmware, &err),
                  FWS_E_HEX_SPREAD);
    assert_non_null(strstr(err.text, "0x0-0x3 and 0x100010c0-0x100010c1"));
}

TEST(the_addresses_that_count_pick_a_segment)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    policy.format.addresses = (struct fws_yaml_range){true, 0, 0xfff};
    assert_status(load(&policy, "a.hex", far_hex, sizeof far_hex - 1, &firmware, &err), FWS_OK);
    assert_int_equal(firmware.bytes.size, 4);
    fws_firmware_free(&firmware);
    policy.format.addresses = (struct fws_yaml_range){true, 0x2000, 0x2fff};
    assert_status(load(&policy, "a.hex", far_hex, sizeof far_hex - 1, &firmware, &err),
                  FWS_E_INPUT);
}

TEST(a_damaged_hex_line_is_named)
{
    static const char bad[] = ":0400000001020304F2\n:0200080005FFF3\n:00000001FF\n";
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    assert_status(load(&policy, "a.hex", bad, sizeof bad - 1, &firmware, &err), FWS_E_HEX_SYNTAX);
    assert_non_null(strstr(err.text, "line 2"));
}

static const uint8_t image[40] = {0x3d, 0xb8, 0xf3, 0x96, [8] = 32, [12] = 4, [32] = 'd',
                                  'a',  't',  'a',  0x07, 0x69,     4};

TEST(an_image_is_recognised_by_its_magic)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    assert_status(load(&policy, "a.bin", image, sizeof image, &firmware, &err), FWS_OK);
    assert_true(firmware.is_image);
    assert_int_equal(firmware.bytes.size, sizeof image);
    fws_firmware_free(&firmware);
}

TEST(signing_again_takes_the_payload_alone)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};
    uint8_t changed[sizeof image];

    policy.format.resign = true;
    assert_status(load(&policy, "a.bin", image, sizeof image, &firmware, &err), FWS_OK);
    assert_int_equal(firmware.bytes.size, 4);
    assert_memory_equal(firmware.bytes.data, "data", 4);
    fws_firmware_free(&firmware);
    memcpy(changed, image, sizeof image);
    changed[16] = 1; /* a flag, which would be lost */
    assert_status(load(&policy, "a.bin", changed, sizeof changed, &firmware, &err),
                  FWS_E_ALREADY_IMAGE);
}

/* The image with one protected TLV of a type and a size, filled with ones. */
static size_t with_protected(uint16_t type, uint8_t size, uint8_t out[128])
{
    memcpy(out, image, 36);
    out[10] = (uint8_t)(size + 8);
    const uint8_t area[] = {0x08, 0x69, (uint8_t)(size + 8), 0, (uint8_t)type, (uint8_t)(type >> 8),
                            size, 0};

    memcpy(out + 36, area, sizeof area);
    memset(out + 44, 1, size);
    memcpy(out + 44 + size, image + 36, 4);
    return 48u + size;
}

TEST(signing_again_knows_counter_vendor_and_class_and_loses_nothing_else)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};
    uint8_t bytes[128];
    size_t size = with_protected(FWS_TLV_UUID_VID, 16, bytes);

    policy.format.resign = true;
    assert_status(load(&policy, "a.bin", bytes, size, &firmware, &err), FWS_OK);
    assert_int_equal(firmware.bytes.size, 4);
    assert_true(firmware.has_vendor_id && !firmware.has_class_id && !firmware.has_counter);
    assert_int_equal(firmware.vendor_id[15], 1);
    fws_firmware_free(&firmware);
    size = with_protected(FWS_TLV_UUID_CID, 16, bytes);
    assert_status(load(&policy, "a.bin", bytes, size, &firmware, &err), FWS_OK);
    assert_true(firmware.has_class_id && !firmware.has_vendor_id);
    fws_firmware_free(&firmware);
    size = with_protected(FWS_TLV_SEC_CNT, 4, bytes);
    assert_status(load(&policy, "a.bin", bytes, size, &firmware, &err), FWS_OK);
    assert_true(firmware.has_counter);
    assert_int_equal(firmware.counter, 0x01010101);
    fws_firmware_free(&firmware);
    size = with_protected(FWS_TLV_UUID_VID, 15, bytes);
    assert_status(load(&policy, "a.bin", bytes, size, &firmware, &err), FWS_E_ALREADY_IMAGE);
    size = with_protected(FWS_TLV_DEPENDENCY, 12, bytes);
    assert_status(load(&policy, "a.bin", bytes, size, &firmware, &err), FWS_E_ALREADY_IMAGE);
    assert_non_null(strstr(err.text, "0x40"));
}

/* An ELF executable of one segment, "data" at 0x100, which begins to run at 0x101. */
static size_t elf(uint8_t out[128])
{
    static const uint8_t head[84] = {
        0x7f,      'E',       'L',      'F',       1,        1,         1,
        [16] = 2,  [18] = 40, [20] = 1, [24] = 1,  1,        [28] = 52, [40] = 52,
        [42] = 32, [44] = 1,  [52] = 1, [56] = 84, [60] = 0, 1,         [64] = 0,
        1,         [68] = 4,  [72] = 4, [76] = 5,  [80] = 1};

    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, "data", 4);
    return sizeof head + 4;
}

TEST(an_elf_file_is_what_its_segments_hold)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};
    uint8_t bytes[128];
    size_t size = elf(bytes);

    assert_status(load(&policy, "a.elf", bytes, size, &firmware, &err), FWS_OK);
    assert_true(firmware.from_elf && firmware.has_entry);
    assert_int_equal(firmware.entry, 0x101);
    assert_int_equal(firmware.address, 0x100);
    assert_int_equal(firmware.bytes.size, 4);
    assert_memory_equal(firmware.bytes.data, "data", 4);
    fws_firmware_free(&firmware);
    policy.format.addresses = (struct fws_yaml_range){true, 0x200, 0x2ff};
    assert_status(load(&policy, "a.elf", bytes, size, &firmware, &err), FWS_E_INPUT);
    bytes[4] = 3;
    assert_status(load(&policy, "a.elf", bytes, size, &firmware, &err), FWS_E_ELF_HEADER);
}

TEST_MAIN("signer/firmware")
