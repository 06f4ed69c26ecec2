/* SPDX-License-Identifier: Apache-2.0 */
/* The push form says what the pull form says, whatever the pieces. */
#include <string.h>

#include "tests/unit/test.h"

#include "tests/unit/verifier/build.h"
#include "verifier/port/openssl/openssl.h"

static struct build b;

static void assert_same_by_push(size_t piece)
{
    enum fws_status pulled = verify(&b);
    struct fws_verify_report report = b.report;

    assert_status(verify_pushed(&b, piece), pulled);
    if (pulled != FWS_OK) {
        return;
    }
    assert_int_equal(b.report.image_end, report.image_end);
    assert_int_equal(b.report.counter, report.counter);
    assert_int_equal(b.report.key_index, report.key_index);
    assert_int_equal(b.report.hash, report.hash);
    assert_memory_equal(b.report.digest, report.digest, sizeof report.digest);
}

TEST(a_signed_image_is_accepted_in_pieces_of_any_size)
{
    for (unsigned key = 0; key < TOY_KEYS; key++) {
        build_valid(&b, key);
        for (size_t piece = 1; piece <= b.size; piece += piece < 70 ? 1 : 97) {
            assert_same_by_push(piece);
            assert_status(b.report.reason, FWS_OK);
        }
    }
}

TEST(any_byte_changed_anywhere_is_refused)
{
    build_valid(&b, KEY_P256);
    for (uint32_t at = 0; at < b.size; at++) {
        b.image[at] ^= 0x11;
        assert_int_not_equal(verify_pushed(&b, 50), FWS_OK);
        b.image[at] ^= 0x11;
    }
    assert_status(verify_pushed(&b, 50), FWS_OK);
}

TEST(an_image_cut_anywhere_is_truncated)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    build_valid(&b, KEY_ED25519);
    for (uint32_t size = 0; size < b.size; size++) {
        assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
        assert_status(fws_verify_feed(&push, b.image, size), FWS_OK);
        assert_true(fws_verify_refused(fws_verify_finish(&push)));
        assert_status(b.report.reason,
                      size < FWS_HEADER_SIZE ? FWS_E_HEADER_TRUNCATED : FWS_E_IMAGE_TRUNCATED);
    }
}

TEST(a_refusal_comes_as_soon_as_it_is_known_and_stays)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    build_valid(&b, KEY_ED25519);
    b.image[28] = 1;
    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    assert_status(fws_verify_feed(&push, b.image, FWS_HEADER_SIZE), FWS_E_HEADER_RESERVED);
    assert_status(b.report.reason, FWS_E_HEADER_RESERVED);
    assert_status(fws_verify_feed(&push, &b.image[32], 32), FWS_E_HEADER_RESERVED);
    assert_true(fws_verify_refused(fws_verify_finish(&push)));
    assert_status(b.report.reason, FWS_E_HEADER_RESERVED);
}

TEST(a_slot_that_is_too_small_is_known_from_the_header)
{
    build_valid(&b, KEY_ED25519);
    b.flash_size = b.size - 1;
    assert_status(verify_pushed(&b, 7), FWS_E_IMAGE_TRUNCATED);
    b.flash_size = b.size;
    b.policy.size_limit = b.size - 1;
    assert_status(verify_pushed(&b, 7), FWS_E_IMAGE_TOO_BIG);
}

TEST(what_follows_the_image_is_erased)
{
    build_valid(&b, KEY_ED25519);
    memset(&b.image[b.size], 0xff, 100);
    b.flash_size = b.size + 100;
    assert_same_by_push(33);
    assert_status(b.report.reason, FWS_OK);
    b.image[b.size + 99] = 0xfe;
    assert_same_by_push(33);
    assert_status(b.report.reason, FWS_E_IMAGE_TRAILING);
    b.policy.size_limit = b.size + 99;
    assert_same_by_push(33);
    assert_status(b.report.reason, FWS_OK);
    b.policy.size_limit = 0;
    b.policy.options |= FWS_VERIFY_TAIL_IGNORED;
    assert_same_by_push(33);
    assert_status(b.report.reason, FWS_OK);
}

TEST(more_bytes_than_the_slot_has_are_refused)
{
    static struct fws_verify_push push;

    build_valid(&b, KEY_ED25519);
    struct fws_verify_io io = {.size = b.size};

    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    assert_status(fws_verify_feed(&push, b.image, b.size + 1), FWS_E_IMAGE_TOO_BIG);
}

TEST(pure_signatures_are_refused_since_r_comes_last)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    build_valid(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_PURE;
    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_E_PURE_PUSHED);
    assert_true(fws_verify_refused(fws_verify_finish(&push)));
    assert_status(b.report.reason, FWS_E_PURE_PUSHED);
}

TEST(areas_larger_than_the_memory_are_refused)
{
    static const uint8_t zeros[FWS_VERIFY_TLV_SIZE];

    build_start(&b);
    build_protect(&b, 0xa0, zeros, FWS_VERIFY_TLV_SIZE - 8);
    build_seal(&b);
    build_hash(&b);
    build_finish(&b);
    assert_status(verify(&b), FWS_E_TLV_LIMIT);
    assert_status(verify_pushed(&b, 1000), FWS_E_TLV_LIMIT);
}

TEST(a_hash_that_the_policy_does_not_list_is_refused)
{
    const struct fws_hash_function *const hashes[] = {&fws_openssl_sha256, NULL};

    build_valid(&b, KEY_P384);
    b.policy.hashes = hashes;
    assert_status(verify_pushed(&b, 50), FWS_E_ALGORITHM);
    assert_status(verify(&b), FWS_E_KEY_UNKNOWN); /* its name is as long as no hash of the policy */
    b.policy.key_count = 0;
    assert_status(verify(&b), FWS_E_ALGORITHM);
}

TEST(a_refusal_of_the_end_stays_too)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    build_valid(&b, KEY_ED25519);
    b.image[b.size - 1] ^= 1;
    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    assert_status(fws_verify_feed(&push, b.image, b.size), FWS_OK);
    assert_true(fws_verify_refused(fws_verify_finish(&push)));
    assert_status(fws_verify_feed(&push, b.image, 1), FWS_E_SIGNATURE_INVALID);
    assert_status(b.report.reason, FWS_E_SIGNATURE_INVALID);
}

TEST(a_finished_push_takes_nothing_more)
{
    static struct fws_verify_push push;

    build_valid(&b, KEY_ED25519);
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    assert_status(fws_verify_feed(&push, b.image, b.size), FWS_OK);
    assert_true(fws_verify_accepted(fws_verify_finish(&push)));
    assert_status(fws_verify_feed(&push, b.image, 1), FWS_E_USAGE);
}

TEST_MAIN("verifier/push")
