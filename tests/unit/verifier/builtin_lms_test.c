/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/lms/lms_signer.h"
#include "tests/lms/lms_vectors.h"
#include "tests/unit/test.h"
#include "tests/unit/verifier/hash_by_openssl.h"
#include "verifier/builtin/builtin.h"

#define SIGNATURE_OFFSET 37u /* odd, and not at the flash's begin */
#define FLASH_SIZE       16384u

/* A flash with a signature in it. */
struct flash {
    uint8_t bytes[FLASH_SIZE];
    uint8_t read_count[FLASH_SIZE];
    uint32_t next; /* where the last read ended */
    unsigned reads;
    unsigned read_fails; /* the number of the one that fails */
};

static struct flash flash;
static struct fws_signature_input input;
static struct fws_verify_io io;
static struct fws_operands operands;
static _Alignas(max_align_t) uint8_t scratch[FWS_VERIFY_SCRATCH_SIZE];

static enum fws_status read_flash(void *context, uint32_t offset, void *out, size_t size)
{
    struct flash *from = context;

    assert_int_equal(offset, from->next);
    from->next = offset + (uint32_t)size;
    memcpy(out, from->bytes + offset, size);
    for (size_t i = 0; i < size; i++) {
        from->read_count[offset + i]++;
    }
    return from->reads++ == from->read_fails ? FWS_E_IO : FWS_OK;
}

static void set(const void *key, size_t key_size, const void *message, size_t message_size,
                const void *signature, size_t size)
{
    memset(&flash, 0, sizeof flash);
    memcpy(flash.bytes + SIGNATURE_OFFSET, signature, size);
    flash.read_fails = UINT32_MAX;
    io = (struct fws_verify_io){.read = read_flash, .context = &flash, .size = FLASH_SIZE};
    input = (struct fws_signature_input){
        .key = fws_reader_init(key, key_size),
        .message = fws_reader_init(message, message_size),
        .hashes = hashes_by_openssl,
        .io = &io,
        .signature_offset = SIGNATURE_OFFSET,
        .signature_size = (uint32_t)size,
    };
    hash_call_fails = UINT32_MAX;
}

/* As the verifier does: both sides compared, INVALID when they differ. */
static enum fws_status verify(void)
{
    memset(scratch, 0xa5, sizeof scratch);
    memset(flash.read_count, 0, sizeof flash.read_count);
    memset(&operands, 0, sizeof operands);
    flash.next = SIGNATURE_OFFSET;
    flash.reads = 0;
    hash_calls = 0;
    enum fws_status status = fws_builtin_lms.verify(&input, scratch, &operands);

    assert_int_equal(hash_open, 0);
    if (status != FWS_OK) {
        return status;
    }
    assert_true(operands.words == 8 || operands.words == 6);
    assert_true(operands.left + operands.words <= operands.right ||
                operands.right + operands.words <= operands.left);
    return memcmp(operands.left, operands.right, operands.words * 4) == 0 ? FWS_OK
                                                                          : FWS_E_SIGNATURE_INVALID;
}

static const char message[] = "what is signed is the digest of an image, here words of any length";
static struct lms_signature good;

/* A good signature of these types with leaf q of a short tree. */
static void set_signed(enum lms_type lms_type, enum lms_ots_type ots_type, uint32_t q)
{
    struct lms_key key;

    assert_true(lms_key_init(&key, lms_type, ots_type, 1));
    lms_sign(&key, LMS_SHORT_TREE, q, message, 32, &good);
    set(good.public_key, good.public_key_size, message, 32, good.bytes, good.size);
}

/* Bytes of hexadecimal digits. */
static size_t unhex(const char *text, uint8_t *out)
{
    size_t size = strlen(text) / 2;

    for (size_t i = 0; i < size; i++) {
        char byte[3] = {text[2 * i], text[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return size;
}

static uint8_t key_bytes[64];
static uint8_t signature_bytes[LMS_SIGNATURE_SIZE_MAX];

TEST(rfc_8554_test_case_1_is_good)
{
    const size_t one = 1292;

    assert_int_equal(unhex(RFC8554_1_KEY, key_bytes), 4 + 56);
    assert_int_equal(unhex(RFC8554_1_SIGNATURE, signature_bytes), 4 + one + 56 + one);
    const uint8_t *leaf_key = signature_bytes + 4 + one;

    set(key_bytes + 4, 56, leaf_key, 56, signature_bytes + 4, one);
    assert_status(verify(), FWS_OK);
    set(leaf_key, 56, RFC8554_1_MESSAGE, strlen(RFC8554_1_MESSAGE), leaf_key + 56, one);
    assert_status(verify(), FWS_OK);
    set(leaf_key, 56, RFC8554_1_MESSAGE, strlen(RFC8554_1_MESSAGE) - 1, leaf_key + 56, one);
    assert_status(verify(), FWS_E_SIGNATURE_INVALID);
}

/* The tree of a test case that prints its private key. */
static void set_private(struct lms_key *key, const char *seed, const char *id, const char *c)
{
    (void)unhex(seed, key->seed);
    (void)unhex(id, key->id);
    (void)unhex(c, key->c);
}

static void assert_hex(const void *actual, const char *expected)
{
    uint8_t bytes[32];

    assert_memory_equal(actual, bytes, unhex(expected, bytes));
}

TEST(rfc_8554_test_case_2_is_made_again_and_good)
{
    struct lms_signature leaf;
    struct lms_signature top;
    struct lms_key key;

    assert_true(lms_key_init(&key, LMS_SHA256_M32_H5, LMOTS_SHA256_N32_W8, 1));
    set_private(&key, RFC8554_2_LEAF_SEED, RFC8554_2_LEAF_ID, RFC8554_2_LEAF_C);
    lms_sign(&key, LMS_WHOLE_TREE, 4, RFC8554_2_MESSAGE, strlen(RFC8554_2_MESSAGE), &leaf);
    assert_hex(leaf.public_key + 24, RFC8554_2_LEAF_ROOT);
    assert_hex(leaf.bytes + 8 + 32, RFC8554_2_LEAF_Y);
    assert_hex(leaf.bytes + leaf.size - 32, RFC8554_2_LEAF_PATH);
    set(leaf.public_key, leaf.public_key_size, RFC8554_2_MESSAGE, strlen(RFC8554_2_MESSAGE),
        leaf.bytes, leaf.size);
    assert_status(verify(), FWS_OK);
    assert_true(lms_key_init(&key, LMS_SHA256_M32_H10, LMOTS_SHA256_N32_W4, 1));
    set_private(&key, RFC8554_2_TOP_SEED, RFC8554_2_TOP_ID, RFC8554_2_TOP_C);
    lms_sign(&key, LMS_WHOLE_TREE, 3, leaf.public_key, leaf.public_key_size, &top);
    assert_hex(top.public_key + 24, RFC8554_2_TOP_ROOT);
    assert_hex(top.bytes + 8 + 32, RFC8554_2_TOP_Y);
    set(top.public_key, top.public_key_size, leaf.public_key, leaf.public_key_size, top.bytes,
        top.size);
    assert_status(verify(), FWS_OK);
}

static void check_rfc_9858(const char *key, const char *text, const char *signature)
{
    size_t key_size = unhex(key, key_bytes);
    size_t size = unhex(signature, signature_bytes);

    set(key_bytes + 4, key_size - 4, text, strlen(text), signature_bytes + 4, size - 4);
    assert_status(verify(), FWS_OK);
    set(key_bytes, key_size, text, strlen(text), signature_bytes, size);
    assert_status(verify(), FWS_E_PUBKEY);
    set(key_bytes + 4, key_size - 4, text, strlen(text), signature_bytes, size);
    assert_status(verify(), FWS_E_SIGNATURE_INVALID);
}

TEST(rfc_9858_test_cases_are_good_without_what_hss_puts_in_front)
{
    check_rfc_9858(RFC9858_1_KEY, RFC9858_1_MESSAGE, RFC9858_1_SIGNATURE);
    check_rfc_9858(RFC9858_4_KEY, RFC9858_4_MESSAGE, RFC9858_4_SIGNATURE);
}

TEST(each_pair_of_types_is_good_and_each_byte_is_read_once)
{
    struct lms_parameters parameters;

    for (uint32_t lms = LMS_SHA256_M32_H5; lms <= LMS_SHA256_M24_H25; lms++) {
        for (uint32_t ots = LMOTS_SHA256_N32_W1; ots <= LMOTS_SHA256_N24_W8; ots++) {
            if (!lms_parameters(lms, ots, &parameters)) {
                continue;
            }
            set_signed(lms, ots, 0x1234567u & ((1u << parameters.h) - 1));
            assert_status(verify(), FWS_OK);
            assert_int_equal(operands.words, parameters.n / 4);
            for (uint32_t i = 0; i < FLASH_SIZE; i++) {
                bool within = i >= SIGNATURE_OFFSET && i < SIGNATURE_OFFSET + good.size;

                assert_int_equal(flash.read_count[i], within ? 1 : 0);
            }
            flash.bytes[SIGNATURE_OFFSET + good.size - 1] ^= 1;
            assert_status(verify(), FWS_E_SIGNATURE_INVALID);
        }
    }
}

TEST(each_byte_of_the_signature_counts)
{
    static const enum lms_ots_type types[] = {LMOTS_SHA256_N24_W1, LMOTS_SHA256_N24_W2,
                                              LMOTS_SHA256_N24_W4, LMOTS_SHA256_N24_W8};

    for (size_t i = 0; i < 4; i++) {
        set_signed(LMS_SHA256_M24_H5, types[i], 21);
        size_t step = i == 3 ? 5 : 1;

        for (size_t at = 0; at < good.size; at += step) {
            flash.bytes[SIGNATURE_OFFSET + at] ^= (uint8_t)(1u << (at & 7));
            assert_status(verify(), FWS_E_SIGNATURE_INVALID);
            flash.bytes[SIGNATURE_OFFSET + at] ^= (uint8_t)(1u << (at & 7));
        }
        assert_status(verify(), FWS_OK);
    }
}

TEST(each_byte_of_the_key_counts)
{
    set_signed(LMS_SHA256_M32_H10, LMOTS_SHA256_N32_W4, 1000);
    for (size_t at = 0; at < good.public_key_size; at++) {
        good.public_key[at] ^= 0x10;
        assert_status(verify(), at < 8 ? FWS_E_PUBKEY : FWS_E_SIGNATURE_INVALID);
        good.public_key[at] ^= 0x10;
    }
    assert_status(verify(), FWS_OK);
}

TEST(each_leaf_of_a_whole_tree_has_its_own_path)
{
    struct lms_key key;

    assert_true(lms_key_init(&key, LMS_SHA256_M24_H5, LMOTS_SHA256_N24_W1, 3));
    for (uint32_t q = 0; q < 32; q++) {
        lms_sign(&key, LMS_WHOLE_TREE, q, message, 32, &good);
        set(good.public_key, good.public_key_size, message, 32, good.bytes, good.size);
        assert_status(verify(), FWS_OK);
        flash.bytes[SIGNATURE_OFFSET + 3] ^= 1;
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(messages_of_any_length_are_told_apart)
{
    struct lms_key key;

    assert_true(lms_key_init(&key, LMS_SHA256_M32_H5, LMOTS_SHA256_N32_W2, 1));
    for (size_t size = 0; size < sizeof message; size += 13) {
        lms_sign(&key, LMS_SHORT_TREE, 0, message, size, &good);
        set(good.public_key, good.public_key_size, message, size, good.bytes, good.size);
        assert_status(verify(), FWS_OK);
        input.message = fws_reader_init(message, size + 1);
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
    }
}

TEST(a_length_that_does_not_follow_from_the_types_is_refused_unread)
{
    set_signed(LMS_SHA256_M32_H5, LMOTS_SHA256_N32_W8, 1);
    static const int32_t differences[] = {-1292, -32, -1, 1, 32};

    for (size_t i = 0; i < 5; i++) {
        input.signature_size = (uint32_t)((int32_t)good.size + differences[i]);
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
        assert_int_equal(flash.reads, 0);
    }
    input.signature_size = UINT32_MAX;
    assert_status(verify(), FWS_E_SIGNATURE_INVALID);
}

TEST(a_key_of_another_length_is_refused)
{
    for (size_t i = 0; i < 2; i++) {
        set_signed(i == 0 ? LMS_SHA256_M32_H5 : LMS_SHA256_M24_H5,
                   i == 0 ? LMOTS_SHA256_N32_W8 : LMOTS_SHA256_N24_W8, 1);
        for (size_t size = 0; size <= sizeof good.public_key; size++) {
            input.key = fws_reader_init(good.public_key, size);
            assert_status(verify(), size == good.public_key_size ? FWS_OK : FWS_E_PUBKEY);
        }
        input.key.bad = true;
        assert_status(verify(), FWS_E_PUBKEY);
    }
}

TEST(only_types_of_sha_256_that_agree_on_n_are_taken)
{
    struct lms_parameters parameters;

    set_signed(LMS_SHA256_M32_H5, LMOTS_SHA256_N32_W8, 1);
    for (uint32_t lms = 0; lms < 0x30; lms++) {
        for (uint32_t ots = 0; ots < 0x30; ots++) {
            bool known = lms_parameters(lms, ots, &parameters);

            if (lms == LMS_SHA256_M32_H5 && ots == LMOTS_SHA256_N32_W8) {
                continue;
            }
            good.public_key[3] = (uint8_t)lms;
            good.public_key[7] = (uint8_t)ots;
            input.key.left = known ? 24 + parameters.n : 56;
            input.signature_size =
                known ? 12 + parameters.n * (1 + parameters.p + parameters.h) : 1292;
            assert_status(verify(), known ? FWS_E_SIGNATURE_INVALID : FWS_E_PUBKEY);
            input.key.left = known ? 104 - input.key.left : 48; /* as of the other n */
            assert_status(verify(), FWS_E_PUBKEY);
        }
    }
}

TEST(the_types_in_the_signature_are_those_of_the_key)
{
    set_signed(LMS_SHA256_M32_H5, LMOTS_SHA256_N32_W8, 1);
    for (size_t i = 0; i < 4; i++) {
        flash.bytes[SIGNATURE_OFFSET + 4 + i] ^= 1;
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
        assert_int_equal(flash.reads, 1);
        flash.bytes[SIGNATURE_OFFSET + 4 + i] ^= 1;
        flash.bytes[SIGNATURE_OFFSET + 40 + 34 * 32 + i] ^= 1;
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
        flash.bytes[SIGNATURE_OFFSET + 40 + 34 * 32 + i] ^= 1;
    }
    assert_status(verify(), FWS_OK);
}

TEST(a_leaf_the_tree_has_not_is_refused)
{
    static const enum lms_type types[] = {LMS_SHA256_M32_H5, LMS_SHA256_M32_H25};
    static const uint8_t too_large[][4] = {{0, 0, 0, 32}, {2, 0, 0, 0}};

    for (size_t i = 0; i < 2; i++) {
        set_signed(types[i], LMOTS_SHA256_N32_W2, i == 0 ? 31 : (1u << 25) - 1);
        assert_status(verify(), FWS_OK);
        memcpy(flash.bytes + SIGNATURE_OFFSET, too_large[i], 4);
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
        assert_int_equal(flash.reads, 1);
        flash.bytes[SIGNATURE_OFFSET] = 0x80;
        assert_status(verify(), FWS_E_SIGNATURE_INVALID);
        assert_int_equal(flash.reads, 1);
    }
}

TEST(each_failed_read_is_reported)
{
    set_signed(LMS_SHA256_M24_H5, LMOTS_SHA256_N24_W8, 1);
    assert_status(verify(), FWS_OK);
    unsigned reads = flash.reads;

    assert_int_equal(reads, 1 + 1 + 26 + 1 + 5);
    for (unsigned i = 0; i < reads; i++) {
        flash.read_fails = i;
        assert_status(verify(), FWS_E_FLASH_READ);
        assert_int_equal(flash.reads, i + 1);
    }
}

TEST(a_signature_past_the_end_of_the_slot_is_reported)
{
    set_signed(LMS_SHA256_M24_H5, LMOTS_SHA256_N24_W8, 1);
    io.size = SIGNATURE_OFFSET + (uint32_t)good.size;
    assert_status(verify(), FWS_OK);
    io.size--;
    assert_status(verify(), FWS_E_IMAGE_TRUNCATED);
    io.size = 0;
    assert_status(verify(), FWS_E_IMAGE_TRUNCATED);
}

TEST(a_mapped_slot_is_read_in_place)
{
    set_signed(LMS_SHA256_M24_H5, LMOTS_SHA256_N24_W8, 1);
    io.mapped = flash.bytes;
    assert_status(verify(), FWS_OK);
    assert_int_equal(flash.reads, 0);
}

TEST(each_failed_call_of_the_hash_is_reported_and_its_state_freed)
{
    set_signed(LMS_SHA256_M24_H5, LMOTS_SHA256_N24_W1, 1);
    assert_status(verify(), FWS_OK);
    unsigned calls = hash_calls;

    for (unsigned i = 0; i < calls; i++) {
        hash_call_fails = i;
        assert_status(verify(), FWS_E_BACKEND);
    }
}

TEST(without_room_for_sha_256_or_without_it_nothing_is_done)
{
    struct fws_hash_function large = sha256_by_openssl;
    const struct fws_hash_function *const too_large[] = {&large, NULL};
    const struct fws_hash_function *const none[] = {NULL};

    set_signed(LMS_SHA256_M24_H5, LMOTS_SHA256_N24_W8, 1);
    large.state_size = FWS_VERIFY_HASH_STATE_SIZE + 1;
    input.hashes = too_large;
    assert_status(verify(), FWS_E_BACKEND);
    input.hashes = none;
    assert_status(verify(), FWS_E_BACKEND);
    large.state_size = FWS_VERIFY_HASH_STATE_SIZE;
    input.hashes = too_large;
    assert_status(verify(), FWS_OK);
}

TEST(the_scheme_says_what_it_is)
{
    assert_int_equal(fws_builtin_lms.alg, FWS_ALG_LMS);
    assert_int_equal(fws_builtin_lms.pure, FWS_PURE_NEVER);
    assert_false(fws_builtin_lms.boolean_only);
    assert_true(fws_builtin_lms.scratch_size <= FWS_VERIFY_SCRATCH_SIZE);
}

TEST_MAIN("verifier/builtin_lms")
