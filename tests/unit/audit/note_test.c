/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "audit/plain.h"
#include "base/base64.h"
#include "tests/unit/audit/note_key.h"
#include "tests/unit/test.h"

#define DASH "\xe2\x80\x94"
#define TEXT "This is a text.\n"

/* c2sp.org/signed-note, the example of its last section. */
static const char example_vkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char example_note[] =
    "This is an example message.\n"
    "\n" DASH " example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOB"
    "H3mFXmRKuwHjG1Yu72IneyaQM=\n";

/* The same document's first note: text with an empty line, name that is no host, key not told. */
static const char quasimodo_note[] =
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed \xc3\xa8 subito sera.\n"
    "\n" DASH " quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKO"
    "NrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

static enum fws_status split(const void *note, size_t size)
{
    struct fws_reader text, lines;
    struct fws_error err = {0};
    enum fws_status status = fws_note_split(note, size, &text, &lines, &err);

    assert_int_equal(status, err.status);
    return status;
}

static enum fws_status split_text(const char *note)
{
    return split(note, strlen(note));
}

/* Split and verify in one. */
static enum fws_status open_note(const void *note, size_t size, const struct fws_vkey *key)
{
    struct fws_reader text, lines;
    struct fws_error err = {0};
    enum fws_status status = fws_note_split(note, size, &text, &lines, &err);

    return status == FWS_OK ? fws_note_verify(&text, &lines, key, &err) : status;
}

static struct fws_vkey example_key(void)
{
    struct fws_vkey key;
    struct fws_error err = {0};

    assert_status(fws_vkey_parse(example_vkey, strlen(example_vkey), &key, &err), FWS_OK);
    return key;
}

TEST(the_example_of_the_specification_is_good)
{
    struct fws_vkey key = example_key();

    assert_status(open_note(example_note, strlen(example_note), &key), FWS_OK);
}

TEST(every_flipped_bit_of_the_example_is_refused)
{
    struct fws_vkey key = example_key();
    char note[sizeof example_note];

    for (size_t bit = 0; bit < strlen(example_note) * 8; bit++) {
        memcpy(note, example_note, sizeof note);
        note[bit / 8] = (char)(note[bit / 8] ^ (1 << bit % 8));
        assert_int_not_equal(open_note(note, strlen(example_note), &key), FWS_OK);
    }
}

TEST(the_text_ends_in_front_of_the_last_empty_line)
{
    struct fws_reader text, lines;
    struct fws_error err = {0};
    const char *end = strstr(quasimodo_note, "\n\n" DASH) + 1;

    assert_status(fws_note_split(quasimodo_note, strlen(quasimodo_note), &text, &lines, &err),
                  FWS_OK);
    assert_ptr_equal(text.data, quasimodo_note);
    assert_int_equal(text.left, end - quasimodo_note);
    assert_ptr_equal(lines.data, end + 1);
    assert_int_equal(lines.left, strlen(end + 1));
}

TEST(a_text_of_empty_lines_is_a_text)
{
    assert_status(split_text("\n\n" DASH " a AAAAAAA=\n"), FWS_OK);
    assert_status(split_text("\n" DASH " a AAAAAAA=\n"), FWS_E_NOTE);
}

TEST(without_an_empty_line_it_is_no_note)
{
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA=\n"), FWS_OK);
    assert_status(split_text(TEXT DASH " a AAAAAAA=\n"), FWS_E_NOTE);
    assert_status(split_text(TEXT), FWS_E_NOTE);
    assert_status(split_text("\n"), FWS_E_NOTE);
    assert_status(split_text(""), FWS_E_NOTE);
    assert_status(split(NULL, 0), FWS_E_NOTE);
}

TEST(without_a_signature_line_it_is_no_note)
{
    assert_status(split_text(TEXT "\n"), FWS_E_NOTE);
    assert_status(split_text("\n\n"), FWS_E_NOTE);
}

TEST(behind_the_last_empty_line_are_signature_lines_only)
{
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA=\n" DASH " b AAAAAAA=\n"), FWS_OK);
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA=\nmore\n"), FWS_E_NOTE);
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA=\n\n"), FWS_E_NOTE);
    assert_status(split_text(TEXT "\nmore\n" DASH " a AAAAAAA=\n"), FWS_E_NOTE);
}

TEST(a_note_ends_in_a_newline)
{
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA="), FWS_E_NOTE);
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA=\n" DASH " b AAAAAAA="), FWS_E_NOTE);
    assert_status(split_text(TEXT "\n" DASH " a AAAAAAA=\n "), FWS_E_NOTE);
}

TEST(a_signature_line_has_one_form)
{
    static const char *const lines[] = {
        DASH "a AAAAAAA=",
        "- a AAAAAAA=",
        " " DASH " a AAAAAAA=",
        DASH "  a AAAAAAA=",
        DASH " a  AAAAAAA=",
        DASH " a AAAAAAA= ",
        DASH " a",
        DASH " a ",
        DASH " AAAAAAA=",
        DASH "  AAAAAAA=",
        DASH " a+b AAAAAAA=",
        DASH " a AAAAAAA= x",
        DASH " a\xc2\x85 AAAAAAA=",
        DASH " \xe3\x80\x80 AAAAAAA=",
        DASH " a\xe2\x80\xa8 AAAAAAA=",
        "\xe2\x80\x93 a AAAAAAA=",
        DASH "\xc2\xa0"
             "a AAAAAAA=",
        "",
    };
    char note[256];

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        (void)snprintf(note, sizeof note, TEXT "\n%s\n", lines[i]);
        assert_status(split_text(note), FWS_E_NOTE);
    }
}

TEST(names_of_others_may_be_any_utf8_without_spaces)
{
    assert_status(split_text(TEXT "\n" DASH " \xc3\xa8/\xf0\x9f\x94\x91\"\\ AAAAAAA=\n"), FWS_OK);
    assert_status(split_text(TEXT "\n" DASH " a\xe2\x80\x8b AAAAAAA=\n"), FWS_OK);
}

TEST(a_signature_is_canonical_base64_of_more_than_an_id)
{
    static const char *const good[] = {"AAAAAAA=", "AAAAAAAA", "AAAAAAAAAA=="};
    static const char *const bad[] = {
        "AAAAAA==", "AAAA", "AAAAAAB=", "AAAAAAA", "AAAAAAA==", "AAAAAAA-", "====", "AAAAAAAAAB==",
    };
    char note[256];

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)snprintf(note, sizeof note, TEXT "\n" DASH " a %s\n", good[i]);
        assert_status(split_text(note), FWS_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(note, sizeof note, TEXT "\n" DASH " a %s\n", bad[i]);
        assert_status(split_text(note), FWS_E_NOTE);
    }
}

/* NUL, tab and CR among them; DEL and what is above ASCII are no control characters of the rule. */
TEST(control_characters_other_than_newline_are_refused)
{
    char note[] = "x.\n\n" DASH " a AAAAAAA=\n";

    for (unsigned byte = 0; byte < 0x80; byte++) {
        note[0] = (char)byte;
        assert_status(split(note, sizeof note - 1),
                      byte < 0x20 && byte != '\n' ? FWS_E_NOTE : FWS_OK);
    }
}

TEST(crlf_is_refused)
{
    assert_status(split_text("text\r\n\r\n" DASH " a AAAAAAA=\r\n"), FWS_E_NOTE);
    assert_status(split_text("text\n\n" DASH " a AAAAAAA=\r\n"), FWS_E_NOTE);
    assert_status(split_text("text\r\n\n" DASH " a AAAAAAA=\n"), FWS_E_NOTE);
}

TEST(invalid_utf8_is_refused)
{
    static const char *const bad[] = {"\x80", "\xc3(", "\xed\xa0\x80", "\xf4\x90\x80\x80"};
    char note[64];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(note, sizeof note, "%s\n\n" DASH " a AAAAAAA=\n", bad[i]);
        assert_status(split_text(note), FWS_E_NOTE);
    }
}

static void split_with_lines(unsigned count, enum fws_status expected)
{
    FWS_AUTO(fws_buf) note = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&note, &err, TEXT "\n"), FWS_OK);
    for (unsigned i = 0; i < count; i++) {
        assert_status(fws_buf_printf(&note, &err, DASH " k%u AAAAAAA=\n", i), FWS_OK);
    }
    assert_status(split(note.data, note.size), expected);
}

TEST(up_to_64_signature_lines_are_taken)
{
    split_with_lines(16, FWS_OK);
    split_with_lines(17, FWS_OK);
    split_with_lines(64, FWS_OK);
    split_with_lines(65, FWS_E_NOTE);
    split_with_lines(1000, FWS_E_NOTE);
}

TEST(a_note_beyond_its_limit_is_refused)
{
    static const char line[] = "\n\n" DASH " a AAAAAAA=\n";
    static char note[FWS_AUDIT_NOTE_MAX + 1];
    const size_t size = sizeof line - 1;

    memset(note, 'x', sizeof note);
    memcpy(note + FWS_AUDIT_NOTE_MAX - size, line, size);
    assert_status(split(note, FWS_AUDIT_NOTE_MAX), FWS_OK);
    memset(note, 'x', sizeof note);
    memcpy(note + sizeof note - size, line, size);
    assert_status(split(note, sizeof note), FWS_E_NOTE);
}

/* ---- Signatures ---- */

static void with_both_kinds(void (*check)(struct log_key *key))
{
    for (int kind = LOG_KEY_ED25519; kind <= LOG_KEY_P256; kind++) {
        struct log_key key = make_log_key((enum log_key_kind)kind, "example.test/log");

        check(&key);
        log_key_free(&key);
    }
}

static void check_good(struct log_key *key)
{
    FWS_AUTO(fws_buf) note = signed_by(TEXT, key);

    assert_status(open_note(note.data, note.size, &key->vkey), FWS_OK);
}

TEST(a_note_by_the_key_is_good)
{
    with_both_kinds(check_good);
}

/* The longest note: nothing of a text is left out of what is verified. */
static void check_long(struct log_key *key)
{
    static char text[FWS_AUDIT_NOTE_MAX - 256];

    memset(text, 'x', sizeof text);
    memcpy(text + sizeof text - 2, "\n", 2);
    FWS_AUTO(fws_buf) note = signed_by(text, key);

    assert_status(open_note(note.data, note.size, &key->vkey), FWS_OK);
    note.data[0] ^= 1;
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOTE_SIGNATURE);
    note.data[0] ^= 1;
    note.data[sizeof text - 3] ^= 1;
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOTE_SIGNATURE);
}

TEST(a_text_is_verified_from_end_to_end)
{
    with_both_kinds(check_long);
}

static void check_flips(struct log_key *key)
{
    FWS_AUTO(fws_buf) note = signed_by(TEXT, key);
    unsigned bad_form = 0, bad_signature = 0, unknown = 0;

    for (size_t bit = 0; bit < note.size * 8; bit++) {
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum fws_status status = open_note(note.data, note.size, &key->vkey);

        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        bad_form += status == FWS_E_NOTE;
        bad_signature += status == FWS_E_NOTE_SIGNATURE;
        unknown += status == FWS_E_NOT_FOUND;
    }
    assert_int_equal(bad_form + bad_signature + unknown, note.size * 8);
    assert_true(bad_form > 0 && bad_signature > 0 && unknown > 0);
}

TEST(every_flipped_bit_is_refused)
{
    with_both_kinds(check_flips);
}

/* Where a bit may be flipped without harm: in the name, id and signature of a key nobody knows. */
static void check_flips_beside(struct log_key *key)
{
    struct log_key stranger = make_log_key(LOG_KEY_ED25519, "stranger.test");
    const struct log_key *keys[] = {&stranger, key};
    FWS_AUTO(fws_buf) note = make_note(TEXT, keys, 2);
    const size_t first = strlen(TEXT "\n" DASH " ");
    const size_t last = first + strlen("stranger.test ") + 92 - 1;
    size_t harmless = 0;

    assert_int_equal(note.data[last + 1], '\n');
    for (size_t bit = 0; bit < note.size * 8; bit++) {
        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        bool good = open_note(note.data, note.size, &key->vkey) == FWS_OK;

        note.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(!good || (bit / 8 >= first && bit / 8 <= last));
        assert_true(!good || note.data[bit / 8] != ' ');
        harmless += good;
    }
    assert_in_range(harmless, 1, (last - first) * 8);
    log_key_free(&stranger);
}

TEST(only_bits_of_a_stranger_s_line_matter_not)
{
    with_both_kinds(check_flips_beside);
}

static void check_other_text(struct log_key *key)
{
    FWS_AUTO(fws_buf) note = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&note, &err, TEXT "\n"), FWS_OK);
    add_line(key, "Another text.\n", &note);
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOTE_SIGNATURE);
}

TEST(a_signature_over_another_text_is_bad)
{
    with_both_kinds(check_other_text);
}

static void check_stranger(struct log_key *key)
{
    struct log_key stranger = make_log_key(LOG_KEY_ED25519, "example.test/log");
    FWS_AUTO(fws_buf) note = signed_by(TEXT, &stranger);

    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOT_FOUND);
    add_line(key, TEXT, &note);
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_OK);
    add_line(&stranger, TEXT, &note);
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_OK);
    log_key_free(&stranger);
}

TEST(another_key_of_the_same_name_is_passed_over)
{
    with_both_kinds(check_stranger);
}

static void check_claimed(struct log_key *key)
{
    struct log_key liar = make_log_key(LOG_KEY_ED25519, "example.test/log");

    memcpy(liar.vkey.id, key->vkey.id, sizeof liar.vkey.id);
    FWS_AUTO(fws_buf) note = signed_by(TEXT, &liar);

    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOTE_SIGNATURE);
    log_key_free(&liar);
}

TEST(name_and_id_alone_sign_nothing)
{
    with_both_kinds(check_claimed);
}

static void check_same_id(struct log_key *key)
{
    struct log_key other = make_log_key(LOG_KEY_ED25519, "example.test/other");

    memcpy(other.vkey.id, key->vkey.id, sizeof other.vkey.id);
    FWS_AUTO(fws_buf) note = signed_by(TEXT, &other);

    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOT_FOUND);
    log_key_free(&other);
}

TEST(the_id_without_the_name_is_another_key)
{
    with_both_kinds(check_same_id);
}

/* In either order. */
static void check_good_and_bad(struct log_key *key)
{
    for (int order = 0; order < 2; order++) {
        FWS_AUTO(fws_buf) note = {0};
        struct fws_error err = {0};

        assert_status(fws_buf_printf(&note, &err, TEXT "\n"), FWS_OK);
        add_line(key, order == 0 ? TEXT : "Another text.\n", &note);
        add_line(key, order == 0 ? "Another text.\n" : TEXT, &note);
        assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOTE_SIGNATURE);
    }
}

TEST(a_bad_signature_beside_a_good_one_of_the_same_key_is_refused)
{
    with_both_kinds(check_good_and_bad);
}

static void check_lengths(struct log_key *key)
{
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE] = {0};
    size_t size = sign_text(key, TEXT, strlen(TEXT), signature);

    for (size_t given = 1; given <= size + 8; given++) {
        FWS_AUTO(fws_buf) note = {0};
        struct fws_error err = {0};

        assert_status(fws_buf_printf(&note, &err, TEXT "\n"), FWS_OK);
        assert_status(fws_note_line(&key->vkey, signature, given, &note, &err), FWS_OK);
        assert_status(open_note(note.data, note.size, &key->vkey),
                      given == size ? FWS_OK : FWS_E_NOTE_SIGNATURE);
    }
}

TEST(a_signature_of_another_length_is_bad)
{
    with_both_kinds(check_lengths);
}

static void check_seventeen(struct log_key *key)
{
    FWS_AUTO(fws_buf) note = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&note, &err, TEXT "\n"), FWS_OK);
    for (unsigned i = 0; i < FWS_NOTE_SIGNATURES_MAX - 1; i++) {
        assert_status(fws_buf_printf(&note, &err, DASH " k%u AAAAAAA=\n", i), FWS_OK);
    }
    add_line(key, TEXT, &note);
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_OK);
    add_line(key, TEXT, &note);
    assert_status(open_note(note.data, note.size, &key->vkey), FWS_E_NOTE);
}

TEST(a_key_is_found_behind_all_the_strangers)
{
    with_both_kinds(check_seventeen);
}

TEST(a_key_of_another_kind_signs_no_notes)
{
    struct log_key key = make_log_key(LOG_KEY_P256, "example.test/log");
    FWS_AUTO(fws_buf) note = signed_by(TEXT, &key);

    key.vkey.key.alg = FWS_ALG_P384;
    assert_status(open_note(note.data, note.size, &key.vkey), FWS_E_LOG_KEY);
    log_key_free(&key);
}

TEST(a_line_is_written_as_the_example_has_it)
{
    struct fws_vkey key = example_key();
    FWS_AUTO(fws_buf) line = {0};
    FWS_AUTO(fws_buf) bytes = {0};
    struct fws_error err = {0};
    const char *expected = strstr(example_note, DASH);
    const char *base64 = strstr(expected, "Uw2Q");

    assert_status(fws_base64_decode(base64, strlen(base64) - 1, &bytes, &err), FWS_OK);
    assert_status(fws_note_line(&key, bytes.data + 4, bytes.size - 4, &line, &err), FWS_OK);
    assert_int_equal(line.size, strlen(expected));
    assert_memory_equal(line.data, expected, line.size);
}

TEST(a_line_without_or_with_too_much_of_a_signature_is_not_written)
{
    struct fws_vkey key = example_key();
    uint8_t signature[FWS_SIGNATURE_MAX_SIZE + 1] = {0};
    FWS_AUTO(fws_buf) line = {0};
    struct fws_error err = {0};

    assert_status(fws_note_line(&key, signature, 0, &line, &err), FWS_E_INTERNAL);
    assert_status(fws_note_line(&key, signature, sizeof signature, &line, &err), FWS_E_INTERNAL);
    assert_int_equal(line.size, 0);
}

TEST_MAIN("audit/note")
