/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/verifier/build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "verifier/port/openssl/openssl.h"

static const char *const key_bytes[2 * TOY_KEYS] = {"key-0", "key-1", "key-2", "key-3", "key-4",
                                                    "key-5", "key-6", "key-7", "key-8", "key-9"};
#define KEY_SIZE 5u

static void digest(enum fws_hash hash, const void *data, size_t size, uint8_t *out)
{
    struct fws_error err = {0};

    assert_int_equal(fws_digest(hash, data, size, out, &err), FWS_OK);
}

/* A signature of size bytes that hangs on key and message. */
static void toy_sign(const uint8_t *der, const uint8_t *message, size_t message_size, uint8_t *out,
                     size_t size)
{
    uint8_t sum[32];

    digest(FWS_HASH_SHA256, message, message_size, sum);
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(sum[i % sizeof sum] ^ der[KEY_SIZE - 1]);
    }
}

static size_t signature_size(enum fws_algorithm alg)
{
    switch (alg) {
    case FWS_ALG_RSA2048:
        return 256;
    case FWS_ALG_RSA3072:
        return 384;
    case FWS_ALG_P384:
        return 96;
    default:
        return 64;
    }
}

/* A toy of each algorithm: the signature beside the one it should be. */
static enum fws_status toy_verify(const struct fws_signature_input *input, enum fws_algorithm alg,
                                  void *scratch, struct fws_operands *out)
{
    size_t size = signature_size(alg);
    uint8_t *given = scratch;
    uint8_t *expected = &given[FWS_SIGNATURE_MAX_SIZE];
    struct fws_reader signature = input->signature;

    assert_int_equal(signature.left, size);
    fws_reader_copy(&signature, given, size);
    toy_sign(input->key.data, input->message.data, input->message.left, expected, size);
    *out = (struct fws_operands){scratch, (const uint32_t *)(const void *)expected, size / 4};
    return FWS_OK;
}

#define TOY_SCHEME(name, id)                                                                       \
    static enum fws_status name##_verify(const struct fws_signature_input *input, void *scratch,   \
                                         struct fws_operands *out)                                 \
    {                                                                                              \
        return toy_verify(input, (id), scratch, out);                                              \
    }                                                                                              \
    static const struct fws_signature_scheme name = {.alg = (id),                                  \
                                                     .scratch_size = 2 * FWS_SIGNATURE_MAX_SIZE,   \
                                                     .pure = FWS_PURE_MAPPED,                      \
                                                     .verify = name##_verify}

TOY_SCHEME(toy_rsa2048, FWS_ALG_RSA2048);
TOY_SCHEME(toy_rsa3072, FWS_ALG_RSA3072);
TOY_SCHEME(toy_p256, FWS_ALG_P256);
TOY_SCHEME(toy_p384, FWS_ALG_P384);
TOY_SCHEME(toy_ed25519, FWS_ALG_ED25519);

const struct fws_signature_scheme *const toy_schemes[] = {&toy_rsa2048, &toy_rsa3072, &toy_p256,
                                                          &toy_p384,    &toy_ed25519, NULL};

void build_start(struct build *b)
{
    memset(b, 0, sizeof *b);
    b->header =
        (struct fws_header){.header_size = 64, .payload_size = 100, .version = {1, 2, 3, 4}};
    b->hash = FWS_HASH_SHA256;
    b->padding = 0xff;
    b->protected_area = fws_writer_init(b->protected_data, sizeof b->protected_data);
    b->plain_area = fws_writer_init(b->plain_data, sizeof b->plain_data);
    b->reads_that_succeed = UINT32_MAX;
    for (unsigned i = 0; i < 2 * TOY_KEYS; i++) {
        b->keys[i] = (struct fws_trusted_key){.alg = (uint8_t)(i % TOY_KEYS + 1),
                                              .der = (const uint8_t *)key_bytes[i],
                                              .der_size = KEY_SIZE};
    }
    b->policy.hashes = fws_openssl_hashes;
    b->policy.schemes = toy_schemes;
    b->policy.flags = FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED;
    b->policy.options = FWS_VERIFY_ANY_VENDOR;
}

void build_protect(struct build *b, uint16_t type, const void *value, uint16_t size)
{
    b->has_protected = true;
    fws_tlv_write(&b->protected_area, type, value, size);
}

void build_seal(struct build *b)
{
    struct fws_writer writer = fws_writer_init(b->image, sizeof b->image);
    size_t entries = b->protected_area.used;

    if (b->has_protected) {
        b->header.protected_size = (uint16_t)(FWS_TLV_INFO_SIZE + entries);
    }
    fws_header_write(&writer, &b->header);
    fws_writer_fill(&writer, b->padding, b->header.header_size - FWS_HEADER_SIZE);
    for (uint32_t i = 0; i < b->header.payload_size; i++) {
        fws_writer_u8(&writer, (uint8_t)(i * 7 + 1));
    }
    if (b->has_protected) {
        fws_tlv_area_write(&writer, FWS_TLV_PROTECTED, entries);
        fws_writer_bytes(&writer, b->protected_data, entries);
    }
    assert_int_equal(fws_writer_done(&writer), FWS_OK);
    b->signed_size = (uint32_t)writer.used;
}

void build_plain(struct build *b, uint16_t type, const void *value, uint16_t size)
{
    fws_tlv_write(&b->plain_area, type, value, size);
}

void build_hash(struct build *b)
{
    uint8_t value[FWS_HASH_MAX_SIZE];

    digest(b->hash, b->image, b->signed_size, value);
    build_plain(b, fws_tlv_of_hash(b->hash), value, (uint16_t)fws_hash_size(b->hash));
}

void build_key(struct build *b, unsigned key)
{
    uint8_t value[FWS_HASH_MAX_SIZE];

    digest(b->hash, b->keys[key].der, b->keys[key].der_size, value);
    build_plain(b, FWS_TLV_KEYHASH, value, (uint16_t)fws_hash_size(b->hash));
}

void build_full_key(struct build *b, unsigned key)
{
    build_plain(b, FWS_TLV_PUBKEY, b->keys[key].der, (uint16_t)b->keys[key].der_size);
}

static void append_signature(struct build *b, unsigned key, const uint8_t *message, size_t size)
{
    const struct fws_trusted_key *signer = &b->keys[key];
    uint8_t value[FWS_SIGNATURE_MAX_SIZE];
    uint8_t der[FWS_ECDSA_DER_MAX_SIZE];
    size_t value_size = signature_size((enum fws_algorithm)signer->alg);

    toy_sign(signer->der, message, size, value, value_size);
    if (signer->alg == FWS_ALG_P256 || signer->alg == FWS_ALG_P384) {
        size_t der_size = 0;

        assert_int_equal(fws_ecdsa_der_from_raw(value, value_size, der, &der_size), FWS_OK);
        build_plain(b, FWS_TLV_ECDSA_SIG, der, (uint16_t)der_size);
        return;
    }
    build_plain(b, fws_tlv_of_algorithm((enum fws_algorithm)signer->alg), value,
                (uint16_t)value_size);
}

void build_signature(struct build *b, unsigned key)
{
    uint8_t message[FWS_HASH_MAX_SIZE];

    digest(b->hash, b->image, b->signed_size, message);
    append_signature(b, key, message, fws_hash_size(b->hash));
}

void build_pure_signature(struct build *b, unsigned key)
{
    append_signature(b, key, b->image, b->signed_size);
}

void build_finish(struct build *b)
{
    struct fws_writer writer =
        fws_writer_init(&b->image[b->signed_size], sizeof b->image - b->signed_size);

    fws_tlv_area_write(&writer, FWS_TLV_PLAIN, b->plain_area.used);
    fws_writer_bytes(&writer, b->plain_data, b->plain_area.used);
    assert_int_equal(fws_writer_done(&writer), FWS_OK);
    assert_int_equal(fws_writer_done(&b->plain_area), FWS_OK);
    assert_int_equal(fws_writer_done(&b->protected_area), FWS_OK);
    b->size = b->signed_size + (uint32_t)writer.used;
    b->flash_size = b->size;
}

void build_trust(struct build *b, unsigned key)
{
    b->policy.keys = &b->keys[key];
    b->policy.key_count = 1;
}

void build_sealed(struct build *b)
{
    build_start(b);
    build_protect(b, FWS_TLV_SEC_CNT, "\7\0\0", 4);
    build_seal(b);
}

void build_valid(struct build *b, unsigned key)
{
    build_sealed(b);
    if (key % TOY_KEYS == KEY_P384) {
        b->hash = FWS_HASH_SHA384;
    }
    build_hash(b);
    build_key(b, key);
    build_signature(b, key);
    build_finish(b);
    build_trust(b, key);
}

static enum fws_status read_flash(void *context, uint32_t offset, void *out, size_t size)
{
    struct build *b = context;

    assert_true(offset <= b->flash_size && size <= b->flash_size - offset);
    if (b->reads_that_succeed == 0) {
        return FWS_E_IO;
    }
    b->reads_that_succeed--;
    memcpy(out, &b->image[offset], size);
    for (size_t i = 0; i < size; i++) {
        b->read_count[offset + i]++;
    }
    return FWS_OK;
}

enum fws_status verify(struct build *b)
{
    static struct fws_verify_work work;
    struct fws_verify_io io = {.read = read_flash,
                               .context = b,
                               .size = b->flash_size,
                               .mapped = b->mapped ? b->image : NULL};

    memset(&work, 0xa5, sizeof work); /* it needs no preparation */
    b->evidence = fws_verify(&b->policy, &io, &work, &b->report);
    assert_int_equal(fws_verify_accepted(b->evidence),
                     b->report.reason == FWS_OK && b->policy.key_count > 0);
    assert_int_equal(fws_verify_refused(b->evidence), !fws_verify_accepted(b->evidence));
    return b->report.reason;
}

enum fws_status verify_pushed(struct build *b, size_t piece)
{
    static struct fws_verify_push push;
    struct fws_verify_io io = {.size = b->flash_size};
    size_t at = 0;

    memset(&push, 0xa5, sizeof push);
    enum fws_status status = fws_verify_begin(&push, &b->policy, &io, &b->report);

    while (status == FWS_OK && at < b->flash_size) {
        size_t size = b->flash_size - at < piece ? b->flash_size - at : piece;

        status = fws_verify_feed(&push, &b->image[at], size);
        at += size;
    }
    b->evidence = fws_verify_finish(&push);
    assert_true(status == FWS_OK || b->report.reason == status);
    assert_int_equal(fws_verify_accepted(b->evidence),
                     b->report.reason == FWS_OK && b->policy.key_count > 0);
    return b->report.reason;
}

static enum fws_status counter_floor(void *context, uint32_t *out)
{
    *out = ((const struct build *)context)->counter_floor;
    return ((const struct build *)context)->otp_fails ? FWS_E_IO : FWS_OK;
}

void build_counter_floor(struct build *b, uint32_t floor)
{
    b->counter_floor = floor;
    b->policy.counter_floor = counter_floor;
    b->policy.context = b;
}

static enum fws_status revoked(void *context, uint32_t *out)
{
    *out = ((const struct build *)context)->revoked;
    return ((const struct build *)context)->otp_fails ? FWS_E_IO : FWS_OK;
}

void build_revoke(struct build *b, uint32_t bits)
{
    b->revoked = bits;
    b->policy.revoked = revoked;
    b->policy.context = b;
}
