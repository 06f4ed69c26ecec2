/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "SIZE:HASH:KEY:OFFSET:LENGTH": the first SIZE bytes of the image, or their hash, are what KEY signed
 * at OFFSET. Nothing of the verifier is asked but a scheme: it looks at no header and at no TLV.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "tests/malformed/malformed.h"
#include "tests/wycheproof/text.h"
#include "verifier/builtin/builtin.h"
#include "verifier/port/openssl/openssl.h"

#define PARTS 5

struct proof {
    uint32_t size;
    const char *hash; /* or "pure" */
    const struct named_key *key;
    uint32_t offset;
    uint32_t length;
};

static struct proof parse(const struct row *row, char *text)
{
    const char *part[PARTS];

    for (size_t i = 0; i < PARTS; i++) {
        part[i] = strsep(&text, ":");
        require(part[i] != NULL, "%s: a proof is torn", row->id);
    }
    struct proof proof = {.size = (uint32_t)strtoul(part[0], NULL, 10),
                          .hash = part[1],
                          .key = keys_find(row->keys, part[2]),
                          .offset = (uint32_t)strtoul(part[3], NULL, 10),
                          .length = (uint32_t)strtoul(part[4], NULL, 10)};

    require(proof.size <= proof.offset && proof.offset <= row->image_size &&
                proof.length <= row->image_size - proof.offset,
            "%s: the proof lies outside the image", row->id);
    return proof;
}

static struct fws_reader digest_of(const struct proof *proof, const uint8_t *data, uint8_t out[64])
{
    struct fws_error err = {0};

    for (enum fws_hash hash = FWS_HASH_SHA256; hash <= FWS_HASH_SHA512; hash++) {
        if (strcmp(fws_hash_name(hash), proof->hash) == 0) {
            require(fws_digest(hash, data, proof->size, out, &err) == FWS_OK, "%s", err.text);
            return fws_reader_init(out, fws_hash_size(hash));
        }
    }
    fail("no hash is called '%s'", proof->hash);
}

static const struct fws_signature_scheme *scheme_of(enum fws_algorithm alg)
{
    for (size_t i = 0; fws_openssl_schemes[i] != NULL; i++) {
        if (fws_openssl_schemes[i]->alg == alg) {
            return fws_openssl_schemes[i];
        }
    }
    return &fws_builtin_lms;
}

/* Both of a scheme's kinds: OpenSSL says yes or no, LMS leaves operands. */
static bool is_good(const struct fws_signature_scheme *scheme,
                    const struct fws_signature_input *input)
{
    static _Alignas(16) uint8_t scratch[FWS_VERIFY_SCRATCH_SIZE];
    struct fws_operands operands = {0};
    enum fws_status status =
        scheme->verify(input, scratch, scheme->boolean_only ? NULL : &operands);

    return status == FWS_OK &&
           (scheme->boolean_only ||
            (operands.words > 0 && memcmp(operands.left, operands.right, 4 * operands.words) == 0));
}

/*
 * The signature as r || s, and a digest of the curve's size, which schemes insist on: of a longer one
 * the first bytes count, and before a shorter one zeros are the same number.
 */
static void set_ecdsa(const struct row *row, const struct proof *proof,
                      struct fws_signature_input *input, uint8_t memory[2 * FWS_ECDSA_RAW_MAX_SIZE])
{
    size_t half = proof->key->alg == FWS_ALG_P256 ? 32 : 48;
    size_t size = input->message.left < half ? input->message.left : half;
    uint8_t *message = &memory[FWS_ECDSA_RAW_MAX_SIZE];

    require(fws_ecdsa_raw_from_der(&row->slot.data[proof->offset], proof->length, memory, half) ==
                FWS_OK,
            "%s: no DER", row->id);
    memset(message, 0, half);
    memcpy(&message[half - size], input->message.data, size);
    input->signature = fws_reader_init(memory, 2 * half);
    input->message = fws_reader_init(message, half);
}

static void check(const struct row *row, const struct proof *proof)
{
    const uint8_t *data = row->slot.data;
    uint8_t digest[FWS_HASH_MAX_SIZE];
    uint8_t ecdsa[2 * FWS_ECDSA_RAW_MAX_SIZE];
    struct fws_verify_io io = {.size = (uint32_t)row->slot.size, .mapped = data};
    struct fws_signature_input input = {
        .key = fws_reader_init(proof->key->der.data, proof->key->der.size),
        .signature = fws_reader_init(&data[proof->offset], proof->length),
        .pure = strcmp(proof->hash, "pure") == 0,
        .hashes = fws_openssl_hashes,
        .io = &io,
        .signature_offset = proof->offset,
        .signature_size = proof->length,
    };
    enum fws_algorithm alg = proof->key->alg;

    input.message =
        input.pure ? fws_reader_init(data, proof->size) : digest_of(proof, data, digest);
    if (alg == FWS_ALG_P256 || alg == FWS_ALG_P384) {
        set_ecdsa(row, proof, &input, ecdsa);
    }
    require(is_good(scheme_of(alg), &input), "%s: the signature by %s is not good", row->id,
            proof->key->name);
}

unsigned row_signatures(const struct row *row)
{
    char copy[256];
    char *rest = copy;
    unsigned count = 0;

    if (strcmp(row->proof, "-") == 0) {
        return 0;
    }
    require(snprintf(copy, sizeof copy, "%s", row->proof) < (int)sizeof copy,
            "a proof is too long");
    for (char *text = strsep(&rest, "+"); text != NULL; text = strsep(&rest, "+")) {
        struct proof proof = parse(row, text);

        check(row, &proof);
        count++;
    }
    return count;
}
