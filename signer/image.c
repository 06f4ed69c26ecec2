/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/digest.h"
#include "signer/signer.h"
#include "verifier/verifier.h"

/* Bytes of each TLV area; a verifier with default settings holds both. */
#define AREA_MAX (FWS_VERIFY_TLV_SIZE / 2u)

/* Protected TLVs together. */
static size_t protected_size(const struct fws_image_spec *spec)
{
    size_t size = 0;

    size += spec->has_counter ? FWS_TLV_HEADER_SIZE + 4u : 0u;
    size += spec->dependency_count * (FWS_TLV_HEADER_SIZE + FWS_DEPENDENCY_SIZE);
    size += spec->vendor_id != NULL ? FWS_TLV_HEADER_SIZE + 16u : 0u;
    size += spec->class_id != NULL ? FWS_TLV_HEADER_SIZE + 16u : 0u;
    for (size_t i = 0; i < spec->extra_count; i++) {
        size += FWS_TLV_HEADER_SIZE + spec->extra[i].value.size;
    }
    return size == 0 ? 0 : size + FWS_TLV_INFO_SIZE;
}

static void write_counter(struct fws_writer *writer, uint32_t counter)
{
    uint8_t value[4];
    struct fws_writer bytes = fws_writer_init(value, sizeof value);

    fws_writer_u32le(&bytes, counter);
    fws_tlv_write(writer, FWS_TLV_SEC_CNT, value, sizeof value);
}

static void write_dependency(struct fws_writer *writer, const struct fws_dependency *dependency)
{
    uint8_t value[FWS_DEPENDENCY_SIZE];
    struct fws_writer bytes = fws_writer_init(value, sizeof value);

    fws_dependency_write(&bytes, dependency);
    fws_tlv_write(writer, FWS_TLV_DEPENDENCY, value, sizeof value);
}

/* In imgtool's order, so that images compare byte for byte. */
static void write_protected(struct fws_writer *writer, const struct fws_image_spec *spec,
                            size_t area_size)
{
    fws_tlv_area_write(writer, FWS_TLV_PROTECTED, area_size - FWS_TLV_INFO_SIZE);
    if (spec->has_counter) {
        write_counter(writer, spec->counter);
    }
    for (size_t i = 0; i < spec->dependency_count; i++) {
        write_dependency(writer, &spec->dependencies[i]);
    }
    if (spec->vendor_id != NULL) {
        fws_tlv_write(writer, FWS_TLV_UUID_VID, spec->vendor_id, 16);
    }
    if (spec->class_id != NULL) {
        fws_tlv_write(writer, FWS_TLV_UUID_CID, spec->class_id, 16);
    }
    for (size_t i = 0; i < spec->extra_count; i++) {
        fws_tlv_write(writer, spec->extra[i].type, spec->extra[i].value.data,
                      (uint16_t)spec->extra[i].value.size);
    }
}

/* The payload proper: with `header: reserved` the input begins with zeros for the header. */
static enum fws_status find_payload(const struct fws_policy *policy,
                                    const struct fws_firmware *firmware, struct fws_reader *payload,
                                    struct fws_error *err)
{
    *payload = fws_reader_init(firmware->bytes.data, firmware->bytes.size);
    if (policy->header == FWS_POLICY_HEADER_PREPEND) {
        return FWS_OK;
    }
    for (uint64_t i = 0; i < policy->header_size; i++) {
        if (fws_reader_u8(payload) != 0) {
            return fws_error_set(err, FWS_E_HEADER_SPACE,
                                 "the first %llu bytes must be zero for the header, byte %llu is "
                                 "not (%s:%u: header: reserved)",
                                 (unsigned long long)policy->header_size, (unsigned long long)i,
                                 policy->path, policy->at_header_size.line);
        }
    }
    if (payload->bad) {
        return fws_error_set(err, FWS_E_HEADER_SPACE, "shorter than the %llu bytes of the header",
                             (unsigned long long)policy->header_size);
    }
    return FWS_OK;
}

static void write_image(struct fws_writer *writer, const struct fws_policy *policy,
                        struct fws_reader payload, const struct fws_image_spec *spec,
                        size_t area_size)
{
    struct fws_header header = {
        .header_size = (uint16_t)policy->header_size,
        .protected_size = (uint16_t)area_size,
        .payload_size = (uint32_t)payload.left,
        .version = spec->version,
    };
    /* Prepended space is erased flash, reserved space keeps the zeros of the input. */
    uint8_t padding = policy->header == FWS_POLICY_HEADER_PREPEND ? (uint8_t)policy->erased : 0;

    fws_header_write(writer, &header);
    fws_writer_fill(writer, padding, policy->header_size - FWS_HEADER_SIZE);
    fws_writer_bytes(writer, payload.data, payload.left);
    if (area_size > 0) {
        write_protected(writer, spec, area_size);
    }
}

static enum fws_status build(const struct fws_policy *policy, const struct fws_firmware *firmware,
                             const struct fws_image_spec *spec, struct fws_image *out,
                             struct fws_error *err)
{
    size_t area_size = protected_size(spec);
    struct fws_reader payload;
    enum fws_status status = find_payload(policy, firmware, &payload, err);

    if (status != FWS_OK) {
        return status;
    }
    if (payload.left == 0) {
        return fws_error_set(err, FWS_E_INPUT, "the firmware is empty: nothing to boot");
    }
    if (area_size > AREA_MAX) {
        return fws_error_set(err, FWS_E_TLV_LIMIT, "protected TLVs take %zu bytes, at most %u fit",
                             area_size, AREA_MAX);
    }
    out->payload_size = payload.left;
    out->signed_size = policy->header_size + payload.left + area_size;
    /* Room for the plain area too, so that attaching the signature never moves the image. */
    status = fws_buf_reserve(&out->bytes, out->signed_size + AREA_MAX, err);
    if (status != FWS_OK) {
        return status;
    }
    struct fws_writer writer = fws_writer_init(out->bytes.data, out->signed_size);

    write_image(&writer, policy, payload, spec, area_size);
    if (fws_writer_done(&writer) != FWS_OK || writer.used != out->signed_size) {
        return fws_error_set(err, FWS_E_INTERNAL, "image layout does not add up");
    }
    out->bytes.size = out->signed_size;
    out->digest_size = fws_hash_size(out->hash);
    return fws_digest(out->hash, out->bytes.data, out->signed_size, out->digest, err);
}

enum fws_status fws_image_build(const struct fws_policy *policy,
                                const struct fws_firmware *firmware,
                                const struct fws_image_spec *spec, enum fws_hash hash,
                                struct fws_image *out, struct fws_error *err)
{
    *out = (struct fws_image){.hash = hash};
    enum fws_status status = build(policy, firmware, spec, out, err);

    if (status != FWS_OK) {
        fws_image_free(out);
    }
    return status;
}

enum fws_status fws_image_attach(struct fws_image *image, const struct fws_pubkey *key,
                                 const uint8_t *signature, size_t signature_size,
                                 struct fws_error *err)
{
    uint8_t keyhash[FWS_HASH_MAX_SIZE];
    size_t entries = (size_t)3 * FWS_TLV_HEADER_SIZE + 2 * image->digest_size + signature_size;
    enum fws_status status = fws_pubkey_keyhash(key, image->hash, keyhash, err);

    if (status != FWS_OK) {
        return status;
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
    fws_tlv_write(&writer, FWS_TLV_KEYHASH, keyhash, (uint16_t)image->digest_size);
    fws_tlv_write(&writer, fws_tlv_of_algorithm(key->alg), signature, (uint16_t)signature_size);
    if (fws_writer_done(&writer) != FWS_OK) {
        return fws_error_set(err, FWS_E_INTERNAL, "signature TLVs do not add up");
    }
    image->bytes.size += writer.used;
    return FWS_OK;
}

size_t fws_image_plain_area_max(enum fws_algorithm alg, enum fws_hash hash)
{
    static const size_t signature_max[] = {
        [FWS_ALG_RSA2048] = 256, [FWS_ALG_RSA3072] = 384, [FWS_ALG_P256] = 72,
        [FWS_ALG_P384] = 104,    [FWS_ALG_ED25519] = 64,
    };

    return FWS_TLV_INFO_SIZE + (size_t)3 * FWS_TLV_HEADER_SIZE + 2 * fws_hash_size(hash) +
           signature_max[alg];
}

void fws_image_free(struct fws_image *image)
{
    fws_buf_free(&image->bytes);
    *image = (struct fws_image){0};
}

uint32_t fws_counter_from_version(const struct fws_version *version)
{
    return (uint32_t)version->major << 24 | (uint32_t)version->minor << 16 | version->revision;
}
