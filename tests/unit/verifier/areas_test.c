/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "tests/unit/verifier/build.h"

static struct build b;

/* Finish with the usual three plain entries, trust the signer, judge. */
static enum fws_status judge_signed(void)
{
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    return verify(&b);
}

static enum fws_status with_protected(uint16_t type, uint16_t size)
{
    static const uint8_t zeros[64];

    build_start(&b);
    build_protect(&b, type, zeros, size);
    build_seal(&b);
    return judge_signed();
}

static enum fws_status with_protected_twice(uint16_t type, uint16_t size)
{
    static const uint8_t zeros[64];

    build_start(&b);
    build_protect(&b, type, zeros, size);
    build_protect(&b, 0xa1, NULL, 0);
    build_protect(&b, type, zeros, size);
    build_seal(&b);
    return judge_signed();
}

/* A plain TLV in front of the usual three. */
static enum fws_status with_plain(uint16_t type, uint16_t size)
{
    static const uint8_t zeros[512];

    build_sealed(&b);
    build_plain(&b, type, zeros, size);
    return judge_signed();
}

TEST(protected_kinds_are_accepted_in_the_protected_area)
{
    assert_status(with_protected(FWS_TLV_SEC_CNT, 4), FWS_OK);
    assert_status(with_protected(FWS_TLV_DEPENDENCY, 12), FWS_OK);
    assert_status(with_protected(FWS_TLV_BOOT_RECORD, 60), FWS_OK);
    assert_status(with_protected(FWS_TLV_UUID_VID, 16), FWS_OK);
    assert_status(with_protected(FWS_TLV_UUID_CID, 16), FWS_OK);
    assert_status(with_protected(0x00a0, 0), FWS_OK);
    assert_status(with_protected(0xfffe, 64), FWS_OK);
}

TEST(protected_kinds_are_refused_in_the_plain_area)
{
    static const uint16_t kinds[] = {0x40, 0x50, 0x60, 0x70, 0x71,  0x72,
                                     0x73, 0x74, 0x75, 0xa0, 0xfffe};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_status(with_plain(kinds[i], 4), FWS_E_TLV_UNPROTECTED);
        assert_int_equal(b.report.offset, b.signed_size + 4);
    }
}

TEST(plain_kinds_are_refused_in_the_protected_area)
{
    static const uint16_t kinds[] = {0x01, 0x02, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22,
                                     0x23, 0x24, 0x25, 0x30, 0x31, 0x32, 0x33, 0x34};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_status(with_protected(kinds[i], 32), FWS_E_TLV_MISPLACED);
        assert_int_equal(b.report.offset, 64 + 100 + 4);
    }
}

TEST(unknown_types_are_refused_in_both_areas)
{
    static const uint16_t types[] = {0x00, 0x03, 0x13, 0x27, 0x41, 0x9f, 0xffff};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_status(with_protected(types[i], 4), FWS_E_TLV_UNKNOWN);
        assert_status(with_plain(types[i], 4), FWS_E_TLV_UNKNOWN);
    }
}

TEST(a_wrapped_key_in_a_plain_image_is_refused)
{
    for (uint16_t type = FWS_TLV_ENC_RSA2048; type <= FWS_TLV_ENC_X25519_SHA512; type++) {
        assert_status(with_plain(type, 80), FWS_E_ENCRYPTED);
    }
}

TEST(decompression_values_in_a_plain_image_are_refused)
{
    for (uint16_t type = FWS_TLV_DECOMP_SIZE; type <= FWS_TLV_COMP_DEC_SIZE; type++) {
        assert_status(with_protected(type, 4), FWS_E_COMPRESSED);
    }
}

TEST(protected_values_have_their_length)
{
    for (uint16_t size = 0; size <= 17; size++) {
        assert_status(with_protected(FWS_TLV_SEC_CNT, size), size == 4 ? FWS_OK : FWS_E_TLV_LENGTH);
        assert_status(with_protected(FWS_TLV_UUID_VID, size),
                      size == 16 ? FWS_OK : FWS_E_TLV_LENGTH);
        assert_status(with_protected(FWS_TLV_UUID_CID, size),
                      size == 16 ? FWS_OK : FWS_E_TLV_LENGTH);
        assert_status(with_protected(FWS_TLV_DEPENDENCY, size),
                      size == 12 ? FWS_OK : FWS_E_DEPENDENCY);
    }
}

TEST(protected_types_stand_once)
{
    assert_status(with_protected_twice(FWS_TLV_SEC_CNT, 4), FWS_E_TLV_DUPLICATE);
    assert_int_equal(b.report.offset, 64 + 100 + 4 + 8 + 4);
    assert_status(with_protected_twice(FWS_TLV_UUID_VID, 16), FWS_E_TLV_DUPLICATE);
    assert_status(with_protected_twice(FWS_TLV_UUID_CID, 16), FWS_E_TLV_DUPLICATE);
    assert_status(with_protected_twice(FWS_TLV_BOOT_RECORD, 60), FWS_E_TLV_DUPLICATE);
    assert_status(with_protected_twice(0x00a0, 4), FWS_E_TLV_DUPLICATE);
    assert_status(with_protected_twice(0xfffe, 0), FWS_E_TLV_DUPLICATE);
}

TEST(dependencies_may_repeat)
{
    assert_status(with_protected_twice(FWS_TLV_DEPENDENCY, 12), FWS_OK);
}

TEST(an_empty_protected_area_is_accepted)
{
    build_start(&b);
    b.has_protected = true;
    build_seal(&b);
    assert_int_equal(b.header.protected_size, FWS_TLV_INFO_SIZE);
    assert_status(judge_signed(), FWS_OK);
}

TEST(a_protected_tlv_must_not_spill_into_the_plain_area)
{
    build_start(&b);
    build_protect(&b, 0xa0, "\0\0", 2);
    build_seal(&b);
    b.image[64 + 100 + 4 + 2] = 40;
    assert_status(judge_signed(), FWS_E_TLV_TRUNCATED);
    assert_int_equal(b.report.offset, 64 + 100 + 4);
}

TEST(bytes_after_the_last_entry_are_refused)
{
    for (size_t extra = 1; extra < FWS_TLV_HEADER_SIZE; extra++) {
        build_sealed(&b);
        build_hash(&b);
        build_key(&b, KEY_ED25519);
        build_signature(&b, KEY_ED25519);
        fws_writer_fill(&b.plain_area, 0xff, extra);
        build_finish(&b);
        build_trust(&b, KEY_ED25519);
        assert_status(verify(&b), FWS_E_TLV_TRUNCATED);
        assert_int_equal(b.report.offset, b.size - extra);
    }
}

TEST(a_hash_must_be_there)
{
    build_sealed(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_HASH_MISSING);
}

TEST(a_hash_has_the_length_of_its_type)
{
    for (uint16_t size = 0; size <= 65; size++) {
        assert_int_equal(with_plain(FWS_TLV_SHA256, size) == FWS_E_HASH_LENGTH, size != 32);
        assert_int_equal(with_plain(FWS_TLV_SHA384, size) == FWS_E_HASH_LENGTH, size != 48);
        assert_int_equal(with_plain(FWS_TLV_SHA512, size) == FWS_E_HASH_LENGTH, size != 64);
    }
}

TEST(one_hash_only_also_of_different_types)
{
    build_sealed(&b);
    build_hash(&b);
    assert_status(judge_signed(), FWS_E_TLV_DUPLICATE);
    build_sealed(&b);
    b.hash = FWS_HASH_SHA512;
    build_hash(&b);
    b.hash = FWS_HASH_SHA256;
    assert_status(judge_signed(), FWS_E_TLV_DUPLICATE);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 4 + 64);
}

TEST(a_wrong_hash_is_a_mismatch_at_its_tlv)
{
    build_valid(&b, KEY_ED25519);
    b.image[b.signed_size + 4 + 4 + 31] ^= 1;
    assert_status(verify(&b), FWS_E_HASH_MISMATCH);
    assert_int_equal(b.report.offset, b.signed_size + 4);
}

/* A key hash of size bytes before a good signature. */
static enum fws_status with_keyhash_size(uint16_t size)
{
    uint8_t value[64] = {0};

    build_valid(&b, KEY_ED25519);
    memcpy(value, &b.image[b.signed_size + 4 + 4 + 32 + 4], 32);
    build_sealed(&b);
    build_hash(&b);
    build_plain(&b, FWS_TLV_KEYHASH, value, size);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    return verify(&b);
}

TEST(a_key_hash_is_as_long_as_the_image_hash)
{
    for (uint16_t size = 0; size <= 64; size++) {
        assert_status(with_keyhash_size(size), size == 32 ? FWS_OK : FWS_E_KEYHASH_LENGTH);
    }
    assert_int_equal(b.report.offset, b.signed_size + 4 + 4 + 32);
}

TEST(the_hash_may_follow_the_signature_in_a_compatible_policy)
{
    build_sealed(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_hash(&b);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_TLV_ORDER);
    b.policy.options |= FWS_VERIFY_COMPATIBLE;
    assert_status(verify(&b), FWS_OK);
}

TEST(a_signature_has_the_length_of_its_type)
{
    static const struct {
        uint16_t type;
        uint16_t size;
    } fixed[] = {{FWS_TLV_RSA2048_PSS, 256}, {FWS_TLV_RSA3072_PSS, 384}, {FWS_TLV_ED25519, 64}};

    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        assert_status(with_plain(fixed[i].type, fixed[i].size - 1), FWS_E_SIGNATURE_LENGTH);
        assert_status(with_plain(fixed[i].type, fixed[i].size + 1), FWS_E_SIGNATURE_LENGTH);
        assert_status(with_plain(fixed[i].type, 0), FWS_E_SIGNATURE_LENGTH);
    }
    assert_status(with_plain(FWS_TLV_ECDSA_SIG, 7), FWS_E_SIGNATURE_LENGTH);
    assert_status(with_plain(FWS_TLV_ECDSA_SIG, 105), FWS_E_SIGNATURE_LENGTH);
    assert_status(with_plain(FWS_TLV_ECDSA_SIG, 8), FWS_E_SIGNATURE_ENCODING);
}

TEST(the_retired_signature_type_is_refused)
{
    assert_status(with_plain(FWS_TLV_ECDSA224, 64), FWS_E_SIGNATURE_TYPE);
}

TEST(a_key_must_stand_before_its_signature)
{
    build_sealed(&b);
    build_hash(&b);
    build_signature(&b, KEY_ED25519);
    build_key(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_TLV_ORDER);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36 + 68);
    b.policy.options |= FWS_VERIFY_COMPATIBLE;
    assert_status(verify(&b), FWS_OK);
}

TEST(a_signature_without_a_key_is_refused)
{
    build_sealed(&b);
    build_hash(&b);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_KEYHASH_MISSING);
}

TEST(a_key_without_a_signature_is_refused)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_SIGNATURE_MISSING);
    b.policy.key_count = 0;
    assert_status(verify(&b), FWS_E_SIGNATURE_MISSING);
}

TEST(a_key_may_not_stand_twice_before_a_signature)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_TLV_DUPLICATE);
}

TEST(a_signature_may_not_stand_twice_after_a_key)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_TLV_DUPLICATE);
    b.policy.signatures_max = 4;
    assert_status(verify(&b), FWS_E_KEYHASH_MISSING);
}

TEST_MAIN("verifier/areas")
