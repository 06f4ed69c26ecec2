/* SPDX-License-Identifier: Apache-2.0 */
/* Policies with one mistake each, and what is said of it. */
#include <stdio.h>
#include <string.h>

#include "policy/policy.h"
#include "tests/unit/test.h"

#define NAME      "policy/pump.yaml"
#define TEXT_SIZE 4096u

static const char good[] = "product: pump\n"
                           "serial: 3\n"
                           "channels: [stable, beta]\n"
                           "keys:\n"
                           "  prod:\n"
                           "    from: 2025-01-01\n"
                           "    until: 2026-01-01\n"
                           "    allow: [imported]\n"
                           "    hsm-firmware: 2.4\n"
                           "  spare: {}\n"
                           "allow-fresh: false\n"
                           "identity:\n"
                           "  vendor-id: acme.example\n"
                           "  class-id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8\n"
                           "  marker:\n"
                           "    offset: 0x40\n"
                           "    text: PUMP\n"
                           "  hardware:\n"
                           "    revisions: [rev-a, rev-b]\n"
                           "    offset: 0x50\n"
                           "format:\n"
                           "  header: reserved\n"
                           "  header-size: 0x400\n"
                           "  slot-size: 0x60000\n"
                           "  align: 8\n"
                           "  upgrade: swap\n"
                           "  max-sectors: 128\n"
                           "  pad: none\n"
                           "  erased: 0xff\n"
                           "  hash: auto\n"
                           "  key-form: hash\n"
                           "  tlvs: {0xa0: 00ff}\n"
                           "  resign: false\n"
                           "  addresses: 0x0-0x3ffff\n"
                           "version:\n"
                           "  from: [option, \"file: VERSION\", git]\n"
                           "  minimum: 0.1.0\n"
                           "  rollback-floor: 0.0.9\n"
                           "  increasing: true\n"
                           "  build: allowed\n"
                           "counter:\n"
                           "  from: option\n"
                           "  minimum: 1\n"
                           "  may-fall: false\n"
                           "content:\n"
                           "  min-size: 1K\n"
                           "  max-size: 256K\n"
                           "  allow-blank: false\n"
                           "  cortex-m:\n"
                           "    ram: {sram: 0x20000000-0x2003ffff}\n"
                           "    address: 0x8000400\n"
                           "  must-contain: [Copyright]\n"
                           "  must-not-contain:\n"
                           "    banner: TEST ONLY\n"
                           "    trap: {hex: deadbeef}\n"
                           "callers: [alice, bob]\n"
                           "when:\n"
                           "  from: 2025-01-01\n"
                           "  until: 2027-01-01\n"
                           "  windows: [Mon-Fri 08:00-18:00]\n"
                           "budget:\n"
                           "  hour: 10\n";

static void refuse_bytes(const char *text, size_t size, const char *message)
{
    static const struct fws_policy zero;
    struct fws_policy policy;
    struct fws_error err = {0};
    enum fws_status status = fws_policy_parse(NAME, text, size, &policy, &err);

    assert_string_equal(err.text, message);
    assert_status(status, FWS_E_POLICY_INVALID);
    assert_memory_equal(&policy, &zero, sizeof zero);
}

/* The good policy with the first occurrence of one piece replaced by another. */
static void refuse_edit(const char *from, const char *to, const char *message)
{
    const char *at = strstr(good, from);
    char text[TEXT_SIZE];

    assert_non_null(at);
    int size =
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));

    assert_in_range(size, 1, sizeof text - 1);
    refuse_bytes(text, (size_t)size, message);
}

TEST(the_policy_before_the_mistakes_is_good)
{
    FWS_AUTO(fws_policy) got = {0};
    struct fws_error err = {0};
    enum fws_status status = fws_policy_parse(NAME, good, sizeof good - 1, &got, &err);

    assert_string_equal(err.text, "");
    assert_status(status, FWS_OK);
}

#define AT(place_) NAME ":" place_ ": "

static const struct mistake {
    const char *from;
    const char *to;
    const char *message;
} mistakes[] = {
    /* keys that there are not, at each level */
    {"product: pump", "produkt: pump", AT("1:1") "unknown key 'produkt' (did you mean 'product'?)"},
    {"allow-fresh:", "allow_fresh:",
     AT("11:1") "unknown key 'allow_fresh' (did you mean 'allow-fresh'?)"},
    {"serial: 3", "slot-size: 4K", AT("2:1") "unknown key 'slot-size'"},
    {"    until:", "    untill:",
     AT("7:5") "unknown key 'untill' in 'keys.prod' (did you mean 'until'?)"},
    {"vendor-id:", "vendor:", AT("13:3") "unknown key 'vendor' in 'identity'"},
    {"class-id:", "clas-id:",
     AT("14:3") "unknown key 'clas-id' in 'identity' (did you mean 'class-id'?)"},
    {"    text: PUMP", "    txet: PUMP",
     AT("17:5") "unknown key 'txet' in 'identity.marker' (did you mean 'text'?)"},
    {"    revisions:", "    revision:",
     AT("19:5") "unknown key 'revision' in 'identity.hardware' (did you mean 'revisions'?)"},
    {"header-size:", "header_size:",
     AT("23:3") "unknown key 'header_size' in 'format' (did you mean 'header-size'?)"},
    {"{0xa0: 00ff}", "{0xa0: {value: 00ff}}",
     AT("32:17") "unknown key 'value' in 'format.tlvs.0xa0'"},
    {"  rollback-floor:", "  rollback_flor:",
     AT("38:3") "unknown key 'rollback_flor' in 'version' (did you mean 'rollback-floor'?)"},
    {"  may-fall:", "  may-fail:",
     AT("44:3") "unknown key 'may-fail' in 'counter' (did you mean 'may-fall'?)"},
    {"  must-contain:", "  must-contains:",
     AT("52:3") "unknown key 'must-contains' in 'content' (did you mean 'must-contain'?)"},
    {"    ram:", "    sram:",
     AT("50:5") "unknown key 'sram' in 'content.cortex-m' (did you mean 'ram'?)"},
    {"{sram: 0x20000000-0x2003ffff}", "{sram: {rnage: 0-1}}",
     AT("50:18") "unknown key 'rnage' in 'content.cortex-m.ram.sram' (did you mean 'range'?)"},
    {"{hex: deadbeef}", "{hxe: deadbeef}",
     AT("55:12") "unknown key 'hxe' in 'content.must-not-contain.trap' (did you mean 'hex'?)"},
    {"  windows:", "  window:",
     AT("60:3") "unknown key 'window' in 'when' (did you mean 'windows'?)"},
    {"  hour:", "  hours:", AT("62:3") "unknown key 'hours' in 'budget' (did you mean 'hour'?)"},

    /* keys that there are twice, or not at all */
    {"serial: 3", "product: fan", AT("2:1") "duplicate key 'product' (first in line 1)"},
    {"  spare: {}", "  prod: {}", AT("10:3") "duplicate name 'prod' in 'keys'"},
    {"  increasing: true", "  minimum: 0.2.0",
     AT("39:3") "duplicate key 'minimum' in 'version' (first in line 37)"},
    {"callers: [alice, bob]", "content: {min-size: 1}",
     AT("56:1") "duplicate key 'content' (first in line 45)"},
    {"{0xa0: 00ff}", "{0xa0: 00ff, 0xa0: 01}",
     AT("32:22") "duplicate name '0xa0' in 'format.tlvs'"},
    {"{0xa0: 00ff}", "{0xa0: 00ff, 160: 01}",
     AT("32:22") "'format.tlvs' has the tag 0xa0 twice (first in line 32)"},
    {"trap: {hex: deadbeef}", "banner: TEST",
     AT("55:5") "duplicate name 'banner' in 'content.must-not-contain'"},
    {"[alice, bob]", "[alice, alice]", AT("56:18") "'callers' lists 'alice' twice"},
    {"[stable, beta]", "[stable, beta, stable]", AT("3:26") "'channels' lists 'stable' twice"},
    {"[imported]", "[imported, software, imported]",
     AT("8:33") "'keys.prod.allow' lists 'imported' twice"},
    {"[rev-a, rev-b]", "[rev-a, rev-a]",
     AT("19:24") "'identity.hardware.revisions' lists 'rev-a' twice"},
    {"[Mon-Fri 08:00-18:00]", "[Sat 08:00-18:00, Sat 08:00-18:00]",
     AT("60:30") "'when.windows' lists 'Sat 08:00-18:00' twice"},
    {"git]", "option]", AT("36:35") "'version.from' lists 'option' twice"},
    {"product: pump\n", "", AT("1:1") "missing key 'product'"},
    {"  slot-size: 0x60000\n", "", AT("22:3") "missing key 'slot-size' in 'format'"},
    {"  from: [option, \"file: VERSION\", git]\n", "",
     AT("36:3") "missing key 'from' in 'version'"},
    {"    offset: 0x40\n", "", AT("16:5") "missing key 'offset' in 'identity.marker'"},
    {"    revisions: [rev-a, rev-b]\n", "",
     AT("19:5") "missing key 'revisions' in 'identity.hardware'"},
    {"    address: 0x8000400\n", "", AT("50:5") "missing key 'address' in 'content.cortex-m'"},
    {"{0xa0: 00ff}", "{0xa0: {}}", AT("32:16") "missing key 'hex' in 'format.tlvs.0xa0'"},

    /* one thing where another belongs */
    {"product: pump", "product: [pump]", AT("1:10") "'product' must be text, not a list"},
    {"product: pump", "product:", AT("1:9") "'product' has no value"},
    {"serial: 3", "serial: three",
     AT("2:9") "'serial' must be a number from 0 to 9223372036854775807, not 'three'"},
    {"serial: 3", "serial: '3'",
     AT("2:9") "'serial' must be a number from 0 to 9223372036854775807, not the text '3'"},
    {"serial: 3", "serial: 03",
     AT("2:9") "'serial' must be a number from 0 to 9223372036854775807, not '03'"},
    {"  spare: {}", "  spare:", AT("10:9") "'keys.spare' has no value"},
    {"  spare: {}", "  spare: yes", AT("10:10") "'keys.spare' must be a mapping, not 'yes'"},
    {"  spare: {}", "  spare: [imported]",
     AT("10:10") "'keys.spare' must be a mapping, not a list"},
    {"allow-fresh: false", "allow-fresh: no",
     AT("11:14") "'allow-fresh' must be true or false, not 'no'"},
    {"  vendor-id: acme.example", "  - vendor-id: acme.example",
     AT("13:3") "'identity' must be a mapping, not a list"},
    {"  marker:\n    offset: 0x40\n    text: PUMP\n", "  marker: PUMP\n",
     AT("15:11") "'identity.marker' must be a mapping, not 'PUMP'"},
    {"  header: reserved", "  header: append",
     AT("22:11") "'format.header' must be prepend or reserved, not 'append'"},
    {"  hash: auto", "  hash: sha1",
     AT("30:9") "'format.hash' must be auto, sha256, sha384 or sha512, not 'sha1'"},
    {"{0xa0: 00ff}", "[0xa0]", AT("32:9") "'format.tlvs' must be a mapping of names, not a list"},
    {"  resign: false", "  resign: \"false\"",
     AT("33:11") "'format.resign' must be true or false, not the text 'false'"},
    {"version:\n  from:", "version:\n- from:",
     AT("36:1") "'version' must be a mapping, not a list"},
    {"\"file: VERSION\"", "file: VERSION",
     AT("36:18") "an item of 'version.from' must be text, not a mapping (text that holds ': ' "
                 "needs quotes)"},
    {"counter:\n  from: option\n  minimum: 1\n  may-fall: false\n", "counter: 1\n",
     AT("41:10") "'counter' must be a mapping, not '1'"},
    {"counter:\n  from: option\n  minimum: 1\n  may-fall: false\n", "counter: [from, minimum]\n",
     AT("41:10") "'counter' must be a mapping, not a list"},
    {"[Copyright]", "[[Copyright]]",
     AT("52:18") "a name in 'content.must-contain' must be text, not a list"},
    {"[Copyright]", "[TEST: ONLY]",
     AT("52:18") "a name in 'content.must-contain' must be text, not a mapping (text that holds "
                 "': ' needs quotes)"},
    {"callers: [alice, bob]", "callers: {alice: yes}",
     AT("56:10") "'callers' must be a list of texts, not a mapping"},
    {"callers: [alice, bob]", "callers: ['']", AT("56:11") "an item of 'callers' is empty"},
    {"callers: [alice, bob]", "callers: []", AT("56:10") "'callers' has 0 items, not at least 1"},

    /* values that there are not */
    {"product: pump", "product: ''",
     AT("1:10") "'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: ../pump",
     AT("1:10") "'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: p\xc3\xbcmp",
     AT("1:10") "'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"product: pump", "product: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     AT("1:10") "'product' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"serial: 3", "serial: 9223372036854775808",
     AT("2:9") "'serial' must be a number from 0 to 9223372036854775807, not "
               "'9223372036854775808'"},
    {"[stable, beta]", "[stable, be/ta]",
     AT("3:20") "'channels' must be 1 to 64 of the letters A-Z a-z 0-9 . _ -"},
    {"  spare: {}", "  pkcs11:object=a?pin-value=1234: {}",
     AT("10:3") "'keys' names a key by a URI with a PIN; keep the PIN out of the policy"},
    {"  spare: {}", "  pkcs11:object=a?pin-source=/pin: {}",
     AT("10:3") "'keys' names a key by a URI with a PIN; keep the PIN out of the policy"},
    {"from: 2025-01-01", "from: 2025-02-30",
     AT("6:11") "'keys.prod.from' must be a day or a time as 2025-01-31 or 2025-01-31T12:00:00Z"},
    {"from: 2025-01-01", "from: 31.01.2025",
     AT("6:11") "'keys.prod.from' must be a day or a time as 2025-01-31 or 2025-01-31T12:00:00Z"},
    {"until: 2026-01-01", "until: 2026-01-01T12:00:00",
     AT("7:12") "'keys.prod.until' must be a day or a time as 2025-01-31 or 2025-01-31T12:00:00Z"},
    {"until: 2026-01-01", "until: 2025-01-01",
     AT("7:12") "'keys.prod.until' must be after its 'from'"},
    {"[imported]", "[everything]",
     AT("8:13") "'keys.prod.allow' takes imported, multi-purpose and software"},
    {"hsm-firmware: 2.4", "hsm-firmware: v2.4",
     AT("9:19") "'keys.prod.hsm-firmware' must be numbers with dots between, as 2.4 or 2.4.1"},
    {"hsm-firmware: 2.4", "hsm-firmware: 1.2.3.4.5",
     AT("9:19") "'keys.prod.hsm-firmware' must be numbers with dots between, as 2.4 or 2.4.1"},
    {"vendor-id: acme.example", "vendor-id: ''",
     AT("13:14") "'identity.vendor-id' must be a UUID of 32 hex digits, or a name"},
    {"00c04fd430c8", "00c04fd430c",
     AT("14:13") "'identity.class-id' must be a UUID of 32 hex digits, or a name"},
    {"6ba7b810-9dad", "6ba7b8109-dad",
     AT("14:13") "'identity.class-id' must be a UUID of 32 hex digits, or a name"},
    {"text: PUMP", "text: ''", AT("16:5") "'identity.marker' must be 1 to 256 bytes, not 0"},
    {"text: PUMP", "hex: 5", AT("17:10") "'identity.marker.hex' must be pairs of hex digits"},
    {"text: PUMP", "hex: 5x", AT("17:10") "'identity.marker.hex' must be pairs of hex digits"},
    {"    text: PUMP\n", "    text: PUMP\n    hex: 5055\n",
     AT("16:5") "'identity.marker' has both 'text' and 'hex'"},
    {"    text: PUMP\n", "", AT("16:5") "'identity.marker' needs 'text' or 'hex'"},
    {"offset: 0x40", "offset: 0x100000000",
     AT("16:13") "'identity.marker.offset' must be a size in bytes from 0 to 4294967295, not "
                 "'0x100000000'"},
    {"[rev-a, rev-b]", "[aaaaaaaaaabbbbbbbbbbcccccccccc123]",
     AT("19:17") "'identity.hardware.revisions' has a name that is not 1 to 32 of the letters A-Z "
                 "a-z 0-9 . _ -"},
    {"header-size: 0x400", "header-size: 31",
     AT("23:16") "'format.header-size' must be a size in bytes from 32 to 65535, not '31'"},
    {"header-size: 0x400", "header-size: 0x10000",
     AT("23:16") "'format.header-size' must be a size in bytes from 32 to 65535, not '0x10000'"},
    {"header-size: 0x400", "header-size: 34",
     AT("23:16") "'format.header-size' must be a multiple of 4"},
    {"slot-size: 0x60000", "slot-size: 0x400",
     AT("24:14") "'format.slot-size' must be above 'format.header-size'"},
    {"slot-size: 0x60000", "slot-size: 4096M",
     AT("24:14") "'format.slot-size' must be a size in bytes from 1 to 4294967295, not '4096M'"},
    {"align: 8", "align: 12", AT("25:10") "'format.align' must be 1, 2, 4, 8, 16 or 32"},
    {"align: 8", "align: 64", AT("25:10") "'format.align' must be a number from 1 to 32, not '64'"},
    {"max-sectors: 128", "max-sectors: 0",
     AT("27:16") "'format.max-sectors' must be a number from 1 to 65536, not '0'"},
    {"erased: 0xff", "erased: 0x01", AT("29:11") "'format.erased' must be 0x00 or 0xff"},
    {"0xa0: 00ff", "0x9f: 00ff",
     AT("32:10") "'format.tlvs' has a name that is no tag from 0xa0 to 0xfffe"},
    {"0xa0: 00ff", "0xffff: 00ff",
     AT("32:10") "'format.tlvs' has a name that is no tag from 0xa0 to 0xfffe"},
    {"0xa0: 00ff", "0xa0: 0", AT("32:16") "'format.tlvs.0xa0' must be pairs of hex digits"},
    {"addresses: 0x0-0x3ffff", "addresses: 0x3ffff-0x0",
     AT("34:14") "'format.addresses' must be a range FIRST-LAST with both ends from 0 to "
                 "4294967295, not '0x3ffff-0x0'"},
    {"git]", "svn]",
     AT("36:35") "'version.from' has an item that is none of option, git and \"file: PATH\""},
    {"\"file: VERSION\"", "\"file: -\"",
     AT("36:18") "'version.from' has an item that is none of option, git and \"file: PATH\""},
    {"git]", "git, 'file: a', 'file: b', 'file: c', 'file: d', 'file: e', 'file: f']",
     AT("36:95") "'version.from' has more than 8 items"},
    {"minimum: 0.1.0", "minimum: 256.0",
     AT("37:12") "'version.minimum' must be a version MAJOR.MINOR.REVISION[+BUILD]"},
    {"rollback-floor: 0.0.9", "rollback-floor: v0.0.9",
     AT("38:19") "'version.rollback-floor' must be a version MAJOR.MINOR.REVISION[+BUILD]"},
    {"minimum: 1\n", "minimum: 0x100000000\n",
     AT("43:12") "'counter.minimum' must be a number from 0 to 4294967295, not '0x100000000'"},
    {"from: option\n", "from: none\n", AT("43:12") "'counter' has 'minimum', but 'from: none'"},
    {"max-size: 256K", "max-size: 1023",
     AT("47:13") "'content.max-size' must not be below 'content.min-size'"},
    {"max-size: 256K", "max-size: 0",
     AT("47:13") "'content.max-size' must be a size in bytes from 1 to 4294967295, not '0'"},
    {"sram: 0x20000000-0x2003ffff", "s/ram: 0x20000000-0x2003ffff",
     AT("50:11") "'content.cortex-m.ram' has a name that is not 1 to 32 of the letters A-Z a-z 0-9 "
                 ". _ -"},
    {"0x20000000-0x2003ffff", "0x20000000",
     AT("50:17") "'content.cortex-m.ram.sram' must be a range FIRST-LAST with both ends from "
                 "0 to 4294967295, not '0x20000000'"},
    {"{sram: 0x20000000-0x2003ffff}", "{}",
     AT("50:10") "'content.cortex-m.ram' has 0 names, not at least 1"},
    {"  must-contain:", "  riscv: {address: 0}\n  must-contain:",
     AT("52:20") "'content' has both 'cortex-m' and 'riscv'; a payload is for one"},
    {"[Copyright]", "[abc]",
     AT("52:18") "'content.must-contain.abc' must be 4 to 256 bytes, not 3"},
    {"[Copyright]", "['']", AT("52:18") "a name in 'content.must-contain' is empty"},
    {"banner: TEST ONLY", "banner: TES",
     AT("54:5") "'content.must-not-contain.banner' must be 4 to 256 bytes, not 3"},
    {"{hex: deadbeef}", "{hex: deadbe}",
     AT("55:5") "'content.must-not-contain.trap' must be 4 to 256 bytes, not 3"},
    {"{hex: deadbeef}", "{hex: dead beef}",
     AT("55:17") "'content.must-not-contain.trap.hex' must be pairs of hex digits"},
    {"{hex: deadbeef}", "{hex: deadbeef, text: trap}",
     AT("55:5") "'content.must-not-contain.trap' has both 'text' and 'hex'"},
    {"  until: 2027-01-01\n  windows", "  until: 2025-01-01\n  windows",
     AT("59:10") "'when.until' must be after 'when.from'"},
    {"[Mon-Fri 08:00-18:00]", "[Mon-Fri 18:00-08:00]",
     AT("60:13") "'when.windows' has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)"},
    {"[Mon-Fri 08:00-18:00]", "[Mon-Fri 08:00-08:00]",
     AT("60:13") "'when.windows' has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)"},
    {"[Mon-Fri 08:00-18:00]", "[Mon-Fri 8:00-18:00]",
     AT("60:13") "'when.windows' has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)"},
    {"[Mon-Fri 08:00-18:00]", "[Mon-Fri 08:00-24:01]",
     AT("60:13") "'when.windows' has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)"},
    {"[Mon-Fri 08:00-18:00]", "[Mon-Fri 08:00-18:60]",
     AT("60:13") "'when.windows' has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)"},
    {"[Mon-Fri 08:00-18:00]", "[monday 08:00-18:00]",
     AT("60:13") "'when.windows' has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)"},
    {"hour: 10", "hour: 0", AT("62:9") "'budget.hour' must be a number from 1 to 1000000, not '0'"},

    /* what YAML can do and we do not want */
    {"product: pump", "product: &p pump", AT("1:10") "anchors ('&name') are not allowed"},
    {"  spare: {}", "  spare: *prod", AT("10:10") "aliases ('*name') are not allowed"},
    {"serial: 3", "<<: *common", AT("2:1") "unknown key '<<'"},
    {"[alice, bob]", "[&a alice, *a]", AT("56:11") "anchors ('&name') are not allowed"},
    {"serial: 3", "serial: !!int 3", AT("2:9") "tags ('!type') are not allowed"},
    {"identity:\n", "identity: !python/object:x\n", AT("12:11") "tags ('!type') are not allowed"},
    {"hour: 10\n", "hour: 10\n---\nproduct: fan\n", AT("63:1") "more than one document"},
    {"product: pump\n", "%YAML 1.2\n---\nproduct: pump\n",
     AT("1:1") "directives ('%YAML', '%TAG') are not allowed"},
    {"product: pump", "? [product]\n: pump", AT("1:3") "a key must be text"},
    {"product: pump", "product: \"pu\\nmp\"",
     AT("1:10") "'product' must be text without control characters or line breaks"},
    {"alice", "\"a\\x1b[2J\"",
     AT("56:11") "'callers' must be text without control characters or line breaks"},
    {"alice", "a\x1b[2J", AT("56:12") "control character 0x1b"},
    {"alice", "a\xff", AT("56:12") "not UTF-8 text"},
    {"serial: 3", "\tserial: 3",
     AT("2:1") "not YAML: while scanning a plain scalar, found a tab character that violates "
               "indentation"},
    {"[alice, bob]", "[alice, bob",
     AT("57:5") "not YAML: while parsing a flow sequence, did not find expected ',' or ']'"},
};

TEST(each_mistake_has_its_message)
{
    assert_true(sizeof mistakes / sizeof mistakes[0] >= 60);
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        refuse_edit(mistakes[i].from, mistakes[i].to, mistakes[i].message);
    }
}

/* ---- Files of another kind ---- */

TEST(what_is_no_mapping_is_no_policy)
{
    refuse_bytes("", 0, AT("1:1") "missing key 'product'");
    refuse_bytes("# to do\n", 8, AT("1:1") "missing key 'product'");
    refuse_bytes("pump\n", 5, AT("1:1") "the file must be a mapping ('key: value' lines)");
    refuse_bytes("- product: pump\n", 16,
                 AT("1:1") "the file must be a mapping ('key: value' lines)");
    refuse_bytes("{}", 2, AT("1:1") "missing key 'product'");
    refuse_bytes("product: p\0", 11, AT("1:11") "control character 0x00");
}

/* Nine lines that would become a thousand million items. */
TEST(an_alias_bomb_ends_at_its_first_anchor)
{
    static const char bomb[] = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
                               "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                               "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n";
    static const char in_list[] = "callers: &a [x, x]\nchannels: [*a, *a]\n";

    refuse_bytes(bomb, sizeof bomb - 1, AT("1:1") "unknown key 'a'");
    refuse_bytes(in_list, sizeof in_list - 1, AT("1:10") "anchors ('&name') are not allowed");
}

TEST(nesting_ends_at_the_schema_however_deep_the_text_goes)
{
    char *text = malloc(100011);

    assert_non_null(text);
    memcpy(text, "content: {", 10);
    memset(text + 10, '{', 100000);
    refuse_bytes(text, 100010, AT("1:11") "a key must be text");
    memcpy(text, "callers: [", 10);
    memset(text + 10, '[', 100000);
    refuse_bytes(text, 100010, AT("1:11") "an item of 'callers' must be text, not a list");
    free(text);
}

TEST(a_file_above_the_limit_is_refused)
{
    const size_t size = FWS_YAML_MAX_SIZE + 1;
    char *text = malloc(size);

    assert_non_null(text);
    memset(text, '\n', size);
    refuse_bytes(text, size, AT("1:1") "larger than 1048576 bytes");
    free(text);
}

/* ---- Too much of one thing ---- */

/* The least policy, with a line of count items behind `before`. */
static void refuse_many(const char *before, const char *item, unsigned count, const char *message)
{
    FWS_AUTO(fws_buf) text = {0};
    struct fws_error err = {0};

    assert_status(fws_buf_printf(&text, &err,
                                 "product: p\nformat: {slot-size: 4K}\nversion: {from: git}\n%s\n",
                                 before),
                  FWS_OK);
    for (unsigned i = 0; i < count; i++) {
        assert_status(fws_buf_printf(&text, &err, "  - %s%u\n", item, i), FWS_OK);
    }
    refuse_bytes((const char *)text.data, text.size, message);
}

TEST(lists_are_limited)
{
    refuse_many("keys:", "k", 65, AT("69:5") "'keys' has more than 64 names");
    refuse_many("keys: k\nchannels:", "c", 17, AT("22:5") "'channels' has more than 16 items");
    refuse_many("keys: k\ncallers:", "c", 257, AT("262:5") "'callers' has more than 256 items");
    refuse_many("keys: k\ncontent:\n  must-contain:", "text", 29,
                AT("35:5") "'content.must-contain' has more than 28 names");
    refuse_many("keys: k\ncontent:\n  must-not-contain:", "text", 29,
                AT("35:5") "'content.must-not-contain' has more than 28 names");
    refuse_many("keys: k\nidentity:\n hardware:\n  revisions:", "r", 257,
                AT("264:5") "'identity.hardware.revisions' has more than 256 items");
}

TEST(patterns_are_limited)
{
    char item[FWS_PATTERN_MAX_SIZE + 1];

    memset(item, 'x', sizeof item);
    item[FWS_PATTERN_MAX_SIZE] = '\0';
    refuse_many("keys: k\ncontent:\n  must-contain:", item, 1,
                AT("7:5") "'content.must-contain' has an item of more than 256 bytes");
}

TEST_MAIN("policy/malformed")
