/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trailer from the slot's end downwards, A = max-align, each field A bytes:
 *
 *     ... erased ... | swap_info | copy_done | image_ok | (to a multiple of A) magic, 16 bytes |
 *
 * Where slots are swapped, swap_size and three writes for each sector stand in front.
 * Source: MCUboot, bootutil_public.c (boot_image_ok_off and its neighbours).
 */
#include "format/format.h"

#define IMAGE_OK_SET     0x01u
#define LEAST_ALIGNMENT  8u
#define OVERWRITE_FIELDS 2u /* image_ok, copy_done */
#define SWAP_FIELDS      4u /* and swap_info, swap_size */
#define SECTOR_WRITES    3u /* of the status of a swap */

static const uint8_t magic_align_8[FWS_TRAILER_MAGIC_SIZE] = {
    0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80,
};

/* With a larger alignment the first two bytes are the alignment itself. */
static const uint8_t magic_tail[FWS_TRAILER_MAGIC_SIZE - 2] = {
    0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d, 0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a,
};

bool fws_filled_with(struct fws_reader bytes, uint8_t value)
{
    return fws_reader_filled_with(&bytes, value);
}

/* The alignment a magic stands for; 0 when the bytes are no magic. */
static uint8_t magic_alignment(struct fws_reader magic)
{
    if (fws_reader_starts_with(&magic, magic_align_8, sizeof magic_align_8)) {
        return 8;
    }
    uint16_t alignment = fws_reader_u16le(&magic);

    if ((alignment == 16 || alignment == 32) &&
        fws_reader_starts_with(&magic, magic_tail, sizeof magic_tail)) {
        return (uint8_t)alignment;
    }
    return 0;
}

static uint32_t magic_field_size(uint32_t alignment)
{
    return alignment > FWS_TRAILER_MAGIC_SIZE ? alignment : FWS_TRAILER_MAGIC_SIZE;
}

uint32_t fws_trailer_min_size(uint32_t align)
{
    return OVERWRITE_FIELDS * align + magic_field_size(align);
}

uint32_t fws_trailer_alignment(uint32_t write_size)
{
    return write_size > LEAST_ALIGNMENT ? write_size : LEAST_ALIGNMENT;
}

uint64_t fws_trailer_size(const struct fws_trailer_geometry *geometry)
{
    uint32_t alignment = fws_trailer_alignment(geometry->write_size);
    uint64_t status = (uint64_t)geometry->max_sectors * SECTOR_WRITES * geometry->write_size;

    return geometry->swap ? status + (uint64_t)SWAP_FIELDS * alignment + magic_field_size(alignment)
                          : fws_trailer_min_size(alignment);
}

/* A tail that ends in a magic: everything but magic and image_ok must be erased. */
static bool parse_trailer(struct fws_reader tail, struct fws_trailer *out)
{
    struct fws_reader reader = tail;
    struct fws_reader before = fws_reader_slice(&reader, tail.left - FWS_TRAILER_MAGIC_SIZE);

    out->alignment = magic_alignment(reader);
    if (out->alignment == 0 || tail.left < fws_trailer_min_size(out->alignment)) {
        return false;
    }
    uint32_t fields = out->alignment + magic_field_size(out->alignment);
    struct fws_reader erased = fws_reader_slice(&before, tail.left - fields);
    uint8_t image_ok = fws_reader_u8(&before);

    out->present = true;
    out->image_ok = image_ok == IMAGE_OK_SET;
    return (out->image_ok || image_ok == out->erased) && fws_filled_with(erased, out->erased) &&
           fws_filled_with(before, out->erased);
}

enum fws_status fws_trailer_check(struct fws_reader tail, struct fws_trailer *out)
{
    struct fws_reader first = tail;

    *out = (struct fws_trailer){.erased = 0xff};
    if (tail.left == 0) {
        return FWS_OK;
    }
    out->erased = fws_reader_u8(&first);
    if (out->erased != 0x00 && out->erased != 0xff) {
        return FWS_E_IMAGE_TRAILING;
    }
    if (fws_filled_with(tail, out->erased)) {
        return FWS_OK;
    }
    if (tail.left < FWS_TRAILER_MAGIC_SIZE || !parse_trailer(tail, out)) {
        return FWS_E_IMAGE_TRAILING;
    }
    return FWS_OK;
}

/* ---- Writing ---- */

static void write_magic(struct fws_writer *writer, uint8_t alignment)
{
    if (alignment == LEAST_ALIGNMENT) {
        fws_writer_bytes(writer, magic_align_8, sizeof magic_align_8);
    } else {
        fws_writer_u16le(writer, alignment);
        fws_writer_bytes(writer, magic_tail, sizeof magic_tail);
    }
}

static bool is_writable(size_t size, const struct fws_trailer *trailer)
{
    uint8_t alignment = trailer->alignment;

    if (trailer->erased != 0x00 && trailer->erased != 0xff) {
        return false;
    }
    return !trailer->present || ((alignment == 8 || alignment == 16 || alignment == 32) &&
                                 size >= fws_trailer_min_size(alignment));
}

void fws_trailer_write(struct fws_writer *writer, size_t size, const struct fws_trailer *trailer)
{
    uint32_t magic_field = magic_field_size(trailer->alignment);

    if (!is_writable(size, trailer)) {
        writer->bad = true;
        return;
    }
    if (!trailer->present) {
        fws_writer_fill(writer, trailer->erased, size);
        return;
    }
    fws_writer_fill(writer, trailer->erased, size - trailer->alignment - magic_field);
    fws_writer_u8(writer, trailer->image_ok ? IMAGE_OK_SET : trailer->erased);
    fws_writer_fill(writer, trailer->erased,
                    trailer->alignment - 1u + magic_field - FWS_TRAILER_MAGIC_SIZE);
    write_magic(writer, trailer->alignment);
}
