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
    return (struct fws_policy){
        .path = (char *)(uintptr_t) "policy.yaml", .slot_size = 4096, .erased = 0xff};
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

TEST(the_hex_range_picks_a_segment)
{
    struct fws_policy policy = sample();
    struct fws_firmware firmware;
    struct fws_error err = {0};

    policy.hex_range = (struct fws_yaml_range){true, 0, 0xfff};
    assert_status(load(&policy, "a.hex", far_hex, sizeof far_hex - 1, &firmware, &err), FWS_OK);
    assert_int_equal(firmware.bytes.size, 4);
    fws_firmware_free(&firmware);
    policy.hex_range = (struct fws_yaml_range){true, 0x2000, 0x2fff};
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

    policy.resign = true;
    assert_status(load(&policy, "a.bin", image, sizeof image, &firmware, &err), FWS_OK);
    assert_int_equal(firmware.bytes.size, 4);
    assert_memory_equal(firmware.bytes.data, "data", 4);
    fws_firmware_free(&firmware);
    memcpy(changed, image, sizeof image);
    changed[10] = 8; /* protected TLVs, which would be lost */
    assert_status(load(&policy, "a.bin", changed, sizeof changed, &firmware, &err),
                  FWS_E_ALREADY_IMAGE);
}

TEST_MAIN("signer/firmware")
