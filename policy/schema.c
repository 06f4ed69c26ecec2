/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy file may say: the one table, and the rules for a single text. */
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "policy/parts.h"

#define LETTERS    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS     "0123456789"
#define HEX_DIGITS DIGITS "abcdefABCDEF"

static bool check_product(const char *text, const char **why)
{
    size_t size = strlen(text);

    *why = "must be 1 to 64 of the letters A-Z a-z 0-9 . _ -";
    return size >= 1 && size <= 64 && strspn(text, LETTERS DIGITS "._-") == size;
}

/* Policies are read by many people; logs repeat them. */
static bool check_key(const char *text, const char **why)
{
    *why = "names a key by a URI with a PIN; keep the PIN out of the policy";
    return strstr(text, "pin-value") == NULL && strstr(text, "pin-source") == NULL;
}

static bool check_source(const char *text, const char **why)
{
    struct fws_version_source source;

    *why = "has an item that is none of option, git and \"file: PATH\"";
    return fws_policy_source_parse(text, &source);
}

bool fws_policy_check_time(const char *text, const char **why)
{
    int64_t time_us;

    *why = "must be a day or a time as 2025-01-31 or 2025-01-31T12:00:00Z";
    return fws_clock_parse(text, &time_us);
}

static bool check_window(const char *text, const char **why)
{
    struct fws_policy_window window;

    *why = "has an item that is no window as \"Mon-Fri 08:00-18:00\" (UTC)";
    return fws_policy_window_parse(text, &window);
}

static bool check_allow(const char *text, const char **why)
{
    *why = "takes imported, multi-purpose and software";
    return fws_policy_allow_bit(text) != 0;
}

static bool check_firmware(const char *text, const char **why)
{
    unsigned numbers[FWS_DOTTED_MAX];

    *why = "must be numbers with dots between, as 2.4 or 2.4.1";
    return fws_dotted_parse(text, numbers);
}

static bool check_tag(const char *text, const char **why)
{
    uint64_t tag;

    *why = "has a name that is no tag from 0xa0 to 0xfffe";
    return fws_uint_from_text(text, &tag) && tag >= FWS_TLV_VENDOR_FIRST &&
           tag <= FWS_TLV_VENDOR_LAST;
}

static bool check_hex(const char *text, const char **why)
{
    size_t size = strlen(text);

    *why = "must be pairs of hex digits";
    return size >= 2 && size % 2 == 0 && strspn(text, HEX_DIGITS) == size;
}

static bool check_name(const char *text, const char **why)
{
    size_t size = strlen(text);

    *why = "has a name that is not 1 to 32 of the letters A-Z a-z 0-9 . _ -";
    return size >= 1 && size <= 32 && strspn(text, LETTERS DIGITS "._-") == size;
}

static bool is_uuid(const char *text, size_t size)
{
    size_t digits = 0;

    for (size_t i = 0; i < size; i++) {
        bool dash_place = size == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

        if (dash_place ? text[i] != '-' : strchr(HEX_DIGITS, text[i]) == NULL) {
            return false;
        }
        digits += !dash_place;
    }
    return digits == 32;
}

/* What is no UUID is a name that one is made of: a UUID with a digit too few would quietly become
 * another one. */
static bool check_id(const char *text, const char **why)
{
    size_t size = strlen(text);
    bool looks_like_uuid = size >= 16 && strspn(text, HEX_DIGITS "-") == size;

    *why = "must be a UUID of 32 hex digits, or a name";
    return size > 0 && (!looks_like_uuid || is_uuid(text, size));
}

/* In a list the pattern is its own name. */
static bool check_pattern(const char *text, const char **why)
{
    *why = "has an item of more than 256 bytes";
    return strlen(text) <= FWS_PATTERN_MAX_SIZE;
}

bool fws_policy_check_version(const char *text, const char **why)
{
    struct fws_version version;

    *why = "must be a version MAJOR.MINOR.REVISION[+BUILD]";
    return fws_version_parse(text, strlen(text), &version) == FWS_OK;
}

bool fws_policy_source_parse(const char *text, struct fws_version_source *out)
{
    *out = (struct fws_version_source){FWS_VERSION_FROM_OPTION, NULL};
    if (strcmp(text, "option") == 0) {
        return true;
    }
    if (strcmp(text, "git") == 0) {
        out->kind = FWS_VERSION_FROM_GIT;
        return true;
    }
    if (strncmp(text, "file:", 5) != 0) {
        return false;
    }
    out->kind = FWS_VERSION_FROM_FILE;
    out->path = text + 5 + strspn(text + 5, " ");
    /* "-" would read standard input. */
    return *out->path != '\0' && strcmp(out->path, "-") != 0;
}

#define AT(member)    offsetof(struct fws_policy, member)
#define PLACE(member) (offsetof(struct fws_policy, at.member) + 1)

/* ---- keys ---- */

#define KEY(member) offsetof(struct fws_policy_key, member)

static const struct fws_yaml_field key_fields[] = {
    {.key = "from",
     .type = FWS_YAML_TEXT,
     .offset = KEY(from.text),
     .doc = "the first moment it may sign, as 2025-01-31 or 2025-01-31T12:00:00Z",
     .place_offset = KEY(at_from) + 1,
     .check = fws_policy_check_time},
    {.key = "until",
     .type = FWS_YAML_TEXT,
     .offset = KEY(until.text),
     .doc = "the first moment it may not sign any more",
     .place_offset = KEY(at_until) + 1,
     .check = fws_policy_check_time},
    {.key = "allow",
     .type = FWS_YAML_TEXT_LIST,
     .offset = KEY(allow),
     .doc = "what is overlooked: imported (not made on the token), multi-purpose (may do more than "
            "sign), software (in a file, for development)",
     .place_offset = KEY(at_allow) + 1,
     .default_text = "[]",
     .check = check_allow},
    {.key = "hsm-firmware",
     .type = FWS_YAML_TEXT,
     .offset = KEY(hsm_firmware),
     .doc = "the oldest firmware its HSM may have, as 2.4 or 2.4.1",
     .place_offset = KEY(at_hsm_firmware) + 1,
     .check = check_firmware},
    {.key = NULL},
};

/* ---- identity ---- */

static const struct fws_yaml_field marker_fields[] = {
    {.key = "offset",
     .type = FWS_YAML_SIZE,
     .offset = AT(identity.marker.offset),
     .doc = "where it stands in the payload, which begins behind the image's header",
     .required = true,
     .max = UINT32_MAX,
     .place_offset = PLACE(marker_offset)},
    {.key = "text",
     .type = FWS_YAML_TEXT,
     .offset = AT(identity.marker.text),
     .doc = "the marker, or"},
    {.key = "hex",
     .type = FWS_YAML_TEXT,
     .offset = AT(identity.marker.hex),
     .doc = "the marker as pairs of hex digits",
     .check = check_hex},
    {.key = NULL},
};

static const struct fws_yaml_field hardware_fields[] = {
    {.key = "revisions",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(identity.revisions),
     .doc = "the hardware revisions a firmware may be for",
     .required = true,
     .min = 1,
     .place_offset = PLACE(revisions),
     .check = check_name},
    {.key = "offset",
     .type = FWS_YAML_SIZE,
     .offset = AT(identity.hardware_offset),
     .doc = "where the payload names its revision, ended by a zero byte",
     .max = UINT32_MAX,
     .place_offset = PLACE(hardware_offset),
     .default_text = "--hardware names it"},
    {.key = NULL},
};

static const struct fws_yaml_field identity_fields[] = {
    {.key = "vendor-id",
     .type = FWS_YAML_TEXT,
     .offset = AT(identity.vendor_id),
     .doc = "vendor in the image: a UUID, 32 hex digits, or a domain name it is made from (UUIDv5)",
     .place_offset = PLACE(vendor_id),
     .check = check_id},
    {.key = "class-id",
     .type = FWS_YAML_TEXT,
     .offset = AT(identity.class_id),
     .doc = "device class in the image: a UUID, 32 hex digits, or a name within the vendor's",
     .place_offset = PLACE(class_id),
     .check = check_id},
    {.key = "marker",
     .type = FWS_YAML_MAP,
     .doc = "bytes that tell this product's firmware from others",
     .place_offset = PLACE(marker),
     .fields = marker_fields},
    {.key = "hardware",
     .type = FWS_YAML_MAP,
     .doc = "the hardware a firmware is for",
     .fields = hardware_fields},
    {.key = NULL},
};

/* ---- format ---- */

static const char *const header_choices[] = {
    [FWS_POLICY_HEADER_PREPEND] = "prepend", [FWS_POLICY_HEADER_RESERVED] = "reserved", NULL};
static const char *const upgrade_choices[] = {
    [FWS_POLICY_OVERWRITE] = "overwrite", [FWS_POLICY_SWAP] = "swap", NULL};
static const char *const pad_choices[] = {[FWS_POLICY_PAD_NONE] = "none",
                                          [FWS_POLICY_PAD_SLOT] = "slot",
                                          [FWS_POLICY_PAD_CONFIRM] = "confirm",
                                          NULL};
static const char *const hash_choices[] = {[FWS_POLICY_HASH_AUTO] = "auto",
                                           [FWS_POLICY_HASH_SHA256] = "sha256",
                                           [FWS_POLICY_HASH_SHA384] = "sha384",
                                           [FWS_POLICY_HASH_SHA512] = "sha512",
                                           NULL};
static const char *const key_form_choices[] = {
    [FWS_POLICY_KEY_HASH] = "hash", [FWS_POLICY_KEY_FULL] = "full", NULL};

static const struct fws_yaml_field tlv_fields[] = {
    {.key = "hex",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_policy_tlv, hex),
     .doc = "its value as pairs of hex digits",
     .required = true,
     .check = check_hex},
    {.key = NULL},
};

static const struct fws_yaml_field format_fields[] = {
    {.key = "header",
     .type = FWS_YAML_CHOICE,
     .offset = AT(format.header),
     .doc = "prepend: put the header in front of the input; reserved: the input begins with "
            "header-size zero bytes for it",
     .choices = header_choices,
     .place_offset = PLACE(header),
     .default_text = "prepend"},
    {.key = "header-size",
     .type = FWS_YAML_SIZE,
     .offset = AT(format.header_size),
     .doc = "bytes of the header with its padding, a multiple of 4",
     .min = FWS_HEADER_SIZE,
     .max = FWS_HEADER_SIZE_MAX,
     .place_offset = PLACE(header_size),
     .default_text = "0x200"},
    {.key = "slot-size",
     .type = FWS_YAML_SIZE,
     .offset = AT(format.slot_size),
     .doc = "bytes of the flash slot; image and trailer fit in it",
     .required = true,
     .min = 1,
     .max = UINT32_MAX,
     .place_offset = PLACE(slot_size)},
    {.key = "align",
     .type = FWS_YAML_UINT,
     .offset = AT(format.align),
     .doc = "bytes the flash writes at once: 1, 2, 4, 8, 16 or 32",
     .min = 1,
     .max = 32,
     .place_offset = PLACE(align),
     .default_text = "8"},
    {.key = "upgrade",
     .type = FWS_YAML_CHOICE,
     .offset = AT(format.upgrade),
     .doc = "how the device takes the image: overwrite, or swap with a status of max-sectors in "
            "the trailer",
     .choices = upgrade_choices,
     .default_text = "overwrite"},
    {.key = "max-sectors",
     .type = FWS_YAML_UINT,
     .offset = AT(format.max_sectors),
     .doc = "sectors of a slot, for the status of a swap",
     .min = 1,
     .max = 65536,
     .default_text = "128"},
    {.key = "pad",
     .type = FWS_YAML_CHOICE,
     .offset = AT(format.pad),
     .doc = "slot: fill the slot and write the trailer's magic; confirm: also mark the image as "
            "good, with upgrade: swap",
     .choices = pad_choices,
     .place_offset = PLACE(pad),
     .default_text = "none"},
    {.key = "erased",
     .type = FWS_YAML_UINT,
     .offset = AT(format.erased),
     .doc = "what erased flash reads, 0x00 or 0xff: fills header padding and gaps",
     .max = 0xff,
     .place_offset = PLACE(erased),
     .default_text = "0xff"},
    {.key = "hash",
     .type = FWS_YAML_CHOICE,
     .offset = AT(format.hash),
     .doc = "of the image; auto: sha384 for ecdsa-p384, else sha256; the only other choice is "
            "sha512 for ed25519",
     .choices = hash_choices,
     .place_offset = PLACE(hash),
     .default_text = "auto"},
    {.key = "key-form",
     .type = FWS_YAML_CHOICE,
     .offset = AT(format.key_form),
     .doc = "what the image says of its key: the hash, or the full public key",
     .choices = key_form_choices,
     .default_text = "hash"},
    {.key = "tlvs",
     .type = FWS_YAML_NAMED,
     .offset = AT(format.tlvs),
     .doc = "protected TLVs of each image: tag and value in hex, as 0xa0: \"00ff\"",
     .max = 32,
     .fields = tlv_fields,
     .item_size = sizeof(struct fws_policy_tlv),
     .item_place_offset = offsetof(struct fws_policy_tlv, at) + 1,
     .short_key = "hex",
     .place_offset = PLACE(tlvs),
     .check = check_tag},
    {.key = "resign",
     .type = FWS_YAML_BOOL,
     .offset = AT(format.resign),
     .doc = "also inputs that are images already",
     .place_offset = PLACE(resign),
     .default_text = "false"},
    {.key = "addresses",
     .type = FWS_YAML_RANGE,
     .offset = AT(format.addresses),
     .doc = "addresses of an Intel HEX or ELF input that count, both ends included",
     .max = UINT32_MAX,
     .default_text = "every address"},
    {.key = NULL},
};

/* ---- version and counter ---- */

static const char *const build_choices[] = {[FWS_POLICY_BUILD_ALLOWED] = "allowed",
                                            [FWS_POLICY_BUILD_REQUIRED] = "required",
                                            [FWS_POLICY_BUILD_FORBIDDEN] = "forbidden",
                                            NULL};

static const struct fws_yaml_field version_fields[] = {
    {.key = "from",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(version.from),
     .doc = "where the version comes from, first to yield one counts: option (--fw-version), "
            "\"file: PATH\" (its first line), git (the tag of HEAD)",
     .required = true,
     .min = 1,
     .max = FWS_VERSION_SOURCES_MAX,
     .place_offset = PLACE(from),
     .check = check_source},
    {.key = "minimum",
     .type = FWS_YAML_TEXT,
     .offset = AT(version.minimum_text),
     .doc = "no version below this one is signed",
     .place_offset = PLACE(minimum),
     .check = fws_policy_check_version},
    {.key = "rollback-floor",
     .type = FWS_YAML_TEXT,
     .offset = AT(version.floor_text),
     .doc = "versions below are known to be bad: not signed, and not handed out again either",
     .place_offset = PLACE(floor),
     .check = fws_policy_check_version},
    {.key = "increasing",
     .type = FWS_YAML_BOOL,
     .offset = AT(version.increasing),
     .doc = "every version signed is higher than the highest that the log says was signed or is "
            "being signed in its channel",
     .place_offset = PLACE(increasing),
     .default_text = "true"},
    {.key = "build",
     .type = FWS_YAML_CHOICE,
     .offset = AT(version.build),
     .doc = "the +BUILD part of the version",
     .choices = build_choices,
     .place_offset = PLACE(build),
     .default_text = "allowed"},
    {.key = NULL},
};

static const char *const counter_choices[] = {[FWS_POLICY_COUNTER_OPTION] = "option",
                                              [FWS_POLICY_COUNTER_REQUIRED] = "required",
                                              [FWS_POLICY_COUNTER_VERSION] = "version",
                                              [FWS_POLICY_COUNTER_NONE] = "none",
                                              NULL};

static const struct fws_yaml_field counter_fields[] = {
    {.key = "from",
     .type = FWS_YAML_CHOICE,
     .offset = AT(counter.from),
     .doc = "option: --security-counter may give it; required: it must; version: made from the "
            "version; none: images have no counter",
     .choices = counter_choices,
     .place_offset = PLACE(counter_from),
     .default_text = "option"},
    {.key = "minimum",
     .type = FWS_YAML_UINT,
     .offset = AT(counter.minimum),
     .doc = "no counter below this one is signed",
     .max = UINT32_MAX,
     .place_offset = PLACE(counter_minimum),
     .default_text = "0"},
    {.key = "may-fall",
     .type = FWS_YAML_BOOL,
     .offset = AT(counter.may_fall),
     .doc = "also a counter below the product's highest, or none after there was one",
     .place_offset = PLACE(may_fall),
     .default_text = "false"},
    {.key = NULL},
};

/* ---- content ---- */

static const struct fws_yaml_field ram_fields[] = {
    {.key = "range",
     .type = FWS_YAML_RANGE,
     .offset = offsetof(struct fws_policy_ram, range),
     .doc = "its first and its last address",
     .required = true,
     .max = UINT32_MAX},
    {.key = NULL},
};

static const struct fws_yaml_field cortex_m_fields[] = {
    {.key = "ram",
     .type = FWS_YAML_NAMED,
     .offset = AT(content.cortex_m.ram),
     .doc = "memory the initial stack pointer may point into, as sram: 0x20000000-0x2003ffff",
     .min = 1,
     .max = 16,
     .required = true,
     .fields = ram_fields,
     .item_size = sizeof(struct fws_policy_ram),
     .item_place_offset = offsetof(struct fws_policy_ram, at) + 1,
     .short_key = "range",
     .place_offset = PLACE(ram),
     .check = check_name},
    {.key = "address",
     .type = FWS_YAML_UINT,
     .offset = AT(content.cortex_m.address),
     .doc = "where the payload's first byte runs: slot address and header-size; the reset vector "
            "is odd and points into the payload",
     .required = true,
     .max = UINT32_MAX,
     .place_offset = PLACE(cortex_address)},
    {.key = NULL},
};

static const struct fws_yaml_field riscv_fields[] = {
    {.key = "address",
     .type = FWS_YAML_UINT,
     .offset = AT(content.riscv.address),
     .doc = "where the payload's first byte runs: slot address and header-size",
     .required = true,
     .max = UINT32_MAX,
     .place_offset = PLACE(riscv_address)},
    {.key = "entry",
     .type = FWS_YAML_UINT,
     .offset = AT(content.riscv.entry),
     .doc = "where it begins to run: inside the payload and an instruction; an ELF input says so "
            "itself",
     .max = UINT32_MAX,
     .place_offset = PLACE(riscv_entry),
     .default_text = "the address"},
    {.key = NULL},
};

static const struct fws_yaml_field pattern_fields[] = {
    {.key = "text",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_policy_pattern, text),
     .doc = "4 to 256 bytes, or"},
    {.key = "hex",
     .type = FWS_YAML_TEXT,
     .offset = offsetof(struct fws_policy_pattern, hex),
     .doc = "the same as pairs of hex digits",
     .check = check_hex},
    {.key = NULL},
};

#define PATTERNS(member_, place_, doc_)                                                            \
    .type = FWS_YAML_NAMED, .offset = AT(content.member_), .doc = (doc_), .max = 28,               \
    .fields = pattern_fields, .item_size = sizeof(struct fws_policy_pattern),                      \
    .item_place_offset = offsetof(struct fws_policy_pattern, at) + 1, .names_alone = true,         \
    .short_key = "text", .place_offset = PLACE(place_), .check = check_pattern

static const struct fws_yaml_field content_fields[] = {
    {.key = "min-size",
     .type = FWS_YAML_SIZE,
     .offset = AT(content.min_size),
     .doc = "bytes of the payload",
     .max = UINT32_MAX,
     .place_offset = PLACE(min_size),
     .default_text = "0"},
    {.key = "max-size",
     .type = FWS_YAML_SIZE,
     .offset = AT(content.max_size),
     .doc = "bytes of the payload",
     .min = 1,
     .max = UINT32_MAX,
     .place_offset = PLACE(max_size),
     .default_text = "what the slot holds"},
    {.key = "allow-blank",
     .type = FWS_YAML_BOOL,
     .offset = AT(content.allow_blank),
     .doc = "also a payload that is one byte repeated, as erased flash is",
     .place_offset = PLACE(allow_blank),
     .default_text = "false"},
    {.key = "allow-private-keys",
     .type = FWS_YAML_BOOL,
     .offset = AT(content.allow_private_keys),
     .doc = "also a payload that holds the PEM header of a private key",
     .place_offset = PLACE(allow_private_keys),
     .default_text = "false"},
    {.key = "cortex-m",
     .type = FWS_YAML_MAP,
     .doc = "the payload begins with the vector table of an Arm Cortex-M",
     .fields = cortex_m_fields},
    {.key = "riscv",
     .type = FWS_YAML_MAP,
     .doc = "the payload runs on RISC-V",
     .fields = riscv_fields},
    {.key = "must-contain",
     PATTERNS(must_contain, must_contain,
              "texts the payload holds, as a list, or with names: NAME: TEXT")},
    {.key = "must-not-contain",
     PATTERNS(must_not_contain, must_not_contain,
              "texts the payload does not hold, such as a debug build's banner")},
    {.key = NULL},
};

/* ---- when and how much ---- */

static const struct fws_yaml_field when_fields[] = {
    {.key = "from",
     .type = FWS_YAML_TEXT,
     .offset = AT(when.from.text),
     .doc = "the first moment anything is signed",
     .place_offset = PLACE(when_from),
     .check = fws_policy_check_time},
    {.key = "until",
     .type = FWS_YAML_TEXT,
     .offset = AT(when.until.text),
     .doc = "the first moment nothing is signed any more",
     .place_offset = PLACE(when_until),
     .check = fws_policy_check_time},
    {.key = "windows",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(when.windows_text),
     .doc = "hours of the week, UTC, as \"Mon-Fri 08:00-18:00\" or \"Sat 00:00-24:00\"",
     .min = 1,
     .max = FWS_POLICY_WINDOWS_MAX,
     .place_offset = PLACE(windows),
     .check = check_window},
    {.key = NULL},
};

static const struct fws_yaml_field budget_fields[] = {
    {.key = "hour",
     .type = FWS_YAML_UINT,
     .offset = AT(budget.hour),
     .doc = "signatures of the product in one hour of the clock, UTC",
     .min = 1,
     .max = 1000000,
     .place_offset = PLACE(hour)},
    {.key = "day",
     .type = FWS_YAML_UINT,
     .offset = AT(budget.day),
     .doc = "signatures of the product in one day, UTC",
     .min = 1,
     .max = 1000000,
     .place_offset = PLACE(day)},
    {.key = "release",
     .type = FWS_YAML_UINT,
     .offset = AT(budget.release),
     .doc = "signatures of one version in its channel",
     .min = 1,
     .max = 1000000,
     .place_offset = PLACE(release)},
    {.key = NULL},
};

const struct fws_yaml_field fws_policy_fields[] = {
    {.key = "product",
     .type = FWS_YAML_TEXT,
     .offset = AT(product),
     .doc = "what the product is called: --product, and the name in the log",
     .required = true,
     .place_offset = PLACE(product),
     .check = check_product},
    {.key = "serial",
     .type = FWS_YAML_UINT,
     .offset = AT(serial),
     .doc = "number of this policy: it counts up with each change; an older one is refused",
     .max = INT64_MAX,
     .place_offset = PLACE(serial)},
    {.key = "channels",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(channels),
     .doc = "lines of releases that --channel may name, each with versions of its own; the first "
            "is the default",
     .min = 1,
     .max = 16,
     .place_offset = PLACE(channels),
     .default_text = FWS_CHANNEL_DEFAULT,
     .check = check_product},
    {.key = "keys",
     .type = FWS_YAML_NAMED,
     .offset = AT(keys),
     .doc = "the keys that may sign it, as the configuration names them, or PKCS#11 URIs",
     .required = true,
     .min = 1,
     .max = 64,
     .fields = key_fields,
     .item_size = sizeof(struct fws_policy_key),
     .item_place_offset = offsetof(struct fws_policy_key, at) + 1,
     .names_alone = true,
     .place_offset = PLACE(keys),
     .check = check_key},
    {.key = "allow-fresh",
     .type = FWS_YAML_BOOL,
     .offset = AT(allow_fresh),
     .doc = "--fresh may ask for a second signature over bytes that were signed",
     .place_offset = PLACE(allow_fresh),
     .default_text = "false"},
    {.key = "identity",
     .type = FWS_YAML_MAP,
     .doc = "which devices the firmware is for",
     .fields = identity_fields},
    {.key = "format",
     .type = FWS_YAML_MAP,
     .doc = "how the image is laid out",
     .required = true,
     .fields = format_fields},
    {.key = "version",
     .type = FWS_YAML_MAP,
     .doc = "the rules for the version",
     .required = true,
     .fields = version_fields},
    {.key = "counter",
     .type = FWS_YAML_MAP,
     .doc = "the rules for the security counter",
     .fields = counter_fields},
    {.key = "content",
     .type = FWS_YAML_MAP,
     .doc = "the rules for the firmware's bytes",
     .fields = content_fields},
    {.key = "callers",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(callers),
     .doc = "who may ask: names of local users",
     .min = 1,
     .place_offset = PLACE(callers),
     .default_text = "everyone"},
    {.key = "when",
     .type = FWS_YAML_MAP,
     .doc = "when anything may be signed",
     .fields = when_fields},
    {.key = "budget",
     .type = FWS_YAML_MAP,
     .doc = "how much may be signed",
     .fields = budget_fields},
    {.key = NULL},
};
