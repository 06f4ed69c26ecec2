/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The MCUboot image format, little endian: header, protected and plain TLV areas, trailer, and the
 * text forms around it. One implementation for whoever writes images and whoever judges them.
 *
 *     | header | padding | payload | [protected TLV area] | TLV area | ... | [trailer] |
 *     |<--------------- hashed and signed --------------->|
 *
 * Freestanding: no allocation, no I/O, no globals.
 * Source of each rule: MCUboot, boot/bootutil/include/bootutil/image.h and docs/design.md.
 */
#ifndef FWS_FORMAT_FORMAT_H
#define FWS_FORMAT_FORMAT_H

#include "bytes/algorithm.h"
#include "bytes/bytes.h"

/* ---- Version: MAJOR.MINOR.REVISION+BUILD ---- */

struct fws_version {
    uint8_t major;
    uint8_t minor;
    uint16_t revision;
    uint32_t build;
};

#define FWS_VERSION_TEXT_SIZE 28u /* "255.255.65535+4294967295" and NUL, rounded up */

/*
 * "MAJOR[.MINOR[.REVISION[+BUILD]]]", decimal, no leading zeros, no white space, all of size bytes.
 * FWS_OK or FWS_E_VERSION_SYNTAX (also when a number exceeds its field).
 */
FWS_MUST_USE enum fws_status fws_version_parse(const char *text, size_t size,
                                               struct fws_version *out);

/* "1.2.3" or, with a build other than 0, "1.2.3+4"; returns out. */
char *fws_version_text(const struct fws_version *version, char out[FWS_VERSION_TEXT_SIZE]);

/* Below, equal, above: -1, 0, 1. The build number counts last. */
int fws_version_compare(const struct fws_version *a, const struct fws_version *b);

/* ---- Header ---- */

#define FWS_HEADER_MAGIC    0x96f3b83du
#define FWS_HEADER_SIZE     32u /* of the structure; the size field is at least this */
#define FWS_HEADER_SIZE_MAX 0xffffu

#define FWS_FLAG_PIC                  0x1u /* never supported by MCUboot: refused */
#define FWS_FLAG_ENCRYPTED_AES128     0x4u
#define FWS_FLAG_ENCRYPTED_AES256     0x8u
#define FWS_FLAG_NON_BOOTABLE         0x10u
#define FWS_FLAG_RAM_LOAD             0x20u
#define FWS_FLAG_ROM_FIXED            0x100u
#define FWS_FLAG_COMPRESSED_LZMA1     0x200u
#define FWS_FLAG_COMPRESSED_LZMA2     0x400u
#define FWS_FLAG_COMPRESSED_ARM_THUMB 0x800u

struct fws_header {
    uint32_t load_address;
    uint16_t header_size;    /* header and its padding, bytes */
    uint16_t protected_size; /* protected TLV area with its info header; 0 = none */
    uint32_t payload_size;   /* bytes after the header */
    uint32_t flags;
    struct fws_version version;
};

/*
 * Parse the 32-byte structure at reader; no judgement on values but the magic and the reserved
 * fields. FWS_E_HEADER_TRUNCATED, FWS_E_MAGIC, FWS_E_HEADER_RESERVED.
 */
FWS_MUST_USE enum fws_status fws_header_parse(struct fws_reader *reader, struct fws_header *out);
void fws_header_write(struct fws_writer *writer, const struct fws_header *header);

/*
 * Judge a header: FWS_E_HEADER_SIZE (below 32 or no multiple of 4), FWS_E_FLAGS_UNKNOWN, FWS_E_FLAGS_CONFLICT (both AES flags,
 * both LZMA flags, Thumb filter without LZMA, RAM load with ROM fixed), FWS_E_SIZE_OVERFLOW (sums
 * beyond 32 bits), FWS_E_PROTECTED_SIZE (1..3).
 */
FWS_MUST_USE enum fws_status fws_header_check(const struct fws_header *header);

/* Bytes hashed and signed: header, payload, protected area. Only after fws_header_check. */
static inline uint32_t fws_header_signed_size(const struct fws_header *header)
{
    return header->header_size + header->payload_size + header->protected_size;
}

/* ---- TLVs ---- */

#define FWS_TLV_INFO_MAGIC      0x6907u
#define FWS_TLV_PROTECTED_MAGIC 0x6908u
#define FWS_TLV_INFO_SIZE       4u
#define FWS_TLV_HEADER_SIZE     4u

enum fws_tlv_type {
    FWS_TLV_KEYHASH = 0x01,
    FWS_TLV_PUBKEY = 0x02,
    FWS_TLV_SHA256 = 0x10,
    FWS_TLV_SHA384 = 0x11,
    FWS_TLV_SHA512 = 0x12,
    FWS_TLV_RSA2048_PSS = 0x20,
    FWS_TLV_ECDSA224 = 0x21,
    FWS_TLV_ECDSA_SIG = 0x22,
    FWS_TLV_RSA3072_PSS = 0x23,
    FWS_TLV_ED25519 = 0x24,
    FWS_TLV_SIG_PURE = 0x25,
    FWS_TLV_LMS = 0x26, /* docs/formats/lms.md */
    FWS_TLV_ENC_RSA2048 = 0x30,
    FWS_TLV_ENC_KW = 0x31,
    FWS_TLV_ENC_EC256 = 0x32,
    FWS_TLV_ENC_X25519 = 0x33,
    FWS_TLV_ENC_X25519_SHA512 = 0x34,
    FWS_TLV_DEPENDENCY = 0x40,
    FWS_TLV_SEC_CNT = 0x50,
    FWS_TLV_BOOT_RECORD = 0x60,
    FWS_TLV_DECOMP_SIZE = 0x70,
    FWS_TLV_DECOMP_SHA = 0x71,
    FWS_TLV_DECOMP_SIGNATURE = 0x72,
    FWS_TLV_COMP_DEC_SIZE = 0x73,
    FWS_TLV_UUID_VID = 0x74,
    FWS_TLV_UUID_CID = 0x75,
};

#define FWS_TLV_VENDOR_FIRST 0x00a0u
#define FWS_TLV_VENDOR_LAST  0xfffeu

enum fws_tlv_place { FWS_TLV_PLAIN, FWS_TLV_PROTECTED };

/* The magic of an area: they follow each other as the places do. */
static inline uint32_t fws_tlv_magic(enum fws_tlv_place place)
{
    return FWS_TLV_INFO_MAGIC + (uint32_t)place;
}

/*
 * What a type is for. Those before FWS_TLV_COUNTER stand in the plain area, the others in the
 * protected one; the first four in the order in which the strict form wants them.
 */
enum fws_tlv_kind {
    FWS_TLV_HASH,
    FWS_TLV_PURE, /* the signature is over the image itself */
    FWS_TLV_KEY,
    FWS_TLV_SIGNATURE,
    FWS_TLV_ENCRYPTION, /* a wrapped key */
    FWS_TLV_RETIRED,
    FWS_TLV_COUNTER,
    FWS_TLV_VENDOR_ID,
    FWS_TLV_CLASS_ID,
    FWS_TLV_RECORD,        /* for whoever boots the image */
    FWS_TLV_DEPENDENCY_ON, /* another image's version */
    FWS_TLV_COMPRESSION,
    FWS_TLV_VENDOR, /* for the product alone */
    FWS_TLV_UNKNOWN,
};

/* "SHA256", "KEYHASH", ... as in image.h; "vendor" in the vendor range; NULL for unknown types. */
const char *fws_tlv_name(uint16_t type);

/* Which TLV carries a hash or signature of that kind. */
uint16_t fws_tlv_of_hash(enum fws_hash hash);
uint16_t fws_tlv_of_algorithm(enum fws_algorithm alg);

struct fws_tlv {
    uint16_t type;
    struct fws_reader value; /* a view into the area's memory */
};

#define FWS_UUID_SIZE              16u
#define FWS_ECDSA_DER_MIN_SIZE     8u
#define FWS_LMS_SIGNATURE_MIN_SIZE 780u  /* SHA-256/192, W8, H5 */
#define FWS_LMS_SIGNATURE_MAX_SIZE 9324u /* SHA-256, W1, H25 */

/* What stands in front of a value. */
struct fws_tlv_head {
    uint16_t type;
    uint16_t size; /* of the value, bytes */
    uint8_t kind;  /* enum fws_tlv_kind, once it was checked */
};

/*
 * What holds for every TLV of a type, whoever reads it: may it stand in that place, with a value of
 * that size? Sets the kind.
 *
 * FWS_OK, FWS_E_TLV_UNKNOWN, FWS_E_TLV_UNPROTECTED (a protected kind or vendor TLV in the plain
 * area), FWS_E_TLV_MISPLACED (a plain kind in the protected area), FWS_E_HASH_LENGTH,
 * FWS_E_SIGNATURE_LENGTH, FWS_E_TLV_LENGTH.
 */
FWS_MUST_USE enum fws_status fws_tlv_check(struct fws_tlv_head *head, enum fws_tlv_place place);

/* The first three of them: the place alone. */
FWS_MUST_USE enum fws_status fws_tlv_check_place(uint16_t type, enum fws_tlv_place place);

/*
 * Open a TLV area: read its info header, bound the entries.
 *
 * reader   at the info header; advanced past the area
 * area     the entries
 *
 * FWS_E_TLV_MAGIC when the magic is not that of place, FWS_E_TLV_TRUNCATED when the stated length
 * is below 4 or beyond the reader.
 */
FWS_MUST_USE enum fws_status fws_tlv_area_open(struct fws_reader *reader, enum fws_tlv_place place,
                                               struct fws_reader *area);

/* The type of the next entry, and its value, which is bad when header or value runs past the area. */
uint16_t fws_tlv_read(struct fws_reader *area, struct fws_reader *value);

/* The next entry; FWS_E_TLV_TRUNCATED when header or value runs past the area. Loop while
 * area->left > 0. */
FWS_MUST_USE enum fws_status fws_tlv_next(struct fws_reader *area, struct fws_tlv *out);

/* Write one entry, or the info header of an area whose entries take entries_size bytes. */
void fws_tlv_write(struct fws_writer *writer, uint16_t type, const void *value, uint16_t size);
void fws_tlv_area_write(struct fws_writer *writer, enum fws_tlv_place place, size_t entries_size);

struct fws_dependency {
    uint8_t image_id;
    struct fws_version version; /* the least that will do */
};

#define FWS_DEPENDENCY_SIZE 12u

/* The 12-byte value; FWS_E_DEPENDENCY when the length or a reserved byte is wrong. */
FWS_MUST_USE enum fws_status fws_dependency_parse(struct fws_reader value,
                                                  struct fws_dependency *out);
void fws_dependency_write(struct fws_writer *writer, const struct fws_dependency *dependency);

/* "(ID, VERSION)" with optional blanks as imgtool takes it; FWS_E_DEPENDENCY otherwise. */
FWS_MUST_USE enum fws_status fws_dependency_from_text(const char *text, size_t size,
                                                      struct fws_dependency *out);

/* ---- ECDSA signatures: strict DER both ways ---- */

#define FWS_ECDSA_RAW_MAX_SIZE 96u  /* P-384: r || s */
#define FWS_ECDSA_DER_MAX_SIZE 104u /* P-384: 2 + 2 * (2 + 49) */

/*
 * r || s (half_size bytes each, big endian) to SEQUENCE { INTEGER r, INTEGER s }, minimal.
 * FWS_E_SIGNATURE_ENCODING when r or s is 0 or raw_size is odd or above 96.
 */
FWS_MUST_USE enum fws_status fws_ecdsa_der_from_raw(const uint8_t *raw, size_t raw_size,
                                                    uint8_t out[FWS_ECDSA_DER_MAX_SIZE],
                                                    size_t *out_size);

/*
 * Minimal DER back to r || s of 2 * half_size bytes. FWS_E_SIGNATURE_ENCODING for anything but the
 * one minimal encoding of two positive integers that fit.
 */
FWS_MUST_USE enum fws_status fws_ecdsa_raw_from_der(const uint8_t *der, size_t der_size,
                                                    uint8_t *out, size_t half_size);

/* ---- Intel HEX input ---- */

struct fws_hex_span {
    uint32_t first; /* lowest and highest address that has data */
    uint32_t last;
    uint32_t line;     /* where an error was found, from 1; 0 = no error */
    uint32_t gap_from; /* the largest gap: last address before and first after it; 0,0 = none */
    uint32_t gap_to;
};

/*
 * Pass 1: check every record (syntax, checksum, type 00..05, end record, nothing after it) and
 * find the span of the data with addresses in [from, to]. FWS_E_HEX_SYNTAX with span->line,
 * FWS_E_HEX_OVERLAP is found by pass 2. No data in range: FWS_E_INPUT.
 */
FWS_MUST_USE enum fws_status fws_hex_scan(const char *text, size_t size, uint32_t from, uint32_t to,
                                          struct fws_hex_span *span);

/*
 * Pass 2: fill out (span->last - span->first + 1 bytes) with erased and lay the data over it.
 * seen  one bit a byte, (out_size + 7) / 8 bytes of work memory, to find overlaps:
 *       FWS_E_HEX_OVERLAP with span->line
 */
FWS_MUST_USE enum fws_status fws_hex_load(const char *text, size_t size, struct fws_hex_span *span,
                                          uint8_t erased, uint8_t *out, size_t out_size,
                                          uint8_t *seen);

/* ---- ELF input ---- */

#define FWS_ELF_PROGRAMS_MAX      64u /* program headers, of whatever type */
#define FWS_ELF_BUILD_ID_MAX_SIZE 64u

/* Bytes of the file and their physical address. */
struct fws_elf_segment {
    uint32_t first; /* both included */
    uint32_t last;
    size_t offset;
};

struct fws_elf_span {
    uint32_t first; /* lowest and highest address that has data */
    uint32_t last;
    uint32_t gap_from; /* the largest gap: last address before and first after it; 0,0 = none */
    uint32_t gap_to;
    uint32_t program; /* program header where an error was found, from 1; 0 = elsewhere or none */
    uint64_t entry;   /* virtual address, as the file has it; not judged */
    uint16_t machine; /* e_machine, not judged: 40 Arm, 183 AArch64, 243 RISC-V */
    bool is_64;
    uint8_t build_id[FWS_ELF_BUILD_ID_MAX_SIZE];
    size_t build_id_size;                                 /* 0 = the file has none */
    struct fws_elf_segment segment[FWS_ELF_PROGRAMS_MAX]; /* rising, apart from each other */
    size_t segments;
};

/* The file begins as ELF files do. No firmware does: as a stack pointer it would be odd, and it is
 * no instruction of RISC-V. */
bool fws_elf_is(const void *file, size_t size);

/*
 * Pass 1: check the headers and every load segment, and find the data with physical addresses
 * (p_paddr) in [from, to]; segments are cut at the range. What lies outside is checked all the same.
 *
 * The image is what the load segments hold, with one exception: where a segment holds the ELF
 * file's own headers, as linkers like to arrange, its data begins at the first section in it, and
 * one that holds nothing else has none. Nothing else is read from the section table.
 *
 * Against 'objcopy -O binary', which goes by sections: bytes between two sections of a segment are
 * the file's, and what lies between segments is erased, where objcopy writes zeros for both;
 * allocated sections in no load segment are left out; physical addresses that are all 0 are taken
 * as they are (and so overlap), where objcopy goes on to virtual ones.
 *
 * The build id is the value of GNU's note of type 3 in a PT_NOTE segment, of 1 to 64 bytes; it may
 * be repeated.
 *
 * FWS_E_ELF_HEADER       not ELF, neither of 32 nor 64 bits, big endian, another version or size of
 *                        entries; a table that leaves the file
 * FWS_E_ELF_TYPE         not ET_EXEC: position independent (its addresses and relocations are up to
 *                        who loads it), or an object file
 * FWS_E_ELF_SEGMENT      a load segment that leaves the file or 32-bit addresses, or is larger in the
 *                        file than in memory
 * FWS_E_ELF_OWN_HEADERS  a segment holds the file's headers, and no section says where data begins
 * FWS_E_ELF_OVERLAP      two segments give the same address
 * FWS_E_ELF_NOTE         a note leaves its segment, is aligned to neither 4 nor 8, or is a build id
 *                        of another size
 * FWS_E_ELF_BUILD_ID     two build ids that differ
 * FWS_E_TOO_LARGE        more than 64 program headers, or notes of more than 64 KiB
 * FWS_E_INPUT            no data in range
 *
 * The span holds the place of an error; the rest means something only on FWS_OK.
 */
FWS_MUST_USE enum fws_status fws_elf_scan(const void *file, size_t size, uint32_t from, uint32_t to,
                                          struct fws_elf_span *out);

/*
 * Pass 2: fill out (span->last - span->first + 1 bytes) with erased and lay the segments over it.
 * FWS_E_BUFFER_FULL when out_size is another; FWS_E_ELF_SEGMENT for a span of another file.
 */
FWS_MUST_USE enum fws_status fws_elf_load(const void *file, size_t size,
                                          const struct fws_elf_span *span, uint8_t erased,
                                          uint8_t *out, size_t out_size);

/* ---- Trailer ---- */

#define FWS_TRAILER_MAGIC_SIZE 16u

/* What a reader of a slot's end found. */
struct fws_trailer {
    bool present;      /* the magic stands at the very end */
    uint8_t alignment; /* 8, 16 or 32: max-align */
    uint8_t erased;    /* 0x00 or 0xff */
    bool image_ok;
};

/*
 * Judge the bytes that follow the last TLV in a file, given in one piece: nothing, only erased
 * bytes (all 0x00 or all 0xff), or erased bytes and a trailer (magic, optionally image_ok).
 * FWS_OK or FWS_E_IMAGE_TRAILING.
 */
FWS_MUST_USE enum fws_status fws_trailer_check(struct fws_reader tail, struct fws_trailer *out);

/* Every byte left is value; true when none is left. */
bool fws_filled_with(struct fws_reader bytes, uint8_t value);

/*
 * Write the size bytes that follow the last TLV: fws_trailer_check reads them as trailer, or as
 * erased where trailer->present is false. The writer is bad when they cannot be a trailer: size below
 * fws_trailer_min_size, or an alignment or erased value that no reader knows.
 */
void fws_trailer_write(struct fws_writer *writer, size_t size, const struct fws_trailer *trailer);

/* Bytes at the end of a slot that no image may reach in overwrite mode: 2 * align + 16 rounded up to
 * align. Source: bootutil boot_trailer_sz() with MCUBOOT_OVERWRITE_ONLY. */
uint32_t fws_trailer_min_size(uint32_t align);

/* What says how long a trailer is. */
struct fws_trailer_geometry {
    uint32_t write_size; /* bytes the flash writes at once: 1, 2, 4, 8, 16, 32 */
    bool swap;           /* slots are swapped, and the trailer keeps the status; else overwritten */
    uint32_t max_sectors; /* of a slot, for the status */
};

/* Bytes from one field of the trailer to the next (max-align): the write size, at least 8. */
uint32_t fws_trailer_alignment(uint32_t write_size);

/* Bytes at the end of a slot that no image may reach. Source: imgtool, Image._trailer_size. */
uint64_t fws_trailer_size(const struct fws_trailer_geometry *geometry);

#endif
