/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/yaml.h"
#include "tests/unit/test.h"

struct token {
    char *name;
    char *module;
    uint64_t slot;
};

struct pattern {
    char *name;
    struct fws_yaml_place at;
    char *text;
    uint64_t weight;
};

struct sample {
    char *title;
    bool open;
    uint64_t count;
    uint64_t room;
    int colour;
    struct fws_yaml_texts words;
    struct fws_yaml_range range;
    char *inner_text;
    struct fws_yaml_named tokens, patterns;
    struct fws_yaml_place at_title, at_inner_text;
};

static bool check_title(const char *text, const char **why)
{
    *why = "must not be 'bad'";
    return strcmp(text, "bad") != 0;
}

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct fws_yaml_field inner_fields[] = {
    {.key = "text",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct sample, inner_text),
     .required = true,
     .place_offset = offsetof(struct sample, at_inner_text) + 1},
    {.key = NULL},
};

static const struct fws_yaml_field token_fields[] = {
    {.key = "module",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct token, module),
     .required = true},
    {.key = "slot", .type = FWS_YAML_UINT, .offset = offsetof(struct token, slot)},
    {.key = NULL},
};

static const struct fws_yaml_field pattern_fields[] = {
    {.key = "text",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct pattern, text),
     .check = check_title},
    {.key = "weight", .type = FWS_YAML_UINT, .offset = offsetof(struct pattern, weight)},
    {.key = NULL},
};

static const struct fws_yaml_field fields[] = {
    {.key = "title",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct sample, title),
     .doc = "what it | is called",
     .required = true,
     .place_offset = offsetof(struct sample, at_title) + 1,
     .check = check_title},
    {.key = "open",
     .type = FWS_YAML_BOOL,
     .offset = offsetof(struct sample, open),
     .default_text = "false"},
    {.key = "count",
     .type = FWS_YAML_UINT,
     .offset = offsetof(struct sample, count),
     .min = 2,
     .max = 100},
    {.key = "room", .type = FWS_YAML_SIZE, .offset = offsetof(struct sample, room)},
    {.key = "colour",
     .type = FWS_YAML_CHOICE,
     .offset = offsetof(struct sample, colour),
     .choices = colours},
    {.key = "words",
     .type = FWS_YAML_TEXT_LIST,
     .offset = offsetof(struct sample, words),
     .min = 1,
     .max = 3},
    {.key = "range",
     .type = FWS_YAML_RANGE,
     .offset = offsetof(struct sample, range),
     .max = 0xffff},
    {.key = "inner", .type = FWS_YAML_MAP, .fields = inner_fields},
    {.key = "tokens",
     .type = FWS_YAML_NAMED,
     .offset = offsetof(struct sample, tokens),
     .fields = token_fields,
     .item_size = sizeof(struct token)},
    {.key = "patterns",
     .type = FWS_YAML_NAMED,
     .offset = offsetof(struct sample, patterns),
     .min = 1,
     .max = 3,
     .fields = pattern_fields,
     .item_size = sizeof(struct pattern),
     .item_place_offset = offsetof(struct pattern, at) + 1,
     .names_alone = true,
     .short_key = "text",
     .check = check_title},
    {.key = NULL},
};

static enum fws_status load_n(const char *text, size_t size, struct sample *out,
                              struct fws_error *err)
{
    *out = (struct sample){0};
    return fws_yaml_load("f.yaml", text, size, fields, FWS_E_CONFIG, out, err);
}

static void accept(const char *text, struct sample *out)
{
    struct fws_error err = {0};
    enum fws_status status = load_n(text, strlen(text), out, &err);

    assert_string_equal(err.text, "");
    assert_status(status, FWS_OK);
}

static void refuse_n(const char *text, size_t size, const char *expected)
{
    static const struct sample zero;
    struct sample sample;
    struct fws_error err = {0};
    enum fws_status status = load_n(text, size, &sample, &err);

    assert_string_equal(err.text, expected);
    assert_status(status, FWS_E_CONFIG);
    assert_memory_equal(&sample, &zero, sizeof zero);
}

static void refuse(const char *text, const char *expected)
{
    refuse_n(text, strlen(text), expected);
}

TEST(every_type_reaches_its_member)
{
    struct sample got;

    accept("title: pump\nopen: true\ncount: 100\nroom: 384K\ncolour: blue\nwords: [a, 'b c']\n"
           "range: 0x10-0xffff\ninner:\n  text: yes\ntokens:\n  one:\n    module: m\n"
           "  two: {module: n, slot: 3}\n",
           &got);
    assert_string_equal(got.title, "pump");
    assert_true(got.open);
    assert_int_equal(got.count, 100);
    assert_int_equal(got.room, 384 * 1024);
    assert_int_equal(got.colour, 2);
    assert_int_equal(got.words.count, 2);
    assert_string_equal(got.words.items[1], "b c");
    assert_true(got.range.given);
    assert_int_equal(got.range.first, 0x10);
    assert_int_equal(got.range.last, 0xffff);
    assert_string_equal(got.inner_text, "yes");
    assert_int_equal(got.tokens.count, 2);
    struct token *tokens = got.tokens.items;

    assert_string_equal(tokens[0].name, "one");
    assert_string_equal(tokens[1].module, "n");
    assert_int_equal(tokens[1].slot, 3);
    fws_yaml_free(fields, &got);
}

static void assert_pattern(const struct sample *sample, size_t index, const char *name,
                           const char *text, unsigned line, unsigned column)
{
    const struct pattern *pattern = (const struct pattern *)sample->patterns.items + index;

    assert_true(index < sample->patterns.count);
    assert_string_equal(pattern->name, name);
    assert_int_equal(pattern->text != NULL, text != NULL);
    assert_string_equal(text != NULL ? pattern->text : "", text != NULL ? text : "");
    assert_int_equal(pattern->at.line, line);
    assert_int_equal(pattern->at.column, column);
}

TEST(names_may_stand_alone_where_the_row_says_so)
{
    struct sample got;

    accept("title: a\npatterns: only\n", &got);
    assert_int_equal(got.patterns.count, 1);
    assert_pattern(&got, 0, "only", NULL, 2, 11);
    fws_yaml_free(fields, &got);
    accept("title: a\npatterns:\n- one\n- 'a: b'\n", &got);
    assert_int_equal(got.patterns.count, 2);
    assert_pattern(&got, 0, "one", NULL, 3, 3);
    assert_pattern(&got, 1, "a: b", NULL, 4, 3);
    fws_yaml_free(fields, &got);
}

TEST(a_value_behind_a_name_is_the_short_form_of_an_item)
{
    struct sample got;

    accept("title: a\npatterns:\n  one: t\n  two: {text: u, weight: 3}\n  three: {}\n", &got);
    assert_int_equal(got.patterns.count, 3);
    assert_pattern(&got, 0, "one", "t", 3, 3);
    assert_pattern(&got, 1, "two", "u", 4, 3);
    assert_int_equal(((struct pattern *)got.patterns.items)[1].weight, 3);
    assert_pattern(&got, 2, "three", NULL, 5, 3);
    fws_yaml_free(fields, &got);
}

TEST(places_are_those_of_the_values)
{
    struct sample got;

    accept("# a comment\ntitle: pump\nwords:\n  - a\n  - \"b\"\ninner:\n  text: x\n", &got);
    assert_int_equal(got.at_title.line, 2);
    assert_int_equal(got.at_title.column, 8);
    assert_int_equal(got.at_inner_text.line, 7);
    assert_int_equal(got.at_inner_text.column, 9);
    assert_int_equal(got.words.places[1].line, 5);
    assert_int_equal(got.words.places[1].column, 5);
    fws_yaml_free(fields, &got);
}

TEST(keys_not_given_keep_the_defaults)
{
    struct sample got = {.count = 7, .open = true, .colour = 1};
    struct fws_error err = {0};

    assert_status(fws_yaml_load("f", "title: a\n", 9, fields, FWS_E_CONFIG, &got, &err), FWS_OK);
    assert_int_equal(got.count, 7);
    assert_true(got.open);
    assert_int_equal(got.colour, 1);
    assert_int_equal(got.at_inner_text.line, 0);
    fws_yaml_free(fields, &got);
}

TEST(plain_words_are_text_where_text_is_wanted)
{
    static const char *const words[] = {"yes", "true", "null", "~", "012", "1.0", "0x1f", "-1"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char text[32];
        struct sample got;

        (void)snprintf(text, sizeof text, "title: %s\n", words[i]);
        accept(text, &got);
        assert_string_equal(got.title, words[i]);
        fws_yaml_free(fields, &got);
    }
}

TEST(numbers_are_decimal_or_hexadecimal_and_sizes_have_suffixes)
{
    static const struct {
        const char *text;
        uint64_t value;
    } cases[] = {
        {"0", 0},
        {"0x0010", 16},
        {"0xFf", 255},
        {"1K", 1024},
        {"3KiB", 3072},
        {"2M", 2097152},
        {"1MiB", 1048576},
        {"0x10K", 16384},
        {"18446744073709551615", UINT64_MAX},
        {"0xffffffffffffffff", UINT64_MAX},
        {"18014398509481983K", UINT64_C(18014398509481983) * 1024},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        struct sample got;

        (void)snprintf(text, sizeof text, "title: a\nroom: %s\n", cases[i].text);
        accept(text, &got);
        assert_true(got.room == cases[i].value);
        fws_yaml_free(fields, &got);
    }
}

TEST(a_list_may_be_one_scalar)
{
    struct sample got;

    accept("title: a\nwords: only\n", &got);
    assert_int_equal(got.words.count, 1);
    assert_string_equal(got.words.items[0], "only");
    assert_int_equal(got.words.places[0].column, 8);
    fws_yaml_free(fields, &got);
}

TEST(a_utf8_mark_comments_and_document_marks_are_taken)
{
    struct sample got;

    accept("\xef\xbb\xbf# c\r\n---\r\ntitle: \xc3\xa4\r\nopen: true\r\n...\r\n", &got);
    assert_string_equal(got.title, "\xc3\xa4");
    assert_true(got.open);
    fws_yaml_free(fields, &got);
}

/* One text, one message. */
static const struct {
    const char *text;
    const char *message;
} bad_texts[] = {
    /* keys */
    {"title: a\ntitel: b\n", "f.yaml:2:1: unknown key 'titel' (did you mean 'title'?)"},
    {"title: a\nTitle: b\n", "f.yaml:2:1: unknown key 'Title' (did you mean 'title'?)"},
    {"title: a\nfirmware: b\n", "f.yaml:2:1: unknown key 'firmware'"},
    {"title: a\ninner:\n  text: b\n  txet: c\n",
     "f.yaml:4:3: unknown key 'txet' in 'inner' (did you mean 'text'?)"},
    {"title: a\ntokens:\n  one:\n    modul: b\n",
     "f.yaml:4:5: unknown key 'modul' in 'tokens.one' (did you mean 'module'?)"},
    {"title: a\n<<: {title: b}\n", "f.yaml:2:1: unknown key '<<'"},
    {"title: a\n\"\": b\n", "f.yaml:2:1: unknown key ''"},
    {"title: a\n\"ti\\0tle\": b\n", "f.yaml:2:1: unknown key 'ti?tle'"},
    {"title: a\nopen: true\ntitle: b\n", "f.yaml:3:1: duplicate key 'title' (first in line 1)"},
    {"title: a\ninner: {text: b, text: c}\n",
     "f.yaml:2:18: duplicate key 'text' in 'inner' (first in line 2)"},
    {"title: a\ntokens:\n  one: {module: m}\n  one: {module: n}\n",
     "f.yaml:4:3: duplicate name 'one' in 'tokens'"},
    {"open: true\n", "f.yaml:1:1: missing key 'title'"},
    {"title: a\ninner: {}\n", "f.yaml:2:8: missing key 'text' in 'inner'"},
    {"title: a\ntokens:\n  one:\n    slot: 1\n",
     "f.yaml:4:5: missing key 'module' in 'tokens.one'"},
    {"? [a]\n: b\n", "f.yaml:1:3: a key must be text"},
    {"title: a\ntokens:\n  \"\": {module: m}\n", "f.yaml:3:3: a name in 'tokens' is empty"},
    {"title: a\ntokens:\n  ? [a]\n  : {module: m}\n",
     "f.yaml:3:5: a name in 'tokens' must be text, not a list"},
    /* files */
    {"", "f.yaml:1:1: missing key 'title'"},
    {"# nothing\n", "f.yaml:1:1: missing key 'title'"},
    {"title\n", "f.yaml:1:1: the file must be a mapping ('key: value' lines)"},
    {"- title: a\n", "f.yaml:1:1: the file must be a mapping ('key: value' lines)"},
    {"---\n", "f.yaml:2:1: the file must be a mapping ('key: value' lines)"},
    {"title: a\n---\ntitle: b\n", "f.yaml:2:1: more than one document"},
    {"title: a\n...\n---\n", "f.yaml:3:1: more than one document"},
    {"title: \xff\n", "f.yaml:1:8: not UTF-8 text"},
    {"title: a\nopen: \xc3\n", "f.yaml:2:8: not UTF-8 text"},
    {"title: \xed\xa0\x80\n", "f.yaml:1:8: not UTF-8 text"},
    {"title: \xc0\x80\n", "f.yaml:1:8: not UTF-8 text"},
    {"\xff\xfet\n", "f.yaml:1:1: not UTF-8 text"},
    {"title: a\x07\n", "f.yaml:1:9: control character 0x07"},
    {"# \xc3\xa4\x1b[2J\ntitle: a\n", "f.yaml:1:4: control character 0x1b"},
    /* what YAML can do and we do not want */
    {"title: &a b\n", "f.yaml:1:8: anchors ('&name') are not allowed"},
    {"title: a\nwords: &w [a]\n", "f.yaml:2:8: anchors ('&name') are not allowed"},
    {"&top\ntitle: a\n", "f.yaml:1:1: anchors ('&name') are not allowed"},
    {"title: *a\n", "f.yaml:1:8: aliases ('*name') are not allowed"},
    {"title: a\nwords: [*a, *a]\n", "f.yaml:2:9: aliases ('*name') are not allowed"},
    {"title: !!str a\n", "f.yaml:1:8: tags ('!type') are not allowed"},
    {"title: ! a\n", "f.yaml:1:8: tags ('!type') are not allowed"},
    {"title: a\ninner: !x {text: b}\n", "f.yaml:2:8: tags ('!type') are not allowed"},
    {"%YAML 1.1\n---\ntitle: a\n", "f.yaml:1:1: directives ('%YAML', '%TAG') are not allowed"},
    {"%TAG !e! tag:example.com,2000:\n---\ntitle: a\n",
     "f.yaml:1:1: directives ('%YAML', '%TAG') are not allowed"},
    /* types */
    {"title: [a]\n", "f.yaml:1:8: 'title' must be text, not a list"},
    {"title: {a: b}\n", "f.yaml:1:8: 'title' must be text, not a mapping"},
    {"title:\n", "f.yaml:1:7: 'title' has no value"},
    {"title:\nopen: true\n", "f.yaml:1:7: 'title' has no value"},
    {"title: a\ninner:\n", "f.yaml:2:7: 'inner' has no value"},
    {"title: bad\n", "f.yaml:1:8: 'title' must not be 'bad'"},
    {"title: \"a\\0b\"\n",
     "f.yaml:1:8: 'title' must be text without control characters or line breaks"},
    {"title: \"a\\x9bb\"\n",
     "f.yaml:1:8: 'title' must be text without control characters or line breaks"},
    {"title: \"a\\tb\"\n",
     "f.yaml:1:8: 'title' must be text without control characters or line breaks"},
    {"title: |\n  a\n  b\n",
     "f.yaml:1:8: 'title' must be text without control characters or line breaks"},
    {"title: a\nopen: yes\n", "f.yaml:2:7: 'open' must be true or false, not 'yes'"},
    {"title: a\nopen: True\n", "f.yaml:2:7: 'open' must be true or false, not 'True'"},
    {"title: a\nopen: 1\n", "f.yaml:2:7: 'open' must be true or false, not '1'"},
    {"title: a\nopen: \"true\"\n", "f.yaml:2:7: 'open' must be true or false, not the text 'true'"},
    {"title: a\ncount: 1\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '1'"},
    {"title: a\ncount: 101\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '101'"},
    {"title: a\ncount: 010\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '010'"},
    {"title: a\ncount: -2\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '-2'"},
    {"title: a\ncount: 1e1\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '1e1'"},
    {"title: a\ncount: 1_0\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '1_0'"},
    {"title: a\ncount: 0x\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '0x'"},
    {"title: a\ncount: 9K\n", "f.yaml:2:8: 'count' must be a number from 2 to 100, not '9K'"},
    {"title: a\ncount: '9'\n",
     "f.yaml:2:8: 'count' must be a number from 2 to 100, not the text '9'"},
    {"title: a\ncount: 18446744073709551618\n",
     "f.yaml:2:8: 'count' must be a number from 2 to 100, not '18446744073709551618'"},
    {"title: a\nroom: 1G\n", "f.yaml:2:7: 'room' must be a size in bytes, not '1G'"},
    {"title: a\nroom: 1 K\n", "f.yaml:2:7: 'room' must be a size in bytes, not '1 K'"},
    {"title: a\nroom: 18446744073709551616\n",
     "f.yaml:2:7: 'room' must be a size in bytes, not '18446744073709551616'"},
    {"title: a\nroom: 18014398509481984K\n",
     "f.yaml:2:7: 'room' must be a size in bytes, not '18014398509481984K'"},
    {"title: a\ncolour: pink\n", "f.yaml:2:9: 'colour' must be red, green or blue, not 'pink'"},
    {"title: a\nwords: []\n", "f.yaml:2:8: 'words' has 0 items, not at least 1"},
    {"title: a\nwords: [a, b, c, d]\n", "f.yaml:2:18: 'words' has more than 3 items"},
    {"title: a\nwords: [a, [b]]\n", "f.yaml:2:12: an item of 'words' must be text, not a list"},
    {"title: a\nwords: [a, b: c]\n",
     "f.yaml:2:12: an item of 'words' must be text, not a mapping (text that holds ': ' needs "
     "quotes)"},
    {"title: a\nwords: {a: b}\n", "f.yaml:2:8: 'words' must be a list of texts, not a mapping"},
    {"title: a\nwords:\n  -\n", "f.yaml:3:4: an item of 'words' is empty"},
    {"title: a\nrange: 5\n",
     "f.yaml:2:8: 'range' must be a range FIRST-LAST with both ends from 0 to 65535, not '5'"},
    {"title: a\nrange: 5-3\n",
     "f.yaml:2:8: 'range' must be a range FIRST-LAST with both ends from 0 to 65535, not '5-3'"},
    {"title: a\nrange: 0-65536\n",
     "f.yaml:2:8: 'range' must be a range FIRST-LAST with both ends from 0 to 65535, not "
     "'0-65536'"},
    {"title: a\nrange: 1-2-3\n",
     "f.yaml:2:8: 'range' must be a range FIRST-LAST with both ends from 0 to 65535, not "
     "'1-2-3'"},
    {"title: a\ninner: b\n", "f.yaml:2:8: 'inner' must be a mapping, not 'b'"},
    {"title: a\ninner: [b]\n", "f.yaml:2:8: 'inner' must be a mapping, not a list"},
    {"title: a\ninner:\n  text: {a: {b: {c: d}}}\n",
     "f.yaml:3:9: 'inner.text' must be text, not a mapping"},
    {"title: a\ntokens: [one]\n", "f.yaml:2:9: 'tokens' must be a mapping of names, not a list"},
    {"title: a\ntokens: {one: m}\n", "f.yaml:2:15: 'tokens.one' must be a mapping, not 'm'"},
    {"title: a\ntokens:\n  one:\n", "f.yaml:3:7: 'tokens.one' has no value"},
    /* names alone, and short forms */
    {"title: a\npatterns:\n", "f.yaml:2:10: 'patterns' has no value"},
    {"title: a\npatterns: []\n", "f.yaml:2:11: 'patterns' has 0 names, not at least 1"},
    {"title: a\npatterns: {}\n", "f.yaml:2:11: 'patterns' has 0 names, not at least 1"},
    {"title: a\npatterns: ''\n", "f.yaml:2:11: a name in 'patterns' is empty"},
    {"title: a\npatterns: [a, '']\n", "f.yaml:2:15: a name in 'patterns' is empty"},
    {"title: a\npatterns: [a, a]\n", "f.yaml:2:15: duplicate name 'a' in 'patterns'"},
    {"title: a\npatterns: [a, [b]]\n",
     "f.yaml:2:15: a name in 'patterns' must be text, not a list"},
    {"title: a\npatterns:\n- TEST: ONLY\n",
     "f.yaml:3:3: a name in 'patterns' must be text, not a mapping (text that holds ': ' needs "
     "quotes)"},
    {"title: a\npatterns: [a, b, c, d]\n", "f.yaml:2:21: 'patterns' has more than 3 names"},
    {"title: a\npatterns: {a: t, b: u, c: v, d: w}\n",
     "f.yaml:2:30: 'patterns' has more than 3 names"},
    {"title: a\npatterns: [bad]\n", "f.yaml:2:12: 'patterns' must not be 'bad'"},
    {"title: a\npatterns: {a: bad}\n", "f.yaml:2:15: 'patterns.a' must not be 'bad'"},
    {"title: a\npatterns: {a: }\n", "f.yaml:2:15: 'patterns.a' has no value"},
    {"title: a\npatterns: {a: [t]}\n", "f.yaml:2:15: 'patterns.a' must be text, not a list"},
    {"title: a\npatterns: {a: {txt: t}}\n",
     "f.yaml:2:16: unknown key 'txt' in 'patterns.a' (did you mean 'text'?)"},
    /* not YAML */
    {"title: 'a\n", "f.yaml:2:1: not YAML: while scanning a quoted scalar, found unexpected end of "
                    "stream"},
    {"title: a\n\topen: true\n",
     "f.yaml:2:1: not YAML: while scanning a plain scalar, found a tab character that violates "
     "indentation"},
    {"title: a\nwords: [a\n",
     "f.yaml:3:1: not YAML: while parsing a flow sequence, did not find expected ',' or ']'"},
    {"title: a: b\n", "f.yaml:1:9: not YAML: mapping values are not allowed in this context"},
    {"title: a\n  open: true\n",
     "f.yaml:2:7: not YAML: mapping values are not allowed in this context"},
    {"title: a\n}\n",
     "f.yaml:2:1: not YAML: while parsing a block mapping, did not find expected key"},
    {"title: @a\n",
     "f.yaml:1:8: not YAML: while scanning for the next token, found character that cannot start "
     "any token"},
};

TEST(each_mistake_has_its_message)
{
    for (size_t i = 0; i < sizeof bad_texts / sizeof bad_texts[0]; i++) {
        refuse(bad_texts[i].text, bad_texts[i].message);
    }
}

TEST(a_nul_byte_is_refused)
{
    refuse_n("title: a\0b\n", 11, "f.yaml:1:9: control character 0x00");
}

TEST(a_file_above_the_limit_is_refused)
{
    const size_t size = FWS_YAML_MAX_SIZE + 1;
    char *text = malloc(size);
    struct sample got;
    struct fws_error err = {0};

    assert_non_null(text);
    memset(text, ' ', size);
    memcpy(text, "title: a\n#", 10);
    assert_status(load_n(text, size - 1, &got, &err), FWS_OK);
    fws_yaml_free(fields, &got);
    refuse_n(text, size, "f.yaml:1:1: larger than 1048576 bytes");
    free(text);
}

TEST(nesting_ends_at_the_schema_however_deep_the_text_goes)
{
    char *text = malloc(100008);

    assert_non_null(text);
    memcpy(text, "title: ", 7);
    memset(text + 7, '[', 100000);
    refuse_n(text, 100007, "f.yaml:1:8: 'title' must be text, not a list");
    free(text);
}

TEST(names_and_items_are_limited)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&text, &err, "title: a\ntokens:\n"), FWS_OK);
    for (unsigned i = 0; i <= FWS_YAML_LIST_MAX; i++) {
        assert_status(fws_buf_printf(&text, &err, "  n%u: {module: m}\n", i), FWS_OK);
    }
    refuse_n((const char *)text.data, text.size, "f.yaml:259:3: 'tokens' has more than 256 names");
}

TEST(free_may_run_twice_and_on_nothing)
{
    static const struct sample zero;
    struct sample got;

    accept("title: a\nwords: [b]\ninner: {text: c}\ntokens: {d: {module: e}}\n", &got);
    fws_yaml_free(fields, &got);
    fws_yaml_free(fields, &got);
    assert_memory_equal(&got, &zero, sizeof zero);
}

TEST(the_reference_lists_every_key_with_its_path)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_yaml_reference(fields, &text, &err), FWS_OK);
    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    const char *got = (const char *)text.data;

    assert_non_null(strstr(got, "| `title` | text | required | what it \\| is called |\n"));
    assert_non_null(strstr(got, "| `open` | true or false | false |  |\n"));
    assert_non_null(strstr(got, "| `count` | a number from 2 to 100 | none |  |\n"));
    assert_non_null(strstr(got, "| `colour` | red, green or blue | none |  |\n"));
    assert_non_null(strstr(got, "| `inner.text` | text | required |  |\n"));
    assert_non_null(strstr(got, "| `tokens.NAME.slot` | a number | none |  |\n"));
    assert_non_null(strstr(got, "| `patterns` | a list or a mapping of names | none |  |\n"));
}

TEST(closest_finds_slips_and_nothing_else)
{
    static const char *const words[] = {"key", "keys", "version", "rollback-floor", NULL};
    static const struct {
        const char *word;
        const char *closest;
    } cases[] = {
        {"version", "version"},
        {"verison", "version"},
        {"versoin", "version"},
        {"version1", "version"},
        {"ky", "key"},
        {"kesys", "keys"},
        {"rollback_flor", "rollback-floor"},
        {"roll-back-flor", "rollback-floor"},
        {"k", NULL},
        {"abc", NULL},
        {"", NULL},
        {"conversion", "version"},
        {"inventory", NULL},
        {"keyring", NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *closest = fws_closest(cases[i].word, words);

        assert_string_equal(closest != NULL ? closest : "none",
                            cases[i].closest != NULL ? cases[i].closest : "none");
    }
}

TEST(a_word_with_no_letter_in_common_is_not_close)
{
    static const char *const words[] = {"a", NULL};

    assert_null(fws_closest("x", words));
    assert_null(fws_closest("", words));
    assert_string_equal(fws_closest("ab", words), "a");
}

TEST(a_word_of_any_length_is_compared_without_harm)
{
    static const char *const words[] = {"key", NULL};
    char word[1000];

    memset(word, 'k', sizeof word);
    word[sizeof word - 1] = '\0';
    assert_null(fws_closest(word, words));
    word[64] = '\0';
    assert_null(fws_closest(word, words));
}

TEST_MAIN("base/yaml")
