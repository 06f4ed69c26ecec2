/* SPDX-License-Identifier: Apache-2.0 */
/* docs/formats/audit-log.md says what the code does. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/chain.h"
#include "base/hex.h"
#include "base/json_read.h"
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
    assert_row(doc, "longest name of a log", FWS_AUDIT_ORIGIN_MAX, " bytes");
    assert_row(doc, "longest signed note", FWS_AUDIT_NOTE_MAX, " bytes");
    assert_row(doc, "longest checkpoint that a writer goes on from", FWS_AUDIT_CHECKPOINT_MAX,
               " bytes");
    assert_row(doc, "longest proof file", FWS_PROOF_TEXT_MAX, " bytes");
    assert_row(doc, "room kept free for what must find place on a full disk", FWS_AUDIT_RESERVE,
               " bytes");
    assert_row(doc, "room kept free besides for each open intent", FWS_AUDIT_OUTCOME_ROOM,
               " bytes");
    assert_row(doc, "entries from one snapshot to the next, unless set otherwise",
               FWS_AUDIT_SNAPSHOT_EVERY, "");
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
    static const char *const types[] = {
        FWS_TYPE_GENESIS, FWS_TYPE_SEGMENT_OPEN, FWS_TYPE_RECOVERY, FWS_TYPE_CHECKPOINT,
        FWS_TYPE_TAIL,    FWS_TYPE_UNRESOLVED,   FWS_TYPE_CLOSE,    FWS_TYPE_SNAPSHOT,
        FWS_TYPE_ACK,     FWS_TYPE_KEY,
    };
    FWS_AUTO(fws_buf) text = document();
    const char *row = strstr((const char *)text.data, "| type | when | `data` |\n|---|---|---|");

    assert_non_null(row);
    row = strchr(strchr(row, '\n') + 1, '\n') + 1;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char start[64];

        (void)snprintf(start, sizeof start, "| `%s` |", types[i]);
        assert_memory_equal(row, start, strlen(start));
        row = strchr(row, '\n') + 1;
    }
    assert_memory_equal(row, "\n", 1);
}

/* Write the block of the document that begins behind mark to a file of the log's folder. */
static void write_block(const char *doc, const char *mark, const char *fence, const char *path)
{
    const char *start = strstr(doc, mark);

    assert_non_null(start);
    start = strstr(start, fence);
    assert_non_null(start);
    start += strlen(fence);
    write_all(path, start, (size_t)(strstr(start, "```") - start));
}

static void trust_genesis(struct fws_trust *trust)
{
    FWS_AUTO(fws_buf) text = read_all(SEGMENT_0);
    struct fws_line line = line_at(&text, 0);
    struct fws_json_value keys;
    struct fws_json_value key;
    struct fws_vkey vkey;
    struct fws_error err = {0};
    char name[FWS_VKEY_TEXT_MAX];

    assert_true(fws_json_find(line.data, line.data_size, "keys", &keys));
    struct fws_reader list = keys.raw;

    assert_true(fws_json_next(&list, &key));
    assert_true(fws_json_value_text(&key, name, sizeof name));
    assert_status(fws_vkey_parse(name, strlen(name), &vkey, &err), FWS_OK);
    assert_status(fws_trust_add(trust, &vkey, &err), FWS_OK);
}

TEST(the_example_of_the_document_is_a_log_with_its_checkpoint)
{
    FWS_AUTO(fws_buf) text = document();

    make_log(1);
    write_block((const char *)text.data, "Two entries of a log", "```json\n", SEGMENT_0);
    write_block((const char *)text.data, "The checkpoint of the two entries", "```\n",
                "checkpoint");
    fws_trust_free(&test_key.trust);
    trust_genesis(&test_key.trust);
    assert_verdict(FWS_AUDIT_INTACT);
    assert_int_equal(report_of_log().entries, 2);
    assert_int_equal(report_of_log().covered, 2);
    remove_log();
}

/* Run the shell block of the document behind mark in the log's folder. */
static void run_block(const char *doc, const char *mark, char *out, size_t size)
{
    size_t used;

    write_block(doc, mark, "```sh\n", "block.sh");
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
    run_block(doc, "One link, in the log's folder", out, sizeof out);
    assert_int_equal(strlen(out), 130);
    assert_memory_equal(out, out + 65, 65);

    struct fws_audit_report report = report_of_log();

    run_block(doc, "The whole chain of a log without remains", out, sizeof out);
    (void)snprintf(expected, sizeof expected, "4 %s\n", fws_hex_encode(report.head, 32, head));
    assert_string_equal(out, expected);

    run_block(doc, "The log's id:", out, sizeof out);
    struct fws_error err = {0};

    assert_status(fws_origin_id(ORIGIN, strlen(ORIGIN), expected, &err), FWS_OK);
    out[16] = '\0';
    assert_string_equal(out, expected);
    remove_log();
}

TEST_MAIN("audit/format")
