/* SPDX-License-Identifier: Apache-2.0 */
/* What only a mutation of the source showed to be untested: bounds, pairs, what stays in flash. */
#include <string.h>

#include "tests/unit/test.h"

#include "base/digest.h"
#include "tests/unit/verifier/build.h"
#include "verifier/check.h"
#include "verifier/port/openssl/openssl.h"

static struct build b;

/* ---- How many there may be ---- */

TEST(as_many_keys_are_trusted_as_there_are_revocation_bits)
{
    static struct fws_trusted_key keys[33];

    build_valid(&b, KEY_ED25519);
    for (unsigned i = 0; i < 33; i++) {
        keys[i] = b.keys[KEY_P256];
    }
    keys[31] = b.keys[KEY_ED25519];
    b.policy.keys = keys;
    b.policy.key_count = 32;
    build_revoke(&b, 0x7fffffffu);
    assert_status(verify(&b), FWS_OK);
    build_revoke(&b, 0x80000000u);
    assert_status(verify(&b), FWS_E_KEY_REVOKED);
    b.policy.key_count = 33;
    assert_status(verify(&b), FWS_E_CONFIG);
}

/* A hash and that many pairs, each by another key, all of them by the one signer. */
static enum fws_status with_pairs(unsigned pairs, uint8_t allowed)
{
    static const unsigned keys[] = {KEY_RSA2048, KEY_RSA3072, KEY_P256, KEY_ED25519,
                                    KEY_ED25519 + KEY_OTHER};

    build_sealed(&b);
    build_hash(&b);
    for (unsigned i = 0; i < pairs; i++) {
        build_key(&b, keys[i]);
        build_signature(&b, keys[i]);
    }
    build_finish(&b);
    b.policy.keys = b.keys;
    b.policy.key_count = 2 * TOY_KEYS;
    b.policy.signatures_max = allowed;
    return verify(&b);
}

TEST(each_number_of_signatures_has_its_permission)
{
    for (unsigned pairs = 1; pairs <= FWS_VERIFY_SIGNATURES_MAX + 1; pairs++) {
        for (uint8_t allowed = 1; allowed <= FWS_VERIFY_SIGNATURES_MAX + 1; allowed++) {
            assert_status(with_pairs(pairs, allowed),
                          pairs <= allowed && pairs <= FWS_VERIFY_SIGNATURES_MAX
                              ? FWS_OK
                              : FWS_E_SIGNATURES_TOO_MANY);
        }
    }
}

TEST(the_last_of_all_pairs_counts_as_the_first)
{
    assert_status(with_pairs(4, 4), FWS_OK);
    b.policy.keys = &b.keys[KEY_ED25519];
    b.policy.key_count = 1;
    assert_status(verify(&b), FWS_OK); /* the fourth */
    for (unsigned at = 0; at < 4; at++) {
        static const unsigned keys[] = {KEY_RSA2048, KEY_RSA3072, KEY_P256, KEY_ED25519};

        build_sealed(&b);
        build_hash(&b);
        for (unsigned i = 0; i < 4; i++) {
            if (i == at) {
                build_plain(&b, FWS_TLV_KEYHASH, "short", 5);
            } else {
                build_key(&b, keys[i]);
            }
            build_signature(&b, keys[i]);
        }
        build_finish(&b);
        b.policy.keys = b.keys;
        b.policy.key_count = TOY_KEYS;
        b.policy.signatures_max = 4;
        assert_status(verify(&b), FWS_E_KEYHASH_LENGTH);
    }
}

TEST(a_full_key_needs_a_hash_that_fits_it)
{
    build_sealed(&b);
    b.hash = FWS_HASH_SHA384;
    build_hash(&b);
    build_full_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_FULL_KEY;
    assert_status(verify(&b), FWS_E_HASH_MISSING);
}

TEST(as_many_signers_are_required_as_there_may_be_signatures)
{
    assert_status(with_pairs(4, 0), FWS_E_SIGNATURES_TOO_MANY);
    b.policy.signers = FWS_VERIFY_SIGNATURES_MAX;
    b.keys[KEY_RSA3072].signer = 1;
    b.keys[KEY_P256].signer = 2;
    b.keys[KEY_ED25519].signer = 3;
    assert_status(verify(&b), FWS_OK);
    b.policy.signers = FWS_VERIFY_SIGNATURES_MAX + 1;
    assert_status(verify(&b), FWS_E_CONFIG);
}

/* Hashes of these types, then as many pairs. */
static enum fws_status with_hashes(const enum fws_hash *hashes, unsigned count)
{
    static const unsigned keys[] = {KEY_ED25519, KEY_P256, KEY_RSA2048, KEY_RSA3072};

    build_sealed(&b);
    for (unsigned i = 0; i < count; i++) {
        b.hash = hashes[i];
        build_hash(&b);
    }
    b.hash = FWS_HASH_SHA256;
    for (unsigned i = 0; i < count; i++) {
        build_key(&b, keys[i]);
        build_signature(&b, keys[i]);
    }
    build_finish(&b);
    b.policy.keys = b.keys;
    b.policy.key_count = 2 * TOY_KEYS;
    b.policy.signatures_max = FWS_VERIFY_SIGNATURES_MAX;
    return verify(&b);
}

TEST(hashes_are_of_different_types)
{
    const enum fws_hash all[] = {FWS_HASH_SHA256, FWS_HASH_SHA384, FWS_HASH_SHA512,
                                 FWS_HASH_SHA256};

    assert_status(with_hashes(all, 1), FWS_OK);
    assert_status(with_hashes(all, 2), FWS_OK);
    assert_status(with_hashes(all, 3), FWS_OK);
    assert_status(with_hashes(all, 4), FWS_E_TLV_DUPLICATE);
    assert_int_equal(b.report.offset, b.signed_size + 4 + 36 + 52 + 68);
    for (unsigned i = 1; i < 3; i++) {
        const enum fws_hash twice[] = {all[0], all[i], all[i]};
        const enum fws_hash around[] = {all[0], all[i], all[0]};

        assert_status(with_hashes(twice, 3), FWS_E_TLV_DUPLICATE);
        assert_status(with_hashes(around, 3), FWS_E_TLV_DUPLICATE);
        assert_status(with_hashes(&twice[1], 2), FWS_E_TLV_DUPLICATE);
    }
}

/* A pure image with the mark at a place among the plain TLVs, and perhaps a second one. */
static void build_marked(unsigned place, unsigned marks)
{
    build_sealed(&b);
    b.hash = FWS_HASH_SHA512;
    for (unsigned at = 0; at < 4; at++) {
        if (at == place) {
            for (unsigned i = 0; i < marks; i++) {
                build_plain(&b, FWS_TLV_SIG_PURE, "\1", 1);
            }
        }
        if (at == 0) {
            build_hash(&b);
        } else if (at == 1) {
            build_key(&b, KEY_ED25519);
        } else if (at == 2) {
            build_pure_signature(&b, KEY_ED25519);
        }
    }
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_PURE;
    b.mapped = true;
}

TEST(the_pure_mark_stands_between_hash_and_key)
{
    for (unsigned place = 0; place < 4; place++) {
        build_marked(place, 1);
        assert_status(verify(&b), place == 1 ? FWS_OK : FWS_E_TLV_ORDER);
        b.policy.options |= FWS_VERIFY_COMPATIBLE;
        assert_status(verify(&b), FWS_OK);
    }
}

TEST(the_pure_mark_stands_once_however_many_signatures_are_allowed)
{
    build_marked(1, 2);
    b.policy.signatures_max = FWS_VERIFY_SIGNATURES_MAX;
    assert_status(verify(&b), FWS_E_TLV_DUPLICATE);
}

/* Three hashes in an order, and a pair for each of them. */
static void build_three(const enum fws_hash *hashes)
{
    static const unsigned keys[] = {KEY_P256, KEY_P384, KEY_ED25519};
    static const enum fws_hash hash_of_key[] = {FWS_HASH_SHA256, FWS_HASH_SHA384, FWS_HASH_SHA512};

    build_sealed(&b);
    for (unsigned i = 0; i < 3; i++) {
        b.hash = hashes[i];
        build_hash(&b);
    }
    for (unsigned i = 0; i < 3; i++) {
        b.hash = hash_of_key[i];
        build_key(&b, keys[i]);
        build_signature(&b, keys[i]);
        b.keys[keys[i]].signer = (uint8_t)i;
    }
    build_finish(&b);
    b.policy.keys = b.keys;
    b.policy.key_count = TOY_KEYS;
    b.policy.signers = 3;
}

TEST(each_signature_takes_its_hash_wherever_it_stands)
{
    static const enum fws_hash orders[][3] = {
        {FWS_HASH_SHA256, FWS_HASH_SHA384, FWS_HASH_SHA512},
        {FWS_HASH_SHA512, FWS_HASH_SHA384, FWS_HASH_SHA256},
        {FWS_HASH_SHA512, FWS_HASH_SHA256, FWS_HASH_SHA384},
    };

    for (unsigned i = 0; i < 3; i++) {
        build_three(orders[i]);
        assert_status(verify(&b), FWS_OK);
        assert_status(verify_pushed(&b, 100), FWS_OK);
        assert_int_equal(b.report.hash, orders[i][0]);
    }
    for (unsigned at = 0; at < 3; at++) {
        static const uint32_t offsets[] = {4, 4 + 36, 4 + 36 + 52};

        build_three(orders[0]);
        b.image[b.signed_size + offsets[at] + 4] ^= 1;
        assert_status(verify(&b), FWS_E_HASH_MISMATCH);
        assert_status(verify_pushed(&b, 100), FWS_E_HASH_MISMATCH);
    }
}

/* ---- Claims ---- */

TEST(a_dependency_of_a_lone_image_is_on_itself)
{
    for (uint8_t image = 0; image < 2; image++) {
        const uint8_t value[FWS_DEPENDENCY_SIZE] = {image};

        build_start(&b);
        build_protect(&b, FWS_TLV_DEPENDENCY, value, sizeof value);
        build_seal(&b);
        build_hash(&b);
        build_key(&b, KEY_ED25519);
        build_signature(&b, KEY_ED25519);
        build_finish(&b);
        build_trust(&b, KEY_ED25519);
        b.policy.images = 1;
        assert_status(verify(&b), image == 0 ? FWS_OK : FWS_E_DEPENDENCY);
    }
}

TEST(what_is_missing_has_no_offset)
{
    build_start(&b);
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.options |= FWS_VERIFY_COUNTER;
    assert_status(verify(&b), FWS_E_COUNTER_MISSING);
    assert_int_equal(b.report.offset, 0);
}

/* ---- LMS: the signature stays in flash ---- */

#define LMS_SIZE FWS_LMS_SIGNATURE_MIN_SIZE

static uint32_t lms_offset;

/* A toy: the message again and again, read from where the input says. */
static enum fws_status lms_verify(const struct fws_signature_input *input, void *scratch,
                                  struct fws_operands *out)
{
    uint8_t *given = scratch;
    uint8_t *expected = &given[LMS_SIZE];

    assert_int_equal(input->signature.left, 0);
    assert_int_equal(input->signature_offset, lms_offset);
    assert_int_equal(input->signature_size, LMS_SIZE);
    for (size_t i = 0; i < LMS_SIZE; i++) {
        expected[i] = input->message.data[i % input->message.left];
    }
    *out = (struct fws_operands){scratch, (const uint32_t *)(const void *)expected, LMS_SIZE / 4};
    return fws_io_read(input->io, input->signature_offset, given, input->signature_size);
}

static const struct fws_signature_scheme toy_lms = {
    .alg = FWS_ALG_LMS, .scratch_size = 2 * LMS_SIZE, .verify = lms_verify};
static const struct fws_signature_scheme *const lms_schemes[] = {&toy_lms, NULL};

static void build_lms(void)
{
    struct fws_error err = {0};
    uint8_t value[LMS_SIZE];
    uint8_t digest[FWS_HASH_MAX_SIZE];

    build_sealed(&b);
    b.keys[KEY_ED25519].alg = FWS_ALG_LMS;
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    assert_status(fws_digest(FWS_HASH_SHA256, b.image, b.signed_size, digest, &err), FWS_OK);
    for (size_t i = 0; i < sizeof value; i++) {
        value[i] = digest[i % 32];
    }
    lms_offset = b.signed_size + 4 + (uint32_t)b.plain_area.used + 4;
    build_plain(&b, FWS_TLV_LMS, value, sizeof value);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.schemes = lms_schemes;
}

TEST(an_lms_signature_is_read_by_its_scheme_alone)
{
    build_lms();
    assert_status(verify(&b), FWS_OK);
    for (uint32_t at = 0; at < b.size; at++) {
        assert_int_equal(b.read_count[at], 1);
    }
    assert_status(verify_pushed(&b, 77), FWS_OK);
    b.image[b.size - 1] ^= 1;
    assert_status(verify(&b), FWS_E_SIGNATURE_INVALID);
    assert_status(verify_pushed(&b, 77), FWS_E_SIGNATURE_INVALID);
}

TEST(an_lms_signature_stands_last)
{
    build_lms();
    build_key(&b, KEY_P256);
    build_finish(&b);
    b.policy.options |= FWS_VERIFY_COMPATIBLE;
    b.policy.signatures_max = 2;
    assert_status(verify(&b), FWS_E_TLV_ORDER);
    assert_int_equal(b.report.offset, lms_offset + LMS_SIZE);
}

/* ---- One byte ---- */

TEST(the_last_tlv_ends_with_its_area)
{
    build_valid(&b, KEY_ED25519);
    memset(&b.image[b.size], 0xff, 8);
    b.flash_size = b.size + 8;
    b.image[b.signed_size + 2]--; /* the area's size: the signature now ends one byte behind it */
    assert_status(verify(&b), FWS_E_TLV_TRUNCATED);
    assert_int_equal(b.report.offset, b.size - 4 - 64);
    assert_status(verify_pushed(&b, 50), FWS_E_IMAGE_TRAILING);
    b.policy.options |= FWS_VERIFY_TAIL_IGNORED;
    assert_status(verify_pushed(&b, 50), FWS_E_TLV_TRUNCATED);
}

TEST(a_limit_anywhere_in_the_image_is_too_low)
{
    build_valid(&b, KEY_ED25519);
    for (uint32_t limit = 1; limit < b.size; limit++) {
        b.policy.size_limit = limit;
        assert_status(verify(&b), FWS_E_IMAGE_TOO_BIG);
    }
}

TEST(a_slot_without_room_for_the_payload_is_known_from_the_header)
{
    static struct fws_verify_push push;

    build_valid(&b, KEY_ED25519);
    for (uint32_t room = FWS_HEADER_SIZE; room <= b.signed_size + FWS_TLV_INFO_SIZE; room++) {
        struct fws_verify_io io = {.size = room};

        assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
        assert_status(fws_verify_feed(&push, b.image, FWS_HEADER_SIZE),
                      room < b.signed_size + FWS_TLV_INFO_SIZE ? FWS_E_IMAGE_TRUNCATED : FWS_OK);
    }
}

/* ---- Fuses that are read, but say nothing ---- */

static enum fws_status silent(void *context, uint32_t *out)
{
    (void)context;
    (void)out;
    return FWS_OK;
}

TEST(a_counter_floor_that_was_not_written_is_the_highest)
{
    for (uint8_t lowest = 0xfe; lowest != 0; lowest++) {
        const uint8_t counter[] = {lowest, 0xff, 0xff, 0xff};

        build_start(&b);
        build_protect(&b, FWS_TLV_SEC_CNT, counter, sizeof counter);
        build_seal(&b);
        build_hash(&b);
        build_key(&b, KEY_ED25519);
        build_signature(&b, KEY_ED25519);
        build_finish(&b);
        build_trust(&b, KEY_ED25519);
        b.policy.counter_floor = silent;
        assert_status(verify(&b), lowest == 0xff ? FWS_OK : FWS_E_ROLLBACK);
    }
}

TEST(revocation_that_was_not_written_is_of_every_key)
{
    for (unsigned key = 0; key < TOY_KEYS; key++) {
        build_valid(&b, key);
        b.policy.keys = b.keys;
        b.policy.key_count = 2 * TOY_KEYS;
        b.policy.revoked = silent;
        assert_status(verify(&b), FWS_E_KEY_REVOKED);
    }
}

/* ---- Reading ---- */

static unsigned reads;

static enum fws_status count_read(void *context, uint32_t offset, void *out, size_t size)
{
    (void)context;
    reads++;
    memset(out, (int)offset, size);
    return FWS_OK;
}

TEST(nothing_behind_the_slot_is_read)
{
    static const uint8_t memory[16];
    uint8_t out[32];

    for (unsigned mapped = 0; mapped < 2; mapped++) {
        struct fws_verify_io io = {
            .read = count_read, .size = 16, .mapped = mapped != 0 ? memory : NULL};

        for (uint32_t offset = 0; offset < 20; offset++) {
            for (size_t size = 0; size < 20; size++) {
                reads = 0;
                assert_status(fws_io_read(&io, offset, out, size),
                              offset + size <= 16 ? FWS_OK : FWS_E_IMAGE_TRUNCATED);
                assert_int_equal(reads, mapped == 0 && size > 0 && offset + size <= 16 ? 1 : 0);
            }
        }
        assert_status(fws_io_read(&io, UINT32_MAX, out, 2), FWS_E_IMAGE_TRUNCATED);
        assert_status(fws_io_read(&io, 2, out, sizeof out), FWS_E_IMAGE_TRUNCATED);
    }
}

/* ---- A library of which one call fails and the next ones do not ---- */

static unsigned calls;
static unsigned failing_call;

static enum fws_status this_call(enum fws_status status)
{
    return calls++ == failing_call ? FWS_E_BACKEND : status;
}

#define ONCE(name)                                                                                 \
    static enum fws_status name##_begin(void *state)                                               \
    {                                                                                              \
        return calls++ == failing_call ? FWS_E_BACKEND : fws_openssl_##name.begin(state);          \
    }                                                                                              \
    static enum fws_status name##_update(void *state, const void *data, size_t size)               \
    {                                                                                              \
        return this_call(fws_openssl_##name.update(state, data, size));                            \
    }                                                                                              \
    static enum fws_status name##_finish(void *state, uint8_t *digest)                             \
    {                                                                                              \
        return this_call(fws_openssl_##name.finish(state, digest));                                \
    }

ONCE(sha256)
ONCE(sha384)
ONCE(sha512)

static enum fws_status once_verify(const struct fws_signature_input *input, void *scratch,
                                   struct fws_operands *out)
{
    return this_call(toy_schemes[KEY_ED25519]->verify(input, scratch, out));
}

static const struct fws_hash_function once_sha256 = {.hash = FWS_HASH_SHA256,
                                                     .state_size = FWS_VERIFY_HASH_STATE_SIZE,
                                                     .begin = sha256_begin,
                                                     .update = sha256_update,
                                                     .finish = sha256_finish};
static const struct fws_hash_function once_sha384 = {.hash = FWS_HASH_SHA384,
                                                     .state_size = FWS_VERIFY_HASH_STATE_SIZE,
                                                     .begin = sha384_begin,
                                                     .update = sha384_update,
                                                     .finish = sha384_finish};
static const struct fws_hash_function once_sha512 = {.hash = FWS_HASH_SHA512,
                                                     .state_size = FWS_VERIFY_HASH_STATE_SIZE,
                                                     .begin = sha512_begin,
                                                     .update = sha512_update,
                                                     .finish = sha512_finish};
static const struct fws_signature_scheme once_ed25519 = {
    .alg = FWS_ALG_ED25519, .scratch_size = FWS_VERIFY_SCRATCH_SIZE, .verify = once_verify};
static const struct fws_hash_function *const once_hashes[] = {&once_sha256, &once_sha384, NULL};
static const struct fws_signature_scheme *const once_schemes[] = {&once_ed25519, NULL};

/* The status with the call of that number failing. */
static enum fws_status with_call_failing(unsigned number, bool pushed)
{
    build_valid(&b, KEY_ED25519);
    b.policy.hashes = once_hashes;
    b.policy.schemes = once_schemes;
    calls = 0;
    failing_call = number;
    return pushed ? verify_pushed(&b, 50) : verify(&b);
}

TEST(one_call_that_fails_is_never_forgotten)
{
    for (unsigned pushed = 0; pushed < 2; pushed++) {
        assert_status(with_call_failing(UINT32_MAX, pushed != 0), FWS_OK);
        unsigned all = calls;

        assert_true(all >= 9);
        for (unsigned number = 0; number < all; number++) {
            assert_status(with_call_failing(number, pushed != 0), FWS_E_BACKEND);
        }
    }
}

/* ---- What a backend may ask for ---- */

TEST(a_hash_has_the_memory_that_is_configured)
{
    struct fws_hash_function large = fws_openssl_sha256;
    const struct fws_hash_function *const hashes[] = {&large, NULL};

    for (uint16_t more = 0; more < 2; more++) {
        build_valid(&b, KEY_ED25519);
        b.policy.hashes = hashes;
        large.state_size = (uint16_t)(FWS_VERIFY_HASH_STATE_SIZE + more);
        assert_status(verify(&b), more == 0 ? FWS_OK : FWS_E_BACKEND);
        assert_status(verify_pushed(&b, 50), more == 0 ? FWS_OK : FWS_E_BACKEND);
    }
}

TEST(a_scheme_has_the_memory_that_is_configured)
{
    struct fws_signature_scheme large = *toy_schemes[KEY_ED25519];
    const struct fws_signature_scheme *const schemes[] = {&large, NULL};

    for (uint16_t more = 0; more < 2; more++) {
        build_valid(&b, KEY_ED25519);
        b.policy.schemes = schemes;
        large.scratch_size = (uint16_t)(FWS_VERIFY_SCRATCH_SIZE + more);
        assert_status(verify(&b), more == 0 ? FWS_OK : FWS_E_BACKEND);
    }
}

TEST(a_push_runs_as_many_hashes_as_there_is_room_for)
{
    const struct fws_hash_function *const hashes[] = {
        &fws_openssl_sha512, &fws_openssl_sha384, &fws_openssl_sha256, &fws_openssl_sha256, NULL};

    build_valid(&b, KEY_ED25519);
    b.policy.hashes = hashes;
    assert_status(verify(&b), FWS_OK); /* here those of the image only */
    assert_status(verify_pushed(&b, 50), FWS_E_BACKEND);
}

TEST(a_hash_that_is_not_allowed_is_refused_before_the_payload_is_read)
{
    const struct fws_hash_function *const hashes[] = {&fws_openssl_sha512, NULL};

    build_sealed(&b);
    build_hash(&b);
    build_finish(&b);
    b.policy.hashes = hashes;
    assert_status(verify(&b), FWS_E_ALGORITHM);
    assert_int_equal(b.read_count[64], 0);
    assert_status(verify_pushed(&b, 50), FWS_E_ALGORITHM);
}

TEST(a_push_that_runs_every_hash_but_the_images_is_refused)
{
    const struct fws_hash_function *const hashes[] = {&fws_openssl_sha512, &fws_openssl_sha384,
                                                      &fws_openssl_sha512, NULL};

    build_sealed(&b);
    build_hash(&b);
    build_finish(&b);
    b.policy.hashes = hashes;
    assert_status(verify_pushed(&b, 50), FWS_E_ALGORITHM);
}

/* ---- Pure Ed25519 by the one pass: SHA-512(R || A || image) ---- */

static uint8_t prefixed_digest[FWS_HASH_MAX_SIZE];

static enum fws_status prefixed_verify(const struct fws_signature_input *input, void *scratch,
                                       struct fws_operands *out)
{
    uint8_t *expected = scratch;
    uint8_t *given = &expected[sizeof prefixed_digest];
    struct fws_reader message = input->message;

    assert_true(input->pure);
    assert_int_equal(message.left, sizeof prefixed_digest);
    memcpy(expected, prefixed_digest, sizeof prefixed_digest);
    fws_reader_copy(&message, given, sizeof prefixed_digest);
    *out = (struct fws_operands){scratch, (const uint32_t *)(const void *)given,
                                 sizeof prefixed_digest / 4};
    return FWS_OK;
}

static const struct fws_signature_scheme toy_prefixed = {.alg = FWS_ALG_ED25519,
                                                         .scratch_size = 128,
                                                         .pure = FWS_PURE_PREFIXED,
                                                         .verify = prefixed_verify};
static const struct fws_signature_scheme *const prefixed_schemes[] = {&toy_prefixed, NULL};

/* Signed by a key of key_size bytes, whose end is A; with a second pair if asked for. */
static enum fws_status with_prefix(uint16_t key_size, unsigned pairs)
{
    static uint8_t der[64];
    static uint8_t message[BUILD_MAX_SIZE + 64];
    struct fws_writer writer = fws_writer_init(message, sizeof message);
    struct fws_error err = {0};
    uint8_t signature[64];

    for (unsigned i = 0; i < 64; i++) {
        der[i] = (uint8_t)(200 - i);
        signature[i] = (uint8_t)(3 * i);
    }
    build_sealed(&b);
    b.keys[KEY_ED25519].der = der;
    b.keys[KEY_ED25519].der_size = key_size;
    b.hash = FWS_HASH_SHA512;
    build_hash(&b);
    build_plain(&b, FWS_TLV_SIG_PURE, "\1", 1);
    for (unsigned i = 0; i < pairs; i++) {
        build_key(&b, i == 0 ? KEY_ED25519 : KEY_ED25519 + KEY_OTHER);
        build_plain(&b, FWS_TLV_ED25519, signature, sizeof signature);
    }
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    b.policy.schemes = prefixed_schemes;
    b.policy.options |= FWS_VERIFY_PURE;
    b.policy.signatures_max = 2;
    fws_writer_bytes(&writer, signature, 32);
    fws_writer_bytes(&writer, &der[key_size - 32], 32);
    fws_writer_bytes(&writer, b.image, b.signed_size);
    assert_status(fws_digest(FWS_HASH_SHA512, message, writer.used, prefixed_digest, &err), FWS_OK);
    return verify(&b);
}

TEST(a_pure_signature_may_be_over_a_digest_that_begins_with_its_r)
{
    assert_status(with_prefix(44, 1), FWS_OK);
    for (uint32_t at = 0; at < b.size; at++) {
        assert_int_equal(b.read_count[at], 1);
    }
    prefixed_digest[0] ^= 1;
    assert_status(verify(&b), FWS_E_SIGNATURE_INVALID);
    b.policy.key_count = 0;
    assert_status(verify(&b), FWS_OK);
}

TEST(a_prefix_is_of_one_signature_by_one_form_of_key)
{
    assert_status(with_prefix(43, 1), FWS_E_PUBKEY);
    assert_status(with_prefix(45, 1), FWS_E_PUBKEY);
    assert_status(with_prefix(44, 2), FWS_E_SIGNATURES_TOO_MANY);
}

TEST(one_call_that_fails_is_never_forgotten_with_a_prefix)
{
    const struct fws_hash_function *const hashes[] = {&once_sha512, NULL};

    assert_status(with_prefix(44, 1), FWS_OK);
    b.policy.hashes = hashes;
    failing_call = UINT32_MAX;
    calls = 0;
    assert_status(verify(&b), FWS_OK);
    unsigned all = calls;

    assert_true(all >= 9);
    for (failing_call = 0; failing_call < all; failing_call++) {
        calls = 0;
        assert_status(verify(&b), FWS_E_BACKEND);
    }
}

TEST(a_scheme_with_a_prefix_takes_digests_without_one)
{
    struct fws_signature_scheme scheme = *toy_schemes[KEY_ED25519];
    const struct fws_signature_scheme *const schemes[] = {&scheme, NULL};

    scheme.pure = FWS_PURE_PREFIXED;
    build_valid(&b, KEY_ED25519);
    b.policy.schemes = schemes;
    assert_status(verify(&b), FWS_OK);
}

TEST(a_pure_signature_needs_its_scheme)
{
    assert_status(with_prefix(44, 1), FWS_OK);
    b.policy.schemes = &toy_schemes[KEY_ED25519 + 1]; /* none */
    assert_status(verify(&b), FWS_E_ALGORITHM);
}

/* ---- The push form's report ---- */

TEST(a_push_reports_from_its_beginning)
{
    static struct fws_verify_push push;

    build_valid(&b, KEY_ED25519);
    struct fws_verify_io io = {.size = b.size};

    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    assert_status(b.report.reason, FWS_E_EVIDENCE); /* until it is finished */
    assert_status(fws_verify_feed(&push, b.image, 40), FWS_OK);
    assert_status(b.report.reason, FWS_E_EVIDENCE);
    b.policy.options |= FWS_VERIFY_PURE;
    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_E_PURE_PUSHED);
    assert_status(b.report.reason, FWS_E_PURE_PUSHED);
    b.policy.key_count = FWS_VERIFY_KEYS_MAX + 1;
    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_E_CONFIG);
    assert_status(b.report.reason, FWS_E_CONFIG);
}

/* Fed in one piece: what the push form says before it is finished. */
static enum fws_status feed(uint32_t size)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    enum fws_status status = fws_verify_feed(&push, b.image, size);

    b.evidence = fws_verify_finish(&push);
    return status;
}

TEST(a_pushed_area_shorter_than_its_info_header_is_refused_when_its_size_is_known)
{
    for (uint8_t size = 0; size <= FWS_TLV_INFO_SIZE; size++) {
        build_valid(&b, KEY_ED25519);
        b.image[b.signed_size + 2] = size;
        assert_status(feed(b.signed_size + FWS_TLV_INFO_SIZE),
                      size < FWS_TLV_INFO_SIZE ? FWS_E_TLV_TRUNCATED : FWS_OK);
        assert_status(b.report.reason,
                      size < FWS_TLV_INFO_SIZE ? FWS_E_TLV_TRUNCATED : FWS_E_HASH_MISSING);
    }
}

TEST(pushed_areas_have_a_largest_size_together)
{
    static const uint8_t zeros[FWS_VERIFY_TLV_SIZE];
    const uint32_t others = 4 + 4 + 4 + 36 + 36 + 68; /* bytes of both areas beside the zeros */

    for (uint32_t more = 0; more < 2; more++) {
        build_start(&b);
        build_protect(&b, 0xa0, zeros, (uint16_t)(FWS_VERIFY_TLV_SIZE - others + more));
        build_seal(&b);
        build_hash(&b);
        build_key(&b, KEY_ED25519);
        build_signature(&b, KEY_ED25519);
        build_finish(&b);
        build_trust(&b, KEY_ED25519);
        assert_int_equal(b.size - 64 - 100, FWS_VERIFY_TLV_SIZE + more);
        assert_status(feed(b.size), more == 0 ? FWS_OK : FWS_E_TLV_LIMIT);
        assert_status(b.report.reason, more == 0 ? FWS_OK : FWS_E_TLV_LIMIT);
    }
}

TEST(pushed_header_padding_is_one_erased_value)
{
    for (size_t piece = 1; piece < 80; piece += 26) {
        for (uint32_t at = FWS_HEADER_SIZE; at < 64; at++) {
            build_start(&b);
            b.padding = 0;
            build_seal(&b);
            b.image[at] = 0xff;
            build_hash(&b);
            build_finish(&b);
            assert_status(verify_pushed(&b, piece), FWS_E_HEADER_PADDING);
        }
        build_start(&b);
        b.padding = 0x5a;
        build_seal(&b);
        build_hash(&b);
        build_finish(&b);
        assert_status(verify_pushed(&b, piece), FWS_E_HEADER_PADDING);
    }
}

TEST(what_follows_a_pushed_image_is_looked_at_in_pieces_of_any_size)
{
    build_valid(&b, KEY_ED25519);
    memset(&b.image[b.size], 0xff, 100);
    b.flash_size = b.size + 100;
    for (size_t piece = 1; piece <= b.flash_size; piece++) {
        assert_status(verify_pushed(&b, piece), FWS_OK);
    }
    for (uint32_t at = 0; at < 100; at += 33) {
        b.image[b.size + at] ^= 0x40;
        for (size_t piece = 1; piece <= b.flash_size; piece += 11) {
            assert_status(verify_pushed(&b, piece), FWS_E_IMAGE_TRAILING);
        }
        assert_status(verify_pushed(&b, b.flash_size), FWS_E_IMAGE_TRAILING);
        b.image[b.size + at] ^= 0x40;
    }
}

TEST(what_follows_an_empty_pushed_area_is_looked_at)
{
    build_start(&b);
    build_seal(&b);
    build_finish(&b);
    b.image[b.size] = 0x5a;
    assert_status(feed(b.size), FWS_OK);
    assert_status(feed(b.size + 1), FWS_E_IMAGE_TRAILING);
}

TEST(a_finished_push_says_its_refusal_again)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = BUILD_MAX_SIZE};

    build_valid(&b, KEY_ED25519);
    b.image[64] ^= 1;
    assert_status(fws_verify_begin(&push, &b.policy, &io, &b.report), FWS_OK);
    assert_status(fws_verify_feed(&push, b.image, b.size), FWS_OK);
    assert_true(fws_verify_refused(fws_verify_finish(&push)));
    assert_status(fws_verify_feed(&push, b.image, 1), FWS_E_HASH_MISMATCH);
}

/* ---- The slot, and hooks ---- */

TEST(a_limit_behind_the_slot_is_no_limit)
{
    build_valid(&b, KEY_ED25519);
    memset(&b.image[b.size], 0xff, 10);
    b.flash_size = b.size + 10;
    b.policy.size_limit = b.flash_size + 100;
    assert_status(verify(&b), FWS_OK);
    assert_status(verify_pushed(&b, 50), FWS_OK);
    b.image[b.size + 9] = 0;
    assert_status(verify(&b), FWS_E_IMAGE_TRAILING);
    assert_status(verify_pushed(&b, 50), FWS_E_IMAGE_TRAILING);
}

static unsigned steps;

static void count_step(void *context)
{
    (void)context;
    steps++;
}

TEST(a_mapped_image_is_taken_in_large_steps)
{
    static struct fws_verify_work work;

    build_start(&b);
    b.header.payload_size = 5000;
    build_seal(&b);
    build_hash(&b);
    build_key(&b, KEY_ED25519);
    build_signature(&b, KEY_ED25519);
    build_finish(&b);
    build_trust(&b, KEY_ED25519);
    struct fws_verify_io io = {.mapped = b.image, .size = b.size, .progress = count_step};

    steps = 0;
    assert_true(fws_verify_accepted(fws_verify(&b.policy, &io, &work, &b.report)));
    assert_int_equal(steps, 1 + 2); /* padding; 4096 bytes and the rest */
}

static void never(void *context)
{
    (void)context;
    assert_true(FWS_VERIFY_HARDENING > 1);
}

TEST(only_hardening_2_waits)
{
    static struct fws_verify_work work;

    build_valid(&b, KEY_ED25519);
    struct fws_verify_io io = {.mapped = b.image, .size = b.size, .delay = never};

    assert_true(fws_verify_accepted(fws_verify(&b.policy, &io, &work, &b.report)));
}

/* ---- Evidence ---- */

TEST(stages_that_ran_twice_are_no_evidence)
{
    static struct fws_verify_work work;

    build_valid(&b, KEY_ED25519);
    struct fws_verify_io io = {.mapped = b.image, .size = b.size};

    assert_true(fws_verify_accepted(fws_verify(&b.policy, &io, &work, &b.report)));
    assert_true(fws_verify_refused(fws_check_finish(&work, FWS_OK)));
    assert_status(b.report.reason, FWS_E_EVIDENCE);
}

TEST(poison_is_all_of_scratch_in_two_halves)
{
    static uint32_t scratch[FWS_VERIFY_SCRATCH_SIZE / 4];
    struct fws_operands poison;

    fws_operands_poison(scratch, &poison);
    assert_int_equal(poison.words, FWS_VERIFY_SCRATCH_SIZE / 8);
    assert_ptr_equal(poison.left, scratch);
    assert_ptr_equal(poison.right, &scratch[FWS_VERIFY_SCRATCH_SIZE / 8]);
    for (size_t i = 0; i < FWS_VERIFY_SCRATCH_SIZE / 4; i++) {
        assert_int_not_equal(scratch[i], 0);
    }
}

TEST_MAIN("verifier/conditions")
