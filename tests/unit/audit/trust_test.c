/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/digest.h"
#include "tests/unit/audit/note_key.h"
#include "tests/unit/test.h"

#define LOG_VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define OTHER_VKEY                                                                                 \
    "example.test/ecdsa-log+12761b81+"                                                             \
    "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE9Pp0MARiyVGCoSLjZKSGW58h/fELmrwWfVq9Zt"                 \
    "pOA7Pg6XobF5YiriH4QeR4oltZwRzM+oU/4lDqkRQ3cJomg="
#define NONE "quorum none\n"

static enum fws_status parse_size(const void *text, size_t size, struct fws_trust *out,
                                  struct fws_error *err)
{
    enum fws_status status = fws_trust_parse("t", text, size, out, err);

    assert_true(status == FWS_OK || (out->logs == NULL && out->count == 0));
    return status;
}

/* Refused in that line, for that reason. */
static void assert_refused(const char *text, unsigned line, const char *why)
{
    struct fws_trust trust;
    struct fws_error err = {0};
    char place[32];

    (void)snprintf(place, sizeof place, "t:%u: ", line);
    assert_status(parse_size(text, strlen(text), &trust, &err), FWS_E_TRUST);
    assert_int_equal(err.status, FWS_E_TRUST);
    if (strncmp(err.text, place, strlen(place)) != 0 || strstr(err.text, why) == NULL) {
        fail_msg("'%s' is not '%s...%s...'", err.text, place, why);
    }
}

static void assert_count(const char *text, size_t count)
{
    FWS_AUTO(fws_trust) trust = {0};
    struct fws_error err = {0};

    if (parse_size(text, strlen(text), &trust, &err) != FWS_OK) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(trust.count, count);
    assert_string_equal(err.text, "");
}

/* The vkey of a witness with this key material (type and key), its id made by the rule. */
static void witness_vkey(const char *name, const uint8_t *material, size_t size,
                         struct fws_buf *out)
{
    FWS_AUTO(fws_buf) hashed = {0};
    struct fws_error err = {0};
    uint8_t digest[32];

    assert_status(fws_buf_printf(&hashed, &err, "%s\n", name), FWS_OK);
    assert_status(fws_buf_append(&hashed, material, size, &err), FWS_OK);
    assert_status(fws_digest(FWS_HASH_SHA256, hashed.data, hashed.size, digest, &err), FWS_OK);
    assert_status(fws_buf_printf(out, &err, "%s+%02x%02x%02x%02x+", name, digest[0], digest[1],
                                 digest[2], digest[3]),
                  FWS_OK);
    assert_status(fws_base64_encode(material, size, out, &err), FWS_OK);
}

/* "witness NAME VKEY\n" with an Ed25519 key of number bytes. */
static void add_witness(struct fws_buf *text, const char *name, uint8_t number)
{
    uint8_t material[33] = {4, number, number};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(text, &err, "witness %s ", name), FWS_OK);
    witness_vkey(name, material, sizeof material, text);
    assert_status(fws_buf_append(text, "\n", 1, &err), FWS_OK);
}

static void add_text(struct fws_buf *text, const char *more)
{
    struct fws_error err = {0};

    assert_status(fws_buf_printf(text, &err, "%s", more), FWS_OK);
}

/* Witnesses a, b, c in lines 1 to 3, then text. */
static const char *with_witnesses(struct fws_buf *out, const char *text)
{
    struct fws_error err = {0};

    out->size = 0;
    add_witness(out, "a", 1);
    add_witness(out, "b", 2);
    add_witness(out, "c", 3);
    add_text(out, text);
    assert_status(fws_buf_append(out, "", 1, &err), FWS_OK);
    return (const char *)out->data;
}

/* c2sp.org/tlog-policy, the example, with keys where it has none; the quorum is the caller's. */
static const char *example(struct fws_buf *out, const char *quorum)
{
    static const char *const names[] = {"X1", "X2", "X3", "Y1", "Y2", "Y3"};
    struct fws_error err = {0};

    out->size = 0;
    add_text(out, "log " LOG_VKEY "\n\n");
    for (uint8_t i = 0; i < 6; i++) {
        add_witness(out, names[i], (uint8_t)(i + 1));
        add_text(out, i == 2   ? "group X-witnesses 2 X1 X2 X3\n\n"
                      : i == 5 ? "group Y-witnesses any Y1 Y2 Y3\n\n"
                               : "");
    }
    add_text(out, "group X-and-Y all X-witnesses Y-witnesses\n");
    add_text(out, quorum);
    assert_status(fws_buf_append(out, "", 1, &err), FWS_OK);
    return (const char *)out->data;
}

TEST(the_example_of_the_specification_is_understood_and_refused)
{
    FWS_AUTO(fws_buf) text = {0};

    assert_refused(example(&text, "quorum X-and-Y\n"), 14,
                   "the quorum asks for witnesses, whose cosignatures cannot be checked so far");
    assert_refused(example(&text, "quorum X1\n"), 14, "asks for witnesses");
    assert_count(example(&text, "quorum none\n"), 1);
}

TEST(a_policy_gives_the_keys_of_its_logs)
{
    static const char text[] = "log " LOG_VKEY "\nlog " OTHER_VKEY "\n" NONE;
    FWS_AUTO(fws_trust) trust = {0};
    struct fws_error err = {0};

    assert_status(parse_size(text, strlen(text), &trust, &err), FWS_OK);
    assert_int_equal(trust.count, 2);
    assert_string_equal(trust.logs[0].name, "example.com/foo");
    assert_memory_equal(trust.logs[0].id, "\x53\x0d\x90\x3a", 4);
    assert_string_equal(trust.logs[1].name, "example.test/ecdsa-log");
    assert_int_equal(trust.logs[1].key.alg, FWS_ALG_P256);
}

TEST(blanks_comments_and_urls_mean_nothing)
{
    assert_count(" \t \n# log nonsense\n\t # \xff\xfe\n"
                 "\tlog\t  " LOG_VKEY " \thttps://example.test/\xc3\xa4 \t\n"
                 "quorum\tnone  \n\n",
                 1);
    assert_count("#\n##\n#log nonsense\n" NONE, 0);
    assert_refused("log " LOG_VKEY " # a comment\n" NONE, 1, "more words");
}

TEST(the_quorum_may_stand_in_front)
{
    assert_count(NONE "log " LOG_VKEY "\n", 1);
}

TEST(there_is_exactly_one_quorum)
{
    assert_refused("", 1, "no quorum");
    assert_refused("log " LOG_VKEY "\n", 2, "no quorum");
    assert_refused(NONE NONE, 2, "stands in line 1");
    assert_refused("#\n" NONE "log " LOG_VKEY "\n" NONE, 4, "stands in line 2");
}

TEST(a_quorum_is_one_defined_name)
{
    FWS_AUTO(fws_buf) text = {0};

    assert_refused("quorum\n", 1, "one name");
    assert_refused("quorum none none\n", 1, "one name");
    assert_refused("quorum NONE\n", 1, "'NONE' is neither");
    assert_refused("quorum 0\n", 1, "'0' is neither");
    assert_refused(with_witnesses(&text, "quorum d\n"), 4, "'d' is neither");
    assert_refused(with_witnesses(&text, "quorum g\ngroup g any a\n"), 4, "'g' is neither");
    assert_refused(with_witnesses(&text, "group gh any a\nquorum g\n"), 5, "'g' is neither");
    assert_refused(with_witnesses(&text, "group g any a\nquorum gh\n"), 5, "'gh' is neither");
}

/* What is wrong is said before what is not supported. */
TEST(all_lines_are_judged_before_the_quorum_is_refused)
{
    FWS_AUTO(fws_buf) text = {0};

    assert_refused(with_witnesses(&text, "quorum a\nnonsense\n"), 5, "'nonsense' is none of");
    assert_refused(with_witnesses(&text, "quorum a\n#\n"), 4, "asks for witnesses");
}

TEST(a_line_begins_with_one_of_four_words)
{
    assert_refused("Log " LOG_VKEY "\n", 1, "'Log' is none of");
    assert_refused("logs " LOG_VKEY "\n", 1, "'logs' is none of");
    assert_refused("\xef\xbb\xbf" NONE, 1, "'???quorum' is none of");
    assert_refused("\xc2\xa0" NONE, 1, "is none of");
    assert_refused("=\n", 1, "'=' is none of");
}

TEST(each_line_ends_in_a_newline)
{
    assert_refused("log " LOG_VKEY "\nquorum none", 2, "no newline");
    assert_refused(NONE "log " LOG_VKEY, 2, "no newline");
    assert_refused(NONE " ", 2, "no newline");
}

TEST(control_characters_are_refused_in_comments_too)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        char text[] = "# .\n" NONE;
        struct fws_trust trust;
        struct fws_error err = {0};
        bool bad = (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7f;

        text[2] = (char)byte;
        assert_status(parse_size(text, sizeof text - 1, &trust, &err), bad ? FWS_E_TRUST : FWS_OK);
        assert_true(!bad || strncmp(err.text, "t:1: the control character", 25) == 0);
    }
    assert_refused("quorum none\r\n", 1, "control character 0x0d");
}

TEST(a_log_is_a_vkey_and_an_url_at_most)
{
    assert_refused("log\n" NONE, 1, "without a key");
    assert_refused("#\nlog nonsense\n" NONE, 2, "verifier key: not of the form");
    assert_refused("log " LOG_VKEY "A\n" NONE, 1, "verifier key");
    assert_refused("log " LOG_VKEY " https://example.test more\n" NONE, 1, "more words");
    /* An URL, though it looks like another key. */
    assert_count("log " LOG_VKEY " " OTHER_VKEY "\n" NONE, 1);
}

TEST(the_key_of_a_witness_is_no_log_s)
{
    FWS_AUTO(fws_buf) text = {0};
    uint8_t material[33] = {4, 1};

    add_text(&text, "log ");
    witness_vkey("w", material, sizeof material, &text);
    add_text(&text, "\n" NONE);
    struct fws_trust trust;
    struct fws_error err = {0};

    assert_status(parse_size(text.data, text.size, &trust, &err), FWS_E_TRUST);
    assert_non_null(strstr(err.text, "of a type other than"));
}

/* Under another name, with another id: the key is what counts. */
TEST(a_log_s_key_stands_once)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_vkey key, renamed;
    struct fws_error err = {0};

    assert_refused("log " LOG_VKEY "\nlog " LOG_VKEY "\n" NONE, 2, "stands twice");
    assert_status(fws_vkey_parse(LOG_VKEY, strlen(LOG_VKEY), &key, &err), FWS_OK);
    assert_status(fws_vkey_make("example.com/bar", &key.key, &renamed, &err), FWS_OK);
    add_text(&text, "log " LOG_VKEY "\nlog ");
    assert_status(fws_vkey_write(&renamed, &text, &err), FWS_OK);
    assert_status(fws_buf_append(&text, "\n" NONE, strlen("\n" NONE) + 1, &err), FWS_OK);
    assert_refused((const char *)text.data, 2, "'example.com/bar' stands twice");
}

/* Two points whose ids begin alike, found by trying. */
TEST(two_keys_of_one_name_and_id_are_refused)
{
    static const char *const seeds[] = {"log key 139016", "log key 158661"};
    FWS_AUTO(fws_trust) trust = {0};
    struct fws_vkey keys[2];
    struct fws_error err = {0};

    for (size_t i = 0; i < 2; i++) {
        struct fws_pubkey pub;
        uint8_t point[32];

        assert_status(fws_digest(FWS_HASH_SHA256, seeds[i], strlen(seeds[i]), point, &err), FWS_OK);
        assert_status(fws_pubkey_from_ed25519(point, &pub, &err), FWS_OK);
        assert_status(fws_vkey_make("example.test/log", &pub, &keys[i], &err), FWS_OK);
    }
    assert_memory_equal(keys[0].id, keys[1].id, 4);
    assert_status(fws_trust_add(&trust, &keys[0], &err), FWS_OK);
    assert_status(fws_trust_add(&trust, &keys[1], &err), FWS_E_TRUST);
    assert_status(fws_vkey_make("example.test/other", &keys[1].key, &keys[1], &err), FWS_OK);
    assert_status(fws_trust_add(&trust, &keys[1], &err), FWS_OK);
    assert_int_equal(trust.count, 2);
}

TEST(a_witness_has_a_name_and_a_key_of_its_own)
{
    FWS_AUTO(fws_buf) text = {0};

    assert_refused("witness\n", 1, "without a name and a key");
    assert_refused("witness a\n", 1, "without a name and a key");
    assert_refused("witness a nonsense\n", 1, "not of the form");
    assert_refused("witness a w+00000000\n", 1, "not of the form");
    assert_refused("witness a +00000000+BAAA\n", 1, "not of the form");
    assert_refused("witness a w\xff+00000000+BAAA\n", 1, "not of the form");
    assert_refused("witness a w+00000000+*\n", 1, "neither Ed25519 (4) nor ML-DSA-44 (6)");
    assert_refused("witness a w+00000000+BAAA\n", 1, "neither Ed25519 (4) nor ML-DSA-44 (6)");
    assert_refused("witness a " LOG_VKEY "\n", 1, "neither Ed25519 (4) nor ML-DSA-44 (6)");
    assert_count(with_witnesses(&text, NONE), 0);
    text.size = 0;
    add_witness(&text, "a", 1);
    add_witness(&text, "b", 1);
    add_text(&text, NONE);
    struct fws_error err = {0};

    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    assert_refused((const char *)text.data, 2, "'b' has the key of another witness");
}

TEST(an_id_in_a_witness_s_key_is_its_own)
{
    FWS_AUTO(fws_buf) text = {0};
    const char *policy = with_witnesses(&text, NONE);
    char *id = strstr((char *)(uintptr_t)policy, "+") + 1;

    id[0] = id[0] == '0' ? '1' : '0';
    assert_refused(policy, 1, "id in a witness's key");
}

TEST(a_witness_may_have_an_ml_dsa_key_and_an_url)
{
    static const size_t sizes[] = {1313, 1312, 1314};
    uint8_t material[1314] = {6};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        FWS_AUTO(fws_buf) text = {0};
        struct fws_trust trust;
        struct fws_error err = {0};

        add_text(&text, "witness w\xc3\xa4 ");
        witness_vkey("\xc3\xa4.test", material, sizes[i], &text);
        add_text(&text, " https://example.test/\n" NONE);
        assert_status(parse_size(text.data, text.size, &trust, &err),
                      i == 0 ? FWS_OK : FWS_E_TRUST);
    }
}

TEST(a_name_is_defined_once_by_a_witness_or_a_group)
{
    FWS_AUTO(fws_buf) text = {0};
    FWS_AUTO(fws_buf) twice = {0};
    struct fws_error err = {0};

    assert_refused(with_witnesses(&text, "group a any b\n"), 4, "'a' is defined already");
    assert_refused(with_witnesses(&text, "group g any a\ngroup g any b\n"), 5,
                   "'g' is defined already");
    assert_refused(with_witnesses(&text, "group none any a\n"), 4, "'none' is defined already");
    add_witness(&twice, "a", 1);
    add_witness(&twice, "a", 2);
    assert_status(fws_buf_append(&twice, "", 1, &err), FWS_OK);
    assert_refused((const char *)twice.data, 2, "'a' is defined already");
    twice.size = 0;
    add_witness(&twice, "none", 1);
    assert_status(fws_buf_append(&twice, "", 1, &err), FWS_OK);
    assert_refused((const char *)twice.data, 1, "'none' is defined already");
}

TEST(members_are_defined_above_and_stand_in_one_group)
{
    FWS_AUTO(fws_buf) text = {0};

    assert_refused(with_witnesses(&text, "group g any d\n"), 4, "'d' is no witness or group");
    assert_refused(with_witnesses(&text, "group g any g\n"), 4, "'g' is no witness or group");
    assert_refused(with_witnesses(&text, "group g any none\n"), 4, "'none' is no witness or group");
    assert_refused(with_witnesses(&text, "group g any a a\n"), 4, "'a' is a member twice");
    assert_refused(with_witnesses(&text, "group g any a\ngroup h any b a\n"), 5,
                   "'a' is a member twice");
    assert_refused(with_witnesses(&text, "group g any a\ngroup h any g\ngroup i any g b\n"), 6,
                   "'g' is a member twice");
    assert_count(with_witnesses(&text, "group g any a\ngroup h all g b\n" NONE), 0);
}

TEST(a_group_asks_for_one_to_all_of_its_members)
{
    static const struct {
        const char *rule;
        const char *why; /* NULL: good */
    } rules[] = {
        {"any", NULL},
        {"all", NULL},
        {"1", NULL},
        {"2", NULL},
        {"3", NULL},
        {"0", "'0' is not from 1"},
        {"4", "'4' is not from 1"},
        {"18446744073709551617", "is none of"},
        {"01", "'01' is none of"},
        {"+1", "'+1' is none of"},
        {"-1", "'-1' is none of"},
        {"1.0", "'1.0' is none of"},
        {"some", "'some' is none of"},
        {"ANY", "'ANY' is none of"},
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        FWS_AUTO(fws_buf) text = {0};
        char group[64];

        (void)snprintf(group, sizeof group, "group g %s a b c\n" NONE, rules[i].rule);
        if (rules[i].why == NULL) {
            assert_count(with_witnesses(&text, group), 0);
        } else {
            assert_refused(with_witnesses(&text, group), 4, rules[i].why);
        }
    }
}

TEST(a_group_has_a_name_a_rule_and_members)
{
    assert_refused("group\n", 1, "without a name and a rule");
    assert_refused("group g\n", 1, "without a name and a rule");
    assert_refused("group g any\n", 1, "without members");
    assert_refused("group g all\n", 1, "without members");
}

/* The words of groups are no names set apart. */
TEST(names_may_be_what_elsewhere_are_words)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    add_witness(&text, "any", 1);
    add_witness(&text, "1", 2);
    add_witness(&text, "log", 3);
    add_text(&text, "group all all any 1 log\n" NONE);
    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    assert_count((const char *)text.data, 0);
}

/* Names are bytes: what looks alike is not the same. */
TEST(names_are_compared_as_bytes)
{
    FWS_AUTO(fws_buf) text = {0};

    assert_refused(with_witnesses(&text, "group g any A\n"), 4, "'A' is no witness");
    assert_count(with_witnesses(&text, "group \xff any a\ngroup g any \xff\n" NONE), 0);
    assert_refused(with_witnesses(&text, "group \xff any a\ngroup g any \xfe\n"), 5, "'?' is no");
}

/* count logs, witnesses and groups; NUL-terminated. */
static void many(unsigned logs, unsigned witnesses, struct fws_buf *text)
{
    struct fws_error err = {0};

    for (unsigned i = 0; i < logs; i++) {
        uint8_t point[32] = {(uint8_t)(i + 16)};
        struct fws_pubkey pub;
        struct fws_vkey key;

        assert_status(fws_pubkey_from_ed25519(point, &pub, &err), FWS_OK);
        assert_status(fws_vkey_make("example.test/log", &pub, &key, &err), FWS_OK);
        add_text(text, "log ");
        assert_status(fws_vkey_write(&key, text, &err), FWS_OK);
        add_text(text, "\n");
    }
    for (unsigned i = 0; i < witnesses; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "w%u", i);
        add_witness(text, name, (uint8_t)i);
        assert_status(fws_buf_printf(text, &err, "group g%u any w%u\n", i, i), FWS_OK);
    }
    add_text(text, NONE);
    assert_status(fws_buf_append(text, "", 1, &err), FWS_OK);
}

TEST(many_are_taken_and_too_many_refused)
{
    FWS_AUTO(fws_buf) good = {0};
    FWS_AUTO(fws_buf) most = {0};
    FWS_AUTO(fws_buf) logs = {0};
    FWS_AUTO(fws_buf) witnesses = {0};

    many(32, 32, &good);
    assert_count((const char *)good.data, 32);
    many(64, 128, &most);
    assert_count((const char *)most.data, 64);
    many(65, 0, &logs);
    assert_refused((const char *)logs.data, 65, "more than 64 logs");
    many(0, 129, &witnesses);
    assert_refused((const char *)witnesses.data, 257, "more than 256 witnesses and groups");
}

TEST(a_policy_beyond_its_limit_is_refused)
{
    static char text[262145];

    memset(text, '\n', sizeof text);
    memcpy(text, NONE, strlen(NONE));
    struct fws_trust trust;
    struct fws_error err = {0};

    assert_status(parse_size(text, sizeof text - 1, &trust, &err), FWS_OK);
    assert_status(parse_size(text, sizeof text, &trust, &err), FWS_E_TRUST);
}

TEST(freeing_twice_does_no_harm)
{
    struct fws_trust trust = {0};
    struct fws_vkey key;
    struct fws_error err = {0};

    fws_trust_free(&trust);
    assert_status(fws_vkey_parse(LOG_VKEY, strlen(LOG_VKEY), &key, &err), FWS_OK);
    assert_status(fws_trust_add(&trust, &key, &err), FWS_OK);
    fws_trust_free(&trust);
    fws_trust_free(&trust);
    assert_null(trust.logs);
    assert_int_equal(trust.count, 0);
}

TEST_MAIN("audit/trust")
