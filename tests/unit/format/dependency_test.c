/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/unit/test.h"

#include "format/format.h"

static enum fws_status from_text(const char *text, struct fws_dependency *out)
{
    return fws_dependency_from_text(text, strlen(text), out);
}

static void assert_refused(const char *text)
{
    struct fws_dependency dependency = {0};

    assert_status(from_text(text, &dependency), FWS_E_DEPENDENCY);
}

TEST(what_is_written_parses_back)
{
    static const uint8_t expected[FWS_DEPENDENCY_SIZE] = {9, 0, 0, 0, 1, 2, 4, 3, 8, 7, 6, 5};
    struct fws_dependency dependency = {9, {1, 2, 0x304, 0x5060708}};
    struct fws_dependency parsed = {0};
    uint8_t bytes[FWS_DEPENDENCY_SIZE];
    struct fws_writer writer = fws_writer_init(bytes, sizeof bytes);

    fws_dependency_write(&writer, &dependency);
    assert_status(fws_writer_done(&writer), FWS_OK);
    assert_memory_equal(bytes, expected, sizeof expected);
    assert_status(fws_dependency_parse(fws_reader_init(bytes, sizeof bytes), &parsed), FWS_OK);
    assert_int_equal(parsed.image_id, 9);
    assert_int_equal(fws_version_compare(&parsed.version, &dependency.version), 0);
}

TEST(a_dependency_is_12_bytes)
{
    static const uint8_t bytes[16] = {1};
    struct fws_dependency parsed = {0};

    for (size_t size = 0; size <= sizeof bytes; size++) {
        assert_status(fws_dependency_parse(fws_reader_init(bytes, size), &parsed),
                      size == FWS_DEPENDENCY_SIZE ? FWS_OK : FWS_E_DEPENDENCY);
    }
}

TEST(the_reserved_bytes_are_zero)
{
    for (size_t at = 1; at < 4; at++) {
        uint8_t bytes[FWS_DEPENDENCY_SIZE] = {1};
        struct fws_dependency parsed = {0};

        bytes[at] = 1;
        assert_status(fws_dependency_parse(fws_reader_init(bytes, sizeof bytes), &parsed),
                      FWS_E_DEPENDENCY);
    }
}

TEST(text_names_an_image_and_the_least_version)
{
    struct fws_dependency dependency = {0};

    assert_status(from_text("(1,1.2.3+4)", &dependency), FWS_OK);
    assert_int_equal(dependency.image_id, 1);
    assert_int_equal(dependency.version.build, 4);
    assert_status(from_text("(255, 7)", &dependency), FWS_OK);
    assert_int_equal(dependency.image_id, 255);
    assert_int_equal(dependency.version.major, 7);
}

TEST(blanks_may_stand_between_the_parts)
{
    struct fws_dependency dependency = {0};

    assert_status(from_text(" ( 1 ,\t1.2.3 ) ", &dependency), FWS_OK);
    assert_status(from_text("(1 2,1.2.3)", &dependency), FWS_E_DEPENDENCY);
    assert_status(from_text("(1,1. 2.3)", &dependency), FWS_E_DEPENDENCY);
}

TEST(other_text_is_refused)
{
    assert_refused("");
    assert_refused("()");
    assert_refused("(1)");
    assert_refused("1,1.2.3");
    assert_refused("(1,1.2.3");
    assert_refused("(1,)");
    assert_refused("(,1.2.3)");
    assert_refused("(256,1.2.3)");
    assert_refused("(01,1.2.3)");
    assert_refused("(-1,1.2.3)");
    assert_refused("(1,1.2.3.4)");
    assert_refused("(1,1.2.3)(2,1.0.0)");
    assert_refused("(1,1.2.3)x");
}

TEST_MAIN("format/dependency")
