/* SPDX-License-Identifier: Apache-2.0 */
#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include <openssl/x509.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/pubkey.h"
#include "policy/denied_keys.h"
#include "tests/unit/test.h"

#define VECTORS FWS_SOURCE_DIR "/tests/vectors"

/* ---- Keys in the forms that the vectors have ---- */

static struct fws_pubkey key_of_pem(const char *path)
{
    FWS_AUTO(fws_buf) pem = {0};
    struct fws_error err = {0};
    struct fws_pubkey key;

    assert_status(fws_file_read(path, 65536, &pem, &err), FWS_OK);
    if (fws_pubkey_from_pem((const char *)pem.data, pem.size, &key, &err) != FWS_OK) {
        fail_msg("%s: %s", path, err.text);
    }
    return key;
}

/* DER of MCUboot: PKCS#1 for RSA, else SPKI; or a plain LMS key. */
static bool key_of_der(const uint8_t *der, size_t size, struct fws_pubkey *out)
{
    const unsigned char *at = der;
    struct fws_error err = {0};
    unsigned char *spki = NULL;

    if (fws_pubkey_is_lms(der, size)) {
        return fws_pubkey_from_lms(der, size, out, &err) == FWS_OK;
    }
    EVP_PKEY *rsa = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)size);

    if (rsa == NULL) {
        return fws_pubkey_from_spki(der, size, out, &err) == FWS_OK;
    }
    int spki_size = i2d_PUBKEY(rsa, &spki);
    bool done = spki_size > 0 && fws_pubkey_from_spki(spki, (size_t)spki_size, out, &err) == FWS_OK;

    OPENSSL_free(spki);
    EVP_PKEY_free(rsa);
    return done;
}

static struct fws_pubkey key_of_hex(const char *digits, size_t length)
{
    uint8_t der[FWS_PUBKEY_SPKI_MAX_SIZE];
    struct fws_pubkey key;

    assert_true(length / 2 <= sizeof der);
    assert_status(fws_hex_decode(digits, length, der, length / 2), FWS_OK);
    assert_true(key_of_der(der, length / 2, &key));
    return key;
}

static const struct fws_denied_key *row_of(const struct fws_pubkey *key)
{
    char digits[65];

    (void)fws_hex_encode(key->spki_sha256, sizeof key->spki_sha256, digits);
    for (size_t i = 0; i < fws_denied_key_count(); i++) {
        if (strcmp(fws_denied_key_at(i)->spki_sha256, digits) == 0) {
            return fws_denied_key_at(i);
        }
    }
    return NULL;
}

static void must_be_listed(const struct fws_pubkey *key, const char *where)
{
    const struct fws_denied_key *row = row_of(key);

    if (row == NULL) {
        fail_msg("%s: a %s key of ours is not on the list", where, key->type);
    } else {
        assert_ptr_equal(fws_denied_key_origin(key->spki_sha256), row->origin);
        assert_string_equal(row->type, key->type);
    }
}

/* ---- The list itself ---- */

TEST(digests_ascend_without_a_duplicate)
{
    assert_true(fws_denied_key_count() > 1);
    for (size_t i = 1; i < fws_denied_key_count(); i++) {
        const char *before = fws_denied_key_at(i - 1)->spki_sha256;
        const char *digits = fws_denied_key_at(i)->spki_sha256;

        if (strcmp(before, digits) >= 0) {
            fail_msg("row %zu: %s is not above %s", i, digits, before);
        }
    }
}

TEST(each_row_has_a_digest_a_type_and_a_short_origin)
{
    for (size_t i = 0; i < fws_denied_key_count(); i++) {
        const struct fws_denied_key *row = fws_denied_key_at(i);

        assert_int_equal(strlen(row->spki_sha256), 64);
        assert_int_equal(strspn(row->spki_sha256, "0123456789abcdef"), 64);
        assert_true(*row->type != '\0' && strlen(row->type) < FWS_PUBKEY_TYPE_SIZE);
        assert_true(*row->origin != '\0' && strlen(row->origin) <= FWS_DENIED_KEY_ORIGIN_MAX);
        for (const char *c = row->origin; *c != '\0'; c++) {
            assert_true(*c >= ' ' && *c <= '~' && *c != '|' && *c != '"' && *c != '\\');
        }
    }
}

TEST(each_row_is_found)
{
    for (size_t i = 0; i < fws_denied_key_count(); i++) {
        const struct fws_denied_key *row = fws_denied_key_at(i);
        uint8_t digest[32];

        assert_status(fws_hex_decode(row->spki_sha256, 64, digest, sizeof digest), FWS_OK);
        assert_ptr_equal(fws_denied_key_origin(digest), row->origin);
    }
}

TEST(a_digest_beside_a_listed_one_is_not_found)
{
    for (size_t i = 0; i < fws_denied_key_count(); i++) {
        uint8_t digest[32];

        assert_status(fws_hex_decode(fws_denied_key_at(i)->spki_sha256, 64, digest, sizeof digest),
                      FWS_OK);
        digest[31] ^= 1;
        assert_null(fws_denied_key_origin(digest));
        digest[31] ^= 1;
        digest[0] ^= 0x80;
        assert_null(fws_denied_key_origin(digest));
    }
}

TEST(the_least_and_the_greatest_digest_are_not_found)
{
    uint8_t digest[32] = {0};

    assert_null(fws_denied_key_origin(digest));
    memset(digest, 0xff, sizeof digest);
    assert_null(fws_denied_key_origin(digest));
}

/* What the projects named first publish is there by the name people know it under. */
TEST(the_samples_of_the_bootloaders_are_listed_by_name)
{
    static const char *const names[] = {
        "MCUboot root-rsa-2048.pem",
        "MCUboot root-rsa-3072.pem",
        "MCUboot root-ec-p256.pem",
        "MCUboot root-ec-p384.pem",
        "MCUboot root-ed25519.pem",
        "TF-M bl2/ext/mcuboot/root-RSA-3072.pem",
        "TF-M bl2/ext/mcuboot/root-EC-P256_1.pem",
    };

    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        bool found = false;

        for (size_t i = 0; i < fws_denied_key_count() && !found; i++) {
            found = strcmp(fws_denied_key_at(i)->origin, names[n]) == 0;
        }
        if (!found) {
            fail_msg("no row of '%s'", names[n]);
        }
    }
}

/* ---- Our own keys are on it ---- */

static size_t pem_files;

static int check_pem(const char *path, const struct stat *info, int kind, struct FTW *at)
{
    size_t length = strlen(path);

    (void)info;
    (void)at;
    if (kind == FTW_F && length > 4 && strcmp(path + length - 4, ".pem") == 0) {
        struct fws_pubkey key = key_of_pem(path);

        must_be_listed(&key, path);
        pem_files++;
    }
    return 0;
}

TEST(every_pem_file_of_the_vectors_is_listed)
{
    pem_files = 0;
    assert_int_equal(nftw(VECTORS, check_pem, 8, FTW_PHYS), 0);
    assert_true(pem_files >= 26);
}

/* The field-th word of a line, from 0; its length in *length. */
static const char *word(const char *line, unsigned field, size_t *length)
{
    for (; field > 0; field--) {
        line += strcspn(line, " \n");
        line += strspn(line, " ");
    }
    *length = strcspn(line, " \n");
    return line;
}

/* Each key in a column of a text file; where only is given, of the lines that have it in column 4. */
static size_t check_column(const char *path, unsigned column, const char *only)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    size_t keys = 0;
    size_t length;

    assert_status(fws_file_read(path, 64u << 20, &text, &err), FWS_OK);
    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    for (const char *line = (const char *)text.data; *line != '\0';) {
        const char *digits = word(line, column, &length);
        size_t verdict_length;
        const char *verdict = word(line, 4, &verdict_length);

        if (*line != '#' && (only == NULL || strncmp(verdict, only, strlen(only)) == 0)) {
            struct fws_pubkey key = key_of_hex(digits, length);

            must_be_listed(&key, path);
            keys++;
        }
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return keys;
}

TEST(every_key_of_the_malformed_vectors_is_listed)
{
    assert_true(check_column(VECTORS "/malformed/keys.txt", 2, NULL) >= 8);
}

TEST(every_key_of_a_valid_signature_of_the_edge_vectors_is_listed)
{
    static const char *const names[] = {"p256",    "p256-der", "p384",   "p384-der",
                                        "rsa2048", "rsa3072",  "ed25519"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];

        (void)snprintf(path, sizeof path, VECTORS "/edge/%s.txt", names[i]);
        assert_true(check_column(path, 1, "accept") > 0);
    }
}

/* ---- Others are not ---- */

TEST(a_fresh_key_is_not_listed)
{
    EVP_PKEY *pkeys[] = {EVP_EC_gen("P-256"), EVP_EC_gen("P-384"),
                         EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), EVP_RSA_gen(2048)};

    for (size_t i = 0; i < sizeof pkeys / sizeof pkeys[0]; i++) {
        unsigned char *spki = NULL;
        struct fws_error err = {0};
        struct fws_pubkey key;
        int size = i2d_PUBKEY(pkeys[i], &spki);

        assert_true(size > 0);
        assert_status(fws_pubkey_from_spki(spki, (size_t)size, &key, &err), FWS_OK);
        assert_null(fws_denied_key_origin(key.spki_sha256));
        OPENSSL_free(spki);
        EVP_PKEY_free(pkeys[i]);
    }
}

TEST_MAIN("policy/denied_keys")
