/* SPDX-License-Identifier: Apache-2.0 */
#include "format/format.h"

/*
 * Every type of image.h: what it is for, the least and the most bytes its value has.
 * What only a decrypting or decompressing reader understands may have any length here.
 */
#define TLV_LIST(X)                                                                                \
    X(KEYHASH, FWS_TLV_KEY, 0, UINT16_MAX) /* as long as a hash of the image */                    \
    X(PUBKEY, FWS_TLV_KEY, 1, FWS_PUBKEY_DER_MAX_SIZE)                                             \
    X(SHA256, FWS_TLV_HASH, 32, 32)                                                                \
    X(SHA384, FWS_TLV_HASH, 48, 48)                                                                \
    X(SHA512, FWS_TLV_HASH, 64, 64)                                                                \
    X(RSA2048_PSS, FWS_TLV_SIGNATURE, 256, 256)                                                    \
    X(ECDSA224, FWS_TLV_RETIRED, 0, UINT16_MAX)                                                    \
    X(ECDSA_SIG, FWS_TLV_SIGNATURE, FWS_ECDSA_DER_MIN_SIZE, FWS_ECDSA_DER_MAX_SIZE)                \
    X(RSA3072_PSS, FWS_TLV_SIGNATURE, 384, 384)                                                    \
    X(ED25519, FWS_TLV_SIGNATURE, 64, 64)                                                          \
    X(SIG_PURE, FWS_TLV_PURE, 0, UINT16_MAX) /* one byte of 1, which is more than a length */      \
    X(LMS, FWS_TLV_SIGNATURE, FWS_LMS_SIGNATURE_MIN_SIZE, FWS_LMS_SIGNATURE_MAX_SIZE)              \
    X(ENC_RSA2048, FWS_TLV_ENCRYPTION, 0, UINT16_MAX)                                              \
    X(ENC_KW, FWS_TLV_ENCRYPTION, 0, UINT16_MAX)                                                   \
    X(ENC_EC256, FWS_TLV_ENCRYPTION, 0, UINT16_MAX)                                                \
    X(ENC_X25519, FWS_TLV_ENCRYPTION, 0, UINT16_MAX)                                               \
    X(ENC_X25519_SHA512, FWS_TLV_ENCRYPTION, 0, UINT16_MAX)                                        \
    X(DEPENDENCY, FWS_TLV_DEPENDENCY_ON, 0,                                                        \
      UINT16_MAX) /* fws_dependency_parse judges the whole */                                      \
    X(SEC_CNT, FWS_TLV_COUNTER, 4, 4)                                                              \
    X(BOOT_RECORD, FWS_TLV_RECORD, 0, UINT16_MAX)                                                  \
    X(DECOMP_SIZE, FWS_TLV_COMPRESSION, 0, UINT16_MAX)                                             \
    X(DECOMP_SHA, FWS_TLV_COMPRESSION, 0, UINT16_MAX)                                              \
    X(DECOMP_SIGNATURE, FWS_TLV_COMPRESSION, 0, UINT16_MAX)                                        \
    X(COMP_DEC_SIZE, FWS_TLV_COMPRESSION, 0, UINT16_MAX)                                           \
    X(UUID_VID, FWS_TLV_VENDOR_ID, FWS_UUID_SIZE, FWS_UUID_SIZE)                                   \
    X(UUID_CID, FWS_TLV_CLASS_ID, FWS_UUID_SIZE, FWS_UUID_SIZE)

static bool is_vendor(uint16_t type)
{
    return type >= FWS_TLV_VENDOR_FIRST && type <= FWS_TLV_VENDOR_LAST;
}

const char *fws_tlv_name(uint16_t type)
{
    switch (type) {
#define NAME_CASE(name, kind, least, most)                                                         \
    case FWS_TLV_##name:                                                                           \
        return #name;
        TLV_LIST(NAME_CASE)
#undef NAME_CASE
    default:
        return is_vendor(type) ? "vendor" : NULL;
    }
}

const struct fws_tlv_rule *fws_tlv_rule(uint16_t type)
{
    static const struct fws_tlv_rule rules[] = {
#define RULE_ROW(name, kind, least, most) {FWS_TLV_##name, kind, least, most},
        TLV_LIST(RULE_ROW)
#undef RULE_ROW
            {FWS_TLV_VENDOR_FIRST, FWS_TLV_VENDOR, 0, UINT16_MAX}, /* last, and for them all */
    };
    const struct fws_tlv_rule *rule = rules;

    while (rule->type != type && rule->type != FWS_TLV_VENDOR_FIRST) {
        rule++;
    }
    return rule->type != FWS_TLV_VENDOR_FIRST || is_vendor(type) ? rule : NULL;
}

enum fws_status fws_tlv_check_place(uint16_t type, enum fws_tlv_place place)
{
    const struct fws_tlv_rule *rule = fws_tlv_rule(type);

    if (rule == NULL) {
        return FWS_E_TLV_UNKNOWN;
    }
    if (fws_tlv_place_of(rule) == place) {
        return FWS_OK;
    }
    return place == FWS_TLV_PLAIN ? FWS_E_TLV_UNPROTECTED : FWS_E_TLV_MISPLACED;
}

uint16_t fws_tlv_of_hash(enum fws_hash hash)
{
    switch (hash) {
    case FWS_HASH_SHA256:
        return FWS_TLV_SHA256;
    case FWS_HASH_SHA384:
        return FWS_TLV_SHA384;
    case FWS_HASH_SHA512:
        return FWS_TLV_SHA512;
    case FWS_HASH_NONE:
        break;
    }
    return 0;
}

uint16_t fws_tlv_of_algorithm(enum fws_algorithm alg)
{
    switch (alg) {
    case FWS_ALG_RSA2048:
        return FWS_TLV_RSA2048_PSS;
    case FWS_ALG_RSA3072:
        return FWS_TLV_RSA3072_PSS;
    case FWS_ALG_P256:
    case FWS_ALG_P384:
        return FWS_TLV_ECDSA_SIG;
    case FWS_ALG_ED25519:
        return FWS_TLV_ED25519;
    case FWS_ALG_LMS:
        return FWS_TLV_LMS;
    case FWS_ALG_NONE:
        break;
    }
    return 0;
}

static uint16_t magic_of(enum fws_tlv_place place)
{
    return place == FWS_TLV_PROTECTED ? FWS_TLV_PROTECTED_MAGIC : FWS_TLV_INFO_MAGIC;
}

enum fws_status fws_tlv_area_open(struct fws_reader *reader, enum fws_tlv_place place,
                                  struct fws_reader *area)
{
    uint16_t magic = fws_reader_u16le(reader);
    uint16_t size = fws_reader_u16le(reader);

    if (!reader->bad && magic != magic_of(place)) {
        return FWS_E_TLV_MAGIC;
    }
    if (size < FWS_TLV_INFO_SIZE) { /* also when the info header itself was cut */
        return FWS_E_TLV_TRUNCATED;
    }
    *area = fws_reader_slice(reader, (size_t)size - FWS_TLV_INFO_SIZE);
    return area->bad ? FWS_E_TLV_TRUNCATED : FWS_OK;
}

enum fws_status fws_tlv_next(struct fws_reader *area, struct fws_tlv *out)
{
    out->type = fws_reader_u16le(area);
    uint16_t size = fws_reader_u16le(area);

    out->value = fws_reader_slice(area, size);
    return out->value.bad ? FWS_E_TLV_TRUNCATED : FWS_OK;
}

void fws_tlv_write(struct fws_writer *writer, uint16_t type, const void *value, uint16_t size)
{
    fws_writer_u16le(writer, type);
    fws_writer_u16le(writer, size);
    fws_writer_bytes(writer, value, size);
}

void fws_tlv_area_write(struct fws_writer *writer, enum fws_tlv_place place, size_t entries_size)
{
    if (entries_size > UINT16_MAX - FWS_TLV_INFO_SIZE) {
        writer->bad = true; /* no field can hold it */
        return;
    }
    fws_writer_u16le(writer, magic_of(place));
    fws_writer_u16le(writer, (uint16_t)(entries_size + FWS_TLV_INFO_SIZE));
}
