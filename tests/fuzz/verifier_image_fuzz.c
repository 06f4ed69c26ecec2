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
static size_t hash_size;
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

static enum fws_status hash_begin(void *state, enum fws_hash hash)
{
    (void)state;
    property(open_hashes++ == 0);
    hash_size = fws_hash_size(hash);
    property(hash_size > 0);
    return FWS_OK;
}

static enum fws_status hash_update(void *state, const void *data, size_t size)
{
    (void)state;
    property(open_hashes == 1 && data != NULL);
    hashed += size;
    return FWS_OK;
}

static enum fws_status hash_finish(void *state, uint8_t *digest)
{
    (void)state;
    property(--open_hashes == 0);
    memset(digest, 0, hash_size);
    return FWS_OK;
}

static enum fws_status verify(const struct fws_trusted_key *key, const uint8_t *message,
                              size_t message_size, const uint8_t *signature, size_t signature_size)
{
    (void)key;
    property(message != NULL && message_size > 0);
    property(signature != NULL && signature_size >= 64 && signature_size <= 384);
    return FWS_OK;
}

static const struct fws_verify_crypto agreeable = {hash_begin, hash_update, hash_finish, verify};

static struct fws_verify_policy policy_of(uint8_t choice)
{
    static const uint8_t der[1] = {0};
    static struct fws_trusted_key key;
    struct fws_verify_policy policy = {.keys = &key, .key_count = choice & 1u};

    key = (struct fws_trusted_key){
        .alg = (enum fws_algorithm)((choice >> 1) % 6), .der = der, .der_size = sizeof der};
    policy.full_key = (choice & 0x10u) != 0;
    policy.pure = (choice & 0x20u) != 0;
    policy.signatures_max = choice >> 6;
    policy.images = (choice & 0x40u) != 0 ? 2 : 0;
    return policy;
}

static void check_accepted(const struct flash *flash, const struct fws_verify_policy *policy,
                           const struct fws_verify_report *report)
{
    uint32_t signed_size = fws_header_signed_size(&report->header);

    property(report->authenticated == (policy->key_count > 0));
    property(report->image_end <= flash->size && report->image_end > signed_size);
    property(hashed >= signed_size);
    for (uint32_t at = 0; at < report->image_end; at++) {
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
    struct fws_verify_io io = {
        .read = read_flash, .context = &flash, .size = flash.size, .mapped = flash.data};
    enum fws_status status = fws_verify(&policy, &io, &agreeable, &work, &report);

    property(report.reason == status && report.offset <= flash.size);
    property(open_hashes == 0);
    property(status == FWS_OK || !report.authenticated);
    if (status == FWS_OK) {
        check_accepted(&flash, &policy, &report);
    }
    return 0;
}
