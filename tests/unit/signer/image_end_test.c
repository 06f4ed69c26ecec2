/* SPDX-License-Identifier: Apache-2.0 */
/* Complete images, made with the software keys of imgtool's vectors and compared with them. */
#include <stdio.h>
#include <string.h>

#include "signer/finish.h"
#include "tests/unit/test.h"

#define HEADER_SIZE 32u

/* An image up to its signature, with all that it points into. */
struct fixture {
    struct fws_policy policy;
    struct fws_signing_key key;
    struct fws_sign_job job;
    struct fws_error err;
};

static void read_vector(const char *name, const char *suffix, struct fws_buf *out)
{
    char path[512];
    struct fws_error err = {0};

    (void)snprintf(path, sizeof path, TEST_VECTORS "/%s%s", name, suffix);
    assert_status(fws_file_read(path, 1u << 20, out, &err), FWS_OK);
}

static void open_fixture(struct fixture *fixture, const char *key)
{
    char path[512];

    *fixture = (struct fixture){0};
    fixture->policy.path = (char *)(uintptr_t) "policy.yaml";
    fixture->policy.format.header_size = HEADER_SIZE;
    fixture->policy.format.slot_size = 0x8000;
    fixture->policy.format.align = 8;
    fixture->policy.format.max_sectors = 128;
    fixture->policy.format.erased = 0xff;
    fixture->job.request.policy = &fixture->policy;
    fixture->job.request.spec.version = (struct fws_version){1, 2, 3, 4};
    (void)snprintf(path, sizeof path, TEST_VECTORS "/keys/%s.pem", key);
    assert_status(fws_soft_key_load(path, &fixture->key.info, &fixture->key.soft, &fixture->err),
                  FWS_OK);
}

static void close_fixture(struct fixture *fixture)
{
    fws_soft_key_close(&fixture->key.soft);
    fws_sign_job_free(&fixture->job);
}

static void build_image(struct fixture *fixture, const char *input)
{
    struct fws_sign_job *job = &fixture->job;
    enum fws_hash hash;

    read_vector(input, "", &job->firmware.bytes);
    assert_status(fws_image_hash(&fixture->policy, fixture->key.info.pub.alg, &hash, &fixture->err),
                  FWS_OK);
    assert_status(fws_image_build(&fixture->policy, &job->firmware, &job->request.spec, hash,
                                  &job->image, &fixture->err),
                  FWS_OK);
}

static enum fws_status finish_image(struct fixture *fixture)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE];
    size_t size;
    const struct fws_image *image = &fixture->job.image;

    assert_status(fws_soft_key_sign(fixture->key.soft, image->digest, image->digest_size, signature,
                                    &size, &fixture->err),
                  FWS_OK);
    return fws_finish_image(&fixture->key, &fixture->job, signature, size, &fixture->err);
}

/* ---- As imgtool makes them ---- */

#define OVERWRITE FWS_POLICY_OVERWRITE
#define SWAP      FWS_POLICY_SWAP
#define SLOT      FWS_POLICY_PAD_SLOT
#define CONFIRM   FWS_POLICY_PAD_CONFIRM

/* Ed25519 signatures are always the same, so whole files can be compared. */
TEST(padded_images_are_imgtools_byte_for_byte)
{
    static const struct {
        const char *name;
        uint64_t align;
        int upgrade;
        uint64_t max_sectors;
        int pad;
        uint64_t erased, slot_size;
    } vectors[] = {
        {"pad-align1", 1, SWAP, 128, SLOT, 0xff, 0x8000},
        {"pad-align2", 2, SWAP, 128, SLOT, 0xff, 0x8000},
        {"pad-align4", 4, SWAP, 128, SLOT, 0xff, 0x8000},
        {"pad-align8", 8, SWAP, 128, SLOT, 0xff, 0x8000},
        {"pad-align16", 16, SWAP, 128, SLOT, 0xff, 0x8000},
        {"pad-align32", 32, SWAP, 128, SLOT, 0xff, 0x8000},
        {"test-align8", 8, SWAP, 128, SLOT, 0xff, 0x8000},
        {"confirm-align8", 8, SWAP, 128, CONFIRM, 0xff, 0x8000},
        {"confirm-align16", 16, SWAP, 128, CONFIRM, 0xff, 0x8000},
        {"confirm-align32", 32, SWAP, 128, CONFIRM, 0xff, 0x8000},
        {"confirm-test-align4", 4, SWAP, 128, CONFIRM, 0xff, 0x8000},
        {"pad-erased0", 4, SWAP, 128, SLOT, 0x00, 0x8000},
        {"confirm-erased0", 4, SWAP, 128, CONFIRM, 0x00, 0x8000},
        {"pad-M16", 8, SWAP, 16, SLOT, 0xff, 0x1000},
        {"pad-M256", 4, SWAP, 256, SLOT, 0xff, 0x8000},
        {"overwrite-pad", 4, OVERWRITE, 128, SLOT, 0xff, 0x1000},
        {"overwrite-pad-align32", 32, OVERWRITE, 128, SLOT, 0xff, 0x1000},
    };

    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct fixture fixture;
        FWS_AUTO(fws_buf) wanted = {0};
        char name[64];

        open_fixture(&fixture, "ed25519");
        fixture.policy.format.align = vectors[i].align;
        fixture.policy.format.upgrade = vectors[i].upgrade;
        fixture.policy.format.max_sectors = vectors[i].max_sectors;
        fixture.policy.format.pad = vectors[i].pad;
        fixture.policy.format.erased = vectors[i].erased;
        fixture.policy.format.slot_size = vectors[i].slot_size;
        build_image(&fixture, "inputs/p1024.bin");
        assert_status(finish_image(&fixture), FWS_OK);
        (void)snprintf(name, sizeof name, "good/%s", vectors[i].name);
        read_vector(name, ".bin", &wanted);
        assert_int_equal(fixture.job.image.bytes.size, wanted.size);
        assert_memory_equal(fixture.job.image.bytes.data, wanted.data, wanted.size);
        assert_int_equal(fixture.job.result.image_size, wanted.size);
        close_fixture(&fixture);
    }
}

/* A file without padding is whole too: compared but for the signature, which is last. */
static void compare_but_signature(const struct fixture *fixture, const char *name,
                                  size_t key_value_size)
{
    FWS_AUTO(fws_buf) wanted = {0};
    const struct fws_image *image = &fixture->job.image;
    size_t entries = image->signed_size + FWS_TLV_INFO_SIZE;
    size_t before = 2 * FWS_TLV_HEADER_SIZE + image->digest_size + key_value_size;

    read_vector(name, ".bin", &wanted);
    assert_true(wanted.size > entries + before);
    assert_memory_equal(image->bytes.data, wanted.data, image->signed_size);
    assert_memory_equal(image->bytes.data + entries, wanted.data + entries, before + 2);
    if (fixture->key.info.pub.alg == FWS_ALG_ED25519) {
        assert_int_equal(image->bytes.size, wanted.size);
        assert_memory_equal(image->bytes.data, wanted.data, wanted.size);
    }
}

TEST(full_keys_are_imgtools_too)
{
    static const struct {
        const char *key, *name;
        size_t size;
    } keys[] = {
        {"rsa2048", "good/fullkey-rsa2048", 270}, {"rsa3072", "good/fullkey-rsa3072", 398},
        {"p256", "good/fullkey-p256", 91},        {"p384", "good/fullkey-p384", 120},
        {"ed25519", "good/fullkey-ed25519", 44},
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct fixture fixture;

        open_fixture(&fixture, keys[i].key);
        fixture.policy.format.key_form = FWS_POLICY_KEY_FULL;
        build_image(&fixture, "inputs/p1024.bin");
        assert_status(finish_image(&fixture), FWS_OK);
        compare_but_signature(&fixture, keys[i].name, keys[i].size);
        close_fixture(&fixture);
    }
}

TEST(the_hashes_that_ed25519_may_have_are_imgtools)
{
    static const struct {
        int hash;
        const char *name;
        size_t size;
    } hashes[] = {{FWS_POLICY_HASH_SHA256, "good/ed25519-sha256", 32},
                  {FWS_POLICY_HASH_SHA512, "good/ed25519-sha512", 64}};

    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        struct fixture fixture;

        open_fixture(&fixture, "ed25519");
        fixture.policy.format.hash = hashes[i].hash;
        build_image(&fixture, "inputs/p4097.bin");
        assert_status(finish_image(&fixture), FWS_OK);
        compare_but_signature(&fixture, hashes[i].name, hashes[i].size);
        close_fixture(&fixture);
    }
}

/* ---- Sizes ---- */

TEST(the_most_an_image_takes_is_exact_for_the_longest_signature)
{
    static const struct {
        const char *key;
        size_t signature_size;
    } keys[] = {{"rsa2048", 256}, {"rsa3072", 384}, {"p256", 72}, {"p384", 104}, {"ed25519", 64}};
    static const uint8_t signature[FWS_SIGNATURE_MAX_SIZE + 1];

    for (unsigned i = 0; i < 2 * sizeof keys / sizeof keys[0]; i++) {
        struct fixture fixture;
        size_t size = keys[i / 2].signature_size;

        open_fixture(&fixture, keys[i / 2].key);
        fixture.policy.format.key_form = i % 2 == 0 ? FWS_POLICY_KEY_HASH : FWS_POLICY_KEY_FULL;
        build_image(&fixture, "inputs/p1024.bin");
        struct fws_image *image = &fixture.job.image;
        const struct fws_pubkey *pub = &fixture.key.info.pub;
        size_t most = fws_image_size_max(&fixture.policy, image, pub->alg);

        assert_int_equal(fws_image_file_max(&fixture.policy, image, pub->alg), most);
        assert_status(
            fws_image_attach(&fixture.policy, image, pub, signature, size + 1, &fixture.err),
            FWS_E_KEY_TYPE);
        assert_status(fws_image_attach(&fixture.policy, image, pub, signature, size, &fixture.err),
                      FWS_OK);
        assert_int_equal(image->bytes.size, most);
        close_fixture(&fixture);
    }
}

TEST(a_padded_file_is_as_large_as_the_slot)
{
    struct fixture fixture;

    open_fixture(&fixture, "ed25519");
    fixture.policy.format.pad = FWS_POLICY_PAD_SLOT;
    build_image(&fixture, "inputs/p1024.bin");
    assert_int_equal(fws_image_file_max(&fixture.policy, &fixture.job.image, FWS_ALG_ED25519),
                     0x8000);
    const uint8_t *before = fixture.job.image.bytes.data;

    assert_status(finish_image(&fixture), FWS_OK);
    assert_ptr_equal(fixture.job.image.bytes.data, before); /* memory is taken once */
    close_fixture(&fixture);
}

/* An image of 1200 bytes, and a trailer of 32 or 432. */
TEST(an_image_ends_at_the_latest_where_the_trailer_begins)
{
    static const struct {
        int upgrade;
        uint64_t slot_size;
    } slots[] = {{FWS_POLICY_OVERWRITE, 1200 + 32}, {FWS_POLICY_SWAP, 1200 + 432}};

    for (unsigned i = 0; i < 4; i++) {
        struct fixture fixture;

        open_fixture(&fixture, "ed25519");
        fixture.policy.format.align = 1;
        fixture.policy.format.upgrade = slots[i / 2].upgrade;
        fixture.policy.format.slot_size = slots[i / 2].slot_size - i % 2;
        fixture.policy.format.pad = FWS_POLICY_PAD_SLOT;
        build_image(&fixture, "inputs/p1024.bin");
        assert_status(finish_image(&fixture), i % 2 == 0 ? FWS_OK : FWS_E_IMAGE_TOO_BIG);
        close_fixture(&fixture);
    }
}

TEST_MAIN("signer/image_end")
