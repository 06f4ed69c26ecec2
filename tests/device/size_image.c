/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The images that scripts/size and scripts/glitch have verified, the same bytes in each run: also
 * the random numbers of the signatures are made from a fixed text, which only a test key may have
 * done to it.
 *
 *     size_image VECTORS/keys OUT ALGORITHM...
 *
 * OUT/good.bin is accepted; OUT/payload.bin has a bit of the payload flipped, OUT/signature-N.bin
 * one of signature N. OUT/other.bin is whole, but its signatures are good ones of another image;
 * OUT/rollback.bin and OUT/vendor.bin are well signed and not for this device. OUT/size_keys.c is
 * the table of keys. Each file but the last is a whole slot.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/format.h"
#include "tests/device/size.h"
#include "tests/lms/lms_signer.h"

#define SIGNERS_MAX    2
#define KEY_MAX_SIZE   512
#define SIGNATURE_MAX  4096
#define DIGEST_SIZE    32u
#define HALF           32u
#define DAMAGED_BIT_AT 40u /* within s of ECDSA, S of EdDSA */
#define PSS_TRAILER    0xbcu

struct signer {
    enum fws_algorithm alg;
    uint8_t der[KEY_MAX_SIZE]; /* as MCUboot embeds it */
    size_t der_size;
    uint8_t signature[SIGNATURE_MAX];
    size_t signature_size;
    size_t signature_at; /* in the slot */
};

static void must(bool condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "size_image: %s failed\n", what);
        exit(1);
    }
}

static FILE *open_in(const char *folder, const char *name, const char *suffix, const char *mode)
{
    char path[4096];

    must(snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix) < (int)sizeof path, "path");
    FILE *file = fopen(path, mode);

    must(file != NULL, path);
    return file;
}

static void sha256(const void *data, size_t size, uint8_t out[DIGEST_SIZE])
{
    must(EVP_Digest(data, size, out, NULL, EVP_sha256(), NULL) == 1, "SHA-256");
}

/* ---- Signatures ---- */

/* k for r = x(kG), s = (z + r d) / k, from the digest. */
static void sign_p256(EVP_PKEY *key, const uint8_t digest[DIGEST_SIZE], struct signer *out)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = EC_POINT_new(group);
    const BIGNUM *n = EC_GROUP_get0_order(group);
    BN_CTX *ctx = BN_CTX_new();
    uint8_t nonce[DIGEST_SIZE];
    uint8_t raw[2 * HALF];
    BIGNUM *d = NULL;
    BIGNUM *r = BN_new();
    BIGNUM *s = BN_new();

    sha256(digest, DIGEST_SIZE, nonce);
    BIGNUM *k = BN_bin2bn(nonce, sizeof nonce, NULL);
    BIGNUM *z = BN_bin2bn(digest, DIGEST_SIZE, NULL);

    must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &d) == 1 &&
             EC_POINT_mul(group, point, k, NULL, NULL, ctx) == 1 &&
             EC_POINT_get_affine_coordinates(group, point, r, NULL, ctx) == 1 &&
             BN_nnmod(r, r, n, ctx) == 1 && BN_mod_mul(s, r, d, n, ctx) == 1 &&
             BN_mod_add(s, s, z, n, ctx) == 1 && BN_mod_inverse(k, k, n, ctx) != NULL &&
             BN_mod_mul(s, s, k, n, ctx) == 1 && BN_bn2binpad(r, raw, HALF) == HALF &&
             BN_bn2binpad(s, &raw[HALF], HALF) == HALF,
         "ECDSA");
    must(fws_ecdsa_der_from_raw(raw, sizeof raw, out->signature, &out->signature_size) == FWS_OK,
         "DER");
    BN_free(d);
    BN_free(r);
    BN_free(s);
    BN_free(k);
    BN_free(z);
    BN_CTX_free(ctx);
    EC_POINT_free(point);
    EC_GROUP_free(group);
}

/* RFC 8017, B.2.1, over data in place. */
static void mask(const uint8_t seed[DIGEST_SIZE], uint8_t *data, size_t size)
{
    uint8_t block[DIGEST_SIZE + 4] = {0};
    uint8_t bytes[DIGEST_SIZE];

    memcpy(block, seed, DIGEST_SIZE);
    for (size_t i = 0; i < size; i++) {
        if (i % DIGEST_SIZE == 0) {
            block[sizeof block - 1] = (uint8_t)(i / DIGEST_SIZE);
            sha256(block, sizeof block, bytes);
        }
        data[i] ^= bytes[i % DIGEST_SIZE];
    }
}

/* RFC 8017, 9.1.1, with a salt made from the digest; size is that of the modulus, a multiple of 8 bits. */
static void pss_encode(const uint8_t digest[DIGEST_SIZE], uint8_t *em, size_t size)
{
    uint8_t message[8 + 2 * DIGEST_SIZE] = {0};
    uint8_t *salt = &message[8 + DIGEST_SIZE];
    size_t db_size = size - DIGEST_SIZE - 1;

    memcpy(&message[8], digest, DIGEST_SIZE);
    sha256(digest, DIGEST_SIZE, salt);
    memset(em, 0, size);
    em[db_size - DIGEST_SIZE - 1] = 1;
    memcpy(&em[db_size - DIGEST_SIZE], salt, DIGEST_SIZE);
    sha256(message, sizeof message, &em[db_size]);
    mask(&em[db_size], em, db_size);
    em[0] &= 0x7f;
    em[size - 1] = PSS_TRAILER;
}

static void sign_rsa(EVP_PKEY *key, const uint8_t digest[DIGEST_SIZE], struct signer *out)
{
    uint8_t em[SIGNATURE_MAX];
    size_t size = (size_t)EVP_PKEY_get_size(key);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);

    must(size <= sizeof em, "size of the RSA key");
    pss_encode(digest, em, size);
    out->signature_size = sizeof out->signature;
    must(EVP_PKEY_sign_init(ctx) == 1 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1 &&
             EVP_PKEY_sign(ctx, out->signature, &out->signature_size, em, size) == 1,
         "RSA");
    EVP_PKEY_CTX_free(ctx);
}

static void sign_ed25519(EVP_PKEY *key, const uint8_t digest[DIGEST_SIZE], struct signer *out)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    out->signature_size = sizeof out->signature;
    must(EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) == 1 &&
             EVP_DigestSign(ctx, out->signature, &out->signature_size, digest, DIGEST_SIZE) == 1,
         "Ed25519");
    EVP_MD_CTX_free(ctx);
}

/* ---- Keys ---- */

static const struct key_file {
    const char *name; /* on the command line, and of the file */
    enum fws_algorithm alg;
    void (*sign)(EVP_PKEY *key, const uint8_t digest[DIGEST_SIZE], struct signer *out);
} key_files[] = {
    {"p256", FWS_ALG_P256, sign_p256},
    {"rsa2048", FWS_ALG_RSA2048, sign_rsa},
    {"rsa3072", FWS_ALG_RSA3072, sign_rsa},
    {"ed25519", FWS_ALG_ED25519, sign_ed25519},
};

static void sign_by_file(const char *folder, const struct key_file *row,
                         const uint8_t digest[DIGEST_SIZE], struct signer *out)
{
    FILE *pem = open_in(folder, row->name, ".pem", "rb");
    FILE *der = open_in(folder, row->name, ".pub.der", "rb");
    EVP_PKEY *key = PEM_read_PrivateKey(pem, NULL, NULL, NULL);

    must(key != NULL, "reading the private key");
    out->alg = row->alg;
    out->der_size = fread(out->der, 1, sizeof out->der, der);
    must(out->der_size > 0 && out->der_size < sizeof out->der, "reading the public key");
    row->sign(key, digest, out);
    EVP_PKEY_free(key);
    (void)fclose(der);
    (void)fclose(pem);
}

/* H10, W4; the path is made up, which a verifier cannot see. */
static void sign_lms(const uint8_t digest[DIGEST_SIZE], struct signer *out)
{
    static struct lms_signature signature;
    struct lms_key key;

    must(lms_key_init(&key, LMS_SHA256_M32_H10, LMOTS_SHA256_N32_W4, 1), "LMS key");
    lms_sign(&key, LMS_SHORT_TREE, 7, digest, DIGEST_SIZE, &signature);
    must(signature.size <= sizeof out->signature, "size of the LMS signature");
    out->alg = FWS_ALG_LMS;
    out->der_size = signature.public_key_size;
    out->signature_size = signature.size;
    memcpy(out->der, signature.public_key, signature.public_key_size);
    memcpy(out->signature, signature.bytes, signature.size);
}

static void sign(const char *folder, const char *name, const uint8_t digest[DIGEST_SIZE],
                 struct signer *out)
{
    if (strcmp(name, "lms") == 0) {
        sign_lms(digest, out);
        return;
    }
    for (size_t i = 0; i < sizeof key_files / sizeof key_files[0]; i++) {
        if (strcmp(key_files[i].name, name) == 0) {
            sign_by_file(folder, &key_files[i], digest, out);
            return;
        }
    }
    must(false, name);
}

/* ---- The image ---- */

struct content {
    uint32_t seed; /* of the payload */
    uint8_t counter;
    const char *vendor_id; /* FWS_UUID_SIZE bytes */
};

static const struct content good_content = {1, SIZE_COUNTER, SIZE_VENDOR_ID};
static const struct content other_content = {2, SIZE_COUNTER, SIZE_VENDOR_ID};
static const struct content old_content = {1, SIZE_COUNTER - 1, SIZE_VENDOR_ID};
static const struct content foreign_content = {1, SIZE_COUNTER, "another's device"};

static void write_payload(struct fws_writer *writer, uint32_t seed)
{
    uint32_t state = seed;

    for (size_t i = 0; i < SIZE_PAYLOAD; i++) {
        state = state * 1664525u + 1013904223u;
        fws_writer_u8(writer, (uint8_t)(state >> 24));
    }
}

/* What is signed, from the start of the slot, and its digest. */
static void write_signed_part(struct fws_writer *writer, const struct content *content,
                              uint8_t digest[DIGEST_SIZE])
{
    const uint8_t counter[4] = {content->counter};
    const size_t entries = 2 * FWS_TLV_HEADER_SIZE + sizeof counter + FWS_UUID_SIZE;
    const struct fws_header header = {.header_size = SIZE_HEADER,
                                      .protected_size = (uint16_t)(FWS_TLV_INFO_SIZE + entries),
                                      .payload_size = SIZE_PAYLOAD,
                                      .version = {1, 2, 3, 4}};

    fws_header_write(writer, &header);
    fws_writer_fill(writer, 0xff, SIZE_HEADER - FWS_HEADER_SIZE);
    write_payload(writer, content->seed);
    fws_tlv_area_write(writer, FWS_TLV_PROTECTED, entries);
    fws_tlv_write(writer, FWS_TLV_SEC_CNT, counter, sizeof counter);
    fws_tlv_write(writer, FWS_TLV_UUID_VID, content->vendor_id, FWS_UUID_SIZE);
    sha256(writer->data, writer->used, digest);
}

static void write_signer(struct fws_writer *writer, struct signer *signer)
{
    uint8_t keyhash[DIGEST_SIZE];

    sha256(signer->der, signer->der_size, keyhash);
    fws_tlv_write(writer, FWS_TLV_KEYHASH, keyhash, sizeof keyhash);
    signer->signature_at = writer->used + FWS_TLV_HEADER_SIZE;
    fws_tlv_write(writer, fws_tlv_of_algorithm(signer->alg), signer->signature,
                  (uint16_t)signer->signature_size);
}

static void write_plain_area(struct fws_writer *writer, const uint8_t digest[DIGEST_SIZE],
                             struct signer *signers, size_t count)
{
    size_t entries = FWS_TLV_HEADER_SIZE + DIGEST_SIZE;

    for (size_t i = 0; i < count; i++) {
        entries += 2 * FWS_TLV_HEADER_SIZE + DIGEST_SIZE + signers[i].signature_size;
    }
    fws_tlv_area_write(writer, FWS_TLV_PLAIN, entries);
    fws_tlv_write(writer, FWS_TLV_SHA256, digest, DIGEST_SIZE);
    for (size_t i = 0; i < count; i++) {
        write_signer(writer, &signers[i]);
    }
}

/* ---- Output ---- */

static void save(const char *folder, const char *name, const uint8_t *slot)
{
    FILE *file = open_in(folder, name, ".bin", "wb");

    must(fwrite(slot, 1, SIZE_SLOT, file) == SIZE_SLOT && fclose(file) == 0, "writing");
}

static void save_damaged(const char *folder, const char *name, uint8_t *slot, size_t at)
{
    slot[at] ^= 1;
    save(folder, name, slot);
    slot[at] ^= 1;
}

static void save_keys(const char *folder, const struct signer *signers, size_t count)
{
    FILE *file = open_in(folder, "size_keys", ".c", "w");

    (void)fprintf(file, "#include \"verifier/verifier.h\"\n\n"
                        "extern const struct fws_trusted_key size_keys[];\n\n");
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(file, "static const uint8_t size_key_%zu[] = {", i);
        for (size_t j = 0; j < signers[i].der_size; j++) {
            (void)fprintf(file, "%u,", signers[i].der[j]);
        }
        (void)fprintf(file, "};\n");
    }
    (void)fprintf(file, "const struct fws_trusted_key size_keys[] = {\n");
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(file, "{.der = size_key_%zu, .der_size = %zu, .alg = %d, .signer = %zu},\n",
                      i, signers[i].der_size, (int)signers[i].alg, i);
    }
    (void)fprintf(file, "};\n");
    must(fclose(file) == 0, "writing");
}

struct job {
    const char *keys;
    const char *folder;
    char **names; /* of the algorithms */
    size_t count;
    struct signer *signers;
};

/* A whole slot with content, and with the signatures of what was meant to be signed. */
static void make_image(const struct job *job, const struct content *content,
                       const struct content *meant, uint8_t slot[SIZE_SLOT])
{
    struct fws_writer writer = fws_writer_init(slot, SIZE_SLOT);
    uint8_t digest[DIGEST_SIZE];

    memset(slot, 0xff, SIZE_SLOT);
    write_signed_part(&writer, meant, digest);
    for (size_t i = 0; i < job->count; i++) {
        sign(job->keys, job->names[i], digest, &job->signers[i]);
    }
    writer = fws_writer_init(slot, SIZE_SLOT);
    write_signed_part(&writer, content, digest);
    write_plain_area(&writer, digest, job->signers, job->count);
    must(fws_writer_done(&writer) == FWS_OK, "fitting the image into its slot");
}

static void save_image(const struct job *job, const char *name, const struct content *content,
                       const struct content *meant)
{
    static uint8_t slot[SIZE_SLOT];

    make_image(job, content, meant, slot);
    save(job->folder, name, slot);
}

static void save_damaged_images(const struct job *job)
{
    static uint8_t slot[SIZE_SLOT];

    make_image(job, &good_content, &good_content, slot);
    save_damaged(job->folder, "payload", slot, SIZE_HEADER + SIZE_PAYLOAD / 2);
    for (size_t i = 0; i < job->count; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "signature-%zu", i);
        save_damaged(job->folder, name, slot, job->signers[i].signature_at + DAMAGED_BIT_AT);
    }
}

int main(int argc, char **argv)
{
    static struct signer signers[SIGNERS_MAX];

    must(argc > 3 && argc <= 3 + SIGNERS_MAX, "reading the command line: KEYS OUT ALGORITHM...");
    const struct job job = {.keys = argv[1],
                            .folder = argv[2],
                            .names = &argv[3],
                            .count = (size_t)argc - 3,
                            .signers = signers};

    save_image(&job, "other", &good_content, &other_content);
    save_image(&job, "rollback", &old_content, &old_content);
    save_image(&job, "vendor", &foreign_content, &foreign_content);
    save_image(&job, "good", &good_content, &good_content);
    save_damaged_images(&job);
    save_keys(job.folder, signers, job.count);
    return 0;
}
