/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "signer/signer.h"
#include "tests/unit/test.h"

static struct fws_policy policy_of(int header, uint64_t header_size)
{
    return (struct fws_policy){
        .path = (char *)(uintptr_t) "policy.yaml",
        .format = {.header = header,
                   .header_size = header_size,
                   .slot_size = 65536,
                   .align = 8,
                   .erased = 0xff},
    };
}

static struct fws_firmware firmware_of(void *bytes, size_t size)
{
    return (struct fws_firmware){.bytes = {.data = bytes, .size = size}};
}

static void header_of(const struct fws_image *image, struct fws_header *out)
{
    struct fws_reader reader = fws_reader_init(image->bytes.data, image->bytes.size);

    assert_status(fws_header_parse(&reader, out), FWS_OK);
    assert_status(fws_header_check(out), FWS_OK);
}

TEST(a_prepended_header_is_padded_with_erased_bytes)
{
    uint8_t bytes[] = {1, 2, 3, 4, 5};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 64);
    struct fws_firmware firmware = firmware_of(bytes, sizeof bytes);
    struct fws_image_spec spec = {.version = {1, 2, 3, 4}};
    struct fws_image image;
    struct fws_header header;
    struct fws_error err = {0};

    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_OK);
    header_of(&image, &header);
    assert_int_equal(header.header_size, 64);
    assert_int_equal(header.payload_size, 5);
    assert_int_equal(header.protected_size, 0);
    assert_int_equal(header.version.build, 4);
    assert_int_equal(image.bytes.data[32], 0xff);
    assert_int_equal(image.bytes.data[63], 0xff);
    assert_memory_equal(image.bytes.data + 64, bytes, 5);
    assert_int_equal(image.bytes.size, 69);
    fws_image_free(&image);
}

TEST(reserved_header_space_must_be_zero_and_whole)
{
    uint8_t bytes[40] = {0};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_RESERVED, 32);
    struct fws_firmware firmware = firmware_of(bytes, sizeof bytes);
    struct fws_image_spec spec = {0};
    struct fws_image image;
    struct fws_error err = {0};

    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_OK);
    assert_int_equal(image.payload_size, 8);
    fws_image_free(&image);
    bytes[31] = 1;
    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_E_HEADER_SPACE);
    assert_non_null(strstr(err.text, "byte 31"));
    bytes[31] = 0;
    firmware.bytes.size = 31;
    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_E_HEADER_SPACE);
}

TEST(protected_tlvs_stand_in_imgtools_order)
{
    static const uint16_t order[] = {FWS_TLV_SEC_CNT, FWS_TLV_DEPENDENCY, FWS_TLV_UUID_VID,
                                     FWS_TLV_UUID_CID, 0xa7};
    static const uint8_t id[16] = {9};
    uint8_t bytes[4] = {1, 2, 3, 4};
    struct fws_dependency dependency = {1, {1, 1, 1, 0}};
    struct fws_extra_tlv extra = {0xa7, {.data = bytes, .size = 3}};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_firmware firmware = firmware_of(bytes, sizeof bytes);
    struct fws_image_spec spec = {
        .has_counter = true,
        .counter = 7,
        .dependencies = &dependency,
        .dependency_count = 1,
        .extra = &extra,
        .extra_count = 1,
        .vendor_id = id,
        .class_id = id,
    };
    struct fws_image image;
    struct fws_error err = {0};
    struct fws_reader area;

    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_OK);
    struct fws_reader reader = fws_reader_init(image.bytes.data, image.bytes.size);

    fws_reader_skip(&reader, 36);
    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PROTECTED, &area), FWS_OK);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        struct fws_tlv tlv;

        assert_status(fws_tlv_next(&area, &tlv), FWS_OK);
        assert_int_equal(tlv.type, order[i]);
    }
    assert_int_equal(area.left, 0);
    assert_int_equal(reader.left, 0);
    fws_image_free(&image);
}

/* ---- format.tlvs ---- */

static struct fws_policy_tlv *tlvs_of(struct fws_policy *policy, struct fws_policy_tlv *tlvs,
                                      size_t count)
{
    policy->format.tlvs = (struct fws_yaml_named){.items = tlvs, .count = count};
    return tlvs;
}

TEST(the_policys_tlvs_stand_before_those_of_the_request)
{
    static const uint16_t order[] = {0xb0, 0xa1, 0xa0};
    uint8_t bytes[4] = {1, 2, 3, 4};
    struct fws_policy_tlv tlvs[] = {{.tag = 0xb0, .bytes = bytes, .size = 4},
                                    {.tag = 0xa1, .bytes = bytes + 1, .size = 1}};
    struct fws_extra_tlv extra = {0xa0, {.data = bytes, .size = 2}};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_firmware firmware = firmware_of(bytes, sizeof bytes);
    struct fws_image_spec spec = {.extra = &extra, .extra_count = 1};
    struct fws_image image;
    struct fws_header header;
    struct fws_error err = {0};
    struct fws_reader area;

    tlvs_of(&policy, tlvs, 2);
    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_OK);
    header_of(&image, &header);
    assert_int_equal(header.protected_size, 4 + 8 + 5 + 6);
    struct fws_reader reader = fws_reader_init(image.bytes.data, image.bytes.size);

    fws_reader_skip(&reader, 36);
    assert_status(fws_tlv_area_open(&reader, FWS_TLV_PROTECTED, &area), FWS_OK);
    for (size_t i = 0; i < 3; i++) {
        static const size_t sizes[] = {4, 1, 2};
        struct fws_tlv tlv;

        assert_status(fws_tlv_next(&area, &tlv), FWS_OK);
        assert_int_equal(tlv.type, order[i]);
        assert_int_equal(tlv.value.left, sizes[i]);
        assert_memory_equal(tlv.value.data, i == 1 ? bytes + 1 : bytes, sizes[i]);
    }
    assert_int_equal(area.left, 0);
    fws_image_free(&image);
}

TEST(a_tag_of_the_policy_is_not_the_requests_to_set)
{
    uint8_t bytes[4] = {1, 2, 3, 4};
    struct fws_policy_tlv tlvs[] = {{.tag = 0xb0, .bytes = bytes, .size = 4, .at = {9, 7}},
                                    {.tag = 0xa1, .bytes = bytes, .size = 1, .at = {10, 7}}};
    struct fws_extra_tlv extra[] = {{0xa0, {.data = bytes, .size = 2}},
                                    {0xa1, {.data = bytes, .size = 1}}};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_firmware firmware = firmware_of(bytes, sizeof bytes);
    struct fws_image_spec spec = {.extra = extra, .extra_count = 2};
    struct fws_image image;
    struct fws_error err = {0};

    tlvs_of(&policy, tlvs, 2);
    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_E_USAGE);
    assert_non_null(strstr(err.text, "policy.yaml:10:7"));
    assert_status(fws_image_spec_check(&policy, &spec, &err), FWS_E_USAGE);
    extra[1].type = 0xa0;
    assert_status(fws_image_spec_check(&policy, &spec, &err), FWS_E_USAGE);
    assert_non_null(strstr(err.text, "0xa0 is given twice"));
    extra[1].type = 0xa2;
    assert_status(fws_image_spec_check(&policy, &spec, &err), FWS_OK);
}

TEST(the_policys_tlvs_count_towards_what_a_device_holds)
{
    static uint8_t large[5000];
    struct fws_policy_tlv tlvs[] = {{.tag = 0xa0, .bytes = large, .size = 5000}};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_firmware firmware = firmware_of(large, 16);
    struct fws_image_spec spec = {0};
    struct fws_image image;
    struct fws_error err = {0};

    tlvs_of(&policy, tlvs, 1);
    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_E_TLV_LIMIT);
}

/* ---- format.hash ---- */

TEST(each_algorithm_has_its_hashes)
{
    static const struct {
        enum fws_algorithm alg;
        enum fws_hash automatic;
        unsigned taken; /* bits by enum fws_hash */
    } cases[] = {
        {FWS_ALG_RSA2048, FWS_HASH_SHA256, 1u << FWS_HASH_SHA256},
        {FWS_ALG_RSA3072, FWS_HASH_SHA256, 1u << FWS_HASH_SHA256},
        {FWS_ALG_P256, FWS_HASH_SHA256, 1u << FWS_HASH_SHA256},
        {FWS_ALG_P384, FWS_HASH_SHA384, 1u << FWS_HASH_SHA384},
        {FWS_ALG_ED25519, FWS_HASH_SHA256, 1u << FWS_HASH_SHA256 | 1u << FWS_HASH_SHA512},
    };
    static const enum fws_hash hashes[] = {
        [FWS_POLICY_HASH_SHA256] = FWS_HASH_SHA256,
        [FWS_POLICY_HASH_SHA384] = FWS_HASH_SHA384,
        [FWS_POLICY_HASH_SHA512] = FWS_HASH_SHA512,
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
        struct fws_error err = {0};
        enum fws_hash hash;

        assert_status(fws_image_hash(&policy, cases[i].alg, &hash, &err), FWS_OK);
        assert_int_equal(hash, cases[i].automatic);
        for (int asked = FWS_POLICY_HASH_SHA256; asked <= FWS_POLICY_HASH_SHA512; asked++) {
            bool taken = (cases[i].taken & 1u << hashes[asked]) != 0;

            policy.format.hash = asked;
            assert_status(fws_image_hash(&policy, cases[i].alg, &hash, &err),
                          taken ? FWS_OK : FWS_E_POLICY_INVALID);
            assert_true(!taken || hash == hashes[asked]);
        }
    }
}

TEST(a_hash_that_is_refused_is_named_with_its_place)
{
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_error err = {0};
    enum fws_hash hash;

    policy.format.hash = FWS_POLICY_HASH_SHA512;
    policy.at.hash = (struct fws_yaml_place){14, 9};
    assert_status(fws_image_hash(&policy, FWS_ALG_P256, &hash, &err), FWS_E_POLICY_INVALID);
    assert_string_equal(err.text, "policy.yaml:14:9: 'format.hash: sha512' is not for ecdsa-p256 "
                                  "keys; they take sha256");
    policy.format.hash = FWS_POLICY_HASH_SHA384;
    assert_status(fws_image_hash(&policy, FWS_ALG_ED25519, &hash, &err), FWS_E_POLICY_INVALID);
    assert_string_equal(err.text, "policy.yaml:14:9: 'format.hash: sha384' is not for ed25519 "
                                  "keys; they take sha256 and sha512");
}

TEST(what_signs_no_images_has_no_hash)
{
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_error err = {0};
    enum fws_hash hash;

    assert_status(fws_image_hash(&policy, FWS_ALG_LMS, &hash, &err), FWS_E_KEY_TYPE);
    assert_status(fws_image_hash(&policy, FWS_ALG_NONE, &hash, &err), FWS_E_KEY_TYPE);
}

TEST(protected_tlvs_larger_than_a_device_holds_are_refused)
{
    static uint8_t large[5000];
    struct fws_extra_tlv extra = {0xa7, {.data = large, .size = sizeof large}};
    struct fws_policy policy = policy_of(FWS_POLICY_HEADER_PREPEND, 32);
    struct fws_firmware firmware = firmware_of(large, 16);
    struct fws_image_spec spec = {.extra = &extra, .extra_count = 1};
    struct fws_image image;
    struct fws_error err = {0};

    assert_status(fws_image_build(&policy, &firmware, &spec, FWS_HASH_SHA256, &image, &err),
                  FWS_E_TLV_LIMIT);
}

TEST(the_automatic_counter_leaves_the_build_out)
{
    struct fws_version version = {1, 2, 3, 99};

    assert_int_equal(fws_counter_from_version(&version), 0x01020003);
}

TEST_MAIN("signer/image")
