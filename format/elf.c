/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF executables, 32 and 64 bit, little endian: the load segments and the build id, nothing else.
 *
 * The first pass checks everything and notes which bytes of the file lie at which address, in the
 * caller's memory; the second only copies, and trusts what was noted no further than it must.
 * Source: System V ABI, chapters 4 and 5; the build id: the GNU gABI extensions.
 */
#include <string.h>

#include "format/format.h"

#define IDENT_PADDING_SIZE 9u /* ABI and its version say nothing about segments */
#define NOTE_HEADER_SIZE   12u
#define NOTES_MAX_SIZE     65536u
#define OWNER_GNU          "GNU" /* with its NUL */

enum {
    CLASS_32 = 1,
    CLASS_64 = 2,
    DATA_LITTLE_ENDIAN = 1,
    VERSION_CURRENT = 1,
    TYPE_EXECUTABLE = 2,
    PROGRAM_LOAD = 1,
    PROGRAM_NOTE = 4,
    SECTION_NOTHING = 0,
    SECTION_NO_BITS = 8,
    SECTION_ALLOCATED = 0x2,
    NOTE_BUILD_ID = 3,
};

/* The sizes of the three structures, which the file must name as well. */
struct layout {
    uint16_t header;
    uint16_t program;
    uint16_t section;
};

static const struct layout layout_32 = {52, 32, 40};
static const struct layout layout_64 = {64, 56, 64};

struct elf {
    struct fws_reader file;
    bool is_64;
    uint16_t header_size;
    uint64_t programs_offset;
    struct fws_reader programs;
    struct fws_reader sections;
};

struct program {
    uint32_t type;
    uint64_t offset;
    uint64_t address; /* physical */
    uint64_t file_size;
    uint64_t memory_size;
    uint64_t alignment;
};

struct section {
    uint32_t type;
    uint64_t flags;
    uint64_t offset;
    uint64_t size;
};

bool fws_elf_is(const void *file, size_t size)
{
    struct fws_reader reader = fws_reader_init(file, size);

    return fws_reader_starts_with(&reader, "\177ELF", 4);
}

/* A number as wide as the class. */
static uint64_t take_word(struct fws_reader *reader, bool is_64)
{
    return is_64 ? fws_reader_u64le(reader) : fws_reader_u32le(reader);
}

/* size bytes at offset; bad when they leave the file. Judged before they are narrowed to size_t. */
static struct fws_reader part_of(struct fws_reader file, uint64_t offset, uint64_t size)
{
    if (offset > file.left || size > file.left - offset) {
        return (struct fws_reader){.bad = true};
    }
    fws_reader_skip(&file, (size_t)offset);
    return fws_reader_slice(&file, (size_t)size);
}

static bool take_ident(struct fws_reader *reader, bool *is_64)
{
    bool is_elf = fws_elf_is(reader->data, reader->left);

    fws_reader_skip(reader, 4);
    uint8_t class = fws_reader_u8(reader);
    uint8_t encoding = fws_reader_u8(reader);
    uint8_t version = fws_reader_u8(reader);

    fws_reader_skip(reader, IDENT_PADDING_SIZE);
    *is_64 = class == CLASS_64;
    return is_elf && (class == CLASS_32 || class == CLASS_64) && encoding == DATA_LITTLE_ENDIAN &&
           version == VERSION_CURRENT;
}

/* A table as its own reader, whole entries of the size they must have; an empty one is valid. */
static bool take_table(struct fws_reader *header, struct fws_reader file, uint64_t offset,
                       uint16_t wanted_size, struct fws_reader *out)
{
    uint16_t entry_size = fws_reader_u16le(header);
    uint16_t count = fws_reader_u16le(header);

    *out = fws_reader_init(NULL, 0);
    if (count == 0) {
        return true;
    }
    *out = part_of(file, offset, (uint64_t)count * wanted_size);
    return entry_size == wanted_size && !out->bad;
}

/* What follows the ident. */
static enum fws_status take_header(struct fws_reader reader, struct elf *elf,
                                   struct fws_elf_span *out)
{
    const struct layout *layout = elf->is_64 ? &layout_64 : &layout_32;
    uint16_t type = fws_reader_u16le(&reader);

    out->machine = fws_reader_u16le(&reader);
    uint32_t version = fws_reader_u32le(&reader);

    out->entry = take_word(&reader, elf->is_64);
    elf->programs_offset = take_word(&reader, elf->is_64);
    uint64_t sections_offset = take_word(&reader, elf->is_64);

    fws_reader_skip(&reader, 4); /* flags of the processor */
    elf->header_size = fws_reader_u16le(&reader);
    bool has_tables =
        take_table(&reader, elf->file, elf->programs_offset, layout->program, &elf->programs) &&
        take_table(&reader, elf->file, sections_offset, layout->section, &elf->sections);

    fws_reader_skip(&reader, 2); /* which section holds the names */
    if (reader.bad || !has_tables || version != VERSION_CURRENT ||
        elf->header_size != layout->header) {
        return FWS_E_ELF_HEADER;
    }
    if (type != TYPE_EXECUTABLE) {
        return FWS_E_ELF_TYPE;
    }
    return elf->programs.left > (size_t)FWS_ELF_PROGRAMS_MAX * layout->program ? FWS_E_TOO_LARGE
                                                                               : FWS_OK;
}

static enum fws_status open_elf(const void *file, size_t size, struct elf *elf,
                                struct fws_elf_span *out)
{
    struct fws_reader reader = fws_reader_init(file, size);

    elf->file = reader;
    if (!take_ident(&reader, &elf->is_64)) {
        return FWS_E_ELF_HEADER;
    }
    out->is_64 = elf->is_64;
    return take_header(reader, elf, out);
}

static struct program take_program(struct fws_reader *programs, bool is_64)
{
    struct program program = {.type = fws_reader_u32le(programs)};

    if (is_64) {
        fws_reader_skip(programs, 4); /* flags stand here, or further down */
    }
    program.offset = take_word(programs, is_64);
    (void)take_word(programs, is_64); /* where it is used, not where it lies */
    program.address = take_word(programs, is_64);
    program.file_size = take_word(programs, is_64);
    program.memory_size = take_word(programs, is_64);
    if (!is_64) {
        fws_reader_skip(programs, 4);
    }
    program.alignment = take_word(programs, is_64);
    return program;
}

static struct section take_section(struct fws_reader *sections, bool is_64)
{
    struct section section = {0};

    fws_reader_skip(sections, 4); /* name */
    section.type = fws_reader_u32le(sections);
    section.flags = take_word(sections, is_64);
    (void)take_word(sections, is_64); /* address */
    section.offset = take_word(sections, is_64);
    section.size = take_word(sections, is_64);
    fws_reader_skip(sections, 8); /* link, info */
    (void)take_word(sections, is_64);
    (void)take_word(sections, is_64);
    return section;
}

/* ---- Load segments ---- */

/* Both are parts of the file, and not empty: the sums do not wrap. */
static bool holds_part(const struct program *program, uint64_t offset, uint64_t size)
{
    return program->offset < offset + size && offset < program->offset + program->file_size;
}

static bool holds_own_headers(const struct elf *elf, const struct program *program)
{
    return holds_part(program, 0, elf->header_size) ||
           holds_part(program, elf->programs_offset, elf->programs.left);
}

/* Where the first section with data in this segment begins; the segment's end when none does. */
static uint64_t first_section(const struct elf *elf, const struct program *program)
{
    struct fws_reader sections = elf->sections;
    uint64_t first = program->offset + program->file_size;

    while (sections.left > 0) {
        struct section section = take_section(&sections, elf->is_64);

        if ((section.flags & SECTION_ALLOCATED) != 0 && section.type != SECTION_NOTHING &&
            section.type != SECTION_NO_BITS && section.size > 0 &&
            section.offset >= program->offset && section.offset < first) {
            first = section.offset;
        }
    }
    return first;
}

/* Linkers put their program headers right behind the header. */
static uint64_t own_headers_end(const struct elf *elf)
{
    return elf->programs_offset == elf->header_size ? elf->programs_offset + elf->programs.left
                                                    : elf->header_size;
}

/*
 * Linkers page-align segments, so the first often begins with the headers of the file itself, or is
 * made for them alone. They are no firmware: at the address of a vector table they would even be
 * taken for one. Only the sections know where the firmware begins; false when none does.
 */
static bool drop_own_headers(const struct elf *elf, struct program *program)
{
    if (!holds_own_headers(elf, program)) {
        return true;
    }
    if (program->offset + program->file_size <= own_headers_end(elf)) {
        program->file_size = 0;
        return true;
    }
    uint64_t skipped = first_section(elf, program) - program->offset;

    program->offset += skipped;
    program->address += skipped;
    program->file_size -= skipped;
    return program->file_size > 0 && !holds_own_headers(elf, program);
}

/* Keep the segments in rising order; false when this one shares an address with another. */
static bool insert(struct fws_elf_span *span, const struct fws_elf_segment *segment)
{
    size_t at = span->segments;

    while (at > 0 && span->segment[at - 1].first > segment->first) {
        span->segment[at] = span->segment[at - 1];
        at--;
    }
    span->segment[at] = *segment;
    span->segments++;
    return (at == 0 || span->segment[at - 1].last < segment->first) &&
           (at + 1 == span->segments || segment->last < span->segment[at + 1].first);
}

static enum fws_status take_load(const struct elf *elf, struct program program,
                                 struct fws_elf_span *out)
{
    if (program.file_size == 0) {
        return FWS_OK; /* memory that is zeroed at start: nothing lies in the image */
    }
    if (part_of(elf->file, program.offset, program.file_size).bad ||
        program.file_size > program.memory_size || program.address > UINT32_MAX ||
        program.file_size - 1 > UINT32_MAX - program.address) {
        return FWS_E_ELF_SEGMENT;
    }
    if (!drop_own_headers(elf, &program)) {
        return FWS_E_ELF_OWN_HEADERS;
    }
    if (program.file_size == 0) {
        return FWS_OK;
    }
    struct fws_elf_segment segment = {
        .first = (uint32_t)program.address,
        .last = (uint32_t)(program.address + program.file_size - 1),
        .offset = (size_t)program.offset,
    };

    return insert(out, &segment) ? FWS_OK : FWS_E_ELF_OVERLAP;
}

/* ---- Notes ---- */

/* Skip what brings position to a multiple of alignment; the last padding may be missing. */
static void skip_padding(struct fws_reader *notes, uint32_t position, uint32_t alignment)
{
    uint32_t padding = (0u - position) & (alignment - 1);

    fws_reader_skip(notes, padding < notes->left ? padding : notes->left);
}

/* Which of two would be recorded is nobody's choice but the author's of the file: neither is. */
static enum fws_status take_build_id(struct fws_reader id, struct fws_elf_span *out)
{
    if (id.left == 0 || id.left > sizeof out->build_id) {
        return FWS_E_ELF_NOTE;
    }
    if (out->build_id_size == 0) {
        out->build_id_size = id.left;
        fws_reader_copy(&id, out->build_id, id.left);
        return FWS_OK;
    }
    return id.left == out->build_id_size &&
                   fws_reader_starts_with(&id, out->build_id, out->build_id_size)
               ? FWS_OK
               : FWS_E_ELF_BUILD_ID;
}

static enum fws_status take_note(struct fws_reader *notes, uint32_t alignment,
                                 struct fws_elf_span *out)
{
    uint32_t owner_size = fws_reader_u32le(notes);
    uint32_t value_size = fws_reader_u32le(notes);
    uint32_t type = fws_reader_u32le(notes);
    struct fws_reader owner = fws_reader_slice(notes, owner_size);

    skip_padding(notes, NOTE_HEADER_SIZE + owner_size, alignment);
    struct fws_reader value = fws_reader_slice(notes, value_size);

    skip_padding(notes, value_size, alignment);
    if (notes->bad) {
        return FWS_E_ELF_NOTE;
    }
    if (type != NOTE_BUILD_ID || owner.left != sizeof OWNER_GNU ||
        !fws_reader_starts_with(&owner, OWNER_GNU, sizeof OWNER_GNU)) {
        return FWS_OK;
    }
    return take_build_id(value, out);
}

static enum fws_status take_notes(const struct elf *elf, const struct program *program,
                                  struct fws_elf_span *out)
{
    struct fws_reader notes = part_of(elf->file, program->offset, program->file_size);
    /* 64-bit files have notes aligned to 4 as well as to 8; 0 and 1 are written for 4. */
    uint32_t alignment = program->alignment == 8 ? 8 : 4;

    if (program->file_size > NOTES_MAX_SIZE) {
        return FWS_E_TOO_LARGE;
    }
    if (notes.bad || (program->alignment > 1 && program->alignment != alignment)) {
        return FWS_E_ELF_NOTE;
    }
    while (notes.left >= NOTE_HEADER_SIZE) {
        enum fws_status status = take_note(&notes, alignment, out);

        if (status != FWS_OK) {
            return status;
        }
    }
    return fws_reader_filled_with(&notes, 0) ? FWS_OK : FWS_E_ELF_NOTE; /* padding at the end */
}

/* ---- The whole ---- */

static enum fws_status take_programs(const struct elf *elf, struct fws_elf_span *out)
{
    struct fws_reader programs = elf->programs;
    uint32_t count = 0;

    while (programs.left > 0) {
        struct program program = take_program(&programs, elf->is_64);
        enum fws_status status = FWS_OK;

        count++;
        if (program.type == PROGRAM_LOAD) {
            status = take_load(elf, program, out);
        } else if (program.type == PROGRAM_NOTE) {
            status = take_notes(elf, &program, out);
        }
        if (status != FWS_OK) {
            out->program = count;
            return status;
        }
    }
    return FWS_OK;
}

/* Cut the segment to [from, to]; false when nothing is left. */
static bool clip(struct fws_elf_segment *segment, uint32_t from, uint32_t to)
{
    if (from > to || segment->last < from || segment->first > to) {
        return false;
    }
    if (segment->first < from) {
        segment->offset += from - segment->first;
        segment->first = from;
    }
    if (segment->last > to) {
        segment->last = to;
    }
    return true;
}

static void keep_range(struct fws_elf_span *span, uint32_t from, uint32_t to)
{
    size_t kept = 0;

    for (size_t i = 0; i < span->segments; i++) {
        if (clip(&span->segment[i], from, to)) {
            span->segment[kept++] = span->segment[i];
        }
    }
    span->segments = kept;
}

static void describe(struct fws_elf_span *span)
{
    uint32_t largest = 1; /* neighbours that touch leave no gap */

    span->first = span->segment[0].first;
    span->last = span->segment[span->segments - 1].last;
    for (size_t i = 1; i < span->segments; i++) {
        uint32_t step = span->segment[i].first - span->segment[i - 1].last;

        if (step > largest) {
            largest = step;
            span->gap_from = span->segment[i - 1].last;
            span->gap_to = span->segment[i].first;
        }
    }
}

enum fws_status fws_elf_scan(const void *file, size_t size, uint32_t from, uint32_t to,
                             struct fws_elf_span *out)
{
    struct elf elf;

    memset(out, 0, sizeof *out);
    enum fws_status status = open_elf(file, size, &elf, out);

    if (status == FWS_OK) {
        status = take_programs(&elf, out);
    }
    if (status != FWS_OK) {
        return status;
    }
    keep_range(out, from, to);
    if (out->segments == 0) {
        return FWS_E_INPUT;
    }
    describe(out);
    return FWS_OK;
}

enum fws_status fws_elf_load(const void *file, size_t size, const struct fws_elf_span *span,
                             uint8_t erased, uint8_t *out, size_t out_size)
{
    struct fws_reader whole = fws_reader_init(file, size);

    if (span->last < span->first || out_size != (uint64_t)span->last - span->first + 1) {
        return FWS_E_BUFFER_FULL;
    }
    memset(out, erased, out_size);
    for (size_t i = 0; i < span->segments; i++) {
        const struct fws_elf_segment *segment = &span->segment[i];
        uint64_t segment_size = (uint64_t)segment->last - segment->first + 1;
        struct fws_reader bytes = part_of(whole, segment->offset, segment_size);

        /* Only a span of another file can say so. */
        if (bytes.bad || segment->first < span->first || segment->last > span->last) {
            return FWS_E_ELF_SEGMENT;
        }
        fws_reader_copy(&bytes, &out[segment->first - span->first], bytes.left);
    }
    return FWS_OK;
}
