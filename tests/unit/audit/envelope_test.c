/* SPDX-License-Identifier: Apache-2.0 */
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "audit/envelope.h"
#include "base/canonical.h"
#include "base/crc32c.h"
#include "tests/unit/test.h"

#define CRC_SIZE (sizeof ",\"zc\":\"00000000\"}" - 1)

#define INTEGER "(0|[1-9][0-9]*)"
#define HEX16   "[0-9a-f]{16}"

/* docs/formats/audit-log.md once more, in another language; what stands before the CRC. */
static const char form[] =
    "^\\{\"b\":" INTEGER ",\"boot\":\"([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\",\"data\":"
    "(\\{.*\\}),\"inst\":\"(" HEX16 ")\",\"log\":\"(" HEX16 ")\",\"mono\":" INTEGER ","
    "\"prev\":\"([0-9a-f]{64})\",\"seq\":" INTEGER ",\"ts\":\"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:"
    "[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z)\",\"type\":\"([a-z.]{1,32})\",\"v\":1$";
static const char other_version[] = ".,\"v\":(0|[1-9][0-9]{0,2})$";

enum { GROUP_B = 1, BOOT, BOOT_PART, DATA, INST, LOG, MONO, PREV, SEQ, TS, TYPE, GROUPS };

static const struct fws_line valid = {
    .batch = 12,
    .boot = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    .data = "{\"key\":\"release\",\"n\":[1,{\"a\":\"\\\"}\"}]}",
    .data_size = sizeof "{\"key\":\"release\",\"n\":[1,{\"a\":\"\\\"}\"}]}" - 1,
    .instance = "0123456789abcdef",
    .log = "fedcba9876543210",
    .mono_ms = 123456,
    .prev = "abcd00000000000000000000000000000000000000000000000000000000ef99",
    .seq = 7,
    .time = "2025-01-31T12:34:56.123456Z",
    .type = "sign.intent",
};

static void write_line(const struct fws_line *line, struct fws_buf *out)
{
    struct fws_error err = {0};

    assert_status(fws_line_write(line, out, &err), FWS_OK);
    assert_status(fws_buf_append(out, "", 1, &err), FWS_OK); /* a text for strstr */
    out->size--;
}

/* The body with its CRC, right. */
static struct fws_buf with_crc(const void *body, size_t size)
{
    struct fws_buf out = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_append(&out, body, size, &err), FWS_OK);
    assert_status(fws_buf_printf(&out, &err, ",\"zc\":\"%08x\"}", fws_crc32c(body, size)), FWS_OK);
    return out;
}

static bool match(const char *pattern, const char *text, size_t size, regmatch_t groups[GROUPS])
{
    regex_t regex;

    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED), 0);
    groups[0] = (regmatch_t){.rm_so = 0, .rm_eo = (regoff_t)size};
    int status = regexec(&regex, text, GROUPS, groups, REG_STARTEND);

    regfree(&regex);
    return status == 0;
}

static bool number(const char *text, regmatch_t group, uint64_t *out)
{
    *out = strtoull(text + group.rm_so, NULL, 10);
    return group.rm_eo - group.rm_so <= 16 && *out <= UINT64_C(9007199254740991);
}

static void copy(const char *text, regmatch_t group, char *out)
{
    size_t size = (size_t)(group.rm_eo - group.rm_so);

    memcpy(out, text + group.rm_so, size);
    out[size] = '\0';
}

/* What a body says by the regular expression. */
static enum fws_status expected(const char *body, size_t size, struct fws_line *out)
{
    regmatch_t at[GROUPS];
    uint64_t version;

    if (match(other_version, body, size, at) && number(body, at[1], &version) && version != 1) {
        return FWS_E_LOG_UNKNOWN;
    }
    if (!match(form, body, size, at) || !number(body, at[GROUP_B], &out->batch) ||
        !number(body, at[MONO], &out->mono_ms) || !number(body, at[SEQ], &out->seq)) {
        return FWS_E_LOG_TAMPERED;
    }
    copy(body, at[BOOT], out->boot);
    copy(body, at[INST], out->instance);
    copy(body, at[LOG], out->log);
    copy(body, at[PREV], out->prev);
    copy(body, at[TS], out->time);
    copy(body, at[TYPE], out->type);
    out->data = body + at[DATA].rm_so;
    out->data_size = (size_t)(at[DATA].rm_eo - at[DATA].rm_so);
    return FWS_OK;
}

static void assert_same(const struct fws_line *line, const struct fws_line *other)
{
    assert_true(line->batch == other->batch);
    assert_string_equal(line->boot, other->boot);
    assert_int_equal(line->data_size, other->data_size);
    assert_memory_equal(line->data, other->data, line->data_size);
    assert_string_equal(line->instance, other->instance);
    assert_string_equal(line->log, other->log);
    assert_true(line->mono_ms == other->mono_ms);
    assert_string_equal(line->prev, other->prev);
    assert_true(line->seq == other->seq);
    assert_string_equal(line->time, other->time);
    assert_string_equal(line->type, other->type);
}

static bool data_is_canonical(const struct fws_line *line)
{
    struct fws_reader reader = fws_reader_init(line->data, line->data_size);

    return fws_canonical_object(&reader) && reader.left == 0;
}

/* Both readers on a body with a right CRC, against the expression. The envelope's verdict. */
static enum fws_status judged(const char *body, size_t size)
{
    FWS_AUTO(fws_buf) text = with_crc(body, size);
    struct fws_line want = {0};
    struct fws_line envelope;
    struct fws_line line;
    struct fws_error err = {0};
    enum fws_status status = expected(body, size, &want);

    assert_status(fws_envelope_parse(text.data, text.size, &envelope, &err), status);
    if (status != FWS_OK) {
        assert_status(fws_line_parse(text.data, text.size, &line, &err), status);
        return status;
    }
    assert_same(&envelope, &want);
    if (!data_is_canonical(&want)) {
        assert_status(fws_line_parse(text.data, text.size, &line, &err), FWS_E_LOG_TAMPERED);
        return status;
    }
    assert_status(fws_line_parse(text.data, text.size, &line, &err), FWS_OK);
    assert_same(&line, &want);
    return status;
}

static void assert_reads_back(const struct fws_line *line)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_line out;
    struct fws_error err = {0};

    write_line(line, &text);
    assert_status(fws_envelope_parse(text.data, text.size, &out, &err), FWS_OK);
    assert_same(&out, line);
    assert_status(judged((const char *)text.data, text.size - CRC_SIZE), FWS_OK);
}

TEST(what_is_written_is_read_with_the_same_values)
{
    static const char *const types[] = {"a", ".", "sign.intent",
                                        "abcdefghijklmnopqrstuvwxyz......"};
    static const uint64_t numbers[] = {0, 1, 9, 10, 123456789, UINT64_C(9007199254740991)};
    static const char *const objects[] = {
        "{}",
        "{\"a\":{}}",
        "{\"a\":\"\\\",\\\"inst\\\":\\\"0123456789abcdef\\\",\\\"log\\\":\\\"\"}",
        "{\"inst\":\"0123456789abcdef\",\"log\":\"fedcba9876543210\",\"mono\":1}",
    };

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct fws_line line = valid;
        const char *type = types[i % 4];

        line.batch = numbers[i];
        line.mono_ms = numbers[(i + 2) % 6];
        line.seq = numbers[(i + 3) % 6];
        line.data = objects[i % 4];
        line.data_size = strlen(objects[i % 4]);
        memcpy(line.type, type, strlen(type) + 1);
        assert_reads_back(&line);
    }
}

TEST(the_longest_line_is_read_and_a_longer_one_is_damage)
{
    static char data[FWS_AUDIT_LINE_MAX];
    FWS_AUTO(fws_buf) text = {0};
    struct fws_line line = valid;
    struct fws_error err = {0};

    memset(data, ' ', sizeof data);
    memcpy(data, "{\"a\":\"", 6);
    line.data = data;
    line.data_size = 16;
    memcpy(data + line.data_size - 2, "\"}", 2);
    write_line(&line, &text);
    memset(data + line.data_size - 2, ' ', 2);
    line.data_size += FWS_AUDIT_LINE_MAX - text.size;
    memcpy(data + line.data_size - 2, "\"}", 2);
    assert_reads_back(&line);

    fws_buf_free(&text);
    write_line(&line, &text);
    assert_int_equal(text.size, FWS_AUDIT_LINE_MAX);

    FWS_AUTO(fws_buf) longer = {0}; /* a blank more in data, and its CRC */
    size_t before = text.size - CRC_SIZE - 300;

    assert_status(fws_buf_append(&longer, text.data, before, &err), FWS_OK);
    assert_status(fws_buf_append(&longer, " ", 1, &err), FWS_OK);
    assert_status(fws_buf_append(&longer, text.data + before, 300, &err), FWS_OK);
    FWS_AUTO(fws_buf) whole = with_crc(longer.data, longer.size);

    assert_int_equal(whole.size, FWS_AUDIT_LINE_MAX + 1);
    assert_status(fws_envelope_parse(whole.data, whole.size, &line, &err), FWS_E_LOG_TAIL);
    assert_status(fws_line_parse(whole.data, whole.size, &line, &err), FWS_E_LOG_TAIL);
}

TEST(each_flipped_bit_is_damage)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_line line;
    struct fws_error err = {0};

    write_line(&valid, &text);
    for (size_t bit = 0; bit < 8 * text.size; bit++) {
        text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_status(fws_envelope_parse(text.data, text.size, &line, &err), FWS_E_LOG_TAIL);
        assert_status(fws_line_parse(text.data, text.size, &line, &err), FWS_E_LOG_TAIL);
        text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_status(fws_envelope_parse(text.data, text.size, &line, &err), FWS_OK);
}

TEST(each_flipped_bit_under_a_right_crc_is_judged_by_the_form)
{
    FWS_AUTO(fws_buf) text = {0};
    size_t count[3] = {0};

    write_line(&valid, &text);
    for (size_t bit = 0; bit < 8 * (text.size - CRC_SIZE); bit++) {
        text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum fws_status status = judged((const char *)text.data, text.size - CRC_SIZE);

        count[status == FWS_OK ? 0 : status == FWS_E_LOG_UNKNOWN ? 1 : 2]++;
        text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(count[0] > 100 && count[1] >= 3 && count[2] > 100);
}

TEST(every_shorter_line_is_damage_or_has_another_form)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_line line;
    struct fws_error err = {0};

    write_line(&valid, &text);
    for (size_t size = 0; size < text.size; size++) {
        assert_status(fws_envelope_parse(text.data, size, &line, &err), FWS_E_LOG_TAIL);
        if (size < text.size - CRC_SIZE) {
            assert_status(judged((const char *)text.data, size), FWS_E_LOG_TAMPERED);
        }
    }
}

static const char *members[] = {
    "\"b\":7",
    "\"boot\":\"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0\"",
    "\"data\":{\"key\":\"release\"}",
    "\"inst\":\"0123456789abcdef\"",
    "\"log\":\"fedcba9876543210\"",
    "\"mono\":123456",
    "\"prev\":\"abcd000000000000000000000000000000000000000000000000000000000000\"",
    "\"seq\":7",
    "\"ts\":\"2025-01-31T12:34:56.123456Z\"",
    "\"type\":\"sign.intent\"",
    "\"v\":1",
};

#define MEMBERS (sizeof members / sizeof members[0])
#define IN_DATA 2u /* index of "data" */

/* A body of the members with these indices; MEMBERS leaves a place out. */
static enum fws_status judge_members(const size_t *order, size_t count)
{
    FWS_AUTO(fws_buf) body = {0};
    struct fws_error err = {0};
    const char *before = "{";

    for (size_t i = 0; i < count; i++) {
        if (order[i] < MEMBERS) {
            assert_status(fws_buf_printf(&body, &err, "%s%s", before, members[order[i]]), FWS_OK);
            before = ",";
        }
    }
    return judged((const char *)body.data, body.size);
}

TEST(a_missing_member_is_tampering)
{
    size_t order[MEMBERS];

    for (size_t missing = 0; missing <= MEMBERS; missing++) {
        for (size_t i = 0; i < MEMBERS; i++) {
            order[i] = i == missing ? MEMBERS : i;
        }
        assert_status(judge_members(order, MEMBERS),
                      missing == MEMBERS ? FWS_OK : FWS_E_LOG_TAMPERED);
    }
}

TEST(two_members_in_each_others_place_are_tampering)
{
    size_t order[MEMBERS];

    for (size_t first = 0; first < MEMBERS; first++) {
        for (size_t second = first + 1; second < MEMBERS; second++) {
            for (size_t i = 0; i < MEMBERS; i++) {
                order[i] = i == first ? second : i == second ? first : i;
            }
            assert_status(judge_members(order, MEMBERS), FWS_E_LOG_TAMPERED);
        }
    }
}

TEST(a_member_that_stands_twice_is_tampering_and_a_second_data_is_no_object)
{
    size_t order[MEMBERS + 1];

    for (size_t twice = 0; twice < MEMBERS; twice++) {
        for (size_t at = 0; at <= MEMBERS; at++) {
            for (size_t i = 0, next = 0; i <= MEMBERS; i++) {
                order[i] = i == at ? twice : next++;
            }
            bool in_data = twice == IN_DATA && (at == IN_DATA || at == IN_DATA + 1);

            assert_status(judge_members(order, MEMBERS + 1), in_data ? FWS_OK : FWS_E_LOG_TAMPERED);
        }
    }
}

TEST(a_value_has_one_form)
{
    static const struct {
        size_t index;
        const char *member;
        enum fws_status status;
    } rows[] = {
        {0, "\"b\":0", FWS_OK},
        {0, "\"b\":", FWS_E_LOG_TAMPERED},
        {0, "\"b\":-7", FWS_E_LOG_TAMPERED},
        {0, "\"b\":07", FWS_E_LOG_TAMPERED},
        {0, "\"b\":9007199254740991", FWS_OK},
        {0, "\"b\":9007199254740992", FWS_E_LOG_TAMPERED},
        {5, "\"mono\":0", FWS_OK},
        {5, "\"mono\":", FWS_E_LOG_TAMPERED},
        {5, "\"mono\":00", FWS_E_LOG_TAMPERED},
        {5, "\"mono\":-1", FWS_E_LOG_TAMPERED},
        {5, "\"mono\":9007199254740992", FWS_E_LOG_TAMPERED},
        {5, "\"mono\":10000000000000000007", FWS_E_LOG_TAMPERED},
        {5, "\"mono\":18446744073709551617", FWS_E_LOG_TAMPERED},
        {7, "\"seq\":9007199254740991", FWS_OK},
        {7, "\"seq\":", FWS_E_LOG_TAMPERED},
        {7, "\"seq\":1.0", FWS_E_LOG_TAMPERED},
        {7, "\"seq\":01", FWS_E_LOG_TAMPERED},
        {9, "\"type\":\"\"", FWS_E_LOG_TAMPERED},
        {9, "\"type\":\"sign_intent\"", FWS_E_LOG_TAMPERED},
        {9, "\"type\":\"Sign.intent\"", FWS_E_LOG_TAMPERED},
        {9, "\"type\":\"abcdefghijklmnopqrstuvwxyz.......\"", FWS_E_LOG_TAMPERED},
    };
    size_t order[MEMBERS];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *kept = members[rows[i].index];

        for (size_t k = 0; k < MEMBERS; k++) {
            order[k] = k;
        }
        members[rows[i].index] = rows[i].member;
        assert_status(judge_members(order, MEMBERS), rows[i].status);
        members[rows[i].index] = kept;
    }
}

TEST(data_begins_and_ends_as_an_object_and_is_not_looked_into)
{
    static const struct {
        const char *data;
        enum fws_status status;
    } rows[] = {
        {"{}", FWS_OK},
        {"{ }", FWS_OK},
        {"{\"b\":1,\"a\":2}", FWS_OK},
        {"{\xff\"}", FWS_OK},
        {"{},\"x\":{}", FWS_OK},
        {"{", FWS_E_LOG_TAMPERED},
        {"}", FWS_E_LOG_TAMPERED},
        {"", FWS_E_LOG_TAMPERED},
        {"[]", FWS_E_LOG_TAMPERED},
        {" {}", FWS_E_LOG_TAMPERED},
        {"{} ", FWS_E_LOG_TAMPERED},
        {"{},\"x\":1", FWS_E_LOG_TAMPERED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        FWS_AUTO(fws_buf) body = {0};
        struct fws_error err = {0};

        assert_status(
            fws_buf_printf(&body, &err, "{%s,%s,\"data\":%s", members[0], members[1], rows[i].data),
            FWS_OK);
        for (size_t k = IN_DATA + 1; k < MEMBERS; k++) {
            assert_status(fws_buf_printf(&body, &err, ",%s", members[k]), FWS_OK);
        }
        assert_status(judged((const char *)body.data, body.size), rows[i].status);
    }
}

TEST(another_version_is_not_judged_whatever_else_it_is)
{
    static const struct {
        const char *body;
        enum fws_status status;
    } rows[] = {
        {"{,\"v\":2", FWS_E_LOG_UNKNOWN},   {"{\"x\":[],\"v\":0", FWS_E_LOG_UNKNOWN},
        {"{,\"v\":999", FWS_E_LOG_UNKNOWN}, {"{,\"v\":1000", FWS_E_LOG_TAMPERED},
        {"{,\"v\":02", FWS_E_LOG_TAMPERED}, {"{,\"v\":1", FWS_E_LOG_TAMPERED},
        {",\"v\":2", FWS_E_LOG_TAMPERED},   {"{,\"v\":", FWS_E_LOG_TAMPERED},
        {"{,\"v\":2 ", FWS_E_LOG_TAMPERED}, {"{,\"V\":2", FWS_E_LOG_TAMPERED},
        {"2", FWS_E_LOG_TAMPERED},          {"", FWS_E_LOG_TAMPERED},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_status(judged(rows[i].body, strlen(rows[i].body)), rows[i].status);
    }
}

TEST(a_refused_line_leaves_nothing_behind)
{
    static const struct fws_line nothing;
    FWS_AUTO(fws_buf) text = with_crc("{\"b\":7,", 7);
    struct fws_line line = valid;
    struct fws_error err = {0};

    assert_status(fws_envelope_parse(text.data, text.size, &line, &err), FWS_E_LOG_TAMPERED);
    assert_true(line.batch == 0 && line.boot[0] == '\0' && line.data == NULL);
    line = valid;
    text.data[0] = '[';
    assert_status(fws_envelope_parse(text.data, text.size, &line, &err), FWS_E_LOG_TAIL);
    assert_same(&line, &nothing);
}

TEST_MAIN("audit/envelope")
