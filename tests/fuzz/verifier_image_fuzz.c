/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reaches fws_verify behind a crypto port that agrees with everything: hashes are zeros, every
 * signature is good, so that mutated images come as far as they can.
 *
 * The first byte of the input chooses the policy, the rest is the image.
 *
 * Properties: no read leaves the image and none comes twice; hashes begun are finished; what is
 * accepted has the structure that acceptance promises.
 */
#include <string.h>

#include "tests/fuzz/property.h"
#include "verifier/verifier.h"

#define IMAGE_MAX_SIZE (1u << 16)

struct flash {
    const uint8_t *data;
    uint32_t size;
    uint8_t reads[IMAGE_MAX_SIZE];
};

static int open_hashes;
static size_t hashed;

static enum fws_status read_flash(void *context, uint32_t offset, void *out, size_t size)
{
    struct flash *flash = context;

    property(size > 0 && offset <= flash->size && size <= flash->size - offset);
    for (size_t i = 0; i < size; i++) {
        property(flash->reads[offset + i]++ == 0);
    }
    memcpy(out, &flash->data[offset], size);
    return FWS_OK;
}

static enum fws_status hash_begin(void *state)
{
    (void)state;
    open_hashes++;
    return FWS_OK;
}

static enum fws_status hash_update(void *state, const void *data, size_t size)
{
    (void)state;
    property(open_hashes > 0 && (size == 0 || data != NULL));
    hashed += size;
    return FWS_OK;
}

#define ZEROS(name, id, size)                                                                      \
    static enum fws_status name##_finish(void *state, uint8_t *digest)                             \
    {                                                                                              \
        (void)state;                                                                               \
        property(open_hashes-- > 0);                                                               \
        memset(digest, 0, (size));                                                                 \
        return FWS_OK;                                                                             \
    }                                                                                              \
    static const struct fws_hash_function name = {                                                 \
        .hash = (id), .begin = hash_begin, .update = hash_update, .finish = name##_finish}

ZEROS(zeros256, FWS_HASH_SHA256, 32);
ZEROS(zeros384, FWS_HASH_SHA384, 48);
ZEROS(zeros512, FWS_HASH_SHA512, 64);

/* Both sides are equal, in different memory. */
static enum fws_status agree(const struct fws_signature_input *input, void *scratch,
                             struct fws_operands *out)
{
    uint32_t *words = scratch;

    property(input->message.data != NULL && input->message.left > 0);
    property(input->signature_size <= FWS_LMS_SIGNATURE_MAX_SIZE);
    property(input->signature_size >= FWS_LMS_SIGNATURE_MIN_SIZE || input->signature.left >= 64);
    memset(scratch, 0, 64);
    *out = (struct fws_operands){words, &words[8], 8};
    return FWS_OK;
}

#define AGREEABLE(name, id)                                                                        \
    static const struct fws_signature_scheme name = {                                              \
        .alg = (id), .scratch_size = 64, .pure = FWS_PURE_MAPPED, .verify = agree}

AGREEABLE(rsa2048, FWS_ALG_RSA2048);
AGREEABLE(rsa3072, FWS_ALG_RSA3072);
AGREEABLE(p256, FWS_ALG_P256);
AGREEABLE(p384, FWS_ALG_P384);
AGREEABLE(ed25519, FWS_ALG_ED25519);
AGREEABLE(lms, FWS_ALG_LMS);

static const struct fws_hash_function *const hashes[] = {&zeros256, &zeros384, &zeros512, NULL};
static const struct fws_signature_scheme *const schemes[] = {&rsa2048, &rsa3072, &p256, &p384,
                                                             &ed25519, &lms,     NULL};

static struct fws_verify_policy policy_of(uint8_t choice)
{
    static const uint8_t der[1] = {0};
    static struct fws_trusted_key key;
    struct fws_verify_policy policy = {.hashes = hashes,
                                       .schemes = schemes,
                                       .keys = &key,
                                       .key_count = choice & 1u,
                                       .flags = FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED};

    key = (struct fws_trusted_key){
        .alg = (uint8_t)((choice >> 1) % 7), .der = der, .der_size = sizeof der};
    policy.options = FWS_VERIFY_ANY_VENDOR | FWS_VERIFY_TAIL_IGNORED;
    policy.options |= (choice & 0x10u) != 0 ? FWS_VERIFY_FULL_KEY : 0;
    policy.options |= (choice & 0x20u) != 0 ? FWS_VERIFY_PURE : 0;
    policy.signatures_max = choice >> 6;
    policy.images = (choice & 0x40u) != 0 ? 2 : 0;
    return policy;
}

static void check_accepted(const struct flash *flash, const struct fws_verify_report *report)
{
    uint32_t signed_size = fws_header_signed_size(&report->header);

    property(report->image_end <= flash->size && report->image_end > signed_size);
    property(hashed >= signed_size);
    /* An LMS signature is the scheme's to read, and this one does not. */
    for (uint32_t at = 0; at < signed_size; at++) {
        property(flash->reads[at] == 1);
    }
    for (uint32_t at = report->image_end; at < flash->size; at++) {
        property(flash->reads[at] == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fws_verify_work work;
    static struct flash flash;
    struct fws_verify_report report;

    if (size == 0 || size - 1 > IMAGE_MAX_SIZE) {
        return 0;
    }
    memset(&flash, 0, sizeof flash);
    flash.data = &data[1];
    flash.size = (uint32_t)(size - 1);
    hashed = 0;
    struct fws_verify_policy policy = policy_of(data[0]);
    struct fws_verify_io io = {.read = read_flash, .context = &flash, .size = flash.size};
    uint32_t evidence = fws_verify(&policy, &io, &work, &report);

    property(report.offset <= flash.size && open_hashes == 0);
    property(fws_verify_accepted(evidence) == !fws_verify_refused(evidence));
    property(fws_verify_accepted(evidence) == (report.reason == FWS_OK && policy.key_count > 0));
    if (report.reason == FWS_OK) {
        check_accepted(&flash, &report);
    }
    return 0;
}
