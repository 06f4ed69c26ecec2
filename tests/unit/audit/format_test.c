/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/audit-log.md says what the code does. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/chain.h"
#include "base/hex.h"
#include "tests/unit/audit/fixture.h"
#include "tests/unit/test.h"

#define DOCUMENT FWS_SOURCE_DIR "/docs/formats/audit-log.md"

static const char *const members[] = {"b",    "boot", "data", "inst", "log", "mono",
                                      "prev", "seq",  "ts",   "type", "v",   "zc"};

/* The document as text. */
static struct fws_buf document(void)
{
    struct fws_buf text = read_all(DOCUMENT);
    struct fws_error err = {0};

    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    return text;
}

static void assert_row(const char *text, const char *name, unsigned value, const char *unit)
{
    char row[160];

    (void)snprintf(row, sizeof row, "\n| %s | %u%s |\n", name, value, unit);
    if (strstr(text, row) == NULL) {
        print_error("missing: %s", row);
    }
    assert_non_null(strstr(text, row));
}

TEST(constants_of_the_document_are_those_of_the_headers)
{
    FWS_AUTO(fws_buf) text = document();
    const char *doc = (const char *)text.data;

    assert_row(doc, "format version, member `v`", FWS_LINE_VERSION, "");
    assert_row(doc, "longest line, without its LF", FWS_AUDIT_LINE_MAX, " bytes");
    assert_row(doc, "longest event type", FWS_AUDIT_TYPE_MAX, " bytes");
    assert_row(doc, "deepest nesting of `data`, itself counted", FWS_JSON_MAX_DEPTH, "");
    assert_row(doc, "size from which on a new segment begins, unless set otherwise",
               FWS_AUDIT_SEGMENT_LIMIT, " bytes");
    assert_row(doc, "room kept free for outcomes", FWS_AUDIT_RESERVE, " bytes");
}

TEST(members_of_the_document_are_those_written_in_their_order)
{
    FWS_AUTO(fws_buf) text = document();
    const char *table =
        strstr((const char *)text.data, "| member | type | meaning |\n|---|---|---|\n");

    make_log(1);
    FWS_AUTO(fws_buf) log = read_all(SEGMENT_0);

    log.data[log.size - 1] = '\0';
    const char *line = (const char *)log.data;

    assert_non_null(table);
    table = strchr(strchr(table, '\n') + 1, '\n');
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        char row[32];
        char key[32];

        (void)snprintf(row, sizeof row, "\n| `%s` |", members[i]);
        (void)snprintf(key, sizeof key, "\"%s\":", members[i]);
        assert_memory_equal(table, row, strlen(row));
        table = strchr(table + 1, '\n');
        line = strstr(line, key);
        assert_non_null(line);
    }
    assert_memory_equal(table, "\n\n", 2);
    remove_log();
}

TEST(types_of_the_document_are_those_of_the_header)
{
    FWS_AUTO(fws_buf) text = document();

    assert_non_null(strstr((const char *)text.data, "\n| `" FWS_TYPE_GENESIS "` |"));
    assert_non_null(strstr((const char *)text.data, "\n| `" FWS_TYPE_SEGMENT_OPEN "` |"));
    assert_non_null(strstr((const char *)text.data, "\n| `" FWS_TYPE_RECOVERY "` |"));
}

TEST(the_example_of_the_document_is_a_log)
{
    FWS_AUTO(fws_buf) text = document();
    const char *start = strstr((const char *)text.data, "```json\n");

    assert_non_null(start);
    start += strlen("```json\n");
    make_log(1);
    write_all(SEGMENT_0, start, (size_t)(strstr(start, "```") - start));
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 2);
    remove_log();
}

/* Run the shell block number index of the document in the log's folder. */
static void run_block(const char *doc, size_t index, char *out, size_t size)
{
    const char *start = doc;
    size_t used;

    for (size_t i = 0; i <= index; i++) {
        start = strstr(start, "```sh\n");
        assert_non_null(start);
        start += strlen("```sh\n");
    }
    write_all("block.sh", start, (size_t)(strstr(start, "```") - start));
    FILE *output = popen("sh ./block.sh", "r");

    assert_non_null(output);
    used = fread(out, 1, size - 1, output);
    out[used] = '\0';
    assert_int_equal(pclose(output), 0);
}

TEST(the_commands_of_the_document_check_a_log)
{
    FWS_AUTO(fws_buf) text = document();
    const char *doc = (const char *)text.data;
    char out[256];
    char expected[256];
    char head[65];

    if (system("command -v jq >/dev/null && command -v sha256sum >/dev/null") != 0) {
        skip(); /* the document's tools are not here */
    }
    make_log(4);
    run_block(doc, 0, out, sizeof out);
    assert_int_equal(strlen(out), 130);
    assert_memory_equal(out, out + 65, 65);

    struct fws_audit_report report = report_of_log();

    run_block(doc, 1, out, sizeof out);
    (void)snprintf(expected, sizeof expected, "4 %s\n", fws_hex_encode(report.head, 32, head));
    assert_string_equal(out, expected);

    run_block(doc, 2, out, sizeof out);
    struct fws_error err = {0};

    assert_status(fws_origin_id("example.test/log", 16, expected, &err), FWS_OK);
    out[16] = '\0';
    assert_string_equal(out, expected);
    remove_log();
}

TEST_MAIN("audit/format")
