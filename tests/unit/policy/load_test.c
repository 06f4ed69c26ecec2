/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "policy/policy.h"
#include "tests/unit/test.h"

static const char full[] = "# the pump\n"
                           "product: pump\n"
                           "keys: [prod-2025]\n"
                           "allow-imported: true\n"
                           "allow-multi-purpose: true\n"
                           "allow-software-keys: true\n"
                           "header: reserved\n"
                           "header-size: 0x400\n"
                           "slot-size: 0x60000\n"
                           "erased: 0x00\n"
                           "resign: true\n"
                           "hex-range: 0x0-0x3ffff\n"
                           "version:\n"
                           "  from: [option, \"file: VERSION\", git]\n"
                           "  minimum: 0.1.0\n"
                           "  increasing: true\n";

static const char least[] = "product: p\nkeys: k\nslot-size: 4K\nversion:\n  from: git\n";

static void parse(const char *text, struct fws_policy *out)
{
    struct fws_error err = {0};
    enum fws_status status = fws_policy_parse("policy/pump.yaml", text, strlen(text), out, &err);

    assert_string_equal(err.text, "");
    assert_status(status, FWS_OK);
}

/* The full policy with the first occurrence of one piece replaced by another. */
static void edit(const char *from, const char *to, char out[1024])
{
    const char *at = strstr(full, from);

    assert_non_null(at);
    (void)snprintf(out, 1024, "%.*s%s%s", (int)(at - full), full, to, at + strlen(from));
}

static void refuse(const char *text, const char *message)
{
    static const struct fws_policy zero;
    struct fws_policy policy;
    struct fws_error err = {0};
    enum fws_status status =
        fws_policy_parse("policy/pump.yaml", text, strlen(text), &policy, &err);

    assert_string_equal(err.text, message);
    assert_status(status, FWS_E_POLICY_INVALID);
    assert_memory_equal(&policy, &zero, sizeof zero);
}

TEST(every_key_reaches_its_member)
{
    FWS_AUTO(fws_policy) got = {0};
    uint8_t digest[32];
    struct fws_error err = {0};

    parse(full, &got);
    assert_string_equal(got.path, "policy/pump.yaml");
    assert_string_equal(got.product, "pump");
    assert_int_equal(got.keys.count, 1);
    assert_string_equal(got.keys.items[0], "prod-2025");
    assert_true(got.allow_imported && got.allow_multi_purpose && got.allow_software_keys);
    assert_int_equal(got.header, FWS_POLICY_HEADER_RESERVED);
    assert_int_equal(got.header_size, 0x400);
    assert_int_equal(got.slot_size, 0x60000);
    assert_int_equal(got.erased, 0);
    assert_true(got.resign);
    assert_true(got.hex_range.given);
    assert_int_equal(got.hex_range.last, 0x3ffff);
    assert_int_equal(got.source_count, 3);
    assert_int_equal(got.sources[0].kind, FWS_VERSION_FROM_OPTION);
    assert_int_equal(got.sources[1].kind, FWS_VERSION_FROM_FILE);
    assert_string_equal(got.sources[1].path, "VERSION");
    assert_int_equal(got.sources[2].kind, FWS_VERSION_FROM_GIT);
    assert_true(got.has_version_minimum);
    assert_int_equal(got.version_minimum.minor, 1);
    assert_int_equal(got.at_version_minimum.line, 15);
    assert_int_equal(got.at_version_minimum.column, 12);
    assert_true(got.version_increasing);
    assert_int_equal(got.at_version_increasing.line, 16);
    assert_int_equal(got.at_version_increasing.column, 15);
    assert_status(fws_digest(FWS_HASH_SHA256, full, strlen(full), digest, &err), FWS_OK);
    assert_memory_equal(got.digest, digest, sizeof digest);
}

TEST(what_is_not_said_is_the_careful_choice)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(least, &got);
    assert_false(got.allow_imported || got.allow_multi_purpose || got.allow_software_keys);
    assert_false(got.resign);
    assert_false(got.has_version_minimum || got.version_increasing);
    assert_false(got.hex_range.given);
    assert_int_equal(got.header, FWS_POLICY_HEADER_PREPEND);
    assert_int_equal(got.header_size, 0x200);
    assert_int_equal(got.erased, 0xff);
    assert_int_equal(got.slot_size, 4096);
    assert_int_equal(got.at_resign.line, 0);
}

/* The reference prints default_text; writing it into a file must change nothing. */
TEST(documented_defaults_are_the_defaults)
{
    FWS_AUTO(fws_policy) plain = {0};
    FWS_AUTO(fws_policy) spelled = {0};
    char text[1024];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", least);
    size_t spelled_count = 0;

    for (const struct fws_yaml_field *row = fws_policy_fields; row->key != NULL; row++) {
        if (row->default_text != NULL && strchr(row->default_text, ' ') == NULL) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s: %s\n", row->key,
                                     row->default_text);
            spelled_count++;
        }
    }
    parse(least, &plain);
    parse(text, &spelled);
    assert_int_equal(spelled_count, 7);
    assert_int_equal(spelled.allow_imported, plain.allow_imported);
    assert_int_equal(spelled.allow_multi_purpose, plain.allow_multi_purpose);
    assert_int_equal(spelled.allow_software_keys, plain.allow_software_keys);
    assert_int_equal(spelled.header, plain.header);
    assert_int_equal(spelled.header_size, plain.header_size);
    assert_int_equal(spelled.erased, plain.erased);
    assert_int_equal(spelled.resign, plain.resign);
}

/* One edit of the full policy, one message. */
static const struct {
    const char *from;
    const char *to;
    const char *message;
} edits[] = {
    {"  minimum: 0.1.0", "  rollback_flor: 1",
     "policy/pump.yaml:15:3: unknown key 'rollback_flor' in 'version'"},
    {"  minimum:", "  minimun:",
     "policy/pump.yaml:15:3: unknown key 'minimun' in 'version' (did you mean 'minimum'?)"},
    {"slot-size:", "slot_size:",
     "policy/pump.yaml:9:1: unknown key 'slot_size' (did you mean 'slot-size'?)"},
    {"resign: true", "product: fan",
     "policy/pump.yaml:11:1: duplicate key 'product' (first in line 2)"},
    {"product: pump\n", "", "policy/pump.yaml:2:1: missing key 'product'"},
    {"keys: [prod-2025]\n", "", "policy/pump.yaml:2:1: missing key 'keys'"},
    {"slot-size: 0x60000\n", "", "policy/pump.yaml:2:1: missing key 'slot-size'"},
    {"  from: [option, \"file: VERSION\", git]\n", "",
     "policy/pump.yaml:14:3: missing key 'from' in 'version'"},
    {"product: pump", "product: ''",
     "policy/pump.yaml:2:10: 'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: pu mp",
     "policy/pump.yaml:2:10: 'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: ../pump",
     "policy/pump.yaml:2:10: 'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: p\xc3\xbcmp",
     "policy/pump.yaml:2:10: 'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "policy/pump.yaml:2:10: 'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"keys: [prod-2025]", "keys: []", "policy/pump.yaml:3:7: 'keys' has 0 items, not at least 1"},
    {"keys: [prod-2025]", "keys: [a, b, a]", "policy/pump.yaml:3:14: 'keys' lists 'a' twice"},
    {"keys: [prod-2025]", "keys: \"\"", "policy/pump.yaml:3:7: an item of 'keys' is empty"},
    {"keys: [prod-2025]", "keys: [\"pkcs11:object=a?pin-value=1234\"]",
     "policy/pump.yaml:3:8: 'keys' names a key by a URI with a PIN; keep the PIN out of the "
     "policy"},
    {"keys: [prod-2025]", "keys: [\"pkcs11:object=a?pin-source=file:/pin\"]",
     "policy/pump.yaml:3:8: 'keys' names a key by a URI with a PIN; keep the PIN out of the "
     "policy"},
    {"allow-imported: true", "allow-imported: on",
     "policy/pump.yaml:4:17: 'allow-imported' must be true or false, not 'on'"},
    {"header: reserved", "header: append",
     "policy/pump.yaml:7:9: 'header' must be prepend or reserved, not 'append'"},
    {"header-size: 0x400", "header-size: 31",
     "policy/pump.yaml:8:14: 'header-size' must be a size in bytes from 32 to 65535, not '31'"},
    {"header-size: 0x400", "header-size: 0x10000",
     "policy/pump.yaml:8:14: 'header-size' must be a size in bytes from 32 to 65535, not "
     "'0x10000'"},
    {"header-size: 0x400", "header-size: 34",
     "policy/pump.yaml:8:14: 'header-size' must be a multiple of 4"},
    {"slot-size: 0x60000", "slot-size: 0x400",
     "policy/pump.yaml:9:12: 'slot-size' must be above 'header-size'"},
    {"slot-size: 0x60000", "slot-size: 0",
     "policy/pump.yaml:9:12: 'slot-size' must be a size in bytes from 1 to 4294967295, not '0'"},
    {"slot-size: 0x60000", "slot-size: 4096M",
     "policy/pump.yaml:9:12: 'slot-size' must be a size in bytes from 1 to 4294967295, not "
     "'4096M'"},
    {"erased: 0x00", "erased: 0x01", "policy/pump.yaml:10:9: 'erased' must be 0x00 or 0xff"},
    {"erased: 0x00", "erased: 0x100",
     "policy/pump.yaml:10:9: 'erased' must be a number from 0 to 255, not '0x100'"},
    {"hex-range: 0x0-0x3ffff", "hex-range: 0x3ffff-0x0",
     "policy/pump.yaml:12:12: 'hex-range' must be a range FIRST-LAST with both ends from 0 to "
     "4294967295, not '0x3ffff-0x0'"},
    {"hex-range: 0x0-0x3ffff", "hex-range: 0-0x100000000",
     "policy/pump.yaml:12:12: 'hex-range' must be a range FIRST-LAST with both ends from 0 to "
     "4294967295, not '0-0x100000000'"},
    {"git]", "svn]",
     "policy/pump.yaml:14:35: 'version.from' has an item that is none of option, git and "
     "\"file: PATH\""},
    {"\"file: VERSION\"", "file: VERSION",
     "policy/pump.yaml:14:18: an item of 'version.from' must be text, not a mapping (text that "
     "holds ': ' needs quotes)"},
    {"\"file: VERSION\"", "\"file:\"",
     "policy/pump.yaml:14:18: 'version.from' has an item that is none of option, git and "
     "\"file: PATH\""},
    {"\"file: VERSION\"", "\"file: -\"",
     "policy/pump.yaml:14:18: 'version.from' has an item that is none of option, git and "
     "\"file: PATH\""},
    {"git]", "option]", "policy/pump.yaml:14:35: 'version.from' lists 'option' twice"},
    {"git]", "git, 'file: a', 'file: b', 'file: c', 'file: d', 'file: e', 'file: f']",
     "policy/pump.yaml:14:95: 'version.from' has more than 8 items"},
    {"minimum: 0.1.0", "minimum: 256.0",
     "policy/pump.yaml:15:12: 'version.minimum' must be a version MAJOR.MINOR.REVISION[+BUILD]"},
    {"minimum: 0.1.0", "minimum: v0.1.0",
     "policy/pump.yaml:15:12: 'version.minimum' must be a version MAJOR.MINOR.REVISION[+BUILD]"},
    {"minimum: 0.1.0", "minimum: ''",
     "policy/pump.yaml:15:12: 'version.minimum' must be a version MAJOR.MINOR.REVISION[+BUILD]"},
    {"increasing: true", "increasing: yes",
     "policy/pump.yaml:16:15: 'version.increasing' must be true or false, not 'yes'"},
    {"product: pump", "product: &p pump",
     "policy/pump.yaml:2:10: anchors ('&name') are not allowed"},
};

TEST(each_mistake_has_its_message)
{
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        char text[1024];

        edit(edits[i].from, edits[i].to, text);
        refuse(text, edits[i].message);
    }
}

TEST(limits_themselves_are_accepted)
{
    static const struct {
        const char *from;
        const char *to;
    } cases[] = {
        {"header-size: 0x400", "header-size: 32"},
        {"header-size: 0x400", "header-size: 65532"},
        {"slot-size: 0x60000", "slot-size: 0xffffffff"},
        {"slot-size: 0x60000", "slot-size: 0x401"},
        {"erased: 0x00", "erased: 255"},
        {"hex-range: 0x0-0x3ffff", "hex-range: 0xffffffff-0xffffffff"},
        {"minimum: 0.1.0", "minimum: 255.255.65535+4294967295"},
        {"product: pump",
         "product: Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa._9"},
        {"git]", "git, 'file: a', 'file: b', 'file: c', 'file: d', 'file: e']"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FWS_AUTO(fws_policy) got = {0};
        char text[1024];

        edit(cases[i].from, cases[i].to, text);
        parse(text, &got);
    }
}

TEST(a_missing_file_is_not_found)
{
    FWS_AUTO(fws_policy) got = {0};
    struct fws_error err = {0};

    assert_status(fws_policy_load("/nonexistent/p.yaml", &got, &err), FWS_E_NOT_FOUND);
}

TEST(the_reference_documents_every_key)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_yaml_reference(fws_policy_fields, &text, &err), FWS_OK);
    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    for (const struct fws_yaml_field *row = fws_policy_fields; row->key != NULL; row++) {
        assert_non_null(row->doc);
        assert_non_null(strstr((const char *)text.data, row->doc));
    }
    assert_non_null(strstr((const char *)text.data, "| `version.minimum` | text |"));
    assert_non_null(
        strstr((const char *)text.data, "| `version.increasing` | true or false | false |"));
}

TEST_MAIN("policy/load")
