/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "tests/unit/verifier/build.h"
#include "verifier/port/openssl/openssl.h"

static struct build b;

TEST(a_signed_image_is_accepted_and_reported)
{
    build_valid(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_OK);
    assert_true(fws_verify_accepted(b.evidence));
    assert_int_equal(b.report.key_index, 0);
    assert_int_equal(b.report.offset, 0);
    assert_int_equal(b.report.image_end, b.size);
    assert_int_equal(b.report.header.payload_size, 100);
    assert_int_equal(b.report.header.version.build, 4);
    assert_true(b.report.has_counter);
    assert_int_equal(b.report.counter, 7);
    assert_int_equal(b.report.hash, FWS_HASH_SHA256);
}

TEST(any_bit_changed_anywhere_is_refused)
{
    build_valid(&b, KEY_P256);
    for (uint32_t at = 0; at < b.size; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            b.image[at] ^= (uint8_t)(1u << bit);
            assert_int_not_equal(verify(&b), FWS_OK);
            b.image[at] ^= (uint8_t)(1u << bit);
        }
    }
    assert_status(verify(&b), FWS_OK);
}

TEST(every_byte_is_read_exactly_once_and_none_behind)
{
    build_start(&b);
    b.header.header_size = 3000;
    b.header.payload_size = 5 * FWS_VERIFY_BLOCK_SIZE + 1;
    build_protect(&b, FWS_TLV_SEC_CNT, "\7\0\0", 4);
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.flash_size = sizeof b.image;
    b.policy.options |= FWS_VERIFY_TAIL_IGNORED;
    assert_status(verify(&b), FWS_OK);
    for (uint32_t at = 0; at < sizeof b.image; at++) {
        assert_int_equal(b.read_count[at], at < b.size ? 1 : 0);
    }
}

TEST(a_failing_read_is_reported_wherever_it_happens)
{
    unsigned reads = 0;

    for (;; reads++) {
        build_valid(&b, KEY_ED25519);
        b.reads_that_succeed = reads;
        if (verify(&b) == FWS_OK) {
            break;
        }
        assert_status(b.report.reason, FWS_E_FLASH_READ);
    }
    /* header, an info header an area, header and value an entry, padding, payload */
    assert_int_equal(reads, 1 + 2 + 2 * 4 + 1 + 1);
}

TEST(an_image_cut_anywhere_is_truncated)
{
    build_valid(&b, KEY_ED25519);
    for (uint32_t size = 0; size < b.size; size++) {
        b.flash_size = size;
        assert_status(verify(&b),
                      size < FWS_HEADER_SIZE ? FWS_E_HEADER_TRUNCATED : FWS_E_IMAGE_TRUNCATED);
    }
}

TEST(the_tlv_area_ends_at_or_below_the_limit)
{
    build_valid(&b, KEY_ED25519);
    b.policy.size_limit = b.size;
    assert_status(verify(&b), FWS_OK);
    b.policy.size_limit = b.size - 1;
    assert_status(verify(&b), FWS_E_IMAGE_TOO_BIG);
    assert_int_equal(b.report.offset, b.signed_size);
    b.policy.size_limit = b.signed_size;
    assert_status(verify(&b), FWS_E_IMAGE_TOO_BIG);
    assert_int_equal(b.report.offset, 0);
}

TEST(an_absurd_payload_is_refused_before_it_is_hashed)
{
    build_valid(&b, KEY_ED25519);
    memset(&b.image[12], 0xff, 3); /* payload of 16 MiB */
    assert_status(verify(&b), FWS_E_IMAGE_TRUNCATED);
    assert_int_equal(b.read_count[64], 0);
}

static void assert_header_byte(uint32_t at, uint8_t value, enum fws_status status)
{
    build_valid(&b, KEY_ED25519);
    b.image[at] = value;
    assert_status(verify(&b), status);
    assert_int_equal(b.report.offset, 0);
}

TEST(each_header_fault_has_its_reason)
{
    assert_header_byte(0, 0, FWS_E_MAGIC);
    assert_header_byte(8, 31, FWS_E_HEADER_SIZE);
    assert_header_byte(10, 3, FWS_E_PROTECTED_SIZE);
    assert_header_byte(16, 0x01, FWS_E_FLAGS_UNKNOWN);
    assert_header_byte(16, 0x0c, FWS_E_FLAGS_CONFLICT);
    assert_header_byte(31, 1, FWS_E_HEADER_RESERVED);
}

TEST(sizes_that_wrap_are_refused)
{
    build_valid(&b, KEY_ED25519);
    memset(&b.image[12], 0xff, 4);
    assert_status(verify(&b), FWS_E_SIZE_OVERFLOW);
}

/* Validly signed, but with that flag. */
static enum fws_status with_flag(uint32_t flag)
{
    build_start(&b);
    b.header.flags = flag;
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    return verify(&b);
}

TEST(images_that_cannot_boot_as_they_stand_are_refused)
{
    assert_status(with_flag(FWS_FLAG_NON_BOOTABLE), FWS_E_NON_BOOTABLE);
    assert_status(with_flag(FWS_FLAG_ENCRYPTED_AES128), FWS_E_ENCRYPTED);
    assert_status(with_flag(FWS_FLAG_ENCRYPTED_AES256), FWS_E_ENCRYPTED);
    assert_status(with_flag(FWS_FLAG_COMPRESSED_LZMA1), FWS_E_COMPRESSED);
    assert_status(with_flag(FWS_FLAG_COMPRESSED_LZMA2), FWS_E_COMPRESSED);
    assert_status(with_flag(FWS_FLAG_RAM_LOAD), FWS_OK);
    assert_status(with_flag(FWS_FLAG_ROM_FIXED), FWS_OK);
    assert_status(with_flag(0), FWS_OK);
}

/* Validly signed with a header of size bytes, padded with a value but for one byte. */
static enum fws_status with_padding(uint16_t size, uint8_t value, uint32_t at, uint8_t other)
{
    build_start(&b);
    b.header.header_size = size;
    b.padding = value;
    build_seal(&b);
    if (at != 0) {
        b.image[at] = other;
    }
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    return verify(&b);
}

TEST(header_padding_is_all_zero_or_all_erased)
{
    assert_status(with_padding(4096, 0x00, 0, 0), FWS_OK);
    assert_status(with_padding(4096, 0xff, 0, 0), FWS_OK);
    assert_status(with_padding(32, 0xff, 0, 0), FWS_OK);
    assert_status(with_padding(36, 0xff, 0, 0), FWS_OK);
    assert_status(with_padding(33, 0xff, 0, 0), FWS_E_HEADER_SIZE);
    assert_status(with_padding(34, 0xff, 0, 0), FWS_E_HEADER_SIZE);
    assert_status(with_padding(64, 0x5a, 0, 0), FWS_E_HEADER_PADDING);
    assert_int_equal(b.report.offset, FWS_HEADER_SIZE);
}

TEST(one_other_byte_in_the_header_padding_is_refused)
{
    for (uint32_t at = 32; at < 4096; at += 7) {
        assert_status(with_padding(4096, 0xff, at, 0x00), FWS_E_HEADER_PADDING);
    }
    assert_status(with_padding(4096, 0x00, 4095, 0xff), FWS_E_HEADER_PADDING);
}

TEST(header_padding_is_the_same_in_every_block)
{
    build_start(&b);
    b.header.header_size = FWS_HEADER_SIZE + 3 * FWS_VERIFY_BLOCK_SIZE;
    build_seal(&b);
    memset(&b.image[FWS_HEADER_SIZE + 2 * FWS_VERIFY_BLOCK_SIZE], 0, FWS_VERIFY_BLOCK_SIZE);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_HEADER_PADDING);
    assert_int_equal(b.report.offset, FWS_HEADER_SIZE + 2 * FWS_VERIFY_BLOCK_SIZE);
}

TEST(an_empty_payload_is_refused)
{
    build_start(&b);
    b.header.payload_size = 0;
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_PAYLOAD_EMPTY);
}

TEST(payloads_around_a_block_are_hashed_whole)
{
    for (uint32_t size = FWS_VERIFY_BLOCK_SIZE - 1; size <= FWS_VERIFY_BLOCK_SIZE + 1; size++) {
        build_start(&b);
        b.header.payload_size = size;
        build_seal(&b);
        build_hash(&b);
        build_key(&b, KEY_ED25519);
        build_signature(&b, KEY_ED25519);
        build_finish(&b);
        build_trust(&b, KEY_ED25519);
        assert_status(verify(&b), FWS_OK);
        b.image[64 + size - 1] ^= 1;
        assert_status(verify(&b), FWS_E_HASH_MISMATCH);
    }
}

/* Two protected TLVs with size bytes in all, info header included. */
static enum fws_status with_protected_size(uint16_t size)
{
    static const uint8_t zeros[FWS_VERIFY_TLV_SIZE];

    build_start(&b);
    build_protect(&b, FWS_TLV_SEC_CNT, "\7\0\0", 4);
    build_protect(&b, 0xa0, zeros, (uint16_t)(size - 4 - 8 - 4));
    build_seal(&b);
    assert_int_equal(b.header.protected_size, size);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    return verify(&b);
}

TEST(both_areas_have_a_largest_size_together)
{
    const uint16_t plain_size = 4 + 36 + 36 + 68;

    assert_status(with_protected_size(FWS_VERIFY_TLV_SIZE - plain_size), FWS_OK);
    assert_status(with_protected_size(FWS_VERIFY_TLV_SIZE - plain_size + 1), FWS_E_TLV_LIMIT);
    assert_status(with_protected_size(FWS_VERIFY_TLV_SIZE + 1), FWS_E_TLV_LIMIT);
    assert_int_equal(b.report.offset, 64 + 100 + 4 + 8); /* the TLV that is too long */
}

TEST(header_and_protected_area_agree_on_its_size)
{
    uint32_t info = 64 + 100;

    build_valid(&b, KEY_ED25519);
    for (int change = -1; change <= 1; change += 2) {
        b.image[info + 2] = (uint8_t)(b.header.protected_size + change);
        assert_status(verify(&b), FWS_E_PROTECTED_SIZE);
        assert_int_equal(b.report.offset, info);
    }
    b.image[info + 2] = 0;
    assert_status(verify(&b), FWS_E_PROTECTED_SIZE);
}

TEST(each_area_has_its_magic)
{
    build_valid(&b, KEY_ED25519);
    b.image[64 + 100] ^= 0x0f; /* 0x6908 to 0x6907 */
    assert_status(verify(&b), FWS_E_TLV_MAGIC);
    assert_int_equal(b.report.offset, 64 + 100);
    build_valid(&b, KEY_ED25519);
    b.image[b.signed_size] ^= 0x0f;
    assert_status(verify(&b), FWS_E_TLV_MAGIC);
    assert_int_equal(b.report.offset, b.signed_size);
}

TEST(a_plain_area_shorter_than_its_info_header_is_truncated)
{
    for (uint8_t size = 0; size < FWS_TLV_INFO_SIZE; size++) {
        build_valid(&b, KEY_ED25519);
        b.image[b.signed_size + 2] = size;
        assert_status(verify(&b), FWS_E_TLV_TRUNCATED);
    }
}

/* ---- A library that fails: each call in turn, and its states are always given back ---- */

static unsigned open_hashes;
static unsigned calls_that_succeed;

static enum fws_status next_call(void)
{
    if (calls_that_succeed == 0) {
        return FWS_E_BACKEND;
    }
    calls_that_succeed--;
    return FWS_OK;
}

static enum fws_status frail_begin(void *state)
{
    if (next_call() != FWS_OK) {
        return FWS_E_BACKEND;
    }
    open_hashes++;
    return fws_openssl_sha256.begin(state);
}

static enum fws_status frail_update(void *state, const void *data, size_t size)
{
    enum fws_status status = fws_openssl_sha256.update(state, data, size);

    return next_call() != FWS_OK ? FWS_E_BACKEND : status;
}

static enum fws_status frail_finish(void *state, uint8_t *digest)
{
    enum fws_status status = fws_openssl_sha256.finish(state, digest);

    open_hashes--;
    return next_call() != FWS_OK ? FWS_E_BACKEND : status;
}

static enum fws_status frail_verify(const struct fws_signature_input *input, void *scratch,
                                    struct fws_operands *out)
{
    return next_call() != FWS_OK ? FWS_E_BACKEND
                                 : toy_schemes[KEY_ED25519]->verify(input, scratch, out);
}

static const struct fws_hash_function frail_sha256 = {.hash = FWS_HASH_SHA256,
                                                      .state_size = FWS_VERIFY_HASH_STATE_SIZE,
                                                      .begin = frail_begin,
                                                      .update = frail_update,
                                                      .finish = frail_finish};
static const struct fws_signature_scheme frail_ed25519 = {
    .alg = FWS_ALG_ED25519, .scratch_size = FWS_VERIFY_SCRATCH_SIZE, .verify = frail_verify};
static const struct fws_hash_function *const frail_hashes[] = {&frail_sha256, NULL};
static const struct fws_signature_scheme *const frail_schemes[] = {&frail_ed25519, NULL};

TEST(a_failing_crypto_library_is_never_acceptance)
{
    unsigned calls = 0;

    for (;; calls++) {
        build_valid(&b, KEY_ED25519);
        b.policy.hashes = frail_hashes;
        b.policy.schemes = frail_schemes;
        calls_that_succeed = calls;
        enum fws_status status = verify(&b);

        assert_int_equal(open_hashes, 0);
        if (status == FWS_OK) {
            break;
        }
        assert_status(status, FWS_E_BACKEND);
    }
    assert_true(calls >= 9);
}

TEST(every_hash_begun_is_finished_when_reads_fail)
{
    for (unsigned reads = 0; reads < 20; reads++) {
        build_valid(&b, KEY_ED25519);
        b.policy.hashes = frail_hashes;
        calls_that_succeed = UINT32_MAX;
        b.reads_that_succeed = reads;
        (void)verify(&b);
        assert_int_equal(open_hashes, 0);
    }
}

TEST_MAIN("verifier/verify")
