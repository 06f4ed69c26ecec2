/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/audit/note_key.h"
#include "tests/unit/test.h"

#define DASH   "\xe2\x80\x94"
#define ORIGIN "example.test/log"
#define ROOT   "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define EMPTY  "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define TEXT   ORIGIN "\n42\n" ROOT "\n"

/* c2sp.org/tlog-checkpoint. */
static const char example_text[] = "example.com/behind-the-sofa\n20852163\n" ROOT "\n";
static const char example_line[] =
    DASH " example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc"
         "yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

/* Signed with openssl dgst; key and note made by another program. */
static const char ecdsa_vkey[] =
    "example.test/ecdsa-log+12761b81+"
    "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE9Pp0MARiyVGCoSLjZKSGW58h/fELmrwWfVq9Zt"
    "pOA7Pg6XobF5YiriH4QeR4oltZwRzM+oU/4lDqkRQ3cJomg=";
static const char ecdsa_note[] =
    "example.test/ecdsa-log\n1\nPH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n"
    "\n" DASH " example.test/ecdsa-log EnYbgTBEAiAobKcN5hH3Rm/qgGVEUilLFru+WsO5OGK2fI1C7nBe2gIgVYCu"
    "0WkYztw2N2KQTQhWky3sDFH+/kiWYRrGRkIipFA=\n";

static enum fws_status parse_size(const void *text, size_t size, struct fws_checkpoint *out)
{
    struct fws_reader reader = fws_reader_init(text, size);
    struct fws_error err = {0};
    enum fws_status status = fws_checkpoint_parse(&reader, out, &err);

    assert_int_equal(status, err.status);
    return status;
}

static enum fws_status parse(const char *text)
{
    struct fws_checkpoint checkpoint;

    return parse_size(text, strlen(text), &checkpoint);
}

static enum fws_status open_with(const struct fws_buf *note, const struct log_key *const *keys,
                                 size_t count)
{
    FWS_AUTO(fws_trust) trust = trust_in(keys, count);
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};
    enum fws_status status = fws_checkpoint_open(note->data, note->size, &trust, &checkpoint, &err);

    assert_int_equal(status, err.status);
    assert_true((status == FWS_OK) == (checkpoint.origin[0] != '\0'));
    return status;
}

static enum fws_status open_by(const struct fws_buf *note, const struct log_key *key)
{
    return open_with(note, &key, 1);
}

/* ---- Text ---- */

TEST(the_example_of_the_specification_is_read)
{
    FWS_AUTO(fws_buf) note = {0};
    struct fws_checkpoint checkpoint;
    struct fws_reader text, lines;
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&note, &err, "%s\n%s", example_text, example_line), FWS_OK);
    assert_status(fws_note_split(note.data, note.size, &text, &lines, &err), FWS_OK);
    assert_status(fws_checkpoint_parse(&text, &checkpoint, &err), FWS_OK);
    assert_string_equal(checkpoint.origin, "example.com/behind-the-sofa");
    assert_int_equal(checkpoint.size, 20852163);
    assert_memory_equal(checkpoint.root, "\x0a\xc5\x18\x6a\x91\x86\x3e\x8e", 8);
}

TEST(what_is_read_is_written_back_to_the_same_bytes)
{
    static const char *const texts[] = {TEXT, "a\n0\n" EMPTY "\n", "a\n1\n" ROOT "\n",
                                        "a\n9007199254740991\n" ROOT "\n", "a\n1\n" EMPTY "\n"};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        FWS_AUTO(fws_buf) text = {0};
        struct fws_checkpoint checkpoint;
        struct fws_error err = {0};

        assert_status(parse_size(texts[i], strlen(texts[i]), &checkpoint), FWS_OK);
        assert_status(fws_checkpoint_text(&checkpoint, &text, &err), FWS_OK);
        assert_int_equal(text.size, strlen(texts[i]));
        assert_memory_equal(text.data, texts[i], text.size);
    }
}

TEST(a_checkpoint_has_three_lines)
{
    assert_status(parse(TEXT), FWS_OK);
    assert_status(parse(""), FWS_E_NOTE);
    assert_status(parse(ORIGIN "\n"), FWS_E_NOTE);
    assert_status(parse(ORIGIN "\n42\n"), FWS_E_NOTE);
    assert_status(parse(ORIGIN "\n42\n" ROOT), FWS_E_NOTE);
    assert_status(parse(TEXT "extension\n"), FWS_E_NOTE);
    assert_status(parse(TEXT "\n"), FWS_E_NOTE);
    assert_status(parse(TEXT "x"), FWS_E_NOTE);
    assert_status(parse("\n" TEXT), FWS_E_NOTE);
}

TEST(crlf_is_refused)
{
    assert_status(parse(ORIGIN "\r\n42\n" ROOT "\n"), FWS_E_NOTE);
    assert_status(parse(ORIGIN "\n42\r\n" ROOT "\n"), FWS_E_NOTE);
    assert_status(parse(ORIGIN "\n42\n" ROOT "\r\n"), FWS_E_NOTE);
}

TEST(an_origin_is_a_name_that_a_log_may_have)
{
    char text[256] = {0};

    assert_status(parse("\n42\n" ROOT "\n"), FWS_E_NOTE);
    assert_status(parse("a b\n42\n" ROOT "\n"), FWS_E_NOTE);
    assert_status(parse("a+b\n42\n" ROOT "\n"), FWS_E_NOTE);
    assert_status(parse("\xc3\xa4\n42\n" ROOT "\n"), FWS_E_NOTE);
    assert_status(parse_size("a\0b\n42\n" ROOT "\n", sizeof "a\0b\n42\n" ROOT "\n" - 1,
                             &(struct fws_checkpoint){{0}, 0, {0}}),
                  FWS_E_NOTE);
    memset(text, 'n', 129);
    (void)snprintf(text + 128, sizeof text - 128, "\n42\n" ROOT "\n");
    assert_status(parse(text), FWS_OK);
    (void)snprintf(text + 128, sizeof text - 128, "n\n42\n" ROOT "\n");
    assert_status(parse(text), FWS_E_NOTE);
}

TEST(a_size_has_one_spelling_and_is_below_2_to_the_53)
{
    static const struct {
        const char *size;
        enum fws_status status;
    } sizes[] = {
        {"1", FWS_OK},
        {"9007199254740991", FWS_OK},
        {"9007199254740992", FWS_E_NOTE},
        {"9223372036854775808", FWS_E_NOTE},
        {"18446744073709551616", FWS_E_NOTE},
        {"18446744073709551617", FWS_E_NOTE},
        {"99999999999999999999999999999999999999999", FWS_E_NOTE},
        {"", FWS_E_NOTE},
        {"00", FWS_E_NOTE},
        {"042", FWS_E_NOTE},
        {"+42", FWS_E_NOTE},
        {"-42", FWS_E_NOTE},
        {" 42", FWS_E_NOTE},
        {"42 ", FWS_E_NOTE},
        {"4 2", FWS_E_NOTE},
        {"0x2a", FWS_E_NOTE},
        {"42.0", FWS_E_NOTE},
        {"4e1", FWS_E_NOTE},
    };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, ORIGIN "\n%s\n" ROOT "\n", sizes[i].size);
        assert_status(parse(text), sizes[i].status);
    }
}

TEST(a_root_is_32_bytes_of_canonical_base64)
{
    static const char *const bad[] = {
        "",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IA",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==",
        "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I= ",
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=====",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, ORIGIN "\n42\n%s\n", bad[i]);
        assert_status(parse(text), FWS_E_NOTE);
    }
}

TEST(size_0_has_the_root_of_nothing)
{
    uint8_t nothing[32];
    struct fws_checkpoint checkpoint;

    assert_status(parse_size("a\n0\n" EMPTY "\n", strlen("a\n0\n" EMPTY "\n"), &checkpoint),
                  FWS_OK);
    assert_int_equal(EVP_Digest("", 0, nothing, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(checkpoint.root, nothing, sizeof nothing);
    assert_status(parse("a\n0\n" ROOT "\n"), FWS_E_NOTE);
}

TEST(what_cannot_be_read_is_not_written)
{
    struct fws_checkpoint bad[] = {
        {.origin = "", .size = 1},
        {.origin = "a b", .size = 1},
        {.origin = "a", .size = UINT64_C(1) << 53},
        {.origin = "a", .size = 0},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FWS_AUTO(fws_buf) text = {0};
        struct fws_error err = {0};

        assert_status(fws_checkpoint_text(&bad[i], &text, &err), FWS_E_INTERNAL);
        assert_int_equal(text.size, 0);
    }
}

/* ---- Signed ---- */

TEST(an_ecdsa_checkpoint_made_elsewhere_is_good)
{
    struct log_key key = {0};
    struct fws_error err = {0};
    struct fws_buf note = {.data = (uint8_t *)(uintptr_t)ecdsa_note, .size = strlen(ecdsa_note)};

    assert_status(fws_vkey_parse(ecdsa_vkey, strlen(ecdsa_vkey), &key.vkey, &err), FWS_OK);
    assert_status(open_by(&note, &key), FWS_OK);
}

static void with_both_kinds(void (*check)(const struct log_key *key))
{
    for (int kind = LOG_KEY_ED25519; kind <= LOG_KEY_P256; kind++) {
        struct log_key key = make_log_key((enum log_key_kind)kind, ORIGIN);

        check(&key);
        log_key_free(&key);
    }
}

static void check_content(const struct log_key *key)
{
    FWS_AUTO(fws_buf) note = signed_by(TEXT, key);
    FWS_AUTO(fws_trust) trust = trust_in(&key, 1);
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};

    assert_status(fws_checkpoint_open(note.data, note.size, &trust, &checkpoint, &err), FWS_OK);
    assert_string_equal(checkpoint.origin, ORIGIN);
    assert_int_equal(checkpoint.size, 42);
    assert_memory_equal(checkpoint.root, "\x0a\xc5\x18\x6a\x91\x86\x3e\x8e", 8);
    assert_string_equal(err.text, "");
}

TEST(a_checkpoint_by_a_trusted_key_is_opened)
{
    with_both_kinds(check_content);
}

static void check_flips(const struct log_key *key)
{
    FWS_AUTO(fws_buf) note = signed_by(TEXT, key);
    unsigned bad_form = 0, bad_signature = 0, unknown = 0;

    for (size_t bit = 0; bit < note.size * 8; bit++) {
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum fws_status status = open_by(&note, key);

        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        bad_form += status == FWS_E_NOTE;
        bad_signature += status == FWS_E_NOTE_SIGNATURE;
        unknown += status == FWS_E_LOG_UNKNOWN;
    }
    assert_int_equal(bad_form + bad_signature + unknown, note.size * 8);
    assert_true(bad_form > 0 && bad_signature > 0 && unknown > 0);
}

TEST(every_flipped_bit_is_refused)
{
    with_both_kinds(check_flips);
}

static void check_cuts(const struct log_key *key)
{
    FWS_AUTO(fws_buf) note = signed_by(TEXT, key);
    const size_t whole = note.size;

    for (note.size = 0; note.size < whole; note.size++) {
        assert_status(open_by(&note, key), FWS_E_NOTE);
    }
}

TEST(a_checkpoint_cut_anywhere_is_refused)
{
    with_both_kinds(check_cuts);
}

static void check_strangers(const struct log_key *key)
{
    struct log_key strangers[3];
    FWS_AUTO(fws_buf) note = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&note, &err, TEXT "\n"), FWS_OK);
    for (size_t i = 0; i < 3; i++) {
        strangers[i] = make_log_key(LOG_KEY_ED25519, i == 0 ? ORIGIN : "stranger.test");
        add_line(&strangers[i], TEXT, &note);
        assert_status(open_by(&note, key), FWS_E_LOG_UNKNOWN);
    }
    assert_status(open_with(&note, NULL, 0), FWS_E_LOG_UNKNOWN);
    add_line(key, TEXT, &note);
    assert_status(open_by(&note, key), FWS_OK);
    for (size_t i = 0; i < 3; i++) {
        log_key_free(&strangers[i]);
    }
}

TEST(without_a_trusted_key_s_signature_the_log_is_unknown)
{
    with_both_kinds(check_strangers);
}

/* A key speaks for the log of its name only. */
static void check_other_log(const struct log_key *key)
{
    FWS_AUTO(fws_buf) note = signed_by("example.test/other\n42\n" ROOT "\n", key);

    assert_status(open_by(&note, key), FWS_E_LOG_UNKNOWN);
}

TEST(the_trusted_key_of_another_log_is_not_enough)
{
    with_both_kinds(check_other_log);
}

static void check_other_log_beside(const struct log_key *key)
{
    struct log_key other = make_log_key(LOG_KEY_P256, "example.test/other");
    const struct log_key *keys[] = {&other, key};
    const struct log_key *reversed[] = {key, &other};
    FWS_AUTO(fws_buf) note = make_note(TEXT, keys, 2);

    assert_status(open_with(&note, keys, 2), FWS_OK);
    assert_status(open_with(&note, reversed, 2), FWS_OK);
    log_key_free(&other);
}

TEST(a_good_signature_of_another_log_s_key_does_no_harm)
{
    with_both_kinds(check_other_log_beside);
}

/* Of the log's next key, or of another log's: known and bad is a forgery. */
static void check_bad_beside_good(const struct log_key *key)
{
    static const char *const names[] = {ORIGIN, "example.test/other"};

    for (size_t i = 0; i < 2; i++) {
        struct log_key other = make_log_key(LOG_KEY_ED25519, names[i]);
        const struct log_key *keys[] = {key, &other};
        const struct log_key *reversed[] = {&other, key};
        FWS_AUTO(fws_buf) note = signed_by(TEXT, key);

        add_line(&other, "Another text.\n", &note);
        assert_status(open_with(&note, keys, 2), FWS_E_NOTE_SIGNATURE);
        assert_status(open_with(&note, reversed, 2), FWS_E_NOTE_SIGNATURE);
        assert_status(open_by(&note, key), FWS_OK);
        log_key_free(&other);
    }
}

TEST(a_bad_signature_of_any_trusted_key_is_refused)
{
    with_both_kinds(check_bad_beside_good);
}

/* As at the hand-over from key to key. */
static void check_two_keys(const struct log_key *key)
{
    struct log_key next = make_log_key(LOG_KEY_ED25519, ORIGIN);
    const struct log_key *keys[] = {key, &next};
    const struct log_key *next_alone = &next;
    FWS_AUTO(fws_buf) note = make_note(TEXT, keys, 2);

    assert_status(open_by(&note, key), FWS_OK);
    assert_status(open_with(&note, &next_alone, 1), FWS_OK);
    assert_status(open_with(&note, keys, 2), FWS_OK);
    log_key_free(&next);
}

TEST(either_of_two_keys_of_the_log_is_enough)
{
    with_both_kinds(check_two_keys);
}

static void check_signed_nonsense(const struct log_key *key)
{
    static const char *const texts[] = {
        "This is no checkpoint.\n", ORIGIN "\n0\n" ROOT "\n",
        ORIGIN "\n042\n" ROOT "\n", ORIGIN "\n9007199254740992\n" ROOT "\n",
        TEXT "extension\n",         "\n" TEXT,
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        FWS_AUTO(fws_buf) note = signed_by(texts[i], key);

        assert_status(open_by(&note, key), FWS_E_NOTE);
    }
}

TEST(a_good_signature_makes_no_checkpoint_of_another_text)
{
    with_both_kinds(check_signed_nonsense);
}

TEST_MAIN("audit/checkpoint")
