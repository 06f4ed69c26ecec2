/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "audit/chain.h"
#include "audit/plain.h"
#include "base/base64.h"
#include "base/crc32c.h"
#include "base/digest.h"
#include "tests/unit/audit/note_key.h"
#include "tests/unit/test.h"

#define ORIGIN     "example.test/log"
#define LINES      13u
#define HASH       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
#define HEAD       "c2sp.org/tlog-proof@v1\n"
#define GOOD_PROOF HEAD "extra AAAA\nindex 5\n" HASH HASH "\nnote\n"

/* c2sp.org/tlog-proof, whose notes are abridged there too. */
static const char example[] = "c2sp.org/tlog-proof@v1\n"
                              "extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ\n"
                              "index 73894\n"
                              "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
                              "B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
                              "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
                              "RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
                              "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n"
                              "\n"
                              "example.com/fancylog\n"
                              "109482\n"
                              "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n"
                              "\n"
                              "\xe2\x80\x94 example.com/fancylog hI2DJw[...]1roloI=\n";

static enum fws_status parse_size(const void *text, size_t size, struct fws_proof *out)
{
    struct fws_error err = {0};
    enum fws_status status = fws_proof_parse(text, size, out, &err);

    assert_int_equal(status, err.status);
    assert_true(status == FWS_OK || (out->line.data == NULL && out->note.data == NULL));
    return status;
}

static enum fws_status parse(const char *text)
{
    FWS_AUTO(fws_proof) proof = {0};

    return parse_size(text, strlen(text), &proof);
}

static void assert_comes_back(const void *text, size_t size)
{
    FWS_AUTO(fws_proof) proof = {0};
    FWS_AUTO(fws_buf) again = {0};
    struct fws_error err = {0};

    assert_status(parse_size(text, size, &proof), FWS_OK);
    assert_status(fws_proof_write(&proof, &again, &err), FWS_OK);
    assert_int_equal(again.size, size);
    assert_memory_equal(again.data, text, size);
}

/* ---- The file ---- */

TEST(the_form_of_the_specification_s_example_is_read)
{
    FWS_AUTO(fws_proof) proof = {0};

    assert_status(parse_size(example, strlen(example), &proof), FWS_OK);
    assert_int_equal(proof.index, 73894);
    assert_int_equal(proof.count, 5);
    assert_memory_equal(proof.hashes[0], "\x81\x22\xb2\x5e", 4);
    assert_memory_equal(proof.hashes[4], "\x00\x70\xa2\xa1", 4);
    assert_memory_equal(proof.line.data, "age-v1.2.1-darwin-arm64.tar.gz", 30);
    assert_memory_equal(proof.note.data, "example.com/fancylog\n109482\n", 28);
    assert_comes_back(example, strlen(example));
}

TEST(what_is_read_is_written_back_to_the_same_bytes)
{
    assert_comes_back(GOOD_PROOF, strlen(GOOD_PROOF));
    assert_comes_back(HEAD "extra AA==\nindex 0\n\nn", strlen(HEAD "extra AA==\nindex 0\n\nn"));
    assert_comes_back(HEAD "extra AA==\nindex 9007199254740991\n\n\n",
                      strlen(HEAD "extra AA==\nindex 9007199254740991\n\n\n"));
}

TEST(the_lines_of_a_proof_have_one_order_and_form)
{
    static const char *const bad[] = {
        "",
        HEAD,
        HEAD "extra AAAA\n",
        HEAD "extra AAAA\nindex 5\n",
        HEAD "extra AAAA\nindex 5\n" HASH,
        HEAD "extra AAAA\nindex 5\n" HASH "note\n",
        HEAD "extra AAAA\nindex 5\n" HASH "note",
        HEAD "extra AAAA\nindex 5\nnote",
        HEAD "extra AAAA\nindex 5\n" HASH "\n",
        HEAD "index 5\nextra AAAA\n" HASH "\nnote\n",
        HEAD "index 5\n" HASH "\nnote\n",
        HEAD "extra AAAA\n" HASH "\nnote\n",
        HEAD "extra AAAA\nextra AAAA\nindex 5\n" HASH "\nnote\n",
        HEAD "extra AAAA\nindex 5\nindex 5\n" HASH "\nnote\n",
        HEAD "extra \nindex 5\n" HASH "\nnote\n",
        HEAD "extra  AAAA\nindex 5\n" HASH "\nnote\n",
        HEAD "extra AAAA \nindex 5\n" HASH "\nnote\n",
        HEAD "extra AAA\nindex 5\n" HASH "\nnote\n",
        HEAD "extra AB==\nindex 5\n" HASH "\nnote\n",
        HEAD "Extra AAAA\nindex 5\n" HASH "\nnote\n",
        HEAD "\nextra AAAA\nindex 5\n" HASH "\nnote\n",
        " " HEAD "extra AAAA\nindex 5\n" HASH "\nnote\n",
        "c2sp.org/tlog-proof@v2\nextra AAAA\nindex 5\n" HASH "\nnote\n",
        "c2sp.org/tlog-proof@v1 \nextra AAAA\nindex 5\n" HASH "\nnote\n",
        "c2sp.org/tlog-proof@v1\r\nextra AAAA\r\nindex 5\r\n\r\nnote\r\n",
    };

    assert_status(parse(GOOD_PROOF), FWS_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_status(parse(bad[i]), FWS_E_PROOF);
    }
}

TEST(an_index_has_one_spelling_and_is_below_2_to_the_53)
{
    static const char *const bad[] = {"",
                                      "05",
                                      "00",
                                      "+5",
                                      "-5",
                                      " 5",
                                      "5 ",
                                      "0x5",
                                      "5.0",
                                      "9007199254740992",
                                      "18446744073709551616",
                                      "18446744073709551621",
                                      "five"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, HEAD "extra AAAA\nindex %s\n\nnote\n", bad[i]);
        assert_status(parse(text), FWS_E_PROOF);
    }
}

TEST(a_hash_is_32_bytes_of_canonical_base64)
{
    static const char *const bad[] = {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
                                      " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                      "AAAA",
                                      "nonsense!"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[256];

        (void)snprintf(text, sizeof text, HEAD "extra AAAA\nindex 5\n%s\n\nnote\n", bad[i]);
        assert_status(parse(text), FWS_E_PROOF);
    }
}

static enum fws_status parse_with(unsigned hashes, size_t line_size, size_t note_size)
{
    FWS_AUTO(fws_buf) text = {0};
    FWS_AUTO(fws_buf) bytes = {0};
    FWS_AUTO(fws_proof) proof = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_reserve(&bytes, 65537, &err), FWS_OK);
    memset(bytes.data, 'x', 65537);
    assert_status(fws_buf_printf(&text, &err, HEAD "extra "), FWS_OK);
    assert_status(fws_base64_encode(bytes.data, line_size, &text, &err), FWS_OK);
    assert_status(fws_buf_printf(&text, &err, "\nindex 5\n"), FWS_OK);
    for (unsigned i = 0; i < hashes; i++) {
        assert_status(fws_buf_printf(&text, &err, HASH), FWS_OK);
    }
    assert_status(fws_buf_printf(&text, &err, "\n"), FWS_OK);
    assert_status(fws_buf_append(&text, bytes.data, note_size, &err), FWS_OK);
    return parse_size(text.data, text.size, &proof);
}

TEST(each_part_has_its_limit_and_all_at_their_limits_fit)
{
    assert_status(parse_with(53, FWS_AUDIT_LINE_MAX, FWS_AUDIT_NOTE_MAX), FWS_OK);
    assert_status(parse_with(54, 1, 1), FWS_E_PROOF);
    assert_status(parse_with(0, FWS_AUDIT_LINE_MAX + 1, 1), FWS_E_PROOF);
    assert_status(parse_with(0, 1, FWS_AUDIT_NOTE_MAX + 1), FWS_E_PROOF);
    assert_status(parse_with(0, 1, 0), FWS_E_PROOF);
    assert_status(parse_with(0, 0, 1), FWS_E_PROOF);
}

TEST(a_file_beyond_its_limit_is_refused_unread)
{
    static char text[FWS_PROOF_TEXT_MAX + 1];
    FWS_AUTO(fws_proof) proof = {0};
    struct fws_error err = {0};

    assert_status(fws_proof_parse(text, sizeof text, &proof, &err), FWS_E_PROOF);
    assert_non_null(strstr(err.text, "at most"));
    assert_status(fws_proof_parse(text, sizeof text - 1, &proof, &err), FWS_E_PROOF);
    assert_null(strstr(err.text, "at most"));
}

TEST(what_cannot_be_read_is_not_written)
{
    for (int fault = 0; fault < 5; fault++) {
        FWS_AUTO(fws_proof) proof = {0};
        FWS_AUTO(fws_buf) text = {0};
        struct fws_error err = {0};

        assert_status(parse_size(GOOD_PROOF, strlen(GOOD_PROOF), &proof), FWS_OK);
        proof.index = fault == 1 ? UINT64_C(1) << 53 : 5;
        proof.count = fault == 2 ? 54 : 2;
        proof.line.size = fault == 3 ? 0 : 3;
        proof.note.size = fault == 4 ? 0 : 5;
        assert_status(fws_proof_write(&proof, &text, &err), fault == 0 ? FWS_OK : FWS_E_PROOF);
        assert_int_equal(text.size > 0, fault == 0);
    }
}

/* ---- What it shows ---- */

/* A log of LINES entries in one tree, by RFC 6962 written down plainly. */
struct log {
    struct log_key key;
    struct fws_buf lines[LINES];
    uint8_t leaves[LINES][32];
};

static void add_entry(struct log *log, uint64_t index, uint64_t seq, const char *origin)
{
    struct fws_line line = {
        .batch = seq,
        .boot = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        .data = "{}",
        .data_size = 2,
        .instance = "0123456789abcdef",
        .prev = "abcd000000000000000000000000000000000000000000000000000000000000",
        .seq = seq,
        .time = "2025-01-31T12:34:56.123456Z",
        .type = "sign.intent",
    };
    struct fws_error err = {0};

    fws_buf_free(&log->lines[index]);
    assert_status(fws_origin_id(origin, strlen(origin), line.log, &err), FWS_OK);
    assert_status(fws_line_write(&line, &log->lines[index], &err), FWS_OK);
}

static void hash(const void *first, size_t first_size, const void *second, size_t second_size,
                 uint8_t prefix, uint8_t out[32])
{
    FWS_AUTO(fws_buf) all = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_append(&all, &prefix, 1, &err), FWS_OK);
    assert_status(fws_buf_append(&all, first, first_size, &err), FWS_OK);
    assert_status(fws_buf_append(&all, second, second_size, &err), FWS_OK);
    assert_status(fws_digest(FWS_HASH_SHA256, all.data, all.size, out, &err), FWS_OK);
}

static size_t left_of(size_t count)
{
    size_t left = 1;

    while (left * 2 < count) {
        left *= 2;
    }
    return left;
}

static void root_of(uint8_t (*leaves)[32], size_t count, uint8_t out[32])
{
    uint8_t left[32], right[32];

    if (count == 1) {
        memcpy(out, leaves[0], 32);
        return;
    }
    root_of(leaves, left_of(count), left);
    root_of(leaves + left_of(count), count - left_of(count), right);
    hash(left, 32, right, 32, 1, out);
}

static void path_of(uint8_t (*leaves)[32], size_t count, size_t index, struct fws_proof *out)
{
    size_t left = left_of(count);

    if (count == 1) {
        return;
    }
    if (index < left) {
        path_of(leaves, left, index, out);
        root_of(leaves + left, count - left, out->hashes[out->count++]);
    } else {
        path_of(leaves + left, count - left, index - left, out);
        root_of(leaves, left, out->hashes[out->count++]);
    }
}

static struct log make_log(enum log_key_kind kind)
{
    struct log log = {.key = make_log_key(kind, ORIGIN)};

    for (uint64_t i = 0; i < LINES; i++) {
        add_entry(&log, i, i, ORIGIN);
    }
    return log;
}

static void log_free(struct log *log)
{
    for (size_t i = 0; i < LINES; i++) {
        fws_buf_free(&log->lines[i]);
    }
    log_key_free(&log->key);
}

/* The proof of an entry in the tree of size lines, signed by key for the log of this name. */
static struct fws_proof prove(struct log *log, size_t index, size_t size, const char *origin,
                              const struct log_key *key)
{
    struct fws_proof proof = {.index = index};
    struct fws_checkpoint checkpoint = {.size = size};
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    for (size_t i = 0; i < size; i++) {
        hash(log->lines[i].data, log->lines[i].size, "", 0, 0, log->leaves[i]);
    }
    (void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
    root_of(log->leaves, size, checkpoint.root);
    path_of(log->leaves, size, index, &proof);
    assert_status(fws_checkpoint_text(&checkpoint, &text, &err), FWS_OK);
    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    assert_status(fws_buf_append(&proof.line, log->lines[index].data, log->lines[index].size, &err),
                  FWS_OK);
    proof.note = signed_by((const char *)text.data, key);
    return proof;
}

static enum fws_status check_with(const struct fws_proof *proof, const struct log_key *key,
                                  struct fws_error *err)
{
    FWS_AUTO(fws_trust) trust = trust_in(&key, 1);
    struct fws_checkpoint checkpoint;
    enum fws_status status = fws_proof_check(proof, &trust, &checkpoint, err);

    assert_int_equal(status, err->status);
    assert_true((status == FWS_OK) == (checkpoint.origin[0] != '\0'));
    return status;
}

static enum fws_status check(const struct fws_proof *proof, const struct log *log)
{
    struct fws_error err = {0};

    return check_with(proof, &log->key, &err);
}

static void assert_fault(const struct fws_proof *proof, const struct log *log,
                         enum fws_status expected, const char *why)
{
    struct fws_error err = {0};

    assert_status(check_with(proof, &log->key, &err), expected);
    if (strstr(err.text, why) == NULL) {
        fail_msg("'%s' does not say '%s'", err.text, why);
    }
}

/* prove in the log of ORIGIN by its own key. */
static struct fws_proof prove_here(struct log *log, size_t index, size_t size)
{
    return prove(log, index, size, ORIGIN, &log->key);
}

TEST(each_entry_of_trees_of_all_sizes_is_proved)
{
    struct log log = make_log(LOG_KEY_P256);

    for (size_t size = 1; size <= LINES; size++) {
        for (size_t index = 0; index < size; index++) {
            FWS_AUTO(fws_proof) proof = prove_here(&log, index, size);

            assert_status(check(&proof, &log), FWS_OK);
        }
    }
    log_free(&log);
}

TEST(a_proof_tells_the_checkpoint_it_was_checked_against)
{
    struct log log = make_log(LOG_KEY_ED25519);
    const struct log_key *key = &log.key;
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, 9);
    FWS_AUTO(fws_trust) trust = trust_in(&key, 1);
    struct fws_checkpoint checkpoint;
    struct fws_error err = {0};

    assert_status(fws_proof_check(&proof, &trust, &checkpoint, &err), FWS_OK);
    assert_string_equal(checkpoint.origin, ORIGIN);
    assert_int_equal(checkpoint.size, 9);
    assert_string_equal(err.text, "");
    log_free(&log);
}

/* One that is read from a file, of either kind of key. */
TEST(every_flipped_bit_of_a_proof_file_is_refused)
{
    for (int kind = LOG_KEY_ED25519; kind <= LOG_KEY_P256; kind++) {
        struct log log = make_log((enum log_key_kind)kind);
        FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);
        FWS_AUTO(fws_buf) text = {0};
        struct fws_error err = {0};

        assert_status(fws_proof_write(&proof, &text, &err), FWS_OK);
        for (size_t bit = 0; bit < text.size * 8; bit++) {
            FWS_AUTO(fws_proof) flipped = {0};

            text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_false(parse_size(text.data, text.size, &flipped) == FWS_OK &&
                         check(&flipped, &log) == FWS_OK);
            text.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        FWS_AUTO(fws_proof) again = {0};

        assert_status(parse_size(text.data, text.size, &again), FWS_OK);
        assert_status(check(&again, &log), FWS_OK);
        log_free(&log);
    }
}

TEST(a_proof_file_cut_anywhere_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_proof_write(&proof, &text, &err), FWS_OK);
    for (size_t size = 0; size < text.size; size++) {
        FWS_AUTO(fws_proof) cut = {0};

        assert_false(parse_size(text.data, size, &cut) == FWS_OK && check(&cut, &log) == FWS_OK);
    }
    log_free(&log);
}

TEST(a_hash_more_or_fewer_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

    proof.count--;
    assert_status(check(&proof, &log), FWS_E_PROOF);
    proof.count += 2;
    assert_status(check(&proof, &log), FWS_E_PROOF);
    proof.count = 1000;
    assert_fault(&proof, &log, FWS_E_PROOF, "more hashes than");
    log_free(&log);
}

TEST(another_entry_or_index_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);

    for (uint64_t index = 0; index <= LINES; index++) {
        FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

        proof.index = index;
        assert_status(check(&proof, &log), index == 6 ? FWS_OK : FWS_E_PROOF);
    }
    for (size_t other = 0; other < LINES; other++) {
        FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);
        struct fws_error err = {0};

        proof.line.size = 0;
        assert_status(
            fws_buf_append(&proof.line, log.lines[other].data, log.lines[other].size, &err),
            FWS_OK);
        assert_status(check(&proof, &log), other == 6 ? FWS_OK : FWS_E_PROOF);
    }
    log_free(&log);
}

/* The tree holds it there, by the log's own key: the line itself says otherwise. */
TEST(an_entry_that_says_another_index_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);

    add_entry(&log, 6, 5, ORIGIN);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

    assert_fault(&proof, &log, FWS_E_PROOF, "entry 5 at index 6");
    log_free(&log);
}

TEST(an_entry_that_says_another_log_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);

    add_entry(&log, 6, 6, "example.test/other");
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

    assert_fault(&proof, &log, FWS_E_PROOF, "of another log");
    log_free(&log);
}

TEST(a_leaf_that_is_no_entry_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);

    log.lines[6].size--;
    FWS_AUTO(fws_proof) cut = prove_here(&log, 6, LINES);

    assert_fault(&cut, &log, FWS_E_PROOF, "its entry");
    log.lines[6].size++;
    log.lines[6].data[6] ^= 1;
    FWS_AUTO(fws_proof) flipped = prove_here(&log, 6, LINES);

    assert_fault(&flipped, &log, FWS_E_PROOF, "its entry");
    log_free(&log);
}

/* A line of the tree with the members put in another order, its CRC right. */
TEST(a_leaf_that_is_no_canonical_entry_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);
    const size_t tail = strlen(",\"zc\":\"00000000\"}");
    struct fws_buf *line = &log.lines[6];
    struct fws_error err = {0};

    memcpy(line->data, "{\"c\"", 4);
    line->size -= tail;
    assert_status(
        fws_buf_printf(line, &err, ",\"zc\":\"%08x\"}", fws_crc32c(line->data, line->size)),
        FWS_OK);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

    assert_fault(&proof, &log, FWS_E_PROOF, "no canonical entry");
    log_free(&log);
}

/* Of the log, but of a form this program does not know: it cannot tell, which is no fault. */
TEST(an_entry_of_another_version_cannot_be_judged)
{
    struct log log = make_log(LOG_KEY_ED25519);
    const size_t tail = strlen("1,\"zc\":\"00000000\"}");
    struct fws_buf *line = &log.lines[6];
    struct fws_error err = {0};

    line->size -= tail;
    assert_status(fws_buf_printf(line, &err, "2"), FWS_OK);
    assert_status(
        fws_buf_printf(line, &err, ",\"zc\":\"%08x\"}", fws_crc32c(line->data, line->size)),
        FWS_OK);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

    assert_fault(&proof, &log, FWS_E_LOG_UNKNOWN, "another format version");
    log_free(&log);
}

TEST(a_proof_by_another_key_says_nothing)
{
    struct log log = make_log(LOG_KEY_ED25519);
    struct log_key stranger = make_log_key(LOG_KEY_ED25519, ORIGIN);
    FWS_AUTO(fws_proof) proof = prove(&log, 6, LINES, ORIGIN, &stranger);

    assert_status(check(&proof, &log), FWS_E_LOG_UNKNOWN);
    memcpy(stranger.vkey.id, log.key.vkey.id, sizeof stranger.vkey.id);
    FWS_AUTO(fws_proof) claimed = prove(&log, 6, LINES, ORIGIN, &stranger);

    assert_status(check(&claimed, &log), FWS_E_NOTE_SIGNATURE);
    log_key_free(&stranger);
    log_free(&log);
}

/* The same key may sign another log's checkpoints; its name does not. */
TEST(a_proof_for_another_log_says_nothing)
{
    struct log log = make_log(LOG_KEY_ED25519);
    FWS_AUTO(fws_proof) proof = prove(&log, 6, LINES, "example.test/other", &log.key);

    assert_status(check(&proof, &log), FWS_E_LOG_UNKNOWN);
    log_free(&log);
}

TEST(a_checkpoint_of_another_size_is_refused)
{
    struct log log = make_log(LOG_KEY_ED25519);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 6, LINES);

    for (size_t size = 1; size < LINES; size++) {
        FWS_AUTO(fws_proof) other = prove_here(&log, 0, size);
        struct fws_buf note = proof.note;

        proof.note = other.note;
        assert_status(check(&proof, &log), FWS_E_PROOF);
        proof.note = note;
    }
    log_free(&log);
}

TEST(a_checkpoint_of_the_empty_tree_proves_nothing)
{
    struct log log = make_log(LOG_KEY_ED25519);
    FWS_AUTO(fws_proof) proof = prove_here(&log, 0, 1);

    fws_buf_free(&proof.note);
    proof.note = signed_by(ORIGIN "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", &log.key);
    assert_status(check(&proof, &log), FWS_E_PROOF);
    log_free(&log);
}

TEST_MAIN("audit/proof")
