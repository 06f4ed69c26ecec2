/* SPDX-License-Identifier: Apache-2.0 */
#include "format/format.h"

/* How long values are: a name, the least and the most bytes. */
#define SIZE_LIST(X)                                                                               \
    X(ANY, 0, UINT16_MAX)                                                                          \
    X(BYTES_4, 4, 4)                                                                               \
    X(UUID, FWS_UUID_SIZE, FWS_UUID_SIZE)                                                          \
    X(BYTES_32, 32, 32)                                                                            \
    X(BYTES_48, 48, 48)                                                                            \
    X(BYTES_64, 64, 64)                                                                            \
    X(BYTES_256, 256, 256)                                                                         \
    X(BYTES_384, 384, 384)                                                                         \
    X(ECDSA_DER, FWS_ECDSA_DER_MIN_SIZE, FWS_ECDSA_DER_MAX_SIZE)                                   \
    X(PUBLIC_KEY, 1, FWS_PUBKEY_DER_MAX_SIZE)                                                      \
    X(LMS_SIGNATURE, FWS_LMS_SIGNATURE_MIN_SIZE, FWS_LMS_SIGNATURE_MAX_SIZE)

/*
 * Every type of image.h: what it is for, how long its value is. What only a decrypting or
 * decompressing reader understands may have any length here.
 */
#define TLV_LIST(X)                                                                                \
    X(KEYHASH, FWS_TLV_KEY, ANY) /* as long as a hash of the image */                              \
    X(PUBKEY, FWS_TLV_KEY, PUBLIC_KEY)                                                             \
    X(SHA256, FWS_TLV_HASH, BYTES_32)                                                              \
    X(SHA384, FWS_TLV_HASH, BYTES_48)                                                              \
    X(SHA512, FWS_TLV_HASH, BYTES_64)                                                              \
    X(RSA2048_PSS, FWS_TLV_SIGNATURE, BYTES_256)                                                   \
    X(ECDSA224, FWS_TLV_RETIRED, ANY)                                                              \
    X(ECDSA_SIG, FWS_TLV_SIGNATURE, ECDSA_DER)                                                     \
    X(RSA3072_PSS, FWS_TLV_SIGNATURE, BYTES_384)                                                   \
    X(ED25519, FWS_TLV_SIGNATURE, BYTES_64)                                                        \
    X(SIG_PURE, FWS_TLV_PURE, ANY) /* one byte of 1, which is more than a length */                \
    X(LMS, FWS_TLV_SIGNATURE, LMS_SIGNATURE)                                                       \
    X(ENC_RSA2048, FWS_TLV_ENCRYPTION, ANY)                                                        \
    X(ENC_KW, FWS_TLV_ENCRYPTION, ANY)                                                             \
    X(ENC_EC256, FWS_TLV_ENCRYPTION, ANY)                                                          \
    X(ENC_X25519, FWS_TLV_ENCRYPTION, ANY)                                                         \
    X(ENC_X25519_SHA512, FWS_TLV_ENCRYPTION, ANY)                                                  \
    X(DEPENDENCY, FWS_TLV_DEPENDENCY_ON, ANY) /* fws_dependency_parse judges the whole */          \
    X(SEC_CNT, FWS_TLV_COUNTER, BYTES_4)                                                           \
    X(BOOT_RECORD, FWS_TLV_RECORD, ANY)                                                            \
    X(DECOMP_SIZE, FWS_TLV_COMPRESSION, ANY)                                                       \
    X(DECOMP_SHA, FWS_TLV_COMPRESSION, ANY)                                                        \
    X(DECOMP_SIGNATURE, FWS_TLV_COMPRESSION, ANY)                                                  \
    X(COMP_DEC_SIZE, FWS_TLV_COMPRESSION, ANY)                                                     \
    X(UUID_VID, FWS_TLV_VENDOR_ID, UUID)                                                           \
    X(UUID_CID, FWS_TLV_CLASS_ID, UUID)

enum sizes {
#define SIZE_NAME(name, least, most) name,
    SIZE_LIST(SIZE_NAME)
#undef SIZE_NAME
};

static bool is_vendor(uint16_t type)
{
    return type >= FWS_TLV_VENDOR_FIRST && type <= FWS_TLV_VENDOR_LAST;
}

const char *fws_tlv_name(uint16_t type)
{
    switch (type) {
#define NAME_CASE(name, kind, sizes)                                                               \
    case FWS_TLV_##name:                                                                           \
        return #name;
        TLV_LIST(NAME_CASE)
#undef NAME_CASE
    default:
        return is_vendor(type) ? "vendor" : NULL;
    }
}

/* Devices carry this table, so a row has two bytes: kinds and sizes take four bits each. */
struct rule {
    uint8_t type;
    uint8_t kind_and_sizes;
};

static unsigned kind_and_sizes(uint16_t type)
{
    static const struct rule rules[] = {
#define RULE_ROW(name, kind, sizes) {FWS_TLV_##name, (kind) << 4 | (sizes)},
        TLV_LIST(RULE_ROW)
#undef RULE_ROW
            {FWS_TLV_VENDOR_FIRST, FWS_TLV_VENDOR << 4 | ANY}, /* last, and for them all */
    };
    const struct rule *rule = rules;

    while (rule->type != type && rule->type != FWS_TLV_VENDOR_FIRST) {
        rule++;
    }
    return rule->type != FWS_TLV_VENDOR_FIRST || is_vendor(type) ? rule->kind_and_sizes
                                                                 : FWS_TLV_UNKNOWN << 4;
}

static enum fws_status check_place(unsigned kind, enum fws_tlv_place place)
{
    enum fws_tlv_place right = kind < FWS_TLV_COUNTER ? FWS_TLV_PLAIN : FWS_TLV_PROTECTED;

    if (kind == FWS_TLV_UNKNOWN) {
        return FWS_E_TLV_UNKNOWN;
    }
    if (right == place) {
        return FWS_OK;
    }
    return place == FWS_TLV_PLAIN ? FWS_E_TLV_UNPROTECTED : FWS_E_TLV_MISPLACED;
}

static enum fws_status check_size(const struct fws_tlv_head *head, unsigned sizes)
{
    /* The least, and how many more. */
    static const uint16_t limits[][2] = {
#define SIZE_ROW(name, least, most) {least, (most) - (least)},
        SIZE_LIST(SIZE_ROW)
#undef SIZE_ROW
    };

    if ((uint32_t)head->size - limits[sizes][0] <= limits[sizes][1]) {
        return FWS_OK;
    }
    if (head->kind == FWS_TLV_HASH) {
        return FWS_E_HASH_LENGTH;
    }
    return head->kind == FWS_TLV_SIGNATURE ? FWS_E_SIGNATURE_LENGTH : FWS_E_TLV_LENGTH;
}

enum fws_status fws_tlv_check(struct fws_tlv_head *head, enum fws_tlv_place place)
{
    unsigned found = kind_and_sizes(head->type);
    enum fws_status status = check_place(found >> 4, place);

    head->kind = (uint8_t)(found >> 4);
    return status == FWS_OK ? check_size(head, found & 15u) : status;
}

enum fws_status fws_tlv_check_place(uint16_t type, enum fws_tlv_place place)
{
    struct fws_tlv_head head = {.type = type, .size = 0};
    enum fws_status status = fws_tlv_check(&head, place);
    bool of_place = status == FWS_E_TLV_UNKNOWN || status == FWS_E_TLV_UNPROTECTED ||
                    status == FWS_E_TLV_MISPLACED;

    return of_place ? status : FWS_OK;
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

enum fws_status fws_tlv_area_open(struct fws_reader *reader, enum fws_tlv_place place,
                                  struct fws_reader *area)
{
    uint16_t magic = fws_reader_u16le(reader);
    uint16_t size = fws_reader_u16le(reader);

    if (!reader->bad && magic != fws_tlv_magic(place)) {
        return FWS_E_TLV_MAGIC;
    }
    if (size < FWS_TLV_INFO_SIZE) { /* also when the info header itself was cut */
        return FWS_E_TLV_TRUNCATED;
    }
    *area = fws_reader_slice(reader, (size_t)size - FWS_TLV_INFO_SIZE);
    return area->bad ? FWS_E_TLV_TRUNCATED : FWS_OK;
}

uint16_t fws_tlv_read(struct fws_reader *area, struct fws_reader *value)
{
    uint16_t type = fws_reader_u16le(area);
    uint16_t size = fws_reader_u16le(area);

    fws_reader_split(area, size, value);
    return type;
}

enum fws_status fws_tlv_next(struct fws_reader *area, struct fws_tlv *out)
{
    out->type = fws_tlv_read(area, &out->value);
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
    fws_writer_u16le(writer, (uint16_t)fws_tlv_magic(place));
    fws_writer_u16le(writer, (uint16_t)(entries_size + FWS_TLV_INFO_SIZE));
}
