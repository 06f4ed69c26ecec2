/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches the built-in schemes for ECDSA P-256, RSA-2048, RSA-3072 and Ed25519, the built-in SHA-2,
 * and fws_ecdsa_raw_from_der.
 *
 * The first byte of the input chooses where a signature comes from, the next bytes say which:
 *
 *     0  a case of tests/vectors/edge/, good or bad
 *     1  P-256 by scalars: R = u1 G + u2 Q, r = x(R), s = r / u2, digest = u1 s, which is good for any
 *        key and any scalars, so that the input steers the arithmetic
 *     2  Ed25519 by a secret and a message
 *     3  no signature: bytes to be hashed, and where to split them
 *
 * What is left of the input changes key, message and signature.
 *
 * Properties: a signature made here is good until it is changed; the built-in scheme and OpenSSL's
 * always say the same, and nobody breaks the contract of verifier/crypto.h (judge.h has it); a digest
 * does not depend on how its bytes were split, and is OpenSSL's.
 *
 * OpenSSL by itself is laxer in these places. Its port refuses them before asking it, so that no
 * exception is made here; each has its cases in tests/vectors/edge/:
 *
 *     EC keys        compressed and hybrid points, explicit parameters, BER, bytes behind the key
 *     RSA keys       any exponent, any modulus, also an even one; BER
 *     Ed25519 keys   y not below p, x = 0 with its sign, points of small order
 *     ECDSA digests  of any size, cut or taken as they are; DER that is read back and compared
 */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "tests/fuzz/property.h"
#include "tests/wycheproof/edge.h"
#include "verifier/builtin/builtin.h"
#include "verifier/port/openssl/openssl.h"

#define FIELD_MAX   1100u /* the longest message of tests/vectors/edge/ and room to grow */
#define CASES_MAX   2048u
#define SPKI_P256   27u /* bytes before X */
#define COORDINATE  32u
#define CHANGES_MAX 16u

struct field {
    uint8_t bytes[FIELD_MAX];
    size_t size;
};

enum { KEY, MESSAGE, SIGNATURE, FIELDS };

struct subject {
    enum fws_algorithm alg;
    bool der;
    bool valid; /* and not changed since */
    struct field field[FIELDS];
};

static const struct fws_hash_function *const builtin_hashes[] = {
    &fws_builtin_sha256_small, &fws_builtin_sha384, &fws_builtin_sha512, NULL};

/* ---- 0: cases of the edge sets ---- */

static struct subject *cases;
static size_t case_count;

static void set_field(struct field *field, struct fws_reader bytes)
{
    property(!bytes.bad && bytes.left <= FIELD_MAX);
    field->size = bytes.left;
    fws_reader_copy(&bytes, field->bytes, bytes.left);
}

static void keep_case(void *context, const struct edge_case *edge)
{
    (void)context;
    property(case_count < CASES_MAX);
    struct subject *subject = &cases[case_count++];

    subject->alg = edge->alg;
    subject->der = edge->question.der;
    subject->valid = edge->valid;
    set_field(&subject->field[KEY], edge->question.key);
    set_field(&subject->field[MESSAGE], edge->question.message);
    set_field(&subject->field[SIGNATURE], edge->question.signature);
}

/* FWSIGN_EDGE_VECTORS is the folder, by CMake; P-384 is not among the built-in schemes. */
static void load_cases(void)
{
    static const char *const sets[] = {"p256", "p256-der", "rsa2048", "rsa3072", "ed25519"};

    if (cases == NULL) {
        cases = calloc(CASES_MAX, sizeof *cases);
        property(cases != NULL);
        for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
            edge_each(FWSIGN_EDGE_VECTORS, sets[i], keep_case, NULL);
        }
    }
}

static const struct subject *pick_case(struct fws_reader *input)
{
    load_cases();
    return &cases[fws_reader_u16le(input) % case_count];
}

/* ---- 1: P-256 by scalars ---- */

static EC_GROUP *group;
static const BIGNUM *order;
static BN_CTX *ctx;

static void open_group(void)
{
    if (group == NULL) {
        group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
        ctx = BN_CTX_new();
        property(group != NULL && ctx != NULL);
        order = EC_GROUP_get0_order(group);
    }
}

/* Any scalar, and in few bytes those at which recodings and ladders turn. */
static void read_scalar(struct fws_reader *input, BIGNUM *out)
{
    uint8_t form = fws_reader_u8(input);
    uint8_t full[COORDINATE];

    switch (form % 5) {
    case 0: /* small */
        property(BN_set_word(out, fws_reader_u8(input)) == 1);
        break;
    case 1: /* small and negative */
        property(BN_copy(out, order) != NULL && BN_sub_word(out, fws_reader_u8(input)) == 1);
        break;
    case 2: /* one bit */
        property(BN_set_word(out, 1) == 1 && BN_lshift(out, out, fws_reader_u8(input)) == 1);
        break;
    case 3: /* a run of ones */
        property(BN_set_word(out, 1) == 1 && BN_lshift(out, out, fws_reader_u8(input)) == 1 &&
                 BN_sub_word(out, 1) == 1 && BN_lshift(out, out, form / 5) == 1);
        break;
    default:
        fws_reader_copy(input, full, sizeof full);
        property(BN_bin2bn(full, sizeof full, out) != NULL);
    }
    property(BN_nnmod(out, out, order, ctx) == 1);
}

static void write_number(const BIGNUM *number, uint8_t *out)
{
    property(BN_bn2binpad(number, out, COORDINATE) == (int)COORDINATE);
}

/* A point by its secret, or by an x that nobody knows the secret of; false when there is none. */
static bool read_point(struct fws_reader *input, BIGNUM *number, EC_POINT *out)
{
    bool by_x = (fws_reader_u8(input) & 1u) != 0;

    read_scalar(input, number);
    if (by_x) {
        return EC_POINT_set_compressed_coordinates(group, out, number, 0, ctx) == 1;
    }
    property(EC_POINT_mul(group, out, number, NULL, NULL, ctx) == 1);
    return EC_POINT_is_at_infinity(group, out) == 0;
}

static void write_key(const EC_POINT *q, struct field *key)
{
    static const uint8_t head[SPKI_P256 - 1] = {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};

    memcpy(key->bytes, head, sizeof head);
    key->size = SPKI_P256 + 2 * COORDINATE;
    property(EC_POINT_point2oct(group, q, POINT_CONVERSION_UNCOMPRESSED, &key->bytes[sizeof head],
                                1 + 2 * COORDINATE, ctx) == 1 + 2 * COORDINATE);
}

/* r into the signature and s = r / u2 into u2, then u1 s into u1; false where r is 0 or none. */
static bool sign_by_scalars(BIGNUM *u1, BIGNUM *u2, const EC_POINT *q, BIGNUM *r)
{
    EC_POINT *point = EC_POINT_new(group);

    property(point != NULL && EC_POINT_mul(group, point, u1, q, u2, ctx) == 1);
    bool some = BN_is_zero(u2) == 0 && EC_POINT_is_at_infinity(group, point) == 0 &&
                EC_POINT_get_affine_coordinates(group, point, r, NULL, ctx) == 1 &&
                BN_nnmod(r, r, order, ctx) == 1 && BN_is_zero(r) == 0;

    if (some) {
        property(BN_mod_inverse(u2, u2, order, ctx) != NULL &&
                 BN_mod_mul(u2, r, u2, order, ctx) == 1 && BN_mod_mul(u1, u1, u2, order, ctx) == 1);
    }
    EC_POINT_free(point);
    return some;
}

static bool make_p256(struct fws_reader *input, struct subject *out)
{
    open_group();
    BN_CTX_start(ctx);
    BIGNUM *u1 = BN_CTX_get(ctx);
    BIGNUM *u2 = BN_CTX_get(ctx);
    BIGNUM *r = BN_CTX_get(ctx);
    EC_POINT *q = EC_POINT_new(group);

    property(r != NULL && q != NULL);
    bool made = read_point(input, u1, q);

    if (made) {
        write_key(q, &out->field[KEY]);
        read_scalar(input, u1);
        read_scalar(input, u2);
        made = sign_by_scalars(u1, u2, q, r);
    }
    if (made) {
        out->alg = FWS_ALG_P256;
        out->valid = true;
        out->field[MESSAGE].size = COORDINATE;
        out->field[SIGNATURE].size = 2 * COORDINATE;
        write_number(u1, out->field[MESSAGE].bytes);
        write_number(r, out->field[SIGNATURE].bytes);
        write_number(u2, &out->field[SIGNATURE].bytes[COORDINATE]);
    }
    EC_POINT_free(q);
    BN_CTX_end(ctx);
    return made;
}

/* ---- 2: Ed25519 by a secret ---- */

static void make_ed25519(struct fws_reader *input, struct subject *out)
{
    static const uint8_t head[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                   0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    struct field *key = &out->field[KEY];
    struct field *message = &out->field[MESSAGE];
    struct field *signature = &out->field[SIGNATURE];
    uint8_t secret[COORDINATE];
    size_t size = COORDINATE;

    fws_reader_copy(input, secret, sizeof secret);
    message->size = fws_reader_u16le(input) % FIELD_MAX;
    fws_reader_copy(input, message->bytes,
                    message->size < input->left ? message->size : input->left);
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof secret);
    EVP_MD_CTX *md = EVP_MD_CTX_new();

    out->alg = FWS_ALG_ED25519;
    out->valid = true;
    memcpy(key->bytes, head, sizeof head);
    key->size = sizeof head + COORDINATE;
    signature->size = 2 * COORDINATE;
    property(
        pkey != NULL && md != NULL &&
        EVP_PKEY_get_raw_public_key(pkey, &key->bytes[sizeof head], &size) == 1 &&
        EVP_DigestSignInit(md, NULL, NULL, NULL, pkey) == 1 &&
        EVP_DigestSign(md, signature->bytes, &signature->size, message->bytes, message->size) == 1);
    EVP_MD_CTX_free(md);
    EVP_PKEY_free(pkey);
}

/* ---- Changes ---- */

/* A big-endian number that ends at place plus amount: bounds lie side by side. */
static void add_at(struct field *field, size_t place, uint8_t amount)
{
    unsigned carry = amount;

    for (size_t i = place + 1; i > 0 && carry > 0; i--) {
        carry += field->bytes[i - 1];
        field->bytes[i - 1] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void resize(struct field *field, size_t size)
{
    if (size > field->size) {
        memset(&field->bytes[field->size], 0, size - field->size);
    }
    field->size = size;
}

static void change(struct fws_reader *input, struct subject *subject)
{
    uint8_t action = fws_reader_u8(input);
    size_t which = action % FIELDS;
    struct field *field = &subject->field[which];
    uint16_t number = fws_reader_u16le(input);
    size_t place = field->size > 0 ? number % field->size : 0;

    switch (action / FIELDS % 5) {
    case 0:
        field->bytes[place] ^= fws_reader_u8(input);
        break;
    case 1:
        resize(field, number % FIELD_MAX);
        break;
    case 2: {
        size_t left = field->size - place;
        size_t size = fws_reader_u8(input);

        size = size < left ? size : left;
        fws_reader_copy(input, &field->bytes[place], size < input->left ? size : input->left);
        break;
    }
    case 3:
        add_at(field, place, fws_reader_u8(input));
        break;
    default:
        load_cases();
        *field = cases[number % case_count].field[which];
    }
}

/* ---- The verdicts ---- */

static const struct fws_signature_scheme *scheme_of(enum fws_algorithm alg, bool builtin)
{
    switch (alg) {
    case FWS_ALG_P256:
        return builtin ? &fws_builtin_p256 : &fws_openssl_p256;
    case FWS_ALG_RSA2048:
        return builtin ? &fws_builtin_rsa2048 : &fws_openssl_rsa2048;
    case FWS_ALG_RSA3072:
        return builtin ? &fws_builtin_rsa3072 : &fws_openssl_rsa3072;
    default:
        return builtin ? &fws_builtin_ed25519 : &fws_openssl_ed25519;
    }
}

static void check(const struct subject *subject)
{
    struct question question = {
        .key = fws_reader_init(subject->field[KEY].bytes, subject->field[KEY].size),
        .message = fws_reader_init(subject->field[MESSAGE].bytes, subject->field[MESSAGE].size),
        .signature =
            fws_reader_init(subject->field[SIGNATURE].bytes, subject->field[SIGNATURE].size),
        .der = subject->der,
    };
    struct answer builtin = judge(scheme_of(subject->alg, true), builtin_hashes, &question);
    struct answer openssl = judge(scheme_of(subject->alg, false), fws_openssl_hashes, &question);
    bool agreed = builtin.verdict == openssl.verdict && builtin.verdict != VERDICT_BROKEN &&
                  (!subject->valid || builtin.verdict == VERDICT_ACCEPTED);

    if (!agreed) {
        (void)fprintf(stderr, "%s: built in '%s', OpenSSL '%s', %s\n",
                      fws_algorithm_name(subject->alg), builtin.why, openssl.why,
                      subject->valid ? "made to be good" : "whatever it is");
    }
    property(agreed);
}

/* ---- 3: digests ---- */

/* Each byte of splits is the size of one update; what is left comes at once. */
static void check_digest(const struct fws_hash_function *hash, struct fws_reader splits,
                         struct fws_reader data)
{
    const uint8_t *bytes = data.data;
    size_t left = data.left;
    uint8_t ours[FWS_HASH_MAX_SIZE];
    uint8_t theirs[FWS_HASH_MAX_SIZE];
    struct fws_error err;
    void *state = malloc(hash->state_size);

    property(state != NULL && hash->state_size <= FWS_VERIFY_HASH_STATE_SIZE);
    memset(state, 0xa5, hash->state_size);
    property(fws_digest(hash->hash, bytes, left, theirs, &err) == FWS_OK);
    property(hash->begin(state) == FWS_OK);
    while (splits.left > 0) {
        size_t size = fws_reader_u8(&splits);

        size = size < left ? size : left;
        property(hash->update(state, &bytes[data.left - left], size) == FWS_OK);
        left -= size;
    }
    property(hash->update(state, &bytes[data.left - left], left) == FWS_OK);
    property(hash->finish(state, ours) == FWS_OK);
    property(memcmp(ours, theirs, fws_hash_size(hash->hash)) == 0);
    free(state);
}

static void check_digests(struct fws_reader *input)
{
    static const struct fws_hash_function *const hashes[] = {
        &fws_builtin_sha256_small, &fws_builtin_sha256_mid, &fws_builtin_sha256_fast,
        &fws_builtin_sha384, &fws_builtin_sha512};
    size_t count = fws_reader_u8(input);
    struct fws_reader splits = fws_reader_slice(input, count < input->left ? count : input->left);

    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        check_digest(hashes[i], splits, *input);
    }
}

static bool make_subject(struct fws_reader *input, unsigned source, struct subject *out)
{
    memset(out, 0, sizeof *out);
    if (source == 0) {
        *out = *pick_case(input);
    } else if (source == 1) {
        return make_p256(input, out);
    } else {
        make_ed25519(input, out);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct subject subject;
    struct fws_reader input = fws_reader_init(data, size);
    unsigned source = fws_reader_u8(&input) % 4;

    if (source == 3) {
        check_digests(&input);
    } else if (make_subject(&input, source, &subject)) {
        for (size_t i = 0; i < CHANGES_MAX && input.left > 0; i++) {
            change(&input, &subject);
            subject.valid = false;
        }
        check(&subject);
    }
    return 0;
}
