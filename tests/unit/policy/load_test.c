/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "policy/policy.h"
#include "tests/unit/test.h"

/* Every key there is, none with its default. */
static const char full[] = "# the pump\n"
                           "product: pump\n"
                           "serial: 12\n"
                           "channels: [stable, beta]\n"
                           "keys:\n"
                           "  prod-2025:\n"
                           "    from: 2025-01-31\n"
                           "    until: 2026-01-31T12:00:00+01:00\n"
                           "    allow: [imported, software]\n"
                           "    hsm-firmware: 2.4.1\n"
                           "  \"pkcs11:token=a;object=b\": {}\n"
                           "allow-fresh: true\n"
                           "identity:\n"
                           "  vendor-id: acme.example\n"
                           "  class-id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8\n"
                           "  marker: {offset: 0x40, text: PUMP}\n"
                           "  hardware: {revisions: [rev-a, rev-b], offset: 1K}\n"
                           "format:\n"
                           "  header: reserved\n"
                           "  header-size: 0x400\n"
                           "  slot-size: 0x60000\n"
                           "  align: 32\n"
                           "  upgrade: swap\n"
                           "  max-sectors: 96\n"
                           "  pad: confirm\n"
                           "  erased: 0x00\n"
                           "  hash: sha384\n"
                           "  key-form: full\n"
                           "  tlvs: {0xa0: 00ff, 0x12a1: {hex: \"0102\"}}\n"
                           "  resign: true\n"
                           "  addresses: 0x0-0x3ffff\n"
                           "version:\n"
                           "  from: [option, \"file: VERSION\", git]\n"
                           "  minimum: 0.1.0\n"
                           "  rollback-floor: 0.0.9+1\n"
                           "  increasing: false\n"
                           "  build: required\n"
                           "counter:\n"
                           "  from: version\n"
                           "  minimum: 3\n"
                           "  may-fall: true\n"
                           "content:\n"
                           "  min-size: 1K\n"
                           "  max-size: 256KiB\n"
                           "  allow-blank: true\n"
                           "  allow-private-keys: true\n"
                           "  cortex-m:\n"
                           "    ram: {sram: 0x20000000-0x2003ffff, tcm: {range: 0-0xffff}}\n"
                           "    address: 0x8000400\n"
                           "  must-contain: [Copyright, \"a: b\"]\n"
                           "  must-not-contain:\n"
                           "    banner: TEST ONLY\n"
                           "    trap: {hex: DEADbeef}\n"
                           "callers: [alice, bob]\n"
                           "when:\n"
                           "  from: 2025-01-01\n"
                           "  until: 2027-01-01\n"
                           "  windows: [Mon-Fri 08:00-18:00, Sat 00:00-24:00]\n"
                           "budget: {hour: 10, day: 100, release: 2}\n";

static const char riscv[] = "  riscv: {address: 0x20400000, entry: 0x20400010}\n";

static const char least[] = "product: p\nkeys: k\nformat: {slot-size: 4K}\nversion: {from: git}\n";

static void parse(const char *text, struct fws_policy *out)
{
    struct fws_error err = {0};
    enum fws_status status = fws_policy_parse("policy/pump.yaml", text, strlen(text), out, &err);

    assert_string_equal(err.text, "");
    assert_status(status, FWS_OK);
}

static void edit(const char *from, const char *to, char out[4096])
{
    const char *at = strstr(full, from);

    assert_non_null(at);
    (void)snprintf(out, 4096, "%.*s%s%s", (int)(at - full), full, to, at + strlen(from));
}

static void assert_place(struct fws_yaml_place place, unsigned line, unsigned column)
{
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

/* ---- Every key reaches its member ---- */

TEST(the_keys_of_a_policy_itself_reach_their_members)
{
    FWS_AUTO(fws_policy) got = {0};
    uint8_t digest[32];
    struct fws_error err = {0};

    parse(full, &got);
    assert_string_equal(got.path, "policy/pump.yaml");
    assert_string_equal(got.product, "pump");
    assert_true(got.has_serial);
    assert_int_equal(got.serial, 12);
    assert_int_equal(got.channels.count, 2);
    assert_string_equal(got.channels.items[1], "beta");
    assert_true(got.allow_fresh);
    assert_int_equal(got.callers.count, 2);
    assert_string_equal(got.callers.items[0], "alice");
    assert_status(fws_digest(FWS_HASH_SHA256, full, strlen(full), digest, &err), FWS_OK);
    assert_memory_equal(got.digest, digest, sizeof digest);
}

TEST(what_is_said_of_a_key_reaches_its_members)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(full, &got);
    assert_int_equal(got.keys.count, 2);
    const struct fws_policy_key *key = fws_policy_key(&got, "prod-2025");

    assert_non_null(key);
    assert_ptr_equal(key, got.keys.items);
    assert_place(key->at, 6, 3);
    assert_true(key->from.time_us == INT64_C(1738281600000000));
    assert_place(key->at_from, 7, 11);
    assert_true(key->until.time_us == INT64_C(1769857200000000));
    assert_place(key->at_until, 8, 12);
    assert_int_equal(key->allowed, FWS_POLICY_ALLOW_IMPORTED | FWS_POLICY_ALLOW_SOFTWARE);
    assert_place(key->at_allow, 9, 12);
    assert_string_equal(key->hsm_firmware, "2.4.1");
    assert_place(key->at_hsm_firmware, 10, 19);
    assert_string_equal(fws_policy_key(&got, "pkcs11:token=a;object=b")->name,
                        "pkcs11:token=a;object=b");
    assert_null(fws_policy_key(&got, "prod"));
    assert_null(fws_policy_key(&got, NULL));
}

TEST(the_keys_of_identity_reach_their_members)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(full, &got);
    assert_string_equal(got.identity.vendor_id, "acme.example");
    assert_string_equal(got.identity.class_id, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assert_true(got.identity.marker.given);
    assert_int_equal(got.identity.marker.offset, 0x40);
    assert_int_equal(got.identity.marker.size, 4);
    assert_memory_equal(got.identity.marker.bytes, "PUMP", 4);
    assert_int_equal(got.identity.revisions.count, 2);
    assert_string_equal(got.identity.revisions.items[1], "rev-b");
    assert_true(got.identity.has_hardware_offset);
    assert_int_equal(got.identity.hardware_offset, 1024);
}

TEST(the_keys_of_format_reach_their_members)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(full, &got);
    assert_int_equal(got.format.header, FWS_POLICY_HEADER_RESERVED);
    assert_int_equal(got.format.header_size, 0x400);
    assert_int_equal(got.format.slot_size, 0x60000);
    assert_int_equal(got.format.align, 32);
    assert_int_equal(got.format.upgrade, FWS_POLICY_SWAP);
    assert_int_equal(got.format.max_sectors, 96);
    assert_int_equal(got.format.pad, FWS_POLICY_PAD_CONFIRM);
    assert_int_equal(got.format.erased, 0);
    assert_int_equal(got.format.hash, FWS_POLICY_HASH_SHA384);
    assert_int_equal(got.format.key_form, FWS_POLICY_KEY_FULL);
    assert_true(got.format.resign);
    assert_true(got.format.addresses.given);
    assert_int_equal(got.format.addresses.first, 0);
    assert_int_equal(got.format.addresses.last, 0x3ffff);
    assert_int_equal(got.format.tlvs.count, 2);
    const struct fws_policy_tlv *tlvs = got.format.tlvs.items;

    assert_int_equal(tlvs[0].tag, 0xa0);
    assert_int_equal(tlvs[0].size, 2);
    assert_memory_equal(tlvs[0].bytes, "\x00\xff", 2);
    assert_int_equal(tlvs[1].tag, 0x12a1);
    assert_memory_equal(tlvs[1].bytes, "\x01\x02", 2);
}

TEST(the_keys_of_version_and_counter_reach_their_members)
{
    static const struct fws_version minimum = {0, 1, 0, 0};
    static const struct fws_version floor = {0, 0, 9, 1};
    FWS_AUTO(fws_policy) got = {0};

    parse(full, &got);
    assert_int_equal(got.version.source_count, 3);
    assert_int_equal(got.version.sources[0].kind, FWS_VERSION_FROM_OPTION);
    assert_int_equal(got.version.sources[1].kind, FWS_VERSION_FROM_FILE);
    assert_string_equal(got.version.sources[1].path, "VERSION");
    assert_int_equal(got.version.sources[2].kind, FWS_VERSION_FROM_GIT);
    assert_true(got.version.has_minimum && got.version.has_floor);
    assert_int_equal(fws_version_compare(&got.version.minimum, &minimum), 0);
    assert_int_equal(fws_version_compare(&got.version.floor, &floor), 0);
    assert_false(got.version.increasing);
    assert_int_equal(got.version.build, FWS_POLICY_BUILD_REQUIRED);
    assert_int_equal(got.counter.from, FWS_POLICY_COUNTER_VERSION);
    assert_int_equal(got.counter.minimum, 3);
    assert_true(got.counter.may_fall);
}

static void assert_pattern(const struct fws_policy_pattern *pattern, const char *name,
                           const char *bytes, size_t size, unsigned line)
{
    assert_string_equal(pattern->name, name);
    assert_int_equal(pattern->size, size);
    assert_memory_equal(pattern->bytes, bytes, size);
    assert_int_equal(pattern->at.line, line);
}

TEST(the_keys_of_content_reach_their_members)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(full, &got);
    assert_int_equal(got.content.min_size, 1024);
    assert_int_equal(got.content.max_size, 262144);
    assert_true(got.content.allow_blank && got.content.allow_private_keys);
    assert_int_equal(got.content.cortex_m.ram.count, 2);
    const struct fws_policy_ram *ram = got.content.cortex_m.ram.items;

    assert_string_equal(ram[0].name, "sram");
    assert_int_equal(ram[0].range.first, 0x20000000);
    assert_int_equal(ram[0].range.last, 0x2003ffff);
    assert_string_equal(ram[1].name, "tcm");
    assert_int_equal(ram[1].range.last, 0xffff);
    assert_true(got.content.cortex_m.has_address);
    assert_int_equal(got.content.cortex_m.address, 0x8000400);
    assert_int_equal(got.content.must_contain.count, 2);
    assert_int_equal(got.content.must_not_contain.count, 2);
    const struct fws_policy_pattern *must = got.content.must_contain.items;
    const struct fws_policy_pattern *must_not = got.content.must_not_contain.items;

    assert_pattern(&must[0], "Copyright", "Copyright", 9, 50);
    assert_pattern(&must[1], "a: b", "a: b", 4, 50);
    assert_pattern(&must_not[0], "banner", "TEST ONLY", 9, 52);
    assert_pattern(&must_not[1], "trap", "\xde\xad\xbe\xef", 4, 53);
    assert_non_null(got.content.scan);
}

TEST(the_keys_of_riscv_reach_their_members)
{
    FWS_AUTO(fws_policy) got = {0};
    char text[4096];

    edit("  cortex-m:\n    ram: {sram: 0x20000000-0x2003ffff, tcm: {range: 0-0xffff}}\n"
         "    address: 0x8000400\n",
         riscv, text);
    parse(text, &got);
    assert_true(got.content.riscv.has_address && got.content.riscv.has_entry);
    assert_int_equal(got.content.riscv.address, 0x20400000);
    assert_int_equal(got.content.riscv.entry, 0x20400010);
    assert_false(got.content.cortex_m.has_address);
}

TEST(the_keys_of_when_and_budget_reach_their_members)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(full, &got);
    assert_true(got.when.from.time_us == INT64_C(1735689600000000));
    assert_true(got.when.until.time_us == INT64_C(1798761600000000));
    assert_int_equal(got.when.window_count, 2);
    assert_int_equal(got.when.windows[0].days, 0x1f);
    assert_int_equal(got.when.windows[0].from, 480);
    assert_int_equal(got.when.windows[0].until, 1080);
    assert_int_equal(got.when.windows[1].days, 0x20);
    assert_int_equal(got.when.windows[1].from, 0);
    assert_int_equal(got.when.windows[1].until, 1440);
    assert_int_equal(got.budget.hour, 10);
    assert_int_equal(got.budget.day, 100);
    assert_int_equal(got.budget.release, 2);
}

/* All places are structs of the same type, so that none can be forgotten here. */
TEST(every_value_that_is_given_has_its_place)
{
    FWS_AUTO(fws_policy) got = {0};
    const struct fws_yaml_place *places = (const void *)&got.at;
    size_t without = 0;

    parse(full, &got);
    for (size_t i = 0; i < sizeof got.at / sizeof *places; i++) {
        without += places[i].line == 0;
    }
    assert_int_equal(without, 2); /* of riscv */
    assert_place(got.at.product, 2, 10);
    assert_place(got.at.keys, 6, 3);
    assert_place(got.at.marker, 16, 11);
    assert_place(got.at.slot_size, 21, 14);
    assert_place(got.at.increasing, 36, 15);
    assert_place(got.at.ram, 48, 10);
    assert_place(got.at.must_not_contain, 52, 5);
    assert_place(got.at.windows, 58, 12);
    assert_place(got.at.release, 59, 39);
}

TEST(keys_are_a_name_a_list_of_names_or_a_mapping)
{
    static const char *const forms[] = {"k", "[k]", "\n- k", "{k: {}}", "\n  k:\n    allow: []"};

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        FWS_AUTO(fws_policy) got = {0};
        char text[256];

        (void)snprintf(text, sizeof text,
                       "product: p\nformat: {slot-size: 4K}\nversion: {from: git}\nkeys: %s\n",
                       forms[i]);
        parse(text, &got);
        assert_int_equal(got.keys.count, 1);
        assert_non_null(fws_policy_key(&got, "k"));
        assert_int_equal(fws_policy_key(&got, "k")->allowed, 0);
    }
}

/* ---- What is not said ---- */

TEST(what_is_not_said_is_the_careful_choice)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(least, &got);
    assert_int_equal(fws_policy_key(&got, "k")->allowed, 0);
    assert_false(got.allow_fresh || got.format.resign);
    assert_true(got.version.increasing);
    assert_false(got.counter.may_fall);
    assert_false(got.content.allow_blank || got.content.allow_private_keys);
    assert_string_equal(fws_policy_channel(&got, NULL), "stable");
    assert_string_equal(fws_policy_channel(&got, "beta"), "beta");
}

TEST(what_is_not_said_is_not_there)
{
    FWS_AUTO(fws_policy) got = {0};

    parse(least, &got);
    assert_false(got.has_serial || got.version.has_minimum || got.version.has_floor);
    assert_false(got.identity.marker.given || got.identity.has_hardware_offset);
    assert_false(got.format.addresses.given);
    assert_false(got.content.cortex_m.has_address || got.content.riscv.has_address);
    assert_int_equal(got.callers.count + got.channels.count + got.when.window_count, 0);
    assert_null(got.when.from.text);
    assert_int_equal(got.at.resign.line, 0);
}

TEST(a_number_that_is_zero_is_given)
{
    FWS_AUTO(fws_policy) got = {0};
    char text[512];

    (void)snprintf(text, sizeof text,
                   "%sserial: 0\nidentity: {hardware: {revisions: a, offset: 0}}\n"
                   "content: {riscv: {address: 0, entry: 0}}\n",
                   least);
    parse(text, &got);
    assert_true(got.has_serial && got.identity.has_hardware_offset);
    assert_true(got.content.riscv.has_address && got.content.riscv.has_entry);
}

/* A default in words is not a value. */
static bool is_value(const char *text)
{
    return strchr(text, ' ') == NULL && strcmp(text, "everyone") != 0;
}

static bool has_value(const struct fws_yaml_field *fields)
{
    for (; fields != NULL && fields->key != NULL; fields++) {
        if (fields->type == FWS_YAML_MAP
                ? has_value(fields->fields)
                : fields->default_text != NULL && is_value(fields->default_text)) {
            return true;
        }
    }
    return false;
}

/* Maps that need something else cannot be given for their defaults alone: then with it. */
static const char *needs_of(const char *key)
{
    static const struct {
        const char *key, *needs;
    } maps[] = {{"format", "slot-size: 4K"}, {"version", "from: git"}};

    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        if (strcmp(maps[i].key, key) == 0) {
            return maps[i].needs;
        }
    }
    return NULL;
}

static size_t spell(const struct fws_yaml_field *fields, int depth, char *out, size_t size,
                    size_t *used)
{
    size_t spelled = 0;

    for (; fields->key != NULL; fields++) {
        bool is_map = fields->type == FWS_YAML_MAP;

        if (is_map && has_value(fields->fields)) {
            *used +=
                (size_t)snprintf(out + *used, size - *used, "%*s%s:\n", depth, "", fields->key);
            if (needs_of(fields->key) != NULL) {
                *used += (size_t)snprintf(out + *used, size - *used, "%*s%s\n", depth + 2, "",
                                          needs_of(fields->key));
            }
            spelled += spell(fields->fields, depth + 2, out, size, used);
        } else if (!is_map && fields->default_text != NULL && is_value(fields->default_text)) {
            *used += (size_t)snprintf(out + *used, size - *used, "%*s%s: %s\n", depth, "",
                                      fields->key, fields->default_text);
            spelled++;
        }
    }
    return spelled;
}

/* What no path names: the file's own digest, its places, and what is compiled of the same texts. */
static void forget_file(struct fws_policy *policy)
{
    memset(policy->digest, 0, sizeof policy->digest);
    memset(&policy->at, 0, sizeof policy->at);
}

static bool same_members(const struct fws_yaml_field *fields, const struct fws_policy *a,
                         const struct fws_policy *b)
{
    static const size_t sizes[] = {[FWS_YAML_BOOL] = sizeof(bool),
                                   [FWS_YAML_UINT] = sizeof(uint64_t),
                                   [FWS_YAML_SIZE] = sizeof(uint64_t),
                                   [FWS_YAML_CHOICE] = sizeof(int),
                                   [FWS_YAML_RANGE] = sizeof(struct fws_yaml_range)};
    bool same = true;

    for (; same && fields->key != NULL; fields++) {
        const char *first = (const char *)a + fields->offset;
        const char *second = (const char *)b + fields->offset;

        if (fields->type == FWS_YAML_MAP) {
            same = same_members(fields->fields, a, b);
        } else if (fields->type < sizeof sizes / sizeof sizes[0] && sizes[fields->type] != 0) {
            same = memcmp(first, second, sizes[fields->type]) == 0;
        }
    }
    return same;
}

/* The reference prints default_text; writing it into a file must change nothing. */
TEST(documented_defaults_are_the_defaults)
{
    FWS_AUTO(fws_policy) plain = {0};
    FWS_AUTO(fws_policy) spelled = {0};
    char text[2048];
    size_t used = (size_t)snprintf(text, sizeof text, "product: p\nkeys: {k: {allow: []}}\n");

    assert_int_equal(spell(fws_policy_fields, 0, text, sizeof text, &used), 20);
    parse(least, &plain);
    parse(text, &spelled);
    forget_file(&plain);
    forget_file(&spelled);
    assert_true(same_members(fws_policy_fields, &plain, &spelled));
    assert_string_equal(fws_policy_channel(&plain, NULL), fws_policy_channel(&spelled, NULL));
    assert_int_equal(spelled.channels.count, 1);
    assert_int_equal(fws_policy_key(&spelled, "k")->allowed, fws_policy_key(&plain, "k")->allowed);
}

/* ---- Limits ---- */

TEST(limits_themselves_are_accepted)
{
    static const struct {
        const char *from;
        const char *to;
    } cases[] = {
        {"serial: 12", "serial: 9223372036854775807"},
        {"header-size: 0x400", "header-size: 32"},
        {"header-size: 0x400", "header-size: 65532"},
        {"slot-size: 0x60000\n  align: 32\n  upgrade: swap\n  max-sectors: 96\n  pad: confirm\n",
         "slot-size: 0xffffffff\n"},
        {"align: 32", "align: 1"},
        {"slot-size: 0x60000\n  align: 32\n  upgrade: swap\n  max-sectors: 96",
         "slot-size: 16M\n  upgrade: swap\n  max-sectors: 65536"},
        {"erased: 0x00", "erased: 255"},
        {"addresses: 0x0-0x3ffff", "addresses: 0xffffffff-0xffffffff"},
        {"0xa0: 00ff", "0xfffe: 00"},
        {"minimum: 0.1.0", "minimum: 255.255.65535+4294967295"},
        {"minimum: 3", "minimum: 0xffffffff"},
        {"product: pump",
         "product: Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa._9"},
        {"git]", "git, 'file: a', 'file: b', 'file: c', 'file: d', 'file: e']"},
        {"hsm-firmware: 2.4.1", "hsm-firmware: 1.2.3.4"},
        {"revisions: [rev-a, rev-b]", "revisions: aaaaaaaaaabbbbbbbbbbcccccccccc12"},
        {"min-size: 1K", "min-size: 256K"},
        {"max-size: 256KiB", "max-size: 1024"},
        {"until: 2027-01-01\n", "until: 2025-01-01T00:00:01Z\n"},
        {"Sat 00:00-24:00", "Sun 23:59-24:00"},
        {"Sat 00:00-24:00", "Sun-Sat 00:00-00:01"},
        {"hour: 10", "hour: 1000000"},
        {"trap: {hex: DEADbeef}", "trap: {text: four}"},
        {"text: PUMP", "hex: 00"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        FWS_AUTO(fws_policy) got = {0};
        char text[4096];

        edit(cases[i].from, cases[i].to, text);
        parse(text, &got);
    }
}

/* With the headers of private keys they are what one pass looks for. */
TEST(as_many_patterns_as_a_list_takes_are_compiled)
{
    FWS_AUTO(fws_policy) got = {0};
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};
    char longest[FWS_PATTERN_MAX_SIZE];

    memset(longest, 'x', sizeof longest);
    assert_status(fws_buf_printf(&text, &err, "%scontent:\n", least), FWS_OK);
    for (unsigned list = 0; list < 2; list++) {
        assert_status(fws_buf_printf(&text, &err, "  must-%scontain:\n", list == 0 ? "" : "not-"),
                      FWS_OK);
        for (unsigned i = 0; i < 28; i++) {
            assert_status(fws_buf_printf(&text, &err, "  - %u%02u%.*s\n", list, i, 253, longest),
                          FWS_OK);
        }
    }
    enum fws_status status = fws_policy_parse("p", text.data, text.size, &got, &err);

    assert_string_equal(err.text, "");
    assert_status(status, FWS_OK);
    assert_int_equal(got.content.must_contain.count + got.content.must_not_contain.count, 56);
}

TEST(a_missing_file_is_not_found)
{
    FWS_AUTO(fws_policy) got = {0};
    struct fws_error err = {0};

    assert_status(fws_policy_load("/nonexistent/p.yaml", &got, &err), FWS_E_NOT_FOUND);
}

/* ---- The reference ---- */

static void assert_documented(const struct fws_yaml_field *fields, const char *reference)
{
    for (; fields->key != NULL; fields++) {
        assert_non_null(fields->doc);
        assert_non_null(strstr(reference, fields->doc));
        if (fields->fields != NULL) {
            assert_documented(fields->fields, reference);
        }
    }
}

TEST(the_reference_documents_every_key)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_yaml_reference(fws_policy_fields, &text, &err), FWS_OK);
    assert_status(fws_buf_append(&text, "", 1, &err), FWS_OK);
    const char *reference = (const char *)text.data;

    assert_documented(fws_policy_fields, reference);
    assert_non_null(strstr(reference, "| `version.minimum` | text |"));
    assert_non_null(strstr(reference, "| `version.increasing` | true or false | true |"));
    assert_non_null(strstr(reference, "| `keys` | a list or a mapping of names | required |"));
    assert_non_null(strstr(reference, "| `keys.NAME.until` | text | none |"));
    assert_non_null(strstr(reference, "| `content.cortex-m.ram.NAME.range` |"));
}

TEST_MAIN("policy/load")
