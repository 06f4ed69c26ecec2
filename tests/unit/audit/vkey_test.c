/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "base/base64.h"
#include "tests/unit/audit/note_key.h"
#include "tests/unit/test.h"

/* c2sp.org/signed-note. */
static const char ed25519_vkey[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

/* Made with openssl ecparam, pkey and a SHA-256 of the SPKI by another program. */
static const char ecdsa_vkey[] =
    "example.test/ecdsa-log+12761b81+"
    "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABE9Pp0MARiyVGCoSLjZKSGW58h/fELmrwWfVq9Zt"
    "pOA7Pg6XobF5YiriH4QeR4oltZwRzM+oU/4lDqkRQ3cJomg=";

static const char *const good[] = {ed25519_vkey, ecdsa_vkey};

static enum fws_status parse_size(const char *text, size_t size, struct fws_vkey *out)
{
    struct fws_error err = {0};
    enum fws_status status = fws_vkey_parse(text, size, out, &err);

    assert_int_equal(status, err.status);
    return status;
}

static enum fws_status parse(const char *text)
{
    struct fws_vkey key;

    return parse_size(text, strlen(text), &key);
}

/* A vkey of these parts, with whatever id. */
static enum fws_status parse_parts(const char *name, const char *id, const void *material,
                                   size_t size)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_vkey key;
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&text, &err, "%s+%s+", name, id), FWS_OK);
    assert_status(fws_base64_encode(material, size, &text, &err), FWS_OK);
    return parse_size((const char *)text.data, text.size, &key);
}

TEST(the_example_of_the_specification_is_read)
{
    struct fws_vkey key;

    assert_status(parse_size(ed25519_vkey, strlen(ed25519_vkey), &key), FWS_OK);
    assert_string_equal(key.name, "example.com/foo");
    assert_memory_equal(key.id, "\x53\x0d\x90\x3a", 4);
    assert_int_equal(key.key.alg, FWS_ALG_ED25519);
}

TEST(an_ecdsa_key_s_id_is_of_its_spki)
{
    struct fws_vkey key;

    assert_status(parse_size(ecdsa_vkey, strlen(ecdsa_vkey), &key), FWS_OK);
    assert_string_equal(key.name, "example.test/ecdsa-log");
    assert_memory_equal(key.id, "\x12\x76\x1b\x81", 4);
    assert_memory_equal(key.id, key.key.spki_sha256, 4);
    assert_int_equal(key.key.alg, FWS_ALG_P256);
}

TEST(what_is_read_is_written_back_to_the_same_bytes)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        FWS_AUTO(fws_buf) text = {0};
        struct fws_vkey key;
        struct fws_error err = {0};

        assert_status(parse_size(good[i], strlen(good[i]), &key), FWS_OK);
        assert_status(fws_vkey_write(&key, &text, &err), FWS_OK);
        assert_int_equal(text.size, strlen(good[i]));
        assert_memory_equal(text.data, good[i], text.size);
    }
}

TEST(every_flipped_bit_of_a_vkey_is_refused)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const size_t size = strlen(good[i]);
        const size_t name_bits = strcspn(good[i], "+") * 8;
        char text[FWS_VKEY_TEXT_MAX];
        struct fws_vkey key;

        for (size_t bit = 0; bit < size * 8; bit++) {
            memcpy(text, good[i], size);
            text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
            /* The id of an ECDSA key does not cover its name: another name is another vkey. */
            if (good[i] != ecdsa_vkey || bit >= name_bits) {
                assert_status(parse_size(text, size, &key), FWS_E_TRUST);
            }
        }
    }
}

TEST(every_shorter_or_longer_text_is_refused)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        char text[FWS_VKEY_TEXT_MAX] = {0};
        struct fws_vkey key;

        for (size_t size = 0; size < strlen(good[i]); size++) {
            assert_status(parse_size(good[i], size, &key), FWS_E_TRUST);
        }
        for (unsigned byte = 0; byte < 256; byte++) {
            (void)snprintf(text, sizeof text, "%s%c", good[i], (int)byte);
            assert_status(parse_size(text, strlen(good[i]) + 1, &key), FWS_E_TRUST);
        }
    }
}

TEST(a_vkey_has_three_parts)
{
    assert_status(parse(""), FWS_E_TRUST);
    assert_status(parse("+"), FWS_E_TRUST);
    assert_status(parse("++"), FWS_E_TRUST);
    assert_status(parse("example.com/foo+530d903a"), FWS_E_TRUST);
    assert_status(parse("example.com/foo+530d903a+"), FWS_E_TRUST);
    assert_status(parse("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"), FWS_E_TRUST);
}

TEST(the_id_is_eight_small_digits)
{
    assert_status(parse("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
                  FWS_E_TRUST);
    assert_status(parse("example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
                  FWS_E_TRUST);
    assert_status(parse("example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
                  FWS_E_TRUST);
    assert_status(parse("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
                  FWS_E_TRUST);
}

/* What follows is right for what it is; only who may sign a log is judged. Ids are as the rule for
 * Ed25519 or for ECDSA makes them. */
static void refused_material(const uint8_t *material, size_t size, const char *why)
{
    struct fws_vkey key;
    struct fws_error err = {0};
    FWS_AUTO(fws_buf) text = {0};
    FWS_AUTO(fws_buf) hashed = {0};
    uint8_t digest[32];

    assert_status(fws_buf_printf(&hashed, &err, "a\n"), FWS_OK);
    assert_status(fws_buf_append(&hashed, material, size, &err), FWS_OK);
    if (material[0] == 2) {
        assert_int_equal(EVP_Digest(material + 1, size - 1, digest, NULL, EVP_sha256(), NULL), 1);
    } else {
        assert_int_equal(EVP_Digest(hashed.data, hashed.size, digest, NULL, EVP_sha256(), NULL), 1);
    }
    assert_status(fws_buf_printf(&text, &err, "a+%02x%02x%02x%02x+", digest[0], digest[1],
                                 digest[2], digest[3]),
                  FWS_OK);
    assert_status(fws_base64_encode(material, size, &text, &err), FWS_OK);
    assert_status(fws_vkey_parse((const char *)text.data, text.size, &key, &err), FWS_E_TRUST);
    assert_non_null(strstr(err.text, why));
}

static void refused_spki(EVP_PKEY *pkey, const char *why)
{
    struct fws_pubkey pub = public_of(pkey);
    uint8_t material[1 + FWS_PUBKEY_SPKI_MAX_SIZE] = {2};

    memcpy(material + 1, pub.spki, pub.spki_size);
    refused_material(material, 1 + pub.spki_size, why);
    EVP_PKEY_free(pkey);
}

TEST(a_type_says_what_kind_of_key_follows)
{
    uint8_t material[34] = {1};

    for (unsigned type = 0; type < 256; type++) {
        material[0] = (uint8_t)type;
        refused_material(material, 33,
                         type == 1   ? "anybody can sign"
                         : type == 2 ? "no public key"
                                     : "of a type other");
    }
    material[0] = 1;
    refused_material(material, 34, "of a type other");
    refused_material(material, 32, "of a type other");
    refused_spki(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "of another kind");
    refused_spki(EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), "of another kind");
    refused_spki(EVP_EC_gen("P-384"), "of another kind");
    refused_spki(EVP_EC_gen("secp256k1"), "of another kind");
}

TEST(an_ecdsa_key_has_one_encoding)
{
    static const char compressed[] =
        "\x02\x30\x39\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03"
        "\x01\x07\x03\x22\x00\x02\x4f\x4f\xa7\x43\x00\x46\x2c\x95\x18\x2a\x12\x2e\x36\x4a\x48\x65"
        "\xb9\xf2\x1f\xdf\x10\xb9\xab\xc1\x67\xd5\xab\xd6\x6d\xa4\xe0\x3b";
    struct fws_pubkey pub;
    struct fws_error err = {0};
    uint8_t material[128] = {2, 0x30, 0x81, 0x59}; /* a length that is longer than it need be */
    struct fws_vkey key;

    refused_material((const uint8_t *)compressed, sizeof compressed - 1, "another form than DER");
    assert_status(parse_size(ecdsa_vkey, strlen(ecdsa_vkey), &key), FWS_OK);
    memcpy(material + 4, key.key.spki + 2, key.key.spki_size - 2);
    assert_status(fws_pubkey_from_spki(material + 1, key.key.spki_size + 1, &pub, &err), FWS_OK);
    refused_material(material, key.key.spki_size + 2, "another form than DER");
}

TEST(a_point_off_the_curve_is_no_key)
{
    struct fws_vkey key;
    uint8_t material[92] = {2};

    assert_status(parse_size(ecdsa_vkey, strlen(ecdsa_vkey), &key), FWS_OK);
    memcpy(material + 1, key.key.spki, 91);
    material[91] ^= 1;
    refused_material(material, sizeof material, "no public key");
}

/* y of the points of order 1, 2, 4 and 8 by their definition: -1 is p - 1, and a root of the curve's
 * equation for x^2 = y^2; and what is the same modulo p. */
static const char *const weak_points[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};

static void point_of(const char *hex, uint8_t out[32])
{
    size_t size;

    assert_int_equal(OPENSSL_hexstr2buf_ex(out, 32, &size, hex, '\0'), 1);
    assert_int_equal(size, 32);
}

TEST(a_key_under_which_anybody_can_sign_is_refused)
{
    for (size_t i = 0; i < sizeof weak_points / sizeof weak_points[0]; i++) {
        uint8_t material[33] = {1};
        struct fws_pubkey pub;
        struct fws_vkey key;
        struct fws_error err = {0};

        point_of(weak_points[i], material + 1);
        refused_material(material, sizeof material, "anybody can sign");
        assert_status(fws_pubkey_from_ed25519(material + 1, &pub, &err), FWS_OK);
        assert_status(fws_vkey_make("a", &pub, &key, &err), FWS_E_LOG_KEY);
    }
}

/* Why they are refused: nobody has the key, yet for some texts OpenSSL takes R = that point, S = 0. */
TEST(openssl_takes_signatures_nobody_made_under_such_keys)
{
    unsigned taken = 0;

    for (unsigned text = 0; text < 64; text++) {
        uint8_t zeros[32] = {0}, signature[64] = {0};
        uint8_t message[2] = {(uint8_t)text, '\n'};
        struct fws_pubkey pub;
        struct fws_error err = {0};

        signature[0] = 1; /* the neutral element */
        assert_status(fws_pubkey_from_ed25519(zeros, &pub, &err), FWS_OK);
        taken += fws_pubkey_verify(&pub, message, sizeof message, signature, sizeof signature,
                                   &err) == FWS_OK;
    }
    assert_true(taken > 0);
}

/* Close to those that are refused, and sound. */
TEST(keys_beside_the_weak_ones_are_taken)
{
    static const char *const points[] = {
        "0200000000000000000000000000000000000000000000000000000000000000",
        "ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe7f",
        "27e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    };

    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        uint8_t point[32];
        struct fws_pubkey pub;
        struct fws_vkey key;
        struct fws_error err = {0};

        point_of(points[i], point);
        assert_status(fws_pubkey_from_ed25519(point, &pub, &err), FWS_OK);
        assert_status(fws_vkey_make("a", &pub, &key, &err), FWS_OK);
    }
}

TEST(only_keys_that_sign_notes_are_made_vkeys)
{
    EVP_PKEY *others[] = {EVP_RSA_gen(2048), EVP_EC_gen("P-384"), EVP_EC_gen("P-521")};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct fws_pubkey pub = public_of(others[i]);
        struct fws_vkey key = {.key = pub};
        FWS_AUTO(fws_buf) text = {0};
        struct fws_error err = {0};

        assert_status(fws_vkey_write(&key, &text, &err), FWS_E_LOG_KEY);
        assert_status(fws_vkey_make("a", &pub, &key, &err), FWS_E_LOG_KEY);
        assert_non_null(strstr(err.text, pub.type));
        EVP_PKEY_free(others[i]);
    }
}

TEST(a_vkey_has_a_name_that_a_log_may_have)
{
    static const char *const bad[] = {"", "a b", "a+b", "a\"", "a\\", "a\n", "\xc3\xa4", "a\x7f"};
    char name[FWS_AUDIT_ORIGIN_MAX + 2];
    struct fws_vkey key, made;
    struct fws_error err = {0};

    assert_status(parse_size(ecdsa_vkey, strlen(ecdsa_vkey), &key), FWS_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_status(fws_vkey_make(bad[i], &key.key, &made, &err), FWS_E_USAGE);
        uint8_t material[92] = {2};

        memcpy(material + 1, key.key.spki, 91);
        assert_status(parse_parts(bad[i], "12761b81", material, sizeof material), FWS_E_TRUST);
        assert_status(parse_parts("a", "12761b81", material, sizeof material), FWS_OK);
    }
    memset(name, 'n', sizeof name);
    name[FWS_AUDIT_ORIGIN_MAX + 1] = '\0';
    assert_status(fws_vkey_make(name, &key.key, &made, &err), FWS_E_USAGE);
    name[FWS_AUDIT_ORIGIN_MAX] = '\0';
    assert_status(fws_vkey_make(name, &key.key, &made, &err), FWS_OK);
    assert_string_equal(made.name, name);
}

/* Read as text, the name would be another one. */
TEST(a_nul_in_a_name_is_refused)
{
    char text[sizeof ecdsa_vkey];
    struct fws_vkey key;

    memcpy(text, ecdsa_vkey, sizeof text);
    text[7] = '\0';
    assert_status(parse_size(text, sizeof text - 1, &key), FWS_E_TRUST);
}

TEST(the_longest_vkey_is_within_the_limit)
{
    char name[FWS_AUDIT_ORIGIN_MAX + 1];
    FWS_AUTO(fws_buf) text = {0};
    struct fws_vkey key, made;
    struct fws_error err = {0};

    memset(name, 'n', sizeof name);
    name[FWS_AUDIT_ORIGIN_MAX] = '\0';
    assert_status(parse_size(ecdsa_vkey, strlen(ecdsa_vkey), &key), FWS_OK);
    assert_status(fws_vkey_make(name, &key.key, &made, &err), FWS_OK);
    assert_status(fws_vkey_write(&made, &text, &err), FWS_OK);
    assert_in_range(text.size, FWS_AUDIT_ORIGIN_MAX, FWS_VKEY_TEXT_MAX);
    assert_status(parse_size((const char *)text.data, text.size, &key), FWS_OK);
}

/* The key of the name makes the id of Ed25519; the same key under another name has another. */
TEST(the_id_of_an_ed25519_key_depends_on_its_name)
{
    struct fws_vkey key, other;
    struct fws_error err = {0};

    assert_status(parse_size(ed25519_vkey, strlen(ed25519_vkey), &key), FWS_OK);
    assert_status(fws_vkey_make("example.com/bar", &key.key, &other, &err), FWS_OK);
    assert_memory_not_equal(key.id, other.id, sizeof key.id);
}

TEST_MAIN("audit/vkey")
