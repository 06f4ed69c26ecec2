/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "tests/unit/verifier/build.h"
#include "verifier/port/openssl/openssl.h"

static struct build b;

/* Hash, then a pair by each of two keys; both of Ed25519. */
static void build_two(unsigned first, unsigned second)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, first);
    build_signature(&b, first);
    build_key(&b, second);
    build_signature(&b, second);
    build_finish(&b);
    b.policy.signatures_max = 2;
}

TEST(each_algorithm_is_accepted_with_its_hash)
{
    for (unsigned key = 0; key < TOY_KEYS; key++) {
        build_valid(&b, key);
        assert_status(verify(&b), FWS_OK);
        assert_true(fws_verify_accepted(b.evidence));
    }
}

TEST(a_signature_by_a_key_that_is_not_trusted_is_refused)
{
    for (unsigned key = 0; key < TOY_KEYS; key++) {
        build_valid(&b, key);
        build_trust(&b, key + KEY_OTHER);
        assert_status(verify(&b), FWS_E_KEY_UNKNOWN);
        assert_int_equal(b.report.key_index, FWS_VERIFY_KEY_NONE);
    }
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36);
}

TEST(a_trusted_key_hash_does_not_make_a_signature_good)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519 + KEY_OTHER);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_SIGNATURE_INVALID);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36 + 36);
}

TEST(any_of_several_trusted_keys_will_do)
{
    build_valid(&b, KEY_P256);
    b.policy.keys = b.keys;
    b.policy.key_count = 2 * TOY_KEYS;
    assert_status(verify(&b), FWS_OK);
    assert_int_equal(b.report.key_index, KEY_P256);
}

TEST(an_unsigned_image_is_refused_where_keys_are_given)
{
    build_sealed(&b);
    build_hash(&b);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_SIGNATURE_MISSING);
}

TEST(without_keys_integrity_is_all_that_is_reported)
{
    build_sealed(&b);
    build_hash(&b);
    build_finish(&b);
    assert_status(verify(&b), FWS_OK);
    assert_false(fws_verify_accepted(b.evidence));
    assert_int_equal(b.report.key_index, FWS_VERIFY_KEY_NONE);
    b.image[70] ^= 1;
    assert_status(verify(&b), FWS_E_HASH_MISMATCH);
}

TEST(without_keys_signatures_are_parsed_and_not_checked)
{
    build_valid(&b, KEY_ED25519);
    b.policy.key_count = 0;
    b.image[b.size - 1] ^= 1;
    assert_status(verify(&b), FWS_OK);
    assert_false(fws_verify_accepted(b.evidence));
    build_valid(&b, KEY_P256);
    b.policy.key_count = 0;
    b.image[b.signed_size + 4 + 36 + 36 + 4] = 0x31; /* no SEQUENCE */
    assert_status(verify(&b), FWS_E_SIGNATURE_ENCODING);
}

TEST(without_keys_both_key_forms_are_parsed)
{
    build_sealed(&b);
    build_hash(&b);
    build_full_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    assert_status(verify(&b), FWS_OK);
}

TEST(a_signature_of_another_type_than_the_keys_is_refused)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_RSA2048);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_SIGNATURE_TYPE);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36 + 36);
}

TEST(numbers_too_large_for_the_keys_curve_are_refused)
{
    build_sealed(&b);
    build_hash(&b);
    build_key(&b, KEY_P256);
    build_signature(&b, KEY_P384); /* minimal DER of 48-byte numbers */
    build_finish(&b);
    build_trust(&b, KEY_P256);
    assert_status(verify(&b), FWS_E_SIGNATURE_ENCODING);
}

static enum fws_status with_hash(unsigned key, enum fws_hash hash)
{
    build_sealed(&b);
    b.hash = hash;
    build_hash(&b);
    build_key(&b, key);
    build_signature(&b, key);
    build_finish(&b);
    build_trust(&b, key);
    return verify(&b);
}

TEST(each_algorithm_takes_its_own_hash_only)
{
    static const unsigned sha256_keys[] = {KEY_RSA2048, KEY_RSA3072, KEY_P256};

    for (size_t i = 0; i < 3; i++) {
        assert_status(with_hash(sha256_keys[i], FWS_HASH_SHA256), FWS_OK);
        assert_status(with_hash(sha256_keys[i], FWS_HASH_SHA384), FWS_E_HASH_MISSING);
        assert_status(with_hash(sha256_keys[i], FWS_HASH_SHA512), FWS_E_HASH_MISSING);
    }
    assert_status(with_hash(KEY_P384, FWS_HASH_SHA256), FWS_E_HASH_MISSING);
    assert_status(with_hash(KEY_P384, FWS_HASH_SHA384), FWS_OK);
    assert_status(with_hash(KEY_P384, FWS_HASH_SHA512), FWS_E_HASH_MISSING);
    assert_status(with_hash(KEY_ED25519, FWS_HASH_SHA256), FWS_OK);
    assert_status(with_hash(KEY_ED25519, FWS_HASH_SHA384), FWS_E_HASH_MISSING);
    assert_status(with_hash(KEY_ED25519, FWS_HASH_SHA512), FWS_OK);
}

TEST(a_trusted_key_without_an_algorithm_is_refused)
{
    build_valid(&b, KEY_ED25519);
    b.keys[KEY_ED25519].alg = FWS_ALG_NONE;
    assert_status(verify(&b), FWS_E_SIGNATURE_TYPE);
}

TEST(an_algorithm_that_the_policy_does_not_list_is_refused)
{
    const struct fws_signature_scheme *const schemes[] = {toy_schemes[KEY_P256], NULL};

    build_valid(&b, KEY_ED25519);
    b.policy.schemes = schemes;
    assert_status(verify(&b), FWS_E_ALGORITHM);
    build_valid(&b, KEY_P256);
    b.policy.schemes = schemes;
    assert_status(verify(&b), FWS_OK);
}

TEST(a_hash_that_the_policy_does_not_list_is_refused)
{
    const struct fws_hash_function *const hashes[] = {&fws_openssl_sha512, NULL};

    build_valid(&b, KEY_ED25519);
    b.policy.hashes = hashes;
    b.policy.key_count = 0;
    assert_status(verify(&b), FWS_E_ALGORITHM);
    assert_int_equal(b.report.offset, b.signed_size + 4);
}

TEST(the_key_form_is_the_one_the_policy_names)
{
    build_valid(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_FULL_KEY;
    assert_status(verify(&b), FWS_E_KEY_MODE);
    build_sealed(&b);
    build_hash(&b);
    build_full_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_KEY_MODE);
    b.policy.options |= FWS_VERIFY_FULL_KEY;
    assert_status(verify(&b), FWS_OK);
}

static enum fws_status with_full_key(const void *der, uint16_t size)
{
    build_sealed(&b);
    build_hash(&b);
    build_plain(&b, FWS_TLV_PUBKEY, der, size);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_FULL_KEY;
    return verify(&b);
}

TEST(a_full_key_is_compared_whole)
{
    static const uint8_t large[FWS_PUBKEY_DER_MAX_SIZE + 1];

    assert_status(with_full_key("key-4", 5), FWS_OK);
    assert_status(with_full_key("key-4", 4), FWS_E_KEY_UNKNOWN);
    assert_status(with_full_key("key-4", 6), FWS_E_KEY_UNKNOWN);
    assert_status(with_full_key("key-5", 5), FWS_E_KEY_UNKNOWN);
    assert_status(with_full_key("", 0), FWS_E_TLV_LENGTH);
    assert_status(with_full_key(large, sizeof large), FWS_E_TLV_LENGTH);
}

TEST(two_signatures_need_permission)
{
    build_two(KEY_ED25519, KEY_ED25519 + KEY_OTHER);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_OK);
    b.policy.signatures_max = 1;
    assert_status(verify(&b), FWS_E_SIGNATURES_TOO_MANY);
    b.policy.signatures_max = 0;
    assert_status(verify(&b), FWS_E_SIGNATURES_TOO_MANY);
    b.policy.signatures_max = UINT8_MAX;
    assert_status(verify(&b), FWS_OK);
}

TEST(more_signatures_than_there_is_room_for_are_refused)
{
    build_sealed(&b);
    build_hash(&b);
    for (unsigned key = 0; key < TOY_KEYS; key++) {
        build_key(&b, key);
        build_signature(&b, key);
    }
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.signatures_max = UINT8_MAX;
    assert_status(verify(&b), FWS_E_SIGNATURES_TOO_MANY);
}

TEST(a_trusted_signer_may_be_any_of_several)
{
    build_two(KEY_ED25519 + KEY_OTHER, KEY_ED25519);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_OK);
    assert_true(fws_verify_accepted(b.evidence));
    build_trust(&b, KEY_P256);
    assert_status(verify(&b), FWS_E_KEY_UNKNOWN);
}

TEST(every_signature_by_a_trusted_key_must_be_good)
{
    for (unsigned bad = 0; bad < 2; bad++) {
        build_two(KEY_ED25519, KEY_ED25519 + KEY_OTHER);
        b.policy.keys = b.keys;
        b.policy.key_count = 2 * TOY_KEYS;
        assert_status(verify(&b), FWS_OK);
        assert_int_equal(b.report.key_index, KEY_ED25519);
        b.image[bad == 0 ? b.size - 1 : b.size - 36 - 68 - 1] ^= 1;
        assert_status(verify(&b), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(two_signatures_by_one_key_are_refused)
{
    build_two(KEY_ED25519, KEY_ED25519);
    build_trust(&b, KEY_ED25519);
    assert_status(verify(&b), FWS_E_TLV_DUPLICATE);
}

/* A pure image: SHA-512, SIG_PURE with a value, signature over the image. */
static void build_pure(unsigned key, const void *value, uint16_t size)
{
    build_sealed(&b);
    b.hash = FWS_HASH_SHA512;
    build_hash(&b);
    build_plain(&b, FWS_TLV_SIG_PURE, value, size);
    build_key(&b, key);
    build_pure_signature(&b, key);
    build_finish(&b);
    build_trust(&b, key);
    b.policy.options |= FWS_VERIFY_PURE;
    b.mapped = true;
}

TEST(a_pure_signature_is_over_the_image)
{
    build_pure(KEY_ED25519, "\1", 1);
    assert_status(verify(&b), FWS_OK);
    b.image[b.size - 1] ^= 1;
    assert_status(verify(&b), FWS_E_SIGNATURE_INVALID);
}

TEST(a_pure_signature_needs_the_image_in_memory)
{
    build_pure(KEY_ED25519, "\1", 1);
    b.mapped = false;
    assert_status(verify(&b), FWS_E_PURE_UNMAPPED);
}

TEST(the_pure_mark_is_one_byte_of_one)
{
    build_pure(KEY_ED25519, "\0", 1);
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
    build_pure(KEY_ED25519, "\2", 1);
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
    build_pure(KEY_ED25519, "\1\1", 2);
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
    build_pure(KEY_ED25519, "", 0);
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
}

TEST(the_pure_mark_stands_once)
{
    build_pure(KEY_ED25519, "\1", 1);
    build_plain(&b, FWS_TLV_SIG_PURE, "\1", 1);
    build_finish(&b);
    assert_status(verify(&b), FWS_E_TLV_DUPLICATE);
}

TEST(pure_and_digest_images_are_not_mixed_up)
{
    build_pure(KEY_ED25519, "\1", 1);
    b.policy.options = 0;
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
    assert_status(with_hash(KEY_ED25519, FWS_HASH_SHA512), FWS_OK);
    b.policy.options |= FWS_VERIFY_PURE;
    b.mapped = true;
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
}

TEST(pure_mode_checks_the_hash_too)
{
    build_pure(KEY_ED25519, "\1", 1);
    b.image[b.signed_size + 8] ^= 1;
    assert_status(verify(&b), FWS_E_HASH_MISMATCH);
}

TEST(pure_mode_wants_sha512)
{
    build_sealed(&b);
    build_hash(&b);
    build_plain(&b, FWS_TLV_SIG_PURE, "\1", 1);
    build_key(&b, KEY_ED25519);
    build_pure_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_PURE;
    b.mapped = true;
    assert_status(verify(&b), FWS_E_HASH_MISSING);
}

TEST(pure_mode_has_one_signature)
{
    build_pure(KEY_ED25519, "\1", 1);
    build_key(&b, KEY_ED25519 + KEY_OTHER);
    build_pure_signature(&b, KEY_ED25519 + KEY_OTHER);
    build_finish(&b);
    b.policy.signatures_max = 2;
    assert_status(verify(&b), FWS_E_SIGNATURES_TOO_MANY);
}

TEST(pure_mode_needs_its_algorithm_in_the_policy)
{
    const struct fws_signature_scheme *const schemes[] = {toy_schemes[KEY_P256], NULL};

    build_pure(KEY_ED25519, "\1", 1);
    b.policy.schemes = schemes;
    assert_status(verify(&b), FWS_E_ALGORITHM);
}

TEST(pure_mode_is_for_ed25519_only)
{
    build_pure(KEY_RSA2048, "\1", 1);
    assert_status(verify(&b), FWS_E_SIGNATURE_MODE);
}

TEST_MAIN("verifier/signature")
