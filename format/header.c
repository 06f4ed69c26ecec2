/* SPDX-License-Identifier: Apache-2.0 */
#include "format/version_bytes.h"

#define AES_FLAGS   (FWS_FLAG_ENCRYPTED_AES128 | FWS_FLAG_ENCRYPTED_AES256)
#define LZMA_FLAGS  (FWS_FLAG_COMPRESSED_LZMA1 | FWS_FLAG_COMPRESSED_LZMA2)
#define PLACE_FLAGS (FWS_FLAG_RAM_LOAD | FWS_FLAG_ROM_FIXED)
#define KNOWN_FLAGS                                                                                \
    (AES_FLAGS | LZMA_FLAGS | PLACE_FLAGS | FWS_FLAG_NON_BOOTABLE | FWS_FLAG_COMPRESSED_ARM_THUMB)

enum fws_status fws_header_parse(struct fws_reader *reader, struct fws_header *out)
{
    struct fws_reader bytes;
    uint32_t words[FWS_HEADER_SIZE / 4]; /* a loop of one call is less code than nine calls */

    fws_reader_split(reader, FWS_HEADER_SIZE, &bytes);
    for (size_t i = 0; i < sizeof words / 4; i++) {
        words[i] = fws_reader_u32le(&bytes);
    }
    out->load_address = words[1];
    out->header_size = (uint16_t)words[2];
    out->protected_size = (uint16_t)(words[2] >> 16);
    out->payload_size = words[3];
    out->flags = words[4];
    out->version.major = (uint8_t)words[5];
    out->version.minor = (uint8_t)(words[5] >> 8);
    out->version.revision = (uint16_t)(words[5] >> 16);
    out->version.build = words[6];
    if (bytes.bad) {
        return FWS_E_HEADER_TRUNCATED;
    }
    if (words[0] != FWS_HEADER_MAGIC) {
        return FWS_E_MAGIC;
    }
    return words[7] == 0 ? FWS_OK : FWS_E_HEADER_RESERVED;
}

void fws_header_write(struct fws_writer *writer, const struct fws_header *header)
{
    fws_writer_u32le(writer, FWS_HEADER_MAGIC);
    fws_writer_u32le(writer, header->load_address);
    fws_writer_u16le(writer, header->header_size);
    fws_writer_u16le(writer, header->protected_size);
    fws_writer_u32le(writer, header->payload_size);
    fws_writer_u32le(writer, header->flags);
    fws_version_write(writer, &header->version);
    fws_writer_u32le(writer, 0);
}

static bool flags_conflict(uint32_t flags)
{
    /* Of AES and of LZMA flags the two stand side by side: is there any with its neighbour? */
    uint32_t pairs = flags & flags >> 1 & (FWS_FLAG_ENCRYPTED_AES128 | FWS_FLAG_COMPRESSED_LZMA1);

    return pairs != 0 || (flags & PLACE_FLAGS) == PLACE_FLAGS ||
           ((flags & FWS_FLAG_COMPRESSED_ARM_THUMB) != 0 && (flags & LZMA_FLAGS) == 0);
}

enum fws_status fws_header_check(const struct fws_header *header)
{
    uint32_t around_payload = (uint32_t)header->header_size + header->protected_size;

    if (header->header_size < FWS_HEADER_SIZE || header->header_size % 4 != 0) {
        return FWS_E_HEADER_SIZE;
    }
    if ((header->flags & ~KNOWN_FLAGS) != 0) {
        return FWS_E_FLAGS_UNKNOWN;
    }
    if (flags_conflict(header->flags)) {
        return FWS_E_FLAGS_CONFLICT;
    }
    if (header->payload_size > UINT32_MAX - around_payload) {
        return FWS_E_SIZE_OVERFLOW;
    }
    if (header->protected_size > 0 && header->protected_size < FWS_TLV_INFO_SIZE) {
        return FWS_E_PROTECTED_SIZE;
    }
    return FWS_OK;
}
