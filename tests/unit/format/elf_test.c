/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

#define DATA_AT     0x1800u /* behind the largest table of program headers */
#define NOTES_AT    0x1c00u
#define SECTIONS_AT 0x2000u
#define FLASH       0x08000000u

enum { LOAD = 1, NOTE = 4, BUILD_ID = 3 };

struct program {
    uint32_t type;
    uint64_t offset;
    uint64_t address;
    uint64_t file_size;
    uint64_t memory_size;
    uint64_t alignment;
};

struct section {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t size;
};

/* What the next file will say; a test changes one field of a valid one. */
static struct {
    bool is_64;
    char magic[5];
    uint8_t class;
    uint8_t encoding;
    uint8_t ident_version;
    uint8_t abi;
    uint16_t type;
    uint32_t version;
    uint64_t programs_at;
    uint64_t sections_at;
    uint16_t header_size;
    uint16_t program_size;
    uint16_t programs;
    uint16_t section_size;
    uint16_t sections;
    struct program program[66];
    struct section section[8];
    uint8_t notes[1024];
    size_t size; /* of the whole file */
} given;

static struct fws_elf_span span;
static uint8_t image[256];

static uint16_t header_size(void)
{
    return given.is_64 ? 64 : 52;
}

static void add_program(uint32_t type, uint64_t offset, uint64_t address, uint64_t size)
{
    given.program[given.programs++] = (struct program){type, offset, address, size, size, 4};
}

static void add_section(uint32_t type, uint32_t flags, uint64_t offset, uint64_t size)
{
    given.section[given.sections++] = (struct section){type, flags, offset, size};
    given.size = SECTIONS_AT + (size_t)given.sections * given.section_size;
}

/* Eight bytes, a gap of eight, four bytes; no notes, two sections. */
static void valid(int bits)
{
    memset(&given, 0, sizeof given);
    given.is_64 = bits == 64;
    memcpy(given.magic, "\177ELF", 5);
    given.class = given.is_64 ? 2 : 1;
    given.encoding = 1;
    given.ident_version = 1;
    given.type = 2;
    given.version = 1;
    given.header_size = header_size();
    given.programs_at = given.header_size;
    given.program_size = given.is_64 ? 56 : 32;
    given.section_size = given.is_64 ? 64 : 40;
    given.sections_at = SECTIONS_AT;
    add_program(LOAD, DATA_AT, FLASH, 8);
    add_program(LOAD, DATA_AT + 8, FLASH + 16, 4);
    add_section(1, 2, DATA_AT, 8);
    add_section(1, 2, DATA_AT + 8, 4);
}

#define FOR_EACH_CLASS for (int bits = 32; bits <= 64; bits += 32)

static void put_word(struct fws_writer *to, uint64_t value)
{
    if (given.is_64) {
        fws_writer_u64le(to, value);
    } else {
        fws_writer_u32le(to, (uint32_t)value);
    }
}

static void put_header(struct fws_writer *to)
{
    fws_writer_bytes(to, given.magic, 4);
    fws_writer_u8(to, given.class);
    fws_writer_u8(to, given.encoding);
    fws_writer_u8(to, given.ident_version);
    fws_writer_fill(to, given.abi, 9);
    fws_writer_u16le(to, given.type);
    fws_writer_u16le(to, 40);
    fws_writer_u32le(to, given.version);
    put_word(to, FLASH + 1);
    put_word(to, given.programs_at);
    put_word(to, given.sections_at);
    fws_writer_u32le(to, 0x05000200);
    fws_writer_u16le(to, given.header_size);
    fws_writer_u16le(to, given.program_size);
    fws_writer_u16le(to, given.programs);
    fws_writer_u16le(to, given.section_size);
    fws_writer_u16le(to, given.sections);
    fws_writer_u16le(to, 0);
}

static void put_program(struct fws_writer *to, const struct program *program)
{
    fws_writer_u32le(to, program->type);
    if (given.is_64) {
        fws_writer_u32le(to, 5);
    }
    put_word(to, program->offset);
    put_word(to, 0x20000000);
    put_word(to, program->address);
    put_word(to, program->file_size);
    put_word(to, program->memory_size);
    if (!given.is_64) {
        fws_writer_u32le(to, 5);
    }
    put_word(to, program->alignment);
}

static void put_section(struct fws_writer *to, const struct section *section)
{
    fws_writer_u32le(to, 0);
    fws_writer_u32le(to, section->type);
    put_word(to, section->flags);
    put_word(to, 0x20000000);
    put_word(to, section->offset);
    put_word(to, section->size);
    fws_writer_u32le(to, 0);
    fws_writer_u32le(to, 0);
    put_word(to, 4);
    put_word(to, 0);
}

/* The whole file in memory of just its size, so that a sanitizer sees what is read behind it. */
static uint8_t *build(void)
{
    size_t capacity = given.size < 0x4000 ? 0x4000 : given.size;
    uint8_t *whole = calloc(capacity, 1);
    uint8_t *file = malloc(given.size);

    assert_non_null(whole);
    assert_non_null(file);
    struct fws_writer to = fws_writer_init(whole, capacity);

    put_header(&to);
    to.used = given.programs_at < DATA_AT ? given.programs_at : header_size();
    for (size_t i = 0; i < given.programs && i < 66; i++) {
        put_program(&to, &given.program[i]);
    }
    to.used = DATA_AT;
    fws_writer_bytes(&to, "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20", 16);
    to.used = NOTES_AT;
    fws_writer_bytes(&to, given.notes, sizeof given.notes);
    to.used = SECTIONS_AT;
    for (size_t i = 0; i < given.sections && i < 8; i++) {
        put_section(&to, &given.section[i]);
    }
    assert_false(to.bad);
    memcpy(file, whole, given.size);
    free(whole);
    return file;
}

static enum fws_status scan_range(uint32_t from, uint32_t to)
{
    uint8_t *file = build();
    enum fws_status status = fws_elf_scan(file, given.size, from, to, &span);

    free(file);
    return status;
}

static enum fws_status scan(void)
{
    return scan_range(0, UINT32_MAX);
}

static enum fws_status load_range(uint32_t from, uint32_t to)
{
    uint8_t *file = build();

    assert_status(fws_elf_scan(file, given.size, from, to, &span), FWS_OK);
    size_t size = (size_t)(span.last - span.first) + 1;

    assert_true(size <= sizeof image);
    enum fws_status status = fws_elf_load(file, given.size, &span, 0xff, image, size);

    free(file);
    return status;
}

static enum fws_status load(void)
{
    return load_range(0, UINT32_MAX);
}

static void assert_refused_at(enum fws_status expected, uint32_t program)
{
    assert_status(scan(), expected);
    assert_int_equal(span.program, program);
}

/* ---- The good ---- */

TEST(segments_lie_at_their_physical_addresses)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        assert_status(load(), FWS_OK);
        assert_int_equal(span.first, FLASH);
        assert_int_equal(span.last, FLASH + 19);
        assert_memory_equal(image, "\1\2\3\4\5\6\7\10\xff\xff\xff\xff\xff\xff\xff\xff\11\12\13\14",
                            20);
        assert_int_equal(span.program, 0);
    }
}

TEST(the_header_is_reported)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.is_64, bits == 64);
        assert_int_equal(span.machine, 40);
        assert_true(span.entry == FLASH + 1);
        assert_int_equal(span.build_id_size, 0);
    }
}

TEST(elf_files_are_known_by_their_magic)
{
    assert_true(fws_elf_is("\177ELF", 4));
    assert_true(fws_elf_is("\177ELF.", 5));
    assert_false(fws_elf_is("\177ELF", 3));
    assert_false(fws_elf_is("\177ELf", 4));
    assert_false(fws_elf_is(NULL, 0));
}

TEST(segments_may_come_in_any_order)
{
    valid(32);
    add_program(LOAD, DATA_AT + 12, FLASH + 10, 2);
    struct program first = given.program[0];

    given.program[0] = given.program[1];
    given.program[1] = first;
    assert_status(load(), FWS_OK);
    assert_memory_equal(image, "\1\2\3\4\5\6\7\10\xff\xff\15\16\xff\xff\xff\xff\11\12\13\14", 20);
}

TEST(the_largest_gap_is_named)
{
    valid(32);
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.gap_from, FLASH + 7);
    assert_int_equal(span.gap_to, FLASH + 16);
    add_program(LOAD, DATA_AT, 0x10001000, 4);
    add_program(LOAD, DATA_AT, FLASH + 32, 4);
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.gap_from, FLASH + 35);
    assert_int_equal(span.gap_to, 0x10001000);
}

TEST(segments_that_touch_leave_no_gap)
{
    valid(32);
    given.program[1].address = FLASH + 8;
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.gap_from, 0);
    assert_int_equal(span.gap_to, 0);
    given.program[1].address = FLASH + 9;
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.gap_from, FLASH + 7);
    assert_int_equal(span.gap_to, FLASH + 9);
}

TEST(memory_that_is_zeroed_at_start_is_no_data)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.program[1] = (struct program){LOAD, UINT64_MAX, UINT64_MAX, 0, 1024, 4};
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.last, FLASH + 7);
        valid(bits);
        given.program[0].memory_size = 1024; /* as far as into the next */
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.last, FLASH + 19);
    }
}

TEST(other_program_headers_say_nothing)
{
    valid(64);
    add_program(0, UINT64_MAX, FLASH, 8);
    add_program(7, UINT64_MAX, FLASH, 8);
    add_program(0x70000001, UINT64_MAX, FLASH, 8);
    given.program[4].memory_size = 0;
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.last, FLASH + 19);
}

/* ---- The header ---- */

TEST(the_ident_is_of_elf_little_endian_version_1)
{
    FOR_EACH_CLASS
    {
        for (int i = 0; i < 4; i++) {
            valid(bits);
            given.magic[i] ^= 1;
            assert_refused_at(FWS_E_ELF_HEADER, 0);
        }
        valid(bits);
        given.class = 0;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        given.class = 3;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        valid(bits);
        given.encoding = 2;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        given.encoding = 0;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        valid(bits);
        given.ident_version = 0;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        valid(bits);
        given.version = 2;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
    }
}

TEST(the_abi_is_not_judged)
{
    valid(32);
    given.abi = 97;
    assert_status(scan(), FWS_OK);
}

TEST(sizes_of_structures_are_those_of_the_class)
{
    FOR_EACH_CLASS
    {
        for (int delta = -1; delta <= 1; delta += 2) {
            valid(bits);
            given.header_size = (uint16_t)(given.header_size + delta);
            assert_refused_at(FWS_E_ELF_HEADER, 0);
            valid(bits);
            given.program_size = (uint16_t)(given.program_size + delta);
            assert_refused_at(FWS_E_ELF_HEADER, 0);
            valid(bits);
            given.section_size = (uint16_t)(given.section_size + delta);
            assert_refused_at(FWS_E_ELF_HEADER, 0);
        }
    }
}

TEST(tables_do_not_leave_the_file)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.size--;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        valid(bits);
        given.sections_at = UINT64_MAX;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        valid(bits);
        given.programs_at = UINT64_MAX;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        valid(bits);
        given.programs_at = given.size - 2u * given.program_size + 1;
        assert_refused_at(FWS_E_ELF_HEADER, 0);
        given.programs_at--; /* now other bytes are program headers, of no known type */
        given.sections = 0;
        assert_refused_at(FWS_E_INPUT, 0);
    }
}

TEST(a_file_without_sections_is_good)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.sections = 0;
        given.section_size = 0;
        given.sections_at = UINT64_MAX;
        assert_status(scan(), FWS_OK);
    }
}

TEST(only_executables_for_a_fixed_address_are_read)
{
    FOR_EACH_CLASS
    {
        for (uint16_t type = 0; type < 6; type++) {
            valid(bits);
            given.type = type;
            assert_refused_at(type == 2 ? FWS_OK : FWS_E_ELF_TYPE, 0);
        }
    }
}

TEST(program_headers_are_counted)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.programs = 64;
        assert_status(scan(), FWS_OK);
        given.programs = 65;
        assert_refused_at(FWS_E_TOO_LARGE, 0);
    }
}

TEST(as_many_segments_as_headers_are_kept)
{
    valid(64);
    given.programs = 0;
    for (uint32_t i = 64; i > 0; i--) {
        add_program(LOAD, DATA_AT, FLASH + 2 * i, 1);
    }
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.segments, 64);
    assert_int_equal(span.first, FLASH + 2);
    assert_int_equal(span.last, FLASH + 128);
}

/* The section table stands last, so nothing short of the whole is one. */
TEST(no_part_of_a_file_is_a_file)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        size_t size = given.size;

        for (given.size = 1; given.size < size; given.size++) {
            assert_status(scan(), FWS_E_ELF_HEADER);
        }
        assert_status(scan(), FWS_OK);
        assert_status(fws_elf_scan(NULL, 0, 0, UINT32_MAX, &span), FWS_E_ELF_HEADER);
    }
}

/* ---- Segments ---- */

TEST(a_segment_does_not_leave_the_file)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.program[1].offset = given.size - 4;
        assert_status(scan(), FWS_OK);
        given.program[1].offset++;
        assert_refused_at(FWS_E_ELF_SEGMENT, 2);
        given.program[1].offset = UINT64_MAX;
        assert_refused_at(FWS_E_ELF_SEGMENT, 2);
        given.program[1].offset = DATA_AT;
        given.program[1].file_size = UINT64_MAX - DATA_AT + 1; /* the sum is 0 */
        given.program[1].memory_size = UINT64_MAX;
        assert_refused_at(FWS_E_ELF_SEGMENT, 2);
    }
}

TEST(a_segment_is_no_larger_in_the_file_than_in_memory)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.program[0].memory_size = 7;
        assert_refused_at(FWS_E_ELF_SEGMENT, 1);
    }
}

TEST(addresses_have_32_bits)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        given.program[1].address = UINT32_MAX - 3;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.last, UINT32_MAX);
        given.program[1].address++;
        assert_refused_at(FWS_E_ELF_SEGMENT, 2);
        given.program[1].address = UINT32_MAX;
        given.program[1].file_size = 1;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH);
        assert_int_equal(span.last, UINT32_MAX);
        given.program[1].file_size = 4;
    }
    given.program[1].address = (1ull << 32) + FLASH + 16; /* the last class was 64 */
    assert_refused_at(FWS_E_ELF_SEGMENT, 2);
    given.program[1].address = UINT64_MAX;
    assert_refused_at(FWS_E_ELF_SEGMENT, 2);
}

TEST(segments_that_share_an_address_are_refused)
{
    static const uint32_t shared[] = {0, 1, 4, 7};

    FOR_EACH_CLASS
    {
        for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
            valid(bits);
            given.program[1].address = FLASH + shared[i];
            assert_refused_at(FWS_E_ELF_OVERLAP, 2);
        }
        given.program[1].address = FLASH - 3;
        assert_refused_at(FWS_E_ELF_OVERLAP, 2);
        given.program[1].address = FLASH - 4;
        assert_status(scan(), FWS_OK);
    }
}

TEST(an_overlap_is_found_whichever_comes_first)
{
    valid(32);
    add_program(LOAD, DATA_AT, FLASH + 12, 5);
    assert_refused_at(FWS_E_ELF_OVERLAP, 3); /* with the one after it */
    given.program[2].file_size = 4;
    assert_status(scan(), FWS_OK);
    given.program[2].address = FLASH + 7;
    assert_refused_at(FWS_E_ELF_OVERLAP, 3); /* with the one before it */
}

/* ---- The file's own headers ---- */

/* The first segment begins with the file, as linkers arrange it; its section does not. */
static void cover_headers(int bits)
{
    valid(bits);
    given.program[0].offset = 0;
    given.program[0].address = FLASH;
    given.program[0].file_size = DATA_AT + 8;
    given.program[0].memory_size = DATA_AT + 8;
    given.program[1].address = FLASH + DATA_AT + 16;
}

TEST(the_files_own_headers_are_no_data)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        assert_status(load(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT);
        assert_memory_equal(image, "\1\2\3\4\5\6\7\10\xff", 9);
    }
}

TEST(data_begins_at_the_first_section_of_the_segment)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        add_section(14, 3, DATA_AT - 16, 8);
        add_section(1, 2, DATA_AT - 8, 8);
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT - 16);
    }
}

TEST(sections_without_data_do_not_begin_it)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        add_section(0, 2, DATA_AT - 16, 8); /* unused */
        add_section(8, 2, DATA_AT - 16, 8); /* no bits */
        add_section(1, 1, DATA_AT - 16, 8); /* not allocated */
        add_section(1, 2, DATA_AT - 16, 0); /* empty */
        add_section(1, 2, DATA_AT + 8, 8);  /* of another segment */
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT);
    }
}

TEST(a_section_before_the_segment_does_not_begin_it)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        given.program[0].offset = 16;
        add_section(1, 2, 8, 8);
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT - 16);
    }
}

TEST(a_section_at_the_start_of_the_segment_begins_it)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        given.program[0].offset = 16;
        add_section(1, 2, 16, 8);
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1); /* and so within the headers */
    }
}

TEST(the_smallest_section_begins_data)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        add_section(1, 2, DATA_AT - 1, 1);
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT - 1);
        cover_headers(bits);
        given.section[0].offset = DATA_AT + 7;
        given.section[0].size = 1;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT + 7);
    }
}

TEST(headers_without_a_section_to_begin_behind_them_are_refused)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        given.sections = 0;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
        cover_headers(bits);
        given.section[0].flags = 0;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
    }
}

TEST(a_section_within_the_headers_is_refused)
{
    FOR_EACH_CLASS
    {
        uint64_t end;

        cover_headers(bits);
        end = header_size() + 2u * given.program_size;
        given.section[0].offset = end - 1;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
        given.section[0].offset = end;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + end);
        given.section[0].offset = 0;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
    }
}

TEST(a_segment_of_headers_alone_is_no_data)
{
    FOR_EACH_CLASS
    {
        cover_headers(bits);
        given.sections = 0;
        given.program[0].file_size = header_size() + 2u * given.program_size;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT + 16);
        given.program[0].file_size++;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
        given.program[0].offset = header_size() + 2u * given.program_size - 1;
        given.program[0].file_size = 1;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH + DATA_AT + 16);
        given.program[0].offset++;
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH); /* right behind them: data */
    }
}

/* The table of the program headers, eight bytes behind the header. */
static void move_table(int bits)
{
    valid(bits);
    given.programs_at += 8;
    given.sections = 0;
}

TEST(program_headers_elsewhere_are_no_data_either)
{
    FOR_EACH_CLASS
    {
        move_table(bits);
        uint64_t end = given.programs_at + 2u * given.program_size;

        assert_status(scan(), FWS_OK);
        given.program[0].offset = end - 1;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
        given.program[0].offset = end;
        assert_status(scan(), FWS_OK);
        given.program[0].offset = 0;
        given.program[0].file_size = end;
        given.program[0].memory_size = end;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1); /* between the two is something else */
    }
}

TEST(data_between_header_and_program_headers_is_data)
{
    FOR_EACH_CLASS
    {
        move_table(bits);
        given.program[0].offset = header_size();
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.first, FLASH);
        assert_int_equal(span.segment[0].offset, header_size());
        given.program[0].offset++;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
        given.program[0].offset = header_size() - 1u;
        given.program[0].file_size = 8;
        assert_refused_at(FWS_E_ELF_OWN_HEADERS, 1);
    }
}

/* ---- Notes ---- */

static struct fws_writer notes_to;

/* Begin an empty segment of notes. */
static void begin_notes(int bits, uint64_t alignment)
{
    valid(bits);
    add_program(NOTE, NOTES_AT, FLASH, 0);
    given.program[2].alignment = alignment;
    notes_to = fws_writer_init(given.notes, sizeof given.notes);
}

static void pad_notes(size_t alignment)
{
    fws_writer_fill(&notes_to, 0, (alignment - notes_to.used % alignment) % alignment);
}

static void add_note(const char *owner, uint32_t owner_size, uint32_t type, const void *value,
                     uint32_t size)
{
    size_t alignment = given.program[2].alignment == 8 ? 8 : 4;

    fws_writer_u32le(&notes_to, owner_size);
    fws_writer_u32le(&notes_to, size);
    fws_writer_u32le(&notes_to, type);
    fws_writer_bytes(&notes_to, owner, owner_size);
    pad_notes(alignment);
    fws_writer_bytes(&notes_to, value, size);
    given.program[2].file_size = notes_to.used; /* the padding of the last is not in it */
    pad_notes(alignment);
}

static void add_build_id(const void *id, uint32_t size)
{
    add_note("GNU", 4, BUILD_ID, id, size);
}

TEST(the_build_id_is_found)
{
    FOR_EACH_CLASS
    {
        begin_notes(bits, 4);
        add_build_id("0123456789abcdefghij", 20);
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.build_id_size, 20);
        assert_memory_equal(span.build_id, "0123456789abcdefghij", 20);
        assert_int_equal(span.last, FLASH + 19); /* notes alone are not loaded */
    }
}

TEST(the_build_id_is_found_among_other_notes)
{
    for (uint64_t alignment = 4; alignment <= 8; alignment += 4) {
        begin_notes(64, alignment);
        add_note("Zephyr", 7, 1, "version", 7);
        add_note("GNU", 4, 5, "\2\0\0\300\4\0\0\0\3\0\0\0\0\0\0\0", 16);
        add_note("GNu", 4, BUILD_ID, "wrong owner", 11);
        add_note("GNU", 3, BUILD_ID, "wrong owner", 11);
        add_note("GNU\0", 5, BUILD_ID, "wrong owner", 11);
        add_note("", 0, BUILD_ID, "none", 4);
        add_build_id("id", 2);
        add_note("GNU", 4, 1, "", 0);
        assert_status(scan(), FWS_OK);
        assert_int_equal(span.build_id_size, 2);
        assert_memory_equal(span.build_id, "id", 2);
    }
}

TEST(notes_aligned_to_8_are_not_read_as_to_4)
{
    begin_notes(64, 8);
    add_note("Zephyr", 7, 1, "1", 1); /* 12 + 7: padded to 24, not 20 */
    add_build_id("id", 2);
    given.program[2].alignment = 4;
    assert_refused_at(FWS_E_ELF_NOTE, 3);
}

TEST(notes_are_aligned_to_4_or_8)
{
    static const struct {
        uint64_t alignment;
        enum fws_status status;
    } rows[] = {
        {0, FWS_OK},          {1, FWS_OK},          {2, FWS_E_ELF_NOTE},
        {4, FWS_OK},          {8, FWS_OK},          {16, FWS_E_ELF_NOTE},
        {7, FWS_E_ELF_NOTE},  {9, FWS_E_ELF_NOTE},  {3, FWS_E_ELF_NOTE},
        {12, FWS_E_ELF_NOTE}, {32, FWS_E_ELF_NOTE}, {UINT64_MAX, FWS_E_ELF_NOTE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin_notes(64, rows[i].alignment);
        add_build_id("12345678", 8);
        assert_refused_at(rows[i].status, rows[i].status == FWS_OK ? 0 : 3);
    }
}

TEST(a_build_id_has_1_to_64_bytes)
{
    uint8_t id[65];

    memset(id, 0x5a, sizeof id);
    for (uint32_t size = 0; size <= 65; size++) {
        bool is_good = size >= 1 && size <= 64;

        begin_notes(32, 4);
        add_build_id(id, size);
        assert_status(scan(), is_good ? FWS_OK : FWS_E_ELF_NOTE);
        assert_int_equal(span.build_id_size, is_good ? size : 0);
    }
}

TEST(a_build_id_may_be_repeated_but_not_differ)
{
    begin_notes(32, 4);
    add_build_id("same", 4);
    add_build_id("same", 4);
    assert_status(scan(), FWS_OK);
    assert_int_equal(span.build_id_size, 4);
    add_build_id("sane", 4);
    assert_refused_at(FWS_E_ELF_BUILD_ID, 3);
    begin_notes(32, 4);
    add_build_id("same", 4);
    add_build_id("sam", 3);
    assert_refused_at(FWS_E_ELF_BUILD_ID, 3);
    begin_notes(32, 4);
    add_build_id("same", 4);
    add_build_id("same!", 5);
    assert_refused_at(FWS_E_ELF_BUILD_ID, 3);
}

TEST(build_ids_of_two_segments_do_not_differ)
{
    begin_notes(32, 4);
    add_build_id("same", 4);
    add_build_id("sane", 4);
    given.program[2].file_size = 20;
    assert_status(scan(), FWS_OK);
    add_program(NOTE, NOTES_AT + 20, FLASH, 20);
    assert_refused_at(FWS_E_ELF_BUILD_ID, 4);
    given.program[3].offset = NOTES_AT;
    assert_status(scan(), FWS_OK);
}

/* Every length that ends within a note; what is left of the last padding does not matter. */
TEST(a_note_does_not_leave_its_segment)
{
    begin_notes(32, 4);
    add_note("Zephyr", 7, 1, "version", 7);
    uint64_t whole = given.program[2].file_size;

    assert_int_equal(whole, 12 + 8 + 7);
    for (uint64_t size = 12; size < whole; size++) {
        given.program[2].file_size = size;
        assert_refused_at(FWS_E_ELF_NOTE, 3);
    }
    given.program[2].file_size = whole + 1;
    assert_status(scan(), FWS_OK);
}

TEST(sizes_in_notes_do_not_wrap)
{
    static const uint32_t sizes[] = {0x80000000, UINT32_MAX - 11, UINT32_MAX - 3, UINT32_MAX};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        begin_notes(32, 4);
        add_build_id("id", 2);
        struct fws_writer to = fws_writer_init(given.notes, 8);

        fws_writer_u32le(&to, sizes[i]);
        assert_refused_at(FWS_E_ELF_NOTE, 3);
        begin_notes(32, 4);
        add_build_id("id", 2);
        to = fws_writer_init(&given.notes[4], 4);
        fws_writer_u32le(&to, sizes[i]);
        assert_refused_at(FWS_E_ELF_NOTE, 3);
    }
}

TEST(behind_the_last_note_are_zeros_only)
{
    begin_notes(32, 4);
    add_build_id("id", 2);
    given.program[2].file_size = 20 + 11;
    assert_status(scan(), FWS_OK);
    given.notes[30] = 1;
    assert_refused_at(FWS_E_ELF_NOTE, 3);
    given.program[2].file_size = 20 + 10;
    assert_status(scan(), FWS_OK);
}

TEST(notes_do_not_leave_the_file)
{
    FOR_EACH_CLASS
    {
        begin_notes(bits, 4);
        given.program[2].file_size = 4;
        given.program[2].offset = given.size - 4;
        memset(given.notes, 0, sizeof given.notes);
        assert_status(scan(), FWS_OK);
        given.program[2].offset++;
        assert_refused_at(FWS_E_ELF_NOTE, 3);
        given.program[2].offset = UINT64_MAX;
        assert_refused_at(FWS_E_ELF_NOTE, 3);
    }
}

TEST(notes_have_64_kib_at_most)
{
    begin_notes(32, 4);
    given.size = 0x20000;
    given.program[2].offset = 0x3000;
    given.program[2].file_size = 65536;
    assert_status(scan(), FWS_OK);
    given.program[2].file_size++;
    assert_refused_at(FWS_E_TOO_LARGE, 3);
}

/* ---- The range ---- */

TEST(only_data_in_range_counts)
{
    valid(32);
    assert_status(load_range(FLASH + 8, UINT32_MAX), FWS_OK);
    assert_int_equal(span.first, FLASH + 16);
    assert_int_equal(span.gap_to, 0);
    assert_memory_equal(image, "\11\12\13\14", 4);
    assert_status(load_range(0, FLASH + 15), FWS_OK);
    assert_int_equal(span.last, FLASH + 7);
    assert_memory_equal(image, "\1\2\3\4\5\6\7\10", 8);
}

TEST(a_segment_is_cut_at_the_range)
{
    valid(32);
    assert_status(load_range(FLASH + 7, FLASH + 16), FWS_OK);
    assert_int_equal(span.first, FLASH + 7);
    assert_int_equal(span.last, FLASH + 16);
    assert_memory_equal(image, "\10\xff\xff\xff\xff\xff\xff\xff\xff\11", 10);
    assert_status(load_range(FLASH + 2, FLASH + 3), FWS_OK);
    assert_memory_equal(image, "\3\4", 2);
    assert_status(load_range(FLASH + 4, FLASH + 4), FWS_OK);
    assert_int_equal(image[0], 5);
}

TEST(no_data_in_range_is_no_input)
{
    FOR_EACH_CLASS
    {
        valid(bits);
        assert_status(scan_range(FLASH + 8, FLASH + 15), FWS_E_INPUT);
        assert_status(scan_range(FLASH + 1, FLASH), FWS_E_INPUT);
        assert_status(scan_range(FLASH + 20, UINT32_MAX), FWS_E_INPUT);
        assert_status(scan_range(0, FLASH - 1), FWS_E_INPUT);
        given.programs = 0;
        given.program_size = 0;
        assert_status(scan(), FWS_E_INPUT);
    }
}

TEST(bad_segments_outside_the_range_count)
{
    valid(32);
    given.program[1].memory_size = 3;
    assert_status(scan_range(FLASH, FLASH + 7), FWS_E_ELF_SEGMENT);
    valid(32);
    add_program(LOAD, DATA_AT, FLASH + 19, 1);
    assert_status(scan_range(FLASH, FLASH + 7), FWS_E_ELF_OVERLAP);
}

/* ---- Pass 2 ---- */

TEST(the_output_has_the_size_of_the_span)
{
    valid(32);
    uint8_t *file = build();

    assert_status(fws_elf_scan(file, given.size, 0, UINT32_MAX, &span), FWS_OK);
    assert_status(fws_elf_load(file, given.size, &span, 0, image, 19), FWS_E_BUFFER_FULL);
    assert_status(fws_elf_load(file, given.size, &span, 0, image, 21), FWS_E_BUFFER_FULL);
    assert_status(fws_elf_load(file, given.size, &span, 0, image, 20), FWS_OK);
    assert_memory_equal(image, "\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\0\11\12\13\14", 20);
    span.last = span.first - 1;
    assert_status(fws_elf_load(file, given.size, &span, 0, image, 0), FWS_E_BUFFER_FULL);
    free(file);
}

TEST(a_span_of_another_file_is_refused)
{
    valid(32);
    uint8_t *file = build();

    assert_status(fws_elf_scan(file, given.size, 0, UINT32_MAX, &span), FWS_OK);
    assert_status(fws_elf_load(file, DATA_AT + 12, &span, 0, image, 20), FWS_OK);
    assert_status(fws_elf_load(file, DATA_AT + 11, &span, 0, image, 20), FWS_E_ELF_SEGMENT);
    span.segment[1].last++;
    assert_status(fws_elf_load(file, given.size, &span, 0, image, 20), FWS_E_ELF_SEGMENT);
    span.segment[1].last--;
    span.segment[0].first--;
    assert_status(fws_elf_load(file, given.size, &span, 0, image, 20), FWS_E_ELF_SEGMENT);
    free(file);
}

TEST_MAIN("format/elf")
