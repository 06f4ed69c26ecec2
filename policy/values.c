/* SPDX-License-Identifier: Apache-2.0 */
/* What the texts of a policy file mean, and the rules that concern more than one value. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hex.h"
#include "base/number.h"
#include "policy/parts.h"

static enum fws_status invalid(const struct fws_policy *policy, struct fws_yaml_place place,
                               const char *what, struct fws_error *err)
{
    char where[FWS_POLICY_PLACE_SIZE];

    return fws_error_set(err, FWS_E_POLICY_INVALID, "%s: %s",
                         fws_policy_place_text(policy, place, where), what);
}

/* A second mention is a slip of the hand: probably another one was meant. */
static enum fws_status refuse_twice(const struct fws_policy *policy,
                                    const struct fws_yaml_texts *texts, const char *key,
                                    struct fws_error *err)
{
    char text[FWS_ERROR_QUOTE_SIZE];
    char what[2 * FWS_ERROR_QUOTE_SIZE + 64];

    for (size_t i = 1; i < texts->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(texts->items[i], texts->items[k]) == 0) {
                (void)snprintf(what, sizeof what, "'%s' lists '%s' twice", key,
                               fws_error_quote(texts->items[i], strlen(texts->items[i]), text));
                return invalid(policy, texts->places[i], what, err);
            }
        }
    }
    return FWS_OK;
}

/* ---- Rules that concern more than one value, or a set of numbers ---- */

static enum fws_status check_format(const struct fws_policy *policy, struct fws_error *err)
{
    uint64_t align = policy->format.align;

    if (policy->format.header_size % 4 != 0) {
        return invalid(policy, policy->at.header_size,
                       "'format.header-size' must be a multiple of 4", err);
    }
    if (policy->format.slot_size <= policy->format.header_size) {
        return invalid(policy, policy->at.slot_size,
                       "'format.slot-size' must be above 'format.header-size'", err);
    }
    if (policy->format.erased != 0x00 && policy->format.erased != 0xff) {
        return invalid(policy, policy->at.erased, "'format.erased' must be 0x00 or 0xff", err);
    }
    if ((align & (align - 1)) != 0) {
        return invalid(policy, policy->at.align, "'format.align' must be 1, 2, 4, 8, 16 or 32",
                       err);
    }
    return FWS_OK;
}

uint64_t fws_policy_trailer_size(const struct fws_policy *policy)
{
    struct fws_trailer_geometry geometry = {
        .write_size = (uint32_t)policy->format.align,
        .swap = policy->format.upgrade == FWS_POLICY_SWAP,
        .max_sectors = (uint32_t)policy->format.max_sectors,
    };

    return fws_trailer_size(&geometry);
}

/* What would be ignored is refused: nobody learns otherwise that a device never saw it. */
static enum fws_status check_trailer(const struct fws_policy *policy, struct fws_error *err)
{
    uint64_t trailer_size = fws_policy_trailer_size(policy);
    char what[FWS_ERROR_TEXT_SIZE];

    if (policy->format.pad == FWS_POLICY_PAD_CONFIRM &&
        policy->format.upgrade == FWS_POLICY_OVERWRITE) {
        return invalid(policy, policy->at.pad,
                       "'format.pad: confirm' needs 'format.upgrade: swap'; a device that "
                       "overwrites asks for no confirmation",
                       err);
    }
    if (policy->format.pad != FWS_POLICY_PAD_NONE &&
        policy->format.slot_size > FWS_POLICY_PAD_MAX_SIZE) {
        (void)snprintf(what, sizeof what, "'format.pad' fills slots of at most %u bytes",
                       FWS_POLICY_PAD_MAX_SIZE);
        return invalid(policy, policy->at.pad, what, err);
    }
    if (policy->format.slot_size - policy->format.header_size <= trailer_size) {
        (void)snprintf(what, sizeof what,
                       "'format.slot-size' leaves nothing between 'format.header-size' and the "
                       "trailer of %" PRIu64 " bytes",
                       trailer_size);
        return invalid(policy, policy->at.slot_size, what, err);
    }
    return FWS_OK;
}

static enum fws_status check_content(const struct fws_policy *policy, struct fws_error *err)
{
    if (policy->content.max_size != 0 && policy->content.max_size < policy->content.min_size) {
        return invalid(policy, policy->at.max_size,
                       "'content.max-size' must not be below 'content.min-size'", err);
    }
    if (policy->content.cortex_m.ram.count > 0 && policy->content.riscv.has_address) {
        return invalid(policy, policy->at.riscv_address,
                       "'content' has both 'cortex-m' and 'riscv'; a payload is for one", err);
    }
    return FWS_OK;
}

/* No image could have a counter and have none. */
static enum fws_status check_counter(const struct fws_policy *policy, struct fws_error *err)
{
    return policy->counter.from == FWS_POLICY_COUNTER_NONE && policy->counter.minimum > 0
               ? invalid(policy, policy->at.counter_minimum,
                         "'counter' has 'minimum', but 'from: none'", err)
               : FWS_OK;
}

static enum fws_status check_key(const struct fws_policy *policy, const struct fws_policy_key *key,
                                 struct fws_error *err)
{
    char name[FWS_ERROR_QUOTE_SIZE];
    char path[FWS_ERROR_QUOTE_SIZE + 16];
    char what[FWS_ERROR_QUOTE_SIZE + 64];

    (void)fws_policy_key_text(key->name, name);
    if (key->from.text != NULL && key->until.text != NULL &&
        key->from.time_us >= key->until.time_us) {
        (void)snprintf(what, sizeof what, "'keys.%s.until' must be after its 'from'", name);
        return invalid(policy, key->at_until, what, err);
    }
    (void)snprintf(path, sizeof path, "keys.%s.allow", name);
    return refuse_twice(policy, &key->allow, path, err);
}

static enum fws_status check_keys(const struct fws_policy *policy, struct fws_error *err)
{
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < policy->keys.count; i++) {
        status = check_key(policy, (const struct fws_policy_key *)policy->keys.items + i, err);
    }
    return status;
}

static enum fws_status check_when(const struct fws_policy *policy, struct fws_error *err)
{
    return policy->when.from.text != NULL && policy->when.until.text != NULL &&
                   policy->when.from.time_us >= policy->when.until.time_us
               ? invalid(policy, policy->at.when_until, "'when.until' must be after 'when.from'",
                         err)
               : FWS_OK;
}

static enum fws_status check_lists(const struct fws_policy *policy, struct fws_error *err)
{
    const struct {
        const struct fws_yaml_texts *texts;
        const char *key;
    } lists[] = {{&policy->version.from, "version.from"},
                 {&policy->channels, "channels"},
                 {&policy->callers, "callers"},
                 {&policy->identity.revisions, "identity.hardware.revisions"},
                 {&policy->when.windows_text, "when.windows"}};
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < sizeof lists / sizeof lists[0]; i++) {
        status = refuse_twice(policy, lists[i].texts, lists[i].key, err);
    }
    return status;
}

static enum fws_status check_values(const struct fws_policy *policy, struct fws_error *err)
{
    static enum fws_status (*const checks[])(const struct fws_policy *, struct fws_error *) = {
        check_keys,    check_format, check_trailer, check_counter,
        check_content, check_when,   check_lists};
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < sizeof checks / sizeof checks[0]; i++) {
        status = checks[i](policy, err);
    }
    return status;
}

/* ---- Texts to values; the table's checks have seen most of them already ---- */

static enum fws_status read_version(struct fws_policy *policy, struct fws_error *err)
{
    const char *minimum = policy->version.minimum_text;
    const char *floor = policy->version.floor_text;

    for (size_t i = 0; i < policy->version.from.count; i++) {
        if (!fws_policy_source_parse(policy->version.from.items[i], &policy->version.sources[i])) {
            return invalid(policy, policy->version.from.places[i], "not a version source", err);
        }
    }
    policy->version.source_count = policy->version.from.count;
    policy->version.has_minimum = minimum != NULL;
    if (minimum != NULL &&
        fws_version_parse(minimum, strlen(minimum), &policy->version.minimum) != FWS_OK) {
        return invalid(policy, policy->at.minimum, "not a version", err);
    }
    policy->version.has_floor = floor != NULL;
    if (floor != NULL &&
        fws_version_parse(floor, strlen(floor), &policy->version.floor) != FWS_OK) {
        return invalid(policy, policy->at.floor, "not a version", err);
    }
    return FWS_OK;
}

static bool read_time(struct fws_policy_time *time)
{
    return time->text == NULL || fws_clock_parse(time->text, &time->time_us);
}

static enum fws_status read_when(struct fws_policy *policy, struct fws_error *err)
{
    for (size_t i = 0; i < policy->when.windows_text.count; i++) {
        if (!fws_policy_window_parse(policy->when.windows_text.items[i],
                                     &policy->when.windows[i])) {
            return invalid(policy, policy->when.windows_text.places[i], "not a window", err);
        }
    }
    policy->when.window_count = policy->when.windows_text.count;
    return read_time(&policy->when.from) && read_time(&policy->when.until)
               ? FWS_OK
               : invalid(policy, policy->at.when_from, "not a time", err);
}

static enum fws_status read_keys(struct fws_policy *policy, struct fws_error *err)
{
    struct fws_policy_key *keys = policy->keys.items;

    for (size_t i = 0; i < policy->keys.count; i++) {
        for (size_t k = 0; k < keys[i].allow.count; k++) {
            keys[i].allowed |= fws_policy_allow_bit(keys[i].allow.items[k]);
        }
        if (!read_time(&keys[i].from) || !read_time(&keys[i].until)) {
            return invalid(policy, keys[i].at, "not a time", err);
        }
    }
    return FWS_OK;
}

/* What stands in the file for bytes: text as it is, or hex. */
struct spelling {
    const char *what; /* "'identity.marker'", for messages */
    struct fws_yaml_place place;
    const char *text, *hex;
    size_t min, max;
};

static enum fws_status check_spelling(const struct fws_policy *policy,
                                      const struct spelling *spelling, size_t size,
                                      struct fws_error *err)
{
    char what[FWS_ERROR_TEXT_SIZE];

    if (spelling->hex != NULL && spelling->text != NULL) {
        (void)snprintf(what, sizeof what, "%s has both 'text' and 'hex'", spelling->what);
        return invalid(policy, spelling->place, what, err);
    }
    if (spelling->hex == NULL && spelling->text == NULL) {
        (void)snprintf(what, sizeof what, "%s needs 'text' or 'hex'", spelling->what);
        return invalid(policy, spelling->place, what, err);
    }
    if (size < spelling->min || size > spelling->max) {
        (void)snprintf(what, sizeof what, "%s must be %zu to %zu bytes, not %zu", spelling->what,
                       spelling->min, spelling->max, size);
        return invalid(policy, spelling->place, what, err);
    }
    return FWS_OK;
}

static enum fws_status read_bytes(const struct fws_policy *policy, const struct spelling *spelling,
                                  uint8_t **out, size_t *out_size, struct fws_error *err)
{
    const char *from = spelling->hex != NULL ? spelling->hex : spelling->text;
    size_t length = from != NULL ? strlen(from) : 0;
    size_t size = spelling->hex != NULL ? length / 2 : length;
    enum fws_status status = check_spelling(policy, spelling, size, err);

    if (status != FWS_OK || from == NULL) {
        return status;
    }
    *out = malloc(size > 0 ? size : 1);
    if (*out == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "%s: no memory", policy->path);
    }
    *out_size = size;
    if (spelling->hex == NULL) {
        memcpy(*out, from, size);
        return FWS_OK;
    }
    return fws_hex_decode(from, length, *out, size) == FWS_OK
               ? FWS_OK
               : invalid(policy, spelling->place, "not hex digits", err);
}

static enum fws_status read_patterns(const struct fws_policy *policy, struct fws_yaml_named *named,
                                     const char *key, struct fws_error *err)
{
    struct fws_policy_pattern *patterns = named->items;
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < named->count; i++) {
        struct fws_policy_pattern *pattern = &patterns[i];
        char quoted[FWS_ERROR_QUOTE_SIZE];
        char what[FWS_ERROR_QUOTE_SIZE + 64];
        bool alone = pattern->text == NULL && pattern->hex == NULL;
        struct spelling spelling = {.what = what,
                                    .place = pattern->at,
                                    .text = alone ? pattern->name : pattern->text,
                                    .hex = pattern->hex,
                                    .min = FWS_PATTERN_MIN_SIZE,
                                    .max = FWS_PATTERN_MAX_SIZE};

        (void)snprintf(what, sizeof what, "'%s.%s'", key,
                       fws_error_quote(pattern->name, strlen(pattern->name), quoted));
        status = read_bytes(policy, &spelling, &pattern->bytes, &pattern->size, err);
    }
    return status;
}

/* "160" beside "0xa0". */
static enum fws_status refuse_tag(const struct fws_policy *policy,
                                  const struct fws_policy_tlv *first,
                                  const struct fws_policy_tlv *second, struct fws_error *err)
{
    char what[128];

    (void)snprintf(what, sizeof what, "'format.tlvs' has the tag 0x%02x twice (first in line %u)",
                   second->tag, first->at.line);
    return invalid(policy, second->at, what, err);
}

static enum fws_status read_tlvs(struct fws_policy *policy, struct fws_error *err)
{
    struct fws_policy_tlv *tlvs = policy->format.tlvs.items;
    enum fws_status status = FWS_OK;

    for (size_t i = 0; status == FWS_OK && i < policy->format.tlvs.count; i++) {
        char quoted[FWS_ERROR_QUOTE_SIZE];
        char what[FWS_ERROR_QUOTE_SIZE + 16];
        struct spelling spelling = {.what = what,
                                    .place = tlvs[i].at,
                                    .hex = tlvs[i].hex,
                                    .min = 1,
                                    .max = FWS_PATTERN_MAX_SIZE};
        uint64_t tag = 0;

        (void)snprintf(what, sizeof what, "'format.tlvs.%s'",
                       fws_error_quote(tlvs[i].name, strlen(tlvs[i].name), quoted));
        (void)fws_uint_from_text(tlvs[i].name, &tag);
        tlvs[i].tag = (uint16_t)tag;
        for (size_t k = 0; k < i; k++) {
            if (tlvs[k].tag == tlvs[i].tag) {
                return refuse_tag(policy, &tlvs[k], &tlvs[i], err);
            }
        }
        status = read_bytes(policy, &spelling, &tlvs[i].bytes, &tlvs[i].size, err);
    }
    return status;
}

static enum fws_status read_identity(struct fws_policy *policy, struct fws_error *err)
{
    struct spelling spelling = {.what = "'identity.marker'",
                                .place = policy->at.marker,
                                .text = policy->identity.marker.text,
                                .hex = policy->identity.marker.hex,
                                .min = 1,
                                .max = FWS_PATTERN_MAX_SIZE};

    policy->identity.has_hardware_offset = policy->at.hardware_offset.line != 0;
    policy->identity.marker.given = policy->at.marker.line != 0;
    return policy->identity.marker.given
               ? read_bytes(policy, &spelling, &policy->identity.marker.bytes,
                            &policy->identity.marker.size, err)
               : FWS_OK;
}

/* A number may be 0: whether it was given is known by its place. */
static void read_presence(struct fws_policy *policy)
{
    policy->has_serial = policy->at.serial.line != 0;
    policy->content.cortex_m.has_address = policy->at.cortex_address.line != 0;
    policy->content.riscv.has_address = policy->at.riscv_address.line != 0;
    policy->content.riscv.has_entry = policy->at.riscv_entry.line != 0;
}

static enum fws_status read_texts(struct fws_policy *policy, struct fws_error *err)
{
    static enum fws_status (*const readers[])(struct fws_policy *, struct fws_error *) = {
        read_version, read_when, read_keys, read_tlvs, read_identity};
    enum fws_status status = FWS_OK;

    read_presence(policy);
    for (size_t i = 0; status == FWS_OK && i < sizeof readers / sizeof readers[0]; i++) {
        status = readers[i](policy, err);
    }
    if (status == FWS_OK) {
        status = read_patterns(policy, &policy->content.must_contain, "content.must-contain", err);
    }
    return status == FWS_OK ? read_patterns(policy, &policy->content.must_not_contain,
                                            "content.must-not-contain", err)
                            : status;
}

enum fws_status fws_policy_read_values(struct fws_policy *policy, struct fws_error *err)
{
    enum fws_status status = read_texts(policy, err);

    return status == FWS_OK ? check_values(policy, err) : status;
}
