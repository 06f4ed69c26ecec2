/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy file may say: the one table, and the rules for a single text. */
#include <string.h>

#include "policy/parts.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

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

static bool check_version(const char *text, const char **why)
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

static const char *const header_choices[] = {
    [FWS_POLICY_HEADER_PREPEND] = "prepend", [FWS_POLICY_HEADER_RESERVED] = "reserved", NULL};

#define AT(member) offsetof(struct fws_policy, member)

static const struct fws_yaml_field version_fields[] = {
    {.key = "from",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(version_from),
     .doc = "where the version comes from, first to yield one counts: option (--fw-version), "
            "\"file: PATH\" (its first line), git (the tag of HEAD)",
     .required = true,
     .min = 1,
     .max = FWS_VERSION_SOURCES_MAX,
     .place_offset = AT(at_version_from) + 1,
     .check = check_source},
    {.key = "minimum",
     .type = FWS_YAML_TEXT,
     .offset = AT(version_minimum_text),
     .doc = "no version below this one is signed",
     .place_offset = AT(at_version_minimum) + 1,
     .check = check_version},
    {.key = "increasing",
     .type = FWS_YAML_BOOL,
     .offset = AT(version_increasing),
     .doc = "every version signed is higher than the highest that the log says was signed or is "
            "being signed",
     .place_offset = AT(at_version_increasing) + 1,
     .default_text = "false"},
    {.key = NULL},
};

const struct fws_yaml_field fws_policy_fields[] = {
    {.key = "product",
     .type = FWS_YAML_TEXT,
     .offset = AT(product),
     .doc = "what the product is called: --product, and the name in the log",
     .required = true,
     .place_offset = AT(at_product) + 1,
     .check = check_product},
    {.key = "keys",
     .type = FWS_YAML_TEXT_LIST,
     .offset = AT(keys),
     .doc = "the keys that may sign it, as the configuration names them, or PKCS#11 URIs",
     .required = true,
     .min = 1,
     .place_offset = AT(at_keys) + 1,
     .check = check_key},
    {.key = "allow-imported",
     .type = FWS_YAML_BOOL,
     .offset = AT(allow_imported),
     .doc = "also keys that were not made on the token",
     .default_text = "false"},
    {.key = "allow-multi-purpose",
     .type = FWS_YAML_BOOL,
     .offset = AT(allow_multi_purpose),
     .doc = "also keys that may do more than sign",
     .default_text = "false"},
    {.key = "allow-software-keys",
     .type = FWS_YAML_BOOL,
     .offset = AT(allow_software_keys),
     .doc = "also keys in files, for development",
     .place_offset = AT(at_allow_software_keys) + 1,
     .default_text = "false"},
    {.key = "header",
     .type = FWS_YAML_CHOICE,
     .offset = AT(header),
     .doc = "prepend: put the header in front of the input; reserved: the input begins with "
            "header-size zero bytes for it",
     .choices = header_choices,
     .default_text = "prepend"},
    {.key = "header-size",
     .type = FWS_YAML_SIZE,
     .offset = AT(header_size),
     .doc = "bytes of the header with its padding, a multiple of 4",
     .min = FWS_HEADER_SIZE,
     .max = FWS_HEADER_SIZE_MAX,
     .place_offset = AT(at_header_size) + 1,
     .default_text = "0x200"},
    {.key = "slot-size",
     .type = FWS_YAML_SIZE,
     .offset = AT(slot_size),
     .doc = "bytes of the flash slot; image and trailer fit in it",
     .required = true,
     .min = 1,
     .max = UINT32_MAX,
     .place_offset = AT(at_slot_size) + 1},
    {.key = "erased",
     .type = FWS_YAML_UINT,
     .offset = AT(erased),
     .doc = "what erased flash reads, 0x00 or 0xff: fills header padding and gaps",
     .max = 0xff,
     .place_offset = AT(at_erased) + 1,
     .default_text = "0xff"},
    {.key = "resign",
     .type = FWS_YAML_BOOL,
     .offset = AT(resign),
     .doc = "also inputs that are images already",
     .place_offset = AT(at_resign) + 1,
     .default_text = "false"},
    {.key = "hex-range",
     .type = FWS_YAML_RANGE,
     .offset = AT(hex_range),
     .doc = "addresses of an Intel HEX input that count, both ends included",
     .max = UINT32_MAX,
     .default_text = "every address"},
    {.key = "vendor-id",
     .type = FWS_YAML_TEXT,
     .offset = AT(vendor_id),
     .doc =
         "vendor in the image: a UUID, 32 hex digits, or a domain name it is made from (UUIDv5)"},
    {.key = "class-id",
     .type = FWS_YAML_TEXT,
     .offset = AT(class_id),
     .doc = "device class in the image: a UUID, 32 hex digits, or a name within the vendor's"},
    {.key = "version",
     .type = FWS_YAML_MAP,
     .doc = "the rules for the version",
     .required = true,
     .fields = version_fields},
    {.key = NULL},
};
