/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA256_CTX, whose counter a test sets */
#include <openssl/sha.h>
#include <string.h>

#include "tests/unit/test.h"

#include "base/digest.h"
#include "verifier/builtin/builtin.h"
#include "verifier/builtin/sha256.h"

#define MESSAGE_MAX 300u

static const struct fws_hash_function *const functions[] = {
    &fws_builtin_sha256_small, &fws_builtin_sha256_mid, &fws_builtin_sha256_fast,
    &fws_builtin_sha384,       &fws_builtin_sha512,
};

static uint8_t message[MESSAGE_MAX];

/* A xorshift generator: the same numbers in every run. */
static uint32_t next_random(void)
{
    static uint32_t x = 0x2545f491;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
}

static void fill_message(void)
{
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)next_random();
    }
}

/* A state in memory of its own size, so that AddressSanitizer sees what lies outside. */
static void *begin(const struct fws_hash_function *function)
{
    void *state = malloc(function->state_size);

    assert_non_null(state);
    memset(state, 0xa5, function->state_size);
    assert_status(function->begin(state), FWS_OK);
    return state;
}

/* From memory that begins misalignment bytes off, and has nothing around it. */
static void update(const struct fws_hash_function *function, void *state, const uint8_t *data,
                   size_t size, size_t misalignment)
{
    if (size == 0) {
        assert_status(function->update(state, NULL, 0), FWS_OK);
        return;
    }
    uint8_t *memory = malloc(misalignment + size);

    assert_non_null(memory);
    memcpy(&memory[misalignment], data, size);
    assert_status(function->update(state, &memory[misalignment], size), FWS_OK);
    free(memory);
}

static void finish_equals(const struct fws_hash_function *function, void *state,
                          const uint8_t *expected)
{
    size_t size = fws_hash_size(function->hash);
    uint8_t *digest = malloc(size);

    assert_non_null(digest);
    assert_status(function->finish(state, digest), FWS_OK);
    assert_memory_equal(digest, expected, size);
    free(digest);
    free(state);
}

static void expect(const struct fws_hash_function *function, const uint8_t *data, size_t size,
                   uint8_t out[FWS_HASH_MAX_SIZE])
{
    struct fws_error err = {0};

    assert_status(fws_digest(function->hash, data, size, out, &err), FWS_OK);
}

/* ---- Published vectors ---- */

struct vector {
    enum fws_hash hash;
    const char *message;
    unsigned int repeat;
    const char *digest;
};

#define TWO_BLOCKS_256 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
#define TWO_BLOCKS_512                                                                             \
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"                                     \
    "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"

/* NIST's examples for FIPS 180-4, and the empty message of its test vectors (CAVP, SHA byte). */
static const struct vector vectors[] = {
    {FWS_HASH_SHA256, "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {FWS_HASH_SHA256, "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {FWS_HASH_SHA256, TWO_BLOCKS_256, 1,
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {FWS_HASH_SHA256, TWO_BLOCKS_512, 1,
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {FWS_HASH_SHA256, "a", 1000000,
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {FWS_HASH_SHA384, "", 1,
     "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
     "274edebfe76f65fbd51ad2f14898b95b"},
    {FWS_HASH_SHA384, "abc", 1,
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
     "8086072ba1e7cc2358baeca134c825a7"},
    {FWS_HASH_SHA384, TWO_BLOCKS_512, 1,
     "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712"
     "fcc7c71a557e2db966c3e9fa91746039"},
    {FWS_HASH_SHA384, "a", 1000000,
     "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b"
     "07b8b3dc38ecc4ebae97ddd87f3d8985"},
    {FWS_HASH_SHA512, "", 1,
     "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
    {FWS_HASH_SHA512, "abc", 1,
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {FWS_HASH_SHA512, TWO_BLOCKS_512, 1,
     "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
     "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    {FWS_HASH_SHA512, "a", 1000000,
     "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
     "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"},
};

static void from_hex(const char *hex, uint8_t *out, size_t size)
{
    assert_int_equal(strlen(hex), 2 * size);
    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

static void check_vector(const struct fws_hash_function *function, const struct vector *vector)
{
    uint8_t expected[FWS_HASH_MAX_SIZE];
    void *state = begin(function);

    from_hex(vector->digest, expected, fws_hash_size(vector->hash));
    for (unsigned int i = 0; i < vector->repeat; i++) {
        assert_status(function->update(state, vector->message, strlen(vector->message)), FWS_OK);
    }
    finish_equals(function, state, expected);
}

TEST(nist_vectors_hold)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        size_t tried = 0;

        for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
            if (functions[f]->hash == vectors[i].hash) {
                check_vector(functions[f], &vectors[i]);
                tried++;
            }
        }
        assert_true(tried > 0);
    }
}

/* ---- Against OpenSSL ---- */

static void each_function(void (*check)(const struct fws_hash_function *function))
{
    fill_message();
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        check(functions[f]);
    }
}

/* Among them 55, 56, 63, 64, 65 and 111, 112, 127, 128, where padding begins another block. */
static void check_lengths(const struct fws_hash_function *function)
{
    uint8_t expected[FWS_HASH_MAX_SIZE];

    for (size_t size = 0; size <= MESSAGE_MAX; size++) {
        for (size_t misalignment = 0; misalignment < 8; misalignment++) {
            void *state = begin(function);

            expect(function, message, size, expected);
            update(function, state, message, size, misalignment);
            finish_equals(function, state, expected);
        }
    }
}

TEST(every_length_at_every_alignment_equals_openssl)
{
    each_function(check_lengths);
}

static void check_splits(const struct fws_hash_function *function)
{
    uint8_t expected[FWS_HASH_MAX_SIZE];

    for (size_t size = 0; size <= MESSAGE_MAX; size++) {
        void *state = begin(function);
        size_t done = 0;

        expect(function, message, size, expected);
        while (done < size) {
            size_t part = next_random() % (size - done + 1);

            update(function, state, &message[done], part, next_random() % 8);
            done += part;
        }
        finish_equals(function, state, expected);
    }
}

TEST(split_points_do_not_matter)
{
    for (unsigned int i = 0; i < 8; i++) {
        each_function(check_splits);
    }
}

static void check_bytes(const struct fws_hash_function *function)
{
    uint8_t expected[FWS_HASH_MAX_SIZE];
    void *state = begin(function);

    expect(function, message, MESSAGE_MAX, expected);
    for (size_t i = 0; i < MESSAGE_MAX; i++) {
        update(function, state, &message[i], 1, i % 8);
    }
    finish_equals(function, state, expected);
}

TEST(bytes_one_at_a_time_are_the_same_message)
{
    each_function(check_bytes);
}

/*
 * A length in bits that needs more than 32 of them, without its 2.5 GiB: both counters are told
 * that so many bytes were hashed already. SHA-512's follows the eight words of its state.
 */
static const uint64_t skipped = (UINT64_C(1) << 31) + (UINT64_C(1) << 29);

static void check_large_256(const struct fws_hash_function *function)
{
    struct fws_sha256 *state = begin(function);
    uint8_t expected[SHA256_DIGEST_LENGTH];
    SHA256_CTX reference;

    assert_int_equal(SHA256_Init(&reference), 1);
    reference.Nl = (SHA_LONG)(skipped << 3);
    reference.Nh = (SHA_LONG)(skipped >> 29);
    state->size = (uint32_t)skipped;
    assert_int_equal(SHA256_Update(&reference, message, 100), 1);
    assert_int_equal(SHA256_Final(expected, &reference), 1);
    update(function, state, message, 100, 0);
    finish_equals(function, state, expected);
}

static void check_large_512(const struct fws_hash_function *function)
{
    uint64_t *state = begin(function);
    uint8_t expected[SHA512_DIGEST_LENGTH];
    SHA512_CTX reference;

    assert_int_equal(SHA512_Init(&reference), 1);
    reference.Nl = skipped << 3;
    state[8] = skipped;
    assert_int_equal(SHA512_Update(&reference, message, 100), 1);
    assert_int_equal(SHA512_Final(expected, &reference), 1);
    update(function, state, message, 100, 0);
    finish_equals(function, state, expected);
}

TEST(a_length_of_more_than_32_bits_is_counted)
{
    fill_message();
    check_large_256(&fws_builtin_sha256_small);
    check_large_512(&fws_builtin_sha512);
}

/* ---- What the verifier relies on ---- */

static void check_size(const struct fws_hash_function *function)
{
    assert_true(function->state_size <= (function->hash == FWS_HASH_SHA256 ? 104 : 216));
}

TEST(states_are_small)
{
    each_function(check_size);
}

static void check_again(const struct fws_hash_function *function)
{
    uint8_t expected[FWS_HASH_MAX_SIZE];
    uint8_t digest[FWS_HASH_MAX_SIZE];
    void *state = begin(function);

    expect(function, message, 100, expected);
    update(function, state, message, 77, 0);
    assert_status(function->finish(state, digest), FWS_OK);
    assert_status(function->begin(state), FWS_OK);
    update(function, state, message, 100, 0);
    finish_equals(function, state, expected);
}

TEST(begin_forgets_what_came_before)
{
    each_function(check_again);
}

TEST_MAIN("verifier/builtin_sha")
