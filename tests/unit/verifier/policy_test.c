/* SPDX-License-Identifier: Apache-2.0 */
/* What a device's policy adds: signers, revocation, keys by hash, what it accepts, the slot. */
#include <string.h>

#include "tests/unit/test.h"

#include "base/digest.h"
#include "tests/unit/verifier/build.h"

static struct build b;

/* Two pairs behind the hashes they need: the usual hash, and SHA-384 where a key asks for it. */
static void build_signers(unsigned first, unsigned second)
{
    const unsigned keys[] = {first, second};

    build_sealed(&b);
    build_hash(&b);
    if (first % TOY_KEYS == KEY_P384 || second % TOY_KEYS == KEY_P384) {
        b.hash = FWS_HASH_SHA384;
        build_hash(&b);
    }
    for (size_t i = 0; i < 2; i++) {
        b.hash = keys[i] % TOY_KEYS == KEY_P384 ? FWS_HASH_SHA384 : FWS_HASH_SHA256;
        build_key(&b, keys[i]);
        build_signature(&b, keys[i]);
    }
    build_finish(&b);
    b.policy.keys = b.keys;
    b.policy.key_count = 2 * TOY_KEYS;
    b.policy.signers = 2;
    b.keys[second].signer = 1;
}

TEST(both_signers_must_have_signed)
{
    build_signers(KEY_P256, KEY_RSA2048);
    assert_status(verify(&b), FWS_OK);
    assert_int_equal(b.report.key_index, KEY_P256);
    build_signers(KEY_P256, KEY_RSA2048);
    b.keys[KEY_RSA2048].signer = 0;
    assert_status(verify(&b), FWS_E_SIGNER_MISSING);
    build_valid(&b, KEY_P256);
    b.policy.signers = 2;
    assert_status(verify(&b), FWS_E_SIGNER_MISSING);
}

TEST(each_of_both_signatures_must_be_good)
{
    for (unsigned first = 0; first < 2; first++) {
        build_signers(KEY_ED25519, KEY_RSA2048);
        b.image[first == 0 ? b.size - 1 : b.size - (4 + 256) - 36 - 1] ^= 1;
        assert_status(verify(&b), FWS_E_SIGNATURE_INVALID);
        assert_int_equal(b.report.key_index, first == 0 ? KEY_ED25519 : FWS_VERIFY_KEY_NONE);
    }
}

TEST(two_hashes_are_made_in_one_pass)
{
    build_signers(KEY_P256, KEY_P384);
    memset(b.read_count, 0, sizeof b.read_count);
    assert_status(verify(&b), FWS_OK);
    for (uint32_t at = 0; at < b.size; at++) {
        assert_int_equal(b.read_count[at], 1);
    }
    assert_status(verify_pushed(&b, 61), FWS_OK);
    b.image[b.signed_size + 4 + 36 + 4] ^= 1; /* the second hash */
    assert_status(verify(&b), FWS_E_HASH_MISMATCH);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36);
}

TEST(three_hashes_are_made_in_one_pass)
{
    static const unsigned keys[] = {KEY_P256, KEY_P384, KEY_ED25519};
    static const enum fws_hash hashes[] = {FWS_HASH_SHA256, FWS_HASH_SHA384, FWS_HASH_SHA512};

    build_sealed(&b);
    for (size_t i = 0; i < 3; i++) {
        b.hash = hashes[i];
        build_hash(&b);
    }
    for (size_t i = 0; i < 3; i++) {
        b.hash = hashes[i];
        build_key(&b, keys[i]);
        build_signature(&b, keys[i]);
        b.keys[keys[i]].signer = (uint8_t)i;
    }
    build_finish(&b);
    b.policy.keys = b.keys;
    b.policy.key_count = 2 * TOY_KEYS;
    b.policy.signers = 3;
    assert_status(verify(&b), FWS_OK);
    b.policy.signatures_max = 4;
    assert_status(verify(&b), FWS_OK);
    assert_status(verify_pushed(&b, 61), FWS_OK);
}

TEST(a_hash_for_nobody_is_refused)
{
    build_sealed(&b);
    build_hash(&b);
    b.hash = FWS_HASH_SHA384;
    build_hash(&b);
    b.hash = FWS_HASH_SHA256;
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.signatures_max = 2;
    assert_status(verify(&b), FWS_E_TLV_DUPLICATE);
}

TEST(a_signer_that_the_policy_does_not_have_is_a_mistake_in_it)
{
    build_valid(&b, KEY_ED25519);
    b.keys[KEY_ED25519].signer = 1;
    assert_status(verify(&b), FWS_E_CONFIG);
    b.policy.key_count = FWS_VERIFY_KEYS_MAX + 1;
    assert_status(verify(&b), FWS_E_CONFIG);
    build_valid(&b, KEY_ED25519);
    b.policy.signers = FWS_VERIFY_SIGNATURES_MAX;
    assert_status(verify(&b), FWS_E_SIGNER_MISSING);
    b.policy.signers = FWS_VERIFY_SIGNATURES_MAX + 1;
    assert_status(verify(&b), FWS_E_CONFIG);
}

/* ---- Revocation ---- */

TEST(a_revoked_key_is_refused)
{
    build_valid(&b, KEY_P256);
    b.policy.keys = b.keys;
    b.policy.key_count = 2 * TOY_KEYS;
    build_revoke(&b, ~(1u << KEY_P256));
    assert_status(verify(&b), FWS_OK);
    build_revoke(&b, 1u << KEY_P256);
    assert_status(verify(&b), FWS_E_KEY_REVOKED);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36);
    assert_status(verify_pushed(&b, 100), FWS_E_KEY_REVOKED);
}

TEST(a_revoked_signer_beside_a_good_one_does_not_count)
{
    build_signers(KEY_P256, KEY_RSA2048);
    b.policy.signers = 1;
    b.policy.signatures_max = 2;
    b.keys[KEY_RSA2048].signer = 0;
    build_revoke(&b, 1u << KEY_P256);
    assert_status(verify(&b), FWS_OK);
    assert_int_equal(b.report.key_index, KEY_RSA2048);
    build_revoke(&b, 1u << KEY_P256 | 1u << KEY_RSA2048);
    assert_status(verify(&b), FWS_E_KEY_REVOKED);
}

TEST(fuses_that_cannot_be_read_refuse)
{
    build_valid(&b, KEY_P256);
    build_revoke(&b, 0);
    b.otp_fails = true;
    assert_status(verify(&b), FWS_E_REVOCATION_READ);
    build_valid(&b, KEY_P256);
    build_counter_floor(&b, 0);
    b.otp_fails = true;
    assert_status(verify(&b), FWS_E_COUNTER_READ);
}

/* ---- Keys by hash ---- */

static enum fws_status with_hashed_key(enum fws_hash hash, uint16_t size)
{
    static uint8_t digest[FWS_HASH_MAX_SIZE];
    struct fws_error err = {0};

    build_sealed(&b);
    build_hash(&b);
    build_full_key(&b, KEY_P256);
    build_signature(&b, KEY_P256);
    build_finish(&b);
    build_trust(&b, KEY_P256);
    assert_status(fws_digest(hash, b.keys[KEY_P256].der, b.keys[KEY_P256].der_size, digest, &err),
                  FWS_OK);
    b.keys[KEY_P256].der = digest;
    b.keys[KEY_P256].der_size = size;
    b.keys[KEY_P256].hash_only = true;
    b.policy.options |= FWS_VERIFY_FULL_KEY;
    return verify(&b);
}

TEST(a_key_may_be_trusted_by_its_hash)
{
    assert_status(with_hashed_key(FWS_HASH_SHA256, 32), FWS_OK);
    assert_status(with_hashed_key(FWS_HASH_SHA512, 64), FWS_OK);
    assert_status(with_hashed_key(FWS_HASH_SHA256, 31), FWS_E_KEY_UNKNOWN);
    assert_status(with_hashed_key(FWS_HASH_SHA256, 0), FWS_E_KEY_UNKNOWN);
    assert_status(with_hashed_key(FWS_HASH_SHA256, 64), FWS_E_KEY_UNKNOWN);
    assert_status(with_hashed_key(FWS_HASH_SHA384, 32), FWS_E_KEY_UNKNOWN);
}

/* ---- What is accepted ---- */

static void build_vendor(uint16_t type)
{
    build_start(&b);
    build_protect(&b, type, "v", 1);
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.options = 0;
}

TEST(vendor_tlvs_are_accepted_where_listed)
{
    static const uint16_t listed[] = {0x00a0, 0x12a5};

    build_vendor(0x12a5);
    assert_status(verify(&b), FWS_E_TLV_VENDOR);
    assert_int_equal(b.report.offset, 64 + 100 + 4);
    b.policy.vendor_tlvs = listed;
    b.policy.vendor_tlv_count = 2;
    assert_status(verify(&b), FWS_OK);
    b.policy.vendor_tlv_count = 1;
    assert_status(verify(&b), FWS_E_TLV_VENDOR);
    b.policy.options = FWS_VERIFY_ANY_VENDOR;
    assert_status(verify(&b), FWS_OK);
}

TEST(header_flags_are_accepted_where_listed)
{
    build_start(&b);
    b.header.flags = FWS_FLAG_RAM_LOAD;
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.flags = FWS_FLAG_ROM_FIXED;
    assert_status(verify(&b), FWS_E_FLAGS_NOT_ACCEPTED);
    b.policy.flags = FWS_FLAG_RAM_LOAD;
    assert_status(verify(&b), FWS_OK);
}

/* ---- The slot ---- */

TEST(nothing_hides_behind_the_image)
{
    for (unsigned mapped = 0; mapped < 2; mapped++) {
        build_valid(&b, KEY_ED25519);
        b.mapped = mapped != 0;
        memset(&b.image[b.size], 0xff, 5000);
        b.flash_size = b.size + 5000;
        assert_status(verify(&b), FWS_OK);
        memset(&b.image[b.size], 0x00, 5000);
        assert_status(verify(&b), FWS_OK);
        for (uint32_t at = 0; at < 5000; at += 4999) {
            b.image[b.size + at] ^= 0x80;
            assert_status(verify(&b), FWS_E_IMAGE_TRAILING);
            b.image[b.size + at] ^= 0x80;
        }
        b.image[b.size + 4999] = 1;
        b.policy.size_limit = b.size + 4999; /* the trailer's room is not the image's */
        assert_status(verify(&b), FWS_OK);
        b.policy.size_limit = 0;
        b.policy.options |= FWS_VERIFY_TAIL_IGNORED;
        assert_status(verify(&b), FWS_OK);
    }
}

static unsigned progress_calls;

static void progress(void *context)
{
    (void)context;
    progress_calls++;
}

TEST(a_mapped_image_needs_no_read_and_reports_progress)
{
    static struct fws_verify_work work;

    build_valid(&b, KEY_ED25519);
    struct fws_verify_io io = {.mapped = b.image, .size = b.size, .progress = progress};

    progress_calls = 0;
    assert_true(fws_verify_accepted(fws_verify(&b.policy, &io, &work, &b.report)));
    assert_int_equal(progress_calls, 2); /* padding, payload */
}

/* ---- Evidence ---- */

TEST(the_word_is_accepted_only_as_it_is)
{
    assert_true(fws_verify_accepted(FWS_EVIDENCE_GOOD));
    assert_false(fws_verify_refused(FWS_EVIDENCE_GOOD));
    for (unsigned bit = 0; bit < 32; bit++) {
        assert_false(fws_verify_accepted(FWS_EVIDENCE_GOOD ^ 1u << bit));
        assert_true(fws_verify_refused(FWS_EVIDENCE_GOOD ^ 1u << bit));
    }
}

TEST_MAIN("verifier/policy")
