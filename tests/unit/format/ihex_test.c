/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

#define END ":00000001FF\n"

static struct fws_hex_span span;
static uint8_t out[256];
static uint8_t seen[32];

static enum fws_status scan(const char *text)
{
    return fws_hex_scan(text, strlen(text), 0, UINT32_MAX, &span);
}

static enum fws_status load(const char *text)
{
    assert_status(scan(text), FWS_OK);
    size_t size = (size_t)(span.last - span.first) + 1;

    assert_true(size <= sizeof out);
    return fws_hex_load(text, strlen(text), &span, 0xff, out, size, seen);
}

static void assert_refused_at(const char *text, uint32_t line)
{
    assert_status(scan(text), FWS_E_HEX_SYNTAX);
    assert_int_equal(span.line, line);
}

TEST(data_lies_where_its_record_says)
{
    assert_status(load(":0401000001020304F1\n" END), FWS_OK);
    assert_int_equal(span.first, 0x100);
    assert_int_equal(span.last, 0x103);
    assert_int_equal(span.gap_to, 0);
    assert_int_equal(span.line, 0);
    assert_memory_equal(out, "\1\2\3\4", 4);
}

TEST(a_linear_base_is_added)
{
    assert_status(load(":020000040800F2\n:0100000011EE\n" END), FWS_OK);
    assert_int_equal(span.first, 0x08000000);
}

TEST(a_segment_base_is_added)
{
    assert_status(load(":020000021234B6\n:0100010011ED\n" END), FWS_OK);
    assert_int_equal(span.first, 0x12341);
}

TEST(a_later_base_replaces_the_earlier_kind)
{
    assert_status(scan(":020000021234B6\n:020000040001F9\n:0100000011EE\n" END), FWS_OK);
    assert_int_equal(span.first, 0x10000);
}

TEST(start_addresses_do_not_count_as_data)
{
    assert_status(scan(":0400000508000000EF\n:0400000300000000F9\n:0100000011EE\n" END), FWS_OK);
    assert_int_equal(span.first, 0);
    assert_int_equal(span.last, 0);
}

TEST(gaps_are_filled_with_the_erased_value)
{
    assert_status(load(":0100000011EE\n:0100040022D9\n" END), FWS_OK);
    assert_memory_equal(out, "\x11\xff\xff\xff\x22", 5);
    assert_int_equal(span.gap_from, 0);
    assert_int_equal(span.gap_to, 4);
}

TEST(records_may_come_in_any_order)
{
    assert_status(load(":0100040022D9\n:0100000011EE\n:0100020033CA\n" END), FWS_OK);
    assert_memory_equal(out, "\x11\xff\x33\xff\x22", 5);
}

TEST(records_that_touch_leave_no_gap)
{
    assert_status(load(":0100000011EE\n:0100010022DC\n:0100020033CA\n" END), FWS_OK);
    assert_int_equal(span.gap_to, 0);
    assert_status(load(":0100020033CA\n:0100000011EE\n:0100010022DC\n" END), FWS_OK);
    assert_int_equal(span.gap_to, 0);
}

TEST(the_largest_gap_is_named)
{
    assert_status(scan(":0100040022D9\n:0100000011EE\n:0100100033BC\n:01000F0033BD\n" END), FWS_OK);
    assert_int_equal(span.gap_from, 0x04);
    assert_int_equal(span.gap_to, 0x0f);
}

/* A record of one zero byte at address. */
static size_t put_byte(char *at, uint32_t address)
{
    unsigned sum = 1 + (address >> 8) + (address & 0xff);

    return (size_t)sprintf(at, ":01%04X0000%02X\n", address, (0x100 - (sum & 0xff)) & 0xff);
}

TEST(the_largest_gap_is_found_among_many)
{
    char text[4096];
    size_t size = 0;

    for (uint32_t i = 0; i < 30; i++) {
        size += put_byte(&text[size], i * 16 + (i >= 17 ? 5000 : 0));
    }
    memcpy(&text[size], END, sizeof END);
    assert_status(scan(text), FWS_OK);
    assert_int_equal(span.gap_from, 16 * 16);
    assert_int_equal(span.gap_to, 17 * 16 + 5000);
    assert_int_equal(span.first, 0);
    assert_int_equal(span.last, 29 * 16 + 5000);
}

TEST(lines_end_in_lf_or_crlf_and_digits_have_either_case)
{
    assert_status(scan(":01000000abAB4\r\n"), FWS_E_HEX_SYNTAX);
    assert_status(load(":01000000aB54\r\n:00000001fF\r\n"), FWS_OK);
    assert_int_equal(out[0], 0xab);
}

TEST(the_last_line_may_lack_its_end)
{
    assert_status(scan(":0100000011EE\n:00000001FF"), FWS_OK);
    assert_status(scan(":0100000011EE\n:00000001FF\r"), FWS_E_HEX_SYNTAX);
}

TEST(a_wrong_checksum_is_refused)
{
    assert_refused_at(":0100000011EF\n" END, 1);
    assert_refused_at(":0100000011EE\n:0100010011EE\n" END, 2);
}

TEST(other_characters_are_refused)
{
    assert_refused_at(" :0100000011EE\n" END, 1);
    assert_refused_at(":01000000G1EE\n" END, 1);
    assert_refused_at(":01000000 1EE\n" END, 1);
    assert_refused_at(":0100000011EE \n" END, 1);
    assert_refused_at(":0100000011EE\r\r\n" END, 1);
    assert_refused_at(":0100000011EE\n\n" END, 2);
    assert_refused_at("\n" END, 1);
}

/* The checksum's low digit as every byte value: whatever is no digit is refused by its form. */
TEST(exactly_the_hex_digits_are_digits)
{
    for (unsigned c = 0; c <= 0xff; c++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = c == 0 ? NULL : strchr(digits, (int)c);
        char text[] = ":01000000x?00\n" END;
        size_t value = digit == NULL ? 0 : (size_t)(digit - digits) % 16;

        text[9] = '0';
        text[10] = (char)c;
        (void)sprintf(&text[11], "%02X", (unsigned)(0xff - value));
        text[13] = '\n';
        assert_status(fws_hex_scan(text, sizeof text - 1, 0, UINT32_MAX, &span),
                      digit != NULL ? FWS_OK : FWS_E_HEX_SYNTAX);
    }
}

TEST(a_line_longer_or_shorter_than_its_count_is_refused)
{
    assert_refused_at(":020000001100ED\n:0100000011EE0\n" END, 2);
    assert_refused_at(":0200000011EE\n" END, 1);
    assert_refused_at(":01000000\n" END, 1);
    assert_refused_at(":", 1);
    assert_refused_at("", 1);
}

TEST(unknown_record_types_are_refused)
{
    assert_refused_at(":00000006FA\n" END, 1);
    assert_refused_at(":0000000AF6\n" END, 1);
    assert_refused_at(":000000FF01\n" END, 1);
}

TEST(control_records_have_their_size_and_no_address)
{
    assert_refused_at(":0100000400FB\n" END, 1);
    assert_refused_at(":020001040000F9\n" END, 1);
    assert_refused_at(":0100000200FD\n" END, 1);
    assert_refused_at(":020000050000F9\n" END, 1);
    assert_refused_at(":020000030000FB\n" END, 1);
    assert_refused_at(":0100000100FE\n", 1);
    assert_refused_at(":00000101FE\n", 1);
}

TEST(the_end_record_is_there_and_last)
{
    assert_refused_at(":0100000011EE\n", 2);
    assert_refused_at(":0100000011EE\n" END "\n", 2);
    assert_refused_at(":0100000011EE\n" END ":0100010022DC\n", 2);
    assert_refused_at(":0100000011EE\n" END END, 2);
}

TEST(data_that_wraps_is_refused)
{
    assert_status(scan(":02000004FFFFFC\n:01FFFF0011F0\n" END), FWS_OK);
    assert_int_equal(span.last, UINT32_MAX);
    assert_refused_at(":02000004FFFFFC\n:02FFFF001122CD\n" END, 2);
    assert_refused_at(":020000021000EC\n:02FFFF001122CD\n" END, 2);
    assert_status(scan(":020000021000EC\n:01FFFF0011F0\n" END), FWS_OK);
    assert_status(scan(":02FFFF001122CD\n" END), FWS_OK); /* linear: goes on at 0x10000 */
    assert_int_equal(span.last, 0x10000);
}

TEST(only_data_in_range_counts)
{
    const char *text = ":0400000001020304F2\n:020000041000EA\n:0400000005060708E2\n" END;

    assert_status(fws_hex_scan(text, strlen(text), 0, 0xffff, &span), FWS_OK);
    assert_int_equal(span.first, 0);
    assert_int_equal(span.last, 3);
    assert_status(fws_hex_scan(text, strlen(text), 2, 0x10000001, &span), FWS_OK);
    assert_int_equal(span.first, 2);
    assert_int_equal(span.last, 0x10000001);
    assert_int_equal(span.gap_from, 3);
    assert_int_equal(span.gap_to, 0x10000000);
}

TEST(a_record_is_cut_at_the_range)
{
    const char *text = ":0400000001020304F2\n" END;

    assert_status(fws_hex_scan(text, strlen(text), 1, 2, &span), FWS_OK);
    assert_status(fws_hex_load(text, strlen(text), &span, 0xff, out, 2, seen), FWS_OK);
    assert_memory_equal(out, "\2\3", 2);
}

TEST(no_data_in_range_is_no_input)
{
    assert_status(scan(END), FWS_E_INPUT);
    assert_status(scan(":00000000"
                       "00\n" END),
                  FWS_E_INPUT);
    assert_status(fws_hex_scan(":0100000011EE\n" END, strlen(":0100000011EE\n" END), 1, 9, &span),
                  FWS_E_INPUT);
}

TEST(bad_records_outside_the_range_count)
{
    const char *text = ":0100000011EE\n:0180000011EE\n" END;

    assert_status(fws_hex_scan(text, strlen(text), 0, 0, &span), FWS_E_HEX_SYNTAX);
    assert_int_equal(span.line, 2);
}

TEST(an_address_given_twice_overlaps)
{
    assert_status(load(":0100000011EE\n:0100000011EE\n" END), FWS_E_HEX_OVERLAP);
    assert_int_equal(span.line, 2);
    assert_status(load(":0400000001020304F2\n:0100040022D9\n:0100030022DA\n" END),
                  FWS_E_HEX_OVERLAP);
    assert_int_equal(span.line, 3);
}

TEST(the_output_has_the_size_of_the_span)
{
    const char *text = ":0400000001020304F2\n" END;

    assert_status(scan(text), FWS_OK);
    assert_status(fws_hex_load(text, strlen(text), &span, 0, out, 3, seen), FWS_E_BUFFER_FULL);
    assert_status(fws_hex_load(text, strlen(text), &span, 0, out, 5, seen), FWS_E_BUFFER_FULL);
}

static char *read_text(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return NULL;
    }
    char *text = malloc(1u << 20);

    assert_non_null(text);
    *size = fread(text, 1, 1u << 20, file);
    (void)fclose(file);
    return text;
}

/* A file from the field: code at 0, a record of settings 256 MiB above. */
TEST(a_real_firmware_with_a_far_record_is_read)
{
    size_t size = 0;
    char *text = read_text("/usr/share/firmware-microbit-micropython/firmware.hex", &size);

    if (text == NULL) {
        print_message("skipped: package firmware-microbit-micropython is not installed\n");
        skip();
    }
    assert_status(fws_hex_scan(text, size, 0, UINT32_MAX, &span), FWS_OK);
    assert_int_equal(span.first, 0);
    assert_int_equal(span.last, 0x100010c0 + 28 - 1);
    assert_int_equal(span.gap_to, 0x100010c0);
    assert_status(fws_hex_scan(text, size, 0, span.gap_from, &span), FWS_OK);
    size_t image_size = (size_t)span.last + 1;
    uint8_t *image = malloc(image_size);
    uint8_t *bits = malloc(image_size / 8 + 1);

    assert_status(fws_hex_load(text, size, &span, 0xff, image, image_size, bits), FWS_OK);
    free(bits);
    free(image);
    free(text);
}

TEST_MAIN("format/ihex")
