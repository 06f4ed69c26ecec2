/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/digest.h"
#include "signer/signer.h"
#include "verifier/verifier.h"

/* Bytes of each TLV area; a verifier with default settings holds both. */
#define AREA_MAX (FWS_VERIFY_TLV_SIZE / 2u)

_Static_assert(FWS_POLICY_PAD_MAX_SIZE <= FWS_FIRMWARE_MAX_SIZE, "verify reads a padded image");

/* ---- What goes with an algorithm ---- */

/* As the verifier's keys.c: a digest shorter or longer than the algorithm is made for weakens it. */
static bool hash_fits(enum fws_algorithm alg, enum fws_hash hash)
{
    return hash == fws_algorithm_hash(alg) || (alg == FWS_ALG_ED25519 && hash == FWS_HASH_SHA512);
}

static enum fws_status refuse_hash(const struct fws_policy *policy, enum fws_algorithm alg,
                                   enum fws_hash hash, struct fws_error *err)
{
    char place[FWS_POLICY_PLACE_SIZE];

    return fws_error_set(err, FWS_E_POLICY_INVALID,
                         "%s: 'format.hash: %s' is not for %s keys; they take %s%s",
                         fws_policy_place_text(policy, policy->at.hash, place), fws_hash_name(hash),
                         fws_algorithm_name(alg), fws_hash_name(fws_algorithm_hash(alg)),
                         alg == FWS_ALG_ED25519 ? " and sha512" : "");
}

enum fws_status fws_image_hash(const struct fws_policy *policy, enum fws_algorithm alg,
                               enum fws_hash *out, struct fws_error *err)
{
    static const enum fws_hash hashes[] = {
        [FWS_POLICY_HASH_AUTO] = FWS_HASH_NONE,
        [FWS_POLICY_HASH_SHA256] = FWS_HASH_SHA256,
        [FWS_POLICY_HASH_SHA384] = FWS_HASH_SHA384,
        [FWS_POLICY_HASH_SHA512] = FWS_HASH_SHA512,
    };

    if (alg == FWS_ALG_NONE || alg == FWS_ALG_LMS) {
        return fws_error_set(err, FWS_E_KEY_TYPE, "%s keys sign no images here",
                             fws_algorithm_name(alg));
    }
    *out = policy->format.hash == FWS_POLICY_HASH_AUTO ? fws_algorithm_hash(alg)
                                                       : hashes[policy->format.hash];
    return hash_fits(alg, *out) ? FWS_OK : refuse_hash(policy, alg, *out, err);
}

/* ---- The protected area ---- */

static const struct fws_policy_tlv *policy_tlvs(const struct fws_policy *policy)
{
    return policy->format.tlvs.items;
}

static enum fws_status check_tag(const struct fws_policy *policy, const struct fws_image_spec *spec,
                                 size_t index, struct fws_error *err)
{
    uint16_t tag = spec->extra[index].type;
    char place[FWS_POLICY_PLACE_SIZE];

    for (size_t i = 0; i < index; i++) {
        if (spec->extra[i].type == tag) {
            return fws_error_set(err, FWS_E_USAGE, "TLV 0x%x is given twice", tag);
        }
    }
    for (size_t i = 0; i < policy->format.tlvs.count; i++) {
        if (policy_tlvs(policy)[i].tag == tag) {
            return fws_error_set(err, FWS_E_USAGE, "TLV 0x%x is given, but it is the policy's: %s",
                                 tag,
                                 fws_policy_place_text(policy, policy_tlvs(policy)[i].at, place));
        }
    }
    return FWS_OK;
}

enum fws_status fws_image_spec_check(const struct fws_policy *policy,
                                     const struct fws_image_spec *spec, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < spec->extra_count; i++) {
        status = check_tag(policy, spec, i, err);
    }
    return status;
}

/* Protected TLVs together. */
static size_t protected_size(const struct fws_policy *policy, const struct fws_image_spec *spec)
{
    size_t size = 0;

    size += spec->has_counter ? FWS_TLV_HEADER_SIZE + 4u : 0u;
    size += spec->dependency_count * (FWS_TLV_HEADER_SIZE + FWS_DEPENDENCY_SIZE);
    size += spec->vendor_id != NULL ? FWS_TLV_HEADER_SIZE + 16u : 0u;
    size += spec->class_id != NULL ? FWS_TLV_HEADER_SIZE + 16u : 0u;
    for (size_t i = 0; i < policy->format.tlvs.count; i++) {
        size += FWS_TLV_HEADER_SIZE + policy_tlvs(policy)[i].size;
    }
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

static void write_vendor(struct fws_writer *writer, const struct fws_policy *policy,
                         const struct fws_image_spec *spec)
{
    for (size_t i = 0; i < policy->format.tlvs.count; i++) {
        const struct fws_policy_tlv *tlv = &policy_tlvs(policy)[i];

        fws_tlv_write(writer, tlv->tag, tlv->bytes, (uint16_t)tlv->size);
    }
    for (size_t i = 0; i < spec->extra_count; i++) {
        fws_tlv_write(writer, spec->extra[i].type, spec->extra[i].value.data,
                      (uint16_t)spec->extra[i].value.size);
    }
}

/* In imgtool's order, so that images compare byte for byte. */
static void write_protected(struct fws_writer *writer, const struct fws_policy *policy,
                            const struct fws_image_spec *spec, size_t area_size)
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
    write_vendor(writer, policy, spec);
}

/* ---- The image up to its signature ---- */

/* The payload proper: with `header: reserved` the input begins with zeros for the header. */
static enum fws_status find_payload(const struct fws_policy *policy,
                                    const struct fws_firmware *firmware, struct fws_reader *payload,
                                    struct fws_error *err)
{
    *payload = fws_reader_init(firmware->bytes.data, firmware->bytes.size);
    if (policy->format.header == FWS_POLICY_HEADER_PREPEND) {
        return FWS_OK;
    }
    for (uint64_t i = 0; i < policy->format.header_size; i++) {
        if (fws_reader_u8(payload) != 0) {
            return fws_error_set(err, FWS_E_HEADER_SPACE,
                                 "the first %llu bytes must be zero for the header, byte %llu is "
                                 "not (%s:%u: format.header: reserved)",
                                 (unsigned long long)policy->format.header_size,
                                 (unsigned long long)i, policy->path, policy->at.header_size.line);
        }
    }
    if (payload->bad) {
        return fws_error_set(err, FWS_E_HEADER_SPACE, "shorter than the %llu bytes of the header",
                             (unsigned long long)policy->format.header_size);
    }
    return FWS_OK;
}

static void write_image(struct fws_writer *writer, const struct fws_policy *policy,
                        struct fws_reader payload, const struct fws_image_spec *spec,
                        size_t area_size)
{
    struct fws_header header = {
        .header_size = (uint16_t)policy->format.header_size,
        .protected_size = (uint16_t)area_size,
        .payload_size = (uint32_t)payload.left,
        .version = spec->version,
    };
    /* Prepended space is erased flash, reserved space keeps the zeros of the input. */
    uint8_t padding =
        policy->format.header == FWS_POLICY_HEADER_PREPEND ? (uint8_t)policy->format.erased : 0;

    fws_header_write(writer, &header);
    fws_writer_fill(writer, padding, policy->format.header_size - FWS_HEADER_SIZE);
    fws_writer_bytes(writer, payload.data, payload.left);
    if (area_size > 0) {
        write_protected(writer, policy, spec, area_size);
    }
}

/* Room for the plain area and the padding too, so that the image never moves. */
static enum fws_status reserve(const struct fws_policy *policy, struct fws_image *image,
                               struct fws_error *err)
{
    size_t room = image->signed_size + AREA_MAX;
    size_t slot = (size_t)policy->format.slot_size;

    if (policy->format.pad != FWS_POLICY_PAD_NONE && room < slot) {
        room = slot;
    }
    return fws_buf_reserve(&image->bytes, room, err);
}

static enum fws_status build(const struct fws_policy *policy, const struct fws_firmware *firmware,
                             const struct fws_image_spec *spec, struct fws_image *out,
                             struct fws_error *err)
{
    size_t area_size = protected_size(policy, spec);
    struct fws_reader payload;
    enum fws_status status = fws_image_spec_check(policy, spec, err);

    if (status == FWS_OK) {
        status = find_payload(policy, firmware, &payload, err);
    }
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
    out->signed_size = policy->format.header_size + payload.left + area_size;
    status = reserve(policy, out, err);
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

/* ---- Looking at it ---- */

struct fws_reader fws_image_payload(const struct fws_policy *policy, const struct fws_image *image)
{
    struct fws_reader reader = fws_reader_init(image->bytes.data, image->bytes.size);

    fws_reader_skip(&reader, policy->format.header_size);
    return fws_reader_slice(&reader, image->payload_size);
}

void fws_image_look(const struct fws_policy *policy, const struct fws_firmware *firmware,
                    const struct fws_image *image, struct fws_content *out)
{
    struct fws_reader payload = fws_image_payload(policy, image);

    fws_content_read(policy, firmware->has_entry ? &firmware->entry : NULL, payload.data,
                     payload.left, out);
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
