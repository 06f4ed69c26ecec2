/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/file.h"
#include "signer/signed_parts.h"
#include "tests/unit/test.h"

static const struct fws_signed_index index_of = {.log_id = "fedcba9876543210"};
static struct fws_error err;
static char folder[64];
static int folder_fd;

static void enter(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/fwsign-signed-XXXXXX");
    assert_non_null(mkdtemp(folder));
    folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(folder_fd >= 0);
}

static void leave(void)
{
    char command[96];

    assert_int_equal(close(folder_fd), 0);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

/* The part behind the first one, so that there are entries before and behind it. */
static const struct fws_signed_part part = {.level = 0, .first = FWS_SIGNED_RANGE};

/* Record i of a part: keys are spread, outcomes follow their intents. */
static struct fws_signed_record record_of(unsigned i)
{
    uint64_t mixed = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    struct fws_signed_record record = {
        .intent = part.first + 2u * i,
        .outcome = part.first + 2u * i + 1,
    };

    memcpy(record.key, &mixed, sizeof mixed);
    return record;
}

static void make_records(unsigned count, struct fws_buf *out)
{
    for (unsigned i = 0; i < count; i++) {
        struct fws_signed_record record = record_of(i);

        assert_status(fws_buf_append(out, &record, sizeof record, &err), FWS_OK);
    }
    fws_signed_sort(out);
}

static void make_file(unsigned count, struct fws_buf *out)
{
    FWS_AUTO(fws_buf) records = {0};

    make_records(count, &records);
    assert_status(fws_signed_write(&index_of, &part, &records, out, &err), FWS_OK);
}

static void put_file(const struct fws_signed_part *of, const struct fws_buf *bytes)
{
    char name[FWS_SIGNED_NAME_SIZE];
    int fd = openat(folder_fd, fws_signed_part_name(of, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes->data, bytes->size), (ssize_t)bytes->size);
    assert_int_equal(close(fd), 0);
}

/* Change one bit of the part's file where it stands. */
static void flip(const struct fws_buf *bytes, size_t bit)
{
    uint8_t changed = bytes->data[bit / 8] ^ (uint8_t)(1u << bit % 8);
    char name[FWS_SIGNED_NAME_SIZE];
    int fd = openat(folder_fd, fws_signed_part_name(&part, name), O_WRONLY);

    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &changed, 1, (off_t)(bit / 8)), 1);
    assert_int_equal(close(fd), 0);
    bytes->data[bit / 8] = changed;
}

static enum fws_status search_in(const struct fws_signed_part *in, unsigned i, bool *found)
{
    struct fws_signed_record wanted = record_of(i);
    struct fws_signed_record hit = {0};
    enum fws_status status = fws_signed_search(&index_of, in, folder_fd, wanted.key, &hit, found);

    assert_true(status == FWS_OK || !*found);
    if (*found) {
        assert_memory_equal(hit.key, wanted.key, sizeof hit.key);
        assert_int_equal(hit.intent, wanted.intent);
        assert_int_equal(hit.outcome, wanted.outcome);
    }
    return status;
}

static enum fws_status search(unsigned i, bool *found)
{
    return search_in(&part, i, found);
}

/* Let the checksum of the block at that offset be right again. */
static void seal(struct fws_buf *bytes, size_t offset)
{
    uint8_t *block = bytes->data + offset;

    memset(block + 44, 0, 4);
    uint32_t crc = fws_crc32c(block, FWS_SIGNED_BLOCK);
    struct fws_writer writer = fws_writer_init(block + 44, 4);

    fws_writer_u32le(&writer, crc);
}

static void refuse(const struct fws_buf *bytes, unsigned wanted)
{
    FWS_AUTO(fws_buf) records = {0};
    bool found = true;

    put_file(&part, bytes);
    assert_status(search(wanted, &found), FWS_E_INPUT);
    assert_false(found);
    assert_status(fws_signed_load(&index_of, &part, folder_fd, &records), FWS_E_INPUT);
    assert_int_equal(records.size, 0);
}

/* ---- Names and form ---- */

TEST(a_part_has_its_name)
{
    static const struct {
        struct fws_signed_part part;
        uint64_t entries;
        const char *name;
    } cases[] = {
        {{0, 0}, 1024, "signed-0-000000"},
        {{0, 1024}, 1024, "signed-0-000001"},
        {{1, 8192}, 8192, "signed-1-000001"},
        {{2, 65536}, 65536, "signed-2-000001"},
        {{3, 0}, 524288, "signed-3-000000"},
        {{0, UINT64_C(1024) * 1234567}, 1024, "signed-0-1234567"},
    };
    char name[FWS_SIGNED_NAME_SIZE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(fws_signed_part_name(&cases[i].part, name), cases[i].name);
        assert_int_equal(fws_signed_part_entries(&cases[i].part), cases[i].entries);
    }
}

TEST(a_file_is_as_its_description_says)
{
    static const uint8_t head[] = {
        'f',  'w', 's', 'i', 'g', 'n', 'e', 'd', 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32,
        0x10, 0,   4,   0,   0,   0,   0,   0,   0,    0,    4,    0,    0,    0,    0,
        0,    0,   0,   0,   0,   0,   1,   0,   0,    0,    1,    0,    0,    0,
    };
    static const uint8_t record[] = {
        0x15, 0x7c, 0x4a, 0x7f, 0xb9, 0x79, 0x37, 0x9e, 0, 0, 0, 0, 0, 0, 0, 0,
        0,    4,    0,    0,    0,    0,    0,    0,    1, 4, 0, 0, 0, 0, 0, 0,
    };
    FWS_AUTO(fws_buf) bytes = {0};

    make_file(1, &bytes);
    assert_int_equal(bytes.size, FWS_SIGNED_BLOCK);
    assert_memory_equal(bytes.data, head, sizeof head);
    assert_memory_equal(bytes.data + 48, record, sizeof record);
    for (size_t i = 48 + sizeof record; i < bytes.size; i++) {
        assert_int_equal(bytes.data[i], 0);
    }
    uint32_t crc = (uint32_t)bytes.data[44] | (uint32_t)bytes.data[45] << 8 |
                   (uint32_t)bytes.data[46] << 16 | (uint32_t)bytes.data[47] << 24;

    memset(bytes.data + 44, 0, 4);
    assert_int_equal(crc, fws_crc32c(bytes.data, bytes.size));
}

TEST(of_a_key_the_newest_record_is_left)
{
    FWS_AUTO(fws_buf) records = {0};

    make_records(3, &records);
    make_records(3, &records);
    struct fws_signed_record newer = record_of(1);

    newer.outcome += 100;
    assert_status(fws_buf_append(&records, &newer, sizeof newer, &err), FWS_OK);
    fws_signed_sort(&records);
    assert_int_equal(records.size, 3 * sizeof newer);
    for (unsigned i = 0; i < 3; i++) {
        const struct fws_signed_record *at =
            (const struct fws_signed_record *)(void *)records.data + i;

        if (memcmp(at->key, newer.key, sizeof newer.key) == 0) {
            assert_int_equal(at->outcome, newer.outcome);
        } else {
            assert_int_not_equal(at->outcome, newer.outcome);
        }
    }
    fws_buf_free(&records);
    fws_signed_sort(&records); /* of nothing */
    assert_int_equal(records.size, 0);
}

/* ---- Searching ---- */

TEST(each_record_of_a_file_is_found_and_no_other)
{
    static const unsigned counts[] = {0, 1, 2, 125, 126, 127, 252, 253, 512};

    enter();
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        FWS_AUTO(fws_buf) bytes = {0};

        make_file(counts[n], &bytes);
        assert_int_equal(bytes.size,
                         FWS_SIGNED_BLOCK * (counts[n] == 0 ? 1 : (counts[n] + 125) / 126));
        put_file(&part, &bytes);
        for (unsigned i = 0; i < 600; i++) {
            bool found = i >= counts[n];

            assert_status(search(i, &found), FWS_OK);
            assert_int_equal(found, i < counts[n]);
        }
    }
    leave();
}

TEST(all_records_of_a_file_are_loaded_behind_what_is_there)
{
    FWS_AUTO(fws_buf) expected = {0};
    FWS_AUTO(fws_buf) records = {0};
    FWS_AUTO(fws_buf) bytes = {0};

    enter();
    make_file(300, &bytes);
    put_file(&part, &bytes);
    make_records(2, &expected);
    make_records(2, &records);
    make_records(300, &expected);
    fws_signed_sort(&expected);
    assert_status(fws_signed_load(&index_of, &part, folder_fd, &records), FWS_OK);
    assert_int_equal(records.size, 302 * sizeof(struct fws_signed_record));
    fws_signed_sort(&records);
    assert_int_equal(records.size, expected.size);
    assert_memory_equal(records.data, expected.data, expected.size);
    leave();
}

/* ---- Files that are not in order ---- */

TEST(a_file_that_is_not_there_is_not_found)
{
    bool found = true;

    enter();
    assert_status(search(0, &found), FWS_E_NOT_FOUND);
    assert_false(found);
    leave();
}

TEST(every_bit_of_a_file_flipped_is_noticed)
{
    FWS_AUTO(fws_buf) bytes = {0};
    bool found = false;

    enter();
    make_file(20, &bytes);
    put_file(&part, &bytes);
    for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
        flip(&bytes, bit);
        assert_status(search((unsigned)(bit % 20), &found), FWS_E_INPUT);
        assert_false(found);
        flip(&bytes, bit);
    }
    assert_status(search(0, &found), FWS_OK);
    assert_true(found);
    leave();
}

/* A block that is not in order does not keep those from being used that the search does not meet. */
TEST(a_bit_flipped_in_one_of_several_blocks_gives_no_wrong_answer)
{
    FWS_AUTO(fws_buf) bytes = {0};
    unsigned refused = 0;
    unsigned answered = 0;

    enter();
    make_file(500, &bytes);
    put_file(&part, &bytes);
    for (size_t bit = 0; bit < 8 * bytes.size; bit += 53) {
        bool found = false;

        flip(&bytes, bit);
        if (search((unsigned)(bit % 500), &found) == FWS_OK) {
            assert_true(found);
            answered++;
        } else {
            refused++;
        }
        flip(&bytes, bit);
    }
    assert_in_range(refused, 100, 3000);
    assert_in_range(answered, 100, 3000);
    leave();
}

TEST(a_file_that_was_cut_off_is_noticed)
{
    static const size_t sizes[] = {0, 1, 47, 48, 4095, 4097, 8191, 8193, 12287};
    FWS_AUTO(fws_buf) bytes = {0};

    enter();
    make_file(300, &bytes);
    assert_int_equal(bytes.size, 3 * FWS_SIGNED_BLOCK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        bytes.size = sizes[i];
        refuse(&bytes, 0);
    }
    for (bytes.size = FWS_SIGNED_BLOCK; bytes.size < 3 * FWS_SIGNED_BLOCK;
         bytes.size += FWS_SIGNED_BLOCK) {
        refuse(&bytes, 0); /* each block knows how many there are */
    }
    leave();
}

TEST(a_file_with_more_blocks_than_its_range_can_fill_is_refused)
{
    const unsigned most = (FWS_SIGNED_RANGE / FWS_SIGNED_BLOCK_RECORDS + 1) * 126u;

    enter();
    for (unsigned more = 0; more < 2; more++) {
        FWS_AUTO(fws_buf) records = {0};
        FWS_AUTO(fws_buf) bytes = {0};
        bool found = false;

        for (unsigned i = 0; i < most + more; i++) {
            struct fws_signed_record record = record_of(i);

            record.intent = record_of(i % 500).intent;
            record.outcome = record_of(i % 500).outcome;
            assert_status(fws_buf_append(&records, &record, sizeof record, &err), FWS_OK);
        }
        fws_signed_sort(&records);
        assert_status(fws_signed_write(&index_of, &part, &records, &bytes, &err), FWS_OK);
        put_file(&part, &bytes);
        assert_status(search(0, &found), more == 0 ? FWS_OK : FWS_E_INPUT);
    }
    leave();
}

TEST(a_block_that_says_it_holds_more_than_it_can_is_refused)
{
    FWS_AUTO(fws_buf) bytes = {0};

    enter();
    make_file(FWS_SIGNED_BLOCK_RECORDS, &bytes);
    assert_int_equal(bytes.size, FWS_SIGNED_BLOCK);
    bytes.data[40]++;
    seal(&bytes, 0);
    refuse(&bytes, 0);
    leave();
}

/* Nor does it take what it has written itself. */
TEST(a_log_without_an_id_has_no_files)
{
    struct fws_signed_index nobody = {.log_id = ""};
    FWS_AUTO(fws_buf) records = {0};
    FWS_AUTO(fws_buf) bytes = {0};
    struct fws_signed_record hit = record_of(0);
    bool found = true;

    enter();
    make_records(1, &records);
    assert_status(fws_signed_write(&nobody, &part, &records, &bytes, &err), FWS_OK);
    put_file(&part, &bytes);
    assert_status(fws_signed_search(&nobody, &part, folder_fd, hit.key, &hit, &found), FWS_E_INPUT);
    assert_false(found);
    leave();
}

TEST(a_file_of_another_log_part_or_place_is_refused)
{
    static const struct fws_signed_part others[] = {{0, 0}, {0, 2048}, {1, 0}};
    struct fws_signed_index stranger = {.log_id = "fedcba9876543211"};
    struct fws_signed_index nobody = {.log_id = "fedcba987654321"};
    FWS_AUTO(fws_buf) bytes = {0};
    struct fws_signed_record hit = record_of(0);
    bool found = true;

    enter();
    make_file(300, &bytes);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        put_file(&others[i], &bytes);
        assert_status(search_in(&others[i], 0, &found), FWS_E_INPUT);
    }
    put_file(&part, &bytes);
    assert_status(fws_signed_search(&stranger, &part, folder_fd, hit.key, &hit, &found),
                  FWS_E_INPUT);
    assert_status(fws_signed_search(&nobody, &part, folder_fd, hit.key, &hit, &found), FWS_E_INPUT);
    uint8_t block[FWS_SIGNED_BLOCK];

    memcpy(block, bytes.data, sizeof block); /* two blocks in each other's place */
    memcpy(bytes.data, bytes.data + sizeof block, sizeof block);
    memcpy(bytes.data + sizeof block, block, sizeof block);
    refuse(&bytes, 0);
    leave();
}

/* Bytes that somebody has made, with a checksum that is right. */
TEST(a_block_that_no_program_of_ours_writes_is_refused)
{
    static const struct {
        size_t offset;
        uint8_t by;
    } edits[] = {
        {40, 127},           /* more records than a block holds */
        {40, 0},             /* none, but not zeros behind */
        {40, 19},            /* fewer than there are */
        {40, 21},            /* more than there are: zeros are no record */
        {43, 0xff},          /* by far */
        {48 + 32 * 20, 1},   /* behind the last record */
        {4095, 1},           /* the last byte */
        {48 + 24 + 1, 3},    /* an outcome before the range */
        {48 + 24 + 1, 8},    /* behind it */
        {48 + 24 + 7, 0x80}, /* far behind it */
        {48 + 16 + 7, 0x80}, /* an intent behind its outcome */
        {48 + 32 + 0, 0},    /* keys that do not ascend */
    };

    enter();
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        FWS_AUTO(fws_buf) bytes = {0};

        make_file(20, &bytes);
        bytes.data[edits[i].offset] = edits[i].by;
        seal(&bytes, 0);
        refuse(&bytes, 0);
    }
    leave();
}

TEST(an_empty_block_stands_alone)
{
    FWS_AUTO(fws_buf) bytes = {0};
    bool found = true;

    enter();
    make_file(0, &bytes);
    put_file(&part, &bytes);
    assert_status(search(0, &found), FWS_OK);
    assert_false(found);
    make_file(0, &bytes);
    bytes.data[36] = 2; /* blocks */
    bytes.data[FWS_SIGNED_BLOCK + 36] = 2;
    bytes.data[FWS_SIGNED_BLOCK + 32] = 1; /* number */
    seal(&bytes, 0);
    seal(&bytes, FWS_SIGNED_BLOCK);
    refuse(&bytes, 0);
    leave();
}

TEST(what_is_no_regular_file_is_refused_without_waiting)
{
    FWS_AUTO(fws_buf) bytes = {0};
    char name[FWS_SIGNED_NAME_SIZE];
    bool found = true;

    enter();
    (void)fws_signed_part_name(&part, name);
    assert_int_equal(mkfifoat(folder_fd, name, 0600), 0);
    assert_status(search(0, &found), FWS_E_INPUT);
    assert_int_equal(unlinkat(folder_fd, name, 0), 0);
    assert_int_equal(mkdirat(folder_fd, name, 0700), 0);
    assert_status(search(0, &found), FWS_E_INPUT);
    assert_int_equal(unlinkat(folder_fd, name, AT_REMOVEDIR), 0);
    make_file(1, &bytes);
    put_file(&part, &bytes);
    assert_int_equal(renameat(folder_fd, name, folder_fd, "elsewhere"), 0);
    assert_int_equal(symlinkat("elsewhere", folder_fd, name), 0);
    assert_status(search(0, &found), FWS_E_INPUT);
    leave();
}

/* ---- Keys ---- */

#define HEX_32 "00112233445566778899aabbccddeeff"
#define HEX_64 HEX_32 HEX_32

TEST(a_digest_is_one_of_three_in_lower_case)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"sha256:" HEX_64, true},
        {"sha384:" HEX_64 HEX_32, true},
        {"sha512:" HEX_64 HEX_64, true},
        {"", false},
        {"sha256:", false},
        {"sha256:" HEX_32, false},
        {"sha256:" HEX_64 "0", false},
        {"sha256:" HEX_64 HEX_32, false},
        {"sha384:" HEX_64, false},
        {"sha512:" HEX_64 HEX_64 HEX_64, false},
        {"SHA256:" HEX_64, false},
        {"sha256 " HEX_64, false},
        {"sha256:" HEX_32 "00112233445566778899AABBCCDDEEFF", false},
        {"sha256:" HEX_32 "00112233445566778899aabbccddeefg", false},
    };
    char out[FWS_DIGEST_ANY_TEXT_SIZE];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool good = fws_signed_digest(cases[i].text, strlen(cases[i].text), out);

        assert_int_equal(good, cases[i].good);
        if (good) {
            assert_string_equal(out, cases[i].text);
        }
    }
}

TEST(a_key_is_the_three_digests_over_one_another)
{
    static const uint8_t expected[FWS_SIGNED_KEY_SIZE] = {
        0x00 ^ 0xff, 0x11 ^ 0xff, 0x22 ^ 0xff, 0x33 ^ 0xff, 0x44, 0x55, 0x66, 0x77,
        0x88,        0x99,        0xaa,        0xbb,        0xcc, 0xdd, 0xee, 0xff ^ 0x01,
    };
    static const char zeros[] = "00000000000000000000000000000000";
    char spki[FWS_DIGEST_ANY_TEXT_SIZE];
    char policy[FWS_DIGEST_ANY_TEXT_SIZE];
    uint8_t key[FWS_SIGNED_KEY_SIZE];

    (void)snprintf(spki, sizeof spki, "sha256:ffffffff000000000000000000000000%s", zeros);
    (void)snprintf(policy, sizeof policy, "sha256:00000000000000000000000000000001%s", zeros);
    assert_true(fws_signed_key("sha384:" HEX_64 HEX_32, spki, policy, key));
    assert_memory_equal(key, expected, sizeof key);
    assert_false(fws_signed_key("", spki, policy, key));
    assert_false(fws_signed_key(spki, "", policy, key));
    assert_false(fws_signed_key(spki, policy, "", key));
}

TEST_MAIN("signer/signed_file")
