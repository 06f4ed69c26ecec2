/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind the signed part of an image, and how much there is of it. */
#include <inttypes.h>

#include "signer/signer.h"

/* The TLV that names the key. */
struct key_name {
    uint16_t type;
    const uint8_t *value;
    size_t size;
    uint8_t hash[FWS_HASH_MAX_SIZE];
};

static enum fws_status name_key(const struct fws_policy *policy, const struct fws_image *image,
                                const struct fws_pubkey *key, struct key_name *out,
                                struct fws_error *err)
{
    if (policy->format.key_form == FWS_POLICY_KEY_FULL) {
        *out = (struct key_name){FWS_TLV_PUBKEY, key->der, key->der_size, {0}};
        return FWS_OK;
    }
    *out = (struct key_name){FWS_TLV_KEYHASH, out->hash, image->digest_size, {0}};
    return fws_pubkey_keyhash(key, image->hash, out->hash, err);
}

enum fws_status fws_image_attach(const struct fws_policy *policy, struct fws_image *image,
                                 const struct fws_pubkey *key, const uint8_t *signature,
                                 size_t signature_size, struct fws_error *err)
{
    struct key_name name;
    enum fws_status status = name_key(policy, image, key, &name, err);

    if (status != FWS_OK) {
        return status;
    }
    size_t entries =
        (size_t)3 * FWS_TLV_HEADER_SIZE + image->digest_size + name.size + signature_size;

    /* Whether it fits the slot was decided by that size. */
    if (image->bytes.size + FWS_TLV_INFO_SIZE + entries >
        fws_image_size_max(policy, image, key->alg)) {
        return fws_error_set(err, FWS_E_KEY_TYPE, "key or signature is larger than %s has them",
                             fws_algorithm_name(key->alg));
    }
    status = fws_buf_reserve(&image->bytes, FWS_TLV_INFO_SIZE + entries, err);
    if (status != FWS_OK) {
        return status;
    }
    struct fws_writer writer =
        fws_writer_init(image->bytes.data + image->bytes.size, FWS_TLV_INFO_SIZE + entries);

    fws_tlv_area_write(&writer, FWS_TLV_PLAIN, entries);
    fws_tlv_write(&writer, fws_tlv_of_hash(image->hash), image->digest,
                  (uint16_t)image->digest_size);
    fws_tlv_write(&writer, name.type, name.value, (uint16_t)name.size);
    fws_tlv_write(&writer, fws_tlv_of_algorithm(key->alg), signature, (uint16_t)signature_size);
    if (fws_writer_done(&writer) != FWS_OK) {
        return fws_error_set(err, FWS_E_INTERNAL, "signature TLVs do not add up");
    }
    image->bytes.size += writer.used;
    return FWS_OK;
}

struct fws_trailer fws_image_trailer(const struct fws_policy *policy)
{
    return (struct fws_trailer){
        .present = true,
        .alignment = (uint8_t)fws_trailer_alignment((uint32_t)policy->format.align),
        .erased = (uint8_t)policy->format.erased,
        .image_ok = policy->format.pad == FWS_POLICY_PAD_CONFIRM,
    };
}

enum fws_status fws_image_pad(const struct fws_policy *policy, struct fws_image *image,
                              struct fws_error *err)
{
    struct fws_trailer trailer = fws_image_trailer(policy);
    uint64_t trailer_size = fws_policy_trailer_size(policy);
    uint64_t slot_size = policy->format.slot_size;

    if (policy->format.pad == FWS_POLICY_PAD_NONE) {
        return FWS_OK;
    }
    if (slot_size < trailer_size || image->bytes.size > slot_size - trailer_size) {
        return fws_error_set(err, FWS_E_IMAGE_TOO_BIG,
                             "%zu bytes of image and %" PRIu64 " of trailer do not fit a slot of "
                             "%" PRIu64,
                             image->bytes.size, trailer_size, slot_size);
    }
    size_t size = (size_t)slot_size - image->bytes.size;
    enum fws_status status = fws_buf_reserve(&image->bytes, size, err);

    if (status != FWS_OK) {
        return status;
    }
    struct fws_writer writer = fws_writer_init(image->bytes.data + image->bytes.size, size);

    fws_trailer_write(&writer, size, &trailer);
    if (fws_writer_done(&writer) != FWS_OK) {
        return fws_error_set(err, FWS_E_INTERNAL, "the trailer does not add up");
    }
    image->bytes.size += writer.used;
    return FWS_OK;
}

/* ---- Sizes ---- */

/* The TLV that names the key. Of RSA keys those with the exponent 65537, which all HSMs make. */
static size_t key_name_max(const struct fws_policy *policy, enum fws_algorithm alg,
                           enum fws_hash hash)
{
    static const size_t key_max[] = {
        [FWS_ALG_RSA2048] = 270, [FWS_ALG_RSA3072] = 398, [FWS_ALG_P256] = 91,
        [FWS_ALG_P384] = 120,    [FWS_ALG_ED25519] = 44,
    };

    return policy->format.key_form == FWS_POLICY_KEY_FULL ? key_max[alg] : fws_hash_size(hash);
}

size_t fws_image_size_max(const struct fws_policy *policy, const struct fws_image *image,
                          enum fws_algorithm alg)
{
    static const size_t signature_max[] = {
        [FWS_ALG_RSA2048] = 256, [FWS_ALG_RSA3072] = 384, [FWS_ALG_P256] = 72,
        [FWS_ALG_P384] = 104,    [FWS_ALG_ED25519] = 64,
    };

    return image->signed_size + FWS_TLV_INFO_SIZE + (size_t)3 * FWS_TLV_HEADER_SIZE +
           fws_hash_size(image->hash) + key_name_max(policy, alg, image->hash) + signature_max[alg];
}

size_t fws_image_file_max(const struct fws_policy *policy, const struct fws_image *image,
                          enum fws_algorithm alg)
{
    return policy->format.pad == FWS_POLICY_PAD_NONE ? fws_image_size_max(policy, image, alg)
                                                     : (size_t)policy->format.slot_size;
}
